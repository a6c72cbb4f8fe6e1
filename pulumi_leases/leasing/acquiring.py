"""Leasing a claimed number, once: take over what an interrupted run has leased, else pay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..domain.errors import LeaseError, NumberUnavailable, StillLeased
from ..domain.models import attributes
from .account import SETTLE_S
from .claiming import price_increase
from .ownership import already_leased, duplicate_lease_warning, find_own_lease, other_leases
from .paying import Obtained, paid, settled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..domain.models import Claim, Lease, Recorded
    from .account import Account
    from .choose import Limits

_SOON_S = 3600.0


def obtain(
    account: Account,
    claim: Claim,
    recorded: Recorded,
    *,
    fresh: bool,
    refused: bool,
    billing_method: str | None,
    limits: Limits,
    report: Callable[[str], None],
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
        report: Takes a passing line about what is waited for.

    Raises:
        NumberUnavailable, AlreadyLeased, Refused, RateLimited, Unreachable: Nothing was leased, nothing was charged.
        OutcomeUnknown: It is not known whether the lease was made; the next run finds out.
    """
    if claim.lease_id is not None:
        return Obtained(_adopted(account, claim), "adopted")
    doubtful = not (fresh or refused) or claim.number in account.sent
    if doubtful and (lease := _found(account, claim, recorded, report)):
        return _alone(account, Obtained(lease, "taken over"))
    if refused and (held := account.leases().value.get(claim.number)):
        raise settled(already_leased(account, claim, held))
    if not fresh:
        _still_at_its_price(account, claim, limits)
    obtained = paid(account, claim, recorded, billing_method, report, doubtful=doubtful)
    return _alone(account, obtained) if doubtful else obtained


def _alone(account: Account, obtained: Obtained) -> Obtained:
    """Look whether a call of an interrupted run has made a second lease, where a service does that."""
    service, lease = account.service, obtained.lease
    if service.one_lease_a_number:
        return obtained
    try:
        others = other_leases(lease, service.find(lease.number))
    except LeaseError as error:
        unasked = f"{lease.number}: it could not be asked whether it is leased once; `pulumi refresh` tells: {error}"
        return replace(obtained, warning=unasked)
    return replace(obtained, warning=duplicate_lease_warning(lease, others)) if others else obtained


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


def _found(account: Account, claim: Claim, recorded: Recorded, report: Callable[[str], None]) -> Lease | None:
    """Look for the lease of an interrupted run until no call of it can still be at work."""
    account.leases()  # first: its answer tells the service's time
    young_s = account.wait_left_s(recorded.at)
    old_enough_at = account.clock() + young_s
    listing = account.leases(
        since=old_enough_at if young_s < 0 else 0.0
    )  # while young, what is not listed is asked for
    held: Sequence[Lease] = listing.value.get(claim.number, [])
    if not held and young_s > 0:
        report(f"an interrupted run may have leased {claim.number}: waiting {young_s:.0f} s until that is certain")
        held = account.watch(claim.number, young_s, report)
    elif not held and not _is_on_offer(account, claim.number):
        held = account.service.find(claim.number)  # a number of ours is not on offer, and a listing may miss a lease
    if any(_is_going(account, lease) for lease in held):
        held = _gone(account, claim, report)
    return find_own_lease(account, claim, recorded, account.dated(held)) if held else None


def _is_on_offer(account: Account, number: str) -> bool:
    offer = account.look(number)
    return offer is not None and offer.availability not in {"leased", "unavailable"}


def _is_going(account: Account, lease: Lease) -> bool:
    """Whether a lease is being terminated: a new one has no end, or a distant one."""
    return lease.ends_at is not None and not lease.is_ending and account.age_s(lease.ends_at) > -_SOON_S


def _gone(account: Account, claim: Claim, report: Callable[[str], None]) -> Sequence[Lease]:
    """Wait for the end of a lease that an interrupted destroy has terminated; returns what is leased then.

    Raises:
        StillLeased: It takes longer.
    """
    report(f"{claim.number} is being terminated: waiting up to {SETTLE_S:.0f} s")

    def settled(held: Sequence[Lease]) -> bool:
        return not any(_is_going(account, lease) for lease in held)

    held = account.watch(claim.number, SETTLE_S, report, until=settled)
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
        NumberUnavailable: It is gone, or price_increase than it was quoted or may be.
    """
    offer = account.look(claim.number)
    why = None
    if offer is None or offer.availability in {"leased", "unavailable"}:
        why = "it is not on offer any more; `pulumi up --refresh` chooses another where a search is declared"
    elif exceeded := limits.exceeded(offer):
        why = exceeded[1]
    elif rose := price_increase(claim, offer):
        why = f"{rose}; `pulumi up --refresh` takes the new quote"
    if why:
        error = NumberUnavailable(
            f"{claim.number} was not leased from {account.service.name}: {why}. Nothing was charged",
            service=account.service.name,
        )
        raise settled(error)


def risen(claim: Claim, lease: Lease) -> str | None:
    """Say that the price rose between the quote and the lease; what the answer does not tell is as it was quoted."""
    untold = {key: quoted for key, quoted in attributes(claim).items() if getattr(lease, key) is None}
    rose = price_increase(claim, lease.model_copy(update=untold))
    return rose and f"{lease.number} is leased, and costs more than was said: {rose}"
