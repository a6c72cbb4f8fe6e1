"""What all commands have in common: errors, exit codes, help, completion, settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

import pulumi_leases
from pulumi_leases.cli import exits
from pulumi_leases.cli.app import app
from pulumi_leases.domain import errors
from pulumi_leases.operate.orphans import MEANING

from ..stack import ROOT
from .conftest import GOLDEN, A

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from .conftest import Shell

COMMAND = [sys.executable, "-c", "from pulumi_leases.cli import main; main()"]
COMMANDS = {"available", "leased", "import", "orphans", "doctor", "emulate"}
PATIENCE_S = 30


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_has_an_example_that_parses(shell: Shell, command: str) -> None:
    """Each command's help ends with a line to copy, whose options exist."""
    text = " ".join(shell(f"{command} --help").stdout.split())
    example = text.partition("Example: ")[2]
    words = example.partition(" > ")[0].split()

    assert words[:2] == ["pulumi-leases", command]
    known = {option for parameter in get_command(app).commands[command].params for option in parameter.opts}  # type: ignore[attr-defined]
    assert {word for word in words if word.startswith("--")} <= known


def test_help_lists_every_exit_code(shell: Shell) -> None:
    """What a script can tell apart stands in the help, code by code."""
    text = " ".join(shell("--help").stdout.split())
    codes = {value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}

    assert codes == {1, 2, 3, 4, 5, 6, 7, 8}
    assert all(f" {code} " in text.partition("Exit codes:")[2] for code in codes)


def test_every_error_has_its_exit_code() -> None:
    """Scripts can tell a missing setting, a refusal, silence and a number that is not there apart."""
    exit_codes = {
        name: exits.code(kind("", "") if kind is errors.InvalidInput else kind(""))
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.LeaseError) and kind.__name__ == name
    }

    assert exit_codes == {
        **dict.fromkeys(("InvalidInput",), 2),
        **dict.fromkeys(("ConfigError",), 4),
        **dict.fromkeys(("LeaseError", "Refused", "Unauthorized", "PaymentRequired", "Discontinued"), 5),
        **dict.fromkeys(("LeasedElsewhere", "Cancelled"), 5),
        **dict.fromkeys(("Unreachable", "NoAnswer", "BadResponse", "RateLimited"), 6),
        **dict.fromkeys(("NotFound", "NumberUnavailable", "AlreadyLeased", "LeaseChanged"), 7),
        **dict.fromkeys(("OutcomeUnknown", "ReleaseUnproven", "StillLeased"), 8),
        **dict.fromkeys(("BrokenProvider",), 1),
    }


def test_what_goes_wrong_is_one_line_on_stderr(shell: Shell, vendor: Vendor) -> None:
    """No setting, a wrong key, nobody there, an answer that is none: one line each, nothing on stdout, no traceback."""
    wrong = {
        4: {"LEASES_CONTIGUITY_TOKEN": ""},
        5: {"LEASES_CONTIGUITY_TOKEN": "wrong"},
        6: {"LEASES_CONTIGUITY_BASE_URL": "http://127.0.0.1:9"},
    }
    for code, environ in wrong.items():
        result = shell("leased", environ=environ)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1)
        assert result.stderr.startswith("pulumi-leases: ")
    vendor.fault("leased", "html", times=0)

    assert shell("leased").exit_code == 6


def test_no_command_shows_a_credential(shell: Shell, vendor: Vendor) -> None:
    """Whatever goes wrong or right, the key is in no line."""
    vendor.lease("contiguity", A, login=vendor.token())
    for line in (
        "leased",
        "leased --json",
        "available --limit 1",
        "available --country XX",
        "leased +1",
        "emulate --port 99999",
    ):
        shell(line)
    vendor.revoke("contiguity", vendor.token())
    shell("leased")

    assert vendor.token() not in shell.transcript


def test_a_wrong_option_is_2(shell: Shell) -> None:
    """Scripts can see that they are wrong themselves."""
    assert shell("leased --nonsense").exit_code == 2
    assert shell("nonsense").exit_code == 2
    assert shell("emulate --port 99999").exit_code == 2


def test_its_version_is_the_packages(shell: Shell) -> None:
    """For who reports a fault: on the command, in the package, in what is installed."""
    assert shell("--version").stdout == f"pulumi-leases {pulumi_leases.__version__}\n"
    assert version("pulumi-leases") == pulumi_leases.__version__


def test_errors_name_options_as_they_are_typed(shell: Shell) -> None:
    """Not as a program calls them; the value of an option is left as it is."""
    assert "--area-code needs country beside it" in shell("available --area-code 201").stderr
    assert "--capability: Input should be 'sms'" in shell("available --capability fax").stderr
    assert "contiguity cannot tell --number-type of a number" in shell("available --number-type local").stderr
    assert (
        "--service: must be one of contiguity, telesign, telnyx, twilio, not 'area_codes'"
        in shell("leased --service area_codes").stderr
    )


