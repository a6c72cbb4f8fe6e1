"""Whose a lease is: one rule, and how leases of others are named."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ..domain.errors import AlreadyLeased

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ..domain.models import Claim, Lease, Recorded
    from .account import Account

CLOCKS_DIFFER = timedelta(minutes=2)
"""How much earlier than its claim a lease of ours may be dated: services date leases by clocks of their own. The check has
seen the number unleased, so that these minutes risk no more than the hour after."""
TAKE_OVER_WINDOW = timedelta(hours=1)
"""How much later than its claim, or than our last paying call, a lease of ours may begin."""


def is_ours(recorded: Recorded, lease: Lease, last_sent_at: datetime | None = None) -> bool:
    """Whether a lease is this claim's.

    A reference decides where the lease carries one of our form. Else the date does: a lease of ours begins not earlier
    than two minutes before the claim was recorded, and not later than an hour after it; the last paying call of this
    process counts like the record. One without a date is ours only where this process has sent a call.
    """
    if lease.is_ending:
        return False
    if lease.reference:
        return lease.reference == recorded.reference
    if lease.leased_at is None:
        return last_sent_at is not None
    moments = (recorded.at, last_sent_at or recorded.at)
    return min(moments) - CLOCKS_DIFFER <= lease.leased_at <= max(moments) + TAKE_OVER_WINDOW


def find_own_lease(
    account: Account, claim: Claim, recorded: Recorded, held: Sequence[Lease], last_sent_at: datetime | None = None
) -> Lease:
    """Find the claim's lease among those of its number; of several the first that began.

    Raises:
        AlreadyLeased: None is ours.
    """
    own = [lease for lease in held if is_ours(recorded, lease, last_sent_at)]
    if not own:
        raise already_leased(account, claim, held)
    return min(own, key=lambda lease: (lease.leased_at or recorded.at, lease.lease_id))


def already_leased(
    account: Account, claim: Claim, held: Sequence[Lease], charge: str = "nothing was charged here"
) -> AlreadyLeased:
    """Make the error for a claimed number that others lease: whose it is, what is known of a charge, what can be done."""
    since = f"since {held[0].leased_at}" if held[0].leased_at else "since a time that the service does not tell"
    return AlreadyLeased(
        f"{claim.number} is leased by account {account.name!r} of {account.service.name} {since}, "
        f"{join_lease_ids(held)}, and not by this stack: another stack or person of the account may have leased it; "
        f"{charge}. Choose another number, or take it over with "
        f"`adopt=True` or `pulumi-leases import {claim.number}`; `pulumi-leases orphans` tells who has it",
        service=account.service.name,
    )


def other_leases(own: Lease | None, held: Sequence[Lease]) -> Sequence[Lease]:
    """List the leases of a number besides ours that cost money; one that only runs out does not count."""
    return [lease for lease in held if not lease.is_ending and (own is None or lease.lease_id != own.lease_id)]


def duplicate_lease_warning(own: Lease, others: Sequence[Lease]) -> str:
    """Say that a number is leased, and paid, more than once."""
    return (
        f"{own.number} is leased more than once: {own.lease_id} is this stack's, and there is {join_lease_ids(others)} beside "
        "it. Both cost: find out whose the other is, and cancel it with the service or with "
        f"`pulumi-leases orphans --release {own.number}`"
    )


def join_lease_ids(held: Sequence[Lease]) -> str:
    """Name leases, with the reference of each that carries one."""
    return ", ".join(
        f"lease {lease.lease_id}" + (f" (reference {lease.reference})" if lease.reference else "") for lease in held
    )
