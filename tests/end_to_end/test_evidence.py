"""Wrong settings and state commands that make a lease look ended: nothing leaves the state, nothing wanted is released."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_leases import LeasedNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack
    from ..stack import Stack

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"
OTHER = "+12015550124"
BOTH = {"LeasedNumber support", "LeaseIntent support"}
GATEWAY = (
    '{"timestamp":"2026-11-27T20:00:00Z","status":404,"error":"Not Found","message":"No static resource","path":"/"}'
)


def number(phone: str = NUMBER, **inputs: Any) -> Callable[[], None]:
    """A program with one explicit number."""

    def program() -> None:
        LeasedNumber("support", number=phone, **inputs)

    return program


def nothing() -> None:
    """A program without a number."""


def left(stack: Stack) -> set[str]:
    """Which of the package's resources the stack has."""
    return {name for name in stack.resources() if name.startswith("Lease")}


def squeezed(text: str) -> str:
    """The text without the engine's line breaks."""
    return " ".join(text.split())


@pytest.mark.parametrize("stranger_number", ["leased", "unavailable", "404"])
def test_another_logins_key_empties_no_state(new_stack: NewStack, vendor: Vendor, stranger_number: str) -> None:
    """However the number shows to it: each destroy fails, also after a refresh with that key; the right one ends it clean."""
    vendor.switch("contiguity", stranger_number=stranger_number)
    stack = new_stack(number())
    assert stack.up().ok
    vendor.clock(advance_s=3600)
    since, right = len(vendor.journal()), stack.environ["LEASES_CONTIGUITY_TOKEN"]
    stack.environ["LEASES_CONTIGUITY_TOKEN"] = vendor.token("other")

    destroyed = stack.destroy()
    assert not destroyed.ok
    assert "`pulumi state delete` of both its resources" in squeezed(destroyed.text)
    assert left(stack) == BOTH
    assert stack.refresh().ok
    assert stack.resources()["LeasedNumber support"]["outputs"]["lease_status"] == "lost"
    assert not stack.destroy().ok
    assert left(stack) == BOTH
    assert vendor.writes(since) == []

    stack.environ["LEASES_CONTIGUITY_TOKEN"] = right
    ended = stack.destroy()
    assert ended.ok, ended.text
    assert vendor.leases() == []
    assert len(vendor.calls("terminate")) == 1


def test_a_wrong_address_empties_no_state(new_stack: NewStack, vendor: Vendor) -> None:
    """A base URL without `/numbers`, and a gateway that answers 404 in JSON: destroy and refresh fail, the state is kept."""
    stack = new_stack(number())
    assert stack.up().ok
    vendor.clock(advance_s=3600)
    since, right = len(vendor.journal()), stack.environ["LEASES_CONTIGUITY_BASE_URL"]

    stack.environ["LEASES_CONTIGUITY_BASE_URL"] = right.removesuffix("/numbers")
    assert not stack.destroy().ok
    stack.environ["LEASES_CONTIGUITY_BASE_URL"] = right
    for operation in ("leased", "available", "get"):
        vendor.fault(operation, "status", code=404, body=GATEWAY, times=0)
    assert not stack.refresh().ok
    destroyed = stack.destroy()
    assert not destroyed.ok
    assert "is the base URL right?" in squeezed(destroyed.text)

    assert left(stack) == BOTH
    assert vendor.writes(since) == []
    vendor.clear_faults()
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_a_number_that_moved_to_another_stack_stays_leased(new_stack: NewStack, vendor: Vendor) -> None:
    """`pulumi state move` of the LeasedNumber alone, then `up` and `destroy` in the old stack: both fail, nothing is sent."""
    stack = new_stack(number())
    assert stack.up().ok
    lease = vendor.leased()[NUMBER]
    urn = stack.resources()["LeasedNumber support"]["urn"]
    for command in (
        ("stack", "init", "other", "--no-select"),
        ("state", "move", "--source", "dev", "--dest", "other", urn, "--yes"),
    ):
        subprocess.run(
            ["pulumi", *command, "--non-interactive"],
            cwd=stack.folder / "work",
            env={**os.environ, **stack.environ},
            stdout=subprocess.DEVNULL,
            timeout=120,
            check=True,
        )
    assert left(stack) == {"LeaseIntent support"}
    stack.program = nothing

    up = stack.up()
    assert not up.ok
    assert f"{NUMBER} is still leased by account 'default' of contiguity (lease {lease.lease_id})" in up.text
    assert "If another stack has it now: `pulumi state delete` of this LeaseIntent" in squeezed(up.text)
    assert not stack.destroy().ok
    assert not vendor.calls("terminate")
    assert vendor.leased()[NUMBER] == lease


