"""What a program asks for: every spelling that is taken, and every wrong input with its message."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_leases.domain.errors import InvalidInput
from pulumi_leases.domain.models import Number
from pulumi_leases.leasing.inputs import (
    IntentInputs,
    NumberInputs,
    e164,
    normal,
    unknown_range_warning,
    validate,
)
from pulumi_leases.services import SERVICES

NUMBER = "+12015550123"
CAPABILITIES = "'sms', 'mms', 'voice', 'rcs', 'imessage' or 'whatsapp'"
CRITERIA = (
    "area_code, capabilities, carrier, city, contains, country, max_previous_owners, min_reputation, number_type, "
    "order_by, prefix, region"
)


@pytest.mark.parametrize(
    "spelling",
    [
        NUMBER,
        " +1 (201) 555-0123 ",
        "+1.201.555.0123",
        "+1 201-555-0123\n",
        "tel:+1-201-555-0123",
        "".join(chr(ord(letter) + 0xFEE0) for letter in NUMBER),  # the wide forms of East Asian keyboards
        "+1\u00a0201\u2011555\u20110123",
    ],
)
def test_any_spelling_of_a_number_is_written_as_e164(spelling: str) -> None:
    """A number is one number, however it is written."""
    assert e164(spelling) == NUMBER
    assert validate(IntentInputs, {"number": spelling}).number == NUMBER


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("+44 20 7946 0123", "+442079460123"),
        ("+49 (0)30 23125 123", "+493023125123"),
        ("+39 06 1234 5678", "+390612345678"),
        ("+800 1234 5678", "+80012345678"),
        ("+1 800 FLOWERS", "+18003569377"),
    ],
)
def test_numbers_of_any_plan_are_taken(spelling: str, number: str) -> None:
    """Trunk zeros, Italian zeros, numbers of no country, letters."""
    assert e164(spelling) == number


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.sampled_from([0, 1, 3]))
def test_any_valid_number_survives(country: str, form: int) -> None:
    """Formatted internationally by anybody and read here it is the same number."""
    example = phonenumbers.example_number(country)
    if example is None:
        return
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert e164(phonenumbers.format_number(example, form if form != 3 else phonenumbers.PhoneNumberFormat.RFC3966))
    assert e164(number) == number


@pytest.mark.parametrize("number", ["+15550123456", "+449999999999"])
def test_a_number_of_an_unknown_range_is_taken_with_a_warning(number: str) -> None:
    """Ranges are younger than packages: what is possible is taken, and reported."""
    assert validate(IntentInputs, {"number": number}).number == number
    warning = unknown_range_warning(number)
    assert warning is not None
    assert f"{number} is in no range of a numbering plan that this version knows" in warning
    assert unknown_range_warning(NUMBER) is None


@pytest.mark.parametrize(
    ("spelling", "message"),
    [
        ("", "'' is not a phone number: write it as E.164, such as +12015550123"),
        ("201 555 0123", "'201 555 0123' is not a phone number: write it as E.164, such as +12015550123"),
        ("0012015550123", "'0012015550123' is not a phone number: write it as E.164, such as +12015550123"),
        ("support", "'support' is not a phone number: write it as E.164, such as +12015550123"),
        ("+1201555", "'+1201555' is not a valid phone number of any country"),
        ("+1 201 555 01234", "'+1 201 555 01234' is not a valid phone number of any country"),
        ("+999123456789", "'+999123456789' is not a phone number: write it as E.164, such as +12015550123"),
    ],
)
def test_what_is_no_number_is_refused(spelling: str, message: str) -> None:
    """A number without its country is anybody's guess, and is refused."""
    with pytest.raises(InvalidInput) as caught:
        validate(IntentInputs, {"number": spelling})
    assert (caught.value.property, str(caught.value)) == ("number", f"number: {message}")


