"""How fast a login sends requests: as fast as the service takes them; after a 429, at the rate that it took before.

Nobody has to know a rate. A refusal (429) makes every thread of the login wait as it asks; then the rate starts below what the
service had taken, comes back to that, stays near it for a while, and leaves it behind faster and faster: the curve of
TCP CUBIC (RFC 9438), as in the adaptive mode of botocore, stretched so that few calls are refused where each
refusal costs a second.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

import httpx
from httpx_retries import Retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_WAIT_S = 60.0
"""However long a service asks to wait, a call is tried again after this."""

_FIRST_RATE, _SLOWEST_RATE = 40.0, 0.5
"""Requests a second: what a service is taken to bear before its first refusal, and what is asked of it at the least."""
_BACK_TO = 0.9
"""The part of its limit with which a rate starts after a refusal."""
_LOWERED_TO = 0.94
"""The part of the rate that becomes the limit where it was refused before it had reached the former one."""
_AT_FIRST_S, _UNSURE_S, _SURE_S = 0.5, 2.0, 30.0
"""Seconds of asking in which a rate comes back to its limit: before any refusal, and after one that says little or much."""
_TELLING = 5
"""Calls that were taken in a second, from which on a refusal shows where the limit is."""
_USUAL_WAIT_S = 1.0
"""How long all wait after a refusal that does not say how long."""
_PATIENCE = 6
"""Refusals in a row after which it is no question of pace: what each caller waits by itself, bounded, is then enough."""
_EPOCH_S = 1e9
"""From here on a number of seconds is a point in time."""


class Pace:
    """The pace of one login, shared by its threads.

    Args:
        most: Requests a second that are never passed; None for no such bound.
        clock: Monotonic seconds.
        sleep: Waits some seconds.
    """

    def __init__(
        self,
        most: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most = most
        self._clock = clock
        self._sleep = sleep
        self._queue = threading.Lock()
        self._lock = threading.Lock()
        self._asked_at = self._next_at = clock()
        self._slowed_at: float | None = None
        self._limit = _FIRST_RATE
        self._back_in_s = _AT_FIRST_S
        self._asked_s = 0.0  # since the latest refusal, without idle time, which proves nothing
        self._taken: deque[float] = deque(maxlen=1000)  # when the latest calls were sent that were not refused
        self._refused: Counter[str] = Counter()  # in a row, by method: a service may limit each by itself

    def take_turn(self) -> float:
        """Wait until the next request may be sent; returns when that is, by the clock."""
        with self._queue:
            while (left_s := self._next_at - self._clock()) > 0:  # again, for a refusal meanwhile moves it
                self._sleep(left_s)
            with self._lock:
                now, gap_s = self._clock(), 1 / self.rate()
                self._asked_s += min(now - self._asked_at, gap_s)
                self._asked_at = now
                self._next_at = max(self._next_at, now + gap_s)
                return now

    def rate(self) -> float:
        """Return how many requests a second may be sent now."""
        rate = self._limit * (1 + (1 - _BACK_TO) * (self._asked_s / self._back_in_s - 1) ** 3)
        return min(max(rate, _SLOWEST_RATE), self._most or rate)

    def note_taken(self, method: str, sent_at: float) -> None:
        """Note that a request was not refused for its pace, whatever else became of it."""
        with self._lock:
            self._taken.append(sent_at)
            self._refused[method] = 0

    def note_refused(self, method: str, sent_at: float, wait_s: float | None) -> None:
        """Slow down all threads, as the answer asks; among requests sent together only the first refusal counts."""
        with self._lock:
            self._refused[method] += 1
            if self._refused[method] > _PATIENCE:
                return
            now = self._clock()
            self._next_at = max(self._next_at, now + min(wait_s or _USUAL_WAIT_S, LONGEST_WAIT_S))
            if self._slowed_at is not None and sent_at < self._slowed_at:
                return
            taken = sum(sent_at - 1 <= at < sent_at for at in self._taken)
            is_soon_again = self._slowed_at is not None and self._asked_s < 3 * self._back_in_s
            rate = self.rate()
            self._limit = min(taken + 0.5, rate if rate > self._limit else _LOWERED_TO * rate)
            self._back_in_s = _SURE_S if is_soon_again or taken >= _TELLING else _UNSURE_S
            self._slowed_at, self._asked_s = now, 0.0


class PacedTransport(httpx.HTTPTransport):
    """Sends requests at a pace: each waits for its turn, is signed when that has come, and the pace learns what came of it.

    Args:
        pace: The pace of the login.
        sign: Puts credentials on a request; some are good for a short time only.
        kwargs: As for `httpx.HTTPTransport`.
    """

    def __init__(self, pace: Pace, sign: Callable[[httpx.Request], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pace = pace
        self._sign = sign

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, once."""
        sent_at = self.pace.take_turn()
        self._sign(request)
        response = super().handle_request(request)
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self.pace.note_refused(request.method, sent_at, wait_asked_s(response.headers))
        else:
            self.pace.note_taken(request.method, sent_at)
        return response


def wait_asked_s(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds an answer asks to wait; None where it does not, or not in words that can be read.

    `Retry-After` is of RFC 9110; the others say when the limit starts anew, in seconds from now, as Telnyx and the IETF's
    draft have it, or as a point in time, as others do.
    """
    try:
        return Retry().parse_retry_after(headers["retry-after"])
    except (KeyError, ValueError):
        pass
    for name in ("x-ratelimit-reset", "ratelimit-reset"):
        try:
            seconds = float(headers[name])
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return max(0.0, seconds - time.time()) if seconds >= _EPOCH_S else seconds
    return None
