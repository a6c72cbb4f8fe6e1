"""Which number a resource is about to lease: kept, adopted, asked for or chosen, with its price. Never spends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..config import DEFAULT_ACCOUNT
from ..domain.errors import AlreadyLeased, InvalidInput, NumberUnavailable
from ..domain.models import Claim, Recorded, attributes
from ..domain.money import price
from ..domain.search import unmet_criterion
from ..services import service_class
from .ownership import join_lease_ids
from .replacement import go_back, note_predecessor, serves
from .searching import choose_by_search, require_reportable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..domain.models import Lease, Number, Offer
    from .account import Account
    from .inputs import IntentInputs
    from .record import OwnerRecord
    from .run import Run


def resolve_claim(run: Run, owner: str, asked: IntentInputs, kept: Mapping[str, Any] | None) -> Claim:
    """Keep the claim that serves what the program asks for, or make one.

    Args:
        run: The run.
        owner: The URN of the LeasedNumber.
        asked: What the program asks for now.
        kept: The claim in the state, if there is one.

    Raises:
        InvalidInput: Another search has chosen the number in this run; or as `make_claim`, which may raise the others too.
    """
    old = Claim.model_validate(kept) if kept else None
    if old is None:
        return make_claim(run, owner, asked, None)
    is_lost_race = asked.search is not None and run.record(owner).is_out_of_reach(old.number)
    if is_lost_race or not serves(asked, _fill_in_unreported(run, asked, old)):
        back = None if is_lost_race else go_back(run, owner, asked, old)
        return back or note_predecessor(run, make_claim(run, owner, _keep_service_and_account(asked, old), None), old)
    if asked.adopt and old.lease_id is None:
        return _adopt_declared(run, owner, old)
    if asked.lease_again not in (None, old.again):
        return make_claim(run, owner, asked, old)
    if asked.search is not None and run.is_choice_of_another(owner, old.service, old.number):
        if run.account(old.service, old.account, old.login).find(old.number):
            raise InvalidInput(
                "search",
                f"{old.number} is leased to this account, and another search has chosen it in this run, since "
                f"{old.service} still has it on offer: run the same command again",
            )
        return make_claim(run, owner, asked, old)
    run.declare(owner, old.service, old.number)
    return old


def _fill_in_unreported(run: Run, asked: IntentInputs, old: Claim) -> Claim:
    """Fill in what the service did not report of a claimed number, from its lease, where an edited search asks for that."""
    if asked.search is None or not serves(asked, old):
        return old
    require_reportable(service_class(old.service), asked.search)
    if unmet_criterion(asked.search, old) is None:
        return old
    held = run.account(old.service, old.account, old.login).leases().value.get(old.number, [])
    reported = {key: value for lease in held for key, value in attributes(lease).items() if getattr(old, key) is None}
    return old.model_copy(update=reported)


def _keep_service_and_account(asked: IntentInputs, old: Claim) -> IntentInputs:
    """Keep the service and the account of the old claim where the program names none."""
    account = asked.account or old.account
    return asked.model_copy(
        update={"account": account, "service": asked.service or (old.service if account == old.account else None)}
    )


def _adopt_declared(run: Run, owner: str, old: Claim) -> Claim:
    """Adopt the lease of a number that was declared without `adopt`; the claim stays where several are, or one is ending."""
    run.declare(owner, old.service, old.number)
    account = run.account(old.service, old.account, old.login)
    held = account.leases().value.get(old.number, [])
    if not held:
        raise _nothing_to_adopt(account, old.number)
    return old.model_copy(update=_adopted_fields(held[0])) if len(held) == 1 and not held[0].is_ending else old


def _nothing_to_adopt(account: Account, number: str) -> InvalidInput:
    return InvalidInput(
        "adopt",
        f"{number} is not leased by account {account.name!r} of {account.service.name}: there is nothing to adopt, and "
        "adopt=True never leases; leave `adopt` out to lease it",
    )


def _adopted_fields(lease: Lease) -> dict[str, Any]:
    return {"lease_id": lease.lease_id, "billing_method": lease.billing_method}


def make_claim(run: Run, owner: str, asked: IntentInputs, kept: Claim | None) -> Claim:
    """Claim the number that the program names, or the best one that its search finds.

    Args:
        run: Declares the number for `owner`, so that siblings never share one.
        owner: The URN of the LeasedNumber.
        asked: What the program asks for.
        kept: The earlier claim, where it serves but for `lease_again` or for another search that chose its number.

    Raises:
        AlreadyLeased: The account leases the number, and the program does not say `adopt`.
        NumberUnavailable: The number cannot be leased, or nothing on offer fits.
        InvalidInput: This service cannot meet it, or another resource declares the number.
        LeaseError: The service could not be asked.
    """
    name = asked.account or (kept.account if kept else DEFAULT_ACCOUNT)
    service = asked.service or (kept.service if kept else run.config.service(name))
    account = run.account(service, name)
    if asked.number is not None:
        run.declare(owner, service, asked.number)
        return _claim_by_number(run, owner, account, asked, kept)
    if kept and any(account.may_be_it(one, asked.lease_again) for one in account.leases().value.get(kept.number, [])):
        run.declare(owner, service, kept.number)
        return kept  # the lease was not lost after all
    assert asked.search is not None
    offer = choose_by_search(run, account, owner, asked.search, asked.limits)
    return _claim_offer(run, owner, account, asked, offer)


def _claim_offer(run: Run, owner: str, account: Account, asked: IntentInputs, offer: Offer) -> Claim:
    """Claim a number that is on offer, and note what the service wants before it leases it."""
    run.record(owner).wants = offer.requirements
    return account.claim(offer).model_copy(update={"again": asked.lease_again})


def _claim_by_number(run: Run, owner: str, account: Account, asked: IntentInputs, kept: Claim | None) -> Claim:
    """Claim the number that the program names: to adopt it where the account leases it already, else to lease it."""
    number = asked.number
    assert number is not None
    held = account.leases().value.get(number, [])
    if held:
        return _adopt_or_refuse(account, asked, held, kept)
    if asked.adopt:
        raise _nothing_to_adopt(account, number)
    offer = _find_offer(account, number)
    _check_limits(asked, offer)
    return _claim_offer(run, owner, account, asked, offer)


def _adopt_or_refuse(account: Account, asked: IntentInputs, held: Sequence[Lease], kept: Claim | None) -> Claim:
    """Claim a number that the account leases already, where the program adopts it; otherwise say how to go on."""
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
            f"cancel all but one with the service, or with `pulumi-leases orphans --release {lease.number}`",
            service=account.service.name,
        )
    if kept is not None and account.may_be_it(lease, asked.lease_again):
        return kept  # the lease was not lost after all
    if kept is not None and asked.lease_again and not asked.adopt:
        raise AlreadyLeased(
            f"{lease.number} is leased by {name} as lease {lease.lease_id}, and lease_again names {asked.lease_again}. If "
            f"{lease.lease_id} is this resource's own, leave lease_again out; if others of the account have leased the number "
            f"since: choose another number, or take it over with `adopt=True` or `pulumi-leases import {lease.number}`",
            service=account.service.name,
        )
    if not asked.adopt:
        raise AlreadyLeased(
            f"{lease.number} is already leased by account {account.name!r} of {account.service.name} "
            f"({join_lease_ids([lease])}), and this stack has no record of it under this name. Renamed or moved? Give the "
            'resource `opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="OLD-NAME")])`. Leased by another stack '
            "(`pulumi-leases orphans` shows which)? Choose another number. To take it over without paying: `adopt=True`, or "
            f"`pulumi-leases import {lease.number}`. Was it `--replace` of a LeaseIntent? Replace the LeasedNumber instead",
            service=account.service.name,
        )
    return account.claim(lease).model_copy(update=_adopted_fields(lease))


def _find_offer(account: Account, number: str) -> Offer:
    """Find the offer of one number, or raise NumberUnavailable; a number that the listing leaves out is asked for by itself."""
    offer = account.look(number)
    if offer is None or offer.availability in {"leased", "unavailable"}:
        why = "it does not offer it" if offer is None else f"it is {offer.availability}"
        taken = " by somebody else" if offer and offer.availability == "leased" else ""
        raise NumberUnavailable(
            f"{number} cannot be leased from {account.service.name}: {why}{taken}; choose another number",
            service=account.service.name,
        )
    return offer


def _check_limits(asked: IntentInputs, offer: Offer) -> None:
    if exceeded := asked.limits.find_exceeded_limit(offer):
        limit, reason = exceeded
        raise InvalidInput(limit, reason)


@dataclass(frozen=True)
class RenewedClaim:
    """A claim that is not leased yet, with today's quote, and the record of who wrote it."""

    claim: Claim
    recorded: Recorded


