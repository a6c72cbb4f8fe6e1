"""What numbers cost, from the pricing host: one call per country and run.

https://www.twilio.com/docs/phone-numbers/pricing: a month is paid at purchase and then each month; no fee is reported, and
`current_price` is the account's own price.
"""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import OnErrorOmit  # noqa: TC002 the model is made of it

from ...domain.errors import LeaseError, NotFound, Refused
from ...domain.models import Amount  # noqa: TC001 the model is made of it
from ..wire import Wire, read_as
from .shapes import fold_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..http.transport import Http

Price = dict[str, Any]
"""Currency, monthly rate and upfront fee; empty where the price is not known."""


class _Price(Wire):
    number_type: str
    current_price: Amount


class _Country(Wire):
    exact = frozenset({"phone_number_prices"})

    price_unit: str
    phone_number_prices: tuple[OnErrorOmit[_Price], ...] = ()


class Prices:
    """The prices of one account; safe to share between threads.

    Args:
        http: The connection to the pricing host, made when it is needed.
    """

    def __init__(self, http: Callable[[], Http]) -> None:
        self._http = http
        self._known: dict[str, Mapping[str, Price]] = {}
        self._lock = threading.Lock()

    def known(self, country: str | None, number_type: str | None) -> Price:
        """Return a price that was read already."""
        return dict(self._known.get(country or "", {}).get(number_type or "", {}))

    def read(self, country: str) -> None:
        """Read the prices of a country, once. A login to whom they are refused does not know them: that is no failure.

        Raises:
            LeaseError: They could not be read this time.
        """
        with self._lock:
            if country not in self._known:
                self._known[country] = self._read(country)

    def read_what_can_be(self, countries: Iterable[str]) -> None:
        """Read the prices of some countries for numbers that are held: a reading of them does not fail for want of a price."""
        try:
            for country in sorted(countries):
                self.read(country)
        except LeaseError:
            return  # what a held number costs stands in the state; it is asked for again by whoever needs it

    def _read(self, country: str) -> Mapping[str, Price]:
        http, path = self._http(), f"/v1/PhoneNumbers/Countries/{quote(country, safe='')}"
        try:
            answer = http.get(path)
        except (Refused, NotFound):
            return {}
        answered = read_as(_Country.model_validate, answer.body, http.service, f"GET {path}")
        return {
            fold_type(price.number_type) or "": {
                "currency": answered.price_unit.upper(),
                "monthly_rate": price.current_price,
                "upfront_fee": Decimal(0),
            }
            for price in answered.phone_number_prices
        }
