"""Seeing that the service has let go: of a lease that was terminated, and of a claim that no lease came of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ..domain.errors import StillLeased
from ..domain.models import IMPORTED
from .account import LeaseRef, Release
from .ownership import began_under, join_lease_ids
from .releasing import GRACE_S, holds, paid_until, terminated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ..domain.models import Claim, Lease, Recorded
    from .account import Account

_OLDEST_UNDO = timedelta(days=1)
"""An interrupted lease is undone while it is this young; an older one somebody may rely on."""
_FIRST_POLL_S = 1.0
_LONGEST_POLL_S = 15.0


def confirm(
    account: Account,
    claim: Claim,
    recorded: Recorded | None,
    *,
    undoable: bool,
    timeout_s: float,
    report: Callable[[str], None],
) -> str | None:
    """See that nothing of a claim is leased any more; returns a lasting line where this let go of a lease itself.

    Args:
        account: The login.
        claim: What was claimed.
        recorded: When, where an interrupted run may have leased it since; None where surely none has.
        undoable: Whether the lease of an interrupted run may be terminated from here.
        timeout_s: Seconds from the terminate call within which the service must have let go.
        report: Takes passing lines.

    Raises:
        StillLeased: The number is still leased; every cause and way out is named.
    """
    if (released := account.released.get(claim.number)) is not None:
        _awaited(account, claim, released, timeout_s, report)
        return None
    if recorded and recorded.run == IMPORTED and _is_listed_since(account, claim.number, recorded.at):
        # `pulumi import` tells the engine no dependency: the lease's own delete may come later, or has come just now.
        account.unwatched.add(claim.number)
        if (released := account.released.get(claim.number)) is not None:
            _awaited(account, claim, released, timeout_s, report)
        return None
    held = account.dated(_held_since(account, claim.number, recorded, timeout_s, report))
    if all(lease.is_ending for lease in held):
        return None
    undone = next(
        (lease for lease in held if undoable and recorded and _is_interrupted(account, recorded, lease)), None
    )
    if undone is None or len(held) > 1:
        raise StillLeased(_ways_out(account, claim, held), service=account.service.name)
    asked_at = account.clock()
    ends_at = terminated(account, undone, report)
    account.released[claim.number] = Release(LeaseRef(undone.lease_id, undone.leased_at), asked_at)
    _awaited(account, claim, account.released[claim.number], timeout_s, report)
    return f"released {claim.number} ({undone.lease_id}), which an interrupted run had leased{paid_until(account, ends_at)}"


def _is_listed_since(account: Account, number: str, moment: datetime) -> bool:
    return any(lease.leased_at == moment for lease in account.leases().value.get(number, []))


def _held_since(
    account: Account, number: str, recorded: Recorded | None, timeout_s: float, report: Callable[[str], None]
) -> Sequence[Lease]:
    """Read what is leased of a claim when an earlier run's termination, or its call still at work, has had its time."""
    listed: Sequence[Lease] = account.leases().value.get(number, [])
    if listed:
        # An end is on its way already: it is waited for as after a termination of this run.
        patience_s = timeout_s if any(lease.ends_at for lease in listed) else GRACE_S
        return _poll(account, number, account.clock() + patience_s, report)
    if recorded is None or not account.watch(number, account.wait_left_s(recorded.at), report):
        return []
    # Not from the listing, which was without it and may lag.
    return account.watch(number, GRACE_S, report, until=lambda held: all(lease.is_ending for lease in held))


def _awaited(account: Account, claim: Claim, release: Release, timeout_s: float, report: Callable[[str], None]) -> None:
    """Wait until the terminated lease is gone, all waiting threads on one poll."""
    known = release.lease
    if known is None:
        return  # the stack never held one: whatever is leased is another's
    held = let_go(account, claim.number, known, release.at, timeout_s, report)
    since_s = account.clock() - release.at
    # Ours, where it is among them, is ending.
    others = [lease for lease in held if not lease.is_ending and _was_there(account, lease, since_s)]
    if others:
        raise StillLeased(_ways_out(account, claim, others), service=account.service.name)


def let_go(
    account: Account,
    number: str,
    known: LeaseRef,
    terminated_at: float,
    timeout_s: float,
    report: Callable[[str], None],
) -> Sequence[Lease]:
    """Wait until the service has let go of a terminated lease; returns what is leased under its number then.

    Raises:
        StillLeased: It is still listed some seconds after the terminate call.
    """
    held = _poll(account, number, terminated_at + timeout_s, report, since=terminated_at, known=known)
    if holds(account, held, known):
        raise StillLeased(
            f"{number} ({known.lease_id}) was terminated {account.clock() - terminated_at:.0f} s ago and "
            f"{account.service.name} still lists it as leased: run the same command again to go on waiting "
            "(leases:releaseTimeout sets how long)",
            service=account.service.name,
        )
    return held


def _was_there(account: Account, lease: Lease, seconds_ago: float) -> bool:
    """Whether a lease began before some seconds ago: one that began since is somebody's who was waiting for the number."""
    return lease.leased_at is None or account.age_s(lease.leased_at) > seconds_ago + 1


def _poll(
    account: Account,
    number: str,
    end: float,
    report: Callable[[str], None],
    *,
    since: float = 0.0,
    known: LeaseRef | None = None,
) -> Sequence[Lease]:
    """Read the shared listing, at growing intervals, until a lease of the number is gone or ending, or time is up."""
    pause_s = _FIRST_POLL_S
    while True:
        reading = account.leases(since)
        held: Sequence[Lease] = reading.value.get(number, [])
        waits = [lease for lease in held if not lease.is_ending and (known is None or account.is_it(lease, known))]
        left_s = end - account.clock()
        if not waits or left_s <= 0:
            return held
        report(f"waiting for {account.service.name} to let go of {number} ({left_s:.0f} s left)")
        account.sleep(max(0.0, min(reading.asked_at + pause_s - account.clock(), left_s)))
        since = max(since, reading.asked_at + pause_s)
        pause_s = min(1.5 * pause_s, _LONGEST_POLL_S)


def _is_interrupted(account: Account, recorded: Recorded, lease: Lease) -> bool:
    """Whether a lease is what an interrupted run left behind, young enough to be undone and not on its way out."""
    return (
        began_under(recorded, lease)
        and lease.ends_at is None
        and lease.leased_at is not None
        and account.age_s(lease.leased_at) <= _OLDEST_UNDO.total_seconds()
    )


def _ways_out(account: Account, claim: Claim, held: Sequence[Lease]) -> str:
    return (
        f"{claim.number} is still leased by account {account.name!r} of {account.service.name} ({join_lease_ids(held)}). If "
        "it is still terminating: run the same command again. If a LeasedNumber of this stack has it: mend what failed there and "
        "run the same command again. If an interrupted run leased it: `pulumi up` with the resource declared, then destroy. If "
        "it is meant to be kept: `pulumi state delete` of this LeaseIntent; after that `pulumi-leases orphans --release` would "
        "end it"
    )
