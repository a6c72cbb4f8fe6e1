"""What is leased already, brought into a stack by `pulumi-leases import` and `pulumi import`, on the real engine."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases import LeasedNumber, NumberPool
from pulumi_leases.config import Config
from pulumi_leases.leasing.run import Run
from pulumi_leases.operate.importing import Intake

from ..project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

MANY = 25
LONG_S = 120.0
SINCE = 1_767_323_045  # 2026-01-02 03:04:05 UTC


@pytest.fixture
def project(tmp_path: Path, engine: Path, environ: dict[str, str]) -> Project:
    """A new project with an empty stack, and a program that declares what was imported."""
    made = Project(tmp_path / "shop", engine, environ)
    made.program("import leased_numbers\n")
    return made


def leased(vendor: Vendor, count: int, **since: float) -> list[str]:
    """Lease some numbers of one country by other means."""
    plain = [number for number, one in vendor.offers("contiguity").items() if one.country == "US"]
    return [vendor.lease("contiguity", number, login=vendor.token(), **since).number for number in plain[:count]]


def test_all_numbers_are_brought_in(project: Project, vendor: Vendor) -> None:
    """25 numbers into an empty stack: then nothing to do, nothing to refresh, nothing to import; destroy releases them.

    Without an `up` between, the engine knows no order and deletes both of a pair at once.
    """
    numbers = leased(vendor, MANY, leased_at=SINCE)
    vendor.switch("contiguity", termination_delay_s=3)

    began = time.monotonic()
    command = project.types("pulumi-leases import --all 2> /dev/null").strip()
    imported = project.types(f"{command} --yes")
    took_s = time.monotonic() - began
    preview = project.types("pulumi preview --expect-no-changes")

    assert "warning" not in imported
    assert f"= {2 * MANY} imported" in imported
    assert f"{2 * MANY + 1} unchanged" in preview
    assert took_s < LONG_S, f"{MANY} numbers took {took_s:.0f} s"
    project.types("pulumi refresh --yes --expect-no-changes")
    assert "0 numbers of contiguity" in project.types("pulumi-leases import --all")
    assert "nothing found" in project.types("pulumi-leases orphans")
    assert not vendor.writes()
    project.types("pulumi destroy --yes")
    assert vendor.leases() == []
    assert sorted(call.number for call in vendor.writes() if call.number) == sorted(numbers)


def test_a_number_is_brought_in_with_what_it_is_connected_to(project: Project, vendor: Vendor) -> None:
    """Label, addresses and ids stand in the program and in the state; then nothing to do, and an edit is an update."""
    wired = {
        "friendly_name": "front desk",
        "voice_url": "https://phone.example.com/calls",
        "sms_application_sid": f"AP{'1' * 32}",
        "emergency_address_sid": f"AD{'1' * 32}",
    }
    vendor.lease("twilio", "+12015550123", login=vendor.account_sid(), settings=wired)

    command = project.types("pulumi-leases import --all --service twilio 2> /dev/null").strip()
    project.types(f"{command} --yes")
    program = (project.folder / "leased_numbers.py").read_text()

    assert all(text in program for text in wired.values())
    project.types("pulumi preview --expect-no-changes")
    project.types("pulumi refresh --yes --expect-no-changes")
    project.types("pulumi preview --expect-no-changes")
    assert not vendor.writes()
    (project.folder / "leased_numbers.py").write_text(program.replace("/calls", "/moved"))
    assert "1 updated" in project.types("pulumi up --yes --skip-preview")
    settings = vendor.leased("twilio")["+12015550123"].settings
    assert settings == {**settings, **wired, "voice_url": "https://phone.example.com/moved"}


def test_one_number_is_brought_in_and_lives_on(project: Project, vendor: Vendor) -> None:
    """With one that the stack leases itself: both are held through up and drift; a lost one is reported, as any other."""
    mine, other = leased(vendor, 2)
    vendor.terminate("contiguity", mine)
    project.program(f'from pulumi_leases import LeasedNumber\nLeasedNumber("mine", number="{mine}")\n')
    project.types("pulumi up --yes --skip-preview")
    project.program((project.folder / "__main__.py").read_text() + "import leased_numbers\n")

    command = project.types(f"pulumi-leases import {other} 2> /dev/null").strip()
    project.types(f"{command} --yes")
    project.types("pulumi up --yes --skip-preview --expect-no-changes")
    vendor.clock(advance_s=3600)  # a lease that is younger than a minute is not believed lost
    vendor.terminate("contiguity", other)
    project.types("pulumi refresh --yes")

    assert "was lost: contiguity does not list it" in project.types("pulumi preview", fails=True)


def test_a_pool_is_brought_in(project: Project, vendor: Vendor) -> None:
    """With an `up` between, which changes nothing, destroy goes as for any number."""
    numbers = leased(vendor, 3, leased_at=SINCE)
    vendor.switch("contiguity", termination_delay_s=3)

    command = project.types("pulumi-leases import --all --pool desk 2> /dev/null").strip()
    project.types(f"{command} --yes")
    project.types("pulumi preview --expect-no-changes")
    project.types("pulumi up --yes --skip-preview --expect-no-changes")
    project.types("pulumi destroy --yes")

    assert vendor.leases() == []
    assert sorted(call.number for call in vendor.writes() if call.number) == sorted(numbers)


def test_what_is_written_is_what_an_up_would_have_left(
    new_stack: NewStack, vendor: Vendor, environ: dict[str, str]
) -> None:
    """Inputs and outputs of both resources, alone and in a pool, are those of the state, but for who recorded them when."""

    def program() -> None:
        LeasedNumber("number-12015550123", number="+12015550123")
        NumberPool("desk", slots=["12015550124"], search={"country": "US"})

    for number in vendor.offers("contiguity"):
        if number not in {"+12015550123", "+12015550124"}:
            vendor.change_offer("contiguity", number, status="unavailable")
    stack = new_stack(program)
    assert stack.up().ok
    run = Run(Config(lambda _: None, environ))
    account = run.account("contiguity", "default")
    (alone,), (pooled,) = (account.leases().value[number] for number in ("+12015550123", "+12015550124"))

    files = [Intake(run, account, [alone]).file(), Intake(run, account, [pooled], "desk").file()]
    account.service.close()

    state = stack.resources()
    for entry in (entry for file in files for entry in file["resources"] if "id" in entry):
        left = state[f"{entry['type'].rpartition(':')[2]} {entry['name']}"]
        for side in ("inputs", "outputs"):
            assert unrecorded(json.loads(json.dumps(entry[side]))) == unrecorded(left[side])
    assert stack.destroy().ok


def unrecorded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "recorded"}
