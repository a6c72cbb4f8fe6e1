"""The guides on moving here from elsewhere, followed command by command; the vendor's side shows that nothing was released.

The states of Terraform are written by hand, after the resources of its providers; `terraform/terraform` plays the little
that the guides type of it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from pulumi_leases.cli.app import app

from ..exports import written
from ..project import Project
from ..stack import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

TERRAFORM = ROOT / "tests/docs/terraform"
NUMBERS = ("+12015550123", "+12015550124", "+12015550125")
CALLS, MESSAGES = "https://phone.example.com/calls", "https://phone.example.com/messages"
CONNECTION, PROFILE = "1293384261075731499", "4001754e-2a3f-4d53-b4a5-1f4a5f3c0b77"


def commands(guide: str) -> list[str]:
    """Read the commands of a guide, a block each."""
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / f"docs/migrating/{guide}.md").read_text(), re.MULTILINE | re.DOTALL)


def bought(vendor: Vendor, guide: str) -> list[str]:
    """Lease at the vendor what the guide's other tool says that it holds."""
    if guide == "terraform-twilio":
        wired = {"friendly_name": "hotline", "voice_url": CALLS, "sms_url": MESSAGES}
        for number, settings in zip(
            NUMBERS, (wired, {"friendly_name": "desk alice"}, {"friendly_name": "desk bob"}), strict=True
        ):
            vendor.lease("twilio", number, login=vendor.account_sid(), settings=settings)
        return [*NUMBERS]
    if guide == "terraform-telnyx":
        wired = {"customer_reference": "alerts", "connection_id": CONNECTION, "messaging_profile_id": PROFILE}
        for number in NUMBERS[:2]:
            vendor.lease("telnyx", number, login=vendor.telnyx_key(), settings=wired)
        return [*NUMBERS[:2]]
    for number in NUMBERS:
        vendor.lease("contiguity", number, login=vendor.token())
    return [*NUMBERS]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The folder of the Terraform project, and `terraform` on PATH."""
    folder = tmp_path / "terraform"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("guide", "said"),
    [
        ("terraform-twilio", ('label="hotline"', CALLS, MESSAGES, 'label="desk bob"')),
        ("terraform-telnyx", (f'voice={{"connection": "{CONNECTION}"}}', f'messaging={{"profile": "{PROFILE}"}}')),
    ],
)
def test_what_terraform_holds_is_what_is_imported(
    guide: str, said: tuple[str, ...], vendor: Vendor, environ: dict[str, str], elsewhere: Path, tmp_path: Path
) -> None:
    """The guide's first commands find each number in Terraform's state; the import declares it with what it is connected to."""
    numbers = bought(vendor, guide)
    service = guide.partition("-")[2]
    (elsewhere / "terraform.tfstate").write_text((TERRAFORM / f"{service}.tfstate").read_text())
    (project := tmp_path / "shop").mkdir()
    look, bring, *_ = commands(guide)

    path = {"PATH": os.pathsep.join([str(TERRAFORM), os.environ["PATH"]])}
    found = subprocess.run(
        ["sh", "-e"], input=look, cwd=project, env={**os.environ, **path}, text=True, capture_output=True, check=True
    ).stdout.split()
    assert found == numbers
    command = bring.splitlines()[0]
    assert command.endswith(" $(cat numbers.txt)")
    line = [*command.removesuffix(" $(cat numbers.txt)").split()[1:-1], str(project / "imported"), *found]
    empty = written(tmp_path / "new.json")
    ran = CliRunner().invoke(app, [*line, "--stack-file", str(empty)], env=environ)

    assert ran.exit_code == 0, ran.output
    program = (project / "imported/leased_numbers.py").read_text()
    assert [text for text in (*numbers, *said) if text not in program] == []
    assert sorted(vendor.leased(service)) == numbers
    assert not vendor.writes()


@pytest.mark.parametrize("guide", ["by-hand", "terraform-twilio", "terraform-telnyx"])
def test_the_guide_is_followed_to_its_end(
    guide: str, vendor: Vendor, environ: dict[str, str], elsewhere: Path, tmp_path: Path, engine: Path
) -> None:
    """Imported, forgotten by the other tool, and as it was at the vendor: nothing bought, nothing changed, nothing let go."""
    numbers = bought(vendor, guide)
    before = [(lease.number, lease.lease_id, lease.settings) for lease in vendor.leases()]
    service = guide.partition("-")[2] if guide.startswith("terraform") else "contiguity"
    project = Project(tmp_path / "shop", engine, environ)
    if guide.startswith("terraform"):
        (elsewhere / "terraform.tfstate").write_text((TERRAFORM / f"{service}.tfstate").read_text())
        project.environ["PATH"] = os.pathsep.join([str(TERRAFORM), project.environ["PATH"]])

    outputs = [project.types(f"set -e\n{block}") for block in commands(guide)]

    assert [number for number in numbers if number not in outputs[0]] == []
    assert [(lease.number, lease.lease_id, lease.settings) for lease in vendor.leases()] == before
    assert not vendor.writes()
    if guide.startswith("terraform"):
        assert json.loads((elsewhere / "terraform.tfstate").read_text())["resources"] == []