def test_an_edit_of_the_number_that_targets_the_intent_alone_releases_nothing(
    new_stack: NewStack, vendor: Vendor
) -> None:
    """X edited to Y, `up --target` of the intent: X stays leased; the whole `up` then leases Y and releases X."""
    stack = new_stack(number())
    assert stack.up().ok
    lease = vendor.leased()[NUMBER]
    intent = stack.resources()["LeaseIntent support"]["urn"]
    stack.program = number(OTHER)

    stack.up(target=[intent])

    assert vendor.leased()[NUMBER] == lease
    assert not vendor.calls("terminate")
    whole = stack.up()
    assert whole.ok, whole.text
    assert set(vendor.leased()) == {OTHER}


def test_a_failover_that_failed_is_set_whatever_comes_in_between(new_stack: NewStack, vendor: Vendor) -> None:
    """The call failed in the first `up`, and a refresh came: the preview says so, and the next `up` sets it."""
    vendor.fault("configure", "status", code=500, times=0)
    stack = new_stack(number(failover={"enabled": True}))
    assert not stack.up().ok
    assert vendor.leased()[NUMBER].failover is None
    vendor.clear_faults()

    assert stack.refresh().ok
    assert stack.preview().changed == {"update": 1}
    assert stack.up().ok

    assert vendor.leased()[NUMBER].failover == {"enabled": True, "mode": "all", "numbers": []}
    assert len(vendor.calls("lease")) == 1
    assert stack.preview().changed == {}


def test_an_option_that_is_not_known_yet_replaces_nothing(new_stack: NewStack, vendor: Vendor) -> None:
    """A failover to the number of a new resource: an update of the held one, also where it is protected."""
    protected = pulumi.ResourceOptions(protect=True)

    def before() -> None:
        LeasedNumber("support", protected, number=NUMBER)

    def after() -> None:
        desk = LeasedNumber("desk", number=OTHER)
        numbers = [desk.lease_id.apply(lambda _: OTHER)]
        LeasedNumber("support", protected, number=NUMBER, failover={"enabled": True, "numbers": numbers})

    stack = new_stack(before)
    assert stack.up().ok
    stack.program = after

    preview = stack.preview()
    assert preview.ok, preview.text
    assert preview.changed == {"create": 2, "update": 1}
    up = stack.up()
    assert up.ok, up.text
    assert vendor.leased()[NUMBER].failover == {"enabled": True, "mode": "all", "numbers": [OTHER]}
    assert len(vendor.calls("lease")) == 2


def test_a_new_number_with_an_unknown_option_is_announced_and_counted(new_stack: NewStack, vendor: Vendor) -> None:
    """Two new numbers, one with a failover to the other: the preview names both, and 24 USD are above a budget of 15."""

    def two() -> None:
        desk = LeasedNumber("desk", number=OTHER)
        numbers = [desk.lease_id.apply(lambda _: OTHER)]
        LeasedNumber("support", number=NUMBER, failover={"enabled": True, "numbers": numbers})

    for number in (NUMBER, OTHER):
        vendor.change_offer("contiguity", number, recurring_fee=12.0)
    stack = new_stack(two)
    stack.config("leases:monthlyBudget", "30 USD")
    preview = stack.preview()
    assert preview.ok, preview.text
    assert f"will lease {NUMBER} (US, Jersey City) from contiguity: 12.00 USD/month" in preview.text
    stack.config("leases:monthlyBudget", "15 USD")
    over = stack.preview()
    assert not over.ok
    assert "24.00 USD a month is above the budget of 15.00 USD" in squeezed(over.text)
    assert vendor.writes() == []
