"""Which number is about to be leased: kept, adopted, asked for or chosen. The vendor's journal counts the calls."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.config import Config
from pulumi_leases.domain.errors import AlreadyLeased, InvalidInput, LeaseError, NoAnswer, NumberUnavailable
from pulumi_leases.domain.models import Claim, Offer, Order, Recorded
from pulumi_leases.engine.state import write_claim
from pulumi_leases.leasing.account import SETTLE_S
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.claiming import RenewedClaim, price_increase, renew_claim, resolve_claim
from pulumi_leases.leasing.inputs import IntentInputs, validate
from pulumi_leases.leasing.replacement import serves
from pulumi_leases.leasing.run import Run

from ..lab import NUMBER, OTHER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewLab
    from ..lab import Lab

    NewRun = Callable[[], Run]

URN = "urn:pulumi:{stack}::leases-test::pulumi-python:dynamic/leases:LeasedNumber::{name}"
IN_201 = {"country": "US", "area_code": "201"}
RECORDED = {"run": "another run", "at": "2026-10-06T12:00:00Z"}


@pytest.fixture
def new_run(environ: dict[str, str], vendor: Vendor) -> Iterator[NewRun]:
    """Begin runs of the emulator's user, who has a second login called `eu`."""
    settings = {**environ, "LEASES_EU_TOKEN": vendor.token("eu"), "LEASES_EU_BASE_URL": vendor.contiguity}
    begun: list[Run] = []

    def begin() -> Run:
        begun.append(Run(Config(lambda _: None, settings)))
        return begun[-1]

    yield begin
    for run in begun:
        for account in run._accounts.values():
            account.service.close()


@pytest.fixture
def run(new_run: NewRun) -> Run:
    return new_run()


def owner(name: str = "support", stack: str = "dev") -> str:
    return URN.format(stack=stack, name=name)


def claimed(run: Run, kept: Claim | None = None, by: str = "support", stack: str = "dev", **said: Any) -> Claim:
    """Check what the program says, with the claim that is in the state."""
    asked = validate(IntentInputs, said)
    return resolve_claim(run, owner(by, stack), asked, write_claim(kept) if kept else None)


def refused(run: Run, kind: type[LeaseError], kept: Claim | None = None, **said: Any) -> str:
    """Check, and fail with exactly this kind of error, without a write at the vendor."""
    with pytest.raises(LeaseError) as caught:
        claimed(run, kept, **said)
    assert type(caught.value) is kind, repr(caught.value)
    return str(caught.value)


def operations(vendor: Vendor, since: int = 0) -> list[str]:
    return [call.operation for call in vendor.journal(since)]


# A new number, named.


def test_a_named_number_is_quoted(run: Run, vendor: Vendor) -> None:
    """From one listing of leases and one of offers, with everything that the service says."""
    claim = claimed(run, number="+1 201 555 0123")
    assert (claim.number, claim.service, claim.account, claim.lease_id) == (NUMBER, "contiguity", "default", None)
    assert (claim.country, claim.city, claim.capabilities) == ("US", "Jersey City", ("mms", "sms"))
    assert (claim.currency, claim.monthly_rate, claim.upfront_fee) == ("USD", Decimal(12), Decimal("1.5"))
    claimed(run, by="sales", number=OTHER)
    assert operations(vendor) == ["leased", "available"]
    assert run.owner("contiguity", NUMBER) == owner()


def test_a_number_that_is_not_listed_is_asked_for(run: Run, vendor: Vendor) -> None:
    """Absence from a listing proves nothing."""
    vendor.switch("contiguity", unentitled="hidden")
    vendor.change_offer("contiguity", NUMBER, requirements=["enterprise_plan_required"])
    vendor.change_offer("contiguity", OTHER, status="g-available")
    assert claimed(run, number=NUMBER).number == NUMBER
    assert claimed(run, by="sales", number=OTHER).number == OTHER


