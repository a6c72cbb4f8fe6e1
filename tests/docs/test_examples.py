"""Every example, typed at a shell as its README says, on the real engine against the emulator."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tools import demo, picture

from ..project import PATIENCE_S, Project
from ..stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _pytest.mark import ParameterSet

    from pulumi_leases.emulator import Vendor

    from ..conftest import WriteSdk

    Prepare = Callable[[Project], None]

QUICKSTART = ROOT / "examples/quickstart"
PICTURE = ROOT / "docs/pictures/demo.svg"
EXAMPLES = sorted({project.parent for project in (ROOT / "examples").glob("*/Pulumi.yaml")} - {QUICKSTART})
COMPILING_S = 600
"""A Go program is compiled with all of Pulumi's SDK once, on a fresh machine; the SDK of TypeScript is installed."""

_MARKS = {
    # Those that share an installation run in one process; it is as long as the machine is busy.
    "typescript": [pytest.mark.xdist_group("typescript"), pytest.mark.timeout(2 * COMPILING_S)],
    "go": [pytest.mark.timeout(2 * COMPILING_S)],
}
_PREPARED = ("pulumi stack init dev", "pulumi package add ", "npm install", "go mod tidy")


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
        if "--secret" in command or command.startswith(_PREPARED):
            continue  # the keys are in the environment, the stack is there, and so is what a program imports
        yield command + (" --yes --skip-preview" if command in {"pulumi up", "pulumi destroy"} else "")


@pytest.fixture
def yaml_program(yaml_host: Path) -> Prepare:
    """A YAML program needs its language host."""
    return lambda project: _find(project, yaml_host)


@pytest.fixture
def nodejs_program(nodejs_host: Path, node_modules: Path) -> Prepare:
    """A TypeScript program needs its language host, and what `npm install` brings."""

    def prepare(project: Project) -> None:
        _find(project, nodejs_host)
        (project.folder / "node_modules").symlink_to(node_modules)

    return prepare


@pytest.fixture
def go_program(go_host: Path, write_sdk: WriteSdk) -> Prepare:
    """A Go program needs its language host, its SDK, and the modules and caches of the user; it is compiled here first."""

    def prepare(project: Project) -> None:
        _find(project, go_host)
        write_sdk("go", project.folder)
        asked = ["GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY"]
        answer = subprocess.run(["go", "env", *asked], stdout=subprocess.PIPE, text=True, check=True, timeout=60)
        project.environ |= dict(zip(asked, answer.stdout.splitlines(), strict=True)) | {"GOFLAGS": "-trimpath"}
        build = ["go", "build", "-o", os.devnull, "."]
        subprocess.run(build, cwd=project.folder, env=project.environ, check=True, timeout=COMPILING_S)

    return prepare


def _find(project: Project, folder: Path) -> None:
    project.environ["PATH"] += f"{os.pathsep}{folder}"


def _settings(example: Path) -> dict[str, str]:
    lines = (example / "Pulumi.yaml").read_text().splitlines()[:3]
    return dict(line.split(": ", 1) for line in lines)


def _param(example: Path) -> ParameterSet:
    return pytest.param(example, id=example.name, marks=_MARKS.get(example.name, ()))


@pytest.mark.parametrize("example", [_param(example) for example in EXAMPLES])
def test_the_example_runs(
    example: Path,
    tmp_path: Path,
    engine: Path,
    logins: dict[str, str],
    vendor: Vendor,
    request: pytest.FixtureRequest,
) -> None:
    """Each preview shows prices and leases nothing, each up does what it said and nothing more, nothing is left at the end."""
    settings = _settings(example)
    project = Project(tmp_path / example.name, engine, logins, settings["name"])
    for file in example.iterdir():
        if file.is_file():
            shutil.copy(file, project.folder)
    if settings["runtime"] != "python":
        prepare: Prepare = request.getfixturevalue(f"{settings['runtime']}_program")
        prepare(project)
    announced: set[str] = set()

    for command in typed((example / "README.md").read_text()):
        before = len(vendor.journal())
        output = project.types(command)
        writes = vendor.writes(before)
        if command == "pulumi preview":
            lines = [line for line in output.splitlines() if line.startswith("    will lease +")]
            assert all("/month" in line for line in lines)
            announced = {line.split()[2] for line in lines}
            assert announced
        if not command.startswith("pulumi up"):
            assert not writes or command.startswith("pulumi destroy")
            continue
        leased = [call.number for call in writes if call.operation == "lease"]
        assert sorted(leased) == sorted(announced) or not announced
        announced = set()
        before = len(vendor.journal())
        project.types("pulumi up --yes --skip-preview --expect-no-changes")
        project.types("pulumi refresh --yes --skip-preview --expect-no-changes")
        assert not vendor.writes(before)

    project.types("pulumi destroy --yes --skip-preview")
    assert vendor.leases() == []


def demonstrated(drawn: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run what `make demo` runs, which is the quickstart."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "tools.demo", str(drawn)],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.usefixtures("engine")
def test_the_demo_is_the_quickstart_and_leaves_nothing(tmp_path: Path) -> None:
    """What the README types, each with the calls that it may cost; the checkout is as it was, even where a step fails.

    The picture in the README is of this very output.
    """
    drawn = tmp_path / "demo.svg"
    failed = demonstrated(drawn, LEASES_MONTHLY_BUDGET="1 USD")
    assert failed.returncode == 1
    assert "12.00 USD a month is above the budget of 1.00 USD" in failed.stdout
    assert failed.stdout.splitlines()[-1].startswith("# `pulumi preview ")
    assert "Traceback" not in failed.stdout
    assert not demo.WORK.exists()
    assert not demo.CONFIG.exists()
    assert not drawn.exists()

    ran = demonstrated(drawn)

    assert ran.returncode == 0, ran.stdout
    assert set(typed((QUICKSTART / "README.md").read_text())) <= {" ".join(("pulumi", *step)) for step in demo.STEPS}
    number = r"\+12015550123"
    calls = re.findall(r"^# API calls: (.*)$", ran.stdout, re.MULTILINE)
    assert len(calls) == len(demo.STEPS)
    assert not re.search("POST|DELETE", calls[0])
    assert len(re.findall("POST|DELETE", calls[1])) == len(re.findall(rf"POST \S+/{number}", calls[1])) == 1
    assert calls[2] == "none"
    assert re.fullmatch(r"GET \S+", calls[3])
    assert len(re.findall("POST|DELETE", calls[4])) == len(re.findall(rf"DELETE \S+/{number}", calls[4])) == 1
    charged = "Charged so far: 13.50 USD"
    assert ran.stdout.count(f"# Leased now: +12015550123\n# {charged}\n") == 3
    assert ran.stdout.endswith(f"# Leased now: nothing\n# {charged}\n# Nothing is left leased.\n")
    assert not demo.WORK.exists()
    assert not demo.CONFIG.exists()
    told = picture.text(drawn.read_text("utf-8"))
    assert told == picture.text(PICTURE.read_text("utf-8")), "`make demo` draws it anew"
    assert {line for line in ran.stdout.splitlines() if line.startswith(("$ ", "# Leased", "# Charged"))} <= set(told)
