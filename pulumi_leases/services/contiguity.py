"""Contiguity's number leasing API.

Wire facts are from the vendor's OpenAPI description v2026.8.2 and docs (https://docs.contiguity.com/api-reference),
and, where these are silent, from its JavaScript SDK 0.1.3 (https://github.com/contiguity/javascript).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar
from urllib.parse import quote

from pydantic import Field, TypeAdapter, ValidationError

from ..config import Setting
from ..domain.errors import BadResponse, NotFound, Refused
from ..domain.models import ENDED, Amount, Availability, Lease, Offer
from .http.transport import Answer, Http, Words
from .wire import Moment, Wire, Word, moment, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    import httpx

    from ..domain.models import Order
    from ..domain.search import NumberSearch
    from .base import Query

_AVAILABILITY: dict[str, Availability] = {"available": "available", "g-available": "on request", "leased": "leased"}


class _Price(Wire):
    exact = frozenset({"currency", "upfront_fee", "monthly_rate"})

    currency: str | None = None
    upfront_fee: Amount | None = None
    monthly_rate: Amount | None = None


class _Period(Wire):
    start: Moment = None
    end: Moment = None


class _Billing(Wire):
    method: str | None = None
    price: _Price = _Price()
    period: _Period = _Period()


class _Location(Wire):
    country: str | None = None
    region: str | None = None
    city: str | None = None


class _Capabilities(Wire):
    channels: list[str] | None = None


class _Data(Wire):
    requirements: tuple[str, ...] = ()


class _Health(Wire):
    reputation: float | None = None
    previous_owners: int | None = None


class _Number(Wire):
    """A number as it is offered; one whose price cannot be read is not."""

    exact = frozenset({"pricing"})

    id: str
    status: Word = ""
    location: _Location = _Location()
    carrier: str | None = None
    capabilities: _Capabilities = _Capabilities()
    health: _Health = _Health()
    data: _Data = _Data()
    pricing: _Price = _Price()

    def attributes(self) -> dict[str, Any]:
        return {
            "number": self.id,
            "country": self.location.country,
            "region": self.location.region,
            "city": self.location.city,
            "carrier": self.carrier,
            "capabilities": self.capabilities.channels,
            **self.pricing.model_dump(),
        }

    def offer(self) -> Offer:
        return Offer(
            **self.attributes(),
            availability=_AVAILABILITY.get(self.status, "unavailable"),
            reputation=self.health.reputation,
            previous_owners=self.health.previous_owners,
            requirements=self.data.requirements,
        )


class _Leased(_Number):
    """A number with the lease fields that it has for the login that leases it."""

    exact = frozenset({"lease_id", "lease_status"})

    lease_id: Annotated[str | None, Field(coerce_numbers_to_str=True)] = None
    lease_status: Word | None = None
    billing: _Billing = _Billing()

    def lease(self) -> Lease | None:
        """Ownership is a lease id and a status that is not ended; `status: leased` alone may be a stranger's."""
        if not self.lease_id:
            return None
        lease = Lease(
            **self.attributes(),
            lease_id=self.lease_id,
            status=self.lease_status or "active",
            billing_method=self.billing.method,
            leased_at=self.billing.period.start,
            ends_at=self.billing.period.end,
        )
        return lease if lease.is_held else None


class _Receipt(Wire):
    """What a lease call answers: https://docs.contiguity.com/api-reference/product/leases/lease."""

    lease_id: Annotated[str, Field(coerce_numbers_to_str=True, min_length=1)]
    number: str
    status: Word = "active"
    billing: _Billing = _Billing()


_LEASED = TypeAdapter(list[_Leased])
_Model = TypeVar("_Model", bound=Wire)
_NumberT = TypeVar("_NumberT", bound=_Number)


