"""The bench measures on the real engine, and judges what it has measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.bench.targets import judge

from ..stack import ROOT


def test_it_measures_seconds_memory_and_calls(engine: Path) -> None:
    """One number, ours alone: the calls are those that a number may cost."""
    asked = ["--counts", "1", "--latencies", "0", "--rounds", "1", "--kinds", "ours", "--growth", "--json"]
    ran = subprocess.run(
        [sys.executable, "-m", "tools.bench", *asked],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    rows = json.loads(ran.stdout)["rows"]
    assert {row["step"]: row["ours_calls"] for row in rows} == {
        "preview": {"leased": 1, "available": 1},
        "up": {"leased": 1, "available": 1, "lease": 1},
        "up, nothing to do": {},
        "refresh": {"leased": 1},
        "destroy": {"leased": 2, "terminate": 1},
    }
    assert all(row["ours"] > 0 for row in rows)
    assert all(20 < row["ours_mib"] < 500 for row in rows if row["step"] != "destroy")


def row(
    count: int, step: str, ours: float, *, latency_ms: float = 0, slow_end_s: float = 0, **more: Any
) -> dict[str, Any]:
    trial = {"count": count, "latency_ms": latency_ms, "slow_end_s": slow_end_s, "step": step, "parallel": 8, **more}
    return {"ours": ours, "ours_best": ours, "ours_calls": {"lease": count}, **trial}


WIDE = row(100, "up", 5, latency_ms=300, parallel=32, native=9, native_calls={"lease": 100})


@pytest.mark.parametrize(
    ("rows", "met"),
    [
        ([row(100, "up", 9, ratio=1.15)], [True]),
        ([row(100, "up", 9, ratio=1.16)], [False]),
        ([row(100, "refresh", 9, ratio=1.16, latency_ms=50), row(10, "up", 9, ratio=9), row(100, "up", 9)], []),
        ([row(100, "up", 9, ratio=1.1, latency_ms=50)], [True]),
        ([row(100, "up", 9, ratio=1.11, latency_ms=50)], [False]),
        ([row(100, "up", 11, latency_ms=300), row(100, "up", 9, pair_best=6)], [True]),
        ([row(100, "up", 11.3, latency_ms=300), row(100, "up", 9, pair_best=6)], [False]),
        ([row(100, "up", 11, latency_ms=300, native_ratio=1.0)], [True]),
        ([row(100, "up", 11, latency_ms=300, native_ratio=1.01)], [False]),
        ([{**WIDE, "native_best": 10.4}, row(100, "up", 9, pair_best=6)], [True, True]),
        ([{**WIDE, "native_best": 10.5}, row(100, "up", 9, pair_best=6)], [True, False]),
        ([row(10, "destroy", 3, latency_ms=300), row(1, "destroy", 2, latency_ms=300)], [True]),
        ([row(10, "destroy", 3.1, latency_ms=300), row(1, "destroy", 2, latency_ms=300)], [False]),
        ([row(100, "up", 15, pace=10), row(100, "refresh", 99, pace=10), row(100, "up", 2)], [True]),
        ([row(100, "up", 15.1, pace=10), row(100, "up", 2, ratio=1)], [True, False]),
        ([row(500, "refresh", 3, pair_best=2)], [True]),
        ([row(500, "refresh", 3.1, pair_best=2)], [False]),
        ([row(500, "refresh", 9), row(500, "refresh", 10, latency_ms=300)], [True]),
        ([row(500, "refresh", 9), row(500, "refresh", 10.1, latency_ms=300)], [False]),
        ([row(100, "destroy", 9), row(100, "destroy", 19, slow_end_s=5)], [True]),
        ([row(100, "destroy", 9), row(100, "destroy", 19.1, slow_end_s=5)], [False]),
        ([row(100, "up", 2, pair=1, ratio=1), row(1000, "up", 22, pair=10, ratio=1)], [True, True]),
        ([row(100, "up", 2, pair=1, ratio=1), row(1000, "up", 24, pair=10, ratio=1)], [True, False]),
    ],
)
def test_what_was_measured_is_held_against_the_targets(rows: list[dict[str, Any]], met: list[bool]) -> None:
    """Each at the size and the vendor for which it is set; what was not measured is not judged."""
    assert [target.met for target in judge(rows)] == met
