"""Random histories of leasing against each vendor: what we believe is what the vendor has, once it can be read.

The state holds pairs: an intent with its claim, and the number with its lease. Either may be deleted from the state, the
number may move to another stack, and an old checkpoint may be imported; commands are interrupted, and run with another
login's key.
"""

from __future__ import annotations

import uuid
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pulumi_leases import LeaseError
from pulumi_leases.config import Config
from pulumi_leases.domain.models import Order, Recorded
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.emulator import Emulator, Vendor, serve
from pulumi_leases.leasing.account import SETTLE_S, Account
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.claiming import renew_claim
from pulumi_leases.leasing.confirming import confirm_released
from pulumi_leases.leasing.record import LeaseRef, OwnerRecord
from pulumi_leases.leasing.releasing import locate_lease, release
from pulumi_leases.leasing.run import Run
from pulumi_leases.services.contiguity import Contiguity
from pulumi_leases.services.telesign import TeleSign
from pulumi_leases.services.telnyx import Telnyx
from pulumi_leases.services.twilio import Twilio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_leases.domain.models import Claim
    from pulumi_leases.services.base import LeaseService

NUMBERS = ["+12015550123", "+12125550123", "+13055550123"]
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
READS = {
    "contiguity": ("leased", "get"),
    "telesign": ("list", "search"),
    "telnyx": ("leased", "available"),
    "twilio": ("leased", "available"),
}
READ_FAULTS: list[tuple[str, dict[str, Any]]] = [
    *(("garbage", {}), ("status", {"code": 500}), ("html", {"code": 200}), ("empty", {}), ("status", {"code": 401})),
]


def quiet(_text: str) -> None:
    """Ignore a report."""


