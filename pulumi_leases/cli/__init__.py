"""`pulumi-leases`: look at numbers on offer and leased, bring in what is leased, find what leaks, check a set-up, emulate."""

from __future__ import annotations

import sys

from .exits import CONFIGURATION

_PARTS = {"typer", "rich"}


def main() -> None:
    """Run the command."""
    try:
        from .app import app
    except ModuleNotFoundError as missing:
        if missing.name not in _PARTS:
            raise
        print(f"pulumi-leases: {missing.name} is missing: pip install 'pulumi-leases[cli]'", file=sys.stderr)
        sys.exit(CONFIGURATION)
    app()
