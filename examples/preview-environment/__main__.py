"""A number for each pull request, released with it: one stack a pull request."""

import pulumi

from pulumi_leases import LeasedNumber, total_cost

number = LeasedNumber("preview", search={"country": "US", "capabilities": ["sms"]}, max_monthly_rate=12)

pulumi.export("stack", pulumi.get_stack())
pulumi.export("number", number.number)
pulumi.export("cost", total_cost(number))
