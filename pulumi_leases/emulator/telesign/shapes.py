"""How TeleSign writes numbers, leases, pages and errors as JSON, under the switches in force."""

import secrets
from typing import Any

from pulumi_leases.emulator.clock import utc
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.switches import Switches


def element(switch: Switches, offer: Offer, lease: Lease | None = None) -> dict[str, Any]:
    """A number, with its lease if the caller has one; `phone_number` is digits only."""
    shape: dict[str, Any] = {
        "phone_number": offer.number.removeprefix("+"),
        "country_iso2": offer.country,
        "capabilities": {"sms": "sms" in offer.channels, "voice": offer.voice},
    }
    terms: Offer | Lease = lease or offer
    early = switch["generation"] == "2019-02"
    if early:
        shape["operator_name"] = offer.carrier
    else:
        shape["number_type"] = offer.number_type
    if switch["prices"] == "present":
        shape["setup_price"] = _money(terms.upfront_fee, early=early)
        shape["recurring_price"] = _money(terms.recurring_fee, early=early)
    if lease is not None or not early:
        shape["recurrence_period"] = terms.period_months
        if switch["prices"] == "present":
            shape["price_currency"] = terms.currency
    if lease is not None:
        shape["lease"] = _lease(switch, lease)
    return {**shape, "since_tomorrow": {"x": [1, None]}} if switch["unknown_fields"] else shape


def whole(switch: Switches, elements: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer that carries these elements and is not paged."""
    bare = switch["data_shape"] == "object" and len(elements) == 1
    return {"data": elements[0] if bare else elements}


def page(switch: Switches, key: str, elements: list[dict[str, Any]], asked: tuple[int, int]) -> dict[str, Any]:
    """One page of all elements. `asked` is page and page size; beyond the end there is nothing."""
    number, wanted = asked
    size = min(wanted, switch["max_page_size"])
    shown = elements[(number - 1) * size : number * size]
    pagination = {"page": number, "page_size": size, "total_pages": -(-len(elements) // size)}
    if switch["pagination"] == "inside":
        return {"data": {key: shown, "pagination": pagination}}
    if switch["pagination"] == "absent":
        return whole(switch, shown)
    return {**whole(switch, shown), "pagination": pagination}


def error(switch: Switches, now: float, status: int, code: int, text: str) -> Any:
    """The body of a refusal; `status` is TeleSign's own, `code` of its list of errors."""
    stamp = utc(now).isoformat(timespec="microseconds").replace("+00:00", "Z")
    head = {"updated_on": stamp, "code": status, "description": text}
    errors = [{"code": code, "description": text}]
    return {
        "envelope": {"reference_id": secrets.token_hex(16).upper(), "status": head, "errors": errors},
        "errors": {"errors": errors},
        "status": {"status": head},
        "text": text,
        "empty": "",
    }[switch["error_shape"]]


def _lease(switch: Switches, lease: Lease) -> dict[str, Any]:
    runs_out = lease.cancelled_at is not None and lease.released_at != lease.cancelled_at
    ends = lease.released_at if runs_out else None
    return {
        "lease_id": lease.lease_id if switch["lease_id"] == "string" else int(lease.lease_id),
        "created_on_utc": _time(switch, lease.leased_at),
        "expires_on_utc": None if ends is None else _time(switch, ends),
    }


def _time(switch: Switches, epoch: float) -> str:
    fraction = "seconds" if switch["created_on"] == "seconds" or switch["generation"] == "2019-02" else "microseconds"
    written = utc(epoch).isoformat(timespec=fraction)
    return written if switch["created_on"] == "offset" else written.replace("+00:00", "Z")


def _money(amount: float, *, early: bool) -> float | str:
    return f"{amount:.2f}" if early else amount
