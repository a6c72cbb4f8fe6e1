"""`pulumi-leases orphans`: leases compared with the states of stacks."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import groupby
from pathlib import Path  # noqa: TC003 (typer reads it)
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..domain.errors import ConfigError, InvalidInput, LeaseError
from ..domain.models import iso
from ..leasing import confirming, releasing
from ..leasing.inputs import QueryInputs, validate
from ..leasing.record import LeaseRef, OwnerRecord
from ..operate import stacks
from ..operate.held import read_held
from ..operate.orphans import MEANING, Finding, Held, choose_releases, findings
from . import exits
from .login import Account, Json, Service, StackName, begin_run, open_login
from .output import cell, counted, day, lease_json, money, monthly, print_json, print_table, remark, said
from .progress import working

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..domain.models import Lease
    from ..leasing.account import Account as Login
    from ..leasing.run import Run
    from ..operate.stacks import Stack

_COLUMNS = ("NUMBER", "LEASE", "REFERENCE", "SINCE", "MONTHLY", "LOGIN", "STACKS", "NOTE")
_SPARE = ("REFERENCE", "SINCE", "LOGIN")


def orphans(
    numbers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NUMBER]...", help="Look at these only; with --release, terminate these and no other."),
    ] = None,
    stack_file: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Output of `pulumi stack export`; say it again for more. Without one, the current stack, or --stack, is "
            "asked for.",
        ),
    ] = None,
    release: Annotated[
        bool,
        typer.Option(
            "--release",
            help="Terminate what is in no stack, after a question; needs a --stack-file for every stack that leases from the "
            "account, or the numbers.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    service: Service = None,
    account: Account = "default",
    stack: StackName = None,
    as_json: Json = False,
) -> None:
    """Find what is leased and in no stack, in a stack and not leased, in two stacks, lost, refused or left half-done.

    Looks at the login that is said, and at every login that the stacks name. Ends with 3 where something is found, so that
    a scheduled job can see it. With --release it terminates what was shown to be in no stack, and nothing else.
    """
    named = {validate(QueryInputs, {"number": number}).number or "" for number in numbers or ()}
    if release and not (stack_file or named):
        raise InvalidInput(
            "release",
            "a number of a stack that is not named here looks like a leak: name the numbers to end, or give a --stack-file "
            "for every stack that leases from the account",
        )
    run = begin_run(stack)
    with working("reading stacks") as report:
        files = stacks.from_files(stack_file or [])
        known = stacks.name_apart([*files, *([stacks.from_pulumi(stack)] if stack or not files else [])])
        logins = _logins(run, service, account, known)
        found = findings(_read_held(run, logins, known, report), known, datetime.now(timezone.utc))
    found = [one for one in found if not named or one.number in named]
    if not as_json:
        _print(found, known, logins)
    loose = choose_releases(found, named) if release else []
    if loose and not yes:
        _ask(loose, known)
    released, errors = _release(loose, run.config.release_timeout_s())
    if as_json:
        print_json(_document(found, released, known, logins))
    if errors:
        raise typer.Exit(exits.code(errors[0]))
    if len(released) < len(found):
        raise typer.Exit(exits.FINDINGS)


def _logins(run: Run, service: str | None, account: str, known: Sequence[Stack]) -> list[Login]:
    """Open the login that is said, and those that the stacks name."""
    declared = (one for stack in known for one in stack.declared)
    logins = {(one.service, one.account): run.account(one.service, one.account, one.login) for one in declared}
    try:
        _, said_ = open_login(run, service, account)
        logins[said_.service.name, said_.name] = said_
    except ConfigError as error:
        if service or account != "default" or not logins:
            raise
        remark(f"looked only at the logins that the stacks name: {error}")
    return [logins[where] for where in sorted(logins)]


def _read_held(run: Run, logins: Sequence[Login], known: Sequence[Stack], report: Callable[[str], None]) -> list[Held]:
    """Read what all logins lease."""
    declared = [one for stack in known for one in stack.declared]
    return [
        held
        for login in logins
        for held in read_held(
            login, [one for one in declared if run.account(one.service, one.account) is login], report
        )
    ]


def _ask(loose: Sequence[Finding], known: Sequence[Stack]) -> None:
    numbers = ", ".join(one.number for one in loose)
    cost = said(monthly(_leases(loose)))
    question = f"Terminate {counted(len(loose), 'lease')} in none of {_names(known)}, {cost}: {numbers}?"
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        raise InvalidInput("release", "nobody answered the question; in a script say --yes") from None
    if not agreed:
        remark("nothing was terminated")
        raise typer.Exit(exits.FINDINGS)


def _release(loose: Sequence[Finding], timeout_s: float) -> tuple[list[Finding], list[LeaseError]]:
    """Terminate leases, all of them first, then see that the service has let go of each; one failure holds up no other."""
    errors: list[LeaseError] = []
    asked_for: list[tuple[Finding, Held, float]] = []
    released: list[Finding] = []
    held = [(one, one.held) for one in loose if one.held]
    for login in {one.account for _, one in held}:
        login.leases(login.clock())  # somebody may have taken their time to answer
    with working("terminating") as report:
        for finding, one in held:
            at = one.account.clock()
            try:
                ref, its_login = _lease_ref(one), one.account.service.login
                remark(releasing.release(one.account, OwnerRecord(), finding.number, ref, its_login, report))
                asked_for.append((finding, one, at))
            except LeaseError as error:
                errors.append(error)
        for finding, one, at in asked_for:
            try:
                confirming.wait_for_release(one.account, finding.number, _lease_ref(one), at, timeout_s, report)
                released.append(finding)
            except LeaseError as error:
                errors.append(error)
    for failed in errors:
        remark(f"pulumi-leases: {failed}")
    return released, errors


def _lease_ref(held: Held) -> LeaseRef:
    return LeaseRef(held.lease.lease_id, held.lease.leased_at, held.lease.reference)


def _leases(found: Iterable[Finding]) -> list[Lease]:
    """Take the leases of findings, each once."""
    return list({(one.service, one.held.lease.lease_id): one.held.lease for one in found if one.held}.values())


def _print(found: Sequence[Finding], known: Sequence[Stack], logins: Sequence[Login]) -> None:
    looked_at = f"{_names(known)} and {', '.join(map(_name, logins))}"
    if found:
        typer.echo(f"Stacks: {', '.join(f'{stack.name} ({_age(stack)})' for stack in known)}\n")
    else:
        typer.echo(f"nothing found: {looked_at} agree")
        return
    for kind, group in groupby(found, lambda one: one.kind):
        typer.secho(MEANING[kind], bold=True)
        print_table(_COLUMNS, [_row(one) for one in group], right=frozenset({"MONTHLY"}), spare=_SPARE)
        typer.echo()
    loose = _leases(one for one in found if one.kind == "in-no-stack")
    typer.echo(f"{len(found)} found between {looked_at}")
    typer.echo(f"leased in no stack: {said(monthly(loose))}; in all that was found: {said(monthly(_leases(found)))}")


def _row(one: Finding) -> Sequence[str]:
    lease = one.held.lease if one.held else None
    return (
        one.number,
        cell(lease and lease.lease_id),
        cell(lease and lease.reference),
        day(lease.leased_at if lease else None),
        money(lease.monthly_rate, lease.currency) if lease else cell(None),
        f"{one.service}/{one.account}",
        ", ".join(one.stacks) or cell(None),
        one.note,
    )


def _document(
    found: Sequence[Finding], released: Sequence[Finding], known: Sequence[Stack], logins: Sequence[Login]
) -> dict[str, Any]:
    return {
        "findings": [
            {
                "kind": one.kind,
                "number": one.number,
                "service": one.service,
                "account": one.account,
                "stacks": list(one.stacks),
                "note": one.note,
                "lease": lease_json(one.held.account, one.held.lease) if one.held else None,
                "released": one in released,
            }
            for one in found
        ],
        "monthly": monthly(_leases(found)),
        "monthly_in_no_stack": monthly(_leases(one for one in found if one.kind == "in-no-stack")),
        "stacks": [stack.name for stack in known],
        "states": {stack.name: iso(stack.written_at) for stack in known},
        "logins": [_name(login) for login in logins],
    }


def _name(login: Login) -> str:
    return f"{login.service.name}/{login.name}"


def _names(known: Iterable[Stack]) -> str:
    return ", ".join(stack.name for stack in known)


def _age(stack: Stack) -> str:
    at = stack.written_at
    return f"state of {at:%Y-%m-%d %H:%M} UTC" if at else "its state tells no time"
