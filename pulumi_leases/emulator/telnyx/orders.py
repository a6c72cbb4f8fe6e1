"""Telnyx's number orders, as documented at https://developers.telnyx.com/docs/numbers/phone-numbers/number-orders."""

import re
import uuid
from datetime import datetime
from typing import Any

from pulumi_leases.emulator.answer import Answer
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.telnyx import query
from pulumi_leases.emulator.telnyx.errors import Denied
from pulumi_leases.emulator.telnyx.order import Line, Order
from pulumi_leases.emulator.telnyx.profile import TELNYX
from pulumi_leases.emulator.telnyx.search import Search
from pulumi_leases.emulator.telnyx.shapes import micros
from pulumi_leases.emulator.world import World

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_REFERENCE = re.compile(r"[A-Za-z0-9-]{0,64}")
_OPTIONS = ("connection_id", "messaging_profile_id", "billing_group_id")
_GROUP_COUNTRIES = {"CH", "DK", "IT", "NO", "PT", "SE"}
_FOR_EVER_S = 3_155_760_000.0


class Orders:
    """The orders of all logins. Each call runs with the emulator's lock held and knows who calls."""

    def __init__(self, world: World, search: Search) -> None:
        self._world = world
        self._search = search
        self._switch = world.switches[TELNYX.name]
        self._ledger = world.ledgers[TELNYX.name]
        self._offers = world.offers[TELNYX.name]
        self._orders: list[Order] = []

    def create(self, login: str) -> Answer:
        """`POST /number_orders`: all of its numbers, or none."""
        body, now = query.json_body(), self._world.clock.now()
        if self._switch["level"] != "ok":
            raise Denied(self._switch["level"], "This account may not order.", status=self._switch["level_status"])
        reference = check_reference(body, strict=self._switch["reference_form"] == "checked")
        options = {name: body.get(name) for name in _OPTIONS}
        _check_options(options)
        wanted = [self._line_wanted(line, login, now) for line in _lines(body)]
        if self._switch["payment"] != "ok":
            raise Denied(20100, "You do not have enough funds.", status=self._switch["payment"])
        sub_orders: dict[tuple[str, str], str] = {}
        lines = []
        for offer, group, lease in wanted:
            sub_order = sub_orders.setdefault((offer.country, offer.number_type), str(uuid.uuid4()))
            booked = lease or self._reserve(offer, login, now, group)
            lines.append(Line(str(uuid.uuid4()), sub_order, offer, booked))
            if lease is None:
                booked.settings.update({name: value for name, value in options.items() if value is not None})
                booked.settings["customer_reference"] = reference if self._switch["reference_copied"] else None
        order = Order(str(uuid.uuid4()), login, now, reference, options, lines)
        self._orders.append(order)
        status = "pending" if self._switch["order_answer"] == "pending" else None
        return Answer(200, {"data": order.shape(self._switch, now, status=status)}, "leased", wrote=True)

    def get(self, login: str, order_id: str) -> Answer:
        """`GET /number_orders/{id}`."""
        order, now = self._own(login, order_id), self._world.clock.now()
        return Answer(200, {"data": order.shape(self._switch, now)}, "read")

    def placed(self, login: str) -> Answer:
        """`GET /number_orders`, youngest first."""
        now = self._world.clock.now()
        found = [order for order in reversed(self._orders) if self._seen(order, login, now) and self._fits(order, now)]
        return Answer(200, query.page([order.entry(self._switch, now) for order in found]), "listed")

    def amend(self, login: str, order_id: str) -> Answer:
        """`PATCH /number_orders/{id}`: the reference of the order, not of its numbers; or what it waits for."""
        order, body, now = self._own(login, order_id), query.json_body(), self._world.clock.now()
        if "customer_reference" in body:
            order.customer_reference = check_reference(body, strict=self._switch["reference_form"] == "checked")
        if body.get("regulatory_requirements"):
            for line in order.lines:
                self._meet(line.lease, now)
        return Answer(200, {"data": order.shape(self._switch, now)}, "amended", wrote=True)

    def require(self, login: str, line_id: str) -> Answer:
        """`POST /number_order_phone_numbers/{id}/requirement_group`."""
        now = self._world.clock.now()
        lines = [line for order in self._orders if self._seen(order, login, now) for line in order.lines]
        line = next((line for line in lines if line.line_id == line_id), None)
        if line is None:
            raise Denied(10005, "The requested resource or URL could not be found.")
        line.lease.settings["requirement_group_id"] = _group(query.json_body(), "/requirement_group_id")
        self._meet(line.lease, now)
        return Answer(200, {"data": line.shape(line.status(self._switch, now))}, "amended", wrote=True)

    def sub_orders(self, login: str) -> Answer:
        """`GET /sub_number_orders`."""
        now = self._world.clock.now()
        wanted = query.asked("order_request_id")
        shapes = [
            order.sub_order(self._switch, now, sub_order_id)
            for order in reversed(self._orders)
            if self._seen(order, login, now) and wanted in {None, order.order_id}
            for sub_order_id in order.sub_order_ids()
        ]
        return Answer(200, query.page(shapes), "listed")

    def sub_order(self, login: str, sub_order_id: str) -> Answer:
        """`GET /sub_number_orders/{id}`."""
        order, now = self._holding(login, sub_order_id), self._world.clock.now()
        return Answer(200, {"data": order.sub_order(self._switch, now, sub_order_id)}, "read")

    def cancel(self, login: str, sub_order_id: str) -> Answer:
        """`PATCH /sub_number_orders/{id}/cancel`, while it is pending."""
        order, now = self._holding(login, sub_order_id), self._world.clock.now()
        lines = [line for line in order.lines if line.sub_order_id == sub_order_id]
        if any(line.status(self._switch, now) != "pending" for line in lines):
            raise Denied(10027, "Only a pending sub number order can be cancelled.")
        for line in lines:
            line.lease.cancelled_at = now
            self._ledger.settle(line.lease, "cancelled", at=now, charged=False)
        return Answer(200, {"data": order.sub_order(self._switch, now, sub_order_id)}, "cancelled", wrote=True)

    def number_of(self, target: str) -> str:
        """The number of an order, a sub order or a line, or nothing."""
        for order in self._orders:
            for line in order.lines:
                if target in {order.order_id, line.sub_order_id, line.line_id}:
                    return line.offer.number
        return ""

    def _line_wanted(self, line: dict[str, Any], login: str, now: float) -> tuple[Offer, str | None, Lease | None]:
        """The offer and the requirement group of a line, and the lease if the login has it already."""
        number = line["phone_number"]
        group = _group(line, "/phone_numbers/0/requirement_group_id") if line.get("requirement_group_id") else None
        own = [lease for lease in self._ledger.holding(number, now) if lease.login == login]
        if own and self._switch["own_number"] == "200_second_lease":
            return self._offers[number], group, None
        if own:
            if self._switch["own_number"] == 409:  # noqa: PLR2004 the switch's value
                raise Denied(85001, f"{number} is not available.", pointer="/phone_numbers/0/phone_number")
            if self._switch["own_number"] == "200_second_charge":
                self._ledger.charge(own[0], now)
            return self._offers[number], group, own[0]
        if not self._search.opened(number, login, now):
            raise Denied(85000, f"{number} must be searched for first.", status=self._switch["not_searched"])
        offer = self._search.obtainable(number, login, now)
        if offer is None:
            raise Denied(self._switch["taken_number"], f"{number} is no longer available.")
        if group is None and self._group_demanded(offer) and self._switch["group_missing"] != "pending":
            raise Denied(10027, "A requirement group is required.", status=self._switch["group_missing"])
        return offer, group, None

    def _group_demanded(self, offer: Offer) -> bool:
        demanded = self._switch["requirement_group"]
        return demanded == "all" or (demanded == "documented" and offer.country in _GROUP_COUNTRIES)

    def _reserve(self, offer: Offer, login: str, now: float, group: str | None) -> Lease:
        before = self._ledger.last(offer.number)
        lease = self._ledger.reserve(offer, login, now)
        if before is not None and before.login == login and self._switch["number_id_again"] == "same":
            lease.lease_id = before.lease_id
        lease.upfront_fee *= self._switch["price_factor"]
        lease.recurring_fee *= self._switch["price_factor"]
        lease.settings["requirement_group_id"] = group
        wanted = offer.requirements or (["requirement_group"] if self._group_demanded(offer) else [])
        lease.waits_for = "" if group else ",".join(wanted)
        self._schedule(lease, now)
        return lease

    def _meet(self, lease: Lease, now: float) -> None:
        """Give a pending order what it waits for."""
        if lease.waits_for and lease.pending(now):
            lease.waits_for = ""
            self._schedule(lease, now)

    def _schedule(self, lease: Lease, now: float) -> None:
        """Fix when and how the order ends, by the switches in force."""
        outcome = self._switch["order_outcome"]
        if lease.waits_for:
            due = now + self._switch["requirement_deadline_s"]
            self._ledger.settle(lease, "cancelled", at=due, charged=False)
        elif outcome == "pending":
            self._ledger.settle(lease, "success", at=now + _FOR_EVER_S, charged=True)
        else:
            charged = outcome == "success" or self._switch["failure_charge"] == "charged"
            self._ledger.settle(lease, outcome, at=now + self._switch["order_s"], charged=charged)

    def _fits(self, order: Order, now: float) -> bool:
        met, count = query.asked_flag("requirements_met"), query.asked_number("phone_numbers_count")
        after, before = query.asked("created_at", "gt"), query.asked("created_at", "lt")
        created = _moment(micros(order.created_at))
        return (
            query.asked("status") in {None, order.status(self._switch, now)}
            and met in {None, order.met()}
            and count in {None, len(order.lines)}
            and (after is None or created > _moment(after))
            and (before is None or created < _moment(before))
            and reference_fits(self._switch["reference_filter"], order.customer_reference)
        )

    def _seen(self, order: Order, login: str, now: float) -> bool:
        return order.login == login and now >= order.created_at + self._switch["order_lag_s"]

    def _own(self, login: str, order_id: str) -> Order:
        now = self._world.clock.now()
        for order in self._orders:
            if order.order_id == order_id and self._seen(order, login, now):
                return order
        raise Denied(10005, "The requested resource or URL could not be found.")

    def _holding(self, login: str, sub_order_id: str) -> Order:
        now = self._world.clock.now()
        for order in self._orders:
            if sub_order_id in order.sub_order_ids() and self._seen(order, login, now):
                return order
        raise Denied(10005, "The requested resource or URL could not be found.")


