"""TeleSign's wire: signatures, shapes of both generations, pages, errors by code; and each reading of what is not documented."""

from __future__ import annotations

import base64
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pulumi_leases.domain.errors import (
    BadResponse,
    ConfigError,
    Discontinued,
    LeaseError,
    NoAnswer,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
)
from pulumi_leases.domain.models import Lease, Order
from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.services.telesign import TeleSign
from pulumi_leases.services.telesign.signing import signature

from ..raw import Raw, raw_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_leases.domain.models import Offer
    from pulumi_leases.emulator import Vendor

    Connect = Callable[..., TeleSign]

NUMBER = "+12015550123"
FIVE = [f"+1201555012{last}" for last in range(3, 8)]


@pytest.fixture
def connect(vendor: Vendor) -> Iterator[Connect]:
    """Connect as a customer of the emulator, with other settings where a test says so."""
    opened: list[TeleSign] = []

    def make(**settings: str) -> TeleSign:
        usual = {
            "customer_id": vendor.customer(),
            "api_key": vendor.telesign_api_key,
            "auth_method": "basic",
            "base_url": vendor.telesign,
        }
        opened.append(TeleSign({**usual, **settings}, 1000))
        return opened[-1]

    yield make
    for service in opened:
        service.close()


@pytest.fixture
def telesign(connect: Connect) -> TeleSign:
    return connect()


@pytest.fixture
def raw() -> Iterator[Raw]:
    with raw_server() as server:
        yield server


@pytest.fixture
def canned(connect: Connect, raw: Raw) -> TeleSign:
    """A customer of a server that sends what a test hands it."""
    return connect(base_url=raw.url)


def element(**changed: Any) -> dict[str, Any]:
    """A leased number as documented in 2019-10."""
    usual = {
        "phone_number": "12015550123",
        "country_iso2": "US",
        "number_type": "local",
        "setup_price": 1.1,
        "recurring_price": 0.9,
        "price_currency": "USD",
        "recurrence_period": 1,
        "capabilities": {"sms": True, "voice": False},
        "lease": {"lease_id": 4107, "created_on_utc": "2026-10-06T12:00:00.125000Z", "expires_on_utc": None},
    }
    return {**usual, **changed}


def offered(service: TeleSign, **criteria: Any) -> list[Offer]:
    return [offer for page in service.search(service.query(NumberSearch(**criteria))) for offer in page]


def lease_of(number: str, lease_id: str = "4107") -> Lease:
    return Lease(number=number, lease_id=lease_id, status="active")


# Who asks. Vectors made with the vendor's published algorithm and invented credentials.

KEY = "ZW11bGF0b3Itb25seS1ub3QtYS1yZWFsLWFwaS1rZXktMDEyMzQ1Njc4OWFiY2RlZg=="
FORM = "application/x-www-form-urlencoded"
LEASES = "https://rest-ww.telesign.com/v1/phone_numbers/leases"


@pytest.mark.parametrize(
    ("method", "url", "content_type", "body", "expected"),
    [
        ("POST", LEASES, FORM, "country_iso2=US&phone_number=12025550143", "Y9jwmVNrEwKrPbJCdaL0PIc5YD4rnflqZ4GYmAgxaVo="),
        ("GET", LEASES, "", "", "38so3r88WaVp7Z0cDJAYbnTEqXSBA/VlMpSiVHGywx0="),
        ("GET", f"{LEASES}?page=1&page_size=50", FORM, "", "NBF0Chgcqw/Zo6FGBe8tlEwFnN51fzPzqZ1AB1y5euI="),
        ("DELETE", f"{LEASES}/4107", "", "", "uKSVLhLuxQmBNPzf5pq1+4hRt7pILGOQ+0QxEGyPzno="),
    ],
    ids=["post", "get", "get-with-type-and-query", "delete"],
)  # fmt: skip
def test_signatures(method: str, url: str, content_type: str, body: str, expected: str) -> None:
    """The digest covers method, type, date, method of authentication, nonce, body and path, and not the query."""
    headers = {
        "date": "Tue, 06 Oct 2026 12:00:00 GMT",
        "x-ts-auth-method": "HMAC-SHA256",
        "x-ts-nonce": "00000000-0000-4000-8000-000000000001",
    }
    typed = {"content-type": content_type} if content_type else {}
    request = httpx.Request(method, url, headers={**headers, **typed}, content=body)
    assert signature(base64.b64decode(KEY), request) == expected


