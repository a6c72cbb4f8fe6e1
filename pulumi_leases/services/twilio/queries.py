"""A search as Twilio's filters: the country and the types in the path, everything else that it can filter by pushed down.

A search shows some thirty numbers in no order (https://github.com/twilio/twilio-node/issues/316): what is only looked at
afterwards may miss all that fit. Filters: https://www.twilio.com/docs/phone-numbers/api/availablephonenumberlocal-resource
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import PhoneNumberType

from ...domain.errors import InvalidInput

if TYPE_CHECKING:
    from ...domain.search import NumberSearch
    from ..base import Query

TYPES = {
    "local": "Local",
    "mobile": "Mobile",
    "toll_free": "TollFree",
    "national": "National",
    "shared_cost": "SharedCost",
    "voip": "Voip",
    "machine_to_machine": "MachineToMachine",
}
"""The types of numbers, with what the path of a search calls them."""

COUNTRY, NUMBER_TYPES = "country", "types"
"""Parts of a query that are in the path of the call."""

_USUAL = ("local", "mobile", "toll_free")
_NORTH_AMERICA = frozenset({"US", "CA"})
_CAPABLE = {"sms": "SmsEnabled", "mms": "MmsEnabled", "voice": "VoiceEnabled"}
_PLANS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.VOIP: "national",
    PhoneNumberType.UAN: "national",
}
_SHORTEST = 2
"""Digits that a pattern has at least."""


def build_query(search: NumberSearch) -> Query:
    """Write what Twilio filters by.

    Raises:
        InvalidInput: It searches by country, and the search names none; or there is no such type.
    """
    country = search.country or _country_of(search.prefix or "")
    if country is None:
        raise InvalidInput(
            "search", "twilio searches by country: say `country`, or a `prefix` that belongs to one, such as +4420"
        )
    places = {"InRegion": (search.region or "").upper(), "InLocality": search.city or ""}
    if country not in _NORTH_AMERICA or not re.fullmatch("[A-Z]{2}", places["InRegion"]):
        del places["InRegion"]  # two letters, and heeded in these countries only
    return (
        (COUNTRY, country),
        (NUMBER_TYPES, " ".join(_types(search))),
        *((parameter, "true") for name, parameter in _CAPABLE.items() if name in search.capabilities),
        *_patterns(search, country).items(),
        *((parameter, value) for parameter, value in places.items() if value),
    )


def query_of(number: str) -> Query:
    """Write the query for one number: in the type that its numbering plan says first, then in the others."""
    parsed = phonenumbers.parse(number)
    first = _PLANS.get(phonenumbers.number_type(parsed), "local")
    types = dict.fromkeys((first, *_USUAL, "national"))
    country = phonenumbers.region_code_for_number(parsed) or _country_of(number) or ""
    return ((COUNTRY, country), (NUMBER_TYPES, " ".join(types)), ("Contains", number))


def _types(search: NumberSearch) -> tuple[str, ...]:
    if search.number_type is None:
        return _USUAL
    wanted = search.number_type.casefold()
    if wanted not in TYPES:
        raise InvalidInput("search", f"number_type of twilio is one of {', '.join(TYPES)}, not {search.number_type!r}")
    return (wanted,)


def _patterns(search: NumberSearch, country: str) -> dict[str, str]:
    """Write how the number starts and what it contains; there is one pattern only, and area codes in North America."""
    start = max(search.start or "", search.prefix or "", key=len)
    code = f"+{phonenumbers.country_code_for_region(country)}"
    asked: dict[str, str] = {}
    area = re.match(r"\+1([2-9]\d\d)", start)
    if country in _NORTH_AMERICA and area:
        asked["AreaCode"], code = area[1], area[0]
    if len(start) > len(code):
        asked["Contains"] = start
    elif search.contains and len(search.contains) >= _SHORTEST:
        asked["Contains"] = search.contains
    return asked


def _country_of(prefix: str) -> str | None:
    """Find the country of the start of a number; where several share a code, by a number that starts so."""
    for length in (1, 2, 3):
        code = int(prefix[1 : 1 + length] or 0)
        example = phonenumbers.example_number(phonenumbers.region_code_for_country_code(code))
        if example is not None:
            rest = f"{code}{example.national_number}"[len(prefix) - 1 :]
            found = phonenumbers.region_code_for_number(phonenumbers.parse(prefix + rest))
            return found or phonenumbers.region_code_for_country_code(code)
    return None
