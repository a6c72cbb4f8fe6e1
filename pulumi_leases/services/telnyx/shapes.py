"""Telnyx's JSON: a number on offer, a number that is leased, an order.

Shapes: https://github.com/team-telnyx/openapi (spec3.yml, 2026-07-16)
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, OnErrorOmit, TypeAdapter

from ...domain.models import PENDING, Amount, Lease, Offer
from ...domain.references import find_reference
from ..wire import Moment, Wire, Word

CAPABILITIES = frozenset({"sms", "mms", "voice"})
_STATUSES = {
    **dict.fromkeys(("deleted", "ported-out", "purchase-failed", "port-failed"), "terminated"),
    **dict.fromkeys(("purchase-pending", "provision-pending", "port-pending"), PENDING),
    **dict.fromkeys((f"requirement-info-{what}" for what in ("pending", "under-review", "exception")), PENDING),
}
_NUMBER_TYPES = {"tollfree": "toll_free", "longcode": None, "shortcode": None}
"""Names that are shown right after a purchase only."""
_ORDER_ID = "order_"
_OVER = frozenset({"failure", "failed", "cancelled", "canceled", "deleted"})
"""What an order is that comes to nothing: any other word than these and success may lead to a number yet."""


class _Named(Wire):
    name: str


class _Region(Wire):
    region_type: str
    region_name: str


class _Cost(Wire):
    exact = frozenset({"upfront_cost", "monthly_cost", "currency"})

    upfront_cost: Amount | None = None
    monthly_cost: Amount | None = None
    currency: str | None = None


class Available(Wire):
    """A number on offer; it shows neither its type nor its carrier, and one whose price cannot be read is none."""

    exact = frozenset({"cost_information"})

    phone_number: Annotated[str, Field(pattern=r"^\+\d+$")]
    """A trial account is shown numbers with their last digits hidden: these cannot be leased."""
    best_effort: bool = False
    features: list[OnErrorOmit[_Named]] | None = None
    region_information: tuple[OnErrorOmit[_Region], ...] = ()
    cost_information: _Cost = _Cost()

    def offer(self, number_type: str | None) -> Offer:
        places = {region.region_type: region.region_name for region in self.region_information}
        able = None if self.features is None else {feature.name.lower() for feature in self.features}
        return Offer(
            number=self.phone_number,
            country=places.get("country_code"),
            region=places.get("state"),
            city=places.get("location") or places.get("rate_center"),
            number_type=number_type,
            capabilities=None if able is None else tuple(sorted(able & CAPABILITIES)),
            currency=self.cost_information.currency,
            upfront_fee=self.cost_information.upfront_cost,
            monthly_rate=self.cost_information.monthly_cost,
        )


class Owned(Wire):
    """A number of the account; it shows neither price nor capabilities nor city."""

    id: Annotated[str, Field(coerce_numbers_to_str=True, min_length=1)]
    phone_number: Annotated[str, Field(pattern=r"^\+\d+$")]
    status: str
    country_iso_alpha2: str | None = None
    phone_number_type: str | None = None
    customer_reference: str | None = None
    purchased_at: Moment = None
    deletion_lock_enabled: bool = False
    settings: dict[str, Any] | None = None

    def lease(self) -> Lease:
        status = self.status.lower().replace("_", "-")
        return Lease(
            number=self.phone_number,
            lease_id=self.id,
            status=_STATUSES.get(status, status),
            country=self.country_iso_alpha2,
            number_type=_NUMBER_TYPES.get(self.phone_number_type or "", self.phone_number_type),
            leased_at=self.purchased_at,
            reference=find_reference(self.customer_reference),
            settings=self.settings,
        )


class Line(Wire):
    """A number of an order. Its id is not that of the number."""

    id: str | None = None
    phone_number: str


class Placed(Wire):
    """An order."""

    exact = frozenset({"phone_numbers", "customer_reference"})

    id: Annotated[str, Field(min_length=1)]
    status: Word
    customer_reference: str | None = None
    requirements_met: bool = True
    sub_number_orders_ids: tuple[str, ...] = ()
    phone_numbers: tuple[Line, ...] = ()
    created_at: Moment = None
    updated_at: Moment = None

    @property
    def is_over(self) -> bool:
        return self.status in _OVER

    @property
    def has_succeeded(self) -> bool:
        return self.status == "success"

    @property
    def is_pending(self) -> bool:
        return not self.is_over and not self.has_succeeded

    def is_of(self, number: str) -> bool:
        return any(line.phone_number == number for line in self.phone_numbers)

    def lease(self, number: str) -> Lease:
        """Write a lease whose number is not listed yet: it has no other id than the order's."""
        return Lease(
            number=number,
            lease_id=f"{_ORDER_ID}{self.id}",
            status=PENDING,
            leased_at=self.created_at,
            reference=find_reference(self.customer_reference),
        )


class Meta(Wire):
    """What an answer says about its page."""

    exact = frozenset({"page_number", "total_pages"})

    page_number: int | None = None
    total_pages: int | None = None


def is_order_id(lease_id: str) -> bool:
    """Whether a lease is known by its order only."""
    return lease_id.startswith(_ORDER_ID)


def with_settings(entry: Any) -> Any:
    """Gather what a number is connected to under the names of the inputs, as far as the answer shows it."""
    if not isinstance(entry, dict):
        return entry
    settings: dict[str, Any] = {}
    if "connection_id" in entry:
        settings["voice"] = {"connection": entry["connection_id"] or None}
    if "messaging_profile_id" in entry:
        settings["messaging"] = {"profile": entry["messaging_profile_id"] or None}
    if isinstance(entry.get("tags"), list):
        settings["tags"] = entry["tags"]
    return {**entry, "settings": settings}


AVAILABLE = TypeAdapter(list[OnErrorOmit[Available]])
OWNED = TypeAdapter(list[Owned])
PLACED = TypeAdapter(list[Placed])
