"""An order of numbers at Telnyx: what was ordered, what became of it, and how both are written as JSON."""

from dataclasses import dataclass
from typing import Any

from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.switches import Switches
from pulumi_leases.emulator.telnyx.shapes import micros, more

_WAITING = "requirement-info-pending"


@dataclass
class Line:
    """One number of an order. Its id is not the number's id; its state is that of the lease."""

    line_id: str
    sub_order_id: str
    offer: Offer
    lease: Lease

    def status(self, switch: Switches, now: float) -> str:
        if self.lease.pending(now):
            return "pending"
        if self.lease.outcome == "cancelled":
            return str(switch["cancelled_order"])
        if self.lease.outcome != "success":
            return self.lease.outcome
        deleted = not self.lease.held(now) and switch["deleted_order"] == "deleted"
        return "deleted" if deleted else "success"

    def met(self) -> bool:
        return not self.lease.waits_for

    def shape(self, status: str) -> dict[str, Any]:
        waiting = _WAITING if status == "pending" else "cancelled"
        return {
            "id": self.line_id,
            "record_type": "number_order_phone_number",
            "phone_number": self.offer.number,
            "status": status,
            "requirements_met": self.met(),
            "requirements_status": "approved" if self.met() else waiting,
            "country_code": self.offer.country,
            "country_iso_alpha2": self.offer.country,
            "phone_number_type": self.offer.number_type,
            "regulatory_requirements": self._requirements(),
            "bundle_id": None,
        }

    def _requirements(self) -> list[dict[str, Any]]:
        if self.met():
            return []
        return [
            {
                "record_type": "phone_number_regulatory_requirement",
                "requirement_id": name,
                "field_type": "document",
                "field_value": "",
            }
            for name in self.lease.waits_for.split(",")
        ]


@dataclass
class Order:
    """One order of a login. The numbers of one country and type are a sub order."""

    order_id: str
    login: str
    created_at: float
    customer_reference: str | None
    options: dict[str, Any]
    lines: list[Line]

    def status(self, switch: Switches, now: float) -> str:
        return _joint([line.status(switch, now) for line in self.lines])

    def met(self) -> bool:
        return all(line.met() for line in self.lines)

    def sub_order_ids(self) -> list[str]:
        return list(dict.fromkeys(line.sub_order_id for line in self.lines))

    def shape(self, switch: Switches, now: float, *, status: str | None = None) -> dict[str, Any]:
        """The order with its lines; a given status is shown for the order and all lines."""
        lines = [line.shape(status or line.status(switch, now)) for line in self.lines]
        return more(switch, {**self._head(switch, now), "status": status or self.status(switch, now),
                             "phone_numbers": lines})  # fmt: skip

    def entry(self, switch: Switches, now: float) -> dict[str, Any]:
        """The order as listed: of its lines the ids and numbers only."""
        lines = [{"id": line.line_id, "phone_number": line.offer.number} for line in self.lines]
        return more(switch, {**self._head(switch, now), "phone_numbers": lines})

    def sub_order(self, switch: Switches, now: float, sub_order_id: str) -> dict[str, Any]:
        """One sub order."""
        lines = [line for line in self.lines if line.sub_order_id == sub_order_id]
        shape = {
            "id": sub_order_id,
            "record_type": "sub_number_order",
            "order_request_id": self.order_id,
            "country_code": lines[0].offer.country,
            "phone_number_type": lines[0].offer.number_type,
            "is_block_sub_number_order": False,
            "status": _joint([line.status(switch, now) for line in lines]),
            "requirements_met": all(line.met() for line in lines),
            "regulatory_requirements": [],
            "customer_reference": self.customer_reference,
            "phone_numbers_count": len(lines),
            "phone_numbers": [line.shape(line.status(switch, now)) for line in lines],
            "created_at": micros(self.created_at),
            "updated_at": micros(self.created_at),
        }
        return more(switch, shape)

    def _head(self, switch: Switches, now: float) -> dict[str, Any]:
        return {
            "id": self.order_id,
            "record_type": "number_order",
            "phone_numbers_count": len(self.lines),
            "status": self.status(switch, now),
            "requirements_met": self.met(),
            "customer_reference": self.customer_reference,
            **self.options,
            "sub_number_orders_ids": self.sub_order_ids(),
            "created_at": micros(self.created_at),
            "updated_at": micros(self.created_at),
        }


def _joint(statuses: list[str]) -> str:
    """The status of several lines together."""
    if "pending" in statuses:
        return "pending"
    return statuses[0] if len(set(statuses)) == 1 else "failure"
