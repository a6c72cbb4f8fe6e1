"""The versions that this tool works with, read from where they are pinned: the committed go.mod."""

from __future__ import annotations

import re
from pathlib import Path

MODULES = Path(__file__).parent


def pinned(pattern: str, module: str) -> str:
    """Read what a go.mod pins."""
    found = re.search(pattern, (MODULES / module / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"tools/engine/{module}/go.mod has no line like {pattern}")
    return found[1]


ENGINE = pinned(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", "pulumi")
GO = pinned(r"^go (\S+)$", "pulumi")
OLDEST_ENGINE = "3.254.0"  # since then `pulumi import -f` takes a dynamic resource's outputs
