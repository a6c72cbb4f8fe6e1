"""Contiguity's calls as documented, and who is refused what."""

from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Vendor

from .answers import data, offered, refusal

NUMBER = "+12015550123"
OTHER = "+12015550124"
ENTITLED = "imessage_entitlement_required"


def test_a_lease_from_offer_to_end(contiguity: httpx.Client, vendor: Vendor) -> None:
    """The whole life of a lease in documented shapes, charged once."""
    assert NUMBER in offered(contiguity)
    assert "lease_id" not in data(contiguity.get(f"/{NUMBER}"))

    receipt = data(contiguity.post(f"/lease/{NUMBER}", json={"billing_method": "monthly"}))
    assert receipt["number"] == NUMBER
    assert receipt["status"] == "active"
    assert receipt["billing"]["price"] == {"currency": "USD", "upfront_fee": 1.5, "monthly_rate": 12.0}

    read = data(contiguity.get(f"/{NUMBER}"))
    assert (read["status"], read["lease_status"], read["lease_id"]) == ("leased", "active", receipt["lease_id"])
    assert read["number"] == {"e164": NUMBER, "formatted": "+1 (201) 555-0123"}
    assert read["billing"] == {"method": "monthly", "period": {"start": int(vendor.leases()[0].leased_at), "end": None}}
    assert data(contiguity.get("/leased")) == {"leased": 1, "numbers": [read]}
    assert NUMBER not in offered(contiguity)

    ended = data(contiguity.delete(f"/leased/{NUMBER}"))
    assert (ended["number_id"], ended["status"]) == (NUMBER, "terminated")
    assert data(contiguity.get("/leased")) == {"leased": 0, "numbers": []}
    assert vendor.leased() == {}
    assert [(one.kind, one.amount, one.currency) for one in vendor.charges()] == [
        ("upfront", 1.5, "USD"),
        ("period", 12.0, "USD"),
    ]


def test_details_of_an_own_lease(contiguity: httpx.Client, vendor: Vendor, other_login: dict[str, str]) -> None:
    """The call of the vendor's SDK shows an own lease only."""
    refusal(contiguity.get(f"/leased/{NUMBER}"), 404)
    contiguity.post(f"/lease/{NUMBER}")
    assert data(contiguity.get(f"/leased/{NUMBER}")) == data(contiguity.get(f"/{NUMBER}"))
    refusal(contiguity.get(f"/leased/{NUMBER}", headers=other_login), 404)
    assert [call.operation for call in vendor.calls(number=NUMBER)] == ["details", "lease", "details", "get", "details"]


def test_envelope(contiguity: httpx.Client, vendor: Vendor) -> None:
    """Every answer has the five documented keys, with the vendor's time in milliseconds, also when it is shifted."""
    now = vendor.clock(offset_s=86_400)
    response = contiguity.get("/leased")
    body = response.json()
    assert set(body) == {"id", "timestamp", "api_version", "object", "data"}
    assert body["id"].startswith("req_")
    assert abs(body["timestamp"] / 1000 - now) < 5
    assert response.headers["Date"].endswith("GMT")


@pytest.mark.parametrize("scheme", ["Token", "Bearer"])
def test_both_schemes_are_the_same_login(contiguity: httpx.Client, vendor: Vendor, scheme: str) -> None:
    """A key is one login by either scheme."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    listed = contiguity.get("/leased", headers={"Authorization": f"{scheme} {vendor.token()}"})
    assert data(listed)["leased"] == 1


@pytest.mark.parametrize("header", ["", "Token", "Token abc", "Basic contiguity_sk_main", "contiguity_sk_main"])
@pytest.mark.parametrize("status", [401, 403])
def test_bad_keys_are_refused(contiguity: httpx.Client, vendor: Vendor, header: str, status: int) -> None:
    """A missing or malformed key does nothing, with either status that its SDK's tests expect."""
    vendor.switch("contiguity", bad_key=status)
    refusal(contiguity.post(f"/lease/{NUMBER}", headers={"Authorization": header}), status)
    assert vendor.leases() == []
    assert vendor.journal()[-1].outcome == "unauthorised"


def test_revoked_key(contiguity: httpx.Client, vendor: Vendor) -> None:
    """A revoked key is refused until it is restored; its leases stay."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.revoke("contiguity", vendor.token())
    refusal(contiguity.get("/leased"), 401)
    vendor.restore("contiguity", vendor.token())
    assert data(contiguity.get("/leased"))["leased"] == 1


@pytest.mark.parametrize("status", [409, 400, 403])
def test_own_number_is_not_charged_again(contiguity: httpx.Client, vendor: Vendor, status: int) -> None:
    """A second lease of an own number is refused with the status of the switch."""
    vendor.switch("contiguity", own_number=status)
    contiguity.post(f"/lease/{NUMBER}")
    refusal(contiguity.post(f"/lease/{NUMBER}"), status)
    assert len(vendor.charges()) == 2


def test_own_number_answered_with_the_lease_there_is(contiguity: httpx.Client, vendor: Vendor) -> None:
    """With own_number=200 the receipt is the first one's, and nothing is charged."""
    vendor.switch("contiguity", own_number=200)
    first, second = (data(contiguity.post(f"/lease/{NUMBER}")) for _ in range(2))
    assert first == second
    assert len(vendor.charges()) == 2