def renew_claim(
    run: Run, account: Account, record: OwnerRecord, claim: Claim, recorded: Recorded, report: Callable[[str], None]
) -> RenewedClaim | None:
    """Give a claim that is not leased yet today's quote, where its number is still on offer; None where the claim stays.

    A number that is neither leased to the account nor on offer any more is noted as such. A claim that adopts a lease stays:
    it never leads to a purchase. Where the refresh finds that the paying call was refused, no call of an interrupted run
    can be at work.
    """
    if claim.lease_id is not None or account.leases().value.get(claim.number):
        return None
    offer = account.look(claim.number)
    is_leasable = offer is not None and offer.availability in {"available", "on request"}
    young_s = account.wait_left_s(recorded.at)

    def is_decided(held: Sequence[Lease] = ()) -> bool:
        return bool(held) or record.is_refused(claim.number)

    is_doubtful = recorded.run != run.id and young_s > 0 and not is_decided()
    reference = recorded.reference
    if is_doubtful and (is_leasable or account.watch(claim.number, young_s, report, is_decided, reference)):
        return None  # a call of an interrupted run may be at work
    # What the shared listing does not show may be leased all the same, and a purchase may have no lease yet.
    if (reference or not is_leasable) and account.service.find(claim.number, reference):
        return None
    if offer is None or not is_leasable:
        record.found_unavailable = claim.number
        return None
    quote = account.claim(offer).model_copy(update={"again": claim.again, "instead_of": claim.instead_of})
    return RenewedClaim(quote, Recorded(run=run.id, at=account.service.now(), reference=reference))


def price_increase(quoted: Claim, offer: Number) -> str | None:
    """Say how a number costs more than it was quoted, or may; None where it does not."""
    rose = quoted.currency not in (None, offer.currency) or any(
        was is not None and (now is None or now > was)
        for was, now in (
            (quoted.monthly_rate, offer.monthly_rate),
            (quoted.upfront_fee, offer.upfront_fee),
        )
    )
    if not rose:
        return None
    was = price(quoted.currency, quoted.monthly_rate, quoted.upfront_fee)
    return f"it was quoted at {was}, and is {price(offer.currency, offer.monthly_rate, offer.upfront_fee)} now"
