"""Every test here runs for every service; a third one proves that a further one is a file and a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases.services import SERVICES

from .desk import DESKS, Desk, connected
from .memory import Memory
from .process import Process
from .world import WORLDS, MemoryDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_leases.services.base import LeaseService


@pytest.fixture(params=[*SERVICES, Memory.name])
def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The desk of each service in turn, at a vendor of its own."""
    if request.param != Memory.name:
        yield DESKS[request.param](request.getfixturevalue("vendor"))
        return
    monkeypatch.setitem(SERVICES, Memory.name, f"{Memory.__module__}:{Memory.__name__}")
    yield MemoryDesk(request.node.name)
    WORLDS.clear()


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
