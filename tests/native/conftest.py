"""A host for each test, with the emulator as its vendor."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from .host import NativeHost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    NewHost = Callable[..., NativeHost]


@pytest.fixture
def new_host(environ: dict[str, str], tmp_path: Path) -> Iterator[NewHost]:
    """Start processes of the provider, each a run of its own; all are gone after the test."""
    with contextlib.ExitStack() as stack:

        def start(config: dict[str, Any] | None = None, **variables: str) -> NativeHost:
            return stack.enter_context(NativeHost({**environ, **variables}, tmp_path, config))

        yield start


@pytest.fixture
def host(new_host: NewHost) -> NativeHost:
    return new_host()
