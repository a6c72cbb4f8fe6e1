"""The tests of both doors: each module of them goes through both, whichever tests are chosen."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict

import pytest

from .doors import STACKS
from .stack import ROOT


def collected(*words: str) -> set[str]:
    """The ids of the tests that pytest would run."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider", "-m", "both_doors", *words]
    ran = subprocess.run([*command, "tests/end_to_end"], cwd=ROOT, capture_output=True, text=True, check=True)
    return {line for line in ran.stdout.splitlines() if "::" in line}


@pytest.mark.timeout(120)
def test_tests_take_turns_at_the_doors() -> None:
    """Each test once, through one door that its id names; each module through both; `--doors=all` adds the other halves."""
    turns, all_ = collected(), collected("--doors=all")
    assert turns < all_

    doors: dict[str, set[str]] = defaultdict(set)
    without: list[str] = []
    for test in turns:
        words = test.rpartition("[")[2].rstrip("]").split("-")
        door = next((name for name in STACKS if name in words), "")
        doors[test.partition("::")[0]] |= {door} - {""}
        without.append(test.replace(door, "") if door else test)
    assert len(without) == len(set(without))
    assert {module for module, found in doors.items() if found != set(STACKS)} == set()
    drawn = {test for test in turns if any(name in test.rpartition("[")[2] for name in STACKS)}
    assert len(all_) == len(turns) + len(drawn)


def test_one_door_can_be_asked_for() -> None:
    """Then what is of the other one is left out, and what has no door stays."""
    native, dynamic = collected("--doors=native"), collected("--doors=dynamic")
    assert native | dynamic == collected("--doors=all")
    assert len(native) == len(dynamic)
