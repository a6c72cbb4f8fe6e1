"""Telnyx's wire: what is searched for and how, what its errors mean, and every switch that must not matter."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.config import Config
from pulumi_leases.domain.errors import (
    BadResponse,
    LeaseError,
    NoAnswer,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
)
from pulumi_leases.domain.models import Order
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.services.telnyx import Telnyx

from ..raw import Raw, raw_server
from .telnyx import GERMAN, NUMBER, OTHER, TOLL_FREE, as_listed, connect, count, held, offered, ordered, telnyx

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

__all__ = ["telnyx"]  # the fixture

FIXED = {"filter[best_effort]": "false", "filter[exclude_held_numbers]": "true", "filter[limit]": "100"}
AREA, START = "filter[national_destination_code]", "filter[phone_number][starts_with]"
CONTAINS, COUNTRY = "filter[phone_number][contains]", "filter[country_code]"


# What is searched for.


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"country": "US"}, {COUNTRY: "US"}),
        ({"country": "US", "area_code": "201"}, {COUNTRY: "US", AREA: "201"}),
        ({"country": "GB", "area_code": "020"}, {COUNTRY: "GB", AREA: "20"}),
        ({"country": "IT", "area_code": "06"}, {COUNTRY: "IT", AREA: "06"}),
        ({"country": "US", "area_code": "201", "prefix": "+1201555"}, {COUNTRY: "US", START: "201555"}),
        ({"country": "US", "area_code": "201", "prefix": "+12"}, {COUNTRY: "US", AREA: "201"}),
        ({"prefix": "+1"}, {COUNTRY: "US"}),
        ({"prefix": "+1416"}, {COUNTRY: "CA", START: "416"}),
        ({"prefix": "+4930"}, {COUNTRY: "DE", START: "30"}),
        ({"prefix": "+4"}, {}),
        ({}, {}),
        ({"country": "US", "contains": "555"}, {COUNTRY: "US", CONTAINS: "555"}),
        ({"country": "US", "contains": "12"}, {COUNTRY: "US"}),
        ({"country": "DE", "contains": "93"}, {COUNTRY: "DE"}),
        ({"country": "US", "capabilities": ["sms", "voice"]}, {COUNTRY: "US", "filter[features]": "sms,voice"}),
        ({"country": "US", "number_type": "Toll_Free"}, {COUNTRY: "US", "filter[phone_number_type]": "toll_free"}),
        (
            {"country": "US", "region": "NJ", "city": "Jersey City"},
            {COUNTRY: "US", "filter[administrative_area]": "NJ", "filter[locality]": "Jersey City"},
        ),
        ({"country": "GB", "region": "ENG"}, {COUNTRY: "GB"}),
    ],
)
def test_a_search_is_filtered_by_the_vendor(telnyx: Telnyx, criteria: dict[str, Any], expected: dict[str, str]) -> None:
    """By whatever it knows; digits that may lie in the country code, which it does not search, are left to us."""
    asked = dict(telnyx.query(NumberSearch.model_validate(criteria)))
    assert asked == {**expected, **FIXED}


def test_an_offer_has_what_the_vendor_says(telnyx: Telnyx, vendor: Vendor) -> None:
    """Price, places and capabilities; the type is what was asked for, as far as the numbering plan does not object."""
    on_offer = vendor.offers("telnyx")[NUMBER]
    (offer,) = offered(telnyx, prefix=NUMBER)
    assert offer.model_dump(exclude_defaults=True) == {
        "number": NUMBER,
        "country": "US",
        "region": "NJ",
        "city": "Jersey City",
        "capabilities": ("mms", "sms", "voice"),
        "currency": "USD",
        "upfront_fee": Decimal(str(on_offer.upfront_fee)),
        "monthly_rate": Decimal(str(on_offer.recurring_fee)),
    }
    assert {one.number_type for one in offered(telnyx, country="US", number_type="local")} == {"local"}
    assert telnyx.offer(TOLL_FREE).number_type == "toll_free"  # type: ignore[union-attr]  # it is on offer
    vendor.switch("telnyx", search_filters="ignored")
    found = {one.number[:5]: one.number_type for one in offered(telnyx, country="US", number_type="toll_free")}
    assert found["+1201"] is None


@pytest.mark.parametrize("contains", ["substring", "scattered"])
def test_a_number_is_looked_up_whole(telnyx: Telnyx, vendor: Vendor, contains: str) -> None:
    """In any country; one that is like it is not it."""
    vendor.switch("telnyx", contains=contains, search_order="shuffled", search_limit=1)
    vendor.remove_offer("telnyx", OTHER)
    for number in (NUMBER, TOLL_FREE, GERMAN):
        assert telnyx.offer(number).number == number  # type: ignore[union-attr]  # it is on offer
    assert telnyx.offer(OTHER) is None


@pytest.mark.parametrize("redacted", ["all", "foreign"])
def test_a_number_that_is_not_shown_whole_is_not_on_offer(telnyx: Telnyx, vendor: Vendor, redacted: str) -> None:
    """A trial account sees such: they cannot be ordered."""
    vendor.switch("telnyx", redacted=redacted)
    assert offered(telnyx, country="DE") == []
    assert bool(offered(telnyx, country="US")) == (redacted == "foreign")
    with pytest.raises(Refused, match="not on offer"):
        ordered(telnyx, GERMAN)
    assert count(vendor, "lease") == 0


@pytest.mark.parametrize("no_coverage", ["empty", 400, 404, 422])
def test_where_there_is_nothing_nothing_is_on_offer(telnyx: Telnyx, vendor: Vendor, no_coverage: object) -> None:
    """Said as an empty list or, as the guide has it, as an error."""
    vendor.switch("telnyx", no_coverage=no_coverage)
    assert offered(telnyx, country="US", area_code="999") == []
    assert telnyx.offer("+12015559999") is None


def test_a_vendor_that_wants_a_country_says_so(telnyx: Telnyx, vendor: Vendor) -> None:
    """A search without one is not made up."""
    vendor.switch("telnyx", country="required")
    with pytest.raises(Refused, match="country_code"):
        offered(telnyx)


def test_missing_prices_are_none(telnyx: Telnyx, vendor: Vendor) -> None:
    """Neither invented nor a reason to hide the number."""
    vendor.switch("telnyx", prices="absent")
    (offer,) = offered(telnyx, prefix=NUMBER)
    assert (offer.currency, offer.upfront_fee, offer.monthly_rate) == (None, None, None)


# What must not matter: a whole life under each switch.

LIVES: list[dict[str, Any]] = [
    {},
    {"order_answer": "settled"},
    {"gate": "anybody"},
    {"gate": "open"},
    {"price_factor": 2.0},
    {"reference_copied": False},
    {"reference_filter": "exact"},
    {"reference_filter": "ignored"},
    {"reference_form": "any"},
    {"deleted_order": "deleted"},
    {"ended_numbers": "listed"},
    {"raw_type_s": 60},
    {"status_form": "underscores"},
    {"purchase_skew_s": 20},
    {"idle_deletes": 1},
    {"idle_deletes": 2},
    {"number_id_again": "same"},
    {"search_limit": 1},
    {"search_order": "shuffled"},
    {"plus_filter": "works"},
    {"e164_read": 404},
    {"messaging_lag_s": 1},
    {"messaging_profiles": "down"},
    {"request_id": "absent"},
    {"date_header": "absent"},
    {"unknown_fields": True},
    {"search_lag_s": 60},
    {"hold_s": 0, "aging_s": 0},
]


@pytest.mark.parametrize("switches", LIVES, ids=lambda switches: "-".join(f"{k}-{v}" for k, v in switches.items()))
def test_a_whole_life(telnyx: Telnyx, vendor: Vendor, switches: dict[str, Any]) -> None:
    """Searched, ordered once, found, listed, connected, let go: whatever the vendor leaves open."""
    vendor.switch("telnyx", **switches)
    reference = mint_reference()
    lease = ordered(telnyx, reference=reference)
    assert held(vendor) == {NUMBER: lease.lease_id}
    assert (lease.status, lease.reference) == ("active", reference)
    assert count(vendor, "lease") == 1
    (found,) = telnyx.find(NUMBER, reference)
    assert found == as_listed(lease)
    assert [one.lease_id for one in telnyx.list()] == [lease.lease_id]
    telnyx.configure(lease, {"tags": ["a"], "messaging": {"profile": ""}})
    assert not telnyx.has_ended(NUMBER, lease.lease_id, reference)
    telnyx.release(found)
    assert held(vendor) == {}
    assert telnyx.find(NUMBER, reference) == telnyx.list() == []
    assert telnyx.has_ended(NUMBER, lease.lease_id, reference)


def test_many_pages_are_one_listing(telnyx: Telnyx, vendor: Vendor) -> None:
    """Each lease once, however they shift meanwhile."""
    numbers = list(vendor.offers("telnyx"))[:251]
    for number in numbers:
        vendor.lease("telnyx", number, vendor.telnyx_key())
    vendor.switch("telnyx", shifting_pages=1)
    assert sorted(lease.number for lease in telnyx.list()) == sorted(numbers)
    assert count(vendor, "leased") >= 2


# What its errors mean.


@pytest.mark.parametrize(
    ("switches", "kind"),
    [
        *[({"payment": status}, PaymentRequired) for status in (400, 402, 403, 422)],
        *[({"level": code}, Refused) for code in (20012, 20013, 20014, 20016, 20017, 10038, 10039)],
        *[({"level": 20014, "level_status": status}, Refused) for status in (400, 422)],
        *[({"not_searched": status, "gate_s": 0.0}, Refused) for status in (400, 403, 404, 409, 422)],
        *[({"bad_key": status}, Unauthorized) for status in (401, 403)],
        ({"group_missing": 400, "requirement_group": "all"}, Refused),
        ({"group_missing": 422, "requirement_group": "all"}, Refused),
    ],
)
def test_a_refusal_has_its_own_kind_of_error(vendor: Vendor, switches: dict[str, Any], kind: type[LeaseError]) -> None:
    """By its code, under whichever status; nothing is leased, and the vendor's words and request id are quoted."""
    vendor.switch("telnyx", **switches)
    key = "wrong" if kind is Unauthorized else vendor.telnyx_key()
    with closing(connect(vendor, api_key=key)) as telnyx, pytest.raises(kind) as caught:
        ordered(telnyx)
    assert type(caught.value) is kind
    assert caught.value.code is not None
    assert caught.value.request_id
    assert f"request {caught.value.request_id}" in str(caught.value)
    assert f"see https://developers.telnyx.com/docs/overview/errors/{caught.value.code}" in str(caught.value)
    assert held(vendor) == {}


