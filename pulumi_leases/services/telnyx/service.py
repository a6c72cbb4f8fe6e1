"""Telnyx as a leasing service: what it can, and how its calls make one lease, find one, and let one go."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from ...config import Setting
from ...domain.errors import LeaseError, NoAnswer, NotFound, Refused
from ..http.transport import Http
from .errors import words
from .filters import query_of
from .numbers import Numbers
from .offers import Offers
from .orders import Orders
from .shapes import CAPABILITIES, is_order_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    import httpx

    from ...domain.models import Lease, Offer, Order
    from ...domain.search import NumberSearch
    from ..base import Query
    from .shapes import Placed

_LOOK_UP_S = 10.0
"""How long an order without requirements usually takes until its number is listed: seconds, says the vendor."""
_FIRST_PAUSE_S = 0.25
_LAG = timedelta(seconds=60)
"""For so long a number may be listed later than its order succeeds, and begin earlier than it."""


class Telnyx:
    """One Telnyx API key. A key sees one account only."""

    name: ClassVar[str] = "telnyx"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("api_key", "an API key", secret=True, variables=("TELNYX_API_KEY",)),
        Setting(
            "base_url",
            "the address of the API",
            with_credential=True,
            default="https://api.telnyx.com/v2",
            variables=("TELNYX_BASE_URL",),
        ),
    )
    criteria: ClassVar[frozenset[str]] = frozenset(
        {
            *("country", "capabilities", "area_code", "prefix", "contains", "number_type", "region", "city"),
            "order_by",
        }
    )
    capabilities: ClassVar[frozenset[str]] = CAPABILITIES
    options: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "voice": ("connection",),
        "messaging": ("profile",),
        "tags": (),
        "requirements": ("group",),
    }
    carries_reference: ClassVar[bool] = True
    searches_all: ClassVar[bool] = False
    race_window_s: ClassVar[float] = 0.0
    one_lease_a_number: ClassVar[bool] = True
    billed_to: ClassVar[str | None] = "the end of the calendar month"
    login: str | None = None

    def __init__(self, settings: Mapping[str, str], requests_per_second: float | None) -> None:
        key = settings["api_key"]

        def sign(request: httpx.Request) -> None:
            request.headers["authorization"] = f"Bearer {key}"

        self._http = Http(self.name, settings["base_url"], sign, words, requests_per_second, hidden=(key,))
        self._offers = Offers(self._http)
        self._orders = Orders(self._http)
        self._numbers = Numbers(self._http)
        self._terminated: set[str] = set()
        """Numbers that were let go from here, whose orders say that they succeeded all the same."""

    def now(self) -> datetime:
        return self._http.clock.now()

    def query(self, search: NumberSearch) -> Query:
        return query_of(search)

    def search(self, query: Query) -> Iterator[Sequence[Offer]]:
        """One answer has all that the vendor gives."""
        yield self._offers.search(query)

    def offer(self, number: str) -> Offer | None:
        return self._offers.find(number)

    def lease(self, order: Order) -> Lease:
        """POST /number_orders after a search of the number, without which it is refused; then see which lease it is."""
        number = order.number
        offer = self._offers.open(number)
        if offer is None:
            raise Refused(f"{self.name} has {number} not on offer: nothing was ordered", service=self.name)
        self._terminated.discard(number)
        placed = self._orders.place(order)
        self._check_order(number, placed)
        price = {name: getattr(offer, name) for name in ("currency", "upfront_fee", "monthly_rate")}
        place = {name: getattr(offer, name) for name in ("region", "city", "capabilities")}
        return self._look_up_made(order, placed).model_copy(update={**place, **price})

    def find(self, number: str, reference: str | None = None) -> Sequence[Lease]:
        leases = [lease for lease in self._numbers.of(number) if lease.is_held]
        if reference is None or any(lease.reference for lease in leases):
            return leases
        orders = self._orders.carrying(reference, number)
        if leases:
            return [_attribute(lease, orders) for lease in leases]
        return [order.lease(number) for order in orders if order.is_pending or self._may_show_later(number, order)][:1]

    def list(self) -> Sequence[Lease]:
        return self._numbers.every()

    def fill_in_prices(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        return leases

    def release(self, lease: Lease) -> datetime | None:
        """DELETE the number; one whose order is pending may have to be let go by cancelling the order."""
        if is_order_id(lease.lease_id):
            self._release_unlisted(lease)
        else:
            try:
                self._numbers.terminate(lease)
            except Refused as error:
                if not lease.is_pending or type(error) is not Refused or not self._cancel(lease):
                    raise
        self._terminated.add(lease.number)
        return None

    def has_ended(self, number: str, lease_id: str, reference: str | None) -> bool:
        """By the number's own record, or by our order where nothing of it is held any more."""
        leases = self._numbers.of(number)
        own = next((lease for lease in leases if lease.lease_id == lease_id), None)
        if own is not None or reference is None:
            return own is not None and not own.is_held
        if any(lease.is_held and lease.reference in {None, reference} for lease in leases):
            return False
        orders = self._orders.carrying(reference, number)
        return bool(orders) and not any(order.is_pending or self._may_show_later(number, order) for order in orders)

    def configure(self, lease: Lease, settings: Mapping[str, Any]) -> None:
        """PATCH the number, and its messaging record; requirements go to the order that waits for them."""
        if unknown := sorted(settings.keys() - self.options.keys()):
            raise Refused(f"{self.name}: {lease.number} has no {', '.join(unknown)} to change", service=self.name)
        if "requirements" in settings:
            self._meet_requirements(lease, settings["requirements"])
        fields: dict[str, Any] = {}
        if "connection" in settings.get("voice", {}):
            fields["connection_id"] = settings["voice"]["connection"] or ""
        if "tags" in settings:
            fields["tags"] = [*settings["tags"]]
        if not fields and "messaging" not in settings:
            return
        lease_id = self._find_listed_id(lease)
        if fields:
            self._numbers.change(lease_id, fields)
        if "profile" in settings.get("messaging", {}):
            self._numbers.change_messaging(lease_id, settings["messaging"]["profile"] or "")

    def settings_of(self, lease: Lease, declared: Mapping[str, Any]) -> dict[str, Any]:
        """A listing shows all of it."""
        del declared
        return lease.settings or {}

    def close(self) -> None:
        self._http.close()

    # Ordering.

    def _check_order(self, number: str, placed: Placed) -> None:
        """See that an order is not over without its number."""
        if placed.is_over:
            raise Refused(f"{self.name}: the order of {number} ({placed.id}) is {placed.status}", service=self.name)

    def _look_up_made(self, order: Order, placed: Placed) -> Lease:
        """Look up the number of an order, as long as it usually takes until it is there; later it is pending.

        The answer to an order is `pending`, without the number's own id, and an order may still fail: a lease is believed
        when it is shown, of several leases of the number the one that carries the order's reference. One reading shows all
        that were ordered at the same time.

        Whatever goes wrong here comes after the paying call: no error may say that nothing was done.
        """
        number = order.number
        end, pause_s = time.monotonic() + _LOOK_UP_S, _FIRST_PAUSE_S
        while True:
            try:
                held = [lease for lease in self._numbers.find_ordered(number) if lease.is_held]
                held.sort(key=lambda lease: lease.reference != order.reference)
                placed = placed if held else self._read_again(placed)
            except LeaseError as error:
                raise NoAnswer(
                    f"{self.name}: {number} was ordered ({placed.id}), and what became of it could not be asked: {error}",
                    service=self.name,
                ) from None
            self._check_order(number, placed)
            is_late = time.monotonic() + pause_s > end
            if held and (is_late or not held[0].is_pending or not placed.requirements_met):
                return _attribute(held[0], [placed])
            if is_late or not (held or placed.requirements_met):
                return placed.lease(number)
            time.sleep(pause_s)
            pause_s *= 2

    def _read_again(self, placed: Placed) -> Placed:
        """Read an order; one that is not there yet is as it was answered."""
        try:
            return self._orders.get(placed.id)
        except NotFound:
            return placed

    def _may_show_later(self, number: str, order: Placed) -> bool:
        """Whether an order has succeeded so lately that its number may not be listed yet."""
        moments = [at for at in (order.created_at, order.updated_at) if at]
        is_young = not moments or self.now() - max(moments) < _LAG
        return order.has_succeeded and is_young and number not in self._terminated

    # Orders that wait.

    def _release_unlisted(self, lease: Lease) -> None:
        """Let go of a lease that was known by its order only."""
        listed = [one for one in self._numbers.of(lease.number) if one.is_held and one.reference == lease.reference]
        if listed:
            self._numbers.terminate(listed[0])
            return
        was_pending = self._cancel(lease)
        if self.find(lease.number, lease.reference):
            raise NoAnswer(
                f"{self.name}: the order of {lease.number} is not over, and no number is listed", service=self.name
            )
        if not was_pending:
            raise NotFound(f"{self.name}: no order of {lease.number} ({lease.lease_id}) is pending", service=self.name)

    def _cancel(self, lease: Lease) -> bool:
        """Cancel the pending orders of a lease; returns whether there was one."""
        pending = self._waiting(lease)
        for order in pending:
            self._orders.cancel(order)
        return bool(pending)

    def _waiting(self, lease: Lease) -> Sequence[Placed]:
        if lease.reference is None:
            return []
        return [order for order in self._orders.carrying(lease.reference, lease.number) if order.is_pending]

    def _meet_requirements(self, lease: Lease, requirements: Mapping[str, Any]) -> None:
        pending = self._waiting(lease) if lease.is_pending else []
        if not pending or not requirements.get("group"):
            raise Refused(
                f"{self.name}: the requirements of {lease.number} can be given while its order is pending only",
                service=self.name,
            )
        for order in pending:
            self._orders.meet_requirements(order, requirements["group"])

    def _find_listed_id(self, lease: Lease) -> str:
        """Find the number's own id; a lease that is known by its order has none before it is listed."""
        if not is_order_id(lease.lease_id):
            return lease.lease_id
        listed = [one for one in self._numbers.of(lease.number) if one.is_held]
        if not listed:
            raise Refused(
                f"{self.name} has {lease.number} ({lease.lease_id}) not listed yet, so that nothing can be set: run the "
                "same command again",
                service=self.name,
            )
        return listed[0].lease_id


def _attribute(lease: Lease, orders: Sequence[Placed]) -> Lease:
    """Give a lease the reference of its order, where the number does not carry one: the copy is not documented.

    A lease that began before an order is not of that order, whatever the order names; of one that came to nothing none is.
    """
    for order in orders:
        made = order.lease(lease.number)
        is_before = lease.leased_at and made.leased_at and lease.leased_at < made.leased_at - _LAG
        if lease.reference is None and not is_before and not order.is_over:
            return lease.model_copy(update={"reference": made.reference})
    return lease
