"""The named instants of a kill: which call of the vendor's API is held there, and what brings it about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RANDOM = "random"

_API = {
    "contiguity": {"offers": "available", "leases": "leased", "number": "get", "end": "terminate"},
    "telesign": {"offers": "search", "leases": "list", "number": "list", "end": "cancel"},
}

_LAG: dict[str, dict[str, Any]] = {"contiguity": {"listing_lag_s": 3}, "telesign": {"listing_lag_s": 3}}
_SLOW_END: dict[str, dict[str, Any]] = {
    "contiguity": {"termination_delay_s": 4},
    "telesign": {"after_cancel": "listed_for_s", "listed_for_s": 4},
}


def call(service: str, name: str) -> str:
    """Name a call as the vendor does: `offers`, `leases`, `number` (who leases one), `end`; `lease` is `lease`."""
    return _API[service].get(name, name)


@dataclass(frozen=True)
class Instant:
    """A named instant.

    Attributes:
        meaning: For people.
        call: Which call is held there, as `call` knows it.
        operations: The operations that come by.
        phases: Whether it is held before the vendor has done its work, or after; one is drawn.
        spoilt: The fault that the paying call meets besides.
        after: The call that must have been answered before one is held.
        switches: What the vendor must be like for it to come about.
        frozen: Whether the CLI is stopped, so that it cannot take note of the answer that the provider gets.
    """

    meaning: str
    call: str
    operations: frozenset[str]
    phases: Sequence[Literal["before", "after"]] = ("before", "after")
    spoilt: str | None = None
    after: str | None = None
    switches: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    frozen: bool = False


_LEASING = frozenset({"up", "update", "replace", "retry"})
_ENDING = frozenset({"replace", "destroy"})

INSTANTS = {
    "choosing": Instant("offers are read, nothing is saved", "offers", _LEASING),
    "unsent": Instant("the paying POST is lost on its way", "lease", _LEASING, ("before",), spoilt="drop_before"),
    "working": Instant("the vendor works on the paying POST, and does it after the kill", "lease", _LEASING, ("before",)),
    "done": Instant("the vendor has leased, the answer is not out", "lease", _LEASING, ("after",)),
    "answered": Instant("the answer is in, the state is not saved", "lease", _LEASING, ("after",), frozen=True),
    "reading": Instant(
        "the answer is lost, it is asked who leases the number", "number", _LEASING,
        spoilt="drop_after", after="lease", switches=_LAG,
    ),
    "listing": Instant("the account's leases are read", "leases", frozenset({"refresh", "destroy", "swap"})),
    "configure": Instant("the failover is set", "configure", frozenset({"up", "update"})),
    "terminate": Instant("the vendor terminates a lease", "end", _ENDING),
    "confirm": Instant("it is waited for the vendor to let go", "leases", _ENDING, after="end", switches=_SLOW_END),
}  # fmt: skip
