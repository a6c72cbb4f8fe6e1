"""What there is beside the engine: the language hosts that have modules of their own, and what writes SDKs of our schema.

Each is one program, in a folder of the cache with its own version in the name.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from .pins import MODULES, pinned

SDK = "github.com/pulumi/pulumi/sdk/v3"


@dataclass(frozen=True)
class Part:
    """One program, and where it comes from.

    Attributes:
        word: How it is asked for; the folder of its go.mod.
        version: The release that is pinned there.
        package: The Go package that it is built from.
        takes: How long building it takes, for people.
    """

    word: str
    version: str
    package: str
    takes: str

    @property
    def program(self) -> str:
        """The name of the program."""
        return f"leases-{self.word}" if self.package.startswith("pulumi_leases/") else self.package.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """Its folder in the cache."""
        return f"{self.word}-{self.version}"

    def on_path(self) -> Path | None:
        """Return the folder of it on PATH; the vendor's own archive has the language hosts beside `pulumi`."""
        found = shutil.which(self.program)
        return Path(found).absolute().parent if found else None


def _writer_version() -> str:
    """Name what writes SDKs by the release of the engine's packages, and by its own text."""
    text = (MODULES / "sdk" / "main.go").read_bytes()
    release = pinned(r"pulumi/pkg/v3 v(\S+)", "sdk")
    return f"{release}-{hashlib.sha256(text).hexdigest()[:8]}"


PARTS = {
    part.word: part
    for part in (
        Part(
            "yaml",
            pinned(r"pulumi/pulumi-yaml v(\S+)", "yaml"),
            "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
            "3 minutes",
        ),
        Part(
            "nodejs", pinned(r"pulumi/sdk/v3 v(\S+)", "nodejs"), f"{SDK}/nodejs/cmd/pulumi-language-nodejs", "2 minutes"
        ),
        Part("go", pinned(r"pulumi/sdk/v3 v(\S+)", "go"), f"{SDK}/go/pulumi-language-go", "2 minutes"),
        Part("sdk", _writer_version(), "pulumi_leases/engine/sdk", "3 minutes"),
    )
}
"""By their words."""
