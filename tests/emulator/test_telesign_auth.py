"""Who is let in by TeleSign, and who is not, and why."""

import base64
from datetime import datetime, timezone
from email.utils import format_datetime

import httpx
import pytest

from pulumi_leases.emulator import Vendor
from pulumi_leases.emulator.logins import DEMO_API_KEY
from pulumi_leases.emulator.telesign.auth import Message, signature, string_to_sign
from pulumi_leases.emulator.telesign.profile import DEMO_CUSTOMER

from .answers import rejection

FORM = {"country_iso2": "US", "phone_number": "12015550123"}
FORM_TYPE = "application/x-www-form-urlencoded"

# Made with the vendor's published algorithm and the invented credentials of the emulator.
DATE = "Tue, 06 Oct 2026 12:00:00 GMT"
NONCE = "00000000-0000-4000-8000-000000000001"
LEASES = "/v1/phone_numbers/leases"
BODY = "country_iso2=US&phone_number=12025550143"
VECTORS = [
    ("POST", LEASES, FORM_TYPE, BODY, "Y9jwmVNrEwKrPbJCdaL0PIc5YD4rnflqZ4GYmAgxaVo="),
    ("GET", LEASES, "", "", "38so3r88WaVp7Z0cDJAYbnTEqXSBA/VlMpSiVHGywx0="),
    ("GET", LEASES, FORM_TYPE, "", "NBF0Chgcqw/Zo6FGBe8tlEwFnN51fzPzqZ1AB1y5euI="),
    ("DELETE", f"{LEASES}/4107", "", "", "uKSVLhLuxQmBNPzf5pq1+4hRt7pILGOQ+0QxEGyPzno="),
]  # fmt: skip


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", -30004),
        ("Bearer x", -30005),
        ("Basic ***", -30005),
        ("Basic é", -30005),
        (basic("no-colon"), -30005),
        (basic("not-a-uuid:key"), -30000),
        (basic(f"{DEMO_CUSTOMER}:wrong"), -30015),
        (f"TSA {DEMO_CUSTOMER}", -30005),
    ],
)
def test_bad_credentials(telesign: httpx.Client, vendor: Vendor, header: str, code: int) -> None:
    """Each way to be nobody has its documented code, and nothing is done."""
    sent = {"Authorization": header.encode("latin-1").decode("ascii", "replace").replace("\ufffd", "%")}
    request = telesign.build_request("POST", "/leases", data=FORM, headers=sent)
    answer = telesign.send(request, auth=None)
    assert rejection(answer, 401, code)["code"] == 501
    assert vendor.leases() == []


def test_suspended_and_other_api_key(telesign: httpx.Client, vendor: Vendor) -> None:
    """Control suspends a login, and changes its key."""
    vendor.revoke("telesign", vendor.customer())
    rejection(telesign.get("/leases"), 401, -30001)
    vendor.restore("telesign", vendor.customer())
    vendor.login("telesign", vendor.customer(), api_key="bmV3")
    rejection(telesign.get("/leases"), 401, -30015)
    assert telesign.get("/leases", auth=(vendor.customer(), "bmV3")).status_code == 200


@pytest.mark.parametrize(("method", "path", "content_type", "body", "expected"), VECTORS)
def test_signature_vectors(method: str, path: str, content_type: str, body: str, expected: str) -> None:
    """The digest is the vendor's."""
    headers = {"Date": DATE, "X-Ts-Auth-Method": "HMAC-SHA256", "X-Ts-Nonce": NONCE}
    message = Message(method, path, {**headers, **({"Content-Type": content_type} if content_type else {})}, body)
    assert signature(DEMO_API_KEY, string_to_sign(message)) == expected


