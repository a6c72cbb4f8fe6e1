"""What the emulator must know of Telnyx before its API is there."""

import random

from pulumi_leases.emulator.profile import Profile
from pulumi_leases.emulator.telnyx.switches import SWITCHES

KEY_MARK = "KEY"
"""A Telnyx key begins with this; each such key is a login of its own."""

DEMO_KEY = f"{KEY_MARK}0demo"


def _lease_id(chance: random.Random, _count: int) -> str:
    return str(chance.randrange(10**18, 3 * 10**18))


TELNYX = Profile(
    name="telnyx",
    title="Telnyx",
    path="/telnyx/v2",
    operations=(
        "available", "lease", "order", "orders", "amend", "suborder", "suborders", "cancel", "requirement",
        "leased", "details", "configure", "terminate", "messaging", "voice", "features",
    ),
    switches=SWITCHES,
    knows_login=lambda name: name.startswith(KEY_MARK) and len(name) > len(KEY_MARK),
    lease_id=_lease_id,
    demo_login={"api_key": DEMO_KEY},
    example_fees=(1.0, 1.0),
    settings={
        "customer_reference": None,
        "tags": [],
        "connection_id": None,
        "messaging_profile_id": None,
        "billing_group_id": None,
        "external_pin": None,
        "hd_voice_enabled": False,
        "address_id": None,
        "deletion_lock_enabled": False,
        "requirement_group_id": None,
        "voice": {},
    },
)  # fmt: skip
