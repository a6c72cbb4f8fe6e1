"""Confirming that the service has let go of a terminated lease, and that a claim without a lease has really led to none.

An intent that still finds a lease does not terminate it by itself: an interrupted run may have made it, but a LeasedNumber
that went to another stack, was not targeted, or was never saved looks the same. Only a stack that consents
(`leases:releaseInterrupted`) has the leases of interrupted runs released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.errors import StillLeased
from ..domain.models import IMPORTED
from .ownership import is_ours, join_lease_ids
from .record import LeaseRef, OwnerRecord, Release
from .releasing import GRACE_S, holds, paid_until, require_evidence, terminate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ..domain.models import Claim, Lease, Recorded
    from .account import Account

_FIRST_POLL_S = 1.0
_LONGEST_POLL_S = 15.0


def confirm_released(
    account: Account,
    record: OwnerRecord,
    claim: Claim,
    recorded: Recorded | None,
    *,
    may_release: bool,
    timeout_s: float,
    report: Callable[[str], None],
) -> str | None:
    """Confirm that nothing of a claim is leased any more; returns a line for the log where this released a lease itself.

    Args:
        account: The login.
        record: What this run knows of the owner.
        claim: What was claimed.
        recorded: Who wrote the claim and when: an interrupted run may have leased it since; None where surely none has.
        may_release: Whether the stack consents that a lease which an interrupted run made is released from here.
        timeout_s: Seconds from the terminate call within which the service must have let go.
        report: Takes a line about what is waited for.

    Raises:
        StillLeased: The number is still leased; every cause and way out is named.
        ReleaseUnproven, LeasedElsewhere: Nothing shows that the claim has no lease.
    """
    number = claim.number
    if (release := record.releases.get(number)) is not None:
        _wait_until_gone(account, claim, release, timeout_s, report)
        return None
    if recorded and recorded.run == IMPORTED and _is_imported_lease_listed(account, number, recorded.at):
        # `pulumi import` gives the engine no dependency: the lease's own delete may come later, or has come just now.
        record.is_unwatched = True
        if (release := record.releases.get(number)) is not None:
            _wait_until_gone(account, claim, release, timeout_s, report)
        return None
    listed = account.fill_in_dates(_list_after_wait(account, claim, recorded, timeout_s, report))
    held = [lease for lease in listed if not lease.is_ending and not _is_anothers(recorded, lease)]
    if not held:
        if recorded and not listed:
            require_evidence(account, number, None, recorded.reference, claim.login)
        return None
    if not may_release or recorded is None or len(held) > 1 or not is_ours(recorded, held[0]):
        raise StillLeased(_ways_out(account, claim, held), service=account.service.name)
    asked_at = account.clock()
    ends_at = terminate(account, held[0], report)
    release = record.releases[number] = Release(LeaseRef(held[0].lease_id, held[0].leased_at), asked_at)
    _wait_until_gone(account, claim, release, timeout_s, report)
    return (
        f"released {number} ({held[0].lease_id}), which an interrupted run had leased (leases:releaseInterrupted)"
        f"{paid_until(account, ends_at)}"
    )


def _is_anothers(recorded: Recorded | None, lease: Lease) -> bool:
    """Whether a lease carries the reference of another stack."""
    return lease.reference is not None and (recorded is None or lease.reference != recorded.reference)


def _is_imported_lease_listed(account: Account, number: str, leased_at: datetime) -> bool:
    """Whether the lease that was imported is still listed: the one that began at this very moment."""
    return any(lease.leased_at == leased_at for lease in account.leases().value.get(number, []))


def _list_after_wait(
    account: Account, claim: Claim, recorded: Recorded | None, timeout_s: float, report: Callable[[str], None]
) -> Sequence[Lease]:
    """List what is leased under a claimed number, after giving a termination or a paying call of an earlier run time to show."""
    number = claim.number
    listed: Sequence[Lease] = account.leases().value.get(number, [])
    if listed:
        # An end is on its way already: it is waited for as after a termination of this run.
        patience_s = timeout_s if any(lease.ends_at for lease in listed) else GRACE_S
        left = _poll(account, number, account.clock() + patience_s, report)
        if left or not _is_ordered(listed):
            return left
    if recorded is None:
        return []
    young_s, reference = account.wait_left_s(recorded.at), recorded.reference
    held = account.watch(number, young_s, report, reference=reference)
    if _is_ordered(held):  # by its order alone, whose number comes, or is over already
        young_s = max(account.wait_left_s(lease.leased_at or recorded.at) for lease in held)
        held = account.watch(number, young_s, report, lambda held: not _is_ordered(held), reference)
    if not held:
        return []
    # Not from the listing, which was without it and may lag.
    return account.watch(number, GRACE_S, report, lambda held: all(lease.is_ending for lease in held), reference)


def _is_ordered(held: Sequence[Lease]) -> bool:
    """Whether all that is known of a number is that it was ordered."""
    return bool(held) and all(lease.is_pending for lease in held)


def _wait_until_gone(
    account: Account, claim: Claim, release: Release, timeout_s: float, report: Callable[[str], None]
) -> None:
    """Wait until the terminated lease is gone, or raise StillLeased; threads that wait share one listing."""
    ref = release.lease
    if ref is None:
        return  # the stack never held one: whatever is leased is another's
    held = wait_for_release(account, claim.number, ref, release.at, timeout_s, report)
    since_s = account.clock() - release.at
    # Ours, where it is among them, is ending.
    others = [lease for lease in held if not lease.is_ending and _began_before(account, lease, since_s)]
    if others:
        raise StillLeased(_ways_out(account, claim, others), service=account.service.name)


def wait_for_release(
    account: Account, number: str, ref: LeaseRef, terminated_at: float, timeout_s: float, report: Callable[[str], None]
) -> Sequence[Lease]:
    """Wait until the service has let go of a terminated lease; returns what is leased under its number then.

    Raises:
        StillLeased: It is still listed when the time is up.
    """
    held = _poll(account, number, terminated_at + timeout_s, report, since=terminated_at, ref=ref)
    if holds(account, held, ref):
        raise StillLeased(
            f"{number} ({ref.lease_id}) was terminated {account.clock() - terminated_at:.0f} s ago and "
            f"{account.service.name} still lists it as leased: run the same command again to go on waiting "
            "(leases:releaseTimeout sets how long)",
            service=account.service.name,
        )
    return held


def _began_before(account: Account, lease: Lease, seconds_ago: float) -> bool:
    """Whether a lease is older than so many seconds: a younger one is somebody's who was waiting for the number."""
    return lease.leased_at is None or account.age_s(lease.leased_at) > seconds_ago + 1


