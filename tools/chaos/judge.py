"""Whether the promise was kept, by what the vendor says was leased, charged and ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_leases.emulator.journal import Call
    from pulumi_leases.emulator.ledger import Lease

    from .outcome import Outcome
    from .plan import Plan, Program
    from .stack import Held


@dataclass(frozen=True)
class View:
    """The vendor's leases by id, held and past, and their upfront charges, beside the leases in the state; and the journal."""

    leases: Mapping[str, Lease]
    past: Mapping[str, Lease]
    state: Sequence[Held]
    journal: Sequence[Call]
    charged: Mapping[str, int]

    @property
    def made(self) -> set[str]:
        """Every lease that was ever made."""
        return {*self.leases, *self.past}

    @property
    def held(self) -> set[str]:
        """The leases that nobody has ended."""
        return {one.lease_id for one in self.leases.values() if one.cancelled_at is None}


def after_up(outcome: Outcome, first: View, now: View) -> None:
    """One lease for each declared number, charged once, the same in the state and at the vendor."""
    plan = outcome.plan
    in_state = {one.lease_id for one in now.state}
    unknown = now.held - in_state
    if unknown:
        outcome.leaks += len(unknown)
        outcome.wrong.append(f"leased, and not in the state: {_numbers(now, unknown)}")
    if gone := in_state - now.held:
        outcome.wrong.append(f"in the state, and not leased: {sorted(gone)}")
    if len(now.state) != plan.after.size:
        outcome.wrong.append(f"{len(now.state)} leases in the state for {plan.after.size} that are declared")
    missing = plan.after.numbers - {now.leases[one].number for one in now.held}
    if missing:
        outcome.wrong.append(f"declared, and not leased: {sorted(missing)}")
    ended = (first.held - now.held) - _may_end(plan, first)
    if ended:
        outcome.wrong_releases += len(ended)
        outcome.wrong.append(f"released, and still wanted: {_numbers(now, ended)}")
    _charges(outcome, first, now, plan.after.size)


def after_a_destroy_that_ended_well(outcome: Outcome, now: View) -> None:
    """It must not say that it is done while something of the stack is leased."""
    if now.held:
        outcome.states_emptied += 1
        outcome.wrong.append(f"a destroy ended well, and there is {_numbers(now, now.held)}")


def after_destroy(outcome: Outcome, first: View, now: View, resources: Sequence[str]) -> None:
    """Nothing leased, nothing in the state, and nothing leased anew to get there."""
    if now.held:
        outcome.leaks = max(outcome.leaks, len(now.held))  # some may have been counted after the up
        outcome.wrong.append(f"leased after destroy: {_numbers(now, now.held)}")
    if resources:
        outcome.wrong.append(f"in the state after destroy: {', '.join(resources)}")
    anew = now.made - first.made
    wanted = _may_lease(outcome.plan)
    if outcome.plan.then == "destroy" and len(anew) > wanted:
        outcome.double_charges += len(anew) - wanted
        outcome.wrong.append(f"{len(anew)} leases were paid where {wanted} were wanted: {_numbers(now, anew)}")


def _may_lease(plan: Plan) -> int:
    """How many leases the operation may make; the `up` that a destroy has asked for takes over."""
    if plan.before is None:
        return plan.after.size
    changed = _names(plan.after) - _unchanged(plan.before, plan.after)
    return {"update": plan.after.size - plan.before.size, "replace": len(changed)}.get(plan.operation, 0)


def _charges(outcome: Outcome, first: View, now: View, wanted: int) -> None:
    """Hold every lease that was made since against a declared number that it serves."""
    anew = now.made - first.made
    useful = wanted - len(first.held & now.held)
    if len(anew) > useful:
        outcome.double_charges += len(anew) - useful
        outcome.wrong.append(f"{len(anew)} leases were paid where {useful} were wanted: {_numbers(now, anew)}")
    if again := {one for one in anew if now.charged.get(one, 0) != 1}:
        outcome.double_charges += len(again)
        outcome.wrong.append(f"not charged exactly once: {_numbers(now, again)}")


def _may_end(plan: Plan, first: View) -> set[str]:
    """The leases that the operation is to end: those of resources that it replaces or destroys."""
    if plan.operation == "destroy":
        return set(first.held)
    if plan.operation != "replace" or plan.before is None:
        return set()
    replaced = _names(plan.before) - _unchanged(plan.before, plan.after)
    return {one.lease_id for one in first.state if one.name in replaced}


def _names(program: Program) -> set[str]:
    return {name for one in program.declared for name in one.names}


def _unchanged(before: Program, after: Program) -> set[str]:
    same = tuple(one for one in before.declared if one in after.declared)
    return _names(type(before)(before.service, same))


def _numbers(view: View, lease_ids: set[str]) -> str:
    known = {**view.past, **view.leases}
    return ", ".join(f"{known[one].number} ({one})" for one in sorted(lease_ids))
