"""The settings that the engine hands to a provider: of the whole program, or of one that the program declares itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..config import Config, read_accounts, variable, variable_of
from ..domain.errors import ConfigError
from .names import snake
from .values import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OF_THE_ENGINE = frozenset({"version", "pluginDownloadURL", "pluginChecksums"})
"""What the engine adds to the settings of a provider."""


def configuration(request: Any) -> Config:
    """Read the settings from a call of `Configure`.

    What a program gives to a provider of its own is not overridden by variables, which are those of the default provider too:
    else all numbers would be leased by the login of the environment.
    """
    given = {key: value for key, value in read(request.args).plain.items() if key not in _OF_THE_ENGINE}
    settings = {f"leases:{key}": value for key, value in given.items()}
    hidden = frozenset(_variables(given)) if name_of_explicit(request.urn) else frozenset()
    environ = {name: value for name, value in os.environ.items() if name not in hidden}
    return Config(settings.get, environ, keys=lambda: tuple(settings))


def name_of_explicit(urn: str) -> str | None:
    """Name the provider if the program declares it itself; None for the default one."""
    # https://github.com/pulumi/pulumi/blob/master/sdk/go/common/providers/reference.go, IsDefaultProvider
    name = urn.rpartition("::")[2]
    return None if name in {"", "default"} or name.startswith("default_") else name


def _variables(given: Mapping[str, Any]) -> Iterator[str]:
    """Name the variables of what is given, those of each account among it."""
    yield from (variable_of(key) for key, value in given.items() if str(value).strip())
    try:
        accounts = read_accounts(given.get("accounts"))
    except ConfigError:  # reported where an account is needed
        return
    for account, entry in accounts.items():
        if isinstance(entry, dict):
            yield from (variable(account, snake(key)) for key in entry)
