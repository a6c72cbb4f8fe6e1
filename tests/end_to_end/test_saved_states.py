"""States that earlier versions wrote, given to this one: import, preview, refresh, destroy, held against the vendor's side.

`states/save.py` has written them: what each is about is said in its program, and how it came about in `save.py`.
"""

from __future__ import annotations

import json
import runpy
from typing import TYPE_CHECKING, Any

import pytest
from pulumi import automation

from ..stack import ROOT, SECRET
from ..states import vendor_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack
    from ..stack import Stack

    BringBack = Callable[[str, str], "Saved"]

STATES = ROOT / "tests" / "states"
VERSIONS = sorted(file.parent.name for file in STATES.glob("*/everyday.json"))
"""The versions whose states are kept, by their folders."""

pytestmark = pytest.mark.parametrize("version", VERSIONS)


class Saved:
    """A saved state in a stack of this version.

    Attributes:
        stack: The stack that the state was imported into, with the program that had made it.
        numbers: The numbers that the vendors lease at first, by the lease's id.
    """

    def __init__(self, stack: Stack, vendor: Vendor, file: Path) -> None:
        self.stack = stack
        exported = json.loads(file.read_text("utf-8"))
        stack.stack.import_stack(automation.Deployment(**exported))
        self._saved = exported["deployment"]["resources"]
        self.numbers = {lease.lease_id: lease.number for lease in vendor.leases()}

    def lease_id(self, name: str) -> str:
        """Return the lease that the saved state has under a name."""
        lease_id: str = by_name(self._saved)[f"LeasedNumber {name}"]["outputs lease_id"]
        return lease_id

    def changes(self) -> dict[str, set[str]]:
        """Return the inputs and outputs that the stack has otherwise than they were saved, by resource."""
        before, now = by_name(self._saved), by_name(self.stack.resources().values())
        assert set(before) == set(now)
        differing = {
            name: {key for key in before[name] | now[name] if before[name].get(key) != now[name].get(key)}
            for name in now
        }
        return {name: keys for name, keys in differing.items() if keys}


