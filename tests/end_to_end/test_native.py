"""The native provider on the real engine, under YAML programs: what holds for Python programs holds for every language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.chaos.processes import Command, wait_for

from ..lab import NUMBER, OTHER
from ..yaml_stack import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewYamlStack
    from ..yaml_stack import YamlStack


PATIENCE_S = 60
SUPPORT = {"resources": {"support": number(NUMBER)}}


def desk(*slots: str) -> dict[str, Any]:
    """A pool beside a number, what both cost, and what is leased and on offer."""
    search = {"country": "US", "areaCode": "201"}
    return {
        "resources": {
            "support": number(NUMBER, maxMonthlyRate=50),
            "desk": {"type": "leases:NumberPool", "properties": {"slots": list(slots), "search": search}},
        },
        "variables": {
            "total": {
                "fn::invoke": {
                    "function": "leases:getTotalCost",
                    "arguments": {"numbers": ["${support.price}"], "pools": ["${desk.prices}"]},
                }
            },
            "best": {
                "fn::invoke": {"function": "leases:getAvailableNumbers", "arguments": {"search": search, "limit": 1}}
            },
        },
        "outputs": {
            "support": "${support.number}",
            "lease": "${support.leaseId}",
            "desk": "${desk.numbers}",
            "cost": "${total.cost}",
            "best": "${best.numbers[0].number}",
        },
    }


def outputs_of(stack: YamlStack) -> Mapping[str, Any]:
    """The outputs of the stack."""
    return {name: output.value if hasattr(output, "value") else output for name, output in stack._outputs().items()}


def test_numbers_live_from_preview_to_destroy(new_yaml_stack: NewYamlStack, vendor: Vendor) -> None:
    """The preview shows numbers and cost, and the `up` does what it showed; then nothing; a slot goes alone; all is released."""
    stack = new_yaml_stack(desk("alice", "bob"))
    preview = stack.preview()
    assert preview.ok, preview.text
    assert preview.changed == {"create": 11}
    assert vendor.writes() == []
    assert f"will lease {NUMBER} (US, Jersey City) from contiguity: 12.00 USD/month, 1.50 USD upfront" in preview.text
    assert "monthly: 15.5" in preview.text

    up = stack.up()
    assert up.ok, up.text
    outputs, leased = outputs_of(stack), vendor.leased()
    assert {outputs["support"], *outputs["desk"].values()} == leased.keys()
    assert all(f"will lease {one} " in preview.text for one in leased)
    assert outputs["lease"] == leased[NUMBER].lease_id
    assert outputs["cost"]["USD"]["monthly"] == sum(lease.recurring_fee for lease in leased.values()) == 15.5
    assert outputs["best"] == min(outputs["desk"].values(), key=lambda one: leased[one].recurring_fee)
    assert len(vendor.calls("lease")) == 3

    stack.declare({**desk("alice", "bob"), "variables": {}, "outputs": {}})
    before = len(vendor.journal())
    again = stack.up()
    assert (again.ok, again.changed) == (True, {}), again.text
    assert len(vendor.journal()) == before
    refresh = stack.refresh()
    assert (refresh.ok, refresh.changed) == (True, {}), refresh.text

    stack.declare(
        {
            "resources": {
                **desk("bob")["resources"],
                "support": number(NUMBER, maxMonthlyRate=50, failover={"enabled": True}),
            }
        }
    )
    assert "+ failover" in stack.preview(diff=True).text
    up = stack.up()
    assert up.ok, up.text
    assert up.changed == {"delete": 3, "update": 1}
    assert vendor.leased().keys() == {NUMBER, outputs["desk"]["bob"]}

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert vendor.leases() == []
    assert not [name for name in stack.resources() if name.startswith(("Lease", "Number"))]


def test_a_lost_answer_and_a_kill_pay_once(new_yaml_stack: NewYamlStack, vendor: Vendor) -> None:
    """The number is taken over, by this run or by the next."""
    stack = new_yaml_stack(SUPPORT)
    vendor.fault("lease", "hold_after")
    command = Command(
        ["up", "--yes", "--skip-preview", "--stack", "dev"],
        stack.folder / "work",
        stack.environ,
        stack.folder / "up.log",
    )
    assert wait_for(lambda: bool(vendor.held()) or command.ended, PATIENCE_S)
    assert not command.ended, command.text
    command.kill("both", "SIGKILL")
    command.sweep()
    vendor.release()
    stack.cli("cancel", "--yes")
    assert [name for name in stack.resources() if name.startswith("Lease ")] == []

    stack.declare({"resources": {**SUPPORT["resources"], "sales": number(OTHER)}})
    vendor.fault("lease", "drop_after", number=OTHER)
    vendor.clock(advance_s=600)
    up = stack.up()
    assert up.ok, up.text
    assert f"taken over {NUMBER} ({vendor.leased()[NUMBER].lease_id})" in up.text
    assert sorted(call.number for call in vendor.calls("lease")) == [NUMBER, OTHER]
    assert len(vendor.leases()) == 2
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_a_cancelled_up_sends_no_further_paying_call(new_yaml_stack: NewYamlStack, vendor: Vendor) -> None:
    """The first Ctrl-C ends what waits for its turn; the next `up` leases it."""
    stack = new_yaml_stack(SUPPORT)
    vendor.fault("lease", "429", retry_after=8)
    command = Command(
        ["up", "--yes", "--skip-preview", "--stack", "dev"],
        stack.folder / "work",
        stack.environ,
        stack.folder / "up.log",
    )
    assert wait_for(lambda: bool(vendor.calls("lease")) or command.ended, PATIENCE_S)
    command.interrupt()
    assert wait_for(lambda: command.ended, PATIENCE_S)
    assert "was not leased, nothing was charged: the command was cancelled" in command.text
    assert vendor.leases() == []
    assert len(vendor.calls("lease")) == 1

    vendor.clock(advance_s=600)
    up = stack.up()
    assert up.ok, up.text
    assert len(vendor.charges()) == 2


def test_what_is_leased_already_is_imported_by_its_number(new_yaml_stack: NewYamlStack, vendor: Vendor) -> None:
    """By `pulumi import`, then declared with `adopt`; without a record of an intent nothing is leased."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    stack = new_yaml_stack({"resources": {}})
    stack.cli("import", "leases:index:Lease", "support", NUMBER, "--yes", "--generate-code=false", "--protect=false")
    assert stack.resources()["Lease support"]["outputs"]["lease_id"] == vendor.leased()[NUMBER].lease_id

    stack.declare({"resources": {"support": number(NUMBER, adopt=True)}})
    unsaid = stack.preview()
    assert not unsaid.ok
    assert "with adopt: true say what destroy does" in unsaid.text
    stack.declare({"resources": {"support": number(NUMBER, {"retainOnDelete": False}, adopt=True)}})
    up = stack.up()
    assert up.ok, up.text
    assert up.changed.keys() <= {"create", "update"}
    assert vendor.writes() == []
    assert stack.preview().changed == {}

    bare = {"type": "leases:index:Lease", "properties": {"number": OTHER}}
    stack.declare({"resources": {"support": number(NUMBER, {"retainOnDelete": False}, adopt=True), "bare": bare}})
    refused = stack.up()
    assert not refused.ok
    assert "its LeaseIntent is not there yet" in refused.text
    assert vendor.writes() == []
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert vendor.leases() == []
