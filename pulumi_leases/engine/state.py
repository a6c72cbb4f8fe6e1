"""What users' states hold: type tokens and keys, and how claims and leases are written under them.

All of them are frozen: a state outlives versions of this package. Translates only.
"""

from __future__ import annotations

import base64
import pickle
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pulumi.output import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulumi.dynamic import ResourceProvider

    from ..domain.models import Claim, Lease, Recorded

Props = dict[str, Any]

INTENT_TYPE = "pulumi-python:dynamic/leases:LeaseIntent"
NUMBER_TYPE = "pulumi-python:dynamic/leases:LeasedNumber"
POOL_TYPE = "leases:index:NumberPool"

NATIVE_INTENT_TYPE = "leases:index:LeaseIntent"
NATIVE_NUMBER_TYPE = "leases:index:Lease"
COMPONENT_TYPE = "leases:index:LeasedNumber"
"""What the native provider calls the pair, and the component that it makes of both."""

INTENT_TYPES = (INTENT_TYPE, NATIVE_INTENT_TYPE)
NUMBER_TYPES = (NUMBER_TYPE, NATIVE_NUMBER_TYPE)

INTENT_KEYS = (
    *("number", "search", "service", "account", "adopt", "lease_again"),
    *("max_monthly_rate", "max_upfront_fee"),
)
"""Inputs of a LeaseIntent that the program gives; `claim` is added by its check, `recorded` by its create."""

WIRING_KEYS = ("label", "voice", "messaging", "status_callback", "emergency_address", "tags", "failover")
"""Inputs that say what a number is connected to: set after the purchase, changed in place, untouched where not given."""

SERVICE_KEYS = ("billing_method", "requirements", *WIRING_KEYS)
"""Inputs of which a service takes those that it says (`LeaseService.options`)."""

ORDER_KEYS = (
    *SERVICE_KEYS,
    *("adopt", "lease_again", "max_monthly_rate", "max_upfront_fee"),
)
"""Inputs of a LeasedNumber that the program gives."""

FACT_KEYS = (
    *("number", "service", "account", "login", "country", "region", "city", "carrier", "number_type"),
    *("capabilities", "currency", "upfront_fee", "monthly_rate"),
)
"""Inputs of a LeasedNumber that its check takes from the claim; beside them `adopts`, the lease to take over."""

INPUT_KEYS = (*FACT_KEYS, "adopts", *ORDER_KEYS, "recorded", "lost")
"""All inputs of a LeasedNumber, as its check returns them; `lost` is the id of a lease that a refresh did not find."""

LEASE_KEYS = ("lease_id", "lease_status", "leased_at", "ends_at", "adopted")
"""Outputs of a LeasedNumber that are not inputs; beside them `asked_billing_method`, since `billing_method` holds what
the service reports."""

NUMBER_OUTPUTS = tuple(key for key in (*FACT_KEYS, "billing_method", *LEASE_KEYS) if key != "login")
"""Outputs of a LeasedNumber that a program sees."""

UNSET = "unset"
"""The output that names the wiring which a failed call has not set yet."""

REFUSED = "refused"
"""The lease status of a number that was declared and not leased: the service said no, and nothing was charged."""
LOST = "lost"
"""The lease status of a lease that is not held any more."""


def intent_urn(number_urn: str) -> str:
    """Name the LeaseIntent of a LeasedNumber in the state, whichever provider has made the pair."""
    return number_urn.replace(f"{NUMBER_TYPE}::", f"{INTENT_TYPE}::").replace(
        f"{NATIVE_NUMBER_TYPE}::", f"{NATIVE_INTENT_TYPE}::"
    )


def not_known() -> Unknown:
    """Stand for a value that is not known yet."""
    return Unknown()  # type: ignore[no-untyped-call]  # the SDK gives its constructor no types


def unknown_in(value: Any) -> Unknown | None:
    """Find a value that is not known yet, however deep."""
    if isinstance(value, Unknown):
        return value
    parts: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for part in parts if (found := unknown_in(part))), None)


def take_given(props: Mapping[str, Any], keys: Iterable[str]) -> Props:
    """Take the keys that have a value."""
    return {key: props[key] for key in keys if props.get(key) is not None}


def write_provider(provider: ResourceProvider) -> str:
    """Write the name of the provider's class, from which the SDK makes the provider again.

    The SDK itself writes it longer, and otherwise from Python 3.14 on; what it has written is read for good.
    """
    return base64.b64encode(pickle.dumps(provider, protocol=2)).decode()


