"""How Telnyx writes numbers on offer, orders and numbers that are leased as JSON, under the switches in force."""

from typing import Any

from pulumi_leases.emulator.clock import utc
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.switches import Switches

_VOICE = {
    "tech_prefix_enabled": False,
    "translated_number": "",
    "usage_payment_method": "pay-per-minute",
    "inbound_call_screening": "disabled",
    "call_forwarding": {"call_forwarding_enabled": True, "forwards_to": "", "forwarding_type": None},
    "cnam_listing": {"cnam_listing_enabled": False, "cnam_listing_details": ""},
    "emergency": {"emergency_enabled": False, "emergency_address_id": None, "emergency_status": "disabled"},
    "media_features": {
        "rtp_auto_adjust_enabled": True,
        "accept_any_rtp_packets_enabled": False,
        "t38_fax_gateway_enabled": False,
    },
    "call_recording": {
        "inbound_call_recording_enabled": False,
        "inbound_call_recording_format": "wav",
        "inbound_call_recording_channels": "single",
    },
}
VOICE_FIELDS = frozenset(_VOICE)
"""What `PATCH …/voice` changes, beside the connection."""


def features(offer: Offer) -> list[str]:
    """What the number can do, in Telnyx's words."""
    channels = [channel for channel in ("sms", "mms") if channel in offer.channels]
    return [
        *channels,
        *(["voice", "fax", "hd_voice"] if offer.voice else []),
        *(["emergency"] if offer.voice and offer.e911_capable else []),
        *(["international_sms"] if offer.intl_sms else []),
    ]


def quickship(offer: Offer) -> bool:
    """Whether the number works at once; a toll-free number without voice does not."""
    return offer.number_type != "toll_free" or offer.voice


def rate_center(offer: Offer) -> str:
    """The rate center of a number in the US or Canada, else nothing."""
    return offer.city.upper() if offer.country in {"US", "CA"} else ""


def available(switch: Switches, offer: Offer, *, best_effort: bool) -> dict[str, Any]:
    """A number on offer. It shows neither its type nor its carrier; the country is among its regions."""
    regions = {
        "country_code": offer.country,
        "state": offer.region if offer.country in {"US", "CA"} else "",
        "rate_center": rate_center(offer),
        "location": offer.city,
    }
    shape: dict[str, Any] = {
        "phone_number": offer.number,
        "record_type": "available_phone_number",
        "vanity_format": "",
        "best_effort": best_effort,
        "quickship": quickship(offer),
        "reservable": True,
        "features": [{"name": name} for name in features(offer)],
        "region_information": [{"region_type": kind, "region_name": name} for kind, name in regions.items() if name],
    }
    if switch["prices"] == "present":
        shape["cost_information"] = {
            "upfront_cost": f"{offer.upfront_fee:.2f}",
            "monthly_cost": f"{offer.recurring_fee:.2f}",
            "currency": offer.currency,
        }
    return more(switch, shape)


def number(switch: Switches, lease: Lease, offer: Offer, now: float) -> dict[str, Any]:
    """A number of the login. It shows neither price nor features nor city."""
    bought = lease.leased_at + switch["purchase_skew_s"]
    active = lease.outcome == "success" and not lease.pending(now)
    settings = lease.settings
    shape: dict[str, Any] = {
        "id": lease.lease_id,
        "record_type": "phone_number",
        "phone_number": lease.number,
        "country_iso_alpha2": offer.country,
        "status": _status(switch, lease, now),
        "phone_number_type": _type(switch, lease, offer, now),
        **{key: settings[key] for key in settings if key not in {"voice", "requirement_group_id", "address_id"}},
        "connection_name": None,
        "messaging_profile_name": None,
        "emergency_enabled": False,
        "emergency_address_id": settings["address_id"],
        "emergency_status": "disabled",
        "call_forwarding_enabled": voice(lease)["call_forwarding"]["call_forwarding_enabled"],
        "cnam_listing_enabled": voice(lease)["cnam_listing"]["cnam_listing_enabled"],
        "caller_id_name_enabled": False,
        "call_recording_enabled": voice(lease)["call_recording"]["inbound_call_recording_enabled"],
        "t38_fax_gateway_enabled": False,
        "inbound_call_screening": "disabled",
        "source_type": "number_order",
        "purchased_at": millis(bought),
        "created_at": millis(bought),
        "updated_at": millis(bought),
        "activated_at": millis(max(bought, lease.settles_at or 0.0)) if active else None,
    }
    return more(switch, shape)


def messaging(lease: Lease, offer: Offer) -> dict[str, Any]:
    """The messaging settings of a number."""
    there = {"domestic_two_way": True, "international_inbound": True, "international_outbound": offer.intl_sms}
    capable = {kind: there if kind in offer.channels else None for kind in ("sms", "mms")}
    return {
        "id": lease.lease_id,
        "record_type": "messaging_settings",
        "phone_number": lease.number,
        "messaging_profile_id": lease.settings["messaging_profile_id"],
        "country_code": offer.country,
        "type": "toll-free" if offer.number_type == "toll_free" else "long-code",
        "eligible_messaging_products": ["A2P"],
        "messaging_product": "A2P",
        "traffic_type": "A2P",
        "tags": lease.settings["tags"],
        "features": capable,
        "health": None,
        "created_at": millis(lease.leased_at),
        "updated_at": millis(lease.leased_at),
    }


def voice(lease: Lease) -> dict[str, Any]:
    """The voice settings of a number."""
    return {
        "id": lease.lease_id,
        "record_type": "voice_settings",
        "phone_number": lease.number,
        "connection_id": lease.settings["connection_id"],
        "customer_reference": lease.settings["customer_reference"],
        **_VOICE,
        **lease.settings["voice"],
    }


def more(switch: Switches, shape: dict[str, Any]) -> dict[str, Any]:
    """The object, with a field nobody has heard of where the switch wants it."""
    return {**shape, "since_tomorrow": {"x": [1, None]}} if switch["unknown_fields"] else shape


def millis(epoch: float) -> str:
    """A time as numbers show it."""
    return utc(epoch).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def micros(epoch: float) -> str:
    """A time as orders show it."""
    return utc(epoch).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _status(switch: Switches, lease: Lease, now: float) -> str:
    status = lease.status or _true_status(lease, now)
    return status.replace("-", "_") if switch["status_form"] == "underscores" else status


def _true_status(lease: Lease, now: float) -> str:
    if lease.pending(now):
        return "requirement-info-pending" if lease.waits_for else "purchase-pending"
    if lease.held(now):
        return "active"
    return "deleted" if lease.outcome == "success" else "purchase-failed"


def _type(switch: Switches, lease: Lease, offer: Offer, now: float) -> str:
    if now < lease.leased_at + switch["raw_type_s"]:
        return "tollfree" if offer.number_type == "toll_free" else "longcode"
    return offer.number_type
