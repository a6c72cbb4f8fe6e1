"""A listing in numbered pages: how far to read it, and when a lease that it does not show is surely gone.

Such pages are not stable: what comes or goes between two of them shifts all that follows.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..domain.errors import BadResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ..domain.models import Lease

_READINGS = 8
"""How often a listing that goes on changing is read before it is given up."""


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        entries: What is on it, as it came.
        is_asked: Whether it is the page that was asked for; true where the page does not say which it is.
        total: How many pages there are, where the service reports that.
    """

    entries: Sequence[Any]
    is_asked: bool = True
    total: int | None = None


def walk(ask: Callable[[int], Page]) -> Iterator[Page]:
    """Ask for one page after the other, from 1 on, each only when it is needed.

    Ends after as many pages as the service reports; where it reports no total, with a page that is empty, repeats the one
    before, or is shorter than the first.
    """
    first, before = 0, Page(())
    for number in itertools.count(1):
        page = ask(number)
        if number > 1 and page.total is None and all(entry in before.entries for entry in page.entries):
            return
        yield page
        first = first or len(page.entries)
        if not page.entries or (len(page.entries) < first if page.total is None else number >= page.total):
            return
        before = page


@dataclass(frozen=True)
class Scan:
    """One reading of all pages of leases.

    Attributes:
        leases: All that were read, by lease id, those that are over included.
        pages: How many pages were read.
        is_whole: Whether there were as many pages as reported, each the one asked for, and no lease on two of them.
        is_sure: Whether one such reading is enough: there was one page only, or a reported number of full ones.
    """

    leases: Mapping[str, Lease]
    pages: int
    is_whole: bool
    is_sure: bool

    def list_held(self, number: str | None = None) -> Sequence[Lease]:
        """List the leases that are held, of one number or of all."""
        return [lease for lease in self.leases.values() if lease.is_held and number in {None, lease.number}]

    def confirms(self, earlier: Scan | None) -> bool:
        """Whether nothing has gone since an earlier reading. A lease that goes lets another slip to a page already read."""
        return earlier is not None and earlier.pages == self.pages and earlier.leases.keys() <= self.leases.keys()


def scan(pages: Iterable[Page], read: Callable[[Sequence[Any]], Sequence[Lease]]) -> Scan:
    """Read all pages into one reading; one page that cannot be read fails it all."""
    leases: dict[str, Lease] = {}
    taken: list[Page] = []
    shifted = False
    for page in pages:
        found = {lease.lease_id: lease for lease in read(page.entries)}
        shifted = shifted or not leases.keys().isdisjoint(found)
        leases |= found
        taken.append(page)
    totals = {page.total for page in taken}
    whole = totals in ({None}, {len(taken)}) and all(page.is_asked for page in taken) and not shifted
    full = all(len(page.entries) == len(taken[0].entries) for page in taken[:-1])
    return Scan(leases, len(taken), whole, is_sure=whole and (len(taken) == 1 or (full and totals != {None})))


def read_until_sure(service: str, read: Callable[[], Scan], is_enough: Callable[[Scan], bool]) -> Scan:
    """Read all leases again until a whole reading is enough by itself, or confirms the whole one before it.

    Raises:
        BadResponse: The listing changed each time.
    """
    earlier: Scan | None = None
    for _ in range(_READINGS):
        latest = read()
        if latest.is_whole and (is_enough(latest) or latest.confirms(earlier)):
            return latest
        earlier = latest if latest.is_whole else None
    raise BadResponse(
        f"{service}: the leases were listed {_READINGS} times, and each time they had shifted between pages, or were "
        "fewer pages than told: try again when less is changed at once",
        service=service,
    )
