"""The life of a number on the real engine; the vendor's journal is the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pytest

from pulumi_leases import LeasedNumber, total_cost

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from .conftest import NewStack

pytestmark = pytest.mark.engine
NUMBER = "+12015550123"


def test_a_number_lives_from_preview_to_destroy(new_stack: NewStack, vendor: Vendor) -> None:
    """Preview, up, up, refresh, destroy: outputs are the vendor's, nothing is asked twice, nothing is left."""

    def program() -> None:
        support = LeasedNumber("support", number=NUMBER)
        pulumi.export("number", support.number)
        pulumi.export("lease_id", support.lease_id)
        pulumi.export("cost", total_cost(support))

    stack = new_stack(program)

    preview = stack.preview()
    assert f"will lease {NUMBER} (US, Jersey City) from contiguity: 12.00 USD/month, 1.50 USD upfront" in preview.text
    assert not vendor.writes()

    up = stack.up()
    lease = vendor.leased("contiguity")[NUMBER]
    assert up.ok, up.text
    assert up.outputs["lease_id"] == lease.lease_id
    assert up.outputs["cost"] == {"USD": {"monthly": 12.0, "upfront": 1.5}}
    assert vendor.state().charged == {"USD": 13.5}

    before = len(vendor.journal())
    assert stack.up().changed == {}
    assert stack.preview().changed == {}
    assert len(vendor.journal()) == before

    assert stack.refresh().changed == {}
    assert [call.operation for call in vendor.journal()[before:]] == ["leased"]

    assert stack.destroy().ok
    assert vendor.leases() == []
