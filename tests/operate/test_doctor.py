"""How the doctor judges a set-up: each fault has the command that mends it."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import (
    BadResponse,
    LeaseError,
    NoAnswer,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
    Unreachable,
)
from pulumi_leases.operate.doctor.check import mend_settings, named_command
from pulumi_leases.operate.doctor.logins import Login, judge_answer, judge_clock
from pulumi_leases.operate.doctor.states import judge_stack
from pulumi_leases.operate.doctor.tools import (
    OLDEST_ENGINE,
    judge_engine,
    judge_plug_in,
    judge_sdk,
    plug_ins_for,
    sdk_range,
)
from pulumi_leases.operate.orphans import MEANING, Finding
from pulumi_leases.operate.stacks import Declared, Stack
from tools.engine import pins

from ..stack import ROOT

if TYPE_CHECKING:
    from pulumi_leases.operate.orphans import Kind

PULUMI = Path("/opt/pulumi/bin/pulumi")
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/leases:LeasedNumber::support"
INTENT_URN = URN.replace("LeasedNumber", "LeaseIntent")


def login(base_url: str | None = "https://api.contiguity.com/numbers", place: str | None = None) -> Login:
    return Login("contiguity/default", "LEASES_CONTIGUITY_TOKEN", "export LEASES_CONTIGUITY_TOKEN=…", base_url, place)


@pytest.mark.parametrize(
    ("version", "is_wrong"),
    [("v3.254.0", False), ("v3.1000.1", False), ("v4.0.0-dev.0", False), ("v3.253.9", True), ("", True)],
)
def test_an_engine_that_is_too_old_is_wrong(version: str, is_wrong: bool) -> None:
    """What is no version is none that is new enough."""
    assert judge_engine(PULUMI, version).is_wrong is is_wrong


def test_the_oldest_engine_is_the_one_that_the_tests_run_on() -> None:
    """One number, for the command and for `make engine`."""
    assert OLDEST_ENGINE == pins.OLDEST_ENGINE


@pytest.mark.parametrize(
    ("version", "is_wrong"),
    [("3.268.0", False), ("3.999.1", False), ("3.267.9", True), ("4.0.0", True), ("4.0.0a1", True)],
)
def test_an_sdk_outside_of_what_the_package_takes_is_wrong(version: str, is_wrong: bool) -> None:
    """By the range of the package's own metadata, with the command that installs one inside of it."""
    check = judge_sdk(version, "<4,>=3.268")

    assert check.is_wrong is is_wrong
    assert check.mend is None or check.mend.endswith("-m pip install 'pulumi<4,>=3.268'")


def test_the_range_of_the_sdk_is_that_of_the_package() -> None:
    """As pyproject.toml says, in whatever order the metadata has it."""
    said = re.search(r'"pulumi(>=[^"]+)"', (ROOT / "pyproject.toml").read_text())
    assert said is not None

    assert sorted(sdk_range().split(",")) == sorted(said[1].split(","))


def test_a_plug_in_that_is_not_found_is_wrong() -> None:
    """It comes with the engine, so the engine's installer brings it."""
    assert judge_plug_in("pulumi-language-python", None).mend == "curl -fsSL https://get.pulumi.com | sh"
    assert not judge_plug_in("pulumi-language-python", PULUMI).is_wrong


def test_a_project_in_another_language_needs_its_host_and_the_native_provider() -> None:
    """The provider comes with this package, so the folder of its commands is what PATH lacks."""
    assert plug_ins_for("yaml") == ("pulumi-language-yaml", "pulumi-resource-leases")
    assert plug_ins_for("python") == plug_ins_for(None)
    assert judge_plug_in("pulumi-resource-leases", None).mend == f'export PATH="{Path(sys.executable).parent}:$PATH"'


@pytest.mark.parametrize("kind", [Unauthorized, Refused, PaymentRequired])
def test_a_no_of_the_service_is_about_the_credential(kind: type[LeaseError]) -> None:
    """The address is right: the service itself has answered."""
    credential, base_url = judge_answer(login(), 0, kind("no", status=401))

    assert credential.mend == "export LEASES_CONTIGUITY_TOKEN=…"
    assert (base_url.aspect, base_url.is_wrong) == ("base URL", False)


def test_a_service_that_wants_a_pause_is_asked_again_later() -> None:
    """Nothing is known of the credential."""
    credential, _ = judge_answer(login(), 0, RateLimited("slow down", status=429))

    assert credential.mend == "sleep 60; pulumi-leases doctor"


