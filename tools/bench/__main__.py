"""What the provider costs beside bare dynamic resources, on the real engine, against the emulator, with its defaults.

Ours and two bare resources a number, as wide, with the same calls and as many threads, run in turn, so that a noisy machine
is noisy for both; what counts is the ratio pair by pair. One bare resource a number that does nothing stands beside
them, a pool of as many numbers, and the same numbers of the native provider. Beside the vendor that takes all requests stands
one that takes so many a second and answers 429 above, where ours runs alone: bare resources fail there. Large sizes take long,
as the engine saves its whole state at each step: their `up` and `destroy` are run less often.
The targets that the measured sizes allow to judge stand below the table; ends with 1 where one is missed, or where it
was stopped before all was measured.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import shutil
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_leases.emulator import Emulator, Vendor, serve
from tools import interrupt

from .run import Measured, Project
from .targets import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
WORK = ROOT / ".work" / "bench"
STEPS = {"preview": "preview", "up": "up", "up, nothing to do": "up", "refresh": "refresh", "destroy": "destroy"}
"""What is measured, and the command that it takes."""
LASTING = ("up", "destroy")
"""Steps that change what is leased: once in the life of a stack. The others are measured again on the same stack."""
_FIRST = 12025551000
_UNLIKE_A_USER = ("LEASES_", "PYTHONDONTWRITEBYTECODE")
"""Variables that would measure something else than the defaults of an installed package."""

OURS = "from pulumi_leases import LeasedNumber\nfor n in {numbers!r}:\n    LeasedNumber('n' + n[1:], number=n)\n"
POOL = (
    "from pulumi_leases import NumberPool\n"
    "NumberPool('pool', count={count}, search={{'country': 'US', 'area_code': '202'}})\n"
)
NATIVE = "from tools.native_sdk import LeasedNumber\nfor n in {numbers!r}:\n    LeasedNumber('n' + n[1:], number=n)\n"
PAIR = "from tools.bench.bare import pair\nfor n in {numbers!r}:\n    pair('n' + n[1:], n)\n"
SINGLE = "from tools.bench.bare import single\nfor n in {numbers!r}:\n    single('n' + n[1:], n)\n"
KINDS = {"ours": OURS, "native": NATIVE, "pair": PAIR, "single": SINGLE, "pool": POOL}


def main() -> int:
    """Measure, print a table or JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 10, 100, 500])
    parser.add_argument(
        "--latencies", type=float, nargs="+", default=[0, 50, 300], help="of the vendor, in milliseconds"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how many times each step is measured")
    parser.add_argument(
        "--patience", type=float, default=400, help="seconds from which on a size gets no further stack"
    )
    parser.add_argument(
        "--parallel", type=int, default=4 * (os.cpu_count() or 1),
        help="calls that the engine has under way at once; without it the engine's own default",
    )  # fmt: skip
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--slow-ends", type=float, nargs="*", default=[5],
        help="seconds that the vendor takes to end a lease; measured for ours alone, with 100 numbers",
    )  # fmt: skip
    parser.add_argument(
        "--paces", type=float, nargs="*", default=[10],
        help="requests a second that a vendor takes; measured for ours alone, with 100 numbers",
    )  # fmt: skip
    parser.add_argument(
        "--growth", type=int, nargs="*", default=[1000],
        help="sizes that are measured for their growth: at the first of the latencies, ours and pairs alone",
    )  # fmt: skip
    asked = parser.parse_args()
    interrupt.hear()
    rows: list[dict[str, Any]] = []
    whole = False
    try:
        for one in measure(asked):
            rows += one
        whole = True
    except KeyboardInterrupt:
        print("# stopped: what follows is what was measured until then", file=sys.stderr)
    shutil.rmtree(WORK, ignore_errors=True)
    targets = judge(rows)
    if asked.json:
        print(json.dumps({"rows": rows, "targets": [{**vars(one), "met": one.met} for one in targets]}, indent=2))
    else:
        print(table(rows), *targets, sep="\n")
    return int(not whole or any(not target.met for target in targets))


def plan(asked: argparse.Namespace) -> Iterator[tuple[World, list[str]]]:
    """Plan what is measured and compared with what: paces, slow ends and growth use the first latency only."""
    first, *others = asked.latencies
    world = functools.partial(World, parallel=asked.parallel)
    yield from ((world(count, first), asked.kinds) for count in asked.counts)
    alone = [world(100, first, pace=pace) for pace in asked.paces]
    alone += [world(100, first, slow_end_s=seconds) for seconds in asked.slow_ends]
    yield from ((one, ["ours"]) for one in alone if one.count in asked.counts)
    yield from ((world(count, first), ["ours", "pair"]) for count in asked.growth)
    yield from ((world(count, latency), asked.kinds) for latency in others for count in asked.counts)


def measure(asked: argparse.Namespace) -> Iterator[list[dict[str, Any]]]:
    """Measure the steps of one world after another."""
    for world, kinds in plan(asked):
        began = time.monotonic()
        lives = [one_life(world, kinds, 0, asked.rounds)]
        while len(lives) < asked.rounds and time.monotonic() - began < asked.patience:
            lives.append(one_life(world, kinds, len(lives), 0))
        rows = [row(world, step, lives, kinds) for step in STEPS]
        ratios = ", ".join(f"{one['step']} {one['ratio']}" for one in rows if "ratio" in one)
        print(f"# {world}: {time.monotonic() - began:.0f} s; {ratios}", file=sys.stderr, flush=True)
        yield rows


