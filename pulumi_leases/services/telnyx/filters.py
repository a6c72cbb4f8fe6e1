"""The part of a search that Telnyx itself filters by.

All of it is held against each offer again: a filter that Telnyx does not know it ignores
(https://github.com/team-telnyx/telnyx-node/issues/289).

Filters: https://developers.telnyx.com/docs/numbers/phone-numbers/number-search
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers

from ...domain.search import region_of

if TYPE_CHECKING:
    from ...domain.search import NumberSearch
    from ..base import Query

COUNTRY = "filter[country_code]"
NUMBER_TYPE = "filter[phone_number_type]"
STARTS_WITH = "filter[phone_number][starts_with]"
CONTAINS = "filter[phone_number][contains]"
TOLL_FREE = "toll_free"
_MOST = ("filter[limit]", "100")
_WITH_STATES = frozenset({"US", "CA"})


def query_of(search: NumberSearch) -> Query:
    """Write what to ask for: no near misses, and nothing that the account has just let go of."""
    country = search.country or (_country_of(search.prefix) if search.prefix else None)
    digits = _national(country, max(search.prefix or "", search.start or "", key=len))
    by_area = search.area_code is not None and not len(search.prefix or "") > len(search.start or "")
    asked = {
        COUNTRY: country,
        "filter[national_destination_code]": digits if by_area else None,
        STARTS_WITH: None if by_area else digits,
        CONTAINS: search.contains if search.contains and not _may_span(country, search.contains) else None,
        NUMBER_TYPE: search.number_type and search.number_type.casefold(),
        "filter[features]": ",".join(search.capabilities),
        "filter[locality]": search.city,
        "filter[administrative_area]": search.region if country in _WITH_STATES else None,
    }
    fixed = (("filter[best_effort]", "false"), ("filter[exclude_held_numbers]", "true"), _MOST)
    return (*((name, value) for name, value in asked.items() if value), *fixed)


def queries_for(number: str) -> tuple[Query, ...]:
    """Write how one number is asked for, the surest way first: there is no call for one number."""
    parsed = phonenumbers.parse(number)
    country = region_of(number)
    asked = {COUNTRY: country} if country else {}
    if is_toll_free(number):
        asked[NUMBER_TYPE] = TOLL_FREE
    common = (("filter[best_effort]", "false"), _MOST)
    whole = number.removeprefix(f"+{parsed.country_code}")
    return (
        (*asked.items(), (STARTS_WITH, whole), *common),
        (*asked.items(), (CONTAINS, str(parsed.national_number)), *common),
    )


def is_toll_free(number: str) -> bool:
    """Whether the numbering plan has a number as toll-free."""
    return phonenumbers.number_type(phonenumbers.parse(number)) == phonenumbers.PhoneNumberType.TOLL_FREE


def _national(country: str | None, start: str) -> str:
    """Take the country code off the start of a number."""
    code = f"+{phonenumbers.country_code_for_region(country)}" if country else ""
    return start[len(code) :] if code and start.startswith(code) else ""


def _may_span(country: str | None, digits: str) -> bool:
    """Whether some digits of a number may lie, wholly or in part, in its country code, which Telnyx does not search."""
    if country is None:
        return True
    code = str(phonenumbers.country_code_for_region(country))
    return digits in code or any(digits.startswith(code[at:]) for at in range(len(code)))


def _country_of(prefix: str) -> str | None:
    """Find the country of numbers with this start; the first of those that share a code, unless more digits decide."""
    codes = (prefix[1 : 1 + length] for length in (1, 2, 3))
    code = next((int(code) for code in codes if int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), None)
    if code is None:
        return None
    regions = phonenumbers.region_codes_for_country_code(code)
    for region in regions:
        example = phonenumbers.example_number(region)
        whole = f"+{code}{example.national_number}" if example else ""
        own = region_of(prefix + whole[len(prefix) :]) if len(prefix) < len(whole) else None
        if own in regions:
            return own
    return next((region for region in regions if region in phonenumbers.SUPPORTED_REGIONS), None)
