"""`pulumi-leases orphans`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ..exports import number, written
from .conftest import SINCE, A, B, C, G, H, I

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

    from .conftest import Shell

FILES = "--stack-file dev.json --stack-file prod.json"


@pytest.mark.usefixtures("two_stacks")
def test_what_it_prints(shell: Shell, vendor: Vendor) -> None:
    """One thing of each kind, grouped, with what it means, what it costs, and the sums; 3 for the script."""
    result = shell(f"orphans {FILES}")

    shell.is_golden("orphans")
    assert result.exit_code == 3
    assert not vendor.writes()


@pytest.mark.usefixtures("two_stacks")
def test_its_json(shell: Shell) -> None:
    """The same for scripts: kinds, leases, costs in all and in no stack."""
    shell(f"orphans {FILES} --json")

    shell.is_golden("orphans-json")


@pytest.mark.usefixtures("two_stacks")
def test_release_ends_what_no_stack_has_and_nothing_else(shell: Shell, vendor: Vendor) -> None:
    """It asks first; no stays no; yes ends both leaks and the second lease, and leaves all that a stack declares."""
    before = {(one.vendor, one.number, one.lease_id) for one in vendor.leases()}
    shell(f"orphans {FILES} --release", answer="n\n")
    shell(f"orphans {FILES} --release", answer="")
    assert not vendor.writes()

    result = shell(f"orphans {FILES} --release", answer="y\n")

    after = {(one.vendor, one.number, one.lease_id) for one in vendor.leases()}
    assert {(vendor_, number_) for vendor_, number_, _ in before - after} == {
        *(("contiguity", H), ("contiguity", I), ("telesign", G)),
    }
    assert {number_ for _, number_, _ in after} >= {A, B, G}
    assert result.exit_code == 3  # what else was found is still there
    shell.is_golden("orphans-release")


def test_release_of_all_there_is_ends_with_0(shell: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """With --yes nobody is asked; it waits until the vendor has let go, and says so to scripts."""
    vendor.switch("contiguity", termination_delay_s=1.5)
    for leak in (A, B):
        vendor.lease("contiguity", leak, login=vendor.token(), leased_at=SINCE)
    written(tmp_path / "dev.json")

    result = shell(f"orphans {A} {B} --stack-file dev.json --release --yes --json")

    assert result.exit_code == 0
    assert [one["released"] for one in json.loads(result.stdout)["findings"]] == [True, True]
    assert vendor.leases() == []
    assert len(vendor.calls("terminate")) == 2


def test_release_wants_every_stack_or_the_numbers(shell: Shell, vendor: Vendor) -> None:
    """The stack at hand says nothing about the others of the account: nothing is asked, of nobody."""
    result = shell("orphans --release --yes")

    assert result.exit_code == 2
    assert (
        "name the numbers to end, or give a --stack-file for every stack that leases from the account" in result.stderr
    )
    assert vendor.journal() == []


@pytest.mark.usefixtures("leases")
def test_a_stack_without_numbers_releases_nothing_of_other_teams(shell: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """It is said of each number that no stack here leases from the account, and how to end it all the same."""
    written(
        tmp_path / "mine.json",
        {"urn": "urn:pulumi:dev::mine::pulumi:pulumi:Stack::mine-dev", "type": "pulumi:pulumi:Stack"},
    )

    result = shell("orphans --stack-file mine.json --release --yes")

    assert result.exit_code == 3
    assert (
        f"no stack here leases from contiguity/default, so another may have it: only `--release {A}` ends it"
        in result.stdout
    )
    assert vendor.leased("contiguity").keys() == {A, B, C}


@pytest.mark.usefixtures("leases")
def test_named_numbers_are_released_and_no_other(shell: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """The question names them and the stacks; one that may not go stops all."""
    written(tmp_path / "dev.json", number("support", A, vendor.leased("contiguity")[A].lease_id))

    slip = shell(f"orphans {A} {B} --stack-file dev.json --release --yes")
    assert not vendor.writes()
    result = shell("orphans '+1 201 555 0124' --stack-file dev.json --release", answer="y\n")

    assert (slip.exit_code, result.exit_code) == (2, 0)
    assert f"{A} is not released, and nothing else was: a stack has it, or these logins do not lease it" in slip.stderr
    assert f"Terminate 1 lease in none of shop/dev, 9.00 USD a month: {B}?" in result.stderr
    assert vendor.leased("contiguity").keys() == {A, C}


@pytest.mark.usefixtures("leases")
def test_only_named_numbers_are_looked_at(shell: Shell, tmp_path: Path) -> None:
    """Without --release too."""
    written(tmp_path / "dev.json")

    found = json.loads(shell(f"orphans {B} --stack-file dev.json --json").stdout)["findings"]

    assert [one["number"] for one in found] == [B]


def test_a_lease_that_is_younger_than_a_state_is_kept(shell: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """The stack may have leased it since: not ended, however new the file is and whoever names the number."""
    mine = vendor.lease("contiguity", B, login=vendor.token(), leased_at=SINCE - 7200)
    vendor.lease("contiguity", A, login=vendor.token(), leased_at=SINCE)
    written(tmp_path / "dev.json", number("support", B, mine.lease_id), at="2026-01-02T02:04:05Z")

    result = shell("orphans --stack-file dev.json --release --yes")
    named = shell(f"orphans {A} --stack-file dev.json --release --yes")

    assert (result.exit_code, named.exit_code) == (3, 2)
    assert (
        "it began after the state of shop/dev was written, which may have it by now: `pulumi refresh` there"
        in result.stdout
    )
    assert vendor.leased("contiguity").keys() == {A, B}


def test_a_release_that_fails_holds_up_no_other(shell: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """Its own line and the vendor's words; the others are ended; the exit code is the failure's."""
    for leak in (A, B):
        vendor.lease("contiguity", leak, login=vendor.token(), leased_at=SINCE)
    vendor.fault("terminate", "status", number=A, code=403, body={"message": "ask us first"}, times=0)
    written(tmp_path / "dev.json")

    result = shell(f"orphans {A} {B} --stack-file dev.json --release --yes")

    assert result.exit_code == 5
    assert "ask us first" in result.stderr
    assert vendor.leased("contiguity").keys() == {A}


def test_a_release_that_is_not_confirmed_is_8(shell: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """The vendor takes the call and goes on listing the number."""
    vendor.switch("contiguity", termination_delay_s=3600)
    vendor.lease("contiguity", A, login=vendor.token(), leased_at=SINCE)
    written(tmp_path / "dev.json")
    shell.environ["LEASES_RELEASE_TIMEOUT"] = "1"

    result = shell(f"orphans {A} --stack-file dev.json --release --yes")

    assert result.exit_code == 8
    assert "still lists it as leased" in result.stderr


def test_stacks_that_agree_with_the_vendor_are_0(shell: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """Nothing found, nothing to do; one listing is all that is asked for."""
    lease = vendor.lease("contiguity", A, login=vendor.token(), leased_at=SINCE)
    written(tmp_path / "dev.json", number("support", A, lease.lease_id))

    shell("orphans --stack-file dev.json")
    shell("orphans --stack-file dev.json --json")

    shell.is_golden("orphans-none")
    assert [call.operation for call in vendor.journal()] == ["leased", "leased"]


def test_a_number_that_a_listing_does_not_show_is_asked_for(shell: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """Absence from a listing proves nothing: as a refresh does, it asks for the one number."""
    lease = vendor.lease("contiguity", A, login=vendor.token(), leased_at=SINCE)
    written(tmp_path / "dev.json", number("support", A, lease.lease_id))
    vendor.fault(
        "leased", "status", code=200, body={"object": "response", "data": {"leased": 0, "available": 0, "numbers": []}}
    )

    assert shell("orphans --stack-file dev.json").exit_code == 0


def test_every_login_that_a_stack_names_is_looked_at(shell: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """Another account's numbers are held against that account; one whose key is missing is an error, not a guess."""
    lease = vendor.lease("contiguity", A, login=vendor.token("eu"), leased_at=SINCE)
    leak = vendor.lease("contiguity", B, login=vendor.token("eu"), leased_at=SINCE)
    written(tmp_path / "dev.json", number("support", A, lease.lease_id, account="eu"))

    missing = shell("orphans --stack-file dev.json")
    shell.environ |= {"LEASES_EU_TOKEN": vendor.token("eu"), "LEASES_EU_BASE_URL": vendor.contiguity}
    found = json.loads(shell("orphans --stack-file dev.json --json").stdout)
    del shell.environ["LEASES_CONTIGUITY_TOKEN"]
    alone = shell("orphans --stack-file dev.json")

    assert missing.exit_code == 4
    assert [(one["kind"], one["account"], one["lease"]["lease_id"]) for one in found["findings"]] == [
        ("in-no-stack", "eu", leak.lease_id),
    ]
    assert found["logins"] == ["contiguity/default", "contiguity/eu"]
    assert alone.exit_code == 3
    assert "looked only at the logins that the stacks name" in alone.stderr
