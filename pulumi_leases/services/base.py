"""The protocol that every leasing service speaks here: the domain's words in, the domain's errors out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from ..config import Setting
    from ..domain.models import Lease, Offer, Order
    from ..domain.search import NumberSearch

Query = tuple[tuple[str, str], ...]
"""What a service itself filters its offers by."""


class LeaseService(Protocol):
    """One login at one leasing service. Every method raises `LeaseError`s only.

    A write is sent once; a reading takes as many calls as it has pages.

    Args:
        settings: A value for each of `settings`.
        requests_per_second: Upper bound over all threads; None for as many as the service takes.
    """

    name: ClassVar[str]
    settings: ClassVar[tuple[Setting, ...]]
    criteria: ClassVar[frozenset[str]]
    """The search criteria that the service reports of a number."""
    capabilities: ClassVar[frozenset[str]]
    """The capabilities that the service reports of a number."""
    options: ClassVar[Mapping[str, tuple[str, ...]]]
    """The inputs beyond the number that the service honours, each with the keys or values that it takes: of a nested input
    its keys, of a choice its values with the default first, of anything else nothing."""
    carries_reference: ClassVar[bool]
    """Whether a purchase carries a text that can be read back: then `Lease.reference` shows whose a lease is."""
    searches_all: ClassVar[bool]
    """Whether a search shows all that is on offer to the login: then one listing of offers answers for every number. Where a
    search shows a part of it, a number is asked for by itself at once."""
    race_window_s: ClassVar[float]
    """Seconds after a purchase within which a purchase of the same number by another stack of the account may still put its
    reference in the place of ours; 0 where none can. Whose the lease is, is read again after that."""
    one_lease_a_number: ClassVar[bool]
    """Whether a number has one lease at most at a time. Then a lease is known by its start too: a service may write a lease's
    id differently in different answers."""
    billed_to: ClassVar[str | None]
    """To when a terminated lease is billed, where the service says so without a date."""
    login: str | None
    """What the service publicly calls the login, where it has such a name."""

    def __init__(self, settings: Mapping[str, str], requests_per_second: float | None) -> None: ...

    def now(self) -> datetime:
        """Return the service's time in UTC, by its last answer."""

    def query(self, search: NumberSearch) -> Query:
        """Write the part of a search that the service itself filters by; equal queries share their pages. Sends no request."""

    def search(self, query: Query) -> Iterator[Sequence[Offer]]:
        """List what is on offer, page by page; a page is asked for when it is taken.

        Absence proves nothing: a service may show a login only what it may lease.
        """

    def offer(self, number: str) -> Offer | None:
        """Look at one number that the login does not lease; None where the service does not know it."""

    def lease(self, order: Order) -> Lease:
        """Lease a number: the paying call, sent at most once. It carries number, reference, label and requirements only.

        The answer may be a lease whose status is `pending`: it is held, and waited for only as long as it usually takes.

        Raises:
            Unreachable: Surely nothing was done.
            RateLimited: Nothing was done, as far as a service can be taken at its word.
            Refused, NotFound: The service said no.
            NoAnswer, BadResponse: It is not known whether the lease was made.
        """

    def find(self, number: str, reference: str | None = None) -> Sequence[Lease]:
        """Find the held leases of one number, usually one or none. None is said only when it is certain.

        With a `reference`, a purchase that carries it counts as a lease although the number is not listed yet.
        """

    def list(self) -> Sequence[Lease]:
        """List every held lease, from one complete reading.

        Raises:
            LeaseError: A part could not be read: a partial listing is never returned.
        """

    def fill_in_prices(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        """Fill in the prices of held leases, where the service reports these by other calls than `find` and `list`.

        A price that cannot be read now is left as it is: nothing fails for want of the price of a held lease.
        """

    def release(self, lease: Lease) -> datetime | None:
        """Terminate a lease; returns when the paid period ends, where the service says so.

        Raises:
            NotFound, Refused: The service said no.
            NoAnswer, BadResponse: It is not known whether the lease was terminated.
        """

    def has_ended(self, number: str, lease_id: str, reference: str | None) -> bool:
        """Whether the service shows that a lease of this login is over.

        By the lease's own record, or by our purchase where the listing no longer has the number. Silence is no evidence.
        """

    def configure(self, lease: Lease, settings: Mapping[str, Any]) -> None:
        """Set what a leased number is connected to, by input name; only what is given is touched. Safe to repeat.

        `lease.settings` is what it was connected to before, as far as that is known: a number that goes from one Messaging
        Service to another is taken out of the former only where it says so.
        """

    def settings_of(self, lease: Lease, declared: Mapping[str, Any]) -> dict[str, Any]:
        """Read what a lease is connected to, by input name, as far as the service shows it.

        That is `lease.settings` where a listing shows it, without a call; and of what no listing shows (at Twilio the
        membership in a Messaging Service) what is `declared`, by a call for each. What cannot be read back is not in it.
        """

    def close(self) -> None:
        """Close the connections."""
