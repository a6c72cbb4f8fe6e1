"""The emulator of Contiguity under the vendor's own JavaScript client, which npm brings to `.work/node`."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Protocol

import pytest

from pulumi_leases.emulator import Served, Vendor

NUMBER = "+12015550123"
OTHER = "+12015550124"
SOURCE = Path(__file__).parent / "node"
WORK = Path(__file__).parents[2] / ".work" / "node"
PATIENCE_S = 120


class Sdk(Protocol):
    """Makes calls of the SDK in a process of node's, and returns what came of each."""

    def __call__(self, *calls: list[Any]) -> list[dict[str, Any]]: ...


def program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is missing: the vendor's client needs node 18 or newer with npm (https://nodejs.org)"
    return found


@pytest.fixture(scope="session")
def node_folder() -> Path:
    """The folder with the client in it; npm brings it when it is not there yet, for one test process at a time."""
    WORK.mkdir(parents=True, exist_ok=True)
    wanted = (SOURCE / "package.json").read_text()
    ready = WORK / "ready"
    with (WORK / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists() or ready.read_text() != wanted:
            shutil.copy(SOURCE / "package.json", WORK)
            quiet = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run([program("npm"), "install", *quiet], cwd=WORK, check=True, timeout=PATIENCE_S)
            ready.write_text(wanted)
        shutil.copy(SOURCE / "contiguity.mjs", WORK)
    return WORK


@pytest.fixture
def sdk(node_folder: Path, served: Served, vendor: Vendor) -> Sdk:
    """The client of a login, on a socket."""

    def make(*calls: list[Any]) -> list[dict[str, Any]]:
        environ = {"PATH": os.environ["PATH"], "EMULATOR": f"{served.url}/contiguity", "TOKEN": vendor.token()}
        done = subprocess.run(
            [program("node"), "contiguity.mjs", json.dumps(calls)],
            cwd=node_folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        results: list[dict[str, Any]] = json.loads(done.stdout)
        return results

    return make


def test_a_lease_from_offer_to_end(sdk: Sdk, vendor: Vendor) -> None:
    """Every call of the client's, the details of a lease too, and charged once."""
    results = sdk(
        ["available"],
        ["get", NUMBER],
        ["create", NUMBER, {"billing_method": "monthly"}],
        ["leased"],
        ["details", NUMBER],
        ["terminate", NUMBER],
        ["leased"],
    )
    assert [one.get("error") for one in results] == [None] * 7, results
    available, offer, receipt, leased, details, ended, rest = (one["answer"] for one in results)
    assert NUMBER in {one["id"] for one in available["numbers"]}
    assert (offer["status"], receipt["number"]) == ("available", NUMBER)
    assert leased["leased"] == 1
    assert details["lease_id"] == receipt["lease_id"] == leased["numbers"][0]["lease_id"]
    assert (ended["status"], rest["leased"]) == ("terminated", 0)
    assert vendor.leases() == []
    assert [one.amount for one in vendor.charges()] == [1.5, 12.0]
    assert [call.operation for call in vendor.journal()] == [
        "available", "get", "lease", "leased", "details", "terminate", "leased",
    ]  # fmt: skip


def test_refusals(sdk: Sdk, vendor: Vendor) -> None:
    """The client reports the emulator's reasons and statuses."""
    vendor.lease("contiguity", NUMBER)
    taken, missing, mine, unknown = sdk(
        ["create", NUMBER], ["details", NUMBER], ["terminate", NUMBER], ["create", "+12015559999"]
    )
    assert taken == {"error": "This number is not available", "status": 409}
    assert missing == mine == {"error": "You do not lease this number", "status": 404}
    assert unknown["status"] == 404
    vendor.revoke("contiguity", vendor.token())
    assert sdk(["leased"]) == [{"error": "This API key was revoked", "status": 401}]
    assert vendor.charges(login=vendor.token()) == []
