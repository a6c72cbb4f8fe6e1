"""A number that the account leases already is taken over on request only, without paying."""

from __future__ import annotations

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


def number(*, adopt: bool = False, retain: bool | None = None, **inputs: Any) -> Callable[[], None]:
    """A program with one explicit number."""

    def program() -> None:
        support = LeasedNumber(
            "support", pulumi.ResourceOptions(retain_on_delete=retain), number=NUMBER, adopt=adopt, **inputs
        )
        pulumi.export("lease_id", support.lease_id)
        pulumi.export("adopted", support.adopted)

    return program


def test_a_leased_number_is_adopted_on_request_and_left_leased(new_stack: NewStack, vendor: Vendor) -> None:
    """Refused in the preview with both ways; adopted without a paying call; kept by destroy with retain_on_delete=True."""
    lease = vendor.lease("contiguity", NUMBER, login=vendor.token()).lease_id
    stack = new_stack(number())
    for refused in (stack.preview(), stack.up()):
        assert not refused.ok
        assert f"{NUMBER} is already leased by account 'default' of contiguity (lease {lease})" in refused.text
        adopting = stack.said("adopt=True")
        assert f"To take it over without paying: `{adopting}`, or `pulumi-leases import {NUMBER}`" in refused.text

    stack.program = number(adopt=True, retain=True)
    preview = stack.preview()
    message = (
        f"will adopt {NUMBER} (US, Jersey City), lease {lease} of contiguity; nothing is charged now, "
        "and it goes on costing 12.00 USD/month"
    )
    assert message in preview.text
    adopted = stack.up()
    assert adopted.ok, adopted.text
    kept = f"adopted {NUMBER} ({lease}): nothing was charged, and it goes on costing 12.00 USD/month"
    assert kept in adopted.text
    assert adopted.outputs == {"lease_id": lease, "adopted": True}
    assert stack.preview().changed == {}
    assert stack.refresh().changed == {}

    stack.program = number(retain=True)
    assert stack.preview().changed == {}

    assert stack.destroy().ok
    assert "LeasedNumber support" not in stack.resources()
    assert not vendor.writes()
    assert vendor.leased("contiguity")[NUMBER].lease_id == lease


def test_an_adopted_number_is_released_where_the_program_says_so(new_stack: NewStack, vendor: Vendor) -> None:
    """With retain_on_delete=False destroy terminates what was adopted, and nothing else was ever written."""
    vendor.lease("contiguity", NUMBER, login=vendor.token())
    stack = new_stack(number(adopt=True, retain=False))
    assert stack.up().ok
    assert stack.destroy().ok
    assert vendor.leases() == []
    assert [call.operation for call in vendor.writes()] == ["terminate"]


@pytest.mark.only_dynamic("the native provider words it in camel case: tests/end_to_end/test_native.py")
def test_adopting_says_what_destroy_does(new_stack: NewStack, vendor: Vendor) -> None:
    """Without retain_on_delete the constructor refuses, before any call."""
    vendor.lease("contiguity", NUMBER, login=vendor.token())
    refused = new_stack(number(adopt=True)).preview()
    assert not refused.ok
    assert (
        "LeasedNumber 'support': with adopt=True say what destroy does: retain_on_delete=True leaves the number leased, "
        "retain_on_delete=False releases it (in opts)"
    ) in refused.text
    assert vendor.journal() == []


def test_adopt_can_be_said_after_a_refusal(new_stack: NewStack, vendor: Vendor) -> None:
    """Somebody of the account was faster than the paying call: refused, nothing charged; `adopt` then takes it over."""
    vendor.fault("lease", "taken", by=vendor.token())
    stack = new_stack(number())
    refused = stack.up()
    assert not refused.ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    assert f"lease {lease}, and not by this stack" in refused.text
    adopting = stack.said("adopt=True")
    assert f"take it over with `{adopting}`" in refused.text
    assert stack.resources()["LeasedNumber support"]["outputs"]["lease_status"] == "refused"

    stack.program = number(adopt=True, retain=True)
    preview = stack.preview()
    assert f"will adopt {NUMBER} (US, Jersey City), lease {lease} of contiguity; nothing is charged now" in preview.text
    adopted = stack.up()
    assert adopted.ok, adopted.text
    assert adopted.outputs == {"lease_id": lease, "adopted": True}
    assert [call.operation for call in vendor.writes()] == ["lease"]
    assert len(vendor.charges()) == 2
    assert stack.preview().changed == {}


def test_where_nothing_is_leased_there_is_nothing_to_adopt(new_stack: NewStack, vendor: Vendor) -> None:
    """`adopt` never pays: of a number that is on offer, or a stranger's, it is refused in the preview."""
    stack = new_stack(number(adopt=True, retain=True))
    adopting = stack.said("adopt=True")
    message = f"{NUMBER} is not leased by account 'default' of contiguity: there is nothing to adopt, and {adopting} never leases"
    for refused in (stack.preview(), stack.up()):
        assert not refused.ok
        assert message in refused.text
    vendor.lease("contiguity", NUMBER, login="stranger")
    assert message in stack.preview().text
    stack.program = number()
    message = f"{NUMBER} cannot be leased from contiguity: it is leased by somebody else; choose another number"
    assert message in stack.preview().text
    assert not vendor.writes()


def test_what_differs_from_the_adopted_lease_is_an_update(new_stack: NewStack, vendor: Vendor) -> None:
    """Failover is set as the number is adopted, and edited in place afterwards; nothing is leased or terminated."""
    vendor.lease("contiguity", NUMBER, login=vendor.token())
    stack = new_stack(number(adopt=True, retain=True, failover={"enabled": True}))
    assert stack.up().ok
    failover = {"enabled": True, "mode": "all", "numbers": []}
    assert vendor.leased("contiguity")[NUMBER].failover == failover

    stack.program = number(adopt=True, retain=True, failover={"enabled": False})
    assert stack.up().changed == {"update": 1}
    assert vendor.leased("contiguity")[NUMBER].failover == {**failover, "enabled": False}
    assert [call.operation for call in vendor.writes()] == ["configure", "configure"]


def test_an_adopted_lease_keeps_its_billing_method(new_stack: NewStack, vendor: Vendor) -> None:
    """A billing method that the lease does not have is refused in the preview; the lease's own, or none said, is taken."""
    vendor.lease("contiguity", NUMBER, login=vendor.token(), billing_method="service_contract")
    stack = new_stack(number(adopt=True, retain=True, billing_method="monthly"))
    refused = stack.preview()
    assert not refused.ok
    billing = stack.said("billing_method")
    assert f"which is to be adopted, has {billing} 'service_contract'" in refused.text

    for said in ({}, {"billing_method": "service_contract"}):
        stack.program = number(adopt=True, retain=True, **said)
        up = stack.up()
        assert up.ok, up.text
        assert stack.resources()["LeasedNumber support"]["outputs"]["billing_method"] == "service_contract"
    assert not vendor.writes()
