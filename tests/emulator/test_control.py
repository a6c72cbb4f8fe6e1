"""The control API: what it shows, what it does, and that it refuses what cannot be."""

import json
import socket
import threading
from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Emulator, Served, Vendor, serve
from pulumi_leases.emulator.control import ControlError
from pulumi_leases.emulator.vendor import EmulatorError

NUMBER = "+12015550123"
NEW = "+12015550199"


def test_journal(contiguity: httpx.Client, telesign: httpx.Client, vendor: Vendor) -> None:
    """Every request of both vendors is there in order, with who asked what and what came of it."""
    contiguity.post(f"/lease/{NUMBER}", json={"billing_method": "monthly"})
    telesign.get("/leases", params={"page": 1})
    contiguity.delete(f"/leased/{NUMBER}")
    first, second, third = vendor.journal()
    assert [call.seq for call in (first, second, third)] == [1, 2, 3]
    assert (first.vendor, first.operation, first.method, first.number) == ("contiguity", "lease", "POST", NUMBER)
    assert first.path == f"/contiguity/numbers/lease/{NUMBER}"
    assert json.loads(first.body) == {"billing_method": "monthly"}
    assert (first.login, first.scheme) == (vendor.token(), "Token")
    assert (first.status, first.outcome, first.wrote) == (200, "leased", True)
    assert (second.vendor, second.operation, second.query, second.login) == (
        "telesign", "list", "page=1", vendor.customer(),
    )  # fmt: skip
    assert (second.outcome, second.wrote) == ("listed", False)
    assert third.outcome == "terminated"
    assert first.arrived <= second.arrived <= third.arrived
    assert first.at <= second.at <= third.at
    assert vendor.journal(since=2) == [third]
    assert vendor.calls("lease") == vendor.calls(number=NUMBER)[:1] == [first]
    assert vendor.calls(vendor="telesign", login=vendor.customer()) == [second]
    assert vendor.writes() == [first, third]


def test_no_secret_in_headers(contiguity: httpx.Client, vendor: Vendor) -> None:
    """Headers are kept without Authorization."""
    contiguity.get("/leased")
    (call,) = vendor.journal()
    assert "User-Agent" in call.headers
    assert "Authorization" not in call.headers


def test_wrong_paths_are_journaled(emulator: Emulator, vendor: Vendor) -> None:
    """A client with a wrong base URL leaves its traces."""
    with httpx.Client(transport=httpx.WSGITransport(app=emulator)) as client:
        assert client.get("http://emulator/contiguity/leases").status_code == 401
        assert client.get("http://emulator/telesign/v2/leases").status_code == 401
        assert client.get("http://emulator/elsewhere").status_code == 404
    assert [call.operation for call in vendor.journal()] == ["other", "other"]


def test_lease_made_and_ended_outside(contiguity: httpx.Client, vendor: Vendor) -> None:
    """Control leases for any login, with its charges, and ends leases, without a request to the vendor."""
    made = vendor.lease(
        "contiguity", NUMBER, vendor.token(), billing_method="service_contract", leased_at=1_790_000_000
    )
    read = contiguity.get(f"/{NUMBER}").json()["data"]
    assert read["lease_id"] == made.lease_id
    assert read["billing"] == {"method": "service_contract", "period": {"start": 1_790_000_000, "end": None}}
    assert len(vendor.charges("contiguity", vendor.token(), NUMBER)) == 2
    with pytest.raises(ControlError, match="leased at contiguity already"):
        vendor.lease("contiguity", NUMBER)
    vendor.lease("contiguity", NUMBER, again=True)
    with pytest.raises(ControlError, match="2 leases"):
        vendor.terminate("contiguity", NUMBER)
    vendor.terminate("contiguity", lease_id=made.lease_id)
    vendor.terminate("contiguity", NUMBER)
    assert vendor.leases() == []
    assert vendor.calls("lease") == []


def test_a_lease_is_put_back_as_it_was(contiguity: httpx.Client, telesign: httpx.Client, vendor: Vendor) -> None:
    """Control leases under a given id; no other lease gets that id, neither from control nor by a request."""
    vendor.lease("telesign", NUMBER, vendor.customer(), lease_id="4107", leased_at=1_790_000_000)
    (listed,) = telesign.get("/leases").json()["data"]
    assert listed["lease"]["lease_id"] == 4107
    assert listed["lease"]["created_on_utc"] == "2026-09-21T14:13:20.000000Z"
    answer = telesign.post("/leases", data={"country_iso2": "US", "phone_number": "12125550123"})
    assert answer.json()["data"][0]["lease"]["lease_id"] == 4108

    first = vendor.lease("contiguity", NUMBER)
    with pytest.raises(ControlError, match=f"contiguity has a lease {first.lease_id} already"):
        vendor.lease("contiguity", "+12125550123", lease_id=first.lease_id)


