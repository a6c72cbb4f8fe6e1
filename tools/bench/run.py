"""One `pulumi` command, measured: wall seconds, peak memory of the provider's process, API calls by kind."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

    from pulumi_leases.emulator import Vendor

_LOOK_EVERY_S = 0.05
_PROVIDERS = (b"pulumi.dynamic", b"pulumi-resource-leases")


@dataclass(frozen=True)
class Measured:
    """What a command took."""

    seconds: float
    provider_mib: float
    calls: dict[str, int]


class Project:
    """A program with a stack of its own, driven by the command line as a user does."""

    def __init__(self, folder: Path, program: str, environ: dict[str, str]) -> None:
        for part in ("home", "state"):
            (folder / part).mkdir(parents=True)
        plugins = {"providers": [{"name": "leases", "path": str(Path(sys.executable).parent)}]}
        (folder / "Pulumi.yaml").write_text(json.dumps({"name": "bench", "runtime": "python", "plugins": plugins}))
        self.folder = folder
        self.edit(program)
        self.environ = {
            **environ,
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        self._pulumi("stack", "init", "bench")

    def edit(self, program: str) -> None:
        """Replace the program."""
        (self.folder / "__main__.py").write_text(program)

    def measure(self, vendor: Vendor, command: str, parallel: int) -> Measured:
        """Run a command with so many calls at once, and see what it took."""
        words = [command, "--parallel", str(parallel), *([] if command == "preview" else ["--yes", "--skip-preview"])]
        before = len(vendor.journal())
        with _Memory(self.environ["PULUMI_HOME"]) as memory:
            began = time.perf_counter()
            self._pulumi(*words)
            seconds = time.perf_counter() - began
        calls = Counter(call.operation for call in vendor.journal()[before:])
        return Measured(seconds, memory.peak_mib, dict(calls))

    def _pulumi(self, *words: str) -> None:
        done = subprocess.run(
            ["pulumi", *words, "--non-interactive"],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"pulumi {' '.join(words)} failed:\n{done.stdout}\n{done.stderr}")


class _Memory:
    """Watches the peak resident memory of the process of the providers that was started with a home of the engine."""

    def __init__(self, home: str) -> None:
        self.peak_mib = 0.0
        self._mark = f"PULUMI_HOME={home}\0".encode()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(_LOOK_EVERY_S):
            for process in Path("/proc").glob("[0-9]*"):
                self.peak_mib = max(self.peak_mib, _peak_mib(process, self._mark))


def _peak_mib(process: Path, mark: bytes) -> float:
    try:
        command = (process / "cmdline").read_bytes()
        if not any(name in command for name in _PROVIDERS) or mark not in (process / "environ").read_bytes():
            return 0.0
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0.0  # it has ended meanwhile
    peak = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(peak.split()[1]) / 1024
