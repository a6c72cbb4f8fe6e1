"""A service whose answers and leases are dated by two clocks: what was paid for is ours all the same, and is paid once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import OutcomeUnknown
from pulumi_leases.domain.models import Order
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.services.contiguity import Contiguity

from ..lab import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.domain.models import Claim, Recorded
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.leasing.paying import Acquired

    from ..conftest import NewLab
    from ..lab import Lab

TWO_HOURS_S = 7200
OFF_BY_S = [-70, -55, -2, 2, 55, 70]


class Shifted(Contiguity):
    """A login whose answers are dated by a clock that is ahead of the one which dates leases, or behind it."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest.fixture(params=OFF_BY_S)
def new_run(request: pytest.FixtureRequest, new_lab: NewLab, vendor: Vendor) -> Callable[[], Lab]:
    """Begin runs at such a service."""

    def begin() -> Lab:
        service = Shifted({"token": vendor.token(), "base_url": vendor.contiguity}, 1000)
        service.ahead = timedelta(seconds=request.param)
        return new_lab(service=service)

    return begin


def leased(lab: Lab, claim: Claim, recorded: Recorded, *, fresh: bool) -> Acquired:
    return acquire(
        lab.account,
        lab.record,
        claim,
        recorded,
        Order(number=NUMBER),
        is_fresh=fresh,
        was_refused=False,
        limits=Limits(),
        report=lab.reported.append,
    )


def test_a_lost_yes_to_a_fresh_claim_is_ours_in_this_run_and_the_next(
    new_run: Callable[[], Lab], vendor: Vendor
) -> None:
    """Neither run calls it another's, and neither pays again."""
    lab, later = new_run(), new_run()
    claim, recorded = lab.claimed(), lab.recorded()
    vendor.fault("lease", "drop_after")

    done = leased(lab, claim, recorded, fresh=True)
    again = leased(later, claim, recorded, fresh=False)

    assert (done.how, again.how) == ("leased", "taken over")
    assert done.lease.lease_id == again.lease.lease_id == vendor.leased()[NUMBER].lease_id
    assert len(vendor.calls("lease")) == 1


def test_a_lost_yes_to_an_old_claim_is_ours(new_run: Callable[[], Lab], vendor: Vendor) -> None:
    """The claim of an interrupted run is resumed two hours later: the call of this very run counts."""
    gone = new_run()
    claim, recorded = gone.claimed(), gone.recorded("another run")
    vendor.clock(advance_s=TWO_HOURS_S)
    vendor.fault("lease", "drop_after")

    done = leased(new_run(), claim, recorded, fresh=False)

    assert done.lease.lease_id == vendor.leased()[NUMBER].lease_id
    assert len(vendor.calls("lease")) == 1


def test_a_hook_that_creates_again_finds_what_shows_late(new_run: Callable[[], Lab], vendor: Vendor) -> None:
    """The first try could not know; the same process takes over what it has paid for, under a claim of any age."""
    gone = new_run()
    claim, recorded = gone.claimed(), gone.recorded("another run")
    vendor.clock(advance_s=TWO_HOURS_S)
    vendor.switch("contiguity", listing_lag_s=70)
    vendor.fault("lease", "drop_after")
    lab = new_run()
    with pytest.raises(OutcomeUnknown):
        leased(lab, claim, recorded, fresh=False)
    vendor.clock(advance_s=30)

    again = leased(lab, claim, recorded, fresh=False)

    assert again.how == "taken over"
    assert len(vendor.calls("lease")) == 1
