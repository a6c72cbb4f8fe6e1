"""The inputs of a LeasedNumber, checked: its claim's facts, its options, consents, and the line of the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..domain import money
from ..domain.errors import InvalidInput
from ..leasing.run import short_name
from . import state
from .state import FACT_KEYS, ORDER_KEYS, POOL_TYPE, SERVICE_KEYS, WIRING_KEYS, Props, take_given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..domain.errors import LeaseError
    from ..leasing.choose import Limits


_SHOWN = frozenset({"number", "service", "account", "billing_method", "max_monthly_rate", "max_upfront_fee"})
"""Inputs that a failure is put on: the engine prints the value beside it, so none that may hold a secret or has parts."""


def faulty_property(error: LeaseError, program: Mapping[str, Any]) -> str:
    """Name the property that a failed check is put on: one that the program gave and that may be shown, or ""."""
    name = error.property if isinstance(error, InvalidInput) and error.property in _SHOWN else ""
    return name if program.get(name) is not None else ""


def merge_inputs(olds: Props, news: Props) -> Props:
    """Put together the inputs of a LeasedNumber from its claim and what the program says; pure but for validation.

    Where the program is silent about what a service would have a default for, and about what the number is connected to,
    the old inputs win: silence touches nothing. What was said of another number or at another service is not kept.

    Raises:
        InvalidInput: An option is not what it should be, or the service has no such option.
    """
    claim: Mapping[str, Any] = news["claim"]
    facts = take_given(claim, FACT_KEYS)
    if "lease_id" in claim:
        facts["adopts"] = claim["lease_id"]
    _agree(news.get("number"), claim["number"])
    is_new = olds.get("number") != claim["number"]
    silent = _kept_silently(olds, claim)
    if facts.get("adopts") != olds.get("adopts"):
        _keep_billing(claim, news.get("billing_method"))
        silent.pop("billing_method", None)
    order = {**silent, **take_given(news, ORDER_KEYS)}
    if not olds or any(order.get(key) != olds.get(key) for key in ORDER_KEYS):
        order = _validate(facts, order, is_new=is_new)
    return {**facts, **order, **take_given(news, ("recorded",))}


def _kept_silently(olds: Props, claim: Mapping[str, Any]) -> Props:
    """Take the old inputs that hold where the program is silent."""
    if olds.get("service") != claim["service"]:
        return {}
    return take_given(olds, SERVICE_KEYS if olds.get("number") == claim["number"] else ("billing_method",))


def _keep_billing(claim: Mapping[str, Any], asked: str | None) -> None:
    """Refuse another billing method for a lease that is taken over: no call changes it."""
    if asked not in (None, claim.get("billing_method", asked)):
        raise InvalidInput(
            "billing_method",
            f"{claim['number']}: lease {claim['lease_id']}, which is to be adopted, has billing_method "
            f"{claim['billing_method']!r}, and {claim['service']} has no call that changes it to {asked!r}: leave it out",
        )


def _agree(asked: str | None, claimed: str) -> None:
    """Refuse a number that is not the claim's: a transform has changed one resource of the pair only."""
    if asked in (None, claimed):
        return
    from ..leasing.inputs import (  # late: an E.164 number, as most programs write it, is compared without
        IntentInputs,
        validate,
    )

    if validate(IntentInputs, {"number": asked}).number != claimed:
        raise InvalidInput(
            "number",
            f"{asked} is not the claimed {claimed}: a transform that changes `number` must change it on the LeaseIntent "
            "of the same name too",
        )


def _validate(facts: Props, order: Props, *, is_new: bool) -> Props:
    # Late: only what is new or changed is validated.
    from ..leasing.inputs import NumberInputs, normal, validate
    from ..services import service_class

    service = facts["service"]
    options = service_class(service).options
    if strange := next((name for name in SERVICE_KEYS if name in order and name not in options), None):
        raise InvalidInput(strange, f"{service} has no {strange}: leave it out; {_name_taken(service, options)}")
    asked = validate(NumberInputs, order)
    inputs = normal(asked)
    for name in ("requirements", *WIRING_KEYS):
        part = next((part for part in inputs.get(name, ()) if options[name] and part not in options[name]), None)
        if part is not None:
            taken = f"of {name} it takes {', '.join(options[name])}"
            raise InvalidInput(name, f"{service} has no {name}.{part}: leave it out; {taken}")
    choices = options.get("billing_method", ())
    if asked.billing_method is not None and asked.billing_method not in choices:
        raise InvalidInput("billing_method", f"must be one of {', '.join(choices)}, not {asked.billing_method!r}")
    if is_new and (exceeded := asked.limits.find_exceeded_limit(state.read_claim(facts))):
        raise InvalidInput(*exceeded)
    default = {"billing_method": choices[0]} if choices and "adopts" not in facts else {}
    return {**default, **inputs}


