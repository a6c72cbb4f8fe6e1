"""The desk of the smallest service in the suite."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, ClassVar

from .world import WORLDS

if TYPE_CHECKING:
    from collections.abc import Mapping

_COUNT = itertools.count()


class MemoryDesk:
    """The desk of a world of its own."""

    name: ClassVar[str] = "memory"
    refusals: ClassVar[Mapping[str, Mapping[str, Any]]] = {"money": {}}
    usual_wait_s: ClassVar[float | None] = None
    requirements: ClassVar[Mapping[str, str]] = {}
    wiring: ClassVar[Mapping[str, Any]] = {}

    def __init__(self) -> None:
        self._place = f"world-{next(_COUNT)}"
        self._world = WORLDS[self._place]

    def settings(self, login: str = "main") -> dict[str, str]:
        return {"key": f"key-of-{login}", "base_url": self._place}

    def held(self, login: str = "main") -> dict[str, str]:
        return {number: lease.lease_id for number, (who, lease) in self._world.leases.items() if who == login}

    def paid(self) -> int:
        return self._world.paid["main"]

    def calls(self, verb: str) -> int:
        return self._world.calls[verb]

    def take(self, number: str, login: str = "stranger") -> None:
        self._world.leased(number, login)

    def end(self, number: str) -> None:
        del self._world.leases[number]

    def fault(self, verb: str, fault: str, times: int = 1, **params: Any) -> None:
        self._world.faults[verb].append((fault, times, params))

    def refuse(self, what: str) -> None:
        self._world.takes_money = what != "money"

    def leave_pending(self) -> bool:
        return False

    def rename(self, number: str, text: str) -> None:
        raise NotImplementedError

    def connected_to(self, number: str) -> Mapping[str, Any]:
        raise NotImplementedError

    def show_ended(self) -> bool:
        return False
