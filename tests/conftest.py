"""What tests share: the vendor's side, the engine, and stacks."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from pulumi_leases.emulator import Emulator, Vendor, serve
from pulumi_leases.services.telesign import TeleSign
from tools import interrupt, schema
from tools.engine.parts import PARTS

from . import doors
from .lab import Lab
from .stack import ROOT, Stack
from .yaml_stack import YamlStack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    NewLab = Callable[..., Lab]
    NewStack = Callable[..., Stack]
    NewYamlStack = Callable[..., YamlStack]
    WriteSdk = Callable[[str, Path], None]

settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say through which door the tests go that hold for both; without it each goes through one, and they take turns."""
    parser.addoption("--doors", choices=["turns", "all", *doors.STACKS], default="turns", help=pytest_addoption.__doc__)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the tests of a module that is marked `both_doors` their door."""
    marked = any(metafunc.definition.iter_markers("both_doors"))
    if marked and "door" in metafunc.fixturenames and doors.is_shared(metafunc.function):
        metafunc.parametrize("door", list(doors.STACKS), indirect=True)


@pytest.hookimpl(tryfirst=True)  # before `-m` and `-k` leave some of them: a test has the same turn in each run
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the doors that are asked for; mark the tests on the engine, and run them first: some wait for a minute."""
    is_named = any("[" in word for word in config.args)
    left = doors.left_out(items, "all" if is_named else config.getoption("--doors"))
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    for item in items:
        if "engine" in getattr(item, "fixturenames", ()):
            item.add_marker("engine")
    items.sort(key=lambda item: item.get_closest_marker("engine") is None)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """An emulator on a socket, seen through its control API."""
    with serve(Emulator()) as served, Vendor(served.url) as judge:
        yield judge


@pytest.fixture
def new_lab(vendor: Vendor) -> Iterator[NewLab]:
    """Make labs of the emulator's user, each with a connection and a clock of its own."""
    with contextlib.ExitStack() as stack:

        def make(**settings: Any) -> Lab:
            lab = Lab(vendor, **settings)
            stack.callback(lab.service.close)
            return lab

        yield make


@pytest.fixture
def connected(vendor: Vendor, new_lab: NewLab) -> NewLab:
    """Make labs of a TeleSign customer."""
    settings = {
        "customer_id": vendor.customer(),
        "api_key": vendor.telesign_api_key,
        "auth_method": "basic",
        "base_url": vendor.telesign,
    }
    return lambda: new_lab(service=TeleSign(settings, 1000))


@pytest.fixture
def lab(new_lab: NewLab) -> Lab:
    """One lab of the emulator's user."""
    return new_lab()


@pytest.fixture
def environ(vendor: Vendor) -> dict[str, str]:
    """The variables of a user of the emulator, for the default account of each service."""
    return {
        "LEASES_CONTIGUITY_TOKEN": vendor.token(),
        "LEASES_CONTIGUITY_BASE_URL": vendor.contiguity,
        "LEASES_TELESIGN_CUSTOMER_ID": vendor.customer(),
        "LEASES_TELESIGN_API_KEY": vendor.telesign_api_key,
        "LEASES_TELESIGN_BASE_URL": vendor.telesign,
        "LEASES_TELNYX_API_KEY": vendor.telnyx_key(),
        "LEASES_TELNYX_BASE_URL": vendor.telnyx,
        "LEASES_TWILIO_ACCOUNT_SID": vendor.account_sid(),
        "LEASES_TWILIO_AUTH_TOKEN": vendor.twilio_auth_token,
        "LEASES_TWILIO_BASE_URL": vendor.twilio,
        "LEASES_TWILIO_PRICING_BASE_URL": vendor.twilio_pricing,
        "LEASES_TWILIO_MESSAGING_BASE_URL": vendor.twilio_messaging,
    }


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory, _no_settings_from_outside: None) -> Iterator[Path]:
    """The folder of the real engine, first on PATH; brought here where it is missing."""
    folder = _engine_folder()
    interrupt.hear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("PULUMI_HOME", str(tmp_path_factory.mktemp("pulumi-home")))
        yield folder


