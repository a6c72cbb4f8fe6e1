"""Who leases which number at one vendor, since when, and what it was charged for it."""

import copy
import random
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.profile import Profile

ENDED = frozenset({"expired", "terminated", "deleted", "ported-out", "purchase-failed", "port-failed"})
"""The lease states in which a vendor does not hold the number for the login any more."""


@dataclass
class Lease:
    """One lease, held or past. Times are epoch seconds of the vendor's clock; fees are those of its beginning.

    `status` is what control has set it to, or null; `settings` is what was set about the number, under the vendor's
    names; `cancelled_at` is when the vendor agreed to end it, `released_at` when it let go, or will. A lease by an order
    is pending until `settles_at`, and then has its `outcome`; `waits_for` is what the order lacks.
    """

    vendor: str
    lease_id: str
    number: str
    login: str
    leased_at: float
    currency: str
    upfront_fee: float
    recurring_fee: float
    period_months: int
    billing_method: str = "monthly"
    status: str | None = None
    failover: dict[str, Any] | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    cancelled_at: float | None = None
    released_at: float | None = None
    settles_at: float | None = None
    outcome: str = "success"
    waits_for: str = ""

    def pending(self, now: float) -> bool:
        return self.settles_at is not None and now < self.settles_at and self.held(now)

    def held(self, now: float) -> bool:
        return self.released_at is None or now < self.released_at


@dataclass
class Charge:
    """One amount that a login owes from `at` on; `kind` is `upfront` or `period`."""

    at: float
    vendor: str
    login: str
    number: str
    lease_id: str
    kind: str
    amount: float
    currency: str


@dataclass
class Ledger:
    """The leases and charges of one vendor, oldest first."""

    vendor: Profile
    seed: str
    leases: list[Lease] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(f"{self.seed} {self.vendor.name} lease ids")  # noqa: S311 no secret
        self._ids = (self.vendor.lease_id(chance, before) for before in count())

    def book(
        self, offer: Offer, login: str, now: float, *, billing_method: str = "monthly", lease_id: str | None = None
    ) -> Lease:
        """Lease the number to the login, whoever else holds it, and charge the upfront fee and the first period."""
        lease = self.reserve(offer, login, now, billing_method=billing_method, lease_id=lease_id)
        self.charge(lease, now)
        return lease

    def reserve(
        self, offer: Offer, login: str, now: float, *, billing_method: str = "monthly", lease_id: str | None = None
    ) -> Lease:
        """Lease the number to the login without a charge yet."""
        lease = Lease(
            vendor=self.vendor.name,
            lease_id=lease_id or self._next_id(),
            number=offer.number,
            login=login,
            leased_at=now,
            currency=offer.currency,
            upfront_fee=offer.upfront_fee,
            recurring_fee=offer.recurring_fee,
            period_months=offer.period_months,
            billing_method=billing_method,
            settings=copy.deepcopy(self.vendor.settings),
        )
        self.leases.append(lease)
        return lease

    def charge(self, lease: Lease, at: float) -> None:
        """Charge the upfront fee and the first period of a lease, now or later."""
        for kind, amount in (("upfront", lease.upfront_fee), ("period", lease.recurring_fee)):
            self.charges.append(
                Charge(at, lease.vendor, lease.login, lease.number, lease.lease_id, kind, amount, lease.currency)
            )

    def owed(self, now: float) -> list[Charge]:
        """Every charge but those that wait for the success of an order."""
        waiting = {(lease.lease_id, lease.settles_at) for lease in self.leases if lease.pending(now)}
        return [charge for charge in self.charges if (charge.lease_id, charge.at) not in waiting]

    def settle(self, lease: Lease, outcome: str, *, at: float, charged: bool) -> None:
        """Let the order of a pending lease end at a time; what was to be charged at another time is not."""
        waiting = (lease.lease_id, lease.settles_at)
        self.charges[:] = [one for one in self.charges if (one.lease_id, one.at) != waiting]
        lease.settles_at, lease.outcome = at, outcome
        lease.released_at = None if outcome == "success" else at
        if charged:
            self.charge(lease, at)

    def holding(self, number: str, now: float) -> list[Lease]:
        return [lease for lease in self.leases if lease.number == number and lease.held(now)]

    def held_by(self, login: str, now: float) -> list[Lease]:
        return [lease for lease in self.leases if lease.login == login and lease.held(now)]

    def last(self, number: str) -> Lease | None:
        """The youngest lease of the number, held or past, whoever has it."""
        return next((lease for lease in reversed(self.leases) if lease.number == number), None)

    def has(self, lease_id: str) -> bool:
        """Whether a lease, held or past, has this id."""
        return any(lease.lease_id == lease_id for lease in self.leases)

    def _next_id(self) -> str:
        return next(lease_id for lease_id in self._ids if not self.has(lease_id))


def totals(charges: list[Charge]) -> dict[str, float]:
    """What the charges amount to, by currency."""
    sums: dict[str, Decimal] = {}
    for charge in charges:
        sums[charge.currency] = sums.get(charge.currency, Decimal()) + Decimal(str(charge.amount))
    return {currency: float(amount) for currency, amount in sorted(sums.items())}
