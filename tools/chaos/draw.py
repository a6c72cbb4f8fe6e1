"""Draw trials from a seed: for each index always the same one. Pure."""

from __future__ import annotations

import functools
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from .instants import INSTANTS, RANDOM, WIRED, Instant, call
from .plan import SECOND, Declared, Door, Fault, Operation, Plan, Program, Victim

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    _Change = Callable[[random.Random, tuple[Declared, ...]], tuple[Declared, ...]]

_PLACES = ("120155501", "121255501", "130555501", "131255501", "141555501", "151255501", "120655501", "161755501")
_NUMBERS = [f"+{place}{last}" for place in _PLACES for last in (23, 24, 25)]
_SHAPES = ("numbers", "search", "pool", "wired", "accounts")
_OPERATIONS: tuple[Operation, ...] = ("up", "update", "replace", "swap", "rename", "refresh", "destroy", "retry")
_SELDOM = {"up", "update", "swap", "rename", "refresh", "retry"}
"""What comes by few of the named instants is killed at random ones more often."""
_DESTROYED = {"destroy": 0.5, "refresh": 0.1, "swap": 0.2, "rename": 0.2}
"""How often it is gone on with a destroy; 0.3 for what is not named."""
_VICTIMS: tuple[Victim, ...] = ("CLI", "provider", "both", "both")
DOORS: tuple[Door, ...] = ("dynamic", "native")
_MOVED = {"update", "replace", "refresh", "destroy"}
"""What may be done to a stack that comes over from the dynamic provider: numbers keep their names until they are over."""
_PARALLEL = (1, 2, 4, 8, 16, 32)
_WIRING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "contiguity": (
        {"failover": {"enabled": True, "mode": "all"}},
        {"failover": {"enabled": True, "mode": "selective", "numbers": ["+12025550123"]}},
    ),
    "telnyx": (
        {"tags": ["one"], "messaging": {"profile": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}},
        {"tags": ["one", "two"], "messaging": {"profile": "3fa85f64-5717-4562-b3fc-2c963f66afa7"}},
    ),
    "twilio": (
        {"label": "one", "voice": {"url": "https://example.com/one"}, "messaging": {"service": f"MG{1:032x}"}},
        {"label": "two", "voice": {"url": "https://example.com/two"}, "messaging": {"service": f"MG{2:032x}"}},
    ),
}
"""What a number is connected to at first, and after an update."""

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
    "telnyx": {
        "own_number": (409, "200_second_order", "200_second_charge"),
        "taken_number": (85001, 10015),
        "order_s": (0, 0, 2),
        "order_answer": ("pending", "settled"),
        "order_lag_s": (0, 0, 1),
        "listing_lag_s": (0, 0, 2),
        "pending_numbers": ("listed", "absent"),
        "idle_deletes": (0, 0, 1),
        "deletion_delay_s": (0, 0, 2),
        "ended_numbers": ("absent", "listed"),
        "reference_copied": (True, True, False),
        "reference_filter": ("substring", "exact", "ignored"),
        "e164_read": ("works", 404),
        "plus_filter": ("nothing", "works"),
    },
    "twilio": {
        "own_number": ("update", "ignore", 400),
        "listing_lag_s": (0, 0, 2),
        "release_lag_s": (0, 0, 2),
        "delete_again": (404, 204),
        "friendly_name_filter": ("exact", "substring"),
        "pages": ("cursor", "offset"),
    },
}
OF_ALL_TRIALS: dict[str, dict[str, Any]] = {
    "telnyx": {"hold_s": 0, "aging_s": 0},
    "twilio": {"after_release": "new_sid"},
}
"""Who goes back to `up` from a destroy needs numbers that can be leased again at once."""
_TELLING: dict[str, dict[str, Any]] = {
    "contiguity": {"after_termination": "gone"},
    "telesign": {"after_cancel": "gone"},
}
"""Who goes back to `up` from a destroy needs numbers that are free again, and a vendor that shows which ones are going."""
_AFTER_A_DESTROY_S = 60.0
"""And comes when what the destroy has ended is gone: until then a vendor may show a terminated lease as before, and of one
that was made within the minute it is not believed that it is over."""


