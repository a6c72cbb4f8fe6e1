"""Every way in which a lease ends, on a real connection; the vendor's journal and leases are the judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.account import SETTLE_S, Account, Known
from pulumi_leases.errors import LeaseChanged, LeasedElsewhere, LeaseError, OutcomeUnknown, Refused, StillLeased
from pulumi_leases.releasing import confirm, never_leased, release

from .lab import NUMBER, OTHER

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.models import Claim, Lease, Recorded

    from .conftest import NewLab
    from .lab import Lab


@pytest.fixture
def ours(lab: Lab) -> Known:
    """A lease of this login, as the state knows it; a day old."""
    lease = lab.service.lease(NUMBER, billing_method=None)
    lab.vendor.clock(advance_s=86_400)
    return Known(lease.lease_id, lease.leased_at)


def let_go(lab: Lab, known: Known) -> str:
    """What a LeasedNumber's delete does."""
    return release(lab.account, NUMBER, known, lab.told.append)


def failed(lab: Lab, kind: type[LeaseError], known: Known) -> str:
    """Release, and fail with exactly this kind of error, told in one line."""
    with pytest.raises(LeaseError) as caught:
        let_go(lab, known)
    assert type(caught.value) is kind, repr(caught.value)
    assert "\n" not in str(caught.value)
    assert NUMBER in str(caught.value)
    assert lab.vendor.token() not in str(caught.value)
    return str(caught.value)


def operations(vendor: Vendor, since: int) -> list[str]:
    """What was asked after a moment."""
    return [call.operation for call in vendor.journal(since)]


# The terminate call.


def test_a_release_is_one_listing_and_one_call(lab: Lab, vendor: Vendor, ours: Known) -> None:
    """Seen as ours, terminated once, nothing else asked."""
    since = len(vendor.journal())

    assert let_go(lab, ours) == f"released {NUMBER} ({ours.lease_id})"

    assert operations(vendor, since) == ["leased", "terminate"]
    assert vendor.leases() == []


@pytest.mark.parametrize("empty_list", [200, 404])
@pytest.mark.parametrize("after", ["gone", "terminated_fields", "404", "listed"])
def test_what_is_gone_already_is_a_success(lab: Lab, vendor: Vendor, ours: Known, after: str, empty_list: int) -> None:
    """Terminated outside, and however the vendor shows that: nothing is sent."""
    vendor.switch("contiguity", after_termination=after, empty_list=empty_list)
    vendor.terminate("contiguity", NUMBER)
    since = len(vendor.journal())

    assert let_go(lab, ours) == f"{NUMBER} ({ours.lease_id}) was released already"

    assert vendor.writes(since) == []


@pytest.mark.parametrize("status", ["expired", "terminated"])
def test_an_ended_lease_is_gone(lab: Lab, vendor: Vendor, ours: Known, status: str) -> None:
    """A lease that the service still lists, as ended."""
    vendor.set_status("contiguity", NUMBER, status)
    since = len(vendor.journal())

    assert let_go(lab, ours).endswith("was released already")

    assert vendor.writes(since) == []


@pytest.mark.parametrize("status", ["paused", "frozen"])
def test_a_paused_lease_is_held_and_terminated(lab: Lab, vendor: Vendor, ours: Known, status: str) -> None:
    """A status that is paused, or that nobody has heard of, costs money like any other."""
    vendor.set_status("contiguity", NUMBER, status)

    assert let_go(lab, ours).startswith("released")

    assert vendor.leases() == []


def test_another_lease_of_the_number_is_not_touched(lab: Lab, vendor: Vendor, ours: Known) -> None:
    """Our lease is gone, and somebody of the account has leased the number since: theirs is not terminated."""
    vendor.terminate("contiguity", NUMBER)
    theirs = vendor.lease("contiguity", NUMBER, login=vendor.token())
    since = len(vendor.journal())

    text = failed(lab, LeaseChanged, ours)

    assert ours.lease_id in text
    assert theirs.lease_id in text
    assert "this stack did not make; nothing was terminated" in text
    assert "`pulumi state delete` of both its resources" in text
    assert vendor.writes(since) == []
    assert lab.account.released == {}


def test_a_number_leased_to_another_login_is_not_believed_to_be_released(lab: Lab, vendor: Vendor, ours: Known) -> None:
    """Leased, but not to this login: a wrong key or a stranger. The state keeps it, and the ways out are named."""
    vendor.terminate("contiguity", NUMBER)
    vendor.lease("contiguity", NUMBER)
    since = len(vendor.journal())

    text = failed(lab, LeasedElsewhere, ours)

    assert "is leased, but not to account 'default' of contiguity: is this the wrong key?" in text
    assert "`pulumi state delete` of both its resources" in text
    assert vendor.writes(since) == []


