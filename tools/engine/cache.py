"""The user's cache: one folder per version of the engine, made beside it, renamed when whole, by one run at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from .pins import ENGINE
from .programs import fault
from .progress import Failed, say, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .parts import Part


def root() -> Path:
    """Return the folder that all of this tool's files are in; it can be deleted at any time."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "pulumi-leases" / "engine"


def engine() -> Path | None:
    """Return the folder of the finished engine's programs, if there is one."""
    programs = root() / ENGINE / "bin"
    return None if fault(str(programs)) else programs


def part(wanted: Part) -> Path | None:
    """Return the folder of a finished program beside the engine, if it is there."""
    programs = root() / wanted.folder / "bin"
    return programs if (programs / wanted.program).exists() else None


def publish(made: Path) -> Path:
    """Make what was made the engine of this cache, and return the folder of its programs.

    Raises:
        Failed: it is not complete; it is left where it is.
    """
    why = fault(str(made / "bin"))
    if why:
        raise Failed(f"the engine in {made} cannot be used: {why}")
    return keep(made, ENGINE)


def keep(made: Path, name: str) -> Path:
    """Put what was made in its place, and return the folder of its programs."""
    final = root() / name
    shutil.rmtree(final, ignore_errors=True)
    made.rename(final)
    return final / "bin"


@contextmanager
def locked() -> Iterator[None]:
    """Hold the cache alone; waits for another run that holds it, and says so."""
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "lock").open("w") as lock:
        # Inherited by what this run starts: should this run be killed, its compiler still keeps others out.
        os.set_inheritable(lock.fileno(), True)
        if not _taken(lock):
            say("another run is bringing the engine; waiting for it")
            wait_for(lambda: _taken(lock), lambda: "waiting for the other run")
        yield


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
