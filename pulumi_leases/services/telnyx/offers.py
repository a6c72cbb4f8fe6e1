"""Telnyx's numbers on offer, and which of them a search has opened to an order: without one, an order is refused.

Calls: https://developers.telnyx.com/docs/numbers/phone-numbers/number-search
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ...domain.errors import BadResponse, NoAnswer, NotFound, Refused, Unreachable
from ..wire import unreadable
from .envelope import data_of
from .errors import NO_COVERAGE
from .filters import NUMBER_TYPE, TOLL_FREE, is_toll_free, queries_for
from .shapes import AVAILABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...domain.models import Offer
    from ..base import Query
    from ..http.transport import Http

_GATE_S = 600.0
"""For so long a search opens a number to an order, for sure: a day, says the older documentation."""


class Offers:
    """What is on offer to one login."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._searched: dict[str, tuple[Offer, float]] = {}
        """What searches have found, and when: an order is taken only for a number that was searched for lately."""

    def search(self, query: Query) -> Sequence[Offer]:
        """GET /available_phone_numbers: one answer of as many numbers as the vendor gives, in no order."""
        asked = dict(query)
        try:
            answer = self._http.get("/available_phone_numbers", asked)
        except (NotFound, Refused) as error:
            if error.code not in NO_COVERAGE:
                raise
            return []
        entries = data_of(self._http.service, answer)
        if not isinstance(entries, list):
            raise unreadable(self._http.service, "GET /available_phone_numbers", "no list")
        wanted = asked.get(NUMBER_TYPE)
        offers = [
            one.offer(wanted if (wanted == TOLL_FREE) == is_toll_free(one.phone_number) else None)
            for one in AVAILABLE.validate_python(entries)
            if not one.best_effort
        ]
        self._searched.update({offer.number: (offer, time.monotonic()) for offer in offers})
        return offers

    def find(self, number: str) -> Offer | None:
        """Look a number up by its digits: taken and unknown look alike."""
        found = (offer for query in queries_for(number) for offer in self.search(query) if offer.number == number)
        return next(found, None)

    def open(self, number: str) -> Offer | None:
        """Take the search that has found a number, or search for it now; each serves one order.

        Raises:
            Unreachable: What is on offer could not be read: nothing was ordered.
        """
        offer, at = self._searched.pop(number, (None, 0.0))
        if offer is not None and time.monotonic() - at < _GATE_S:
            return offer
        try:
            found = self.find(number)
        except (NoAnswer, BadResponse) as error:
            raise Unreachable(f"{error}; {number} was not ordered", service=self._http.service) from None
        self._searched.pop(number, None)
        return found
