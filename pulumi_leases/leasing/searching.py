"""Choosing a number by a search, for one resource of a run: never one that is leased, named by the program, or taken.

Which one does not depend on the order in which resources are checked: see `_assigned`.
"""

from __future__ import annotations

import functools
import itertools
import json
from typing import TYPE_CHECKING

from ..config import DEFAULT_ACCOUNT
from ..domain.errors import InvalidInput, LeaseError
from ..domain.models import Number
from .choose import Limits, Wanted, assign, choose, currencies, fitting, rank
from .inputs import IntentInputs, e164, validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..domain.models import Offer
    from ..domain.search import NumberSearch
    from ..services.base import LeaseService
    from .account import Account
    from .run import Run


def choose_by_search(run: Run, account: Account, owner: str, search: NumberSearch, limits: Limits) -> Offer:
    """Choose the best number on offer, and declare it for its owner, so that siblings never share one.

    Raises:
        InvalidInput: The search says neither country nor prefix, nothing that is on offer fits, what fits is priced in
            several currencies, or the service does not report what a criterion is about.
        LeaseError: The service could not be asked.
    """
    service = account.service
    require_reportable(service, search)
    if search.country is None and search.prefix is None:
        raise InvalidInput("search", "a search needs country or prefix: without, it could choose a number anywhere")
    named, leased = _numbers(run.siblings.named), account.leases().value
    seed = "::".join(owner.split("::")[:2])  # urn:pulumi:<stack>::<project>
    ranked = account.ranking(search, limits, seed)
    if search.order_by == "price":
        _require_one_currency(service.name, [offer for offer in ranked if offer.number not in leased], search)
    assigned = _assign(run, account, search, seed)
    own = assigned.get(run.siblings.name(owner) or "")
    spoken_for = {offer.number for offer in assigned.values()}
    preferred = itertools.chain(
        (offer for offer in ranked if own and offer.number == own.number),
        (offer for offer in ranked if offer.number not in spoken_for),
        ranked,
    )
    offer = run.choose(
        owner,
        service.name,
        lambda is_taken: choose(preferred, lambda number: number in leased or number in named or is_taken(number)),
    )
    if offer is None:
        raise _nothing_left(service.name, list(account.offers(service.query(search))), search, limits)
    return offer


def _assign(run: Run, account: Account, search: NumberSearch, seed: str) -> Mapping[str, Offer]:
    """Assign numbers to all of the program whose searches may want the same ones as this search, once for all of them.

    A check knows its own old inputs only, and the engine calls checks in any order: two slots of a pool would swap their
    numbers between a preview and its `up`. So each is given what comes to it when all searches of the program are
    served in the order of their names. A search that waits for an output is not among them, and takes what is left.
    """
    zone, texts = _zone(search), sorted(run.siblings.searches)

    def wanted() -> Iterator[Wanted]:
        named = _numbers(run.siblings.named)
        for inputs, owners in _read(texts):
            if inputs.search is None or _zone(inputs.search) != zone:
                continue
            name = inputs.account or DEFAULT_ACCOUNT
            try:
                at = inputs.service or run.config.service(name), name
                if at != (account.service.name, account.name):
                    continue
                ranked = account.ranking(inputs.search, inputs.limits, seed)
            except LeaseError:
                continue  # where one of these owners has to choose, its own check says so
            yield Wanted(owners, [offer for offer in ranked if offer.number not in named])

    key = account.service.name, account.name, zone, len(texts)
    return run.siblings.assignment(key, lambda: assign(list(wanted()), account.leases().value))


def _zone(search: NumberSearch) -> str:
    """Return the first digit of all numbers that fit a search: searches of two zones never want the same number."""
    return (search.start or search.prefix or "")[:2]


def _read(texts: Iterable[str]) -> Iterator[tuple[IntentInputs, Sequence[str]]]:
    """Read the program's hints about its searches, each with its owners; a wrong one is left to its own check."""
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        for asked, owners in json.loads(text).items():
            found.setdefault(asked, {}).update(dict.fromkeys(owners))
    for asked, names in found.items():
        try:
            yield validate(IntentInputs, json.loads(asked)), list(names)
        except InvalidInput:
            continue


def _require_one_currency(service: str, offers: Iterable[Offer], search: NumberSearch) -> None:
    priced = currencies(offers)
    if len(priced) > 1:
        said = ", ".join(f"{currency} ({', '.join(sorted(priced[currency]))})" for currency in sorted(priced))
        raise InvalidInput(
            "search",
            f"what fits {_said(search)} at {service} is priced in {said}, and prices in different currencies are not "
            "compared: name one country, a longer prefix or another criterion that leaves one currency, or order by "
            "number or reputation",
        )


def require_reportable(service: LeaseService | type[LeaseService], search: NumberSearch) -> None:
    """Refuse a search by what its service never reports of a number.

    Raises:
        InvalidInput: A criterion could never be met, since the service does not report what it is about.
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
        unreported = [name for name in asked if all(getattr(offer, name) is None for offer in offers)]
        hint = f"; {service} tells {', '.join(unreported)} of none of them" if offers and unreported else ""
        return InvalidInput(
            "search", f"none of the {len(offers)} numbers on offer at {service} fits {_said(search)}{hint}"
        )
    many = f"of the {len(offers)} numbers on offer at {service} {len(fit)} fit {_said(search)}"
    exceeded = [limits.find_exceeded_limit(offer) for offer in fit]
    if all(exceeded) and exceeded[0]:
        return InvalidInput(exceeded[0][0], f"{many}, and all of them exceed a limit; the best is {exceeded[0][1]}")
    return InvalidInput("search", f"{many}, and all that may be leased are taken by this program or account already")


def _said(search: NumberSearch) -> str:
    return ", ".join(f"{name} {value}" for name, value in search.model_dump(exclude_defaults=True).items())


def _numbers(written: Iterable[str]) -> set[str]:
    return {number for text in list(written) if (number := _canonical(text))}


@functools.cache
def _canonical(text: str) -> str | None:
    try:
        return e164(text)
    except ValueError:
        return None  # its own check says so
