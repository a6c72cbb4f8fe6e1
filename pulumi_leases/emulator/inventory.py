"""What a vendor has on offer: fictional but valid numbers, the same for every emulator of one seed."""

import random
from dataclasses import dataclass, field
from typing import NamedTuple

from pulumi_leases.emulator.profile import Profile

EXAMPLE = "+12015550123"
"""The number of the documented examples; every vendor offers it."""


@dataclass
class Offer:
    """A number with everything that any vendor shows of it.

    `number` is E.164, `country` ISO 3166 alpha-2, `recurring_fee` is due per period of `period_months` months,
    both fees are in `currency`, `created_at` is epoch seconds.
    """

    number: str
    country: str = "US"
    region: str = "NJ"
    city: str = "Jersey City"
    carrier: str = "Contiguity"
    number_type: str = "local"
    channels: list[str] = field(default_factory=lambda: ["sms", "mms"])
    voice: bool = True
    intl_sms: bool = False
    requirements: list[str] = field(default_factory=list)
    e911_capable: bool = True
    reputation: float = 0.9
    previous_owners: int = 0
    status: str = "available"
    currency: str = "USD"
    upfront_fee: float = 1.5
    recurring_fee: float = 12.0
    period_months: int = 1
    created_at: float = 1_755_000_000.0


class _Place(NamedTuple):
    """A block of numbers, where there is one that the country keeps for fiction; `digits` are left to count in it."""

    prefix: str
    digits: int
    country: str
    region: str
    city: str
    currency: str
    number_type: str = "local"


_PLACES = (
    _Place("+120155501", 2, "US", "NJ", "Jersey City", "USD"),
    _Place("+121255501", 2, "US", "NY", "New York", "USD"),
    _Place("+130555501", 2, "US", "FL", "Miami", "USD"),
    _Place("+131255501", 2, "US", "IL", "Chicago", "USD"),
    _Place("+141555501", 2, "US", "CA", "San Francisco", "USD"),
    _Place("+151255501", 2, "US", "TX", "Austin", "USD"),
    _Place("+120655501", 2, "US", "WA", "Seattle", "USD"),
    _Place("+161755501", 2, "US", "MA", "Boston", "USD"),
    _Place("+170255501", 2, "US", "NV", "Las Vegas", "USD"),
    _Place("+172055501", 2, "US", "CO", "Denver", "USD"),
    _Place("+140455501", 2, "US", "GA", "Atlanta", "USD"),
    _Place("+120255501", 2, "US", "DC", "Washington", "USD"),
    _Place("+180055501", 2, "US", "", "", "USD", "toll_free"),
    _Place("+141655501", 2, "CA", "ON", "Toronto", "CAD"),
    _Place("+151455501", 2, "CA", "QC", "Montréal", "CAD"),
    _Place("+160455501", 2, "CA", "BC", "Vancouver", "CAD"),
    _Place("+442079460", 3, "GB", "ENG", "London", "GBP"),
    _Place("+441614960", 3, "GB", "ENG", "Manchester", "GBP"),
    _Place("+493023125", 3, "DE", "BE", "Berlin", "EUR"),
    _Place("+494066969", 3, "DE", "HH", "Hamburg", "EUR"),
    _Place("+498999998", 3, "DE", "BY", "München", "EUR"),
    _Place("+3319900", 4, "FR", "IDF", "Paris", "EUR"),
    _Place("+3326191", 4, "FR", "BRE", "Rennes", "EUR"),
    _Place("+6127010", 4, "AU", "NSW", "Sydney", "AUD"),
    _Place("+6135550", 4, "AU", "VIC", "Melbourne", "AUD"),
    _Place("+614915701", 2, "AU", "", "", "AUD", "mobile"),
)
_FIRST, _LAST = 23, 36
_PLAIN = range(_FIRST, _FIRST + 3)
_NORTH_AMERICAN = ("T-Mobile", "AT&T", "Verizon", "Contiguity", "Contiguity", "Twilio")
_CHANNELS = (["sms"], ["sms", "mms"], ["sms", "mms", "rcs"], ["sms", "mms", "imessage"], ["sms", "whatsapp"], ["mms"])
_ENTITLED = {"imessage": "imessage_entitlement_required", "whatsapp": "whatsapp_entitlement_required"}


def inventory(vendor: Profile, seed: str) -> dict[str, Offer]:
    """The offers of a vendor by number, in the order in which it lists them.

    All vendors offer the same numbers, each on its own terms. The first three of each place are plain (available,
    SMS and MMS, no requirements, paid by the month), so that any place serves as an example.
    """
    offers: dict[str, Offer] = {}
    for place in _PLACES:
        chance = random.Random(f"{seed} {vendor.name} {place.prefix}")  # noqa: S311 no secret
        for count in range(_FIRST, _LAST + 1):
            number = f"{place.prefix}{count:0{place.digits}d}"
            offers[number] = _offer(vendor, number, place, chance)
            if vendor.own_terms is not None:
                vendor.own_terms(offers[number], chance)
            if count in _PLAIN:
                _make_plain(offers[number])
    example = offers[EXAMPLE]
    example.carrier, example.reputation, example.previous_owners = "Contiguity", 0.93, 1
    example.upfront_fee, example.recurring_fee = vendor.example_fees
    return offers


def _make_plain(offer: Offer) -> None:
    offer.status, offer.channels, offer.voice = "available", ["sms", "mms"], True
    offer.requirements, offer.period_months = [], 1


def _offer(vendor: Profile, number: str, place: _Place, chance: random.Random) -> Offer:
    domestic = place.country in {"US", "CA"}
    channels = list(chance.choice(_CHANNELS))
    requirements = [_ENTITLED[channel] for channel in channels if channel in _ENTITLED]
    requirements += chance.choices(([], ["enterprise_plan_required"]), (95, 5))[0]
    return Offer(
        number=number,
        country=place.country,
        region=place.region,
        city=place.city,
        carrier=chance.choice(_NORTH_AMERICAN) if domestic else "International Partner",
        number_type=place.number_type,
        channels=channels,
        voice=chance.choices((True, False), (80, 20))[0],
        intl_sms=chance.choice((True, False)),
        requirements=requirements if vendor.entitlements else [],
        e911_capable=domestic and chance.choices((True, False), (90, 10))[0],
        reputation=round(chance.uniform(0.35, 1.0), 2),
        previous_owners=chance.choice((0, 0, 1, 1, 2, 3, 5)),
        status=chance.choices(
            ("available", "g-available" if vendor.entitlements else "available", "unavailable"), (90, 5, 5)
        )[0],
        currency=place.currency,
        upfront_fee=chance.choice((0.0, 0.5, 1.0, 1.5, 3.0)),
        recurring_fee=chance.choice((1.5, 2.0, 2.4, 3.0, 4.5, 6.0, 9.0, 12.0)),
        period_months=chance.choice(vendor.periods) if len(vendor.periods) > 1 else vendor.periods[0],
        created_at=1_735_689_600.0 + chance.randrange(300) * 86_400,
    )