@pytest.mark.parametrize(
    ("availability", "why"),
    [
        ("leased", "it is leased by somebody else"),
        ("unavailable", "it is unavailable"),
        ("404", "it does not offer it"),
    ],
)
def test_a_strangers_number_cannot_be_claimed(run: Run, vendor: Vendor, availability: str, why: str) -> None:
    """Reported in the preview, with why."""
    vendor.switch("contiguity", stranger_number=availability)
    vendor.lease("contiguity", NUMBER)
    message = refused(run, NumberUnavailable, number=NUMBER)
    assert message == f"{NUMBER} cannot be leased from contiguity: {why}; choose another number"


def test_a_number_that_the_account_leases_already_is_not_claimed(run: Run, vendor: Vendor) -> None:
    """Never a silent adoption: every way on is named."""
    lease = vendor.lease("contiguity", NUMBER, vendor.token())
    message = refused(run, AlreadyLeased, number=NUMBER)
    for part in (
        f"already leased by account 'default' of contiguity (lease {lease.lease_id}), and this stack has no record of it",
        "`adopt=True`",
        f"`pulumi-leases import {NUMBER}`",
        'aliases=[pulumi.Alias(name="OLD-NAME")]',
        "Replace the LeasedNumber instead",
    ):
        assert part in message
    assert operations(vendor) == ["leased"]


def test_a_number_above_a_limit_is_not_claimed(run: Run) -> None:
    """On the limit that it exceeds."""
    with pytest.raises(InvalidInput) as caught:
        claimed(run, number=NUMBER, max_monthly_rate=20, max_upfront_fee=1)
    assert caught.value.property == "max_upfront_fee"
    assert claimed(run, number=NUMBER, max_monthly_rate=12, max_upfront_fee=1.5).number == NUMBER


def test_a_number_has_one_owner(run: Run) -> None:
    """Both are named."""
    claimed(run, number=NUMBER)
    message = refused(run, InvalidInput, by="sales", number=NUMBER)
    assert message == f"{NUMBER} is declared twice: by sales and by support; one number, one resource"


@pytest.mark.parametrize("operation", ["leased", "available"])
def test_without_a_complete_listing_nothing_is_claimed(run: Run, vendor: Vendor, operation: str) -> None:
    """What cannot be read is no empty list."""
    vendor.fault(operation, "status", code=500, times=0)
    refused(run, NoAnswer, number=NUMBER)
    refused(run, NoAnswer, by="sales", search=IN_201)


# Adoption.


def test_adopting_takes_the_lease_as_it_is(run: Run, vendor: Vendor) -> None:
    """Its id and its billing, and today's price."""
    lease = vendor.lease("contiguity", NUMBER, vendor.token(), billing_method="service_contract")
    claim = claimed(run, number=NUMBER, adopt=True)
    assert (claim.lease_id, claim.billing_method) == (lease.lease_id, "service_contract")
    assert claim.monthly_rate == Decimal(12)
    assert operations(vendor) == ["leased"]


def test_what_is_not_leased_cannot_be_adopted(run: Run, vendor: Vendor) -> None:
    """`adopt` never pays."""
    message = refused(run, InvalidInput, number=NUMBER, adopt=True)
    assert "there is nothing to adopt, and adopt=True never leases; leave `adopt` out to lease it" in message


def test_a_claim_that_adopts_stays_when_its_lease_has_ended(
    new_run: NewRun, lab: Lab, vendor: Vendor, recorded: Recorded
) -> None:
    """The first `up` saved the claim only, and the lease ended outside: no refresh turns it into one that pays."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    kept = claimed(new_run(), number=NUMBER, adopt=True)
    vendor.terminate("contiguity", NUMBER)
    vendor.clock(advance_s=SETTLE_S + 1)
    run = new_run()

    assert refreshed(run, lab, kept, recorded) is None
    assert claimed(run, kept, number=NUMBER, adopt=True) == kept
    with pytest.raises(NumberUnavailable, match=kept.lease_id):
        acquire(
            lab.account,
            lab.record,
            kept,
            recorded,
            Order(number=NUMBER),
            is_fresh=False,
            was_refused=False,
            limits=Limits(),
            report=lab.reported.append,
        )
    assert vendor.writes() == []
    assert [charge for charge in vendor.charges() if charge.at > recorded.at.timestamp() + SETTLE_S] == []


def test_a_cancelled_lease_is_neither_adopted_nor_made_again(run: Run, vendor: Vendor) -> None:
    """It runs out, and the number is held until then."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.set_status("contiguity", NUMBER, "ending")
    for adopt in (True, False):
        message = refused(run, NumberUnavailable, number=NUMBER, adopt=adopt)
        assert "it can be neither adopted nor leased before; choose another number" in message


