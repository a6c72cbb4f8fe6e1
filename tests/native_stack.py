"""A stack whose numbers are served by the native provider, on the real engine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi import automation

from pulumi_leases.engine.state import COMPONENT_TYPE, NATIVE_NUMBER_TYPE

from .stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROVIDER = Path(sys.executable).parent / "pulumi-resource-leases"
"""The console script of this package."""

PLUGINS = {"providers": [{"name": "leases", "path": str(PROVIDER.parent)}]}
"""How a project says where the provider is."""

IN_YAML = {
    "opts=pulumi.ResourceOptions(aliases=[": "aliases: [",
    "adopt=True": "adopt: true",
    "lease_again=": "leaseAgain: ",
    "lease_again": "leaseAgain",
    "max_monthly_rate": "maxMonthlyRate",
    "monthly_rate": "monthlyRate",
    "max_upfront_fee": "maxUpfrontFee",
    "upfront_fee": "upfrontFee",
    "billing_method": "billingMethod",
    "status_callback": "statusCallback",
    "emergency_address": "emergencyAddress",
    "area_code": "areaCode",
    "number_type": "numberType",
    "min_reputation": "minReputation",
}
"""What errors of Python say, in this order, as those of the native provider do."""


class _ServedProject(automation.ProjectSettings):
    """The settings of a project that says where the provider is; the SDK's own class has no field for it."""

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "plugins": PLUGINS}


class NativeStack(Stack):
    """As `Stack`; a pair goes by the names that the dynamic providers give it, and the component of each is left out."""

    project = _ServedProject
    declared_type, leased_type = COMPONENT_TYPE, NATIVE_NUMBER_TYPE

    def __init__(
        self, folder: Path, engine: Path, environ: Mapping[str, str], program: Callable[[], None], name: str = "dev"
    ) -> None:
        assert PROVIDER.exists(), f"`make setup` makes {PROVIDER}"
        super().__init__(folder, engine, environ, program, name)

    def said(self, text: str) -> str:
        for python, yaml in IN_YAML.items():
            text = text.replace(python, yaml)
        return text

    def kind(self, type_: str) -> str:
        return {NATIVE_NUMBER_TYPE: "LeasedNumber", COMPONENT_TYPE: ""}.get(type_, super().kind(type_))
