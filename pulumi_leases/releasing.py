"""Letting a lease go: terminate once, then see that the service has let go."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .account import SETTLE_S, Known, Release
from .errors import (
    BadResponse,
    LeaseChanged,
    LeasedElsewhere,
    LeaseError,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    StillLeased,
)
from .models import IMPORTED
from .ownership import began_under, beside, ids

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from .account import Account
    from .models import Claim, Lease, Recorded

_GRACE_S = 20.0
"""How long a termination that an earlier run may have asked for is waited for."""
_OLDEST_UNDO = timedelta(days=1)
"""An interrupted lease is undone while it is this young; an older one somebody may rely on."""
_FIRST_POLL_S = 1.0
_LONGEST_POLL_S = 15.0


def sighted(
    account: Account, number: str, known: Known, tell: Callable[[str], None]
) -> tuple[Lease | None, Sequence[Lease]]:
    """Look for a lease of ours: it, and what else is leased under its number.

    From the shared listing where it shows there; else the number is asked for singly, as long as the lease is so young
    that it may not show yet.
    """
    held: Sequence[Lease] = account.leases().value.get(number, [])
    if not any(account.is_it(lease, known) for lease in held):
        young_s = account.unsettled_s(known.leased_at) if known.leased_at else 0.0
        held = account.watch(number, young_s, tell)
    ours = next((lease for lease in held if account.is_it(lease, known)), None)
    return ours, beside(ours, held)


def release(account: Account, number: str, known: Known, tell: Callable[[str], None]) -> str:
    """Terminate a lease of ours, unless it is gone or ending; returns what became of it, in a lasting line.

    Raises:
        LeaseChanged: The number is leased under another id: an old checkpoint, or a lease that others made since.
        LeasedElsewhere: The number is leased, but not to this login.
        OutcomeUnknown: It is not known whether the lease was terminated.
        Refused: The service said no, in its own words.
    """
    lease, others = sighted(account, number, known, tell)
    service = account.service
    if lease is None:
        if others:
            raise LeaseChanged(
                f"{number}: lease {known.lease_id} is gone, and {service.name} has {ids(others)} for the number now, which "
                f"this stack did not make; nothing was terminated. {_forget(number)}",
                service=service.name,
            )
        _not_a_strangers(account, number)
        account.released[number] = Release(known, account.clock())
        return f"{number} ({known.lease_id}) was released already"
    asked_at = account.clock()
    if lease.is_ending:
        account.released[number] = Release(known, asked_at)
        return f"{number} ({known.lease_id}) is cancelled already{_until(account, lease.ends_at)}"
    ends_at = _terminated(account, lease, tell)
    account.released[number] = Release(known, asked_at)
    extra = f"; there is also {ids(others)} of {number}, which was not touched" if others else ""
    return f"released {number} ({known.lease_id}){_until(account, ends_at)}{extra}"


def forget(account: Account, number: str, lease_id: str) -> str:
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
        f"{number} was refused to this stack, and account {account.name!r} of {account.service.name} has {ids(held)} of it, "
        "which was not touched: another stack or person may have leased it. If an interrupted retry of this stack did: "
        "`pulumi-leases orphans --release`"
    )


def loss(account: Account, number: str, lease_id: str, others: Sequence[Lease]) -> str:
    """Say that a lease was not found."""
    instead = f"; there is {ids(others)} of the number now, which this stack did not make" if others else ""
    return (
        f"{number}: lease {lease_id} is not held any more by account {account.name!r} of {account.service.name}{instead}. "
        "It stays in the state as lost; nothing is leased again unless the program says so"
    )


def _terminated(account: Account, lease: Lease, tell: Callable[[str], None]) -> datetime | None:
    """Send the terminate call, once; what is not a clear yes is decided by asking who leases the number.

    Tells when what is paid for ends, where the service says so.
    """
    known = Known(lease.lease_id, lease.leased_at)
    try:
        return account.service.release(lease)
    except (NoAnswer, BadResponse) as error:
        try:
            left = account.watch(lease.number, SETTLE_S, tell, until=lambda held: not _holds(account, held, known))
        except LeaseError as again:
            raise _unknown(lease, f"{error}; and asking again failed: {again}") from None
        if _holds(account, left, known):
            raise _unknown(lease, str(error)) from None
    except NotFound:
        # If it still shows, an earlier termination is at work, and the intent waits for it.
        left = account.service.find(lease.number)
    except LeaseError:
        left = account.watch(lease.number, _GRACE_S, tell, until=lambda held: not _holds(account, held, known))
        if _holds(account, left, known):
            raise
    ending = next((one for one in left if account.is_it(one, known)), None)
    return ending.ends_at if ending else None


def _unknown(lease: Lease, why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{lease.number} ({lease.lease_id}): it is not known whether it was terminated; run the same command again. "
        f"What happened: {why}"
    )


def confirm(
    account: Account,
    claim: Claim,
    recorded: Recorded | None,
    *,
    undoable: bool,
    timeout_s: float,
    tell: Callable[[str], None],
) -> str | None:
    """See that nothing of a claim is leased any more; returns a lasting line where this let go of a lease itself.

    Args:
        account: The login.
        claim: What was claimed.
        recorded: When, where an interrupted run may have leased it since; None where surely none has.
        undoable: Whether the lease of an interrupted run may be terminated from here.
        timeout_s: Seconds from the terminate call within which the service must have let go.
        tell: Takes passing lines.

    Raises:
        StillLeased: The number is still leased; every cause and way out is named.
    """
    if (released := account.released.get(claim.number)) is not None:
        _awaited(account, claim, released, timeout_s, tell)
        return None
    if recorded and recorded.run == IMPORTED and _is_listed_since(account, claim.number, recorded.at):
        # `pulumi import` tells the engine no dependency: the lease's own delete may come later, or has come just now.
        account.unwatched.add(claim.number)
        if (released := account.released.get(claim.number)) is not None:
            _awaited(account, claim, released, timeout_s, tell)
        return None
    held = account.dated(_held_since(account, claim.number, recorded, timeout_s, tell))
    if all(lease.is_ending for lease in held):
        return None
    undone = next(
        (lease for lease in held if undoable and recorded and _is_interrupted(account, recorded, lease)), None
    )
    if undone is None or len(held) > 1:
        raise StillLeased(_ways_out(account, claim, held), service=account.service.name)
    asked_at = account.clock()
    ends_at = _terminated(account, undone, tell)
    account.released[claim.number] = Release(Known(undone.lease_id, undone.leased_at), asked_at)
    _awaited(account, claim, account.released[claim.number], timeout_s, tell)
    return f"released {claim.number} ({undone.lease_id}), which an interrupted run had leased{_until(account, ends_at)}"


def _is_listed_since(account: Account, number: str, moment: datetime) -> bool:
    return any(lease.leased_at == moment for lease in account.leases().value.get(number, []))


def _held_since(
    account: Account, number: str, recorded: Recorded | None, timeout_s: float, tell: Callable[[str], None]
) -> Sequence[Lease]:
    """Read what is leased of a claim when an earlier run's termination, or its call still at work, has had its time."""
    listed: Sequence[Lease] = account.leases().value.get(number, [])
    if listed:
        # An end is on its way already: it is waited for as after a termination of this run.
        patience_s = timeout_s if any(lease.ends_at for lease in listed) else _GRACE_S
        return _poll(account, number, account.clock() + patience_s, tell)
    if recorded is None or not account.watch(number, account.unsettled_s(recorded.at), tell):
        return []
    # Not from the listing, which was without it and may lag.
    return account.watch(number, _GRACE_S, tell, until=lambda held: all(lease.is_ending for lease in held))


