"""The `pulumi` command, asked for what it knows."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from ..domain.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE_S = 120.0
_RUNTIME = re.compile(r"^[\"']?runtime[\"']?:\s*(?:\{?\s*name:\s*)?[\"']?([a-z]+)", re.MULTILINE)


def ask_pulumi(*words: str, stack: str | None = None) -> str:
    """Run a `pulumi` command that only reads; returns what it printed.

    Raises:
        ConfigError: There is no `pulumi`, or the command fails.
    """
    command = ["pulumi", *words, "--non-interactive", *(["--stack", stack] if stack else [])]
    said = f"`{' '.join(command)}`"
    try:
        done = subprocess.run(  # noqa: S603 (no shell, and the words are ours but for the stack's name)
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except FileNotFoundError:
        raise ConfigError(f"{said} needs the Pulumi command, which is not on PATH") from None
    except subprocess.TimeoutExpired:
        raise ConfigError(f"{said} has not ended after {_PATIENCE_S:.0f} s") from None
    if done.returncode:
        raise ConfigError(f"{said} failed: {done.stderr.strip() or done.stdout.strip() or done.returncode}")
    return done.stdout


def read_runtime(folder: Path) -> str | None:
    """Read in which language the project of a folder is written, as `Pulumi.yaml` says; None where there is no project."""
    for place in (folder, *folder.parents):
        for name in ("Pulumi.yaml", "Pulumi.yml"):
            if (file := place / name).is_file():
                found = _RUNTIME.search(file.read_text("utf-8", "replace"))
                return found[1] if found else None
    return None
