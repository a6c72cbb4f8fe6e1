"""TeleSign's calls: what is on offer, a lease, the leases, an end.

Wire facts are from the vendor's docs (https://developer.telesign.com/enterprise/docs/phone-numbers-api-create-a-lease
and …/phone-numbers-api-cancel-a-lease, 2019-10) and its older API description (2019-02), whose elements differ. Where these
are silent, every form that is likely is read, and what a write came to is decided by who leases the number.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from ...config import Setting
from ...domain.errors import Refused
from ...domain.models import Lease, Offer
from ...domain.search import region_of
from ..http.transport import Answer, Http
from ..pages import Page, Scan, read_until_sure, scan, walk
from ..wire import read_as, unreadable
from .errors import read_words
from .shapes import LEASED, OFFERED, OPEN, PAGING
from .signing import sign_basic, sign_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from ...domain.models import Order
    from ...domain.search import NumberSearch
    from ..base import Query


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
        sign = sign_basic(basic) if settings["auth_method"] == "basic" else sign_digest(settings["customer_id"], key)
        self._http = Http(self.name, settings["base_url"], sign, read_words, requests_per_second, (key, basic))
        self._countries: dict[str, str] = {}
        """As the vendor files what it offers, which is not always as the numbering plan has it."""

    def now(self) -> datetime:
        return self._http.clock.now()

    def query(self, search: NumberSearch) -> Query:
        asked = {"country_iso2": search.country} if search.country else {}
        return tuple({**asked, **{f"{name}_capable": "TRUE" for name in search.capabilities}}.items())

    def search(self, query: Query) -> Iterator[Sequence[Offer]]:
        for page in self._pages("/numbers", query):
            offers = [Offer(**number.attributes()) for number in OFFERED.validate_python(page.entries)]
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
        if [lease.status for lease in leases] != [OPEN]:
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
        paging = read_as(PAGING.validate_python, around.get("pagination") or around, self.name, f"GET {path}")
        return Page(entries, paging.page in {None, number}, paging.total_pages or None)

    def _read_answer(self, answer: Answer) -> Sequence[Lease]:
        """Read what a write answers: a list of one element, or the element."""
        data = self._data(answer)
        return self._leases(data if isinstance(data, list) else [data], f"{answer.method} {answer.path}")

    def _leases(self, entries: Sequence[Any], what: str) -> Sequence[Lease]:
        return [leased.as_lease(self.now()) for leased in read_as(LEASED.validate_python, entries, self.name, what)]

    def _data(self, answer: Answer) -> Any:
        """Open an answer of success; an error under such a status leaves open what a write came to."""
        body = answer.body
        if isinstance(body, dict) and (body.get("errors") or ("data" not in body and "status" in body)):
            raise self._http.error(answer)
        if not isinstance(body, dict) or body.get("data") is None:
            raise unreadable(self.name, f"{answer.method} {answer.path}", f"status {answer.status} without data")
        return body["data"]
