"""A TeleSign lease after it is cancelled: gone, running out, or listed unchanged; each time it is released once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases.config import Config
from pulumi_leases.domain.errors import LeaseError, NumberUnavailable
from pulumi_leases.domain.models import Order
from pulumi_leases.leasing.claiming import make_claim
from pulumi_leases.leasing.confirming import confirm_released
from pulumi_leases.leasing.inputs import IntentInputs
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.leasing.releasing import locate_lease, release
from pulumi_leases.leasing.run import Run

from ..lab import NUMBER

if TYPE_CHECKING:
    from pulumi_leases.domain.models import Claim, Recorded
    from pulumi_leases.emulator import Vendor

    from ..conftest import NewLab
    from ..lab import Lab

ONE_MONTH_S = 32 * 86_400


@pytest.fixture
def lab(connected: NewLab) -> Lab:
    return connected()


@pytest.fixture
def claimed(lab: Lab) -> tuple[Claim, Recorded]:
    return lab.claimed(), lab.recorded()


@pytest.fixture
def ours(lab: Lab, claimed: tuple[Claim, Recorded]) -> LeaseRef:
    lease = lab.service.lease(Order(number=NUMBER, billing_method=None))
    return LeaseRef(lease.lease_id, lease.leased_at)


def released(lab: Lab, ref: LeaseRef) -> str:
    """Let a lease go, as the delete of a LeasedNumber does."""
    return release(lab.account, lab.record, NUMBER, ref, lab.service.login, lab.reported.append)


def ended(lab: Lab, ours: LeaseRef, claimed: tuple[Claim, Recorded]) -> str:
    """Destroy both resources of the pair."""
    line = released(lab, ours)
    assert (
        confirm_released(lab.account, lab.record, *claimed, may_release=True, timeout_s=600, report=lab.reported.append)
        is None
    )
    return line


@pytest.mark.parametrize(
    ("after_cancel", "until", "waits"),
    [
        ("gone", "billed to the end of the current billing period", False),
        ("expires", "paid until ", False),
        ("listed_for_s", "billed to the end of the current billing period", True),
    ],
)
def test_each_way_ends_as_released(
    lab: Lab,
    vendor: Vendor,
    ours: LeaseRef,
    claimed: tuple[Claim, Recorded],
    after_cancel: str,
    until: str,
    waits: bool,
) -> None:
    """One call, waited for where the lease is listed as if nothing were, and what is still billed is reported."""
    vendor.switch("telesign", after_cancel=after_cancel, listed_for_s=20)
    line = ended(lab, ours, claimed)
    assert line.startswith(f"released {NUMBER} ({ours.lease_id}); {until}")
    assert bool(lab.waits) == waits
    assert [call.outcome for call in vendor.calls("cancel")] == ["cancelled"]


@pytest.mark.parametrize("delete_unknown", [404, 400, 200])
@pytest.mark.parametrize("after_cancel", ["gone", "expires", "listed_for_s"])
def test_a_cancellation_whose_run_was_interrupted_is_finished(
    connected: NewLab,
    vendor: Vendor,
    ours: LeaseRef,
    claimed: tuple[Claim, Recorded],
    after_cancel: str,
    delete_unknown: int,
) -> None:
    """Whatever the vendor says of what it has cancelled already, the listing decides, and it ends."""
    vendor.switch("telesign", after_cancel=after_cancel, listed_for_s=40, delete_unknown=delete_unknown)
    interrupted = connected()
    released(interrupted, ours)
    later = connected()
    ended(later, ours, claimed)
    assert len([call for call in vendor.calls("cancel") if call.wrote]) == 1


@pytest.mark.parametrize("fault", ["drop_after", "garbage", "html", "empty", "truncated"])
@pytest.mark.parametrize(
    ("after_cancel", "until"), [("gone", "billed to "), ("expires", "paid until "), ("listed_for_s", "billed to ")]
)
def test_a_lost_answer_is_resolved_by_the_listing(
    lab: Lab, vendor: Vendor, ours: LeaseRef, claimed: tuple[Claim, Recorded], after_cancel: str, until: str, fault: str
) -> None:
    """Cancelled once; no second call; and what is still billed is reported."""
    vendor.switch("telesign", after_cancel=after_cancel, listed_for_s=20)
    vendor.fault("cancel", fault)
    assert ended(lab, ours, claimed).startswith(f"released {NUMBER} ({ours.lease_id}); {until}")
    assert len(vendor.calls("cancel")) == 1


def test_a_lease_that_runs_out_is_held(
    lab: Lab, connected: NewLab, vendor: Vendor, ours: LeaseRef, claimed: tuple[Claim, Recorded]
) -> None:
    """Seen as ending and not cancelled again; when it is over it is not held any more."""
    vendor.switch("telesign", after_cancel="expires")
    lab.service.release(lab.service.find(NUMBER)[0])
    lease, others = locate_lease(lab.account, NUMBER, ours, lab.reported.append)
    assert lease is not None
    assert (lease.status, others) == ("ending", [])
    assert "is cancelled already; paid until" in ended(lab, ours, claimed)
    assert len(vendor.calls("cancel")) == 1

    vendor.clock(advance_s=ONE_MONTH_S)
    assert locate_lease(connected().account, NUMBER, ours, print) == (None, [])


def test_another_lease_that_runs_out_keeps_no_intent(
    lab: Lab, vendor: Vendor, ours: LeaseRef, claimed: tuple[Claim, Recorded]
) -> None:
    """Somebody has cancelled it before ours was: nothing of the number costs on."""
    other = vendor.lease("telesign", NUMBER, vendor.customer(), again=True)
    vendor.switch("telesign", after_cancel="expires")
    lab.service.release(next(lease for lease in lab.service.find(NUMBER) if lease.lease_id == other.lease_id))
    vendor.switch("telesign", after_cancel="gone")
    assert ended(lab, ours, claimed).startswith(f"released {NUMBER} ({ours.lease_id})")


@pytest.mark.parametrize("adopt", [True, False])
def test_a_lease_that_runs_out_is_neither_leased_nor_adopted(
    lab: Lab, vendor: Vendor, ours: LeaseRef, environ: dict[str, str], adopt: bool
) -> None:
    """It is nobody's to have; the message says until when."""
    vendor.switch("telesign", after_cancel="expires")
    lab.service.release(lab.service.find(NUMBER)[0])
    run = Run(Config(lambda _: None, environ))
    with pytest.raises(NumberUnavailable, match=r"is cancelled at telesign .* and held until 20"):
        make_claim(run, "an owner", IntentInputs(number=NUMBER, service="telesign", adopt=adopt), None)


@pytest.mark.parametrize("closed", [404, 405, 410])
def test_a_closed_product_keeps_the_state(
    lab: Lab, vendor: Vendor, ours: LeaseRef, claimed: tuple[Claim, Recorded], closed: int
) -> None:
    """Nothing is called released, lost or gone."""
    vendor.switch("telesign", closed=closed)
    for act in (
        lambda: released(lab, ours),
        lambda: confirm_released(
            lab.account, lab.record, *claimed, may_release=True, timeout_s=1, report=lab.reported.append
        ),
        lambda: locate_lease(lab.account, NUMBER, ours, lab.reported.append),
    ):
        with pytest.raises(LeaseError, match="TeleSign has closed its Phone Numbers API"):
            act()
    assert NUMBER in vendor.leased("telesign")
