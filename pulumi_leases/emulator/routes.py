"""Where requests go: each API names its routes."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

from pulumi_leases.emulator.world import World


class Route(NamedTuple):
    """A path below the mount of its API, and what answers there; `name` is unique in the API."""

    path: str
    methods: list[str]
    name: str
    view: Callable[..., Any]


class Routed(Protocol):
    """An API, as far as finding the way to it goes."""

    name: str
    mount: str

    def __init__(self, world: World) -> None: ...

    def routes(self) -> Iterable[Route]: ...