@pytest.mark.parametrize("header", ["x-request-id", "x-telnyx-request-id"])
def test_the_request_is_named(telnyx: Telnyx, vendor: Vendor, header: str) -> None:
    """By either header that the vendor's own tool knows."""
    vendor.switch("telnyx", request_id=header, payment=402)
    with pytest.raises(PaymentRequired) as caught:
        ordered(telnyx)
    assert caught.value.request_id


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        ("400 Bad Request", "10007", NoAnswer),
        ("409 Conflict", "10036", NoAnswer),
        ("400 Bad Request", "10008", NoAnswer),
        ("408 Request Timeout", "10008", NoAnswer),
        ("503 Service Unavailable", "10037", NoAnswer),
        ("500 Internal Server Error", "10005", NoAnswer),
        ("403 Forbidden", "10011", RateLimited),
        ("429 Too Many Requests", "10011", RateLimited),
        ("409 Conflict", "85001", Refused),
        ("422 Unprocessable Entity", "85004", Refused),
        ("423 Locked", "10035", Refused),
        ("404 Not Found", "85000", Refused),
        ("404 Not Found", None, NoAnswer),
        ("403 Forbidden", None, NoAnswer),
        ("429 Too Many Requests", None, RateLimited),
        ("200 OK", None, BadResponse),
    ],
)
def test_what_an_answer_to_the_paying_call_means(
    telnyx: Telnyx, vendor: Vendor, status: str, code: str | None, kind: type[LeaseError]
) -> None:
    """Refused only in the vendor's own words, and not where these leave open what was done."""
    body: Any = {"errors": [{"code": code, "title": "No", "detail": "Not now."}]} if code else "<html>no</html>"
    number = int(status.partition(" ")[0])
    vendor.fault("lease", "status", vendor="telnyx", code=number, body=body)
    with pytest.raises(LeaseError) as caught:
        ordered(telnyx)
    assert type(caught.value) is kind
    assert count(vendor, "lease") == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *[(code, Refused) for code in ("85000", "85001", "85004", "85005", "85006", "85007", "85008", "10015")],
        *[(code, Refused) for code in ("20012", "20013", "20014", "20016", "20017", "10038", "10039", "10010")],
        *[(code, Refused) for code in ("10004", "10012", "10021", "10027", "10029", "10032", "10035", "99999")],
        *[(code, Unauthorized) for code in ("10009", "20001", "20002", "20003", "20006", "20008")],
        *[(code, NoAnswer) for code in ("10007", "10008", "10036", "10037")],
        ("20100", PaymentRequired),
        ("10005", NotFound),
        ("10011", RateLimited),
    ],
)
def test_each_code_of_a_refused_order_means_what_is_documented(
    telnyx: Telnyx, vendor: Vendor, code: str, kind: type[LeaseError]
) -> None:
    """Whatever its status, which is not documented; the vendor's words and page are quoted, and nothing is leased."""
    url = f"https://developers.telnyx.com/docs/overview/errors/{code}"
    body = {"errors": [{"code": code, "title": "No", "detail": "Not now.", "meta": {"url": url}}]}
    for status in (400, 403, 422):
        vendor.fault("lease", "status", vendor="telnyx", code=status, body=body)
        with pytest.raises(LeaseError, match=rf"Not now. .{code}.; see {url}") as caught:
            ordered(telnyx)
        assert type(caught.value) is kind
    assert held(vendor) == {}


