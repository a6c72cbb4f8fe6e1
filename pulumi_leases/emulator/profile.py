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

    `operations` are what faults and the journal call its requests. `knows_login` says whether the vendor would know a
    login of this name, `lease_id` makes the id of the next lease from chance and the count of those before,
    `demo_login` is a login that every emulator knows, by the names that a client has for its parts,
    `example_fees` are the upfront and the recurring fee of the example number, `periods` the months that its leases
    are paid for, drawn from, `entitlements` whether its numbers may demand some, and `settings` what can be set on a
    number that is leased, as it is at first. `more_paths` are further base URLs, `own_terms` makes of an offer as
    drawn what this vendor has.
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
    more_paths: dict[str, str] = field(default_factory=dict)
    own_terms: "Callable[[Offer, random.Random], None] | None" = None
    settings: dict[str, Any] = field(default_factory=dict)

    def access(self, url: str) -> dict[str, str]:
        """The demo login and the base URLs on an emulator at `url`, as a client would set them."""
        paths = {"base_url": self.path, **self.more_paths}
        return {**self.demo_login, **{name: url + path for name, path in paths.items()}}
