"""Faults, in process and on the wire: what the client sees, and what the vendor did."""

import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Vendor

NUMBER = "+12015550123"
OTHER = "+12015550124"


@pytest.mark.parametrize(
    ("fault", "params", "error", "leased"),
    [
        ("drop_before", {}, httpx.RemoteProtocolError, False),
        ("drop_after", {}, httpx.RemoteProtocolError, True),
        ("reset", {}, httpx.ReadError, True),
        ("reset", {"work": False}, httpx.ReadError, False),
        ("truncated", {}, httpx.RemoteProtocolError, True),
        ("truncated", {"work": False}, httpx.RemoteProtocolError, False),
    ],
)
def test_broken_connections(
    client: httpx.Client,
    vendor: Vendor,
    fault: str,
    params: dict[str, Any],
    error: type[httpx.TransportError],
    leased: bool,
) -> None:
    """The client gets the same error in process as on the wire, and the vendor did the work or did not."""
    vendor.fault("lease", fault, **params)
    with pytest.raises(error):
        client.post(f"/lease/{NUMBER}")
    assert (NUMBER in vendor.leased()) is leased
    (call,) = vendor.calls("lease")
    assert (call.wrote, call.faults) == (leased, [fault])
    assert call.status == (200 if fault == "truncated" else None)
    assert client.get(f"/{NUMBER}").status_code == 200


@pytest.mark.parametrize(("fault", "leased"), [("status", False), ("status_after", True)])
def test_statuses(client: httpx.Client, vendor: Vendor, fault: str, leased: bool) -> None:
    """A status comes with the vendor's own body or the scripted one, before the work or after it."""
    vendor.fault("lease", fault, code=503, number=NUMBER)
    answer = client.post(f"/lease/{NUMBER}")
    assert (answer.status_code, answer.json()["object"]) == (503, "error")
    assert (NUMBER in vendor.leased()) is leased

    vendor.fault("get", fault, code=418, body="teapot", headers={"X-Tea": "green", "Content-Type": "text/tea"})
    answer = client.get(f"/{NUMBER}")
    assert (answer.status_code, answer.text, answer.headers["X-Tea"]) == (418, "teapot", "green")
    assert answer.headers["Content-Type"] == "text/tea"
    vendor.fault("get", fault, code=500, body={"message": "x"})
    assert client.get(f"/{NUMBER}").json() == {"message": "x"}


