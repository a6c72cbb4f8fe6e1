"""The vendor of the third service: a dictionary, with its desk in the suite."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from pulumi_leases.domain.errors import (
    BadResponse,
    NoAnswer,
    NotFound,
    PaymentRequired,
    RateLimited,
    Unauthorized,
    Unreachable,
)
from pulumi_leases.domain.models import Lease, Offer
from pulumi_leases.services.http import transport

from .desk import ALL, NUMBER, OTHER, THIRD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEYS = {"key-of-main": "main", "key-of-second": "second"}
PRICE: dict[str, Any] = {"currency": "USD", "upfront_fee": Decimal(1), "monthly_rate": Decimal(2), "country": "US"}


class World:
    """The vendor."""

    def __init__(self) -> None:
        self.offers = {number: Offer(number=number, **PRICE) for number in (NUMBER, OTHER, THIRD)}
        self.leases: dict[str, tuple[str, Lease]] = {}
        self.faults: defaultdict[str, list[tuple[str, int, dict[str, Any]]]] = defaultdict(list)
        self.calls: Counter[str] = Counter()
        self.paid: Counter[str] = Counter()
        self.takes_money = True

    def leased(self, number: str, login: str) -> Lease:
        """Lease a number out."""
        if not self.takes_money:
            raise PaymentRequired("memory: no money", status=402)
        if number not in self.offers or number in self.leases:
            raise NotFound(f"memory: {number} is not to be had", status=404)
        self.paid[login] += 1
        lease = Lease(
            number=number,
            lease_id=f"m{sum(self.paid.values())}",
            status="active",
            leased_at=datetime.now(timezone.utc),
            **PRICE,
        )
        self.leases[number] = login, lease
        return lease

    @contextmanager
    def call(self, verb: str, key: str) -> Iterator[str]:
        """Let in who has a key, and go wrong as was asked for."""
        self.calls[verb] += 1
        if key not in KEYS:
            raise Unauthorized("memory: no such key", status=401)
        fault, times, params = self.faults[verb].pop(0) if self.faults[verb] else ("", 1, {})
        if fault and times != 1:
            self.faults[verb].insert(0, (fault, ALL if times == ALL else times - 1, params))
        works = params.get("work", fault not in {"drop_before", "status", "429", "redirect", "unreachable"})
        if works:
            yield KEYS[key]
        self._go_wrong(fault, params)

    def _go_wrong(self, fault: str, params: dict[str, Any]) -> None:
        if fault == "unreachable":
            raise Unreachable("memory: unreachable")
        if fault == "429":
            error = RateLimited("memory: slower")
            error.retry_after_s = params.get("retry_after")
            raise error
        if fault in {"delay_after", "slow_body"}:
            time.sleep(min(params["seconds"], transport.ANSWER_TIMEOUT_S))
            fault = "late" if params["seconds"] > transport.ANSWER_TIMEOUT_S else ""
        if fault in {"html", "empty", "garbage", "huge", "redirect"} and params.get("code", 200) < 500:
            raise BadResponse(f"memory: {fault}")
        if fault:
            raise NoAnswer(f"memory: {fault}")


WORLDS: dict[str, World] = {}


class MemoryDesk:
    """The desk of a world."""

    name: ClassVar[str] = "memory"
    refusals: ClassVar[Mapping[str, Mapping[str, Any]]] = {"money": {}}
    usual_wait_s: ClassVar[float | None] = None
    requirements: ClassVar[Mapping[str, str]] = {}
    wiring: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, place: str) -> None:
        self._place = place
        self._world = WORLDS[place] = World()

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
