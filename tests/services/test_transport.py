"""One call over HTTP: what is tried again, what is waited for, what is refused, and what is made of odd answers."""

from __future__ import annotations

import itertools
import threading
import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_leases.domain.errors import (
    BadResponse,
    ConfigError,
    LeaseError,
    NoAnswer,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
    Unreachable,
)
from pulumi_leases.domain.models import Lease, Order
from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.services.contiguity import Contiguity
from pulumi_leases.services.http import transport
from pulumi_leases.services.http.pacing import Pace
from pulumi_leases.services.http.transport import Http

from ..raw import Raw, raw_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_leases.emulator import Vendor

NUMBER = "+12015550123"
KEY = "contiguity_sk_s3cret"


@pytest.fixture
def raw() -> Iterator[Raw]:
    """A server that sends what a test hands it."""
    with raw_server() as server:
        yield server


@pytest.fixture
def service(vendor: Vendor) -> Iterator[Contiguity]:
    """A connection to the emulator."""
    opened = Contiguity({"token": vendor.token(), "base_url": vendor.contiguity}, 1000)
    yield opened
    opened.close()


@pytest.fixture
def odd(raw: Raw) -> Iterator[Contiguity]:
    """A connection to a server that sends what a test hands it."""
    opened = Contiguity({"token": KEY, "base_url": raw.url}, 1000)
    yield opened
    opened.close()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the retry library sleeps: counted, not slept; the pace of later connections counts them too."""
    waits: list[float] = []
    turns: list[float] = []
    pace = partial(Pace, clock=lambda: time.monotonic() + sum(waits) + sum(turns), sleep=turns.append)
    monkeypatch.setattr(transport, "Pace", pace)
    monkeypatch.setattr("httpx_retries.retry.time.sleep", waits.append)
    return waits


def http(base_url: str, *, requests_per_second: float = 1000) -> Http:
    """A bare connection."""
    return Http(
        "acme", base_url, lambda _request: None, lambda answer: transport.Words(answer.text, False), requests_per_second
    )


def test_a_read_waits_as_many_seconds_as_asked(vendor: Vendor, service: Contiguity) -> None:
    """429 with Retry-After: 1, then the answer; nothing is asked in between."""
    vendor.fault("leased", "429", retry_after=1)

    assert service.list() == []

    first, second = vendor.calls("leased")
    assert second.arrived - first.arrived >= 1


def test_a_read_waits_until_the_date_asked(vendor: Vendor, service: Contiguity) -> None:
    """429 with Retry-After as an HTTP date, which is in whole seconds."""
    vendor.fault("leased", "429", retry_after=2, as_date=True)

    assert service.list() == []

    first, second = vendor.calls("leased")
    assert second.at >= int(first.at + 2)


@pytest.mark.parametrize("params", [{"retry_after": 86400}, {}], ids=["a day", "not said"])
def test_waiting_is_bounded(slept: list[float], vendor: Vendor, service: Contiguity, params: dict[str, Any]) -> None:
    """Whatever is asked for: five attempts, a minute each time and a minute and a half in all, then the truth."""
    vendor.fault("leased", "429", times=0, **params)

    with pytest.raises(RateLimited) as failed:
        service.list()

    assert failed.value.retry_after_s == params.get("retry_after")
    assert len(vendor.calls("leased")) <= 5
    assert max(slept) <= 60
    assert sum(slept) <= 90


@pytest.mark.parametrize("text", ["soon", "-5", "99999999999999999999", "Wed, 99 Nov 2026 99:99:99 GMT", "\u00b2"])
def test_an_odd_retry_after_is_survived(slept: list[float], odd: Contiguity, raw: Raw, text: str) -> None:
    """A header that says nothing sensible is as if it were not there, or bounded."""
    raw.say({}, "429 Too Many Requests", Retry_After=text.encode("utf-8").decode("latin-1"))

    with pytest.raises(RateLimited):
        odd.list()

    assert sum(slept) <= 90


TRANSIENT: dict[str, tuple[str, dict[str, Any]]] = {
    "503": ("status", {"code": 503}),
    "502": ("html", {"code": 502, "work": False}),
    "reset": ("reset", {}),
    "dropped": ("drop_before", {}),
}


@pytest.mark.parametrize("kind", TRANSIENT)
def test_a_read_is_tried_again(slept: list[float], vendor: Vendor, service: Contiguity, kind: str) -> None:
    """503, 502, a reset and a dropped connection, twice each, cost a read nothing but time."""
    fault, params = TRANSIENT[kind]
    vendor.fault("leased", fault, times=2, **params)

    assert service.list() == []
    assert len(vendor.calls("leased")) == 3


@pytest.mark.parametrize("kind", TRANSIENT)
def test_a_write_is_not_sent_again_where_it_may_have_been_done(
    slept: list[float], vendor: Vendor, service: Contiguity, kind: str
) -> None:
    """One POST and one DELETE, whatever came of them: whether to ask again is decided where ownership is known."""
    fault, params = TRANSIENT[kind]
    vendor.lease("contiguity", NUMBER, login=vendor.token())
    lease = service.list()[0]
    for operation in ("lease", "terminate", "configure"):
        vendor.fault(operation, fault, times=0, **params)

    for write in (
        lambda: service.lease(Order(number="+12015550124", billing_method=None)),
        lambda: service.release(lease),
        lambda: service.configure(
            Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": {"enabled": True}}
        ),
    ):
        with pytest.raises(NoAnswer):
            write()

    assert [call.operation for call in vendor.writes()] == ["lease", "terminate", "configure"]
    assert slept == []


def test_a_rate_limited_write(vendor: Vendor, service: Contiguity) -> None:
    """429 says that nothing was done: a DELETE waits and goes again; a POST that pays is left to who knows the lease."""
    vendor.lease("contiguity", NUMBER, login=vendor.token())
    vendor.fault("terminate", "429", retry_after=1)
    vendor.fault("lease", "429", retry_after=7)

    service.release(service.list()[0])
    with pytest.raises(RateLimited) as failed:
        service.lease(Order(number="+12015550124", billing_method=None))

    assert failed.value.retry_after_s == 7
    first, second = vendor.calls("terminate")
    assert second.arrived - first.arrived >= 1
    assert len(vendor.calls("lease")) == 1


def test_an_unreachable_service_is_an_error_of_its_own(slept: list[float]) -> None:
    """No connection: surely nothing was done, and the message says where it went."""
    with raw_server() as gone:
        pass
    service = Contiguity({"token": KEY, "base_url": gone.url}, 1000)

    with pytest.raises(Unreachable, match=rf"contiguity: GET /leased: no connection to 127\.0\.0\.1:{gone.port} "):
        service.list()
    with pytest.raises(Unreachable):
        service.lease(Order(number=NUMBER, billing_method=None))
    service.close()


@pytest.mark.parametrize(("fault", "params"), [("slow_body", {"seconds": 30}), ("delay_before", {"seconds": 30})])
def test_a_slow_answer_is_given_up(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch, fault: str, params: dict[str, Any]
) -> None:
    """An answer that trickles is given up like one that does not come: a request never takes for ever."""
    monkeypatch.setattr(transport, "ANSWER_TIMEOUT_S", 0.3)
    service = Contiguity({"token": vendor.token(), "base_url": vendor.contiguity}, 1000)
    vendor.fault("lease", fault, **params)
    began = time.monotonic()

    with pytest.raises(NoAnswer):
        service.lease(Order(number=NUMBER, billing_method=None))

    assert time.monotonic() - began < 5
    service.close()


def test_the_rate_holds_over_all_threads(vendor: Vendor) -> None:
    """Four threads, 20 requests a second: no second sees more than 20, as the service counts them."""
    service = Contiguity({"token": vendor.token(), "base_url": vendor.contiguity}, 20)
    threads = [threading.Thread(target=lambda: [service.find(NUMBER) for _ in range(15)]) for _ in range(4)]

    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    arrived = sorted(call.arrived for call in vendor.calls("get"))
    assert len(arrived) == 60
    # None comes before its turn; and after it one may be on its way for a moment, longer where the machine is busy.
    assert all(moment - began >= place // 20 - 0.05 for place, moment in enumerate(arrived))
    assert all(later - earlier >= 0.5 for earlier, later in zip(arrived, arrived[20:], strict=False))
    assert arrived[-1] - arrived[0] < 6
    service.close()


@pytest.mark.parametrize("rate", [0.001, 0.5, 2.5, 7.9, 1e6, None])
def test_any_rate_can_be_asked_for(vendor: Vendor, rate: float | None) -> None:
    """Fractions and extremes included, the first request goes at once."""
    service = Contiguity({"token": vendor.token(), "base_url": vendor.contiguity}, rate)

    assert service.list() == []
    service.close()


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_refused(vendor: Vendor, service: Contiguity, raw: Raw, code: int) -> None:
    """The key goes nowhere but to the base URL."""
    vendor.fault("leased", "redirect", to=raw.url, code=code)
    vendor.fault("lease", "redirect", to=raw.url, code=code)

    with pytest.raises(
        BadResponse, match=rf"{code}, a redirect, which is not followed: it would carry the key elsewhere"
    ):
        service.list()
    with pytest.raises(BadResponse):
        service.lease(Order(number=NUMBER, billing_method=None))

    assert raw.asked == []


@pytest.mark.parametrize("url", ["http://localhost:1/n", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:8080"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    """An emulator needs no certificate."""
    http(url).close()


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "http://127.evil.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "http://0x7f.1",
    ],
)
def test_plain_http_elsewhere_is_refused(url: str) -> None:
    """The key would travel in clear."""
    with pytest.raises(ConfigError, match="the base URL of acme must be https, or the key would travel in clear"):
        http(url)


@pytest.mark.parametrize(
    "url",
    ["", "api.example.com", "ftp://x", "https://", "https://a/?b=c", "https://a/#b", "https://[::1", "https://a:b"],
)
def test_what_is_no_base_url_is_refused(url: str) -> None:
    """With an example of what is."""
    with pytest.raises(ConfigError, match=r"the base URL of acme must be like https://api\.example\.com/numbers"):
        http(url)


def test_a_base_url_with_a_password_is_refused_without_showing_it() -> None:
    """Credentials have settings of their own."""
    with pytest.raises(ConfigError, match="this one holds a password") as failed:
        http("https://user:s3cret@api.example.com")

    assert "s3cret" not in str(failed.value)


PROXY_VARIABLES = tuple(f"{name}_PROXY" for name in ("HTTP", "HTTPS", "ALL", "NO"))


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the environment's proxies, and no others."""

    def put(**variables: str) -> None:
        for name in (*PROXY_VARIABLES, *map(str.lower, PROXY_VARIABLES)):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_the_environments_proxy_is_used(
    slept: list[float], raw: Raw, proxied: Callable[..., None], name: str, scheme: str
) -> None:
    """With a scheme or without, as other tools take it; one that says no has surely done nothing."""
    raw.say(b"", "407 Proxy Authentication Required")
    proxied(**{name: f"{scheme}127.0.0.1:{raw.port}"})
    connection = http("https://api.example.com/numbers")

    with pytest.raises(Unreachable, match=r"no connection to api\.example\.com"):
        connection.post("/lease/1")

    assert raw.asked[0].startswith("CONNECT api.example.com:443 ")
    assert "authorization" not in raw.asked[0].lower()
    connection.close()


