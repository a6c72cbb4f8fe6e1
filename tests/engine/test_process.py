"""The provider's process: how many calls it works on at once, and when it ends."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from .host import INTENT_TYPE, NUMBER_TYPE, CallError, Host
from .test_life import NUMBER, declared

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from .conftest import NewHost

NUMBERS = [f"+1201555012{last}" for last in (3, 4, 5)] + ["+12125550123"]
ENDS_WITHIN_S = 5


def test_four_creates_are_worked_on_at_once(host: Host, vendor: Vendor) -> None:
    """All four are inside the vendor together; one listing of leases and one of offers served them all."""
    inputs = [declared(host, f"n{index}", number=number)[2] for index, number in enumerate(NUMBERS)]
    vendor.fault("lease", "barrier", n=4)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(host.create, [NUMBER_TYPE] * 4, inputs, [f"n{index}" for index in range(4)]))
    assert {id_ for id_, _ in made} == set(NUMBERS)
    leased = vendor.leased()
    assert {outs["number"]: outs["lease_id"] for _, outs in made} == {
        number: lease.lease_id for number, lease in leased.items()
    }
    calls = vendor.calls("lease")
    assert max(call.arrived for call in calls) < min(call.answered or 0 for call in calls)
    assert [call.operation for call in vendor.journal()].count("leased") == 1
    assert [call.operation for call in vendor.journal()].count("available") == 1
    assert len(vendor.charges()) == 8


def test_four_checks_at_once_choose_four_numbers(host: Host, vendor: Vendor) -> None:
    """Siblings with the same criteria never share a choice, whichever comes first."""
    search = {"search": {"country": "US", "area_code": "201"}}
    with ThreadPoolExecutor(4) as pool:
        checks = [pool.submit(host.check, INTENT_TYPE, {}, search, f"n{index}") for index in range(4)]
        chosen = {check.result()["claim"]["number"] for check in checks}
    assert len(chosen) == 4
    assert [call.operation for call in vendor.journal()] in (["leased", "available"], ["available", "leased"])


def test_one_number_has_one_resource(host: Host) -> None:
    """Both are named; the same resource may be checked twice."""
    for _ in range(2):
        host.check(INTENT_TYPE, {}, {"number": NUMBER}, "support")
    with pytest.raises(AssertionError, match=f"{NUMBER.replace('+', '[+]')} is declared twice") as caught:
        host.check(INTENT_TYPE, {}, {"number": NUMBER}, "sales")
    assert "support" in str(caught.value)
    assert "sales" in str(caught.value)


def test_the_process_ends_when_the_engine_is_gone(new_host: NewHost, vendor: Vendor) -> None:
    """The engine holds its standard input: an orphan must not go on leasing."""
    host = new_host()
    host.check(INTENT_TYPE, {}, {"number": NUMBER})
    assert host.process.poll() is None
    began = time.monotonic()
    host.close()
    assert time.monotonic() - began < ENDS_WITHIN_S
    assert host.process.returncode == 1
    assert host.printed == ""
    assert vendor.writes() == []


def test_the_process_ends_in_the_middle_of_a_lease(new_host: NewHost, vendor: Vendor) -> None:
    """What it has sent is at the vendor; the next run takes it over, and pays nothing."""
    host = new_host()
    _, _, inputs = declared(host, number=NUMBER)
    vendor.fault("lease", "hold_before")
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(host.create, NUMBER_TYPE, inputs)
        vendor.wait_held()
        began = time.monotonic()
        host.close()
        assert time.monotonic() - began < ENDS_WITHIN_S
        assert isinstance(call.exception(), CallError)
    vendor.release()
    assert len(vendor.leases()) == 1

    _, outs = new_host().create(NUMBER_TYPE, inputs)
    assert outs["lease_id"] == vendor.leased()[NUMBER].lease_id
    assert len(vendor.calls("lease")) == 1
    assert len(vendor.charges()) == 2


def test_a_run_knows_its_own_records(host: Host, new_host: NewHost) -> None:
    """Each process is a run of its own; both providers of one process are the same run."""
    runs = [declared(one, number=NUMBER)[1]["recorded"]["run"] for one in (host, host, new_host())]
    assert runs[0] == runs[1] != runs[2]


def many_declared(host: Host, vendor: Vendor, count: int) -> list[dict[str, Any]]:
    """Declare so many numbers, which the vendor has on offer."""
    numbers = [f"+1201555{1200 + index}" for index in range(count)]
    for number in numbers:
        vendor.add_offer("contiguity", number)
    return [declared(host, f"n{index}", number=number)[2] for index, number in enumerate(numbers)]


def test_eight_creates_are_worked_on_at_once(host: Host, vendor: Vendor) -> None:
    """The SDK's pool of four is widened: this fails when the installed SDK keeps it elsewhere."""
    inputs = many_declared(host, vendor, 8)
    vendor.fault("lease", "barrier", n=8)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(host.create, [NUMBER_TYPE] * 8, inputs, [f"n{index}" for index in range(8)]))

    assert all(call.faults == ["barrier met"] for call in vendor.calls("lease"))
    assert len(vendor.leased()) == 8


def test_the_width_of_the_pool_can_be_said(new_host: NewHost, vendor: Vendor) -> None:
    """LEASES_HOST_THREADS=4 leaves it as the SDK makes it; what is no width is refused in one line."""
    host = new_host(LEASES_HOST_THREADS="4")
    inputs = many_declared(host, vendor, 5)
    vendor.fault("lease", "barrier", n=5, timeout_s=1)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(host.create, [NUMBER_TYPE] * 5, inputs, [f"n{index}" for index in range(5)]))

    assert [call.faults for call in vendor.calls("lease")] == [["barrier timed out"]] * 5
    for odd in ("3", "many", "1001", "²"):
        with pytest.raises(CallError) as caught:
            new_host(LEASES_HOST_THREADS=odd).check(INTENT_TYPE, {}, {"number": NUMBER})
        assert caught.value.text == (
            f"pulumi_leases.ConfigError: LEASES_HOST_THREADS must be a whole number from 4 to 1000, not {odd!r}"
        )