@pytest.mark.parametrize("adopt", [True, False])
def test_a_number_that_is_leased_twice_is_not_claimed(run: Run, vendor: Vendor, *, adopt: bool) -> None:
    """Both ids are reported: a person must cancel one."""
    ids = [vendor.lease("contiguity", NUMBER, vendor.token(), again=again).lease_id for again in (False, True)]
    message = refused(run, AlreadyLeased, number=NUMBER, adopt=adopt)
    assert f"is leased 2 times by contiguity (account 'default'): {ids[0]}, {ids[1]}" in message


def test_adopt_may_be_said_after_the_fact(new_run: NewRun, vendor: Vendor) -> None:
    """Of a number that was claimed before and turned out to be leased already."""
    kept = claimed(new_run(), number=NUMBER)
    lease = vendor.lease("contiguity", NUMBER, vendor.token())
    assert claimed(new_run(), kept, number=NUMBER, adopt=True).lease_id == lease.lease_id
    vendor.terminate("contiguity", NUMBER)
    assert "there is nothing to adopt" in refused(new_run(), InvalidInput, kept, number=NUMBER, adopt=True)


# A new number, searched for.


def test_a_search_chooses_the_cheapest(run: Run, vendor: Vendor) -> None:
    """Of what fits; the price is in the claim."""
    vendor.change_offer("contiguity", OTHER, recurring_fee=0.5, upfront_fee=0.0)
    claim = claimed(run, search=IN_201)
    assert (claim.number, claim.monthly_rate) == (OTHER, Decimal("0.5"))
    assert operations(vendor) == ["leased", "available"]


def test_siblings_never_share_a_choice(run: Run) -> None:
    """Nor with what is named, declared or leased."""
    run.siblings.named.add("+1 (201) 555-0125")
    claimed(run, by="named", number=NUMBER)
    numbers = {claimed(run, by=f"n{index}", search=IN_201).number for index in range(5)}
    assert len(numbers) == 5
    assert not numbers & {NUMBER, "+12015550125"}


def test_a_leased_number_is_not_chosen(run: Run, vendor: Vendor) -> None:
    """Not even where the service still has it on offer."""
    vendor.change_offer("contiguity", NUMBER, recurring_fee=0.0, upfront_fee=0.0)
    vendor.lease("contiguity", NUMBER, vendor.token())
    assert claimed(run, search=IN_201).number != NUMBER


def test_stacks_do_not_race_for_the_first(new_run: NewRun, vendor: Vendor) -> None:
    """Among equals one stack finds the same again and again, others find others."""
    vendor.remove_offer("contiguity")
    for last in range(10):
        vendor.add_offer("contiguity", f"+1201555013{last}", recurring_fee=2.0, upfront_fee=0.0)
    chosen = [claimed(new_run(), stack=f"s{index}", search=IN_201).number for index in (1, 2, 3)]
    assert chosen == [claimed(new_run(), stack=f"s{index}", search=IN_201).number for index in (1, 2, 3)]
    assert len(set(chosen)) > 1


@pytest.mark.parametrize(
    ("said", "property_", "message"),
    [
        ({"search": {"country": "CH"}}, "search", "fits country CH"),
        (
            {"search": {"prefix": "+44", "contains": "0000000"}},
            "search",
            "numbers on offer at contiguity fits prefix +44, contains 0000000",
        ),
        (
            {"search": IN_201, "max_monthly_rate": 0.01},
            "max_monthly_rate",
            "and all of them exceed a limit; the best is +1201",
        ),
        ({"search": {"number_type": "local"}}, "search", "contiguity cannot tell number_type of a number"),
        ({"search": {"capabilities": ["sms"]}}, "search", "a search needs country or prefix"),
        (
            {"search": {"capabilities": ["voice"]}},
            "search",
            "contiguity cannot tell whether a number has voice",
        ),
    ],
)
def test_nothing_to_choose_is_reported_with_why(run: Run, said: dict[str, Any], property_: str, message: str) -> None:
    """Nothing fits, all is too dear, or nobody could know."""
    with pytest.raises(InvalidInput) as caught:
        claimed(run, **said)
    assert caught.value.property == property_
    assert message in str(caught.value)


