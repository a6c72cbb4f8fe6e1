"""`pulumi-leases`: look at numbers on offer and leased, bring in what is leased, find what leaks, emulate the services."""

from __future__ import annotations

import sys

_PARTS = {"typer", "rich"}


def main() -> None:
    """Run the command."""
    try:
        from .app import app
    except ModuleNotFoundError as missing:
        if missing.name not in _PARTS:
            raise
        sys.exit(f"pulumi-leases: {missing.name} is missing: pip install 'pulumi-leases[cli]'")
    app()
