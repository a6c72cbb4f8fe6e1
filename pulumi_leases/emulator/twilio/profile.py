"""What the emulator must know of Twilio before its API is there."""

import random

from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.logins import DEMO_API_KEY
from pulumi_leases.emulator.profile import Profile
from pulumi_leases.emulator.twilio.settings import DEFAULTS
from pulumi_leases.emulator.twilio.sids import ACCOUNT, API_KEY, NUMBER, is_sid, sid
from pulumi_leases.emulator.twilio.switches import SWITCHES

MOUNT, PRICING_MOUNT, MESSAGING_MOUNT = "/twilio", "/twilio-pricing", "/twilio-messaging"
"""Where the emulator stands in for the vendor's three hosts."""

DEMO_ACCOUNT = sid(ACCOUNT, "demo")

PRICES = {
    ("US", "local"): 1.15,
    ("US", "toll_free"): 2.15,
    ("CA", "local"): 1.15,
    ("GB", "local"): 1.15,
    ("DE", "local"): 1.5,
    ("FR", "local"): 1.25,
    ("AU", "local"): 3.0,
    ("AU", "mobile"): 6.5,
}
"""The retail price a month in US dollars, which is the same for all numbers of a country and a type."""

_REGULATED: dict[str, tuple[list[str], ...]] = {
    "GB": ([], ["bundle"], ["address_any"]),
    "DE": (["address_local", "bundle"], ["address_local"]),
    "FR": (["address_local", "bundle"], ["address_foreign"]),
    "AU": (["address_any"], ["bundle"], ["address_local"]),
}


def _own_terms(offer: Offer, chance: random.Random) -> None:
    """One currency, one price a country and type, no fee, no channels but SMS and MMS, and a country's regulation."""
    offer.carrier = "Twilio"
    offer.channels = [channel for channel in offer.channels if channel in {"sms", "mms"}]
    offer.currency, offer.upfront_fee = "USD", 0.0
    offer.recurring_fee = PRICES[offer.country, offer.number_type]
    beta = chance.choices(([], ["beta"]), (90, 10))[0]
    offer.requirements = [*chance.choice(_REGULATED.get(offer.country, ([],))), *beta]


TWILIO = Profile(
    name="twilio",
    title="Twilio",
    path=MOUNT,
    more_paths={"pricing_base_url": PRICING_MOUNT, "messaging_base_url": MESSAGING_MOUNT},
    operations=(
        *("available", "types", "lease", "leased", "details", "terminate", "configure"),
        *("prices", "services", "members", "join", "leave", "account"),
    ),
    switches=SWITCHES,
    knows_login=lambda name: is_sid(ACCOUNT, name) or is_sid(API_KEY, name),
    lease_id=lambda chance, _count: f"{NUMBER}{chance.randbytes(16).hex()}",
    demo_login={"account_sid": DEMO_ACCOUNT, "auth_token": DEMO_API_KEY},
    example_fees=(0.0, PRICES["US", "local"]),
    own_terms=_own_terms,
    settings=DEFAULTS,
)
