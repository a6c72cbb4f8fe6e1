"""The worker threads of the provider's process share one run: one listing, one pace, one set of reservations."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pulumi_leases import InvalidInput
from pulumi_leases.config import Config
from pulumi_leases.domain.models import Claim, Offer, Order, Recorded
from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.leasing.account import Account
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits, choose, ranking
from pulumi_leases.leasing.record import LeaseRef, OwnerRecord
from pulumi_leases.leasing.releasing import release
from pulumi_leases.leasing.run import Run
from pulumi_leases.services.cached import CachedPages, CachedReading
from pulumi_leases.services.contiguity import Contiguity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_leases.emulator import Vendor

THREADS = 32
NUMBERS = [f"+1201555{1200 + index}" for index in range(THREADS)]
SEARCH = NumberSearch(country="US", capabilities=("sms",))


@pytest.fixture(autouse=True)
def _threads_change_places_often() -> Iterator[None]:
    """Switch threads every few microseconds, so that every gap between two steps is met."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def account(vendor: Vendor) -> Iterator[Account]:
    for number in NUMBERS:
        vendor.add_offer("contiguity", number)
    service = Contiguity({"token": vendor.token(), "base_url": vendor.contiguity}, 1000)
    with closing(service):
        yield Account(service, "default")


def in_threads(work: Callable[[int], object], times: int = 1) -> None:
    """Do work `times` times in each of the threads, which start together."""
    start = threading.Barrier(THREADS)

    def one(thread: int) -> None:
        start.wait()
        for turn in range(times):
            work(thread * times + turn)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, range(THREADS)))


def quiet(_text: str) -> None:
    """Ignore a report."""


def test_all_paying_calls_are_inside_at_once_and_share_one_listing(vendor: Vendor, account: Account) -> None:
    """All 32 POSTs meet in the vendor; one listing and one page of offers served all; 32 leases, each charged once."""
    vendor.fault("lease", "barrier", n=THREADS)
    records = [OwnerRecord() for _ in NUMBERS]

    def lease(index: int) -> None:
        account.leases()
        offer = account.look(NUMBERS[index])
        assert offer is not None
        acquire(
            account,
            records[index],
            account.claim(offer),
            Recorded(run="ours", at=account.service.now()),
            Order(number=offer.number),
            is_fresh=True,
            was_refused=False,
            limits=Limits(),
            report=quiet,
        )

    in_threads(lease)

    assert all(call.faults == ["barrier met"] for call in vendor.calls("lease"))
    assert set(vendor.leased("contiguity")) == set(NUMBERS)
    assert len(vendor.charges()) == 2 * THREADS
    assert Counter(call.operation for call in vendor.journal()) == {"leased": 1, "available": 1, "lease": THREADS}
    assert all(record.last_sent_at for record in records)


def test_all_releases_are_inside_at_once(vendor: Vendor, account: Account) -> None:
    """All 32 terminate calls meet in the vendor, after one listing; nothing is leased any more."""
    ids = {number: vendor.lease("contiguity", number, login=vendor.token()).lease_id for number in NUMBERS}
    vendor.fault("terminate", "barrier", n=THREADS)

    records = [OwnerRecord() for _ in NUMBERS]

    def end(index: int) -> None:
        number = NUMBERS[index]
        release(account, records[index], number, LeaseRef(ids[number]), None, quiet)

    in_threads(end)

    assert all(call.faults == ["barrier met"] for call in vendor.calls("terminate"))
    assert not vendor.leased("contiguity")
    assert len(vendor.calls("leased")) == 1
    done = {number: release.lease for record in records for number, release in record.releases.items()}
    assert {number: ref.lease_id for number, ref in done.items() if ref} == ids


