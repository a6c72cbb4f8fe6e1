"""Telnyx's orders and numbers over time: late, pending, failed, ordered twice, locked, released."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import LeaseError, NoAnswer, NotFound, Refused
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.services.telnyx import service as telnyx_service

from .telnyx import GROUP, NUMBER, PROFILE, as_listed, connect, count, held, ordered, telnyx

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.services.telnyx import Telnyx

__all__ = ["telnyx"]  # the fixture


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look an ordered number up for half a second only."""
    monkeypatch.setattr(telnyx_service, "_LOOK_UP_S", 0.5)


# Late.


def test_an_order_that_takes_its_time_is_waited_for(telnyx: Telnyx, vendor: Vendor) -> None:
    """Some seconds, as orders without requirements usually take: the lease is active, under the number's own id."""
    vendor.switch("telnyx", order_s=1.0, listing_lag_s=1.0, pending_numbers="absent")
    lease = ordered(telnyx)
    assert (lease.status, lease.lease_id) == ("active", held(vendor)[NUMBER])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "switches",
    [
        {"pending_numbers": "absent", "order_outcome": "pending"},
        {"listing_lag_s": 50.0},
        {"listing_lag_s": 50.0, "order_lag_s": 0.3},
        {"listing_lag_s": 50.0, "reference_filter": "ignored"},
    ],
)
def test_a_lease_that_is_not_listed_yet_is_found_by_its_reference(
    telnyx: Telnyx, vendor: Vendor, switches: dict[str, Any]
) -> None:
    """Pending, never absent, to the run that ordered and to the next; to nobody with another reference."""
    vendor.switch("telnyx", **switches)
    reference = mint_reference()
    lease = ordered(telnyx, reference=reference)
    assert (lease.number, lease.status, lease.reference) == (NUMBER, "pending", reference)
    assert list(held(vendor)) == [NUMBER]
    with closing(connect(vendor)) as later:
        assert later.find(NUMBER, reference) == [as_listed(lease)]
        assert later.find(NUMBER, mint_reference()) == later.find(NUMBER) == []
        assert not later.has_ended(NUMBER, lease.lease_id, reference)


@pytest.mark.usefixtures("impatient")
def test_a_success_that_never_shows_is_believed_for_a_minute(telnyx: Telnyx, vendor: Vendor) -> None:
    """Then the number was let go since, whatever its order says: its end is shown."""
    reference = mint_reference()
    vendor.switch("telnyx", listing_lag_s=3600.0)
    lease = ordered(telnyx, reference=reference)
    vendor.terminate("telnyx", NUMBER)
    with closing(connect(vendor)) as later:
        assert [one.status for one in later.find(NUMBER, reference)] == ["pending"]
        assert not later.has_ended(NUMBER, lease.lease_id, reference)
        vendor.clock(advance_s=61)
        assert later.find(NUMBER, reference) == []
        assert later.has_ended(NUMBER, lease.lease_id, reference)


@pytest.mark.parametrize(("status", "code"), [(403, "10010"), (404, "10005"), (500, "10007")])
def test_what_goes_wrong_after_the_order_leaves_open_what_was_done(
    telnyx: Telnyx, vendor: Vendor, status: int, code: str
) -> None:
    """No error of the look-up says that nothing was paid."""
    body = {"errors": [{"code": code, "title": "No", "detail": "Not now."}]}
    vendor.fault("leased", "status", vendor="telnyx", code=status, body=body, times=0)
    with pytest.raises(NoAnswer, match="was ordered"):
        ordered(telnyx)
    assert list(held(vendor)) == [NUMBER]


# Failed.


@pytest.mark.parametrize("answer", ["pending", "settled"])
@pytest.mark.parametrize("outcome", ["failure", "failed", "cancelled", "deleted"])
@pytest.mark.parametrize("cancelled", ["cancelled", "failure"])
def test_an_order_that_fails_is_refused(
    telnyx: Telnyx, vendor: Vendor, answer: str, outcome: str, cancelled: str
) -> None:
    """At once or some moments later; there is no lease, neither now nor by its reference."""
    vendor.switch("telnyx", order_answer=answer, order_outcome=outcome, cancelled_order=cancelled)
    reference = mint_reference()
    with pytest.raises(Refused, match="the order of"):
        ordered(telnyx, reference=reference)
    assert held(vendor) == {}
    assert vendor.charges("telnyx") == []
    assert telnyx.find(NUMBER, reference) == []


