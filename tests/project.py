"""A project on disk, as a user has it: files, `pulumi` and `pulumi-leases` typed in its folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tools.packages import write_pip

from .stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE_S = 120


class Project:
    """A Python project with a file backend in its own folder, and one stack, `dev`, selected."""

    def __init__(self, folder: Path, engine: Path, environ: Mapping[str, str], name: str = "shop") -> None:
        self.folder = folder
        (folder / "state").mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
        write_pip(folder / "packages")
        self.program("")
        self.environ = {
            "PATH": os.pathsep.join([str(engine), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(folder),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_PYTHON_CMD": sys.executable,
            "PYTHONPATH": os.pathsep.join([str(folder / "packages"), str(ROOT)]),
            **environ,
        }
        self.types("pulumi stack init dev")

    def program(self, text: str) -> None:
        """Write the program."""
        (self.folder / "__main__.py").write_text(text)

    def types(self, line: str, *, fails: bool = False) -> str:
        """Type a line into a shell, and return all that it printed; fail if it does not end as expected."""
        ran = subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert bool(ran.returncode) == fails, f"{line}\n{ran.stdout}"
        return ran.stdout
