"""Faults, in process and on the wire: what the client sees, and what the vendor did."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Emulator, Vendor, serve

NUMBER = "+12015550123"
OTHER = "+12015550124"


@contextmanager
def in_threads(*calls: Callable[[], Any]) -> Iterator[list[Any]]:
    """Run the calls at once; their results, or exceptions, are there after the block."""
    results: list[Any] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            results.append(call())
        except httpx.HTTPError as error:
            results.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    yield results
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(params=["in process", "on the wire"])
def client(request: pytest.FixtureRequest) -> httpx.Client:
    name = "contiguity" if request.param == "in process" else "wire"
    client: httpx.Client = request.getfixturevalue(name)
    return client


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


def test_delays(client: httpx.Client, vendor: Vendor) -> None:
    """A delay before or after the work is time that the client waits, and others do not."""
    vendor.fault("lease", "delay_before", seconds=0.2)
    vendor.fault("lease", "delay_after", seconds=0.2)
    with in_threads(lambda: client.post(f"/lease/{NUMBER}")) as results:
        time.sleep(0.05)
        began = time.monotonic()
        assert client.get("/leased").status_code == 200
        assert time.monotonic() - began < 0.14
    assert results[0].status_code == 200
    (call,) = vendor.calls("lease")
    assert call.answered is not None
    assert call.answered - call.arrived > 0.39


def test_held_before_and_after_the_work(client: httpx.Client, vendor: Vendor) -> None:
    """A held request waits before the work, then before its answer, until control releases it."""
    vendor.fault("lease", "hold_before")
    vendor.fault("lease", "hold_after")
    with in_threads(lambda: client.post(f"/lease/{NUMBER}")) as results:
        (held,) = vendor.wait_held()
        assert (held.phase, held.operation, held.number, held.login) == ("before", "lease", NUMBER, vendor.token())
        assert vendor.leases() == []
        assert vendor.release() == [held.id]
        (held,) = vendor.wait_held()
        assert held.phase == "after"
        assert NUMBER in vendor.leased()
        assert vendor.calls("lease")[0].status is None
        assert not results
        assert vendor.release(held.id) == [held.id]
    assert results[0].status_code == 200
    assert vendor.held() == []


def test_held_request_is_done_though_its_client_is_gone(wire: httpx.Client, vendor: Vendor) -> None:
    """A request in flight at the vendor does its work whenever the vendor gets to it."""
    vendor.fault("lease", "hold_before")
    with pytest.raises(httpx.ReadTimeout):
        wire.post(f"/lease/{NUMBER}", timeout=0.1)
    vendor.wait_held()
    assert vendor.leases() == []
    vendor.release()
    assert NUMBER in vendor.leased()
    assert len(vendor.charges()) == 2
    assert vendor.calls("lease")[0].wrote


def test_client_that_has_gone_is_noted(wire: httpx.Client, vendor: Vendor) -> None:
    """The journal says when nobody waited for the answer."""
    vendor.fault("lease", "hold_after")
    with pytest.raises(httpx.ReadTimeout):
        wire.post(f"/lease/{NUMBER}", timeout=0.1)
    vendor.wait_held()
    vendor.release()
    deadline = time.monotonic() + 5
    while vendor.calls("lease")[0].answered is None:
        assert time.monotonic() < deadline
    assert vendor.calls("lease")[0].client_gone
    wire.get("/leased")
    assert not vendor.calls("leased")[0].client_gone


def test_release_of_one(client: httpx.Client, vendor: Vendor) -> None:
    """Held requests are released singly by their number."""
    vendor.fault("lease", "hold_before", times=2)
    with in_threads(lambda: client.post(f"/lease/{NUMBER}"), lambda: client.post(f"/lease/{OTHER}")):
        first, second = vendor.wait_held(2)
        vendor.release(second.id)
        assert set(vendor.leased()) == {second.number}
        assert [held.id for held in vendor.held()] == [first.id]
        vendor.release()
    assert set(vendor.leased()) == {NUMBER, OTHER}
    with pytest.raises(TimeoutError):
        vendor.wait_held(timeout=0.05)


def test_barrier(client: httpx.Client, vendor: Vendor) -> None:
    """Nobody goes on before all are there; then all do."""
    vendor.fault("lease", "barrier", n=2)
    with in_threads(lambda: client.post(f"/lease/{NUMBER}")) as results:
        deadline = time.monotonic() + 5
        while not vendor.calls("lease"):
            assert time.monotonic() < deadline
        assert vendor.leases() == []
        assert client.post(f"/lease/{OTHER}").status_code == 200
    assert results[0].status_code == 200
    assert [call.faults for call in vendor.calls("lease")] == [["barrier met"]] * 2


def test_barrier_that_is_not_met(contiguity: httpx.Client, vendor: Vendor) -> None:
    """After its time-out the barrier lets go, and the journal tells."""
    vendor.fault("lease", "barrier", n=2, timeout_s=0.05)
    assert contiguity.post(f"/lease/{NUMBER}").status_code == 200
    assert vendor.calls("lease")[0].faults == ["barrier timed out"]


def test_racing_for_one_number(wire: httpx.Client, vendor: Vendor) -> None:
    """Of many that ask for a number at the same moment exactly one gets it."""
    vendor.fault("lease", "barrier", n=8)
    logins = [{"Authorization": f"Token {vendor.token(str(one))}"} for one in range(8)]
    with in_threads(*(lambda login=login: wire.post(f"/lease/{NUMBER}", headers=login) for login in logins)) as results:
        pass
    assert sorted(answer.status_code for answer in results) == [200] + [409] * 7
    assert len(vendor.charges()) == 2


def test_slow_body(client: httpx.Client, vendor: Vendor) -> None:
    """The body is whole, and takes its time."""
    vendor.fault("get", "slow_body", seconds=0.2)
    began = time.monotonic()
    assert client.get(f"/{NUMBER}").json()["data"]["id"] == NUMBER
    assert time.monotonic() - began >= 0.2


def test_huge_body(client: httpx.Client, vendor: Vendor) -> None:
    """The body is as large as scripted, and its length is not told."""
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


def test_server_ends_while_requests_wait(emulator: Emulator) -> None:
    """Leaving the server drops what is held, delayed or half sent, does none of the work, and leaves no thread."""
    before = set(threading.enumerate())
    headers = {"Authorization": "Token contiguity_sk_main"}
    with ExitStack() as running:
        served = running.enter_context(serve(emulator))
        vendor = running.enter_context(Vendor(served.url))
        client = httpx.Client(base_url=vendor.contiguity, headers=headers, trust_env=False, timeout=30)
        vendor.fault("lease", "hold_before", number=NUMBER)
        vendor.fault("lease", "delay_before", seconds=60, number=OTHER)
        vendor.fault("lease", "barrier", n=2, timeout_s=60)
        vendor.fault("get", "slow_body", seconds=60)
        calls = [*(lambda path=path: client.post(f"/lease/{path}") for path in (NUMBER, OTHER, "+12015550125"))]
        with in_threads(*calls, lambda: client.get(f"/{NUMBER}")) as results:
            vendor.wait_held()
            deadline = time.monotonic() + 5
            while len(vendor.journal()) < 4:
                assert time.monotonic() < deadline
            running.close()
        client.close()
    assert [type(result) for result in results] == [httpx.RemoteProtocolError] * 4
    with Vendor("http://emulator", httpx.WSGITransport(app=emulator)) as afterwards:
        assert [call.outcome for call in afterwards.calls("lease")] == ["abandoned"] * 3
        assert afterwards.leases() == []
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize(
    ("fault", "params"), [("hold_before", {}), ("delay_before", {"seconds": 60}), ("barrier", {"n": 2})]
)
def test_nobody_waits_in_a_closed_emulator(
    emulator: Emulator, contiguity: httpx.Client, vendor: Vendor, fault: str, params: dict[str, Any]
) -> None:
    """After close a request that would have to wait is dropped."""
    vendor.fault("lease", fault, **params)
    emulator.close()
    with pytest.raises(httpx.RemoteProtocolError):
        contiguity.post(f"/lease/{NUMBER}")
    assert vendor.calls("lease")[0].outcome == "abandoned"
