"""Telnyx's calls on numbers of the login, as documented, and who is refused what."""

from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Vendor

from .answers import Denial, denial, ordered, payload

NUMBER = "+12015550123"
OTHER = "+12015550124"
DIGITS = "12015550123"
PROFILE = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
MISSING = Denial(404, "10005")


@pytest.fixture
def own(telnyx: httpx.Client, vendor: Vendor) -> str:
    """The id of a number that the login leases."""
    vendor.lease("telnyx", NUMBER, vendor.telnyx_key())
    number_id: str = payload(telnyx.get(f"/phone_numbers/{NUMBER}"))["id"]
    return number_id


def listed(telnyx: httpx.Client, **filters: str) -> list[str]:
    params = {f"filter[{name.replace('__', '][')}]": value for name, value in filters.items()}
    return [one["phone_number"] for one in payload(telnyx.get("/phone_numbers", params=params))]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer abc", "Token KEY0main", "Basic KEY0main", "KEY0main"])
@pytest.mark.parametrize("status", [401, 403])
def test_bad_keys_are_refused(telnyx: httpx.Client, vendor: Vendor, header: str, status: int) -> None:
    """A missing or malformed key does nothing."""
    vendor.switch("telnyx", bad_key=status)
    answer = telnyx.post("/number_orders", json={}, headers={"Authorization": header})
    assert denial(answer) == Denial(status, "10009")
    assert vendor.journal()[-1].outcome == "unauthorised"


