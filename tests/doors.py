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
    from collections.abc import Mapping

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
    marks = {mark.name for mark in getattr(function, "pytestmark", ())}
    return "only_dynamic" not in marks


def is_drawn(item: pytest.Item) -> bool:
    """Whether a test is run where each is run through one door only: they take turns, down the module and its parameters."""
    callspec = item.callspec  # type: ignore[attr-defined]  # only tests with parameters come here
    module, function = item.module, item.function  # type: ignore[attr-defined]
    names = [name for name, found in vars(module).items() if name.startswith("test_") and is_shared(found)]
    others = sum(index for name, index in callspec.indices.items() if name != "door")
    return bool((names.index(function.__name__) + others) % 2 == callspec.indices["door"])