def test_when_all_are_taken_the_preview_says_so(run: Run, vendor: Vendor) -> None:
    """By this program or account."""
    vendor.remove_offer("contiguity")
    vendor.add_offer("contiguity", NUMBER)
    claimed(run, search=IN_201)
    assert "1 fit country US, area_code 201, and all that may be leased are taken" in refused(
        run, InvalidInput, by="sales", search=IN_201
    )


def test_an_unknown_price_exceeds_any_limit(run: Run, vendor: Vendor) -> None:
    """And without a limit it is null, never nothing."""
    vendor.switch("contiguity", prices="absent")
    assert "the service does not tell the monthly_rate" in refused(
        run, InvalidInput, search=IN_201, max_monthly_rate=100
    )
    claim = claimed(run, by="sales", search=IN_201)
    assert (claim.currency, claim.monthly_rate, claim.upfront_fee) == (None, None, None)


# A claim in the state.


@pytest.mark.parametrize("said", [{"number": NUMBER}, {"number": "+1 201-555-0123"}])
def test_a_kept_number_costs_no_call(new_run: NewRun, vendor: Vendor, said: dict[str, Any]) -> None:
    """Whatever its price is today, and however it is written now."""
    kept = claimed(new_run(), number=NUMBER)
    vendor.change_offer("contiguity", NUMBER, recurring_fee=99.0)
    before, run = len(vendor.journal()), new_run()
    assert claimed(run, kept, **said) == kept
    assert len(vendor.journal()) == before
    assert run.owner("contiguity", NUMBER) == owner()


@pytest.mark.parametrize(
    "search",
    [
        IN_201,
        {"country": "US"},
        {"country": "us", "capabilities": ["sms"]},
        {"prefix": "+1201", "min_reputation": 0.99, "order_by": "reputation"},
    ],
)
def test_a_search_that_the_held_number_still_fits_keeps_it(
    new_run: NewRun, vendor: Vendor, search: dict[str, Any]
) -> None:
    """Whatever else comes on offer; what counts at choice only counts no more."""
    kept = claimed(new_run(), search=IN_201)
    vendor.add_offer("contiguity", "+12015550199", recurring_fee=0.0, upfront_fee=0.0)
    before = len(vendor.journal())
    assert claimed(new_run(), kept, search=search) == kept
    assert len(vendor.journal()) == before


def test_a_search_that_the_held_number_does_not_fit_chooses_anew(new_run: NewRun, vendor: Vendor) -> None:
    """And notes which number is held, so that the edit can be taken back."""
    kept = claimed(new_run(), search=IN_201)
    vendor.lease("contiguity", kept.number, vendor.token())
    new = claimed(new_run(), kept, search={"country": "GB"})
    assert (new.country, new.instead_of) == ("GB", kept.number)


def test_what_was_not_known_is_asked_once_more(new_run: NewRun, vendor: Vendor) -> None:
    """An edited search about what the claim does not know is held against what the service says of the lease."""
    kept = claimed(new_run(), search=IN_201).model_copy(update={"city": None})
    vendor.lease("contiguity", kept.number, vendor.token())
    assert claimed(new_run(), kept, search={**IN_201, "city": "Jersey City"}) == kept
    assert claimed(new_run(), kept, search={"country": "US", "city": "Miami"}).city == "Miami"


def test_an_edit_to_a_third_number_does_not_go_back(new_run: NewRun, vendor: Vendor) -> None:
    """Only the number that is held is gone back to; and it stays noted."""
    kept = claimed(new_run(), number=NUMBER)
    vendor.lease("contiguity", NUMBER, vendor.token())
    edited = claimed(new_run(), kept, number=OTHER)
    third = claimed(new_run(), edited, number="+12015550125")
    assert (third.number, third.instead_of, third.back) == ("+12015550125", NUMBER, None)


