"""What one would write by hand: bare dynamic resources, as wide as ours, with the same calls, as many threads and no care.

They show what the engine and the SDK cost by themselves.
"""

from __future__ import annotations

import functools
import os
import threading
import traceback
from typing import Any
from urllib.parse import quote

import pulumi
from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
)

_WIDTH = 20
_THREADS = 32
"""As many as ours work with."""
_FACTS = {f"fact_{index}": f"value {index}" for index in range(_WIDTH)}
_CLAIM = {f"fact_{index}": f"value {index}" for index in range(_WIDTH - 6)}


@functools.cache
def _client() -> Any:
    import httpx

    headers = {"authorization": f"Token {os.environ['LEASES_CONTIGUITY_TOKEN']}"}
    return httpx.Client(base_url=os.environ["LEASES_CONTIGUITY_BASE_URL"], headers=headers)


_once = threading.Lock()


@functools.cache
def _listed(path: str) -> None:
    _client().get(path).raise_for_status()


def _list(path: str) -> None:
    with _once:
        _listed(path)


class _Provider(ResourceProvider):
    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        for frame, _ in traceback.walk_stack(None):
            pool = frame.f_locals.get("executor_reference", lambda: None)()
            if pool is not None:
                pool._max_workers = _THREADS  # noqa: SLF001 (as ours)


class IntentProvider(_Provider):
    """The first of a pair: asks for both listings once a run, where it is new."""

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        if not olds and news.get("calls"):
            _list("/leased")
            _list("/leases")
        return CheckResult({**news, "claim": {**_CLAIM, "number": news["number"]}}, [])

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=olds["number"] != news["number"])

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(props["number"], {**props, "recorded": {"run": "0" * 32, "at": "2026-01-01T00:00:00Z"}})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        if props.get("calls"):
            _list("/leased")
        return ReadResult(id_, props)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        if props.get("calls"):
            _list("/leased?after")


class NumberProvider(_Provider):
    """The second of a pair, or the only one: leases in create, terminates in delete."""

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        return CheckResult({**news, **_FACTS}, [])

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=olds["number"] != news["number"])

    def create(self, props: dict[str, Any]) -> CreateResult:
        if props.get("calls"):
            _client().post(f"/lease/{quote(props['number'])}", json={}).raise_for_status()
        return CreateResult(props["number"], {**props, "lease_id": "lsd_0", "lease_status": "active"})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        if props.get("calls"):
            _list("/leased")
        return ReadResult(id_, props)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        if props.get("calls"):
            _list("/leased")
            _client().delete(f"/leased/{quote(props['number'])}").raise_for_status()


class Intent(Resource, module="bench", name="Intent"):
    claim: pulumi.Output[dict[str, Any]]
    recorded: pulumi.Output[dict[str, Any]]

    def __init__(self, name: str, number: str, *, calls: bool) -> None:
        props = {"number": number, "calls": calls or None, "claim": None, "recorded": None}
        super().__init__(IntentProvider(), name, props)


class Number(Resource, module="bench", name="Number"):
    def __init__(self, name: str, number: str, *, calls: bool, intent: Intent | None = None) -> None:
        outputs = dict.fromkeys((*_FACTS, "lease_id", "lease_status"))
        pair = {"claim": intent.claim, "recorded": intent.recorded} if intent else {}
        super().__init__(NumberProvider(), name, {**outputs, **pair, "number": number, "calls": calls or None})


def pair(name: str, number: str) -> Number:
    """Declare two resources for a number, making the calls that ours make."""
    return Number(name, number, calls=True, intent=Intent(name, number, calls=True))


def single(name: str, number: str) -> Number:
    """Declare one resource for a number, doing nothing at all."""
    return Number(name, number, calls=False)