def test_revoked_key(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """A revoked key is refused until it is restored; its leases stay."""
    vendor.revoke("telnyx", vendor.telnyx_key())
    assert denial(telnyx.get("/phone_numbers")) == Denial(401, "20002")
    vendor.restore("telnyx", vendor.telnyx_key())
    assert listed(telnyx) == [NUMBER]


def test_number(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """A number is read by its id or its E.164 form, plain or encoded, with what is documented: no price among it."""
    read = payload(telnyx.get(f"/phone_numbers/{own}"))
    assert read == payload(telnyx.get("/phone_numbers/%2B12015550123"))
    assert (read["phone_number"], read["country_iso_alpha2"], read["status"]) == (NUMBER, "US", "active")
    assert (read["customer_reference"], read["tags"], read["deletion_lock_enabled"]) == (None, [], False)
    assert read["purchased_at"].endswith("Z")
    assert not {"cost_information", "features", "region_information"} & set(read)
    vendor.switch("telnyx", e164_read=404)
    assert denial(telnyx.get(f"/phone_numbers/{NUMBER}")) == MISSING


def test_numbers_of_others(telnyx: httpx.Client, vendor: Vendor) -> None:
    """A stranger's number is neither listed nor read nor changed nor deleted."""
    lease = vendor.lease("telnyx", NUMBER)
    assert listed(telnyx) == []
    for target in (NUMBER, lease.lease_id):
        assert denial(telnyx.get(f"/phone_numbers/{target}")) == MISSING
        assert denial(telnyx.patch(f"/phone_numbers/{target}", json={"tags": []})) == MISSING
        assert denial(telnyx.delete(f"/phone_numbers/{target}")) == MISSING
    assert NUMBER in vendor.leased()


def test_filters_of_listings(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """Numbers are found by part, country, type, status, reference, tag and connection; what is misspelt is ignored."""
    vendor.lease("telnyx", "+442079460023", vendor.telnyx_key())
    vendor.edit("telnyx", NUMBER, customer_reference="pl-abc", tags=["a b"], connection_id="7")
    only = [NUMBER]
    assert listed(telnyx, phone_number="5550123") == listed(telnyx, phone_number=DIGITS) == only
    assert listed(telnyx, phone_number="55") == listed(telnyx, phone_number=NUMBER) == []
    vendor.switch("telnyx", plus_filter="works")
    assert listed(telnyx, phone_number=NUMBER) == only
    assert listed(telnyx, country_iso_alpha2="US") == listed(telnyx, country_iso_alpha2="US,CA") == only
    assert listed(telnyx, customer_reference="pl-a") == listed(telnyx, tag="a b") == only
    assert listed(telnyx, connection_id="7") == only
    assert listed(telnyx, connection_id="null") == listed(telnyx, without_tags="true") == ["+442079460023"]
    assert listed(telnyx, source="ported") == listed(telnyx, status="deleted") == []
    assert len(listed(telnyx, number_type__eq="local", status="active", source="purchased")) == 2
    assert len(listed(telnyx, phone_numbr=DIGITS)) == 2


@pytest.mark.parametrize(("matching", "found"), [("substring", 1), ("exact", 0), ("ignored", 2)])
def test_how_references_match(telnyx: httpx.Client, vendor: Vendor, own: str, matching: str, found: int) -> None:
    """The filter by reference may match a part, the whole, or nothing of it."""
    vendor.lease("telnyx", OTHER, vendor.telnyx_key())
    vendor.edit("telnyx", NUMBER, customer_reference="pl-abc")
    vendor.switch("telnyx", reference_filter=matching)
    assert len(listed(telnyx, customer_reference="l-ab")) == found


def test_pages(telnyx: httpx.Client, vendor: Vendor) -> None:
    """Youngest first, 20 a page unless asked otherwise, 250 at most."""
    numbers = [f"+120155501{count}" for count in range(23, 36)] + [f"+121255501{count}" for count in range(23, 36)]
    for number in numbers:
        vendor.lease("telnyx", number, vendor.telnyx_key())
    first = telnyx.get("/phone_numbers").json()
    assert first["meta"] == {"page_number": 1, "page_size": 20, "total_pages": 2, "total_results": 26}
    second = payload(telnyx.get("/phone_numbers", params={"page[number]": 2}))
    assert [one["phone_number"] for one in [*first["data"], *second]] == numbers[::-1]
    assert payload(telnyx.get("/phone_numbers", params={"page[number]": 3})) == []
    assert len(payload(telnyx.get("/phone_numbers", params={"page[size]": 250}))) == 26
    by_number = payload(telnyx.get("/phone_numbers", params={"sort": "phone_number", "page[size]": 1}))
    assert by_number[0]["phone_number"] == numbers[0]
    for params in ({"page[size]": 251}, {"page[size]": 0}, {"page[number]": "x"}, {"sort": "colour"}):
        assert telnyx.get("/phone_numbers", params=params).status_code == 400
    vendor.switch("telnyx", shifting_pages=1)
    shifted = payload(telnyx.get("/phone_numbers", params={"page[size]": 1}))
    assert shifted[0]["phone_number"] == numbers[-2]


def test_settings(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """What PATCH changes is read back; what it does not know it ignores; the messaging profile is elsewhere."""
    wanted: dict[str, Any] = {
        "tags": ["x"], "customer_reference": "r", "connection_id": "5", "billing_group_id": "b", "external_pin": "1",
    }  # fmt: skip
    changed = payload(telnyx.patch(f"/phone_numbers/{own}", json={**wanted, "colour": "red"}))
    assert {name: changed[name] for name in wanted} == wanted
    assert payload(telnyx.get(f"/phone_numbers/{own}")) == changed
    assert payload(telnyx.patch(f"/phone_numbers/{own}", json={"tags": []}))["customer_reference"] == "r"

    refused = telnyx.patch(f"/phone_numbers/{own}", json={"messaging_profile_id": PROFILE})
    assert denial(refused) == Denial(422, "10027", "/messaging_profile_id")
    assert telnyx.patch(f"/phone_numbers/{own}", json={"tags": "x"}).status_code == 400
    assert denial(telnyx.patch(f"/phone_numbers/{own}", content="{}")) == Denial(415, "10029")
    assert vendor.leased()[NUMBER].settings["tags"] == []


def test_messaging_and_voice(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """An empty profile takes it away, null keeps it; a connection may be set with the voice settings."""
    path = f"/phone_numbers/{own}/messaging"
    assert payload(telnyx.patch(path, json={"messaging_profile_id": PROFILE}))["messaging_profile_id"] == PROFILE
    assert payload(telnyx.patch(path, json={"messaging_profile_id": None}))["messaging_profile_id"] == PROFILE
    assert payload(telnyx.get(f"/phone_numbers/{own}"))["messaging_profile_id"] == PROFILE
    assert payload(telnyx.patch(path, json={"messaging_profile_id": ""}))["messaging_profile_id"] is None
    assert telnyx.patch(path, json={"messaging_profile_id": "x"}).status_code == 400
    voice = payload(telnyx.patch(f"/phone_numbers/{own}/voice", json={"connection_id": "9", "colour": "red",
                                                                  "call_forwarding": {"forwards_to": OTHER}}))  # fmt: skip
    assert voice["call_forwarding"] == {"call_forwarding_enabled": True, "forwards_to": OTHER, "forwarding_type": None}
    assert payload(telnyx.get(f"/phone_numbers/{own}/voice")) == voice
    assert payload(telnyx.get(f"/phone_numbers/{own}"))["connection_id"] == "9"
    vendor.switch("telnyx", messaging_lag_s=60)
    assert denial(telnyx.get(path)) == MISSING
    vendor.clock(advance_s=61)
    assert payload(telnyx.get(path))["record_type"] == "messaging_settings"


def test_messaging_that_cannot_be_asked(telnyx: httpx.Client, vendor: Vendor, own: str) -> None:
    """Numbers are 503 then, unless the client bears with it: then they come without these fields, with errors beside."""
    vendor.switch("telnyx", messaging_profiles="down")
    assert denial(telnyx.get("/phone_numbers")) == Denial(503, "10037")
    for path in ("/phone_numbers", f"/phone_numbers/{own}"):
        answer = telnyx.get(path, params={"handle_messaging_profile_error": "true"})
        body = answer.json()
        number = body["data"][0] if isinstance(body["data"], list) else body["data"]
        assert (answer.status_code, number["id"], len(body["errors"])) == (200, own, 1)
        assert "messaging_profile_id" not in number


def test_features(telnyx: httpx.Client, vendor: Vendor) -> None:
    """What a number can do is known of numbers that nobody leases too, and is a reading."""
    vendor.add_offer("telnyx", "+12015550199", channels=["sms"], voice=False)
    answer = payload(telnyx.post("/numbers_features", json={"phone_numbers": ["+12015550199", "+19999999999"]}))
    assert answer == [{"phone_number": "+12015550199", "features": ["sms"]}]
    assert not vendor.journal()[-1].wrote
    assert telnyx.post("/numbers_features", json={}).status_code == 400


def test_wrong_paths_are_journaled(telnyx: httpx.Client, vendor: Vendor) -> None:
    """What Telnyx has and the emulator does not, or nobody has, is 404 and leaves its trace."""
    assert denial(telnyx.get("/number_reservations")) == MISSING
    assert vendor.journal()[-1].operation == "other"


@pytest.mark.parametrize("name", ["x-request-id", "x-telnyx-request-id", "absent"])
def test_headers(telnyx: httpx.Client, vendor: Vendor, name: str) -> None:
    """Answers and refusals carry the id of the request, each another, by one of two names or by none."""
    vendor.switch("telnyx", request_id=name)
    answers = [telnyx.get("/phone_numbers"), telnyx.get("/phone_numbers/1")]
    ids = [answer.headers.get(name) for answer in answers]
    assert len(set(ids)) == (1 if name == "absent" else 2)
    assert all(answer.headers["x-ratelimit-reset"] == "1" for answer in answers)
    assert "Date" in answers[0].headers
    vendor.switch("telnyx", date_header="absent")
    assert "Date" not in telnyx.get("/phone_numbers").headers


def test_too_many_requests(telnyx: httpx.Client, vendor: Vendor) -> None:
    """The wait is given in x-ratelimit-reset, and in Retry-After only by switch."""
    vendor.fault("leased", "429", vendor="telnyx", retry_after=3, times=2)
    answer = telnyx.get("/phone_numbers")
    assert denial(answer) == Denial(429, "10011")
    assert (answer.headers["x-ratelimit-reset"], answer.headers["x-ratelimit-remaining"]) == ("3", "0")
    assert "Retry-After" not in answer.headers
    vendor.switch("telnyx", retry_after="present")
    assert telnyx.get("/phone_numbers").headers["Retry-After"] == "3"


def test_error_shapes(telnyx: httpx.Client, vendor: Vendor) -> None:
    """An error may come as plain text or without a body; a scripted status has a code of Telnyx's."""
    vendor.fault("leased", "status", vendor="telnyx", code=500)
    assert denial(telnyx.get("/phone_numbers")) == Denial(500, "10007")
    vendor.switch("telnyx", error_shape="text")
    assert telnyx.get("/phone_numbers/1").headers["Content-Type"] == "text/plain; charset=utf-8"
    vendor.switch("telnyx", error_shape="empty")
    assert telnyx.get("/phone_numbers/1").text == ""


def test_unknown_fields(telnyx: httpx.Client, vendor: Vendor) -> None:
    """Offers, orders and numbers may carry fields nobody has heard of."""
    vendor.switch("telnyx", unknown_fields=True)
    order = ordered(telnyx, NUMBER)
    offers = payload(telnyx.get("/available_phone_numbers"))
    assert "since_tomorrow" in order
    assert "since_tomorrow" in offers[0]
    assert "since_tomorrow" in payload(telnyx.get(f"/phone_numbers/{NUMBER}"))