@pytest.mark.parametrize("status", [409, 400, 403, 404])
def test_number_of_another_login(contiguity: httpx.Client, vendor: Vendor, status: int) -> None:
    """A stranger's number reads as leased without lease fields, and can be neither leased nor terminated."""
    vendor.switch("contiguity", taken_number=status)
    vendor.lease("contiguity", NUMBER)
    read = data(contiguity.get(f"/{NUMBER}"))
    assert read["status"] == "leased"
    assert not {"lease_id", "lease_status", "billing"} & set(read)
    refusal(contiguity.post(f"/lease/{NUMBER}"), status)
    refusal(contiguity.delete(f"/leased/{NUMBER}"), 404)
    refusal(contiguity.post(f"/{NUMBER}/configure", json={"failover": {"enabled": False}}), 404)
    assert vendor.leased()[NUMBER].login == "stranger"


def test_number_of_another_login_by_another_status(contiguity: httpx.Client, vendor: Vendor) -> None:
    """A stranger's number may also read as unavailable or be denied."""
    vendor.lease("contiguity", NUMBER)
    vendor.switch("contiguity", stranger_number="unavailable")
    assert data(contiguity.get(f"/{NUMBER}"))["status"] == "unavailable"
    vendor.switch("contiguity", stranger_number="404")
    refusal(contiguity.get(f"/{NUMBER}"), 404)


@pytest.mark.parametrize("status", [404, 400])
def test_unknown_number(contiguity: httpx.Client, vendor: Vendor, status: int) -> None:
    """A number that the vendor does not have, and what is no number at all."""
    vendor.switch("contiguity", unknown_number=status)
    refusal(contiguity.get("/+12015559999"), status)
    refusal(contiguity.post("/lease/+12015559999"), status)
    refusal(contiguity.get("/12015550123"), 400)


def test_unavailable_and_g_available(contiguity: httpx.Client, vendor: Vendor) -> None:
    """An unavailable number is not listed and not leased; a g-available one is both, unless the switch refuses it."""
    vendor.change_offer("contiguity", NUMBER, status="unavailable")
    vendor.change_offer("contiguity", OTHER, status="g-available")
    listed = {one["id"]: one["status"] for one in data(contiguity.get("/leases"))["numbers"]}
    assert NUMBER not in listed
    assert listed[OTHER] == "g-available"
    refusal(contiguity.post(f"/lease/{NUMBER}"), 409)
    vendor.switch("contiguity", g_available="refuse")
    refusal(contiguity.post(f"/lease/{OTHER}"), 409)
    vendor.switch("contiguity", g_available="lease")
    data(contiguity.post(f"/lease/{OTHER}"))


def test_requirements_ask_for_an_agreement(contiguity: httpx.Client, vendor: Vendor) -> None:
    """A number with requirements is refused with the URL of the agreement, until the login has the entitlement."""
    vendor.change_offer("contiguity", NUMBER, requirements=[ENTITLED])
    refused = refusal(contiguity.post(f"/lease/{NUMBER}"), 403)
    assert refused["agreement_url"] == "https://api.contiguity.com/entitlements/imessage"
    assert vendor.charges() == []
    assert NUMBER in offered(contiguity)
    vendor.switch("contiguity", unentitled="hidden")
    assert NUMBER not in offered(contiguity)
    vendor.login("contiguity", vendor.token(), entitlements=[ENTITLED])
    assert NUMBER in offered(contiguity)
    data(contiguity.post(f"/lease/{NUMBER}"))


def test_service_contract(contiguity: httpx.Client, vendor: Vendor) -> None:
    """service_contract works for a login that has one."""
    refusal(contiguity.post(f"/lease/{NUMBER}", json={"billing_method": "service_contract"}), 400)
    vendor.login("contiguity", vendor.token(), service_contract=True)
    data(contiguity.post(f"/lease/{NUMBER}", json={"billing_method": "service_contract"}))
    assert vendor.leased()[NUMBER].billing_method == "service_contract"
    assert data(contiguity.get(f"/{NUMBER}"))["billing"]["method"] == "service_contract"


