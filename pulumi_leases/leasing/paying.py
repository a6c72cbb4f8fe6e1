"""The paying call of a claim: sent again only where surely nothing was done, and what its answer comes to.

Ownership decides, never the text of an error: after anything that is not a clear yes the service is asked who leases
the number, and after each wait too, since meanwhile somebody may have leased it.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..domain.errors import (
    BadResponse,
    Cancelled,
    Discontinued,
    LeaseError,
    NoAnswer,
    NotFound,
    NumberUnavailable,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
    Unreachable,
)
from .account import SETTLE_S
from .ownership import already_leased, find_own_lease, is_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..domain.models import Claim, Lease, Order, Recorded
    from .account import Account
    from .record import OwnerRecord

_ATTEMPTS = 6
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_GONE = frozenset({404, 409, 410})

How = Literal["leased", "taken over", "adopted"]


@dataclass(frozen=True)
class Acquired:
    """A lease, and how the stack came by it."""

    lease: Lease
    how: How
    warning: str | None = None
    """What else must be known of it."""


@dataclass(frozen=True)
class Purchase:
    """A claim that is to be leased.

    Attributes:
        account: The login.
        claim: What is leased.
        recorded: When and by whom the claim was saved.
        order: What the paying call carries.
        record: What this run knows of the owner.
        is_resumed: Whether a call of an interrupted run may have leased the number, or may be at work still.
        report: Takes a passing line about what is waited for.
    """

    account: Account
    claim: Claim
    recorded: Recorded
    order: Order
    record: OwnerRecord
    is_resumed: bool
    report: Callable[[str], None]

    def own(self, held: Sequence[Lease]) -> Lease:
        """Find our lease among those of the number.

        Raises:
            AlreadyLeased: None is ours.
        """
        return find_own_lease(self.account, self.claim, self.recorded, held, self.record.last_sent_at)

    def own_despite_refusal(self, held: Sequence[Lease]) -> Lease:
        """Find our lease although every known call was refused: by its reference, or as an interrupted run's.

        Raises:
            AlreadyLeased: None is ours.
        """
        if self.is_resumed:
            return self.own(held)
        own = [lease for lease in held if lease.reference and is_ours(self.recorded, lease)]
        if not own:
            raise nothing_leased(already_leased(self.account, self.claim, held))
        return own[0]


def pay(purchase: Purchase) -> Acquired:
    """Send the paying call; again only when surely, or at the service's word, nothing was done.

    Raises:
        NumberUnavailable, AlreadyLeased, Refused, RateLimited, Unreachable, Cancelled: Nothing was leased, nothing was charged.
        OutcomeUnknown: It is not known whether the lease was made.
    """
    account, record, number = purchase.account, purchase.record, purchase.claim.number
    service = account.service
    wait_s, refusal = _FIRST_WAIT_S, None
    for attempt in range(1, _ATTEMPTS + 1):
        sent_before = record.last_sent_at
        try:
            if refusal and (held := _who_leases(purchase, refusal, 0)):
                return Acquired(purchase.own_despite_refusal(held), "taken over")
            if account.is_cancelled():
                raise Cancelled(f"{number} was not leased, nothing was charged: the command was cancelled")
            record.last_sent_at = service.now()
            lease = service.lease(purchase.order)
        except (NoAnswer, BadResponse) as error:
            return _resolve_unknown(purchase, error)
        except (Refused, NotFound, RateLimited, Unreachable) as error:
            record.last_sent_at = sent_before
            if attempt == _ATTEMPTS or not isinstance(error, RateLimited | Unreachable):
                return _resolve_refusal(purchase, error)
            pause_s = min(getattr(error, "retry_after_s", None) or wait_s, _LONGEST_WAIT_S)
            refusal = error
        else:
            return Acquired(_after_race(purchase, _accept(purchase, lease)), "leased")
        purchase.report(f"{service.name} does not take the call now: leasing {number} in {pause_s:.0f} s")
        account.sleep(pause_s)
        wait_s *= 2
    raise AssertionError  # the last attempt returns or raises


def _accept(purchase: Purchase, lease: Lease) -> Lease:
    """Take a lease that was answered, unless it is one that was there before: some services answer with that.

    Raises:
        AlreadyLeased: It is another's.
    """
    account, claim = purchase.account, purchase.claim
    if is_ours(purchase.recorded, lease, purchase.record.last_sent_at):
        return lease
    doubt = "the paying call was answered with that lease, so the bill shows whether it was charged"
    error = already_leased(account, claim, [lease], doubt)
    raise nothing_leased(error) if lease.reference else error


def _after_race(purchase: Purchase, lease: Lease) -> Lease:
    """Read a new lease again when no purchase of another stack can change any more whose it is.

    Raises:
        AlreadyLeased: Another stack of the account has bought the number in the same moment, and its reference stands.
    """
    account = purchase.account
    if not account.service.race_window_s:
        return lease
    account.sleep(account.service.race_window_s)
    try:
        held = account.service.find(lease.number, purchase.recorded.reference)
    except LeaseError:
        return lease  # it was answered as ours, and a refresh reads it again
    return purchase.own_despite_refusal(held) if held and any(one.reference for one in held) else lease


def _resolve_unknown(purchase: Purchase, error: LeaseError) -> Acquired:
    """Ask who leases the number until it shows, or would show if it were leased."""
    purchase.report(
        f"no usable answer: asking {purchase.account.service.name} whether {purchase.claim.number} was leased"
    )
    if held := _who_leases(purchase, error, SETTLE_S):
        return Acquired(purchase.own(held), "leased")
    raise _outcome_unknown(purchase.claim, str(error))


def _resolve_refusal(purchase: Purchase, error: LeaseError) -> Acquired:
    """Find out why the service refused: the number is ours already, is leased by another, or is not to be had.

    A resumed create asks first, whatever the no was about: the lease of the interrupted run may show late.
    """
    if purchase.is_resumed and (held := _who_leases(purchase, error, SETTLE_S)):
        return Acquired(purchase.own(held), "taken over")
    number, service = purchase.claim.number, purchase.account.service
    if isinstance(error, Unauthorized | PaymentRequired | Discontinued | RateLimited | Unreachable):
        raise nothing_leased(_with_message(error, f"{error}. {number} was not leased, nothing was charged"))
    is_gone = error.status in _GONE
    try:
        if held := service.find(number, purchase.recorded.reference):
            return Acquired(purchase.own_despite_refusal(held), "taken over")
        offer = service.offer(number)
        is_gone = is_gone or offer is None or offer.availability in {"leased", "unavailable"}
    except (Refused, NotFound, RateLimited, Unreachable, NoAnswer, BadResponse) as again:
        error = _with_message(error, f"{error}; and asking about it failed: {again}")
    if not is_gone:
        raise nothing_leased(_with_message(error, f"{number} was not leased, nothing was charged: {error}"))
    raise nothing_leased(
        NumberUnavailable(
            f"{number} could not be leased, somebody else may have been faster; nothing was charged. "
            f"`pulumi up --refresh` chooses another where a search is declared; else declare another number. {error}",
            service=service.name,
            status=error.status,
            request_id=error.request_id,
            agreement_url=error.agreement_url,
        )
    )


def _who_leases(purchase: Purchase, error: LeaseError, seconds: float) -> Sequence[Lease]:
    """Ask who leases the number, to see what became of a paying call.

    Raises:
        Unreachable: No connection came about, neither for the paying call nor now: surely nothing was done.
        OutcomeUnknown: The service could not be asked, and a call may have leased the number.
    """
    account, number = purchase.account, purchase.claim.number
    try:
        return account.watch(number, seconds, purchase.report, is_made, purchase.recorded.reference)
    except LeaseError as again:
        if isinstance(again, Unreachable) and isinstance(error, Unreachable) and not purchase.is_resumed:
            raise
        raise _outcome_unknown(purchase.claim, f"{error}; and asking again failed: {again}") from None


def is_made(held: Sequence[Lease]) -> bool:
    """Whether the service has made one of these leases; one that is only ordered gets another id when it is made."""
    return any(not lease.is_pending for lease in held)


def _outcome_unknown(claim: Claim, why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{claim.number}: it is not known whether {claim.service} leased it. The next `pulumi up` finds out before it "
        f"pays, and takes the number over if it was leased. What happened: {why}",
        service=claim.service,
    )


def nothing_leased(error: LeaseError) -> LeaseError:
    """Mark an error as one after which it is sure that nothing was leased."""
    error.nothing_leased = True
    return error


def _with_message(error: LeaseError, message: str) -> LeaseError:
    """Extend an error's message; its class and fields stay."""
    longer = copy.copy(error)
    longer.args = (message,)
    return longer
