"""What pip has installed, written down once: the language host asks pip before each program, which takes it half a second."""

from __future__ import annotations

import functools
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@functools.cache
def _listed() -> str:
    asked = [sys.executable, "-m", "pip", "list", "-v", "--format", "json"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def write_pip(folder: Path) -> None:
    """Write a module `pip` that answers `pip list` with what is installed now, for a `PYTHONPATH` that begins with `folder`."""
    (folder / "pip").mkdir(parents=True)
    (folder / "pip" / "__init__.py").touch()
    (folder / "pip" / "__main__.py").write_text(f"print({_listed()!r})\n")
