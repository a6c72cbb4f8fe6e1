"""What only TeleSign has, on the engine: what it cannot do, leases that run out or are double, pages, customers, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pulumi
import pytest

from pulumi_leases import LeasedNumber, NumberPool, NumberSearchArgs

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"


def declared(**inputs: Any) -> Callable[[], None]:
    """A program that declares one number of TeleSign."""

    def program() -> None:
        where = inputs if "search" in inputs else {"number": NUMBER, **inputs}
        support = LeasedNumber("support", service="telesign", **where)
        pulumi.export("lease_id", support.lease_id)

    return program


def status(stack: Any) -> str:
    lease_status: str = stack.resources()["LeasedNumber support"]["outputs"]["lease_status"]
    return lease_status


def test_what_telesign_cannot_do_is_refused_in_the_preview(new_stack: NewStack, vendor: Vendor) -> None:
    """Service and property are named, nothing is written; a criterion that it knows finds a number."""
    stack = new_stack(declared(billing_method="monthly"))
    assert stack.said("telesign has no billing_method: leave it out") in stack.preview().text

    stack.program = declared(failover={"enabled": True, "mode": "all", "numbers": []})
    assert "telesign has no failover: leave it out" in stack.preview().text

    stack.program = declared(search={"country": "US", "city": "Miami"})
    assert "telesign cannot tell city of a number" in stack.preview().text

    stack.program = declared(search={"country": "US", "capabilities": ["mms"]})
    assert "telesign cannot tell whether a number has mms" in stack.preview().text

    stack.program = declared(search={"country": "US", "carrier": "Twilio"})
    assert "telesign tells carrier of none of them" in stack.preview().text

    stack.program = declared(search={"country": "GB", "capabilities": ["sms", "voice"], "number_type": "local"})
    preview = stack.preview()
    assert preview.ok, preview.text
    assert "(GB) from telesign: " in preview.text
    assert vendor.writes() == []


def test_a_cancelled_lease_runs_out(new_stack: NewStack, vendor: Vendor) -> None:
    """Cancelled outside it is ending, and held; it is not cancelled again, and not leased again before it is over."""
    vendor.switch("telesign", after_cancel="expires")
    stack = new_stack(declared(), LEASES_TELESIGN_AUTH_METHOD="hmac-sha256")
    up = stack.up()
    assert up.ok, up.text
    assert {call.scheme for call in vendor.journal()} == {"TSA"}

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert f"released {NUMBER} ({up.outputs['lease_id']}); paid until 20" in destroy.text
    assert NUMBER in vendor.leased("telesign")

    again = stack.preview()
    assert not again.ok
    assert f"{NUMBER} is cancelled at telesign" in again.text
    assert "and held until 20" in again.text
    assert [call.operation for call in vendor.writes()] == ["lease", "cancel"]


def test_a_lease_that_others_have_cancelled_is_ending(new_stack: NewStack, vendor: Vendor) -> None:
    """A refresh says so, and it is no alarm; destroy has nothing to cancel; nothing is bought instead."""
    vendor.switch("telesign", after_cancel="expires")
    stack = new_stack(declared())
    assert stack.up().ok
    lease_id = vendor.leased("telesign")[NUMBER].lease_id
    key = (vendor.customer(), vendor.telesign_api_key)
    httpx.delete(f"{vendor.telesign}/leases/{lease_id}", auth=key, trust_env=False).raise_for_status()

    alarm = stack.preview(refresh=True, expect_no_changes=True)
    assert alarm.ok, alarm.text
    assert stack.refresh().ok
    assert status(stack) == "ending"
    assert stack.resources()["LeasedNumber support"]["outputs"]["ends_at"].startswith("20")
    assert stack.preview().changed == {}

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert f"{NUMBER} ({lease_id}) is cancelled already; paid until 20" in destroy.text
    assert len(vendor.calls("cancel")) == 1


def test_a_second_lease_is_reported_and_never_cancelled(new_stack: NewStack, vendor: Vendor) -> None:
    """Both ids by refresh; destroy ends ours, and the intent stays until somebody has seen to the other one."""
    stack = new_stack(declared())
    assert stack.up().ok
    ours = vendor.leased("telesign")[NUMBER].lease_id
    vendor.clock(advance_s=2 * 3600)
    other = vendor.lease("telesign", NUMBER, vendor.customer(), again=True).lease_id

    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert f"leased more than once: {ours} is this stack's, and there is lease {other} beside it" in refresh.text
    assert status(stack) == "active"
    vendor.clock(advance_s=2 * 3600)

    destroy = stack.destroy()
    assert not destroy.ok
    assert f"there is also lease {other} of {NUMBER}, which was not touched" in destroy.text
    assert f"still leased by account 'default' of telesign (lease {other})" in destroy.text
    assert "LeasedNumber support" not in stack.resources()
    assert "LeaseIntent support" in stack.resources()
    assert [one.lease_id for one in vendor.leases("telesign")] == [other]

    again = stack.destroy()
    assert not again.ok
    assert [one.lease_id for one in vendor.leases("telesign")] == [other]

    vendor.terminate("telesign", lease_id=other)
    assert stack.destroy().ok
    assert len(vendor.calls("cancel")) == 1


def test_pages_lose_nobody(new_stack: NewStack, vendor: Vendor) -> None:
    """A listing of many pages that shifts while it is read, or breaks off, marks nothing as lost."""
    vendor.switch("telesign", max_page_size=2)
    slots = [str(number) for number in range(5)]

    def program() -> None:
        NumberPool("desk", slots=slots, search=NumberSearchArgs(country="US", area_code="201"), service="telesign")

    stack = new_stack(program)
    up = stack.up()
    assert up.ok, up.text
    assert len(vendor.leased("telesign")) == 5
    vendor.clock(advance_s=3600)

    before = len(vendor.journal())
    assert stack.refresh().changed == {}
    assert len(vendor.journal()) == before + 3

    for turns in (1, 2, 3):
        vendor.switch("telesign", shifting_pages=turns)
        refresh = stack.refresh()
        assert refresh.ok, refresh.text
        assert refresh.changed == {}

    vendor.fault("list", "status", code=500, skip=1, vendor="telesign")
    assert not stack.refresh().ok
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_a_closed_product_keeps_the_state(new_stack: NewStack, vendor: Vendor) -> None:
    """One clear sentence from preview, refresh and destroy; and when the vendor is back, so is everything."""
    stack = new_stack(declared())
    assert stack.up().ok
    vendor.clock(advance_s=3600)
    message = "TeleSign has closed its Phone Numbers API"

    for closed in ({"not_enabled": True}, {"not_enabled": False, "closed": 410}):
        vendor.switch("telesign", **closed)
        for seen in (stack.refresh(), stack.destroy(), new_stack(declared()).preview()):
            assert not seen.ok
            assert message in seen.text
        assert status(stack) == "active"

    vendor.switch("telesign", closed="off")
    assert stack.refresh().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_another_customers_login_touches_nothing(new_stack: NewStack, vendor: Vendor) -> None:
    """The customer id is in the state; refresh and destroy with another's login are refused, with the right one they work."""
    stack = new_stack(declared())
    assert stack.up().ok
    assert stack.resources()["LeasedNumber support"]["outputs"]["login"] == vendor.customer()
    wrong = {"LEASES_TELESIGN_CUSTOMER_ID": vendor.customer("somebody else")}
    stack.stack.workspace.env_vars = {**stack.environ, **wrong}
    before = len(vendor.journal())
    for seen in (stack.refresh(), stack.destroy()):
        assert not seen.ok
        assert "configure the login that leases it" in seen.text
    assert len(vendor.journal()) == before
    assert status(stack) == "active"

    stack.stack.workspace.env_vars = stack.environ
    assert stack.destroy().ok
    assert vendor.leases() == []
