"""The programs and packages that a stack needs, as this machine has them."""

from __future__ import annotations

import os
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from ...domain.errors import ConfigError
from ...engine.purchases import skips_checkpoints
from ..command import ask_pulumi, read_runtime
from .check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLDEST_ENGINE = "3.254.0"
"""Since then `pulumi import -f` takes a dynamic resource's outputs."""
PLUG_INS = ("pulumi-language-python", "pulumi-resource-pulumi-python")
"""What the engine needs for programs in Python and for dynamic resources in it; both come with it."""
NATIVE = "pulumi-resource-leases"
"""What serves programs in other languages; it comes with this package."""

_INSTALL = "curl -fsSL https://get.pulumi.com | sh"
_PACKAGE = "pulumi-leases"


def check_tools() -> Iterator[Check]:
    """Check the engine, its plug-ins, the SDK, and that the engine saves its state as it goes."""
    engine = _find_engine()
    if engine is None:
        yield Check("pulumi", "engine", "`pulumi` is not on PATH", _INSTALL)
    else:
        try:
            yield judge_engine(engine, ask_pulumi("version").strip())
        except ConfigError as error:
            yield Check("pulumi", "engine", str(error), _INSTALL)
        for name in plug_ins_for(read_runtime(Path.cwd())):
            yield judge_plug_in(name, _find_plug_in(name, engine))
    yield judge_sdk(metadata.version("pulumi"), sdk_range())
    if skips_checkpoints(os.environ):
        found = "PULUMI_SKIP_CHECKPOINTS is set: an interrupted run would lose numbers, so none is leased"
        yield Check("pulumi", "checkpoints", found, "unset PULUMI_SKIP_CHECKPOINTS")


def judge_engine(engine: Path, version: str) -> Check:
    """Judge the version of the engine."""
    if _numbers(version) < _numbers(OLDEST_ENGINE):
        return Check("pulumi", "engine", f"{version} at {engine} is older than {OLDEST_ENGINE}", _INSTALL)
    return Check("pulumi", "engine", f"{version} at {engine}")


def plug_ins_for(runtime: str | None) -> Sequence[str]:
    """List what the engine needs for a project in a language."""
    return PLUG_INS if runtime in {None, "python"} else (f"pulumi-language-{runtime}", NATIVE)


def judge_plug_in(name: str, path: Path | None) -> Check:
    """Judge whether a plug-in was found."""
    if path is None:
        mend = f'export PATH="{Path(sys.executable).parent}:$PATH"' if name == NATIVE else _INSTALL
        return Check("pulumi", name, "neither on PATH, nor beside the engine, nor among its plug-ins", mend)
    return Check("pulumi", name, f"at {path}")


def judge_sdk(version: str, allowed: str) -> Check:
    """Judge the version of the SDK in the Python that runs this command.

    Args:
        version: What is installed.
        allowed: What this package takes, as its metadata says: `<4,>=3.268`.
    """
    limits = dict(re.findall(r"(>=|<)([\d.]+)", allowed))
    is_old = _numbers(version) < _numbers(limits[">="])
    if is_old or _numbers(version) >= _numbers(limits["<"]):
        mend = f"{sys.executable} -m pip install 'pulumi{allowed}'"
        return Check("pulumi", "Python SDK", f"{version} in {sys.prefix}, and pulumi-leases needs {allowed}", mend)
    return Check("pulumi", "Python SDK", f"{version} in {sys.prefix}")


def _find_engine() -> Path | None:
    """Find the `pulumi` that is first on PATH."""
    found = shutil.which("pulumi")
    return Path(found) if found else None


def _find_plug_in(name: str, engine: Path) -> Path | None:
    """Find a plug-in of the engine where the engine looks for it: on PATH, beside itself, and among those it has installed.

    https://github.com/pulumi/pulumi/blob/master/sdk/go/common/workspace/plugins.go, `GetPluginPath`.
    """
    beside = (str(engine.parent), str(engine.resolve().parent))
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *beside]))
    if found:
        return Path(found)
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    kind = name.removeprefix("pulumi-")
    return next(iter(sorted((home / "plugins").glob(f"{kind}-v*/{name}"))), None)


def sdk_range() -> str:
    """Read from this package's metadata which versions of the SDK it takes: `<4,>=3.268`."""
    needed = metadata.requires(_PACKAGE) or ()
    return next(found[1] for one in needed if (found := re.match(r"pulumi\s*\(?([<>=!~][^;)\s]*)", one)))


def _numbers(version: str) -> tuple[int, ...]:
    """Read what versions are compared by: (3, 254, 0) for `v3.254.0-dev`, () where it is none."""
    parts = re.match(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in parts.groups()) if parts else ()