@pytest.mark.parametrize("auth_method", ["basic", "hmac-sha256"])
def test_every_call_is_signed(connect: Connect, vendor: Vendor, auth_method: str) -> None:
    """Both ways of authentication are taken for all four calls, and the customer id is the login's public name."""
    service = connect(auth_method=auth_method)
    lease = service.lease(Order(number=NUMBER, billing_method=None))
    assert service.list() == [lease]
    assert offered(service, country="GB")
    service.release(lease)
    assert {call.operation for call in vendor.journal()} == {"lease", "list", "search", "cancel"}
    assert {call.status for call in vendor.journal()} == {200}
    assert {call.scheme for call in vendor.journal()} == {{"basic": "Basic", "hmac-sha256": "TSA"}[auth_method]}
    assert {call.login for call in vendor.journal()} == {service.login} == {vendor.customer()}


def test_each_attempt_is_signed_anew(connect: Connect, vendor: Vendor) -> None:
    """A nonce that was used is refused, so a reading that is tried again has another one."""
    vendor.fault("list", "status_after", code=503)
    assert connect(auth_method="hmac-sha256").list() == []
    first, second = vendor.journal()
    assert (first.status, second.status) == (503, 200)
    assert first.headers["X-Ts-Nonce"] != second.headers["X-Ts-Nonce"]


def test_a_clock_that_is_off_is_named_in_the_error(connect: Connect, vendor: Vendor) -> None:
    """The digest is dated, in the machine's own time."""
    vendor.clock(advance_s=3600)
    with pytest.raises(Unauthorized, match="The 'Date' header is out of range") as caught:
        connect(auth_method="hmac-sha256").list()
    assert caught.value.code == "-30010"
    assert connect().list() == []


@pytest.mark.parametrize(("auth_method", "code"), [("basic", "-30015"), ("hmac-sha256", "-30006")])
def test_a_wrong_key_is_unauthorized(connect: Connect, vendor: Vendor, auth_method: str, code: str) -> None:
    """Said by the vendor's code, without the key."""
    wrong = base64.b64encode(b"not the key").decode()
    service = connect(auth_method=auth_method, api_key=wrong)
    for call in (service.list, lambda: service.lease(Order(number=NUMBER, billing_method=None))):
        with pytest.raises(Unauthorized) as caught:
            call()
        assert caught.value.code == code
        assert wrong not in str(caught.value)
    assert vendor.leases() == []


def test_a_key_that_cannot_sign_is_refused_at_once(connect: Connect) -> None:
    """The digest needs Base64; basic does not."""
    connect(api_key="not Base64!")
    with pytest.raises(ConfigError, match="not Base64") as caught:
        connect(api_key="not-a-key!", auth_method="hmac-sha256")
    assert "not-a-key!" not in str(caught.value)


def test_an_echoed_credential_is_hidden(canned: TeleSign, raw: Raw, vendor: Vendor) -> None:
    """Whatever an answer repeats of the request's head, no error does."""
    pair = base64.b64encode(f"{vendor.customer()}:{vendor.telesign_api_key}".encode()).decode()
    raw.say({"errors": [{"code": -30015, "description": f"bad: {pair} {vendor.telesign_api_key}"}]}, "401 No")
    with pytest.raises(Unauthorized) as caught:
        canned.list()
    assert pair not in str(caught.value)
    assert vendor.telesign_api_key not in str(caught.value)


# What is on offer.


def test_offers_are_read_page_by_page(telesign: TeleSign, vendor: Vendor) -> None:
    """All of them, each once; nothing is asked for that nobody takes."""
    everything = telesign.search(telesign.query(NumberSearch()))
    assert vendor.journal() == []
    assert len(next(everything)) == 50
    assert len(vendor.journal()) == 1
    assert vendor.journal()[0].query == "page=1&page_size=50"

    found = offered(telesign)
    free = {number for number, offer in vendor.offers("telesign").items() if offer.status == "available"}
    assert len(found) == len(free)
    assert {offer.number for offer in found} == free
    assert {offer.availability for offer in found} == {"available"}


