"""Numbers of an `up` that was killed: the service was doing the paying calls, and had done one of them."""

from pulumi_leases import LeasedNumber

waiting = LeasedNumber("waiting", number="+12015550123")
chosen = LeasedNumber("chosen", search={"country": "US", "area_code": "305"}, account="second")
paid = LeasedNumber("paid", number="+12125550123")
