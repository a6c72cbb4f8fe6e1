"""Offers, a search, what is taken and a tie-break: a choice. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..domain.search import NumberSearch, unmet_criterion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ..domain.models import Offer

_DEAREST = Decimal("Infinity")


def ranking(offers: Iterable[Offer], search: NumberSearch, *, limits: Limits, seed: str) -> Sequence[Offer]:
    """NumberInputs the offers that fit and are within the limits, the best first.

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


def fitting(offers: Iterable[Offer], search: NumberSearch, *, limits: Limits) -> Iterator[Offer]:
    """Go through the offers that fit and are within the limits."""
    return (
        offer
        for offer in offers
        if offer.availability == "available" and fits_now(search, offer) and limits.exceeded(offer) is None
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
    """Where an offer stands: what the service wants nothing agreed to for first, then by `order_by`; the lowest is the best."""
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

    def exceeded(self, number: Any) -> tuple[str, str] | None:
        """Name the first limit that a price exceeds, with the reason; a price that is not told exceeds any limit."""
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
