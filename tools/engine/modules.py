"""The engine built from the published Go modules, for machines that reach a module proxy but not the vendor's site.

`pulumi/go.mod` pins the command line with its engine. `language/go.mod` pins the last release that carries the Python
language host in a module of its own right; later ones are only in the vendor's archive, and it serves newer engines.
The folders of the parts pin the other language hosts, which the native provider is tested with, and what writes SDKs.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

from . import cache
from .parts import SDK
from .pins import ENGINE, GO, MODULES
from .programs import numbers
from .progress import Failed, run, say

if TYPE_CHECKING:
    from pathlib import Path

    from .parts import Part

ENGINE_MODULE, LANGUAGE_MODULE = MODULES / "pulumi", MODULES / "language"
COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
LANGUAGE_HOST = f"{SDK}/python/cmd/pulumi-language-python"
SCRIPTS = ("python/dist/pulumi-resource-pulumi-python", "python/cmd/pulumi-language-python-exec")
STAMP = f"-X {SDK}/go/common/version.Version=v{ENGINE}"


def build() -> Path:
    """Build what is not built yet of the engine, in the cache, and return the folder of its programs.

    Raises:
        Failed: Go is missing or too old, or a module cannot be fetched or compiled.
    """
    env, made = _go(), _begun(ENGINE)
    say(f"building pulumi {ENGINE} from Go modules, once: about 5 minutes and 4 GB on the way, 130 MB in the end")
    _compile(env, ENGINE_MODULE, COMMAND, made, STAMP)
    _copy_scripts(env, made)
    _compile(env, LANGUAGE_MODULE, LANGUAGE_HOST, made, "")
    programs = cache.publish(made)
    shutil.rmtree(_go_work(), ignore_errors=True)
    return programs


def build_part(part: Part) -> Path:
    """Build a program beside the engine, in the cache, and return the folder that it is in.

    Raises:
        Failed: As `build`.
    """
    env, made = _go(), _begun(part.folder)
    say(f"building {part.program} {part.version} from Go modules, once: about {part.takes}")
    _compile(env, MODULES / part.word, part.package, made, "", part.program)
    programs = cache.keep(made, part.folder)
    shutil.rmtree(_go_work(), ignore_errors=True)
    return programs


def _begun(name: str) -> Path:
    made = cache.root() / f"{name}.partial"
    (made / "bin").mkdir(parents=True, exist_ok=True)
    return made


def _go_work() -> Path:
    return cache.root() / "go"


def _go() -> dict[str, str]:
    """Return the environment of the compiler, which is there and new enough."""
    env = {
        "GOPATH": str(_go_work()),
        "GOMODCACHE": str(_go_work() / "mod"),
        "GOCACHE": str(_go_work() / "build"),
        **os.environ,
        "CGO_ENABLED": "0",
    }
    _check_go(env)
    return env


def _check_go(env: dict[str, str]) -> None:
    go = shutil.which("go")
    if go is None:
        raise Failed(f"there is no Go on PATH: install Go {GO} or newer, https://go.dev/dl")
    # Asked in the module, where Go fetches a newer toolchain by itself if the user's GOTOOLCHAIN lets it.
    version = run("asking Go for its version", ["go", "env", "GOVERSION"], cwd=ENGINE_MODULE, env=env).strip()
    if numbers(version) < numbers(GO):
        raise Failed(f"{version} at {go} is too old: install Go {GO} or newer, https://go.dev/dl")


def _compile(env: dict[str, str], module: Path, package: str, made: Path, stamp: str, name: str = "") -> None:
    name = name or package.rpartition("/")[2]
    if (made / "bin" / name).exists():
        return
    # -modcacherw: else the user could not delete the cache. -v: names packages as they are done, which is our progress.
    flags = ["-v", "-trimpath", "-modcacherw", "-tags=osusergo,grpcnotrace", f"-ldflags=-w -s {stamp}"]
    run(f"building {name}", ["go", "build", *flags, "-o", made / name, package], cwd=module, env=env)
    (made / name).rename(made / "bin" / name)


def _copy_scripts(env: dict[str, str], made: Path) -> None:
    download = ["go", "mod", "download", "-modcacherw", "-json", SDK]
    sdk = json.loads(run("fetching the SDK's scripts", download, cwd=ENGINE_MODULE, env=env))["Dir"]
    for script in SCRIPTS:
        copied = shutil.copyfile(f"{sdk}/{script}", made / "bin" / script.rpartition("/")[2])
        copied.chmod(0o755)
