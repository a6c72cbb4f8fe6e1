"""The part of a LeasedNumber's create and update that pays: the lease is acquired, saved, and connected."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..domain import money
from ..domain.errors import ConfigError, InvalidInput, LeaseError
from ..leasing import acquiring, releasing
from . import state, wiring
from .call import Call, HalfMade, account_of
from .inputs import limits_of
from .state import INPUT_KEYS, REFUSED, Props, take_given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..domain.models import Lease
    from ..leasing.account import Account
    from ..leasing.run import Run


def skips_checkpoints(environ: Mapping[str, str]) -> bool:
    """Whether the engine saves its state at the end only: what an interrupted run has leased would be lost."""
    return environ.get("PULUMI_SKIP_CHECKPOINTS", "").lower() not in {"", "0", "false"}


def acquire(run: Run, call: Call, props: Props, olds: Props) -> Props:
    """Lease the claimed number, adopt it or take it over, and set its wiring; returns all outputs.

    Args:
        run: What all verbs share.
        call: The request of the engine.
        props: The inputs.
        olds: The outputs in the state of a number that was refused or lost; none of a new one.

    Raises:
        HalfMade: The service refused, so that surely nothing was leased: the number is saved as refused, and no later run
            takes another's lease for its own. (Not where the state holds a lease in its place, which must stay.) Or the
            lease is made and its wiring failed: the lease is saved, and the next run sets the wiring.
    """
    number = props["number"]
    if skips_checkpoints(os.environ):
        raise ConfigError(
            f"PULUMI_SKIP_CHECKPOINTS is set: an interrupted run would lose {number}, so nothing is leased. Unset it"
        )
    inputs = take_given(props, INPUT_KEYS)
    _require_recorded_claim(inputs)
    if inputs.get("adopt") and "adopts" not in inputs:
        raise InvalidInput(
            "adopt", f"{number}: adopt=True never leases, and there was nothing to adopt; leave `adopt` out"
        )
    account, record = account_of(run, inputs), run.record(call.owner)
    lost, recorded = olds.get("lost"), state.read_recorded(inputs["recorded"])
    claim = state.read_claim({**inputs, "lease_id": inputs.get("adopts")})
    try:
        acquired = acquiring.acquire(
            account,
            record,
            claim,
            recorded,
            wiring.order(inputs, recorded.reference),
            is_fresh=recorded.run == run.id,
            # Under a claim that a refresh has recorded anew since, an interrupted run may have leased it.
            was_refused=olds.get("lease_status") == REFUSED and inputs["recorded"] == olds["recorded"],
            limits=limits_of(inputs),
            report=call.status.passing,
        )
    except LeaseError as error:
        if error.nothing_leased and not record.was_replaced and not lost:
            raise HalfMade(str(error), state.refused_outs(inputs)) from error
        raise
    outs = state.lease_outs(inputs, acquired.lease, adopted=acquired.how == "adopted")
    call.status.lasting(_outcome_line(acquired.how, outs))
    if lost:
        call.status.warning(releasing.lost_lease_forgotten(number, lost))
    rose = acquiring.price_increase_warning(claim, acquired.lease) if acquired.how == "leased" else None
    for warning in filter(None, (rose, acquired.warning)):
        call.status.warning(warning)
    if acquired.lease.is_pending:
        call.status.warning(
            f"{number}: {account.service.name} has the lease pending; `pulumi refresh` shows when it is active"
        )
    settings = wiring.take_settings(inputs)
    if acquired.how == "leased":
        settings.pop("label", None)  # it went with the purchase
    _connect(account, outs, acquired.lease, settings)
    return outs


def _require_recorded_claim(inputs: Props) -> None:
    """Refuse to pay for a number that no intent has recorded: after an interruption no state would know the lease.

    Raises:
        InvalidInput: There is no record.
    """
    recorded = inputs.get("recorded")
    if not isinstance(recorded, dict) or not {"run", "at"} <= recorded.keys():
        raise InvalidInput(
            "",
            f"{inputs.get('number', 'a number')}: no LeaseIntent has recorded it, so nothing is leased: declare a LeasedNumber, "
            "which makes both",
        )


def _connect(account: Account, outs: Props, lease: Lease, settings: Props) -> None:
    """Set the wiring of a new lease; where that fails, the lease is saved with a note of what is not set."""
    if not settings:
        return
    try:
        wiring.connect(account.service, state.read_lease(outs, lease.settings), settings)
    except LeaseError as error:
        names = ", ".join(settings)
        reason = (
            f"{outs['number']} is leased ({outs['lease_id']}), and its {names} is not set; `pulumi up` sets it: {error}"
        )
        raise HalfMade(reason, {**outs, state.UNSET: sorted(settings)}) from error


def _outcome_line(how: str, outs: dict[str, Any]) -> str:
    """Say how a number came, and what it costs."""
    currency, monthly_rate = outs.get("currency"), outs.get("monthly_rate")
    if how == "adopted":
        cost = f"nothing was charged, and it goes on costing {money.rate(currency, monthly_rate)}"
    else:
        cost = money.price(currency, monthly_rate, outs.get("upfront_fee"))
    return f"{how} {outs['number']} ({outs['lease_id']}): {cost}"
