"""The leasing services, by name. A service costs one file beside this one and one line below, or a package of its own.

From outside: `service_names` and `service_class`. What a service says to its vendor must not be known elsewhere.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from ..domain.errors import ConfigError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.metadata import EntryPoint

    from .base import LeaseService

SERVICES: dict[str, str] = {
    "contiguity": "pulumi_leases.services.contiguity:Contiguity",
    "telesign": "pulumi_leases.services.telesign:TeleSign",
    "telnyx": "pulumi_leases.services.telnyx:Telnyx",
    "twilio": "pulumi_leases.services.twilio:Twilio",
}
"""The services of this package."""

GROUP = "pulumi_leases.services"
"""The entry points by which other packages offer services: a name and a class."""


def service_names() -> list[str]:
    """Name all services that there are, those of other packages included; none is imported."""
    return sorted({*SERVICES, *_find_offered()})


def service_class(name: str) -> type[LeaseService]:
    """Load a service by its name; only what is used is imported.

    Raises:
        InvalidInput: There is no such service.
        ConfigError: Several packages offer it, or the one that does cannot be imported or calls it otherwise.
    """
    offers = _find_offered().get(name, ())
    if len(offers) + (name in SERVICES) > 1:
        raise ConfigError(
            f"service {name!r} is offered more than once ({_places(name, offers)}): uninstall all but one"
        )
    if offers:
        return _load(name, offers[0])
    if name not in SERVICES:
        raise InvalidInput("service", f"must be one of {', '.join(service_names())}, not {name!r}")
    module, _, attribute = SERVICES[name].partition(":")
    found: type[LeaseService] = getattr(import_module(module), attribute)
    return found


@cache
def _find_offered() -> Mapping[str, Sequence[EntryPoint]]:
    """Find the services of other packages, once a process."""
    from importlib.metadata import entry_points  # late: it is not needed to import the package

    offered: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        same = offered.setdefault(entry.name, [])
        if entry not in same:  # a folder that is on the path twice is read twice
            same.append(entry)
    return offered


def _load(name: str, entry: EntryPoint) -> type[LeaseService]:
    """Import a service of another package."""
    try:
        found: type[LeaseService] = entry.load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"service {name!r} ({entry.value}) cannot be imported: {error}") from None
    if found.name != name:
        raise ConfigError(f"service {name!r} ({entry.value}) calls itself {found.name!r}: the two must be the same")
    return found


def _places(name: str, offers: Sequence[EntryPoint]) -> str:
    own = [SERVICES[name]] if name in SERVICES else []
    return ", ".join([*own, *(offer.value for offer in offers)])
