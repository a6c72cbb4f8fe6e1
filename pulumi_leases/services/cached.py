"""Readings that several threads share: asked for once, used by all that can."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ..domain.errors import LeaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Read = TypeVar("Read")


@dataclass(frozen=True)
class Reading(Generic[Read]):
    """What was read, and the monotonic time in seconds at which it was asked for."""

    asked_at: float
    value: Read


class CachedReading(Generic[Read]):
    """One reading for all threads, taken anew only when one of them needs a younger one.

    Args:
        read: Takes the reading.
        clock: Monotonic seconds.
    """

    def __init__(self, read: Callable[[], Read], clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._last: Reading[Read] | None = None
        self._failed_at = -1.0
        self._failure: LeaseError | None = None

    def get(self, since: float = 0.0) -> Reading[Read]:
        """Return a reading asked for at `since` or later; 0 stands for any.

        Raises:
            LeaseError: It could not be taken. Its failure is shared by the threads that waited for the attempt, and by all
                that come later and ask for any reading; who needs a younger one asks again.
        """
        came_at = self._clock()
        with self._lock:
            if self._last and self._last.asked_at >= since:
                return self._last
            if self._failure and (not since or self._failed_at >= came_at):
                raise self._failure
            asked_at = self._clock()
            try:
                self._last, self._failure = Reading(asked_at, self._read()), None
            except LeaseError as error:
                self._failure, self._failed_at = error, self._clock()
                raise
            return self._last


class CachedPages(Generic[Read]):
    """Pages that are asked for one by one, when the first reader needs them, and kept for all.

    Args:
        source: Asks for a page at each step.
    """

    def __init__(self, source: Iterator[Sequence[Read]]) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._pages: list[Sequence[Read]] = []
        self._complete = False
        self._failure: LeaseError | None = None

    def __iter__(self) -> Iterator[Read]:
        """Go through all entries; a failed page fails every reader that gets so far."""
        number = 0
        while self._has(number):
            yield from self._pages[number]
            number += 1

    def _has(self, number: int) -> bool:
        with self._lock:
            if number < len(self._pages):
                return True
            if self._failure:
                raise self._failure
            if self._complete:
                return False
            try:
                page = next(self._source, None)
            except LeaseError as error:
                self._failure = error
                raise
            if page is None:
                self._complete = True
                return False
            self._pages.append(page)
            return True
