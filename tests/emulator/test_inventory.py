"""What the vendors have on offer."""

from collections import Counter

import phonenumbers
import pytest

from pulumi_leases.emulator.contiguity.profile import CONTIGUITY
from pulumi_leases.emulator.inventory import EXAMPLE, inventory
from pulumi_leases.emulator.profile import Profile
from pulumi_leases.emulator.telesign.profile import TELESIGN
from pulumi_leases.emulator.vendors import VENDORS

EACH_VENDOR = pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda vendor: vendor.name)


@EACH_VENDOR
def test_every_number_is_valid_in_its_country(vendor: Profile) -> None:
    """The metadata of phonenumbers accepts each number, for the country that the offer names."""
    for offer in inventory(vendor, "leases").values():
        number = phonenumbers.parse(offer.number)
        assert phonenumbers.is_valid_number(number), offer
        assert phonenumbers.region_code_for_number(number) == offer.country
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == offer.number


@EACH_VENDOR
def test_same_seed_same_inventory(vendor: Profile) -> None:
    """The inventory is a function of the seed, and another seed gives other terms for the same numbers."""
    once, again, other = inventory(vendor, "a"), inventory(vendor, "a"), inventory(vendor, "b")
    assert once == again
    assert once != other
    assert list(once) == list(other)


def test_inventory_is_large_and_varied() -> None:
    """There is enough of everything to search for."""
    offers = list(inventory(CONTIGUITY, "leases").values())
    assert len(offers) > 300
    assert {offer.country for offer in offers} >= {"US", "CA", "GB", "DE", "FR", "AU"}
    assert {offer.currency for offer in offers} == {"USD", "CAD", "GBP", "EUR", "AUD"}
    assert {offer.status for offer in offers} == {"available", "g-available", "unavailable"}
    assert {channel for offer in offers for channel in offer.channels} == {"sms", "mms", "rcs", "imessage", "whatsapp"}
    assert len({requirement for offer in offers for requirement in offer.requirements}) == 3
    assert len({offer.carrier for offer in offers}) == 6
    assert len({offer.reputation for offer in offers}) > 30
    assert Counter(offer.city for offer in offers)["Jersey City"] > 10


def test_telesign_terms_vary() -> None:
    """TeleSign offers number types and periods of its own, and knows no requirements."""
    offers = list(inventory(TELESIGN, "leases").values())
    assert {offer.number_type for offer in offers} == {"local", "mobile", "toll_free"}
    assert {offer.period_months for offer in offers} == {1, 12}
    assert not any(offer.requirements for offer in offers)
    assert {offer.status for offer in offers} == {"available", "unavailable"}


def test_documented_number_is_on_offer_at_both() -> None:
    """The number of the documented examples is there at both vendors, at the documented price at Contiguity."""
    example = inventory(CONTIGUITY, "any")[EXAMPLE]
    assert (example.currency, example.upfront_fee, example.recurring_fee) == ("USD", 1.5, 12.0)
    assert (example.city, example.carrier, example.channels) == ("Jersey City", "Contiguity", ["sms", "mms"])
    assert (example.status, example.requirements) == ("available", [])
    assert inventory(TELESIGN, "any")[EXAMPLE].status == "available"


@EACH_VENDOR
def test_each_place_has_plain_numbers(vendor: Profile) -> None:
    """Whatever the seed, three numbers of each city can be leased by anybody, for SMS and by the month."""
    plain = Counter(
        (offer.country, offer.city)
        for offer in inventory(vendor, "whatever").values()
        if offer.status == "available" and "sms" in offer.channels and not offer.requirements
        and offer.period_months == 1
    )  # fmt: skip
    places = {(offer.country, offer.city) for offer in inventory(vendor, "whatever").values()}
    assert all(plain[place] >= 3 for place in places)
