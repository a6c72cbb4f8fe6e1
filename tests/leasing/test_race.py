"""Two stacks of one account that want the same number in the same second: one holds it, and nobody touches the other's."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import AlreadyLeased
from pulumi_leases.domain.models import Order, Recorded
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.leasing.account import Account
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.confirming import confirm_released
from pulumi_leases.leasing.paying import Acquired
from pulumi_leases.leasing.record import LeaseRef, OwnerRecord
from pulumi_leases.leasing.releasing import locate_lease, note_never_leased, release

from ..contract.desk import DESKS, NUMBER, connected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_leases.domain.models import Claim
    from pulumi_leases.emulator import Vendor

PATIENCE_S = 30.0


def quiet(_text: str) -> None:
    """Ignore a report."""


class Rival:
    """One stack's run, whose claim is saved: it has seen the number on offer.

    Attributes:
        account: Its own connection to the login that both share.
        wait: How it waits.
    """

    def __init__(self, name: str, desk: str, vendor: Vendor) -> None:
        self.name, self.desk, self.vendor = name, desk, vendor
        self.wait: Callable[[float], object] = lambda seconds: vendor.clock(advance_s=seconds)
        self.record = OwnerRecord()
        self.account = self.connect()
        offer = self.account.look(NUMBER)
        assert offer is not None
        self.claim: Claim = self.account.claim(offer)
        self.reference = mint_reference()
        self.recorded = Recorded(run=name, at=self.account.service.now(), reference=self.reference)

    def connect(self) -> Account:
        """Log in as a process of its own does."""
        service = connected(DESKS[self.desk](self.vendor))
        return Account(service, "default", sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        """Wait as the test has set it."""
        self.wait(seconds)

    def up(self) -> Acquired | AlreadyLeased:
        """Lease what was claimed, and return the outcome."""
        try:
            return acquire(
                self.account,
                self.record,
                self.claim,
                self.recorded,
                Order(number=NUMBER, reference=self.recorded.reference),
                is_fresh=True,
                was_refused=False,
                limits=Limits(),
                report=quiet,
            )
        except AlreadyLeased as error:
            return error

    def destroy(self, lease: Acquired | AlreadyLeased) -> None:
        """Release what it leased, or a number that it was refused; then confirm the release, with every consent."""
        record = OwnerRecord()
        with closing(self.connect().service) as service:
            account = Account(service, "default", sleep=self.account.sleep)
            if isinstance(lease, AlreadyLeased):
                note_never_leased(account, record, NUMBER, self.recorded.reference)
            else:
                ref = LeaseRef(lease.lease.lease_id, lease.lease.leased_at, self.recorded.reference)
                release(account, record, NUMBER, ref, service.login, quiet)
            confirm_released(account, record, self.claim, self.recorded, may_release=True, timeout_s=60, report=quiet)


@pytest.fixture(params=["telnyx", "twilio"])
def rivals(request: pytest.FixtureRequest, vendor: Vendor) -> Iterator[list[Rival]]:
    """Two stacks on one login of a service that proves by a reference whose a lease is."""
    both = [Rival(name, request.param, vendor) for name in ("one", "two")]
    yield both
    for one in both:
        one.account.service.close()


def calls_inside(
    pool: ThreadPoolExecutor, vendor: Vendor, rivals: list[Rival]
) -> tuple[list[int], list[Future[Acquired | AlreadyLeased]]]:
    """Have both paying calls on their way, each after its stack has asked who leases the number; return the calls in order."""
    vendor.fault("lease", "hold_before", times=2)
    runs: list[Future[Acquired | AlreadyLeased]] = []
    held: list[int] = []
    for number, one in enumerate(rivals, 1):
        runs.append(pool.submit(one.up))
        held = [call.id for call in vendor.wait_held(number, timeout=PATIENCE_S)]
    return sorted(held), runs


def is_held_by(vendor: Vendor, holder: Rival, done: Acquired | AlreadyLeased) -> bool:
    """Whether the number has one lease and one charge, and is the holder's."""
    assert isinstance(done, Acquired)
    lease = vendor.leased(holder.desk)[NUMBER]
    paid = [charge for charge in vendor.charges() if charge.kind == "upfront"]
    with closing(holder.connect().service) as service:
        account = Account(service, "default")
        found, others = locate_lease(account, NUMBER, LeaseRef(done.lease.lease_id, done.lease.leased_at), quiet)
    return found is not None and not others and lease.lease_id == done.lease.lease_id and len(paid) == 1


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_that_pay_in_one_second_one_holds_the_number(rivals: list[Rival], vendor: Vendor, first: int) -> None:
    """In either order: the other gets an error, is charged nothing, and its destroy leaves the number alone."""
    answered = threading.Event()
    for one in rivals:
        one.wait = lambda _seconds: answered.wait(PATIENCE_S)  # which both calls come within
    with ThreadPoolExecutor(2) as pool:
        held, runs = calls_inside(pool, vendor, rivals)
        for call in (held[first], held[1 - first]):
            vendor.release(call)
        answered.set()
        came = [run.result(PATIENCE_S) for run in runs]

    refused = [isinstance(one, AlreadyLeased) for one in came]
    assert sorted(refused) == [False, True]
    holder, loser = rivals[refused.index(False)], rivals[refused.index(True)]
    done, lost = came[refused.index(False)], came[refused.index(True)]
    # Telnyx has one yes, for the first; Twilio says yes to both, and the name that was written last stands.
    assert holder is rivals[first if holder.desk == "telnyx" else 1 - first]
    assert holder.reference in str(vendor.leased(holder.desk)[NUMBER].settings)
    assert is_held_by(vendor, holder, done)

    loser.destroy(lost)
    assert is_held_by(vendor, holder, done)
    holder.destroy(done)
    assert vendor.leases() == []


