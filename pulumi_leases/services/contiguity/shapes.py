"""Contiguity's JSON: a number on offer, a number that is leased, and the receipt of a lease.

Wire facts are from the vendor's OpenAPI description v2026.8.2 and docs (https://docs.contiguity.com/api-reference),
and, where these are silent, from its JavaScript SDK 0.1.3 (https://github.com/contiguity/javascript).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from ...domain.models import Amount, Availability, Lease, Offer
from ..wire import Moment, Wire, Word

_AVAILABILITY: dict[str, Availability] = {"available": "available", "g-available": "on request", "leased": "leased"}


class _Price(Wire):
    exact = frozenset({"currency", "upfront_fee", "monthly_rate"})

    currency: str | None = None
    upfront_fee: Amount | None = None
    monthly_rate: Amount | None = None


class _Period(Wire):
    start: Moment = None
    end: Moment = None


class _Billing(Wire):
    method: str | None = None
    price: _Price = _Price()
    period: _Period = _Period()


class _Location(Wire):
    country: str | None = None
    region: str | None = None
    city: str | None = None


class _Capabilities(Wire):
    channels: list[str] | None = None


class _Data(Wire):
    requirements: tuple[str, ...] = ()


class _Health(Wire):
    reputation: float | None = None
    previous_owners: int | None = None


class Number(Wire):
    """A number as it is offered; one whose price cannot be read is not."""

    exact = frozenset({"pricing"})

    id: str
    status: Word = ""
    location: _Location = _Location()
    carrier: str | None = None
    capabilities: _Capabilities = _Capabilities()
    health: _Health = _Health()
    data: _Data = _Data()
    pricing: _Price = _Price()

    def attributes(self) -> dict[str, Any]:
        return {
            "number": self.id,
            "country": self.location.country,
            "region": self.location.region,
            "city": self.location.city,
            "carrier": self.carrier,
            "capabilities": self.capabilities.channels,
            **self.pricing.model_dump(),
        }

    def offer(self) -> Offer:
        return Offer(
            **self.attributes(),
            availability=_AVAILABILITY.get(self.status, "unavailable"),
            reputation=self.health.reputation,
            previous_owners=self.health.previous_owners,
            requirements=self.data.requirements,
        )


class Leased(Number):
    """A number with the lease fields that it has for the login that leases it."""

    exact = frozenset({"lease_id", "lease_status"})

    lease_id: Annotated[str | None, Field(coerce_numbers_to_str=True)] = None
    lease_status: Word | None = None
    billing: _Billing = _Billing()

    def lease(self) -> Lease | None:
        """Ownership is a lease id and a status that is not ended; `status: leased` alone may be a stranger's."""
        if not self.lease_id:
            return None
        lease = Lease(
            **self.attributes(),
            lease_id=self.lease_id,
            status=self.lease_status or "active",
            billing_method=self.billing.method,
            leased_at=self.billing.period.start,
            ends_at=self.billing.period.end,
        )
        return lease if lease.is_held else None


class Receipt(Wire):
    """What a lease call answers: https://docs.contiguity.com/api-reference/product/leases/lease."""

    lease_id: Annotated[str, Field(coerce_numbers_to_str=True, min_length=1)]
    number: str
    status: Word = "active"
    billing: _Billing = _Billing()


LEASED = TypeAdapter(list[Leased])
