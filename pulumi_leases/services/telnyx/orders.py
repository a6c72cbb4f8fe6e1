"""Telnyx's number orders: one number an order, found again by the reference that it carries.

Calls: https://developers.telnyx.com/docs/numbers/phone-numbers/number-orders
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..pages import walk
from ..wire import read_as, unreadable
from .envelope import data_of, page_of
from .shapes import PLACED, Placed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...domain.models import Order
    from ..http.transport import Answer, Http

_ORDERS = "/number_orders"


class Orders:
    """The orders of one login."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def place(self, order: Order) -> Placed:
        """POST /number_orders, the paying call; no idempotency key exists."""
        line = {"phone_number": order.number}
        if group := order.requirements.get("group"):
            line["requirement_group_id"] = group
        carried = {"customer_reference": order.reference} if order.reference else {}
        placed = self._read(self._http.post(_ORDERS, json={"phone_numbers": [line], **carried}))
        if [one.phone_number for one in placed.phone_numbers] != [order.number]:
            raise unreadable(self._http.service, f"POST {_ORDERS}", f"not an order of {order.number}")
        return placed

    def get(self, order_id: str) -> Placed:
        """GET /number_orders/{id}."""
        return self._read(self._http.get(f"{_ORDERS}/{order_id}"))

    def carrying(self, reference: str, number: str) -> Sequence[Placed]:
        """List the orders of a number that carry a reference; the filter may match a part, or be ignored."""
        asked = {"filter[customer_reference]": reference}
        entries = [entry for page in walk(lambda at: page_of(self._http, _ORDERS, asked, at)) for entry in page.entries]
        found = read_as(PLACED.validate_python, entries, self._http.service, f"GET {_ORDERS}")
        return [order for order in found if order.customer_reference == reference and order.is_of(number)]

    def cancel(self, placed: Placed) -> None:
        """PATCH /sub_number_orders/{id}/cancel of each part: works while it is pending."""
        for part in placed.sub_number_orders_ids:
            data_of(self._http.service, self._http.patch(f"/sub_number_orders/{part}/cancel", json={}))

    def meet_requirements(self, placed: Placed, group: str) -> None:
        """POST …/requirement_group for each line: gives a pending order what it waits for."""
        for line in placed.phone_numbers:
            path = f"/number_order_phone_numbers/{line.id}/requirement_group"
            data_of(self._http.service, self._http.post(path, json={"requirement_group_id": group}))

    def _read(self, answer: Answer) -> Placed:
        data = data_of(self._http.service, answer)
        return read_as(Placed.model_validate, data, self._http.service, f"{answer.method} {_ORDERS}")
