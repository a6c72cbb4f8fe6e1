"""Faults that are scripted on an emulator: which there are, the rules in force, and which of them a call meets."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pulumi_leases.emulator.journal import Call
from pulumi_leases.emulator.vendors import VENDORS


class FaultError(ValueError):
    """A rule names no fault, vendor, operation or parameter that exists, or gives it a value that it cannot have."""


class Phase(Enum):
    """When a fault acts: before the work, on the answer, or between the work and the answer."""

    BEFORE = "before"
    ANSWER = "answer"
    AFTER = "after"


@dataclass(frozen=True)
class Param:
    """One parameter of a fault. One without a default must be given."""

    types: tuple[type, ...]
    default: Any = None
    required: bool = False


@dataclass(frozen=True)
class Fault:
    """A kind of fault. `works`: whether the vendor does the work, unless there is a parameter `work` to say so."""

    name: str
    phase: Phase
    meaning: str
    params: dict[str, Param] = field(default_factory=dict)
    works: bool = True


_NUMBER = (int, float)
_SECONDS = {"seconds": Param(_NUMBER, required=True)}
_BARRIER = {"n": Param((int,), required=True), "timeout_s": Param(_NUMBER, default=10)}
_TAKEN = {"by": Param((str,), default="stranger"), "settings": Param((dict,))}
_STATUS = {"code": Param((int,), required=True), "body": Param((str, dict, list)), "headers": Param((dict,))}
_429 = {"retry_after": Param((int,)), "as_date": Param((bool,), default=False)}
_RATE = {"per_second": Param(_NUMBER, required=True), **_429, "reset_header": Param((str,))}
_REDIRECT = {"to": Param((str,), required=True), "code": Param((int,), default=307)}
_WORK = {"work": Param((bool,), default=True)}
_SPOILT = {**_WORK, "code": Param((int,))}
_SLOW = {**_WORK, "seconds": Param(_NUMBER, default=5)}
_HUGE = {**_WORK, "megabytes": Param((int,), default=64)}

FAULTS = {
    fault.name: fault
    for fault in (
        Fault("delay_before", Phase.BEFORE, "waits `seconds`, then does the work", _SECONDS),
        Fault("hold_before", Phase.BEFORE, "waits for a release, then does the work, also when the client has gone"),
        Fault("barrier", Phase.BEFORE, "waits until `n` such calls are inside, then lets all go; after `timeout_s` "
              "they go without. `times` is `n` unless given", _BARRIER),
        Fault("taken", Phase.BEFORE, "the login `by` leases the number first, with `settings` if given", _TAKEN),
        Fault("drop_before", Phase.ANSWER, "closes the connection, nothing done", works=False),
        Fault("drop_after", Phase.ANSWER, "does the work, closes the connection without an answer"),
        Fault("reset", Phase.ANSWER, "resets the connection (RST)", _WORK),
        Fault("status", Phase.ANSWER, "answers `code`, nothing done; `body` (text or JSON) and `headers` if given, "
              "else the vendor's own error body", _STATUS, works=False),
        Fault("status_after", Phase.ANSWER, "does the work, then answers as `status` does", _STATUS),
        Fault("429", Phase.ANSWER, "too many requests, nothing done; Retry-After of `retry_after` seconds, none "
              "without, as an HTTP date with `as_date`", _429, works=False),
        Fault("rate", Phase.ANSWER, "as `429` for every call above `per_second` within any second; Retry-After as there; "
              "`reset_header` names one that has the seconds instead. `times` is 0 unless given", _RATE, works=False),
        Fault("redirect", Phase.ANSWER, "sends the client to the URL `to`, nothing done", _REDIRECT, works=False),
        Fault("html", Phase.ANSWER, "answers a page of HTML, as a proxy does", _SPOILT),
        Fault("empty", Phase.ANSWER, "answers without a body", _SPOILT),
        Fault("garbage", Phase.ANSWER, "answers bytes that are no JSON, labelled as JSON", _SPOILT),
        Fault("truncated", Phase.ANSWER, "declares the whole body, sends half of it, closes", _WORK),
        Fault("slow_body", Phase.ANSWER, "sends the body in small pieces over `seconds`", _SLOW),
        Fault("huge", Phase.ANSWER, "answers `megabytes` of JSON without declaring its length", _HUGE),
        Fault("delay_after", Phase.AFTER, "does the work, waits `seconds`, then answers", _SECONDS),
        Fault("hold_after", Phase.AFTER, "does the work, waits for a release, then answers"),
    )
}  # fmt: skip


@dataclass
class Rule:
    """A fault for the calls that match; `*` matches every vendor or operation, null every number or login.

    The first `skip` matching calls pass, the next `times` meet the fault, 0 meaning all.
    """

    id: int
    fault: str
    vendor: str = "*"
    operation: str = "*"
    number: str | None = None
    login: str | None = None
    times: int = 1
    skip: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    used: int = 0
    passed: list[float] = field(default_factory=list)
    """When the calls of the last second arrived that the fault `rate` has let pass."""

    @property
    def kind(self) -> Fault:
        return FAULTS[self.fault]

    @property
    def works(self) -> bool:
        return bool(self.params.get("work", self.kind.works))

    def matches(self, call: Call) -> bool:
        return (
            self.vendor in {"*", call.vendor}
            and self.operation in {"*", call.operation}
            and self.number in {None, call.number}
            and self.login in {None, call.login}
        )

    def due(self, call: Call) -> bool:
        if self.seen <= self.skip or (self.times and self.used >= self.times):
            return False
        return self.fault != "rate" or not self._lets_pass(call)

    def _lets_pass(self, call: Call) -> bool:
        self.passed = [at for at in self.passed if at > call.arrived - 1]
        if len(self.passed) >= self.params["per_second"]:
            return False
        self.passed.append(call.arrived)
        return True


class Faults:
    """The rules in force, oldest first; its user holds the emulator's lock."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._last = 0

    def add(self, wanted: dict[str, Any]) -> Rule:
        """Put a rule in force. Its own keys and the parameters of its fault stand side by side in `wanted`.

        Raises:
            FaultError: it names something that does not exist, or leaves out what it needs.
        """
        own = {key: wanted[key] for key in ("vendor", "operation", "number", "login", "times", "skip") if key in wanted}
        rule = Rule(id=self._last + 1, fault=str(wanted.get("fault")), **own)
        _check(rule)
        given = {key: value for key, value in wanted.items() if key not in own and key != "fault"}
        rule.params = _params(rule.kind, given)
        if "times" not in own:
            rule.times = {"barrier": rule.params.get("n", 1), "rate": 0}.get(rule.fault, 1)
        self._last = rule.id
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        self.rules.clear()

    def met_by(self, call: Call) -> dict[Phase, Rule]:
        """The rules that this call meets, at most one for each phase: the oldest that is due."""
        met: dict[Phase, Rule] = {}
        for rule in self.rules:
            if not rule.matches(call):
                continue
            rule.seen += 1
            if rule.due(call) and rule.kind.phase not in met:
                rule.used += 1
                met[rule.kind.phase] = rule
        return met


