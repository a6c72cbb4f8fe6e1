"""Where a setting comes from.

Each setting is looked for in a `LEASES_…` variable (said on purpose), then in the `leases:` config, then in the
variables that the service's own tools use. Variables come first because on `destroy` and `refresh` the engine hands
over the config of the last `up`: a rotated key would never arrive. A service declares which settings it has; this
module does not know any of them.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from ..domain.errors import ConfigError
from .settings import (
    DEFAULT_ACCOUNT,
    DEFAULT_SERVICE,
    camel,
    credential_of,
    key_of,
    nearest,
    set_command,
    variable,
    variable_of,
)
from .sources import Source, first_source, keep_together, own_variables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from .settings import Service, Setting

_ACCOUNT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_SENDABLE = re.compile(r"[!-~]+\Z")
_LEAST, _MOST = Decimal("0.001"), Decimal(1_000_000)


class Config:
    """The settings of one run.

    Args:
        get: Reads a config key such as `leases:service`; structured values may come as JSON text.
        environ: The environment.
        keys: Lists all config keys, of every namespace, where they can be listed.
        project: The project, whose own namespace is that of keys without a prefix.
    """

    def __init__(
        self,
        get: Callable[[str], Any],
        environ: Mapping[str, str] | None = None,
        *,
        keys: Callable[[], Collection[str]] = tuple,
        project: str | None = None,
    ) -> None:
        self._get = get
        self.environ = os.environ if environ is None else environ
        self.keys = keys
        self.project = project

    def service(self, account: str) -> str:
        """Name the service for a resource that does not say one: the account's, else the default.

        Raises:
            ConfigError: `leases:accounts` is malformed.
        """
        said = self._said("service", DEFAULT_SERVICE)
        return said if account == DEFAULT_ACCOUNT else self._account(account).get("service", said)

    def login(self, service: Service, account: str) -> dict[str, str]:
        """Gather the settings of one login.

        The credential decides: what goes with it, every base URL among it, is taken from where the credential comes from,
        or is the default. A base URL that only another place gives is refused: neither goes a production key to an address
        left over in the environment, nor a trial, whose address went unread, to the service itself.

        Raises:
            ConfigError: Something required is nowhere, a value is not one of the choices or cannot be sent, or key and base
                URL come from two places.
        """
        sources = list(self._sources(service, account))
        credential = credential_of(service)
        home = first_source(sources, credential)
        if home is None:
            raise self._missing(service, account, credential)
        found: dict[str, str] = {}
        for setting in service.settings:
            if setting.with_credential and setting.default:
                keep_together(service, home, sources, credential, setting)
            places = [home] if setting.with_credential else [home, *sources]
            value = next((value for place in places if (value := place.get(setting))), setting.default)
            if value is None and setting.optional:
                continue
            if value is None:
                raise self._missing(service, account, setting)
            if fault := _fault(setting, value):
                own = setting.variables if account == DEFAULT_ACCOUNT else ()
                where = " or ".join([*self._places(service, account, setting), *own])
                raise ConfigError(f"{where} {fault}", service=service.name)
            found[setting.name] = value
        return found

    def accounts(self) -> list[str]:
        """Name the accounts under `leases:accounts`; one that only variables configure is not among them.

        Raises:
            ConfigError: It is malformed.
        """
        return sorted(self._accounts())

    def place(self, service: Service, account: str, setting: Setting) -> str | None:
        """Name the variable or the config key that gives a setting of a login; None where its default counts, or nothing does.

        Raises:
            ConfigError: The account is malformed.
        """
        sources = list(self._sources(service, account))
        home = first_source(sources, credential_of(service))
        places = [*([home] if home else []), *([] if setting.with_credential else sources)]
        found = first_source(places, setting)
        return found.place(setting) if found else None

    def is_budget_set(self) -> bool:
        """Whether there is a monthly budget, readable or not."""
        return bool(self._said("monthlyBudget", ""))

    def monthly_budget(self) -> dict[str, Decimal]:
        """Read `leases:monthlyBudget`, such as `100 USD, 40 EUR`, as amounts per currency; empty where none is set.

        Raises:
            ConfigError: It is not a list of amounts with currencies.
        """
        text = self._said("monthlyBudget", "")
        if not text and {self.environ.get("LEASES_MONTHLY_BUDGET"), self._get("leases:monthlyBudget")} != {None}:
            raise ConfigError(
                "leases:monthlyBudget (LEASES_MONTHLY_BUDGET) is set and empty: give one amount per currency, such as "
                "'100 USD, 40 EUR', or remove it"
            )
        budget: dict[str, Decimal] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]{3})", part)
            if not match or match[2].upper() in budget:
                raise ConfigError(
                    "leases:monthlyBudget (LEASES_MONTHLY_BUDGET) must give one amount per currency, "
                    f"such as '100 USD, 40 EUR', not {text!r}"
                )
            budget[match[2].upper()] = Decimal(match[1])
        return budget

    def requests_per_second(self) -> float | None:
        """How many requests a second one login may send, over all threads; None where nothing is said."""
        return self._number("requestsPerSecond")

    def release_timeout_s(self) -> float:
        """How many seconds after the terminate call a release must be confirmed; 600 where nothing is said."""
        return self._number("releaseTimeout") or 600

    def release_interrupted(self) -> bool:
        """Whether the stack consents that a lease which an interrupted run made is released with its intent.

        Raises:
            ConfigError: It is neither true nor false.
        """
        text = self._said("releaseInterrupted", "false").lower()
        if text not in {"true", "false"}:
            raise ConfigError(
                f"leases:releaseInterrupted (LEASES_RELEASE_INTERRUPTED) must be true or false, not {text!r}"
            )
        return text == "true"

    def _said(self, key: str, default: str) -> str:
        said = (str(value or "").strip() for value in (self.environ.get(variable_of(key)), self._get(f"leases:{key}")))
        return next(filter(None, said), default)

    def _number(self, key: str) -> float | None:
        text = self._said(key, "")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not _LEAST <= value <= _MOST:
            raise ConfigError(
                f"leases:{key} ({variable_of(key)}) must be a number from {_LEAST} to {_MOST}, not {text!r}"
            )
        return float(value)

    def _accounts(self) -> Mapping[str, Any]:
        return read_accounts(self._get("leases:accounts"))

    def _account(self, account: str) -> dict[str, str]:
        """Read one entry of `leases:accounts`; its keys may be camelCase or snake_case."""
        if not _ACCOUNT_NAME.match(account):
            raise ConfigError(f"an account's name is letters, digits, '-' and '_', starting with a letter: {account!r}")
        accounts = self._accounts()
        try:
            entry = {
                camel(key): str(value) for key, value in (accounts.get(account) or {}).items() if value is not None
            }
        except AttributeError:
            raise _malformed_accounts() from None
        namesake = next((name for name in accounts if name != account and variable(name) == variable(account)), None)
        if namesake:
            raise ConfigError(f"accounts {account!r} and {namesake!r} would share their variables: rename one of them")
        return entry

    def _sources(self, service: Service, account: str) -> Iterator[Source]:
        if account != DEFAULT_ACCOUNT:
            if variable(account) == variable(service.name):
                raise ConfigError(
                    f"an account of {service.name} cannot be called {account!r}: {variable(account)}_… are the variables "
                    "of the default account"
                )
            entry = self._account(account)
            if entry.get("service", service.name) != service.name:
                raise ConfigError(f"account {account!r} is a login of {entry['service']}, not of {service.name}")
            _refuse_unknown(account, entry, service)
            yield Source(lambda setting: [variable(account, setting.name)], self.environ.get)
            yield Source(
                lambda setting: [camel(setting.name)], entry.get, lambda name: f"leases:accounts[{account}].{name}"
            )
            return
        yield Source(lambda setting: [variable(service.name, setting.name)], self.environ.get)
        yield Source(lambda setting: [key_of(service, setting)], self._get)
        for own in next(setting.variables for setting in service.settings if setting.secret):
            yield Source(functools.partial(own_variables, own), self.environ.get)

    def _places(self, service: Service, account: str, setting: Setting) -> list[str]:
        if account != DEFAULT_ACCOUNT:
            return [variable(account, setting.name), f"leases:accounts[{account}].{camel(setting.name)}"]
        return [variable(service.name, setting.name), key_of(service, setting)]

    def _missing(self, service: Service, account: str, setting: Setting) -> ConfigError:
        place, _ = self._places(service, account, setting)
        how = f"`{set_command(service, account, setting)}`" + self._other_accounts(account)
        beside = " in the same place as the credential" if setting.with_credential else ""
        return ConfigError(
            f"{service.name} needs {setting.meaning} for account {account!r}{beside}: set the variable {place}, or {how}",
            service=service.name,
        )

    def _other_accounts(self, account: str) -> str:
        """Name the accounts of the config where the asked one is not among them: it may be mistyped."""
        if account == DEFAULT_ACCOUNT:
            return ""
        known = self.accounts()
        return "" if account in known or not known else f"; the config has the accounts {', '.join(known)}"


def read_accounts(written: Any) -> Mapping[str, Any]:
    """Read `leases:accounts`, which may come as JSON text: the settings of each account by its name.

    Raises:
        ConfigError: It is malformed.
    """
    try:
        accounts = json.loads(written) if isinstance(written, str) and written else written or {}
    except ValueError:
        raise _malformed_accounts() from None
    if not isinstance(accounts, Mapping):
        raise _malformed_accounts()
    return accounts


def _malformed_accounts() -> ConfigError:
    return ConfigError("leases:accounts must map names to settings, such as {eu: {service: contiguity, token: …}}")


def _refuse_unknown(account: str, entry: Mapping[str, str], service: Service) -> None:
    """Refuse a setting of an account that its service does not have."""
    known = ["service", *(camel(setting.name) for setting in service.settings)]
    for key in entry:
        if key not in known:
            near = nearest(key, known)
            there_are = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
            raise ConfigError(f"leases:accounts[{account}].{key} is no setting of {service.name}: {there_are}")


def _fault(setting: Setting, value: str) -> str | None:
    """Say why a value cannot be; one that is no choice is shown, any other may be a credential."""
    if setting.choices and value not in setting.choices:
        return f"must be one of {', '.join(setting.choices)}, not {value!r}"
    if not _SENDABLE.match(value):
        return f"holds blanks, line breaks or other characters that no {setting.name} has"
    return None
