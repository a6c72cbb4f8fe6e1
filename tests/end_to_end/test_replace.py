"""Another number in the place of one that is held, on the real engine, held against the vendor's journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases import LeasedNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors
OLD = "+12015550123"


def declaring(**inputs: object) -> Callable[[], None]:
    """Make a program that declares one number."""

    def program() -> None:
        LeasedNumber("support", **inputs)  # type: ignore[arg-type]  # each test gives valid inputs

    return program


def other_number(vendor: Vendor) -> str:
    """Find a second number that anybody may lease."""
    offers = vendor.offers("contiguity")
    return next(number for number in offers if number.startswith("+1201") and number != OLD)


def test_a_changed_number_is_leased_before_the_old_one_is_released(new_stack: NewStack, vendor: Vendor) -> None:
    """Number changed: the new one is leased, then the old one released, both shown with their prices."""
    new = other_number(vendor)
    stack = new_stack(declaring(number=OLD))
    assert stack.up().ok

    stack.program = declaring(number=new)
    preview = stack.preview()
    assert f"will lease {new}" in preview.text
    assert preview.changed == {"replace": 2} or preview.changes.get("replace") == 2

    up = stack.up()
    assert up.ok, up.text
    assert [(call.operation, call.number) for call in vendor.writes()][1:] == [("lease", new), ("terminate", OLD)]
    assert list(vendor.leased("contiguity")) == [new]
    assert stack.preview().changed == {}


def test_a_replacement_that_is_refused_can_be_taken_back(new_stack: NewStack, vendor: Vendor) -> None:
    """The new number is refused: the old one stays leased and in the state, and taking the edit back needs nothing."""
    new = other_number(vendor)
    stack = new_stack(declaring(number=OLD))
    assert stack.up().ok
    lease = vendor.leased("contiguity")[OLD]
    vendor.fault("lease", "status", code=402)

    stack.program = declaring(number=new)
    failed = stack.up()
    assert not failed.ok
    assert f"{new} was not leased, nothing was charged" in failed.text

    stack.program = declaring(number=OLD)
    back = stack.up()
    assert back.ok, back.text
    assert vendor.leased("contiguity") == {OLD: lease}
    assert len([call for call in vendor.writes() if call.outcome == "leased"]) == 1
    assert stack.preview().changed == {}

    assert stack.destroy().ok
    assert vendor.leases() == []


def test_a_replacement_that_is_refused_can_be_tried_again(new_stack: NewStack, vendor: Vendor) -> None:
    """The new number is refused once: the next up leases it, and only then the old one is released."""
    new = other_number(vendor)
    stack = new_stack(declaring(number=OLD))
    assert stack.up().ok
    vendor.fault("lease", "status", code=402)
    stack.program = declaring(number=new)
    assert not stack.up().ok
    assert list(vendor.leased("contiguity")) == [OLD]

    vendor.clock(advance_s=120)  # the refused call's claim is old enough by then
    again = stack.up()

    assert again.ok, again.text
    assert list(vendor.leased("contiguity")) == [new]
    assert stack.destroy().ok
    assert vendor.leases() == []
