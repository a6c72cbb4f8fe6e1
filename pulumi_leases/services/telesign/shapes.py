"""TeleSign's JSON: a number on offer, a number that is leased, and where a page stands.

Wire facts are from the vendor's docs (https://developer.telesign.com/enterprise/docs/phone-numbers-api-create-a-lease
and …/phone-numbers-api-cancel-a-lease, 2019-10) and its older API description (2019-02), whose elements differ. Where these
are silent, every form that is likely is read, and what a write came to is decided by who leases the number.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, OnErrorOmit, TypeAdapter

from ...domain.models import ENDING, Amount, Lease
from ..wire import Moment, Wire, moment

if TYPE_CHECKING:
    from datetime import datetime

OPEN = "active"
_SMALLEST = Decimal("0.0001")


class Number(Wire):
    """A number as both generations of the docs have it: 2019-10 with `number_type`, 2019-02 with `operator_name`."""

    exact = frozenset({"setup_price", "recurring_price", "price_currency", "recurrence_period"})

    phone_number: Annotated[str, Field(coerce_numbers_to_str=True, pattern=r"^\+?\d+$")]
    country_iso2: str | None = None
    number_type: str | None = None
    operator_name: str | None = None
    setup_price: Amount | None = None
    recurring_price: Amount | None = None
    price_currency: str | None = None
    recurrence_period: int | None = None
    """In months."""
    capabilities: dict[str, Any] | None = None

    def attributes(self) -> dict[str, Any]:
        able = None if self.capabilities is None else [name for name, has in self.capabilities.items() if has is True]
        return {
            "number": f"+{self.phone_number.removeprefix('+')}",
            "country": self.country_iso2,
            "carrier": self.operator_name,
            "number_type": self.number_type,
            "capabilities": able,
            "currency": self.price_currency,
            "upfront_fee": self.setup_price,
            "monthly_rate": _monthly(self.recurring_price, self.recurrence_period),
        }


class _Terms(Wire):
    lease_id: Annotated[str, Field(coerce_numbers_to_str=True, min_length=1)]
    created_on_utc: Moment = None
    expires_on_utc: Any = None


class Leased(Number):
    """A number that the login leases; an end makes it a lease that is cancelled, or over."""

    exact = frozenset()

    lease: _Terms

    def as_lease(self, now: datetime) -> Lease:
        ends_at = moment(self.lease.expires_on_utc)
        status = ENDING if self.lease.expires_on_utc else OPEN
        return Lease(
            **self.attributes(),
            lease_id=self.lease.lease_id,
            status="expired" if ends_at and ends_at <= now else status,
            leased_at=self.lease.created_on_utc,
            ends_at=ends_at,
        )


class _Paging(Wire):
    exact = frozenset({"page", "total_pages"})

    page: int | None = None
    total_pages: int | None = None


OFFERED = TypeAdapter(list[OnErrorOmit[Number]])  # an offer that cannot be read cannot be chosen
LEASED = TypeAdapter(list[Leased])
PAGING = TypeAdapter(_Paging)


def _monthly(price: Decimal | None, months: int | None) -> Decimal | None:
    """Spread a period's price over its months, rounded up to 0.0001: no period costs more than its months say."""
    if price is None or not months or months < 0:
        return None
    return price if months == 1 else (price / months).quantize(_SMALLEST, ROUND_CEILING)