def _awaited(account: Account, claim: Claim, release: Release, timeout_s: float, tell: Callable[[str], None]) -> None:
    """Wait until the terminated lease is gone, all waiting threads on one poll."""
    known = release.lease
    if known is None:
        return  # the stack never held one: whatever is leased is another's
    held = let_go(account, claim.number, known, release.at, timeout_s, tell)
    since_s = account.clock() - release.at
    beside = [
        lease
        for lease in held
        if not lease.is_ending and not account.is_it(lease, known) and _was_there(account, lease, since_s)
    ]
    if beside:
        raise StillLeased(_ways_out(account, claim, beside), service=account.service.name)


def let_go(
    account: Account, number: str, known: Known, terminated_at: float, timeout_s: float, tell: Callable[[str], None]
) -> Sequence[Lease]:
    """Wait until the service has let go of a terminated lease; returns what is leased under its number then.

    Raises:
        StillLeased: It is still listed some seconds after the terminate call.
    """
    held = _poll(account, number, terminated_at + timeout_s, tell, since=terminated_at, known=known)
    if _holds(account, held, known):
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
    tell: Callable[[str], None],
    *,
    since: float = 0.0,
    known: Known | None = None,
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
        tell(f"waiting for {account.service.name} to let go of {number} ({left_s:.0f} s left)")
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


def _not_a_strangers(account: Account, number: str) -> None:
    """Refuse to believe a release when the number is leased, but not to this login."""
    offer = account.service.offer(number)
    if offer is not None and offer.standing == "leased":
        raise LeasedElsewhere(
            f"{number} is leased, but not to account {account.name!r} of {account.service.name}: is this the wrong key? "
            f"With the right one, run the same command again. {_forget(number)}",
            service=account.service.name,
        )


def _holds(account: Account, held: Sequence[Lease], known: Known) -> bool:
    return any(account.is_it(lease, known) and not lease.is_ending for lease in held)


def _until(account: Account, ends_at: datetime | None) -> str:
    if ends_at:
        return f"; paid until {ends_at:%Y-%m-%d %H:%M} UTC"
    return f"; billed to {account.service.billed_to}" if account.service.billed_to else ""


def _forget(number: str) -> str:
    return (
        f"To forget {number} without touching it: `pulumi state delete` of both its resources, the LeasedNumber and the "
        "LeaseIntent of the same name"
    )


def _ways_out(account: Account, claim: Claim, held: Sequence[Lease]) -> str:
    return (
        f"{claim.number} is still leased by account {account.name!r} of {account.service.name} ({ids(held)}). If it is "
        "still terminating: run the same command again. If a LeasedNumber of this stack has it: mend what failed there and run "
        "the same command again. If an interrupted run leased it: `pulumi up` with the resource declared, then destroy. If it "
        "is meant to be kept: `pulumi state delete` of this LeaseIntent; after that `pulumi-leases orphans --release` would end "
        "it"
    )
