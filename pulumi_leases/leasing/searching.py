"""Choosing a number by a search, for one resource of a run: never one that is leased, named by the program, or taken."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput
from ..domain.models import Number
from .choose import Limits, choose, fitting, rank
from .inputs import e164

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..domain.models import Offer
    from ..domain.search import NumberSearch
    from ..services.base import LeaseService
    from .account import Account
    from .run import Run


def chosen(run: Run, account: Account, owner: str, search: NumberSearch, limits: Limits) -> Offer:
    """Choose the best number on offer, and declare it for its owner, so that siblings never share one.

    Raises:
        InvalidInput: Nothing that is on offer fits, or the service cannot tell a criterion.
        LeaseError: The service could not be asked.
    """
    service = account.service
    tellable(service, search)
    named = {number for text in run.named if (number := _canonical(text))}
    leased = account.leases().value
    seed = "::".join(owner.split("::")[:2])  # urn:pulumi:<stack>::<project>
    ranked = account.ranking(search, limits, seed)
    offer = run.choose(
        owner,
        service.name,
        lambda is_taken: choose(ranked, lambda number: number in leased or number in named or is_taken(number)),
    )
    if offer is None:
        raise _nothing_left(service.name, list(account.offers(service.query(search))), search, limits)
    return offer


def tellable(service: LeaseService | type[LeaseService], search: NumberSearch) -> None:
    """Hold a search against what its service can tell.

    Raises:
        InvalidInput: A criterion could never be met, since the service does not tell what it is about.
    """
    for criterion in sorted(search.given - service.criteria):
        raise InvalidInput("search", f"{service.name} cannot tell {criterion} of a number: leave it out of the search")
    for capability in sorted(set(search.capabilities) - service.capabilities):
        raise InvalidInput("search", f"{service.name} cannot tell whether a number has {capability}")
    if search.order_by == "reputation" and "min_reputation" not in service.criteria:
        raise InvalidInput("search", f"{service.name} cannot tell the reputation of a number: order by price or number")


def _nothing_left(service: str, offers: Sequence[Offer], search: NumberSearch, limits: Limits) -> InvalidInput:
    """Say why nothing could be chosen: nothing fits, what fits is too dear, or is taken."""
    fit = sorted(fitting(offers, search, limits=Limits()), key=lambda offer: rank(search, offer))
    if not fit:
        asked = sorted(search.given & Number.model_fields.keys())
        untold = [name for name in asked if all(getattr(offer, name) is None for offer in offers)]
        hint = f"; {service} tells {', '.join(untold)} of none of them" if offers and untold else ""
        return InvalidInput(
            "search", f"none of the {len(offers)} numbers on offer at {service} fits {_said(search)}{hint}"
        )
    many = f"of the {len(offers)} numbers on offer at {service} {len(fit)} fit {_said(search)}"
    exceeded = [limits.exceeded(offer) for offer in fit]
    if all(exceeded) and exceeded[0]:
        return InvalidInput(exceeded[0][0], f"{many}, and all cost more than they may; the best: {exceeded[0][1]}")
    return InvalidInput("search", f"{many}, and all that may be leased are taken by this program or account already")


def _said(search: NumberSearch) -> str:
    return ", ".join(f"{name} {value}" for name, value in search.model_dump(exclude_defaults=True).items())


@functools.cache
def _canonical(text: str) -> str | None:
    try:
        return e164(text)
    except ValueError:
        return None  # its own check says so
