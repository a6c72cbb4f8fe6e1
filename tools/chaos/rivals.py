"""Two stacks of one account that want the same numbers at the same time, one of them killed: exactly one holds each.

`python -m tools.chaos.rivals --trials 50 --seed 1`, or one again with `--only 17`. Kills are drawn where purchases carry a
reference; elsewhere a date cannot tell two stacks apart (docs/guarantees.md), and both run to their end.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_leases.emulator import Emulator, Vendor, serve
from pulumi_leases.engine.state import REFUSED
from pulumi_leases.services import SERVICES, service_class

from .draw import DOORS, OF_ALL_TRIALS
from .plan import Declared, Program
from .runner import arguments, carry_out_all, indexes
from .stack import Held, Stack, settings

if TYPE_CHECKING:
    import threading

    from .plan import Door

_NUMBERS = ("+12015550123", "+12125550123", "+13055550123")
_AT_MOST = 4
"""How often a command is run again until it ends well, or says that the other stack has what it wants."""
_LOST = ("AlreadyLeased", "NumberUnavailable", "is leased by account", "could not be leased")


@dataclass(frozen=True)
class Rivalry:
    """One trial: who is killed, when, and how far apart the two begin."""

    seed: int
    index: int
    service: str
    numbers: tuple[str, ...]
    parallel: int
    apart_s: float
    victim: str
    delay_s: float
    destroyed_first: int
    doors: tuple[Door, Door]
    """Which provider serves each stack."""

    def __str__(self) -> str:
        """Describe the trial in one line."""
        kill = (
            "no kill" if self.victim == "none" else f"SIGKILL to {self.victim} of the first after {self.delay_s:.2f} s"
        )
        what = f"{self.service}, {' and '.join(self.doors)}: {len(self.numbers)} numbers"
        line = f"{what}, {self.parallel} at a time, {self.apart_s:.2f} s apart; {kill}"
        return f"{line}; stack {self.destroyed_first} is destroyed first"


@dataclass
class Verdict:
    """What a trial came to: nothing in it where all is well."""

    rivalry: Rivalry
    wrong: list[str] = field(default_factory=list)
    story: str = ""


def draw(seed: int, index: int) -> Rivalry:
    """Draw a trial; a seed and an index come to the same one each time."""
    chance = random.Random(f"rivals {seed} {index}")
    service = sorted(SERVICES)[index % len(SERVICES)]
    kills = service_class(service).carries_reference
    return Rivalry(
        seed,
        index,
        service,
        _NUMBERS[: chance.choice((1, 2, 3))],
        chance.choice((1, 4, 32)),
        chance.choice((0.0, 0.0, 0.1, 0.5, 2.0)),
        chance.choice(("CLI", "provider", "both")) if kills else "none",
        chance.uniform(0.8, 5.0),
        chance.choice((0, 1)),
        (chance.choice(DOORS), chance.choice(DOORS)),
    )


def carry_out(rivalry: Rivalry, stop: threading.Event) -> Verdict:
    """Carry a trial out, in a vendor of its own."""
    verdict = Verdict(rivalry)
    with (
        tempfile.TemporaryDirectory(prefix="rivals-") as name,
        serve(Emulator()) as served,
        Vendor(served.url) as vendor,
    ):
        vendor.switch(rivalry.service, **OF_ALL_TRIALS.get(rivalry.service, {}))
        folders = [Path(name) / which for which in ("first", "second")]
        for folder in folders:
            folder.mkdir()
        stacks = [Stack(folder, settings(vendor, rivalry.service, consent=False), stop) for folder in folders]
        try:
            _play(rivalry, stacks, vendor, verdict)
        except Exception as error:  # noqa: BLE001 (one broken trial must not hide the others; it counts as failed)
            verdict.wrong.append(f"the trial itself broke: {type(error).__name__}: {error}")
        finally:
            for stack in stacks:
                stack.sweep()
        if verdict.wrong:
            verdict.story = "\n".join(f"--- {one.name}\n{one.text}" for stack in stacks for one in stack.commands)
    return verdict


def _play(rivalry: Rivalry, stacks: list[Stack], vendor: Vendor, verdict: Verdict) -> None:
    declared = tuple(Declared(f"n{place}", number) for place, number in enumerate(rivalry.numbers))
    at_once = ("--parallel", str(rivalry.parallel))
    commands = []
    for stack, door in zip(stacks, rivalry.doors, strict=True):
        stack.program(Program(rivalry.service, declared, door=door))
        commands.append(stack.start("up", "--yes", "--skip-preview", "--continue-on-error", *at_once))
        time.sleep(rivalry.apart_s)
    if rivalry.victim != "none":
        time.sleep(rivalry.delay_s)
        commands[0].kill(rivalry.victim, "SIGKILL")
    for command in commands:
        command.wait()
    for stack in stacks:
        _until_settled(stack, "up", "--continue-on-error", *at_once)
    _exactly_one_holds_each(rivalry, stacks, vendor, verdict)
    first = rivalry.destroyed_first
    for stack in (stacks[first], stacks[1 - first]):
        mine = {one.lease_id for one in _holds(stack)}
        others = _held(rivalry, vendor) - mine
        if not _until_settled(stack, "destroy", *at_once):
            verdict.wrong.append(f"a destroy fails: {stack.commands[-1].text[-800:]}")
        if gone := others - _held(rivalry, vendor):
            verdict.wrong.append(f"the other stack's lease was released: {sorted(gone)}")
        if stack.resources():
            verdict.wrong.append(f"in the state after destroy: {stack.resources()}")
    if left := _held(rivalry, vendor):
        verdict.wrong.append(f"leased after both were destroyed: {sorted(left)}")


def _until_settled(stack: Stack, verb: str, *options: str) -> bool:
    """Run a command until it ends well, or has nothing left but numbers that the other stack leases."""
    for _ in range(_AT_MOST):
        if stack.is_locked:
            stack.run("cancel", "--yes")
        command = stack.run(verb, "--yes", "--skip-preview", *options)
        if command.ok:
            return True
        if verb == "up" and any(lost in command.text for lost in _LOST):
            return False
    return False


def _exactly_one_holds_each(rivalry: Rivalry, stacks: list[Stack], vendor: Vendor, verdict: Verdict) -> None:
    state = vendor.state()
    charged = [one.lease_id for one in state.charges if one.kind == "upfront"]
    for number in rivalry.numbers:
        held = [one.lease_id for one in state.leases if one.number == number and one.cancelled_at is None]
        holding = [one.lease_id for stack in stacks for one in _holds(stack) if one.number == number]
        made = [one.lease_id for one in (*state.leases, *state.past) if one.number == number]
        if len(held) != 1 or holding != held:
            verdict.wrong.append(f"{number}: leased as {held}, and the stacks hold {holding}")
        if len(made) != 1 or charged.count(made[0]) != 1:
            verdict.wrong.append(f"{number}: not leased and charged exactly once: {made}")


def _holds(stack: Stack) -> list[Held]:
    """List the leases of a stack; a number that was refused to it stands in its state, and is none."""
    return [one for one in stack.held() if one.status != REFUSED]


def _held(rivalry: Rivalry, vendor: Vendor) -> set[str]:
    return {one.lease_id for one in vendor.leases(rivalry.service) if one.cancelled_at is None}


def main() -> int:
    """Carry out the trials that are asked for; ends with 1 where two stacks held one number, or one touched the other's."""
    asked = arguments("tools.chaos.rivals", __doc__, jobs=4).parse_args()
    verdicts: list[Verdict] = []

    def note(verdict: Verdict) -> None:
        verdicts.append(verdict)
        print(f"{verdict.rivalry.index:4} {'FAILED' if verdict.wrong else 'ok':6} {verdict.rivalry}", flush=True)
        if verdict.wrong:
            print("\n".join([*verdict.wrong, verdict.story]), flush=True)

    carry_out_all([draw(asked.seed, index) for index in indexes(asked)], carry_out, asked.jobs, note)
    failed = sum(bool(verdict.wrong) for verdict in verdicts)
    print(f"failed trials {failed}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