def test_a_lease_that_is_ending_is_put_back(telesign: httpx.Client, vendor: Vendor) -> None:
    """Control leases until a given time: the lease is cancelled already, and held until then."""
    vendor.switch("telesign", after_cancel="expires")
    ends_at = vendor.clock() + 3600
    lease = vendor.lease("telesign", NUMBER, vendor.customer(), ends_at=ends_at)
    (listed,) = telesign.get("/leases").json()["data"]
    assert listed["lease"]["expires_on_utc"] is not None
    assert telesign.delete(f"/leases/{lease.lease_id}").status_code == 404
    vendor.clock(advance_s=3601)
    assert telesign.get("/leases").json()["data"] == []
    assert vendor.leases() == []


@pytest.mark.parametrize(
    ("status", "held"), [("paused", True), ("odd", True), ("expired", False), ("terminated", False)]
)
def test_status_set_outside(contiguity: httpx.Client, vendor: Vendor, status: str, held: bool) -> None:
    """Reads show the status that control has set; an ended lease frees its number but is shown until the next."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.set_status("contiguity", NUMBER, status)
    assert contiguity.get(f"/{NUMBER}").json()["data"]["lease_status"] == status
    (listed,) = contiguity.get("/leased").json()["data"]["numbers"]
    assert (listed["lease_status"], listed["status"]) == (status, "leased" if held else "available")
    assert (NUMBER in vendor.leased()) is held
    assert contiguity.post(f"/lease/{NUMBER}").status_code == (409 if held else 200)
    if held:
        vendor.set_status("contiguity", NUMBER, None)
    assert contiguity.get(f"/{NUMBER}").json()["data"]["lease_status"] == "active"


def test_offers(contiguity: httpx.Client, vendor: Vendor) -> None:
    """Numbers come, change and go; a lease keeps the price of its beginning."""
    vendor.add_offer("contiguity", NEW, recurring_fee=3, upfront_fee=0.5, city="Hoboken", channels=["sms"])
    read = contiguity.get(f"/{NEW}").json()["data"]
    assert read["location"] == {"country": "US", "region": "NJ", "city": "Hoboken"}
    assert read["pricing"] == {"currency": "USD", "upfront_fee": 0.5, "monthly_rate": 3}
    contiguity.post(f"/lease/{NEW}")
    vendor.change_offer("contiguity", NEW, recurring_fee=99.0)
    assert contiguity.get(f"/{NEW}").json()["data"]["pricing"]["monthly_rate"] == 99
    assert vendor.leased()[NEW].recurring_fee == 3
    assert vendor.state().charged == {"USD": 3.5}

    with pytest.raises(ControlError, match="terminate the lease first"):
        vendor.remove_offer("contiguity", NEW)
    vendor.terminate("contiguity", NEW)
    assert vendor.remove_offer("contiguity", NEW) == [NEW]
    assert contiguity.get(f"/{NEW}").status_code == 404
    assert NEW not in vendor.offers("contiguity")
    assert NUMBER in vendor.offers("telesign")


def test_clock(contiguity: httpx.Client, vendor: Vendor) -> None:
    """The vendors' time is shifted as asked, in their answers too."""
    now = vendor.clock()
    assert 0 <= vendor.clock(advance_s=100) - now - 100 < 5
    assert 0 <= vendor.clock(advance_s=100) - now - 200 < 5
    contiguity.post(f"/lease/{NUMBER}")
    assert abs(vendor.clock(offset_s=-50) - now + 50) < 5
    assert len(vendor.charges()) == 2
    assert abs(contiguity.get("/leased").json()["timestamp"] / 1000 - now + 50) < 5


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/switches", {"contiguity": {"no_such": 1}}),
        ("PATCH", "/switches", {"contiguity": {"own_number": 418}}),
        ("PATCH", "/switches", {"contiguity": {"own_number": True}}),
        ("PATCH", "/switches", {"contiguity": {"unknown_fields": 1}}),
        ("PATCH", "/switches", {"contiguity": {"pending_s": -1}}),
        ("PATCH", "/switches", {"contiguity": {"pending_s": "soon"}}),
        ("PATCH", "/switches", {"contiguity": {"pending_s": None}}),
        ("PATCH", "/switches", {"nobody": {}}),
        ("PATCH", "/switches", ["contiguity"]),
        ("POST", "/faults", {"operation": "lease"}),
        ("POST", "/faults", {"operation": "lease", "fault": "no_such"}),
        ("POST", "/faults", {"operation": "search", "fault": "drop_after", "vendor": "contiguity"}),
        ("POST", "/faults", {"operation": "no_such", "fault": "drop_after"}),
        ("POST", "/faults", {"operation": "lease", "fault": "drop_after", "vendor": "nobody"}),
        ("POST", "/faults", {"operation": "lease", "fault": "drop_after", "times": -1}),
        ("POST", "/faults", {"operation": "lease", "fault": "drop_after", "skip": "1"}),
        ("POST", "/faults", {"operation": "lease", "fault": "drop_after", "seconds": 1}),
        ("POST", "/faults", {"operation": "lease", "fault": "delay_before"}),
        ("POST", "/faults", {"operation": "lease", "fault": "delay_before", "seconds": "1"}),
        ("POST", "/faults", {"operation": "lease", "fault": "status", "code": True}),
        ("POST", "/lease", {"vendor": "contiguity", "number": "+12015559999"}),
        ("POST", "/lease", {"vendor": "contiguity"}),
        ("POST", "/lease", {"vendor": "contiguity", "number": NUMBER, "who": "x"}),
        ("POST", "/terminate", {"vendor": "contiguity", "number": NUMBER}),
        ("POST", "/status", {"vendor": "contiguity", "number": NUMBER, "status": "paused"}),
        ("POST", "/offers", {"vendor": "contiguity", "number": NUMBER}),
        ("POST", "/offers", {"vendor": "contiguity", "number": "2015550123"}),
        ("POST", "/offers", {"vendor": "contiguity", "number": NEW, "colour": "red"}),
        ("PATCH", "/offers", {"vendor": "contiguity", "number": NUMBER, "recurring_fee": "12"}),
        ("PATCH", "/offers", {"vendor": "contiguity", "number": NUMBER, "channels": [1]}),
        ("PATCH", "/offers", {"vendor": "contiguity", "number": NUMBER, "channels": "sms"}),
        ("POST", "/clock", {"offset_s": "later"}),
        ("POST", "/logins", {"vendor": "contiguity", "login": "somebody"}),
        ("POST", "/logins", {"vendor": "telesign", "login": "somebody"}),
        ("POST", "/logins", {"vendor": "contiguity", "login": "contiguity_sk_a", "revoked": "yes"}),
        ("GET", "/journal?since=x", None),
    ],
)
def test_misuse_is_refused(emulator: Emulator, vendor: Vendor, method: str, path: str, body: Any) -> None:
    """A control request for what does not exist is a 400 with its reason, and changes nothing."""
    before = vendor.state()
    with httpx.Client(base_url="http://emulator/control", transport=httpx.WSGITransport(app=emulator)) as client:
        answer = client.request(method, path, json=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]
    after = vendor.state()
    assert (before.leases, before.switches) == (after.leases, after.switches)
    assert vendor.faults() == []