def test_all_threads_keep_to_one_rate(vendor: Vendor) -> None:
    """The threads of one login send 20 requests in the first second at most, 20 more in the next, and so on."""
    allowed, each = 20, 2
    with closing(Contiguity({"token": vendor.token(), "base_url": vendor.contiguity}, allowed)) as service:
        begun = time.monotonic()
        in_threads(lambda index: service.find(NUMBERS[index % THREADS]), each)

    after_s = sorted(call.arrived - begun for call in vendor.calls("get"))
    assert len(after_s) == THREADS * each
    assert all(at >= count // allowed for count, at in enumerate(after_s))


def test_thousands_of_choices_never_share_a_number() -> None:
    """Some 2 000 owners choose from as many equal offers in 32 threads: each gets one of its own, and all are given out."""
    each = 64
    offers = [
        Offer(number=f"+1201555{index:04d}", country="US", capabilities=("sms",)) for index in range(THREADS * each)
    ]
    run = Run(Config(lambda _: None, {}))
    chosen: list[str] = []

    def choice(index: int) -> None:
        found = run.choose(
            f"owner-{index}", "contiguity",
            lambda is_taken: next((offer for offer in offers if not is_taken(offer.number)), None),
        )  # fmt: skip
        assert found is not None
        chosen.append(found.number)

    in_threads(choice, each)

    assert sorted(chosen) == [offer.number for offer in offers]
    assert all(run.owner("contiguity", number) for number in chosen)
    assert choose(ranking(offers, SEARCH, limits=Limits(), seed="x"), set(chosen).__contains__) is None


def test_of_owners_that_declare_one_number_exactly_one_has_it() -> None:
    """32 threads declare the same 1 000 numbers, each for itself: each number has one owner, the others get an error."""
    run = Run(Config(lambda _: None, {}))
    refused: list[int] = []

    def declare(index: int) -> None:
        try:
            run.declare(f"owner-{index}", "contiguity", f"+1201555{index % 1000:04d}")
        except InvalidInput:
            refused.append(index)

    in_threads(declare, 1000)

    owners = {run.owner("contiguity", f"+1201555{index:04d}") for index in range(1000)}
    assert len(owners) == 1000
    assert len(refused) == (THREADS - 1) * 1000


def test_a_shared_reading_is_taken_once_for_all_that_can_use_it() -> None:
    """Thousands of readers: none gets a reading older than it asked for, and no two readings are taken at once."""
    taken = itertools.count()
    inside = threading.Lock()

    def read() -> int:
        assert inside.acquire(blocking=False)
        time.sleep(0.001)
        inside.release()
        return next(taken)

    shared = CachedReading(read)
    in_threads(lambda _: shared.get(), 125)
    assert next(taken) == 1

    def fresh(index: int) -> None:
        since = time.monotonic() if index % 10 == 0 else 0.0
        assert shared.get(since).asked_at >= since

    in_threads(fresh, 60)
    assert next(taken) <= THREADS * 6 + 2


def test_pages_are_asked_for_once_and_read_whole_by_all() -> None:
    """32 threads go through the same 200 pages: each sees every entry in order, each page is asked for once."""
    asked = itertools.count()

    def source() -> Iterator[list[int]]:
        for page in range(200):
            next(asked)
            yield [10 * page + entry for entry in range(10)]

    pages = CachedPages(source())
    seen: list[list[int]] = []

    in_threads(lambda _: seen.append(list(pages)))

    assert seen == [list(range(2000))] * THREADS
    assert next(asked) == 200


def test_a_claim_is_what_all_threads_see_of_an_offer(account: Account, vendor: Vendor) -> None:
    """Thousands of looks at what is on offer cost one call, and all see the same price."""
    claims: list[Claim] = []

    def look(index: int) -> None:
        offer = account.look(NUMBERS[index % THREADS])
        assert offer is not None
        claims.append(account.claim(offer))

    in_threads(look, 32)

    assert len(vendor.journal()) == 1
    assert Counter((claim.number, claim.monthly_rate) for claim in claims).most_common()[-1][1] == 32