class Contiguity:
    """One Contiguity key. A key sees one account only."""

    name: ClassVar[str] = "contiguity"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("token", "an API key", secret=True, variables=("CONTIGUITY_API_KEY", "CONTIGUITY_TOKEN")),
        Setting(
            "base_url",
            "the address of the API",
            with_credential=True,
            default="https://api.contiguity.com/numbers",
            variables=("CONTIGUITY_BASE_URL",),
        ),
    )
    criteria: ClassVar[frozenset[str]] = frozenset(
        {
            *("country", "capabilities", "area_code", "prefix", "contains", "region", "city", "carrier"),
            *("min_reputation", "max_previous_owners", "order_by"),
        }
    )
    capabilities: ClassVar[frozenset[str]] = frozenset({"sms", "mms", "rcs", "imessage", "whatsapp"})
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "billing_method": ("monthly", "service_contract"),
        "failover": ("enabled", "mode", "numbers"),
    }
    carries_reference: ClassVar[bool] = False
    searches_all: ClassVar[bool] = True
    race_window_s: ClassVar[float] = 0.0
    one_lease_a_number: ClassVar[bool] = True  # every call addresses a lease by its number
    billed_to: ClassVar[str | None] = None
    login: str | None = None

    def __init__(self, settings: Mapping[str, str], requests_per_second: float | None) -> None:
        token = settings["token"]

        def sign(request: httpx.Request) -> None:
            request.headers["authorization"] = f"Token {token}"
            request.headers["content-type"] = "application/json"  # on every method, as the vendor's SDKs do

        self._http = Http(self.name, settings["base_url"], sign, _words, requests_per_second, hidden=(token,))

    def now(self) -> datetime:
        return self._http.clock.now()

    def query(self, search: NumberSearch) -> Query:
        """Contiguity filters nothing itself: its list calls have no parameters."""
        del search
        return ()

    def search(self, query: Query) -> Iterator[Sequence[Offer]]:
        del query
        offers: list[Offer] = []
        for entry in self._numbers("/leases"):
            try:
                offers.append(_Number.model_validate(entry).offer())
            except ValidationError:
                continue  # an offer that cannot be read cannot be chosen; asked for by number, it is an error
        yield offers

    def offer(self, number: str) -> Offer | None:
        found = self._number(number, _Number)
        return found.offer() if found else None

    def lease(self, order: Order) -> Lease:
        """POST /lease/{number}; no idempotency key exists, and no text goes with the purchase."""
        number = order.number
        body = {"billing_method": order.billing_method} if order.billing_method else {}
        receipt = self._read(_Receipt, self._http.post(f"/lease/{_path(number)}", json=body))
        if receipt.number != number:
            raise BadResponse(f"{self.name}: leased {number}, and was answered {receipt.number}", service=self.name)
        return Lease(
            number=number,
            lease_id=receipt.lease_id,
            status=receipt.status,
            billing_method=receipt.billing.method,
            leased_at=receipt.billing.period.start,
            ends_at=receipt.billing.period.end,
            **receipt.billing.price.model_dump(),
        )

    def find(self, number: str, reference: str | None = None) -> Sequence[Lease]:
        del reference
        found = self._number(number, _Leased)
        lease = found.lease() if found else None
        return [lease] if lease else []

    def list(self) -> Sequence[Lease]:
        try:
            entries = _LEASED.validate_python(self._numbers("/leased"))
        except ValidationError as error:
            raise unreadable(self.name, "GET /leased", error) from None
        nameless = [one.id for one in entries if not one.lease_id and one.lease_status not in {None, *ENDED}]
        if nameless:
            raise unreadable(self.name, "GET /leased", f"no lease id of {nameless[0]}")
        return [lease for entry in entries if (lease := entry.lease())]

    def fill_in_prices(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        return leases

    def release(self, lease: Lease) -> datetime | None:
        """DELETE /leased/{number}; the docs call it effective at once, and it may take minutes."""
        self._data(self._http.delete(f"/leased/{_path(lease.number)}"))
        return None

    def has_ended(self, number: str, lease_id: str, reference: str | None) -> bool:
        """GET /{number}: the lease fields are there only for the login that leased it."""
        del reference
        found = self._number(number, _Leased)
        return found is not None and found.lease_id == lease_id and found.lease_status in ENDED

    def configure(self, lease: Lease, settings: Mapping[str, Any]) -> None:
        """POST /{number}/configure with all three keys: what leaving one out means is not documented."""
        if unknown := sorted(settings.keys() - {"failover"}):
            raise Refused(f"{self.name}: {lease.number} has no {', '.join(unknown)} to change", service=self.name)
        body = {"failover": dict(settings["failover"])}
        self._data(self._http.post(f"/{_path(lease.number)}/configure", json=body))

    def settings_of(self, lease: Lease, declared: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing that is set can be read back."""
        del declared
        return lease.settings or {}

    def close(self) -> None:
        self._http.close()

    def _number(self, number: str, model: type[_NumberT]) -> _NumberT | None:
        """GET /{number}: the lease fields are there only for the login that leases it."""
        try:
            answer = self._http.get(f"/{_path(number)}")
        except NotFound:
            return None
        found = self._read(model, answer)
        if found.id != number:
            raise BadResponse(f"{self.name}: asked for {number}, and was answered {found.id}", service=self.name)
        return found

    def _numbers(self, path: str) -> Sequence[Any]:
        """Read a list call; `available` and `leased` beside the array are not to be relied on.

        The vendor's own live tests take 404 with an error envelope for an empty list, and a wrong address may answer it too.
        That nothing is on offer proves nothing; that the account leases nothing is believed only where `/leases` is there.
        """
        try:
            answer = self._http.get(path)
        except NotFound:
            if path == "/leased":
                self._require_offers()
            return []
        numbers = self._data(answer).get("numbers")
        if not isinstance(numbers, list):
            raise unreadable(self.name, f"GET {path}", "no list of numbers")
        return numbers

    def _require_offers(self) -> None:
        """See that the address is right: the list of what is on offer is there.

        Raises:
            BadResponse: It is not.
        """
        try:
            self._data(self._http.get("/leases"))
        except NotFound:
            raise BadResponse(
                f"{self.name}: neither GET /leased nor GET /leases is there (404), so that nothing shows what the account "
                "leases: is the base URL right? The vendor's own ends in /numbers",
                service=self.name,
                status=404,
            ) from None

    def _read(self, model: type[_Model], answer: Answer) -> _Model:
        try:
            return model.model_validate(self._data(answer))
        except ValidationError as error:
            raise unreadable(self.name, answer.method, error) from None

    def _data(self, answer: Answer) -> dict[str, Any]:
        """Open the envelope."""
        body = answer.body
        if not isinstance(body, dict) or not isinstance(body.get("data"), dict) or body.get("object") == "error":
            raise unreadable(self.name, answer.method, f"status {answer.status} without the documented envelope")
        stamp = body.get("timestamp")
        if isinstance(stamp, int | Decimal) and (at := moment(stamp)):
            self._http.clock.observe(at)
        data: dict[str, Any] = body["data"]
        return data


def _path(number: str) -> str:
    return quote(number, safe="")


def _words(answer: Answer) -> Words:
    """Read either error shape: the documented envelope, or the flat one that the SDK's code provides for."""
    body = answer.body if isinstance(answer.body, dict) else {}
    data = body.get("data")
    if body.get("object") == "error" and isinstance(data, dict):
        request = body.get("id")
        agreement = data.get("agreement_url")
        return Words(
            str(data.get("error") or "no reason given"),
            recognised=True,
            request_id=str(request) if request else None,
            agreement_url=str(agreement) if agreement else None,
        )
    if "message" in body:
        # A gateway that knows no such route says `message` too, without `status`.
        return Words(str(body["message"]), recognised="status" in body)
    return Words(answer.text.strip() or "an empty answer", recognised=False)
