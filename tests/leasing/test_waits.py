"""A paying call that must wait: somebody else may lease the number meanwhile, so after each wait we ask who has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import AlreadyLeased
from pulumi_leases.domain.models import Order
from pulumi_leases.leasing.account import SETTLE_S
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits

from ..lab import NUMBER, Lab

if TYPE_CHECKING:
    from pulumi_leases.domain.models import Claim, Recorded
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.leasing.paying import Acquired

    from ..conftest import NewLab


def leased(lab: Lab, claim: Claim, recorded: Recorded, *, fresh: bool = True) -> Acquired:
    return acquire(
        lab.account,
        lab.record,
        claim,
        recorded,
        Order(number=NUMBER),
        is_fresh=fresh,
        was_refused=False,
        limits=Limits(),
        report=lab.reported.append,
    )


def test_a_cancelled_run_that_waits_pays_nothing_after_the_next_has_leased(connected: NewLab, vendor: Vendor) -> None:
    """`pulumi cancel`, and the old process still waits, at a service that would make a second lease: one lease, one charge."""
    vendor.switch("telesign", own_number="200_second_lease")
    old, new = connected(), connected()
    claim, recorded = old.claimed(), old.recorded()
    vendor.clock(advance_s=SETTLE_S)
    vendor.fault("lease", "429", retry_after=30)

    def next_run(_waited_s: float) -> None:
        if not vendor.leases():
            assert leased(new, claim, recorded, fresh=False).how == "leased"

    old.meanwhile = next_run
    with pytest.raises(AlreadyLeased) as caught:
        leased(old, claim, recorded)

    assert caught.value.nothing_leased
    (lease,) = vendor.leases("telesign")
    assert lease.lease_id in str(caught.value)
    assert [call.wrote for call in vendor.calls("lease")] == [False, True]


def test_of_two_stacks_one_leases_and_the_other_says_so(lab: Lab, new_lab: NewLab, vendor: Vendor) -> None:
    """A 429 to one while the other leases: the lease began under the claims of both, and is one's only."""
    other = new_lab()
    claims = [(one.claimed(), one.recorded()) for one in (lab, other)]
    vendor.fault("lease", "429", retry_after=5)

    def other_leases(_waited_s: float) -> None:
        if not vendor.leases():
            leased(other, *claims[1])

    lab.meanwhile = other_leases
    with pytest.raises(AlreadyLeased, match="not by this stack") as caught:
        leased(lab, *claims[0])

    assert caught.value.nothing_leased
    assert lab.record.last_sent_at is None
    assert len(vendor.leases()) == 1
    assert len(vendor.calls("lease")) == 2


def test_who_leases_is_asked_after_each_wait_and_not_before(lab: Lab, vendor: Vendor) -> None:
    """What is seen before a wait says nothing about its end."""
    claim, recorded = lab.claimed(), lab.recorded()
    vendor.fault("lease", "429", times=3, retry_after=5)
    before = len(vendor.journal())
    leased(lab, claim, recorded)
    assert [call.operation for call in vendor.journal(before)] == ["lease", "get"] * 3 + ["lease"]


@pytest.mark.parametrize("code", [401, 402, 403, 404, 409, 429])
def test_no_refusal_of_a_resumed_create_disowns_a_lease_that_shows_late(
    lab: Lab, new_lab: NewLab, vendor: Vendor, code: int
) -> None:
    """The killed run's lease exists and is listed after 90 seconds: taken over, never "nothing was charged"."""
    vendor.switch("contiguity", listing_lag_s=90)
    gone = new_lab()
    claim, recorded = gone.claimed(), gone.recorded("another run")
    held = gone.service.lease(Order(number=NUMBER))
    vendor.clock(advance_s=SETTLE_S + 5)
    vendor.fault("lease", "status", code=code, times=0)

    done = leased(lab, claim, recorded, fresh=False)

    assert (done.how, done.lease.lease_id) == ("taken over", held.lease_id)
    assert len(vendor.leases()) == 1
