"""A stack whose program is YAML: served by the native provider, on the real engine."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from pulumi_leases.engine.state import COMPONENT_TYPE

from .native_stack import PLUGINS, PROVIDER
from .stack import Stack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class YamlStack(Stack):
    """A `Stack` whose resources are declared as data; its state names their types as the native provider does."""

    declared_type = COMPONENT_TYPE

    def __init__(
        self,
        folder: Path,
        engine: Path,
        host: Path,
        environ: Mapping[str, str],
        declared: Mapping[str, Any],
        name: str = "dev",
    ) -> None:
        assert PROVIDER.exists(), f"`make setup` makes {PROVIDER}"
        path = os.pathsep.join([str(PROVIDER.parent), str(host), str(engine), os.environ["PATH"]])
        super().__init__(folder, engine, {**environ, "PATH": path}, lambda: None, name)
        self.stack.workspace.program = None
        self.declare(declared)

    def declare(self, declared: Mapping[str, Any]) -> None:
        """Write the program: resources, variables, outputs; JSON is YAML."""
        text = json.dumps({"name": "leases-test", "runtime": "yaml", "plugins": PLUGINS, **declared})
        (self.folder / "work" / "Pulumi.yaml").write_text(text, "utf-8")


def number(said: str | None = None, options: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Declare a LeasedNumber."""
    asked = {"number": said, **more} if said else more
    return {"type": "leases:LeasedNumber", "properties": asked, **({"options": options} if options else {})}
