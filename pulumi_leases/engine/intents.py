"""The verbs of a LeaseIntent: it chooses and quotes a number, saves the claim, and confirms the release. Free of charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi.output import Unknown

from . import state
from .call import Call, Difference, account_of
from .state import INTENT_KEYS, Props, not_known, take_given, unknown_in

if TYPE_CHECKING:
    from ..leasing.inputs import IntentInputs
    from ..leasing.run import Run

IDENTITY = ("service", "account", "number")


def check(run: Run, call: Call, olds: Props, news: Props) -> Props:
    """Keep the claim that serves what the program asks for, or make one; returns the inputs.

    Raises:
        InvalidInput, LeaseError: No claim can be made.
    """
    run.siblings.note(call.owner, call.hints)
    if held_hints := call.hints.get("held"):
        from ..leasing import held  # late: only where a budget or a search needs it

        run.count_held(held.read_costs(held_hints))
    asked = take_given(news, INTENT_KEYS)
    unknown_keys = [key for key in asked if unknown_in(asked[key])]
    if unknown := next((unknown_in(asked[key]) for key in unknown_keys if key in _DECIDE), None):
        return {**asked, "claim": unknown}
    known = {key: value for key, value in asked.items() if key not in unknown_keys}
    inputs = _claim(run, call, olds, known)
    return {**inputs, **{key: asked[key] for key in unknown_keys}}


_DECIDE = ("number", "search", "service", "account")
"""Without these no number can be claimed; anything else that is unknown leaves the claim as it is."""


def _claim(run: Run, call: Call, olds: Props, asked: Props) -> Props:
    owner = call.owner
    kept = olds["claim"] if isinstance(olds.get("claim"), dict) else None
    record = run.record(owner)
    if kept and take_given(olds, INTENT_KEYS) == asked:
        service, number = kept["service"], kept["number"]
        is_contested = "search" in asked and (
            run.is_choice_of_another(owner, service, number) or record.is_out_of_reach(number)
        )
        if not is_contested:
            run.declare(owner, service, number)
            return {**asked, "claim": kept}
    if not olds and record.claimed and record.claimed[0] == asked:
        return record.claimed[1]
    # Late: only a new or changed intent is validated and asked about.
    from ..leasing import claiming
    from ..leasing.inputs import IntentInputs, normal, unknown_range_warning, validate

    inputs = validate(IntentInputs, asked)
    if kept is None and inputs.search and (held_hints := call.hints.get("held")):
        _refuse_rename(run, call, inputs, held_hints)
    if (warning := unknown_range_warning(inputs.number)) and run.is_first_report(owner, warning):
        call.status.warning(warning)
    claim = claiming.resolve_claim(run, owner, inputs, kept)
    checked = {**normal(inputs), "claim": state.write_claim(claim)}
    record.claimed = (asked, checked)
    return checked


def _refuse_rename(run: Run, call: Call, inputs: IntentInputs, held_hints: str) -> None:
    from ..config import DEFAULT_ACCOUNT
    from ..leasing.held import refuse_rename
    from ..leasing.inputs import normal

    account = inputs.account or DEFAULT_ACCOUNT
    parent = str(call.hints["owner"]).partition("::")[0]
    service = inputs.service or run.config.service(account)
    refuse_rename(held_hints, call.owner, parent, normal(inputs)["search"], (service, account))


def identify(props: Props) -> str:
    """Name the resource: it is known by its number."""
    return str(props["claim"]["number"])


def diff(run: Run, call: Call, olds: Props, news: Props) -> Difference:
    """Say what an edit changes: another number, service or account means a new claim; consent to lease again records it anew."""
    del run, call
    old, new = olds.get("claim") or {}, news.get("claim")
    if not isinstance(new, dict) or any(old.get(key) != new.get(key) for key in IDENTITY):
        return Difference(changes=True, replaces=("claim",))
    is_recorded_anew = any(old.get(key) != new.get(key) for key in ("again", "lease_id"))
    return Difference(changes=is_recorded_anew or ("search" in olds) != ("search" in news))


def foresee(olds: Props, news: Props) -> Props:
    """Foresee in a preview what a create or an update will return; a new record is not known yet."""
    old, new = olds.get("claim") or {}, news["claim"]
    is_anew = not olds or isinstance(new, Unknown) or old.get("again") != new.get("again")
    return {**news, "recorded": not_known() if is_anew else olds["recorded"]}


def create(run: Run, call: Call, props: Props) -> Props:
    """Record the claim: from here on any later run knows which number was meant. Returns the outputs."""
    del call
    return {**props, "recorded": _record(run, props["claim"])}


def update(run: Run, call: Call, olds: Props, news: Props) -> Props:
    """Record a claim anew where consent to lease again made it; returns the outputs."""
    del call
    claim = news["claim"]
    is_anew = (olds.get("claim") or {}).get("again") != claim.get("again")
    return {**news, "recorded": _record(run, claim) if is_anew else olds["recorded"]}


def _record(run: Run, claim: Props) -> Props:
    from ..domain.references import mint_reference

    account = account_of(run, claim)
    account.leases()  # the check has read it: its answer gave the service's time
    reference = mint_reference() if account.service.carries_reference else None
    return state.write_recorded("" if claim.get("back") else run.id, account.service.now(), reference)


def read(run: Run, call: Call, id_: str, props: Props) -> tuple[Props, Props | None]:
    """Look again at a claim that is not leased; returns outputs, and inputs where the quote was renewed."""
    del id_
    claim = props.get("claim")
    if not claim:
        return props, None
    from ..leasing import claiming  # late: a refresh only

    record = run.record(call.owner)
    record.recorded = props["recorded"]
    account = account_of(run, claim)
    recorded = state.read_recorded(props["recorded"])
    renewed = claiming.renew_claim(run, account, record, state.read_claim(claim), recorded, call.status.passing)
    if renewed is None:
        return props, None
    quote = state.write_claim(renewed.claim)
    anew = state.write_recorded(renewed.recorded.run, renewed.recorded.at, renewed.recorded.reference)
    return {**props, "claim": quote, "recorded": anew}, {**take_given(props, INTENT_KEYS), "claim": quote}


def take_in(run: Run, id_: str) -> tuple[Props, Props]:
    """Claim a lease that `pulumi import` names; returns outputs and inputs.

    Raises:
        NotFound, AlreadyLeased: There is no such lease, or there are several.
    """
    from . import imported  # late: an import only

    account, lease, asked = imported.find_named(run, id_)
    return imported.intent(account, lease, asked)


def delete(run: Run, call: Call, props: Props) -> None:
    """Confirm that the service has let go of the number, unless it is declared elsewhere in this run."""
    claim = props.get("claim")
    if not claim or run.owner(claim["service"], claim["number"]):
        return
    from ..leasing import confirming  # late: a destroy only

    record, number = run.record(call.owner), claim["number"]
    recorded = state.read_recorded(props["recorded"])
    # Recorded anew since it was refused: a call may have been sent, and what is held is reported.
    if record.refused and record.refused[0] == number and record.refused[1] != props["recorded"]:
        record.releases.pop(number, None)
    done = confirming.confirm_released(
        account_of(run, claim),
        record,
        state.read_claim(claim),
        None if recorded.run == run.id else recorded,
        may_release=run.config.release_interrupted() and "lease_id" not in claim and not run.is_held(number),
        timeout_s=call.timeout_s or run.config.release_timeout_s(),
        report=call.status.passing,
    )
    if done:
        call.status.lasting(done)