INTENT_INPUTS = "account, adopt, lease_again, max_monthly_rate, max_upfront_fee, number, search, service"
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({}, "", "give exactly one of number and search"),
    ({"number": NUMBER, "search": {}}, "", "give exactly one of number and search"),
    ({"number": None, "search": None}, "", "give exactly one of number and search"),
    ({"search": {"country": "US"}, "adopt": True}, "", "adopt needs the number that is to be taken over"),
    ({"number": 12015550123.0}, "number", "number: must be text, in quotes"),
    ({"number": [NUMBER]}, "number", "number: must be text, in quotes"),
    ({"search": "US"}, "search", "search: must be given by its parts, as a mapping"),
    ({"search": {"areaCode": "201"}}, "search", f"search.areaCode: is not known; there are {CRITERIA}"),
    (
        {"search": {"country": "USA"}},
        "search",
        "search.country: must be an ISO 3166 alpha-2 code such as US, not 'USA'",
    ),
    ({"search": {"country": 1.0}}, "search", "search.country: must be text, in quotes"),
    ({"search": {"capabilities": "sms"}}, "search", "search.capabilities: must be a list"),
    (
        {"search": {"capabilities": ["sms", "fax"]}},
        "search",
        f"search.capabilities.1: Input should be {CAPABILITIES}",
    ),
    ({"search": {"area_code": "201"}}, "search", "search: area_code needs country beside it"),
    ({"search": {"area_code": 201.0, "country": "US"}}, "search", "search.area_code: must be text, in quotes"),
    (
        {"search": {"area_code": "(201)", "country": "US"}},
        "search",
        "search.area_code: must be digits only, such as 201, not '(201)'",
    ),
    (
        {"search": {"prefix": "1201"}},
        "search",
        "search.prefix: must be the start of an E.164 number such as +1201, not '1201'",
    ),
    (
        {"search": {"prefix": "+1201", "country": "GB"}},
        "search",
        "search: prefix +1201 contradicts country and area_code, which start with +44",
    ),
    ({"search": {"contains": "CALL"}}, "search", "search.contains: must be digits only, such as 201, not 'CALL'"),
    ({"search": {"city": ""}}, "search", "search.city: String should have at least 1 character"),
    (
        {"search": {"min_reputation": 87.0}},
        "search",
        "search.min_reputation: Input should be less than or equal to 1",
    ),
    (
        {"search": {"max_previous_owners": 1.5}},
        "search",
        "search.max_previous_owners: Input should be a valid integer, got a number with a fractional part",
    ),
    (
        {"search": {"order_by": "cost"}},
        "search",
        "search.order_by: Input should be 'price', 'reputation' or 'number'",
    ),
    (
        {"number": NUMBER, "service": "nobody"},
        "service",
        f"service: must be one of {', '.join(sorted(SERVICES))}, not 'nobody'",
    ),
    ({"number": NUMBER, "account": 1.0}, "account", "account: must be text, in quotes"),
    ({"number": NUMBER, "lease_again": 7.0}, "lease_again", "lease_again: must be text, in quotes"),
    (
        {"number": NUMBER, "max_monthly_rate": -1.0},
        "max_monthly_rate",
        "max_monthly_rate: Input should be greater than or equal to 0",
    ),
    (
        {"number": NUMBER, "max_upfront_fee": "5 USD"},
        "max_upfront_fee",
        "max_upfront_fee: Input should be a valid decimal",
    ),
    (
        {"number": NUMBER, "max_upfront_fee": float("inf")},
        "max_upfront_fee",
        "max_upfront_fee: Input should be a finite number",
    ),
    (
        {"number": NUMBER, "numbr": NUMBER},
        "numbr",
        f"numbr: is not known; there are {INTENT_INPUTS}",
    ),
]


@pytest.mark.parametrize(("props", "property_", "message"), WRONG)
def test_the_error_of_a_wrong_input_names_its_property_and_what_would_be_right(
    props: dict[str, Any], property_: str, message: str
) -> None:
    """One line, on the input that the program gave."""
    with pytest.raises(InvalidInput) as caught:
        validate(IntentInputs, props)
    assert (caught.value.property, str(caught.value)) == (property_, message)


