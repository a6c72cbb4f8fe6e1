"""What one number takes in the state: the engine writes the whole state at each step, so that its size is time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pulumi_leases import LeasedNumber

if TYPE_CHECKING:
    from ..conftest import NewStack

pytestmark = pytest.mark.engine
OURS = 1_750
"""Bytes of the inputs and outputs of both resources, all facts told."""
ALL = 3_250
"""Bytes of both resources without the stack trace of the LeasedNumber, which is as long as the program is deep."""


def program() -> None:
    LeasedNumber("support", number="+12015550123")


LINE = program.__code__.co_firstlineno + 1


def test_a_number_is_small_in_the_state(new_stack: NewStack) -> None:
    """At most 1.75 kB of inputs and outputs; its intent has no stack trace of its own, and no frame is of this package."""
    stack = new_stack(program)
    assert stack.up().ok
    intent, number = (stack.resources()[f"{kind} support"] for kind in ("LeaseIntent", "LeasedNumber"))

    trace = [frame.get("sourcePosition", "") for frame in number.pop("stackTrace")]
    told = [entry[part] for entry in (intent, number) for part in ("inputs", "outputs")]
    assert size(*told) <= OURS
    assert size(intent, number) <= ALL
    assert not any("/pulumi_leases/" in frame for frame in trace)
    assert number["sourcePosition"] == trace[0]
    assert trace[0].endswith(f"/{Path(__file__).name}#{LINE}")


def size(*entries: object) -> int:
    """Count bytes as the engine writes them."""
    return sum(len(json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode()) for entry in entries)
