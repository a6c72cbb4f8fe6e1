"""Which slots a pool may have; nothing is registered where they are wrong."""

from __future__ import annotations

import re
from typing import Any

import pulumi
import pytest

from pulumi_leases import NumberPool, total_cost


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ({}, "give exactly one of slots and count"),
        ({"slots": ["a"], "count": 1}, "give exactly one of slots and count"),
        ({"count": 0}, "a pool has 1 to 1000 slots, not 0"),
        ({"count": -1}, "a pool has 1 to 1000 slots, not -1"),
        ({"count": 10_000}, "a pool has 1 to 1000 slots, not 10000"),
        ({"count": True}, "count must be a whole number, not True"),
        ({"count": "3"}, "count must be a whole number, not '3'"),
        ({"count": 2.5}, "count must be a whole number, not 2.5"),
        ({"slots": []}, "a pool has 1 to 1000 slots, not 0"),
        ({"slots": [str(slot) for slot in range(10_000)]}, "a pool has 1 to 1000 slots, not 10000"),
        ({"slots": ["alice", "bob", "alice"]}, "slot 'alice' is given twice"),
        ({"slots": "alice"}, "slots must be a list of names that is known when the program runs, not 'alice'"),
        ({"slots": 3}, "slots must be a list of names that is known when the program runs, not 3"),
        ({"slots": ["alice", ""]}, "a slot's name is letters, digits, '.', '_' and '-', not ''"),
        ({"slots": ["alice::bob"]}, "a slot's name is letters, digits, '.', '_' and '-', not 'alice::bob'"),
        ({"slots": ["alice\n"]}, "not 'alice\\n'"),
        ({"slots": [1]}, "a slot's name is letters, digits, '.', '_' and '-', not 1"),
        ({"slots": ["alice"], "lease_again": {"bob": "lsd_1"}}, "lease_again names 'bob', which is no slot"),
        ({"slots": ["alice"], "lease_again": "lsd_1"}, "lease_again maps slots to what holds for them"),
        ({"count": 2, "slot_opts": {"2": pulumi.ResourceOptions()}}, "slot_opts names '2', which is no slot"),
    ],
)
def test_wrong_slots_are_refused(slots: dict[str, Any], words: str) -> None:
    """None, too many, doubled, no names, both or neither of slots and count: the pool and the fault are named."""
    with pytest.raises(
        pulumi.RunError,
        match=re.escape(f"NumberPool 'desk': {words}" if "slots to" in words or " names " in words else words),
    ):
        NumberPool("desk", search={"country": "US"}, **slots)


@pytest.mark.parametrize("strange", [[], {}, None, "support"])
def test_what_has_no_cost_is_refused(strange: Any) -> None:
    """A list, or whatever else is neither a number nor a pool, is refused with what to write."""
    with pytest.raises(
        pulumi.RunError, match=r"total_cost takes numbers and pools, not .*: say total_cost\(\*numbers\)"
    ):
        total_cost(strange)