@pytest.mark.parametrize(
    ("fault", "content_type"), [("html", "text/html"), ("empty", "application/json"), ("garbage", "application/json")]
)
@pytest.mark.parametrize("work", [True, False])
def test_unreadable_bodies(client: httpx.Client, vendor: Vendor, fault: str, content_type: str, work: bool) -> None:
    """A body that no client can read, with the status of the work unless another is scripted."""
    vendor.fault("lease", fault, work=work)
    answer = client.post(f"/lease/{NUMBER}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(content_type)
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert (NUMBER in vendor.leased()) is work
    vendor.fault("get", fault, code=502)
    assert client.get(f"/{NUMBER}").status_code == 502


def test_too_many_requests(client: httpx.Client, vendor: Vendor) -> None:
    """429 comes without Retry-After, with seconds, or with a date; nothing is done."""
    vendor.fault("lease", "429")
    vendor.fault("lease", "429", retry_after=7)
    vendor.fault("lease", "429", retry_after=0)
    vendor.fault("lease", "429", retry_after=60, as_date=True)
    answers = [client.post(f"/lease/{NUMBER}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429] * 4
    none, seconds, at_once, date = (answer.headers.get("Retry-After") for answer in answers)
    assert (none, seconds, at_once) == (None, "7", "0")
    assert date is not None
    assert 55 < parsedate_to_datetime(date).timestamp() - time.time() <= 60
    assert answers[0].json()["object"] == "error"
    assert vendor.leases() == []


def test_a_rate_is_kept(client: httpx.Client, vendor: Vendor) -> None:
    """Of five calls at once three are taken, and as many again a second later; a header of another name says when."""
    vendor.fault("get", "rate", per_second=3, retry_after=1, reset_header="X-RateLimit-Reset")
    answers = [client.get(f"/{NUMBER}") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    assert answers[-1].headers["X-RateLimit-Reset"] == "1"
    assert "Retry-After" not in answers[-1].headers
    time.sleep(1)
    assert client.get(f"/{NUMBER}").status_code == 200


def test_too_many_requests_at_telesign(telesign: httpx.Client, vendor: Vendor) -> None:
    """TeleSign's 429 has its envelope, or plain text by switch, and is 429 also where errors come in 200."""
    vendor.fault("list", "429", vendor="telesign", times=2)
    vendor.switch("telesign", errors_in_200=True)
    answer = telesign.get("/leases")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (429, -40007)
    vendor.switch("telesign", plain_text_429=True)
    answer = telesign.get("/leases")
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, "text/plain; charset=utf-8")


def test_redirect(client: httpx.Client, vendor: Vendor) -> None:
    """A redirect names the URL and does nothing."""
    vendor.fault("lease", "redirect", to="http://127.0.0.1:9/elsewhere", code=308)
    answer = client.post(f"/lease/{NUMBER}")
    assert (answer.status_code, answer.headers["Location"]) == (308, "http://127.0.0.1:9/elsewhere")
    assert vendor.leases() == []


def test_taken_by_a_stranger(client: httpx.Client, vendor: Vendor) -> None:
    """Somebody else is faster: the lease is refused, and the stranger pays."""
    vendor.fault("lease", "taken")
    assert client.post(f"/lease/{NUMBER}").status_code == 409
    assert vendor.leased()[NUMBER].login == "stranger"
    assert vendor.charges(login=vendor.token()) == []
    assert client.post(f"/lease/{OTHER}").status_code == 200


def test_slow_body(client: httpx.Client, vendor: Vendor) -> None:
    """The body is whole, and takes its time."""
    vendor.fault("get", "slow_body", seconds=0.2)
    began = time.monotonic()
    assert client.get(f"/{NUMBER}").json()["data"]["id"] == NUMBER
    assert time.monotonic() - began >= 0.2


def test_huge_body(client: httpx.Client, vendor: Vendor) -> None:
    """The body is as large as scripted, and its length is not given."""
    vendor.fault("get", "huge", megabytes=3)
    with client.stream("GET", f"/{NUMBER}") as answer:
        assert "Content-Length" not in answer.headers
        size = sum(len(chunk) for chunk in answer.iter_bytes())
    assert size > 3 * 1_048_576


def test_rules_match_and_count(contiguity: httpx.Client, vendor: Vendor) -> None:
    """A rule is for some calls only, lets the first pass, and ends after its times."""
    vendor.fault("get", "status", code=500, number=OTHER, login=vendor.token(), skip=1, times=2)
    statuses = [contiguity.get(f"/{OTHER}").status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    (rule,) = vendor.faults()
    assert (rule.seen, rule.used) == (4, 2)

    vendor.fault("*", "status", code=500, number=OTHER, login="nobody", times=0)
    vendor.fault("*", "status", code=500, vendor="telesign", times=0)
    assert contiguity.get(f"/{OTHER}").status_code == contiguity.get(f"/{NUMBER}").status_code == 200

    vendor.fault("*", "status", code=500, times=0)
    assert [contiguity.get("/leased").status_code for _ in range(3)] == [500] * 3
    vendor.clear_faults()
    assert vendor.faults() == []
    assert contiguity.get("/leased").status_code == 200


def test_rules_in_sequence_and_together(contiguity: httpx.Client, vendor: Vendor) -> None:
    """Rules of one phase follow one another; rules of different phases act on the same call."""
    vendor.fault("lease", "status", code=500)
    vendor.fault("lease", "status", code=502)
    vendor.fault("lease", "taken", skip=1)
    assert [contiguity.post(f"/lease/{NUMBER}").status_code for _ in range(3)] == [500, 502, 409]
    assert [call.faults for call in vendor.calls("lease")] == [["status"], ["status", "taken"], []]
