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
    "telnyx": {"offers": "available", "leases": "leased", "number": "leased", "end": "terminate"},
    "twilio": {"offers": "available", "leases": "leased", "number": "leased", "end": "terminate"},
}
WIRED = frozenset({"contiguity", "telnyx", "twilio"})
"""The services at which a number can be connected to something."""

_LAG: dict[str, dict[str, Any]] = {service: {"listing_lag_s": 3} for service in _API}
_SLOW_END: dict[str, dict[str, Any]] = {
    "contiguity": {"termination_delay_s": 4},
    "telesign": {"after_cancel": "listed_for_s", "listed_for_s": 4},
    "telnyx": {"deletion_delay_s": 4, "idle_deletes": 0},
    "twilio": {"release_lag_s": 4},
}
_SLOW_ORDER: dict[str, dict[str, Any]] = {"telnyx": {"order_s": 4, "pending_numbers": "listed"}}


def call(service: str, name: str) -> str:
    """Name a call as the vendor does: `offers`, `leases`, `number` (who leases one), `end`; others have one name."""
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
        services: Where it comes about.
    """

    meaning: str
    call: str
    operations: frozenset[str]
    phases: Sequence[Literal["before", "after"]] = ("before", "after")
    spoilt: str | None = None
    after: str | None = None
    switches: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    frozen: bool = False
    services: frozenset[str] = frozenset(_API)


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
    "gate": Instant(
        "a number is searched for once more, since an order needs that", "offers", _LEASING,
        spoilt="429", after="lease", services=frozenset({"telnyx"}),
    ),
    "pending": Instant(
        "the order is pending, and its number is asked for", "number", _LEASING,
        after="lease", switches=_SLOW_ORDER, services=frozenset({"telnyx"}),
    ),
    "listing": Instant("the account's leases are read", "leases", frozenset({"refresh", "destroy", "swap"})),
    "configure": Instant(
        "it is set what the number is connected to", "configure", frozenset({"up", "update"}), services=WIRED
    ),
    "joining": Instant(
        "the number is put into a Messaging Service", "join", frozenset({"up", "update"}), services=frozenset({"twilio"})
    ),
    "terminate": Instant("the vendor terminates a lease", "end", _ENDING),
    "confirm": Instant("it is waited for the vendor to let go", "leases", _ENDING, after="end", switches=_SLOW_END),
    "prices": Instant(
        "prices are read, nothing is saved", "prices", frozenset({"up", "update", "retry"}), services=frozenset({"twilio"})
    ),
}  # fmt: skip
