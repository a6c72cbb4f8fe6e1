"""Leasing a claimed number, once: take over what an interrupted run has leased, else pay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..domain.errors import LeaseError, NumberUnavailable, StillLeased
from ..domain.models import attributes
from .account import SETTLE_S
from .claiming import price_increase
from .ownership import duplicate_lease_warning, other_leases
from .paying import Acquired, Purchase, is_made, nothing_leased, pay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..domain.models import Claim, Lease, Order, Recorded
    from .account import Account
    from .choose import Limits
    from .record import OwnerRecord

_SOON_S = 3600.0


def acquire(
    account: Account,
    record: OwnerRecord,
    claim: Claim,
    recorded: Recorded,
    order: Order,
    *,
    is_fresh: bool,
    was_refused: bool,
    limits: Limits,
    report: Callable[[str], None],
) -> Acquired:
    """Lease a claimed number, or take over or adopt the lease that is there.

    Args:
        account: The login.
        record: What this run knows of the owner.
        claim: What was saved before.
        recorded: When and by whom it was saved.
        order: What a paying call carries.
        is_fresh: Whether this very run saved it, at today's price and after seeing that the number is not leased.
        was_refused: Whether an earlier run saw its paying call refused: by date, no lease can be ours then.
        limits: The most that it may cost now.
        report: Takes a passing line about what is waited for.

    Raises:
        NumberUnavailable, AlreadyLeased, Refused, RateLimited, Unreachable: Nothing was leased, nothing was charged.
        OutcomeUnknown: It is not known whether the lease was made; the next run finds out.
    """
    if claim.lease_id is not None:
        return Acquired(_find_adopted(account, claim), "adopted")
    is_resumed = not (is_fresh or was_refused) or record.last_sent_at is not None
    purchase = Purchase(account, claim, recorded, order, record, is_resumed, report)
    if is_resumed and (lease := _find_interrupted(purchase)):
        return _warn_of_second(account, Acquired(lease, "taken over"))
    if was_refused and (held := account.service.find(claim.number, recorded.reference)):
        return Acquired(purchase.own_despite_refusal(held), "taken over")
    try:
        if not is_fresh:
            _require_price(account, claim, limits)
        acquired = pay(purchase)
    except LeaseError as error:
        if is_resumed and error.nothing_leased:
            _doubt_login(account, claim, error)
        raise
    return _warn_of_second(account, acquired) if is_resumed else acquired


def _warn_of_second(account: Account, acquired: Acquired) -> Acquired:
    """Look whether a call of an interrupted run has made a second lease, where a service does that."""
    service, lease = account.service, acquired.lease
    if service.one_lease_a_number:
        return acquired
    try:
        others = other_leases(lease, service.find(lease.number))
    except LeaseError as error:
        unasked = (
            f"{lease.number}: it could not be asked whether it is leased once; `pulumi refresh` reports it: {error}"
        )
        return replace(acquired, warning=unasked)
    return replace(acquired, warning=duplicate_lease_warning(lease, others)) if others else acquired


def _find_adopted(account: Account, claim: Claim) -> Lease:
    lease = next((one for one in account.find(claim.number) if one.lease_id == claim.lease_id), None)
    if lease is None:
        raise NumberUnavailable(
            f"{claim.number}: lease {claim.lease_id}, which was to be adopted, is not held any more by account "
            f"{account.name!r} of {account.service.name}; nothing was charged",
            service=account.service.name,
        )
    return lease


def _find_interrupted(purchase: Purchase) -> Lease | None:
    """Look for the lease of an interrupted run until none of its calls can still be at work."""
    account, claim, report = purchase.account, purchase.claim, purchase.report
    recorded, reference, sent_at = purchase.recorded, purchase.recorded.reference, purchase.record.last_sent_at
    account.leases()  # first: its answer gives the service's time
    young_s = account.wait_left_s(max(recorded.at, sent_at or recorded.at))
    # While young, what is not listed is asked for.
    listing = account.leases(since=account.clock() + young_s if young_s < 0 else 0.0)
    held: Sequence[Lease] = listing.value.get(claim.number, [])
    if not held and young_s > 0:
        report(f"an interrupted run may have leased {claim.number}: waiting {young_s:.0f} s until that is certain")
        held = account.watch(claim.number, young_s, report, is_made, reference)
    elif not held and (reference or sent_at or not _is_on_offer(account, claim.number)):
        # A number of ours is not on offer, as far as that was read after our call; a listing may miss a lease, and a
        # purchase may have none yet.
        held = account.service.find(claim.number, reference)
    if any(_is_going(account, lease) for lease in held):
        held = _wait_for_end(account, claim, report)
    return purchase.own(account.fill_in_dates(held)) if held else None


def _doubt_login(account: Account, claim: Claim, error: LeaseError) -> None:
    """Take back that nothing was leased where nothing shows that this login is the one of the interrupted run."""
    if account.is_right(claim.login) or _is_on_offer(account, claim.number):
        return
    error.nothing_leased = False
    doubt = (
        f"{error}. Nothing shows that this is the login of the run that was interrupted, which may have leased it: with the "
        "right key, `pulumi up` takes it over. If it was never leased: `pulumi state delete` of its LeaseIntent"
    )
    error.args = (doubt,)


def _is_on_offer(account: Account, number: str) -> bool:
    offer = account.look(number)
    return offer is not None and offer.availability not in {"leased", "unavailable"}


def _is_going(account: Account, lease: Lease) -> bool:
    """Whether a lease is about to end; a new one has no end, or a distant one."""
    return lease.ends_at is not None and not lease.is_ending and account.age_s(lease.ends_at) > -_SOON_S


def _wait_for_end(account: Account, claim: Claim, report: Callable[[str], None]) -> Sequence[Lease]:
    """Wait for the end of a lease that an interrupted destroy has terminated; returns what is leased then.

    Raises:
        StillLeased: It takes longer.
    """
    report(f"{claim.number} is being terminated: waiting up to {SETTLE_S:.0f} s")

    def is_over(held: Sequence[Lease]) -> bool:
        return not any(_is_going(account, lease) for lease in held)

    held = account.watch(claim.number, SETTLE_S, report, until=is_over)
    if not is_over(held):
        raise StillLeased(
            f"{claim.number}: {claim.service} is still terminating its lease {held[0].lease_id}, as an interrupted destroy "
            "asked for; nothing was charged. Run `pulumi up` again when it is gone, which leases the number anew",
            service=claim.service,
        )
    return held


def _require_price(account: Account, claim: Claim, limits: Limits) -> None:
    """Check that the number is still on offer at the price that an old claim quotes.

    Raises:
        NumberUnavailable: It is gone, or costs more than it was quoted or may.
    """
    offer = account.look(claim.number)
    why = None
    if offer is None or offer.availability in {"leased", "unavailable"}:
        why = "it is not on offer any more; `pulumi up --refresh` chooses another where a search is declared"
    elif exceeded := limits.find_exceeded_limit(offer):
        why = exceeded[1]
    elif rose := price_increase(claim, offer):
        why = f"{rose}; `pulumi up --refresh` takes the new quote"
    if why:
        error = NumberUnavailable(
            f"{claim.number} was not leased from {account.service.name}: {why}. Nothing was charged",
            service=account.service.name,
        )
        raise nothing_leased(error)


def price_increase_warning(claim: Claim, lease: Lease) -> str | None:
    """Say that the price rose between the quote and the lease; what the answer leaves out counts as quoted."""
    unreported = {key: quoted for key, quoted in attributes(claim).items() if getattr(lease, key) is None}
    rose = price_increase(claim, lease.model_copy(update=unreported))
    return rose and f"{lease.number} is leased, and costs more than was quoted: {rose}"