def test_a_narrow_terminal_does_without_what_matters_least(
    shell: Shell, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole columns go, and which; where there is no terminal, all are there."""
    vendor.lease("contiguity", A, login=vendor.token())
    whole = shell("leased").stdout.splitlines()
    terminal = {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "COLUMNS": "60", "TERM": "xterm"}

    narrow = shell("leased", environ=terminal)

    head, row = (re.sub(r"\x1b\[[0-9;]*m", "", line).split() for line in narrow.stdout.splitlines())
    assert whole[0].split() == ["NUMBER", "LEASE", "STATUS", "PLACE", "CAN", "BILLING", "MONTHLY", "SINCE"]
    assert head == ["NUMBER", "LEASE", "STATUS", "MONTHLY", "SINCE"]
    assert row[0] == A
    assert "left out for want of width: BILLING, CAN, PLACE; a wider terminal or --json shows them" in narrow.stderr


def test_a_fault_of_the_command_keeps_its_traceback(tmp_path: Path) -> None:
    """What is not foreseen is shown whole, so that it can be reported, without the values in it; and it is 1."""
    (tmp_path / "httpx.py").write_text("raise RuntimeError('unforeseen')")
    done = subprocess.run(
        [*COMMAND, "leased"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "LEASES_CONTIGUITY_TOKEN": "secret"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith("RuntimeError: unforeseen\n")
    assert "secret" not in done.stderr


def test_without_its_parts_the_command_says_what_to_install(tmp_path: Path) -> None:
    """The core is installed without the command's parts."""
    (tmp_path / "typer.py").write_text("raise ModuleNotFoundError('no', name='typer')")
    done = subprocess.run(
        [*COMMAND, "leased"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert done.stderr == "pulumi-leases: typer is missing: pip install 'pulumi-leases[cli]'\n"
    assert done.returncode == 4


def test_the_shell_completes_commands_options_and_values() -> None:
    """As bash asks for it."""

    def completed(line: str) -> set[str]:
        asked = {"_PULUMI_LEASES_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
        script = "import sys; sys.argv[0] = 'pulumi-leases'; from pulumi_leases.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, **asked},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return set(done.stdout.split())

    assert completed("pulumi-leases ") == COMMANDS
    assert completed("pulumi-leases orphans --st") == {"--stack", "--stack-file"}
    assert completed("pulumi-leases available --sort mon") == {"monthly"}
    assert completed("pulumi-leases available --capability v") == {"voice"}


def test_bash_completes_by_what_the_command_shows() -> None:
    """A shell that has read `--show-completion` fills in a command and a service."""
    script = """
eval "$(pulumi-leases --show-completion)"
for words in "pulumi-leases doc" "pulumi-leases leased --service tw"; do
    COMP_WORDS=($words)
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _pulumi_leases_completion pulumi-leases
    echo "${COMPREPLY[@]}"
done
"""
    folder = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=6 * PATIENCE_S,
        check=True,
    )

    assert done.stdout.split() == ["doctor", "twilio"]


def test_the_command_starts_without_what_only_some_of_it_needs() -> None:
    """Help and completion wait for neither HTTP nor the emulator."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, pulumi_leases.cli.app; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    packages = {module.partition(".")[0] for module in done.stdout.split()}

    assert not packages & {"flask", "httpx", "httpx_retries", "werkzeug"}
    assert "pulumi_leases.emulator" not in done.stdout.split()


def test_stack_reads_the_config_of_a_stack(shell: Shell, vendor: Vendor, engine: Path, tmp_path: Path) -> None:
    """Key and accounts out of a stack's config, secrets included; variables come first, as for the provider."""
    vendor.lease("contiguity", A, login=vendor.token("eu"))
    environ = {
        **os.environ,
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
    }
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for words in (
        ["stack", "init", "dev"],
        ["config", "set", "--secret", "leases:contiguityToken", vendor.token()],
        ["config", "set", "leases:contiguityBaseUrl", vendor.contiguity],
        ["config", "set", "--path", "--secret", "leases:accounts.eu.token", vendor.token("eu")],
        ["config", "set", "--path", "leases:accounts.eu.baseUrl", vendor.contiguity],
    ):
        subprocess.run([engine / "pulumi", *words], cwd=tmp_path, env=environ, check=True, capture_output=True)
    shell.environ = {name: environ[name] for name in ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE")}

    assert shell("leased").exit_code == 4
    assert "0 leased" in shell("leased --stack dev").stderr
    assert A in shell("leased --stack dev --account eu").stdout
    said_on_purpose = {"LEASES_CONTIGUITY_TOKEN": "wrong", "LEASES_CONTIGUITY_BASE_URL": vendor.contiguity}
    assert shell("leased --stack dev", environ=said_on_purpose).exit_code == 5
    assert shell("leased --stack prod").exit_code == 4
    assert vendor.token() not in shell.transcript


def test_the_page_shows_what_the_commands_print() -> None:
    """Each example in the docs stands in a golden file, line by line."""
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    golden = "\n".join(path.read_text("utf-8") for path in sorted(GOLDEN.glob("*.txt")))
    shown = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)

    assert len(shown) == 5
    assert [block for block in shown if block not in golden] == []


def test_the_page_lists_every_exit_code_and_every_finding() -> None:
    """What scripts rely on is written down."""
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    codes = {value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}

    assert [code for code in sorted(codes) if f"\n| {code} |" not in page] == []
    assert [kind for kind in MEANING if f"\n| `{kind}` |" not in page] == []
