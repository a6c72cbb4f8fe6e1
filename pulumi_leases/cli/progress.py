"""What a command reports while it works, on stderr: a live line on a terminal, a plain one now and then in a log."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOG_EVERY_S = 10.0


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """Show what is worked on; the caller gets a function that shows what is waited for meanwhile."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Log(console)
        return
    with console.status(escape(text)) as status:
        yield lambda line: status.update(escape(line))


class _Log:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._told_at = time.monotonic()

    def __call__(self, line: str) -> None:
        if time.monotonic() - self._told_at >= _LOG_EVERY_S:
            self._told_at = time.monotonic()
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)
