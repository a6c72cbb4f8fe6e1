"""Twilio's search: by country and type, with 18 filters, at most 30 of what passes them."""

from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Vendor

from .answers import trouble
from .test_twilio import search

NUMBER = "+12015550123"


def passing(vendor: Vendor, wanted: Any) -> set[str]:
    """The local US numbers on offer for which `wanted` holds."""
    return {
        number
        for number, offer in vendor.offers("twilio").items()
        if (offer.country, offer.number_type, offer.status) == ("US", "local", "available") and wanted(offer)
    }


def city(*names: str) -> Any:
    return lambda offer: offer.city in names


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"AreaCode": "201"}, city("Jersey City")),
        ({"Contains": "+1201555"}, city("Jersey City")),
        ({"Contains": NUMBER}, lambda offer: offer.number == NUMBER),
        ({"Contains": "0123"}, lambda offer: "0123" in offer.number),
        ({"Contains": "0125$"}, lambda offer: offer.number.endswith("0125")),
        ({"Contains": "201555****"}, city("Jersey City")),
        ({"Contains": "%1201555"}, city("Jersey City")),
        ({"Contains": "**5550123"}, lambda offer: offer.number.endswith("5550123")),
        ({"Contains": "201JJJ"}, city("Jersey City")),
        ({"SmsEnabled": "true", "InRegion": "NJ"}, lambda offer: offer.region == "NJ" and "sms" in offer.channels),
        ({"MmsEnabled": "true", "InRegion": "NJ"}, lambda offer: offer.region == "NJ" and "mms" in offer.channels),
        ({"VoiceEnabled": "true", "InRegion": "NJ"}, lambda offer: offer.region == "NJ" and offer.voice),
        ({"FaxEnabled": "true"}, lambda offer: offer.voice and "sms" not in offer.channels),
        ({"InRegion": "nj"}, city("Jersey City")),
        ({"InLocality": "new york"}, city("New York")),
        ({"InPostalCode": "94103"}, city("San Francisco")),
        ({"InLata": "722"}, city("San Francisco")),
        ({"InLata": "722", "InRateCenter": "SNFC CNTRL"}, city("San Francisco")),
        ({"InLata": "722", "InRateCenter": "AUSTIN"}, city()),
        ({"NearNumber": NUMBER}, city("Jersey City", "New York")),
        ({"NearNumber": NUMBER, "Distance": "1"}, city("Jersey City")),
        ({"NearNumber": "+19995550123"}, city()),
        ({"NearLatLong": "37.8,-122.4", "Distance": "10"}, city("San Francisco")),
        ({"Beta": "false", "AreaCode": "201"}, lambda o: o.city == "Jersey City" and "beta" not in o.requirements),
    ],
)
def test_filters(twilio: httpx.Client, vendor: Vendor, filters: dict[str, str], wanted: Any) -> None:
    """Each filter finds what passes it and nothing else; what is more than 30 is not listed."""
    vendor.switch("twilio", result_cap="page_size")
    found = search(twilio, PageSize="1000", **filters)
    assert len(set(found)) == len(found)
    assert set(found) == passing(vendor, wanted)


@pytest.mark.parametrize(
    "filters",
    [
        {"Contains": "1"},
        {"Contains": "12345678901234567"},
        {"Contains": "12*34"},
        {"Contains": "+*12"},
        {"Contains": "*%"},
        {"AreaCode": "1"},
        {"InRateCenter": "AUSTIN"},
        {"NearNumber": NUMBER, "Distance": "501"},
        {"NearLatLong": "here"},
        {"NearLatLong": "1.2.3,4"},
    ],
)
def test_filters_that_cannot_be(twilio: httpx.Client, filters: dict[str, str]) -> None:
    """A pattern of one or of 17 characters, or with its wildcards in between, and other wrong values are 400."""
    assert twilio.get("/AvailablePhoneNumbers/US/Local.json", params=filters).status_code == 400


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ("ExcludeAllAddressRequired", {"none"}),
        ("ExcludeLocalAddressRequired", {"none", "any", "foreign"}),
        ("ExcludeForeignAddressRequired", {"none", "any", "local"}),
    ],
)
def test_addresses_excluded(twilio: httpx.Client, vendor: Vendor, exclude: str, left: set[str]) -> None:
    """Numbers that need an address can be left out, all or some."""
    for count, need in enumerate(("any", "local", "foreign"), 23):
        vendor.change_offer("twilio", f"+4420794600{count}", requirements=[f"address_{need}"])
    answer = twilio.get("/AvailablePhoneNumbers/GB/Local.json", params={exclude: "true"})
    assert {one["address_requirements"] for one in answer.json()["available_phone_numbers"]} == left


