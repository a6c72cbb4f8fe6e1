"""What a seed comes to: one trial for each index, the same one each time. Pure."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from .instants import INSTANTS, RANDOM, Instant, call
from .plan import SECOND, Declared, Fault, Operation, Plan, Program, Victim

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACES = ("120155501", "121255501", "130555501", "131255501", "141555501", "151255501", "120655501", "161755501")
_NUMBERS = [f"+{place}{last}" for place in _PLACES for last in (23, 24, 25)]
_SHAPES = ("numbers", "search", "pool", "failover", "accounts")
_OPERATIONS: tuple[Operation, ...] = ("up", "update", "replace", "swap", "rename", "refresh", "destroy", "retry")
_SELDOM = {"up", "update", "swap", "rename", "refresh", "retry"}
"""What comes by few of the named instants is killed at random ones more often."""
_VICTIMS: tuple[Victim, ...] = ("CLI", "provider", "both", "both")
_FAILOVER = {"enabled": True, "mode": "all"}
_OTHER_FAILOVER = {"enabled": True, "mode": "selective", "numbers": ["+12025550123"]}

_Kinds = tuple[tuple[str, dict[str, Any]], ...]
_LEASE_FAULTS: _Kinds = (
    *(("drop_after", {}), ("drop_before", {}), ("status_after", {"code": 503}), ("status", {"code": 503})),
    *(("429", {"retry_after": 1}), ("garbage", {}), ("truncated", {}), ("reset", {"work": True})),
    *(("reset", {"work": False}), ("html", {"code": 502}), ("delay_after", {"seconds": 2})),
)
_END_FAULTS: _Kinds = (
    ("drop_after", {}),
    ("drop_before", {}),
    ("status_after", {"code": 500}),
    ("status", {"code": 502}),
)
_READ_FAULTS: _Kinds = (
    ("status", {"code": 503}),
    ("drop_before", {}),
    ("truncated", {}),
    ("delay_after", {"seconds": 1}),
)

_QUIRKS: dict[str, dict[str, Sequence[Any]]] = {
    "contiguity": {
        "own_number": (409, 400, 403, 200),
        "taken_number": (409, 400, 404),
        "listing_lag_s": (0, 0, 2),
        "termination_delay_s": (0, 0, 2),
        "after_termination": ("gone", "terminated_fields", "404"),
        "create_status": ("active", "active", "pending"),
    },
    "telesign": {
        "own_number": (400, "200_existing", "200_second_lease"),
        "listing_lag_s": (0, 0, 2),
        "delete_unknown": (404, 400, 200),
        "after_cancel": ("gone", "gone", "listed_for_s"),
        "listed_for_s": (2,),
    },
}
_TELLING: dict[str, dict[str, Any]] = {
    "contiguity": {"after_termination": "gone"},
    "telesign": {"after_cancel": "gone"},
}
"""Who goes back to `up` from a destroy needs numbers that are free again, and a vendor that tells which ones are going."""
_AFTER_A_DESTROY_S = 10.0
"""And comes when what the destroy has ended is gone: until then a vendor may show a terminated lease as before."""


def drawn(seed: int, index: int, services: Sequence[str]) -> Plan:
    """Draw a trial. Every instant has its turn, the random one too; all else is chance."""
    chance = random.Random(f"{seed} {index}")
    names = [*INSTANTS, RANDOM]
    name = names[index % len(names)]
    instant = INSTANTS.get(name)
    service = chance.choice(services) if name != "configure" else "contiguity"
    operation = chance.choice(
        [one for one in _OPERATIONS if (one in instant.operations if instant else one in _SELDOM)]
    )
    shape = _shape(chance, service, operation, name)
    before, after = _programs(chance, service, shape, operation)
    victim = chance.choice(_VICTIMS)
    if instant is None and chance.random() < 0.4:  # noqa: PLR2004 (so many faults come alone)
        victim = "none"
    nth = chance.choice((0, 0, 1)) if instant and _comes_twice(instant, operation) else 0
    faults = _faults(chance, service, operation, instant, alone=victim == "none")
    if instant is not None and instant.spoilt:
        faults = (Fault("lease", instant.spoilt, nth),)
    in_flight = name == "working"
    switches = _switches(chance, service, instant)
    then: Literal["up", "destroy"] = "destroy" if operation == "destroy" and chance.random() < 0.5 else "up"  # noqa: PLR2004
    if operation == "destroy" and then == "up":
        switches |= _TELLING[service]
    plan = Plan(
        seed=seed,
        index=index,
        service=service,
        shape=shape,
        operation=operation,
        before=before,
        after=after,
        faults=faults,
        switches=switches,
        instant=name,
        phase=chance.choice(instant.phases) if instant else "",
        nth=nth,
        delay_s=chance.uniform(0.2, 2.5),
        victim=victim,
        signal=chance.choice(("SIGKILL", "SIGKILL", "SIGTERM", "SIGINT")),
        held_s=chance.choice((0.0, 2.0, 6.0, 12.0) if in_flight else (0.0, 1.0)),
        later_s=0.0 if in_flight or chance.random() < 0.8 else chance.choice((120.0, 7200.0)),  # noqa: PLR2004
        then=then,
    )
    if operation == "destroy" and then == "up":
        plan = replace(plan, later_s=max(plan.later_s, _AFTER_A_DESTROY_S))
    return plan


def _comes_twice(instant: Instant, operation: Operation) -> bool:
    """Whether every program of this operation makes the held call at least twice."""
    return instant.call == "configure" or (instant.call in {"lease", "end"} and operation in {"up", "destroy", "retry"})


def _shape(chance: random.Random, service: str, operation: Operation, name: str) -> str:
    if name == "configure":
        return "failover"
    if operation == "swap":
        return "numbers"
    return chance.choice([one for one in _SHAPES if one != "failover" or service == "contiguity"])


def _declared(chance: random.Random, shape: str) -> tuple[Declared, ...]:
    one, two = chance.sample(_NUMBERS, 2)
    search = {"country": "US", "capabilities": ["sms"]}
    made: dict[str, tuple[Declared, ...]] = {
        "numbers": (Declared("one", one), Declared("two", two)),
        "search": (Declared("one", search=search), Declared("two", search=search)),
        "pool": (Declared("desk", search=search, slots=("alice", "bob", "carol")),),
        "failover": (Declared("one", one, failover=_FAILOVER), Declared("two", two, failover=_FAILOVER)),
        "accounts": (Declared("one", one), Declared("two", search=search, account=SECOND)),
    }
    return made[shape]


def _programs(chance: random.Random, service: str, shape: str, operation: Operation) -> tuple[Program | None, Program]:
    before = _declared(chance, shape)
    if operation in {"up", "retry"}:
        return None, Program(service, before, retries=2 if operation == "retry" else 0)
    after = {
        "update": _updated,
        "replace": _replaced,
        "swap": _swapped,
        "rename": _renamed,
    }.get(operation, lambda _chance, declared: declared)(chance, before)
    return Program(service, before), Program(service, after)


def _updated(chance: random.Random, before: tuple[Declared, ...]) -> tuple[Declared, ...]:
    """Set another failover where there is one, and declare one more number."""
    changed = [replace(one, failover=_OTHER_FAILOVER) if one.failover else one for one in before]
    held = {one.number for one in before}
    more = Declared("more", chance.choice([number for number in _NUMBERS if number not in held]))
    return (*changed, replace(more, failover=_FAILOVER if before[0].failover else None))


def _replaced(chance: random.Random, before: tuple[Declared, ...]) -> tuple[Declared, ...]:
    """Ask for another number, or for what the held ones cannot be."""
    held = {one.number for one in before}
    first, *others = before
    if first.number:
        return (replace(first, number=chance.choice([number for number in _NUMBERS if number not in held])), *others)
    return (replace(first, search={"country": "GB"}), *others)


def _swapped(_chance: random.Random, before: tuple[Declared, ...]) -> tuple[Declared, ...]:
    one, two = before
    return (replace(one, number=two.number, adopt=True), replace(two, number=one.number, adopt=True))


def _renamed(chance: random.Random, before: tuple[Declared, ...]) -> tuple[Declared, ...]:
    """Give the first one another name, told by an alias or, where the number is written down, by `adopt`."""
    first, *others = before
    if first.number and chance.random() < 0.5:  # noqa: PLR2004
        return (replace(first, name="other", adopt=True), *others)
    return (replace(first, name="other", alias=first.name), *others)


def _faults(
    chance: random.Random, service: str, operation: Operation, instant: Instant | None, *, alone: bool
) -> tuple[Fault, ...]:
    if instant is not None and instant.call in {"lease", "end"}:
        return ()  # what the held call meets is part of the instant
    if operation == "retry":
        return (_fault(chance, "lease", _LEASE_FAULTS),)
    if not alone and chance.random() < 0.6:  # noqa: PLR2004
        return ()
    kinds = {
        "destroy": (call(service, "end"), _END_FAULTS),
        "refresh": (call(service, "leases"), _READ_FAULTS),
        "swap": (call(service, "leases"), _READ_FAULTS),
        "rename": (call(service, "leases"), _READ_FAULTS),
    }
    return (_fault(chance, *kinds.get(operation, ("lease", _LEASE_FAULTS))),)


def _fault(chance: random.Random, operation: str, kinds: _Kinds) -> Fault:
    kind, params = chance.choice(kinds)
    return Fault(operation, kind, chance.choice((0, 0, 1)), params)


def _switches(chance: random.Random, service: str, instant: Instant | None) -> dict[str, Any]:
    drawn_ = {name: chance.choice(values) for name, values in _QUIRKS[service].items()}
    return {**drawn_, **(instant.switches.get(service, {}) if instant else {})}