def test_the_vendor_filters_by_country_and_capabilities(telesign: TeleSign, vendor: Vendor) -> None:
    """What it filters by is the query; other criteria share its pages."""
    query = telesign.query(NumberSearch(country="GB", capabilities=("voice", "sms"), contains="7"))
    assert query == telesign.query(NumberSearch(country="GB", capabilities=("sms", "voice"), prefix="+4420"))
    found = [offer for page in telesign.search(query) for offer in page]
    assert {offer.country for offer in found} == {"GB"}
    assert all({"sms", "voice"} <= set(offer.capabilities or ()) for offer in found)
    assert vendor.journal()[0].query == "country_iso2=GB&sms_capable=TRUE&voice_capable=TRUE&page=1&page_size=50"


def test_one_offer_is_looked_for_as_far_as_it_is(telesign: TeleSign, vendor: Vendor) -> None:
    """Among those of its country; pages after it are not read, and none is left out before it is not on offer."""
    found = telesign.offer(NUMBER)
    assert found is not None
    assert (found.country, found.currency, found.upfront_fee, found.monthly_rate) == (
        *("US", "USD"),
        *(Decimal("1.1"), Decimal("0.9")),
    )
    assert [call.query for call in vendor.journal()] == ["country_iso2=US&page=1&page_size=50"]
    vendor.lease("telesign", NUMBER)
    assert telesign.offer(NUMBER) is None
    assert len(vendor.journal()) > 2


def test_both_generations_of_elements_are_read(telesign: TeleSign, vendor: Vendor) -> None:
    """The later one has the type of a number, the earlier one its carrier, and prices as text."""
    (later,) = [offer for offer in offered(telesign) if offer.number == NUMBER]
    assert (later.number_type, later.carrier) == ("local", None)

    vendor.switch("telesign", generation="2019-02", lease_id="string", unknown_fields=True)
    (earlier,) = [offer for offer in offered(telesign) if offer.number == NUMBER]
    assert (earlier.number_type, earlier.carrier, earlier.upfront_fee) == (None, "Contiguity", Decimal("1.10"))
    assert (earlier.currency, earlier.monthly_rate) == (None, None)

    lease = telesign.lease(Order(number=NUMBER, billing_method=None))
    assert (lease.currency, lease.monthly_rate, lease.lease_id) == ("USD", Decimal("0.90"), "4107")


@pytest.mark.parametrize(
    ("price", "months", "monthly"),
    [
        ("12.00", 12, "1"),
        ("0.0075", 1, "0.0075"),
        (10, 3, "3.3334"),
        (0, 12, "0"),
        (1e19, 7, "1428571428571428571.4286"),
        ("2.5", None, None),
        ("2.5", 0, None),
        (None, 1, None),
    ],
)
def test_rates_are_monthly(canned: TeleSign, raw: Raw, price: Any, months: int | None, monthly: str | None) -> None:
    """A period's price is spread over its months, rounded up; what is not known is null."""
    raw.say({"data": [element(recurring_price=price, recurrence_period=months)]})
    (lease,) = canned.list()
    assert lease.monthly_rate == (None if monthly is None else Decimal(monthly))


def test_countries_and_capabilities_are_read_in_any_letters(canned: TeleSign, raw: Raw) -> None:
    """`us` is the country under which the number is leased."""
    raw.say({"data": [element(country_iso2="us", capabilities={"SMS": True, "Voice": False})]})
    (offer,) = offered(canned)
    assert (offer.country, offer.capabilities) == ("US", ("sms",))


def test_an_offer_that_cannot_be_read_is_none(canned: TeleSign, raw: Raw) -> None:
    """It cannot be chosen, and it does not hide the others."""
    entries = [element(phone_number=None), element(setup_price=-1), "?", element(phone_number=12015550199)]
    raw.say({"data": entries, "pagination": {"page": 1, "total_pages": 1}})
    assert [offer.number for offer in offered(canned)] == ["+12015550199"]


