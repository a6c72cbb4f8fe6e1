"""`pulumi-leases doctor`: what is wrong with a set-up, and the command that mends it."""

from __future__ import annotations

import shlex
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path  # noqa: TC003 (typer reads it)
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..config import DEFAULT_ACCOUNT, Config
from ..domain.errors import ConfigError, InvalidInput
from ..leasing.inputs import QueryInputs, validate
from ..leasing.run import Run
from ..operate import stacks
from ..operate.doctor.check import Check
from ..operate.doctor.logins import check_login, check_settings, configured_logins
from ..operate.doctor.states import check_stack
from ..operate.doctor.tools import check_tools
from . import exits
from .lists import Format, FormatName, chosen_format, print_csv
from .login import Account, Json, Service  # noqa: TC001 (typer reads them)
from .output import counted, print_json, remark
from .progress import working

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..domain.errors import LeaseError
    from ..operate.stacks import Stack

_KEYS = ("ok", "subject", "aspect", "found", "mend")


def doctor(
    stack_file: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Output of `pulumi stack export`, whose numbers are checked; say it again for more."
        ),
    ] = None,
    service: Service = None,
    account: Account = "default",
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack",
            metavar="STACK",
            help="Read the config of this stack, and check the numbers in its state.",
            show_default=False,
        ),
    ] = None,
    form: FormatName = None,
    as_json: Json = False,
) -> None:
    """Check the tools, the settings, each configured login and the state of a stack; say what is wrong and how to mend it.

    Asks each login once what it leases. Changes nothing, and never prints a credential. Ends with 1 where something is wrong.
    """
    written = chosen_format(form, as_json=as_json)
    asked = validate(QueryInputs, {"service": service, "account": account})
    only = asked if service or account != DEFAULT_ACCOUNT else None
    files = stacks.from_files(stack_file or [])
    with working("looking for the engine") as report:
        checks = [_for_stack(check, stack) for check in _examine(only, stack, files, report)]
    if written is Format.JSON:
        print_json([_document(check) for check in checks])
    elif written is Format.CSV:
        print_csv(_KEYS, [_document(check) for check in checks])
    else:
        _print(checks)
    if any(check.is_wrong for check in checks):
        raise typer.Exit(exits.WRONG)


def _examine(
    only: QueryInputs | None, stack: str | None, files: Sequence[Stack], report: Callable[[str], None]
) -> Iterator[Check]:
    """Look at everything, one after the other; what cannot be looked at is said, and holds up nothing else."""
    yield from check_tools()
    known, config = list(files), Config(dict[str, Any]().get)
    if stack:
        report(f"reading stack {stack}")
        try:
            said = stacks.settings(stack)
            config = Config(said.get, keys=said.keys)
            known.append(stacks.from_pulumi(stack))
        except (ConfigError, InvalidInput) as error:
            yield Check(stack, "stack", str(error), _mend_stack(stack, error))
    settings = check_settings(config)
    yield settings
    if settings.is_wrong:
        return  # with these no login is opened
    run, accounts = Run(config), {}
    try:
        for name in _logins(config, only, known):
            report(f"asking {name[0]} what account {name[1]} leases")
            checks, account = check_login(run, *name)
            yield from checks
            if account:
                accounts[name] = account
        for one in stacks.name_apart(known):
            yield from check_stack(config, one, accounts, datetime.now(timezone.utc), report)
    finally:
        run.close()


def _mend_stack(stack: str, error: LeaseError) -> str:
    """Write the command after which a stack can be read: by the words of `pulumi`, which has no codes."""
    if "passphrase" in str(error):
        return "export PULUMI_CONFIG_PASSPHRASE=…"
    if isinstance(error, InvalidInput):
        file = f"{shlex.quote(stack)}.json"
        export = f"pulumi stack export --show-secrets --stack {shlex.quote(stack)} > {file}"
        return f"{export}; pulumi-leases doctor --stack-file {file}"
    return "pulumi stack ls --all"


def _logins(config: Config, only: QueryInputs | None, known: Sequence[Stack]) -> list[tuple[str, str]]:
    """Name the logins to ask: the one that is said, or all that are configured, and those that the stacks name."""
    declared = {(one.service, one.account) for stack in known for one in stack.declared}
    if only is None:
        return sorted({*configured_logins(config), *declared})
    account = only.account or DEFAULT_ACCOUNT
    return sorted({(only.service or config.service(account), account), *declared})


def _for_stack(check: Check, stack: str | None) -> Check:
    """Let a command that sets config do so in the stack that is said."""
    if stack and check.mend and check.mend.startswith(("pulumi config set ", "pulumi config rm ")):
        return replace(check, mend=f"{check.mend} --stack {shlex.quote(stack)}")
    return check


def _document(check: Check) -> dict[str, Any]:
    return {"ok": not check.is_wrong, **asdict(check)}


def _print(checks: Sequence[Check]) -> None:
    for check in checks:
        mark = typer.style("WRONG", fg="red", bold=True) if check.is_wrong else typer.style("ok   ", fg="green")
        mend = f"; mend it with: {check.mend}" if check.mend else ""
        typer.echo(f"{mark} {check.subject}, {check.aspect}: {check.found}{mend}")
    wrong = sum(check.is_wrong for check in checks)
    remark(f"{wrong} of {counted(len(checks), 'check')} found something wrong" if wrong else "nothing is wrong")