def test_with_the_wrong_key_nothing_is_released(new_lab: NewLab, vendor: Vendor, ours: Known) -> None:
    """Another login of the service sees the number leased, and lets it be."""
    failed(new_lab(token=vendor.token("other")), LeasedElsewhere, ours)

    assert vendor.leased()[NUMBER].lease_id == ours.lease_id


@pytest.mark.parametrize("code", [400, 401, 402, 403, 409, 422])
def test_a_refused_release_keeps_the_vendors_reason(lab: Lab, vendor: Vendor, ours: Known, code: int) -> None:
    """Asked once; that the lease is still there is looked up for a moment, never read out of a text."""
    vendor.fault("terminate", "status", code=code, body={"message": "in a contract until May", "status": code})
    since = len(vendor.journal())

    with pytest.raises(Refused, match=f"{code} in a contract until May"):
        let_go(lab, ours)

    first, second, *looks = operations(vendor, since)
    assert (first, second, set(looks)) == ("leased", "terminate", {"get"})
    assert lab.waited_s == pytest.approx(20, abs=0.1)
    assert vendor.leased()[NUMBER].lease_id == ours.lease_id
    assert lab.account.released == {}


@pytest.mark.parametrize("code", [400, 404, 409])
def test_a_no_about_a_lease_that_is_gone_is_a_yes(lab: Lab, vendor: Vendor, ours: Known, code: int) -> None:
    """Somebody else was faster, or the service says no to what it has just done."""
    vendor.fault("terminate", "status_after", code=code)

    assert let_go(lab, ours).startswith("released")

    assert len(vendor.calls("terminate")) == 1


def test_a_termination_that_is_under_way_is_waited_for_by_the_intent(
    new_lab: NewLab, vendor: Vendor, ours: Known
) -> None:
    """An earlier run's answer was lost, and the service knows no lease to terminate while it still lists it."""
    vendor.switch("contiguity", termination_delay_s=100)
    vendor.fault("terminate", "drop_after")
    first, second = new_lab(), new_lab()
    failed(first, OutcomeUnknown, ours)
    claim = claim_of(second.account, ours)

    assert let_go(second, ours).startswith("released")
    assert confirmed(second, claim) is None

    assert [call.status for call in vendor.calls("terminate")] == [None, 404]
    assert vendor.leases() == []


LOST: dict[str, tuple[str, dict[str, Any]]] = {
    "dropped": ("drop_after", {}),
    "reset": ("reset", {}),
    "500": ("status_after", {"code": 500}),
    "502": ("html", {"code": 502}),
    "503": ("status_after", {"code": 503}),
    "504": ("status_after", {"code": 504}),
    "a page": ("html", {}),
    "empty": ("empty", {}),
    "garbage": ("garbage", {}),
    "truncated": ("truncated", {}),
    "foreign 404": ("status_after", {"code": 404, "body": "no such route"}),
    "redirect": ("status_after", {"code": 302}),
}


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_is_resolved_by_reading(lab: Lab, vendor: Vendor, ours: Known, kind: str) -> None:
    """Done, and the answer lost in whatever way: seen to be gone, never terminated twice."""
    fault, params = LOST[kind]
    vendor.fault("terminate", fault, **params)

    assert let_go(lab, ours).startswith("released")

    assert len(vendor.calls("terminate")) == 1
    assert vendor.leases() == []


def test_a_lost_answer_of_a_slow_termination_is_waited_for(lab: Lab, vendor: Vendor, ours: Known) -> None:
    """The lease reads as before for a while: it is asked for again, not terminated again."""
    vendor.switch("contiguity", termination_delay_s=40)
    vendor.fault("terminate", "drop_after")

    assert let_go(lab, ours).startswith("released")

    assert len(vendor.calls("terminate")) == 1
    assert lab.waited_s >= 40


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_an_answer_that_stays_unknown_is_said_so(new_lab: NewLab, vendor: Vendor, ours: Known, fault: str) -> None:
    """Still leased after a minute, done or not: unknown, one call; the next run ends it."""
    if fault == "drop_after":
        vendor.switch("contiguity", termination_delay_s=90)
    vendor.fault("terminate", fault)
    first = new_lab()

    text = failed(first, OutcomeUnknown, ours)

    assert "it is not known whether it was terminated; run the same command again" in text
    assert first.waited_s == pytest.approx(SETTLE_S, abs=0.1)
    assert len(vendor.calls("terminate")) == 1
    vendor.clock(advance_s=40)
    assert "released" in let_go(new_lab(), ours)
    assert vendor.leases() == []


