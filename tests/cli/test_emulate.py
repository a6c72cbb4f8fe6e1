"""`pulumi-leases emulate`, as an installed command in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.emulator import Vendor

from ..stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-c", "from pulumi_leases.cli import main; main()"]
PATIENCE_S = 30


@contextmanager
def emulating(*words: str) -> Iterator[subprocess.Popen[str]]:
    """Run it as a user does, and end it after the block."""
    process = subprocess.Popen(
        [*COMMAND, "emulate", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def first_lines(process: subprocess.Popen[str], lines: int) -> str:
    assert process.stdout is not None
    return "".join(process.stdout.readline() for _ in range(lines))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_a_shell_can_read_what_it_prints_and_it_ends_on_a_signal(how: signal.Signals) -> None:
    """With these variables the other commands talk to it; Ctrl-C is its normal end."""
    with emulating("--port", "0") as process:
        printed = first_lines(process, 13)
        variables = dict(re.findall(r"^export (\w+)=(\S+)$", printed, re.MULTILINE))
        read = subprocess.run(
            ["sh", "-c", f'{printed}\n"$@"', "sh", *COMMAND, "available", "--country", "US", "--limit", "1", "--json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )
        process.send_signal(how)

        assert process.wait(PATIENCE_S) == 0
    assert printed.startswith("# Contiguity, TeleSign, Telnyx and Twilio, emulated on http://127.0.0.1:")
    assert variables.keys() == {
        *("LEASES_CONTIGUITY_TOKEN", "LEASES_CONTIGUITY_BASE_URL"),
        *("LEASES_TELESIGN_CUSTOMER_ID", "LEASES_TELESIGN_API_KEY", "LEASES_TELESIGN_BASE_URL"),
        *("LEASES_TELNYX_API_KEY", "LEASES_TELNYX_BASE_URL"),
        *("LEASES_TWILIO_ACCOUNT_SID", "LEASES_TWILIO_AUTH_TOKEN", "LEASES_TWILIO_BASE_URL"),
        *("LEASES_TWILIO_PRICING_BASE_URL", "LEASES_TWILIO_MESSAGING_BASE_URL"),
    }
    assert json.loads(read.stdout)[0]["country"] == "US"


def test_as_json_and_with_another_seed() -> None:
    """The variables as one JSON object; another seed offers other terms."""
    with emulating("--port", "0", "--json") as one, emulating("--port", "0", "--json", "--seed", "other") as other:
        urls = [
            json.loads(first_lines(process, 14))["LEASES_CONTIGUITY_BASE_URL"].removesuffix("/contiguity/numbers")
            for process in (one, other)
        ]
        offers = [Vendor(url).offers("contiguity") for url in urls]

    assert offers[0].keys() == offers[1].keys()
    assert offers[0] != offers[1]


def test_a_port_that_is_taken_is_one_line() -> None:
    """Said with the port, and 4."""
    with emulating("--port", "0") as first:
        port = first_lines(first, 1).partition("127.0.0.1:")[2].split()[0]
        with emulating("--port", port) as second:
            _, error = second.communicate(timeout=PATIENCE_S)

    assert second.returncode == 4
    assert re.fullmatch(rf"pulumi-leases: cannot listen on 127\.0\.0\.1:{port}: .*\n", error)


def test_without_flask_it_says_what_to_install(tmp_path: os.PathLike[str]) -> None:
    """The emulator is an extra."""
    (hidden := tmp_path / "flask.py").write_text("raise ModuleNotFoundError('no', name='flask')")  # type: ignore[operator]
    done = subprocess.run(
        [*COMMAND, "emulate"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(hidden.parent)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert (done.returncode, done.stderr) == (
        4,
        "pulumi-leases: flask is missing: pip install 'pulumi-leases[emulator]'\n",
    )
