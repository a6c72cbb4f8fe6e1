"""The state of one emulator. One lock guards all of it, and nobody waits while holding it."""

import functools
import pickle
import threading

from pulumi_leases.emulator.clock import Clock
from pulumi_leases.emulator.faults import Faults
from pulumi_leases.emulator.gate import Gate
from pulumi_leases.emulator.inventory import Offer, inventory
from pulumi_leases.emulator.journal import Journal
from pulumi_leases.emulator.ledger import Ledger
from pulumi_leases.emulator.logins import Logins
from pulumi_leases.emulator.switches import Switches
from pulumi_leases.emulator.vendors import VENDORS


class World:
    """All vendors as they are now; `offers`, `ledgers` and `switches` are by vendor.

    `bugs` has the traceback of every failure of the emulator itself.
    """

    def __init__(self, seed: str) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.offers: dict[str, dict[str, Offer]] = pickle.loads(_offers(seed))  # noqa: S301 its own
        self.ledgers = {name: Ledger(profile, seed) for name, profile in VENDORS.items()}
        self.switches = {name: Switches(name, profile.switches) for name, profile in VENDORS.items()}
        self.logins = Logins()
        self.journal = Journal()
        self.faults = Faults()
        self.gate = Gate()
        self.bugs: list[str] = []


@functools.cache
def _offers(seed: str) -> bytes:
    """What all vendors have on offer at first, pickled: a copy of it is made far quicker than the offers are drawn."""
    return pickle.dumps({name: inventory(profile, seed) for name, profile in VENDORS.items()})
