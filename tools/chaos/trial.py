"""One trial: bring about what is planned, look after it as an operator would, and hold the vendor's side against it."""

from __future__ import annotations

import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pulumi_leases.emulator import Emulator, Vendor, serve
from pulumi_leases.services.telnyx.shapes import is_order_id

from . import judge
from .draw import OF_ALL_TRIALS
from .instants import INSTANTS, call
from .outcome import Outcome
from .processes import Command, wait_for
from .stack import Held, Stack, logins, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_leases.emulator.ledger import Lease

    from .plan import Plan

_BYSTANDER = "+18005550124"
"""A number that the account leases by other means: nobody may touch it."""
_ENTITLEMENTS = ["imessage_entitlement_required", "whatsapp_entitlement_required", "enterprise_plan_required"]
_MOST_STEPS = 6
_STILL_LEASED = re.compile(
    r"LeaseIntent (\S+) \*\*deleting failed[^*]*\*\* error: pulumi_leases\.StillLeased.*`pulumi up --target"
)
_FORGET = re.compile(r"nothing shows that it has ended.*To forget (\+\d+) without touching it: `pulumi state delete`")
_CONSENT = re.compile(r'lease(?:_again=|Again: )(?:\{"[^"]+": )?"([^"]+)"')
_REACHED_WITHIN_S = 60.0
_GONE_WITHIN_S = 10.0


def carry_out(plan: Plan, stop: threading.Event) -> Outcome:
    """Carry out a trial, in a vendor and a folder of its own; leaves no process and no file behind."""
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="chaos-") as folder,
        serve(Emulator()) as served,
        Vendor(served.url) as vendor,
    ):
        trial = _Trial(plan, Path(folder), vendor, stop)
        try:
            trial.play()
        except Exception as error:  # noqa: BLE001 (one broken trial must not hide the others; it counts as failed)
            trial.outcome.wrong.append(f"the trial itself broke: {type(error).__name__}: {error}")
        finally:
            trial.stack.sweep()
        trial.outcome.seconds = time.monotonic() - begun
        if trial.outcome.failed:
            trial.outcome.story = trial.story()
        return trial.outcome


