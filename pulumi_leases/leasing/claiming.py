"""Which number a resource is about to lease: kept, adopted, asked for or chosen, with its price. Never spends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..config import DEFAULT_ACCOUNT
from ..domain.errors import AlreadyLeased, InvalidInput, NumberUnavailable
from ..domain.models import Claim, Recorded, attributes
from ..domain.money import price
from ..domain.search import contradicted_criterion, unmet_criterion
from ..services import service_class
from .searching import chosen, tellable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..domain.models import Lease, Number, Offer
    from .account import Account
    from .inputs import IntentInputs
    from .run import Run


def still_meant(wish: IntentInputs, claim: Claim) -> bool:
    """Whether a claim that was made earlier still serves a wish; what the service does not tell speaks against nothing.

    Raises:
        InvalidInput: An explicit number is to move to another service or account, which no service can do.
    """
    elsewhere = next(
        (name for name in ("service", "account") if getattr(wish, name) not in (None, getattr(claim, name))), None
    )
    if wish.number is not None:
        if wish.number == claim.number and elsewhere:
            raise InvalidInput(
                elsewhere,
                f"{claim.number} was declared with {elsewhere} {getattr(claim, elsewhere)!r} and cannot move to "
                f"{getattr(wish, elsewhere)!r}: remove the resource and `pulumi up`, then declare it anew",
            )
        return wish.number == claim.number
    return elsewhere is None and wish.search is not None and contradicted_criterion(wish.search, claim) is None


def reclaimed(run: Run, owner: str, wish: IntentInputs, kept: Mapping[str, Any] | None) -> Claim:
    """Keep the claim that serves a wish, or make one.

    Args:
        run: The run.
        owner: The resource.
        wish: What the program asks for now.
        kept: The claim in the state, if there is one.

    Raises:
        As `claim` does.
    """
    old = Claim.model_validate(kept) if kept else None
    if old is None or kept is None:
        return claim(run, owner, wish, None)
    if not still_meant(wish, _told_now(run, wish, old)):
        return _gone_back(run, owner, wish, old) or _instead(run, claim(run, owner, _where(wish, old), None), old)
    if wish.search is not None and run.is_out_of_reach(owner, old.service, old.number):
        return _instead(run, claim(run, owner, _where(wish, old), None), old)
    if wish.adopt and old.lease_id is None:
        return _adoptable(run, owner, old)
    if wish.lease_again not in (None, old.again):
        return claim(run, owner, wish, old)
    if wish.search is not None and run.is_choice_of_another(owner, old.service, old.number):
        if run.account(old.service, old.account, old.login).find(old.number):
            raise InvalidInput(
                "search",
                f"{old.number} is leased to this account, and another search has chosen it in this run, since "
                f"{old.service} still has it on offer: run the same command again",
            )
        return claim(run, owner, wish, old)
    run.declare(owner, old.service, old.number)
    return old


def _told_now(run: Run, wish: IntentInputs, old: Claim) -> Claim:
    """Ask once more for what the service did not tell of a number, where an edited search is about that."""
    if wish.search is None or not still_meant(wish, old):
        return old
    tellable(service_class(old.service), wish.search)
    if unmet_criterion(wish.search, old) is None:
        return old
    held = run.account(old.service, old.account, old.login).leases().value.get(old.number, [])
    told = {key: value for lease in held for key, value in attributes(lease).items() if getattr(old, key) is None}
    return old.model_copy(update=told)


def _where(wish: IntentInputs, old: Claim) -> IntentInputs:
    """Stay with the service and the login that were recorded, where the program is silent."""
    account = wish.account or old.account
    return wish.model_copy(
        update={"account": account, "service": wish.service or (old.service if account == old.account else None)}
    )


def _gone_back(run: Run, owner: str, wish: IntentInputs, old: Claim) -> Claim | None:
    """Go back to the number that a claim was to take the place of, where it is leased still and serves the wish.

    An `up` that could not lease the new number has left the old one in the state.
    """
    held = run.account(old.service, old.account, old.login).leases().value.get(old.instead_of or "", [])
    if len(held) != 1 or held[0].is_ending:
        return None
    before = old.model_copy(update={**attributes(held[0]), "lease_id": None, "instead_of": None, "back": True})
    if not still_meant(wish, before):
        return None
    run.declare(owner, before.service, before.number)
    return before


def _instead(run: Run, new: Claim, old: Claim) -> Claim:
    """Note the number that the stack holds: the last one that was claimed and leased."""
    leased = old.number in run.account(old.service, old.account, old.login).leases().value
    return new.model_copy(update={"instead_of": old.number if leased else old.instead_of})


def _adoptable(run: Run, owner: str, old: Claim) -> Claim:
    """Let `adopt` be said after the fact, of a number that was declared before and turned out to be leased already."""
    run.declare(owner, old.service, old.number)
    held = run.account(old.service, old.account, old.login).leases().value.get(old.number, [])
    return old.model_copy(update=_taking(held[0])) if len(held) == 1 and not held[0].is_ending else old


def _taking(lease: Lease) -> dict[str, Any]:
    return {"lease_id": lease.lease_id, "billing_method": lease.billing_method}


def claim(run: Run, owner: str, wish: IntentInputs, kept: Claim | None) -> Claim:
    """Claim a number for a wish that no earlier claim serves, or whose lease was lost and may be made again.

    Args:
        run: Declares the number for `owner`, so that siblings never share one.
        owner: The resource.
        wish: What the program asks for.
        kept: The claim that would serve, where only consent to lease it again is new.

    Raises:
        AlreadyLeased: The account leases the number, and `adopt` was not said.
        NumberUnavailable: The number cannot be leased, or nothing on offer fits.
        InvalidInput: The wish cannot be met by this service, or another resource declares the number.
        LeaseError: The service could not be asked.
    """
    name = wish.account or (kept.account if kept else DEFAULT_ACCOUNT)
    service = wish.service or (kept.service if kept else run.config.service(name))
    account = run.account(service, name)
    if wish.number is not None:
        run.declare(owner, service, wish.number)
        return _by_number(account, wish, wish.number, kept)
    if kept and any(lease.lease_id == wish.lease_again for lease in account.leases().value.get(kept.number, [])):
        run.declare(owner, service, kept.number)
        return kept  # the lease was not lost after all
    assert wish.search is not None
    offer = chosen(run, account, owner, wish.search, wish.limits)
    return account.claim(offer).model_copy(update={"again": wish.lease_again})


def _by_number(account: Account, wish: IntentInputs, number: str, kept: Claim | None) -> Claim:
    held = account.leases().value.get(number, [])
    if held:
        return _held(account, wish, held, kept)
    if wish.adopt and not wish.lease_again:
        raise InvalidInput(
            "adopt",
            f"{number} is not leased by account {account.name!r} of {account.service.name}: there is nothing to adopt; "
            "without `adopt` it would be leased",
        )
    offer = _offer(account, number)
    _within(wish, offer)
    return account.claim(offer).model_copy(update={"again": wish.lease_again})


def _held(account: Account, wish: IntentInputs, held: Sequence[Lease], kept: Claim | None) -> Claim:
    held = [lease for lease in held if not lease.is_ending] or held
    lease = held[0]
    name = f"{account.service.name} (account {account.name!r})"
    if lease.is_ending:
        until = f" until {lease.ends_at:%Y-%m-%d %H:%M} UTC" if lease.ends_at else ""
        raise NumberUnavailable(
            f"{lease.number} is cancelled at {name}, lease {lease.lease_id}, and held{until} all the same: it can be neither "
            "adopted nor leased before; choose another number",
            service=account.service.name,
        )
    if len(held) > 1:
        raise AlreadyLeased(
            f"{lease.number} is leased {len(held)} times by {name}: {', '.join(one.lease_id for one in held)}; "
            "cancel all but one with the service, or with `pulumi-leases orphans --release`",
            service=account.service.name,
        )
    if kept is not None and lease.lease_id == wish.lease_again:
        return kept  # the lease was not lost after all
    if kept is not None and wish.lease_again and not wish.adopt:
        raise AlreadyLeased(
            f"{lease.number} is leased by {name} as lease {lease.lease_id}, and lease_again names {wish.lease_again}. If "
            f"{lease.lease_id} is this resource's own, leave lease_again out; if others of the account have leased the number "
            f"since: choose another number, or take it over with `adopt=True` or `pulumi-leases import {lease.number}`",
            service=account.service.name,
        )
    if not wish.adopt:
        raise AlreadyLeased(
            f"{lease.number} is already leased by {name}, lease {lease.lease_id}, and not by this resource. "
            f"To take it over without paying: `adopt=True`, or `pulumi-leases import {lease.number}`. To lease another: "
            "choose another number. Was the resource renamed or moved? Give it an alias. Was it `--replace` of a "
            "LeaseIntent? Replace the LeasedNumber instead",
            service=account.service.name,
        )
    return account.claim(lease).model_copy(update=_taking(lease))


def _offer(account: Account, number: str) -> Offer:
    """Find one number among what is on offer, or alone: absence from a listing proves nothing."""
    offer = account.look(number)
    if offer is None or offer.availability in {"leased", "unavailable"}:
        why = "it does not offer it" if offer is None else f"it is {offer.availability}"
        taken = " by somebody else" if offer and offer.availability == "leased" else ""
        raise NumberUnavailable(
            f"{number} cannot be leased from {account.service.name}: {why}{taken}; choose another number",
            service=account.service.name,
        )
    return offer


def _within(wish: IntentInputs, offer: Offer) -> None:
    if exceeded := wish.limits.exceeded(offer):
        limit, reason = exceeded
        raise InvalidInput(limit, reason)


@dataclass(frozen=True)
class Renewed:
    """A claim that is not leased yet, after a refresh."""

    claim: Claim
    recorded: Recorded


def renewed(
    run: Run, account: Account, claim: Claim, recorded: Recorded, report: Callable[[str], None]
) -> Renewed | None:
    """Look again at a claim: one that is not leased and still on offer gets today's quote; None where it stays as it is.

    A number that is neither leased to the account nor on offer any more is noted as gone. Where the refresh finds that its
    paying call was refused, no call of an interrupted run can be at work.
    """
    number = claim.service, claim.number
    if account.leases().value.get(claim.number):
        return None
    offer = account.look(claim.number)
    leasable = offer is not None and offer.availability in {"available", "on request"}
    young_s = account.wait_left_s(recorded.at)

    def settled(held: Sequence[Lease] = ()) -> bool:
        return bool(held) or run.is_refused(number)

    doubtful = recorded.run != run.id and young_s > 0 and not settled()
    if doubtful and (leasable or account.watch(claim.number, young_s, report, until=settled)):
        return None  # a call of an interrupted run may be at work
    if offer is None or not leasable:
        if not account.service.find(claim.number):  # what the shared listing does not show may be leased all the same
            run.gone.add(number)
        return None
    quote = account.claim(offer).model_copy(update={"again": claim.again, "instead_of": claim.instead_of})
    return Renewed(quote, Recorded(run=run.id, at=account.service.now()))


def price_increase(quoted: Claim, offer: Number) -> str | None:
    """Say how a number costs more than it was quoted, or may; None where it does not."""
    rose = quoted.currency not in (None, offer.currency) or any(
        was is not None and (told is None or told > was)
        for was, told in (
            (quoted.monthly_rate, offer.monthly_rate),
            (quoted.upfront_fee, offer.upfront_fee),
        )
    )
    if not rose:
        return None
    was = price(quoted.currency, quoted.monthly_rate, quoted.upfront_fee)
    return f"it was quoted at {was}, and is {price(offer.currency, offer.monthly_rate, offer.upfront_fee)} now"
