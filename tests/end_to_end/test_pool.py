"""Pools on the real engine: what happens to one slot leaves the others alone, as the vendor's journal shows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_leases import NumberPool, total_cost

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors


def pool(**inputs: Any) -> Callable[[], None]:
    """Make a program that declares one pool."""

    def program() -> None:
        desk = NumberPool("desk", **{"search": {"country": "US"}, **inputs})
        pulumi.export("numbers", desk.numbers)
        pulumi.export("cost", total_cost(desk))

    return program


def operations(vendor: Vendor, since: int) -> Counter[str]:
    """Count the calls by what they ask for."""
    return Counter(call.operation for call in vendor.journal(since))


def test_slots_come_and_go_alone(new_stack: NewStack, vendor: Vendor) -> None:
    """Add, remove and exchange a slot: one lease, one release, or both; the others are not touched."""
    stack = new_stack(pool(slots=["alice", "bob"]))
    up = stack.up()
    assert up.ok, up.text
    first = up.outputs["numbers"]
    assert set(first) == {"alice", "bob"}
    assert set(first.values()) == set(vendor.leased("contiguity"))

    before = len(vendor.journal())
    stack.program = pool(slots=["carol", "alice", "bob"])
    added = stack.up().outputs["numbers"]
    assert operations(vendor, before) == {"lease": 1, "leased": 1, "available": 1}
    assert first.items() < added.items()

    before = len(vendor.journal())
    stack.program = pool(slots=["bob", "carol"])
    removed = stack.up()
    assert removed.changed == {"delete": 2}
    assert [(call.operation, call.number) for call in vendor.writes(before)] == [("terminate", first["alice"])]
    assert set(vendor.leased("contiguity")) == {first["bob"], added["carol"]}

    before = len(vendor.journal())
    stack.program = pool(slots=["erin", "carol"])
    anew = stack.up().outputs["numbers"]
    assert anew["carol"] == added["carol"]
    assert anew["erin"] != first["bob"]
    assert [call.operation for call in vendor.writes(before)] == ["lease", "terminate"]
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_an_edited_search_replaces_only_the_slots_that_do_not_fit(new_stack: NewStack, vendor: Vendor) -> None:
    """Slots whose numbers fit stay; the preview names the old and the new number of each other one."""
    for number in ("+12015550160", "+12125550160"):
        vendor.add_offer("contiguity", number, recurring_fee=0.1, upfront_fee=0.0)
    stack = new_stack(pool(slots=["a", "b"]))
    first = stack.up().outputs["numbers"]
    assert set(first.values()) == {"+12015550160", "+12125550160"}

    stack.program = pool(slots=["a", "b"], search={"country": "US", "area_code": "212"})
    before = len(vendor.journal())
    preview = stack.preview()
    assert preview.changed == {"replace": 2}
    assert "in place of +12015550160: 0.10 USD/month, 0.00 USD upfront" in preview.text
    up = stack.up()
    assert up.ok, up.text
    stays = next(slot for slot, number in first.items() if number == "+12125550160")
    assert up.outputs["numbers"][stays] == "+12125550160"
    assert [(call.operation, call.number == "+12015550160") for call in vendor.writes(before)] == [
        ("lease", False),
        ("terminate", True),
    ]


def test_a_lost_slot_is_mended_alone(new_stack: NewStack, vendor: Vendor) -> None:
    """One lease ends outside: refresh reports it, the preview asks for consent, `lease_again` for that slot leases once."""
    stack = new_stack(pool(slots=["alice", "bob", "carol"]))
    first = stack.up().outputs["numbers"]
    lost = vendor.terminate("contiguity", first["bob"])
    vendor.clock(advance_s=120)  # a younger lease would be waited for

    refreshed = stack.refresh()
    assert f"{first['bob']}: lease {lost.lease_id} is not held any more" in refreshed.text
    refused = stack.preview()
    assert not refused.ok
    consent = stack.said("lease_again=") + f'{{"bob": "{lost.lease_id}"}}`'
    assert f"{consent} of the pool" in refused.text
    before = len(vendor.journal())

    stack.program = pool(slots=["alice", "bob", "carol"], lease_again={"bob": lost.lease_id})
    mended = stack.up()
    assert mended.ok, mended.text
    numbers = mended.outputs["numbers"]
    assert [call.operation for call in vendor.writes(before)] == ["lease"]
    assert {slot: numbers[slot] for slot in ("alice", "carol")} == {slot: first[slot] for slot in ("alice", "carol")}
    assert set(vendor.leased("contiguity")) == set(numbers.values())
    assert stack.preview().changed == {}


def test_another_number_for_one_slot_on_request(new_stack: NewStack, vendor: Vendor) -> None:
    """Replacing a slot's LeaseIntent chooses another number for that slot; replacing its LeasedNumber keeps the number."""
    stack = new_stack(pool(slots=["alice", "bob"]))
    first = stack.up().outputs["numbers"]
    urns = {name: entry["urn"] for name, entry in stack.resources().items()}
    before = len(vendor.journal())

    same = stack.up(replace=[urns["LeasedNumber desk-bob"]])
    assert same.ok, same.text
    assert same.outputs["numbers"] == first
    assert vendor.writes(before) == []

    other = stack.up(replace=[urns["LeaseIntent desk-bob"]])
    assert other.ok, other.text
    assert other.outputs["numbers"]["alice"] == first["alice"]
    assert other.outputs["numbers"]["bob"] != first["bob"]
    assert [call.operation for call in vendor.writes(before)] == ["lease", "terminate"]
    assert set(vendor.leased("contiguity")) == set(other.outputs["numbers"].values())


