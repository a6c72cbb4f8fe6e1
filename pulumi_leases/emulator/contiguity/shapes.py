"""How Contiguity writes numbers, leases and receipts as JSON, under the switches in force."""

import random
from functools import cache
from typing import Any

import phonenumbers

from pulumi_leases.emulator.clock import utc
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.switches import Switches

API_VERSION = "v2026.8.2"
ENTITLEMENTS_URL = "https://api.contiguity.com/entitlements/"


def envelope(switch: Switches, now: float, data: dict[str, Any], kind: str = "response") -> dict[str, Any]:
    """The frame of every answer; `timestamp` is in epoch milliseconds."""
    prefix = {"response": "req", "error": "err"}[kind]
    token = "".join(random.choices("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789", k=16))  # noqa: S311 no secret
    framed = {
        "id": f"{prefix}_{token}",
        "timestamp": int(now * 1000),
        "api_version": API_VERSION,
        "object": kind,
        "data": data,
    }
    return _more(switch, framed)


def number(switch: Switches, offer: Offer, status: str) -> dict[str, Any]:
    """A number as on offer, with the status that the caller is to see."""
    shape: dict[str, Any] = {
        "id": offer.number,
        "status": status,
        "number": {"e164": offer.number, "formatted": formatted(offer.number)},
        "location": {"country": offer.country, "region": offer.region, "city": offer.city},
        "carrier": offer.carrier,
        "capabilities": {"intl_sms": offer.intl_sms, "channels": offer.channels},
        "health": {"reputation": offer.reputation, "previous_owners": offer.previous_owners},
        "created_at": _time(switch["created_at"], offer.created_at),
    }
    if switch["data_field"] != "absent":
        whole = {"requirements": offer.requirements, "e911_capable": offer.e911_capable}
        shape["data"] = whole if switch["data_field"] == "present" else {}
    if switch["prices"] == "present":
        shape["pricing"] = _price(switch, offer.currency, offer.upfront_fee, offer.recurring_fee)
    return _more(switch, shape)


def leased(switch: Switches, lease: Lease, now: float, *, listed: bool) -> dict[str, Any]:
    """What a number shows besides when the caller leases it."""
    shape: dict[str, Any] = {"lease_id": lease.lease_id, "lease_status": status(switch, lease, now)}
    if not listed and switch["lease_id_in_get"] == "lease_":
        shape["lease_id"] = lease.lease_id.replace("lsd_", "lease_")
    if switch["billing"] == "present" or (switch["billing"] == "absent_in_list" and not listed):
        method = lease.billing_method if switch["billing_method"] == "requested" else switch["billing_method"]
        shape["billing"] = {"method": method, "period": _period(switch, lease)}
    return shape


def status(switch: Switches, lease: Lease, now: float) -> str:
    """The state of a lease in reads and receipts."""
    if lease.status is not None:
        return lease.status
    if not lease.held(now):
        return "terminated"
    pending = switch["create_status"] == "pending" and now < lease.leased_at + switch["pending_s"]
    return "pending" if pending else "active"


def receipt(switch: Switches, lease: Lease, now: float) -> dict[str, Any]:
    """The answer to a lease: here `number` is a string and the price is inside of `billing`."""
    billing: dict[str, Any] = {"method": lease.billing_method, "period": _period(switch, lease)}
    if switch["prices"] == "present":
        billing["price"] = _price(switch, lease.currency, lease.upfront_fee, lease.recurring_fee)
    shape = {
        "lease_id": lease.lease_id,
        "number": lease.number,
        "status": status(switch, lease, now),
        "billing": billing,
    }
    return _more(switch, shape)


def termination(switch: Switches, lease: Lease) -> dict[str, Any]:
    """The answer to a termination: here the number is `number_id`."""
    assert lease.cancelled_at is not None
    return {
        "lease_id": lease.lease_id,
        "number_id": lease.number,
        "status": "terminated",
        "terminated_at": _time(switch["period"], lease.cancelled_at),
    }


@cache
def formatted(e164: str) -> str:
    """The number as Contiguity prints it, `+1 (NPA) NXX-XXXX` in North America."""
    if e164.startswith("+1") and len(e164) == len("+12015550123"):
        return f"+1 ({e164[2:5]}) {e164[5:8]}-{e164[8:]}"
    return phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _period(switch: Switches, lease: Lease) -> dict[str, Any]:
    ends = lease.released_at if switch["terminating_period_end"] == "set" else None
    return {
        "start": _time(switch["period"], lease.leased_at),
        "end": None if ends is None else _time(switch["period"], ends),
    }


def _price(switch: Switches, currency: str, upfront: float, monthly: float) -> dict[str, Any]:
    if switch["money"] == "string":
        return {"currency": currency, "upfront_fee": f"{upfront:.2f}", "monthly_rate": f"{monthly:.2f}"}
    return {"currency": currency, "upfront_fee": upfront, "monthly_rate": monthly}


def _time(form: str, epoch: float) -> int | str:
    if form == "iso":
        return utc(epoch).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return int(epoch * 1000) if form == "ms" else int(epoch)


def _more(switch: Switches, shape: dict[str, Any]) -> dict[str, Any]:
    return {**shape, "since_tomorrow": {"x": [1, None]}} if switch["unknown_fields"] else shape
