"""The schema that the engine and the generators of SDKs read; `make schema` writes it from the Python classes."""

from __future__ import annotations

import json
from pathlib import Path

_FILE = Path(__file__).with_name("schema.json")


def text() -> str:
    """Read the schema."""
    return _FILE.read_text("utf-8")


def version() -> str:
    """Read the version of the package, which the schema carries."""
    return str(json.loads(text())["version"])