def test_an_edit_that_is_taken_back_goes_back(new_run: NewRun, vendor: Vendor) -> None:
    """The number that is held is the resource again; a run may not take for granted that it is ours."""
    kept = claimed(new_run(), number=NUMBER)
    vendor.lease("contiguity", NUMBER, vendor.token())
    edited = claimed(new_run(), kept, number=OTHER)
    assert edited.instead_of == NUMBER
    back = claimed(new_run(), edited, number=NUMBER)
    assert (back.number, back.back, back.lease_id, back.instead_of) == (NUMBER, True, None, None)


@pytest.mark.parametrize(("name", "value"), [("account", "eu"), ("service", "telesign")])
def test_a_named_number_cannot_move(new_run: NewRun, vendor: Vendor, name: str, value: str) -> None:
    """No service can move it; the error names the way round."""
    kept = claimed(new_run(), number=NUMBER)
    message = refused(new_run(), InvalidInput, kept, number=NUMBER, **{name: value})
    assert message.startswith(f"{NUMBER} was declared with {name}")
    assert f"cannot move to {value!r}: remove the resource and `pulumi up`, then declare it anew" in message


def test_a_default_that_changes_moves_nothing(new_run: NewRun) -> None:
    """Service and login were recorded; silence keeps them."""
    kept = claimed(new_run(), number=NUMBER, account="eu")
    assert claimed(new_run(), kept, number=NUMBER) == kept
    assert kept.account == "eu"


def test_a_search_moves_to_another_login(new_run: NewRun, vendor: Vendor) -> None:
    """With a number of that login's; where the program is silent it stays there."""
    kept = claimed(new_run(), search=IN_201)
    moved = claimed(new_run(), kept, search=IN_201, account="eu")
    assert (moved.account, vendor.journal()[-1].login) == ("eu", vendor.token("eu"))
    assert claimed(new_run(), moved, search={"country": "GB"}).account == "eu"


def test_a_choice_that_is_gone_is_chosen_anew(new_run: NewRun, vendor: Vendor) -> None:
    """In the run whose refresh saw it, and that it was never ours: refused, or another is held in its place."""
    kept = claimed(new_run(), search=IN_201)
    vendor.lease("contiguity", kept.number)
    refused_before, replacing = new_run(), new_run()
    refused_before.record(owner()).refused = (kept.number, RECORDED)
    replacing.record(owner()).holds = OTHER
    for run in (refused_before, replacing):
        run.record(owner()).found_unavailable = kept.number
        assert claimed(run, kept, search=IN_201).number != kept.number
        assert claimed(run, kept, by="named", number=kept.number) == kept
    assert claimed(new_run(), kept, search=IN_201) == kept


def test_a_choice_that_was_claimed_anew_since_it_was_refused_is_kept(new_run: NewRun, vendor: Vendor) -> None:
    """Under the newer record an interrupted run may have leased it: to choose another would be to pay twice."""
    kept = claimed(new_run(), search=IN_201)
    vendor.lease("contiguity", kept.number, vendor.token())
    run = new_run()
    record = run.record(owner())
    record.found_unavailable = kept.number
    record.refused, record.recorded = (kept.number, RECORDED), {**RECORDED, "run": "a later run"}
    assert claimed(run, kept, search=IN_201) == kept
    record.recorded = RECORDED
    assert claimed(run, kept, search=IN_201).number != kept.number


def test_a_choice_that_may_have_been_leased_is_kept(new_run: NewRun, vendor: Vendor) -> None:
    """Lost, or not known ever to have been refused: a wrong key makes it seem gone too."""
    kept = claimed(new_run(), search=IN_201)
    vendor.lease("contiguity", kept.number)
    lost, unknown = new_run(), new_run()
    lost.record(owner()).holds = kept.number
    for run in (lost, unknown):
        run.record(owner()).found_unavailable = kept.number
        assert claimed(run, kept, search=IN_201) == kept


def test_a_claim_that_a_sibling_has_chosen_is_left_to_it(new_run: NewRun, vendor: Vendor) -> None:
    """Not leased yet: another is chosen. Leased to this account already: nobody takes it for both."""
    vendor.change_offer("contiguity", NUMBER, recurring_fee=0.0, upfront_fee=0.0)
    kept = claimed(new_run(), search=IN_201)
    assert kept.number == NUMBER
    run = new_run()
    assert claimed(run, by="new", search=IN_201).number == NUMBER
    assert claimed(run, kept, search=IN_201).number != NUMBER

    run = new_run()
    claimed(run, by="new", search=IN_201)
    vendor.lease("contiguity", NUMBER, vendor.token())
    assert "another search has chosen it in this run" in refused(run, InvalidInput, kept, search=IN_201)


