"""A listing in pages misses a lease when another one ends between two pages: nothing is concluded from that."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.config import Config
from pulumi_leases.domain.models import Order
from pulumi_leases.leasing.account import SETTLE_S
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.claiming import renew_claim
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.leasing.releasing import locate_lease, release
from pulumi_leases.leasing.run import Run

from ..lab import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.domain.models import Claim, Recorded
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.emulator.ledger import Lease

    from ..conftest import NewLab
    from ..lab import Lab

BEFORE = ["+12015550130", "+12015550131"]
AFTER = ["+12015550132", "+12015550133", "+12015550134"]


@pytest.fixture
def lab(connected: NewLab) -> Lab:
    return connected()


@pytest.fixture
def claimed(connected: NewLab) -> tuple[Claim, Recorded]:
    """A claim that an interrupted run has recorded."""
    gone = connected()
    return gone.claimed(), gone.recorded("another run")


@pytest.fixture
def ours(vendor: Vendor, claimed: tuple[Claim, Recorded]) -> Lease:
    """Its lease, the first on the second page of leases."""
    vendor.switch("telesign", max_page_size=2)
    for number in BEFORE:
        vendor.lease("telesign", number, vendor.customer())
    lease = vendor.lease("telesign", NUMBER, vendor.customer())
    for number in AFTER:
        vendor.lease("telesign", number, vendor.customer())
    vendor.clock(advance_s=SETTLE_S + 1)
    return lease


def while_it_slips(vendor: Vendor, act: Callable[[], Any]) -> Any:
    """Run an action; once the first page is read, another lease ends, so that ours moves from the second page to the first."""
    vendor.fault("list", "hold_before", skip=1)
    seen: list[Any] = []
    thread = threading.Thread(target=lambda: seen.append(act()))
    thread.start()
    vendor.wait_held()
    vendor.terminate("telesign", BEFORE[0])
    vendor.release()
    thread.join()
    return seen[0]


def test_an_interrupted_lease_is_taken_over(
    lab: Lab, vendor: Vendor, ours: Lease, claimed: tuple[Claim, Recorded]
) -> None:
    """It is not called gone, nor paid again."""
    claim, recorded = claimed

    def resume() -> Any:
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

    obtained = while_it_slips(vendor, resume)
    assert (obtained.how, obtained.lease.lease_id) == ("taken over", ours.lease_id)
    assert not vendor.writes()


def test_a_refresh_loses_nothing(lab: Lab, vendor: Vendor, ours: Lease, claimed: tuple[Claim, Recorded]) -> None:
    """The lease is seen, and its claim is not chosen anew."""
    run = Run(Config(lambda _: None))

    def refresh() -> Any:
        return renew_claim(run, lab.account, lab.record, *claimed, lab.reported.append)

    assert while_it_slips(vendor, refresh) is None
    assert lab.record.found_unavailable is None
    lease, others = locate_lease(lab.account, NUMBER, LeaseRef(ours.lease_id), lab.reported.append)
    assert lease is not None
    assert (lease.lease_id, others) == (ours.lease_id, [])


def test_a_destroy_releases_it(lab: Lab, vendor: Vendor, ours: Lease) -> None:
    """It is not taken for released already."""
    ref, report = LeaseRef(ours.lease_id), lab.reported.append
    line = while_it_slips(vendor, lambda: release(lab.account, lab.record, NUMBER, ref, None, report))
    assert line.startswith(f"released {NUMBER} ({ours.lease_id})")
    assert NUMBER not in vendor.leased("telesign")