# What is leased.


def test_a_lease_is_a_form_with_the_numbers_country(telesign: TeleSign, vendor: Vendor) -> None:
    """Digits without a plus; the country as the numbering plan has it."""
    lease = telesign.lease(Order(number="+14165550123", billing_method=None))
    (call,) = vendor.journal()
    assert call.body == "country_iso2=CA&phone_number=14165550123"
    assert call.headers["Content-Type"] == FORM
    assert (lease.number, lease.country, lease.status, lease.ends_at) == ("+14165550123", "CA", "active", None)
    assert lease.leased_at is not None
    assert lease.leased_at.timestamp() == pytest.approx(vendor.leases()[0].leased_at, abs=1e-5)


@pytest.mark.parametrize(("number", "country"), [("+15551230001", "US"), ("+441481960123", "GB")])
def test_an_offered_number_is_leased_in_the_country_it_is_offered_in(
    canned: TeleSign, raw: Raw, number: str, country: str
) -> None:
    """The vendor refuses another one, and the numbering plan may know none, or a part of the vendor's."""
    bought = element(phone_number=number[1:], country_iso2=country)
    raw.say({"data": [bought], "pagination": {"page": 1, "total_pages": 1}})
    assert [offer.number for offer in offered(canned)] == [number]
    assert canned.lease(Order(number=number, billing_method=None)).number == number
    assert raw.bodies[-1] == f"country_iso2={country}&phone_number={number[1:]}"


def test_a_number_of_no_country_is_not_asked_for(telesign: TeleSign, vendor: Vendor) -> None:
    """The vendor leases by country."""
    with pytest.raises(Refused, match="is of none"):
        telesign.lease(Order(number="+80012345678", billing_method=None))
    assert vendor.journal() == []


@pytest.mark.parametrize(
    "switched",
    [
        {"created_201": True},
        {"data_shape": "object"},
        {"lease_id": "string"},
        {"created_on": "offset"},
        {"created_on": "seconds"},
        {"prices": "absent"},
        {"unknown_fields": True},
        {"pagination": "inside"},
        {"pagination": "absent"},
    ],
    ids=str,
)
def test_every_likely_form_is_read(telesign: TeleSign, vendor: Vendor, switched: dict[str, Any]) -> None:
    """A lease is the same lease in whatever form it comes."""
    vendor.switch("telesign", **switched)
    lease = telesign.lease(Order(number=NUMBER, billing_method=None))
    assert lease.lease_id == vendor.leased()[NUMBER].lease_id
    assert lease.leased_at is not None
    assert telesign.list() == telesign.find(NUMBER) == [lease]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-10-06T12:00:00Z", datetime(2026, 10, 6, 12, tzinfo=timezone.utc)),
        ("2026-10-06T12:00:00.5", datetime(2026, 10, 6, 12, 0, 0, 500_000, tzinfo=timezone.utc)),
        ("2026-10-06T14:00:00.1234+02:00", datetime(2026, 10, 6, 12, 0, 0, 123_400, tzinfo=timezone.utc)),
        ("yesterday", None),
        (None, None),
    ],
)
def test_times(canned: TeleSign, raw: Raw, written: str | None, expected: datetime | None) -> None:
    """ISO 8601 of any precision, UTC where no zone is given; a lease without a readable date is a lease."""
    raw.say({"data": [element(lease={"lease_id": "1", "created_on_utc": written})]})
    assert [lease.leased_at for lease in canned.list()] == [expected]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"data": []}, id="nothing"),
        pytest.param({"data": [element(lease=None)]}, id="no-lease"),
        pytest.param({"data": [element(lease={"lease_id": ""})]}, id="no-id"),
        pytest.param({"data": [element(phone_number="12015550199")]}, id="another-number"),
        pytest.param({"data": [element(), element(lease={"lease_id": 2})]}, id="two"),
        pytest.param({"data": [element(lease={"lease_id": 1, "expires_on_utc": "2099-01-01"})]}, id="with-an-end"),
        pytest.param({"data": [element()], "errors": [{"code": -10001, "description": "?"}]}, id="with-errors"),
        pytest.param({"status": {"code": 500, "description": "?"}}, id="status-alone"),
        pytest.param({"data": None}, id="null"),
        pytest.param([element()], id="a-list"),
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>", id="html"),
    ],
)
def test_a_yes_without_a_lease_is_no_yes(canned: TeleSign, raw: Raw, body: Any) -> None:
    """What it came to is not known; the listing decides."""
    raw.say(body)
    with pytest.raises(BadResponse):
        canned.lease(Order(number=NUMBER, billing_method=None))
    with pytest.raises(BadResponse):
        canned.release(lease_of(NUMBER, "4108"))
    assert len(raw.asked) == 2


