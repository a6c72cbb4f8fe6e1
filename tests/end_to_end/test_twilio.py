"""A number of Twilio's on the real engine: its price in the preview, its reference in its name, nothing asked twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pytest

from pulumi_leases import LeasedNumber, total_cost

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.engine
NUMBER = "+12015550123"


def test_a_number_of_twilios_lives_from_preview_to_destroy(new_stack: NewStack, vendor: Vendor) -> None:
    """Preview, up, up, refresh, destroy: one purchase, one release, and no call for what has not changed."""

    def program() -> None:
        support = LeasedNumber("support", number=NUMBER, service="twilio")
        sales = LeasedNumber("sales", search={"country": "US", "area_code": "415"}, service="twilio")
        pulumi.export("cost", total_cost(support, sales))

    stack = new_stack(program)
    preview = stack.preview()
    assert f"will lease {NUMBER} (US, Jersey City) from twilio: 1.15 USD/month, 0.00 USD upfront" in preview.text
    assert len(vendor.calls("prices")) == 1
    assert not vendor.writes()

    before = len(vendor.journal())
    up = stack.up()
    assert up.ok, up.text
    leased = vendor.leased("twilio", vendor.account_sid())
    assert NUMBER in leased
    assert len(leased) == len(vendor.calls("lease")) == 2
    assert len(vendor.calls("prices", since=before)) == 1
    assert up.outputs["cost"] == {"USD": {"monthly": 2.3, "upfront": 0}}
    recorded = stack.resources()["LeaseIntent support"]["outputs"]["recorded"]
    assert leased[NUMBER].settings["friendly_name"] == recorded["reference"]

    before = len(vendor.journal())
    assert stack.up().changed == {}
    assert len(vendor.journal()) == before
    assert stack.refresh().changed == {}
    assert [call.operation for call in vendor.journal(before)] == ["leased", "prices"]

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert "billed to the end of the month that is paid" in destroy.text
    assert [call.operation for call in vendor.writes()] == ["lease", "lease", "terminate", "terminate"]
    assert vendor.leases() == []


def test_a_lost_answer_of_twilios_is_one_lease(new_stack: NewStack, vendor: Vendor) -> None:
    """The next run takes the number over, by its reference, however long after."""

    def program() -> None:
        LeasedNumber("support", number=NUMBER, service="twilio")

    stack = new_stack(program)
    vendor.fault("lease", "drop_after", vendor="twilio")
    vendor.fault("leased", "status", code=500, times=0, skip=2, vendor="twilio")
    lost = stack.up()
    assert not lost.ok
    assert "it is not known whether" in lost.text

    vendor.clear_faults()
    vendor.clock(advance_s=7200)
    up = stack.up()
    assert up.ok, up.text
    assert f"taken over {NUMBER}" in up.text
    assert len(vendor.calls("lease")) == 1
    assert stack.destroy().ok
    assert vendor.leases() == []