@pytest.mark.parametrize("shape", ["text", "empty"])
def test_a_404_without_the_vendors_words_is_not_believed(telnyx: Telnyx, vendor: Vendor, shape: str) -> None:
    """A wrong address or a proxy answers so too: it does not say that a number is not leased."""
    vendor.switch("telnyx", error_shape=shape)
    with pytest.raises(BadResponse):
        telnyx.find(NUMBER)


@pytest.mark.parametrize("retry_after", ["absent", "present"])
def test_how_long_to_wait_is_read_from_either_header(telnyx: Telnyx, vendor: Vendor, retry_after: str) -> None:
    """`x-ratelimit-reset` is documented, `Retry-After` is what the vendor's own tool reads."""
    vendor.switch("telnyx", retry_after=retry_after)
    vendor.fault("lease", "429", vendor="telnyx", retry_after=7)
    with pytest.raises(RateLimited) as caught:
        ordered(telnyx)
    assert caught.value.retry_after_s == 7


def test_the_gate_is_asked_before_anything_is_paid(telnyx: Telnyx, vendor: Vendor) -> None:
    """A search that fails says that surely nothing was done; one that this run has made serves as the gate."""
    vendor.fault("available", "garbage", vendor="telnyx")
    with pytest.raises(LeaseError, match="was not ordered") as caught:
        ordered(telnyx)
    assert type(caught.value).__name__ == "Unreachable"
    assert count(vendor, "lease") == 0
    offered(telnyx, prefix=NUMBER)
    before = count(vendor, "available")
    ordered(telnyx)
    assert count(vendor, "available") == before