@pytest.mark.parametrize("status", ["400 Bad Request", "403 Forbidden", "409 Conflict"])
def test_a_gateways_page_is_no_no(canned: TeleSign, raw: Raw, status: str) -> None:
    """It does not say whether the service has done it."""
    raw.say(b"<html>blocked</html>", status)
    with pytest.raises(BadResponse):
        canned.lease(Order(number=NUMBER, billing_method=None))


def test_an_own_number_once_more(telesign: TeleSign, vendor: Vendor) -> None:
    """Refused, answered with the first lease, or leased once more: then both leases are found."""
    first = telesign.lease(Order(number=NUMBER, billing_method=None))
    with pytest.raises(Refused) as caught:
        telesign.lease(Order(number=NUMBER, billing_method=None))
    assert caught.value.code == "-20001"
    vendor.switch("telesign", own_number="200_existing")
    assert telesign.lease(Order(number=NUMBER, billing_method=None)) == first
    vendor.switch("telesign", own_number="200_second_lease")
    second = telesign.lease(Order(number=NUMBER, billing_method=None))
    assert telesign.find(NUMBER) == telesign.list() == [first, second]


@pytest.mark.parametrize(
    "changed",
    [
        {"setup_price": ""},
        {"recurring_price": "free"},
        {"recurrence_period": "monthly"},
        {"number_type": 1},
        {"operator_name": {}},
        {"capabilities": ["sms"]},
    ],
    ids=str,
)
def test_an_unreadable_attribute_hides_no_lease(canned: TeleSign, raw: Raw, changed: dict[str, Any]) -> None:
    """It is as if it were missing; an id or a number that cannot be read fails the listing."""
    other = element(phone_number="12015550199", lease={"lease_id": 4108})
    raw.say({"data": [element(**changed), other]})
    assert [lease.lease_id for lease in canned.list()] == ["4107", "4108"]
    nameless: dict[str, Any]
    for nameless in ({"phone_number": "?"}, {"lease": {"lease_id": {}}}):
        raw.say({"data": [element(**changed, **nameless), other]})
        with pytest.raises(BadResponse):
            canned.list()


# CachedPages of leases.


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("pagination", ["sibling", "inside", "absent"])
def test_all_pages_are_one_listing(telesign: TeleSign, vendor: Vendor, pagination: str, size: int) -> None:
    """Wherever the pagination is, and whatever page size the vendor caps at."""
    for number in FIVE:
        vendor.lease("telesign", number, vendor.customer())
    vendor.switch("telesign", pagination=pagination, max_page_size=size)
    assert [lease.number for lease in telesign.list()] == FIVE
    assert [lease.number for lease in telesign.find(FIVE[-1])] == FIVE[-1:]
    assert telesign.find("+12015550130") == []


def test_one_listing_is_one_call_a_page(telesign: TeleSign, vendor: Vendor) -> None:
    """Where the vendor says how many pages there are, nothing is read twice but to believe that a number is not there."""
    for number in FIVE:
        vendor.lease("telesign", number, vendor.customer())
    vendor.switch("telesign", max_page_size=2)
    telesign.list()
    assert len(vendor.journal()) == 3
    telesign.find(NUMBER)
    assert len(vendor.journal()) == 6
    assert telesign.find("+12015550130") == []
    assert len(vendor.journal()) == 12


