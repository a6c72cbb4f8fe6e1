"""What the provider may cost, held against what was measured. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = Mapping[str, Any]

_RATIO = 1.15
"""Beside two bare resources a number, at 100 numbers and no latency; and how much faster ours may grow from there."""
_MANY = {500, 1000}
_LATENCY_S = 1.0
"""How much longer a refresh of 500 numbers may take at 300 ms a call than at none: one listing, whatever the number."""
_SLOW_END_S = 10.0
"""How much longer a destroy of 100 numbers may take where each termination takes five seconds: they wait together."""


@dataclass(frozen=True)
class Target:
    """One target and what was measured for it."""

    name: str
    measured: float
    most: float

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.measured <= self.most

    def __str__(self) -> str:
        """Tell it in one line."""
        return f"{'met' if self.met else 'MISSED':6}  {self.name}: {self.measured:.2f} (at most {self.most:.2f})"


def judged(rows: Sequence[Row]) -> list[Target]:
    """Judge every target for which the needed sizes were measured."""
    return list(_judged({(row["count"], row["latency_ms"], row["slow_end_s"], row["step"]): row for row in rows}))


def _judged(by: Mapping[tuple[int, float, float, str], Row]) -> Iterator[Target]:
    for (count, latency, slow, step), row in by.items():
        hundred, ratio = by.get((100, latency, slow, step)), row.get("ratio")
        if (count, latency, slow) == (100, 0, 0) and ratio is not None:
            yield Target(f"{step} of 100 beside bare pairs", ratio, _RATIO)
        if (latency, slow) == (0, 0) and count in _MANY and ratio is not None and hundred:
            growth = (row["ours"] / hundred["ours"]) / (row["pair"] / hundred["pair"])
            yield Target(f"growth of {step} from 100 to {count} beside that of bare pairs", growth, _RATIO)
        if (count, latency, step) == (500, 300, "refresh") and (at_once := by.get((500, 0, slow, step))):
            yield Target(
                "seconds that 300 ms a call add to a refresh of 500", row["ours"] - at_once["ours"], _LATENCY_S
            )
        if (count, slow, step) == (100, 5, "destroy") and (at_once := by.get((100, latency, 0, step))):
            yield Target("seconds that slow ends add to a destroy of 100", row["ours"] - at_once["ours"], _SLOW_END_S)
