"""What one number takes in the state: the engine writes the whole state at each step, so that its size is time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_leases import LeasedNumber

from ..yaml_stack import number

if TYPE_CHECKING:
    from ..conftest import NewStack, NewYamlStack

OURS = 1_750
"""Bytes of the inputs and outputs of both resources, with all facts."""
ALL = 3_150
"""Bytes of both resources but for their place in the program, which is as long as the path of its file."""
NATIVE_OURS, NATIVE_ALL = 1_850, 3_450
"""The same of the component and its pair."""
PLACE = ("sourcePosition", "stackTrace")


def program() -> None:
    declare()


def declare() -> None:
    LeasedNumber("support", number="+12015550123")


LINES = [declare.__code__.co_firstlineno + 1, program.__code__.co_firstlineno + 1]


def test_a_number_is_small_in_the_state(new_stack: NewStack) -> None:
    """At most 1.75 kB of inputs and outputs, 3.15 kB in all; as stack trace the lines of the program, and no others."""
    stack = new_stack(program)
    assert stack.up().ok
    pair = [stack.resources()[f"{kind} support"] for kind in ("LeaseIntent", "LeasedNumber")]

    assert size(*(entry[part] for entry in pair for part in ("inputs", "outputs"))) <= OURS
    assert size(*({key: entry[key] for key in entry.keys() - {*PLACE}} for entry in pair)) <= ALL
    for entry in pair:
        trace = [frame["sourcePosition"] for frame in entry["stackTrace"]]
        assert [frame.rpartition("/")[2] for frame in trace] == [f"{Path(__file__).name}#{line}" for line in LINES]
        assert entry["sourcePosition"] == trace[0]


def test_a_number_of_the_native_provider_is_small_in_the_state(new_yaml_stack: NewYamlStack) -> None:
    """A component and its pair: at most 1.85 kB of inputs and outputs, 3.45 kB in all."""
    stack = new_yaml_stack({"resources": {"support": number("+12015550123")}})
    assert stack.up().ok
    parts = [entry for entry in stack._recorded() if entry["type"].startswith("leases:")]

    assert len(parts) == 3
    assert size(*(entry[part] for entry in parts for part in ("inputs", "outputs") if part in entry)) <= NATIVE_OURS
    assert size(*parts) <= NATIVE_ALL


def size(*entries: object) -> int:
    """Count bytes as the engine writes them."""
    return sum(len(json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode()) for entry in entries)