@pytest.mark.parametrize(
    ("props", "message"),
    [
        ({"billing_method": 1.0}, "billing_method: must be text, in quotes"),
        ({"failover": True}, "failover: must be given by its parts, as a mapping"),
        ({"failover": {}}, "failover.enabled: Field required"),
        ({"failover": {"enabled": True, "mode": "some"}}, "failover.mode: Input should be 'all' or 'selective'"),
        ({"failover": {"enabled": True, "mode": "selective"}}, "failover: selective failover needs numbers"),
        ({"failover": {"enabled": True, "numbers": NUMBER}}, "failover.numbers: must be a list"),
        (
            {"failover": {"enabled": True, "numbers": [NUMBER, "1"]}},
            "failover.numbers.1: what is given is not a phone number: write it as E.164, such as +12015550123",
        ),
        (
            {"failover": {"enabled": True, "after_s": 5}},
            "failover.after_s: is not known; there are enabled, mode, numbers",
        ),
        ({"voice": "https://example.com"}, "voice: must be given by its parts, as a mapping"),
        (
            {"voice": {"urls": "https://example.com"}},
            "voice.urls: is not known; there are application, connection, fallback_method, fallback_url, method, trunk, url",
        ),
        (
            {"voice": {"url": "calls.example.com/s3cret"}},
            'voice.url: must be an http or https address, or "" to take it off',
        ),
        (
            {"messaging": {"fallback_url": "ftp://example.com"}},
            'messaging.fallback_url: must be an http or https address, or "" to take it off',
        ),
        (
            {"status_callback": {"url": "https://["}},
            'status_callback.url: must be an http or https address, or "" to take it off',
        ),
        ({"voice": {"method": "PUT"}}, "voice.method: Input should be 'GET' or 'POST'"),
        ({"messaging": {"service": 5.0}}, "messaging.service: must be text, in quotes"),
        ({"tags": "desk"}, "tags: must be a list"),
        ({"tags": [1.0]}, "tags.0: must be text, in quotes"),
        ({"label": 5.0}, "label: must be text, in quotes"),
        (
            {"requirements": {"adress": "AD1"}},
            "requirements.adress: is not known; there are address, bundle, group, identity",
        ),
    ],
)
def test_a_wrong_order_names_its_property_and_what_would_be_right(props: dict[str, Any], message: str) -> None:
    """As for an intent, on the part that is wrong."""
    with pytest.raises(InvalidInput) as caught:
        validate(NumberInputs, props)
    assert (caught.value.property, str(caught.value)) == (next(iter(props)), message)


def test_inputs_are_written_without_what_was_not_said() -> None:
    """The state holds what the program says, normalised, with plain numbers."""
    props = {
        "search": {"country": "us", "capabilities": ["sms", "mms", "sms"], "max_previous_owners": 2.0},
        "max_monthly_rate": 5.0,
        "max_upfront_fee": 0.1,
        "account": None,
        "adopt": False,
    }
    assert normal(validate(IntentInputs, props)) == {
        "search": {"country": "US", "capabilities": ["mms", "sms"], "max_previous_owners": 2},
        "max_monthly_rate": 5.0,
        "max_upfront_fee": 0.1,
    }


@pytest.mark.parametrize(
    "props",
    [
        {"number": "+1 201 555 0123", "adopt": True, "service": "contiguity", "account": "eu"},
        {"search": {}, "lease_again": "lsd_1", "max_monthly_rate": 0.1},
        {"search": {"country": "US", "area_code": "201", "order_by": "reputation", "min_reputation": 0.5}},
    ],
)
def test_written_inputs_are_the_same_inputs(props: dict[str, Any]) -> None:
    """What the state holds reads as what was asked, so that nothing seems changed in the next run."""
    asked = validate(IntentInputs, props)
    assert validate(IntentInputs, normal(asked)) == asked
    assert normal(validate(IntentInputs, normal(asked))) == normal(asked)


def test_a_failover_is_written_whole() -> None:
    """The vendor does not say what leaving a key out means, so none is left out."""
    order = validate(NumberInputs, {"failover": {"enabled": True}})
    assert normal(order) == {"failover": {"enabled": True, "mode": "all", "numbers": []}}
    order = validate(NumberInputs, {"failover": {"enabled": True, "mode": "selective", "numbers": ["+1 201 555 0124"]}})
    assert normal(order)["failover"]["numbers"] == ["+12015550124"]


def test_limits_are_held_exactly() -> None:
    """A price at the limit is within it; an unknown one exceeds any limit."""
    for asked in (
        validate(IntentInputs, {"max_monthly_rate": 0.3, "number": NUMBER}),
        validate(NumberInputs, {"max_monthly_rate": 0.3}),
    ):
        limits = asked.limits
        at_limit = Number(number=NUMBER, currency="USD", monthly_rate=Decimal("0.3"))
        assert limits.find_exceeded_limit(at_limit) is None
        above = limits.find_exceeded_limit(at_limit.model_copy(update={"monthly_rate": Decimal("0.31")}))
        assert above == ("max_monthly_rate", f"{NUMBER}: monthly_rate 0.31 USD is above max_monthly_rate 0.3")
        unpriced = limits.find_exceeded_limit(Number(number=NUMBER))
        assert unpriced is not None
        assert unpriced[1] == f"{NUMBER}: the service does not tell the monthly_rate, and max_monthly_rate is 0.3"
