"""Numbers that an `up` has saved although it failed: two were refused, and of one the failover was not set."""

from pulumi_leases import LeasedNumber

unpaid = LeasedNumber("unpaid", number="+12015550123")
taken = LeasedNumber("taken", number="+12125550123")
unset = LeasedNumber("unset", number="+13055550123", failover={"enabled": True})
