"""What a destroy does, with the stack's consent, with a lease that an interrupted run has left behind: release it, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import StillLeased
from pulumi_leases.domain.models import Order
from pulumi_leases.leasing.account import SETTLE_S
from pulumi_leases.leasing.confirming import confirm_released

from ..lab import NUMBER

if TYPE_CHECKING:
    from pulumi_leases.domain.models import Claim, Lease, Recorded
    from pulumi_leases.emulator import Vendor

    from ..conftest import NewLab
    from ..lab import Lab

    Left = tuple[Claim, Recorded, Lease]


def left(lab: Lab) -> Left:
    """Make a process die after its paying call, and return what it leaves."""
    claim, recorded = lab.claimed(), lab.recorded("an earlier run")
    return claim, recorded, lab.service.lease(Order(number=NUMBER, billing_method=None))


def destroyed(
    lab: Lab, claim: Claim, recorded: Recorded, timeout_s: float = 600, *, may_release: bool = True
) -> str | None:
    """Delete the intent in a later run."""
    report = lab.reported.append
    return confirm_released(
        lab.account, lab.record, claim, recorded, may_release=may_release, timeout_s=timeout_s, report=report
    )


@pytest.mark.parametrize("read_lag_s", [0, 30, 45], ids=["reads at once", "reads before it lists", "as the listing"])
def test_a_lease_that_lists_late_is_not_left_behind(
    lab: Lab, new_lab: NewLab, vendor: Vendor, read_lag_s: float
) -> None:
    """Destroyed at once, while no listing shows the new lease: what was seen singly is not disproved by a listing."""
    vendor.switch("contiguity", listing_lag_s=45, read_lag_s=read_lag_s)
    claim, recorded, lease = left(new_lab())

    text = destroyed(lab, claim, recorded)

    assert (
        text == f"released {NUMBER} ({lease.lease_id}), which an interrupted run had leased (leases:releaseInterrupted)"
    )
    assert vendor.leases() == []
    assert len(vendor.calls("terminate")) == 1


def test_a_lease_that_the_listing_does_not_date_is_released(lab: Lab, new_lab: NewLab, vendor: Vendor) -> None:
    """What the listing leaves out is asked for singly."""
    vendor.switch("contiguity", billing="absent_in_list")
    claim, recorded, lease = left(new_lab())
    vendor.clock(advance_s=SETTLE_S)

    text = destroyed(lab, claim, recorded)

    assert (
        text == f"released {NUMBER} ({lease.lease_id}), which an interrupted run had leased (leases:releaseInterrupted)"
    )
    assert vendor.leases() == []


def test_such_a_release_has_the_deadline_of_any(lab: Lab, new_lab: NewLab, vendor: Vendor) -> None:
    """Counted from its own terminate call; then the state keeps the intent."""
    claim, recorded, lease = left(new_lab())
    vendor.clock(advance_s=SETTLE_S)
    vendor.switch("contiguity", termination_delay_s=100)

    with pytest.raises(
        StillLeased, match=rf"\({lease.lease_id}\) was terminated 50 s ago and contiguity still lists it"
    ):
        destroyed(lab, claim, recorded, timeout_s=50)

    assert len(vendor.calls("terminate")) == 1


def test_a_termination_that_the_vendor_dates_is_waited_for_as_long_as_any(
    lab: Lab, new_lab: NewLab, vendor: Vendor
) -> None:
    """A lease with an end is on its way out, however young: no second terminate call, however long it takes."""
    gone = new_lab()
    claim, recorded, lease = left(gone)
    vendor.switch("contiguity", termination_delay_s=500, terminating_period_end="set")
    gone.service.release(lease)

    assert destroyed(lab, claim, recorded) is None

    assert len(vendor.calls("terminate")) == 1
    assert vendor.leases() == []


@pytest.mark.parametrize("may_release", [True, False])
def test_an_end_that_does_not_come_keeps_the_intent(
    lab: Lab, new_lab: NewLab, vendor: Vendor, may_release: bool
) -> None:
    """When the time is up the lease is terminated once more with the stack's consent, else the ways out are named."""
    gone = new_lab()
    claim, recorded, lease = left(gone)
    vendor.switch("contiguity", termination_delay_s=5000, terminating_period_end="set", delete_again="receipt")
    gone.service.release(lease)

    with pytest.raises(StillLeased) as caught:
        destroyed(lab, claim, recorded, may_release=may_release)

    said = "was terminated 600 s ago and contiguity still lists it" if may_release else "If it is still terminating"
    assert said in str(caught.value)
    assert len(vendor.calls("terminate")) == (2 if may_release else 1)
