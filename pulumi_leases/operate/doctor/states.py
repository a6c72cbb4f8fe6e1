"""The state of a stack, held against what its logins lease."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...domain.errors import LeaseError
from ...engine.state import intent_urn
from ..held import read_held
from ..orphans import MEANING, Finding, Held, findings
from .check import Check, named_command
from .logins import mend_login

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from ...config import Config
    from ...leasing.account import Account
    from ..stacks import Declared, Stack


def check_stack(
    config: Config,
    stack: Stack,
    accounts: Mapping[tuple[str, str], Account],
    now: datetime,
    report: Callable[[str], None],
) -> Iterator[Check]:
    """Check the numbers of a stack whose logins answer.

    Args:
        config: The settings of the run.
        stack: What its state says.
        accounts: The logins that answer, by service and account.
        now: The time by this machine's clock.
        report: Takes what is waited for.
    """
    held: list[Held] = []
    numbers: list[Declared] = []
    for name, account in accounts.items():
        own = [one for one in stack.declared if (one.service, one.account) == name]
        others = [one for one in own if one.login and account.service.login not in {None, one.login}]
        yield from (_other_login(config, stack, one, account) for one in others)
        mine = [one for one in own if one not in others]
        try:
            held += read_held(account, mine, report) if mine else []
            numbers += mine
        except LeaseError as error:
            yield Check(stack.name, "leases", str(error), f"pulumi-leases doctor --stack {_stack_of(mine[0])}")
    known = replace(stack, declared=numbers)
    yield from judge_stack(known, findings(held, [known], now))


def _other_login(config: Config, stack: Stack, declared: Declared, account: Account) -> Check:
    was, now = str(declared.login), account.service.login
    found = f"{declared.name}: {declared.number} is leased to login {was}, and account {account.name!r} is now {now}"
    return Check(stack.name, "logins", found, mend_login(config, account, was))


def judge_stack(stack: Stack, found: Sequence[Finding]) -> Iterator[Check]:
    """Judge the state of a stack: both resources of each number are there, and the lease of each is held.

    Args:
        stack: What its state says; the numbers of logins that do not answer are left out.
        found: What the leases of its logins and this stack alone do not agree on.
    """
    numbers = [one for one in stack.declared if not one.leaving]
    pairs = [_half_pair(stack, one) for one in numbers if not one.has_intent]
    leases = []
    for one in found:
        declared = next((own for own in numbers if (own.service, own.number) == (one.service, one.number)), None)
        if declared and one.kind == "intent-only":
            pairs.append(_judge_finding(stack, declared, one))
        elif declared:
            leases.append(_judge_finding(stack, declared, one))
    held = sum(one.availability == "held" for one in numbers)
    yield from pairs or [Check(stack.name, "pairs", f"numbers with LeaseIntent and LeasedNumber: {len(numbers)}")]
    yield from leases or [Check(stack.name, "leases", f"numbers whose lease is held: {held}")]


def _half_pair(stack: Stack, declared: Declared) -> Check:
    name = f"--stack {_stack_of(declared)}"
    mend = f"pulumi state delete '{declared.urn}' {name} && pulumi-leases import {declared.number} {name}"
    return Check(stack.name, "pairs", f"{declared.name}: {declared.number} has no LeaseIntent", mend)


def _judge_finding(stack: Stack, declared: Declared, finding: Finding) -> Check:
    meaning = MEANING[finding.kind].partition(": ")[0]
    found = f"{declared.name}: {finding.number}: {meaning[0].lower()}{meaning[1:]}"
    aspect = "pairs" if finding.kind == "intent-only" else "leases"
    return Check(stack.name, aspect, f"{found}; {finding.note}" if finding.note else found, _way_out(declared, finding))


def _way_out(declared: Declared, finding: Finding) -> str:
    """Write the command that makes leases and the state agree on a number."""
    stack = f"--stack {_stack_of(declared)}"
    if named := named_command(finding.note):
        return f"{named} {stack}"
    if finding.kind == "not-leased":
        return f"pulumi refresh {stack}"
    if finding.kind == "lost":
        lease = f'"{declared.lease_id}"'
        again = f'{{"SLOT": {lease}}} of the pool' if "NumberPool$" in declared.urn else lease
        return f"pulumi up {stack}  # without it in the program, or with lease_again={again}"
    if finding.kind == "in-two-stacks":
        intent = intent_urn(declared.urn)
        return f"pulumi state delete --target-dependents '{intent}' {stack}"
    if finding.kind == "leased-twice":
        return f"pulumi-leases orphans {stack}"
    return f"pulumi up {stack}"


def _stack_of(declared: Declared) -> str:
    return declared.urn.partition("::")[0].removeprefix("urn:pulumi:")