def test_switches_are_listed_as_set(vendor: Vendor) -> None:
    """Values may be written as text; the state has them as they are."""
    vendor.switch("contiguity", own_number="400", read_lag_s=1.5)
    vendor.switch("contiguity", read_lag_s=None)
    switches = vendor.state().switches["contiguity"]
    assert (switches["own_number"], switches["read_lag_s"]) == (400, None)


def test_a_bug_of_the_emulator_is_seen(emulator: Emulator, contiguity: httpx.Client, vendor: Vendor) -> None:
    """What fails inside of the emulator is a 500, and no test that asks the vendor can overlook it."""
    del emulator.world.offers["contiguity"][NUMBER]
    emulator.world.ledgers["contiguity"].book(vendor.offers("telesign")[NUMBER], vendor.token(), 0)
    answer = contiguity.get("/leased")
    assert (answer.status_code, "emulator_error" in answer.json()) == (500, True)
    for look in (vendor.journal, vendor.state, vendor.leased, vendor.charges):
        with pytest.raises(EmulatorError, match="KeyError"):
            look()


def test_emulators_share_nothing(vendor: Vendor) -> None:
    """Two emulators in one process are two worlds."""
    vendor.lease("contiguity", NUMBER)
    vendor.switch("contiguity", own_number=400)
    with Vendor("http://other", httpx.WSGITransport(app=Emulator())) as other:
        assert other.leases() == []
        assert other.state().switches["contiguity"]["own_number"] == 409


def test_server_is_on_this_machine_only(served: Served) -> None:
    """The socket is bound to 127.0.0.1, and its root says what is where."""
    assert served.url.startswith("http://127.0.0.1:")
    index = httpx.get(served.url, trust_env=False).json()
    assert index["contiguity"]["base_url"] == "/contiguity/numbers"
    with Vendor(served.url) as vendor:
        assert vendor.leases() == []


def test_port_of_choice_and_port_taken(served: Served) -> None:
    """A free port can be chosen; a taken one is an OSError."""
    port = int(served.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"), serve(Emulator(), port):
        pass
    with socket.create_server(("127.0.0.1", 0)) as free:
        chosen = free.getsockname()[1]
    with serve(Emulator(), chosen) as second:
        assert second.url == f"http://127.0.0.1:{chosen}"


def test_server_leaves_nothing_behind() -> None:
    """After the context there is no thread and no listener, even with a client that only connected."""
    before = set(threading.enumerate())
    with serve(Emulator()) as served:
        port = int(served.url.rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port))
        assert httpx.get(served.url, trust_env=False).status_code == 200
    assert set(threading.enumerate()) <= before
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
