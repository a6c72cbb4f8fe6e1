"""How a lease that is there already stands in a state, as if it had been declared and leased by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain.models import IMPORTED
from . import state
from .inputs import merge_inputs

if TYPE_CHECKING:
    from typing import Any

    from ..domain.models import Lease
    from ..leasing.account import Account
    from ..leasing.run import Run
    from .state import Props


def intent(account: Account, lease: Lease, asked: Props) -> tuple[Props, Props]:
    """Write outputs and inputs of the LeaseIntent of a lease, for which a program asks by `asked`."""
    from ..leasing.inputs import IntentInputs, normal, validate  # late: an import only

    inputs = {**normal(validate(IntentInputs, asked)), "claim": state.write_claim(account.claim(lease))}
    return {**inputs, "recorded": _write_recorded(account, lease)}, inputs


def number(account: Account, lease: Lease, order: Props) -> tuple[Props, Props]:
    """Write outputs and inputs of the LeasedNumber of a lease, of which a program says `order`."""
    claim = state.write_claim(account.claim(lease))
    inputs = merge_inputs({}, {**order, "claim": claim, "recorded": _write_recorded(account, lease)})
    return state.lease_outs(inputs, lease, adopted=False), inputs


def _write_recorded(account: Account, lease: Lease) -> Props:
    return state.write_recorded(IMPORTED, lease.leased_at or account.service.now(), lease.reference)


def find_named(run: Run, id_: str) -> tuple[Account, Lease, dict[str, Any]]:
    """Find the lease that is imported by an id: a number, with its service and its account before it where need be.

    `+12015550123`, `twilio/+12015550123` or `twilio/eu/+12015550123`. Returns what a program has to say of it, too.

    Raises:
        NotFound: The account does not lease the number.
        AlreadyLeased: It leases it several times.
    """
    from ..config import DEFAULT_ACCOUNT
    from ..domain.errors import AlreadyLeased, NotFound
    from ..leasing.inputs import IntentInputs, validate

    *where, written = id_.split("/", 2)
    said = dict(zip(("service", "account"), where, strict=False))
    asked = validate(IntentInputs, {**said, "number": written})
    name = asked.account or DEFAULT_ACCOUNT
    account = run.account(asked.service or run.config.service(name), name)
    held = [lease for lease in account.find(str(asked.number)) if not lease.is_ending]
    at = f"account {name!r} of {account.service.name}"
    if not held:
        raise NotFound(f"{asked.number} is not leased by {at}", service=account.service.name)
    if len(held) > 1:
        raise AlreadyLeased(
            f"{asked.number} is leased {len(held)} times by {at}: `pulumi-leases orphans` tells more",
            service=account.service.name,
        )
    return account, held[0], {**said, "number": held[0].number}