# A lease that was lost.


@pytest.mark.parametrize("said", [{"number": NUMBER}, {"search": IN_201}], ids=["number", "search"])
def test_consent_makes_the_claim_anew(new_run: NewRun, vendor: Vendor, said: dict[str, Any]) -> None:
    """At today's price, once: the consent is in the claim."""
    kept = claimed(new_run(), **said)
    vendor.change_offer("contiguity", kept.number, recurring_fee=20.0)
    again = claimed(new_run(), kept, lease_again="lsd_lost", **said)
    assert again.again == "lsd_lost"
    if "number" in said:
        assert again.monthly_rate == Decimal(20)
    before = len(vendor.journal())
    assert claimed(new_run(), again, lease_again="lsd_lost", **said) == again
    assert len(vendor.journal()) == before


@pytest.mark.parametrize("said", [{"number": NUMBER}, {"search": IN_201}], ids=["number", "search"])
def test_a_lease_that_was_not_lost_after_all_is_kept(new_run: NewRun, vendor: Vendor, said: dict[str, Any]) -> None:
    """The right key shows it again: consent to lease again buys nothing."""
    kept = claimed(new_run(), **said)
    lease = vendor.lease("contiguity", kept.number, vendor.token())
    assert claimed(new_run(), kept, lease_again=lease.lease_id, **said) == kept
    other_form = lease.lease_id.replace("lsd_", "lease_")  # as another answer writes it, and so the state may
    assert claimed(new_run(), kept, lease_again=other_form, **said) == kept


def test_consent_does_not_take_over_what_others_leased_since(new_run: NewRun, vendor: Vendor) -> None:
    """The number is leased under another id: reported, with the ways on."""
    kept = claimed(new_run(), number=NUMBER)
    lease = vendor.lease("contiguity", NUMBER, vendor.token())
    message = refused(new_run(), AlreadyLeased, kept, number=NUMBER, lease_again="lsd_lost")
    assert f"as lease {lease.lease_id}, and lease_again names lsd_lost" in message


# A refresh.


@pytest.fixture
def recorded(vendor: Vendor) -> Recorded:
    """The record of a claim that another run has written just now."""
    return Recorded(run="another run", at=datetime.fromtimestamp(vendor.clock(), timezone.utc))


def refreshed(run: Run, lab: Lab, claim: Claim, recorded: Recorded) -> RenewedClaim | None:
    return renew_claim(run, lab.account, lab.record, claim, recorded, lab.reported.append)