def test_no_proxy_is_honoured(slept: list[float], raw: Raw, proxied: Callable[..., None]) -> None:
    """Hosts that are to be reached directly are."""
    proxied(HTTPS_PROXY=raw.url, NO_PROXY="localhost,.invalid")
    connection = http("https://api.invalid")

    with pytest.raises(Unreachable):
        connection.get("/leased")

    assert raw.asked == []
    connection.close()


def test_this_machine_is_never_reached_through_a_proxy(vendor: Vendor, raw: Raw, proxied: Callable[..., None]) -> None:
    """A key for an emulator does not travel to a proxy in clear."""
    proxied(HTTP_PROXY=raw.url, http_proxy=raw.url, ALL_PROXY=raw.url)
    service = Contiguity({"token": vendor.token(), "base_url": vendor.contiguity}, 1000)

    assert service.list() == []
    assert raw.asked == []
    service.close()


@pytest.mark.parametrize("proxy", ["ftp://p:s3cret@h", "socks5://u:s3cret@h:1", "http://u:s3cret@[::1"])
def test_an_unusable_proxy_is_refused_without_showing_it(proxied: Callable[..., None], proxy: str) -> None:
    """A proxy's address may hold a password."""
    proxied(HTTPS_PROXY=proxy)

    with pytest.raises(ConfigError, match=r"the proxy .* for api\.example\.com .* cannot be used") as failed:
        http("https://api.example.com")

    assert "s3cret" not in str(failed.value)


