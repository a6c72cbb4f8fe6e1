"""What the emulator must know of a vendor before its API is there: names, operations, switches, forms."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi_leases.emulator.switches import Switch

if TYPE_CHECKING:
    from pulumi_leases.emulator.inventory import Offer


@dataclass(frozen=True)
class Profile:
    """One vendor. `path` is where its base URL begins on the emulator.

    `operations` are what faults and the journal call its requests. `knows_login` tells whether the vendor would know a
    login of this name, `demo_login` is one by the names that settings have. `lease_id` makes the id of the next lease
    from chance and the count of those before. `example_fees` are the upfront and the recurring fee of the example
    number, `periods` the months that leases are paid for, drawn from, `entitlements` whether numbers may demand some.
    `settings` is what can be set on a number that is leased, as it is at first. `more_paths` are further
    base URLs, by the name of their setting; `own_terms` makes of an offer as drawn what this vendor has.
    """

    name: str
    title: str
    path: str
    operations: tuple[str, ...]
    switches: tuple[Switch, ...]
    knows_login: Callable[[str], bool]
    lease_id: Callable[[random.Random, int], str]
    demo_login: dict[str, str]
    example_fees: tuple[float, float]
    periods: tuple[int, ...] = (1,)
    entitlements: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    more_paths: dict[str, str] = field(default_factory=dict)
    own_terms: "Callable[[Offer, random.Random], None] | None" = None
