"""TeleSign's Phone Numbers API, deprecated by the vendor: four calls, and no reading of one lease.

Wire facts are from the vendor's docs (https://developer.telesign.com/enterprise/docs/phone-numbers-api-create-a-lease
and …/phone-numbers-api-cancel-a-lease, 2019-10) and its older API description (2019-02), whose elements differ; the
digest is that of https://developer.telesign.com/enterprise/docs/authentication. Where these are silent, every form that
is likely is read, and what a write came to is decided by who leases the number.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import uuid
from decimal import ROUND_CEILING, Decimal
from email.utils import formatdate
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar
from urllib.parse import quote

import httpx
from pydantic import Field, OnErrorOmit, TypeAdapter, ValidationError

from ..config import Setting
from ..domain.errors import (
    ConfigError,
    Discontinued,
    LeaseError,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
)
from ..domain.models import ENDING, Amount, Lease, Offer
from ..domain.search import region_of
from .http.transport import Answer, Http, Words
from .pages import Page, Scan, read_until_sure, scan, walk
from .wire import Moment, Wire, moment, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from ..domain.models import Order
    from ..domain.search import NumberSearch
    from .base import Query

_OPEN = "active"
_GONE = frozenset({404, 410})
_SMALLEST = Decimal("0.0001")
_CLOSED = (
    "TeleSign has closed its Phone Numbers API, to this login or altogether, unless the base URL is wrong; nothing was "
    "changed, and the state is kept"
)

_INVALID = frozenset({-10001, -20001})
_KINDS: Mapping[int, type[LeaseError]] = {
    **dict.fromkeys((501, -10009, -30000, -30001, *range(-30012, -30003), -30015), Unauthorized),
    **dict.fromkeys((-20002, -40005), Discontinued),  # product not enabled, method not allowed
    **dict.fromkeys((-40007, -40008), RateLimited),
    **dict.fromkeys((*_INVALID, -40006), Refused),
    -40004: NotFound,
    -10030: PaymentRequired,
}
"""What the codes of https://developer.telesign.com/enterprise/docs/all-status-and-error-codes mean here."""


class _Number(Wire):
    """A number as both generations of the docs have it: 2019-10 with `number_type`, 2019-02 with `operator_name`."""

    exact = frozenset({"setup_price", "recurring_price", "price_currency", "recurrence_period"})

    phone_number: Annotated[str, Field(coerce_numbers_to_str=True, pattern=r"^\+?\d+$")]
    country_iso2: str | None = None
    number_type: str | None = None
    operator_name: str | None = None
    setup_price: Amount | None = None
    recurring_price: Amount | None = None
    price_currency: str | None = None
    recurrence_period: int | None = None
    """In months."""
    capabilities: dict[str, Any] | None = None

    def attributes(self) -> dict[str, Any]:
        able = None if self.capabilities is None else [name for name, has in self.capabilities.items() if has is True]
        return {
            "number": f"+{self.phone_number.removeprefix('+')}",
            "country": self.country_iso2,
            "carrier": self.operator_name,
            "number_type": self.number_type,
            "capabilities": able,
            "currency": self.price_currency,
            "upfront_fee": self.setup_price,
            "monthly_rate": _monthly(self.recurring_price, self.recurrence_period),
        }


class _Terms(Wire):
    lease_id: Annotated[str, Field(coerce_numbers_to_str=True, min_length=1)]
    created_on_utc: Moment = None
    expires_on_utc: Any = None


class _Leased(_Number):
    """A number that the login leases; an end makes it a lease that is cancelled, or over."""

    exact = frozenset()

    lease: _Terms

    def as_lease(self, now: datetime) -> Lease:
        ends_at = moment(self.lease.expires_on_utc)
        status = ENDING if self.lease.expires_on_utc else _OPEN
        return Lease(
            **self.attributes(),
            lease_id=self.lease.lease_id,
            status="expired" if ends_at and ends_at <= now else status,
            leased_at=self.lease.created_on_utc,
            ends_at=ends_at,
        )


class _Paging(Wire):
    exact = frozenset({"page", "total_pages"})

    page: int | None = None
    total_pages: int | None = None


_OFFERED = TypeAdapter(list[OnErrorOmit[_Number]])  # an offer that cannot be read cannot be chosen
_LEASED = TypeAdapter(list[_Leased])
_PAGING = TypeAdapter(_Paging)
_Form = TypeVar("_Form")


