"""Releasing a lease of the stack: find it, terminate it once, and report the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.errors import (
    BadResponse,
    LeaseChanged,
    LeasedElsewhere,
    LeaseError,
    NoAnswer,
    NotFound,
    OutcomeUnknown,
    ReleaseUnproven,
)
from .account import SETTLE_S
from .ownership import join_lease_ids, other_leases
from .record import LeaseRef, OwnerRecord, Release

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ..domain.models import Lease
    from .account import Account

GRACE_S = 20.0
"""How long a termination that an earlier run may have asked for is waited for."""
_PROOF_S = 5.0
"""How long other numbers of the run are given to show that the login is the right one."""


def locate_lease(
    account: Account, number: str, ref: LeaseRef, report: Callable[[str], None]
) -> tuple[Lease | None, Sequence[Lease]]:
    """Find a lease of the stack; returns it, and the other leases of its number.

    From the shared listing where it shows there; else the number is asked for singly, as long as the lease is so young
    that it may not show yet.
    """
    held: Sequence[Lease] = account.leases().value.get(number, [])
    if not any(account.is_it(lease, ref) for lease in held):
        young_s = account.wait_left_s(ref.leased_at) if ref.leased_at else 0.0
        held = account.watch(number, young_s, report, reference=ref.reference)
    own = next((lease for lease in held if account.is_it(lease, ref)), None)
    if own is not None:
        account.is_proven.set()
    return own, other_leases(own, held)


def release(
    account: Account,
    record: OwnerRecord,
    number: str,
    ref: LeaseRef,
    login: str | None,
    report: Callable[[str], None],
) -> str:
    """Terminate a lease of the stack, unless it is gone or ending; returns the outcome as a line for the log.

    Args:
        account: The login.
        record: What this run knows of the owner; the release is noted there.
        number: The number.
        ref: Our lease.
        login: What the service calls the login that leased it, where it has such a name.
        report: Takes a line about what is waited for.

    Raises:
        LeaseChanged: The number is leased under another id: an old checkpoint, or a lease that others made since.
        LeasedElsewhere: The number is leased, but not to this login.
        ReleaseUnproven: It is not found, and nothing shows that it has ended.
        OutcomeUnknown: It is not known whether the lease was terminated.
        Refused: The service said no, in its own words.
    """
    lease, others = locate_lease(account, number, ref, report)
    service = account.service
    if lease is None:
        if others:
            raise LeaseChanged(
                f"{number}: lease {ref.lease_id} is gone, and {service.name} has {join_lease_ids(others)} for the number now, "
                f"which this stack did not make; nothing was terminated. {_how_to_forget(number)}",
                service=service.name,
            )
        require_evidence(account, number, ref.lease_id, ref.reference, login)
        record.releases[number] = Release(ref, account.clock())
        return f"{number} ({ref.lease_id}) was released already"
    asked_at = account.clock()
    if lease.is_ending:
        record.releases[number] = Release(ref, asked_at)
        return f"{number} ({ref.lease_id}) is cancelled already{paid_until(account, lease.ends_at)}"
    ends_at = terminate(account, lease, report)
    record.releases[number] = Release(ref, asked_at)
    extra = f"; there is also {join_lease_ids(others)} of {number}, which was not touched" if others else ""
    return f"released {number} ({ref.lease_id}){paid_until(account, ends_at)}{extra}"


def require_evidence(
    account: Account, number: str, lease_id: str | None, reference: str | None, login: str | None
) -> None:
    """Raise unless something shows that a lease is gone; that it is not listed shows nothing.

    Evidence is: the service names this login as the one that leased it; the number is on offer again; the service shows
    this login that its own lease, or its own purchase, is over; or this login shows another lease that the state knows.
    The last is none where somebody leases a number that the state knows as leased: a state in which keys were changed has
    leases of two logins.

    Args:
        account: The login.
        number: The number.
        lease_id: The lease; None where only a claim is known, whose paying call may have come to nothing.
        reference: What was sent with the purchase.
        login: What the service calls the login that leased it, where it has such a name.

    Raises:
        LeasedElsewhere: The number is leased, but not to this login.
        ReleaseUnproven: There is no evidence: a wrong key, a wrong address and a broken gateway look the same.
    """
    service = account.service
    if login is not None and login == service.login:
        return
    offer = account.look(number)
    if offer is not None and offer.availability in {"available", "on request"}:
        return
    is_leased = offer is not None and offer.availability == "leased"
    if service.has_ended(number, lease_id or "", reference):
        return
    if not (is_leased and lease_id) and (account.is_right(login) or _wait_for_proof(account)):
        return
    if is_leased:
        raise LeasedElsewhere(
            f"{number} is leased, but not to account {account.name!r} of {service.name}: is this the wrong key? "
            f"With the right one, run the same command again. {_how_to_forget(number)}",
            service=service.name,
        )
    which = lease_id or "of an interrupted run"
    raise ReleaseUnproven(
        f"{number} ({which}) is not among the leases of account {account.name!r} of {service.name}, and nothing shows that "
        "it has ended: is the key another login's, the base URL wrong, a gateway in between? Nothing was sent, and the state "
        f"is kept. With the right settings, run the same command again. {_how_to_forget(number)}",
        service=service.name,
    )


def _wait_for_proof(account: Account) -> bool:
    """Wait a little for other numbers of this run to show that the login is the right one; whether one did."""
    end = account.clock() + _PROOF_S
    while not account.is_proven.is_set() and account.clock() < end:
        account.sleep(0.25)
    return account.is_proven.is_set()


def forget_lost_lease(account: Account, record: OwnerRecord, number: str, lease_id: str) -> str:
    """Note that the program gives up a lost lease: whatever is leased of the number now is another's. Returns a warning."""
    record.releases[number] = Release(None, account.clock())
    return lost_lease_forgotten(number, lease_id)