@pytest.mark.parametrize("turns", range(1, 8))
def test_shifting_pages_hide_nothing(telesign: TeleSign, vendor: Vendor, turns: int) -> None:
    """A listing that shifts while it is read is read again; nobody is missed."""
    for number in FIVE:
        vendor.lease("telesign", number, vendor.customer())
    vendor.switch("telesign", max_page_size=2, shifting_pages=turns)
    assert sorted(lease.number for lease in telesign.list()) == FIVE
    for number in FIVE:
        vendor.switch("telesign", shifting_pages=turns)
        assert [lease.number for lease in telesign.find(number)] == [number]


def test_pages_that_never_hold_still_are_an_error(telesign: TeleSign, vendor: Vendor) -> None:
    """A guess would cost a lease."""
    for number in FIVE:
        vendor.lease("telesign", number, vendor.customer())
    vendor.switch("telesign", max_page_size=2, shifting_pages=1000)
    with pytest.raises(BadResponse, match="shifted between pages"):
        telesign.list()
    with pytest.raises(BadResponse, match="shifted between pages"):
        telesign.find("+12015550130")


def test_a_page_that_fails_fails_all(telesign: TeleSign, vendor: Vendor) -> None:
    """No part of a listing is a listing."""
    for number in FIVE:
        vendor.lease("telesign", number, vendor.customer())
    vendor.switch("telesign", max_page_size=2)
    for call in (telesign.list, lambda: telesign.find("+12015550130")):
        vendor.fault("list", "status", code=500, skip=1)
        with pytest.raises(LeaseError):
            call()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"data": {"leases": "none"}}, id="no-list"),
        pytest.param({"data": "none"}, id="text"),
        pytest.param({"data": [], "pagination": "none"}, id="pagination-is-text"),
        pytest.param({"data": [], "pagination": {"total_pages": "many"}}, id="pages-not-counted"),
        pytest.param({"data": [element(lease=None)]}, id="no-lease"),
        pytest.param({"data": [element(), "?"]}, id="no-element"),
        pytest.param({"data": [element()], "pagination": {"page": 2, "total_pages": 1}}, id="another-page"),
    ],
)
def test_a_listing_that_cannot_be_read_is_an_error(canned: TeleSign, raw: Raw, body: Any) -> None:
    """It is never taken for an empty one."""
    raw.say(body)
    with pytest.raises(BadResponse):
        canned.list()
    with pytest.raises(BadResponse):
        canned.find("+12015550130")


@pytest.mark.parametrize(
    "body",
    [
        {"data": [element()], "page": 1, "total_pages": 1, "page_size": 50},
        {"data": {"numbers": [element()], "page": "1", "total_pages": "1", "page_size": "50"}},
        {"data": {"numbers": [element()]}, "pagination": {"page": 1, "total_pages": 1}},
    ],
    ids=["beside-data", "inside-data", "beside-wrapped-data"],
)
def test_a_page_count_is_found_wherever_it_is(canned: TeleSign, raw: Raw, body: dict[str, Any]) -> None:
    """The docs do not say where: with it, one call reads it all."""
    raw.say(body)
    assert [lease.lease_id for lease in canned.list()] == ["4107"]
    assert len(raw.asked) == 1


# The end of a lease.


def test_a_cancelled_lease_may_be_gone_at_once(telesign: TeleSign) -> None:
    """The vendor's default; it shows no end."""
    lease = telesign.lease(Order(number=NUMBER, billing_method=None))
    assert telesign.release(lease) is None
    assert telesign.list() == telesign.find(NUMBER) == []


def test_a_cancelled_lease_may_run_out(telesign: TeleSign, vendor: Vendor) -> None:
    """Listed with an end it is held, and ending; after that end it is not, whether listed or not."""
    vendor.switch("telesign", after_cancel="expires")
    lease = telesign.lease(Order(number=NUMBER, billing_method=None))
    ends_at = telesign.release(lease)
    assert ends_at is not None
    (ending,) = telesign.find(NUMBER)
    assert (ending.status, ending.is_ending, ending.is_held, ending.ends_at) == ("ending", True, True, ends_at)
    vendor.clock(advance_s=32 * 86_400)
    assert telesign.list() == telesign.find(NUMBER) == []


