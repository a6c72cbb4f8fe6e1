"""`pulumi-leases emulate`: the services on this machine, for trying out."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from ..config import variable
from ..domain.errors import ConfigError
from .login import Json  # noqa: TC001 (typer reads it)
from .output import print_json


def emulate(
    port: Annotated[
        int, typer.Option(metavar="PORT", help="The port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)
    ] = 8080,
    seed: Annotated[str, typer.Option(metavar="WORD", help="Another seed, other terms of the offers.")] = "leases",
    as_json: Json = False,
) -> None:
    """Emulate the services on this machine until Ctrl-C; prints the variables that point there.

    Nothing is leased and nothing costs. What is printed can be read by a shell.
    """
    try:
        from ..emulator import Emulator, serve  # late: flask is an extra
        from ..emulator.vendors import VENDORS
    except ModuleNotFoundError as missing:
        raise ConfigError(f"{missing.name} is missing: pip install 'pulumi-leases[emulator]'") from None
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    try:
        with serve(Emulator(seed=seed), port) as served:
            variables = {
                variable(name, setting): value
                for name, profile in VENDORS.items()
                for setting, value in profile.access(served.url).items()
            }
            if as_json:
                print_json(variables)
            else:
                *first, last = (vendor.title for vendor in VENDORS.values())
                titles = f"{', '.join(first)} and {last}"
                typer.echo(f"# {titles}, emulated on {served.url} until Ctrl-C. For another shell:")
                typer.echo("".join(f"export {name}={value}\n" for name, value in variables.items()), nl=False)
            stopped.wait()
    except OSError as error:
        raise ConfigError(f"cannot listen on 127.0.0.1:{port}: {error.strerror or error}") from None
