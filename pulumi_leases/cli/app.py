"""The commands, by name, and what becomes of an error."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ..domain.errors import InvalidInput, LeaseError
from ..domain.search import NumberSearch
from . import exits
from .available import available
from .doctor import doctor
from .emulate import emulate
from .import_ import import_
from .leased import leased
from .orphans import orphans


class Commands(TyperGroup):
    """Ends a command that failed with one line on stderr and an exit code that says why."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except LeaseError as error:
            typer.echo(f"pulumi-leases: {_line(error)}", err=True)
            raise typer.Exit(exits.code(error)) from None


def _line(error: LeaseError) -> str:
    """Say what is wrong, and with which argument."""
    text = str(error).removeprefix("search.").removeprefix("search: ")
    if isinstance(error, InvalidInput) and error.property not in {"", "search"} and not text.startswith(error.property):
        text = f"{error.property}: {text}"
    return _as_typed(text, error.property) if isinstance(error, InvalidInput) else text


_CRITERIA = {*NumberSearch.model_fields, "max_monthly_rate", "max_upfront_fee"}


def _as_typed(text: str, argument: str) -> str:
    """Name options as they are typed, in the place of what a program calls them: `--area-code` for `area_code`."""
    name, colon, rest = text.partition(": ")
    name = name.partition(".")[0]
    if colon and name in _CRITERIA | {argument} - {"number"}:
        text = f"{_option(name)}: {rest}"
    return re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda word: _option(word[0]) if word[0] in _CRITERIA else word[0], text)


def _option(name: str) -> str:
    return "--" + {"capabilities": "capability"}.get(name, name).replace("_", "-")


app = typer.Typer(
    cls=Commands,
    name="pulumi-leases",
    help=(
        "Look at numbers on offer and leased, bring what is leased into a stack, find what leaks, check a set-up, emulate the "
        "services.\n\n"
        "The login is the provider's: the LEASES_… variables, and with --stack the `leases:` config of that stack."
    ),
    epilog=exits.EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"pulumi-leases {version('pulumi-leases')}")
        raise typer.Exit


@app.callback()
def _common(
    *,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    pass


app.command(
    short_help="List numbers on offer.",
    epilog="Example: pulumi-leases available --country US --area-code 201 --capability sms --max-monthly-rate 5",
)(available)
app.command(
    short_help="List numbers that the login leases, or show all about one.",
    epilog="Example: pulumi-leases leased +12015550123 --account eu --json",
)(leased)
app.command(
    "import",
    short_help="Bring numbers that are leased already into a stack.",
    epilog="Example: pulumi-leases import --all --pool desk --out imported",
)(import_)
app.command(
    short_help="Find what leases and stacks do not agree on; release leaks.",
    epilog="Example: pulumi-leases orphans --stack-file dev.json --stack-file prod.json --json",
)(orphans)
app.command(
    short_help="Check tools, settings, logins and the state of a stack.",
    epilog="Example: pulumi-leases doctor --stack dev --format json",
)(doctor)
app.command(
    short_help="Emulate the services on this machine.",
    epilog="Example: pulumi-leases emulate --port 8080 > emulator.env & sleep 2; . ./emulator.env",
)(emulate)
