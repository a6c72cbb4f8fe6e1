"""Leased once and released once, whatever becomes of the answer: the rules of leasing and releasing over every service."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import AlreadyLeased, LeaseError, NumberUnavailable, OutcomeUnknown
from pulumi_leases.domain.models import Order
from pulumi_leases.leasing.confirming import confirm_released
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.leasing.releasing import release

from .desk import NUMBER
from .process import silent
from .test_faults import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

    from .desk import Desk
    from .process import Process


def released(process: Process, ref: LeaseRef) -> str:
    """Let a lease go, as the delete of its LeasedNumber does."""
    account = process.account
    return release(account, process.record, NUMBER, ref, account.service.login, silent)


@pytest.mark.parametrize(("name", "params", "kind", "done"), UNKNOWN)
def test_one_lease_however_the_answer_is_lost(
    desk: Desk, process: Callable[[str], Process], name: str, params: dict[str, Any], kind: type[LeaseError], done: bool
) -> None:
    """Made, it is found and kept by this run; not made, its outcome is unknown, and the next run pays, once."""
    first = process("first")
    claim, recorded = first.claim()
    desk.fault("lease", name, **params)
    if done:
        obtained = first.obtain(claim, recorded)
    else:
        with pytest.raises(OutcomeUnknown):
            first.obtain(claim, recorded)
        obtained = process("second").obtain(claim, recorded)
    assert obtained.how == "leased"
    assert desk.held() == {NUMBER: obtained.lease.lease_id}
    assert desk.paid() == 1


def test_the_lease_of_an_interrupted_run_is_taken_over(desk: Desk, process: Callable[[str], Process]) -> None:
    """Without another call."""
    first = process("first")
    claim, recorded = first.claim()
    lease = first.account.service.lease(Order(number=NUMBER, billing_method=None))
    obtained = process("second").obtain(claim, recorded)
    assert (obtained.how, obtained.lease.lease_id) == ("taken over", lease.lease_id)
    assert desk.calls("lease") == desk.paid() == 1


def test_another_stack_of_the_account_was_faster(desk: Desk, process: Callable[[str], Process]) -> None:
    """Its lease is not ours, and we pay nothing."""
    first = process("first")
    claim, recorded = first.claim()
    desk.take(NUMBER, "main")
    paid = desk.paid()
    with pytest.raises(AlreadyLeased):
        first.obtain(claim, recorded)
    assert desk.paid() == paid


def test_a_stranger_was_faster(desk: Desk, process: Callable[[str], Process]) -> None:
    """The number is gone, and nothing is charged."""
    first = process("first")
    claim, recorded = first.claim()
    desk.take(NUMBER)
    with pytest.raises(NumberUnavailable):
        first.obtain(claim, recorded)
    assert desk.paid() == 0


@pytest.mark.parametrize("retry_after", [None, 2])
def test_a_wait_is_kept_and_then_paid_once(
    desk: Desk, process: Callable[[str], Process], retry_after: int | None
) -> None:
    """Twice asked to wait, then leased."""
    first = process("first")
    claim, recorded = first.claim()
    desk.fault("lease", "429", times=2, **({} if retry_after is None else {"retry_after": retry_after}))
    assert first.obtain(claim, recorded).how == "leased"
    assert (desk.calls("lease"), desk.paid()) == (3, 1)


@pytest.mark.parametrize(("name", "params", "kind", "done"), UNKNOWN)
def test_one_release_however_the_answer_is_lost(
    desk: Desk, process: Callable[[str], Process], name: str, params: dict[str, Any], kind: type[LeaseError], done: bool
) -> None:
    """Done, it is seen to be gone; not done, its outcome is unknown, and the next run releases."""
    first = process("first")
    claim, recorded = first.claim()
    lease = first.obtain(claim, recorded).lease
    known = LeaseRef(lease.lease_id, lease.leased_at)
    desk.fault("release", name, **params)
    if done:
        assert "released" in released(first, known)
    else:
        with pytest.raises(OutcomeUnknown):
            released(first, known)
        first = process("second")
        assert "released" in released(first, known)
    assert (
        confirm_released(first.account, first.record, claim, recorded, may_release=True, timeout_s=60, report=silent)
        is None
    )
    assert desk.held() == {}
    assert desk.calls("release") == (1 if done else 2)


def test_an_interrupted_lease_is_undone(desk: Desk, process: Callable[[str], Process]) -> None:
    """What an interrupted run has leased, and nobody declares any more, is let go."""
    first = process("first")
    claim, recorded = first.claim()
    first.account.service.lease(Order(number=NUMBER, billing_method=None))
    later = process("second")
    line = confirm_released(later.account, later.record, claim, recorded, may_release=True, timeout_s=60, report=silent)
    assert line is not None
    assert "an interrupted run" in line
    assert desk.held() == {}


def test_what_is_gone_is_released(desk: Desk, process: Callable[[str], Process]) -> None:
    """Ended by others."""
    first = process("first")
    lease = first.obtain(*first.claim()).lease
    desk.end(NUMBER)
    with closing(first.account.service):
        assert "already" in released(first, LeaseRef(lease.lease_id, lease.leased_at))
    assert desk.calls("release") == 0
