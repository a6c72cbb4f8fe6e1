"""A lease that is only ordered, at Telnyx: it is released when its order is over, and nobody else's is taken for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import AlreadyLeased, OutcomeUnknown, Refused, StillLeased
from pulumi_leases.domain.models import Claim, Lease, Order, Recorded
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.confirming import confirm_released
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.leasing.releasing import note_never_leased, release
from pulumi_leases.services.telnyx import service as telnyx_service

from ..lab import NUMBER, OTHER
from ..services.telnyx import connect, held

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor
    from pulumi_leases.leasing.paying import Acquired

    from ..conftest import NewLab
    from ..lab import Lab

    NewRun = Callable[[], Lab]


@pytest.fixture
def new_run(new_lab: NewLab, vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> NewRun:
    """Make processes of a Telnyx user, who look an ordered number up for a moment only."""
    monkeypatch.setattr(telnyx_service, "_LOOK_UP_S", 0.3)
    return lambda: new_lab(service=connect(vendor))


def ordered(lab: Lab) -> Lease:
    return lab.service.lease(Order(number=NUMBER, reference=mint_reference()))


def released(lab: Lab, lease: Lease) -> str:
    """Let a lease go, as the delete of a LeasedNumber does that knows it by its order."""
    ref = LeaseRef(lease.lease_id, lease.leased_at, lease.reference)
    return release(lab.account, lab.record, NUMBER, ref, None, lab.reported.append)


@pytest.mark.parametrize(("fault", "params"), [("drop_before", {}), ("status", {"code": 503})])
def test_an_order_whose_cancelling_came_to_nothing_is_not_let_go(
    new_run: NewRun, vendor: Vendor, fault: str, params: dict[str, Any]
) -> None:
    """No usable answer, and the order pending as before: no `released`; the next destroy cancels it."""
    vendor.switch("telnyx", pending_numbers="absent", order_outcome="pending")
    lease = ordered(new_run())
    vendor.fault("cancel", fault, **params)

    with pytest.raises(OutcomeUnknown, match="run the same command again"):
        released(new_run(), lease)

    assert list(held(vendor)) == [NUMBER]
    assert released(new_run(), lease).startswith(f"released {NUMBER}")
    assert held(vendor) == {}


def test_an_order_that_has_succeeded_and_lists_no_number_is_not_let_go(new_run: NewRun, vendor: Vendor) -> None:
    """Destroyed right after the `up`: there is nothing to delete yet, and the number comes all the same."""
    vendor.switch("telnyx", listing_lag_s=40.0)
    lease = ordered(new_run())

    with pytest.raises(OutcomeUnknown, match="run the same command again"):
        released(new_run(), lease)

    assert list(held(vendor)) == [NUMBER]
    assert released(new_run(), lease).startswith(f"released {NUMBER}")
    assert held(vendor) == {}


def test_a_number_that_came_of_no_order_of_ours_is_anothers(new_run: NewRun, vendor: Vendor) -> None:
    """Our order failed; hours later somebody leases the number in the portal, without a reference: it stays theirs."""
    vendor.switch("telnyx", order_outcome="failure")
    first, reference = new_run(), mint_reference()
    claim = first.claimed()
    first.account.leases()
    recorded = Recorded(run="this run", at=first.service.now(), reference=reference)

    def leased(lab: Lab, *, is_again: bool) -> Acquired:
        return acquire(
            lab.account,
            lab.record,
            claim,
            recorded,
            Order(number=NUMBER, reference=reference),
            is_fresh=not is_again,
            was_refused=is_again,
            limits=Limits(),
            report=lab.reported.append,
        )

    with pytest.raises(Refused, match="is failure"):
        leased(first, is_again=False)
    vendor.switch("telnyx", order_outcome="success")
    vendor.clock(advance_s=7200)
    theirs = vendor.lease("telnyx", NUMBER, vendor.telnyx_key())

    with pytest.raises(AlreadyLeased, match=theirs.lease_id):
        leased(new_run(), is_again=True)


def test_a_pending_order_of_a_killed_run_keeps_its_intent(new_run: NewRun, vendor: Vendor) -> None:
    """Destroyed before any other `up`, by the right login: an order that lists no number is found by its reference."""
    vendor.switch("telnyx", pending_numbers="absent", order_outcome="pending")
    killed = new_run()
    claim, lease = killed.claimed(), ordered(killed)
    recorded = Recorded(run="another run", at=killed.service.now(), reference=lease.reference)
    lab = new_run()
    lab.account.is_proven.set()  # another number of the stack shows that the login is the right one

    with pytest.raises(StillLeased, match="`pulumi up --target"):
        confirm_released(
            lab.account, lab.record, claim, recorded, may_release=False, timeout_s=60, report=lab.reported.append
        )

    assert confirm_released(
        lab.account, lab.record, claim, recorded, may_release=True, timeout_s=60, report=lab.reported.append
    )
    assert held(vendor) == {}


@pytest.mark.parametrize("listed", ["listed", "absent"])
def test_what_a_killed_retry_of_a_refused_number_has_ordered_is_not_forgotten(
    new_run: NewRun, vendor: Vendor, listed: str
) -> None:
    """Destroyed before any other `up`: the reference shows that it is ours, so that the intent sees to it."""
    vendor.switch("telnyx", pending_numbers=listed, order_outcome="pending")
    lease = ordered(new_run())
    lab = new_run()

    assert note_never_leased(lab.account, lab.record, NUMBER, lease.reference) is None
    assert lab.record.releases == {}
    assert note_never_leased(lab.account, lab.record, OTHER, mint_reference()) is None
    assert OTHER in lab.record.releases


def confirmed(lab: Lab, recorded: Recorded, *, may_release: bool = False) -> str | None:
    """Delete the intent of a number, in a run that knows nothing of its LeasedNumber."""
    claim = Claim(number=NUMBER, service="telnyx", account="default")
    return confirm_released(
        lab.account,
        lab.record,
        claim,
        recorded,
        may_release=may_release,
        timeout_s=600.0,
        report=lab.reported.append,
    )


def test_a_young_order_of_a_number_that_was_let_go_is_waited_for_until_it_shows_that_it_is_over(
    new_run: NewRun, vendor: Vendor
) -> None:
    """Killed between the release and its confirmation: the order has succeeded, and no number will be listed any more."""
    first = new_run()
    recorded = Recorded(run="killed", at=first.service.now(), reference=mint_reference())
    lease = first.service.lease(Order(number=NUMBER, reference=recorded.reference))
    vendor.switch("telnyx", ended_numbers="absent")
    assert released(first, lease).startswith(f"released {NUMBER}")
    vendor.clock(advance_s=1)

    then = new_run()
    assert confirmed(then, recorded) is None
    assert 30 < then.waited_s < 90


def test_a_pending_number_that_is_not_listed_for_a_moment_is_not_over(new_run: NewRun, vendor: Vendor) -> None:
    """Listed while its order is pending, and again some seconds after the order has succeeded."""
    vendor.switch("telnyx", order_s=4.0, listing_lag_s=2.0, pending_numbers="listed", order_answer="pending")
    first = new_run()
    recorded = Recorded(run="killed", at=first.service.now(), reference=mint_reference())
    lease = first.service.lease(Order(number=NUMBER, reference=recorded.reference))
    assert lease.is_pending

    done = confirmed(new_run(), recorded, may_release=True)
    assert done is not None
    assert done.startswith(f"released {NUMBER}")
    assert held(vendor) == {}
