"""Test credentials: magic numbers in place of real ones, nothing bought and nothing kept.

https://www.twilio.com/docs/iam/test-credentials#test-buying-a-phone-number
"""

from collections.abc import Mapping

from pulumi_leases.emulator.answer import Refused
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.switches import Switches
from pulumi_leases.emulator.twilio.settings import DEFAULTS, apply_parameters
from pulumi_leases.emulator.twilio.sids import NUMBER, sid

VALID, UNAVAILABLE = "+15005550006", "+15005550000"
_INVALID = ("+15005550001", "33")


def sell_magic_number(switch: Switches, account: str, form: Mapping[str, str], now: float) -> tuple[Offer, Lease]:
    """What a purchase with test credentials would have got.

    Raises:
        Refused: as the magic number or area code says.
    """
    number, code = form.get("PhoneNumber"), form.get("AreaCode")
    if number is None and code == "533":
        raise Refused(400, "No phone numbers found in area code 533", code=21452)
    if number is None and code == "500":
        number = VALID
    if number in _INVALID or number is None:
        raise Refused(400, f"{number} is not a valid number", code=21421)
    if number != VALID:
        raise Refused(400, f"{number} is not available", code=21422)
    settings = apply_parameters(DEFAULTS, form, switch)
    lease = Lease("twilio", sid(NUMBER, account, now), VALID, account, now, "USD", 0, 0, 1, settings=settings)
    return Offer(VALID, channels=[], voice=False), lease
