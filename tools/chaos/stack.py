"""A stack in a folder of its own, and what an operator does with it; keeps every command that was run."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_leases.engine.state import INTENT_TYPES, NUMBER_TYPES
from tools.beginning import Beginning
from tools.packages import write_pip

from . import programs
from .plan import SECOND
from .processes import Command

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping

    from pulumi_leases.emulator import Vendor

    from .plan import Program

PROJECT, STACK = "chaos", "dev"
_MAIN = "main"
CHECKOUT = Path(__file__).parents[2]
_BEGINNING = Beginning()


@dataclass(frozen=True)
class Held:
    """A lease as the state has it."""

    name: str
    number: str
    lease_id: str
    status: str


class Stopped(Exception):
    """The whole run is to end: no command is started any more."""


class Stack:
    """A stack with a file backend below `folder`.

    Args:
        folder: Holds the project, the state, and what the engine keeps for itself.
        settings: The variables that give the package its logins.
        stop: Set when the whole run is to end.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str], stop: threading.Event) -> None:
        self.folder = folder
        self._stop = stop
        self.commands: list[Command] = []
        for part in ("project", "state", "home", "logs"):
            (folder / part).mkdir()
        (folder / "project" / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
        write_pip(folder / "packages")
        self._environ = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder / "home"),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": "chaos",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_PYTHON_CMD": sys.executable,
            "GOGC": "off",  # a command is over before it is worth while
            "GOMEMLIMIT": "1GiB",
            "PYTHONPATH": f"{folder / 'packages'}{os.pathsep}{CHECKOUT}",
            **settings,
        }
        _BEGINNING.bring(folder, self._make)

    def _make(self) -> Iterable[Path]:
        self.run("stack", "init")
        return (file for part in ("project", "state") for file in (self.folder / part).rglob("*"))

    def program(self, program: Program) -> None:
        """Write the program."""
        (self.folder / "project" / "__main__.py").write_text(programs.text(program))

    def start(self, *args: str) -> Command:
        """Start a command.

        Raises:
            Stopped: None is to be started any more.
        """
        if self._stop.is_set():
            raise Stopped
        log = self.folder / "logs" / f"{len(self.commands):02d}"
        command = Command([*args, "--stack", STACK], self.folder / "project", self._environ, log)
        self.commands.append(command)
        return command

    def run(self, *args: str) -> Command:
        """Run a command to its end."""
        command = self.start(*args)
        if not command.wait():
            command.sweep()
        return command

    @property
    def is_locked(self) -> bool:
        """Whether an interrupted command has left its lock."""
        locks = self.folder / "state" / ".pulumi" / "locks"
        return any(path.is_file() for path in locks.rglob("*.json"))

    def mend(self) -> None:
        """Remove the engine's note beside its checkpoint: a kill while it is written leaves it empty, and the engine stuck."""
        path = self._checkpoint
        path.with_name(f"{path.name}.attrs").unlink(missing_ok=True)

    def held(self) -> list[Held]:
        """List the leases in the state, those included that are to be deleted."""
        return [
            Held(
                entry["urn"].rpartition("::")[2],
                entry["outputs"]["number"],
                entry["outputs"].get("lease_id") or "none",
                entry["outputs"].get("lease_status") or "none",
            )
            for entry in self._resources()
            if entry["type"] in NUMBER_TYPES
        ]

    def resources(self) -> list[str]:
        """List everything in the state but the stack's own and the provider, by URN."""
        ours = ("pulumi-python:", "leases:")
        return [entry["urn"] for entry in self._resources() if entry["type"].startswith(ours)]

    def forget(self, number: str) -> None:
        """Take both resources of a number out of the state, its LeaseIntent last."""
        entries = [one for one in self._resources() if one["type"] in {*NUMBER_TYPES, *INTENT_TYPES}]
        for entry in sorted(entries, key=lambda one: one["type"] in INTENT_TYPES):
            outputs = entry["outputs"]
            if number in {outputs.get("number"), outputs.get("claim", {}).get("number")}:
                self.run("state", "delete", entry["urn"], "--yes")

    def sweep(self) -> None:
        """End whatever is left of all commands."""
        for command in self.commands:
            command.sweep()

    @property
    def _checkpoint(self) -> Path:
        return self.folder / "state" / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json"

    def _resources(self) -> list[dict[str, Any]]:
        checkpoint = json.loads(self._checkpoint.read_text())["checkpoint"]
        resources: list[dict[str, Any]] = (checkpoint.get("latest") or {}).get("resources") or []
        return resources


def settings(vendor: Vendor, service: str, *, consent: bool) -> dict[str, str]:
    """Write the settings of two logins, `default` and `second`, and of the stack's consent to `leases:releaseInterrupted`."""
    settings_of: dict[str, Callable[[str], dict[str, str]]] = {
        "contiguity": lambda name: {"TOKEN": vendor.token(name), "BASE_URL": vendor.contiguity},
        "telesign": lambda name: {
            "CUSTOMER_ID": vendor.customer(name),
            "API_KEY": vendor.telesign_api_key,
            "BASE_URL": vendor.telesign,
        },
        "telnyx": lambda name: {"API_KEY": vendor.telnyx_key(name), "BASE_URL": vendor.telnyx},
        "twilio": lambda name: {
            "ACCOUNT_SID": vendor.account_sid(name),
            "AUTH_TOKEN": vendor.twilio_auth_token,
            "BASE_URL": vendor.twilio,
            "PRICING_BASE_URL": vendor.twilio_pricing,
            "MESSAGING_BASE_URL": vendor.twilio_messaging,
        },
    }
    own = settings_of[service]
    return {
        **{f"LEASES_{service.upper()}_{key}": value for key, value in own(_MAIN).items()},
        **{f"LEASES_{SECOND.upper()}_{key}": value for key, value in own(SECOND).items()},
        **({"LEASES_RELEASE_INTERRUPTED": "true"} if consent else {}),
    }


def logins(vendor: Vendor, service: str) -> set[str]:
    """Name both logins as the vendor does."""
    login = {
        "contiguity": vendor.token,
        "telesign": vendor.customer,
        "telnyx": vendor.telnyx_key,
        "twilio": vendor.account_sid,
    }[service]
    return {login(_MAIN), login(SECOND)}