def check_reference(body: dict[str, Any], *, strict: bool) -> str | None:
    """The customer_reference of a body.

    Raises:
        Denied: it is no text, or one that is not accepted.
    """
    reference = body.get("customer_reference")
    if reference is None:
        return None
    if not isinstance(reference, str) or (strict and not _REFERENCE.fullmatch(reference)):
        raise Denied(10015, "customer_reference is invalid.", pointer="/customer_reference")
    return reference


def reference_fits(matching: str, reference: str | None) -> bool:
    """Whether a reference is what `filter[customer_reference]` asks for."""
    wanted = query.asked("customer_reference")
    if wanted is None or matching == "ignored":
        return True
    return wanted == reference if matching == "exact" else wanted in (reference or "")


def _lines(body: dict[str, Any]) -> list[dict[str, Any]]:
    lines = body.get("phone_numbers")
    if not isinstance(lines, list) or not lines:
        raise Denied(10004, "phone_numbers is required.", pointer="/phone_numbers")
    for line in lines:
        number = line.get("phone_number") if isinstance(line, dict) else None
        if not isinstance(number, str) or not _E164.fullmatch(number):
            raise Denied(10016, "phone_number must be in +E.164 format.", pointer="/phone_numbers/0/phone_number")
    return lines


def _check_options(options: dict[str, Any]) -> None:
    connection, profile = options["connection_id"], options["messaging_profile_id"]
    if connection is not None and not str(connection).isdecimal():
        raise Denied(85004, "connection_id is invalid.", pointer="/connection_id")
    if profile is not None and not is_uuid(profile):
        raise Denied(85005, "messaging_profile_id is invalid.", pointer="/messaging_profile_id")


def _group(holder: dict[str, Any], pointer: str) -> str:
    group = holder.get("requirement_group_id")
    if not is_uuid(group):
        raise Denied(10015, "requirement_group_id is invalid.", pointer=pointer)
    return str(group)


def is_uuid(value: object) -> bool:
    """Whether a value is the text of a UUID."""
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


def _moment(written: str) -> float:
    try:
        return datetime.fromisoformat(written.replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise Denied(10015, "filter[created_at] is an ISO 8601 time") from None