def test_an_unreachable_vendor_keeps_the_state(lab: Lab, vendor: Vendor, ours: Known) -> None:
    """Asking fails: that is the error, and nothing is concluded from it."""
    vendor.fault("leased", "status", code=500)

    with pytest.raises(LeaseError, match="contiguity: GET /leased: 500"):
        let_go(lab, ours)

    assert len(vendor.leases()) == 1


# Seeing that the service has let go.


def confirmed(
    lab: Lab, claim: Claim, recorded: Recorded | None = None, *, undoable: bool = True, timeout_s: float = 600
) -> str | None:
    """What a LeaseIntent's delete does."""
    return confirm(lab.account, claim, recorded, undoable=undoable, timeout_s=timeout_s, tell=lab.told.append)


def still(lab: Lab, claim: Claim, recorded: Recorded | None = None, **options: Any) -> str:
    """Confirm, and fail because the number is still leased."""
    with pytest.raises(StillLeased) as caught:
        confirmed(lab, claim, recorded, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def claim_of(account: Account, known: Known) -> Claim:
    """The claim that a lease was made of."""
    lease = next(one for one in account.service.find(NUMBER) if account.is_it(one, known))
    return account.claim(lease)


def test_a_slow_termination_is_waited_for_with_growing_pauses(lab: Lab, vendor: Vendor, ours: Known) -> None:
    """Three minutes: some twenty listings, a line that counts down, one terminate call."""
    vendor.switch("contiguity", termination_delay_s=180)
    claim = claim_of(lab.account, ours)
    let_go(lab, ours)
    since = len(vendor.journal())

    assert confirmed(lab, claim) is None

    assert vendor.leases() == []
    assert set(operations(vendor, since)) == {"leased"}
    assert len(vendor.journal(since)) < 25
    assert 180 <= lab.waited_s < 200
    assert f"waiting for contiguity to let go of {NUMBER} (600 s left)" in lab.told
    assert lab.told[-1] != lab.told[0]


def test_the_deadline_counts_from_the_terminate_call(lab: Lab, vendor: Vendor, ours: Known) -> None:
    """Whatever was waited for in between: ten seconds are ten seconds."""
    vendor.switch("contiguity", termination_delay_s=3600)
    claim = claim_of(lab.account, ours)
    let_go(lab, ours)
    lab.account.sleep(7)

    text = still(lab, claim, timeout_s=10)

    assert text == (
        f"{NUMBER} ({ours.lease_id}) was terminated 10 s ago and contiguity still lists it as leased: run the same command "
        "again to go on waiting (leases:releaseTimeout sets how long)"
    )
    assert lab.waited_s == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize("period_end", ["set", "null"])
def test_the_next_run_goes_on_waiting(new_lab: NewLab, lab: Lab, vendor: Vendor, ours: Known, period_end: str) -> None:
    """After the deadline a new process finds the number still leased, waits, and terminates nothing again."""
    vendor.switch("contiguity", termination_delay_s=20, terminating_period_end=period_end)
    claim, recorded = claim_of(lab.account, ours), lab.recorded("an earlier run")
    let_go(lab, ours)
    still(lab, claim, timeout_s=5)

    assert confirmed(new_lab(), claim, recorded) is None

    assert vendor.leases() == []
    assert len(vendor.calls("terminate")) == 1


def test_many_threads_share_the_polls(lab: Lab, vendor: Vendor, ours: Known) -> None:
    """The second number that waits needs no listing of its own."""
    vendor.switch("contiguity", termination_delay_s=30)
    other = lab.service.lease(OTHER, billing_method=None)
    claims = [claim_of(lab.account, ours), lab.account.claim(other)]
    since = len(vendor.journal())
    let_go(lab, ours)
    release(lab.account, OTHER, Known(other.lease_id, other.leased_at), lab.told.append)
    confirmed(lab, claims[0])
    polls = len(vendor.calls("leased", since=since))

    confirmed(lab, claims[1])

    assert len(vendor.calls("leased", since=since)) == polls
    assert vendor.leases() == []


def test_a_number_that_was_never_leased_is_nobodys_business(lab: Lab, vendor: Vendor, ours: Known) -> None:
    """A refused number's intent goes without a look at whose the number is."""
    claim = claim_of(lab.account, ours)
    never_leased(lab.account, NUMBER)
    since = len(vendor.journal())

    assert confirmed(lab, claim, lab.recorded("an earlier run")) is None

    assert vendor.writes(since) == []
    assert len(vendor.leases()) == 1


def test_a_free_number_is_free(lab: Lab, new_lab: NewLab, vendor: Vendor, ours: Known) -> None:
    """Nothing leased under an old claim: done, with the shared listing and one look."""
    claim, recorded = claim_of(lab.account, ours), lab.recorded("an earlier run")
    vendor.terminate("contiguity", NUMBER)
    vendor.clock(advance_s=SETTLE_S)
    later = new_lab()
    since = len(vendor.journal())

    assert confirmed(later, claim, recorded) is None

    assert operations(vendor, since) == ["leased", "get"]
    assert later.waits == []


# What an interrupted run has left behind.


@pytest.fixture
def interrupted(new_lab: NewLab) -> tuple[Claim, Recorded, Lease]:
    """A claim of an earlier process, and the lease that it paid for and could not save."""
    gone = new_lab()
    claim, recorded = gone.claimed(), gone.recorded("an earlier run")
    lease = gone.service.lease(NUMBER, billing_method=None)
    gone.account.sleep(SETTLE_S)
    return claim, recorded, lease


def test_an_interrupted_lease_is_undone(lab: Lab, vendor: Vendor, interrupted: tuple[Claim, Recorded, Lease]) -> None:
    """An explicit number whose resource was removed, edited or destroyed meanwhile: terminated once, and told."""
    claim, recorded, lease = interrupted

    text = confirmed(lab, claim, recorded)

    assert text == f"released {NUMBER} ({lease.lease_id}), which an interrupted run had leased"
    assert vendor.leases() == []
    assert len(vendor.calls("terminate")) == 1
    assert lab.waited_s == pytest.approx(20, abs=0.1)


def test_an_interrupted_lease_that_shows_late_is_undone(lab: Lab, new_lab: NewLab, vendor: Vendor) -> None:
    """Destroyed at once, while the new lease is in no listing yet: it is waited for, not left behind."""
    vendor.switch("contiguity", listing_lag_s=45)
    gone = new_lab()
    claim, recorded = gone.claimed(), gone.recorded("an earlier run")
    gone.service.lease(NUMBER, billing_method=None)

    assert (confirmed(lab, claim, recorded) or "").startswith("released")

    assert vendor.leases() == []


def test_an_undo_waits_for_the_vendor_too(lab: Lab, vendor: Vendor, interrupted: tuple[Claim, Recorded, Lease]) -> None:
    """Within the same deadline, counted from its own terminate call."""
    vendor.switch("contiguity", termination_delay_s=100)
    claim, recorded, lease = interrupted

    text = still(lab, claim, recorded, timeout_s=50)

    assert f"({lease.lease_id}) was terminated 50 s ago" in text
    assert len(vendor.calls("terminate")) == 1


def test_a_termination_that_the_vendor_dates_is_not_asked_for_again(
    lab: Lab, vendor: Vendor, interrupted: tuple[Claim, Recorded, Lease]
) -> None:
    """A lease with an end is on its way out, however young it is: waited for, as long as any release."""
    vendor.switch("contiguity", termination_delay_s=300, terminating_period_end="set")
    claim, recorded, lease = interrupted
    lab.service.release(lease)

    assert confirmed(lab, claim, recorded) is None

    assert len(vendor.calls("terminate")) == 1
    assert vendor.leases() == []


NOT_UNDONE = ["a search", "an old lease", "a lease from before", "a lease from after", "two leases", "another run's"]


@pytest.mark.parametrize("case", NOT_UNDONE)
def test_what_may_be_wanted_is_never_undone(
    lab: Lab, vendor: Vendor, interrupted: tuple[Claim, Recorded, Lease], case: str
) -> None:
    """Without certainty nothing is terminated: the error names every cause and the ways out of each."""
    claim, recorded, lease = interrupted
    ours: Recorded | None = recorded
    if case == "an old lease":
        vendor.clock(advance_s=90_000)
    elif case == "a lease from before":
        ours = lab.recorded("an earlier run")
    elif case == "a lease from after":
        vendor.terminate("contiguity", NUMBER)
        vendor.clock(advance_s=7200)
        vendor.lease("contiguity", NUMBER, login=vendor.token())
    elif case == "two leases":
        vendor.lease("contiguity", NUMBER, login=vendor.token(), again=True)
    elif case == "another run's":
        ours = None

    text = still(lab, claim, ours, undoable=case != "a search")

    assert vendor.calls("terminate") == []
    assert len(vendor.leases()) == (2 if case == "two leases" else 1)
    assert text.startswith(f"{NUMBER} is still leased by account 'default' of contiguity (lease ")
    assert case == "a lease from after" or lease.lease_id in text
    for way in (
        "If it is still terminating: run the same command again",
        "If an interrupted run leased it: `pulumi up` with the resource declared, then destroy",
        "`pulumi-leases orphans --release`",
        "If it is meant to be kept: `pulumi state delete` of this LeaseIntent",
    ):
        assert way in text
