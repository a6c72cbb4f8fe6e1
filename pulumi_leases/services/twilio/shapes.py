"""A number as Twilio's answers have it: on offer, and owned.

Searches: https://www.twilio.com/docs/phone-numbers/api/availablephonenumber-resource; numbers of an account:
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource. Dates are RFC 2822, to the second.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, OnErrorOmit, TypeAdapter

from ...domain.models import Lease, Offer
from ...domain.references import find_reference
from ...domain.search import region_of
from ..wire import Wire
from .names import read_label
from .wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

CAPABILITIES = frozenset({"sms", "mms", "voice"})
HOSTED = "hosted"
"""The status of a number that is another carrier's, and only connected here; what a DELETE does to it is not documented."""

_AT_ONCE = timedelta(seconds=2)
_ADDRESSES = {
    "any": "an address (requirements.address)",
    "local": "an address in its own country (requirements.address)",
    "foreign": "an address outside of its country (requirements.address)",
}


def fold_type(text: str | None) -> str | None:
    """Write a number's type in one way: `toll free`, `tollFree` and `TollFree` are `toll_free`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[\s-]+", "_", text).lower() if text else None


def _date(value: Any) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(value))
    except ValueError:
        return None
    return at.astimezone(timezone.utc) if at.tzinfo else at.replace(tzinfo=timezone.utc)


Date = Annotated[datetime | None, BeforeValidator(_date)]


class _Number(Wire):
    phone_number: Annotated[str, Field(pattern=r"^\+\d+$")]
    capabilities: dict[str, Any] | None = None

    def able(self) -> tuple[str, ...] | None:
        """Read the capabilities; their names are in capitals in some answers."""
        if self.capabilities is None:
            return None
        return tuple(sorted({name.lower() for name, has in self.capabilities.items() if has is True} & CAPABILITIES))


class Offered(_Number):
    """A number that a search shows; its type is in the path, and its price elsewhere."""

    iso_country: str | None = None
    region: str | None = None
    locality: str | None = None
    address_requirements: str | None = None

    @property
    def needs_address(self) -> bool:
        """Whether it is sold only to who has an address."""
        return self.address_requirements in _ADDRESSES

    def offer(self, number_type: str, price: Mapping[str, Any]) -> Offer:
        """Write it as an offer."""
        wanted = _ADDRESSES.get(self.address_requirements or "")
        return Offer(
            number=self.phone_number,
            country=self.iso_country,
            region=self.region,
            city=self.locality,
            number_type=number_type,
            capabilities=self.able(),
            requirements=(wanted,) if wanted else (),
            **price,
        )


class Owned(Wiring, _Number):
    """A number of an account."""

    sid: Annotated[str, Field(pattern=r"^PN[0-9a-fA-F]{32}$")]
    friendly_name: str = ""
    date_created: Date = None
    date_updated: Date = None
    status: str = "in-use"
    type: str | None = None
    origin: str | None = None
    emergency_address_status: str | None = None

    @property
    def country(self) -> str | None:
        """Its country by the numbering plan, since no answer says it."""
        return region_of(self.phone_number)

    @property
    def number_type(self) -> str | None:
        """Its type in our words; absent before 2026."""
        return fold_type(self.type)

    @property
    def reference(self) -> str | None:
        """The reference in its name."""
        return find_reference(self.friendly_name)

    @property
    def was_written_later(self) -> bool:
        """Whether a number was written again after it was bought, as by a purchase of what the account has already.

        A new number has two equal dates (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource). Both
        are of one clock, to the second; when a call was sent decides nothing: it may be on its way while another one buys.
        """
        if self.date_created is None or self.date_updated is None:
            return False
        return self.date_updated - self.date_created > _AT_ONCE

    def lease(self, price: Mapping[str, Any]) -> Lease:
        """Write it as a lease."""
        return Lease(
            number=self.phone_number,
            lease_id=self.sid,
            status=HOSTED if self.origin == HOSTED else self.status,
            country=self.country,
            number_type=self.number_type,
            capabilities=self.able(),
            leased_at=self.date_created,
            reference=self.reference,
            settings={"label": read_label(self.friendly_name, self.phone_number), **self.settings()},
            **price,
        )


OFFERED = TypeAdapter(list[OnErrorOmit[Offered]])  # an offer that cannot be read cannot be chosen
OWNED = TypeAdapter(list[Owned])
