"""`pulumi-leases import`; `tests/end_to_end/test_import.py` shows that the engine takes what it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.references import mint_reference

from ..exports import number, written
from .conftest import A, B, C

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from .conftest import Shell


@pytest.fixture(autouse=True)
def stacks(tmp_path: Path) -> None:
    """An empty stack, and one that has a number already."""
    written(tmp_path / "new.json")
    written(tmp_path / "dev.json", number("support", A, "lsd_2700993378"), number("sales", C, "lsd_9717876138"))


@pytest.mark.usefixtures("leases")
def test_what_it_prints_and_writes(shell: Shell, vendor: Vendor) -> None:
    """One command on stdout, remarks on stderr, two files; nothing leased, nothing released."""
    shell("import --all --stack-file dev.json --out imported")
    shell.cat("imported/leased_numbers.py")
    shell.cat("imported/leases-import.json")
    shell(f"import {A} {C} --pool desk --stack-file new.json --out pool")
    shell.cat("pool/leased_numbers.py")
    shell("import --all --stack-file new.json --out 'all of them' --json")

    shell.is_golden("import")
    assert not vendor.writes()


@pytest.mark.usefixtures("leases")
def test_what_is_wrong_is_one_line_and_writes_nothing(shell: Shell) -> None:
    """Neither or both of numbers and --all, no number, not leased, no stack to ask, files in the way, a pool of two lands."""
    Path("there").mkdir()
    Path("there/leased_numbers.py").touch()

    shell("import --stack-file new.json")
    shell(f"import {A} --all --stack-file new.json")
    shell("import 555 --stack-file new.json")
    shell("import +12015550130 --stack-file new.json")
    shell("import --all --stack-file missing.json")
    shell("import --all", environ={"PATH": ""})
    shell("import --all --stack prod --stack-file new.json", environ={"PATH": ""})
    shell("import --all --stack-file new.json --out there")
    shell("import --all --stack-file new.json --pool 'my desk'")

    shell.is_golden("import-wrong")
    assert sorted(str(path) for path in Path().rglob("*.*")) == ["dev.json", "new.json", "there/leased_numbers.py"]


@pytest.mark.usefixtures("leases")
def test_nothing_left_to_bring_in_is_no_error(shell: Shell) -> None:
    """Everything is in a stack already: said, nothing written, nothing to run."""
    result = shell(f"import {A} --stack-file dev.json")

    assert (result.exit_code, result.stdout) == (0, "")
    assert not Path("leases-import.json").exists()
    assert json.loads(shell(f"import {A} --stack-file dev.json --json").stdout)["command"] is None


def test_another_login_is_said_in_the_program(shell: Shell, vendor: Vendor) -> None:
    """The account, and a service that is not the default one."""
    vendor.lease("contiguity", B, login=vendor.token("eu"))
    vendor.lease("telesign", A, login=vendor.customer())
    shell.environ |= {"LEASES_EU_TOKEN": vendor.token("eu"), "LEASES_EU_BASE_URL": vendor.contiguity}

    shell("import --all --account eu --stack-file new.json --out eu")
    shell("import --all --service telesign --stack-file new.json --out telesign")

    assert f'LeasedNumber("number-12015550124", number="{B}", account="eu")' in Path("eu/leased_numbers.py").read_text()
    assert f'number="{A}", service="telesign")' in Path("telesign/leased_numbers.py").read_text()


def test_a_lease_that_a_stack_has_made_is_reported_and_stays_known_by_its_reference(
    shell: Shell, vendor: Vendor
) -> None:
    """The remark names lease and reference; the file has it where a purchase leaves it."""
    reference = mint_reference()
    settings = {"customer_reference": reference}
    lease = vendor.lease("telnyx", A, login=vendor.telnyx_key(), settings=settings).lease_id

    result = shell(f"import {A} --service telnyx --stack-file new.json")

    assert f"{A} ({lease}) carries the reference {reference}: if a stack that was not given has it" in result.stderr
    entries = json.loads(Path("leases-import.json").read_text())["resources"]
    assert [entry["outputs"]["recorded"]["reference"] for entry in entries] == [reference] * 2


@pytest.mark.usefixtures("leases")
@pytest.mark.parametrize(
    ("runtime", "is_said"), [("yaml", True), ("{name: nodejs}", True), ("\n  name: go\n", True), ("python", False)]
)
def test_a_program_in_another_language_is_told_its_own_way(shell: Shell, runtime: str, is_said: bool) -> None:
    """The files are for Python: what they bring into another program's state, its next `pulumi up` would release."""
    Path("Pulumi.yaml").write_text(f"name: shop\nruntime: {runtime}\n", "utf-8")
    Path("deep").mkdir()
    said = shell(f"import {A} --stack-file new.json --out deep").stderr
    assert (f"`pulumi import leases:index:Lease NAME {A}`" in said) == is_said
