"""Letting a lease of ours go: look for it, terminate it once, and say what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.errors import BadResponse, LeaseChanged, LeasedElsewhere, LeaseError, NoAnswer, NotFound, OutcomeUnknown
from .account import SETTLE_S, LeaseRef, Release
from .ownership import join_lease_ids, other_leases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ..domain.models import Lease
    from .account import Account

GRACE_S = 20.0
"""How long a termination that an earlier run may have asked for is waited for."""


def locate_lease(
    account: Account, number: str, known: LeaseRef, report: Callable[[str], None]
) -> tuple[Lease | None, Sequence[Lease]]:
    """Look for a lease of ours: it, and what else is leased under its number.

    From the shared listing where it shows there; else the number is asked for singly, as long as the lease is so young
    that it may not show yet.
    """
    held: Sequence[Lease] = account.leases().value.get(number, [])
    if not any(account.is_it(lease, known) for lease in held):
        young_s = account.wait_left_s(known.leased_at) if known.leased_at else 0.0
        held = account.watch(number, young_s, report)
    ours = next((lease for lease in held if account.is_it(lease, known)), None)
    return ours, other_leases(ours, held)


def release(account: Account, number: str, known: LeaseRef, report: Callable[[str], None]) -> str:
    """Terminate a lease of ours, unless it is gone or ending; returns what became of it, in a lasting line.

    Raises:
        LeaseChanged: The number is leased under another id: an old checkpoint, or a lease that others made since.
        LeasedElsewhere: The number is leased, but not to this login.
        OutcomeUnknown: It is not known whether the lease was terminated.
        Refused: The service said no, in its own words.
    """
    lease, others = locate_lease(account, number, known, report)
    service = account.service
    if lease is None:
        if others:
            raise LeaseChanged(
                f"{number}: lease {known.lease_id} is gone, and {service.name} has {join_lease_ids(others)} for the number now, "
                f"which this stack did not make; nothing was terminated. {_forget(number)}",
                service=service.name,
            )
        _not_a_strangers(account, number)
        account.released[number] = Release(known, account.clock())
        return f"{number} ({known.lease_id}) was released already"
    asked_at = account.clock()
    if lease.is_ending:
        account.released[number] = Release(known, asked_at)
        return f"{number} ({known.lease_id}) is cancelled already{paid_until(account, lease.ends_at)}"
    ends_at = terminated(account, lease, report)
    account.released[number] = Release(known, asked_at)
    extra = f"; there is also {join_lease_ids(others)} of {number}, which was not touched" if others else ""
    return f"released {number} ({known.lease_id}){paid_until(account, ends_at)}{extra}"


def forget_lost_lease(account: Account, number: str, lease_id: str) -> str:
    """Take note that a lease is lost, by the program's own word: whatever is leased of the number is another's."""
    account.released[number] = Release(None, account.clock())
    return (
        f"forgot {number} ({lease_id}), which was lost; nothing was terminated. Should another login of yours lease it: "
        "`pulumi-leases orphans` with the key of that one tells"
    )


def never_leased(account: Account, number: str) -> str | None:
    """Take note that the stack holds no lease of a number that it was refused; tells of one that the account has."""
    account.released[number] = Release(None, account.clock())
    held = account.leases().value.get(number, [])
    if not held:
        return None
    return (
        f"{number} was refused to this stack, and account {account.name!r} of {account.service.name} has {join_lease_ids(held)} "
        "of it, which was not touched: another stack or person may have leased it. If an interrupted retry of this stack did: "
        "`pulumi-leases orphans --release`"
    )


def lost_lease_warning(account: Account, number: str, lease_id: str, others: Sequence[Lease]) -> str:
    """Say that a lease was not found."""
    instead = f"; there is {join_lease_ids(others)} of the number now, which this stack did not make" if others else ""
    return (
        f"{number}: lease {lease_id} is not held any more by account {account.name!r} of {account.service.name}{instead}. "
        "It stays in the state as lost; nothing is leased again unless the program says so"
    )


def terminated(account: Account, lease: Lease, report: Callable[[str], None]) -> datetime | None:
    """Send the terminate call, once; what is not a clear yes is decided by asking who leases the number.

    Tells when what is paid for ends, where the service says so.
    """
    known = LeaseRef(lease.lease_id, lease.leased_at)
    try:
        return account.service.release(lease)
    except (NoAnswer, BadResponse) as error:
        try:
            left = account.watch(lease.number, SETTLE_S, report, until=lambda held: not holds(account, held, known))
        except LeaseError as again:
            raise _unknown(lease, f"{error}; and asking again failed: {again}") from None
        if holds(account, left, known):
            raise _unknown(lease, str(error)) from None
    except NotFound:
        # If it still shows, an earlier termination is at work, and the intent waits for it.
        left = account.service.find(lease.number)
    except LeaseError:
        left = account.watch(lease.number, GRACE_S, report, until=lambda held: not holds(account, held, known))
        if holds(account, left, known):
            raise
    ending = next((one for one in left if account.is_it(one, known)), None)
    return ending.ends_at if ending else None


def _unknown(lease: Lease, why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{lease.number} ({lease.lease_id}): it is not known whether it was terminated; run the same command again. "
        f"What happened: {why}"
    )


def _not_a_strangers(account: Account, number: str) -> None:
    """Refuse to believe a release when the number is leased, but not to this login."""
    offer = account.service.offer(number)
    if offer is not None and offer.availability == "leased":
        raise LeasedElsewhere(
            f"{number} is leased, but not to account {account.name!r} of {account.service.name}: is this the wrong key? "
            f"With the right one, run the same command again. {_forget(number)}",
            service=account.service.name,
        )


def holds(account: Account, held: Sequence[Lease], known: LeaseRef) -> bool:
    """Whether a lease is among those that are held, and not on its way out."""
    return any(account.is_it(lease, known) and not lease.is_ending for lease in held)


def paid_until(account: Account, ends_at: datetime | None) -> str:
    """Say until when a released lease is paid, where the service tells."""
    if ends_at:
        return f"; paid until {ends_at:%Y-%m-%d %H:%M} UTC"
    return f"; billed to {account.service.billed_to}" if account.service.billed_to else ""


def _forget(number: str) -> str:
    return (
        f"To forget {number} without touching it: `pulumi state delete` of both its resources, the LeasedNumber and the "
        "LeaseIntent of the same name"
    )