@pytest.mark.parametrize("status", [402, 403])
def test_no_money(contiguity: httpx.Client, vendor: Vendor, status: int) -> None:
    """A lease that is not paid for is not made."""
    vendor.switch("contiguity", payment=status)
    refusal(contiguity.post(f"/lease/{NUMBER}"), status)
    assert vendor.leases() == []


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (f"/lease/{NUMBER}", {"content": b"not json", "headers": {"Content-Type": "application/json"}}),
        (f"/lease/{NUMBER}", {"content": b'{"billing_method": "monthly"}'}),
        (f"/lease/{NUMBER}", {"json": ["monthly"]}),
        (f"/lease/{NUMBER}", {"json": {"billing_method": "goodwill"}}),
        (f"/lease/{NUMBER}", {"data": {"billing_method": "monthly"}}),
        (f"/{NUMBER}/configure", {}),
        (f"/{NUMBER}/configure", {"json": {"failover": {}}}),
        (f"/{NUMBER}/configure", {"json": {"failover": {"enabled": "yes"}}}),
        (f"/{NUMBER}/configure", {"json": {"failover": {"enabled": True, "mode": "some"}}}),
        (f"/{NUMBER}/configure", {"json": {"failover": {"enabled": True, "numbers": ["2015550124"]}}}),
    ],
)
def test_malformed_bodies(contiguity: httpx.Client, vendor: Vendor, path: str, sent: dict[str, Any]) -> None:
    """A body that is not what the specification asks for is a 400, and does nothing."""
    vendor.lease("contiguity", NUMBER, vendor.token()) if path.endswith("configure") else None
    refusal(contiguity.post(path, **sent), 400)
    assert [call.wrote for call in vendor.journal()] == [False]


def test_body_may_be_left_out_or_carry_more(contiguity: httpx.Client) -> None:
    """The body of a lease is optional, and unknown keys pass."""
    assert data(contiguity.post(f"/lease/{NUMBER}"))["billing"]["method"] == "monthly"
    assert data(contiguity.post(f"/lease/{OTHER}", json={"note": "x"}))["billing"]["method"] == "monthly"


def test_failover_is_stored_and_not_shown(contiguity: httpx.Client, vendor: Vendor) -> None:
    """What configure sets is seen by control only, and goes with the lease."""
    contiguity.post(f"/lease/{NUMBER}")
    failover = {"enabled": True, "mode": "selective", "numbers": [OTHER]}
    assert data(contiguity.post(f"/{NUMBER}/configure", json={"failover": failover})) == {
        "number": NUMBER,
        "failover": failover,
    }
    assert vendor.leased()[NUMBER].failover == failover
    assert "failover" not in data(contiguity.get(f"/{NUMBER}"))
    contiguity.delete(f"/leased/{NUMBER}")
    contiguity.post(f"/lease/{NUMBER}")
    assert vendor.leased()[NUMBER].failover is None


def test_selective_failover_without_numbers(contiguity: httpx.Client, vendor: Vendor) -> None:
    """Whether selective may be empty is a switch."""
    contiguity.post(f"/lease/{NUMBER}")
    wanted = {"failover": {"enabled": True, "mode": "selective", "numbers": []}}
    data(contiguity.post(f"/{NUMBER}/configure", json=wanted))
    vendor.switch("contiguity", selective_empty=400)
    refusal(contiguity.post(f"/{NUMBER}/configure", json=wanted), 400)


def test_a_number_is_leased_once_and_again_after_release(
    contiguity: httpx.Client, vendor: Vendor, other_login: dict[str, str]
) -> None:
    """Another login can lease a number only when it is released; every lease has its own id and charges."""
    first = data(contiguity.post(f"/lease/{NUMBER}"))
    refusal(contiguity.post(f"/lease/{NUMBER}", headers=other_login), 409)
    contiguity.delete(f"/leased/{NUMBER}")
    second = data(contiguity.post(f"/lease/{NUMBER}", headers=other_login))
    assert first["lease_id"] != second["lease_id"]
    assert vendor.state().charged_by_login == {vendor.token(): {"USD": 13.5}, vendor.token("other"): {"USD": 13.5}}
    assert vendor.state().charged == {"USD": 27.0}
    assert [lease.lease_id for lease in vendor.state().past] == [first["lease_id"]]


@pytest.mark.parametrize("status", [404, 400])
def test_terminating_what_is_not_leased(contiguity: httpx.Client, vendor: Vendor, status: int) -> None:
    """A termination of nothing, and a second one, are refused."""
    vendor.switch("contiguity", delete_unknown=status)
    refusal(contiguity.delete(f"/leased/{NUMBER}"), status)
    contiguity.post(f"/lease/{NUMBER}")
    data(contiguity.delete(f"/leased/{NUMBER}"))
    refusal(contiguity.delete(f"/leased/{NUMBER}"), status)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"/lease/{NUMBER}"), ("PUT", f"/{NUMBER}"), ("POST", "/leases")],
)
def test_calls_that_do_not_exist(contiguity: httpx.Client, vendor: Vendor, method: str, path: str) -> None:
    """Calls that left the specification, or never were in it, are 404 and stand in the journal."""
    refusal(contiguity.request(method, path), 404)
    assert vendor.journal()[-1].operation == "other"


@pytest.mark.parametrize("written", ["%2B12015550123", "+12015550123"])
def test_plus_in_the_path(contiguity: httpx.Client, written: str) -> None:
    """The plus sign may be encoded or not."""
    assert data(contiguity.get(f"/{written}"))["id"] == NUMBER
