"""The vendor of the smallest service: a dictionary, which goes wrong on demand."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = ("+12015550123", "+12015550124", "+12015550125")
ALL = 0
"""A fault for every call to come."""
KEYS = {"key-of-main": "main", "key-of-second": "second"}
PRICE: dict[str, Any] = {"currency": "USD", "upfront_fee": Decimal(1), "monthly_rate": Decimal(2), "country": "US"}


class World:
    """The vendor."""

    def __init__(self) -> None:
        self.offers = {number: Offer(number=number, **PRICE) for number in NUMBERS}
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


WORLDS: defaultdict[str, World] = defaultdict(World)
"""By name: each test has one of its own."""
