"""`pulumi-leases doctor`; the engine is played by scripts, except in the last test."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.operate.doctor.tools import PLUG_INS

from ..exports import intent, number, written
from .conftest import A, B, C

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from pulumi_leases.emulator import Vendor

    from .conftest import Shell

ENGINE = """#!/bin/sh
case "$1" in
version) echo v3.259.0 ;;
config) cat config.json ;;
stack) cat export.json ;;
esac
"""


@pytest.fixture
def tools(shell: Shell, tmp_path: Path) -> Path:
    """A folder with an engine and its plug-ins, alone on PATH; `pulumi config` and `stack export` answer from files."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("pulumi", *PLUG_INS):
        (folder / name).write_text(ENGINE)
        (folder / name).chmod(0o755)
    shell.environ |= {"PATH": f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin", "PULUMI_HOME": str(tmp_path / "home")}
    return folder


@pytest.fixture
def contiguity(shell: Shell, tools: Path) -> Shell:
    """A shell in which only Contiguity is configured."""
    shell.environ = {name: value for name, value in shell.environ.items() if not name.startswith("LEASES_")} | {
        name: value for name, value in shell.environ.items() if name.startswith("LEASES_CONTIGUITY_")
    }
    return shell


def checks(result: Result) -> dict[tuple[str, str], dict[str, Any]]:
    """The checks of an answer in JSON, by what they looked at."""
    return {(one["subject"], one["aspect"]): one for one in json.loads(result.stdout)}


def wrong(result: Result) -> dict[tuple[str, str], str]:
    """How to mend what was found wrong."""
    return {key: one["mend"] for key, one in checks(result).items() if not one["ok"]}


def test_what_it_prints(contiguity: Shell, vendor: Vendor, tools: Path, tmp_path: Path) -> None:
    """A line a check, what is wrong with the command that mends it, and 1; on stderr how many."""
    mine = vendor.lease("contiguity", A, login=vendor.token())
    written(tmp_path / "dev.json", intent("support", A), number("support", A, mine.lease_id), intent("sales", B))

    well = contiguity("doctor")
    ill = contiguity("doctor", environ={"LEASES_CONTIGUITY_TOKEN": "wrong"})
    half = contiguity("doctor --stack-file dev.json")

    for was, now in (
        (str(tools), "/opt/pulumi/bin"),
        (sys.prefix, "/home/me/.venv"),
        (version("pulumi"), "3.268.0"),
        (vendor.url, "http://127.0.0.1:8080"),
    ):
        contiguity.transcript = contiguity.transcript.replace(was, now)
    contiguity.transcript = re.sub(r"request err_\w+", "request err_1", contiguity.transcript)
    contiguity.is_golden("doctor")
    assert [well.exit_code, ill.exit_code, half.exit_code] == [0, 1, 1]


def test_it_asks_each_login_once_and_changes_nothing(shell: Shell, vendor: Vendor, tools: Path) -> None:
    """One listing for each configured login."""
    result = shell("doctor --json")

    assert {subject for subject, _ in checks(result)} == {
        *("pulumi", "settings"),
        *(f"{service}/default" for service in ("contiguity", "telesign", "telnyx", "twilio")),
    }
    assert not wrong(result)
    calls = [call.vendor for call in vendor.journal()]
    assert sorted(calls) == ["contiguity", "telesign", "telnyx", "twilio"]
    assert not vendor.writes()


@pytest.mark.parametrize(
    ("service", "variable"),
    [
        ("contiguity", "LEASES_CONTIGUITY_TOKEN"),
        ("telesign", "LEASES_TELESIGN_API_KEY"),
        ("telnyx", "LEASES_TELNYX_API_KEY"),
        ("twilio", "LEASES_TWILIO_AUTH_TOKEN"),
    ],
)
def test_a_wrong_key_is_reported_with_its_place(shell: Shell, tools: Path, service: str, variable: str) -> None:
    """Whatever the service: the credential is wrong, its address is right, and the others are well."""
    result = shell("doctor --json", environ={variable: "d3Jvbmc="})

    assert result.exit_code == 1
    assert wrong(result) == {(f"{service}/default", "credential"): f"export {variable}=…"}
    assert checks(result)[f"{service}/default", "credential"]["found"].startswith(
        f"{variable} is refused: {service}: GET "
    )
    assert "d3Jvbmc=" not in result.stdout


def test_a_wrong_address_is_told_apart_from_a_wrong_key(contiguity: Shell, vendor: Vendor) -> None:
    """An emulator that is not there, a path that is none, and a gateway in between: nothing is said about the key."""
    nobody = contiguity("doctor --json", environ={"LEASES_CONTIGUITY_BASE_URL": "http://127.0.0.1:9/numbers"})
    elsewhere = contiguity("doctor --json", environ={"LEASES_CONTIGUITY_BASE_URL": f"{vendor.url}/nowhere"})
    vendor.fault("leased", "html", times=0)
    gateway = contiguity("doctor --json")

    login = ("contiguity/default", "base URL")
    assert wrong(nobody) == {login: "pulumi-leases emulate --port 9"}
    assert wrong(elsewhere) == wrong(gateway) == {login: "unset LEASES_CONTIGUITY_BASE_URL"}
    assert all(("contiguity/default", "credential") not in checks(one) for one in (nobody, elsewhere, gateway))


def test_an_address_that_sends_the_key_in_clear_is_no_address(contiguity: Shell) -> None:
    """It is never asked; so is one from another place than the key, which is named with the command that takes it away."""
    clear = contiguity("doctor --json", environ={"LEASES_CONTIGUITY_BASE_URL": "http://api.example.com"})
    mixed = {"LEASES_CONTIGUITY_BASE_URL": "", "CONTIGUITY_BASE_URL": "https://api.example.com"}
    apart = contiguity("doctor --json", environ=mixed)

    login = ("contiguity/default", "settings")
    assert "must be https" in checks(clear)[login]["found"]
    assert wrong(apart) == {login: "unset CONTIGUITY_BASE_URL"}


@pytest.mark.parametrize(("offset_s", "way"), [(-600.0, "ahead of"), (600.0, "behind")])
def test_a_clock_that_is_off_is_reported(contiguity: Shell, vendor: Vendor, offset_s: float, way: str) -> None:
    """By the date of the service's answer, with how much and which way; a little is nothing."""
    vendor.clock(offset_s=offset_s / 20)
    little = contiguity("doctor --json")
    vendor.clock(offset_s=offset_s)
    much = contiguity("doctor --json")

    assert not wrong(little)
    clock = checks(much)["contiguity/default", "clock"]
    assert re.fullmatch(rf"this machine's is (59\d|60\d) s {way} the service's", clock["found"])
    assert wrong(much) == {("contiguity/default", "clock"): clock["mend"]}


def test_a_clock_that_makes_a_signature_invalid_is_reported_with_the_refusal(
    shell: Shell, vendor: Vendor, tools: Path
) -> None:
    """The refusal of the service shows its time all the same."""
    vendor.clock(offset_s=7200)

    result = shell("doctor --service telesign --json", environ={"LEASES_TELESIGN_AUTH_METHOD": "hmac-sha256"})

    assert ("telesign/default", "clock") in wrong(result)


def test_what_is_missing_of_the_engine_is_reported(contiguity: Shell, tools: Path) -> None:
    """No engine, an old one, one that does not run, a plug-in that is not there, and an engine that does not save."""
    without = contiguity("doctor --json", environ={"PATH": "/nowhere"})
    (tools / PLUG_INS[1]).unlink()
    (tools / "pulumi").write_text("#!/bin/sh\necho v3.100.0\n")
    old = contiguity("doctor --json", environ={"PULUMI_SKIP_CHECKPOINTS": "true"})
    (tools / "pulumi").write_text("#!/bin/sh\necho broken >&2; exit 1\n")
    broken = contiguity("doctor --json")

    install = "curl -fsSL https://get.pulumi.com | sh"
    assert wrong(without) == {("pulumi", "engine"): install}
    assert wrong(old) == {
        ("pulumi", "engine"): install,
        ("pulumi", PLUG_INS[1]): install,
        ("pulumi", "checkpoints"): "unset PULUMI_SKIP_CHECKPOINTS",
    }
    assert "v3.100.0" in checks(old)["pulumi", "engine"]["found"]
    assert checks(broken)["pulumi", "engine"]["found"] == "`pulumi version --non-interactive` failed: broken"


def test_a_plug_in_among_those_that_the_engine_has_installed_is_found(contiguity: Shell, tools: Path) -> None:
    """In its home, by kind, name and version."""
    home = tools.parent / "home" / "plugins" / "language-python-v3.259.0"
    home.mkdir(parents=True)
    (tools / PLUG_INS[0]).rename(home / PLUG_INS[0])

    result = contiguity("doctor --json")

    assert checks(result)["pulumi", PLUG_INS[0]]["found"] == f"at {home / PLUG_INS[0]}"


def test_a_setting_that_cannot_be_read_is_reported_and_no_login_is_asked(contiguity: Shell, vendor: Vendor) -> None:
    """With it the provider would open none."""
    slip = contiguity("doctor --json", environ={"LEASES_MONTHLY_BUDGT": "100 USD"})
    budget = contiguity("doctor --json", environ={"LEASES_MONTHLY_BUDGET": "much"})

    assert list(wrong(slip)) == list(wrong(budget)) == [("settings", "names and values")]
    assert vendor.journal() == []


def test_without_a_login_it_says_which_setting_is_missing(contiguity: Shell) -> None:
    """The default service's, with the command that sets it."""
    result = contiguity("doctor --json", environ={"LEASES_CONTIGUITY_TOKEN": ""})

    assert wrong(result) == {("contiguity/default", "settings"): "pulumi config set --secret leases:contiguityToken …"}


def test_one_login_is_looked_at_where_it_is_named(shell: Shell, vendor: Vendor, tools: Path) -> None:
    """Service, account or both; a service that there is none of is a wrong argument."""
    shell.environ |= {"LEASES_EU_TOKEN": vendor.token("eu"), "LEASES_EU_BASE_URL": vendor.contiguity}

    named = checks(shell("doctor --service telnyx --json"))
    account = checks(shell("doctor --account eu --json"))

    assert {subject for subject, _ in named} == {"pulumi", "settings", "telnyx/default"}
    assert {subject for subject, _ in account} == {"pulumi", "settings", "contiguity/eu"}
    assert shell("doctor --service nobody").exit_code == 2


def test_the_logins_of_a_stacks_config_are_looked_at_and_mended_there(
    contiguity: Shell, vendor: Vendor, tmp_path: Path
) -> None:
    """Named accounts too; the command sets the key where it stands, in that stack."""
    accounts = {"eu": {"token": "wrong", "baseUrl": vendor.contiguity}}
    config = {"leases:accounts": {"value": json.dumps(accounts)}, "leases:service": {"value": "contiguity"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    written(tmp_path / "export.json")

    result = contiguity("doctor --stack dev --json")

    assert wrong(result) == {
        ("contiguity/eu", "credential"): "pulumi config set --path --secret leases:accounts.eu.token … --stack dev"
    }
    assert checks(result)["contiguity/default", "credential"]["ok"]


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        ("no stack named 'dev' found", "pulumi stack ls --all"),
        ("passphrase must be set with PULUMI_CONFIG_PASSPHRASE", "export PULUMI_CONFIG_PASSPHRASE=…"),
    ],
)
def test_a_stack_that_cannot_be_read_holds_up_nothing_else(
    contiguity: Shell, tools: Path, words: str, mend: str
) -> None:
    """It is one line more."""
    (tools / "pulumi").write_text(ENGINE.replace("cat config.json", f'echo "{words}" >&2; exit 255'))

    result = contiguity("doctor --stack dev --json")

    assert wrong(result) == {("dev", "stack"): mend}
    assert checks(result)["contiguity/default", "credential"]["ok"]


@pytest.mark.parametrize(
    ("config", "said", "mend"),
    [
        ({"leases:accounts": "[1]"}, "leases:accounts must map names", "pulumi config; env | grep -o '^LEASES_[^=]*'"),
        ({"leases:accounts": '{"eu-1": {}, "eu_1": {}}'}, "would share their variables", None),
        ({"leases:budget": "1 USD"}, "leases:budget is no setting", "pulumi config rm leases:budget --stack dev"),
    ],
)
def test_a_config_that_cannot_be_read_is_one_line(
    contiguity: Shell, tmp_path: Path, config: dict[str, str], said: str, mend: str | None
) -> None:
    """With the command that its error names, in that stack; what names none is looked up."""
    (tmp_path / "config.json").write_text(json.dumps({key: {"value": value} for key, value in config.items()}))
    written(tmp_path / "export.json")

    result = contiguity("doctor --stack dev --json")

    (found,) = wrong(result)
    assert found == ("settings", "names and values")
    assert said in checks(result)[found]["found"]
    assert mend in {None, wrong(result)[found]}


def test_a_state_is_held_against_what_is_leased(contiguity: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """Both of each pair there, each lease held; a number of another login and a leak of another stack are none of it."""
    mine = vendor.lease("contiguity", A, login=vendor.token())
    vendor.lease("contiguity", C, login=vendor.token())
    written(tmp_path / "well.json", intent("support", A), number("support", A, mine.lease_id))
    written(
        tmp_path / "half.json", number("support", A, mine.lease_id), intent("sales", B), number("sales", B, "lsd_1")
    )

    well = contiguity("doctor --stack-file well.json --json")
    half = contiguity("doctor --stack-file half.json --json")

    assert not wrong(well)
    urn = "urn:pulumi:dev::shop::pulumi-python:dynamic/leases:LeasedNumber::support"
    assert wrong(half) == {
        ("shop/dev", "pairs"): f"pulumi state delete '{urn}' --stack dev && pulumi-leases import {A} --stack dev",
        ("shop/dev", "leases"): "pulumi refresh --stack dev",
    }


def test_numbers_of_another_login_are_reported_with_that_login(
    shell: Shell, vendor: Vendor, tools: Path, tmp_path: Path
) -> None:
    """Where the service has a public name for it."""
    written(
        tmp_path / "dev.json",
        intent("support", A, service="twilio"),
        number("support", A, "PN1", service="twilio", login=vendor.account_sid("other")),
    )

    result = shell("doctor --service twilio --stack-file dev.json --json")

    assert wrong(result) == {("shop/dev", "logins"): f"export LEASES_TWILIO_ACCOUNT_SID={vendor.account_sid('other')}"}


def test_numbers_whose_login_does_not_answer_are_not_judged(contiguity: Shell, vendor: Vendor, tmp_path: Path) -> None:
    """A wrong key says nothing about a lease."""
    written(tmp_path / "dev.json", intent("support", A), number("support", A, "lsd_1"))
    vendor.revoke("contiguity", vendor.token())

    result = contiguity("doctor --stack-file dev.json --json")

    assert list(wrong(result)) == [("contiguity/default", "credential")]


def test_it_shows_no_credential(shell: Shell, vendor: Vendor, tools: Path) -> None:
    """Not where all is well, not where it is refused, and not where the answer repeats it."""
    shell("doctor")
    vendor.fault("leased", "status", code=403, body={"message": f"{vendor.token()} may not list"})
    shell("doctor --format csv")
    vendor.revoke("contiguity", vendor.token())
    shell("doctor --json")

    secrets = {vendor.token(), vendor.telesign_api_key, vendor.telnyx_key(), vendor.twilio_auth_token}
    assert not [secret for secret in secrets if secret in shell.transcript]


def test_its_csv_has_the_same_keys_as_its_json(contiguity: Shell) -> None:
    """One row a check."""
    documents = json.loads(contiguity("doctor --json").stdout)
    rows = list(csv.DictReader(io.StringIO(contiguity("doctor --format csv").stdout)))

    assert [row["found"] for row in rows] == [one["found"] for one in documents]
    assert set(rows[0]) == set(documents[0])


def test_a_stack_of_the_real_engine_is_looked_at(shell: Shell, vendor: Vendor, engine: Path, tmp_path: Path) -> None:
    """Engine and plug-ins are found, config and state are read."""
    environ = {**os.environ, "PULUMI_BACKEND_URL": f"file://{tmp_path}", "PULUMI_CONFIG_PASSPHRASE": "test"}
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for words in (
        ["stack", "init", "dev"],
        ["config", "set", "--secret", "leases:contiguityToken", vendor.token()],
        ["config", "set", "leases:contiguityBaseUrl", vendor.contiguity],
    ):
        subprocess.run([engine / "pulumi", *words], cwd=tmp_path, env=environ, check=True, capture_output=True)
    shell.environ = {name: environ[name] for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE")}

    result = shell("doctor --stack dev --json")

    assert not wrong(result)
    assert (
        checks(result)["contiguity/default", "credential"]["found"]
        == "leases:contiguityToken is accepted; numbers leased: 0"
    )
    assert vendor.token() not in shell.transcript
