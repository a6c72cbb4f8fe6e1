"""The quickstart on the real engine, against the emulator, as a user would see it.

Everything it makes is below `.work/demo` in the checkout; nothing is left running.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_leases.domain import money
from pulumi_leases.emulator import Emulator, Vendor, serve
from tools import interrupt

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


def main() -> int:
    """Run the steps; returns 0 where every one went well and nothing is left leased."""
    interrupt.hear()
    shutil.rmtree(WORK, ignore_errors=True)
    for part in ("home", "state"):
        (WORK / part).mkdir(parents=True)
    try:
        left = show_steps()
    except subprocess.CalledProcessError as failed:
        say(f"`{' '.join(failed.cmd)}` ended with {failed.returncode}")
        return 1
    finally:
        shutil.rmtree(WORK)
        with contextlib.suppress(OSError):  # something else may be at work there
            WORK.parent.rmdir()
        CONFIG.unlink(missing_ok=True)
    say("Nothing is left leased." if not left else f"Still leased: {left}")
    return 1 if left else 0


def show_steps() -> list[Lease]:
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
        say(f"The emulator plays Contiguity at {vendor.contiguity}.")
        pulumi(environ, "stack", "init", "demo")
        for step in STEPS:
            before = len(vendor.journal())
            pulumi(environ, *step)
            calls = [f"{call.method} {call.path}" for call in vendor.journal()[before:]]
            charged = [money.amount(total, currency) for currency, total in vendor.state().charged.items()]
            say(f"API calls: {', '.join(calls) or 'none'}")
            say(f"Leased now: {', '.join(vendor.leased('contiguity')) or 'nothing'}")
            say(f"Charged so far: {', '.join(charged) or 'nothing'}")
        return vendor.leases()


def pulumi(environ: dict[str, str], *words: str) -> None:
    """Show a command and run it."""
    color = "always" if sys.stdout.isatty() else "never"
    print(f"\n$ pulumi {' '.join(words)}", flush=True)
    subprocess.run(["pulumi", *words, "--non-interactive", "--color", color], cwd=ROOT, env=environ, check=True)


def say(text: str) -> None:
    """Say what the vendor saw."""
    print(f"# {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