class Leasing(RuleBasedStateMachine):
    """One stack's dealings with one vendor. Every rule is a run of its own, as after a crash; waiting takes no time."""

    vendor_name: str
    own_numbers: tuple[Any, ...]
    lags: tuple[float, ...] = (0, 0, 3)
    """How many seconds late the vendor's listing may be."""
    more_switches: ClassVar[Mapping[str, Sequence[Any]]] = {}
    """What else is so at the vendor: one of these in each history."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        served = self.stack.enter_context(serve(Emulator()))
        self.vendor = self.stack.enter_context(Vendor(served.url))
        self.seconds = 1000.0
        self.ours: dict[str, LeaseRef] = {}
        """The numbers in the state, with their leases."""
        self.claims: dict[str, tuple[Claim, Recorded]] = {}
        """The intents in the state, with their claims."""
        self.moved: dict[str, LeaseRef] = {}
        """What went to another stack, which wants it."""
        self.forgotten: set[str] = set()
        """Leases that were deleted from the state and not let go."""
        self.backup: tuple[dict[str, LeaseRef], dict[str, tuple[Claim, Recorded]]] | None = None
        """An old checkpoint: the numbers and the intents in it."""
        self.consents = False
        """Whether the stack consents that what an interrupted run has leased is released with its intent."""
        self.others: set[str] = set()
        """Leases on our login that others made and have not ended."""

    def service(self, login: str) -> LeaseService:
        raise NotImplementedError

    def key_of(self, name: str) -> str:
        raise NotImplementedError

    @property
    def login(self) -> str:
        return self.key_of("main")

    @property
    def doubtful(self) -> dict[str, tuple[Claim, Recorded]]:
        """The numbers that were claimed, and may have been leased."""
        return {
            number: claim
            for number, claim in self.claims.items()
            if number not in self.ours and number not in self.moved
        }

    def a_run(self, name: str = "main") -> Iterator[Account]:
        """Open an account as a new process does."""
        with closing(self.service(self.key_of(name))) as service:
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

    @initialize(data=st.data(), consents=st.booleans())
    def a_vendor(self, data: st.DataObject, consents: bool) -> None:
        self.consents = consents
        lag = data.draw(st.sampled_from(self.lags))
        own = data.draw(st.sampled_from(self.own_numbers))
        more = {name: data.draw(st.sampled_from(values)) for name, values in self.more_switches.items()}
        self.vendor.switch(self.vendor_name, own_number=own, listing_lag_s=lag, **more)
        self.lease(NUMBERS[0])  # so that there is something to release from the start

    @rule(fault=st.sampled_from(LEASE_FAULTS))
    def the_next_lease_call_goes_wrong(self, fault: tuple[str, dict[str, Any]]) -> None:
        self.vendor.fault("lease", fault[0], **fault[1])

    @rule(fault=st.sampled_from(END_FAULTS))
    def the_next_terminate_call_goes_wrong(self, fault: tuple[str, dict[str, Any]]) -> None:
        end = "cancel" if self.vendor_name == "telesign" else "terminate"
        self.vendor.fault(end, fault[0], **fault[1])

    @rule(fault=st.sampled_from(READ_FAULTS), skip=st.integers(0, 2))
    def a_read_goes_wrong(self, fault: tuple[str, dict[str, Any]], skip: int) -> None:
        reads = READS[self.vendor_name]
        self.vendor.fault(reads[skip % 2], fault[0], skip=skip, **fault[1])

    @rule(seconds=st.sampled_from([1, 30, 90, 4000]))
    def time_passes(self, seconds: float) -> None:
        self.sleep(seconds)

    @rule(number=st.sampled_from(NUMBERS))
    def lease(self, number: str) -> None:
        """A first run: claim what the account does not lease and is on offer, then pay."""
        if number in self.ours or number in self.claims or number in self.moved:
            return
        for account in self.a_run():
            try:
                offer = None if account.leases().value.get(number) else account.look(number)
            except LeaseError:
                return
            if offer is None or offer.availability != "available" or number in self.held():
                return  # as the check of the claim would; a lease of others that does not show yet is not ours to race
            reference = mint_reference() if account.service.carries_reference else None
            recorded = Recorded(run=uuid.uuid4().hex, at=account.service.now(), reference=reference)
            self._obtain(account, account.claim(offer), recorded, fresh=True)

    @precondition(lambda self: self.doubtful)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        """A later run finds the claim of one that ended without an answer."""
        number = data.draw(st.sampled_from(sorted(self.doubtful)))
        for account in self.a_run():
            self._obtain(account, *self.claims[number], fresh=False)

    def _obtain(self, account: Account, claim: Claim, recorded: Recorded, *, fresh: bool) -> None:
        number, before = claim.number, self.made()
        failed: LeaseError | None = None
        try:
            done = acquire(
                account,
                OwnerRecord(),
                claim,
                recorded,
                Order(number=number, reference=recorded.reference),
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
            self.claims[number] = (claim, recorded)
            self.ours[number] = LeaseRef(done.lease.lease_id, done.lease.leased_at, recorded.reference)
            self.forgotten.discard(done.lease.lease_id)
        elif failed.nothing_leased:
            assert self.made() == before, f"charged, and said that not: {failed}"
            self.claims.pop(number, None)
        else:
            self.claims[number] = (claim, recorded)

    @precondition(lambda self: self.ours or self.claims)
    @rule(data=st.data(), key=st.sampled_from(["main", "main", "other"]))
    def destroy(self, data: st.DataObject, key: str) -> None:
        """Destroy one pair, or what is left of it, perhaps with another login's key."""
        number = data.draw(st.sampled_from(sorted({*self.ours, *self.claims})))
        for account in self.a_run(key):
            try:
                self._destroy(account, number)
            except LeaseError:
                return

    def _destroy(self, account: Account, number: str) -> None:
        record, may_release = OwnerRecord(), self.consents and number not in self.ours
        claim, recorded = self.claims.get(number, (None, None))
        if number in self.ours:
            ref, login = self.ours[number], claim.login if claim else None
            release(account, record, number, ref, login, quiet)
            assert ref.lease_id not in self.held().get(number, []), "released, says release"
            del self.ours[number]
        if claim is not None:
            confirm_released(account, record, claim, recorded, may_release=may_release, timeout_s=60, report=quiet)
            del self.claims[number]
            left = set(self.held().get(number, []))
            self.forgotten &= {one for ids in self.held().values() for one in ids}
            stray = left - self.others - {ref.lease_id for ref in self.moved.values()}
            assert not stray, f"the state is empty, and leased is {stray}"

    @precondition(lambda self: self.ours or self.claims)
    @rule(data=st.data(), key=st.sampled_from(["main", "other"]))
    def refresh(self, data: st.DataObject, key: str) -> None:
        """Look at one pair, perhaps with another login's key: nothing is sent, nothing leaves the state."""
        number = data.draw(st.sampled_from(sorted({*self.ours, *self.claims})))
        run, record = Run(Config(lambda _: None, {})), OwnerRecord()
        writes = len(self.vendor.writes())
        for account in self.a_run(key):
            try:
                if number in self.ours:
                    locate_lease(account, number, self.ours[number], quiet)
                    record.holds = number
                if number in self.claims:
                    renewed = renew_claim(run, account, record, *self.claims[number], quiet)
                    if renewed:
                        self.claims[number] = renewed.claim, renewed.recorded
            except LeaseError:
                pass
        assert len(self.vendor.writes()) == writes

    @precondition(lambda self: self.ours)
    @rule(data=st.data(), what=st.sampled_from(["number", "intent", "both"]))
    def delete_from_the_state(self, data: st.DataObject, what: str) -> None:
        """`pulumi state delete` of one of a pair, or of both."""
        number = data.draw(st.sampled_from(sorted(self.ours)))
        if what != "intent":
            self.forgotten.add(self.ours.pop(number).lease_id)
        if what != "number":
            self.claims.pop(number, None)

    @precondition(lambda self: self.ours and not self.consents)
    @rule(data=st.data())
    def move_to_another_stack(self, data: st.DataObject) -> None:
        """`pulumi state move` of the number alone; a stack that consents to be thrown away has nothing to move."""
        number = data.draw(st.sampled_from(sorted(self.ours)))
        ref = self.ours.pop(number)
        if ref.lease_id in self.held().get(number, ()):  # one that somebody has ended is wanted by nobody
            self.moved[number] = ref

    @rule()
    def back_up(self) -> None:
        """`pulumi stack export`."""
        self.backup = (dict(self.ours), dict(self.claims))

    @precondition(lambda self: self.backup and not self.moved)
    @rule()
    def import_the_old_checkpoint(self) -> None:
        """`pulumi stack import`: what was leased since is in no state any more, and what was released since is in it again."""
        since = {ref.lease_id for ref in self.ours.values()}
        since |= {one for number in self.doubtful for one in self.held().get(number, ())}
        ours, claims = self.backup or ({}, {})
        self.ours, self.claims = dict(ours), dict(claims)
        known = {ref.lease_id for ref in self.ours.values()}
        self.forgotten = (self.forgotten | since) - known - self.others

    @rule(number=st.sampled_from(NUMBERS), ours=st.booleans())
    def others_lease(self, number: str, ours: bool) -> None:
        """Somebody leases a free number, on our login too, but not one that this stack is about to lease."""
        if number in self.doubtful or any(one.number == number for one in self.vendor.leases(self.vendor_name)):
            return
        login = self.key_of("main" if ours else "stranger")
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
        ended = self.vendor.terminate(self.vendor_name, lease_id=leases[0].lease_id).lease_id
        self.others.discard(ended)
        self.moved = {number: ref for number, ref in self.moved.items() if ref.lease_id != ended}

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
        wanted = {one.lease_id for one in self.moved.values()}
        known = {one.lease_id for one in self.ours.values()} | wanted | self.forgotten
        stray = (
            {one for number, ids in held.items() if number not in self.doubtful for one in ids} - known - self.others
        )
        assert not stray, f"leased, and nobody knows: {stray}"
        assert self.others | wanted <= {one for ids in held.values() for one in ids}, "a lease of others was ended"
        assert all(len(ids) == 1 for ids in held.values()), f"leased twice: {held}"

    def teardown(self) -> None:
        """Without faults one more run clears every doubt, and everything that is ours can be released."""
        with self.stack:
            self.vendor.clear_faults()
            self.sleep(SETTLE_S)
            for number in sorted(self.doubtful):
                for account in self.a_run():
                    self._obtain(account, *self.claims[number], fresh=False)
            assert {one for number in self.doubtful for one in self.held().get(number, [])} <= self.forgotten
            self.read()
            self.no_lease_is_unknown_and_none_of_others_is_ended()
            for number in [one for one, known in self.ours.items() if known.lease_id in self.held().get(one, [])]:
                for account in self.a_run():
                    release(account, OwnerRecord(), number, self.ours[number], account.service.login, quiet)
            left = {one for ids in self.held().values() for one in ids}
            assert left - self.forgotten == self.others | {ref.lease_id for ref in self.moved.values()}


