"""One leased phone number, and what it costs."""

import pulumi

from pulumi_leases import LeasedNumber, total_cost

support = LeasedNumber("support", number="+12015550123", billing_method="monthly", max_monthly_rate=15)

pulumi.export("support", support.number)
pulumi.export("lease", support.lease_id)
pulumi.export("cost", total_cost(support))
