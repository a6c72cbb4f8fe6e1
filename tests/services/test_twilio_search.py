"""Twilio: searches, pushed down as far as they can be; offers with their price and what the country wants."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from pulumi_leases.domain.errors import InvalidInput, LeaseError
from pulumi_leases.domain.search import NumberSearch, unmet_criterion

from .test_twilio import GERMAN, NUMBER, OTHER

if TYPE_CHECKING:
    from pulumi_leases.domain.models import Offer
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.services.twilio.service import Twilio

    from .conftest import ConnectTwilio


def offered(service: Twilio, **criteria: Any) -> list[Offer]:
    return [offer for page in service.search(service.query(NumberSearch(**criteria))) for offer in page]


def asked(vendor: Vendor) -> dict[str, str]:
    """The filters of the last search."""
    return dict(parse_qsl(vendor.calls("available")[-1].query))


@pytest.mark.parametrize(
    ("criteria", "filters"),
    [
        ({"country": "US"}, {}),
        ({"country": "US", "area_code": "201"}, {"AreaCode": "201"}),
        ({"prefix": "+1201"}, {"AreaCode": "201"}),
        ({"prefix": "+12015550"}, {"AreaCode": "201", "Contains": "+12015550"}),
        ({"country": "US", "area_code": "201", "contains": "55"}, {"AreaCode": "201", "Contains": "55"}),
        ({"country": "GB", "area_code": "020"}, {"Contains": "+4420"}),
        ({"country": "GB", "area_code": "20", "contains": "55"}, {"Contains": "+4420"}),
        ({"prefix": "+4420"}, {"Contains": "+4420"}),
        ({"country": "GB", "contains": "7"}, {}),
        ({"country": "US", "capabilities": ["voice"]}, {"VoiceEnabled": "true"}),
        ({"country": "US", "capabilities": ["sms", "mms"]}, {"SmsEnabled": "true", "MmsEnabled": "true"}),
        ({"country": "US", "region": "nj", "city": "Jersey City"}, {"InRegion": "NJ", "InLocality": "Jersey City"}),
        ({"country": "GB", "region": "Kent", "city": "London"}, {"InLocality": "London"}),
    ],
)
def test_every_filter_that_there_is_is_pushed_down(
    twilio: Twilio, vendor: Vendor, criteria: dict[str, Any], filters: dict[str, str]
) -> None:
    """Some thirty numbers in no order: what is only looked at afterwards misses."""
    offered(twilio, **criteria)
    assert asked(vendor) == {**filters, "PageSize": "1000"}


@pytest.mark.parametrize(
    "criteria",
    [
        {"country": "US", "area_code": "201", "capabilities": ["sms", "voice"]},
        {"prefix": "+1415", "contains": "55"},
        {"country": "US", "region": "NY", "city": "new york"},
        {"country": "AU", "number_type": "mobile"},
        {"country": "US", "number_type": "Toll_Free"},
        {"country": "DE", "city": "Berlin"},
    ],
)
@pytest.mark.parametrize("keys", ["upper", "lower"])
def test_what_is_found_fits(twilio: Twilio, vendor: Vendor, criteria: dict[str, Any], keys: str) -> None:
    """By what each offer says of itself."""
    vendor.switch("twilio", capability_keys=keys)
    found = offered(twilio, **criteria)
    assert found
    assert {unmet_criterion(NumberSearch(**criteria), offer) for offer in found} == {None}


def test_a_search_needs_a_country(twilio: Twilio) -> None:
    """Or the start of a number that shows it."""
    with pytest.raises(InvalidInput, match="say `country`, or a `prefix`"):
        twilio.query(NumberSearch(contains="55"))
    with pytest.raises(InvalidInput, match="say `country`"):
        twilio.query(NumberSearch(prefix="+800"))


@pytest.mark.parametrize(
    ("prefix", "country"),
    [("+1", "US"), ("+1201", "US"), ("+1416", "CA"), ("+44", "GB"), ("+447", "GB"), ("+49", "DE"), ("+39", "IT")],
)
def test_the_start_of_a_number_shows_its_country(twilio: Twilio, prefix: str, country: str) -> None:
    """Also where several share a code."""
    assert dict(twilio.query(NumberSearch(prefix=prefix)))["country"] == country


def test_a_type_that_there_is_not_is_refused(twilio: Twilio) -> None:
    """With those that there are."""
    with pytest.raises(InvalidInput, match="one of local, mobile, toll_free, national"):
        twilio.query(NumberSearch(country="US", number_type="landline"))


def test_types_are_asked_for_in_turn(twilio: Twilio, vendor: Vendor) -> None:
    """One call each; a country without numbers of a type is no fault, and a type that is said is the only one."""
    found = offered(twilio, country="US")
    assert {offer.number_type for offer in found} == {"local", "toll_free"}
    assert [call.status for call in vendor.calls("available")] == [200, 404, 200]
    offered(twilio, country="US", number_type="local")
    assert len(vendor.calls("available")) == 4
    assert offered(twilio, country="JP") == []


@pytest.mark.parametrize("cap", [30, "page_size"])
def test_all_that_there_is_room_for_is_taken(twilio: Twilio, vendor: Vendor, cap: int | str) -> None:
    """Thirty, or as many as were asked for."""
    vendor.switch("twilio", result_cap=cap)
    found = offered(twilio, country="US", number_type="local")
    assert (len(found) == 30) == (cap == 30)
    assert len({offer.number for offer in found}) == len(found)


def test_numbers_that_need_no_address_are_found_among_many_that_do(twilio: Twilio, vendor: Vendor) -> None:
    """Where the room is full, those that need none are asked for by themselves, and each is listed once."""
    for number, offer in vendor.offers("twilio").items():
        if offer.country == "DE":
            vendor.change_offer("twilio", number, requirements=["address_local"], status="available")
    vendor.change_offer("twilio", GERMAN, requirements=[])
    found = {offer.number: offer.requirements for offer in offered(twilio, country="DE", number_type="local")}
    assert found[GERMAN] == ()
    assert set(found.values()) == {(), ("an address in its own country (requirements.address)",)}
    assert len(vendor.calls("available")) == 2


@pytest.mark.parametrize(("need", "said"), [("any", "an address"), ("foreign", "outside of its country")])
def test_what_a_country_wants_is_known(twilio: Twilio, vendor: Vendor, need: str, said: str) -> None:
    """In words, with the input."""
    vendor.switch("twilio", address_required=need)
    offer = twilio.offer(NUMBER)
    assert offer is not None
    assert said in offer.requirements[0]
    assert "requirements.address" in offer.requirements[0]


@pytest.mark.parametrize(
    ("number", "type_", "calls"),
    [(NUMBER, "local", 1), ("+18005550123", "toll_free", 1), ("+61491570123", "mobile", 1)],
)
def test_one_number_is_asked_for_whole(twilio: Twilio, vendor: Vendor, number: str, type_: str, calls: int) -> None:
    """First in the type that the numbering plan gives."""
    offer = twilio.offer(number)
    assert offer is not None
    assert (offer.number, offer.number_type) == (number, type_)
    assert asked(vendor)["Contains"] == number
    assert len(vendor.calls("available")) == calls


def test_a_number_that_a_search_misses_can_be_leased(twilio: Twilio, vendor: Vendor) -> None:
    """Its absence proves little."""
    vendor.switch("twilio", exact_contains="missed")
    assert twilio.offer(NUMBER) is None
    vendor.switch("twilio", exact_contains="found")
    assert twilio.offer(NUMBER) is not None


# Prices.


def test_prices_are_of_country_and_type(twilio: Twilio, vendor: Vendor) -> None:
    """The account's own, a month, without a fee; one call for a country and run."""
    vendor.change_offer("twilio", OTHER, recurring_fee=0.9)
    vendor.switch("twilio", price_unit="usd")
    prices = {
        (offer.number_type, offer.monthly_rate, offer.upfront_fee, offer.currency)
        for offer in offered(twilio, country="US")
    }
    assert prices == {
        ("local", Decimal("0.90"), Decimal(0), "USD"),
        ("toll_free", Decimal("2.15"), Decimal(0), "USD"),
    }
    offered(twilio, country="US")
    assert len(vendor.calls("prices")) == 1
    offered(twilio, country="GB")
    assert len(vendor.calls("prices")) == 2


