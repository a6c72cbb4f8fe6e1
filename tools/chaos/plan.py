"""One trial, as it is drawn: who declares what, what is done, what goes wrong, and when. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Operation = Literal["up", "update", "replace", "swap", "rename", "refresh", "destroy", "retry"]
Victim = Literal["CLI", "provider", "both", "none"]
Door = Literal["dynamic", "native"]

DEFAULT = "default"
SECOND = "second"


@dataclass(frozen=True)
class Declared:
    """One resource of a program: a number, or a pool where it has slots."""

    name: str
    number: str | None = None
    search: dict[str, Any] | None = None
    account: str = DEFAULT
    slots: tuple[str, ...] = ()
    wiring: dict[str, Any] = field(default_factory=dict)
    """What the number is connected to: inputs by name."""
    adopt: bool = False
    alias: str | None = None
    lease_again: dict[str, str] = field(default_factory=dict)
    """The lost lease whose successor is consented to, by the name of the resource."""

    @property
    def names(self) -> list[str]:
        """The names of its leased numbers."""
        return [f"{self.name}-{slot}" for slot in self.slots] or [self.name]

    @property
    def size(self) -> int:
        """How many leases it stands for."""
        return len(self.slots) or 1


@dataclass(frozen=True)
class Program:
    """What a program declares; `retries` gives each number an `ErrorHook` that says to try again, `door` is who serves it."""

    service: str
    declared: tuple[Declared, ...]
    retries: int = 0
    door: Door = "dynamic"

    @property
    def size(self) -> int:
        """How many leases there are when all is well."""
        return sum(one.size for one in self.declared)

    @property
    def numbers(self) -> set[str]:
        """The numbers that are written in the program."""
        return {one.number for one in self.declared if one.number}


@dataclass(frozen=True)
class Fault:
    """A fault at the vendor, for one call of an operation of its API."""

    operation: str
    kind: str
    skip: int = 0
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """One trial.

    Attributes:
        index: Its number in the run, counted from 0; with the seed it determines everything else.
        before: The program that is up before the operation, if any.
        after: The program from the operation on.
        faults: What the vendor does wrong during the operation.
        switches: Which of the possible vendors it is.
        instant: The name of the instant of the kill.
        phase: Whether the call of that instant is held before or after the vendor's work.
        nth: How many calls of its kind pass before.
        delay_s: For a kill at a random instant: seconds after the start.
        victim: Who is killed.
        signal: By which signal.
        held_s: How long after the kill the vendor goes on with the call that it holds.
        later_s: How much time the vendor's clock is ahead when somebody looks after it.
        then: The first command of the operator who looks after it.
        consent: Whether the stack consents to `leases:releaseInterrupted`.
        parallel: How many resources the engine works on at a time.
    """

    seed: int
    index: int
    service: str
    shape: str
    operation: Operation
    before: Program | None
    after: Program
    faults: tuple[Fault, ...]
    switches: dict[str, Any]
    instant: str
    phase: str
    nth: int
    delay_s: float
    victim: Victim
    signal: str
    held_s: float
    later_s: float
    then: Literal["up", "destroy"]
    consent: bool
    parallel: int

    def __str__(self) -> str:
        """Describe the trial in one line."""
        faults = ", ".join(f"{fault.kind} on {fault.operation} {fault.skip + 1}" for fault in self.faults) or "no fault"
        kill = "no kill" if self.victim == "none" else f"{self.signal} to {self.victim}"
        at = (
            f"{self.instant}, {self.delay_s:.2f} s"
            if self.instant == "random"
            else f"{self.instant} ({self.phase} its work, call {self.nth + 1})"
        )
        rest = f"held {self.held_s:.0f} s" + (f", looked after {self.later_s:.0f} s later" if self.later_s else "")
        then = f"then {self.then}{' with consent' if self.consent else ''}, {self.parallel} at a time"
        doors = " to ".join(dict.fromkeys(one.door for one in (self.before, self.after) if one))
        return f"{self.service}, {self.shape}, {doors}: {self.operation}; {faults}; {kill} at: {at}; {rest}; {then}"
