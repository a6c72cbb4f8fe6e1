"""How Twilio writes offers, numbers, lists and errors as JSON, under the switches in force."""

from email.utils import format_datetime
from functools import cache
from typing import Any

import phonenumbers

from pulumi_leases.emulator.clock import utc
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.switches import Switches
from pulumi_leases.emulator.twilio.filters import NORTH_AMERICA, receives_fax
from pulumi_leases.emulator.twilio.places import PLACES

VERSION = "2010-04-01"
ERRORS_URL = "https://www.twilio.com/docs/errors/"


def offer(switch: Switches, on_offer: Offer, address: str) -> dict[str, Any]:
    """A number as a search shows it. Outside of the US and Canada hardly anything is known of its place."""
    known = on_offer.country in NORTH_AMERICA
    place = PLACES.get(on_offer.city)
    upper = switch["capability_keys"] == "upper"
    capable = capabilities(on_offer)
    shape = {
        "friendly_name": format_number(on_offer.number),
        "phone_number": on_offer.number,
        "lata": place and place.lata,
        "rate_center": place and place.rate_center,
        "latitude": place and f"{place.latitude:.6f}",
        "longitude": place and f"{place.longitude:.6f}",
        "locality": on_offer.city or None,
        "region": (on_offer.region if known else on_offer.city) or None,
        "postal_code": place and place.postal_code,
        "iso_country": on_offer.country,
        "address_requirements": address,
        "beta": "beta" in on_offer.requirements,
        "capabilities": {key.upper() if upper and key in {"sms", "mms"} else key: one for key, one in capable.items()},
    }
    return add_unknown(switch, shape)


def number(
    switch: Switches, on_offer: Offer, lease: Lease, *, address: str, emergency: str, updated: float
) -> dict[str, Any]:
    """A number that the account owns. `emergency` is the status of its emergency address, `updated` its last change."""
    settings = {name: value for name, value in lease.settings.items() if name != "messaging_service_sid"}
    shape: dict[str, Any] = {
        "sid": lease.lease_id,
        "account_sid": lease.login,
        "phone_number": lease.number,
        **settings,
        "friendly_name": name_of(lease),
        "address_requirements": address,
        "beta": "beta" in on_offer.requirements,
        "capabilities": capabilities(on_offer),
        "date_created": format_date(lease.leased_at),
        "date_updated": format_date(updated),
        "emergency_status": "Active" if emergency == "registered" else "Inactive",
        "emergency_address_status": emergency,
        "status": lease.status or "in-use",
        "uri": f"/{VERSION}/Accounts/{lease.login}/IncomingPhoneNumbers/{lease.lease_id}.json",
    }
    if switch["type"] != "absent":
        kind = on_offer.number_type
        shape["type"] = kind.replace("toll_free", "tollFree") if switch["type"] == "camel" else kind
    return add_unknown(switch, shape)


def name_of(lease: Lease) -> str:
    """The name that was given to the number, or the one that it has by itself."""
    name = lease.settings["friendly_name"]
    return format_number(lease.number) if name is None else str(name)


def capabilities(on_offer: Offer) -> dict[str, bool]:
    """What the number can do."""
    messages = {channel: channel in on_offer.channels for channel in ("sms", "mms")}
    return {"voice": on_offer.voice, **messages, "fax": receives_fax(on_offer)}


def error(switch: Switches, status: int, code: int, text: str) -> dict[str, Any]:
    """The body of a refusal."""
    if switch["error_shape"] == "problem":
        title = text.split(":", maxsplit=1)[0]
        shape = {"type": f"{ERRORS_URL}{code}", "title": title, "status": status, "code": code, "detail": text}
    else:
        shape = {"code": code, "message": text, "more_info": f"{ERRORS_URL}{code}", "status": status}
    return add_unknown(switch, shape)


@cache
def format_number(e164: str) -> str:
    """The number as Twilio names it by itself: `(201) 555-0123` in North America, else E.164."""
    parsed = phonenumbers.parse(e164)
    if parsed.country_code != 1:
        return e164
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def format_date(epoch: float) -> str:
    """A date as RFC 2822 writes it, to the second: `Thu, 30 Jul 2015 23:19:04 +0000`."""
    return format_datetime(utc(int(epoch)))


def add_unknown(switch: Switches, shape: dict[str, Any]) -> dict[str, Any]:
    """The shape, with a field that nobody has heard of if that switch is on."""
    return {**shape, "since_tomorrow": {"x": [1, None]}} if switch["unknown_fields"] else shape