def test_each_setting_has_the_name_that_its_kind_has() -> None:
    """In the config, in our variables, and in those of the vendor's own tools."""
    ours: dict[str, Any] = {"leases:telnyxApiKey": "KEY1", "leases:telnyxBaseUrl": "https://telnyx.example"}
    expected = {"api_key": "KEY1", "base_url": "https://telnyx.example"}
    assert Config(ours.get, {}).login(Telnyx, "default") == expected
    for prefix in ("LEASES_TELNYX", "TELNYX"):
        environ = {f"{prefix}_API_KEY": "KEY1", f"{prefix}_BASE_URL": "https://telnyx.example"}
        assert Config(lambda _: None, environ).login(Telnyx, "default") == expected
    alone = Config(lambda _: None, {"TELNYX_API_KEY": "KEY1"}).login(Telnyx, "default")
    assert alone["base_url"] == "https://api.telnyx.com/v2"


def test_the_order_is_as_documented(vendor: Vendor) -> None:
    """One number, its requirement group and the reference; the key in the header, and nothing that was not asked for."""
    with raw_server() as raw, closing(connect(vendor, base_url=raw.url)) as telnyx:
        _say_an_offer(raw)
        assert telnyx.offer(NUMBER) is not None
        raw.say({"data": {"id": "o1", "status": "failure", "phone_numbers": [{"phone_number": NUMBER}]}})
        with pytest.raises(Refused, match="is failure"):
            telnyx.lease(Order(number=NUMBER, reference="pl-x", requirements={"group": "g1"}, label="sales"))
    line = f'{{"phone_number":"{NUMBER}","requirement_group_id":"g1"}}'
    assert raw.bodies[-1].replace(" ", "") == f'{{"phone_numbers":[{line}],"customer_reference":"pl-x"}}'
    assert raw.asked[-1].startswith("POST /number_orders HTTP/1.1")
    assert f"Bearer {vendor.telnyx_key()}" in raw.asked[-1]


def _say_an_offer(raw: Raw) -> None:
    raw.say({"data": [{"phone_number": NUMBER}], "meta": {"total_results": 1}})
