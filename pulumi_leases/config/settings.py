"""The settings of a service, and the name of each in the config, in the environment and on the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_SERVICE = "contiguity"
DEFAULT_ACCOUNT = "default"
RUN_KEYS = ("accounts", "monthlyBudget", "releaseInterrupted", "releaseTimeout", "requestsPerSecond", "service")
"""The keys under `leases:` that are no service's own."""


@dataclass(frozen=True)
class Setting:
    """One setting of a service.

    Attributes:
        name: In snake_case, such as `base_url`.
        meaning: One line for messages and docs.
        secret: Whether it is the credential. A service has exactly one.
        with_credential: Whether it is read only from where the credential comes from, such as every base URL.
        default: Used where nothing is said; a setting without default is required, unless it is `optional`.
        optional: Whether the service does without it.
        choices: The values it may have, where they are few.
        variables: The names under which the service's own tools look for it in the environment.
        beside: The credential's own variable to which these belong, where they do not belong to all of them.
    """

    name: str
    meaning: str
    secret: bool = False
    with_credential: bool = False
    default: str | None = None
    optional: bool = False
    choices: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    beside: str | None = None


class Service(Protocol):
    """What this module needs to know of a service."""

    name: str
    settings: tuple[Setting, ...]


def credential_of(service: Service) -> Setting:
    """Find the setting of a service that is its credential."""
    return next(setting for setting in service.settings if setting.secret)


def camel(snake: str) -> str:
    """Turn `base_url` into `baseUrl`."""
    head, *rest = snake.split("_")
    return head + "".join(word.capitalize() for word in rest)


def variable(*words: str) -> str:
    """Name the variable for some words: `eu-west`, `token` is LEASES_EU_WEST_TOKEN."""
    return "_".join(["LEASES", *(re.sub(r"[^A-Za-z0-9]", "_", word).upper() for word in words)])


def variable_of(key: str) -> str:
    """Name the variable for a key of the run: `releaseTimeout` is LEASES_RELEASE_TIMEOUT."""
    return variable(re.sub(r"([A-Z])", r"_\1", key))


def key_of(service: Service, setting: Setting) -> str:
    """Name the config key of a service's setting: `leases:contiguityBaseUrl`."""
    return f"leases:{service.name}{setting.name.title().replace('_', '')}"


def set_command(service: Service, account: str, setting: Setting) -> str:
    """Write the command that sets a setting of a login in the config of a stack."""
    secret = "--secret " if setting.secret else ""
    if account == DEFAULT_ACCOUNT:
        return f"pulumi config set {secret}{key_of(service, setting)} …"
    return f"pulumi config set --path {secret}leases:accounts.{account}.{camel(setting.name)} …"


def remove_command(place: str) -> str:
    """Write the command that takes a setting away from its place, a variable or a config key."""
    if not place.startswith("leases:"):
        return f"unset {place}"
    path = place.replace("accounts[", "accounts.").replace("].", ".")
    return f"pulumi config rm {'' if path == place else '--path '}{path}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Find the known name that a mistyped one most likely stands for; None where none is near."""
    import difflib  # late: a mistyped name only

    alike = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), alike, n=1, cutoff=0.7)
    return alike[found[0]] if found else None