def hide(value: Any) -> Props:
    """Mark a value as secret, in the form that the engine takes from any provider."""
    from pulumi.runtime import rpc  # late: only what a program no longer says is hidden

    hidden: Props = rpc.wrap_rpc_secret(value)
    return hidden


def write_claim(claim: Claim) -> Props:
    """Write a claim into the state."""
    return claim.model_dump(mode="json", exclude_none=True)


def read_claim(props: Mapping[str, Any]) -> Claim:
    """Read a claim from the state."""
    from ..domain.models import Claim  # late: an `up` with nothing to do reads none

    return Claim.model_validate(props)


def read_lease(outs: Mapping[str, Any], settings: Mapping[str, Any] | None) -> Lease:
    """Read a lease from the outputs of a LeasedNumber, as far as a call needs it, with what it is connected to before."""
    from ..domain.models import Lease

    # A lease that was adopted was not bought with our reference: what it carries, the service reads.
    reference = None if outs.get("adopted") else (outs.get("recorded") or {}).get("reference")
    known = {"number": outs["number"], "lease_id": outs["lease_id"], "status": outs["lease_status"]}
    return Lease(**known, reference=reference, settings=dict(settings) if settings else None)


def read_recorded(props: Mapping[str, Any]) -> Recorded:
    """Read from the state which run recorded a claim, and when."""
    from ..domain.models import Recorded  # late: as above

    return Recorded.model_validate(props)


def write_recorded(run: str, at: datetime, reference: str | None) -> Props:
    """Write which run recorded a claim, when by the service's clock, and the reference that proves whose a lease is."""
    from ..domain.models import iso

    return {"run": run, "at": iso(at), **({"reference": reference} if reference else {})}


def moment(text: str | None) -> datetime | None:
    """Read a time as the state holds it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def write_observed(lease: Lease | None) -> Props:
    """Write what a refresh takes from the service: how the lease stands. Facts and price stay as they were leased."""
    if lease is None:
        return {"lease_status": LOST}
    from ..domain.models import iso

    reported = {"billing_method": lease.billing_method} if lease.billing_method else {}
    return {"lease_status": lease.status, "ends_at": iso(lease.ends_at), **reported}


def lease_outs(inputs: Mapping[str, Any], lease: Lease, *, adopted: bool) -> Props:
    """Write all outputs of a LeasedNumber; what the receipt leaves out is taken from the claim."""
    from ..domain.models import iso

    reported = lease.model_dump(mode="json", include=set(FACT_KEYS), exclude_none=True)
    return {
        **dict.fromkeys(FACT_KEYS),
        **inputs,
        **reported,
        "asked_billing_method": inputs.get("billing_method"),
        "billing_method": lease.billing_method or inputs.get("billing_method"),
        "lease_id": lease.lease_id,
        "lease_status": lease.status,
        "leased_at": iso(lease.leased_at),
        "ends_at": iso(lease.ends_at),
        "adopted": adopted,
    }


def foreseen_outs(inputs: Mapping[str, Any]) -> Props:
    """Write what a preview knows of the outputs of a number that is still to be leased or adopted."""
    later = not_known()
    return {
        **dict.fromkeys(FACT_KEYS),
        **inputs,
        "asked_billing_method": inputs.get("billing_method"),
        **dict.fromkeys(LEASE_KEYS, later),
        "lease_id": inputs.get("adopts", later),
        "adopted": later if isinstance(inputs.get("number"), Unknown) else "adopts" in inputs,
    }


def refused_outs(inputs: Mapping[str, Any]) -> Props:
    """Write the outputs of a number that was declared and not leased."""
    return {
        **dict.fromkeys((*FACT_KEYS, *LEASE_KEYS)),
        **inputs,
        "asked_billing_method": inputs.get("billing_method"),
        "lease_status": REFUSED,
    }


def inputs_of(outs: Mapping[str, Any], lost: str | None) -> Props:
    """Write the inputs that belong to some outputs, with `lost` where the lease is lost."""
    inputs = take_given(outs, INPUT_KEYS)
    inputs.pop("lost", None)
    asked = outs.get("asked_billing_method")
    inputs.pop("billing_method", None)
    return {**inputs, **({"billing_method": asked} if asked else {}), **({"lost": lost} if lost else {})}
