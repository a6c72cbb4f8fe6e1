"""What the emulator must know of Contiguity before its API is there."""

import random

from pulumi_leases.emulator.contiguity.switches import SWITCHES
from pulumi_leases.emulator.profile import Profile

KEY_MARK = "contiguity_sk_"
"""A Contiguity key contains this; each such key is a login of its own."""

DEMO_KEY = f"{KEY_MARK}demo"


def _lease_id(chance: random.Random, _count: int) -> str:
    return f"lsd_{chance.randrange(10**9, 10**10)}"


CONTIGUITY = Profile(
    name="contiguity",
    title="Contiguity",
    path="/contiguity/numbers",
    operations=("available", "get", "lease", "leased", "details", "terminate", "configure"),
    switches=SWITCHES,
    knows_login=lambda name: KEY_MARK in name,
    lease_id=_lease_id,
    demo_login={"token": DEMO_KEY},
    example_fees=(1.5, 12.0),
    entitlements=True,
)