STATUSES = {400: Refused, 401: Unauthorized, 402: PaymentRequired, 403: Refused, 404: NotFound, 409: Refused}
STATUSES |= {422: Refused, 429: RateLimited, **dict.fromkeys((408, 500, 502, 503, 504, 599), NoAnswer)}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_an_error_with_the_vendors_words(
    slept: list[float], odd: Contiguity, raw: Raw, status: int
) -> None:
    """The vendor's own words, request id and what it wants agreed to reach the user, whatever the status."""
    url = "https://api.contiguity.com/entitlements/lease"
    raw.say(
        {"id": "err_1", "object": "error", "data": {"error": "Not\n today", "status": status, "agreement_url": url}},
        f"{status} X",
    )

    with pytest.raises(LeaseError) as failed:
        odd.configure(Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": {"enabled": True}})

    assert type(failed.value) is STATUSES[status]
    assert str(failed.value) == (
        f"contiguity: POST /%2B12015550123/configure: {status} Not today, request err_1; "
        f"it wants this agreed to first: {url}"
    )
    assert (failed.value.status, failed.value.request_id, failed.value.agreement_url) == (status, "err_1", url)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><h1>502 Bad Gateway</h1></html>", "<html><h1>502 Bad Gateway</h1></html>"),
        (b"", "an empty answer"),
        (b"\xff\xfe\x00\x1b[2J!", "\ufffd\ufffd [2J!"),
        (b"[]", "[]"),
        (b'"no"', '"no"'),
        (b'{"object": "error", "data": "no"}', '{"object": "error", "data": "no"}'),
        (b'{"object": "error", "data": {"error": {"deep": 1}}}', "{'deep': 1}"),
        (b'{"message": "flat", "status": 500}', "flat"),
    ],
)
@pytest.mark.parametrize("status", [401, 404, 500])
def test_no_body_hides_a_status(odd: Contiguity, raw: Raw, body: bytes, words: str, status: int) -> None:
    """A proxy's page, an empty answer, a wrong type: the status still decides, and what was said is shown."""
    raw.say(body, f"{status} X", Content_Type="text/html")

    with pytest.raises(LeaseError) as failed:
        odd.configure(Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": {"enabled": True}})

    assert f"{status} {words}" in str(failed.value)
    recognised = b'"error": {' in body or b"message" in body
    assert (
        type(failed.value) is {401: Unauthorized, 404: NotFound if recognised else BadResponse, 500: NoAnswer}[status]
    )


def test_a_404_of_something_in_between_is_no_absence(odd: Contiguity, raw: Raw) -> None:
    """Only the service itself can say that there is no such number: a routing fault must not drop a lease."""
    raw.say(b"404 page not found", "404 Not Found", Content_Type="text/plain")

    with pytest.raises(BadResponse):
        odd.find(NUMBER)
    with pytest.raises(BadResponse):
        odd.list()


def test_a_key_that_an_answer_repeats_is_not_shown(odd: Contiguity, raw: Raw) -> None:
    """Neither in the vendor's own words nor in a debugging proxy's page."""
    for body in ({"object": "error", "data": {"error": f"Invalid API key: {KEY}"}}, f"Authorization: Token {KEY}"):
        raw.say(body if isinstance(body, dict) else body.encode(), "401 Unauthorized")

        with pytest.raises(Unauthorized, match=r"\[secret\]") as failed:
            odd.list()

        assert KEY not in str(failed.value)


def test_a_huge_answer_is_given_up(vendor: Vendor, service: Contiguity, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body without end does not fill the memory."""
    monkeypatch.setattr(transport, "LARGEST_BODY", 3 << 20)
    vendor.fault("leased", "huge", megabytes=64)

    with pytest.raises(BadResponse, match="an answer of over 3 MiB"):
        service.list()


READS: dict[str, Callable[[Contiguity], Any]] = {
    "list": Contiguity.list,
    "find": lambda service: service.find(NUMBER),
    "offer": lambda service: service.offer(NUMBER),
    "search": lambda service: list(itertools.chain(*service.search(service.query(NumberSearch())))),
    "lease": lambda service: service.lease(Order(number=NUMBER, billing_method=None)),
    "configure": lambda service: service.configure(
        Lease(number=NUMBER, lease_id="lsd_1", status="active"), {"failover": {"enabled": False}}
    ),
}


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"<html></html>",
        b"null",
        b"[]",
        b"5",
        b"{}",
        b'{"data": null}',
        b'{"data": []}',
        b'{"object": "error", "data": {"error": "no", "status": 400}}',
        b'{"data": {"numbers": NaN}}',
        b'{"data": {"monthly_rate": Infinity}}',
        b"[" * 200_000,
        b'{"data":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"data": {"numbers": ' + b"9" * 10_000 + b"}}",
        '{"data": {"numbers": "é"}}'.encode("latin-1"),
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"data": {"id": "\\uD800"}}',
        b"\x1f\x8b\x08\x00garbage",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_an_answer_that_is_not_the_documented_one_is_said_so(odd: Contiguity, raw: Raw, call: str, body: bytes) -> None:
    """Under a status of success: a typed error, never a traceback, and never taken for an empty list."""
    raw.say(body)

    with pytest.raises(BadResponse, match="an answer that cannot be read"):
        READS[call](odd)


def test_a_broken_compression_is_no_answer(odd: Contiguity, raw: Raw) -> None:
    """Bytes that are not what their encoding says."""
    raw.say(b"not gzip", Content_Encoding="gzip")

    with pytest.raises(NoAnswer):
        odd.list()


def a_number(**changes: Any) -> dict[str, Any]:
    """A leased number as the service documents it, with changes; `...` leaves a field out."""
    whole = {
        "id": NUMBER,
        "status": "leased",
        "location": {"country": "US", "region": "NJ", "city": "Jersey City"},
        "carrier": "Contiguity",
        "capabilities": {"intl_sms": False, "channels": ["sms", "mms"]},
        "health": {"reputation": 0.9, "previous_owners": 1},
        "pricing": {"currency": "USD", "upfront_fee": 1.5, "monthly_rate": 12.0},
        "lease_id": "lsd_1",
        "lease_status": "active",
        "billing": {"method": "monthly", "period": {"start": 1791288003, "end": None}},
    }
    return {key: value for key, value in {**whole, **changes}.items() if value is not ...}


def enveloped(data: Any, **changes: Any) -> dict[str, Any]:
    """An answer around some data, with changes."""
    return {"id": "req_1", "timestamp": 1791288003456, "object": "response", "data": data} | changes


BEGUN = datetime(2026, 10, 6, 12, 0, 3, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"pricing": {"currency": "USD", "upfront_fee": "1.50", "monthly_rate": "12"}}, "monthly_rate", Decimal(12)),
        ({"pricing": {"currency": "USD", "upfront_fee": 0.1, "monthly_rate": 0.3}}, "monthly_rate", Decimal("0.3")),
        ({"pricing": {"currency": "USD", "monthly_rate": 12}}, "upfront_fee", None),
        ({"pricing": None}, "monthly_rate", None),
        ({"pricing": ...}, "currency", None),
        ({"location": None}, "country", None),
        ({"location": {"country": "US", "region": None}}, "region", None),
        ({"capabilities": ..., "health": None}, "capabilities", None),
        ({"capabilities": {"channels": ["SMS", "fax", "sms"]}}, "capabilities", ("fax", "sms")),
        ({"health": {"reputation": "0.5", "previous_owners": "3"}}, "number", NUMBER),
        ({"lease_status": "frozen"}, "status", "frozen"),
        ({"lease_status": None}, "status", "active"),
        ({"lease_id": 5512093847}, "lease_id", "5512093847"),
        ({"billing": None}, "leased_at", None),
        ({"billing": {"method": "goodwill"}}, "billing_method", "goodwill"),
        ({"billing": {"period": {"start": 1791288003}}}, "leased_at", BEGUN),
        ({"billing": {"period": {"start": 1791288003000}}}, "leased_at", BEGUN),
        ({"billing": {"period": {"start": "1791288003"}}}, "leased_at", BEGUN),
        ({"billing": {"period": {"start": "2026-10-06T12:00:03.000Z"}}}, "leased_at", BEGUN),
        ({"billing": {"period": {"start": "2026-10-06T14:00:03+02:00"}}}, "leased_at", BEGUN),
        ({"billing": {"period": {"start": "yesterday"}}}, "leased_at", None),
        ({"billing": {"period": {"start": 1e300}}}, "leased_at", None),
        ({"billing": {"period": {"start": "0001-01-01T00:00:00+14:00"}}}, "leased_at", None),
        ({"billing": {"period": {"start": True}}}, "leased_at", None),
        ({"billing": {"period": {"start": {"deep": 1}}}}, "leased_at", None),
        ({"new": {"unheard": "of"}, "object": "number"}, "city", "Jersey City"),
    ],
)
def test_a_field_is_read_right_or_not_at_all(
    odd: Contiguity, raw: Raw, changes: dict[str, Any], field: str, value: Any
) -> None:
    """Numbers as strings, null, missing and unknown fields, every form of time: the right value, or none."""
    raw.say(enveloped({"leased": 1, "numbers": [a_number(**changes)]}, new="field"))

    assert getattr(odd.list()[0], field) == value


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ...},
        {"id": 12015550123},
        {"lease_id": {"deep": 1}},
        {"lease_id": True},
        {"lease_id": None},
        {"lease_status": 1},
    ],
)
def test_a_lease_that_cannot_be_identified_fails_the_whole_listing(
    odd: Contiguity, raw: Raw, changes: dict[str, Any]
) -> None:
    """It is not left out: absence would be taken for a loss."""
    raw.say(enveloped({"leased": 2, "numbers": [a_number(id="+12015550124"), a_number(**changes)]}))

    with pytest.raises(BadResponse, match=r"contiguity: GET /leased: an answer that cannot be read \(") as failed:
        odd.list()

    assert len(str(failed.value)) < 200


@pytest.mark.parametrize(
    "changes",
    [
        {"pricing": {"currency": "USD", "monthly_rate": -1}},
        {"pricing": {"currency": "USD", "monthly_rate": "NaN"}},
        {"pricing": {"currency": "USD", "monthly_rate": "free"}},
        {"pricing": {"currency": "USD", "monthly_rate": "1e999999"}},
        {"pricing": {"currency": "USD", "monthly_rate": "1e-999999"}},
        {"pricing": {"currency": 840, "monthly_rate": 1}},
        {"pricing": {"currency": "USD", "monthly_rate": [1]}},
        {"pricing": "12 USD"},
        {"location": "US"},
        {"capabilities": {"channels": "sms"}},
        {"capabilities": {"channels": [1]}},
        {"billing": []},
    ],
)
def test_a_field_that_cannot_be_read_is_as_if_missing(odd: Contiguity, raw: Raw, changes: dict[str, Any]) -> None:
    """The lease is there all the same, and so are those beside it."""
    raw.say(enveloped({"leased": 2, "numbers": [a_number(id="+12015550124"), a_number(**changes)]}))
    unreadable = dict.fromkeys(changes)
    other, lease = odd.list()

    assert other.number == "+12015550124"
    raw.say(enveloped({"leased": 1, "numbers": [a_number(**unreadable)]}))
    assert [lease] == odd.list()


def test_an_offer_that_cannot_be_read_cannot_be_chosen(odd: Contiguity, raw: Raw) -> None:
    """It does not spoil the others, and asked for by number it is an error: its price may be anything."""
    bad = a_number(pricing={"currency": "USD", "monthly_rate": -1}, lease_id=..., status="available")
    good = a_number(id="+12015550124", lease_id=..., status="available")
    raw.say(enveloped({"available": 2, "numbers": [bad, good]}))

    assert [offer.number for page in odd.search(()) for offer in page] == ["+12015550124"]
    raw.say(enveloped(bad))
    with pytest.raises(BadResponse):
        odd.offer(NUMBER)


def test_another_number_than_asked_for_is_refused(odd: Contiguity, raw: Raw) -> None:
    """A muddled answer is never taken for ours."""
    raw.say(enveloped(a_number(id="+12015550124")))
    with pytest.raises(BadResponse, match=r"asked for \+12015550123, and was answered \+12015550124"):
        odd.find(NUMBER)

    raw.say(enveloped({"lease_id": "lsd_1", "number": "+12015550124", "status": "active"}))
    with pytest.raises(BadResponse, match=r"leased \+12015550123, and was answered \+12015550124"):
        odd.lease(Order(number=NUMBER, billing_method=None))


@pytest.mark.parametrize("lease_id", [None, "", ...])
def test_a_lease_needs_an_id(odd: Contiguity, raw: Raw, lease_id: Any) -> None:
    """`status: leased` alone may be a stranger's; a receipt without an id is an unknown outcome."""
    raw.say(enveloped(a_number(lease_id=lease_id)))
    assert odd.find(NUMBER) == []

    receipt = {"lease_id": lease_id, "number": NUMBER, "status": "active"}
    raw.say(enveloped({key: value for key, value in receipt.items() if value is not ...}))
    with pytest.raises(BadResponse):
        odd.lease(Order(number=NUMBER, billing_method=None))


@pytest.mark.parametrize(
    "date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "today", "", "\x00"]
)
@pytest.mark.parametrize("timestamp", [None, 0, True, -5, 1e300, "now", 253402300799000, {}])
def test_a_time_beyond_belief_is_not_believed(odd: Contiguity, raw: Raw, date: str, timestamp: Any) -> None:
    """The clock that dates claims stays near this machine's, whatever an answer says."""
    raw.say(enveloped({"leased": 0, "numbers": []}, timestamp=timestamp), Date=date.replace("\x00", "?"))

    assert odd.list() == []
    assert abs(odd.now() - datetime.now(timezone.utc)) < timedelta(minutes=1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*a_number(), "data", "numbers", "object", "timestamp", "number"])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    call=st.sampled_from(sorted(READS)),
    changes=st.dictionaries(FIELDS, JSON, min_size=1, max_size=3),
    whole=st.booleans(),
)
def test_no_answer_breaks_the_reader(
    odd: Contiguity, raw: Raw, call: str, changes: dict[str, Any], whole: bool
) -> None:
    """Whatever JSON stands in whatever field: a value of the domain, or an error of the domain."""
    number = {**a_number(), "number": NUMBER, **changes}
    data = number if call in {"find", "offer", "lease"} else {"numbers": [number], **({} if whole else changes)}
    raw.say(enveloped(data) | ({} if whole else changes))

    try:
        answer = READS[call](odd)
    except LeaseError:
        return
    for lease in answer if isinstance(answer, list) else [answer]:
        if isinstance(lease, Lease):
            assert lease.lease_id
            assert lease.model_dump_json()


