"""What the emulator must know of TeleSign before its API is there."""

import random
from uuid import UUID

from pulumi_leases.emulator.logins import DEMO_API_KEY
from pulumi_leases.emulator.profile import Profile
from pulumi_leases.emulator.telesign.switches import SWITCHES

MOUNT = "/telesign"
"""Where the emulator stands in for the vendor's host; a signature may be over the path with or without it."""

DEMO_CUSTOMER = "11111111-2222-3333-4444-555555555555"


def _is_customer_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _lease_id(_chance: random.Random, count: int) -> str:
    return str(4107 + count)


TELESIGN = Profile(
    name="telesign",
    title="TeleSign",
    path=f"{MOUNT}/v1/phone_numbers",
    operations=("search", "list", "lease", "cancel"),
    switches=SWITCHES,
    knows_login=_is_customer_id,
    lease_id=_lease_id,
    demo_login={"customer_id": DEMO_CUSTOMER, "api_key": DEMO_API_KEY},
    example_fees=(1.1, 0.9),
    periods=(1, 1, 1, 1, 12),
)
