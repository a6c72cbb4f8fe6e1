"""Whose a lease is: which of a number's leases is a claim's, which are others', and how these are named."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ..domain.errors import AlreadyLeased
from .account import SETTLE_S

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ..domain.models import Claim, Lease, Recorded
    from .account import Account

TAKE_OVER_WINDOW = timedelta(hours=1)
"""A lease that began later than this after the claim may be another stack's."""


def began_under(claimed: Recorded, lease: Lease) -> bool:
    """Whether a lease began after its claim and within an hour of it; services date leases to the second."""
    if lease.leased_at is None or lease.is_ending:
        return False
    since_claim = lease.leased_at - claimed.at.replace(microsecond=0)
    return timedelta() <= since_claim <= TAKE_OVER_WINDOW


def find_own_lease(account: Account, claim: Claim, recorded: Recorded, held: Sequence[Lease]) -> Lease:
    """Tell our lease among those of the number: begun under the claim, or since a call of this process.

    Raises:
        AlreadyLeased: None can be ours.
    """
    sent_at = account.sent.get(claim.number)
    begun = [lease for lease in held if began_under(recorded, lease) or _began_since(account, sent_at, lease)]
    if begun:
        return min(begun, key=lambda lease: (lease.leased_at or recorded.at, lease.lease_id))
    raise already_leased(account, claim, held)


def _began_since(account: Account, sent_at: datetime | None, lease: Lease) -> bool:
    """Whether a lease began after a call; one that the service does not date, or not by its clock, is believed to."""
    if sent_at is None or lease.is_ending:
        return False
    return lease.leased_at is None or lease.leased_at >= sent_at.replace(microsecond=0) or is_misdated(account, lease)


def is_misdated(account: Account, lease: Lease) -> bool:
    """Whether a lease is dated by a clock that is none, or not the one that dates answers: by its date, it would be listed."""
    listing = account.leases()
    if lease.leased_at is None or lease.number in listing.value:
        return False
    return account.age_s(lease.leased_at) > account.clock() - listing.asked_at + SETTLE_S


def already_leased(account: Account, claim: Claim, held: Sequence[Lease]) -> AlreadyLeased:
    """Say that the leases of a claimed number are others', and what can be done."""
    return AlreadyLeased(
        f"{claim.number} is leased by account {account.name!r} of {account.service.name} since "
        f"{held[0].leased_at or 'an untold time'}, {join_lease_ids(held)}, and not by this stack: another stack or person of the "
        "account may have leased it; nothing was charged here. Choose another number, or take it over with "
        f"`adopt=True` or `pulumi-leases import {claim.number}`; `pulumi-leases orphans` tells who has it",
        service=account.service.name,
    )


def other_leases(ours: Lease | None, held: Sequence[Lease]) -> Sequence[Lease]:
    """Take the leases of a number that cost beside ours; one that only runs out is none of them."""
    return [lease for lease in held if not lease.is_ending and (ours is None or lease.lease_id != ours.lease_id)]


def duplicate_lease_warning(ours: Lease, others: Sequence[Lease]) -> str:
    """Say that a number is leased, and paid, more than once."""
    return (
        f"{ours.number} is leased more than once: {ours.lease_id} is this stack's, and there is {join_lease_ids(others)} beside "
        "it. Both cost: find out whose the other is, and cancel it with the service or with `pulumi-leases orphans --release`"
    )


def join_lease_ids(held: Sequence[Lease]) -> str:
    """Name leases."""
    return ", ".join(f"lease {lease.lease_id}" for lease in held)
