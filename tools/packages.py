"""What pip says is installed, written down once: the language host asks it before each program, which takes half a second."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


@functools.cache
def _listed() -> str:
    asked = [sys.executable, "-m", "pip", "list", "-v", "--format", "json"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}  # where this package lies, which says that it is no plugin
    return subprocess.run(asked, env=environ, capture_output=True, text=True, check=True).stdout


def write_pip(folder: Path) -> None:
    """Write a module `pip` that answers `pip list` with what is installed now, for a `PYTHONPATH` that begins with `folder`."""
    (folder / "pip").mkdir(parents=True)
    (folder / "pip" / "__init__.py").touch()
    (folder / "pip" / "__main__.py").write_text(f"print({_listed()!r})\n")
