"""The verbs of a LeasedNumber: it leases a claimed number, watches it, changes it in place, and lets it go."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput, NotFound
from ..leasing.budget import Entry
from ..leasing.run import short_name
from . import state, wiring
from .call import Call, Difference, account_of
from .inputs import announcement, check_billing_change, merge_inputs, require_lease_again_consent
from .intents import IDENTITY
from .state import FACT_KEYS, INPUT_KEYS, LOST, ORDER_KEYS, REFUSED, Props, take_given, unknown_in

if TYPE_CHECKING:
    from ..leasing.record import LeaseRef
    from ..leasing.run import Run

_HALF_A_PAIR = "its LeaseIntent is not there yet: with --target, target both of a pair, such as --target '**::support'"


def check(run: Run, call: Call, olds: Props, news: Props) -> Props:
    """Declare the number for this run, take facts and price from its claim, hold it against the budget.

    Raises:
        InvalidInput: Half of the pair is missing, the number is declared twice, or the budget or a lost lease stands against it.
    """
    record = run.record(call.owner)
    if isinstance(olds.get("number"), str):
        record.holds = olds["number"]
    program = {key: value for key, value in news.items() if key not in {"claim", "recorded", "__provider"}}
    unknown_options = {key: program[key] for key in ORDER_KEYS if unknown_in(program.get(key))}
    if unknown := unknown_in(program.get("number")) or unknown_in(news.get("claim")):
        return {**program, **dict.fromkeys((*FACT_KEYS, "recorded"), unknown)}
    if "claim" not in news:
        if "recorded" in news:
            # A file for `pulumi import`, or `ignore_changes=["*"]`, gives what an earlier check has returned.
            inputs = take_given(news, INPUT_KEYS)
            run.declare(call.owner, inputs["service"], inputs["number"])
            return inputs
        raise InvalidInput("", _HALF_A_PAIR)
    inputs = merge_inputs(olds, {key: value for key, value in news.items() if key not in unknown_options})
    number, currency, rate = inputs["number"], inputs.get("currency"), inputs.get("monthly_rate")
    run.declare(call.owner, inputs["service"], number)
    if "lease_again" not in unknown_options:
        require_lease_again_consent(olds, news, call.owner, str(call.hints.get("owner", "")).partition("::")[0])
    record.lost_consent = inputs.get("lease_again")
    is_new = olds.get("number") != number or "lost" in olds
    run.afford(call.owner, Entry(number, currency, None if rate is None else Decimal(str(rate)), is_new))
    record.is_preview = call.is_preview
    if call.is_preview and is_new:
        _announce(run, call, inputs, olds)
    return {**inputs, **wiring.hide_kept(inputs, program), **unknown_options}


def _announce(run: Run, call: Call, inputs: Props, held: Props) -> None:
    """Report in a preview, once, what will be leased, adopted or taken over, and its price."""
    if not run.is_first_report(call.owner, inputs["number"]):
        return
    line = announcement(inputs, held, run.record(call.owner).wants)
    recorded = inputs.get("recorded")
    if isinstance(recorded, dict) and not held and "adopts" not in inputs:
        line = _takeover_line(run, inputs) or line
    call.status.lasting(line)


def _takeover_line(run: Run, inputs: Props) -> str | None:
    """Word the line that an interrupted run has leased the number under this claim already; None where none has."""
    from ..leasing.ownership import is_ours

    recorded = state.read_recorded(inputs["recorded"])
    held = account_of(run, inputs).leases().value.get(inputs["number"], [])
    own = next((lease for lease in held if is_ours(recorded, lease)), None)
    if own is None:
        return None
    return (
        f"will take over {inputs['number']} ({own.lease_id}) from {inputs['service']}, which an interrupted run has leased; "
        "nothing is charged now"
    )


def identify(props: Props) -> str:
    """Name the resource: it is known by its number."""
    return str(props["number"])


def diff(run: Run, call: Call, olds: Props, news: Props) -> Difference:
    """Say what an edit changes: another number, service or account, or a lost lease, means a new lease; wiring does not."""
    if olds.get("lease_id"):
        run.note_known(olds["service"], olds["account"], olds["lease_id"])
    if moved := [key for key in IDENTITY if news.get(key) != olds.get(key)]:
        run.record(call.owner).was_replaced = True
        return Difference(changes=True, replaces=tuple(moved))
    if _is_unleased(olds):
        if run.record(call.owner).is_preview:
            _announce(run, call, news, {})
        return Difference(changes=True)
    is_same_billing = not check_billing_change(olds, news)  # else noted: to take it back is a change too
    if olds.get(state.UNSET) or (wiring.find_changes(olds, news) and not wiring.inputs_differ(olds, news)):
        return Difference(changes=True)
    # Not reported here, a change is found by the engine itself, which then knows about `replace_on_changes`.
    return Difference(changes=False if is_same_billing and not wiring.find_changes(olds, news) else None)


def foresee(olds: Props, news: Props) -> Props:
    """Foresee in a preview what a create or an update will return; what only the service knows is not known yet."""
    if not olds.get("lease_id") or _is_unleased(olds):
        return state.foreseen_outs(news)
    return _merge_outs(olds, take_given(news, INPUT_KEYS))


def create(run: Run, call: Call, props: Props) -> Props:
    """Lease the claimed number, or take over what an interrupted run has leased; returns the outputs."""
    from . import purchases  # late: an `up` that leases only

    return purchases.acquire(run, call, props, {})


def update(run: Run, call: Call, olds: Props, news: Props) -> Props:
    """Set what can change in place; lease a number that was refused before, or lost. Returns the outputs."""
    if _is_unleased(olds):
        from . import purchases  # late: as in `create`

        return purchases.acquire(run, call, news, olds)
    inputs = take_given(news, INPUT_KEYS)
    if changed := wiring.find_changes(olds, news):
        wiring.connect(account_of(run, inputs).service, state.read_lease(olds, wiring.take_settings(olds)), changed)
    return _merge_outs(olds, inputs)


def _is_unleased(olds: Props) -> bool:
    """Whether a number is declared that the stack does not hold: it was refused, or its lease was lost."""
    return olds.get("lease_status") in {REFUSED, LOST}


def _merge_outs(olds: Props, inputs: Props) -> Props:
    kept = {key: value for key, value in inputs.items() if key != "billing_method"}
    asked = inputs.get("billing_method")
    return {**take_given(olds, olds), **kept, "asked_billing_method": asked, state.UNSET: None}


def read(run: Run, call: Call, id_: str, props: Props) -> tuple[Props, Props | None]:
    """Look up the lease at the service; one that is not held any more stays in the state with the status `lost`.

    Returns outputs, and inputs where a loss was found or is over, or where somebody has changed the wiring: the next `up`
    then sets the wiring again.
    """
    if props.get("lease_status") == REFUSED:
        _note_refused(run, call, props)
        return props, None
    if not props.get("lease_id"):
        return _look_up(run, id_, props), None
    from ..leasing import ownership, releasing  # late: a refresh only

    record, account, number = run.record(call.owner), account_of(run, props), props["number"]
    record.holds = number
    lease, others = releasing.locate_lease(account, number, _lease_ref(props), call.status.passing)
    if lease is not None and others:
        call.status.warning(ownership.duplicate_lease_warning(lease, others))
    found = wiring.read_back(account.service, lease, props) if lease else {}
    outs = {**props, **state.write_observed(lease), **found}
    lost = None if lease is not None else props["lease_id"]
    is_drifted = any(value != props[key] for key, value in found.items())
    if lost == props.get("lost"):
        return outs, state.inputs_of(outs, lost) if is_drifted else None
    if lost:
        call.status.warning(releasing.lost_lease_warning(account, number, lost, others))
    return {**outs, "lost": lost}, state.inputs_of(outs, lost)


def take_in(run: Run, id_: str) -> tuple[Props, Props]:
    """Read a lease that `pulumi import` names; returns outputs and inputs.

    Raises:
        NotFound, AlreadyLeased: There is no such lease, or there are several.
    """
    from . import imported  # late: an import only

    account, lease, _ = imported.find_named(run, id_)
    return imported.number(account, lease, {})


def _note_refused(run: Run, call: Call, props: Props) -> None:
    """Note that a number was refused, and that it is out of reach where somebody else leases it through the same account."""
    from ..leasing.ownership import is_ours

    record, number = run.record(call.owner), props["number"]
    record.refused = (number, props["recorded"])
    held = account_of(run, props).leases().value.get(number, [])
    recorded = state.read_recorded(props["recorded"])
    if not held or any(lease.reference and is_ours(recorded, lease) for lease in held):
        return
    record.found_unavailable = number
    call.status.warning(
        f"{number} was refused to this stack, and the account leases it (lease {held[0].lease_id}): another stack or person "
        "may have been faster; `pulumi-leases orphans` shows who has it"
    )


def _look_up(run: Run, id_: str, props: Props) -> Props:
    """Read a number that the stack does not hold, for `LeasedNumber.get`."""
    from ..leasing.inputs import IntentInputs, validate

    number = str(validate(IntentInputs, {"number": id_}).number)
    name = props.get("account") or "default"
    service = props.get("service") or run.config.service(name)
    account = run.account(service, name)
    held = account.service.fill_in_prices(account.find(number))
    if not held:
        raise NotFound(f"{number} is not leased by account {name!r} of {service}", service=service)
    facts = {**take_given(props, props), "service": service, "account": name, "login": account.service.login}
    return state.lease_outs(facts, held[0], adopted=False)


def delete(run: Run, call: Call, props: Props) -> None:
    """Terminate the lease, unless another resource of this run declares the number, or there is none to terminate."""
    from ..leasing import confirming, releasing  # late: a destroy only

    record, number, status = run.record(call.owner), props["number"], call.status
    owner = run.owner(props["service"], number)
    if props.get("lease_status") != REFUSED:
        record.holds = number
    if props.get("lease_status") == REFUSED:
        record.refused = (number, props["recorded"])
        warning = releasing.note_never_leased(account_of(run, props), record, number, _reference(props))
        if warning and not owner:
            status.warning(warning)
    elif owner:
        if not props.get("lost"):
            status.lasting(f"kept {number} ({props['lease_id']}): still declared as {short_name(owner)}")
    elif props.get("lost") and props["lost"] == record.lost_consent:
        account = account_of(run, props)
        status.warning(releasing.forget_lost_lease(account, record, number, props["lost"]))
    else:
        account, ref = account_of(run, props), _lease_ref(props)
        asked_at, login = account.clock(), props.get("login")
        status.lasting(releasing.release(account, record, number, ref, login, status.passing))
        if record.is_unwatched:
            timeout_s = call.timeout_s or run.config.release_timeout_s()
            confirming.wait_for_release(account, number, ref, asked_at, timeout_s, status.passing)


def _lease_ref(props: Props) -> LeaseRef:
    from ..leasing.record import LeaseRef

    return LeaseRef(props["lease_id"], state.moment(props.get("leased_at")), _reference(props))


def _reference(props: Props) -> str | None:
    return (props.get("recorded") or {}).get("reference")
