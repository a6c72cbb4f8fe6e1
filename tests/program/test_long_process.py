"""A long-lived process that goes through many programs: nothing of a run outlives it, and no number slows the next."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import dynamic

from pulumi_leases import LeasedNumber, get_leased_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from pulumi_leases.emulator import Vendor

NUMBERS = 1000


class Cloud(pulumi.runtime.Mocks):
    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return args.name, dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], None]:
        return {}, None


class Elsewhere(dynamic.ResourceProvider):
    """Another package's provider, which carries settings."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = {"region": "eu", "deep": {"a": 1, "b": [1, 2]}}


class Other(dynamic.Resource):
    def __init__(self, name: str) -> None:
        super().__init__(Elsewhere(), name, {})


def run(program: Callable[[], object]) -> None:
    """Run a program as its own, with mocks for an engine."""
    pulumi.runtime.set_mocks(Cloud())
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK's
    pulumi.runtime.settings.reset_options()


def held() -> tuple[int, int]:
    """How many threads and connections the process has, without what the loops of the SDK's mocks leave to themselves."""
    gc.collect()
    threads = [thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")]
    links = [link.readlink().name for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    inodes = {line.split()[9] for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]}
    return len(threads), sum(link.startswith("socket:") and link[8:-1] in inodes for link in links)


def test_a_thousand_numbers_beside_another_packages_resources() -> None:
    """The SDK wraps the pickler once for each dynamic resource: not for ours, so that the other's can still be pickled."""

    def program() -> None:
        for index in range(NUMBERS):
            LeasedNumber(f"n{index}", number=f"+1201555{index:04d}")
        Other("beside")

    run(program)


def test_fifty_runs_leave_what_one_leaves(
    vendor: Vendor, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with a data function: no thread, socket or file more at the end than after the first."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def program() -> None:
        assert get_leased_numbers() == []
        LeasedNumber("support", number="+12015550123")

    run(program)
    assert len(vendor.calls("leased")) == 1
    after_one = held()
    for _ in range(49):
        run(program)

    assert len(vendor.calls("leased")) == 50
    until = time.monotonic() + 10  # the vendor, in this process too, takes a moment to end its last thread
    while (now := held()) > after_one and time.monotonic() < until:
        time.sleep(0.05)
    assert now[0] <= after_one[0]
    assert now[1] <= after_one[1]