def by_name(entries: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Take the inputs and outputs of a state's resources, by type and name."""
    return {
        f"{entry['type'].rpartition(':')[2]} {entry['urn'].rpartition('::')[2]}": {
            f"{part} {key}": plain(value)
            for part in ("inputs", "outputs")
            for key, value in entry.get(part, {}).items()
        }
        for entry in entries
    }


def plain(value: Any) -> Any:
    """Leave out the ciphertexts: the same secret is encrypted anew each time."""
    if isinstance(value, dict):
        return "secret" if SECRET in value else {key: plain(one) for key, one in value.items()}
    return value


def left(stack: Stack) -> set[str]:
    """Return which of the package's resources the stack still has."""
    return {name for name in stack.resources() if name.startswith("Lease")}


def ended(vendor: Vendor) -> list[str]:
    """Return the numbers of all requests that could have changed something; fails where one is no release."""
    writes = vendor.writes()
    assert {call.operation for call in writes} <= {"terminate", "cancel"}
    return sorted(call.number for call in writes)


@pytest.fixture
def bring_back(new_stack: NewStack, vendor: Vendor) -> BringBack:
    """Put the emulator and a fresh stack into the situation of a saved state."""

    def back(version: str, name: str) -> Saved:
        vendor_side.restore(vendor, json.loads((STATES / version / f"{name}.vendor.json").read_text("utf-8")))

        def program() -> None:
            runpy.run_path(str(STATES / version / f"{name}.py"))

        stack = new_stack(program, **vendor_side.accounts(vendor))
        return Saved(stack, vendor, STATES / version / f"{name}.json")

    return back


def test_numbers_that_are_as_they_should_be(bring_back: BringBack, vendor: Vendor, version: str) -> None:
    """No change and no call; a refresh finds all as it was; destroy ends each lease once, but what is retained or ending."""
    saved = bring_back(version, "everyday")
    stack = saved.stack

    preview = stack.preview()
    assert preview.ok, preview.text
    assert preview.changed == {}
    assert vendor.journal() == []
    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert refresh.changed == {}
    assert saved.changes() == {}

    assert not stack.destroy().ok
    assert saved.lease_id("support") in {lease.lease_id for lease in vendor.leases()}
    stack.cli("state", "unprotect", "--all", "--yes")
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert left(stack) == set()
    # What TeleSign has cancelled is held until the end of its period: `verify` since now, `leaving` since before.
    borrowed, leaving = (saved.lease_id(name) for name in ("borrowed", "leaving"))
    assert {lease.lease_id for lease in vendor.leases() if lease.cancelled_at is None} == {borrowed}
    assert ended(vendor) == sorted(set(saved.numbers.values()) - {saved.numbers[borrowed], saved.numbers[leaving]})


def test_numbers_that_are_lost(bring_back: BringBack, vendor: Vendor, version: str) -> None:
    """The preview names the loss and the ways out; destroy forgets what is gone, and what others lease now it leaves alone."""
    saved = bring_back(version, "lost")
    stack = saved.stack
    gone, changed = saved.lease_id("gone"), saved.lease_id("changed")
    (theirs,) = set(saved.numbers) - {saved.lease_id("held")}

    preview = stack.preview()
    assert not preview.ok
    # The engine ends the preview at the first failed check, whichever of the two that is.
    assert any(f"lease {one} of " in preview.text and f'lease_again="{one}"' in preview.text for one in (gone, changed))
    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert saved.changes() == {}

    # `gone` is forgotten on the evidence that it ended: its number is on offer.
    destroy = stack.destroy(continue_on_error=True)
    assert not destroy.ok
    assert f"+12125550123: lease {changed} is gone, and contiguity has lease {theirs}" in destroy.text
    assert left(stack) == {"LeasedNumber changed", "LeaseIntent changed"}
    assert {lease.lease_id for lease in vendor.leases()} == {theirs}
    assert ended(vendor) == [saved.numbers[saved.lease_id("held")]]


def test_numbers_that_are_half_made(bring_back: BringBack, vendor: Vendor, version: str) -> None:
    """The preview shows what the next `up` mends; destroy ends the one that is leased, and touches no other's lease.

    A refresh records the claim of the unpaid one anew, and nothing else.
    """
    saved = bring_back(version, "half_made")
    stack = saved.stack
    (theirs,) = set(saved.numbers) - {saved.lease_id("unset")}

    preview = stack.preview()
    assert preview.ok, preview.text
    assert preview.changed == {"update": 3}
    assert "will lease +12015550123 (US, Jersey City) from contiguity" in preview.text
    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert saved.changes() == {"LeaseIntent unpaid": {"outputs recorded"}}
    assert stack.preview().changed == {"update": 3}

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert (
        f"+12125550123 was refused to this stack, and account 'default' of contiguity has lease {theirs}"
        in destroy.text
    )
    assert left(stack) == set()
    assert {lease.lease_id for lease in vendor.leases()} == {theirs}
    assert ended(vendor) == ["+13055550123"]


def test_numbers_whose_leasing_was_killed(bring_back: BringBack, vendor: Vendor, version: str) -> None:
    """All three would be created; a refresh buys nothing; destroy keeps the one that the killed run had leased.

    The intent never terminates on its own evidence: only with the stack's consent is it released.
    """
    saved = bring_back(version, "interrupted")
    stack = saved.stack
    ((lease_id, number),) = saved.numbers.items()

    preview = stack.preview()
    assert preview.ok, preview.text
    assert preview.changed == {"create": 3}
    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert saved.changes() == {}

    destroy = stack.destroy(continue_on_error=True)
    assert not destroy.ok
    assert f"{number} is still leased by account 'default' of contiguity (lease {lease_id})" in destroy.text
    assert left(stack) == {"LeaseIntent paid"}
    assert vendor.writes() == []

    stack.environ["LEASES_RELEASE_INTERRUPTED"] = "true"
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert f"released {number} ({lease_id}), which an interrupted run had leased" in destroy.text
    assert left(stack) == set()
    assert vendor.leases() == []
    assert ended(vendor) == [number]


def test_what_a_killed_run_has_paid_is_not_paid_again(bring_back: BringBack, vendor: Vendor, version: str) -> None:
    """An `up` minutes later takes over the one that the killed run had leased, and leases the other two."""
    saved = bring_back(version, "interrupted")
    ((lease_id, number),) = saved.numbers.items()
    vendor.clock(advance_s=600)

    up = saved.stack.up()
    assert up.ok, up.text
    assert f"taken over {number} ({lease_id})" in up.text
    assert vendor.leased("contiguity")[number].lease_id == lease_id
    assert sorted(call.number for call in vendor.writes()) == sorted(set(vendor.leased()) - {number})
    assert len(vendor.leases()) == 3
    assert saved.stack.preview().changed == {}
