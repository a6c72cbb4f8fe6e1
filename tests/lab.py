"""One login on the emulator whose waits take no time: they are counted, and the vendor's clock moves with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_leases.domain.models import Recorded
from pulumi_leases.leasing.account import Account
from pulumi_leases.leasing.record import OwnerRecord
from pulumi_leases.services.contiguity import Contiguity
from pulumi_leases.services.http.pacing import Pace
from pulumi_leases.services.http.transport import Http

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.domain.models import Claim
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.services.base import LeaseService

NUMBER = "+12015550123"
OTHER = "+12015550124"
_TICK_S = 1e-6


def pace_by(service: LeaseService, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
    """Give a service's connections the clock of a test, so that their pace takes no time."""
    for http in vars(service).values():
        if isinstance(http, Http):
            http._paced.pace = Pace(clock=clock, sleep=sleep)


class Lab:
    """An account whose waiting is counted instead of done.

    Attributes:
        account: The account under test, on a real connection.
        record: What the run knows of the number under test.
        waits: The seconds that were waited, in order.
        reported: The lines that were reported.
        meanwhile: Called after each wait, with all seconds waited so far: what happens elsewhere while the account waits.
    """

    def __init__(
        self,
        vendor: Vendor,
        base_url: str | None = None,
        token: str | None = None,
        service: LeaseService | None = None,
    ) -> None:
        self.vendor = vendor
        self.waits: list[float] = []
        self.reported: list[str] = []
        self.meanwhile: Callable[[float], None] = lambda _waited_s: None
        self._now = 1000.0
        settings = {"token": token or vendor.token(), "base_url": base_url or vendor.contiguity}
        self.service: LeaseService = service or Contiguity(settings, 1000)
        pace_by(self.service, self._clock, self._pass)
        self.account = Account(self.service, "default", clock=self._clock, sleep=self._sleep)
        self.record = OwnerRecord()

    @property
    def waited_s(self) -> float:
        """All seconds waited."""
        return sum(self.waits)

    def claimed(self, number: str = NUMBER) -> Claim:
        """A claim on a number, as the intent's check makes it."""
        offer = self.account.look(number)
        assert offer is not None
        return self.account.claim(offer)

    def recorded(self, run: str = "this run") -> Recorded:
        """The record of a claim, as the intent's create makes it."""
        self.account.leases()
        return Recorded(run=run, at=self.service.now())

    def _clock(self) -> float:
        self._now += _TICK_S  # as on a machine, no two readings are the same
        return self._now

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self._pass(seconds)
        self.meanwhile(self.waited_s)

    def _pass(self, seconds: float) -> None:
        self._now += seconds
        self.vendor.clock(advance_s=seconds)
