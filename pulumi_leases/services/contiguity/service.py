"""Contiguity's calls, one account a key.

Wire facts are from the vendor's OpenAPI description v2026.8.2 and docs (https://docs.contiguity.com/api-reference),
and, where these are silent, from its JavaScript SDK 0.1.3 (https://github.com/contiguity/javascript).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from ...config import Setting
from ...domain.errors import BadResponse, NotFound, Refused
from ...domain.models import ENDED, Lease, Offer
from ..http.transport import Answer, Http
from ..wire import Wire, moment, read_as, unreadable
from .errors import read_words
from .shapes import LEASED, Leased, Number, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    import httpx

    from ...domain.models import Order
    from ...domain.search import NumberSearch
    from ..base import Query

_ModelT = TypeVar("_ModelT", bound=Wire)
_NumberT = TypeVar("_NumberT", bound=Number)


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

        self._http = Http(self.name, settings["base_url"], sign, read_words, requests_per_second, hidden=(token,))

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
                offers.append(Number.model_validate(entry).offer())
            except ValidationError:
                continue  # an offer that cannot be read cannot be chosen; asked for by number, it is an error
        yield offers

    def offer(self, number: str) -> Offer | None:
        found = self._number(number, Number)
        return found.offer() if found else None

    def lease(self, order: Order) -> Lease:
        """POST /lease/{number}; no idempotency key exists, and no text goes with the purchase."""
        number = order.number
        body = {"billing_method": order.billing_method} if order.billing_method else {}
        receipt = self._read(Receipt, self._http.post(f"/lease/{_path(number)}", json=body))
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
        found = self._number(number, Leased)
        lease = found.lease() if found else None
        return [lease] if lease else []

    def list(self) -> Sequence[Lease]:
        entries = read_as(LEASED.validate_python, self._numbers("/leased"), self.name, "GET /leased")
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
        found = self._number(number, Leased)
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

    def _read(self, model: type[_ModelT], answer: Answer) -> _ModelT:
        return read_as(model.model_validate, self._data(answer), self.name, answer.method)

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