def draw(seed: int, index: int, services: Sequence[str]) -> Plan:
    """Draw a trial. Every instant has its turn, the random one too; all else is chance."""
    chance = random.Random(f"{seed} {index}")
    names = [*INSTANTS, RANDOM]
    name = names[index % len(names)]
    instant = INSTANTS.get(name)
    possible = sorted(instant.services) if instant else services
    service = chance.choice([one for one in possible if one in services] or possible)
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
    then: Literal["up", "destroy"] = "destroy" if chance.random() < _DESTROYED.get(operation, 0.3) else "up"
    if operation == "destroy" and then == "up":
        switches |= _TELLING.get(service, {})
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
        consent=chance.random() < 0.5,  # noqa: PLR2004 (half of them)
        parallel=chance.choice(_PARALLEL),
    )
    if operation == "destroy" and then == "up":
        plan = replace(plan, later_s=max(plan.later_s, _AFTER_A_DESTROY_S))
    door = chance.choice(DOORS)
    old = chance.choice(DOORS) if door == "native" and operation in _MOVED else door
    return replace(plan, before=before and replace(before, door=old), after=replace(after, door=door))


def _comes_twice(instant: Instant, operation: Operation) -> bool:
    """Whether every program of this operation makes the held call at least twice."""
    return instant.call in {"configure", "join"} or (
        instant.call in {"lease", "end"} and operation in {"up", "destroy", "retry"}
    )


def _shape(chance: random.Random, service: str, operation: Operation, name: str) -> str:
    if name in {"configure", "joining"}:
        return "wired"
    if operation == "swap":
        return "numbers"
    return chance.choice([one for one in _SHAPES if one != "wired" or service in WIRED])


def _declared(chance: random.Random, service: str, shape: str) -> tuple[Declared, ...]:
    one, two = chance.sample(_NUMBERS, 2)
    search = {"country": "US", "capabilities": ["sms"]}
    wiring, _ = _WIRING.get(service, ({}, {}))
    made: dict[str, tuple[Declared, ...]] = {
        "numbers": (Declared("one", one), Declared("two", two)),
        "search": (Declared("one", search=search), Declared("two", search=search)),
        "pool": (Declared("desk", search=search, slots=("alice", "bob", "carol")),),
        "wired": (Declared("one", one, wiring=wiring), Declared("two", two, wiring=wiring)),
        "accounts": (Declared("one", one), Declared("two", search=search, account=SECOND)),
    }
    return made[shape]


def _programs(chance: random.Random, service: str, shape: str, operation: Operation) -> tuple[Program | None, Program]:
    before = _declared(chance, service, shape)
    if operation in {"up", "retry"}:
        return None, Program(service, before, retries=2 if operation == "retry" else 0)
    changes: dict[str, _Change] = {
        "update": functools.partial(_updated, service),
        "replace": _replaced,
        "swap": _swapped,
        "rename": _renamed,
    }
    after = changes[operation](chance, before) if operation in changes else before
    return Program(service, before), Program(service, after)


def _updated(service: str, chance: random.Random, before: tuple[Declared, ...]) -> tuple[Declared, ...]:
    """Connect to something else what is connected, and declare one more number."""
    changed = [replace(one, wiring=_WIRING[service][1]) if one.wiring else one for one in before]
    held = {one.number for one in before}
    more = Declared("more", chance.choice([number for number in _NUMBERS if number not in held]))
    return (*changed, replace(more, wiring=before[0].wiring))


def _replaced(chance: random.Random, before: tuple[Declared, ...]) -> tuple[Declared, ...]:
    """Ask for another number, or for what the held ones cannot be."""
    held = {one.number for one in before}
    first, *others = before
    if first.number:
        return (replace(first, number=chance.choice([number for number in _NUMBERS if number not in held])), *others)
    return (replace(first, search={"country": "CA"}), *others)


def _swapped(_chance: random.Random, before: tuple[Declared, ...]) -> tuple[Declared, ...]:
    one, two = before
    return (replace(one, number=two.number, adopt=True), replace(two, number=one.number, adopt=True))


def _renamed(chance: random.Random, before: tuple[Declared, ...]) -> tuple[Declared, ...]:
    """Give the first one another name, with an alias or, where the number is written down, with `adopt`."""
    first, *others = before
    if first.number and chance.random() < 0.5:  # noqa: PLR2004
        return (replace(first, name="other", adopt=True), *others)
    return (replace(first, name="other", alias=first.name), *others)


def _faults(
    chance: random.Random, service: str, operation: Operation, instant: Instant | None, *, alone: bool
) -> tuple[Fault, ...]:
    is_first = instant is not None and instant.call in {"leases", "configure", "join"} and not instant.after
    if instant is not None and (instant.call in {"lease", "end"} or is_first):
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
