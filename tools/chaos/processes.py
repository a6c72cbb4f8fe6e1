"""One command of the CLI as a process, with the processes that it has started, and how they are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_LOOK_EVERY_S = 0.02
_LONGEST_COMMAND_S = 300.0


@dataclass(frozen=True)
class Process:
    """A running process."""

    pid: int
    parent: int
    args: str

    @property
    def is_provider(self) -> bool:
        """Whether it is the process of the dynamic providers, or the native one; the shell that started it is not."""
        is_dynamic = " -m pulumi.dynamic " in f"{self.args} " and "pulumi-resource-pulumi-python" not in self.args
        return is_dynamic or "pulumi-resource-leases" in self.args


def running() -> dict[int, Process]:
    """List what runs on this machine, by process id."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
    found = {}
    for line in listed.stdout.splitlines():
        pid, parent, state, args = line.split(None, 3)
        if not state.startswith("Z"):
            found[int(pid)] = Process(int(pid), int(parent), args)
    return found


def below(pid: int) -> list[Process]:
    """List what a process has started, directly or not."""
    all_ = running()
    known = {pid}
    found: list[Process] = []
    while more := [one for one in all_.values() if one.parent in known and one.pid not in known]:
        known |= {one.pid for one in more}
        found += more
    return found


def end_all_below() -> None:
    """End everything that this process has started."""
    for one in below(os.getpid()):
        with suppress(ProcessLookupError):  # it was faster
            os.kill(one.pid, signal.SIGKILL)


def wait_for(done: Callable[[], bool], within_s: float) -> bool:
    """Wait until a condition holds; returns whether it came to hold in time."""
    end = time.monotonic() + within_s
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(_LOOK_EVERY_S)
    return True


class Command:
    """A `pulumi` command under way.

    Args:
        args: Without the program's name.
        folder: The project.
        environ: All of its environment.
        log: Where its output goes.
    """

    def __init__(self, args: Sequence[str], folder: Path, environ: Mapping[str, str], log: Path) -> None:
        self.name = " ".join(args)
        self._log = log
        self._family: dict[int, Process] = {}
        with log.open("wb") as out:
            self._cli = subprocess.Popen(
                ["pulumi", *args, "--non-interactive", "--color", "never"],
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # what interrupts this process is not meant for it
            )

    @property
    def ended(self) -> bool:
        """Whether the CLI has ended."""
        return self._cli.poll() is not None

    @property
    def ok(self) -> bool:
        """Whether it has ended well."""
        return self._cli.poll() == 0

    @property
    def text(self) -> str:
        """All that it has printed."""
        return self._log.read_text(errors="replace")

    def wait(self) -> bool:
        """Wait until the CLI has ended; returns whether it did within five minutes."""
        return wait_for(lambda: self.ended, _LONGEST_COMMAND_S)

    def provider(self) -> Process | None:
        """Find the process of the dynamic providers."""
        return next((one for one in self._descendants() if one.is_provider), None)

    def freeze(self) -> None:
        """Stop the CLI where it stands."""
        self._send(self._cli.pid, signal.SIGSTOP)

    def kill(self, victim: str, name: str) -> None:
        """Send a signal to the CLI, the provider or both, at once."""
        number = signal.Signals[name]
        provider = self.provider()
        if victim in {"CLI", "both"}:
            self._send(self._cli.pid, number)
        if victim in {"provider", "both"} and provider:
            self._send(provider.pid, number)
        self._send(self._cli.pid, signal.SIGCONT)

    def interrupt(self) -> None:
        """Press Ctrl-C, once."""
        self._send(self._cli.pid, signal.SIGINT)

    def left(self) -> list[Process]:
        """List what this command has started, as far as it was seen, and still runs although the CLI has ended."""
        now = running()
        return [one for pid, one in self._family.items() if pid in now and now[pid].args == one.args]

    def sweep(self) -> None:
        """End whatever is left of the command."""
        if not self.ended:
            self._descendants()
            self._cli.kill()
        self._cli.wait()
        for one in self.left():
            self._send(one.pid, signal.SIGKILL)

    def _descendants(self) -> list[Process]:
        found = below(self._cli.pid)
        self._family |= {one.pid: one for one in found}
        return found

    def _send(self, pid: int, number: signal.Signals) -> None:
        if pid == self._cli.pid and self.ended:
            return
        with suppress(ProcessLookupError):  # it was faster
            os.kill(pid, number)