def _engine_folder() -> Path:
    found = shutil.which("pulumi")
    if found and shutil.which("pulumi-resource-pulumi-python", path=Path(found).parent):
        return Path(found).parent
    return _brought()


def _brought(*words: str) -> Path:
    command = [sys.executable, "-m", "tools.engine", *words]
    brought = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=1800)
    return Path(brought.stdout.strip())


@pytest.fixture(scope="session")
def yaml_host(engine: Path) -> Path:
    """The folder of the YAML language host; brought here where it is missing."""
    return _brought("yaml")


@pytest.fixture(scope="session")
def nodejs_host(engine: Path) -> Path:
    """The folder of the Node language host; brought here where it is missing."""
    return _brought("nodejs")


@pytest.fixture(scope="session")
def go_host(engine: Path) -> Path:
    """The folder of the Go language host; brought here where it is missing."""
    return _brought("go")


@pytest.fixture(scope="session")
def write_sdk(engine: Path) -> WriteSdk:
    """Write the SDK of a language into a project, as `pulumi package add` does, which asks the vendor's site."""
    writer = _brought("sdk") / PARTS["sdk"].program

    def write(language: str, project: Path) -> None:
        subprocess.run([writer, language, schema.FILE, project / "sdks/leases"], check=True, timeout=60)

    return write


@pytest.fixture(scope="session")
def node_modules(write_sdk: WriteSdk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What TypeScript programs import, installed by the lock file of the example."""
    folder = tmp_path_factory.mktemp("typescript")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "examples/typescript" / name, folder)
    write_sdk("nodejs", folder)
    install = ["npm", "ci", "--prefer-offline", "--no-audit", "--no-fund"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "node_modules"


@pytest.fixture
def new_yaml_stack(tmp_path: Path, engine: Path, yaml_host: Path, environ: dict[str, str]) -> NewYamlStack:
    """Make stacks of the emulator's user whose programs are YAML, each with a state of its own."""
    count = itertools.count()

    def make(declared: Mapping[str, Any], **variables: str) -> YamlStack:
        folder = tmp_path / f"yaml-{next(count)}"
        return YamlStack(folder, engine, yaml_host, {**environ, **variables}, declared)

    return make


@pytest.fixture
def door(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The door that a test goes through; the names of its module are those of the door."""
    name = getattr(request, "param", "dynamic")
    for word, found in doors.NAMES[name].items():
        if hasattr(request.module, word):
            monkeypatch.setattr(request.module, word, found)
    return name


@pytest.fixture
def new_stack(tmp_path: Path, engine: Path, environ: dict[str, str], door: str) -> NewStack:
    """Make stacks of the emulator's user, each with a state of its own."""
    count = itertools.count()

    def make(program: Callable[[], None], name: str = "dev", **variables: str) -> Stack:
        folder = tmp_path / f"stack-{next(count)}"
        return doors.STACKS[door](folder, engine, {**environ, **variables}, program, name)

    return make


@pytest.fixture(autouse=True)
def _pickler_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what the SDK leaves: each dynamic resource wraps the pickler once more, and tests make too many of them."""
    pickler: Any = vars(pickle)["_Pickler"]
    monkeypatch.setattr(pickler, "_batch_setitems", pickler._batch_setitems)


@pytest.fixture(autouse=True, scope="session")
def _current_loop() -> Iterator[None]:
    """The SDK's mocks ask for the current event loop of the thread, and from Python 3.12 on are warned where it has none."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> None:
    """Keep the tester's own variables out of the tests."""
    for name in list(os.environ):
        if name.startswith(("LEASES_", "CONTIGUITY_", "TELESIGN_", "TELNYX_", "TWILIO_", "PULUMI_")):
            del os.environ[name]