def lost_lease_forgotten(number: str, lease_id: str) -> str:
    """Word the warning that the state does not know a lost lease any more."""
    return (
        f"forgot {number} ({lease_id}), which was lost; nothing was terminated. If it is leased under another of your keys, "
        "run `pulumi-leases orphans` with that key"
    )


def note_never_leased(account: Account, record: OwnerRecord, number: str, reference: str | None) -> str | None:
    """Take note that the stack holds no lease of a number that it was refused; returns a warning about one that there is.

    One that carries our reference is of a retry that was interrupted: then nothing is noted, and the intent sees to it.
    """
    held: Sequence[Lease] = account.leases().value.get(number, [])
    if reference and any(lease.reference == reference for lease in held or account.service.find(number, reference)):
        return None
    record.releases[number] = Release(None, account.clock())
    if not held:
        return None
    return (
        f"{number} was refused to this stack, and account {account.name!r} of {account.service.name} has "
        f"{join_lease_ids(held)} of it, which was not touched: another stack or person may have leased it. If an interrupted "
        f"retry of this stack did: `pulumi-leases orphans --release {number}`"
    )


def lost_lease_warning(account: Account, number: str, lease_id: str, others: Sequence[Lease]) -> str:
    """Word the warning that a lease of the state is not held any more."""
    instead = f"; there is {join_lease_ids(others)} of the number now, which this stack did not make" if others else ""
    return (
        f"{number}: lease {lease_id} is not held any more by account {account.name!r} of {account.service.name}{instead}. "
        "It stays in the state as lost; nothing is leased again unless the program says so. Is every number lost at once? "
        "Then the key is another login's"
    )


def terminate(account: Account, lease: Lease, report: Callable[[str], None]) -> datetime | None:
    """Send the terminate call, once; where the answer is not a clear yes, ask who leases the number.

    Returns when what is paid for ends, where the service says so.
    """
    number = lease.number
    reference = lease.reference if lease.is_pending else None  # the order of one that was listed shows it no longer
    ref = LeaseRef(lease.lease_id, lease.leased_at, lease.reference)

    def is_gone(held: Sequence[Lease]) -> bool:
        return not holds(account, held, ref)

    try:
        return account.service.release(lease)
    except (NoAnswer, BadResponse) as error:
        try:
            left = account.watch(number, SETTLE_S, report, is_gone, reference)
        except LeaseError as again:
            raise _outcome_unknown(lease, f"{error}; and asking again failed: {again}") from None
        if not is_gone(left):
            raise _outcome_unknown(lease, str(error)) from None
    except NotFound:
        # If it still shows, an earlier termination is at work, and the intent waits for it.
        left = account.service.find(number, reference)
    except LeaseError:
        left = account.watch(number, GRACE_S, report, is_gone, reference)
        if not is_gone(left):
            raise
    ending = next((one for one in left if account.is_it(one, ref)), None)
    return ending.ends_at if ending else None


def _outcome_unknown(lease: Lease, why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{lease.number} ({lease.lease_id}): it is not known whether it was terminated; run the same command again. "
        f"What happened: {why}"
    )


def holds(account: Account, held: Sequence[Lease], ref: LeaseRef) -> bool:
    """Whether a lease is among those that are held, and not on its way out."""
    return any(account.is_it(lease, ref) and not lease.is_ending for lease in held)


def paid_until(account: Account, ends_at: datetime | None) -> str:
    """Say until when a released lease is paid, where the service reports it."""
    if ends_at:
        return f"; paid until {ends_at:%Y-%m-%d %H:%M} UTC"
    return f"; billed to {account.service.billed_to}" if account.service.billed_to else ""


def _how_to_forget(number: str) -> str:
    return (
        f"To forget {number} without touching it: `pulumi state delete` of both its resources, the LeasedNumber and the "
        "LeaseIntent of the same name"
    )