def _poll(
    account: Account,
    number: str,
    end: float,
    report: Callable[[str], None],
    *,
    since: float = 0.0,
    ref: LeaseRef | None = None,
) -> Sequence[Lease]:
    """Read the shared listing, at growing intervals, until a lease of the number is gone or ending, or time is up."""
    pause_s = _FIRST_POLL_S
    while True:
        reading = account.leases(since)
        held: Sequence[Lease] = reading.value.get(number, [])
        waits = [lease for lease in held if not lease.is_ending and (ref is None or account.is_it(lease, ref))]
        left_s = end - account.clock()
        if not waits or left_s <= 0:
            return held
        report(f"waiting for {account.service.name} to let go of {number} ({left_s:.0f} s left)")
        account.sleep(max(0.0, min(reading.asked_at + pause_s - account.clock(), left_s)))
        since = max(since, reading.asked_at + pause_s)
        pause_s = min(1.5 * pause_s, _LONGEST_POLL_S)


def _ways_out(account: Account, claim: Claim, held: Sequence[Lease]) -> str:
    return (
        f"{claim.number} is still leased by account {account.name!r} of {account.service.name} ({join_lease_ids(held)}). If an "
        "interrupted run leased it: `pulumi up --target '**::NAME'` with the resource declared takes it over (without --target "
        "it leases anew what was released meanwhile), then `pulumi destroy` (or remove it and `pulumi up`) releases it; stacks "
        "that are thrown away consent to that with leases:releaseInterrupted=true. If it is still terminating, or its "
        "LeasedNumber failed or was not targeted: run the same command again, for both of the pair (`--target '**::NAME'`; "
        "replace the LeasedNumber, never its LeaseIntent). If another stack has it now: `pulumi state delete` of this LeaseIntent"
    )
