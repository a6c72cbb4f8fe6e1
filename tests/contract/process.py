"""A run of its own at a desk, for the rules of leasing: nothing but the login is shared with other runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_leases.domain.models import Order, Recorded
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.leasing.account import Account
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.record import OwnerRecord

from .desk import NUMBER, connected

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.domain.models import Claim
    from pulumi_leases.leasing.paying import Acquired

    from .desk import Desk


def silent(text: str) -> None:
    """Ignore a report."""


class Process:
    """One run of the login, whose waits take no time.

    Attributes:
        meanwhile: Called after each wait: what happens elsewhere while the run waits.
    """

    def __init__(self, desk: Desk, name: str) -> None:
        self.name = name
        self._now = 0.0
        self.account = Account(connected(desk), "default", clock=lambda: self._now, sleep=self._sleep)
        self.record = OwnerRecord()
        self.meanwhile: Callable[[], object] = lambda: None

    def _sleep(self, seconds: float) -> None:
        self._now += seconds
        self.meanwhile()

    def claim(self) -> tuple[Claim, Recorded]:
        offer = self.account.look(NUMBER)
        assert offer is not None
        return self.account.claim(offer), Recorded(
            run=self.name,
            at=self.account.service.now(),
            reference=mint_reference() if self.account.service.carries_reference else None,
        )

    def obtain(self, claim: Claim, recorded: Recorded, *, was_refused: bool = False) -> Acquired:
        return acquire(
            self.account,
            self.record,
            claim,
            recorded,
            Order(number=claim.number, reference=recorded.reference),
            is_fresh=recorded.run == self.name,
            was_refused=was_refused,
            limits=Limits(),
            report=silent,
        )
