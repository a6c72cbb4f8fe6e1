"""Two stacks, or two runs of one stack, at the same time on one account, held against the vendor's charges."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_leases import LeasedNumber

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack
    from ..stack import Seen

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"
SEARCH = {"country": "US", "area_code": "201", "capabilities": ["sms", "mms"], "order_by": "number"}


def at_once(*work: Callable[[], Seen]) -> list[Seen]:
    """Run all commands at the same time."""
    with ThreadPoolExecutor(len(work)) as pool:
        return [future.result() for future in [pool.submit(one) for one in work]]


def declaring(service: str = "contiguity", **inputs: Any) -> Callable[[], None]:
    def program() -> None:
        support = LeasedNumber("support", service=service, **inputs)
        pulumi.export("number", support.number)

    return program


@pytest.mark.parametrize("service", ["telnyx", "twilio"])
def test_of_two_stacks_that_declare_one_number_one_leases_it(new_stack: NewStack, vendor: Vendor, service: str) -> None:
    """Both POSTs meet in the vendor: one charge; the loser's error says who it could be, and it never touches the number.

    Telnyx refuses the second POST, as Contiguity does; Twilio says yes to both, and the name that stands decides.
    """
    vendor.fault("lease", "barrier", n=2, timeout_s=60)
    one, two = (new_stack(declaring(service, number=NUMBER), name) for name in ("one", "two"))

    seen = at_once(one.up, two.up)

    assert {tuple(call.faults) for call in vendor.calls("lease")} == {("barrier met",)}
    assert sorted(one.ok for one in seen) == [False, True]
    loser, said = next((stack, up.text) for stack, up in zip((one, two), seen, strict=True) if not up.ok)
    winner = two if loser is one else one
    for words in ("another stack or person", "nothing was charged", "adopt=True", "pulumi-leases import", "orphans"):
        assert loser.said(words) in said
    lease, charges = vendor.leased(service)[NUMBER], vendor.charges()
    reference = winner.resources()["LeaseIntent support"]["outputs"]["recorded"]["reference"]
    assert reference in str(lease.settings)

    assert not loser.up().ok
    assert loser.destroy().ok
    assert vendor.leased(service)[NUMBER] == lease
    assert vendor.charges() == charges
    assert len({charge.kind for charge in charges}) == len(charges)
    assert [call.operation for call in vendor.writes()] == ["lease", "lease"]
    assert winner.up().changed == {}
    assert winner.destroy().ok
    assert vendor.leases() == []


def test_a_second_lease_of_one_number_is_reported(new_stack: NewStack, vendor: Vendor) -> None:
    """A TeleSign that charges twice for one number: whoever looks next sees both leases; each stack ends its own."""
    vendor.switch("telesign", own_number="200_second_lease")
    vendor.fault("lease", "barrier", n=2, timeout_s=60)
    program = declaring("telesign", number=NUMBER)
    one, two = new_stack(program, "one"), new_stack(program, "two")

    seen = at_once(one.up, two.up)
    leases = [lease.lease_id for lease in vendor.leases("telesign")]
    refreshed = one.refresh()

    assert len(leases) == 2
    assert all(up.ok for up in seen)
    assert "is leased more than once" in refreshed.text
    assert all(lease in refreshed.text for lease in leases)

    assert {stack.resources()["LeasedNumber support"]["outputs"]["lease_id"] for stack in (one, two)} == set(leases)
    at_once(one.destroy, two.destroy)
    assert vendor.leases() == []


def test_two_stacks_that_search_alike_end_with_a_number_each(new_stack: NewStack, vendor: Vendor) -> None:
    """Both choose the same first number and pay at once: one charge; `up --refresh` finds the other one the next."""
    vendor.fault("lease", "barrier", n=2, timeout_s=60)
    one, two = new_stack(declaring(search=SEARCH), "one"), new_stack(declaring(search=SEARCH), "two")

    seen = at_once(one.up, two.up)
    calls = vendor.calls("lease")
    assert len({call.number for call in calls}) == 1
    assert sorted(up.ok for up in seen) == [False, True]
    loser, said = next((stack, up.text) for stack, up in zip((one, two), seen, strict=True) if not up.ok)
    assert calls[0].number in said

    vendor.clock(advance_s=120)  # nothing of the first try can be at work any more
    again = loser.up(refresh=True)

    assert again.ok, again.text
    assert len(vendor.leased("contiguity")) == 2
    assert len(vendor.charges()) == 4
    assert one.preview().changed == two.preview().changed == {}
    assert all(gone.ok for gone in at_once(one.destroy, two.destroy))
    assert vendor.leases() == []


def test_a_cancelled_lock_with_the_old_run_alive_pays_once(
    new_stack: NewStack, vendor: Vendor, engine: Path, environ: dict[str, str]
) -> None:
    """`pulumi cancel` while the old CLI waits for its POST: the new run finds that lease when it comes, and takes it."""
    program = declaring(number=NUMBER)
    old = new_stack(program)
    vendor.fault("lease", "hold_before")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(old.up)
        vendor.wait_held(timeout=60)
        new = type(old)(old.folder, engine, environ, program)
        new.stack.cancel()
        since = len(vendor.journal())
        second = pool.submit(new.up)
        while not vendor.calls("get", since=since) and not second.done():
            time.sleep(0.05)  # until the new run looks for a lease
        vendor.release()
        first.result()
        taken = second.result()

    assert taken.ok, taken.text
    assert f"taken over {NUMBER}" in taken.text
    assert len(vendor.calls("lease")) == 1
    assert (
        new.resources()["LeasedNumber support"]["outputs"]["lease_id"] == vendor.leased("contiguity")[NUMBER].lease_id
    )
    assert new.preview().changed == {}
    assert new.destroy().ok
    assert vendor.leases() == []
