"""Random histories of leasing against each vendor: what we believe is what the vendor has, once it can be read."""

from __future__ import annotations

import uuid
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pulumi_leases import LeaseError
from pulumi_leases.domain.models import Order, Recorded
from pulumi_leases.emulator import Emulator, Vendor, serve
from pulumi_leases.leasing.account import SETTLE_S, Account
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.record import LeaseRef, OwnerRecord
from pulumi_leases.leasing.releasing import locate_lease, release
from pulumi_leases.services.contiguity import Contiguity
from pulumi_leases.services.telesign import TeleSign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_leases.domain.models import Claim
    from pulumi_leases.services.base import LeaseService

NUMBERS = ["+12015550123", "+12125550123", "+13055550123"]
STRANGER = {"contiguity": "contiguity_sk_stranger", "telesign": "99999999-2222-3333-4444-555555555555"}
LEASE_FAULTS: list[tuple[str, dict[str, Any]]] = [
    *(("drop_after", {}), ("drop_before", {}), ("status_after", {"code": 503}), ("status", {"code": 500})),
    *(("garbage", {}), ("truncated", {}), ("html", {"code": 200}), ("empty", {"work": False}), ("429", {})),
    *(("status", {"code": 401}), ("status", {"code": 403}), ("status", {"code": 404}), ("taken", {})),
]
END_FAULTS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("drop_after", {}),
        ("drop_before", {}),
        ("status_after", {"code": 500}),
        ("status", {"code": 403}),
        ("garbage", {}),
    ),
]
READ_FAULTS: list[tuple[str, dict[str, Any]]] = [
    *(("garbage", {}), ("status", {"code": 500}), ("html", {"code": 200}), ("empty", {}), ("status", {"code": 401})),
]


def quiet(_text: str) -> None:
    """Take a passing line."""


