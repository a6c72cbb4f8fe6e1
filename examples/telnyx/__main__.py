"""A number of Telnyx, chosen by a search."""

import pulumi

from pulumi_leases import LeasedNumber, total_cost

reception = LeasedNumber(
    "reception",
    service="telnyx",
    search={"country": "US", "area_code": "201", "capabilities": ["sms", "voice"]},
    max_monthly_rate=15,
    opts=pulumi.ResourceOptions(protect=pulumi.get_stack() == "prod"),
)

pulumi.export("reception", reception.number)
pulumi.export("cost", total_cost(reception))