@pytest.mark.parametrize(
    ("ends_on", "status"),
    [("2020-01-01T00:00:00Z", "expired"), ("2099-01-01T00:00:00Z", "ending"), ("some day", "ending"), ("", "active")],
)
def test_an_end_makes_a_lease_ending_or_over(canned: TeleSign, raw: Raw, ends_on: str, status: str) -> None:
    """In the past it is over and not held; in the future, or unreadable, it is ending."""
    raw.say({"data": [element(lease={"lease_id": 1, "expires_on_utc": ends_on})]})
    assert [lease.status for lease in canned.list()] == ([] if status == "expired" else [status])


@pytest.mark.parametrize(("answered", "kind"), [(404, NotFound), (400, NotFound), (200, BadResponse)])
def test_cancelling_what_is_not_leased(
    telesign: TeleSign, vendor: Vendor, answered: int, kind: type[LeaseError]
) -> None:
    """Never a sign that the product is closed: the lease id is all that can be wrong, and the listing decides."""
    vendor.switch("telesign", delete_unknown=answered)
    with pytest.raises(LeaseError) as caught:
        telesign.release(lease_of(NUMBER, "1"))
    assert type(caught.value) is kind


@pytest.mark.parametrize("code", [-10001, -20001])
def test_a_forbidden_cancellation_is_no_sign_of_an_end(canned: TeleSign, raw: Raw, code: int) -> None:
    """The lease may well run on: the code alone does not say that its id is what was wrong."""
    raw.say({"errors": [{"code": code, "description": "parameter doesn't match"}]}, "403 Forbidden")
    with pytest.raises(Refused):
        canned.release(lease_of(NUMBER, "1"))


def test_a_lease_id_stays_within_its_path(canned: TeleSign, raw: Raw) -> None:
    """Whatever the vendor calls a lease, nothing else is deleted."""
    raw.say({"errors": [{"code": -40004, "description": "Resource not found"}]}, "404 Not Found")
    with pytest.raises(NotFound):
        canned.release(lease_of(NUMBER, "../numbers?x"))
    assert raw.asked[0].startswith("DELETE /leases/..%2Fnumbers%3Fx HTTP/1.1")


