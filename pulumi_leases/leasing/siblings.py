"""All numbers and searches of a program, known before the first check, so that no choice depends on the order of checks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ..services.cached import CachedReading

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from ..domain.models import Offer


class Siblings:
    """What the resources of one run have said of the whole program, as it came.

    Attributes:
        named: Numbers that the program declares as such, as it writes them: no search chooses them.
        searches: JSON texts: what searches ask for, each with the names of all that ask for just that.
    """

    def __init__(self) -> None:
        self.named: set[str] = set()
        self.searches: set[str] = set()
        self._names: dict[str, str] = {}
        self._assignments: dict[Hashable, CachedReading[Mapping[str, Offer]]] = {}
        self._lock = threading.Lock()

    def note(self, urn: str, hints: Mapping[str, Any]) -> None:
        """Note the hints that came with the inputs of a resource."""
        self.named.update(str(hints.get("named", "")).splitlines())
        if "searches" in hints:
            self.searches.add(str(hints["searches"]))
        if "owner" in hints:
            self._names[urn] = str(hints["owner"])

    def name(self, urn: str) -> str | None:
        """Return what the program calls a resource, where it has said so."""
        return self._names.get(urn)

    def assignment(self, key: Hashable, assign: Callable[[], Mapping[str, Offer]]) -> Mapping[str, Offer]:
        """Return the numbers that are assigned to owners; made once a run for each key."""
        with self._lock:
            made = self._assignments.setdefault(key, CachedReading(assign))
        return made.get().value