@pytest.mark.parametrize("pricing", ["absent", 401, 403, 404])
def test_a_missing_price_is_unknown(twilio: Twilio, vendor: Vendor, pricing: Any) -> None:
    """To a restricted key, of a type or a country without one: never invented, and no failure."""
    vendor.switch("twilio", pricing=pricing)
    offer = twilio.offer(NUMBER)
    assert offer is not None
    assert (offer.currency, offer.monthly_rate, offer.upfront_fee) == (None, None, None)
    twilio.offer(OTHER)
    assert len(vendor.calls("prices")) == 1


def test_a_restricted_key_leases_without_a_price(connect_twilio: ConnectTwilio, vendor: Vendor) -> None:
    """What it is granted is enough."""
    vendor.login("twilio", vendor.api_key_sid(), denied=["pricing", "messaging"])
    offer = connect_twilio(api_key=vendor.api_key_sid()).offer(NUMBER)
    assert offer is not None
    assert offer.monthly_rate is None


@pytest.mark.parametrize(("fault", "params"), [("status", {"code": 500}), ("html", {}), ("garbage", {})])
def test_a_price_that_cannot_be_read_hides_no_cost(
    twilio: Twilio, vendor: Vendor, fault: str, params: dict[str, Any]
) -> None:
    """It is an error, not an offer without one; and asked for again."""
    vendor.fault("prices", fault, vendor="twilio", **params)
    with pytest.raises(LeaseError):
        twilio.offer(NUMBER)
    offer = twilio.offer(NUMBER)
    assert offer is not None
    assert offer.monthly_rate == Decimal("1.15")
