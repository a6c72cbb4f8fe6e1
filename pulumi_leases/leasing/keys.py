"""Which settings exist: a config key that nothing reads is refused, and so is a variable that is clearly a slip.

A mistyped budget is no budget, and a mistyped base URL sends a trial to the service itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..config import RUN_KEYS, key_of, nearest, variable_of
from ..domain.errors import ConfigError
from ..services import SERVICES, service_class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..config import Config, Service

_NAMESPACE = "leases"
_CLEARLY_ALIKE = 0.88
"""From here on two names differ by a slip: one letter of eight, or a missing `_`."""


def refuse_unknown_settings(config: Config) -> None:
    """Refuse a `leases:` key that is neither the run's nor begins with a service's name; variables likewise.

    Raises:
        ConfigError: A key is not known, the budget stands in the project's own namespace, or a variable is a slip of one.
    """
    keys = config.keys()
    for name in _names(keys, _NAMESPACE):
        if name in RUN_KEYS or _service_of(name):
            continue
        near = nearest(name, [*RUN_KEYS, *_service_keys(name)])
        if config.project == _NAMESPACE and near is None:
            continue  # the project's own namespace: its program may read what it likes
        raise _unknown(name, near)
    if config.project and config.project != _NAMESPACE and not config.monthly_budget():
        for name in _names(keys, config.project):
            if name.lower() == "monthlybudget":
                raise ConfigError(
                    f"{config.project}:{name} is not read, so there is no budget: "
                    "`pulumi config set leases:monthlyBudget …` sets one, with its prefix"
                )
    for variable in config.environ:
        if variable.startswith("LEASES_"):
            _refuse_slip(variable)


def refuse_unknown_settings_of(config: Config, service: Service) -> None:
    """Refuse a key that begins with a service's name and is none of its settings.

    Raises:
        ConfigError: There is such a key.
    """
    known = [key_of(service, setting).partition(":")[2] for setting in service.settings]
    for name in _names(config.keys(), _NAMESPACE):
        if _service_of(name) == service.name and name not in known:
            raise _unknown(name, nearest(name, known))


def _names(keys: Iterable[str], namespace: str) -> list[str]:
    """Take the names of a namespace; keys come as `leases:service`."""
    return [name for space, _, name in (key.partition(":") for key in sorted(keys)) if space == namespace]


def _service_of(name: str) -> str | None:
    """Find the service whose setting a key is by its name: `contiguityToken` is contiguity's."""
    begun = [service for service in SERVICES if name.startswith(service) and name[len(service) :][:1].isupper()]
    return max(begun, key=len, default=None)


def _service_keys(name: str) -> list[str]:
    """List the keys of services whose name a mistyped key begins with; only these are loaded."""
    begun = [service for service in SERVICES if name.lower().startswith(service)]
    loaded = [service_class(service) for service in begun]
    return [key_of(service, setting).partition(":")[2] for service in loaded for setting in service.settings]


def _unknown(name: str, near: str | None) -> ConfigError:
    meant = f"did you mean {_NAMESPACE}:{near}?" if near else "it is not read"
    return ConfigError(f"{_NAMESPACE}:{name} is no setting: {meant} `pulumi config rm {_NAMESPACE}:{name}` removes it")


def _refuse_slip(variable: str) -> None:
    """Refuse a variable that is clearly a slip of one of the run's; any other may be an account's or another tool's."""
    known = [variable_of(key) for key in RUN_KEYS if key != "accounts"]
    if variable in known:
        return
    import difflib  # late: a variable that is none of the run's only

    for one in known:
        words = variable.removeprefix("LEASES_"), one.removeprefix("LEASES_")
        if difflib.SequenceMatcher(None, *words).ratio() >= _CLEARLY_ALIKE:
            raise ConfigError(f"the variable {variable} is not read: did you mean {one}?")
