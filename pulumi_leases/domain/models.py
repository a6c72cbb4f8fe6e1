"""What is searched, offered, claimed and leased, in the domain's own words.

Knows neither wire nor engine. Money is decimal; times are aware and in UTC; numbers are E.164.
"""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

ENDED = frozenset({"expired", "terminated"})
"""Lease statuses that are not held any more; every other status, known or not, is held."""

ENDING = "ending"
"""Cancelled, and held to the end of the period that is paid."""

PENDING = "pending"
"""Ordered, and not made yet."""


Availability = Literal["available", "on request", "leased", "unavailable"]


def decimal_of(value: Any) -> Any:
    """Read an amount from a wire or a state without the detour over binary fractions."""
    return Decimal(str(value)) if isinstance(value, float) else value


def utc_of(value: Any) -> Any:
    """Read a time of whatever zone as UTC."""
    return value.astimezone(timezone.utc) if isinstance(value, datetime) and value.tzinfo else value


Amount = Annotated[
    Decimal,
    BeforeValidator(decimal_of),
    Field(ge=0, allow_inf_nan=False, max_digits=40, decimal_places=20),
    PlainSerializer(float, return_type=float, when_used="json"),
]
"""An amount of money, decimal inside and a plain number in the state; never without a currency beside it."""

Time = Annotated[AwareDatetime, BeforeValidator(utc_of)]


def sort_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Read words that are the same in any letters and any order."""
    return tuple(sorted({word.lower() for word in words}))


def iso(moment: datetime | None) -> str | None:
    """Write a time as the state holds it: ISO 8601 in UTC, to the second or finer."""
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z") if moment else None


class Number(BaseModel):
    """A phone number with what the service reports of it; None where it reports nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: str
    country: Annotated[str, AfterValidator(str.upper)] | None = None
    region: str | None = None
    city: str | None = None
    carrier: str | None = None
    number_type: str | None = None
    capabilities: Annotated[tuple[str, ...], AfterValidator(sort_words)] | None = None
    currency: str | None = None
    upfront_fee: Amount | None = None
    monthly_rate: Amount | None = None


class Offer(Number):
    """A number as the service shows it to a login that does not lease it."""

    availability: Availability = "available"
    """`on request`: leasable when asked for by number, not to be chosen by a search."""
    reputation: float | None = None
    previous_owners: int | None = None
    requirements: tuple[str, ...] = ()
    """What the service wants of a login before it leases the number, in its own words."""


class Lease(Number):
    """A lease that the login holds or held."""

    lease_id: str
    status: str
    billing_method: str | None = None
    leased_at: Time | None = None
    ends_at: Time | None = None
    reference: str | None = None
    """The text that was sent with the purchase, where the service carries one and it has our form."""
    settings: dict[str, Any] | None = None
    """What the number is connected to, by input name, as far as the service can be asked; None where it was not."""

    @property
    def is_held(self) -> bool:
        """Whether the lease still binds the number to the account."""
        return self.status not in ENDED

    @property
    def is_pending(self) -> bool:
        """Whether the lease is ordered and the service is still at work on it."""
        return self.status == PENDING

    @property
    def is_ending(self) -> bool:
        """Whether the lease is cancelled and only runs to the end of what is paid."""
        return self.status == ENDING


class Order(BaseModel):
    """What a paying call carries."""

    model_config = ConfigDict(frozen=True)

    number: str
    reference: str | None = None
    """Proves later whose the lease is, where the service carries it."""
    billing_method: str | None = None
    requirements: dict[str, str] = {}
    """Ids of what a country demands: `address`, `bundle`, `identity`, `group`."""
    label: str | None = None
    """A name for people, where it shares a text with the reference."""


class Claim(Number):
    """Which number a stack is about to lease, from whom, and what that costs: saved before the money is spent."""

    service: str
    account: str
    login: str | None = None
    """What the service publicly calls the login, where it has such a name."""
    lease_id: str | None = None
    """The lease to take over, where `adopt` was asked for."""
    billing_method: str | None = None
    """How that lease is billed, where the service reports it."""
    instead_of: str | None = None
    """The number that the stack held when this claim took its place: the one to go back to."""
    back: bool | None = None
    """Whether the program has gone back to it: it may be leased to this stack, and no run may take that for granted."""
    again: str | None = None
    """The lost lease for which consent to lease again was given when this claim was made."""


IMPORTED = "import"
"""Who recorded a claim whose lease was there before it: no run, but the file for `pulumi import`."""


class Recorded(BaseModel):
    """Who wrote a claim, and when."""

    model_config = ConfigDict(frozen=True)

    run: str
    at: Time
    """By the service's clock."""
    reference: str | None = None
    """Minted when the claim is first recorded, kept by its renewals, sent with the purchase and read back."""


def attributes(number: Number) -> dict[str, Any]:
    """Reduce any kind of number to what every kind has."""
    return {field: getattr(number, field) for field in Number.model_fields}