def test_there_is_nothing_to_configure(telesign: TeleSign, vendor: Vendor) -> None:
    """The vendor has no call for it."""
    with pytest.raises(Refused, match=r"nothing of .* can be changed, not failover"):
        telesign.configure(Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": {}})
    assert vendor.journal() == []


# Errors, by code.

BY_CODE = [
    *[(401, code, Unauthorized, Unauthorized) for code in (-30000, -30001, *range(-30012, -30003), -30015)],
    (401, -20002, Discontinued, Discontinued),
    (400, -30008, Unauthorized, Unauthorized),
    (400, -10009, Unauthorized, Unauthorized),
    (400, -10030, PaymentRequired, PaymentRequired),
    (402, -10030, PaymentRequired, PaymentRequired),
    (400, -40006, Refused, Refused),
    (400, -10001, Refused, Refused),
    (403, -99999, Refused, Refused),
    (429, -40007, RateLimited, RateLimited),
    (400, -40008, RateLimited, RateLimited),
    (404, -40004, Discontinued, NotFound),
    (405, -40005, Discontinued, Discontinued),
    (400, -40005, Discontinued, Discontinued),
    (410, -40004, Discontinued, NotFound),
    (500, -30006, Unauthorized, NoAnswer),
    (503, -90001, NoAnswer, NoAnswer),
    (200, -30006, Unauthorized, BadResponse),
    (200, -20002, Discontinued, BadResponse),
    (200, -40004, Discontinued, BadResponse),
    (200, -99999, BadResponse, BadResponse),
    (201, -10001, Refused, BadResponse),
]


@pytest.mark.parametrize(("status", "code", "read", "write"), BY_CODE)
@pytest.mark.parametrize("body", ["envelope", "errors", "text code"])
def test_errors_are_known_by_code(
    canned: TeleSign, raw: Raw, body: str, status: int, code: int, read: type[LeaseError], write: type[LeaseError]
) -> None:
    """The code decides over the status, but never makes a sure no of an answer that may be a yes to a write."""
    said: dict[str, Any] = {"errors": [{"code": str(code) if body == "text code" else code, "description": "So it is"}]}
    if body == "envelope":
        said |= {"reference_id": "ABCDEF", "status": {"code": 500, "description": "Something"}}
    raw.say(said, f"{status} X")
    if status not in {429, 503}:  # readings are tried again then, with pauses
        with pytest.raises(LeaseError) as caught:
            canned.list()
        assert type(caught.value) is read
    with pytest.raises(LeaseError) as caught:
        canned.lease(Order(number=NUMBER, billing_method=None))
    assert type(caught.value) is write
    if status != 429:
        with pytest.raises(LeaseError) as caught:
            canned.release(lease_of(NUMBER))
        assert type(caught.value) is (NotFound if (status, code) == (400, -10001) else write)
    assert caught.value.code == str(code)
    assert f"So it is ({code})" in str(caught.value)
    assert caught.value.request_id == ("ABCDEF" if body == "envelope" else None)


@pytest.mark.parametrize(("shape", "code"), [("status", "501"), ("text", None), ("empty", None)])
def test_errors_in_part(telesign: TeleSign, vendor: Vendor, shape: str, code: str | None) -> None:
    """An error that is a status alone, text, or nothing, goes by what there is."""
    vendor.switch("telesign", error_shape=shape)
    vendor.revoke("telesign", vendor.customer())
    with pytest.raises(Unauthorized) as caught:
        telesign.list()
    assert caught.value.code == code


@pytest.mark.parametrize(
    "body", [{"errors": {"code": -30006}}, {"errors": "no"}, {"errors": [7]}, {"status": 7}, [], 7]
)
def test_errors_of_no_known_form(canned: TeleSign, raw: Raw, body: Any) -> None:
    """They are errors all the same."""
    raw.say(body, "400 X")
    with pytest.raises((Refused, Unauthorized)):
        canned.list()


def test_a_429_in_plain_text(telesign: TeleSign, vendor: Vendor) -> None:
    """As sibling products answer."""
    vendor.switch("telesign", plain_text_429=True)
    vendor.fault("lease", "429", retry_after=3)
    with pytest.raises(RateLimited) as caught:
        telesign.lease(Order(number=NUMBER, billing_method=None))
    assert caught.value.retry_after_s == 3


CLOSED = [
    ({"closed": status}, shape) for status in (404, 405, 410) for shape in ("envelope", "status", "text", "empty")
]


@pytest.mark.parametrize(("switched", "shape"), [*CLOSED, ({"not_enabled": True}, "envelope")], ids=str)
def test_a_closed_product_is_said_to_be_closed(
    telesign: TeleSign, vendor: Vendor, switched: dict[str, Any], shape: str
) -> None:
    """One clear sentence, whatever form the vendor's own words have."""
    vendor.switch("telesign", error_shape=shape, **switched)
    for read in (telesign.list, lambda: telesign.find(NUMBER), lambda: telesign.offer(NUMBER)):
        with pytest.raises(Discontinued, match="TeleSign has closed its Phone Numbers API") as caught:
            read()
        assert "the state is kept" in str(caught.value)


def test_a_closed_product_is_not_a_lost_lease(telesign: TeleSign, vendor: Vendor) -> None:
    """A write may be refused for its own reasons; only the listings say that all is closed."""
    vendor.switch("telesign", closed=404)
    with pytest.raises(NotFound):
        telesign.lease(Order(number=NUMBER, billing_method=None))
    with pytest.raises(NotFound):
        telesign.release(lease_of(NUMBER))
    vendor.switch("telesign", closed=405)
    with pytest.raises(Discontinued):
        telesign.release(lease_of(NUMBER))


def test_the_address_is_checked(connect: Connect) -> None:
    """The key does not travel in clear."""
    with pytest.raises(ConfigError, match="https"):
        connect(base_url="http://rest-ww.telesign.com/v1/phone_numbers")