class _Trial:
    def __init__(self, plan: Plan, folder: Path, vendor: Vendor, stop: threading.Event) -> None:
        self.plan = plan
        self.program = plan.after
        self.vendor = vendor
        self.outcome = Outcome(plan)
        self._unproven: set[str] = set()
        """Numbers of which the vendor has shown once that nothing shows their end."""
        self.stack = Stack(folder, settings(vendor, plan.service, consent=plan.consent), stop)
        self.at_once = ("--parallel", str(plan.parallel))
        self.logins = logins(vendor, plan.service)
        self.timers: list[threading.Timer] = []

    def play(self) -> None:
        plan, vendor, outcome = self.plan, self.vendor, self.outcome
        vendor.switch(plan.service, **OF_ALL_TRIALS.get(plan.service, {}))
        for login in self.logins if plan.service == "contiguity" else ():
            vendor.login(plan.service, login, entitlements=_ENTITLEMENTS)
        vendor.lease(plan.service, _BYSTANDER, login=max(self.logins))
        if plan.before is not None:
            self.stack.program(plan.before)
            if not (first := self.stack.run("up", "--yes", "--skip-preview", *self.at_once)).ok:
                outcome.wrong.append(f"the first up failed: {first.text[-500:]}")
                return
        at_first = self._view()
        vendor.switch(plan.service, **plan.switches)
        self.stack.program(plan.after)
        self._interrupted()
        if plan.then == "up":
            # After an interrupted deletion the engine itself says to refresh.
            self._steps("up", "--yes", "--skip-preview", *(["--refresh"] if plan.operation == "destroy" else []))
            self._after_up(at_first)
        self._steps("destroy", "--yes", "--skip-preview")
        for timer in self.timers:
            timer.join()
        self._after_destroy(at_first)

    def _interrupted(self) -> None:
        """Do what is planned, and kill it where it is planned."""
        plan, vendor = self.plan, self.vendor
        instant = INSTANTS.get(plan.instant)
        since = len(vendor.journal())
        for fault in plan.faults:
            vendor.fault(fault.operation, fault.kind, vendor=plan.service, skip=fault.skip, **fault.params)
        verb = plan.operation if plan.operation in {"refresh", "destroy"} else "up"
        command = self.stack.start(verb, "--yes", "--skip-preview", *self.at_once)
        if instant is None:
            if plan.victim == "provider":
                wait_for(lambda: command.ended or command.provider() is not None, _REACHED_WITHIN_S)
            self.outcome.reached = not wait_for(lambda: command.ended, plan.delay_s)
        else:
            self.outcome.reached = self._reaches(command, since)
        if plan.victim != "none" and self.outcome.reached:
            if instant is not None and instant.frozen:
                command.freeze()
                self._let_go()
                lease = call(plan.service, "lease")
                wait_for(lambda: self._answered(lease, since) > 0, _GONE_WITHIN_S)
            command.kill(plan.victim, plan.signal)
        self._let_go_in(plan.held_s)
        if not command.wait():
            self.outcome.wrong.append(f"`{command.name}` did not come to its end")
        vendor.clear_faults()
        if plan.later_s:
            self._join()
            vendor.clock(advance_s=plan.later_s)
        if len(vendor.journal()) > since:
            self._no_orphan(command)

    def _reaches(self, command: Command, since: int) -> bool:
        """Wait until the vendor holds the call of the instant."""
        plan, vendor = self.plan, self.vendor
        instant = INSTANTS[plan.instant]

        def held() -> bool:
            return bool(vendor.held()) or command.ended

        if instant.after is None:
            self._hold(plan)
        else:
            awaited = call(plan.service, instant.after)
            wait_for(lambda: self._answered(awaited, since) > 0 or command.ended, _REACHED_WITHIN_S)
            self._hold(plan)
        wait_for(held, _REACHED_WITHIN_S)
        return bool(vendor.held())

    def _hold(self, plan: Plan) -> None:
        instant = INSTANTS[plan.instant]
        self.vendor.fault(call(plan.service, instant.call), f"hold_{plan.phase}", vendor=plan.service, skip=plan.nth)

    def _answered(self, operation: str, since: int) -> int:
        return sum(one.answered is not None for one in self.vendor.calls(operation, since=since))

    def _let_go(self) -> None:
        self.vendor.release()

    def _let_go_in(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self._let_go)
        timer.start()
        self.timers.append(timer)

    def _join(self) -> None:
        for timer in self.timers:
            timer.join()

    def _no_orphan(self, command: Command) -> None:
        """See that a provider that has worked ends with its engine."""

        def none_left() -> bool:
            return not any(one.is_provider for one in command.left())

        if not wait_for(none_left, _GONE_WITHIN_S):
            self.outcome.wrong.append("the provider outlived its engine")

    def _steps(self, *verb: str) -> None:
        """Run a command as an operator would: unlock what is locked, do what an error says, and else run it again."""
        self._unlock()
        command = self.stack.run(*verb, *self.at_once)
        for _ in range(_MOST_STEPS):
            if command.ok:
                break
            verb = self._advised(command, verb) or self._again(verb)
            command = self.stack.run(*verb, *self.at_once)
        if command.ok and verb[0] == "destroy":
            judge.after_a_destroy_that_ended_well(self.outcome, self._view())
        if not command.ok:
            self.outcome.wrong.append(f"`{command.name}` fails for good: {command.text[-500:]}")

    def _unlock(self) -> None:
        if self.stack.is_locked:
            self.stack.run("cancel", "--yes")

    def _advised(self, command: Command, verb: tuple[str, ...]) -> tuple[str, ...] | None:
        """Do what an error says; returns the next command, or None where it says nothing that was not done."""
        if "failed to load checkpoint" in command.text:
            self.outcome.half_written += 1
            self.stack.mend()
            self._unlock()  # which the torn note has kept from being done
            return verb
        consented = {lease_id for one in self.program.declared for lease_id in one.lease_again.values()}
        if lost := set(_CONSENT.findall(command.text)) - consented:
            names = {one.name: one.lease_id for one in self.stack.held() if one.lease_id in lost}
            declared = tuple(
                replace(
                    one, lease_again={**one.lease_again, **{name: names[name] for name in one.names if name in names}}
                )
                for one in self.program.declared
            )
            self.outcome.consents += 1
            self.program = replace(self.program, declared=declared)
            self.stack.program(self.program)
            return verb
        if (still := _STILL_LEASED.findall(command.text)) and verb[0] == "destroy" and self._may_need_an_up():
            self.outcome.named_steps += 1
            self._steps("up", "--yes", "--skip-preview", *(f"--target=**::{name}" for name in still))
            return verb
        if unproven := set(_FORGET.findall(command.text)):
            self.outcome.named_steps += 1
            for number in unproven & self._unproven:  # the settings are right
                self.stack.forget(number)
            self._unproven |= unproven
            return verb
        if "--refresh" in command.text and verb[0] == "up" and "--refresh" not in verb:
            return (*verb, "--refresh")
        return None

    def _may_need_an_up(self) -> bool:
        """Whether the design allows that a destroy asks for an `up` first: once, where the stack has not consented."""
        return not self.plan.consent and not self.outcome.named_steps

    def _again(self, verb: tuple[str, ...]) -> tuple[str, ...]:
        self.outcome.extra_steps += 1
        return verb

    def _view(self) -> judge.View:
        state = self.vendor.state()
        return judge.View(
            held := {
                one.lease_id: one for one in state.leases if one.login in self.logins and one.number != _BYSTANDER
            },
            {one.lease_id: one for one in state.past if one.login in self.logins and one.number != _BYSTANDER},
            [_by_number(one, held) for one in self.stack.held()],
            self.vendor.journal(),
            Counter(one.lease_id for one in state.charges if one.kind == "upfront"),
        )

    def _after_up(self, at_first: judge.View) -> None:
        preview = self.stack.run("preview", "--expect-no-changes")
        if not preview.ok:
            self.outcome.wrong.append(f"the next preview is not empty: {preview.text[-800:]}")
        judge.after_up(self.outcome, at_first, self._view())

    def _after_destroy(self, at_first: judge.View) -> None:
        judge.after_destroy(self.outcome, at_first, self._view(), self.stack.resources())
        if not any(one.number == _BYSTANDER for one in self.vendor.leases(self.plan.service)):
            self.outcome.wrong_releases += 1
            self.outcome.wrong.append("a lease of others was released")

    def story(self) -> str:
        """List everything that happened, for who looks into it."""
        commands = "\n".join(
            f"--- pulumi {command.name}: {'ok' if command.ok else 'failed'}\n{command.text.strip()}"
            for command in self.stack.commands
        )
        first = self.vendor.journal()[0].at if self.vendor.journal() else 0.0
        calls = "\n".join(
            f"{one.at - first:7.2f} {one.operation:9} {one.number:13} {one.login[-8:]:8} {one.outcome:16} "
            f"{'wrote' if one.wrote else '':5} {one.status or 'cut'} {' '.join(one.faults)}"
            for one in self.vendor.journal()
        )
        return f"{commands}\n--- journal\n{calls}\n"


def _by_number(held: Held, leases: Mapping[str, Lease]) -> Held:
    """Give a lease that the state knows by its pending order the id that the number has since."""
    if not is_order_id(held.lease_id):
        return held
    return next((replace(held, lease_id=one.lease_id) for one in leases.values() if one.number == held.number), held)
