"""Bring the Pulumi engine to this machine. `python -m tools.engine` prints one line: the folder that holds `pulumi`.

The first of these that works: a complete `pulumi` on PATH; an engine that an earlier run put into the user's cache;
the vendor's own installer; a build from the published Go modules.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from . import cache, modules, official
from .pins import OLDEST_ENGINE
from .programs import on_path
from .progress import Failed, say

if TYPE_CHECKING:
    from pathlib import Path


def bring() -> Path:
    """Return the folder of a usable engine, made if there is none.

    Raises:
        Failed: there is none and it cannot be made.
    """
    ready = on_path() or cache.engine()
    if ready:
        return ready
    with cache.locked():
        # Asked again: the run that held the lock may have made it.
        return cache.engine() or official.install() or modules.build()


def main() -> int:
    """Bring the engine and print its folder; 1 when that cannot be done."""
    # As an exception, so that the compiler does not outlive a run that is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        print(bring())
    except Failed as failed:
        say(f"{failed}")
        say(f"then run it again, what is finished is kept; or put a complete pulumi >= {OLDEST_ENGINE} on PATH")
        return 1
    except KeyboardInterrupt:
        say("stopped; what is finished is kept")
        return 128 + signal.SIGINT
    return 0


if __name__ == "__main__":
    sys.exit(main())
