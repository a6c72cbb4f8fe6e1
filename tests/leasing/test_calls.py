"""How many calls of a vendor's API each step costs, counted in the vendor's journal."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.models import Claim, Order, Recorded, attributes
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.leasing.account import Account
from pulumi_leases.leasing.acquiring import acquire
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.confirming import confirm_released
from pulumi_leases.leasing.record import LeaseRef, OwnerRecord
from pulumi_leases.leasing.releasing import locate_lease, release

from ..contract.desk import DESKS, connected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi_leases.domain.models import Lease
    from pulumi_leases.emulator import Vendor

    Run = tuple[OwnerRecord, Lease, Recorded]

NUMBERS = [f"+120155512{last}" for last in range(10, 18)]
N = len(NUMBERS)

UP: Mapping[str, Mapping[str, int]] = {
    "contiguity": {"leased": 1, "available": 1, "lease": N},
    "telesign": {"list": 1, "search": 1, "lease": N},
    # All that are ordered at the same time are looked up together, while one such reading is under way in the next one.
    "telnyx": {"leased": 1 + 2, "available": N, "lease": N},
    # The number is read right before its purchase and again after it; a search shows some numbers, so each is asked for.
    "twilio": {"leased": 1 + 2 * N, "available": N, "prices": 1, "lease": N},
}
REFRESH: Mapping[str, Mapping[str, int]] = {
    "contiguity": {"leased": 1},
    "telesign": {"list": 1},
    "telnyx": {"leased": 1},
    "twilio": {"leased": 1},
}
DESTROY: Mapping[str, Mapping[str, int]] = {
    "contiguity": {"leased": 2, "terminate": N},
    "telesign": {"list": 2, "cancel": N},
    "telnyx": {"leased": 2, "terminate": N, "details": N},  # whether a deletion has had its effect
    "twilio": {"leased": 2, "terminate": N},
}
WIRING: Mapping[str, Mapping[str, Any]] = {
    "twilio": {"label": "desk", "voice": {"url": "https://calls.example.com"}, "status_callback": {"url": ""}},
    "telnyx": {"voice": {"connection": "12"}, "tags": ["desk"]},
    "contiguity": {"failover": {"enabled": True, "mode": "all", "numbers": []}},
}


def quiet(_text: str) -> None:
    """Ignore a report."""


def at_once(work: Callable[[str], Any]) -> list[Any]:
    """Run an action for all numbers at the same time."""
    with ThreadPoolExecutor(N) as pool:
        return list(pool.map(work, NUMBERS))


def within(vendor: Vendor, before: int, budget: Mapping[str, int]) -> bool:
    """Whether no operation was called more often than it may; pages of one listing are one call."""
    calls = [call for call in vendor.journal(before) if "page=" not in call.query or "page=1&" in call.query]
    asked = Counter(call.operation for call in calls)
    return set(asked) <= set(budget) and all(asked[name] <= most for name, most in budget.items())


def leased(account: Account, number: str) -> Run:
    """Claim and lease a number, as check and create do."""
    account.leases()
    offer, record = account.look(number), OwnerRecord()
    assert offer is not None
    recorded = Recorded(run="r", at=account.service.now(), reference=mint_reference())
    order = Order(number=number, reference=recorded.reference)
    acquired = acquire(
        *(account, record, account.claim(offer), recorded, order),
        is_fresh=True, was_refused=False, limits=Limits(), report=quiet,
    )  # fmt: skip
    return record, acquired.lease, recorded


@pytest.mark.parametrize("name", DESKS)
def test_each_command_keeps_to_its_budget(vendor: Vendor, name: str) -> None:
    """`up` of N, one update a wired number, `refresh` and `destroy` of N; of what does not change nothing is asked at all."""
    desk = DESKS[name](vendor)
    for number in NUMBERS:
        vendor.add_offer(name, number)

    def a_run() -> Account:
        return Account(connected(desk), "default", sleep=lambda _seconds: None)

    with closing((account := a_run()).service):
        vendor.fault("lease", "barrier", n=N, timeout_s=30)
        vendor.fault(desk.operations["find"], "delay_before", vendor=name, seconds=0.3, times=0, skip=1)
        made: list[Run] = at_once(lambda number: leased(account, number))
        assert within(vendor, 0, UP[name]), Counter(call.operation for call in vendor.journal())
        vendor.clear_faults()
        if name in WIRING:
            before = len(vendor.journal())
            account.service.configure(made[0][1], WIRING[name])
            assert within(vendor, before, {"configure": 1})

    refs = {lease.number: LeaseRef(lease.lease_id, lease.leased_at, recorded.reference) for _, lease, recorded in made}
    with closing((account := a_run()).service):
        before = len(vendor.journal())
        found = at_once(lambda number: locate_lease(account, number, refs[number], quiet))
        assert all(lease and not others for lease, others in found)
        assert within(vendor, before, REFRESH[name]), Counter(call.operation for call in vendor.journal(before))

    with closing((account := a_run()).service):
        before, records = len(vendor.journal()), {number: OwnerRecord() for number in NUMBERS}

        def end(number: str) -> None:
            release(account, records[number], number, refs[number], account.service.login, quiet)

        def confirm(number: str) -> None:
            lease, recorded = next((lease, recorded) for _, lease, recorded in made if lease.number == number)
            claim = Claim(**attributes(lease), service=name, account="default", login=account.service.login)
            confirm_released(
                *(account, records[number], claim, recorded),
                may_release=False, timeout_s=60, report=quiet,
            )  # fmt: skip

        at_once(end)
        at_once(confirm)
        assert vendor.leases() == []
        assert within(vendor, before, DESTROY[name]), Counter(call.operation for call in vendor.journal(before))