@pytest.mark.parametrize(
    ("status", "lease_status"), [("Success", "pending"), ("in_progress", "pending"), ("canceled", None)]
)
def test_a_word_for_an_order_that_nobody_has_heard_of_is_no_failure(
    telnyx: Telnyx, vendor: Vendor, status: str, lease_status: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may lead to a number yet is not refused: a refusal says that nothing was charged."""
    monkeypatch.setattr(telnyx_service, "_LOOK_UP_S", 0.0)
    lines = [{"id": "1", "phone_number": NUMBER, "status": status}]
    body = {"data": {"id": "12ade33a", "status": status, "phone_numbers": lines}}
    vendor.fault("lease", "status_after", vendor="telnyx", code=200, body=body)
    vendor.switch("telnyx", listing_lag_s=50.0)
    if lease_status is None:
        with pytest.raises(Refused, match="is canceled"):
            ordered(telnyx)
    else:
        assert ordered(telnyx).status == lease_status


# Ordered twice.


@pytest.mark.parametrize("own", [409, "200_second_order", "200_second_charge"])
@pytest.mark.parametrize("copied", [True, False])
def test_a_number_of_ones_own_is_not_ordered_again(telnyx: Telnyx, vendor: Vendor, own: object, copied: bool) -> None:
    """It is not on offer any more, and without an offer there is no order."""
    vendor.switch("telnyx", own_number=own, reference_copied=copied)
    first = ordered(telnyx)
    with pytest.raises(Refused, match="not on offer"):
        ordered(telnyx)
    assert (count(vendor, "lease"), len({one.kind for one in vendor.charges("telnyx")})) == (1, 2)
    assert held(vendor) == {NUMBER: first.lease_id}


@pytest.mark.parametrize("own", ["200_second_order", "200_second_charge"])
@pytest.mark.parametrize("copied", [True, False])
def test_a_yes_to_a_number_of_another_stack_is_reported_as_theirs(
    telnyx: Telnyx, vendor: Vendor, own: str, copied: bool
) -> None:
    """The lease that a second order names began before it, and carries their reference or none: never ours."""
    vendor.switch("telnyx", own_number=own, reference_copied=copied, search_lag_s=3600.0)
    theirs, ours = mint_reference(), mint_reference()
    with closing(connect(vendor)) as other:
        ordered(other, reference=theirs)
    vendor.clock(advance_s=1800)
    lease = ordered(telnyx, reference=ours)
    assert lease.lease_id == held(vendor)[NUMBER]
    assert lease.reference == (theirs if copied else None)
    assert [one.reference for one in telnyx.find(NUMBER, ours)] == [lease.reference]


def test_of_two_leases_of_one_number_the_order_made_its_own(telnyx: Telnyx, vendor: Vendor) -> None:
    """Where the vendor leases a number twice to two stacks of one account, each has the one that it pays for."""
    vendor.switch("telnyx", own_number="200_second_lease", search_lag_s=3600.0)
    vendor.fault("lease", "hold_after", vendor="telnyx")
    theirs, ours = mint_reference(), mint_reference()
    with closing(connect(vendor)) as other, ThreadPoolExecutor() as aside:
        asked = aside.submit(ordered, other, reference=theirs)
        vendor.wait_held()
        second = ordered(telnyx, reference=ours)  # the younger one, which is listed first
        vendor.release()
        first = asked.result()
    assert (first.reference, second.reference) == (theirs, ours)
    assert first.lease_id != second.lease_id
    assert len(vendor.charges("telnyx")) == 4


@pytest.mark.parametrize("taken", [85001, 10015])
def test_a_number_that_somebody_took_meanwhile_is_refused(telnyx: Telnyx, vendor: Vendor, taken: int) -> None:
    """Between the search and the order."""
    vendor.switch("telnyx", taken_number=taken)
    vendor.fault("lease", "taken", vendor="telnyx")
    with pytest.raises(Refused) as caught:
        ordered(telnyx)
    assert caught.value.code == str(taken)
    assert held(vendor) == {}


# Requirements.


def test_an_order_without_its_requirements_is_pending_until_they_come(telnyx: Telnyx, vendor: Vendor) -> None:
    """Not waited for; the group can still be given, and then the lease is made."""
    vendor.switch("telnyx", requirement_group="all")
    lease = ordered(telnyx)
    assert (lease.status, vendor.charges("telnyx")) == ("pending", [])
    telnyx.configure(lease, {"requirements": {"group": GROUP}})
    assert telnyx.find(NUMBER)[0].status == "active"
    assert vendor.charges("telnyx")
    with pytest.raises(Refused, match="while its order is pending"):
        telnyx.configure(telnyx.find(NUMBER)[0], {"requirements": {"group": GROUP}})


def test_an_order_whose_requirements_never_came_is_over(telnyx: Telnyx, vendor: Vendor) -> None:
    """The vendor cancels it, and says so to the login that placed it."""
    vendor.switch("telnyx", requirement_group="all", requirement_deadline_s=600.0)
    reference = mint_reference()
    lease = ordered(telnyx, reference=reference)
    assert not telnyx.has_ended(NUMBER, lease.lease_id, reference)
    vendor.clock(advance_s=601)
    assert telnyx.find(NUMBER, reference) == []
    assert telnyx.has_ended(NUMBER, lease.lease_id, reference)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"pending_delete": "refused"},
        {"pending_numbers": "absent"},
        {"pending_numbers": "absent", "cancelled_order": "failure"},
        {"pending_delete": "refused", "reference_copied": False},
    ],
)
def test_a_pending_order_is_let_go(telnyx: Telnyx, vendor: Vendor, switches: dict[str, Any]) -> None:
    """By the number where that is taken, else by cancelling the order that carries the reference; nothing is charged."""
    vendor.switch("telnyx", order_outcome="pending", **switches)
    reference = mint_reference()
    ordered(telnyx, reference=reference)
    (found,) = telnyx.find(NUMBER, reference)
    telnyx.release(found)
    assert held(vendor) == {}
    assert vendor.charges("telnyx") == []
    assert telnyx.find(NUMBER, reference) == []
    with pytest.raises(NotFound):
        telnyx.release(found)


# Let go.


def test_a_deletion_that_changes_nothing_is_sent_again(telnyx: Telnyx, vendor: Vendor) -> None:
    """Some users delete up to five times: here thrice, then who waits for the end sees whether it comes."""
    lease = ordered(telnyx)
    vendor.switch("telnyx", idle_deletes=3)
    telnyx.release(lease)
    assert (count(vendor, "terminate"), list(held(vendor))) == (3, [NUMBER])
    assert not telnyx.has_ended(NUMBER, lease.lease_id, lease.reference)
    assert [one.lease_id for one in telnyx.find(NUMBER, lease.reference)] == [lease.lease_id]
    telnyx.release(lease)
    assert held(vendor) == {}


def test_a_deletion_may_take_its_time(telnyx: Telnyx, vendor: Vendor) -> None:
    """Until then the number is held, and its end is not claimed."""
    lease = ordered(telnyx)
    vendor.switch("telnyx", deletion_delay_s=60.0)
    telnyx.release(lease)
    assert [one.lease_id for one in telnyx.find(NUMBER)] == [lease.lease_id]
    assert not telnyx.has_ended(NUMBER, lease.lease_id, lease.reference)
    vendor.clock(advance_s=61)
    assert telnyx.find(NUMBER, lease.reference) == []
    assert telnyx.has_ended(NUMBER, lease.lease_id, lease.reference)


@pytest.mark.parametrize("code", [10035, 10027])
def test_a_locked_number_says_where_the_lock_is(telnyx: Telnyx, vendor: Vendor, code: int) -> None:
    """It is not let go, and the way out is named."""
    lease = ordered(telnyx)
    vendor.switch("telnyx", locked_delete=code)
    vendor.edit("telnyx", NUMBER, deletion_lock_enabled=True)
    with pytest.raises(Refused, match="locked against deletion: take the lock off"):
        telnyx.release(lease)
    assert list(held(vendor)) == [NUMBER]


@pytest.mark.parametrize("again", ["new", "same"])
def test_a_number_that_was_bought_back_is_the_new_lease(telnyx: Telnyx, vendor: Vendor, again: str) -> None:
    """Its former end is shown, where its id is another; the hold after a release does not keep its holder from it."""
    vendor.switch("telnyx", number_id_again=again, ended_numbers="listed")
    first = ordered(telnyx)
    telnyx.release(first)
    second = ordered(telnyx)
    assert [one.reference for one in telnyx.find(NUMBER, second.reference)] == [second.reference]
    assert telnyx.has_ended(NUMBER, first.lease_id, first.reference) == (again == "new")
    assert not telnyx.has_ended(NUMBER, second.lease_id, second.reference)


# Connected.


def test_a_setting_is_taken_away_by_saying_none(telnyx: Telnyx, vendor: Vendor) -> None:
    """And read back as none."""
    lease = ordered(telnyx)
    telnyx.configure(lease, {"voice": {"connection": "12"}, "messaging": {"profile": PROFILE}, "tags": ["a"]})
    telnyx.configure(lease, {"voice": {"connection": None}, "messaging": {"profile": None}, "tags": []})
    (found,) = telnyx.find(NUMBER)
    assert found.settings == {"voice": {"connection": None}, "messaging": {"profile": None}, "tags": []}


def test_missing_settings_are_not_read_back(telnyx: Telnyx, vendor: Vendor) -> None:
    """While messaging cannot be asked the numbers are listed all the same."""
    ordered(telnyx)
    vendor.switch("telnyx", messaging_profiles="down")
    assert [set(lease.settings or ()) for lease in telnyx.list()] == [{"voice", "tags"}]


@pytest.mark.usefixtures("impatient")
def test_a_number_that_is_not_listed_cannot_be_connected_yet(telnyx: Telnyx, vendor: Vendor) -> None:
    """Refused, with the way out; then it can."""
    vendor.switch("telnyx", listing_lag_s=30.0)
    lease = ordered(telnyx)
    with pytest.raises(LeaseError, match="not listed yet"):
        telnyx.configure(lease, {"tags": ["a"]})
    vendor.clock(advance_s=31)
    telnyx.configure(lease, {"tags": ["a"]})
    assert telnyx.find(NUMBER)[0].settings["tags"] == ["a"]  # type: ignore[index]  # the vendor says it
