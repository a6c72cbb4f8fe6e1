"""Which login a command talks to: options in, an open account out."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ..config import DEFAULT_ACCOUNT, Config
from ..leasing.inputs import QueryInputs, validate
from ..leasing.run import Run
from ..operate import stacks
from ..services import service_names
from .progress import working

Service = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The service; the account's where none is said, then leases:service, then contiguity.",
        autocompletion=service_names,
        show_default=False,
    ),
]
Account = Annotated[str, typer.Option(metavar="NAME", help="The name of a configured login.")]
StackName = Annotated[
    str | None,
    typer.Option(
        "--stack",
        metavar="STACK",
        help="Read the `leases:` config of this stack, through `pulumi config`.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def begin_run(stack: str | None) -> Run:
    """Begin a run with the settings of the environment and, where one is named, of a stack.

    Raises:
        ConfigError: The stack's config cannot be read.
    """
    if stack is None:
        return Run(Config(dict[str, Any]().get))
    with working(f"reading the config of stack {stack}"):
        config = stacks.settings(stack)
    return Run(Config(config.get, keys=config.keys))


def open_login(run: Run, service: str | None, account: str, **more: Any) -> tuple[QueryInputs, Any]:
    """Validate a question and open the login that it is for.

    Raises:
        InvalidInput: An argument is not what it should be.
        ConfigError: A setting is missing or malformed.
    """
    question = validate(QueryInputs, {"service": service, "account": account, **more})
    name = question.account or DEFAULT_ACCOUNT
    return question, run.account(question.service or run.config.service(name), name)