class Signer:
    """Sends signed requests of the demo customer, some header of which may be changed after signing."""

    def __init__(self, telesign: httpx.Client) -> None:
        self.telesign = telesign
        self.headers = {"Date": DATE, "x-ts-auth-method": "HMAC-SHA256", "x-ts-nonce": NONCE}

    def send(self, path: str = LEASES, **changed: str) -> httpx.Response:
        headers = {**self.headers, **{name.replace("_", "-"): value for name, value in changed.items()}}
        signed = Message("GET", path, {name.title(): value for name, value in headers.items()}, "")
        headers["Authorization"] = f"TSA {DEMO_CUSTOMER}:{signature(DEMO_API_KEY, string_to_sign(signed))}"
        headers = {name: value for name, value in headers.items() if value}
        return self.telesign.send(self.telesign.build_request("GET", "/leases", headers=headers), auth=None)


@pytest.fixture
def signer(telesign: httpx.Client, vendor: Vendor) -> Signer:
    """A signer, at the time of its date."""
    there = datetime(2026, 10, 6, 12, tzinfo=timezone.utc).timestamp()
    vendor.clock(advance_s=there - vendor.clock())
    return Signer(telesign)


def test_published_vector_is_accepted_over_http(telesign: httpx.Client, signer: Signer, vendor: Vendor) -> None:
    """The request of the vector is let in and leases; the same one sent again is refused as a replay."""
    _, _, content_type, body, digest = VECTORS[0]
    vendor.add_offer("telesign", "+12025550143")
    headers = {**signer.headers, "Content-Type": content_type, "Authorization": f"TSA {DEMO_CUSTOMER}:{digest}"}
    for attempt in ("first", "again"):
        request = telesign.build_request("POST", "/leases", content=body, headers=headers)
        answer = telesign.send(request, auth=None)
        if attempt == "again":
            assert rejection(answer, 401, -30012)["code"] == 501
    assert vendor.leases()[0].number == "+12025550143"
    assert vendor.leases()[0].login == DEMO_CUSTOMER
    assert vendor.journal()[0].scheme == "TSA"


def test_signed_path_with_and_without_the_mount(signer: Signer) -> None:
    """The path is signed as the vendor knows it, or as it was sent to the emulator; no other is accepted."""
    assert signer.send().status_code == 200
    assert signer.send(f"/telesign{LEASES}", x_ts_nonce="2").status_code == 200
    rejection(signer.send("/v1/phone_numbers/numbers", x_ts_nonce="3"), 401, -30006)


def test_date_in_the_header_of_its_own(signer: Signer) -> None:
    """x-ts-date stands in for Date."""
    assert signer.send(Date="", x_ts_date=DATE).status_code == 200


@pytest.mark.parametrize(
    ("changed", "code", "own"),
    [
        ({"Date": ""}, -30007, 501),
        ({"Date": "yesterday"}, -30009, 501),
        ({"Date": "Tue, 06 Oct 2026 11:40:00 GMT"}, -30010, 501),
        ({"x_ts_nonce": ""}, -30011, 501),
        ({"x_ts_nonce": "n" * 65}, -30011, 501),
        ({"x_ts_auth_method": "HMAC-SHA1"}, -30008, 500),
    ],
)
def test_headers_of_signed_requests(signer: Signer, changed: dict[str, str], code: int, own: int) -> None:
    """A right signature over wrong headers is refused with the documented code."""
    assert rejection(signer.send(**changed), 401, code)["code"] == own


def test_tolerances_are_switches(signer: Signer, vendor: Vendor) -> None:
    """How far a date may be off, how long a nonce may be and is remembered."""
    vendor.switch("telesign", date_tolerance_s=86_400, nonce_length=100, nonce_memory_s=10)
    early = format_datetime(datetime(2026, 10, 5, 13, tzinfo=timezone.utc), usegmt=True)
    assert signer.send(Date=early, x_ts_nonce="n" * 100).status_code == 200
    rejection(signer.send(x_ts_nonce="n" * 100), 401, -30012)
    vendor.clock(advance_s=11)
    assert signer.send(x_ts_nonce="n" * 100).status_code == 200
