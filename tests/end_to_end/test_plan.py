"""`preview --save-plan`, then `up --plan`, as in CI: what was previewed is leased, slot by slot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pytest

from pulumi_leases import LeasedNumber, NumberPool, NumberSearchArgs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

AGAIN = 2
"""How often: by luck alone a pool of four would come out alike once in two dozen times, and the ten more rarely."""


def pool(slots: int) -> None:
    """Declare a pool."""
    desk = NumberPool("desk", count=slots, search=NumberSearchArgs(country="US"))
    pulumi.export("numbers", desk.numbers)


def alike(searches: int) -> None:
    """Declare searches, each of which fits what others fit."""
    asked = (
        NumberSearchArgs(country="US"),
        NumberSearchArgs(country="US", capabilities=["sms"]),
        NumberSearchArgs(country="US", capabilities=["mms"], order_by="reputation"),
        NumberSearchArgs(prefix="+12"),
        NumberSearchArgs(country="US", area_code="212"),
    )
    numbers = {f"n{index}": LeasedNumber(f"n{index}", search=asked[index // 2 % 5]) for index in range(searches)}
    pulumi.export("numbers", {name: number.number for name, number in numbers.items()})


def planned(text: str) -> set[str]:
    """Read which numbers a preview would lease."""
    return {line.split()[2] for line in text.splitlines() if line.startswith("    will lease +")}


@pytest.mark.parametrize(("declare", "first", "then"), [(pool, 4, 7), (alike, 10, 12)], ids=["pool", "alike"])
def test_a_plan_is_kept_slot_by_slot(
    new_stack: NewStack, vendor: Vendor, tmp_path: Path, declare: Callable[[int], None], first: int, then: int
) -> None:
    """Time and again: the up does what the preview has saved, and leases what it named; so it is when slots are added."""
    plan = str(tmp_path / "plan.json")
    for _ in range(AGAIN):
        before = set(vendor.leased("contiguity"))
        stack = new_stack(lambda: declare(first), PULUMI_EXPERIMENTAL="true")
        preview = stack.preview(plan=plan)
        assert preview.ok, preview.text
        up = stack.up(plan=plan)
        assert up.ok, up.text
        assert set(up.outputs["numbers"].values()) == planned(preview.text) == set(vendor.leased("contiguity")) - before

    def grown() -> None:
        declare(then)
        LeasedNumber("sales", search={"country": "US"})

    stack.program = grown
    preview = stack.preview(plan=plan)
    assert preview.ok, preview.text
    up = stack.up(plan=plan)
    assert up.ok, up.text
    assert len(planned(preview.text)) == then - first + 1
    assert planned(preview.text) <= set(vendor.leased("contiguity"))
    assert set(up.outputs["numbers"].values()) <= set(vendor.leased("contiguity"))
