"""What the provider costs beside bare dynamic resources, on the real engine, against the emulator.

Ours and two bare resources a number, as wide and with the same calls, run in turn, so that a noisy machine is noisy for
both; what counts is the ratio pair by pair. One bare resource a number that does nothing stands beside them.
The targets that the measured sizes allow to judge stand below the table; ends with 1 where one is missed.
"""

from __future__ import annotations

import argparse
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

from .run import Measured, Project
from .targets import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
WORK = ROOT / ".work" / "bench"
COMMANDS = ("preview", "up", "up", "refresh", "destroy")
STEPS = ("preview", "up", "up, nothing to do", "refresh", "destroy")
_FIRST = 12025551000

OURS = "from pulumi_leases import LeasedNumber\nfor n in {numbers!r}:\n    LeasedNumber('n' + n[1:], number=n)\n"
POOL = (
    "from pulumi_leases import NumberPool\n"
    "NumberPool('pool', count={count}, search={{'country': 'US', 'area_code': '202'}})\n"
)
PAIR = "from tools.bench.bare import pair\nfor n in {numbers!r}:\n    pair('n' + n[1:], n)\n"
SINGLE = "from tools.bench.bare import single\nfor n in {numbers!r}:\n    single('n' + n[1:], n)\n"
KINDS = {"ours": OURS, "pair": PAIR, "single": SINGLE, "pool": POOL}


def main() -> int:
    """Measure, print a table or JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 10, 100, 500])
    parser.add_argument(
        "--latencies", type=float, nargs="+", default=[0, 50, 300], help="of the vendor, in milliseconds"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--slow-ends", type=float, nargs="*", default=[5],
        help="seconds that the vendor takes to end a lease; measured for ours alone, with 100 numbers",
    )  # fmt: skip
    asked = parser.parse_args()
    rows = list(measured(asked))
    shutil.rmtree(WORK, ignore_errors=True)
    targets = judged(rows)
    if asked.json:
        print(json.dumps({"rows": rows, "targets": [{**vars(one), "met": one.met} for one in targets]}, indent=2))
    else:
        print(table(rows), *targets, sep="\n")
    return int(any(not target.met for target in targets))


def measured(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Run all of it, a size and a latency after another."""
    worlds = [World(count, latency, 0.0) for latency in asked.latencies for count in asked.counts]
    worlds += [World(100, 0.0, seconds) for seconds in asked.slow_ends if 100 in asked.counts]  # noqa: PLR2004 (as told)
    for world in worlds:
        kinds = ["ours"] if world.slow_end_s else asked.kinds
        began = time.monotonic()
        rounds = [one_round(world, kinds, index) for index in range(asked.rounds)]
        print(f"# {world}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        for step in STEPS:
            yield row(world, step, rounds, kinds)


@dataclass(frozen=True)
class World:
    """How many numbers, and how slow the vendor is: with each call, and with the end of a lease."""

    count: int
    latency_ms: float
    slow_end_s: float

    def __str__(self) -> str:
        """Tell it in one line."""
        return f"{self.count} numbers, {self.latency_ms:.0f} ms a call, {self.slow_end_s:.0f} s to the end of a lease"


def one_round(world: World, kinds: list[str], index: int) -> dict[str, dict[str, Measured]]:
    """Run each step of all kinds in turn, in an order that changes from round to round."""
    numbers = [f"+{_FIRST + place}" for place in range(world.count)]
    shutil.rmtree(WORK, ignore_errors=True)
    found: dict[str, dict[str, Measured]] = {kind: {} for kind in kinds}
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
            environ = {
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "LEASES_CONTIGUITY_TOKEN": vendor.token(),
                "LEASES_CONTIGUITY_BASE_URL": vendor.contiguity,
                "LEASES_REQUESTS_PER_SECOND": "100000",
                "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            }
            program = KINDS[kind].format(numbers=numbers, count=world.count)
            projects[kind] = (vendor, Project(WORK / kind, program, environ))
        order = kinds[index % len(kinds) :] + kinds[: index % len(kinds)]
        for step, command in zip(STEPS, COMMANDS, strict=True):
            for kind in order:
                vendor, project = projects[kind]
                found[kind][step] = project.measure(vendor, command)
        for kind, (vendor, _) in projects.items():
            if vendor.leases():
                raise RuntimeError(f"{kind}: still leased after destroy: {vendor.leases()}")
    finally:
        for server, vendor in served:
            vendor.close()
            server.__exit__(None, None, None)
    return found


def row(world: World, step: str, rounds: list[dict[str, dict[str, Measured]]], kinds: list[str]) -> dict[str, Any]:
    """Sum up one step: medians, and the ratios pair by pair with their spread."""
    told: dict[str, Any] = {**asdict(world), "step": step}
    for kind in kinds:
        told[kind] = round(statistics.median(one[kind][step].seconds for one in rounds), 2)
    if "pair" in kinds and "ours" in kinds:
        ratios = sorted(one["ours"][step].seconds / one["pair"][step].seconds for one in rounds)
        told["ratio"] = round(statistics.median(ratios), 3)
        told["ratio_spread"] = [round(ratios[0], 3), round(ratios[-1], 3)]
    if "ours" in kinds:
        told["calls"] = rounds[-1]["ours"][step].calls
        told["provider_mib"] = round(max(one["ours"][step].provider_mib for one in rounds))
    if "pool" in kinds:
        told["pool_calls"] = rounds[-1]["pool"][step].calls
    return told


def table(rows: list[dict[str, Any]]) -> str:
    """Lay the rows out for a reader."""
    head = ["numbers", "latency", "slow end", "step", *KINDS, "ours/pair", "spread", "MiB", "calls of ours"]
    body = [
        [
            str(one["count"]),
            f"{one['latency_ms']:.0f} ms",
            f"{one['slow_end_s']:.0f} s",
            one["step"],
            *(f"{one[kind]:.2f} s" if kind in one else "" for kind in KINDS),
            f"{one.get('ratio', '')}",
            " to ".join(map(str, one.get("ratio_spread", []))),
            str(one.get("provider_mib", "")),
            ", ".join(f"{count} {name}" for name, count in one.get("calls", {}).items()) or "none",
        ]
        for one in rows
    ]
    widths = [max(len(line[place]) for line in [head, *body]) for place in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [head, *body]
    )


if __name__ == "__main__":
    sys.exit(main())
