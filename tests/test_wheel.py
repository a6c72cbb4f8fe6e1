"""The wheel, built and installed elsewhere: complete, light, and working without the checkout."""

from __future__ import annotations

import ast
import email
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pulumi.runtime.proto import provider_pb2

import pulumi_leases
from tools import plugin

from .engine.host import INTENT_TYPE, Host
from .native.host import INTENT_TYPE as NATIVE_INTENT_TYPE
from .native.host import NativeHost
from .stack import ROOT
from .yaml_stack import number

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from .conftest import NewYamlStack

pytestmark = pytest.mark.xdist_group("wheel")  # they share one build

EXTRAS = ("typer", "rich", "click", "flask", "werkzeug", "pytest", "hypothesis")
WITHOUT_EXTRAS = f"""
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Nothing())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that the checkout stays as it is."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "pulumi_leases", source / "pulumi_leases", ignore=shutil.ignore_patterns("__pycache__"))
    _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source))
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the wheel is installed, alone."""
    target = tmp_path_factory.mktemp("installed")
    _run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    return target


def _run(*arguments: str, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Every module, the mark for type checkers, and the file that shows the engine that there is no plugin."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert json.loads(archive.read("pulumi_leases/pulumi-plugin.json")) == {"resource": False}
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "pulumi_leases").rglob("*.py")}
    data = {"pulumi_leases/py.typed", "pulumi_leases/pulumi-plugin.json", "pulumi_leases/native/schema.json"}
    assert inside == {*sources, *data}


def test_the_core_depends_on_what_it_imports(wheel: Path) -> None:
    """Each import of the core is of a declared dependency, or of one that the SDK declares itself."""
    declared = {_name(one) for one in _requires(wheel) if "extra ==" not in one}
    from_sdk = {_name(one) for one in metadata.requires("pulumi") or ()}
    owners_of: dict[str, set[str]] = {}
    for one in metadata.distributions():  # not packages_distributions, which in Python 3.10 misses some
        for top in {file.parts[0].removesuffix(".py") for file in one.files or ()}:
            owners_of.setdefault(top, set()).add(_name(one.metadata["Name"]))
    for path in (ROOT / "pulumi_leases").rglob("*.py"):
        if path.relative_to(ROOT).parts[1] in {"cli", "emulator"}:
            continue
        for module in _imports(path):
            top = module.partition(".")[0]
            if top in sys.stdlib_module_names or top == "pulumi_leases":
                continue
            owners = owners_of[top]
            if top == "google":  # a name that several share: what is below it shows whose it is
                owners = {"googleapis-common-protos" if module.startswith("google.rpc") else "protobuf"}
            assert owners & {*declared, *from_sdk}, f"{path.name} imports {module}"


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    """Extras for the command and the emulator, and the command itself."""
    extras = {_name(one): one for one in _requires(wheel) if "extra ==" in one}
    assert "cli" in extras["typer"]
    assert "emulator" in extras["flask"]
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        entry_points = archive.read(entry).decode()
    assert "pulumi-leases = pulumi_leases.cli:main" in entry_points
    assert "pulumi-resource-leases = pulumi_leases.native.server:main" in entry_points


def test_the_core_works_without_extras(installed: Path, tmp_path: Path) -> None:
    """Installed elsewhere, with neither command nor emulator nor tests to be had: all of it imports from there."""
    script = f"""{WITHOUT_EXTRAS}
import importlib, pathlib, pkgutil
import pulumi_leases
assert pathlib.Path(pulumi_leases.__file__).is_relative_to({str(installed)!r}), pulumi_leases.__file__
for module in pkgutil.walk_packages(pulumi_leases.__path__, "pulumi_leases."):
    if module.name.split(".")[1] not in ("cli", "emulator"):
        importlib.import_module(module.name)
print(len(pulumi_leases.__all__))
"""
    (tmp_path / "script.py").write_text(script)
    assert int(_run(str(tmp_path / "script.py"), PYTHONPATH=str(installed))) > 0


