"""What leaks between two real stacks and the vendors: one thing of each kind, found and ended where it may be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
from typer.testing import CliRunner

from pulumi_leases import LeasedNumber
from pulumi_leases.cli.app import app
from pulumi_leases.engine.state import INTENT_TYPE
from pulumi_leases.operate.orphans import MEANING

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack
    from ..stack import Stack

SINCE = 1_767_323_045  # 2026-01-02 03:04:05 UTC
SUPPORT, SHARED, HALF, GONE, LOST, REFUSED, TWICE, LEAK = (f"+120155501{last}" for last in range(23, 31))


def test_one_thing_of_each_kind_is_found_and_leaks_are_ended(
    new_stack: NewStack, vendor: Vendor, environ: dict[str, str], tmp_path: Path
) -> None:
    """Each kind once, with its lease and its stacks; --release ends the leak and the second lease, and nothing else."""
    files = exported(_dev(new_stack, vendor), tmp_path / "dev.json"), exported(_prod(new_stack), tmp_path / "prod.json")
    vendor.terminate("contiguity", GONE)
    vendor.lease("telesign", TWICE, login=vendor.customer(), leased_at=SINCE, again=True)
    vendor.lease("contiguity", LEAK, login=vendor.token(), leased_at=SINCE)
    before = vendor.leases()
    asked = ["orphans", *(word for file in files for word in ("--stack-file", str(file)))]

    listed = CliRunner().invoke(app, [*asked, "--json"], env=environ)
    released = CliRunner().invoke(app, [*asked, "--release", "--yes"], env=environ)

    assert listed.exit_code == released.exit_code == 3
    assert [summary(one) for one in json.loads(listed.stdout)["findings"]] == [
        ("in-no-stack", LEAK, True, []),
        ("leased-twice", TWICE, True, []),
        ("in-two-stacks", SHARED, True, ["leases-test/dev shared", "leases-test/prod also"]),
        ("intent-only", HALF, False, ["leases-test/prod half"]),
        ("refused", REFUSED, False, ["leases-test/dev refused"]),
        ("lost", LOST, False, ["leases-test/dev lost"]),
        ("not-leased", GONE, False, ["leases-test/dev gone"]),
    ]
    assert {one["kind"] for one in json.loads(listed.stdout)["findings"]} == set(MEANING)
    ended = [one for one in before if one.lease_id not in {left.lease_id for left in vendor.leases()}]
    assert sorted(one.number for one in ended) == [TWICE, LEAK]
    assert all(one.leased_at == SINCE for one in ended)


def _dev(new_stack: NewStack, vendor: Vendor) -> Stack:
    """A stack with a number in order, one that will be gone, a lost one, a refused one and one that prod has too."""
    declared = {"support": SUPPORT, "gone": GONE, "lost": LOST, "shared": SHARED}

    def program() -> None:
        for name, number in declared.items():
            LeasedNumber(name, number=number)

    stack = new_stack(program)
    assert stack.up().ok
    vendor.fault("lease", "status", number=REFUSED, code=403, times=0)
    declared["refused"] = REFUSED
    assert not stack.up().ok
    vendor.clock(advance_s=3600)  # a lease that is younger than a minute is not believed lost
    vendor.terminate("contiguity", LOST)
    assert stack.refresh().ok
    return stack


def _prod(new_stack: NewStack) -> Stack:
    """A stack that has one of dev's numbers too, one at TeleSign, and one with an intent only."""
    keep = pulumi.ResourceOptions(retain_on_delete=True)

    def program() -> None:
        LeasedNumber("also", keep, number=SHARED, adopt=True)
        LeasedNumber("twice", number=TWICE, service="telesign")
        LeasedNumber("half", number=HALF)

    stack = new_stack(program, "prod")
    half = f"urn:pulumi:prod::leases-test::{INTENT_TYPE}::half"
    assert stack.up(target=["**::also", "**::twice", half]).ok
    return stack


def exported(stack: Stack, path: Path) -> Path:
    """Write what `pulumi stack export` would."""
    path.write_text(json.dumps(vars(stack.stack.export_stack())), "utf-8")
    return path


def summary(finding: dict[str, Any]) -> tuple[str, str, bool, list[str]]:
    return finding["kind"], finding["number"], finding["lease"] is not None, finding["stacks"]
