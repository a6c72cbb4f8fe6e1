"""Where requests wait: for a time, for a release, for company. Nobody waits here holding the emulator's lock."""

import threading
from dataclasses import dataclass


class Abandoned(Exception):
    """The emulator closes; a request that waits is dropped where it stands."""


@dataclass
class Held:
    """A request that waits for a release. `id` is its number in the journal, `phase` is before or after the work."""

    id: int
    rule: int
    phase: str
    vendor: str
    operation: str
    number: str
    login: str
    since: float


class Gate:
    """The waiting requests of one emulator."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[int, tuple[Held, threading.Event]] = {}
        self._barriers: dict[int, threading.Barrier] = {}
        self._closing = threading.Event()

    def closed_within(self, seconds: float) -> bool:
        """Wait so long, or until the emulator closes; returns whether it did."""
        return self._closing.wait(seconds)

    def delay(self, seconds: float) -> None:
        if self.closed_within(seconds):
            raise Abandoned

    def hold(self, held: Held) -> None:
        """Return when the request is released."""
        event = threading.Event()
        with self._lock:
            self._held[held.id] = (held, event)
        if self._closing.is_set():
            self.close()
        event.wait()
        if self._closing.is_set():
            raise Abandoned

    def held(self) -> list[Held]:
        with self._lock:
            return [held for held, _ in self._held.values()]

    def release(self, held: int | None = None) -> list[int]:
        """Let one request go on, or all; returns which."""
        with self._lock:
            released = [key for key in self._held if held in {None, key}]
            for key in released:
                self._held.pop(key)[1].set()
        return released

    def meet(self, rule: int, parties: int, timeout_s: float) -> bool:
        """Wait until `parties` requests of the rule are here; false if they have not come within `timeout_s`."""
        with self._lock:
            barrier = self._barriers.setdefault(rule, threading.Barrier(parties))
        if self._closing.is_set():
            raise Abandoned
        try:
            barrier.wait(timeout_s)
        except threading.BrokenBarrierError:
            if self._closing.is_set():
                raise Abandoned from None
            return False
        return True

    def close(self) -> None:
        """Wake everybody; who waits, now or later, gets `Abandoned`."""
        self._closing.set()
        with self._lock:
            for barrier in self._barriers.values():
                barrier.abort()
        self.release()
