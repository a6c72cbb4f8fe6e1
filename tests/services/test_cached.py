"""Readings that threads share: one serves all who can use it; who needs a younger one reads anew."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import NoAnswer
from pulumi_leases.services.cached import CachedPages, CachedReading

if TYPE_CHECKING:
    from collections.abc import Iterator

THREADS = 8


class Source:
    """Something that is read, slowly, and counts how often; `broken` makes it fail."""

    def __init__(self) -> None:
        self._times = itertools.count(1)
        self.looks = threading.Semaphore(0)
        """Released once for each look at the clock."""
        self.reads = 0
        self.broken = False
        self.go_on = threading.Event()
        self.go_on.set()

    def clock(self) -> float:
        self.looks.release()
        return next(self._times)

    def read(self) -> int:
        self.reads += 1
        assert self.go_on.wait(10)
        if self.broken:
            raise NoAnswer(f"attempt {self.reads}")
        return self.reads

    def pages(self) -> Iterator[list[int]]:
        for page in range(3):
            self.reads += 1
            if self.broken and page == 1:
                raise NoAnswer("the second page")
            yield [10 * page, 10 * page + 1]


def test_a_reading_is_taken_once() -> None:
    """Whoever comes later gets what there is."""
    source = Source()
    shared = CachedReading(source.read, source.clock)
    assert [shared.get().value for _ in range(3)] == [1, 1, 1]
    assert source.reads == 1


def test_a_younger_reading_is_taken_when_one_is_needed() -> None:
    """The age of a reading is when it was asked for, not when it came."""
    source = Source()
    shared = CachedReading(source.read, source.clock)
    first = shared.get()
    assert shared.get(since=first.asked_at).value == 1
    second = shared.get(since=first.asked_at + 0.1)
    assert (second.value, second.asked_at > first.asked_at) == (2, True)
    assert shared.get().value == 2


def test_threads_that_wait_share_one_reading() -> None:
    """However many ask while it is taken."""
    source = Source()
    source.go_on.clear()
    shared = CachedReading(source.read)
    with ThreadPoolExecutor(THREADS) as pool:
        readings = [pool.submit(shared.get) for _ in range(THREADS)]
        source.go_on.set()
        assert {reading.result(10).value for reading in readings} == {1}
    assert source.reads == 1


def test_threads_that_wait_share_one_failure() -> None:
    """A service that is down is not asked once for each number."""
    source = Source()
    source.broken = True
    source.go_on.clear()
    shared = CachedReading(source.read, source.clock)
    with ThreadPoolExecutor(THREADS) as pool:
        readings = [pool.submit(shared.get) for _ in range(THREADS)]
        for _ in range(THREADS + 1):  # each looks at the clock when it comes, and the one that asks once more
            assert source.looks.acquire(timeout=10)
        source.go_on.set()
        assert {str(reading.exception(10)) for reading in readings} == {"attempt 1"}


def test_what_has_failed_has_failed_for_all_who_come_later() -> None:
    """Forty numbers do not each wait for a service that is down; a poll, which needs a younger reading, asks again."""
    source = Source()
    source.broken = True
    shared = CachedReading(source.read, source.clock)
    for _ in range(3):
        with pytest.raises(NoAnswer, match="attempt 1"):
            shared.get()
    with pytest.raises(NoAnswer, match="attempt 2"):
        shared.get(since=source.clock())
    assert source.reads == 2

    source.broken = False
    assert shared.get(since=source.clock()).value == 3
    assert shared.get().value == 3


def test_a_failure_does_not_spoil_what_was_read_before() -> None:
    """Who can use an older reading still gets it."""
    source = Source()
    shared = CachedReading(source.read, source.clock)
    first = shared.get()
    source.broken = True
    with pytest.raises(NoAnswer):
        shared.get(since=first.asked_at + 0.1)
    assert shared.get().value == 1


def test_pages_are_read_as_far_as_somebody_goes() -> None:
    """Who finds what it looks for on the first page does not pay for the rest."""
    source = Source()
    pages = CachedPages(source.pages())
    assert next(iter(pages)) == 0
    assert source.reads == 1
    assert list(pages) == list(pages) == [0, 1, 10, 11, 20, 21]
    assert source.reads == 3


def test_threads_share_pages() -> None:
    """Each page is asked for once, whoever comes first."""
    source = Source()
    pages = CachedPages(source.pages())
    with ThreadPoolExecutor(THREADS) as pool:
        read = list(pool.map(lambda _: list(pages), range(THREADS)))
    assert read == [[0, 1, 10, 11, 20, 21]] * THREADS
    assert source.reads == 3


def test_a_failed_page_fails_every_reader_that_gets_so_far() -> None:
    """A part is never taken for the whole."""
    source = Source()
    source.broken = True
    pages = CachedPages(source.pages())
    for _ in range(2):
        read = iter(pages)
        assert [next(read), next(read)] == [0, 1]
        with pytest.raises(NoAnswer, match="the second page"):
            next(read)
    assert source.reads == 2
