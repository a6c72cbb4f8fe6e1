"""What the tests of Telnyx share: a connection to the emulator's, and short ways to ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.models import Order
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.services.telnyx import Telnyx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_leases.domain.models import Lease, Offer
    from pulumi_leases.emulator import Vendor

NUMBER = "+12015550123"
OTHER = "+12015550124"
TOLL_FREE = "+18005550123"
GERMAN = "+493023125023"
GROUP = "5b9d6ba6-8d11-4b0c-9a6f-3a2c5f1f0d11"
PROFILE = "4001754e-2a3f-4d53-b4a5-1f4a5f3c0b77"


def connect(vendor: Vendor, **settings: str) -> Telnyx:
    """Connect as a user of the emulator, with other settings where a test says so."""
    return Telnyx({"api_key": vendor.telnyx_key(), "base_url": vendor.telnyx, **settings}, 1000)


@pytest.fixture
def telnyx(vendor: Vendor) -> Iterator[Telnyx]:
    service = connect(vendor)
    yield service
    service.close()


def offered(service: Telnyx, **criteria: Any) -> list[Offer]:
    return [offer for page in service.search(service.query(NumberSearch(**criteria))) for offer in page]


def ordered(service: Telnyx, number: str = NUMBER, reference: str | None = None, **more: Any) -> Lease:
    return service.lease(Order(number=number, reference=reference or mint_reference(), **more))


def held(vendor: Vendor) -> dict[str, str]:
    """Return what the vendor has leased to the login, with the ids."""
    return {number: lease.lease_id for number, lease in vendor.leased("telnyx", vendor.telnyx_key()).items()}


def count(vendor: Vendor, operation: str) -> int:
    return len(vendor.calls(operation, vendor="telnyx"))


def as_listed(lease: Lease) -> Lease:
    """Leave out of a receipt what only the offer has: numbers of the account have neither price nor place."""
    offered_only = ("currency", "upfront_fee", "monthly_rate", "region", "city", "capabilities")
    return lease.model_copy(update=dict.fromkeys(offered_only))