def test_the_command_says_what_it_lacks(installed: Path, tmp_path: Path) -> None:
    """Without its extra: a line that names it, no traceback."""
    (tmp_path / "script.py").write_text(f"{WITHOUT_EXTRAS}\nfrom pulumi_leases.cli import main\nmain()\n")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py"), "leased"],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert "pulumi-leases[cli]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_provider_runs_from_there(installed: Path, environ: dict[str, str], vendor: Vendor, tmp_path: Path) -> None:
    """The engine's process finds the classes that are in every state."""
    with Host({**environ, "PYTHONPATH": str(installed)}, tmp_path) as host:
        claim = host.check(INTENT_TYPE, {}, {"number": "+12015550123"})["claim"]
    assert (claim["number"], claim["monthly_rate"]) == ("+12015550123", 12.0)
    assert vendor.writes() == []


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the native provider, unpacked; without what it needs, which this Python has."""
    folder = tmp_path_factory.mktemp("archive")
    archive = plugin.build(folder / "dist", "--no-deps", "--no-build-isolation")
    assert archive.name.startswith("pulumi-resource-leases-v")
    (unpacked := folder / "plug in").mkdir()
    subprocess.run(["tar", "-xzf", archive, "-C", unpacked], check=True)
    return unpacked


def test_the_archive_of_the_native_provider_runs_wherever_it_is_unpacked(
    unpacked: Path, environ: dict[str, str], vendor: Vendor, tmp_path: Path
) -> None:
    """Its launcher serves the packages beside it, from any folder."""
    variables = {**environ, "PATH": os.environ["PATH"], "PULUMI_PYTHON_CMD": sys.executable}
    with NativeHost(variables, tmp_path, command=[str(unpacked / plugin.PROGRAM)]) as host:
        assert host.check(NATIVE_INTENT_TYPE, {}, {"number": "+12015550123"})["claim"]["monthly_rate"] == 12.0
        served = host.call("GetSchema", provider_pb2.GetSchemaRequest()).schema
    assert served == (unpacked / "packages" / "pulumi_leases" / "native" / "schema.json").read_text("utf-8")
    assert vendor.writes() == []


def test_the_archive_serves_a_yaml_program_without_the_checkout(
    unpacked: Path, new_yaml_stack: NewYamlStack, vendor: Vendor, tmp_path: Path
) -> None:
    """The engine takes it in as a plugin; none is on PATH or named by the project, and the package in it is the one that runs."""
    serving = tmp_path / "serving"
    door = unpacked / "packages" / "pulumi_leases" / "native" / "__init__.py"
    door.write_text(f"{door.read_text()}\nopen({str(serving)!r}, 'w').close()\n")
    (archive,) = (unpacked.parent / "dist").iterdir()
    again = tmp_path / archive.name
    with tarfile.open(again, "w:gz") as packed:
        for part in unpacked.iterdir():
            packed.add(part, part.name)
    stack = new_yaml_stack({"resources": {"support": number("+12015550123")}})
    stack.declare({"resources": {"support": number("+12015550123")}, "plugins": {}})
    path = (folder for folder in stack.environ["PATH"].split(os.pathsep) if not Path(folder, plugin.PROGRAM).exists())
    stack.environ["PATH"] = os.pathsep.join(path)
    words = ["pulumi", "plugin", "install", "resource", "leases", f"v{pulumi_leases.__version__}", "--file", str(again)]
    subprocess.run(words, env={**os.environ, **stack.environ}, check=True, capture_output=True, timeout=60)

    up = stack.up()
    assert up.ok, up.text
    assert serving.exists()
    assert vendor.leased().keys() == {"+12015550123"}
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert vendor.leases() == []


def _requires(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_string(archive.read(path).decode()).get_all("Requires-Dist") or []


def _name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match
    return match[0].lower().replace("_", "-")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module))
    return found
