"""A host for each test, with the emulator as its vendor."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from .host import Host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    NewHost = Callable[..., Host]


@pytest.fixture
def new_host(environ: dict[str, str], tmp_path: Path) -> Iterator[NewHost]:
    """Start processes of the provider, each a run of its own; all are gone after the test."""
    with contextlib.ExitStack() as stack:

        def start(config: dict[str, Any] | None = None, engine: str | None = None, **variables: str) -> Host:
            return stack.enter_context(Host({**environ, **variables}, tmp_path, config, engine))

        yield start


@pytest.fixture
def host(new_host: NewHost) -> Host:
    return new_host()
