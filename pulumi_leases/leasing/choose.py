"""Which offer a search chooses: fitting, within the limits, not taken, the best first. Pure."""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..domain.search import NumberSearch, unmet_criterion

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from ..domain.models import Offer

_DEAREST = Decimal("Infinity")


def ranking(offers: Iterable[Offer], search: NumberSearch, *, limits: Limits, seed: str) -> Sequence[Offer]:
    """Order the offers that fit and are within the limits, the best first.

    Equal offers are ordered by a hash of `seed` and the number, so that stacks do not race for the same first result
    while one stack finds the same choice again and again.
    """
    return sorted(
        fitting(offers, search, limits=limits),
        key=lambda offer: (rank(search, offer), _tie_break(seed, offer.number)),
    )


def choose(ranked: Iterable[Offer], is_taken: Callable[[str], bool]) -> Offer | None:
    """Choose the best offer whose number is not taken; None where all are."""
    return next((offer for offer in ranked if not is_taken(offer.number)), None)


@dataclass(frozen=True)
class Wanted:
    """What several owners want alike.

    Attributes:
        owners: Their names.
        ranked: Numbers that serve any of them, the best first: on offer, or leased by the account.
    """

    owners: Sequence[str]
    ranked: Sequence[Offer]


def assign(wanted: Sequence[Wanted], leased: Container[str]) -> dict[str, Offer]:
    """Assign numbers on offer to all owners, in the order of their names, new owners and old ones alike.

    First each takes its best as if the account leased nothing: so those that hold a number take up, as a rule, what is
    leased, and the best offers are left to the new ones, which get the same again when some of them have leased. Who has
    come to a leased number by that, or to none, takes the best offer that is left, or one whose owner finds another;
    where there are too few for all, they share numbers with others, in turn.
    """
    order = sorted(
        ((owner, group) for group, one in enumerate(wanted) for owner in one.owners),
        key=lambda entry: (len(entry[0]), entry[0]),  # so that desk-10 comes after desk-9
    )
    best = [iter(one.ranked) for one in wanted]
    free = [[offer for offer in one.ranked if offer.number not in leased] for one in wanted]
    again = [itertools.cycle(offers) for offers in free]
    assigned = _Assignment(dict(order), free)
    for owner, group in order:
        assigned.take(owner, best[group])
    for owner, group in order:
        if owner in assigned.offers and assigned.offers[owner].number not in leased:
            continue
        assigned.offers.pop(owner, None)
        if not assigned.take_free(owner, set()) and (shared := next(again[group], None)):
            assigned.offers[owner] = shared
    return assigned.offers


class _Assignment:
    """Numbers in the course of being assigned.

    Args:
        groups: What each owner wants, by name: the index in `free`.
        free: Of each group the offers that nobody leases, the best first.
    """

    def __init__(self, groups: Mapping[str, int], free: Sequence[Sequence[Offer]]) -> None:
        self.offers: dict[str, Offer] = {}
        self._owners: dict[str, str] = {}
        self._groups, self._free = groups, free
        self._left = [iter(offers) for offers in free]

    def take(self, owner: str, ranked: Iterator[Offer]) -> bool:
        """Take the first offer that nobody has; what an iterator has passed is taken for good."""
        found = next((offer for offer in ranked if offer.number not in self._owners), None)
        if found:
            self._owners[found.number], self.offers[owner] = owner, found
        return found is not None

    def take_free(self, owner: str, asked: set[int]) -> bool:
        """Take the best free offer, or one whose owner, of a group that is not asked yet, finds another."""
        group = self._groups[owner]
        if self.take(owner, self._left[group]):
            return True
        asked.add(group)
        for offer in self._free[group]:
            other = self._owners[offer.number]
            if self._groups[other] not in asked and self.take_free(other, asked):
                self._owners[offer.number], self.offers[owner] = owner, offer
                return True
        return False


def rank_for_list(offers: Iterable[Offer], search: NumberSearch, *, limits: Limits) -> Sequence[Offer]:
    """Put the offers that fit into the order of a list: by currency where they are ordered by price, then the best first."""
    return sorted(
        fitting(offers, search, limits=limits),
        key=lambda offer: (
            offer.currency or "" if search.order_by == "price" else "",
            rank(search, offer),
            offer.number,
        ),
    )


def currencies(offers: Iterable[Offer]) -> Mapping[str, set[str]]:
    """List in which currencies offers are priced, each with the countries of its numbers."""
    found: dict[str, set[str]] = defaultdict(set)
    for offer in offers:
        if offer.monthly_rate is not None or offer.upfront_fee is not None:
            found[offer.currency or "a currency that is not told"].add(offer.country or "?")
    return found


def fitting(offers: Iterable[Offer], search: NumberSearch, *, limits: Limits) -> Iterator[Offer]:
    """Go through the offers that fit and are within the limits."""
    return (
        offer
        for offer in offers
        if offer.availability == "available" and fits_now(search, offer) and limits.find_exceeded_limit(offer) is None
    )


def fits_now(search: NumberSearch, offer: Offer) -> bool:
    """Whether an offer meets every criterion, those included that count at choice only."""
    if unmet_criterion(search, offer):
        return False
    if search.min_reputation is not None and (offer.reputation is None or offer.reputation < search.min_reputation):
        return False
    owners = search.max_previous_owners
    return owners is None or (offer.previous_owners is not None and offer.previous_owners <= owners)


def rank(search: NumberSearch, offer: Offer) -> Any:
    """Return the sort key of an offer: numbers without requirements first, then by `order_by`; the lowest is the best."""
    return bool(offer.requirements), _order(search, offer)


def _order(search: NumberSearch, offer: Offer) -> Any:
    if search.order_by == "number":
        return offer.number
    if search.order_by == "reputation":
        return -(offer.reputation if offer.reputation is not None else -1.0)
    monthly = _DEAREST if offer.monthly_rate is None else offer.monthly_rate
    upfront = _DEAREST if offer.upfront_fee is None else offer.upfront_fee
    return (monthly, upfront)


def _tie_break(seed: str, number: str) -> bytes:
    return hashlib.sha256(f"{seed} {number}".encode()).digest()


@dataclass(frozen=True)
class Limits:
    """The most that a lease may cost, in the currency of the offer.

    Attributes:
        max_monthly_rate: Per month, or None for no limit.
        max_upfront_fee: Once, or None for no limit.
    """

    max_monthly_rate: Decimal | None = None
    max_upfront_fee: Decimal | None = None

    def find_exceeded_limit(self, number: Any) -> tuple[str, str] | None:
        """Name the first limit that a price exceeds, with the reason; a price that is not reported exceeds any limit."""
        for field in ("monthly_rate", "upfront_fee"):
            limit = f"max_{field}"
            most = getattr(self, limit)
            if most is None:
                continue
            price = getattr(number, field)
            if price is None:
                return limit, f"{number.number}: the service does not tell the {field}, and {limit} is {most}"
            if price > most:
                return limit, f"{number.number}: {field} {price} {number.currency} is above {limit} {most}"
        return None