class TeleSign:
    """One TeleSign customer."""

    name: ClassVar[str] = "telesign"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("customer_id", "a customer id", variables=("TELESIGN_CUSTOMER_ID",)),
        Setting("api_key", "an API key", secret=True, variables=("TELESIGN_API_KEY",)),
        Setting("auth_method", "how requests are signed", default="basic", choices=("basic", "hmac-sha256")),
        Setting(
            "base_url",
            "the address of the API",
            with_credential=True,
            default="https://rest-ww.telesign.com/v1/phone_numbers",
            variables=("TELESIGN_BASE_URL",),
        ),
    )
    criteria: ClassVar[frozenset[str]] = frozenset(
        {"country", "capabilities", "area_code", "prefix", "contains", "number_type", "carrier", "order_by"}
    )
    capabilities: ClassVar[frozenset[str]] = frozenset({"sms", "voice"})
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    carries_reference: ClassVar[bool] = False
    searches_all: ClassVar[bool] = True
    race_window_s: ClassVar[float] = 0.0
    one_lease_a_number: ClassVar[bool] = False  # what a second paying call for one's own number does is not documented
    billed_to: ClassVar[str | None] = "the end of the current billing period"
    login: str | None

    def __init__(self, settings: Mapping[str, str], requests_per_second: float | None) -> None:
        self.login = settings["customer_id"]
        key = settings["api_key"]
        basic = base64.b64encode(f"{self.login}:{key}".encode()).decode()
        sign = _basic(basic) if settings["auth_method"] == "basic" else _digest(settings["customer_id"], key)
        self._http = Http(self.name, settings["base_url"], sign, _words, requests_per_second, (key, basic))
        self._countries: dict[str, str] = {}
        """As the vendor files what it offers, which is not always as the numbering plan has it."""

    def now(self) -> datetime:
        return self._http.clock.now()

    def query(self, search: NumberSearch) -> Query:
        asked = {"country_iso2": search.country} if search.country else {}
        return tuple({**asked, **{f"{name}_capable": "TRUE" for name in search.capabilities}}.items())

    def search(self, query: Query) -> Iterator[Sequence[Offer]]:
        for page in self._pages("/numbers", query):
            offers = [Offer(**number.attributes()) for number in _OFFERED.validate_python(page.entries)]
            self._countries.update({offer.number: offer.country for offer in offers if offer.country})
            yield offers

    def offer(self, number: str) -> Offer | None:
        country = region_of(number)
        pages = self.search((("country_iso2", country),) if country else ())
        return next((offer for page in pages for offer in page if offer.number == number), None)

    def lease(self, order: Order) -> Lease:
        """POST /leases; no idempotency key exists, and no text goes with the purchase."""
        number = order.number
        country = self._countries.get(number) or region_of(number)
        if country is None:
            raise Refused(f"{self.name} leases by country, and {number} is of none", service=self.name)
        answer = self._http.post("/leases", form={"country_iso2": country, "phone_number": number[1:]})
        leases = [lease for lease in self._read_answer(answer) if lease.number == number]
        if [lease.status for lease in leases] != [_OPEN]:
            raise unreadable(self.name, "POST /leases", f"not one open lease of {number}")
        return leases[0]

    def find(self, number: str, reference: str | None = None) -> Sequence[Lease]:
        """GET /leases: all pages, so that a second lease shows; "none" counts only after a second reading."""
        del reference
        return self._believed(lambda scan: bool(scan.list_held(number))).list_held(number)

    def list(self) -> Sequence[Lease]:
        return self._believed(lambda scan: scan.is_sure).list_held()

    def fill_in_prices(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        return leases

    def release(self, lease: Lease) -> datetime | None:
        """DELETE /leases/{lease_id}; billed to the end of the current billing period, which is rarely given."""
        path = f"/leases/{quote(lease.lease_id, safe='')}"
        cancelled = [one for one in self._read_answer(self._http.delete(path)) if one.lease_id == lease.lease_id]
        if len(cancelled) != 1:
            raise unreadable(self.name, f"DELETE {path}", "not the lease")
        return cancelled[0].ends_at

    def has_ended(self, number: str, lease_id: str, reference: str | None) -> bool:
        """No call shows a lease that is over; the customer id proves that the login is the right one."""
        del number, lease_id, reference
        return False

    def configure(self, lease: Lease, settings: Mapping[str, Any]) -> None:
        raise Refused(
            f"{self.name}: nothing of {lease.number} can be changed, not {', '.join(sorted(settings))}",
            service=self.name,
        )

    def settings_of(self, lease: Lease, declared: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing that is set can be read back."""
        del declared
        return lease.settings or {}

    def close(self) -> None:
        self._http.close()

    def _believed(self, is_enough: Callable[[Scan], bool]) -> Scan:
        def read(entries: Sequence[Any]) -> Sequence[Lease]:
            return self._leases(entries, "GET /leases")

        return read_until_sure(self.name, lambda: scan(self._pages("/leases"), read), is_enough)

    def _pages(self, path: str, query: Query = ()) -> Iterator[Page]:
        return walk(lambda number: self._page(path, query, number))

    def _page(self, path: str, query: Query, number: int) -> Page:
        answer = self._http.get(path, {**dict(query), "page": str(number), "page_size": "50"})
        data = self._data(answer)
        around = answer.body
        if isinstance(data, dict) and "phone_number" not in data:
            around = {**around, **data}
            data = next((part for part in data.values() if isinstance(part, list)), None)
        entries = [data] if isinstance(data, dict) else data
        if not isinstance(entries, list):
            raise unreadable(self.name, f"GET {path}", "no list of numbers")
        paging = self._read(_PAGING, around.get("pagination") or around, f"GET {path}")
        return Page(entries, paging.page in {None, number}, paging.total_pages or None)

    def _read_answer(self, answer: Answer) -> Sequence[Lease]:
        """Read what a write answers: a list of one element, or the element."""
        data = self._data(answer)
        return self._leases(data if isinstance(data, list) else [data], f"{answer.method} {answer.path}")

    def _leases(self, entries: Sequence[Any], what: str) -> Sequence[Lease]:
        return [leased.as_lease(self.now()) for leased in self._read(_LEASED, entries, what)]

    def _read(self, form: TypeAdapter[_Form], value: Any, what: str) -> _Form:
        try:
            return form.validate_python(value)
        except ValidationError as error:
            raise unreadable(self.name, what, error) from None

    def _data(self, answer: Answer) -> Any:
        """Open an answer of success; an error under such a status leaves open what a write came to."""
        body = answer.body
        if isinstance(body, dict) and (body.get("errors") or ("data" not in body and "status" in body)):
            raise self._http.error(answer)
        if not isinstance(body, dict) or body.get("data") is None:
            raise unreadable(self.name, f"{answer.method} {answer.path}", f"status {answer.status} without data")
        return body["data"]


def _basic(credentials: str) -> Callable[[httpx.Request], None]:
    def sign(request: httpx.Request) -> None:
        request.headers["authorization"] = f"Basic {credentials}"

    return sign


def _digest(customer_id: str, api_key: str) -> Callable[[httpx.Request], None]:
    try:
        key = base64.b64decode(api_key, validate=True)
    except binascii.Error:
        raise ConfigError("telesign's API key is not Base64, which hmac-sha256 needs", service="telesign") from None

    def sign(request: httpx.Request) -> None:
        request.headers["date"] = formatdate(usegmt=True)
        request.headers["x-ts-auth-method"] = "HMAC-SHA256"
        request.headers["x-ts-nonce"] = str(uuid.uuid4())
        request.headers["authorization"] = f"TSA {customer_id}:{signature(key, request)}"

    return sign


def signature(key: bytes, request: httpx.Request) -> str:
    """Sign a request that carries a date, a method and a nonce: the path goes without its query."""
    headers = request.headers
    lines = [request.method, headers.get("content-type", ""), headers["date"]]
    lines += [f"{name}:{headers[name]}" for name in ("x-ts-auth-method", "x-ts-nonce")]
    lines += [text for text in (request.content.decode(), request.url.raw_path.decode().partition("?")[0]) if text]
    return base64.b64encode(hmac.digest(key, "\n".join(lines).encode(), "sha256")).decode()


def _monthly(price: Decimal | None, months: int | None) -> Decimal | None:
    """Spread a period's price over its months, rounded up to 0.0001: no period costs more than its months say."""
    if price is None or not months or months < 0:
        return None
    return price if months == 1 else (price / months).quantize(_SMALLEST, ROUND_CEILING)


def _words(answer: Answer) -> Words:
    """Read the vendor's envelope, whole or in part; anything else is taken as it stands."""
    body = answer.body if isinstance(answer.body, dict) else {}
    errors = body.get("errors") if isinstance(body.get("errors"), list) else [body.get("errors")]
    reasons = [one for one in [*(errors or []), body.get("status")] if isinstance(one, dict)]
    codes = [int(one["code"]) for one in reasons if re.fullmatch(r"-?\d{1,9}", str(one.get("code")))]
    kind = _kind(answer, codes)
    said = (
        f"{reasons[0].get('description')} ({reasons[0].get('code')})"
        if reasons
        else answer.text.strip() or "an empty answer"
    )
    return Words(
        f"{_CLOSED}. It said: {said}" if kind is Discontinued else said,
        recognised=bool(reasons),
        code=str(codes[0]) if codes else None,
        request_id=str(body["reference_id"]) if body.get("reference_id") else None,
        kind=kind,
    )


def _kind(answer: Answer, codes: Sequence[int]) -> type[LeaseError] | None:
    """Decide what an answer that is no success means; None leaves it to its status."""
    is_read = answer.method == "GET"
    if not is_read and not httpx.codes.is_client_error(answer.status):
        return None  # whatever it says, what became of a write is not known
    kind = next((_KINDS[code] for code in codes if code in _KINDS), None)
    if answer.status == httpx.codes.METHOD_NOT_ALLOWED or (is_read and (answer.status in _GONE or kind is NotFound)):
        return Discontinued  # both listings are always there
    is_invalid = answer.status in {httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND} and not _INVALID.isdisjoint(codes)
    if answer.method == "DELETE" and (answer.status == httpx.codes.GONE or is_invalid):
        return NotFound  # the lease id is all that can be wrong
    return kind
