"""Every test here runs for every service, or for one from another package: `--desk its_package.desk:ItsDesk`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.services import SERVICES, service_class

from .desk import DESKS, Desk, connected
from .memory import Memory
from .memory_desk import MemoryDesk
from .process import Process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pulumi_leases.services.base import LeaseService

FROM_OUTSIDE = "--desk"
ABOUT_REFERENCES = "test_ownership"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the desk of a service from another package, in place of ours."""
    parser.addoption(FROM_OUTSIDE, metavar="MODULE:CLASS", help="the desk of a service of another package")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that takes a desk once for each desk."""
    if "desk" in metafunc.fixturenames:
        outside = metafunc.config.getoption(FROM_OUTSIDE, default=None)
        names = [outside] if outside else [*SERVICES, Memory.name]
        if metafunc.module.__name__.endswith(ABOUT_REFERENCES):
            names = [name for name in names if _carries_reference(name)]
        metafunc.parametrize("desk", names, indirect=True)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the tests of references where a service from outside has none."""
    outside = config.getoption(FROM_OUTSIDE, default=None)
    is_left_out = outside and collection_path.stem == ABOUT_REFERENCES and not _carries_reference(outside)
    return True if is_left_out else None


def _carries_reference(name: str) -> bool:
    """Whether purchases at a desk carry a reference; at the smallest service they do not."""
    if name == Memory.name:
        return Memory.carries_reference
    return service_class(_desk_from_outside(name).name if ":" in name else name).carries_reference


def _desk_from_outside(name: str) -> Desk:
    module, _, attribute = name.partition(":")
    outside: Desk = getattr(import_module(module), attribute)()
    return outside


@pytest.fixture
def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk of each service in turn, at a vendor of its own."""
    if ":" in request.param:
        return _desk_from_outside(request.param)
    if request.param == Memory.name:
        monkeypatch.setitem(SERVICES, Memory.name, f"{Memory.__module__}:{Memory.__name__}")
        return MemoryDesk()
    return DESKS[request.param](request.getfixturevalue("vendor"))


@pytest.fixture
def service(desk: Desk) -> Iterator[LeaseService]:
    """A login that leases nothing yet."""
    service = connected(desk)
    yield service
    service.close()


@pytest.fixture
def process(desk: Desk) -> Iterator[Callable[[str], Process]]:
    """Begin runs of the login."""
    started: list[Process] = []

    def start(name: str) -> Process:
        started.append(Process(desk, name))
        return started[-1]

    yield start
    for one in started:
        one.account.service.close()
