"""Beside other dynamic providers, in their process and in a long one of Pulumi's Automation API."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import dynamic

from pulumi_leases import LeasedNumber, get_leased_numbers
from tools.chaos.processes import wait_for

if TYPE_CHECKING:
    import pytest

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

MANY = 150


class Elsewhere(dynamic.ResourceProvider):
    """Another package's provider, which carries settings and fails on demand."""

    def __init__(self, *, fails: bool) -> None:
        super().__init__()
        self.settings = {"fails": fails, "deep": {"a": 1, "b": [1, 2]}}

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        if self.settings["fails"]:
            raise ValueError("a fault of somebody else's")
        return dynamic.CreateResult("id", {})


class Other(dynamic.Resource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, *, fails: bool = False) -> None:
        super().__init__(Elsewhere(fails=fails), name, {}, opts)


def test_many_numbers_beside_another_packages_resources_again_and_again(
    new_stack: NewStack, vendor: Vendor, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A preview of 150 with data functions succeeds each time, and leaves no thread and no descriptor."""

    def program() -> None:
        assert get_leased_numbers() == []
        for index in range(MANY):
            LeasedNumber(f"n{index}", number=f"+1201555{1000 + index}")
        Other("beside")

    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for index in range(MANY):
        vendor.add_offer("contiguity", f"+1201555{1000 + index}")
    stack = new_stack(program)

    def held() -> tuple[int, int]:
        gc.collect()
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    def held_after_a_preview(before: tuple[int, int]) -> tuple[int, int]:
        assert (seen := stack.preview()).ok, seen.text
        wait_for(lambda: held() <= before, 10)  # its last thread may take a moment to end
        return held()

    assert (seen := stack.preview()).ok, seen.text
    first = held()
    second = held_after_a_preview(first)
    third = held_after_a_preview(second)

    assert first >= second >= third, (first, second, third)


def test_another_provider_keeps_its_traceback(new_stack: NewStack) -> None:
    """It fails in the process that has just leased a number of ours: its error says where."""

    def program() -> None:
        number = LeasedNumber("support", number="+12015550123")
        Other("beside", pulumi.ResourceOptions(depends_on=[number]), fails=True)

    seen = new_stack(program).up()

    assert not seen.ok
    assert "Traceback (most recent call last)" in seen.text
    assert "ValueError: a fault of somebody else's" in seen.text
