"""The leasing services, by name. A service costs one file beside this one and one line below."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ..domain.errors import InvalidInput

if TYPE_CHECKING:
    from .base import LeaseService

SERVICES: dict[str, str] = {
    "contiguity": "pulumi_leases.services.contiguity:Contiguity",
    "telesign": "pulumi_leases.services.telesign:TeleSign",
}


def service_class(name: str) -> type[LeaseService]:
    """Load a service by its name; only what is used is imported.

    Raises:
        InvalidInput: There is no such service.
    """
    if name not in SERVICES:
        raise InvalidInput("service", f"must be one of {', '.join(sorted(SERVICES))}, not {name!r}")
    module, _, attribute = SERVICES[name].partition(":")
    loaded: type[LeaseService] = getattr(import_module(module), attribute)
    return loaded
