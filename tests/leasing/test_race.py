"""Two stacks of an account that buy one number in the same seconds, at a service that lets a purchase rename a lease."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import AlreadyLeased
from pulumi_leases.domain.models import Order, Recorded
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.services.twilio import Twilio

from ..lab import NUMBER

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.leasing.paying import Acquired

    from ..conftest import NewLab
    from ..lab import Lab


@pytest.fixture
def lab(new_lab: NewLab, vendor: Vendor) -> Lab:
    """A process of a Twilio user."""
    settings = {
        "account_sid": vendor.account_sid(),
        "auth_token": vendor.twilio_auth_token,
        "base_url": vendor.twilio,
        "pricing_base_url": vendor.twilio_pricing,
        "messaging_base_url": vendor.twilio_messaging,
    }
    return new_lab(service=Twilio(settings, 1000))


def leased(lab: Lab) -> Acquired:
    claim = lab.claimed()
    lab.account.leases()
    recorded = Recorded(run="this run", at=lab.service.now(), reference=mint_reference())
    return acquire(
        lab.account,
        lab.record,
        claim,
        recorded,
        Order(number=NUMBER, reference=recorded.reference),
        is_fresh=True,
        was_refused=False,
        limits=Limits(),
        report=lab.told.append,
    )


@pytest.mark.parametrize("taken_back", [True, False])
def test_a_reference_of_another_stack_is_given_time_to_be_taken_back(
    lab: Lab, vendor: Vendor, taken_back: bool
) -> None:
    """Read between the other's purchase, which renamed our lease, and its taking back: else both would disown a paid lease."""

    def other(waited_s: float) -> None:
        is_over = taken_back and waited_s > 6
        vendor.edit("twilio", NUMBER, friendly_name=NUMBER if is_over else mint_reference())

    lab.meanwhile = other

    if taken_back:
        assert leased(lab).lease.lease_id == vendor.leased("twilio", vendor.account_sid())[NUMBER].lease_id
    else:
        with pytest.raises(AlreadyLeased):
            leased(lab)
    assert lab.waited_s < 30