class Leasing(RuleBasedStateMachine):
    """One stack's dealings with one vendor. Every rule is a run of its own, as after a crash; waiting takes no time."""

    vendor_name: str
    own_numbers: tuple[Any, ...]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        served = self.stack.enter_context(serve(Emulator()))
        self.vendor = self.stack.enter_context(Vendor(served.url))
        self.seconds = 1000.0
        self.ours: dict[str, LeaseRef] = {}
        """What the state holds."""
        self.doubtful: dict[str, tuple[Claim, Recorded]] = {}
        """What was claimed, and may have been leased."""
        self.others: set[str] = set()
        """Leases on our login that others made and have not ended."""

    def service(self) -> LeaseService:
        raise NotImplementedError

    @property
    def login(self) -> str:
        raise NotImplementedError

    def a_run(self) -> Iterator[Account]:
        """Open an account as a new process does."""
        with closing(self.service()) as service:
            yield Account(service, "default", clock=lambda: self.seconds, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.vendor.clock(advance_s=seconds)

    def held(self) -> dict[str, list[str]]:
        """What the vendor says that our login holds and has not cancelled."""
        found: dict[str, list[str]] = {}
        for lease in self.vendor.leases(self.vendor_name, self.login):
            if lease.cancelled_at is None:
                found.setdefault(lease.number, []).append(lease.lease_id)
        return found

    def made(self) -> int:
        """How many leases our calls have made."""
        return sum(call.wrote for call in self.vendor.calls("lease", login=self.login))

    @initialize(data=st.data(), lag=st.sampled_from([0, 0, 3]))
    def a_vendor(self, data: st.DataObject, lag: float) -> None:
        own = data.draw(st.sampled_from(self.own_numbers))
        self.vendor.switch(self.vendor_name, own_number=own, listing_lag_s=lag)
        self.lease(NUMBERS[0])  # so that there is something to release from the start

    @rule(fault=st.sampled_from(LEASE_FAULTS))
    def the_next_lease_call_goes_wrong(self, fault: tuple[str, dict[str, Any]]) -> None:
        self.vendor.fault("lease", fault[0], **fault[1])

    @rule(fault=st.sampled_from(END_FAULTS))
    def the_next_terminate_call_goes_wrong(self, fault: tuple[str, dict[str, Any]]) -> None:
        self.vendor.fault({"contiguity": "terminate", "telesign": "cancel"}[self.vendor_name], fault[0], **fault[1])

    @rule(fault=st.sampled_from(READ_FAULTS), skip=st.integers(0, 2))
    def a_read_goes_wrong(self, fault: tuple[str, dict[str, Any]], skip: int) -> None:
        reads = {"contiguity": ("leased", "get"), "telesign": ("list", "search")}[self.vendor_name]
        self.vendor.fault(reads[skip % 2], fault[0], skip=skip, **fault[1])

    @rule(seconds=st.sampled_from([1, 30, 90, 4000]))
    def time_passes(self, seconds: float) -> None:
        self.sleep(seconds)

    @rule(number=st.sampled_from(NUMBERS))
    def lease(self, number: str) -> None:
        """A first run: claim what the account does not lease and is on offer, then pay."""
        if number in self.ours or number in self.doubtful:
            return
        for account in self.a_run():
            try:
                offer = None if account.leases().value.get(number) else account.look(number)
            except LeaseError:
                return
            if offer is None or offer.availability != "available" or number in self.held():
                return  # as the check of the claim would; a lease of others that does not show yet is not ours to race
            recorded = Recorded(run=uuid.uuid4().hex, at=account.service.now())
            self._obtain(account, account.claim(offer), recorded, fresh=True)

    @precondition(lambda self: self.doubtful)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        """A later run finds the claim of one that ended without an answer."""
        number = data.draw(st.sampled_from(sorted(self.doubtful)))
        for account in self.a_run():
            self._obtain(account, *self.doubtful[number], fresh=False)

    def _obtain(self, account: Account, claim: Claim, recorded: Recorded, *, fresh: bool) -> None:
        number, before = claim.number, self.made()
        failed: LeaseError | None = None
        try:
            done = acquire(
                account,
                OwnerRecord(),
                claim,
                recorded,
                Order(number=number),
                is_fresh=fresh,
                was_refused=False,
                limits=Limits(),
                report=quiet,
            )
        except LeaseError as error:
            failed = error
        if failed is None:
            assert [done.lease.lease_id] == self.held().get(number), "leased, says obtain"
            assert self.made() <= before + 1
            self.doubtful.pop(number, None)
            self.ours[number] = LeaseRef(done.lease.lease_id, done.lease.leased_at)
        elif failed.nothing_leased:
            assert self.made() == before, f"charged, and said that not: {failed}"
            self.doubtful.pop(number, None)
        else:
            self.doubtful[number] = (claim, recorded)

    @precondition(lambda self: self.ours)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """A destroy."""
        number = data.draw(st.sampled_from(sorted(self.ours)))
        for account in self.a_run():
            try:
                release(account, OwnerRecord(), number, self.ours[number], None, account.service.login, quiet)
            except LeaseError:
                return
            assert self.ours[number].lease_id not in self.held().get(number, []), "released, says release"
            del self.ours[number]

    @rule(number=st.sampled_from(NUMBERS), ours=st.booleans())
    def others_lease(self, number: str, ours: bool) -> None:
        """Somebody leases a free number, on our login too, but not one that this stack is about to lease."""
        if number in self.doubtful or any(one.number == number for one in self.vendor.leases(self.vendor_name)):
            return
        login = self.login if ours else STRANGER[self.vendor_name]
        lease = self.vendor.lease(self.vendor_name, number, login=login)
        if ours:
            self.others.add(lease.lease_id)

    @rule(number=st.sampled_from(NUMBERS))
    def others_terminate(self, number: str) -> None:
        """Somebody ends a lease, ours included, but not one that we do not know of yet."""
        leases = [
            one for one in self.vendor.leases(self.vendor_name) if one.number == number and one.cancelled_at is None
        ]
        if number in self.doubtful or not leases:
            return
        self.others.discard(self.vendor.terminate(self.vendor_name, lease_id=leases[0].lease_id).lease_id)

    @rule()
    def read(self) -> None:
        """A refresh, a minute later: where it can be read at all, it is what the vendor has, number by number."""
        self.sleep(SETTLE_S)
        for account in self.a_run():
            try:
                seen = {number: [one.lease_id for one in leases] for number, leases in account.leases().value.items()}
                singly = {number: [one.lease_id for one in account.service.find(number)] for number in NUMBERS}
                found = {number: locate_lease(account, number, known, quiet)[0] for number, known in self.ours.items()}
            except LeaseError:
                return
            held = self.held()
            assert seen == held
            assert singly == {number: held.get(number, []) for number in NUMBERS}
            assert {number: bool(lease) for number, lease in found.items()} == {
                number: known.lease_id in held.get(number, []) for number, known in self.ours.items()
            }

    @invariant()
    def no_lease_is_unknown_and_none_of_others_is_ended(self) -> None:
        """Whatever our login holds is in the state, or claimed and in doubt, or known to be another's."""
        held = self.held()
        known = {one.lease_id for one in self.ours.values()}
        stray = (
            {one for number, ids in held.items() if number not in self.doubtful for one in ids} - known - self.others
        )
        assert not stray, f"leased, and nobody knows: {stray}"
        assert self.others <= {one for ids in held.values() for one in ids}, "a lease of others was ended"
        assert all(len(ids) == 1 for ids in held.values()), f"leased twice: {held}"

    def teardown(self) -> None:
        """The vendor mends its ways: one more run clears every doubt, and everything that is ours can be released."""
        with self.stack:
            self.vendor.clear_faults()
            self.sleep(SETTLE_S)
            for number in sorted(self.doubtful):
                for account in self.a_run():
                    self._obtain(account, *self.doubtful[number], fresh=False)
            assert not self.doubtful
            self.read()
            self.no_lease_is_unknown_and_none_of_others_is_ended()
            for number in [one for one, known in self.ours.items() if known.lease_id in self.held().get(one, [])]:
                for account in self.a_run():
                    release(account, OwnerRecord(), number, self.ours[number], None, account.service.login, quiet)
            assert {one for ids in self.held().values() for one in ids} == self.others


class AtContiguity(Leasing):
    vendor_name = "contiguity"
    own_numbers = (409, 400, 403, 200)

    @property
    def login(self) -> str:
        return self.vendor.token()

    def service(self) -> LeaseService:
        return Contiguity({"token": self.login, "base_url": self.vendor.contiguity}, 1000)


class AtTeleSign(Leasing):
    vendor_name = "telesign"
    own_numbers = (400, "200_existing", "200_second_lease")

    @property
    def login(self) -> str:
        return self.vendor.customer()

    def service(self) -> LeaseService:
        given = {"customer_id": self.login, "api_key": self.vendor.telesign_api_key, "auth_method": "basic"}
        return TeleSign({**given, "base_url": self.vendor.telesign}, 1000)


MACHINES = [AtContiguity, AtTeleSign]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.vendor_name)
def test_what_we_believe_is_what_the_vendor_has(machine: type[Leasing]) -> None:
    """Whatever is leased, terminated, changed by others or spoilt on the way, in any order."""
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=25))