def _name_taken(service: str, options: Mapping[str, Sequence[str]]) -> str:
    return f"{service} takes {', '.join(options) or 'nothing of the kind'}"


def limits_of(inputs: Props) -> Limits:
    """Read the limits from checked inputs."""
    from ..leasing.inputs import NumberInputs

    return NumberInputs.model_validate(take_given(inputs, ORDER_KEYS)).limits


def check_billing_change(olds: Props, news: Props) -> bool:
    """Whether the program names another billing method than before; the one that the service reports is no change.

    Raises:
        InvalidInput: It is another than is reported.
    """
    asked, was = news.get("billing_method"), olds.get("asked_billing_method")
    if asked not in (None, was, olds.get("billing_method")):
        raise InvalidInput(
            "billing_method",
            f"{olds['number']}: billing_method cannot change from {olds.get('billing_method')!r} to {asked!r}: "
            f"{olds['service']} has no call for it, and to release the number and lease it again could lose it. Change it "
            "with the service, `pulumi refresh`, then say it in the program",
        )
    return asked not in (None, was)


def require_lease_again_consent(olds: Props, news: Props, owner: str, pool: str = "") -> None:
    """Refuse to lease a lost number again behind the user's back; `pool` is what it is a slot of, by name.

    Raises:
        InvalidInput: The lease was lost, and the program has not said `lease_again` to that.
    """
    lost = olds.get("lost")
    if lost is None or news.get("lease_again") == lost or news.get("number") not in (None, olds["number"]):
        return
    again = news.get("lease_again")
    other = f", and lease_again names {again}" if again else ""
    slot = short_name(owner).removeprefix(f"{pool}-") if pool else "SLOT"
    consent = f'lease_again={{"{slot}": "{lost}"}}` of the pool' if POOL_TYPE in owner else f'lease_again="{lost}"`'
    raise InvalidInput(
        "",
        f"lease {lost} of {olds['number']} was lost: {olds['service']} does not list it for account {olds['account']!r} any "
        f"more{other}. Remove the resource from the program, or say `{consent} to lease again at the price of a new "
        "lease. Was it the wrong key? With the right one `pulumi refresh` brings it back. To go on with everything else "
        f"meanwhile: `pulumi up --exclude '**::{short_name(owner)}'`",
    )


def announcement(inputs: Mapping[str, Any], held: Mapping[str, Any], wants: Sequence[str] = ()) -> str:
    """Say what will be leased or adopted, where, at which price, in place of which held number, and what is still wanted.

    `wants` is what the service wants before it leases the number, in its own words.
    """
    place = ", ".join(filter(None, (inputs.get("country"), inputs.get("city")))) or "place not told"
    cost = money.price(inputs.get("currency"), inputs.get("monthly_rate"), inputs.get("upfront_fee"))
    if "adopts" in inputs:
        rate = money.rate(inputs.get("currency"), inputs.get("monthly_rate"))
        lease = (
            f"lease {inputs['adopts']} of {inputs['service']}; nothing is charged now, and it goes on costing {rate}"
        )
        return f"will adopt {inputs['number']} ({place}), {lease}{_say_replaced(inputs, held)}"
    wanted = _say_wanted(inputs, wants)
    return (
        f"will lease {inputs['number']} ({place}) from {inputs['service']}: {cost}{_say_replaced(inputs, held)}{wanted}"
    )


def _say_wanted(inputs: Mapping[str, Any], wants: Sequence[str]) -> str:
    """Say what a service wants that the program does not give."""
    given_keys = [f"requirements.{key}" for key, value in (inputs.get("requirements") or {}).items() if value]
    missing = [want for want in wants if not any(key in want for key in given_keys)]
    return f"; {inputs['service']} wants {', '.join(missing)}" if missing else ""


def _say_replaced(inputs: Mapping[str, Any], held: Mapping[str, Any]) -> str:
    if held.get("number") in (None, inputs["number"]):
        return ""
    cost = money.price(held.get("currency"), held.get("monthly_rate"), held.get("upfront_fee"))
    return f", in place of {held['number']}: {'lost' if held.get('lost') else cost}"
