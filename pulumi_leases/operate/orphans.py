"""What is leased, held against what stacks say that they lease: what leaks, what is missing, what is held twice. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ..leasing.account import LeaseRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from ..domain.models import Lease
    from ..leasing.account import Account
    from .stacks import Declared, Stack

Kind = Literal["in-no-stack", "leased-twice", "in-two-stacks", "intent-only", "refused", "lost", "not-leased"]

MEANING: dict[Kind, str] = {
    "in-no-stack": "Leased, and in none of these stacks: `pulumi-leases import` brings it into one, --release ends it",
    "leased-twice": "Leased once more than a stack knows of: find out whose it is; --release ends what no stack has",
    "in-two-stacks": "One lease in several stacks, each of which would release it: `pulumi state delete` of both its "
    "resources in all but one",
    "intent-only": "A stack has the intent and not the number: `pulumi up` leases it or takes it over, `pulumi destroy` "
    "lets it go",
    "refused": "Declared, and refused by the service: the next `pulumi up` tries again",
    "lost": "A stack knows that its lease was lost: remove it from the program, or say `lease_again`",
    "not-leased": "In a stack, and not leased to this login: is it the right key? Else `pulumi refresh` marks it as lost",
}
"""What each kind of finding means, and the way out; in the order in which they are told."""


_CLOCKS_APART_S = 2.0


@dataclass(frozen=True)
class Held:
    """A lease, and the login that holds it."""

    account: Account
    lease: Lease


@dataclass(frozen=True)
class Finding:
    """Something that leases and stacks do not agree on.

    Attributes:
        held: What is leased, and costs; None where nothing is.
        stacks: The stacks that declare the number, each with the name of the resource.
        note: What is particular about this one.
        releasable: Whether to terminate the lease takes nothing from a given stack.
    """

    kind: Kind
    service: str
    account: str
    number: str
    held: Held | None
    stacks: tuple[str, ...] = ()
    note: str = ""
    releasable: bool = False


@dataclass(frozen=True)
class _Claimed:
    """A number in a stack, with its own lease where that is held."""

    stack: str
    declared: Declared
    own: Held | None

    @property
    def where(self) -> str:
        return f"{self.stack} {self.declared.name}"


def findings(held: Iterable[Held], stacks: Sequence[Stack], now: datetime) -> list[Finding]:
    """Hold leases against stacks; a lease that only runs to the end of what is paid is nobody's worry.

    Args:
        held: Every held lease of every login that a stack or the caller names; one that two logins show counts once.
        stacks: What they declare; at least one.
        now: The time by the clock that dates the stacks' exports.
    """
    export_age_s = (now - min(stack.exported_at for stack in stacks)).total_seconds()
    leases: dict[tuple[str, str], dict[str, Held]] = defaultdict(dict)
    for one in held:
        leases[one.account.service.name, one.lease.number].setdefault(one.lease.lease_id, one)
    claims: dict[tuple[str, str], list[tuple[str, Declared]]] = defaultdict(list)
    for stack in stacks:
        for declared in stack.declared:
            claims[declared.service, declared.number].append((stack.name, declared))
    found = [
        finding
        for service, number in sorted({*leases, *claims})
        for finding in _judged(list(leases[service, number].values()), claims[service, number], export_age_s)
    ]
    order = list(MEANING)
    return sorted(found, key=lambda finding: order.index(finding.kind))


def _judged(held: Sequence[Held], declared: Sequence[tuple[str, Declared]], export_age_s: float) -> Iterator[Finding]:
    """Judge one number at one service."""
    claimed = [_Claimed(stack, one, _own(one, held)) for stack, one in declared]
    owned = [claim.own for claim in claimed if claim.own]
    live = [claim for claim in claimed if not claim.declared.leaving]
    strays = [one for one in held if one not in owned and not one.lease.is_ending]
    if not live:
        yield from (_stray("in-no-stack", stray, export_age_s) for stray in strays)
        return
    availability = [one for one in held if one in owned and not one.lease.is_ending]
    for place, one in enumerate(availability):
        by = [claim for claim in claimed if claim.own == one]
        living = tuple(claim.where for claim in by if not claim.declared.leaving)
        if len(living) > 1:
            yield _leased("in-two-stacks", one, living)
        if place:
            yield _leased("leased-twice", one, tuple(claim.where for claim in by))
    if availability:
        yield from (_stray("leased-twice", stray, export_age_s) for stray in strays)
    for claim in live:
        if claim.own is None or claim.declared.availability != "held":
            yield _unheld(claim, claim.own or next(iter(strays), None), live)


def _own(declared: Declared, held: Sequence[Held]) -> Held | None:
    if declared.lease_id is None:
        return None
    known = LeaseRef(declared.lease_id, declared.leased_at)
    return next((one for one in held if one.account.is_it(one.lease, known)), None)


def _leased(kind: Kind, held: Held, stacks: tuple[str, ...]) -> Finding:
    account = held.account
    return Finding(kind, account.service.name, account.name, held.lease.number, held, stacks)


def _stray(kind: Kind, held: Held, export_age_s: float) -> Finding:
    """Tell of a lease that no stack has."""
    began = held.lease.leased_at
    note = ""
    if kind == "leased-twice" and held.account.service.one_lease_a_number:
        note = "to end it would end the other: ask the service"
    elif began is None:
        note = "when it began is not told, so a stack may have it since its export: end it with the service"
    elif held.account.age_s(began) <= export_age_s + _CLOCKS_APART_S:
        note = "it began after a stack was exported, which may have it by now: export again"
    return replace(_leased(kind, held, ()), note=note, releasable=not note)


def _unheld(claim: _Claimed, held: Held | None, live: Sequence[_Claimed]) -> Finding:
    """Tell of a number that a stack has and does not hold, or does not know that it holds."""
    declared = claim.declared
    kinds: dict[str, Kind] = {"held": "not-leased", "lost": "lost", "refused": "refused", "intended": "intent-only"}
    by_another = next((other.where for other in live if other.own and other is not claim), None)
    note = ""
    if claim.own:
        note = "leased to the account again: `pulumi refresh` brings it back"
    elif by_another:
        note = f"leased by {by_another}"
    elif held:
        note = f"leased under {held.lease.lease_id}, which no stack knows"
    return Finding(
        kinds[declared.availability], declared.service, declared.account, declared.number, held, (claim.where,), note
    )
