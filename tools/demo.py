"""The quickstart on the real engine, against the emulator, as a user would see it.

Everything it makes is below `.work/demo` in the checkout; nothing is left running.
`python -m tools.demo <file>` draws what it printed into that file.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_leases.domain import money
from pulumi_leases.emulator import Emulator, Vendor, serve
from tools import interrupt, picture

if TYPE_CHECKING:
    from pulumi_leases.emulator.ledger import Lease

ROOT = Path(__file__).parent.parent
WORK = ROOT / ".work" / "demo"
CONFIG = ROOT / "Pulumi.demo.yaml"
STEPS = (
    ("preview",),
    ("up", "--yes", "--skip-preview"),
    ("up", "--yes", "--skip-preview"),
    ("refresh", "--yes", "--skip-preview"),
    ("destroy", "--yes", "--skip-preview"),
)


@dataclass
class Terminal:
    """Prints, and keeps what it printed for the picture."""

    lines: list[str] = field(default_factory=list)

    def show(self, line: str) -> None:
        """Print a line."""
        print(line, flush=True)
        self.lines.append(line)

    def say(self, text: str) -> None:
        """Say what the vendor saw."""
        self.show(f"# {text}")

    def pulumi(self, environ: dict[str, str], *words: str) -> None:
        """Show a command and run it."""
        color = "always" if sys.stdout.isatty() else "never"
        self.show("")
        self.show(f"$ pulumi {' '.join(words)}")
        command = ["pulumi", *words, "--non-interactive", "--color", color]
        with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            try:
                for line in running.stdout:
                    self.show(line.rstrip("\n"))
            except BaseException:
                running.kill()
                raise
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, command)


def main(*pictures: Path) -> int:
    """Run the steps and draw them; returns 0 where every one went well and nothing is left leased."""
    terminal = Terminal()
    interrupt.hear()
    shutil.rmtree(WORK, ignore_errors=True)
    for part in ("home", "state"):
        (WORK / part).mkdir(parents=True)
    try:
        left = show_steps(terminal)
    except subprocess.CalledProcessError as failed:
        terminal.say(f"`{' '.join(failed.cmd)}` ended with {failed.returncode}")
        return 1
    finally:
        shutil.rmtree(WORK)
        with contextlib.suppress(OSError):  # something else may be at work there
            WORK.parent.rmdir()
        CONFIG.unlink(missing_ok=True)
    terminal.say("Nothing is left leased." if not left else f"Still leased: {left}")
    for file in pictures:
        file.write_text(picture.draw(terminal.lines), "utf-8")
    return 1 if left else 0


def show_steps(terminal: Terminal) -> list[Lease]:
    """Run the steps, each with what the vendor saw of it; returns what is left leased."""
    with serve(Emulator()) as served, Vendor(served.url) as vendor:
        environ = {
            **os.environ,
            "PULUMI_HOME": str(WORK / "home"),
            "PULUMI_BACKEND_URL": f"file://{WORK / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # From a checkout, which is installed as editable, an older language host asks for the native provider too.
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            "LEASES_CONTIGUITY_TOKEN": vendor.token(),
            "LEASES_CONTIGUITY_BASE_URL": vendor.contiguity,
        }
        terminal.say(f"The emulator plays Contiguity at {vendor.contiguity}.")
        terminal.pulumi(environ, "stack", "init", "demo")
        for step in STEPS:
            before = len(vendor.journal())
            terminal.pulumi(environ, *step)
            calls = [f"{call.method} {call.path}" for call in vendor.journal()[before:]]
            charged = [money.amount(total, currency) for currency, total in vendor.state().charged.items()]
            terminal.say(f"API calls: {', '.join(calls) or 'none'}")
            terminal.say(f"Leased now: {', '.join(vendor.leased('contiguity')) or 'nothing'}")
            terminal.say(f"Charged so far: {', '.join(charged) or 'nothing'}")
        return vendor.leases()


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
