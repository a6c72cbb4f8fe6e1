"""Every example, typed at a shell as its README says, on the real engine against the emulator."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from .project import Project
from .stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

pytestmark = pytest.mark.engine
EXAMPLES = sorted(project.parent for project in (ROOT / "examples").glob("*/Pulumi.yaml"))


@pytest.fixture
def logins(environ: dict[str, str], vendor: Vendor) -> dict[str, str]:
    """The variables of a user with a login for each account that an example names."""
    return {
        **environ,
        "LEASES_EU_WEST_TOKEN": vendor.token("eu-west"),
        "LEASES_EU_WEST_BASE_URL": vendor.contiguity,
        "LEASES_VERIFY_CUSTOMER_ID": vendor.customer("verify"),
        "LEASES_VERIFY_API_KEY": vendor.telesign_api_key,
        "LEASES_VERIFY_BASE_URL": vendor.telesign,
    }


def typed(readme: str) -> Iterator[str]:
    """Read the commands of a README: those that ask for a secret aside, and without asking back."""
    (block,) = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)
    for line in block.splitlines():
        command = line.partition("#")[0].strip()
        if "--secret" in command or command == "pulumi stack init dev":
            continue  # the keys are in the environment, and the stack is there
        yield command + (" --yes --skip-preview" if command in {"pulumi up", "pulumi destroy"} else "")


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_the_example_runs(example: Path, tmp_path: Path, engine: Path, logins: dict[str, str], vendor: Vendor) -> None:
    """Each preview leases nothing, each up does what the preview said and nothing more, nothing is left at the end."""
    name = (example / "Pulumi.yaml").read_text().splitlines()[0].removeprefix("name: ")
    project = Project(tmp_path / example.name, engine, logins, name)
    for file in example.iterdir():
        shutil.copy(file, project.folder)
    announced: set[str] = set()

    for command in typed((example / "README.md").read_text()):
        before = len(vendor.journal())
        told = project.types(command)
        writes = vendor.writes(before)
        if command == "pulumi preview":
            announced = {line.split()[2] for line in told.splitlines() if line.startswith("    will lease +")}
            assert announced
        if not command.startswith("pulumi up"):
            assert not writes or command.startswith("pulumi destroy")
            continue
        leased = {call.number for call in writes if call.operation == "lease"}
        assert leased == announced or not announced
        announced = set()
        before = len(vendor.journal())
        project.types("pulumi up --yes --skip-preview --expect-no-changes")
        project.types("pulumi refresh --yes --skip-preview --expect-no-changes")
        assert not vendor.writes(before)

    project.types("pulumi destroy --yes --skip-preview")
    assert vendor.leases() == []
