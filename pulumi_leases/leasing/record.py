"""What one verb of a run leaves for another about one declared number. Nothing else is shared between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class LeaseRef:
    """A lease as the state knows it: what distinguishes it from other leases of its number."""

    lease_id: str
    leased_at: datetime | None = None
    reference: str | None = None
    """What was sent with the purchase."""


@dataclass(frozen=True)
class Release:
    """What this run did to a lease.

    Attributes:
        lease: The lease that was terminated or found gone; None where the stack held none.
        at: Monotonic seconds of the terminate call.
    """

    lease: LeaseRef | None
    at: float


@dataclass
class OwnerRecord:
    """One declared number during one run. Its owner is the URN of the LeasedNumber, which its intent shares.

    | in the state | in this run | found out by | what follows |
    |---|---|---|---|
    | intent only | nothing | create of the LeasedNumber | look whose the number is, then pay |
    | intent, lease | `holds` its number | check, read, delete | nothing is paid |
    | intent, lease lost | `lost_consent` | check | its delete has nothing to let go of |
    | intent, refused | `refused` under the claim's record | read, delete | nothing of that record can be ours |
    | intent of Y, lease of X | `holds` X | check, read | X stays until Y is leased |
    """

    claimed: tuple[dict[str, Any], dict[str, Any]] | None = None
    """What the program asked for and the inputs that came of it. Written by the intent's check; read by its second check,
    which the engine sends as for a new resource before a replacement."""
    wants: tuple[str, ...] = ()
    """What the service wants before it leases the claimed number, in its own words. Written by the intent's check; read by the
    LeasedNumber's, which announces it."""
    is_preview: bool = False
    """Whether nothing is created in this run. Written by the LeasedNumber's check, read by its diff."""
    was_replaced: bool = False
    """Whether another number takes the place of a held one. Written by the LeasedNumber's diff; read by its create, which
    must not save a refusal in the place of a lease."""
    holds: str | None = None
    """The number that the stack's LeasedNumber has, held or lost. Written by its check and read; read by the intent, whose
    claim may be for another."""
    lost_consent: str | None = None
    """The lost lease to whose loss the program consents. Written by the LeasedNumber's check, read by its delete."""
    refused: tuple[str, dict[str, Any]] | None = None
    """A number whose paying call was refused, and the record of its claim then. Written by the LeasedNumber's read and delete;
    read by the intent's read and delete: under a record made since, a call may have been sent."""
    recorded: dict[str, Any] | None = None
    """The record of the claim as the refresh read it. Written by the intent's read, read by its next check."""
    found_unavailable: str | None = None
    """A claimed number that the refresh found neither leased nor leasable. Written by the intent's read, read by its check."""
    last_sent_at: datetime | None = None
    """The service's time of the last paying call of this process whose outcome is not a sure no. Written and read by create,
    which the engine may call again."""
    releases: dict[str, Release] = field(default_factory=dict)
    """What was let go, by number. Written by the LeasedNumber's delete; read by the intent's, which confirms it."""
    is_unwatched: bool = False
    """Whether the intent was deleted before its lease. Written by the intent's delete; read by the LeasedNumber's, which then
    waits itself."""
    reported: set[str] = field(default_factory=set)
    """The lines that were reported about the owner, so that each is reported once."""

    def is_refused(self, number: str) -> bool:
        """Whether the paying call for the number was refused, and none can have been sent since.

        One can where the claim was recorded anew after the refusal.
        """
        return self.refused is not None and self.refused[0] == number and self.recorded in (None, self.refused[1])

    def is_out_of_reach(self, number: str) -> bool:
        """Whether the claimed number cannot be leased any more and never was by this owner.

        That is known where the paying call was refused, or where the owner holds another number. Anything else may be a
        lost lease, which needs consent, or the look of things through a wrong key, which no later run may take for true.
        """
        return self.found_unavailable == number and (self.is_refused(number) or self.holds not in (None, number))
