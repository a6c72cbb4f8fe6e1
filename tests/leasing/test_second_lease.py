"""A number leased twice to one account, as TeleSign may do: reported with both ids, neither kept nor ended silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import AlreadyLeased, StillLeased
from pulumi_leases.domain.models import Order
from pulumi_leases.leasing.account import SETTLE_S
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.confirming import confirm_released
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.leasing.releasing import locate_lease, release

from ..lab import NUMBER, OTHER, Lab

if TYPE_CHECKING:
    from pulumi_leases.domain.models import Claim, Recorded
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.leasing.paying import Acquired

    from ..conftest import NewLab


@pytest.fixture
def lab(connected: NewLab) -> Lab:
    return connected()


@pytest.fixture
def earlier(connected: NewLab) -> tuple[Claim, Recorded]:
    """A claim that an interrupted run has recorded."""
    gone = connected()
    return gone.claimed(), gone.recorded("another run")


def resumed(lab: Lab, claim: Claim, recorded: Recorded) -> Acquired:
    return acquire(
        lab.account,
        lab.record,
        claim,
        recorded,
        Order(number=NUMBER),
        is_fresh=False,
        was_refused=False,
        limits=Limits(),
        report=lab.reported.append,
    )


def test_two_leases_of_an_interrupted_run_are_reported(
    lab: Lab, vendor: Vendor, earlier: tuple[Claim, Recorded]
) -> None:
    """The first is taken over, the other one named."""
    first = vendor.lease("telesign", NUMBER, vendor.customer())
    vendor.clock(advance_s=3)
    second = vendor.lease("telesign", NUMBER, vendor.customer(), again=True)
    vendor.clock(advance_s=SETTLE_S)

    obtained = resumed(lab, *earlier)

    assert (obtained.how, obtained.lease.lease_id) == ("taken over", first.lease_id)
    assert obtained.warning is not None
    assert first.lease_id in obtained.warning
    assert second.lease_id in obtained.warning
    assert not vendor.writes()


def test_a_call_in_flight_that_makes_a_second_lease_is_reported(
    lab: Lab, vendor: Vendor, earlier: tuple[Claim, Recorded]
) -> None:
    """The interrupted run's call lands after all: right after paying, both leases are named."""
    vendor.switch("telesign", own_number="200_second_lease", listing_lag_s=SETTLE_S)
    late = vendor.lease("telesign", NUMBER, vendor.customer())
    vendor.clock(advance_s=SETTLE_S - 1)
    claim, recorded = earlier
    recorded = recorded.model_copy(update={"at": recorded.at.fromtimestamp(late.leased_at - 2, recorded.at.tzinfo)})
    vendor.fault("lease", "delay_before", seconds=1.2)

    obtained = resumed(lab, claim, recorded)

    assert obtained.how == "leased"
    assert obtained.lease.lease_id != late.lease_id
    assert obtained.warning is not None
    assert late.lease_id in obtained.warning
    assert obtained.lease.lease_id in obtained.warning


def test_one_lease_is_no_warning(lab: Lab, vendor: Vendor, earlier: tuple[Claim, Recorded]) -> None:
    """And a lease that only runs out beside it is none either."""
    vendor.switch("telesign", after_cancel="expires")
    cancelled = lab.service.lease(Order(number=NUMBER, billing_method=None))
    lab.service.release(cancelled)
    vendor.clock(advance_s=3)
    ours = vendor.lease("telesign", NUMBER, vendor.customer(), again=True)
    vendor.clock(advance_s=SETTLE_S)
    assert {one.lease_id for one in lab.service.find(NUMBER)} == {cancelled.lease_id, ours.lease_id}

    obtained = resumed(lab, *earlier)

    assert (obtained.how, obtained.lease.lease_id, obtained.warning) == ("taken over", ours.lease_id, None)
    assert len(vendor.calls("lease")) == len(vendor.calls("cancel")) == 1


def test_a_look_that_fails_does_not_fail_the_lease(lab: Lab, vendor: Vendor, earlier: tuple[Claim, Recorded]) -> None:
    """What is paid is paid; that nobody could look is said."""
    vendor.clock(advance_s=SETTLE_S + 5)
    vendor.fault("list", "status", code=500, skip=1)
    obtained = resumed(lab, *earlier)
    assert obtained.how == "leased"
    assert obtained.warning is not None
    assert "could not be asked whether it is leased once" in obtained.warning
    assert len(vendor.writes()) == 1


def test_only_ours_is_cancelled_and_the_intent_reports_the_other(lab: Lab, connected: NewLab, vendor: Vendor) -> None:
    """Whatever is leased beside ours stays, and the intent does not call the number released."""
    claim, recorded = lab.claimed(), lab.recorded()
    ours = lab.service.lease(Order(number=NUMBER, billing_method=None))
    vendor.clock(advance_s=10)
    other = vendor.lease("telesign", NUMBER, vendor.customer(), again=True)
    vendor.clock(advance_s=3600)
    later = connected()
    known = LeaseRef(ours.lease_id, ours.leased_at)

    lease, others = locate_lease(later.account, NUMBER, known, later.reported.append)
    assert lease == ours
    assert [one.lease_id for one in others] == [other.lease_id]
    line = release(later.account, later.record, NUMBER, known, later.service.login, later.reported.append)
    assert f"there is also lease {other.lease_id} of" in line
    with pytest.raises(StillLeased, match=other.lease_id):
        confirm_released(
            later.account, later.record, claim, recorded, may_release=False, timeout_s=600, report=later.reported.append
        )
    assert [one.lease_id for one in vendor.leases("telesign")] == [other.lease_id]


def test_an_existing_lease_in_answer_to_ours_is_not_ours(lab: Lab, vendor: Vendor) -> None:
    """A vendor that answers with the lease that is there makes it nobody's but its owner's."""
    claim, listed = lab.claimed(), lab.recorded()
    vendor.switch("telesign", own_number="200_existing")
    lab.account.sleep(1200)
    theirs = vendor.lease("telesign", NUMBER, vendor.customer(), leased_at=listed.at.timestamp() + 600)
    lab.service.find(OTHER)  # its answer shows the time
    recorded = listed.model_copy(update={"at": lab.service.now()})
    with pytest.raises(AlreadyLeased, match=theirs.lease_id):
        acquire(
            lab.account,
            lab.record,
            claim,
            recorded,
            Order(number=NUMBER),
            is_fresh=True,
            was_refused=False,
            limits=Limits(),
            report=lab.reported.append,
        )