def test_what_a_caller_may_send(raw: Raw) -> None:
    """PATCH goes once; queries and forms repeat a key that has several values."""
    connection = http(raw.url)
    raw.say({})

    connection.patch("/numbers/1", json={"tags": ["a"]})
    connection.get("/numbers", {"feature": ["sms", "voice"], "page": "1"})
    connection.post("/numbers", form={"Event": ["a", "b"], "To": "+1 2"})

    assert [head.split(" HTTP")[0] for head in raw.asked] == [
        "PATCH /numbers/1",
        "GET /numbers?feature=sms&feature=voice&page=1",
        "POST /numbers",
    ]
    assert raw.bodies == ['{"tags":["a"]}', "", "Event=a&Event=b&To=%2B1+2"]
    connection.close()


def test_a_link_is_followed_on_the_services_host_only(raw: Raw) -> None:
    """A path from the root of the host, or a whole URL of it; the key goes to no other host, scheme or port."""
    connection = http(f"{raw.url}/2010-04-01")
    raw.say({})

    connection.follow("/2010-04-01/Numbers.json?Page=1&PageToken=P%2FN")
    connection.follow(f"{raw.url}/other?a=b")

    assert [head.split(" ")[1] for head in raw.asked] == [
        "/2010-04-01/Numbers.json?Page=1&PageToken=P%2FN",
        "/other?a=b",
    ]
    for away in (
        "https://evil.example/",
        "//evil.example/x",
        f"http://127.0.0.1:{raw.port + 1}/",
        f"http://u@127.0.0.1:{raw.port}/",
    ):
        with pytest.raises(BadResponse, match="the key would travel there"):
            connection.follow(away)
    assert len(raw.asked) == 2
    connection.close()


@pytest.mark.parametrize("header", ["Twilio-Request-Id", "X-Request-Id", "x-telnyx-request-id"])
def test_a_request_id_in_a_header_is_kept(raw: Raw, header: str) -> None:
    """Where the service's own words have none; headers are there for whoever reads an answer."""
    connection = http(raw.url)
    raw.say(b"no", "403 Forbidden", **{header: "RQ1"})

    with pytest.raises(Refused, match="403 no, request RQ1") as failed:
        connection.post("/numbers")
    raw.say(b"{}", **{header: "RQ2"})

    assert failed.value.request_id == "RQ1"
    assert connection.get("/numbers").headers[header.lower()] == "RQ2"
    connection.close()
