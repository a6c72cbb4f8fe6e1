"""What the vendors leave open, as named switches: a default, and the other worlds that are possible."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class SwitchError(ValueError):
    """There is no switch of this name, or it does not take this value."""


@dataclass(frozen=True)
class Switch:
    """One open question. `choices` lists every answer; without choices it takes a number, not below zero, or null."""

    name: str
    default: Any
    choices: tuple[Any, ...]
    meaning: str

    def normal(self, value: Any) -> Any:
        """The value itself if the switch takes it, with `"409"` read as 409."""
        for choice in self.choices:
            if value is choice or (not isinstance(value, bool) and str(value) == str(choice)):
                return choice
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if not self.choices and (number or (value is None and self.default is None)):
            return value
        allowed = ", ".join(map(str, self.choices)) if self.choices else "a number, not below zero"
        raise SwitchError(f"switch {self.name} does not take {value!r}; it takes {allowed}")


class Switches:
    """The answers that one vendor's switches give now."""

    def __init__(self, vendor: str, known: tuple[Switch, ...]) -> None:
        self._known = {switch.name: switch for switch in known}
        self.values = {switch.name: switch.default for switch in known}
        self._vendor = vendor

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def update(self, values: Mapping[str, Any]) -> None:
        """Set some switches, all or none.

        Raises:
            SwitchError: a name or a value is not in the table.
        """
        unknown = ", ".join(sorted(set(values) - set(self._known)))
        if unknown:
            raise SwitchError(f"{self._vendor} has no switch {unknown}; it has {', '.join(sorted(self._known))}")
        self.values.update({name: self._known[name].normal(value) for name, value in values.items()})
