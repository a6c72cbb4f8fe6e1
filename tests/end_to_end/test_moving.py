"""From the dynamic provider to the native one under another name: neither process knows what the other one declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pulumi
import pytest

from pulumi_leases import LeasedNumber
from tools import native_sdk

from ..native_stack import NativeStack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

NUMBER, SECOND = "+12015550123", "+12015550124"


def dynamic() -> None:
    """The program before."""
    for name, number in (("support", NUMBER), ("sales", SECOND)):
        LeasedNumber(name, number=number)


def native(*, adopt: bool = False, **numbers: str) -> Callable[[], None]:
    """A program of the native provider, with a number for each name."""

    def program() -> None:
        options = pulumi.ResourceOptions(retain_on_delete=False)
        for name, number in numbers.items():
            native_sdk.LeasedNumber(name, options, number=number, adopt=adopt or None)

    return program


@pytest.mark.parametrize(
    "after", [{"helpdesk": "+1 201 555 0123", "sales": SECOND}, {"support": SECOND, "sales": NUMBER}], ids=str
)
def test_a_number_comes_over_under_its_own_name(
    new_stack: NewStack, vendor: Vendor, engine: Path, environ: dict[str, str], after: dict[str, str]
) -> None:
    """Adopted under another name at once it is refused, since its old name would release it; in two steps nothing is paid."""
    old = new_stack(dynamic)
    assert old.up().ok
    leases = vendor.leased()
    stack = NativeStack(old.folder, engine, environ, native(adopt=True, **after))
    for refused in (stack.preview(), stack.up()):
        assert not refused.ok
        assert re.search(
            r"\+1201555012. is held in this stack by '\w+', a resource of the dynamic provider", refused.text
        )
    assert vendor.leased() == leases

    stack.program = native(support=NUMBER, sales=SECOND)
    up = stack.up()
    assert up.ok, up.text
    stack.program = native(adopt=True, **after)
    renamed = stack.up()
    assert renamed.ok, renamed.text
    assert vendor.leased() == leases
    assert [call.operation for call in vendor.writes()] == ["lease", "lease"]
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_a_number_that_keeps_its_name_may_be_adopted(
    new_stack: NewStack, vendor: Vendor, engine: Path, environ: dict[str, str]
) -> None:
    """With `adopt` in the program as before; and another number under the name is leased, and the old one released."""
    old = new_stack(dynamic)
    assert old.up().ok
    stack = NativeStack(old.folder, engine, environ, native(adopt=True, support=NUMBER, sales=SECOND))
    up = stack.up()
    assert up.ok, up.text
    assert [call.operation for call in vendor.writes()] == ["lease", "lease"]
    assert stack.preview().changed == {}


def test_a_lost_number_that_comes_over_is_leased_again_in_place(
    new_stack: NewStack, vendor: Vendor, engine: Path, environ: dict[str, str]
) -> None:
    """The dynamic provider, which knows nothing of the program's consent, has nothing to delete."""
    old = new_stack(dynamic)
    assert old.up().ok
    vendor.clock(advance_s=86_400)
    lost = vendor.terminate("contiguity", NUMBER).lease_id
    assert old.refresh().ok

    def program() -> None:
        native_sdk.LeasedNumber("support", number=NUMBER, lease_again=lost)
        native_sdk.LeasedNumber("sales", number=SECOND)

    stack = NativeStack(old.folder, engine, environ, program)
    up = stack.up()
    assert up.ok, up.text
    assert f"forgot {NUMBER} ({lost}), which was lost" in up.text
    assert [call.operation for call in vendor.writes()].count("lease") == 3
    assert stack.resources()["LeasedNumber support"]["outputs"]["lease_id"] == vendor.leased()[NUMBER].lease_id
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []
