"""The rooms of the package: which way imports go, who may import what, and that nothing happens at import."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections import defaultdict
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

import pulumi_leases

from .stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = ROOT / "pulumi_leases"
ROOMS = ("domain", "config", "services", "leasing", "engine", "provider", "program", "native", "operate", "cli")
"""Each imports from those before it only, late imports and those for types included."""
WITH_PULUMI = {"engine", "provider", "program", "native", "operate"}
EXTRAS = {"typer", "rich", "flask", "werkzeug", "pytest"}
LONGEST = 325
"""Lines of code in a file: docstrings, comments and blank lines aside. Most have half of that."""


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module that a file imports, wherever in it: absolute, and without what is imported from it."""
    package = list(path.relative_to(ROOT).parts[:-1])
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {module} if node.module else {f"{module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def room(module: str) -> str | None:
    """The room of a module of this package: `services` of `pulumi_leases.services.contiguity`."""
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == PACKAGE.name and rest else None


def rooms() -> Iterator[tuple[str, Path]]:
    """Every file of the package but its front door and the emulator, with its room."""
    for path in files(PACKAGE):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] not in {"__init__", "emulator"}:
            yield parts[0], path


def third_parties() -> dict[str, set[str]]:
    """The rooms that import each package from elsewhere."""
    by: dict[str, set[str]] = defaultdict(set)
    for name, path in rooms():
        for module in imports(path):
            by[module.partition(".")[0]].add(name)
    return by


def test_every_room_has_its_place() -> None:
    """A new module is put where it belongs, not where it happens to fit."""
    assert {name for name, _ in rooms()} == set(ROOMS)


def test_imports_go_one_way() -> None:
    """No room knows of a later one; the front door is for users only."""
    rank = {name: index for index, name in enumerate(ROOMS)}
    for name, path in rooms():
        for module in imports(path):
            assert module != PACKAGE.name, f"{path} imports the front door"
            other = room(module)
            if other and other != "emulator":
                assert rank[other] <= rank[name], f"{name} imports {other}"


def test_within_the_services_each_stands_alone() -> None:
    """A service knows what all share, never another service; the protocol knows none."""
    shared = {"base", "cached", "wire", "pages", "http"}
    for path in files(PACKAGE / "services"):
        inner = {module.split(".")[2] for module in imports(path) if module.startswith("pulumi_leases.services.")}
        own = path.relative_to(PACKAGE / "services").parts[0].removesuffix(".py")
        assert inner - {own} <= shared, path.name


def test_only_some_rooms_know_pulumi() -> None:
    """The domain, the services and the rules could serve another engine."""
    by = third_parties()
    assert by["pulumi"] <= WITH_PULUMI
    assert by["grpc"] | by["google"] <= {"engine", "native"}


def test_only_the_services_know_http() -> None:
    """One transport, and the services that sign for it."""
    by = third_parties()
    assert by["httpx"] | by["httpx_retries"] <= {"services"}
    transports = {path.parent.name for path in files(PACKAGE / "services") if "httpx_retries" in imports(path)}
    assert transports == {"http"}


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PACKAGE.rglob("__init__.py")), ids=lambda path: path.name
)
def test_every_folder_has_a_door(folder: Path) -> None:
    """It says what lives there, what may be used from outside and what must not be known there."""
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))


def test_the_tests_are_in_the_same_rooms() -> None:
    """Where a thing lives, its tests live."""
    more_rooms = {"contract", "docs", "emulator", "end_to_end", "states", "tools", "typing"}
    tested = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert tested - more_rooms <= set(ROOMS)


def test_the_core_knows_no_extra() -> None:
    """What only the command, the emulator or the tests need is imported by these only."""
    by = third_parties()
    for package in EXTRAS:
        assert by[package] <= {"cli"}, package


def test_the_emulator_stands_alone() -> None:
    """It is the judge: it shares nothing with what it judges, and nobody but the command starts it."""
    for path in files(PACKAGE / "emulator"):
        own = {module for module in imports(path) if room(module)}
        assert {room(module) for module in own} <= {"emulator"}, path.name
        assert not {module.partition(".")[0] for module in imports(path)} & {"pulumi", "pydantic"}, path.name
    users = {name for name, path in rooms() if any(room(module) == "emulator" for module in imports(path))}
    assert users <= {"cli"}


def test_the_package_knows_no_tests_tools_or_examples() -> None:
    """What is installed needs nothing of the checkout."""
    for path in files(PACKAGE):
        assert not {module.partition(".")[0] for module in imports(path)} & {"tests", "tools", "examples"}, path.name


