"""What a kill in the middle of a destroy leaves to the next command; found by the chaos trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import LeaseError, NumberUnavailable, StillLeased
from pulumi_leases.domain.models import Order
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.confirming import confirm_released
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.leasing.releasing import release

from ..lab import NUMBER, OTHER

if TYPE_CHECKING:
    from pulumi_leases.domain.models import Claim, Recorded
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.emulator.ledger import Lease
    from pulumi_leases.leasing.paying import Acquired

    from ..conftest import NewLab
    from ..lab import Lab

MINUTES_S = 240.0


def released(lab: Lab, ref: LeaseRef) -> str:
    """Let a lease go, as the delete of a LeasedNumber does."""
    return release(lab.account, lab.record, NUMBER, ref, None, lab.reported.append)


def terminated(new_lab: NewLab, vendor: Vendor, takes_s: float) -> tuple[Claim, Recorded, Lease]:
    """Make a destroy die after its terminate call, and return what it leaves: the intent, and a lease that is ending."""
    vendor.switch("contiguity", termination_delay_s=takes_s)
    killed = new_lab()
    claim, recorded = killed.claimed(), killed.recorded("another run")
    lease = killed.service.lease(Order(number=NUMBER, billing_method=None))
    vendor.clock(advance_s=300)
    released(killed, LeaseRef(lease.lease_id, lease.leased_at))
    return claim, recorded, vendor.leased("contiguity")[NUMBER]


def resumed(lab: Lab, claim: Claim, recorded: Recorded) -> Acquired:
    """Run the next `up` on the claim that is left."""
    return acquire(
        lab.account,
        lab.record,
        claim,
        recorded,
        Order(number=NUMBER, billing_method="monthly"),
        is_fresh=False,
        was_refused=False,
        limits=Limits(),
        report=lab.reported.append,
    )


def test_a_lease_that_is_being_terminated_is_not_taken_over(new_lab: NewLab, lab: Lab, vendor: Vendor) -> None:
    """`up` after a killed destroy: the old lease is waited out and the number leased anew, not held for a minute more."""
    claim, recorded, old = terminated(new_lab, vendor, 20)

    done = resumed(lab, claim, recorded)

    assert done.how == "leased"
    assert done.lease.lease_id != old.lease_id
    assert vendor.leased("contiguity")[NUMBER].lease_id == done.lease.lease_id
    assert f"{NUMBER} is being terminated: waiting up to 60 s" in lab.reported


def test_a_termination_that_takes_longer_is_reported(new_lab: NewLab, lab: Lab, vendor: Vendor) -> None:
    """`up` after a killed destroy whose termination takes minutes: nothing is charged, and it says what to do."""
    claim, recorded, old = terminated(new_lab, vendor, MINUTES_S)

    with pytest.raises(StillLeased, match=f"still terminating its lease {old.lease_id}.*Run `pulumi up` again"):
        resumed(lab, claim, recorded)

    assert len(vendor.calls("lease")) == 1


@pytest.mark.parametrize("answer", [404, 400])
def test_a_destroy_goes_on_where_the_killed_one_has_terminated(
    new_lab: NewLab, lab: Lab, vendor: Vendor, answer: int
) -> None:
    """`destroy` after a killed destroy: a no to the second terminate call is no failure while the lease is going."""
    vendor.switch("contiguity", delete_unknown=answer)
    claim, recorded, old = terminated(new_lab, vendor, 15)

    line = released(lab, LeaseRef(old.lease_id, lab.service.find(NUMBER)[0].leased_at))
    confirm_released(
        lab.account, lab.record, claim, recorded, may_release=True, timeout_s=600, report=lab.reported.append
    )

    assert line.startswith(f"released {NUMBER}")
    assert vendor.leases() == []


def test_a_lost_answer_under_an_old_claim_is_found(new_lab: NewLab, lab: Lab, vendor: Vendor) -> None:
    """`up` a day after a kill: the call that this run has sent is its own, whatever the age of the claim."""
    killed = new_lab()
    claim, recorded = killed.claimed(), killed.recorded("another run")
    vendor.clock(advance_s=86_400)
    vendor.fault("lease", "drop_after")

    done = resumed(lab, claim, recorded)

    assert vendor.leased("contiguity")[NUMBER].lease_id == done.lease.lease_id
    assert len(vendor.calls("lease")) == 1


def test_a_wrong_key_does_not_disown_what_a_killed_run_has_leased(new_lab: NewLab, vendor: Vendor) -> None:
    """`up` after a kill with another login's key: not saved as refused, so that the right key takes the lease over."""
    killed = new_lab()
    claim, recorded = killed.claimed(), killed.recorded("another run")
    lease = killed.service.lease(Order(number=NUMBER))
    vendor.clock(advance_s=300)

    with pytest.raises(NumberUnavailable, match="with the right key, `pulumi up` takes it over") as caught:
        resumed(new_lab(token=vendor.token("another")), claim, recorded)

    assert not caught.value.nothing_leased
    done = resumed(new_lab(), claim, recorded)
    assert (done.how, done.lease.lease_id) == ("taken over", lease.lease_id)
    assert len(vendor.calls("lease")) == 1


@pytest.mark.parametrize("shown", ["number on offer", "lease that the state knows"])
def test_a_refusal_of_the_right_login_is_one(new_lab: NewLab, vendor: Vendor, shown: str) -> None:
    """After a kill before the paying call: where the login shows that it is the right one, nothing was leased."""
    killed = new_lab()
    claim, recorded = killed.claimed(), killed.recorded("another run")
    known = killed.service.lease(Order(number=OTHER)).lease_id
    vendor.clock(advance_s=300)
    lab = new_lab()
    if shown == "number on offer":
        vendor.switch("contiguity", payment=402)
    else:
        lab.account.knows = known.__eq__
        vendor.lease("contiguity", NUMBER)

    with pytest.raises(LeaseError) as caught:
        resumed(lab, claim, recorded)

    assert caught.value.nothing_leased