def _check(rule: Rule) -> None:
    if rule.fault not in FAULTS:
        raise FaultError(f"no fault {rule.fault!r}; there are {', '.join(FAULTS)}")
    if rule.vendor not in {"*", *VENDORS}:
        raise FaultError(f"no vendor {rule.vendor!r}; there are {', '.join(VENDORS)} and *")
    vendors = VENDORS if rule.vendor == "*" else (rule.vendor,)
    operations = sorted({operation for vendor in vendors for operation in VENDORS[vendor].operations})
    if rule.operation not in {"*", *operations}:
        raise FaultError(f"{rule.vendor} has no operation {rule.operation!r}; there are {', '.join(operations)} and *")
    for name in ("times", "skip"):
        if type(getattr(rule, name)) is not int or getattr(rule, name) < 0:
            raise FaultError(f"{name} is a whole number, not below zero")


def _params(kind: Fault, given: dict[str, Any]) -> dict[str, Any]:
    unknown = ", ".join(sorted(set(given) - set(kind.params)))
    if unknown:
        raise FaultError(f"fault {kind.name} has no parameter {unknown}; it has {', '.join(kind.params) or 'none'}")
    params = {name: given.get(name, param.default) for name, param in kind.params.items()}
    for name, param in kind.params.items():
        if params[name] is None and not param.required:
            continue
        if not isinstance(params[name], param.types) or (isinstance(params[name], bool) and bool not in param.types):
            raise FaultError(f"fault {kind.name} needs {name}, {' or '.join(one.__name__ for one in param.types)}")
    return params
