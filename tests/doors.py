"""The two doors that the engine comes in by, and which of them a test of both goes through.

A test module is marked `both_doors` where the language does not matter: its `new_stack` makes stacks of a door, and what the
module has of `pulumi_leases` is what a program gets at that door. `only_dynamic` says of one of its tests why it stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools import native_sdk

from .native_stack import NativeStack
from .stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pytest

STACKS: Mapping[str, type[Stack]] = {"dynamic": Stack, "native": NativeStack}
"""The stacks that each door serves."""

NAMES: Mapping[str, Mapping[str, Any]] = {
    "dynamic": {},
    "native": {name: getattr(native_sdk, name) for name in ("LeasedNumber", "NumberPool", "total_cost")},
}
"""What a program at each door has in the place of the names of `pulumi_leases`."""


def is_shared(function: Any) -> bool:
    """Whether a test function of a module that is marked `both_doors` is run through both."""
    return all(mark.name != "only_dynamic" for mark in getattr(function, "pytestmark", ()))


def left_out(items: Iterable[pytest.Item], asked: str) -> list[pytest.Item]:
    """Find the tests that go through another door than the one that is asked for.

    Args:
        items: All tests of their modules, so that a test has the same turn in each run.
        asked: A door, `all`, or `turns`: one after the other, down a module and the parameters of a test.
    """
    left: list[pytest.Item] = []
    seen: dict[Any, list[str]] = {}
    for item in items:
        test: Any = item
        door = test.callspec.params.get("door") if hasattr(item, "callspec") else None
        if door is None:
            continue
        parameters = seen.setdefault(test.function, [])
        if (other := item.name.replace(door, "")) not in parameters:
            parameters.append(other)
        turn = _shared_tests(test.module).index(test.function.__name__) + parameters.index(other)
        wanted = list(STACKS)[turn % len(STACKS)] if asked == "turns" else asked
        if wanted not in {"all", door}:
            left.append(item)
    return left


def _shared_tests(module: Any) -> list[str]:
    return [name for name, found in vars(module).items() if name.startswith("test_") and is_shared(found)]
