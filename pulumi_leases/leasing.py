"""Leasing a claimed number, once: take over what an interrupted run has leased, else pay, at most one call unresolved.

Ownership decides, never the text of an error: after anything that is not a clear yes the service is asked who leases
the number.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from .account import SETTLE_S
from .claiming import dearer
from .errors import (
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
    StillLeased,
    Unauthorized,
    Unreachable,
)
from .models import shape
from .ownership import already_leased, beside, is_misdated, ours, twice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .account import Account
    from .choose import Limits
    from .models import Claim, Lease, Recorded

_ATTEMPTS = 6
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_GONE = frozenset({404, 409, 410})
_SOON_S = 3600.0

How = Literal["leased", "taken over", "adopted"]


@dataclass(frozen=True)
class Obtained:
    """A lease, and how the stack came by it."""

    lease: Lease
    how: How
    warning: str | None = None
    """What else must be known of it."""


def obtain(
    account: Account,
    claim: Claim,
    recorded: Recorded,
    *,
    fresh: bool,
    refused: bool,
    billing_method: str | None,
    limits: Limits,
    tell: Callable[[str], None],
) -> Obtained:
    """Bring about the lease of a claim.

    Args:
        account: The login.
        claim: What was saved before.
        recorded: When and by whom it was saved.
        fresh: Whether this very run saved it, at today's price and after seeing that the number is not leased.
        refused: Whether an earlier run saw its paying call refused: no lease can be ours then.
        billing_method: Where the service has several.
        limits: The most that it may cost now.
        tell: Takes a passing line about what is waited for.

    Raises:
        NumberUnavailable, AlreadyLeased, Refused, RateLimited, Unreachable: Nothing was leased, nothing was charged.
        OutcomeUnknown: It is not known whether the lease was made; the next run finds out.
    """
    if claim.lease_id is not None:
        return Obtained(_adopted(account, claim), "adopted")
    doubtful = not (fresh or refused) or claim.number in account.sent
    if doubtful and (lease := _found(account, claim, recorded, tell)):
        return _alone(account, Obtained(lease, "taken over"))
    if refused and (held := account.leases().value.get(claim.number)):
        raise _settled(already_leased(account, claim, held))
    if not fresh:
        _still_at_its_price(account, claim, limits)
    obtained = _paid(account, claim, recorded, billing_method, tell, doubtful=doubtful)
    return _alone(account, obtained) if doubtful else obtained


def _alone(account: Account, obtained: Obtained) -> Obtained:
    """Look whether a call of an interrupted run has made a second lease, where a service does that."""
    service, lease = account.service, obtained.lease
    if service.one_lease_a_number:
        return obtained
    try:
        others = beside(lease, service.find(lease.number))
    except LeaseError as error:
        unasked = f"{lease.number}: it could not be asked whether it is leased once; `pulumi refresh` tells: {error}"
        return replace(obtained, warning=unasked)
    return replace(obtained, warning=twice(lease, others)) if others else obtained


def _adopted(account: Account, claim: Claim) -> Lease:
    held = account.find(claim.number)
    lease = next((one for one in held if one.lease_id == claim.lease_id), None)
    if lease is None:
        raise NumberUnavailable(
            f"{claim.number}: lease {claim.lease_id}, which was to be adopted, is not held any more by account "
            f"{account.name!r} of {account.service.name}; nothing was charged",
            service=account.service.name,
        )
    return lease


def _found(account: Account, claim: Claim, recorded: Recorded, tell: Callable[[str], None]) -> Lease | None:
    """Look for the lease of an interrupted run until no call of it can still be at work."""
    account.leases()  # first: its answer tells the service's time
    young_s = account.unsettled_s(recorded.at)
    settled_at = account.clock() + young_s
    listing = account.leases(since=settled_at if young_s < 0 else 0.0)  # while young, what is not listed is asked for
    held: Sequence[Lease] = listing.value.get(claim.number, [])
    if not held and young_s > 0:
        tell(f"an interrupted run may have leased {claim.number}: waiting {young_s:.0f} s until that is certain")
        held = account.watch(claim.number, young_s, tell)
    elif not held and not _is_on_offer(account, claim.number):
        held = account.service.find(claim.number)  # a number of ours is not on offer, and a listing may miss a lease
    if any(_is_going(account, lease) for lease in held):
        held = _gone(account, claim, tell)
    return ours(account, claim, recorded, account.dated(held)) if held else None


def _is_on_offer(account: Account, number: str) -> bool:
    offer = account.look(number)
    return offer is not None and offer.standing not in {"leased", "unavailable"}


def _is_going(account: Account, lease: Lease) -> bool:
    """Whether a lease is being terminated: a new one has no end, or a distant one."""
    return lease.ends_at is not None and not lease.is_ending and account.age_s(lease.ends_at) > -_SOON_S


def _gone(account: Account, claim: Claim, tell: Callable[[str], None]) -> Sequence[Lease]:
    """Wait for the end of a lease that an interrupted destroy has terminated; returns what is leased then.

    Raises:
        StillLeased: It takes longer.
    """
    tell(f"{claim.number} is being terminated: waiting up to {SETTLE_S:.0f} s")

    def settled(held: Sequence[Lease]) -> bool:
        return not any(_is_going(account, lease) for lease in held)

    held = account.watch(claim.number, SETTLE_S, tell, until=settled)
    if not settled(held):
        raise StillLeased(
            f"{claim.number}: {claim.service} is still terminating its lease {held[0].lease_id}, as an interrupted destroy "
            "asked for; nothing was charged. Run `pulumi up` again when it is gone, which leases the number anew",
            service=claim.service,
        )
    return held


def _still_at_its_price(account: Account, claim: Claim, limits: Limits) -> None:
    """Hold an old claim against what is on offer now.

    Raises:
        NumberUnavailable: It is gone, or dearer than it was quoted or may be.
    """
    offer = account.look(claim.number)
    why = None
    if offer is None or offer.standing in {"leased", "unavailable"}:
        why = "it is not on offer any more; `pulumi up --refresh` chooses another where a search is declared"
    elif exceeded := limits.exceeded(offer):
        why = exceeded[1]
    elif rose := dearer(claim, offer):
        why = f"{rose}; `pulumi up --refresh` takes the new quote"
    if why:
        error = NumberUnavailable(
            f"{claim.number} was not leased from {account.service.name}: {why}. Nothing was charged",
            service=account.service.name,
        )
        raise _settled(error)


def _paid(
    account: Account,
    claim: Claim,
    recorded: Recorded,
    billing_method: str | None,
    tell: Callable[[str], None],
    *,
    doubtful: bool,
) -> Obtained:
    """Send the paying call; again only when surely, or at the service's word, nothing was done."""
    number, service = claim.number, account.service
    wait_s = _FIRST_WAIT_S
    for attempt in range(1, _ATTEMPTS + 1):
        account.sent.setdefault(number, service.now())
        try:
            return _answered(account, claim, recorded, service.lease(number, billing_method=billing_method))
        except (NoAnswer, BadResponse) as error:
            return _after_unknown(account, claim, recorded, error, tell)
        except (Refused, NotFound) as error:
            return _after_refusal(account, claim, recorded, error, tell, doubtful=doubtful)
        except (Unreachable, RateLimited) as error:
            if isinstance(error, RateLimited) and (held := _asked(account, claim, error, 0, tell)):
                # The service's word that nothing was done is held against who leases the number.
                return Obtained(ours(account, claim, recorded, held), "taken over" if doubtful else "leased")
            if attempt == _ATTEMPTS:
                raise _nothing_leased(account, claim, error) from None
            pause_s = min(getattr(error, "retry_after_s", None) or wait_s, _LONGEST_WAIT_S)
        tell(f"{service.name} does not take the call now: leasing {number} in {pause_s:.0f} s")
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


