"""The criteria of a search, and whether a number fits them."""

from __future__ import annotations

from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pulumi_leases.domain.models import Number
from pulumi_leases.domain.search import AT_CHOICE, NumberSearch, region_of, unmet_criterion

LONDON = Number(
    number="+442079460123",
    country="GB",
    region="ENG",
    city="London",
    carrier="International Partner",
    number_type="local",
    capabilities=("mms", "sms"),
)


@pytest.mark.parametrize(
    "criteria",
    [
        {},
        {"country": "GB"},
        {"country": "gb"},
        {"capabilities": ["sms"]},
        {"capabilities": ["sms", "mms", "sms"]},
        {"country": "GB", "area_code": "20"},
        {"country": "GB", "area_code": "020"},
        {"prefix": "+4420"},
        {"prefix": "+442079460123"},
        {"contains": "7946"},
        {"contains": "44"},
        {"region": "eng"},
        {"city": "LONDON"},
        {"carrier": "International partner"},
        {"number_type": "Local"},
        {"min_reputation": 0.99, "max_previous_owners": 0, "order_by": "reputation"},
    ],
)
def test_a_number_that_meets_all_fits(criteria: dict[str, Any]) -> None:
    """Case does not matter, nor what counts at choice only."""
    assert unmet_criterion(NumberSearch(**criteria), LONDON) is None


@pytest.mark.parametrize(
    ("criteria", "named"),
    [
        ({"country": "US"}, "country"),
        ({"capabilities": ["sms", "voice"]}, "capabilities"),
        ({"country": "GB", "area_code": "161"}, "area_code"),
        ({"prefix": "+4421"}, "prefix"),
        ({"prefix": "+4420794601234"}, "prefix"),
        ({"contains": "555"}, "contains"),
        ({"region": "SCT"}, "region"),
        ({"city": "Leeds"}, "city"),
        ({"carrier": "Contiguity"}, "carrier"),
        ({"number_type": "mobile"}, "number_type"),
    ],
)
def test_a_number_that_misses_one_does_not_fit(criteria: dict[str, Any], named: str) -> None:
    """The criterion that is missed is named."""
    assert unmet_criterion(NumberSearch(**criteria), LONDON) == named


@pytest.mark.parametrize(
    ("criteria", "text"),
    [
        ({"country": "uk"}, "must be an ISO 3166 alpha-2 code: the United Kingdom is GB, not 'uk'"),
        (
            {"country": "GB", "max_monthly_rate": 5},
            "max_monthly_rate is no criterion of a search: give it beside search, not in it",
        ),
    ],
)
def test_the_error_of_a_natural_mistake_says_what_is_meant(criteria: dict[str, Any], text: str) -> None:
    """The everyday name of a country, and a limit that belongs beside the search."""
    with pytest.raises(ValidationError) as refused:
        NumberSearch(**criteria)

    assert [fault["msg"] for fault in refused.value.errors()] == [f"Value error, {text}"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Zu\u0308rich", "Z\u00fcrich"),
        ("Z\u00fcrich", "ZU\u0308RICH"),
        ("Stra\u00dfe", "STRASSE"),
        ("\u0130zmir", "i\u0307zmi\u0072"),
    ],
)
def test_a_place_is_the_same_however_its_letters_are_written(written: str, said: str) -> None:
    """Accents composed or not, in any case: what a service and a keyboard write differently is one name."""
    number = Number(
        number="+41446681800", country="ch", city=written, region=written, carrier=written, number_type=written
    )
    search = NumberSearch(country="ch", city=said, region=said, carrier=said, number_type=said)
    assert unmet_criterion(search, number) is None
    assert unmet_criterion(NumberSearch(city="Zurich"), number) == "city"


@pytest.mark.parametrize("criterion", ["country", "capabilities", "region", "city", "carrier", "number_type"])
def test_an_unknown_property_meets_no_criterion(criterion: str) -> None:
    """Silence of the service is not a yes."""
    said: dict[str, Any] = {"country": "GB", "capabilities": ["sms"]}
    assert (
        unmet_criterion(NumberSearch(**{criterion: said.get(criterion, "x")}), Number(number=LONDON.number))
        == criterion
    )


@pytest.mark.parametrize(
    ("country", "area_code", "start"),
    [
        ("US", None, "+1"),
        ("US", "201", "+1201"),
        ("GB", "20", "+4420"),
        ("GB", "020", "+4420"),
        ("DE", "030", "+4930"),
        ("IT", "06", "+3906"),
        ("RU", "812", "+7812"),
    ],
)
def test_an_area_code_starts_the_number(country: str, area_code: str | None, start: str) -> None:
    """With or without the zero that is dialled inside the country; where the zero belongs to the number it stays."""
    assert NumberSearch(country=country, area_code=area_code).start == start


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_an_example_of_any_country_is_of_that_country(country: str) -> None:
    """The start of a country is the start of its numbers, and their region is one that a search takes."""
    example = phonenumbers.example_number(country)
    if example is None:
        return
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert number.startswith(NumberSearch(country=country).start or "?")
    assert NumberSearch(country=region_of(number)).country is not None


@pytest.mark.parametrize("number", ["+80012345678", "+870773111632"])
def test_a_number_of_no_country_has_none(number: str) -> None:
    """International numbers can be asked for by number; no search by country finds them."""
    assert region_of(number) is None


@pytest.mark.parametrize(("prefix", "country"), [("+1201", "US"), ("+1", "US"), ("+44", "GB")])
def test_a_prefix_may_repeat_the_country(prefix: str, country: str) -> None:
    """Shorter or longer than the country's code, as long as they agree."""
    assert NumberSearch(prefix=prefix, country=country).prefix == prefix


def test_what_was_said_is_known() -> None:
    """A default that is not said is no criterion."""
    assert NumberSearch().given == frozenset()
    assert NumberSearch(country="US", order_by="price").given == {"country"}
    assert NumberSearch(order_by="number", min_reputation=0.5).given <= AT_CHOICE


def test_capabilities_are_a_set() -> None:
    """The order in which a program says them changes nothing."""
    assert NumberSearch(capabilities=("sms", "mms", "sms")) == NumberSearch(capabilities=("mms", "sms"))
