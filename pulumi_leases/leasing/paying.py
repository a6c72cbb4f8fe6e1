"""The paying call of a claim: sent again only where surely nothing was done, and what its answer comes to.

Ownership decides, never the text of an error: after anything that is not a clear yes the service is asked who leases
the number.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..domain.errors import (
    BadResponse,
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
from ..domain.models import Order
from .account import SETTLE_S
from .ownership import already_leased, find_own_lease, is_misdated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..domain.models import Claim, Lease, Recorded
    from .account import Account

_ATTEMPTS = 6
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_GONE = frozenset({404, 409, 410})

How = Literal["leased", "taken over", "adopted"]


@dataclass(frozen=True)
class Obtained:
    """A lease, and how the stack came by it."""

    lease: Lease
    how: How
    warning: str | None = None
    """What else must be known of it."""


def paid(
    account: Account,
    claim: Claim,
    recorded: Recorded,
    billing_method: str | None,
    report: Callable[[str], None],
    *,
    doubtful: bool,
) -> Obtained:
    """Send the paying call; again only when surely, or at the service's word, nothing was done.

    Args:
        account: The login.
        claim: What is leased.
        recorded: When and by whom the claim was saved.
        billing_method: Where the service has several.
        report: Takes a passing line about what is waited for.
        doubtful: Whether an earlier call may be at work still: what is found leased then is taken over.

    Raises:
        NumberUnavailable, AlreadyLeased, Refused, RateLimited, Unreachable: Nothing was leased, nothing was charged.
        OutcomeUnknown: It is not known whether the lease was made.
    """
    number, service = claim.number, account.service
    wait_s = _FIRST_WAIT_S
    for attempt in range(1, _ATTEMPTS + 1):
        account.sent.setdefault(number, service.now())
        try:
            return _answered(
                account, claim, recorded, service.lease(Order(number=number, billing_method=billing_method))
            )
        except (NoAnswer, BadResponse) as error:
            return _after_unknown(account, claim, recorded, error, report)
        except (Refused, NotFound) as error:
            return _after_refusal(account, claim, recorded, error, report, doubtful=doubtful)
        except (Unreachable, RateLimited) as error:
            if isinstance(error, RateLimited) and (held := _asked(account, claim, error, 0, report)):
                # The service's word that nothing was done is held against who leases the number.
                return Obtained(find_own_lease(account, claim, recorded, held), "taken over" if doubtful else "leased")
            if attempt == _ATTEMPTS:
                raise _nothing_leased(account, claim, error) from None
            pause_s = min(getattr(error, "retry_after_s", None) or wait_s, _LONGEST_WAIT_S)
        report(f"{service.name} does not take the call now: leasing {number} in {pause_s:.0f} s")
        account.sleep(pause_s)
        wait_s *= 2
    raise AssertionError  # the last attempt returns or raises


def _answered(account: Account, claim: Claim, recorded: Recorded, lease: Lease) -> Obtained:
    """Take a lease that was answered, unless it is one that was there before: some services answer with that."""
    began, asked = lease.leased_at, min(recorded.at, account.sent[claim.number])
    if began and (asked - began).total_seconds() > SETTLE_S and not is_misdated(account, lease):
        account.sent.pop(claim.number, None)
        raise already_leased(account, claim, [lease])
    return Obtained(lease, "leased")


def _nothing_leased(account: Account, claim: Claim, error: LeaseError) -> LeaseError:
    account.sent.pop(claim.number, None)
    return settled(_saying(error, f"{error}. {claim.number} was not leased, nothing was charged"))


def _after_unknown(
    account: Account, claim: Claim, recorded: Recorded, error: LeaseError, report: Callable[[str], None]
) -> Obtained:
    """Ask who leases the number until it shows, or would show if it were leased."""
    report(f"no usable answer: asking {account.service.name} whether {claim.number} was leased")
    if held := _asked(account, claim, error, SETTLE_S, report):
        return Obtained(find_own_lease(account, claim, recorded, held), "leased")
    raise _unknown(claim, str(error))


def _asked(
    account: Account, claim: Claim, error: LeaseError, seconds: float, report: Callable[[str], None]
) -> Sequence[Lease]:
    """Hold an answer to the paying call against who leases the number.

    Raises:
        OutcomeUnknown: The service could not be asked.
    """
    try:
        return account.watch(claim.number, seconds, report)
    except LeaseError as again:
        raise _unknown(claim, f"{error}; and asking again failed: {again}") from None


def _unknown(claim: Claim, why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{claim.number}: it is not known whether {claim.service} leased it. The next `pulumi up` finds out before it "
        f"pays, and takes the number over if it was leased. What happened: {why}",
        service=claim.service,
    )


def _after_refusal(
    account: Account,
    claim: Claim,
    recorded: Recorded,
    error: LeaseError,
    report: Callable[[str], None],
    *,
    doubtful: bool,
) -> Obtained:
    """Find out what a no means: ours already, somebody's, or refused."""
    if isinstance(error, Unauthorized | PaymentRequired | Discontinued):
        raise _nothing_leased(account, claim, error)
    if doubtful and (held := _asked(account, claim, error, SETTLE_S, report)):
        return Obtained(find_own_lease(account, claim, recorded, held), "taken over")
    account.sent.pop(claim.number, None)
    raise settled(_explained(account, claim, error))


def _explained(account: Account, claim: Claim, error: LeaseError) -> LeaseError:
    """Say why nothing was leased: the number is somebody's, or gone, or what the service said."""
    number, service = claim.number, account.service
    gone = error.status in _GONE
    try:
        if held := service.find(number):
            return already_leased(account, claim, held)  # the no was about our call: the lease is another's
        offer = service.offer(number)
        gone = gone or offer is None or offer.availability in {"leased", "unavailable"}
    except LeaseError as again:
        error = _saying(error, f"{error}; and asking about it failed: {again}")
    if not gone:
        return _saying(error, f"{number} was not leased, nothing was charged: {error}")
    return NumberUnavailable(
        f"{number} could not be leased, somebody else may have been faster; nothing was charged. "
        f"`pulumi up --refresh` chooses another where a search is declared. {service.name} said: {error}",
        service=service.name,
        status=error.status,
        request_id=error.request_id,
        agreement_url=error.agreement_url,
    )


def settled(error: LeaseError) -> LeaseError:
    """Mark an error as one after which it is sure that nothing was leased."""
    error.nothing_leased = True
    return error


def _saying(error: LeaseError, message: str) -> LeaseError:
    """Say more in an error, keeping what it knows."""
    said = copy.copy(error)
    said.args = (message,)
    return said
