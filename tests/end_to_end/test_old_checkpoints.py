"""A checkpoint that is older than what happened: `pulumi stack import` of a backup, then up, refresh, destroy."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import automation

from pulumi_leases import LeasedNumber
from pulumi_leases.operate import stacks
from pulumi_leases.operate.orphans import Held, findings

from ..exports import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack
    from ..lab import Lab
    from ..stack import Stack

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


def with_a_create_under_way(stack: Stack, whole: dict[str, Any]) -> None:
    """Write a pending create into the state's file, as a killed run leaves it; an import would drop it."""
    number = next(entry for entry in whole["resources"] if entry["type"].endswith(":LeasedNumber"))
    planned = {key: value for key, value in number.items() if key not in {"id", "outputs"}}
    file = stack.folder / "state/.pulumi/stacks/leases-test/dev.json"
    saved = json.loads(file.read_text())
    saved["checkpoint"]["latest"]["pending_operations"] = [{"resource": planned, "type": "creating"}]
    file.write_text(json.dumps(saved))


def orphans(stack: Stack, lab: Lab) -> set[tuple[str, str, str | None]]:
    """What `pulumi-leases orphans` finds in the stack: kind, number and lease of each finding."""
    exported = stacks.from_files([written(stack.folder / "export.json", *stack.resources().values())])
    held = [Held(lab.account, lease) for leases in lab.account.leases().value.values() for lease in leases]
    found = findings(held, exported, datetime.now(timezone.utc))
    return {(one.kind, one.number, one.held.lease.lease_id if one.held else None) for one in found}


def test_from_before_the_intent_nothing_is_paid_or_released(new_stack: NewStack, vendor: Vendor, lab: Lab) -> None:
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
    assert orphans(stack, lab) == {("in-no-stack", NUMBER, lease)}
    assert stack.refresh().ok
    assert stack.destroy().ok
    assert vendor.writes(since) == []
    assert vendor.leased("contiguity")[NUMBER].lease_id == lease

    stack.program = declaring(NUMBER, retain_on_delete=False)
    assert stack.up().ok
    assert stack.destroy().ok
    assert vendor.leases() == []
    assert len(vendor.charges()) == 2


def test_from_before_the_lease_it_is_taken_over_or_released_by_consent(
    new_stack: NewStack, vendor: Vendor, lab: Lab
) -> None:
    """A state with the intent alone: up takes the lease over without paying; destroy keeps it until the stack consents."""
    stack = new_stack(declaring(NUMBER))
    assert stack.up().ok
    whole = checkpoint(stack)
    intent_only = before_the_lease(whole)
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    vendor.clock(advance_s=7200)

    restore(stack, intent_only)
    with_a_create_under_way(stack, whole)
    assert orphans(stack, lab) == {("intent-only", NUMBER, lease)}
    taken = stack.up()
    assert taken.ok, taken.text
    assert f"taken over {NUMBER} ({lease})" in taken.text
    under_way = "Attempting to deploy or update resources with 1 pending operations"
    assert under_way in taken.text
    stack.cli("refresh", "--yes", "--clear-pending-creates")
    after = stack.preview()
    assert after.changed == {}
    assert under_way not in after.text

    restore(stack, intent_only)
    assert stack.refresh().ok
    kept = stack.destroy()
    assert not kept.ok
    assert vendor.leased("contiguity")[NUMBER].lease_id == lease
    stack.environ["LEASES_RELEASE_INTERRUPTED"] = "true"
    gone = stack.destroy()
    assert gone.ok, gone.text
    assert vendor.leases() == []
    assert len(vendor.charges()) == 2


def test_from_before_the_lease_a_later_one_of_others_stays_theirs(
    new_stack: NewStack, vendor: Vendor, lab: Lab
) -> None:
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
    assert orphans(stack, lab) == {("intent-only", NUMBER, theirs)}
    stack.refresh()
    left = stack.destroy()

    assert not left.ok
    assert theirs in left.text
    assert "pulumi state delete" in left.text
    assert not [call for call in vendor.writes(since) if call.wrote]
    assert vendor.leased("contiguity")[NUMBER].lease_id == theirs


def test_from_before_a_replacement_neither_number_is_paid_again(new_stack: NewStack, vendor: Vendor, lab: Lab) -> None:
    """A state with the replaced number: it is reported as lost, the new one as leased already; destroy ends neither wrongly."""
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
    assert orphans(stack, lab) == {
        ("not-leased", NUMBER, None),
        ("in-no-stack", OTHER, held[OTHER].lease_id),
    }
    refreshed = stack.refresh()
    assert f"{NUMBER}: lease" in refreshed.text
    assert "is not held any more" in refreshed.text
    assert stack.destroy().ok

    assert vendor.writes(since) == []
    assert set(vendor.leased("contiguity")) == {OTHER}
    assert vendor.leased("contiguity")[OTHER].lease_id == held[OTHER].lease_id
