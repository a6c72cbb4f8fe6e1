"""Whose a lease is, by what the service and this process know of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import AlreadyLeased
from pulumi_leases.domain.models import ENDING, Lease
from pulumi_leases.leasing.ownership import already_leased, find_own_lease

from ..lab import NUMBER

if TYPE_CHECKING:
    from datetime import datetime

    from pulumi_leases.emulator import Vendor

    from ..lab import Lab


def lease(lease_id: str, leased_at: datetime | None, status: str = "active") -> Lease:
    return Lease(number=NUMBER, lease_id=lease_id, status=status, leased_at=leased_at)


def test_of_two_that_began_the_first_is_ours(lab: Lab) -> None:
    """By when they began, whatever their ids say; one without a date may be as old as the claim."""
    claim, recorded = lab.claimed(), lab.recorded()
    first, second = (lease(name, recorded.at + timedelta(seconds=after)) for name, after in (("b", 10), ("a", 20)))
    undated = lease("c", None)
    assert find_own_lease(lab.account, claim, recorded, [second, first]) == first
    assert find_own_lease(lab.account, claim, recorded, [first, undated], recorded.at) == undated


def test_an_ending_lease_is_not_what_a_call_has_made(lab: Lab) -> None:
    """It was cancelled: whoever leased it has given it up."""
    claim, recorded = lab.claimed(), lab.recorded()
    with pytest.raises(AlreadyLeased):
        find_own_lease(
            lab.account, claim, recorded, [lease("a", recorded.at + timedelta(seconds=1), ENDING)], recorded.at
        )


def test_a_lease_from_before_the_claim_is_anothers(lab: Lab, vendor: Vendor) -> None:
    """Although this process has sent a call: what began hours before it is not what the call has made."""
    claim = lab.claimed()
    theirs = vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.clock(advance_s=7200)
    recorded = lab.recorded()
    held = lab.account.leases().value[NUMBER]
    with pytest.raises(AlreadyLeased, match=theirs.lease_id):
        find_own_lease(lab.account, claim, recorded, held, recorded.at)


def test_another_stacks_lease_is_reported_with_its_start(lab: Lab) -> None:
    """So that whoever made it can be found."""
    claim, recorded = lab.claimed(), lab.recorded()
    error = str(already_leased(lab.account, claim, [lease("a", recorded.at)]))
    assert f"since {recorded.at}, lease a, and not by this stack" in error
