"""Build the archive of the native provider: what `pulumi plugin install resource leases <version> --file` takes.

`python -m tools.plugin <folder>` writes it there and prints its path. It holds the package with all that it needs, for the
machine and the Python that build it; the machine that runs it needs that Python only.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pulumi_leases

ROOT = Path(__file__).parent.parent
PROGRAM = "pulumi-resource-leases"
LAUNCHER = """\
#!/bin/sh
# Serves the packages beside it, wherever they are unpacked; PULUMI_PYTHON_CMD names another Python.
here=$(cd "$(dirname "$0")" && pwd)
PYTHONPATH="$here/packages" exec "${{PULUMI_PYTHON_CMD:-python{version}}}" -m pulumi_leases.native.server "$@"
"""
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def build(folder: Path, *pip_options: str) -> Path:
    """Write the archive into a folder, and return its path.

    Args:
        folder: Where it goes; made where it is missing.
        pip_options: More words for `pip install`, such as an index.
    """
    folder.mkdir(parents=True, exist_ok=True)
    machine = _MACHINES.get(platform.machine(), platform.machine())
    name = f"{PROGRAM}-v{pulumi_leases.__version__}-{platform.system().lower()}-{machine}.tar.gz"
    with tempfile.TemporaryDirectory() as work:
        source, packages, launcher = (Path(work) / part for part in ("source", "packages", PROGRAM))
        # A copy: a build leaves files beside what it builds.
        shutil.copytree(ROOT / "pulumi_leases", source / "pulumi_leases", ignore=shutil.ignore_patterns("__pycache__"))
        for file in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / file, source)
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(packages), *pip_options]
        subprocess.run([*install, str(source)], check=True)
        launcher.write_text(LAUNCHER.format(version=".".join(map(str, sys.version_info[:2]))), "utf-8")
        launcher.chmod(0o755)
        with tarfile.open(folder / name, "w:gz") as archive:
            for part in (launcher, packages):
                archive.add(part, part.name)
    return folder / name


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), *sys.argv[2:]))
