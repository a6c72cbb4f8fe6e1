"""Stacks' exports as `pulumi stack export` writes them, made from what matters in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pulumi_leases.engine.state import INTENT_TYPE, NUMBER_TYPE

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = "2026-03-01T12:00:00.135042979Z"
SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def number(name: str, number: str, lease_id: Any, stack: str = "dev", **more: Any) -> dict[str, Any]:
    """A LeasedNumber; `more` are outputs, or `delete` and `external` of the entry."""
    flags: dict[str, Any] = {key: more.pop(key) for key in ("delete", "external") if key in more}
    outputs = {"number": number, "service": "contiguity", "account": "default", "lease_status": "active", **more}
    return {
        "urn": f"urn:pulumi:{stack}::shop::{NUMBER_TYPE}::{name}",
        "type": NUMBER_TYPE,
        "id": number,
        "outputs": {**outputs, **({"lease_id": lease_id} if lease_id else {})},
        **flags,
    }


def intent(name: str, number: str, stack: str = "dev", **claim: Any) -> dict[str, Any]:
    """A LeaseIntent; `claim` is more of its claim."""
    whole = {"number": number, "service": "contiguity", "account": "default", **claim}
    return {
        "urn": f"urn:pulumi:{stack}::shop::{INTENT_TYPE}::{name}",
        "type": INTENT_TYPE,
        "id": number,
        "outputs": {"claim": whole, "recorded": {"run": "r", "at": "2026-01-02T03:04:05Z"}},
    }


def written(path: Path, *resources: dict[str, Any], at: str | None = WRITTEN) -> Path:
    """Write an export to a file; `at` is when its engine wrote the state."""
    manifest = {"manifest": {"time": at, "magic": "", "version": "v3.259.0"}} if at else {}
    path.write_text(json.dumps({"version": 3, "deployment": {**manifest, "resources": list(resources)}}), "utf-8")
    return path
