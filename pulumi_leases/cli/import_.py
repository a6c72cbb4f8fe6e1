"""`pulumi-leases import`: bring what is leased into a stack."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Annotated

import typer

from ..domain.errors import InvalidInput
from ..leasing.inputs import QueryInputs, validate
from ..operate import stacks
from ..operate.command import read_runtime
from ..operate.importing import COMMAND, Intake, select_leases
from .login import Account, Json, Service, StackName, begin_run, open_login
from .output import counted, monthly, print_json, remark, said
from .progress import working

FILE, PROGRAM = "leases-import.json", "leased_numbers.py"


def import_(
    numbers: Annotated[list[str] | None, typer.Argument(metavar="[NUMBER]...", help="The numbers to bring in.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Bring in every number that no given stack has.")] = False,
    pool: Annotated[str | None, typer.Option(metavar="NAME", help="Put them into a NumberPool of this name.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write to.")] = Path(),
    stack_file: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Output of `pulumi stack export`; say it again for more. Without one, the current stack, or --stack, is "
            "asked for.",
        ),
    ] = None,
    service: Service = None,
    account: Account = "default",
    stack: StackName = None,
    as_json: Json = False,
) -> None:
    """Write the file for `pulumi import` and the program text for numbers that are leased already.

    Writes leases-import.json and leased_numbers.py, and prints the one command to run. After it the preview shows no change.
    Leases nothing and releases nothing.
    """
    if bool(numbers) == every:
        raise InvalidInput("", "name the numbers to bring in, or say --all")
    wanted = None if every else {validate(QueryInputs, {"number": number}).number or "" for number in numbers or ()}
    run = begin_run(stack)
    _, login = open_login(run, service, account)
    file, program = out / FILE, out / PROGRAM
    with working(f"asking {login.service.name} what is leased"):
        leases = login.leases().value
        known = stacks.name_apart(stacks.from_files(stack_file) if stack_file else [stacks.from_pulumi(stack)])
        found, left_out = select_leases(login.service.name, leases, wanted, known)
        chosen = login.service.fill_in_prices(found)
    if chosen:
        intake = Intake(run, login, chosen, pool)
        if there := next((path for path in (file, program) if path.exists()), None):
            raise InvalidInput("out", f"{there} is there already: remove it, or say another --out")
        out.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(intake.file(), indent=2) + "\n", "utf-8")
        program.write_text(intake.program(), "utf-8")
    command = COMMAND.format(file=shlex.quote(str(file))) + (f" --stack {shlex.quote(stack)}" if stack else "")
    if as_json:
        print_json(
            {
                "imported": [lease.number for lease in chosen],
                "left_out": left_out,
                "file": str(file) if chosen else None,
                "program": str(program) if chosen else None,
                "command": command if chosen else None,
                "monthly": monthly(chosen),
            }
        )
        return
    for number, reason in left_out.items():
        remark(f"left out {number}: {reason}")
    for lease in chosen:
        if lease.reference:
            remark(
                f"{lease.number} ({lease.lease_id}) carries the reference {lease.reference}: if a stack that was not given "
                "has it, each of the two would release it"
            )
    many, cost = counted(len(chosen), "number"), said(monthly(chosen))
    remark(f"{many} of {login.service.name} (account {login.name}) to bring in: {cost}")
    if chosen:
        remark(
            f"wrote {file} and {program}; put the latter beside your program, `import {program.stem}` there, and run:"
        )
        typer.echo(command)
    if chosen and (runtime := read_runtime(Path.cwd())) not in (None, "python"):
        remark(
            f"this project is written in {runtime}, and these files are for Python: the next `pulumi up` releases what a program "
            f"does not declare. Do not run that; bring each number in with `pulumi import leases:index:Lease NAME "
            f"{chosen[0].number}`, and declare it with `adopt: true`"
        )
