"""Who leases which number at one vendor, since when, and what it was charged for it."""

import copy
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.profile import Profile

ENDED = frozenset({"expired", "terminated"})
"""The lease states in which a vendor does not hold the number for the login any more."""


@dataclass
class Lease:
    """One lease, held or past. Times are epoch seconds of the vendor's clock; fees are those of its beginning.

    `status` is what control has set it to, or null; `settings` is what can be set about the number, by the vendor's
    names; `cancelled_at` is when the vendor agreed to end it, `released_at` when it let go, or will.
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

    def held(self, now: float) -> bool:
        return self.released_at is None or now < self.released_at


@dataclass
class Charge:
    """One amount that a login owes; `kind` is `upfront` or `period`."""

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
        self._chance = random.Random(f"{self.seed} {self.vendor.name} lease ids")  # noqa: S311 no secret

    def book(self, offer: Offer, login: str, now: float, *, billing_method: str = "monthly") -> Lease:
        """Lease the number to the login, whoever else holds it, and charge the upfront fee and the first period."""
        lease = Lease(
            vendor=self.vendor.name,
            lease_id=self.vendor.lease_id(self._chance, len(self.leases)),
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
        for kind, amount in (("upfront", offer.upfront_fee), ("period", offer.recurring_fee)):
            self.charges.append(
                Charge(now, self.vendor.name, login, offer.number, lease.lease_id, kind, amount, offer.currency)
            )
        return lease

    def holding(self, number: str, now: float) -> list[Lease]:
        return [lease for lease in self.leases if lease.number == number and lease.held(now)]

    def held_by(self, login: str, now: float) -> list[Lease]:
        return [lease for lease in self.leases if lease.login == login and lease.held(now)]

    def last(self, number: str) -> Lease | None:
        """The youngest lease of the number, held or past, whoever has it."""
        return next((lease for lease in reversed(self.leases) if lease.number == number), None)


def totals(charges: list[Charge]) -> dict[str, float]:
    """What the charges amount to, by currency."""
    sums: dict[str, Decimal] = {}
    for charge in charges:
        sums[charge.currency] = sums.get(charge.currency, Decimal()) + Decimal(str(charge.amount))
    return {currency: float(amount) for currency, amount in sorted(sums.items())}
