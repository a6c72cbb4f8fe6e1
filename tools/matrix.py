"""Try the lowest and the newest versions that pyproject allows, on the lowest and the highest Python that it names.

`python -m tools.matrix` makes an environment for each combination below `.work/matrix`, runs the tests that need no engine in
it, and prints a line of a table for each; it ends with 1 where one fails.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.version import Version

from tools import interrupt

if TYPE_CHECKING:
    from typing import TextIO

ROOT = Path(__file__).parent.parent
WORK = ROOT / ".work" / "matrix"
PACKAGE = "pulumi-leases"
TESTS = ("-m", "pytest", "-m", "not engine", "-n", "6", "--dist", "loadgroup")
ROW = "{:<12} {:<8} {:<8} {:>6} {:>6} {:>7}"
_CLASSIFIER = re.compile(r"Programming Language :: Python :: (3\.\d+)")
_COUNT = re.compile(r"(\d+) (passed|failed|error)")
_SDK = "from importlib import metadata; print(metadata.version('pulumi'))"


def pythons() -> tuple[str, str]:
    """Return the lowest and the highest Python that the classifiers in pyproject name."""
    classifiers = metadata.metadata(PACKAGE).get_all("Classifier") or []
    named = sorted((found[1] for one in classifiers if (found := _CLASSIFIER.fullmatch(one))), key=Version)
    return named[0], named[-1]


def lowest_versions() -> list[str]:
    """Return the constraints that hold each dependency, those of the extras too, at its lower bound in pyproject."""
    needed = [Requirement(text) for text in metadata.requires(PACKAGE) or []]
    return sorted(f"{one.name}=={bound.version}" for one in needed for bound in one.specifier if bound.operator == ">=")


def make_environment(python: str, folder: Path, constraints: Path, log: TextIO) -> bool:
    """Make an environment, as `make setup` does; returns whether the versions go together."""
    environ = {**os.environ, "PYENV_VERSION": python}  # asked by a `python3.10` that is pyenv's: which one that is
    if not (found := shutil.which(f"python{python}")):
        log.write(f"There is no python{python} on PATH.\n")
        return False
    commands = (
        [found, "-m", "venv", "--clear", str(folder)],
        [f"{folder}/bin/python", "-m", "pip", "install", "-c", str(constraints), "--editable", ".[dev]"],
    )
    return all(
        subprocess.run(one, cwd=ROOT, env=environ, stdout=log, stderr=log, check=False).returncode == 0
        for one in commands
    )


def run_tests(folder: Path, log: TextIO) -> tuple[bool, dict[str, int]]:
    """Run the tests that need no engine; returns whether all passed, and how many did what."""
    environ = {**os.environ, "PATH": f"{folder}/bin{os.pathsep}{os.environ['PATH']}"}
    command = [f"{folder}/bin/python", *TESTS]
    ran = subprocess.run(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    log.write(ran.stdout)
    return ran.returncode == 0, {what: int(count) for count, what in _COUNT.findall(ran.stdout.splitlines()[-1])}


def try_one(python: str, versions: str, work: Path) -> bool:
    """Try one combination in a folder and print its line; returns whether it passed."""
    begun, name = time.monotonic(), f"{python}-{versions}"
    folder, constraints, log_file = (work / f"{name}{suffix}" for suffix in ("", ".txt", ".log"))
    constraints.write_text("".join(f"{one}\n" for one in lowest_versions()) if versions == "lowest" else "", "utf-8")
    counts: dict[str, int] = {}
    sdk, passes = "-", False
    with log_file.open("w", encoding="utf-8") as log:
        if make_environment(python, folder, constraints, log):
            sdk = subprocess.check_output([f"{folder}/bin/python", "-c", _SDK], text=True).strip()
            passes, counts = run_tests(folder, log)
    failed = counts.get("failed", 0) + counts.get("error", 0)
    line = ROW.format(versions, sdk, python, counts.get("passed", 0), failed, round(time.monotonic() - begun))
    print(line if passes else f"{line}  {os.path.relpath(log_file)}", flush=True)
    return passes


def main(work: Path) -> int:
    """Try all combinations, below a folder; 0 where each passed."""
    interrupt.hear()
    work.mkdir(parents=True, exist_ok=True)
    print(ROW.format("versions", "pulumi", "python", "passed", "failed", "seconds"), flush=True)
    passed = [try_one(python, versions, work) for python, versions in product(pythons(), ("lowest", "newest"))]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(WORK))
