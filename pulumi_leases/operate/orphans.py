"""Leases compared with the stacks that declare them: what leaks, what is missing, what is held twice. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ..domain.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
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
"""What each kind of finding means, and the way out; in the order in which they are reported."""

_CLOCKS_APART_S = 120.0
"""How far the clock that dated a state and the one that dates leases may be apart."""


@dataclass(frozen=True)
class Held:
    """A lease, and the login that holds it."""

    account: Account
    lease: Lease


@dataclass(frozen=True)
class Finding:
    """One disagreement between leases and stacks.

    Attributes:
        held: What is leased, and costs; None where nothing is.
        stacks: The stacks that declare the number, each with the name of the resource.
        note: What is particular about this one.
        releasable: Whether to terminate the lease takes nothing from a given stack.
        by_number_only: Whether something speaks of a stack that was not given: then the lease is terminated only where its
            number was named.
    """

    kind: Kind
    service: str
    account: str
    number: str
    held: Held | None
    stacks: tuple[str, ...] = ()
    note: str = ""
    releasable: bool = False
    by_number_only: bool = False


@dataclass(frozen=True)
class _Claimed:
    """A number in a stack, with its own lease where that is held."""

    stack: str
    declared: Declared
    own: Held | None

    @property
    def where(self) -> str:
        return f"{self.stack} {self.declared.name}"


@dataclass(frozen=True)
class _Known:
    """What is known from the given stacks.

    Attributes:
        stacks: Their names.
        oldest: The one whose state is the oldest.
        age_s: How old that state is; None where its export does not say.
        logins: Service and account of each login that holds a lease of one of them: with a wrong key there is none.
    """

    stacks: str
    oldest: str
    age_s: float | None
    logins: Collection[tuple[str, str]]


def findings(held: Iterable[Held], stacks: Sequence[Stack], now: datetime) -> list[Finding]:
    """Compare leases with stacks; a cancelled lease that only runs to the end of its paid period is left out.

    Args:
        held: Every held lease of every login that a stack or the caller names; one that two logins show counts once.
        stacks: What they declare; at least one.
        now: The time by this machine's clock.
    """
    leases: dict[tuple[str, str], dict[str, Held]] = defaultdict(dict)
    for one in held:
        leases[one.account.service.name, one.lease.number].setdefault(one.lease.lease_id, one)
    claims: dict[tuple[str, str], list[_Claimed]] = defaultdict(list)
    for stack in stacks:
        for declared in stack.declared:
            place = (declared.service, declared.number)
            claims[place].append(_Claimed(stack.name, declared, _own(declared, list(leases[place].values()))))
    known = _gather_known(stacks, claims.values(), now)
    found = [
        finding
        for place in sorted({*leases, *claims})
        for finding in _judge(list(leases[place].values()), claims[place], known)
    ]
    order = list(MEANING)
    return sorted(found, key=lambda finding: order.index(finding.kind))


def choose_releases(found: Sequence[Finding], numbers: Collection[str]) -> list[Finding]:
    """Choose which leases --release ends: those shown to be in no stack, or the numbers that were named.

    Args:
        found: What leases and stacks do not agree on.
        numbers: The numbers that were named; none means all that may go without being named.

    Raises:
        InvalidInput: A number was named whose lease must not be terminated from here.
    """
    if not numbers:
        return [one for one in found if one.releasable and not one.by_number_only]
    chosen = [one for one in found if one.releasable and one.number in numbers]
    for number in sorted(set(numbers) - {one.number for one in chosen}):
        notes = [one.note or one.kind for one in found if one.number == number]
        reason = notes[0] if notes else "a stack has it, or these logins do not lease it"
        raise InvalidInput("number", f"{number} is not released, and nothing else was: {reason}")
    return chosen


def _gather_known(stacks: Sequence[Stack], claims: Iterable[Iterable[_Claimed]], now: datetime) -> _Known:
    undated = next((stack for stack in stacks if stack.written_at is None), None)
    oldest = undated or min(stacks, key=lambda stack: stack.written_at or now)
    return _Known(
        ", ".join(stack.name for stack in stacks),
        oldest.name,
        None if oldest.written_at is None else (now - oldest.written_at).total_seconds(),
        {(one.own.account.service.name, one.own.account.name) for claimed in claims for one in claimed if one.own},
    )


def _judge(held: Sequence[Held], claimed: Sequence[_Claimed], known: _Known) -> Iterator[Finding]:
    """Judge one number at one service."""
    owned = [claim.own for claim in claimed if claim.own]
    live = [claim for claim in claimed if not claim.declared.leaving]
    strays = [one for one in held if one not in owned and not one.lease.is_ending]
    if not live:
        yield from (_stray("in-no-stack", stray, known) for stray in strays)
        return
    availability = [one for one in held if one in owned and not one.lease.is_ending]
    for place, one in enumerate(availability):
        by = [claim for claim in claimed if claim.own == one]
        living = tuple(claim.where for claim in by if not claim.declared.leaving)
        if len(living) > 1:
            yield _describe_leased("in-two-stacks", one, living)
        if place:
            yield _describe_leased("leased-twice", one, tuple(claim.where for claim in by))
    if availability:
        yield from (_stray("leased-twice", stray, known) for stray in strays)
    for claim in live:
        if claim.own is None or claim.declared.availability != "held":
            yield _unheld(claim, claim.own or next(iter(strays), None), live)


def _own(declared: Declared, held: Sequence[Held]) -> Held | None:
    known = declared.lease
    return next((one for one in held if one.account.is_it(one.lease, known)), None) if known else None


def _describe_leased(kind: Kind, held: Held, stacks: tuple[str, ...]) -> Finding:
    account = held.account
    return Finding(kind, account.service.name, account.name, held.lease.number, held, stacks)


def _stray(kind: Kind, held: Held, known: _Known) -> Finding:
    """Report a lease that no given stack has, and whether one that was not given may have it."""
    found = _describe_leased(kind, held, ())
    if kind == "leased-twice" and held.account.service.one_lease_a_number:
        return replace(found, note="to end it would end the other: ask the service")
    if note := _too_young(held, known):
        return replace(found, note=note)
    doubt = _doubt(held, known)
    return replace(found, note=doubt, releasable=True, by_number_only=bool(doubt))


def _too_young(held: Held, known: _Known) -> str:
    """Say why a given stack may have leased it since its state was written; empty where it surely has not."""
    began = held.lease.leased_at
    if began is None:
        return f"when it began is not told, so {known.stacks} may have it by now: end it with the service"
    if known.age_s is None:
        return f"the export of {known.oldest} does not say when its state was written, so it may have it by now"
    age_s = held.account.age_s(began)
    if age_s <= known.age_s:
        return (
            f"it began after the state of {known.oldest} was written, which may have it by now: `pulumi refresh` there, then "
            "export again"
        )
    if age_s <= known.age_s + _CLOCKS_APART_S:
        return (
            f"it began less than two minutes before the state of {known.oldest} was written, too close for two clocks to tell: "
            "run this again in two minutes; where the state is a file, `pulumi refresh` that stack and export it first"
        )
    return ""


def _doubt(held: Held, known: _Known) -> str:
    """Say what speaks of a stack that was not given; empty where nothing does."""
    account, number = held.account, held.lease.number
    if reference := held.lease.reference:
        return f"it carries the reference {reference}, which another stack may have: only `--release {number}` ends it"
    if (account.service.name, account.name) not in known.logins:
        where = f"{account.service.name}/{account.name}"
        return f"no stack here leases from {where}, so another may have it: only `--release {number}` ends it"
    return ""


def _unheld(claim: _Claimed, held: Held | None, live: Sequence[_Claimed]) -> Finding:
    """Report a number that a stack has and does not hold, or holds and does not know."""
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
