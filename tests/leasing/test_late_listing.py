"""A lease that is known by its order, since its number was not listed yet, and is listed under an id of its own later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.models import Order
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.leasing import releasing
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.services.telnyx import Telnyx
from pulumi_leases.services.telnyx import service as telnyx_service

from ..lab import NUMBER

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from ..conftest import NewLab


@pytest.mark.parametrize("is_listed", [True, False])
def test_it_is_the_same_lease(
    new_lab: NewLab, vendor: Vendor, monkeypatch: pytest.MonkeyPatch, is_listed: bool
) -> None:
    """Its reference says so: a refresh does not lose it, and a destroy lets it go, also by cancelling the order."""
    monkeypatch.setattr(telnyx_service, "_LOOK_UP_S", 0.0)
    lab = new_lab(service=Telnyx({"api_key": vendor.telnyx_key(), "base_url": vendor.telnyx}, 1000))
    vendor.switch("telnyx", order_outcome="pending", pending_numbers="absent", purchase_skew_s=5)
    reference = mint_reference()
    lease = lab.service.lease(Order(number=NUMBER, reference=reference))
    ref = LeaseRef(lease.lease_id, lease.leased_at, reference)
    if is_listed:
        vendor.settle_order("telnyx", NUMBER)
    vendor.clock(advance_s=3600)

    found, others = releasing.locate_lease(lab.account, NUMBER, ref, lab.reported.append)

    assert found is not None
    assert (found.lease_id != lease.lease_id, others) == (is_listed, [])
    line = releasing.release(lab.account, lab.record, NUMBER, ref, None, lab.reported.append)
    assert line.startswith("released")
    assert vendor.leased("telnyx") == {}
