"""What a number is connected to: which of it goes with the purchase, which of it has changed, and the call that sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..domain.errors import LeaseError
from .state import UNSET, WIRING_KEYS, Props, hide, take_given

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..domain.models import Lease, Order
    from ..services.base import LeaseService

_SHORTEST_SECRET = 6
_IN_PLACE = (*WIRING_KEYS, "requirements")


def order(inputs: Props, reference: str | None) -> Order:
    """Take what the paying call carries: number, reference, label and requirements; wiring follows as an update."""
    from ..domain.models import Order

    carried = take_given(inputs, ("number", "billing_method", "requirements", "label"))
    return Order(reference=reference, **carried)


def take_settings(inputs: Props) -> Props:
    """Take the settings that the program gives; where it is silent, nothing is touched."""
    return {key: value for key, value in take_given(inputs, WIRING_KEYS).items() if value != {}}


def find_changes(olds: Props, news: Props) -> Props:
    """Take the settings that must be set: given, and other than what is set, or not set by a call that failed."""
    unset = set(olds.get(UNSET) or ())
    return {
        key: value
        for key, value in take_given(news, _IN_PLACE).items()
        if key in unset or _differs(olds.get(key), value)
    }


def _differs(old: Any, new: Any) -> bool:
    """Whether a given value is another than before; keys of a nested input that are not given do not count."""
    if not isinstance(new, dict):
        return bool(new != old)
    return any(value != (old or {}).get(key) for key, value in new.items())


def inputs_differ(olds: Props, news: Props) -> bool:
    """Whether the engine finds a change by itself when it compares inputs.

    A state of the first version may have a failover in its inputs that was never set, and none in its outputs.
    """
    return "failover" not in find_changes(olds, news) or olds.get("failover") is not None


def hide_kept(inputs: Props, program: Props) -> Props:
    """Mark old settings that are kept as secret: they may have been, and the engine knows that only of what the program gives."""
    return {key: hide(inputs[key]) for key in _IN_PLACE if key in inputs and program.get(key) is None}


def connect(service: LeaseService, lease: Lease, settings: Props) -> None:
    """Set what a number is connected to.

    Raises:
        LeaseError: As the service's `configure`; addresses and numbers in it, which may be secret, are not shown.
    """
    try:
        service.configure(lease, settings)
    except LeaseError as error:
        text = str(error)
        for value, name in sorted(_name_texts(settings), key=lambda pair: -len(pair[0])):
            text = text.replace(value, f"[{name}]")
        error.args = (text,)
        raise


def _name_texts(settings: Props) -> Iterator[tuple[str, str]]:
    """Name the texts that may be secret; shorter ones, such as `POST`, stand in any message by chance."""
    for name, value in settings.items():
        for part, text in value.items() if isinstance(value, dict) else ():
            for one in text if isinstance(text, list) else [text]:
                if isinstance(one, str) and len(one) >= _SHORTEST_SECRET:
                    yield one, f"{name}.{part}"


def read_back(service: LeaseService, lease: Lease, outs: Props) -> Props:
    """Write what a refresh finds of the wiring that is declared; what the service does not report is not in it."""
    declared = take_settings(outs)
    settings = service.settings_of(lease, declared) if declared else {}
    return {key: _write_observed(value, settings[key]) for key, value in declared.items() if key in settings}


def _write_observed(declared: Any, found: Any) -> Any:
    """Write what is found in the form that is declared: what is off is "", and the order of a list means nothing."""
    if isinstance(declared, dict):
        parts = found or {}
        return {
            part: _write_observed(value, parts[part]) if part in parts else value for part, value in declared.items()
        }
    if isinstance(declared, list):
        return declared if sorted(declared) == sorted(found or ()) else [*(found or ())]
    return "" if found is None else found
