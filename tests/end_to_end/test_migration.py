"""States that the dynamic provider wrote, taken over by the native one: no lease, no release, no call but reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pulumi import automation

from pulumi_leases.engine.state import NATIVE_INTENT_TYPE, NATIVE_NUMBER_TYPE, NUMBER_TYPE

from ..states import vendor_side
from ..yaml_stack import number
from .test_saved_states import STATES, VERSIONS, ended

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewYamlStack
    from ..yaml_stack import YamlStack

    MoveOver = Callable[[str, str, Mapping[str, Any]], tuple["YamlStack", Mapping[str, str]]]

pytestmark = pytest.mark.parametrize("version", VERSIONS)

DESK = f"urn:pulumi:dev::leases-test::shop:index:Branch${NUMBER_TYPE}::miami-desk"
"""A number that stood in a component of the Python program."""

EVERYDAY = {
    "support": number("+1 (201) 555-0123", {"protect": True}, billingMethod="monthly", maxMonthlyRate=20),
    "sales": number(
        search={"country": "GB", "city": "London", "capabilities": ["mms"], "orderBy": "reputation"},
        account="second",
        maxUpfrontFee=5,
    ),
    "pool": {
        "type": "leases:NumberPool",
        "properties": {"slots": ["alice", "bob"], "search": {"country": "US", "areaCode": "212"}},
    },
    "miami": {
        "type": "leases:LeasedNumber",
        "name": "miami-desk",
        "properties": {
            "number": {"fn::secret": "+13055550123"},
            "failover": {"enabled": True, "mode": "selective", "numbers": ["+12125550199"]},
        },
        "options": {"aliases": [DESK]},
    },
    "inherited": number("+13125550123", {"retainOnDelete": False}, adopt=True),
    "borrowed": number("+14155550123", {"retainOnDelete": True}, adopt=True),
    "verify": number(service="telesign", search={"prefix": "+1512555", "capabilities": ["sms", "voice"]}),
    "leaving": number("+12065550123", service="telesign"),
}
"""`states/programs/everyday.py`, in YAML."""

INTERRUPTED = {
    "waiting": number("+12015550123"),
    "chosen": number(search={"country": "US", "areaCode": "305"}, account="second"),
    "paid": number("+12125550123"),
}


@pytest.fixture
def move_over(new_yaml_stack: NewYamlStack, vendor: Vendor) -> MoveOver:
    """Give a saved state to a YAML program, and return the leases that the state has, by the name of the resource."""

    def moved(version: str, name: str, declared: Mapping[str, Any]) -> tuple[YamlStack, Mapping[str, str]]:
        vendor_side.restore(vendor, json.loads((STATES / version / f"{name}.vendor.json").read_text("utf-8")))
        stack = new_yaml_stack({"resources": declared}, **vendor_side.accounts(vendor))
        exported = json.loads((STATES / version / f"{name}.json").read_text("utf-8"))
        stack.stack.import_stack(automation.Deployment(**exported))
        return stack, leases(exported["deployment"]["resources"], NUMBER_TYPE)

    return moved


def leases(entries: list[dict[str, Any]], type_: str) -> dict[str, str]:
    return {
        entry["urn"].rpartition("::")[2]: entry["outputs"].get("lease_id")
        for entry in entries
        if entry["type"] == type_
    }


def test_numbers_go_over_in_place(move_over: MoveOver, vendor: Vendor, version: str) -> None:
    """Explicit, searched, pooled, adopted and protected ones, one of a component: each keeps its lease, and is released once."""
    stack, before = move_over(version, "everyday", EVERYDAY)
    preview = stack.preview()
    assert preview.ok, preview.text
    assert "will lease" not in preview.text

    up = stack.up()
    assert up.ok, up.text
    assert up.changed == {"create": 9, "delete": 1}, up.text  # the components of the numbers; the component in Python
    assert vendor.writes() == []
    assert leases(list(stack.resources().values()), NATIVE_NUMBER_TYPE) == before
    assert len(leases(list(stack.resources().values()), NATIVE_INTENT_TYPE)) == len(before)
    assert leases(list(stack.resources().values()), NUMBER_TYPE) == {}
    assert stack.preview().changed == {}
    refresh = stack.refresh()
    assert (refresh.ok, refresh.changed) == (True, {}), refresh.text

    assert not stack.destroy().ok
    stack.cli("state", "unprotect", "--all", "--yes")
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    kept = {before["borrowed"], before["leaving"], before["verify"]}
    assert {lease.lease_id for lease in vendor.leases()} <= kept
    assert before["borrowed"] in {lease.lease_id for lease in vendor.leases()}
    assert len(ended(vendor)) == len(before) - 2


def test_what_a_killed_run_has_paid_is_taken_over(move_over: MoveOver, vendor: Vendor, version: str) -> None:
    """The intent that the dynamic provider had saved is the evidence."""
    stack, _ = move_over(version, "interrupted", INTERRUPTED)
    (paid,) = vendor.leases()
    vendor.clock(advance_s=600)
    up = stack.up()
    assert up.ok, up.text
    assert f"taken over {paid.number} ({paid.lease_id})" in up.text
    assert sorted(call.number for call in vendor.writes()) == sorted(
        {one.number for one in vendor.leases()} - {paid.number}
    )
    assert len(vendor.leases()) == 3
