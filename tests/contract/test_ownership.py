"""Whose a lease is where the service carries a reference: it decides at any age, and whatever the dates say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import AlreadyLeased, StillLeased
from pulumi_leases.domain.models import Order
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.leasing.confirming import confirm_released
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.leasing.releasing import locate_lease, release

from .desk import NUMBER
from .process import silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.domain.models import Claim, Lease, Recorded

    from .desk import Desk
    from .process import Process

    NewProcess = Callable[[str], Process]

TWO_HOURS = timedelta(hours=2)


def killed(process: Process, reference: str | None = None) -> tuple[Claim, Recorded, Lease]:
    """Make a run die in a paying call, two hours after its claim or as another stack's run, and return what it leaves."""
    claim, recorded = process.claim()
    lease = process.account.service.lease(Order(number=NUMBER, reference=reference or recorded.reference))
    return claim, recorded.model_copy(update={"at": recorded.at - TWO_HOURS}), lease


def test_a_lease_of_a_later_call_is_taken_over(desk: Desk, process: NewProcess) -> None:
    """Killed in the POST of an `up` two hours after the claim, or of a retry: nothing is paid again."""
    claim, recorded, lease = killed(process("first"))
    obtained = process("second").obtain(claim, recorded)
    assert (obtained.how, obtained.lease.lease_id) == ("taken over", lease.lease_id)
    assert (desk.calls("lease"), desk.paid()) == (1, 1)


def test_a_lease_of_a_create_after_a_refusal_is_taken_over(desk: Desk, process: NewProcess) -> None:
    """The number was refused before, and the run that tried again was killed in its POST."""
    claim, recorded, lease = killed(process("first"))
    obtained = process("second").obtain(claim, recorded, was_refused=True)
    assert (obtained.how, obtained.lease.lease_id) == ("taken over", lease.lease_id)
    assert (desk.calls("lease"), desk.paid()) == (1, 1)


def test_another_stacks_lease_is_refused(desk: Desk, process: NewProcess) -> None:
    """It began under our claim, and carries another reference: neither taken over nor paid again."""
    first = process("first")
    claim, recorded = first.claim()
    theirs = first.account.service.lease(Order(number=NUMBER, reference=mint_reference()))
    for later, was_refused in ((process("second"), False), (process("third"), True)):
        with pytest.raises(AlreadyLeased, match=theirs.lease_id):
            later.obtain(claim, recorded, was_refused=was_refused)
    assert (desk.calls("lease"), desk.paid()) == (1, 1)


def test_another_stack_that_leases_while_we_wait_is_reported(desk: Desk, process: NewProcess) -> None:
    """A 429 to us, a lease to them."""
    first, second = process("first"), process("second")
    claim, recorded = first.claim()
    desk.fault("lease", "429")
    first.meanwhile = lambda: None if desk.held() else killed(second)
    with pytest.raises(AlreadyLeased):
        first.obtain(claim, recorded)
    assert desk.paid() == 1


def test_a_wait_that_was_no_wait_is_found(desk: Desk, process: NewProcess) -> None:
    """A 429 after which the lease is there all the same: its reference says that it is ours."""
    first = process("first")
    claim, recorded = first.claim()
    desk.fault("lease", "429")
    lease: list[Lease] = []

    def lease_it() -> None:
        if not lease:
            lease.append(first.account.service.lease(Order(number=NUMBER, reference=recorded.reference)))

    first.meanwhile = lease_it
    obtained = first.obtain(claim, recorded)
    assert obtained.lease.lease_id == lease[0].lease_id
    assert desk.paid() == 1


def test_a_name_that_somebody_has_edited_loses_nothing(desk: Desk, process: NewProcess) -> None:
    """In the state a lease is known by its id: it is seen, and let go, whatever the vendor's console says."""
    first = process("first")
    lease = first.obtain(*first.claim()).lease
    desk.rename(NUMBER, "reception")
    later, ref = process("second"), LeaseRef(lease.lease_id, lease.leased_at)
    found, others = locate_lease(later.account, NUMBER, ref, silent)
    assert found is not None
    assert (found.lease_id, found.reference, others) == (lease.lease_id, None, [])
    assert release(later.account, later.record, NUMBER, ref, None, silent).startswith("released")
    assert desk.held() == {}


@pytest.mark.parametrize("may_release", [True, False])
def test_a_destroy_leaves_another_stacks_lease(desk: Desk, process: NewProcess, may_release: bool) -> None:
    """Its reference says whose it is, consent or not; and our intent has nothing to wait for."""
    first, second = process("first"), process("second")
    claim, recorded = first.claim()
    theirs = first.account.service.lease(Order(number=NUMBER, reference=mint_reference()))
    done = confirm_released(
        second.account, second.record, claim, recorded, may_release=may_release, timeout_s=60, report=silent
    )
    assert done is None
    assert desk.held() == {NUMBER: theirs.lease_id}


def test_a_destroy_releases_its_own_lease_with_consent_only(desk: Desk, process: NewProcess) -> None:
    """However long after the claim an interrupted run has made it."""
    claim, recorded, lease = killed(process("first"))
    second, third = process("second"), process("third")
    with pytest.raises(StillLeased, match="leases:releaseInterrupted"):
        confirm_released(second.account, second.record, claim, recorded, may_release=False, timeout_s=60, report=silent)
    assert desk.held() == {NUMBER: lease.lease_id}
    done = confirm_released(third.account, third.record, claim, recorded, may_release=True, timeout_s=60, report=silent)
    assert done is not None
    assert lease.lease_id in done
    assert desk.held() == {}
