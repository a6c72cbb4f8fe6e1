"""Contiguity's wire: what is sent, documented payloads, and a life of a lease under every reading of its docs.

The payloads have the shapes of https://docs.contiguity.com/api-reference/product/leases and of the fixtures of
https://github.com/contiguity/javascript; their values are invented.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import (
    BadResponse,
    LeaseError,
    NoAnswer,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
)
from pulumi_leases.domain.models import Lease, Offer, Order
from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.emulator.contiguity.switches import SWITCHES
from pulumi_leases.services.contiguity import Contiguity

from ..raw import Raw, raw_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_leases.emulator import Vendor

    Connect = Callable[..., Contiguity]

NUMBER = "+12015550123"
OTHER = "+12015550124"
FAILOVER = {"enabled": True, "mode": "selective", "numbers": [OTHER]}
AT = datetime(2026, 10, 6, 12, 0, 3, tzinfo=timezone.utc)


@pytest.fixture
def connect(vendor: Vendor) -> Iterator[Connect]:
    """Connect with a key of the emulator, with another one or elsewhere where a test says so."""
    opened: list[Contiguity] = []

    def make(**settings: str) -> Contiguity:
        opened.append(Contiguity({"token": vendor.token(), "base_url": vendor.contiguity, **settings}, 1000))
        return opened[-1]

    yield make
    for service in opened:
        service.close()


@pytest.fixture
def contiguity(connect: Connect) -> Contiguity:
    return connect()


@pytest.fixture
def raw() -> Iterator[Raw]:
    with raw_server() as server:
        yield server


@pytest.fixture
def canned(connect: Connect, raw: Raw) -> Contiguity:
    """A key of a server that sends what a test hands it."""
    return connect(base_url=raw.url)


def on_offer(service: Contiguity) -> dict[str, Offer]:
    return {offer.number: offer for page in service.search(service.query(NumberSearch())) for offer in page}


def lease_it(service: Contiguity, billing_method: str | None = "monthly") -> Lease:
    return service.lease(Order(number=NUMBER, billing_method=billing_method))


# What is sent.


def test_the_calls_are_those_of_the_documentation(contiguity: Contiguity, vendor: Vendor) -> None:
    """Methods, paths, JSON bodies, the Token scheme, and nothing in the query."""
    on_offer(contiguity)
    contiguity.offer(NUMBER)
    lease = lease_it(contiguity)
    contiguity.list()
    contiguity.find(NUMBER)
    contiguity.configure(Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": FAILOVER})
    contiguity.release(lease)

    sent = [(call.method, call.path.partition("/numbers")[2], call.body) for call in vendor.journal()]
    assert sent == [
        ("GET", "/leases", ""),
        ("GET", "/+12015550123", ""),
        ("POST", "/lease/+12015550123", '{"billing_method":"monthly"}'),
        ("GET", "/leased", ""),
        ("GET", "/+12015550123", ""),
        ("POST", "/+12015550123/configure", json.dumps({"failover": FAILOVER}, separators=(",", ":"))),
        ("DELETE", "/leased/+12015550123", ""),
    ]
    assert {call.scheme for call in vendor.journal()} == {"Token"}
    assert {call.query for call in vendor.journal()} == {""}
    assert {call.headers["Content-Type"] for call in vendor.journal()} == {"application/json"}


def test_the_plus_of_a_number_is_encoded(canned: Contiguity, raw: Raw) -> None:
    """`%2B` in every path, as the vendor's SDK sends it, and the key in the header alone."""
    lease = Lease(number=NUMBER, lease_id="lsd_1", status="active")
    raw.say(envelope(ON_OFFER))
    canned.find(NUMBER)
    canned.configure(Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": FAILOVER})
    canned.release(lease)
    raw.say(envelope(RECEIPT))
    lease_it(canned)
    assert [head.splitlines()[0] for head in raw.asked] == [
        "GET /%2B12015550123 HTTP/1.1",
        "POST /%2B12015550123/configure HTTP/1.1",
        "DELETE /leased/%2B12015550123 HTTP/1.1",
        "POST /lease/%2B12015550123 HTTP/1.1",
    ]
    assert all("authorization: token contiguity_sk_main" in head.lower() for head in raw.asked)


def test_without_a_billing_method_none_is_sent(contiguity: Contiguity, vendor: Vendor) -> None:
    """The service's default is the service's."""
    lease_it(contiguity, None)
    assert vendor.calls("lease")[0].body == "{}"


def test_a_key_sees_its_own_account(connect: Connect, vendor: Vendor) -> None:
    """Two logins, two accounts; another's lease is a availability, not a lease."""
    mine, theirs = connect(), connect(token=vendor.token("other"))
    lease_it(theirs)
    assert (mine.list(), mine.find(NUMBER)) == ([], [])
    offer = mine.offer(NUMBER)
    assert offer is not None
    assert offer.availability == "leased"
    assert [lease.number for lease in theirs.list()] == [NUMBER]


# Documented payloads.


def envelope(data: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The five documented keys around some data."""
    usual = {
        "id": "req_7Kq2mZp0Xv4LbN9s",
        "timestamp": 1791288000123,
        "api_version": "v2026.8.2",
        "object": "response",
        "data": data,
    }
    return {**usual, **changed}


ON_OFFER = {
    "id": NUMBER,
    "status": "available",
    "number": {"e164": NUMBER, "formatted": "+1 (201) 555-0123"},
    "location": {"country": "US", "region": "NJ", "city": "Jersey City"},
    "carrier": "Contiguity",
    "capabilities": {"intl_sms": False, "channels": ["sms", "mms"]},
    "health": {"reputation": 0.87, "previous_owners": 2},
    "data": {"requirements": [], "e911_capable": True},
    "created_at": 1755000000,
    "pricing": {"currency": "USD", "upfront_fee": 1.5, "monthly_rate": 12.0},
}
LEASED = {
    **ON_OFFER,
    "status": "leased",
    "data": {},
    "created_at": "2025-08-12T12:00:00.000Z",
    "lease_id": "lsd_5512093847",
    "lease_status": "active",
    "billing": {"method": "monthly", "period": {"start": 1791288003, "end": None}},
}
RECEIPT = {
    "lease_id": "lsd_5512093847",
    "number": NUMBER,
    "status": "active",
    "billing": {
        "method": "monthly",
        "price": {"currency": "USD", "monthly_rate": 12.0, "upfront_fee": 1.5},
        "period": {"start": 1791288003, "end": None},
    },
}
FACTS: dict[str, Any] = {
    "number": NUMBER,
    "country": "US",
    "region": "NJ",
    "city": "Jersey City",
    "carrier": "Contiguity",
    "capabilities": ("mms", "sms"),
    "currency": "USD",
    "upfront_fee": Decimal("1.5"),
    "monthly_rate": Decimal(12),
}


def test_a_documented_offer(canned: Contiguity, raw: Raw) -> None:
    """GET /leases, and GET of one number that the login does not lease."""
    expected = Offer(**FACTS, availability="available", reputation=0.87, previous_owners=2)
    raw.say(envelope({"available": 1, "numbers": [ON_OFFER]}))
    assert on_offer(canned) == {NUMBER: expected}
    raw.say(envelope(ON_OFFER))
    assert canned.offer(NUMBER) == expected
    assert canned.find(NUMBER) == []


def test_a_documented_receipt(canned: Contiguity, raw: Raw) -> None:
    """POST /lease/{number}."""
    raw.say(envelope(RECEIPT))
    price = {"currency": "USD", "upfront_fee": Decimal("1.5"), "monthly_rate": Decimal(12)}
    assert lease_it(canned) == Lease(
        number=NUMBER,
        lease_id="lsd_5512093847",
        status="active",
        billing_method="monthly",
        leased_at=AT,
        **price,
    )


def test_a_documented_lease(canned: Contiguity, raw: Raw) -> None:
    """GET of one number that the login leases, and GET /leased."""
    expected = Lease(**FACTS, lease_id="lsd_5512093847", status="active", billing_method="monthly", leased_at=AT)
    raw.say(envelope(LEASED))
    assert canned.find(NUMBER) == [expected]
    raw.say(envelope({"leased": 1, "numbers": [LEASED]}))
    assert canned.list() == [expected]


def test_statuses_and_countries_are_read_in_any_letters(canned: Contiguity, raw: Raw) -> None:
    """A service that shouts says the same: what is over is over, and what is on offer is on offer."""
    raw.say(envelope({"leased": 1, "numbers": [{**LEASED, "lease_status": "TERMINATED"}]}))
    assert canned.list() == []
    raw.say(envelope({**LEASED, "status": "Leased", "lease_status": "Active", "location": {"country": "us"}}))
    (lease,), offer = canned.find(NUMBER), canned.offer(NUMBER)
    assert (lease.status, lease.country) == ("active", "US")
    assert offer is not None
    assert offer.availability == "leased"
    raw.say(envelope({**RECEIPT, "status": "PENDING"}))
    assert lease_it(canned).status == "pending"


def test_a_documented_termination(canned: Contiguity, raw: Raw) -> None:
    """DELETE /leased/{number}: the receipt names no end of what is paid for."""
    ended = {"lease_id": "lsd_5512093847", "number_id": NUMBER, "status": "terminated", "terminated_at": 1791290000}
    for terminated_at in (1791290000, "2026-10-06T12:33:20.000Z"):
        raw.say(envelope({**ended, "terminated_at": terminated_at}))
        assert canned.release(Lease(number=NUMBER, lease_id="lsd_5512093847", status="active")) is None


def test_a_documented_configuration(canned: Contiguity, raw: Raw) -> None:
    """POST /{number}/configure."""
    raw.say(envelope({"number": NUMBER, "failover": FAILOVER}))
    canned.configure(Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": FAILOVER})
    raw.say(envelope({"number": NUMBER}))
    canned.configure(Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": FAILOVER})


def test_a_documented_error(canned: Contiguity, raw: Raw) -> None:
    """The words, the request and what must be agreed to first."""
    url = "https://api.contiguity.com/entitlements/lease"
    data = {"error": "This number requires an entitlement", "status": 403, "agreement_url": url}
    raw.say(envelope(data, id="err_0f1E2d3C4b5A6978", object="error"), "403 Forbidden")
    with pytest.raises(Refused) as caught:
        lease_it(canned)
    error = caught.value
    assert (error.service, error.status, error.request_id) == ("contiguity", 403, "err_0f1E2d3C4b5A6978")
    assert error.agreement_url == url
    assert str(error) == (
        "contiguity: POST /lease/%2B12015550123: 403 This number requires an entitlement, request err_0f1E2d3C4b5A6978; "
        f"it wants this agreed to first: {url}"
    )


def test_the_other_error_shape(canned: Contiguity, raw: Raw) -> None:
    """`{message, status}`, which the SDK's code provides for."""
    raw.say({"message": "You do not lease this number", "status": 404}, "404 Not Found")
    assert canned.find(NUMBER) == []
    assert on_offer(canned) == {}
    with pytest.raises(NotFound, match="You do not lease this number"):
        canned.release(Lease(number=NUMBER, lease_id="lsd_1", status="active"))


@pytest.mark.parametrize(
    "body",
    [
        {"message": "no Route matched with those values"},
        {"message": "Route GET:/leased not found", "error": "Not Found", "statusCode": 404},
    ],
    ids=["gateway", "framework"],
)
def test_a_route_that_nobody_knows_is_no_absence(canned: Contiguity, raw: Raw, body: dict[str, Any]) -> None:
    """A 404 that looks like the service's and lacks its `status` may be a wrong address: no lease is gone for it."""
    raw.say(body, "404 Not Found")
    asks: list[Callable[[], object]] = [canned.list, lambda: on_offer(canned), lambda: canned.find(NUMBER)]
    for ask in asks:
        with pytest.raises(BadResponse, match=body["message"]):
            ask()


def test_an_address_where_no_list_is_there_is_no_empty_account(canned: Contiguity, raw: Raw) -> None:
    """A gateway's 404 in JSON, or a base URL without `/numbers`, says nothing of what is leased, and the error says so."""
    gateway = {
        "timestamp": "2026-11-27T20:00:00Z",
        "status": 404,
        "error": "Not Found",
        "message": "",
        "path": "/leased",
    }
    raw.say(gateway, "404 Not Found")
    with pytest.raises(BadResponse, match="is the base URL right"):
        canned.list()


def test_a_lease_as_in_the_sdks_fixture(canned: Contiguity, raw: Raw) -> None:
    """`billing` and `data` may be missing: no date, no method, and a lease all the same."""
    fixture = {key: value for key, value in LEASED.items() if key not in {"billing", "data"}}
    raw.say(envelope({"leased": 1, "numbers": [fixture]}))
    (lease,) = canned.list()
    assert (lease.lease_id, lease.billing_method, lease.leased_at) == ("lsd_5512093847", None, None)


def test_the_services_clock_is_the_envelopes(canned: Contiguity, raw: Raw) -> None:
    """Milliseconds since the epoch, finer than the header."""
    raw.say(envelope({"leased": 0, "numbers": []}))
    canned.list()
    assert abs((canned.now() - datetime(2026, 10, 6, 12, 0, 0, 123_000, timezone.utc)).total_seconds()) < 5


# A life in every world.

LIVES = [
    pytest.param(switch.name, choice, id=f"{switch.name}={choice}")
    for switch in SWITCHES
    for choice in (switch.choices or (switch.default,))
    if (switch.name, choice) not in {("payment", 402), ("payment", 403)}  # no lease, no life; see below
]


@pytest.mark.parametrize(("switch", "choice"), LIVES)
def test_a_lease_lives_in_every_world(
    contiguity: Contiguity, vendor: Vendor, switch: str, choice: str | int | bool | None
) -> None:
    """From the offer to the end: found where it is, with what the service says, and gone when it is gone."""
    vendor.switch("contiguity", **{switch: choice})
    priced = {"prices": choice}.get(switch, "present") == "present"
    offer = on_offer(contiguity)[NUMBER]
    assert (offer.country, offer.capabilities) == ("US", ("mms", "sms"))
    assert (offer.currency, offer.monthly_rate) == (("USD", Decimal(12)) if priced else (None, None))
    assert contiguity.list() == []

    receipt = lease_it(contiguity)
    held = vendor.leased()[NUMBER]
    assert receipt.lease_id == held.lease_id
    assert receipt.is_held

    (listed,) = contiguity.list()
    (alone,) = contiguity.find(NUMBER)
    for lease in (listed, alone):
        assert lease.is_held
        assert not lease.is_ending
        assert (lease.number, lease.city) == (NUMBER, "Jersey City")
        if lease.leased_at:
            assert abs(lease.leased_at.timestamp() - held.leased_at) < 2
    assert listed.lease_id == held.lease_id
    assert alone.lease_id.partition("_")[2] == held.lease_id.partition("_")[2]
    assert NUMBER not in on_offer(contiguity)

    contiguity.configure(Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": FAILOVER})
    assert vendor.leased()[NUMBER].failover == FAILOVER

    contiguity.release(listed)
    assert vendor.leases() == []
    assert contiguity.list() == []
    assert contiguity.find(NUMBER) == []
    assert len(vendor.charges()) == 2


# What a life does not meet.


@pytest.mark.parametrize("code", [409, 400, 403])
def test_an_own_number_is_not_leased_again(contiguity: Contiguity, vendor: Vendor, code: int) -> None:
    """Refused by any status, charged once."""
    vendor.switch("contiguity", own_number=code)
    lease_it(contiguity)
    with pytest.raises(Refused, match="You already lease this number"):
        lease_it(contiguity)
    assert len(vendor.charges()) == 2


def test_an_own_number_may_be_answered_with_its_lease(contiguity: Contiguity, vendor: Vendor) -> None:
    """The receipt is the first one's."""
    vendor.switch("contiguity", own_number=200)
    assert lease_it(contiguity) == lease_it(contiguity)
    assert len(vendor.charges()) == 2


@pytest.mark.parametrize(("code", "kind"), [(409, Refused), (400, Refused), (403, Refused), (404, NotFound)])
@pytest.mark.parametrize("shape", ["envelope", "message"])
def test_a_taken_number_is_refused(
    contiguity: Contiguity, vendor: Vendor, shape: str, code: int, kind: type[LeaseError]
) -> None:
    """By any status and in either shape of errors."""
    vendor.switch("contiguity", taken_number=code, error_shape=shape)
    vendor.lease("contiguity", NUMBER)
    with pytest.raises(kind, match="This number is not available") as caught:
        lease_it(contiguity)
    assert type(caught.value) is kind


@pytest.mark.parametrize("availability", ["leased", "unavailable", "404"])
def test_a_strangers_number_reads_as_not_on_offer(contiguity: Contiguity, vendor: Vendor, availability: str) -> None:
    """Leased, unavailable or unknown: never ours and never on offer."""
    vendor.switch("contiguity", stranger_number=availability)
    vendor.lease("contiguity", NUMBER)
    offer = contiguity.offer(NUMBER)
    assert (offer.availability if offer else "404") == availability
    assert contiguity.find(NUMBER) == []


@pytest.mark.parametrize("shape", ["envelope", "message"])
def test_an_unknown_number_is_none(contiguity: Contiguity, vendor: Vendor, shape: str) -> None:
    """A 404 in one of the service's own shapes."""
    vendor.switch("contiguity", error_shape=shape)
    assert contiguity.offer("+12015550999") is None
    assert contiguity.find("+12015550999") == []


def test_an_unknown_number_may_be_refused(contiguity: Contiguity, vendor: Vendor) -> None:
    """Where the service says 400 it says why, and nothing is concluded."""
    vendor.switch("contiguity", unknown_number=400)
    with pytest.raises(Refused, match="No such number"):
        contiguity.find("+12015550999")


@pytest.mark.parametrize("call", ["list", "search", "find", "offer"])
def test_a_404_of_something_in_between_means_nothing(contiguity: Contiguity, vendor: Vendor, call: str) -> None:
    """Only the service itself can say that there is nothing."""
    vendor.switch("contiguity", error_shape="plain", empty_list=404)
    vendor.remove_offer("contiguity")
    ask: dict[str, Callable[[], object]] = {
        "list": contiguity.list,
        "search": lambda: on_offer(contiguity),
        "find": lambda: contiguity.find(NUMBER),
        "offer": lambda: contiguity.offer(NUMBER),
    }
    with pytest.raises(BadResponse):
        ask[call]()


@pytest.mark.parametrize("shape", ["envelope", "message"])
@pytest.mark.parametrize("code", [200, 404])
def test_nothing_on_offer_is_an_empty_list(contiguity: Contiguity, vendor: Vendor, code: int, shape: str) -> None:
    """By either status; that nothing is leased is believed while the other list is there."""
    vendor.switch("contiguity", empty_list=code, error_shape=shape)
    assert contiguity.list() == []
    vendor.remove_offer("contiguity")
    assert on_offer(contiguity) == {}


@pytest.mark.parametrize(("code", "kind"), [(404, NotFound), (400, Refused)])
def test_a_number_that_is_not_leased_cannot_be_released(
    contiguity: Contiguity, vendor: Vendor, code: int, kind: type[LeaseError]
) -> None:
    """Nor a second time."""
    vendor.switch("contiguity", delete_unknown=code)
    lease = lease_it(contiguity)
    contiguity.release(lease)
    with pytest.raises(kind, match="You do not lease this number"):
        contiguity.release(lease)


@pytest.mark.parametrize("again", ["error", "receipt"])
@pytest.mark.parametrize("period_end", ["set", "null"])
def test_a_termination_that_takes_its_time_is_held(
    contiguity: Contiguity, vendor: Vendor, period_end: str, again: str
) -> None:
    """Until the service lets go the lease is there, with its end where that is known."""
    vendor.switch("contiguity", termination_delay_s=60, terminating_period_end=period_end, delete_again=again)
    lease = lease_it(contiguity)
    contiguity.release(lease)
    (held,) = contiguity.find(NUMBER)
    assert (held.is_held, held.ends_at is not None) == (True, period_end == "set")
    if again == "receipt":
        contiguity.release(lease)
    else:
        with pytest.raises(NotFound, match="being terminated"):
            contiguity.release(lease)
    vendor.clock(advance_s=61)
    assert contiguity.find(NUMBER) == []


@pytest.mark.parametrize("after", ["gone", "404", "terminated_fields", "listed"])
@pytest.mark.parametrize("status", ["expired", "terminated"])
def test_an_ended_lease_is_not_held(contiguity: Contiguity, vendor: Vendor, status: str, after: str) -> None:
    """Whoever ended it and however it still shows."""
    vendor.switch("contiguity", after_termination=after)
    lease_it(contiguity)
    vendor.set_status("contiguity", NUMBER, status)
    assert (contiguity.list(), contiguity.find(NUMBER)) == ([], [])


@pytest.mark.parametrize("status", ["paused", "pending", "suspended-by-the-moon"])
def test_any_other_status_is_held_and_passed_on(contiguity: Contiguity, vendor: Vendor, status: str) -> None:
    """New words of the service are not losses."""
    lease_it(contiguity)
    vendor.set_status("contiguity", NUMBER, status)
    assert [lease.status for lease in (*contiguity.list(), *contiguity.find(NUMBER))] == [status, status]


@pytest.mark.parametrize("code", [402, 403])
def test_a_payment_that_fails_leases_nothing(contiguity: Contiguity, vendor: Vendor, code: int) -> None:
    """In the service's words."""
    vendor.switch("contiguity", payment=code)
    with pytest.raises(Refused, match="The balance does not cover this lease") as caught:
        lease_it(contiguity)
    assert isinstance(caught.value, PaymentRequired) == (code == 402)
    assert vendor.leases() == []


@pytest.mark.parametrize("code", [400, 403])
def test_a_service_contract_must_be_there(contiguity: Contiguity, vendor: Vendor, code: int) -> None:
    """Asked for without one: the service's words."""
    vendor.switch("contiguity", service_contract=code)
    with pytest.raises(Refused, match="No active service contract"):
        lease_it(contiguity, "service_contract")
    vendor.login("contiguity", vendor.token(), service_contract=True)
    assert lease_it(contiguity, "service_contract").billing_method == "service_contract"


@pytest.mark.parametrize("reads", ["goodwill", "service_contract"])
def test_the_billing_method_is_what_the_service_reports(contiguity: Contiguity, vendor: Vendor, reads: str) -> None:
    """Not what was asked for."""
    vendor.switch("contiguity", billing_method=reads)
    lease_it(contiguity)
    assert contiguity.find(NUMBER)[0].billing_method == reads


def test_a_number_on_request_is_leased_by_number(contiguity: Contiguity, vendor: Vendor) -> None:
    """`g-available` is not to be chosen by a search; asked for it may be had, or refused."""
    vendor.change_offer("contiguity", NUMBER, status="g-available")
    assert on_offer(contiguity)[NUMBER].availability == "on request"
    vendor.switch("contiguity", g_available="refuse")
    with pytest.raises(Refused):
        lease_it(contiguity)
    vendor.switch("contiguity", g_available="lease")
    assert lease_it(contiguity).is_held


def test_a_hidden_number_can_be_asked_for(contiguity: Contiguity, vendor: Vendor) -> None:
    """The listing shows what the login may lease: absence proves nothing."""
    vendor.switch("contiguity", unentitled="hidden")
    vendor.change_offer("contiguity", NUMBER, requirements=["imessage_entitlement_required"])
    assert NUMBER not in on_offer(contiguity)
    offer = contiguity.offer(NUMBER)
    assert offer is not None
    assert offer.availability == "available"


def test_a_selective_failover_without_numbers_may_be_refused(contiguity: Contiguity, vendor: Vendor) -> None:
    """In the service's words."""
    vendor.switch("contiguity", selective_empty=400)
    lease_it(contiguity)
    with pytest.raises(Refused, match="numbers is empty"):
        contiguity.configure(
            Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": {**FAILOVER, "numbers": []}}
        )


@pytest.mark.parametrize("shape", ["envelope", "message", "plain"])
@pytest.mark.parametrize("code", [401, 403])
def test_a_bad_key_is_refused(connect: Connect, vendor: Vendor, code: int, shape: str) -> None:
    """By either status, in any shape; the key is not in the message, and an empty list is not made of it."""
    vendor.switch("contiguity", bad_key=code, error_shape=shape)
    vendor.revoke("contiguity", vendor.token())
    service = connect()
    asks: list[Callable[[], object]] = [service.list, lambda: service.find(NUMBER), lambda: lease_it(service)]
    for ask in asks:
        with pytest.raises(Refused) as caught:
            ask()
        assert caught.value.status == code
        assert vendor.token() not in str(caught.value)


@pytest.mark.parametrize("body", [None, "slow down", "<html>Too many requests</html>"])
def test_too_many_requests_in_any_shape(contiguity: Contiguity, vendor: Vendor, body: str | None) -> None:
    """A 429 need be neither JSON nor say for how long."""
    vendor.fault("lease", "status", code=429, body=body)
    with pytest.raises(RateLimited) as caught:
        lease_it(contiguity)
    assert caught.value.retry_after_s is None
    vendor.fault("lease", "429", retry_after=7)
    with pytest.raises(RateLimited) as caught:
        lease_it(contiguity)
    assert caught.value.retry_after_s == 7
    assert len(vendor.calls("lease")) == 2


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_a_fault_of_the_server_says_nothing_of_a_write(contiguity: Contiguity, vendor: Vendor, code: int) -> None:
    """Neither a lease nor a termination is sent again from here."""
    vendor.fault("lease", "status_after", code=code)
    with pytest.raises(NoAnswer):
        lease_it(contiguity)
    vendor.fault("terminate", "status", code=code)
    with pytest.raises(NoAnswer):
        contiguity.release(contiguity.find(NUMBER)[0])
    assert [len(vendor.calls(operation)) for operation in ("lease", "terminate")] == [1, 1]


def test_a_partial_listing_is_none(contiguity: Contiguity, vendor: Vendor) -> None:
    """Cut off in the middle: an error, never a short list."""
    lease_it(contiguity)
    vendor.fault("leased", "truncated", times=0)
    with pytest.raises(NoAnswer):
        contiguity.list()


@pytest.mark.parametrize("created_at", [1755000000, 1755000000000, "2025-08-12T12:00:00.000Z", None, "long ago"])
@pytest.mark.parametrize(
    "start",
    [
        1791288003,
        1791288003000,
        "1791288003",
        "2026-10-06T12:00:03Z",
        "2026-10-06T12:00:03.000Z",
        "2026-10-06T14:00:03+02:00",
    ],
)
def test_times_in_any_form(canned: Contiguity, raw: Raw, start: Any, created_at: Any) -> None:
    """Seconds, milliseconds, ISO 8601; what nobody needs may be anything."""
    billing = {"method": "monthly", "period": {"start": start, "end": None}}
    raw.say(envelope({**LEASED, "created_at": created_at, "billing": billing}))
    assert canned.find(NUMBER)[0].leased_at == AT


@pytest.mark.parametrize("capabilities", [None, {}, {"channels": None}])
def test_unknown_capabilities_are_none(canned: Contiguity, raw: Raw, capabilities: Any) -> None:
    """Unknown is not the same as having none."""
    raw.say(envelope({**ON_OFFER, "capabilities": capabilities}))
    offer = canned.offer(NUMBER)
    assert offer is not None
    assert offer.capabilities is None
    raw.say(envelope({**ON_OFFER, "capabilities": {"channels": []}}))
    offer = canned.offer(NUMBER)
    assert offer is not None
    assert offer.capabilities == ()


@pytest.mark.parametrize("status", ["available", "g-available", "leased", "unavailable", "reserved", None])
def test_an_unknown_availability_is_not_on_offer(canned: Contiguity, raw: Raw, status: str | None) -> None:
    """Only what says that it is available is."""
    raw.say(envelope({**ON_OFFER, "status": status}))
    offer = canned.offer(NUMBER)
    assert offer is not None
    expected = {"available": "available", "g-available": "on request", "leased": "leased"}
    assert offer.availability == expected.get(status or "", "unavailable")


UNREADABLE: list[dict[str, Any]] = [
    {"carrier": {"name": "Contiguity"}},
    {"location": "US"},
    {"capabilities": ["sms", "mms"]},
    {"capabilities": {"channels": ["sms", None]}},
    {"health": {"reputation": "n/a", "previous_owners": 2.5}},
    {"data": {"requirements": "none"}},
    {"data": []},
]
UNREADABLE_OF_A_LEASE: list[dict[str, Any]] = [
    *UNREADABLE,
    {"pricing": {"currency": "USD", "upfront_fee": "", "monthly_rate": 12}},
    {"pricing": "12 USD"},
    {"billing": []},
    {"billing": {"method": 1, "period": "monthly"}},
]


@pytest.mark.parametrize("changed", UNREADABLE_OF_A_LEASE, ids=str)
def test_an_unreadable_attribute_hides_no_lease(canned: Contiguity, raw: Raw, changed: dict[str, Any]) -> None:
    """It is as if it were missing; the lease, and those beside it, are there all the same."""
    raw.say(envelope({"leased": 2, "numbers": [{**LEASED, **changed}, {**LEASED, "id": OTHER, "lease_id": "lsd_2"}]}))
    listed = canned.list()
    assert [(lease.number, lease.lease_id) for lease in listed] == [(NUMBER, "lsd_5512093847"), (OTHER, "lsd_2")]
    raw.say(envelope({**LEASED, **changed}))
    assert canned.find(NUMBER) == [listed[0]]


@pytest.mark.parametrize("changed", UNREADABLE, ids=str)
def test_an_unreadable_attribute_hides_no_offer(canned: Contiguity, raw: Raw, changed: dict[str, Any]) -> None:
    """Neither in the listing nor asked for by number."""
    raw.say(envelope({"available": 1, "numbers": [{**ON_OFFER, **changed}]}))
    listed = on_offer(canned)
    raw.say(envelope({**ON_OFFER, **changed}))
    assert listed == {NUMBER: canned.offer(NUMBER)}
    assert listed[NUMBER].monthly_rate == 12


def test_an_offer_of_unreadable_price_is_none(canned: Contiguity, raw: Raw) -> None:
    """It cannot be chosen, and does not hide the others; asked for by number it is an error."""
    priceless = {**ON_OFFER, "pricing": {"currency": "USD", "upfront_fee": "?", "monthly_rate": 12}}
    raw.say(envelope({"available": 2, "numbers": [priceless, {**ON_OFFER, "id": OTHER}]}))
    assert list(on_offer(canned)) == [OTHER]
    raw.say(envelope(priceless))
    with pytest.raises(BadResponse, match="upfront_fee"):
        canned.offer(NUMBER)


@pytest.mark.parametrize("lease_id", [None, "", {"id": 1}])
def test_a_lease_without_a_readable_id_fails_its_listing(canned: Contiguity, raw: Raw, lease_id: Any) -> None:
    """Who leases it cannot be said, and absence must not be."""
    raw.say(envelope({"leased": 1, "numbers": [{**LEASED, "lease_id": lease_id}]}))
    with pytest.raises(BadResponse, match=r"lease.id"):
        canned.list()


def test_a_receipt_of_unreadable_billing_is_a_lease(canned: Contiguity, raw: Raw) -> None:
    """It is paid for: what it costs is as it was quoted."""
    raw.say(envelope({**RECEIPT, "billing": {"method": "monthly", "price": {"upfront_fee": "?"}, "period": []}}))
    lease = lease_it(canned)
    assert (lease.lease_id, lease.billing_method, lease.upfront_fee) == ("lsd_5512093847", "monthly", None)


def test_a_long_listing_is_read_whole(canned: Contiguity, raw: Raw) -> None:
    """No pages are documented: all numbers come at once, in any order."""
    numbers = [{**ON_OFFER, "id": f"+1201{count:07d}"} for count in range(3000)]
    raw.say(envelope({"available": 3000, "numbers": numbers[::-1]}))
    assert set(on_offer(canned)) == {number["id"] for number in numbers}