class AtContiguity(Leasing):
    vendor_name = "contiguity"
    own_numbers = (409, 400, 403, 200)

    def key_of(self, name: str) -> str:
        return self.vendor.token(name)

    def service(self, login: str) -> LeaseService:
        return Contiguity({"token": login, "base_url": self.vendor.contiguity}, 1000)


class AtTeleSign(Leasing):
    vendor_name = "telesign"
    own_numbers = (400, "200_existing", "200_second_lease")

    def key_of(self, name: str) -> str:
        return self.vendor.customer(name)

    def service(self, login: str) -> LeaseService:
        given = {"customer_id": login, "api_key": self.vendor.telesign_api_key, "auth_method": "basic"}
        return TeleSign({**given, "base_url": self.vendor.telesign}, 1000)


class AtTelnyx(Leasing):
    """Purchases carry a reference here."""

    vendor_name = "telnyx"
    own_numbers = (409, "200_second_order")
    lags = (0, 0, 0.3)  # the service waits for the number of an order itself, which takes real time
    more_switches: ClassVar[Mapping[str, Sequence[Any]]] = {
        "order_s": (0, 0.3),
        "pending_numbers": ("listed", "absent"),
    }

    def key_of(self, name: str) -> str:
        return self.vendor.telnyx_key(name)

    def service(self, login: str) -> LeaseService:
        return Telnyx({"api_key": login, "base_url": self.vendor.telnyx}, 1000)


class AtTwilio(Leasing):
    """Purchases carry a reference here, and each is read again after the seconds in which another stack's can change it."""

    vendor_name = "twilio"
    own_numbers = ("update", "ignore", 400)
    more_switches: ClassVar[Mapping[str, Sequence[Any]]] = {"after_release": ("new_sid",)}

    def key_of(self, name: str) -> str:
        return self.vendor.account_sid(name)

    def service(self, login: str) -> LeaseService:
        given = {"account_sid": login, "auth_token": self.vendor.twilio_auth_token, "base_url": self.vendor.twilio}
        hosts = {"pricing_base_url": self.vendor.twilio_pricing, "messaging_base_url": self.vendor.twilio_messaging}
        return Twilio({**given, **hosts}, 1000)


MACHINES = [AtContiguity, AtTeleSign, AtTelnyx, AtTwilio]


@pytest.mark.timeout(900)  # a busy machine takes its time over 25 steps of 12 histories
@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.vendor_name)
def test_what_we_believe_is_what_the_vendor_has(machine: type[Leasing]) -> None:
    """Whatever is leased, terminated, changed by others or spoilt on the way, in any order."""
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=25, deadline=None))
