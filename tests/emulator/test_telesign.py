"""TeleSign's calls as documented, its signatures, and what its switches change."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Vendor

from .answers import elements, rejection

NUMBER = "+12015550123"
FORM = {"country_iso2": "US", "phone_number": "12015550123"}
FORM_TYPE = "application/x-www-form-urlencoded"


def lease(telesign: httpx.Client, form: dict[str, str] = FORM) -> dict[str, Any]:
    (element,) = elements(telesign.post("/leases", data=form))
    return element


def test_a_lease_from_search_to_end(telesign: httpx.Client, vendor: Vendor) -> None:
    """The whole life of a lease in documented shapes, charged once."""
    found = elements(telesign.get("/numbers", params={"country_iso2": "US", "page_size": "100"}))
    (offer,) = [one for one in found if one["phone_number"] == "12015550123"]
    assert offer == {
        "phone_number": "12015550123",
        "country_iso2": "US",
        "capabilities": {"sms": True, "voice": True},
        "number_type": "local",
        "setup_price": 1.1,
        "recurring_price": 0.9,
        "price_currency": "USD",
        "recurrence_period": 1,
    }
    leased = lease(telesign)
    assert {key: value for key, value in leased.items() if key != "lease"} == offer
    assert isinstance(leased["lease"]["lease_id"], int)
    created = datetime.fromisoformat(leased["lease"]["created_on_utc"].replace("Z", "+00:00"))
    assert created.timestamp() == pytest.approx(vendor.leases()[0].leased_at, abs=1e-5)
    assert leased["lease"]["expires_on_utc"] is None
    assert elements(telesign.get("/leases")) == [leased]
    assert vendor.leased("telesign", vendor.customer())[NUMBER].lease_id == str(leased["lease"]["lease_id"])

    assert elements(telesign.delete(f"/leases/{leased['lease']['lease_id']}")) == [leased]
    assert elements(telesign.get("/leases")) == []
    assert vendor.state().charged == {"USD": 2.0}
    assert [(call.operation, call.number) for call in vendor.journal()][1:4:2] == [
        ("lease", NUMBER),
        ("cancel", NUMBER),
    ]


def test_vendors_keep_their_own_leases(telesign: httpx.Client, contiguity: httpx.Client, vendor: Vendor) -> None:
    """The same number can be leased once at each vendor."""
    lease(telesign)
    assert contiguity.post(f"/lease/{NUMBER}").status_code == 200
    assert {one.vendor for one in vendor.leases()} == {"contiguity", "telesign"}
    with pytest.raises(AssertionError, match="more than once"):
        vendor.leased()


def test_search_filters(telesign: httpx.Client) -> None:
    """Each filter narrows, in any case; false means only numbers without the capability."""
    every = elements(telesign.get("/numbers", params={"page_size": "100"}))
    assert len(every) == 100
    for voice in ("TRUE", "true", "FALSE"):
        params = {"country_iso2": "GB", "sms_capable": "TRUE", "voice_capable": voice}
        found = elements(telesign.get("/numbers", params=params))
        assert found
        assert {one["country_iso2"] for one in found} == {"GB"}
        assert {(one["capabilities"]["sms"], one["capabilities"]["voice"]) for one in found} == {
            (True, voice.upper() == "TRUE")
        }
    assert elements(telesign.get("/numbers", params={"country_iso2": "ZZ"})) == []


@pytest.mark.parametrize(
    "params", [{"page": "0"}, {"page": "x"}, {"page_size": "-1"}, {"country_iso2": "USA"}, {"sms_capable": "yes"}]
)
def test_bad_parameters(telesign: httpx.Client, params: dict[str, str]) -> None:
    """A parameter that cannot be is a 400 with -10001."""
    rejection(telesign.get("/numbers", params=params), 400, -10001)


def test_pages(telesign: httpx.Client, vendor: Vendor) -> None:
    """Pages count from 1 and join to the whole; the size is capped; beyond the end there is nothing."""
    vendor.switch("telesign", max_page_size=50, default_page_size=20)
    first = telesign.get("/numbers", params={"page_size": "80"}).json()
    assert len(first["data"]) == 50
    pagination = first["pagination"]
    assert (pagination["page"], pagination["page_size"]) == (1, 50)
    pages = [
        elements(telesign.get("/numbers", params={"page": str(page), "page_size": "80"}))
        for page in range(1, pagination["total_pages"] + 2)
    ]
    assert pages[0] == first["data"]
    assert pages[-1] == []
    numbers = [one["phone_number"] for page in pages for one in page]
    assert len(set(numbers)) == len(numbers) > 300
    assert len(elements(telesign.get("/numbers"))) == 20


def test_place_of_pagination(telesign: httpx.Client, vendor: Vendor) -> None:
    """Pagination may be inside of data or missing."""
    lease(telesign)
    vendor.switch("telesign", pagination="inside")
    inside = telesign.get("/leases").json()["data"]
    assert inside["pagination"] == {"page": 1, "page_size": 10, "total_pages": 1}
    assert len(inside["leases"]) == 1
    assert "numbers" in telesign.get("/numbers").json()["data"]
    vendor.switch("telesign", pagination="absent")
    assert set(telesign.get("/leases").json()) == {"data"}


def test_shifting_pages(telesign: httpx.Client, vendor: Vendor) -> None:
    """While pages shift, a scan misses an entry; afterwards it does not."""
    numbers = [number for number, offer in vendor.offers("telesign").items() if offer.status == "available"][:4]
    for number in numbers:
        vendor.lease("telesign", number, vendor.customer())

    def scan() -> set[str]:
        pages = [elements(telesign.get("/leases", params={"page": page, "page_size": 2})) for page in (1, 2)]
        return {f"+{one['phone_number']}" for page in pages for one in page}

    vendor.switch("telesign", shifting_pages=2)
    assert len(scan()) == 3
    assert scan() == set(numbers)
    assert vendor.state().switches["telesign"]["shifting_pages"] == 0


def test_one_element_without_its_list(telesign: httpx.Client, vendor: Vendor) -> None:
    """Data of one element may be the element itself."""
    vendor.switch("telesign", data_shape="object")
    assert telesign.post("/leases", data=FORM).json()["data"]["phone_number"] == "12015550123"
    assert telesign.get("/leases").json()["data"]["phone_number"] == "12015550123"


def test_earlier_generation(telesign: httpx.Client, vendor: Vendor) -> None:
    """Elements of 2019-02: prices are strings, the operator is there, the type is not; search gives no currency."""
    vendor.switch("telesign", generation="2019-02", lease_id="string")
    found = elements(telesign.get("/numbers"))[0]
    assert set(found) == {
        "phone_number", "country_iso2", "operator_name", "setup_price", "recurring_price", "capabilities",
    }  # fmt: skip
    leased = lease(telesign)
    assert (leased["setup_price"], leased["recurring_price"]) == ("1.10", "0.90")
    assert (leased["price_currency"], leased["recurrence_period"]) == ("USD", 1)
    assert isinstance(leased["lease"]["lease_id"], str)
    assert "." not in leased["lease"]["created_on_utc"]


def test_forms_of_time_and_fields(telesign: httpx.Client, vendor: Vendor) -> None:
    """Time can come with an offset, prices can be missing, unknown fields can be there, 201 can say created."""
    vendor.switch("telesign", created_on="offset", prices="absent", unknown_fields=True, created_201=True)
    answer = telesign.post("/leases", data=FORM)
    assert answer.status_code == 201
    (leased,) = answer.json()["data"]
    assert leased["lease"]["created_on_utc"].endswith("+00:00")
    assert not {"setup_price", "recurring_price", "price_currency"} & set(leased)
    assert "since_tomorrow" in leased


@pytest.mark.parametrize("form", [{}, {"country_iso2": "US"}, {"phone_number": "12015550123"}])
def test_required_parameters(telesign: httpx.Client, vendor: Vendor, form: dict[str, str]) -> None:
    """Both parameters of a lease are required, form-encoded."""
    rejection(telesign.post("/leases", data=form), 400, -10001)
    rejection(telesign.post("/leases", json=FORM), 400, -10001)
    assert vendor.leases() == []


@pytest.mark.parametrize(("status", "code"), [(400, -10001), (404, -40004)])
def test_number_not_to_be_had(telesign: httpx.Client, vendor: Vendor, status: int, code: int) -> None:
    """A number that is taken, unknown, unavailable or of another country is refused and not charged."""
    vendor.switch("telesign", taken_number=status)
    rejection(telesign.post("/leases", data={**FORM, "country_iso2": "CA"}), status, code)
    rejection(telesign.post("/leases", data={**FORM, "phone_number": "12015559999"}), status, code)
    vendor.change_offer("telesign", NUMBER, status="unavailable")
    rejection(telesign.post("/leases", data=FORM), status, code)
    vendor.change_offer("telesign", NUMBER, status="available")
    vendor.lease("telesign", NUMBER)
    rejection(telesign.post("/leases", data=FORM), status, code)
    assert vendor.charges(login=vendor.customer()) == []


def test_own_number(telesign: httpx.Client, vendor: Vendor) -> None:
    """A second lease of an own number: refused, answered with the first, or made and charged."""
    first = lease(telesign)
    rejection(telesign.post("/leases", data=FORM), 400, -20001)
    vendor.switch("telesign", own_number="200_existing")
    assert lease(telesign) == first
    assert len(vendor.charges()) == 2

    vendor.switch("telesign", own_number="200_second_lease")
    second = lease(telesign)
    assert second["lease"]["lease_id"] != first["lease"]["lease_id"]
    assert len(elements(telesign.get("/leases"))) == 2
    assert len(vendor.charges()) == 4


@pytest.mark.parametrize(("status", "code"), [(404, -40004), (400, -10001)])
def test_cancelling_what_is_not_leased(telesign: httpx.Client, vendor: Vendor, status: int, code: int) -> None:
    """An unknown lease, one of another login, and one cancelled before."""
    vendor.switch("telesign", delete_unknown=status)
    strange = vendor.lease("telesign", "+12015550124")
    rejection(telesign.delete("/leases/1"), status, code)
    rejection(telesign.delete(f"/leases/{strange.lease_id}"), status, code)
    leased = lease(telesign)
    assert telesign.delete(f"/leases/{leased['lease']['lease_id']}").status_code == 200
    rejection(telesign.delete(f"/leases/{leased['lease']['lease_id']}"), status, code)
    vendor.switch("telesign", delete_unknown=200)
    assert elements(telesign.delete("/leases/1")) == []


def test_cancelled_lease_runs_to_the_end_of_its_period(telesign: httpx.Client, vendor: Vendor) -> None:
    """With after_cancel=expires the lease stays, ending, and holds the number until its period is over."""
    vendor.switch("telesign", after_cancel="expires")
    leased = lease(telesign)
    vendor.clock(advance_s=40 * 86_400)
    telesign.delete(f"/leases/{leased['lease']['lease_id']}")
    (ending,) = elements(telesign.get("/leases"))
    began, ends = (
        datetime.fromisoformat(ending["lease"][key].replace("Z", "+00:00"))
        for key in ("created_on_utc", "expires_on_utc")
    )
    assert 59 <= (ends - began).days <= 62
    assert NUMBER in vendor.leased()
    rejection(telesign.post("/leases", data=FORM), 400, -20001)
    vendor.clock(advance_s=30 * 86_400)
    assert elements(telesign.get("/leases")) == []
    lease(telesign)


def test_cancelled_lease_stays_listed_unchanged(telesign: httpx.Client, vendor: Vendor) -> None:
    """With after_cancel=listed_for_s the lease is listed as before for a while, though it is over."""
    vendor.switch("telesign", after_cancel="listed_for_s", listed_for_s=50)
    leased = lease(telesign)
    telesign.delete(f"/leases/{leased['lease']['lease_id']}")
    assert elements(telesign.get("/leases")) == [leased]
    assert vendor.leases() == []
    vendor.clock(advance_s=51)
    assert elements(telesign.get("/leases")) == []


def test_listings_lag(telesign: httpx.Client, vendor: Vendor) -> None:
    """A new lease is listed, and its number off the offers, only after the lag."""
    vendor.switch("telesign", listing_lag_s=20)
    lease(telesign)

    def offered() -> set[str]:
        return {one["phone_number"] for one in elements(telesign.get("/numbers"))}

    assert elements(telesign.get("/leases")) == []
    assert "12015550123" in offered()
    vendor.clock(advance_s=21)
    assert len(elements(telesign.get("/leases"))) == 1
    assert "12015550123" not in offered()


def test_no_money_and_quota(telesign: httpx.Client, vendor: Vendor) -> None:
    """Want of funds is 402; above the quota nothing more is leased."""
    vendor.switch("telesign", payment=402)
    rejection(telesign.post("/leases", data=FORM), 402, -10030)
    vendor.switch("telesign", payment="ok", lease_quota=1)
    lease(telesign)
    rejection(telesign.post("/leases", data={**FORM, "phone_number": "12015550124"}), 400, -20001)


def test_product_gone(telesign: httpx.Client, vendor: Vendor) -> None:
    """The deprecated product may be not enabled, or answer nothing but 404, 405 or 410."""
    vendor.switch("telesign", not_enabled=True)
    assert rejection(telesign.get("/leases"), 401, -20002)["code"] == 501
    for status in (404, 405, 410):
        vendor.switch("telesign", closed=status)
        assert telesign.get("/leases").status_code == telesign.post("/leases", data=FORM).status_code == status
    assert vendor.charges() == []


def test_shapes_of_errors(telesign: httpx.Client, vendor: Vendor) -> None:
    """Errors come whole, in part, as text, empty, or under HTTP 200."""
    keys = {"envelope": {"reference_id", "status", "errors"}, "errors": {"errors"}, "status": {"status"}}
    for shape, expected in keys.items():
        vendor.switch("telesign", error_shape=shape)
        assert set(telesign.delete("/leases/1").json()) == expected
    vendor.switch("telesign", error_shape="text")
    assert telesign.delete("/leases/1").text == "Resource not found"
    vendor.switch("telesign", error_shape="empty")
    assert telesign.delete("/leases/1").content == b""
    vendor.switch("telesign", error_shape="envelope", errors_in_200=True)
    rejection(telesign.delete("/leases/1"), 200, -40004)


def test_unknown_paths(telesign: httpx.Client, vendor: Vendor) -> None:
    """There is no read of one lease, and no update."""
    rejection(telesign.get("/leases/4107"), 404, -40004)
    rejection(telesign.put("/leases/4107"), 404, -40004)
    assert [call.operation for call in vendor.journal()] == ["other", "other"]
