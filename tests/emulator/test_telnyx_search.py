"""Telnyx's search: its filters, what it returns, and what it opens to orders."""

from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Vendor

from .answers import Denial, denial, ordered, payload

NUMBER = "+12015550123"


def search(telnyx: httpx.Client, **filters: Any) -> list[dict[str, Any]]:
    """What a search by these filters returns; `a__b` stands for `filter[a][b]`."""
    params = {f"filter[{name.replace('__', '][')}]": value for name, value in filters.items()}
    found: list[dict[str, Any]] = payload(telnyx.get("/available_phone_numbers", params=params))
    return found


def numbers(telnyx: httpx.Client, **filters: Any) -> list[str]:
    return [one["phone_number"] for one in search(telnyx, **filters)]


def test_offer(telnyx: httpx.Client) -> None:
    """An offer has price, features and regions as documented, and neither type nor carrier nor country."""
    (offer,) = search(telnyx, country_code="US", phone_number__starts_with="2015550123")
    assert offer == {
        "phone_number": NUMBER,
        "record_type": "available_phone_number",
        "vanity_format": "",
        "best_effort": False,
        "quickship": True,
        "reservable": True,
        "features": offer["features"],
        "region_information": [
            {"region_type": "country_code", "region_name": "US"},
            {"region_type": "state", "region_name": "NJ"},
            {"region_type": "rate_center", "region_name": "JERSEY CITY"},
            {"region_type": "location", "region_name": "Jersey City"},
        ],
        "cost_information": {"upfront_cost": "1.00", "monthly_cost": "1.00", "currency": "USD"},
    }
    assert {"name": "sms"} in offer["features"]


@pytest.mark.parametrize(
    ("filters", "prefixes"),
    [
        ({"country_code": "DE", "limit": 50}, ("+49",)),
        ({"country_code": "us", "national_destination_code": "212"}, ("+1212",)),
        ({"country_code": "US", "national_destination_code": "212", "phone_number__starts_with": "5550"}, ("+1212",)),
        ({"country_code": "US", "phone_number__ends_with": "0123"}, ("+1",)),
        ({"country_code": "US", "phone_number__contains": "2125550123"}, ("+1212",)),
        ({"country_code": "US", "phone_number_type": "toll_free"}, ("+1800",)),
        ({"country_code": "AU", "phone_number_type": "mobile"}, ("+614",)),
        ({"locality": "new york"}, ("+1212",)),
        ({"administrative_area": "nj"}, ("+1201",)),
        ({"country_code": "CA", "rate_center": "TORONTO"}, ("+1416",)),
    ],
)
def test_filters(telnyx: httpx.Client, filters: dict[str, Any], prefixes: tuple[str, ...]) -> None:
    """Each filter leaves what fits, and something does."""
    found = numbers(telnyx, **filters)
    assert found
    assert all(number.startswith(prefixes) for number in found)


def test_features_are_asked_for_in_three_forms(telnyx: httpx.Client, vendor: Vendor) -> None:
    """All features that are named must be there: comma-separated, repeated, or with brackets."""
    params: list[dict[str, Any]] = [
        {"filter[features]": "mms,voice"},
        {"filter[features]": ["mms", "voice"]},
        {"filter[features][]": ["mms", "voice"]},
    ]
    found = [
        payload(telnyx.get("/available_phone_numbers", params={"filter[country_code]": "US", **one})) for one in params
    ]
    assert found[0] == found[1] == found[2]
    assert all({"name": "mms"} in one["features"] and {"name": "voice"} in one["features"] for one in found[0])
    assert len(found[0]) < len(vendor.offers("telnyx"))


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"phone_number_type": "landline"}, "10032"),
        ({"features": "sms,smoke"}, "10032"),
        ({"limit": "many"}, "10015"),
        ({"quickship": "perhaps"}, "10015"),
    ],
)
def test_wrong_values_are_refused(telnyx: httpx.Client, filters: dict[str, Any], code: str) -> None:
    """A filter with a value that it cannot have."""
    params = {f"filter[{name}]": value for name, value in filters.items()}
    assert denial(telnyx.get("/available_phone_numbers", params=params)) == Denial(400, code)


def test_misspelt_filters_are_ignored(telnyx: httpx.Client, vendor: Vendor) -> None:
    """They are not errors: other numbers come back. By switch even right ones are ignored, but for the country."""
    assert numbers(telnyx, locale="Berlin") == numbers(telnyx)
    vendor.switch("telnyx", search_filters="ignored")
    assert len(numbers(telnyx, country_code="GB", locality="Berlin")) > 10


def test_limit_and_order(telnyx: httpx.Client, vendor: Vendor) -> None:
    """There are no pages; the limit is capped. The order may be another one each time."""
    assert len(numbers(telnyx, limit=3)) == 3
    assert len(numbers(telnyx)) == len(numbers(telnyx, limit=1000)) == 50
    vendor.switch("telnyx", search_limit=200, search_order="shuffled")
    first, second = numbers(telnyx, country_code="US"), numbers(telnyx, country_code="US")
    assert first != second
    assert set(first) == set(second)


