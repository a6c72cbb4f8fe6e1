"""Bring the Pulumi engine to this machine. `python -m tools.engine` prints one line: the folder that holds `pulumi`.

The first of these that works: a complete `pulumi` on PATH; an engine that an earlier run put into the user's cache;
the vendor's own installer; a build from the published Go modules. With words it brings programs beside the engine instead, from
PATH, the cache or the Go modules, and prints their folders: `yaml`, `nodejs` and `go` are language hosts, `sdk` writes SDKs.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from . import cache, modules, official
from .parts import PARTS, Part
from .pins import OLDEST_ENGINE
from .programs import on_path
from .progress import Failed, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    Search = Callable[[], Path | None]


def bring() -> Path:
    """Return the folder of a usable engine, made if there is none.

    Raises:
        Failed: there is none and it cannot be made.
    """
    return _first(on_path, cache.engine, official.install, modules.build)


def bring_part(part: Part) -> Path:
    """Return the folder of a program beside the engine, made if there is none.

    Raises:
        Failed: there is none and it cannot be made.
    """
    return _first(part.on_path, lambda: cache.part(part), lambda: modules.build_part(part))


def _first(on_path: Search, cached: Search, *makers: Search) -> Path:
    if ready := on_path() or cached():
        return ready
    with cache.locked():
        # Asked again: the run that held the lock may have made it.
        return next(made for search in (cached, *makers) if (made := search()))


def main() -> int:
    """Bring the engine, or the programs of the words, and print their folders; 1 when that cannot be done."""
    words = sys.argv[1:]
    if strange := sorted(set(words) - PARTS.keys()):
        say(f"there is no {strange[0]}: there are {', '.join(PARTS)}")
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        for folder in (bring_part(PARTS[word]) for word in words) if words else (bring(),):
            print(folder)
    except (Failed, OSError) as failed:
        say(str(failed))
        say(f"mend that and run it again, finished work is kept; or put a complete pulumi >= {OLDEST_ENGINE} on PATH")
        return 1
    return 0


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    # As an exception, so that the compiler does not outlive a run that is stopped.
    say("stopped; what is finished is kept")
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
