"""Requests that wait: for a time, for a release, for one another, for the end."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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


def test_delays(client: httpx.Client, vendor: Vendor) -> None:
    """A delay before or after the work is time that the client waits, and others do not."""
    vendor.fault("lease", "delay_before", seconds=1.0)
    vendor.fault("lease", "delay_after", seconds=1.0)
    with in_threads(lambda: client.post(f"/lease/{NUMBER}")) as results:
        while not vendor.calls("lease"):
            time.sleep(0.01)
        assert client.get("/leased").status_code == 200
    assert results[0].status_code == 200
    (call,), (other,) = vendor.calls("lease"), vendor.calls("leased")
    assert call.answered is not None
    assert other.answered is not None
    assert call.answered - call.arrived > 1.99
    assert call.arrived < other.arrived < other.answered < call.answered


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
    """After its time-out the barrier lets go, and the journal says so."""
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