@pytest.mark.only_dynamic("only the Python classes have slot_opts")
def test_a_slot_can_be_renamed_and_retained(new_stack: NewStack, vendor: Vendor) -> None:
    """With an alias its number stays, without a call; a retained slot stays leased when all others are released."""
    stack = new_stack(pool(slots=["bob", "carol"]))
    first = stack.up().outputs["numbers"]
    before = len(vendor.journal())

    options = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="desk-bob")], retain_on_delete=True)
    stack.program = pool(slots=["dave", "carol"], slot_opts={"dave": options})
    assert stack.preview().changed == {}
    assert stack.up().outputs["numbers"] == {"dave": first["bob"], "carol": first["carol"]}
    assert vendor.journal(before) == []

    assert stack.destroy().ok
    assert list(vendor.leased("contiguity")) == [first["bob"]]
    assert not [name for name in stack.resources() if name.startswith("Lease")]


def test_a_pool_can_be_renamed(new_stack: NewStack, vendor: Vendor) -> None:
    """An alias of the pool moves all slots without a call."""
    stack = new_stack(pool(slots=["alice", "bob", "carol"]))
    first = stack.up().outputs["numbers"]
    before = len(vendor.journal())

    def renamed() -> None:
        search = {"country": "US"}
        opts = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="desk")])
        hall = NumberPool("hall", opts, slots=["alice", "bob", "carol"], search=search)  # type: ignore[arg-type]
        pulumi.export("numbers", hall.numbers)

    stack.program = renamed
    assert stack.up().outputs["numbers"] == first
    assert vendor.journal(before) == []
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_what_is_said_of_a_pool_holds_for_its_slots(new_stack: NewStack, vendor: Vendor) -> None:
    """`protect` and `retain_on_delete` in the pool's options: nothing is released, be it refused or meant."""
    stack = new_stack(pool(slots=["alice"], opts=pulumi.ResourceOptions(protect=True)))
    assert stack.up().ok
    assert "cannot be deleted" in stack.destroy().text
    assert len(vendor.leases()) == 1

    stack.program = pool(slots=["alice"], opts=pulumi.ResourceOptions(retain_on_delete=True))
    assert stack.up().ok
    assert stack.destroy().ok
    assert len(vendor.leases()) == 1
    assert not [call for call in vendor.writes() if call.operation == "terminate"]


def test_a_smaller_count_releases_the_last_slots(new_stack: NewStack, vendor: Vendor) -> None:
    """Slots of a count are `0`, `1`, …: the last ones go, never one in the middle; a wrong count fails the preview."""
    stack = new_stack(pool(count=3))
    first = stack.up().outputs["numbers"]
    assert list(first) == ["0", "1", "2"]
    before = len(vendor.journal())

    stack.program = pool(count=2)
    assert stack.up().outputs["numbers"] == {slot: first[slot] for slot in ("0", "1")}
    assert [(call.operation, call.number) for call in vendor.writes(before)] == [("terminate", first["2"])]

    stack.program = pool(count=0)
    wrong = stack.preview()
    assert not wrong.ok
    assert "NumberPool 'desk': a pool has 1 to 1000 slots, not 0" in wrong.text
    assert len(vendor.leases()) == 2


@pytest.mark.timeout(480)
def test_a_pool_of_two_hundred_costs_two_listings(new_stack: NewStack, vendor: Vendor) -> None:
    """And a lease a slot, each another number; a refresh is one listing."""
    for index in range(200):
        vendor.add_offer("contiguity", f"+1202555{2000 + index}")
    stack = new_stack(pool(count=200, search={"country": "US", "capabilities": ["sms"]}))
    up = stack.up(parallel=16)
    assert up.ok, up.text
    assert operations(vendor, 0) == {"lease": 200, "leased": 1, "available": 1}
    numbers = up.outputs["numbers"]
    assert len(numbers) == 200
    assert set(numbers.values()) == set(vendor.leased("contiguity"))

    before = len(vendor.journal())
    assert stack.refresh().changed == {}
    assert operations(vendor, before) == {"leased": 1}