def test_filters_of_north_america_are_ignored_elsewhere(twilio: httpx.Client) -> None:
    """What holds in the US and Canada only does not restrict a search in Germany."""
    filters = {"AreaCode": "201", "InRegion": "NJ", "InPostalCode": "07302", "NearNumber": NUMBER, "InLata": "224"}
    assert len(search(twilio, "DE", **filters)) == 30


def test_at_most_thirty_in_no_order(twilio: httpx.Client) -> None:
    """Two searches that pass more than 30 numbers do not find the same 30."""
    first, second = search(twilio, PageSize="1000"), search(twilio, PageSize="1000")
    assert len(first) == len(second) == 30
    assert first != second
    assert len(search(twilio, PageSize="5")) == 5


def test_types_of_a_country(twilio: httpx.Client, vendor: Vendor) -> None:
    """A country names its types; a type or a country without numbers is 404, one whose numbers are sold is empty."""
    uris = twilio.get("/AvailablePhoneNumbers/AU.json").json()["subresource_uris"]
    assert uris.keys() == {"local", "mobile"}
    path = uris["mobile"].removeprefix(f"/2010-04-01/Accounts/{vendor.account_sid()}")
    assert twilio.get(path).json()["available_phone_numbers"]
    trouble(twilio.get("/AvailablePhoneNumbers/US/Mobile.json"), 404, 20404)
    trouble(twilio.get("/AvailablePhoneNumbers/XX/Local.json"), 404, 20404)
    trouble(twilio.get("/AvailablePhoneNumbers/XX.json"), 404, 20404)
    for number, offer in vendor.offers("twilio").items():
        if offer.number_type == "mobile":
            vendor.lease("twilio", number)
    assert search(twilio, "AU", "Mobile") == []


def test_offer(twilio: httpx.Client, vendor: Vendor) -> None:
    """What a search says of a number: no price, no type; and hardly anything outside of the US and Canada."""
    (found,) = twilio.get(f"/AvailablePhoneNumbers/US/Local.json?Contains=%2B{NUMBER[1:]}").json()[
        "available_phone_numbers"
    ]
    assert found == {
        "friendly_name": "(201) 555-0123",
        "phone_number": NUMBER,
        "lata": "224",
        "rate_center": "JERSEYCITY",
        "latitude": "40.717800",
        "longitude": "-74.043100",
        "locality": "Jersey City",
        "region": "NJ",
        "postal_code": "07302",
        "iso_country": "US",
        "address_requirements": "none",
        "beta": "beta" in vendor.offers("twilio")[NUMBER].requirements,
        "capabilities": {"voice": True, "SMS": True, "MMS": True, "fax": False},
    }
    foreign = twilio.get("/AvailablePhoneNumbers/GB/Local.json").json()["available_phone_numbers"][0]
    assert (foreign["lata"], foreign["postal_code"], foreign["latitude"]) == (None, None, None)
    assert foreign["region"] == foreign["locality"]


def test_terms(vendor: Vendor) -> None:
    """One currency, one price for a country and type, no fee, and regulation outside of North America."""
    offers = list(vendor.offers("twilio").values())
    assert {offer.currency for offer in offers} == {"USD"}
    assert {offer.upfront_fee for offer in offers} == {0.0}
    prices = {(offer.country, offer.number_type, offer.recurring_fee) for offer in offers}
    assert len(prices) == len({price[:2] for price in prices}) == 8
    wants = {requirement for offer in offers for requirement in offer.requirements}
    assert wants == {"address_any", "address_local", "address_foreign", "bundle", "beta"}