def risen(claim: Claim, lease: Lease) -> str | None:
    """Say that the price rose between the quote and the lease; what the answer does not tell is as it was quoted."""
    untold = {key: quoted for key, quoted in shape(claim).items() if getattr(lease, key) is None}
    rose = dearer(claim, lease.model_copy(update=untold))
    return rose and f"{lease.number} is leased, and costs more than was said: {rose}"


def _nothing_leased(account: Account, claim: Claim, error: LeaseError) -> LeaseError:
    account.sent.pop(claim.number, None)
    return _settled(_saying(error, f"{error}. {claim.number} was not leased, nothing was charged"))


def _after_unknown(
    account: Account, claim: Claim, recorded: Recorded, error: LeaseError, tell: Callable[[str], None]
) -> Obtained:
    """Ask who leases the number until it shows, or would show if it were leased."""
    tell(f"no usable answer: asking {account.service.name} whether {claim.number} was leased")
    if held := _asked(account, claim, error, SETTLE_S, tell):
        return Obtained(ours(account, claim, recorded, held), "leased")
    raise _unknown(claim, str(error))


def _asked(
    account: Account, claim: Claim, error: LeaseError, seconds: float, tell: Callable[[str], None]
) -> Sequence[Lease]:
    """Hold an answer to the paying call against who leases the number.

    Raises:
        OutcomeUnknown: The service could not be asked.
    """
    try:
        return account.watch(claim.number, seconds, tell)
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
    tell: Callable[[str], None],
    *,
    doubtful: bool,
) -> Obtained:
    """Find out what a no means: ours already, somebody's, or refused."""
    if isinstance(error, Unauthorized | PaymentRequired | Discontinued):
        raise _nothing_leased(account, claim, error)
    if doubtful and (held := _asked(account, claim, error, SETTLE_S, tell)):
        return Obtained(ours(account, claim, recorded, held), "taken over")
    account.sent.pop(claim.number, None)
    raise _settled(_explained(account, claim, error))


def _explained(account: Account, claim: Claim, error: LeaseError) -> LeaseError:
    """Say why nothing was leased: the number is somebody's, or gone, or what the service said."""
    number, service = claim.number, account.service
    gone = error.status in _GONE
    try:
        if held := service.find(number):
            return already_leased(account, claim, held)  # the no was about our call: the lease is another's
        offer = service.offer(number)
        gone = gone or offer is None or offer.standing in {"leased", "unavailable"}
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


def _settled(error: LeaseError) -> LeaseError:
    error.settled = True
    return error


def _saying(error: LeaseError, message: str) -> LeaseError:
    """Say more in an error, keeping what it knows."""
    said = copy.copy(error)
    said.args = (message,)
    return said
