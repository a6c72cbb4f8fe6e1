"""Bring the Pulumi engine to this machine. `python -m tools.engine` prints one line: the folder that holds `pulumi`.

The first of these that works: a complete `pulumi` on PATH; an engine that an earlier run put into the user's cache;
the vendor's own installer; a build from the published Go modules. `python -m tools.engine yaml` brings the YAML language host,
from PATH, the cache or the Go modules, and prints its folder.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from . import cache, modules, official
from .pins import OLDEST_ENGINE
from .programs import on_path, yaml_on_path
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


def bring_yaml() -> Path:
    """Return the folder of the YAML language host, made if there is none.

    Raises:
        Failed: there is none and it cannot be made.
    """
    return _first(yaml_on_path, cache.yaml_host, modules.build_yaml)


def _first(on_path: Search, cached: Search, *makers: Search) -> Path:
    if ready := on_path() or cached():
        return ready
    with cache.locked():
        # Asked again: the run that held the lock may have made it.
        return next(made for search in (cached, *makers) if (made := search()))


def main() -> int:
    """Bring the engine and print its folder; 1 when that cannot be done."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        print(bring_yaml() if sys.argv[1:] == ["yaml"] else bring())
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
