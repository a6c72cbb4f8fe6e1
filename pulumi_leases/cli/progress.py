"""What a command reports while it works, on stderr: a live line on a terminal, a plain one now and then in a log."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUIET_S = 2.0
"""Seconds after which a log gets a line about what takes long."""
LOG_EVERY_S = 10.0
"""Seconds between one line in a log and the next."""


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """Show what is worked on; the caller gets a function that shows what is waited for meanwhile."""
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(escape(text)) as status:
            yield lambda line: status.update(escape(line))
        return
    log = _Log(console, text)
    try:
        yield log
    finally:
        log.end()


class _Log:
    """Writes what is worked on into a log, once that takes long, and from then on now and then."""

    def __init__(self, console: Console, text: str) -> None:
        self._console = console
        self._text = text
        self._timer = threading.Timer(QUIET_S, self._print)
        self._timer.daemon = True
        self._next_at: float | None = None
        self._timer.start()

    def __call__(self, line: str) -> None:
        self._text = line
        if self._next_at is not None and time.monotonic() >= self._next_at:
            self._print()

    def end(self) -> None:
        """Write no more."""
        self._timer.cancel()
        self._timer.join()

    def _print(self) -> None:
        self._next_at = time.monotonic() + LOG_EVERY_S
        self._console.print(self._text, markup=False, highlight=False, soft_wrap=True)