@pytest.mark.parametrize("first", [0, 1])
def test_a_paying_call_that_comes_late_takes_nothing(rivals: list[Rival], vendor: Vendor, first: int) -> None:
    """It was on its way while the other stack paid and made sure: the number stays that stack's."""
    with ThreadPoolExecutor(2) as pool:
        held, runs = calls_inside(pool, vendor, rivals)
        vendor.release(held[first])
        done = runs[first].result(PATIENCE_S)
        vendor.release(held[1 - first])
        late = runs[1 - first].result(PATIENCE_S)

    holder, loser = rivals[first], rivals[1 - first]
    assert isinstance(late, AlreadyLeased)
    assert is_held_by(vendor, holder, done)
    assert loser.reference not in str(vendor.leased(holder.desk)[NUMBER].settings)
    loser.destroy(late)
    assert is_held_by(vendor, holder, done)
    holder.destroy(done)
    assert vendor.leases() == []


@pytest.mark.parametrize("is_taken_back", [True, False])
def test_a_name_that_is_written_late_and_read_before_it_is_taken_back_proves_nothing(
    vendor: Vendor, is_taken_back: bool
) -> None:
    """Who has bought reads another's reference, sees that it came too late, and keeps the number."""
    rivals, answered = [Rival(name, "twilio", vendor) for name in ("one", "two")], threading.Event()
    vendor.fault("configure", "hold_before")

    def wait(seconds: float) -> None:
        vendor.clock(advance_s=seconds)
        waits.set()
        answered.wait(PATIENCE_S)

    rivals[0].wait, waits = wait, threading.Event()
    with ThreadPoolExecutor(2) as pool:
        held, runs = calls_inside(pool, vendor, rivals)
        vendor.release(held[0])
        assert waits.wait(PATIENCE_S)
        vendor.release(held[1])
        (taking_back,) = vendor.wait_held(timeout=PATIENCE_S)
        if is_taken_back:
            vendor.release(taking_back.id)
        answered.set()
        done = runs[0].result(PATIENCE_S)
        vendor.release()
        late = runs[1].result(PATIENCE_S)

    assert isinstance(late, AlreadyLeased)
    assert is_held_by(vendor, rivals[0], done)
    rivals[1].destroy(late)
    assert is_held_by(vendor, rivals[0], done)
    rivals[0].destroy(done)
    assert vendor.leases() == []
    for one in rivals:
        one.account.service.close()
