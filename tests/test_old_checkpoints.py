"""A checkpoint that is older than what happened: `pulumi stack import` of a backup, then up, refresh, destroy."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi import automation

from pulumi_leases import LeasedNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from .conftest import NewStack
    from .stack import Stack

pytestmark = pytest.mark.engine
NUMBER, OTHER = "+12015550123", "+12125550123"


def declaring(number: str, **options: Any) -> Callable[[], None]:
    def program() -> None:
        LeasedNumber("support", pulumi.ResourceOptions(**options), number=number, adopt=bool(options))

    return program


def restore(stack: Stack, deployment: dict[str, Any]) -> None:
    """Put a backup back."""
    stack.stack.import_stack(automation.Deployment(version=3, deployment=deployment))


def checkpoint(stack: Stack) -> dict[str, Any]:
    """Take a backup."""
    return copy.deepcopy(dict(stack.stack.export_stack().deployment or {}))


def before_the_lease(whole: dict[str, Any]) -> dict[str, Any]:
    """Go back to the moment at which only the intent was saved."""
    saved = [entry for entry in whole["resources"] if not entry["type"].endswith(":LeasedNumber")]
    return {**whole, "resources": saved}


def test_from_before_the_intent_nothing_is_paid_or_released(new_stack: NewStack, vendor: Vendor) -> None:
    """A state that knows of nothing: up refuses and names the ways out, destroy touches nothing, adopt goes on."""
    stack = new_stack(declaring(NUMBER))
    nothing = checkpoint(stack)
    assert stack.up().ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    restore(stack, nothing)
    since = len(vendor.journal())

    again = stack.up()
    assert not again.ok
    for words in (f"{NUMBER} is already leased", lease, "adopt=True", f"pulumi-leases import {NUMBER}"):
        assert words in again.text
    assert stack.refresh().ok
    assert stack.destroy().ok
    assert vendor.writes(since) == []
    assert vendor.leased("contiguity")[NUMBER].lease_id == lease

    stack.program = declaring(NUMBER, retain_on_delete=False)
    assert stack.up().ok
    assert stack.destroy().ok
    assert vendor.leases() == []
    assert len(vendor.charges()) == 2


def test_from_before_the_lease_it_is_taken_over_or_undone(new_stack: NewStack, vendor: Vendor) -> None:
    """A state with the intent alone: up takes the lease over without paying, and destroy at once undoes it."""
    stack = new_stack(declaring(NUMBER))
    assert stack.up().ok
    intent_only = before_the_lease(checkpoint(stack))
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    vendor.clock(advance_s=7200)

    restore(stack, intent_only)
    taken = stack.up()
    assert taken.ok, taken.text
    assert f"taken over {NUMBER} ({lease})" in taken.text
    assert stack.preview().changed == {}

    restore(stack, intent_only)
    assert stack.refresh().ok
    gone = stack.destroy()
    assert gone.ok, gone.text
    assert vendor.leases() == []
    assert len(vendor.charges()) == 2


def test_from_before_the_lease_a_later_one_of_others_stays_theirs(new_stack: NewStack, vendor: Vendor) -> None:
    """The number was released, and hours later somebody else of the account leased it: not taken over, not terminated."""
    stack = new_stack(declaring(NUMBER))
    assert stack.up().ok
    intent_only = before_the_lease(checkpoint(stack))
    assert stack.destroy().ok
    vendor.clock(advance_s=7200)
    theirs = vendor.lease("contiguity", NUMBER, login=vendor.token()).lease_id
    restore(stack, intent_only)
    since = len(vendor.journal())

    again = stack.up()
    assert not again.ok
    assert "not by this stack" in again.text
    stack.refresh()
    left = stack.destroy()

    assert not left.ok
    assert theirs in left.text
    assert "pulumi state delete" in left.text
    assert not [call for call in vendor.writes(since) if call.wrote]
    assert vendor.leased("contiguity")[NUMBER].lease_id == theirs


def test_from_before_a_replacement_neither_number_is_paid_again(new_stack: NewStack, vendor: Vendor) -> None:
    """A state with the replaced number: it is told as lost, the new one as leased already; destroy ends neither wrongly."""
    stack = new_stack(declaring(NUMBER))
    assert stack.up().ok
    old = checkpoint(stack)
    stack.program = declaring(OTHER)
    assert stack.up().ok
    held = vendor.leased("contiguity")
    assert set(held) == {OTHER}
    vendor.clock(advance_s=120)
    restore(stack, old)
    since = len(vendor.journal())

    again = stack.up()
    assert not again.ok
    assert f"{OTHER} is already leased" in again.text
    refreshed = stack.refresh()
    assert f"{NUMBER}: lease" in refreshed.text
    assert "is not held any more" in refreshed.text
    assert stack.destroy().ok

    assert vendor.writes(since) == []
    assert set(vendor.leased("contiguity")) == {OTHER}
    assert vendor.leased("contiguity")[OTHER].lease_id == held[OTHER].lease_id