@pytest.mark.parametrize(
    ("base_url", "place", "error", "mend"),
    [
        ("http://127.0.0.1:8080/x", "LEASES_X_BASE_URL", Unreachable("no"), "pulumi-leases emulate --port 8080"),
        ("http://localhost:81", "leases:xBaseUrl", Unreachable("no"), "pulumi-leases emulate --port 81"),
        ("http://127.0.0.1:8080/x", "LEASES_X_BASE_URL", BadResponse("?"), "unset LEASES_X_BASE_URL"),
        ("https://x.example", "leases:xBaseUrl", NoAnswer("?"), "pulumi config rm leases:xBaseUrl"),
        (
            "https://x.example",
            "leases:accounts[eu].baseUrl",
            NoAnswer("?"),
            "pulumi config rm --path leases:accounts.eu.baseUrl",
        ),
        ("https://x.example", None, Unreachable("no"), "curl -i https://x.example"),
    ],
)
def test_what_is_no_answer_is_about_the_address(base_url: str, place: str | None, error: LeaseError, mend: str) -> None:
    """And nothing is said about the credential, which nobody has looked at."""
    (check,) = judge_answer(login(base_url, place), 0, error)

    assert (check.aspect, check.mend) == ("base URL", mend)


def test_a_clock_may_be_a_minute_off() -> None:
    """Either way; beyond that it is wrong, with how far and which way."""
    for seconds, said in ((60, None), (-60, None), (61, "61 s ahead of"), (-3600, "3600 s behind")):
        check = judge_clock(login(), NOW, NOW + timedelta(seconds=seconds))
        assert check.is_wrong is (said is not None)
        assert said is None or said in check.found


def declared(*, has_intent: bool = True) -> Declared:
    return Declared(
        "support", URN, "contiguity", "default", None, "+12015550123", "held", "lsd_1", has_intent=has_intent
    )


WAYS_OUT: dict[Kind, tuple[str, str] | None] = {
    "in-no-stack": None,
    "leased-twice": ("leases", "pulumi-leases orphans --stack dev"),
    "in-two-stacks": (
        "leases",
        f"pulumi state delete --target-dependents '{INTENT_URN}' --stack dev",
    ),
    "intent-only": ("pairs", "pulumi up --stack dev"),
    "refused": ("leases", "pulumi up --stack dev"),
    "lost": ("leases", 'pulumi up --stack dev  # without it in the program, or with lease_again="lsd_1"'),
    "not-leased": ("leases", "pulumi refresh --stack dev"),
}


@pytest.mark.parametrize("kind", sorted(MEANING))
def test_each_thing_that_a_state_and_leases_do_not_agree_on_has_its_way_out(kind: Kind) -> None:
    """Whatever `orphans` can find; a leak, which no stack declares, is none of this stack."""
    number = "+12015550199" if kind == "in-no-stack" else "+12015550123"
    stack = Stack("shop/dev", "dev.json", NOW, [declared()])

    checks = list(judge_stack(stack, [Finding(kind, "contiguity", "default", number, None)]))

    assert [(check.aspect, check.mend) for check in checks if check.is_wrong] == [
        way for way in [WAYS_OUT[kind]] if way
    ]
    assert {check.aspect for check in checks} == {"pairs", "leases"}


def test_what_a_finding_notes_as_its_way_out_counts_first() -> None:
    """A lost lease that is held again needs a refresh and nothing else."""
    stack = Stack("shop/dev", "dev.json", NOW, [declared()])
    note = "leased to the account again: `pulumi refresh` brings it back"

    checks = judge_stack(stack, [Finding("lost", "contiguity", "default", "+12015550123", None, note=note)])

    assert [check.mend for check in checks if check.is_wrong] == ["pulumi refresh --stack dev"]


def test_a_number_without_its_intent_is_forgotten_and_imported() -> None:
    """Both without touching the lease."""
    checks = list(judge_stack(Stack("shop/dev", "dev.json", NOW, [declared(has_intent=False)]), []))

    assert [check.mend for check in checks if check.is_wrong] == [
        f"pulumi state delete '{URN}' --stack dev && pulumi-leases import +12015550123 --stack dev"
    ]


def test_an_errors_own_command_mends_a_setting() -> None:
    """Where it names none, the command shows what is set, by name and never by value."""
    assert named_command("set it, or `pulumi config set leases:service …`") == "pulumi config set leases:service …"
    assert mend_settings(LeaseError("it is `odd`")) == "pulumi config; env | grep -o '^LEASES_[^=]*'"
