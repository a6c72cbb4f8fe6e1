"""What a command shows while it works."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from pulumi_leases.cli import progress

from ..stack import ROOT
from .conftest import A

if TYPE_CHECKING:
    import pytest

    from pulumi_leases.emulator import Vendor

COMMAND = [sys.executable, "-c", "from pulumi_leases.cli import main; main()"]


def test_a_terminal_shows_what_is_waited_for(vendor: Vendor, environ: dict[str, str]) -> None:
    """A service that takes its time: a live line on the terminal, gone when the answer comes, and no trace on stdout."""
    vendor.lease("contiguity", A, login=vendor.token())
    vendor.fault("leased", "delay_before", seconds=1.2)
    terminal, end = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "leased"],
        cwd=ROOT,
        env={**os.environ, **environ, "TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=end,
    ) as process:
        os.close(end)
        shown = b""
        while part := read(terminal):
            shown += part
        assert process.stdout is not None
        answer = process.stdout.read()
    os.close(terminal)

    assert b"asking contiguity what is leased" in shown
    assert shown.rstrip().endswith(b"1 leased from contiguity (account default): 12.00 USD a month")
    assert b"asking" not in answer
    assert A.encode() in answer


def read(terminal: int) -> bytes:
    """Read what a terminal shows until it is closed, which is an error on Linux."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_a_log_hears_of_what_takes_longer_than_two_seconds(vendor: Vendor, environ: dict[str, str]) -> None:
    """One line on stderr for a service that takes its time, none for one that answers; nothing but the answer on stdout."""
    vendor.lease("contiguity", A, login=vendor.token())

    def leased() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, "leased", "--json"],
            cwd=ROOT,
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )

    quick = leased()
    vendor.fault("leased", "delay_before", seconds=progress.QUIET_S + 1)
    slow = leased()

    assert quick.stderr == ""
    assert slow.stderr == "asking contiguity what is leased\n"
    assert quick.stdout == slow.stdout


def test_a_log_gets_a_line_now_and_then(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Not each passing line, but one in a while: a log is not filled, and does not look dead."""
    monkeypatch.setattr(progress, "QUIET_S", 0.05)
    with progress.working("terminating") as report:
        wait_for(capsys, "terminating\n")
        for left in range(5):
            report(f"{left} s left")
        assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "LOG_EVERY_S", 0.0)
    with progress.working("terminating") as report:
        wait_for(capsys, "terminating\n")
        report("waiting [600 s left]")

    assert capsys.readouterr().err == "waiting [600 s left]\n"


def test_a_log_hears_what_is_waited_for_by_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what it began with; and nothing any more once the work is done."""
    monkeypatch.setattr(progress, "QUIET_S", 0.3)
    with progress.working("reading stacks") as report:
        report("asking contiguity")
        wait_for(capsys, "asking contiguity\n")
    with progress.working("reading stacks"):
        pass
    time.sleep(0.4)

    assert capsys.readouterr().err == ""


def wait_for(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Wait until stderr has shown a text, and that alone."""
    deadline, shown = time.monotonic() + 30, ""
    while not shown and time.monotonic() < deadline:
        time.sleep(0.02)
        shown = capsys.readouterr().err
    assert shown == text
