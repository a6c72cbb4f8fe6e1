"""Numbers of two services and three logins in one program."""

import pulumi

from pulumi_leases import LeasedNumber, total_cost

support = LeasedNumber("support", number="+12015550123")
sales = LeasedNumber("sales", search={"country": "GB", "capabilities": ["sms"]}, account="eu-west")
verify = LeasedNumber("verify", search={"country": "US", "capabilities": ["sms", "voice"]}, account="verify")

numbers = {"support": support, "sales": sales, "verify": verify}
pulumi.export(
    "leased", {name: pulumi.Output.concat(one.number, " from ", one.service) for name, one in numbers.items()}
)
pulumi.export("cost", total_cost(support, sales, verify))
