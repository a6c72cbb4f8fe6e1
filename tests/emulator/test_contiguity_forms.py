"""The forms that Contiguity's answers may take where its sources disagree."""

import json
import re

import httpx
import pytest

from pulumi_leases.emulator import Vendor

from .answers import data, refusal

NUMBER = "+12015550123"


def test_empty_lists(contiguity: httpx.Client, vendor: Vendor) -> None:
    """A listing with nothing in it is an empty list, or a 404 with the envelope."""
    vendor.remove_offer("contiguity")
    assert data(contiguity.get("/leases")) == {"available": 0, "numbers": []}
    vendor.switch("contiguity", empty_list=404)
    refusal(contiguity.get("/leases"), 404)
    refusal(contiguity.get("/leased"), 404)


@pytest.mark.parametrize(
    ("form", "written"),
    [("seconds", r"\d{10}"), ("ms", r"\d{13}"), ("iso", r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"')],
)
def test_forms_of_time(contiguity: httpx.Client, vendor: Vendor, form: str, written: str) -> None:
    """Times inside of data come as seconds, milliseconds or ISO 8601."""
    vendor.switch("contiguity", created_at=form, period=form)
    start = data(contiguity.post(f"/lease/{NUMBER}"))["billing"]["period"]["start"]
    created = data(contiguity.get(f"/{NUMBER}"))["created_at"]
    ended = data(contiguity.delete(f"/leased/{NUMBER}"))["terminated_at"]
    assert all(re.fullmatch(written, json.dumps(value)) for value in (start, created, ended))


def test_missing_and_odd_fields(contiguity: httpx.Client, vendor: Vendor) -> None:
    """The fields on which sources disagree can be absent, of other types, or joined by unknown ones."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    whole = data(contiguity.get(f"/{NUMBER}"))

    vendor.switch("contiguity", data_field="empty", billing="absent_in_list", money="string", counts="boolean")
    odd = data(contiguity.get(f"/{NUMBER}"))
    assert odd["data"] == {}
    assert odd["pricing"] == {"currency": "USD", "upfront_fee": "1.50", "monthly_rate": "12.00"}
    assert odd["billing"] == whole["billing"]
    listed = data(contiguity.get("/leased"))
    assert listed["leased"] is True
    assert "billing" not in listed["numbers"][0]

    vendor.switch("contiguity", data_field="absent", billing="absent", prices="absent", lease_id_in_get="lease_")
    bare = data(contiguity.get(f"/{NUMBER}"))
    assert set(whole) - set(bare) == {"data", "billing", "pricing"}
    assert bare["lease_id"] == whole["lease_id"].replace("lsd_", "lease_")
    assert data(contiguity.get("/leased"))["numbers"][0]["lease_id"] == whole["lease_id"]

    vendor.switch("contiguity", unknown_fields=True, billing="present", billing_method="goodwill")
    more = data(contiguity.get(f"/{NUMBER}"))
    assert "since_tomorrow" in more
    assert more["billing"]["method"] == "goodwill"


def test_shuffled_listings(contiguity: httpx.Client, vendor: Vendor) -> None:
    """Listings are in no order that a client may count on."""
    plain = [one["id"] for one in data(contiguity.get("/leases"))["numbers"]]
    vendor.switch("contiguity", order="shuffled")
    shuffled = [one["id"] for one in data(contiguity.get("/leases"))["numbers"]]
    assert plain != shuffled
    assert sorted(plain) == sorted(shuffled)


def test_shapes_of_errors(contiguity: httpx.Client, vendor: Vendor) -> None:
    """Errors come in the envelope, as {message, status}, or as plain text."""
    vendor.switch("contiguity", error_shape="message")
    answer = contiguity.get("/+12015559999")
    assert (answer.status_code, answer.json()) == (404, {"message": "No such number", "status": 404})
    vendor.switch("contiguity", error_shape="plain")
    answer = contiguity.get("/+12015559999")
    assert (answer.status_code, answer.text) == (404, "No such number")
    assert answer.headers["Content-Type"].startswith("text/plain")
