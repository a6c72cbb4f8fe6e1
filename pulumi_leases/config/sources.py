"""The places that may hold the settings of a login. Key and base URL must come from the same one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..domain.errors import ConfigError
from .settings import remove_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from .settings import Service, Setting


@dataclass(frozen=True)
class Source:
    """One place that may hold the settings of a login, under names of its own."""

    names: Callable[[Setting], Sequence[str]]
    read: Callable[[str], str | None]
    display: Callable[[str], str] = str

    def get(self, setting: Setting) -> str | None:
        """Read a setting; what is blank is not said."""
        return next((value for _, value in self._values(setting)), None)

    def place(self, setting: Setting) -> str:
        """Name the place that gives a setting."""
        return self.display(next(name for name, _ in self._values(setting)))

    def _values(self, setting: Setting) -> Iterator[tuple[str, str]]:
        for name in self.names(setting):
            if value := str(self.read(name) or "").strip():
                yield name, value


def first_source(sources: Iterable[Source], setting: Setting) -> Source | None:
    """Find the first place that gives a setting."""
    return next((source for source in sources if source.get(setting)), None)


def own_variables(credential: str, setting: Setting) -> Sequence[str]:
    """Name the service's own variables of a setting that belong to one of its credential's."""
    if setting.secret:
        return [credential]
    return setting.variables if setting.beside in {None, credential} else []


def keep_together(
    service: Service, home: Source, sources: Sequence[Source], credential: Setting, base_url: Setting
) -> None:
    """Refuse a base URL that only another place than the credential's gives.

    Raises:
        ConfigError: Key and base URL come from two places.
    """
    if home.get(base_url):
        return
    elsewhere = next((one for one in sources if one.get(base_url) not in (None, base_url.default)), None)
    if elsewhere:
        raise ConfigError(
            f"the key of {service.name} comes from {home.place(credential)} and its base URL from "
            f"{elsewhere.place(base_url)}: a key is not sent to an address from another place. Set both in the same place, or "
            f"remove the base URL to use {base_url.default}: `{remove_command(elsewhere.place(base_url))}`",
            service=service.name,
        )
