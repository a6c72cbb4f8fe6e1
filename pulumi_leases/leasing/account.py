"""One login at one service during one run: what is read once for all threads, and what is asked for one number."""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from ..domain.errors import Unauthorized
from ..domain.models import Claim, Lease, Offer, attributes
from ..domain.search import NumberSearch, region_of
from ..services.cached import CachedPages, CachedReading, Reading
from .choose import ranking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from ..services.base import LeaseService, Query
    from .choose import Limits
    from .record import LeaseRef

SETTLE_S = 60.0
"""Seconds after which a lease shows wherever it will, and no request sent before is still at work: longer than a request
may take, plus a listing's lag. Until then absence is not believed."""

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 8.0

Leases = dict[str, list[Lease]]


class Account:
    """One login at one service, shared by all threads of a run.

    Args:
        service: The connection.
        name: What the configuration calls the login.
        clock: Monotonic seconds.
        sleep: Waits some seconds.
        knows: Whether the state has a lease of this login, by its id, as far as the run has seen it.
        is_cancelled: Whether the user has cancelled the command: then no further paying call is sent.
        key_place: The variable or config key that gives its credential.
    """

    def __init__(
        self,
        service: LeaseService,
        name: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        knows: Callable[[str], bool] = frozenset[str]().__contains__,
        is_cancelled: Callable[[], bool] = bool,
        key_place: str | None = None,
    ) -> None:
        self.service = service
        self.name = name
        self.clock = clock
        self.sleep = sleep
        self.knows = knows
        self.is_cancelled = is_cancelled
        self.key_place = key_place
        self.is_proven = threading.Event()
        """Set where this login has shown a lease that the stack knows: then it is the account that leases the stack's numbers."""
        self._listing = CachedReading(self._list, clock)
        self._offers: dict[Query, CachedPages[Offer]] = {}
        self._rankings: dict[tuple[NumberSearch, Limits, str], Sequence[Offer]] = {}
        self._lock = threading.Lock()

    def leases(self, since: float = 0.0) -> Reading[Leases]:
        """Read all held leases by number, from a listing asked for at `since` (monotonic seconds) or later."""
        return self._listing.get(since)

    def is_right(self, login: str | None) -> bool:
        """Whether this login is the one that leases the stack's numbers: by its name, or by a lease that the state knows."""
        if (login is not None and login == self.service.login) or self.is_proven.is_set():
            return True
        return any(self.knows(lease.lease_id) for held in self.leases().value.values() for lease in held)

    def find(self, number: str) -> Sequence[Lease]:
        """Find the held leases of one number; one that the shared listing does not show is asked for by itself."""
        return self.leases().value.get(number) or self.service.find(number)

    def offers(self, query: Query) -> Iterator[Offer]:
        """Go through what is on offer; read once a run for equal queries, and only as far as somebody goes."""
        with self._lock:
            if query not in self._offers:
                self._offers[query] = CachedPages(self.service.search(query))
        return iter(self._offers[query])

    def ranking(self, search: NumberSearch, limits: Limits, seed: str) -> Sequence[Offer]:
        """Order what is on offer or leased by the account, the best first; done once a run for equal searches.

        That takes every page: no service promises an order, so that the last one may hold the best offer.
        """
        key = (search, limits, seed)
        if key not in self._rankings:  # two threads may both order what is the same: nothing is asked for twice
            offers = self.offers(self.service.query(search))
            held = self.service.fill_in_prices([leases[0] for leases in self.leases().value.values()])
            leased = [Offer(**attributes(lease)) for lease in held]
            self._rankings[key] = ranking(itertools.chain(offers, leased), search, limits=limits, seed=seed)
        return self._rankings[key]

    def look(self, number: str) -> Offer | None:
        """Find the offer of one number; one that the listing does not show as available is asked for by itself.

        Where a search shows a part of the offers only, it is asked for by itself at once.
        """
        if not self.service.searches_all:
            return self.service.offer(number)
        query = self.service.query(NumberSearch(country=region_of(number)))
        listed = next((offer for offer in self.offers(query) if offer.number == number), None)
        return listed if listed and listed.availability == "available" else self.service.offer(number)

    def may_be_it(self, lease: Lease, lease_id: str | None) -> bool:
        """Whether a lease may have an id: it has it, or one of another form, as two answers may write it."""
        if lease_id is None:
            return False
        if lease.lease_id == lease_id:
            return True
        return self.service.one_lease_a_number and _form(lease.lease_id) != _form(lease_id)

    def is_it(self, lease: Lease, known: LeaseRef) -> bool:
        """Whether a lease is the known one: by its id or, where answers write ids in two forms, by its start or reference."""
        if lease.lease_id == known.lease_id:
            return True
        if not self.may_be_it(lease, known.lease_id):
            return False
        is_of_purchase = known.reference is not None and lease.reference == known.reference
        return is_of_purchase or (known.leased_at is not None and lease.leased_at == known.leased_at)

    def watch(
        self,
        number: str,
        seconds: float,
        report: Callable[[str], None],
        until: Callable[[Sequence[Lease]], bool] = bool,
        reference: str | None = None,
    ) -> Sequence[Lease]:
        """Ask for the leases of one number until a condition holds: at least once, and at most for so many seconds."""
        end = self.clock() + seconds
        pause = _FIRST_PAUSE_S
        while True:
            leases = self.service.find(number, reference)
            left = end - self.clock()
            if until(leases) or left <= 0:
                return leases
            report(f"asking {self.service.name} about {number} again ({left:.0f} s left)")
            self.sleep(min(pause, left))
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def age_s(self, moment: datetime) -> float:
        """How many seconds ago something was, by the service's clock."""
        return (self.service.now() - moment).total_seconds()

    def wait_left_s(self, moment: datetime) -> float:
        """How many seconds remain until a call that was sent at a moment must show its effect; below 0 when it must have.

        Never more than the whole wait: a clock that was set back, or that dates ahead, cannot make it longer.
        """
        return min(SETTLE_S, SETTLE_S - self.age_s(moment))

    def fill_in_dates(self, held: Sequence[Lease]) -> Sequence[Lease]:
        """Ask for the leases of one number by itself where the listing does not say when they began."""
        if all(lease.leased_at or lease.reference for lease in held):
            return held
        return self.service.find(held[0].number) or held

    def claim(self, number: Offer | Lease) -> Claim:
        """Write a claim on an offer, or on a lease that is to be adopted: with its price, as far as that is known."""
        if isinstance(number, Lease):
            number = self.service.fill_in_prices([number])[0]
        return Claim(**attributes(number), service=self.service.name, account=self.name, login=self.service.login)

    def _list(self) -> Leases:
        found: Mapping[str, dict[str, Lease]] = defaultdict(dict)
        try:
            for lease in self.service.list():
                found[lease.number][lease.lease_id] = lease  # one that is listed twice is one
        except Unauthorized as error:
            if self.key_place:
                error.args = (f"{error}; the key is that of {self.key_place}: set the right one, and run this again",)
            raise
        return {number: list(leases.values()) for number, leases in found.items()}


def _form(lease_id: str) -> str:
    """Read the prefix of an id: `lease_` and `lsd_` are two forms."""
    return lease_id.rpartition("_")[0]
