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
_BESIDE_PAIRS_S = 1.0
"""How much longer a refresh of 500 numbers may take than that of two bare resources a number."""
_VENDORS_TIME = 1.15
"""At 300 ms a call, beside the calls' own time at the engine's parallelism and what bare pairs take at no latency."""
_SAME_CALLS = 1.1
"""At 50 ms a call, beside bare pairs that make the same calls with as many threads."""
_NATIVE = 1.0
"""How long the native provider may take at 300 ms a call beside the dynamic one, which works on as many calls at once."""
_NATIVE_WIDE, _WIDE = 1.5, 32
"""With so many calls at once, beside the calls' own time at that and what bare pairs take at no latency."""
_TEN_BESIDE_ONE = 1.5
"""At 300 ms a call."""
_PACE_SHARE = 0.8
"""How much of the requests a second that a vendor takes is used, at the least, beside what the same takes of a vendor that
takes any."""
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
        """Describe the target and its measure in one line."""
        return f"{'met' if self.met else 'MISSED':6}  {self.name}: {self.measured:.2f} (at most {self.most:.2f})"


def judge(rows: Sequence[Row]) -> list[Target]:
    """Judge every target for which the needed sizes were measured."""
    paced = [row for row in rows if row.get("pace")]
    by = {(row["count"], row["latency_ms"], row["slow_end_s"], row["step"]): row for row in rows if row not in paced}
    beside_any = (_pace(row, by.get((row["count"], row["latency_ms"], 0, row["step"]))) for row in paced)
    return [*_judge(by), *_beside_a_slow_vendor(by), *filter(None, beside_any)]


def _beside_a_slow_vendor(by: Mapping[tuple[int, float, float, str], Row]) -> Iterator[Target]:
    for (count, latency, slow, step), row in by.items():
        if slow or step not in {"up", "destroy"}:
            continue
        at_once, one = by.get((count, 0, slow, step), {}), by.get((1, latency, slow, step))
        if (count, latency) == (100, 300) and "pair_best" in at_once and "ours_calls" in row:
            least = sum(row["ours_calls"].values()) * latency / 1000 / row["parallel"] + at_once["pair_best"]
            yield Target(f"{step} of 100 at 300 ms beside what it must take", row["ours_best"] / least, _VENDORS_TIME)
        if (count, latency, step) == (100, 300, "up") and "native_ratio" in row:
            yield Target("up of 100 at 300 ms by the native provider beside the dynamic", row["native_ratio"], _NATIVE)
        if (
            (count, latency, step) == (100, 300, "up")
            and "native" in row
            and "pair_best" in at_once
            and row["parallel"] == _WIDE
        ):
            least = sum(row["native_calls"].values()) * latency / 1000 / _WIDE + at_once["pair_best"]
            yield Target(
                "up of 100 by the native provider, 32 at once, beside what it must take",
                row["native_best"] / least,
                _NATIVE_WIDE,
            )
        if (count, latency, step) == (100, 50, "up") and "ratio" in row:
            yield Target("up of 100 at 50 ms beside bare pairs", row["ratio"], _SAME_CALLS)
        if (count, latency) == (10, 300) and one:
            yield Target(f"{step} of 10 at 300 ms beside one", row["ours_best"] / one["ours_best"], _TEN_BESIDE_ONE)


def _pace(row: Row, at_once: Row | None) -> Target | None:
    if at_once is None or row["step"] not in {"up", "destroy"}:
        return None
    least = sum(row["ours_calls"].values()) / row["pace"] + at_once["ours_best"]
    name = f"{row['step']} of {row['count']} at {row['pace']:.0f} requests a second beside what those must take"
    return Target(name, row["ours_best"] / least, 1 / _PACE_SHARE)


def _judge(by: Mapping[tuple[int, float, float, str], Row]) -> Iterator[Target]:
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
        if (count, step) == (500, "refresh") and "pair_best" in row:
            beyond = row["ours_best"] - row["pair_best"]
            yield Target(
                f"seconds that a refresh of 500 takes beyond bare pairs, at {latency:.0f} ms", beyond, _BESIDE_PAIRS_S
            )
        if (count, slow, step) == (100, 5, "destroy") and (at_once := by.get((100, latency, 0, step))):
            yield Target("seconds that slow ends add to a destroy of 100", row["ours"] - at_once["ours"], _SLOW_END_S)