def test_a_leased_claim_stays(run: Run, lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """From the one listing that the refresh reads anyway."""
    claim = claimed(run, number=NUMBER)
    vendor.lease("contiguity", NUMBER, vendor.token())
    before = len(vendor.journal())
    assert refreshed(run, lab, claim, recorded) is None
    assert operations(vendor, before) == ["leased"]


def test_a_claim_on_offer_gets_the_quote_of_the_day(run: Run, lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """When no call of the interrupted run can be at work; with the consent that it holds."""
    claim = claimed(run, number=NUMBER).model_copy(update={"again": "lsd_0"})
    vendor.change_offer("contiguity", NUMBER, recurring_fee=20.0)
    vendor.clock(advance_s=SETTLE_S + 1)
    found = refreshed(run, lab, claim, recorded)
    assert found is not None
    assert (found.claim.monthly_rate, found.claim.again) == (Decimal(20), "lsd_0")
    assert found.recorded.run == run.id
    assert found.recorded.at - recorded.at > timedelta(seconds=SETTLE_S)
    assert lab.waits == []


def test_a_young_claim_on_offer_stays(run: Run, lab: Lab, recorded: Recorded) -> None:
    """A call of an interrupted run may be at work: a new record would be later than its lease."""
    assert refreshed(run, lab, claimed(run, number=NUMBER), recorded) is None
    assert lab.waits == []


def test_a_young_claim_that_was_refused_is_renewed_at_once(run: Run, lab: Lab, recorded: Recorded) -> None:
    """No call can be at work."""
    claim = claimed(run, number=NUMBER)
    lab.record.refused = (NUMBER, RECORDED)
    assert refreshed(run, lab, claim, recorded) is not None
    assert lab.waits == []


@pytest.mark.parametrize("gone", ["taken", "removed"])
def test_a_claim_that_is_gone_is_noted(run: Run, lab: Lab, vendor: Vendor, recorded: Recorded, gone: str) -> None:
    """The claim stays in the state; only this run knows, so that a wrong key does no lasting harm."""
    claim = claimed(run, number=NUMBER)
    vendor.clock(advance_s=SETTLE_S + 1)
    if gone == "taken":
        vendor.lease("contiguity", NUMBER)
    else:
        vendor.remove_offer("contiguity", NUMBER)
    assert refreshed(run, lab, claim, recorded) is None
    assert lab.record.found_unavailable == NUMBER
    assert lab.waits == []


def test_a_young_claim_that_seems_gone_is_waited_for(run: Run, lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """It may be gone because it is ours, and does not show yet."""
    claim = claimed(run, number=NUMBER)
    vendor.remove_offer("contiguity", NUMBER)

    def show(waited_s: float) -> None:
        if waited_s > 10 and not vendor.leases():
            vendor.add_offer("contiguity", NUMBER)
            vendor.lease("contiguity", NUMBER, vendor.token())

    lab.meanwhile = show
    assert refreshed(run, lab, claim, recorded) is None
    assert lab.record.found_unavailable is None
    assert 10 < lab.waited_s < SETTLE_S


def test_a_lease_that_the_listing_missed_is_not_gone(run: Run, lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """Asked for singly before it is called gone."""
    claim = claimed(run, number=NUMBER)
    vendor.switch("contiguity", listing_lag_s=1000, read_lag_s=0)
    vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.change_offer("contiguity", NUMBER, status="unavailable")
    vendor.clock(advance_s=SETTLE_S + 1)
    assert refreshed(run, lab, claim, recorded) is None
    assert lab.record.found_unavailable is None


@pytest.mark.parametrize(
    ("was", "is_", "rose"),
    [
        (("USD", 12, 1), ("USD", 12, 1), False),
        (("USD", 12, 1), ("USD", 11, 0), False),
        (("USD", 12, 1), ("USD", 12.01, 1), True),
        (("USD", 12, 1), ("USD", 11, 1.5), True),
        (("USD", 12, 1), ("EUR", 1, 1), True),
        (("USD", 12, 1), ("USD", None, 1), True),
        (("USD", 12, None), ("USD", 12, 5), False),
        ((None, None, None), ("USD", 12, 1), False),
    ],
)
def test_a_price_rose_when_any_part_did(
    was: tuple[str | None, float | None, float | None],
    is_: tuple[str | None, float | None, float | None],
    *,
    rose: bool,
) -> None:
    """Another currency is another price; a price never known cannot have risen; one not known any more may have."""
    quoted = Claim(
        number=NUMBER,
        service="contiguity",
        account="default",
        **dict(zip(("currency", "monthly_rate", "upfront_fee"), was, strict=True)),
    )
    offer = Offer(number=NUMBER, **dict(zip(("currency", "monthly_rate", "upfront_fee"), is_, strict=True)))
    assert (price_increase(quoted, offer) is not None) == rose


def test_claiming_never_spends(new_run: NewRun, new_lab: NewLab, vendor: Vendor, recorded: Recorded) -> None:
    """Whatever is asked: nothing is written at the vendor."""
    run = new_run()
    kept = claimed(run, number=NUMBER)
    claimed(run, by="sales", search=IN_201)
    vendor.lease("contiguity", OTHER, vendor.token())
    claimed(new_run(), by="adopted", number=OTHER, adopt=True)
    claimed(new_run(), kept, number=NUMBER, lease_again="lsd_0")
    lab = new_lab()
    renew_claim(run, lab.account, lab.record, kept, recorded, lab.reported.append)
    assert vendor.writes() == []
    assert serves(validate(IntentInputs, {"number": NUMBER}), kept)
