"""Says on stderr what is being done, so that long work is never silent; stdout is left to the answer."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SAY_EVERY_S = 10.0
LOOK_EVERY_S = 0.1
LAST_LINES = 10


class Failed(Exception):
    """A step did not come to its end. The text says which, and what its program said last."""


def say(what: str) -> None:
    """Write one line, or lines, for people."""
    print(f"engine: {what}", file=sys.stderr, flush=True)


def wait_for(done: Callable[[], bool], doing: Callable[[], str], within_s: float = math.inf) -> bool:
    """Look again and again until it is done, and say every 10 seconds what is being waited for.

    Returns:
        Whether it was done in time.
    """
    begun = said = time.monotonic()
    while not done():
        now = time.monotonic()
        if now - begun > within_s:
            return False
        if now - said > SAY_EVERY_S:
            said = now
            say(f"{int(now - begun) // 60}:{int(now - begun) % 60:02d} {doing()}")
        time.sleep(LOOK_EVERY_S)
    return True


def run(
    what: str, command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], within_s: float = math.inf
) -> str:
    """Run a program to its end and return what it wrote to stdout.

    The program and all that it started are killed when the time is over or when this process is stopped.

    Raises:
        Failed: it cannot be started, ended with an error, or took longer than `within_s` seconds.
    """
    with tempfile.TemporaryFile("w+") as answer, tempfile.TemporaryFile("w+") as words:
        try:
            # close_fds=False: the program inherits the lock of the cache.
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=words,
                close_fds=False,
                start_new_session=True,
            )
        except OSError as error:
            raise Failed(f"{what} failed: {error}") from error
        try:
            in_time = wait_for(lambda: process.poll() is not None, lambda: f"{what}: {_last(words, 1)}", within_s)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if not in_time:
            raise Failed(f"{what}: no end after {within_s:.0f} s")
        if process.returncode:
            raise Failed(f"{what} failed: {_last(words, LAST_LINES)}")
        answer.seek(0)
        return answer.read()


def _last(words: IO[str], lines: int) -> str:
    # pread, because the writing program shares the file's position.
    size = os.fstat(words.fileno()).st_size
    text = os.pread(words.fileno(), 4096, max(0, size - 4096)).decode(errors="replace")
    return "\n        ".join(text.strip().splitlines()[-lines:]) or "..."
