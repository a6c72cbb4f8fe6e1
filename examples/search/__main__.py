"""Numbers that a search chooses: one by price, one by reputation."""

import pulumi

from pulumi_leases import LeasedNumber, NumberSearchArgs, get_available_numbers, total_cost

area_code = pulumi.Config().get("areaCode") or "201"
local = NumberSearchArgs(country="US", area_code=area_code, capabilities=["sms"])

on_offer = [
    f"{one['number']} at {one['monthly_rate']} {one['currency']}" for one in get_available_numbers(local, limit=3)
]
pulumi.log.info(f"the cheapest on offer in {area_code}: {', '.join(on_offer) or 'none'}")

sales = LeasedNumber("sales", search=local, max_monthly_rate=5)
support = LeasedNumber(
    "support",
    search={"country": "US", "capabilities": ["sms", "mms"], "min_reputation": 0.8, "order_by": "reputation"},
    max_upfront_fee=3,
    opts=pulumi.ResourceOptions(protect=pulumi.get_stack() == "prod"),
)

pulumi.export("sales", sales.number)
pulumi.export("support", support.number)
pulumi.export("cost", total_cost(sales, support))
