"""Two numbers whose leases a refresh has not found any more, and one that is as it should be."""

import pulumi

from pulumi_leases import LeasedNumber

gone = LeasedNumber("gone", number="+12015550123")
changed = LeasedNumber("changed", number="+12125550123")
held = LeasedNumber("held", search={"country": "US", "area_code": "305"})

pulumi.export("leases", {"gone": gone.lease_id, "changed": changed.lease_id, "held": held.lease_id})