@dataclass(frozen=True)
class World:
    """How many numbers, and how slow the vendor is.

    Attributes:
        count: How many numbers.
        latency_ms: What each call takes.
        slow_end_s: What the end of a lease takes.
        pace: How many requests a second are taken; 0 for any.
        parallel: How many calls the engine has under way at once.
    """

    count: int
    latency_ms: float
    parallel: int
    slow_end_s: float = 0.0
    pace: float = 0.0

    def __str__(self) -> str:
        """Describe the world in one line."""
        pace = f", {self.pace:.0f} requests a second" if self.pace else ""
        end = f"{self.slow_end_s:.0f} s to the end of a lease"
        return f"{self.count} numbers, {self.latency_ms:.0f} ms a call, {end}, {self.parallel} at once{pace}"


def one_life(world: World, kinds: list[str], index: int, repeats: int) -> dict[str, dict[str, list[Measured]]]:
    """Run a stack of each kind from its first `up` to its end, all kinds in turn, in an order that changes with the index.

    What changes nothing is measured so many times.
    """
    numbers = [f"+{_FIRST + place}" for place in range(world.count)]
    shutil.rmtree(WORK, ignore_errors=True)
    found: dict[str, dict[str, list[Measured]]] = {kind: {step: [] for step in STEPS} for kind in kinds}
    projects, served = {}, []
    try:
        for kind in kinds:
            server = serve(Emulator())
            vendor = Vendor(server.__enter__().url)
            served.append((server, vendor))
            for number in numbers:
                vendor.add_offer(
                    "contiguity", number, country="US", city="Washington", recurring_fee=1.0, upfront_fee=0.5
                )
            vendor.switch("contiguity", termination_delay_s=world.slow_end_s)
            if world.latency_ms:
                vendor.fault("*", "delay_before", vendor="contiguity", seconds=world.latency_ms / 1000, times=0)
            if world.pace:
                vendor.fault("*", "rate", vendor="contiguity", per_second=world.pace)
            environ = {
                **{name: value for name, value in os.environ.items() if not name.startswith(_UNLIKE_A_USER)},
                "PYTHONPATH": str(ROOT),
                "LEASES_CONTIGUITY_TOKEN": vendor.token(),
                "LEASES_CONTIGUITY_BASE_URL": vendor.contiguity,
                "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            }
            program = KINDS[kind].format(numbers=numbers, count=world.count)
            projects[kind] = (vendor, Project(WORK / kind, program, environ))
        order = kinds[index % len(kinds) :] + kinds[: index % len(kinds)]
        for step, command in STEPS.items():
            for kind in order * (1 if step in LASTING else repeats):
                vendor, project = projects[kind]
                found[kind][step].append(project.measure(vendor, command, world.parallel))
        for kind, (vendor, _) in projects.items():
            if vendor.leases():
                raise RuntimeError(f"{kind}: still leased after destroy: {vendor.leases()}")
    finally:
        for server, vendor in served:
            vendor.close()
            server.__exit__(None, None, None)
    return found


def row(world: World, step: str, lives: list[dict[str, dict[str, list[Measured]]]], kinds: list[str]) -> dict[str, Any]:
    """Sum up one step: medians, and the ratios pair by pair with their spread."""
    found = {kind: [one for life in lives for one in life[kind][step]] for kind in kinds}
    figures: dict[str, Any] = {**asdict(world), "step": step, "times": len(found[kinds[0]])}
    for kind in kinds:
        figures[kind] = round(statistics.median(one.seconds for one in found[kind]), 2)
        figures[f"{kind}_best"] = round(min(one.seconds for one in found[kind]), 2)
    if "pair" in kinds and "ours" in kinds:
        ratios = sorted(ours.seconds / pair.seconds for ours, pair in zip(found["ours"], found["pair"], strict=True))
        figures["ratio"] = round(statistics.median(ratios), 3)
        figures["ratio_spread"] = [round(ratios[0], 3), round(ratios[-1], 3)]
    if "native" in kinds and "ours" in kinds:
        ratios = [native.seconds / ours.seconds for native, ours in zip(found["native"], found["ours"], strict=True)]
        figures["native_ratio"] = round(statistics.median(ratios), 3)
    for kind in {"ours", "native", "pool"} & set(kinds):
        figures[f"{kind}_calls"] = found[kind][-1].calls
        figures[f"{kind}_mib"] = round(max(one.provider_mib for one in found[kind]))
    return figures


def table(rows: list[dict[str, Any]]) -> str:
    """Lay the rows out for a reader."""
    head = ["numbers", "latency", "slow end", "a second", "step", "times", *KINDS, "ours/pair", "spread", "native/ours"]
    head += ["ours MiB", "native MiB", "pool MiB", "calls of ours", "calls of native", "calls of the pool"]
    body = [
        [
            str(one["count"]),
            f"{one['latency_ms']:.0f} ms",
            f"{one['slow_end_s']:.0f} s",
            f"{one['pace']:.0f}" if one["pace"] else "any",
            one["step"],
            str(one["times"]),
            *(f"{one[kind]:.2f} s" if kind in one else "" for kind in KINDS),
            f"{one.get('ratio', '')}",
            " to ".join(map(str, one.get("ratio_spread", []))),
            f"{one.get('native_ratio', '')}",
            *(str(one.get(f"{kind}_mib", "")) for kind in ("ours", "native", "pool")),
            *(calls(one.get(f"{kind}_calls")) for kind in ("ours", "native", "pool")),
        ]
        for one in rows
    ]
    widths = [max(len(line[place]) for line in [head, *body]) for place in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [head, *body]
    )


def calls(counted: dict[str, int] | None) -> str:
    """Write calls by kind; what was not measured stays empty."""
    return "" if counted is None else ", ".join(f"{count} {kind}" for kind, count in counted.items()) or "none"


if __name__ == "__main__":
    sys.exit(main())