def test_near_misses_are_marked(telnyx: httpx.Client) -> None:
    """With best_effort a search in North America returns other numbers too, and says so."""
    exact = search(telnyx, country_code="US", locality="Newark", best_effort="false")
    near = search(telnyx, country_code="US", locality="Newark", best_effort="true", limit=5)
    assert (exact, [one["best_effort"] for one in near]) == ([], [True] * 5)


@pytest.mark.parametrize("status", [400, 404, 422])
def test_no_coverage(telnyx: httpx.Client, vendor: Vendor, status: int) -> None:
    """A search that finds nothing is an empty list or, by switch, an error."""
    assert numbers(telnyx, locality="Nowhere") == []
    vendor.switch("telnyx", no_coverage=status)
    answer = telnyx.get("/available_phone_numbers", params={"filter[locality]": "Nowhere"})
    assert denial(answer) == Denial(status, "10015")


def test_country_may_be_required(telnyx: httpx.Client, vendor: Vendor) -> None:
    """The guide says so, the API description does not."""
    vendor.switch("telnyx", country="required")
    assert denial(telnyx.get("/available_phone_numbers")) == Denial(400, "10004")
    assert numbers(telnyx, country_code="US")


def test_scattered_digits(telnyx: httpx.Client, vendor: Vendor) -> None:
    """By switch `contains` matches digits with others between them."""
    wanted = {"country_code": "US", "phone_number__contains": "2050123"}
    assert numbers(telnyx, **wanted) == []
    vendor.switch("telnyx", contains="scattered")
    assert NUMBER in numbers(telnyx, **wanted)


@pytest.mark.parametrize(
    ("redacted", "us", "gb"), [("none", False, False), ("foreign", False, True), ("all", True, True)]
)
def test_redacted_numbers(telnyx: httpx.Client, vendor: Vendor, redacted: str, us: bool, gb: bool) -> None:
    """Trial accounts see the beginning of a number only, and cannot order it."""
    vendor.switch("telnyx", redacted=redacted)
    assert numbers(telnyx, country_code="US", limit=1)[0].endswith("xxxxxxx") is us
    assert numbers(telnyx, country_code="GB", limit=1)[0].endswith("xxxxxxx") is gb
    answer = telnyx.post("/number_orders", json={"phone_numbers": [{"phone_number": "+442079460023"}]})
    assert (answer.status_code == 200) is not gb


def test_prices_may_be_absent(telnyx: httpx.Client, vendor: Vendor) -> None:
    """Without prices nothing says what an order costs."""
    vendor.switch("telnyx", prices="absent")
    assert "cost_information" not in search(telnyx, limit=1)[0]


def test_leased_numbers_are_not_found(telnyx: httpx.Client, vendor: Vendor) -> None:
    """Taken, unavailable and unknown numbers look alike; one that was just ordered may be found a little longer."""
    wanted = {"phone_number__starts_with": "2015550123"}
    vendor.switch("telnyx", search_lag_s=60)
    vendor.lease("telnyx", NUMBER)
    assert numbers(telnyx, **wanted) == [NUMBER]
    vendor.clock(advance_s=61)
    assert numbers(telnyx, **wanted) == []
    vendor.change_offer("telnyx", "+12015550124", status="unavailable")
    assert numbers(telnyx, phone_number__starts_with="2015550124") == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
def test_only_searched_numbers_can_be_ordered(telnyx: httpx.Client, vendor: Vendor, status: int) -> None:
    """A search opens what it returned, for a day, to this login."""
    vendor.switch("telnyx", not_searched=status)
    body = {"phone_numbers": [{"phone_number": NUMBER}]}
    refused = Denial(status, "85000")
    assert denial(telnyx.post("/number_orders", json=body)) == refused
    other = {"Authorization": f"Bearer {vendor.telnyx_key('other')}"}
    telnyx.get("/available_phone_numbers", params={"filter[country_code]": "US"}, headers=other)
    assert denial(telnyx.post("/number_orders", json=body)) == refused
    assert NUMBER not in numbers(telnyx, country_code="US", national_destination_code="212")
    assert denial(telnyx.post("/number_orders", json=body)) == refused
    assert NUMBER in numbers(telnyx, country_code="US")
    vendor.clock(advance_s=86_401)
    assert denial(telnyx.post("/number_orders", json=body)) == refused
    assert vendor.charges() == []
    assert ordered(telnyx, NUMBER)["status"] == "pending"


@pytest.mark.parametrize("gate", ["anybody", "open"])
def test_other_gates(telnyx: httpx.Client, vendor: Vendor, gate: str) -> None:
    """By switch another login's search opens a number, or none is needed."""
    vendor.switch("telnyx", gate=gate)
    if gate == "anybody":
        other = {"Authorization": f"Bearer {vendor.telnyx_key('other')}"}
        telnyx.get("/available_phone_numbers", params={"filter[country_code]": "US"}, headers=other)
    payload(telnyx.post("/number_orders", json={"phone_numbers": [{"phone_number": NUMBER}]}))
