"""The command as a user types it, and what it answered, kept as text."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from pulumi_leases.cli import progress
from pulumi_leases.cli.app import app

from ..exports import intent, number, written

if TYPE_CHECKING:
    from typer.testing import Result

    from pulumi_leases.emulator import Vendor

GOLDEN = Path(__file__).parent / "golden"
SINCE = 1_767_323_045  # 2026-01-02 03:04:05 UTC
A, B, C, D, E, F, G, H, I = (f"+120155501{last}" for last in range(23, 32))  # noqa: E741 (letters read best here)


class Shell:
    """A shell in which `pulumi-leases` is typed; its transcript leaves out what differs from run to run."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ
        self.transcript = ""

    def __call__(self, line: str, answer: str | None = None, environ: dict[str, str] | None = None) -> Result:
        """Type a line, without `pulumi-leases` in front."""
        result = CliRunner().invoke(app, shlex.split(line), input=answer, env={**self.environ, **(environ or {})})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        stderr = "".join(f"! {text}\n" for text in result.stderr.splitlines())
        self.transcript += f"$ pulumi-leases {line}\n{result.stdout}{stderr}= {result.exit_code}\n\n"
        return result

    def cat(self, path: str) -> None:
        """Show a file, without what differs from run to run and from Python to Python."""
        text = re.sub(r'"(run|__provider)": "[^"]{32,}"', r'"\1": "<\1>"', Path(path).read_text("utf-8"))
        self.transcript += f"$ cat {path}\n{text}\n"

    def is_golden(self, name: str) -> None:
        """Hold the transcript against the one on file; WRITE_GOLDEN=1 writes it, and fails, so that somebody looks."""
        path = GOLDEN / f"{name}.txt"
        if os.environ.get("WRITE_GOLDEN"):
            path.write_text(self.transcript, "utf-8")
            pytest.fail(f"{path} is written: look at it, then run without WRITE_GOLDEN")
        assert self.transcript == path.read_text("utf-8")


@pytest.fixture
def shell(environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell of the emulator's user in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "QUIET_S", 600.0)  # a busy machine makes no line of its own
    return Shell(environ)


@pytest.fixture
def leases(vendor: Vendor) -> list[str]:
    """Three leased numbers, one of them paused."""
    numbers = [A, B, C]
    for one in numbers:
        vendor.lease("contiguity", one, login=vendor.token(), leased_at=SINCE)
    vendor.set_status("contiguity", B, "paused")
    return numbers


@pytest.fixture
def two_stacks(vendor: Vendor, tmp_path: Path) -> None:
    """dev.json and prod.json, which disagree with the vendor in one way of each kind; A is in order, H and I leak."""
    ids = {
        one: vendor.lease("contiguity", one, login=vendor.token(), leased_at=SINCE).lease_id for one in (A, B, C, H, I)
    }
    mine = vendor.lease("telesign", G, login=vendor.customer(), leased_at=SINCE).lease_id
    vendor.lease("telesign", G, login=vendor.customer(), leased_at=SINCE + 60, again=True)
    at_telesign = {"service": "telesign", "login": vendor.customer()}
    written(
        tmp_path / "dev.json",
        number("support", A, ids[A]),
        number("shared", B, ids[B]),
        intent("half", C),
        number("gone", D, "lsd_1"),
        number("lost", E, "lsd_2", lease_status="lost"),
        number("refused", F, None, lease_status="refused"),
    )
    written(tmp_path / "prod.json", number("also", B, ids[B], "prod"), number("twice", G, mine, "prod", **at_telesign))
