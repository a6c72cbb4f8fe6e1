"""What an engine consists of, and whether what is found is one. Does not know where engines come from."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .pins import OLDEST_ENGINE
from .progress import say

HOST, HOST_HELPER = "pulumi-language-python", "pulumi-language-python-exec"
PROGRAMS = ("pulumi", "pulumi-resource-pulumi-python", HOST, HOST_HELPER)


def on_path() -> Path | None:
    """Return the folder of the `pulumi` on PATH, when it is new enough and all that belongs to it is there too."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        return None
    folder = Path(pulumi).absolute().parent
    why = fault(f"{folder}{os.pathsep}{os.environ['PATH']}")
    if why:
        say(f"{pulumi} is left aside: {why}")
        return None
    return folder


def fault(search_path: str) -> str | None:
    """Say what is wrong with the engine that a search path leads to; None when it can be used."""
    found = {program: shutil.which(program, path=search_path) for program in PROGRAMS}
    host = found[HOST]
    if host is not None:  # it looks for its helper only beside itself
        found[HOST_HELPER] = shutil.which(HOST_HELPER, path=str(Path(host).parent))
    missing = [program for program, path in found.items() if path is None]
    if missing:
        return f"no {', no '.join(missing)}"
    version = _version(str(found["pulumi"]))
    if version is None:
        return "`pulumi version` does not run"
    if numbers(version) < numbers(OLDEST_ENGINE):
        return f"version {version} is older than {OLDEST_ENGINE}"
    return None


def numbers(version: str) -> tuple[int, ...]:
    """Return what versions are compared by: (3, 254, 0) for `v3.254.0-dev`, (1, 26, 0) for `go1.26rc1`, else ()."""
    parts = re.match(r"(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in parts.groups()) if parts else ()


def _version(pulumi: str) -> str | None:
    with tempfile.TemporaryDirectory() as home:  # even `pulumi version` writes a log into its home
        env = {**os.environ, "PULUMI_HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        try:
            asked = subprocess.run([pulumi, "version"], env=env, capture_output=True, text=True, timeout=30, check=True)
        except (OSError, subprocess.SubprocessError):
            return None
    return asked.stdout.strip()