IMPORTED = """
import os, sys, threading
before = (dict(os.environ), threading.active_count(), sys.getrecursionlimit(), getattr(sys, "tracebacklimit", None))
files = set(os.listdir())
import {module}
assert before == (dict(os.environ), threading.active_count(), sys.getrecursionlimit(), getattr(sys, "tracebacklimit", None))
assert files == set(os.listdir())
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
print(*sorted(name for name in sys.modules if name.startswith("pulumi_leases.")))
"""


def imported(module: str, folder: Path) -> tuple[set[str], set[str]]:
    """Import a module in a fresh process, where nothing is set up; return what that brings in, in all and of this package."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error::ResourceWarning", "-c", IMPORTED.format(module=module)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    packages, _, own = done.stdout.partition("\n")
    return set(packages.split()), set(own.split())


def test_nothing_happens_at_import(tmp_path: Path) -> None:
    """No thread, no file, no variable, no engine, no setting needed; and none of what only a call needs."""
    packages, _ = imported("pulumi_leases", tmp_path)
    assert not packages & {"httpx", "httpx_retries", *EXTRAS, "pydantic", "phonenumbers"}


def test_the_provider_is_light(tmp_path: Path) -> None:
    """An `up` with nothing to do imports neither HTTP nor validation, nor anything of the command or the emulator."""
    packages, own = imported("pulumi_leases.provider", tmp_path)
    assert not packages & {"httpx", "httpx_retries", *EXTRAS, "pydantic", "phonenumbers"}
    assert not {room(module) for module in own} & {"emulator", "cli", "operate"}


def test_the_native_provider_is_light(tmp_path: Path) -> None:
    """Likewise: a process with nothing to do answers at once."""
    packages, own = imported("pulumi_leases.native.server", tmp_path)
    assert not packages & {"httpx", "httpx_retries", *EXTRAS, "pydantic", "phonenumbers"}
    assert not {room(module) for module in own} & {"emulator", "cli", "operate"}


def test_the_two_doors_do_not_know_each_other() -> None:
    """What both need is in the rooms that both ask."""
    for path in files(PACKAGE / "native"):
        assert not {room(module) for module in imports(path)} & {"provider"}, path.name


@pytest.mark.parametrize(
    "module",
    [
        f"pulumi_leases.{name}"
        for name in ("services.contiguity", "leasing.claiming", "leasing.acquiring", "leasing.confirming")
    ],
)
def test_the_core_can_do_without_pulumi(tmp_path: Path, module: str) -> None:
    """Imported by path, without the front door, services and rules know no engine."""
    script = (
        "import sys, types; package = types.ModuleType('pulumi_leases'); "
        f"package.__path__ = [{str(PACKAGE)!r}]; sys.modules['pulumi_leases'] = package; "
        f"import {module}; assert 'pulumi' not in sys.modules and 'grpc' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)


def test_the_front_door_is_sorted_and_complete() -> None:
    """`__all__` is what can be imported, in the order in which one looks it up."""
    names = pulumi_leases.__all__
    assert names == sorted(set(names))
    public = {
        name for name, value in vars(pulumi_leases).items() if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert public == set(names)


def test_everything_at_the_front_door_is_documented() -> None:
    """A class or function without a docstring is not public."""
    for name in pulumi_leases.__all__:
        assert inspect.getdoc(getattr(pulumi_leases, name)), name


@pytest.mark.parametrize("path", files(PACKAGE), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_are_short(path: Path) -> None:
    """One noun a file, read in one sitting, and saying what it owns."""
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    docs = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = [
        line
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if number not in docs and line.strip() and not line.strip().startswith("#")
    ]
    assert len(code) <= LONGEST


@pytest.mark.parametrize("service", sorted(import_module("pulumi_leases.services").SERVICES))
def test_a_service_costs_nothing_where_another_is_used(tmp_path: Path, service: str) -> None:
    """Only what is used is imported."""
    _, own = imported(f"pulumi_leases.services.{service}", tmp_path)
    others = set(import_module("pulumi_leases.services").SERVICES) - {service}
    assert not {module.split(".")[2] for module in own if module.startswith("pulumi_leases.services.")} & others


def test_every_service_in_the_registry_is_there() -> None:
    """A name in the registry is a class that says the same name."""
    for name, where in import_module("pulumi_leases.services").SERVICES.items():
        module, _, attribute = where.partition(":")
        assert getattr(import_module(module), attribute).name == name
