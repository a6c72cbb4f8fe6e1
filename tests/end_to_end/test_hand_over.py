"""A number that changes hands within a stack stays leased: one lease, one charge, whatever its resource is called."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_leases import LeasedNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"
SECOND = "+12015550124"


def number(name: str, phone: str = NUMBER, *, adopt: bool = False, **options: Any) -> Callable[[], None]:
    """A program with one explicit number."""

    def program() -> None:
        LeasedNumber(name, pulumi.ResourceOptions(**options), number=phone, adopt=adopt)

    return program


class Desk(pulumi.ComponentResource):
    """A component with a number in it."""

    def __init__(self, name: str, *, adopt: bool = False, **options: Any) -> None:
        super().__init__("test:index:Desk", name)
        self.line = LeasedNumber("support", pulumi.ResourceOptions(parent=self, **options), number=NUMBER, adopt=adopt)


def one_lease(vendor: Vendor, lease_id: str) -> bool:
    """Whether the vendor has this lease and no other of the number, and has charged it once."""
    return (
        vendor.leased("contiguity")[NUMBER].lease_id == lease_id
        and len(vendor.charges(number=NUMBER)) == 2  # upfront and first month
    )


def test_a_rename_with_an_alias_changes_nothing(new_stack: NewStack, vendor: Vendor) -> None:
    """By name, by URN, by a URN that is an output: it holds for both of the pair; no call, and the release works."""
    stack = new_stack(number("support"))
    assert stack.up().ok
    before = len(vendor.journal())

    names = ("support", "helpdesk", "desk", "line")
    for position, (old, new) in enumerate(pairwise(names)):

        def renamed(old: str = old, new: str = new, position: int = position) -> None:
            urn = stack.declared_urn(old)
            alias = (pulumi.Alias(name=old), urn, pulumi.Output.from_input(urn))[position]
            LeasedNumber(new, pulumi.ResourceOptions(aliases=[alias]), number=NUMBER)

        stack.program = renamed
        up = stack.up()
        assert up.ok, up.text
        assert up.changed == {}
        assert {f"LeasedNumber {new}", f"LeaseIntent {new}"} <= set(stack.resources())
    assert len(vendor.journal()) == before
    assert stack.destroy().ok
    assert vendor.leases() == []


@pytest.mark.parametrize("service", ["telnyx", "twilio"])
def test_a_rename_without_an_alias_is_refused_and_with_adopt_hands_the_number_over(
    new_stack: NewStack, vendor: Vendor, service: str
) -> None:
    """The preview names the lease and the ways; with `adopt` nothing is paid or terminated, and the old delete says so."""
    stack = new_stack(number("support"), LEASES_SERVICE=service)
    assert stack.up().ok
    lease, charges = vendor.leased(service)[NUMBER], vendor.charges()
    before = len(vendor.journal())

    stack.program = number("helpdesk")
    for refused in (stack.preview(), stack.up()):
        assert not refused.ok
        assert (
            f"{NUMBER} is already leased by account 'default' of {service} (lease {lease.lease_id} (reference pl-"
            in refused.text
        )
        alias = stack.said("opts=pulumi.ResourceOptions(aliases=[")
        assert f"Renamed or moved? Give the resource `{alias}" in refused.text
        assert stack.said("`adopt=True`") in refused.text

    stack.program = number("helpdesk", adopt=True, retain_on_delete=False)
    preview = stack.preview()
    assert f"will adopt {NUMBER} (US), lease {lease.lease_id} of {service}; nothing is charged now" in preview.text
    handed = stack.up()
    assert handed.ok, handed.text
    assert f"kept {NUMBER} ({lease.lease_id}): still declared as helpdesk" in handed.text
    assert not vendor.writes(before)
    assert (vendor.leased(service)[NUMBER], vendor.charges()) == (lease, charges)
    assert {name for name in stack.resources() if name.startswith("Lease")} == {
        "LeasedNumber helpdesk",
        "LeaseIntent helpdesk",
    }
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


@pytest.mark.parametrize("adopt", [False, True], ids=["with an alias", "with adopt"])
def test_a_number_moves_into_a_component(new_stack: NewStack, vendor: Vendor, *, adopt: bool) -> None:
    """The alias names the old parent; without one `adopt` hands the number over, also under the same name."""
    stack = new_stack(number("support"))
    assert stack.up().ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    before = len(vendor.journal())

    def moved() -> None:
        options = (
            {"retain_on_delete": False} if adopt else {"aliases": [pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)]}
        )
        Desk("desk", adopt=adopt, **options)

    stack.program = moved
    up = stack.up()
    assert up.ok, up.text
    assert not vendor.writes(before)
    assert one_lease(vendor, lease)
    if not adopt:
        assert up.changed == {"create": 1}  # the component
        assert len(vendor.journal()) == before
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_replacing_a_number_on_request_keeps_its_lease(new_stack: NewStack, vendor: Vendor) -> None:
    """`--replace` of a LeasedNumber takes the same lease over, explicit or chosen, with `delete_before_replace` as well."""

    def numbers(**options: Any) -> Callable[[], None]:
        def program() -> None:
            LeasedNumber("support", pulumi.ResourceOptions(**options), number=NUMBER)
            LeasedNumber("sales", pulumi.ResourceOptions(**options), search={"prefix": SECOND})

        return program

    stack = new_stack(numbers())
    assert stack.up().ok
    leases = {one.number: one.lease_id for one in vendor.leases()}
    before = len(vendor.journal())

    for options in ({}, {"delete_before_replace": True}):
        stack.program = numbers(**options)
        replaced = stack.up(replace=[stack.resources()[f"LeasedNumber {name}"]["urn"] for name in ("support", "sales")])
        assert replaced.ok, replaced.text
        assert replaced.changed == {"replace": 2}
        assert f"kept {NUMBER} ({leases[NUMBER]}): still declared as support" in replaced.text
        assert f"taken over {SECOND} ({leases[SECOND]})" in replaced.text
    assert not vendor.writes(before)
    assert {one.number: one.lease_id for one in vendor.leases()} == leases
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_replacing_an_intent_on_request_is_refused(new_stack: NewStack, vendor: Vendor) -> None:
    """`--replace` of the LeaseIntent of an explicit number says what to replace instead, and changes nothing."""
    stack = new_stack(number("support"))
    assert stack.up().ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    before = len(vendor.journal())

    refused = stack.up(replace=[stack.resources()["LeaseIntent support"]["urn"]])
    assert not refused.ok
    assert "Was it `--replace` of a LeaseIntent? Replace the LeasedNumber instead" in refused.text
    assert not vendor.writes(before)
    assert one_lease(vendor, lease)
    assert stack.preview().changed == {}


def test_replacing_the_intent_of_a_search_chooses_another_number(new_stack: NewStack, vendor: Vendor) -> None:
    """`--replace` of the LeaseIntent of a search asks for another number: shown in the preview, then leased first."""

    def program() -> None:
        LeasedNumber("support", search={"prefix": NUMBER[:-1], "capabilities": ["mms"], "order_by": "number"})

    stack = new_stack(program)
    assert stack.up().ok
    assert set(vendor.leased("contiguity")) == {NUMBER}
    before = len(vendor.journal())

    intent = [stack.resources()["LeaseIntent support"]["urn"]]
    assert f"will lease {SECOND}" in stack.preview(replace=intent).text
    replaced = stack.up(replace=intent)
    assert replaced.ok, replaced.text
    assert set(vendor.leased("contiguity")) == {SECOND}
    assert [(call.operation, call.number) for call in vendor.writes(before)] == [
        ("lease", SECOND),
        ("terminate", NUMBER),
    ]
    assert stack.preview().changed == {}


def test_two_resources_swap_their_numbers(new_stack: NewStack, vendor: Vendor) -> None:
    """Without `adopt` on both it is refused; with it both numbers stay leased, under the other name."""

    def numbers(first: str, second: str, *, adopt: bool = False) -> Callable[[], None]:
        def program() -> None:
            options = pulumi.ResourceOptions(retain_on_delete=False)
            for name, phone in (("first", first), ("second", second)):
                LeasedNumber(name, options, number=phone, adopt=adopt)

        return program

    stack = new_stack(numbers(NUMBER, SECOND))
    assert stack.up().ok
    leases = {one.number: one.lease_id for one in vendor.leases()}
    before = len(vendor.journal())

    stack.program = numbers(SECOND, NUMBER)
    refused = stack.preview()
    assert not refused.ok
    assert "is already leased by account 'default' of contiguity" in refused.text

    stack.program = numbers(SECOND, NUMBER, adopt=True)
    assert stack.preview().changed == {"replace": 4}
    swapped = stack.up()
    assert swapped.ok, swapped.text
    assert not vendor.writes(before)
    assert {one.number: one.lease_id for one in vendor.leases()} == leases
    held = {name: entry["outputs"]["lease_id"] for name, entry in stack.resources().items() if "LeasedNumber" in name}
    assert held == {"LeasedNumber first": leases[SECOND], "LeasedNumber second": leases[NUMBER]}
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_a_target_hides_a_rename(new_stack: NewStack, vendor: Vendor) -> None:
    """With `--target` on the old name alone the new one is not seen, and the number is terminated: no provider can know."""
    stack = new_stack(number("support"))
    assert stack.up().ok
    stack.program = number("helpdesk", adopt=True, retain_on_delete=False)

    up = stack.up(target=["**::support"])
    assert up.ok, up.text
    assert vendor.leases() == []
    assert [call.operation for call in vendor.writes()] == ["lease", "terminate"]


def test_targets_that_name_both_hand_a_number_over(new_stack: NewStack, vendor: Vendor) -> None:
    """With `--target` on both names, as `**::name`, a rename under `adopt` keeps the number."""
    stack = new_stack(number("support"))
    assert stack.up().ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    stack.program = number("helpdesk", adopt=True, retain_on_delete=False)

    up = stack.up(target=["**::support", "**::helpdesk"])
    assert up.ok, up.text
    assert one_lease(vendor, lease)
    assert [call.operation for call in vendor.writes()] == ["lease"]
    assert stack.preview().changed == {}
