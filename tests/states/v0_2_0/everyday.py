"""Numbers that are as they should be: both services, two accounts, and each way to declare a number."""

import pulumi

from pulumi_leases import LeasedNumber, NumberPool, NumberSearchArgs, total_cost


class Branch(pulumi.ComponentResource):
    """An office with a number of its own."""

    def __init__(self, resource_name: str) -> None:
        super().__init__("shop:index:Branch", resource_name)
        self.number = LeasedNumber(
            f"{resource_name}-desk",
            pulumi.ResourceOptions(parent=self),
            number=pulumi.Output.secret("+13055550123"),
            failover={"enabled": True, "mode": "selective", "numbers": ["+12125550199"]},
        )
        self.register_outputs({"number": self.number.number})


support = LeasedNumber(
    "support",
    pulumi.ResourceOptions(protect=True),
    number="+1 (201) 555-0123",
    billing_method="monthly",
    max_monthly_rate=20,
)
sales = LeasedNumber(
    "sales",
    search=NumberSearchArgs(country="GB", city="London", capabilities=["mms"], order_by="reputation"),
    account="second",
    max_upfront_fee=5,
)
pool = NumberPool("pool", slots=["alice", "bob"], search={"country": "US", "area_code": "212"})
branch = Branch("miami")
inherited = LeasedNumber("inherited", pulumi.ResourceOptions(retain_on_delete=False), number="+13125550123", adopt=True)
borrowed = LeasedNumber("borrowed", pulumi.ResourceOptions(retain_on_delete=True), number="+14155550123", adopt=True)
verify = LeasedNumber("verify", service="telesign", search={"prefix": "+1512555", "capabilities": ["sms", "voice"]})
leaving = LeasedNumber("leaving", service="telesign", number="+12065550123")

pulumi.export("numbers", pool.numbers)
pulumi.export("branch", branch.number.number)
pulumi.export("cost", total_cost(support, sales, pool, branch.number, inherited, borrowed, verify, leaving))
