"""Save states as the version in this checkout writes them, so that tests can give them to later versions.

`make states VERSION=v0_2_0` runs it, with the engine first on PATH. Each program in `programs/` is
run on the real engine against an emulator until its state is the one that is wanted. Then its export, the vendors' side of it and
the program itself are written to the folder of the version.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from pulumi_leases.emulator import Emulator, Vendor, serve
from tests.project import Project
from tools.chaos.processes import Command, wait_for

from . import vendor_side

if TYPE_CHECKING:
    from collections.abc import Callable

STATES = Path(__file__).parent
PROGRAMS = STATES / "programs"
_DAY_S = 24 * 3600
_UP = "pulumi up --yes --skip-preview"
_LONGEST_UP_S = 60


def fill_everyday(project: Project, vendor: Vendor) -> None:
    """Lease and adopt everything; a day later somebody cancels a TeleSign lease, and a refresh notes that it ends."""
    vendor.switch("telesign", after_cancel="expires")
    for number in ("+13125550123", "+14155550123"):
        vendor.lease("contiguity", number, vendor.token())
    project.types(_UP)
    vendor.clock(advance_s=_DAY_S)
    lease_id = vendor.leased("telesign")["+12065550123"].lease_id
    key = (vendor.customer(), vendor.telesign_api_key)
    httpx.delete(f"{vendor.telesign}/leases/{lease_id}", auth=key, trust_env=False).raise_for_status()
    project.types("pulumi refresh --yes --skip-preview")


def fill_lost(project: Project, vendor: Vendor) -> None:
    """Lease all; a day later two leases end, somebody of the account leases one of the numbers anew; refresh."""
    project.types(_UP)
    vendor.clock(advance_s=_DAY_S)
    for number in ("+12015550123", "+12125550123"):
        vendor.terminate("contiguity", number)
    vendor.lease("contiguity", "+12125550123", vendor.token())
    project.types("pulumi refresh --yes --skip-preview")


def fill_half_made(project: Project, vendor: Vendor) -> None:
    """Refuse one number for want of money, let another be taken by somebody of the account, refuse a failover."""
    vendor.fault("lease", "status", number="+12015550123", code=402)
    vendor.fault("lease", "taken", number="+12125550123", by=vendor.token())
    vendor.fault("configure", "status", number="+13055550123", code=400)
    project.types(f"{_UP} --continue-on-error", fails=True)


def fill_interrupted(project: Project, vendor: Vendor) -> None:
    """Kill the engine and the provider while three paying calls are at the vendor, who has done one of them."""
    vendor.fault("lease", "hold_after", number="+12125550123")
    vendor.fault("lease", "hold_before", number="+12015550123")
    vendor.fault("lease", "hold_before", login=vendor.token("second"))
    log = project.folder / "up.log"
    command = Command(["up", "--yes", "--skip-preview"], project.folder, project.environ, log)
    if not wait_for(lambda: len(vendor.held()) == 3 or command.ended, _LONGEST_UP_S) or command.ended:
        raise TimeoutError(command.text)
    command.kill("both", "SIGKILL")
    command.sweep()
    project.types("pulumi cancel --yes")


STORIES: dict[str, Callable[[Project, Vendor], None]] = {
    "everyday": fill_everyday,
    "lost": fill_lost,
    "half_made": fill_half_made,
    "interrupted": fill_interrupted,
}
"""How the state of each program comes about."""


def save(name: str, to: Path, work: Path) -> None:
    """Bring a state about, and write it to a folder.

    Args:
        name: The program.
        to: The folder of the version.
        work: An empty folder.
    """
    program = PROGRAMS / f"{name}.py"
    with serve(Emulator()) as served, Vendor(served.url) as vendor:
        settings = {
            "LEASES_CONTIGUITY_TOKEN": vendor.token(),
            "LEASES_CONTIGUITY_BASE_URL": vendor.contiguity,
            "LEASES_TELESIGN_CUSTOMER_ID": vendor.customer(),
            "LEASES_TELESIGN_API_KEY": vendor.telesign_api_key,
            "LEASES_TELESIGN_BASE_URL": vendor.telesign,
            **vendor_side.accounts(vendor),
        }
        project = Project(work, Path(str(shutil.which("pulumi"))).parent, settings, name="leases-test")
        project.program(program.read_text("utf-8"))
        STORIES[name](project, vendor)
        project.types("pulumi stack export --file export.json")
        exported = _without_the_machine(json.loads((work / "export.json").read_text("utf-8")))
        _write(to / f"{name}.json", exported)
        _write(to / f"{name}.vendor.json", vendor_side.describe(vendor))
    shutil.copy(program, to / program.name)


def _without_the_machine(exported: dict[str, Any]) -> dict[str, Any]:
    """Leave out where on this machine the program was, which the engine notes for each resource."""
    deployment = exported["deployment"]
    under_way = [operation["resource"] for operation in deployment.get("pending_operations", [])]
    for entry in [*deployment["resources"], *under_way]:
        for key in ("sourcePosition", "stackTrace"):
            entry.pop(key, None)
    return exported


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main(version: str) -> None:
    """Save a state of each story."""
    to = STATES / version
    to.mkdir()
    for name in STORIES:
        with tempfile.TemporaryDirectory() as work:
            save(name, to, Path(work))
        sys.stdout.write(f"{to / name}.json\n")


if __name__ == "__main__":
    main(sys.argv[1])
