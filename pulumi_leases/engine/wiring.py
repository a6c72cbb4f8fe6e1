"""What a number is connected to, as inputs: which of it goes with the purchase, and which of it has changed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .state import UNSET, WIRING_KEYS, Props, given

if TYPE_CHECKING:
    from ..domain.models import Order

_IN_PLACE = (*WIRING_KEYS, "requirements")


def order(inputs: Props, reference: str | None) -> Order:
    """Take what the paying call carries: number, reference, label and requirements; wiring follows as an update."""
    from ..domain.models import Order

    carried = given(inputs, ("number", "billing_method", "requirements", "label"))
    return Order(reference=reference, **carried)


def given_settings(inputs: Props) -> Props:
    """Take the settings that the program gives; where it is silent, nothing is touched."""
    return given(inputs, WIRING_KEYS)


def changed(olds: Props, news: Props) -> Props:
    """Take the settings that must be set: given, and other than what is set, or not set by a call that failed."""
    unset = set(olds.get(UNSET) or ())
    return {key: value for key, value in given(news, _IN_PLACE).items() if key in unset or value != olds.get(key)}


def inputs_differ(olds: Props, news: Props) -> bool:
    """Whether the engine finds a change by itself when it compares inputs: not where an old state has none of them."""
    return all(olds.get(key) is not None for key in changed(olds, news))
