"""Releasing a lease, on a real connection, held against the vendor's journal and leases."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import (
    BadResponse,
    LeaseChanged,
    LeasedElsewhere,
    LeaseError,
    NoAnswer,
    OutcomeUnknown,
    Refused,
    ReleaseUnproven,
    StillLeased,
    Unauthorized,
)
from pulumi_leases.domain.models import Claim, Order, Recorded
from pulumi_leases.leasing import confirming, releasing
from pulumi_leases.leasing.account import SETTLE_S
from pulumi_leases.leasing.record import LeaseRef

from ..lab import NUMBER, OTHER, Lab

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from ..conftest import NewLab

CLAIM = Claim(number=NUMBER, service="contiguity", account="default")
GRACE_S = 20
TIMEOUT_S = 600


def leased(vendor: Vendor, number: str = NUMBER, **more: Any) -> LeaseRef:
    """A lease of the login, as the state knows it."""
    held = vendor.lease("contiguity", number, vendor.token(), **more)
    return LeaseRef(held.lease_id, datetime.fromtimestamp(int(held.leased_at), timezone.utc))


def old(vendor: Vendor, number: str = NUMBER) -> LeaseRef:
    """A lease of the login that is old enough to be in every listing."""
    known = leased(vendor, number)
    vendor.clock(advance_s=SETTLE_S + 1)
    return known


def released(lab: Lab, known: LeaseRef, number: str = NUMBER) -> str:
    """Release a lease, as the delete of a LeasedNumber does."""
    return releasing.release(lab.account, lab.record, number, known, None, lab.reported.append)


def confirmed(
    lab: Lab,
    number: str = NUMBER,
    recorded: Recorded | None = None,
    *,
    may_release: bool = True,
    timeout_s: float = TIMEOUT_S,
) -> str | None:
    """Confirm a release, as the delete of a LeaseIntent does."""
    claim = CLAIM.model_copy(update={"number": number})
    return confirming.confirm_released(
        lab.account,
        lab.record,
        claim,
        recorded,
        may_release=may_release,
        timeout_s=timeout_s,
        report=lab.reported.append,
    )


def kept(lab: Lab, known: LeaseRef, kind: type[LeaseError]) -> str:
    """Fail to release with exactly this kind of error, in one line."""
    with pytest.raises(LeaseError) as caught:
        released(lab, known)
    assert type(caught.value) is kind, repr(caught.value)
    assert "\n" not in str(caught.value)
    assert lab.vendor.token() not in str(caught.value)
    return str(caught.value)


def still(lab: Lab, recorded: Recorded | None = None, **how: Any) -> str:
    """Fail to confirm, with an error that names every cause and way out."""
    with pytest.raises(StillLeased) as caught:
        confirmed(lab, recorded=recorded, **how)
    return str(caught.value)


# A lease that is ours and held.


def test_a_release_is_one_listing_and_one_call(lab: Lab, vendor: Vendor) -> None:
    """The receipt is believed, and the intent's confirmation costs one more listing."""
    known = old(vendor)
    assert released(lab, known) == f"released {NUMBER} ({known.lease_id})"
    assert [call.operation for call in vendor.journal()] == ["leased", "terminate"]
    assert vendor.leases() == []

    assert confirmed(lab) is None
    assert [call.operation for call in vendor.journal()] == ["leased", "terminate", "leased"]
    assert lab.waits == []


def test_many_releases_share_listings_and_waits(lab: Lab, vendor: Vendor) -> None:
    """One listing, one call each, and polls that do not grow with the number of leases."""
    vendor.switch("contiguity", termination_delay_s=10)
    known = {number: old(vendor, number) for number in list(vendor.offers("contiguity"))[:20]}
    for number, one in known.items():
        released(lab, one, number)
    for number in known:
        confirmed(lab, number)
    operations = [call.operation for call in vendor.journal()]
    assert operations.count("terminate") == 20
    assert operations.count("leased") == 1 + len(lab.waits) + 1
    assert 5 < lab.waited_s < 17
    assert vendor.leases() == []


@pytest.mark.parametrize("status", ["active", "paused", "pending", "unheard-of"])
def test_any_held_lease_is_terminated(lab: Lab, vendor: Vendor, status: str) -> None:
    """What costs is let go, whatever the service calls its state."""
    known = old(vendor)
    vendor.set_status("contiguity", NUMBER, status)
    released(lab, known)
    assert vendor.leases() == []


def test_a_lease_too_young_to_show_is_waited_for(lab: Lab, vendor: Vendor) -> None:
    """Absence is not believed of a lease that was made just now."""
    vendor.switch("contiguity", listing_lag_s=20)
    known = leased(vendor)
    assert released(lab, known).startswith("released")
    assert 15 < lab.waited_s < SETTLE_S
    assert vendor.leases() == []


def test_a_lease_is_known_by_its_start_where_ids_differ(lab: Lab, vendor: Vendor) -> None:
    """A service may write a lease's id differently in different answers; it is one lease."""
    vendor.switch("contiguity", lease_id_in_get="lease_", listing_lag_s=20, read_lag_s=0)
    known = leased(vendor)
    assert released(lab, known).startswith("released")
    assert lab.waits == []
    assert vendor.leases() == []


# No usable answer.

SPOILT: dict[str, tuple[str, dict[str, Any]]] = {
    "reset": ("reset", {}),
    "html-502": ("html", {"code": 502}),
    "html-200": ("html", {}),
    "html-403": ("html", {"code": 403}),
    "empty": ("empty", {}),
    "garbage": ("garbage", {}),
    "truncated": ("truncated", {}),
}
DONE = [
    *[pytest.param(fault, {**params, "work": True}, id=name) for name, (fault, params) in SPOILT.items()],
    pytest.param("drop_after", {}, id="dropped"),
    *[pytest.param("status_after", {"code": code}, id=f"status-{code}") for code in (400, 403, 404, 409, 500, 503)],
    pytest.param("status_after", {"code": 404, "body": "no such route"}, id="foreign-404"),
]
NOT_DONE = [
    *[pytest.param(fault, {**params, "work": False}, id=name) for name, (fault, params) in SPOILT.items()],
    pytest.param("drop_before", {}, id="dropped"),
    *[pytest.param("status", {"code": code}, id=f"status-{code}") for code in (500, 502, 503, 504)],
    pytest.param("status", {"code": 404, "body": "no such route"}, id="foreign-404"),
    pytest.param("redirect", {"to": "http://127.0.0.1:1/elsewhere"}, id="redirect"),
]


@pytest.mark.parametrize(("fault", "params"), DONE)
def test_a_lost_yes_is_seen(lab: Lab, vendor: Vendor, fault: str, params: dict[str, Any]) -> None:
    """Whatever became of the answer: that the lease is gone is what counts, and nothing is sent twice."""
    known = old(vendor)
    vendor.fault("terminate", fault, **params)
    assert released(lab, known) == f"released {NUMBER} ({known.lease_id})"
    assert confirmed(lab) is None
    assert len(vendor.calls("terminate")) == 1
    assert lab.waits == []


@pytest.mark.parametrize(("fault", "params"), NOT_DONE)
def test_an_unclear_answer_keeps_the_state(
    lab: Lab, new_lab: NewLab, vendor: Vendor, fault: str, params: dict[str, Any]
) -> None:
    """Asked for as long as the call may be at work, then unknown; the same command again finishes it."""
    known = old(vendor)
    vendor.fault("terminate", fault, **params)
    message = kept(lab, known, OutcomeUnknown)
    assert "it is not known whether it was terminated; run the same command again" in message
    assert lab.waited_s == pytest.approx(SETTLE_S, abs=0.1)
    assert lab.record.releases == {}

    assert released(new_lab(), known).startswith("released")
    assert len(vendor.calls("terminate")) == 2
    assert vendor.leases() == []


def test_an_unclear_answer_and_no_way_to_ask_keeps_the_state(lab: Lab, vendor: Vendor) -> None:
    """Both reasons are named."""
    known = old(vendor)
    vendor.fault("terminate", "drop_after")
    vendor.fault("get", "status", code=500, times=0)
    message = kept(lab, known, OutcomeUnknown)
    assert "DELETE" in message
    assert "asking again failed: contiguity: GET" in message
    assert lab.record.releases == {}


# A no.


@pytest.mark.parametrize("code", [400, 403, 409, 422])
def test_a_no_keeps_the_state_with_the_services_words(lab: Lab, vendor: Vendor, code: int) -> None:
    """The lease is still there, and so it stays in the state."""
    known = old(vendor)
    vendor.fault("terminate", "status", code=code)
    assert "scripted by a fault" in kept(lab, known, Refused)
    assert lab.record.releases == {}
    assert len(vendor.leases()) == 1
    assert lab.waited_s == pytest.approx(GRACE_S, abs=0.1)


def test_a_wrong_key_keeps_the_state(lab: Lab, vendor: Vendor) -> None:
    """Nothing is concluded from what a wrong key does not see."""
    known = old(vendor)
    vendor.fault("terminate", "status", code=401)
    assert "401" in kept(lab, known, Unauthorized)
    assert lab.record.releases == {}


@pytest.mark.parametrize("operation", ["leased", "get"])
def test_a_listing_that_fails_keeps_the_state(lab: Lab, vendor: Vendor, operation: str) -> None:
    """Without knowing what is leased nothing is terminated and nothing is believed gone."""
    known = old(vendor)
    if operation == "get":
        vendor.terminate("contiguity", NUMBER)  # gone from the listing, so that the number is asked for singly
    vendor.fault(operation, "status", code=500, times=0)
    kept(lab, known, NoAnswer)
    assert vendor.writes() == []
    assert lab.record.releases == {}


def test_a_moment_to_wait_is_waited(lab: Lab, vendor: Vendor) -> None:
    """429 on the terminate call means that nothing was done: sent again after the wait."""
    known = old(vendor)
    vendor.fault("terminate", "429", retry_after=1)
    released(lab, known)
    assert [call.status for call in vendor.calls("terminate")] == [429, 200]
    assert vendor.leases() == []


# Not there any more.


@pytest.mark.parametrize("after", ["gone", "terminated_fields", "listed"])
@pytest.mark.parametrize("empty_list", [200, 404])
def test_a_lease_that_is_gone_is_released(lab: Lab, vendor: Vendor, after: str, empty_list: int) -> None:
    """On offer again, or shown as ended to the login that had it: success, nothing sent."""
    vendor.switch("contiguity", after_termination=after, empty_list=empty_list)
    known = old(vendor)
    vendor.terminate("contiguity", NUMBER)
    assert released(lab, known) == f"{NUMBER} ({known.lease_id}) was released already"
    assert confirmed(lab) is None
    assert vendor.writes() == []


@pytest.mark.parametrize("stranger_number", ["unavailable", "404"])
def test_a_lease_that_another_login_has_is_not_believed_released(
    new_lab: NewLab, lab: Lab, vendor: Vendor, stranger_number: str
) -> None:
    """With the wrong key the number is unavailable or unknown: that it is not listed shows nothing, and the state is kept."""
    vendor.switch("contiguity", stranger_number=stranger_number)
    known, wrong = old(vendor), new_lab(token=vendor.token("other"))
    message = kept(wrong, known, ReleaseUnproven)
    assert "is the key another login's, the base URL wrong, a gateway in between?" in message
    assert "`pulumi state delete` of both its resources" in message
    assert wrong.record.releases == {}
    assert vendor.writes() == []

    assert released(lab, known).startswith(f"released {NUMBER}")


@pytest.mark.parametrize("stranger_number", ["leased", "unavailable", "404"])
def test_the_claim_of_a_lease_that_another_login_has_is_kept(
    new_lab: NewLab, vendor: Vendor, recorded: Recorded, stranger_number: str
) -> None:
    """The intent of an interrupted run does not end for a wrong key either, whatever the stack consents to."""
    vendor.switch("contiguity", stranger_number=stranger_number)
    old(vendor)
    wrong = new_lab(token=vendor.token("other"))
    with pytest.raises((ReleaseUnproven, LeasedElsewhere), match="wrong"):
        confirmed(wrong, recorded=recorded)
    assert vendor.writes() == []


def test_another_lease_that_the_stack_knows_shows_that_the_login_is_right(lab: Lab, vendor: Vendor) -> None:
    """Then what is not listed is gone, however the service shows it; without that it is kept."""
    vendor.switch("contiguity", after_termination="404", residue_s=3600)
    known, other = old(vendor), old(vendor, OTHER)
    vendor.terminate("contiguity", NUMBER)
    kept(lab, known, ReleaseUnproven)

    lease, _ = releasing.locate_lease(lab.account, OTHER, other, lab.reported.append)

    assert lease is not None
    assert lab.account.is_proven.is_set()
    assert released(lab, known) == f"{NUMBER} ({known.lease_id}) was released already"
    assert vendor.writes() == []


def test_a_lease_that_the_state_keeps_shows_that_the_login_is_right(
    lab: Lab, vendor: Vendor, recorded: Recorded
) -> None:
    """In an `up` nothing else of the stack is deleted or read: what it keeps, and the listing shows, is evidence too."""
    vendor.switch("contiguity", after_termination="404", residue_s=3600)
    known, other = old(vendor), old(vendor, OTHER)
    vendor.terminate("contiguity", NUMBER)
    with pytest.raises(ReleaseUnproven):
        confirmed(lab, recorded=recorded)

    lab.account.knows = {other.lease_id}.__contains__

    assert confirmed(lab, recorded=recorded) is None
    assert released(lab, known) == f"{NUMBER} ({known.lease_id}) was released already"
    assert vendor.writes() == []


def test_a_sibling_that_is_found_meanwhile_is_waited_for(lab: Lab, vendor: Vendor) -> None:
    """The deletes of a destroy run at once: the others are given a few seconds to show that the login is right."""
    vendor.switch("contiguity", after_termination="404", residue_s=3600)
    known, other = old(vendor), old(vendor, OTHER)
    vendor.terminate("contiguity", NUMBER)

    def find_the_other(waited_s: float) -> None:
        if waited_s > 1 and not lab.account.is_proven.is_set():
            releasing.locate_lease(lab.account, OTHER, other, lab.reported.append)

    lab.meanwhile = find_the_other
    assert "was released already" in released(lab, known)
    assert lab.waited_s < 3


def test_a_lease_of_others_shows_nothing(lab: Lab, vendor: Vendor) -> None:
    """An account that leases something else may be anybody's."""
    vendor.switch("contiguity", after_termination="404", residue_s=3600)
    known = old(vendor)
    vendor.terminate("contiguity", NUMBER)
    leased(vendor, OTHER)
    kept(lab, known, ReleaseUnproven)
    assert not lab.account.is_proven.is_set()


@pytest.mark.parametrize("listing", ["/contiguity", "/contiguity/v2/numbers"])
def test_a_wrong_address_keeps_the_state(new_lab: NewLab, vendor: Vendor, listing: str) -> None:
    """A base URL without `/numbers`, or of another version: an error, and nothing is believed gone."""
    known = old(vendor)
    elsewhere = new_lab(base_url=vendor.contiguity.replace("/contiguity/numbers", listing))
    kept(elsewhere, known, BadResponse)
    assert vendor.writes() == []


GATEWAY = (
    '{"timestamp":"2026-11-27T20:00:00Z","status":404,"error":"Not Found","message":"No static resource","path":"/"}'
)


def test_a_gateway_that_answers_404_in_json_keeps_the_state(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """Neither the lease nor the claim is believed gone, although its answer has the shape of the service's own."""
    known = old(vendor)
    for operation in ("leased", "available", "get"):
        vendor.fault(operation, "status", code=404, body=GATEWAY, times=0)
    assert "is the base URL right?" in kept(lab, known, BadResponse)
    with pytest.raises(BadResponse):
        confirmed(lab, recorded=recorded)
    assert vendor.writes() == []


@pytest.mark.parametrize("status", ["expired", "terminated"])
def test_an_ended_lease_is_released(lab: Lab, vendor: Vendor, status: str) -> None:
    """What the service has ended itself needs no call."""
    known = old(vendor)
    vendor.set_status("contiguity", NUMBER, status)
    assert "released already" in released(lab, known)
    assert vendor.writes() == []


@pytest.mark.parametrize("after", ["gone", "404", "terminated_fields", "listed"])
def test_a_release_is_confirmed_however_it_shows(lab: Lab, vendor: Vendor, after: str) -> None:
    """A terminated lease may be gone, unknown, or shown with its end for a while."""
    vendor.switch("contiguity", after_termination=after)
    released(lab, old(vendor))
    assert confirmed(lab) is None
    assert lab.waits == []


def test_a_number_that_a_stranger_leases_by_now_is_not_believed_released(lab: Lab, vendor: Vendor) -> None:
    """It may be the wrong key: the state is kept, with the commands to forget it."""
    known = old(vendor)
    vendor.terminate("contiguity", NUMBER)
    vendor.lease("contiguity", NUMBER)
    message = kept(lab, known, LeasedElsewhere)
    assert "is this the wrong key?" in message
    assert "`pulumi state delete` of both its resources" in message
    assert vendor.writes() == []
    assert lab.record.releases == {}


def test_another_lease_of_the_number_is_not_terminated(lab: Lab, vendor: Vendor) -> None:
    """An old checkpoint, or others of the account: theirs is left alone."""
    known = old(vendor)
    vendor.terminate("contiguity", NUMBER)
    theirs = leased(vendor)
    message = kept(lab, known, LeaseChanged)
    assert f"lease {known.lease_id} is gone" in message
    assert f"lease {theirs.lease_id} for the number now" in message
    assert "nothing was terminated" in message
    assert vendor.writes() == []
    assert len(vendor.leases()) == 1


def test_a_second_lease_of_the_number_is_reported(lab: Lab, vendor: Vendor) -> None:
    """Ours goes, the other stays, is said, and keeps the intent."""
    known = old(vendor)
    second = leased(vendor, again=True)
    assert released(lab, known).endswith(f"there is also lease {second.lease_id} of {NUMBER}, which was not touched")
    vendor.clock(advance_s=5)
    assert second.lease_id in still(lab)
    assert [lease.lease_id for lease in vendor.leases()] == [second.lease_id]


def test_an_ending_lease_is_not_terminated_again(lab: Lab, vendor: Vendor) -> None:
    """Cancelled is cancelled: nothing is sent, and nothing is waited for."""
    known = old(vendor)
    vendor.set_status("contiguity", NUMBER, "ending")
    assert released(lab, known) == f"{NUMBER} ({known.lease_id}) is cancelled already"
    assert confirmed(lab) is None
    assert vendor.writes() == []
    assert lab.waits == []


# Waiting until the service has let go.


@pytest.mark.parametrize("period_end", ["set", "null"])
def test_a_slow_termination_is_waited_for(lab: Lab, vendor: Vendor, period_end: str) -> None:
    """Done is said when the vendor has let go, at growing intervals, with a line about each wait."""
    vendor.switch("contiguity", termination_delay_s=120, terminating_period_end=period_end)
    released(lab, old(vendor))
    assert confirmed(lab) is None
    assert vendor.leases() == []
    assert 115 < lab.waited_s < 136
    assert lab.waits[0] == pytest.approx(1, abs=0.1)
    assert max(lab.waits) <= 15
    assert f"waiting for contiguity to let go of {NUMBER}" in lab.reported[0]
    assert len(vendor.calls("terminate")) == 1


@pytest.mark.parametrize("period_end", ["set", "null"])
@pytest.mark.parametrize("again", ["error", "receipt"])
@pytest.mark.parametrize("unknown", [404, 400])
def test_a_termination_that_takes_too_long_is_gone_on_with(
    lab: Lab, new_lab: NewLab, vendor: Vendor, again: str, period_end: str, unknown: int
) -> None:
    """The time-out keeps the intent, and the next destroy waits on, whatever a second terminate call is answered."""
    vendor.switch(
        "contiguity",
        termination_delay_s=300,
        terminating_period_end=period_end,
        delete_again=again,
        delete_unknown=unknown,
    )
    recorded = Recorded(run="another run", at=datetime.fromtimestamp(vendor.clock(), timezone.utc))
    known = old(vendor)
    released(lab, known)
    message = still(lab, timeout_s=100)
    assert lab.waited_s == pytest.approx(100, abs=0.1)
    assert f"{NUMBER} ({known.lease_id}) was terminated 100 s ago" in message
    assert "run the same command again" in message
    assert "leases:releaseTimeout" in message

    later = new_lab()
    if (again, unknown, period_end) == ("error", 400, "null"):
        with pytest.raises(Refused, match="being terminated"):
            confirmed(later, recorded=recorded)
        vendor.clock(advance_s=300)
        later = new_lab()
    confirmed(later, recorded=recorded)
    assert vendor.leases() == []


def test_who_was_waiting_for_the_number_does_not_keep_the_intent(lab: Lab, vendor: Vendor) -> None:
    """Others of the account lease the number as soon as it is free: ours is released all the same."""
    vendor.switch("contiguity", termination_delay_s=60)
    released(lab, old(vendor))

    def lease_it(_waited_s: float) -> None:
        if not vendor.leases():
            leased(vendor)

    lab.meanwhile = lease_it
    assert confirmed(lab) is None
    assert len(vendor.leases()) == 1


# No terminate call in this run: what may an interrupted one have left?


@pytest.fixture
def recorded(vendor: Vendor) -> Recorded:
    """The record of a claim that another run has written just now."""
    return Recorded(run="another run", at=datetime.fromtimestamp(vendor.clock(), timezone.utc))


def test_nothing_leased_and_surely_nothing_at_work_is_done_at_once(lab: Lab, vendor: Vendor) -> None:
    """A claim of this very run, or one that is old: one listing."""
    assert confirmed(lab) is None
    assert [call.operation for call in vendor.journal()] == ["leased"]
    assert lab.waits == []


def test_a_young_claim_is_waited_for(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """A call of the interrupted run may still be at work: only when it cannot be, nothing is left."""
    vendor.clock(advance_s=15)
    assert confirmed(lab, recorded=recorded) is None
    assert lab.waited_s == pytest.approx(SETTLE_S - 15, abs=1)
    assert vendor.writes() == []


def test_what_lands_meanwhile_is_released(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """With the stack's consent the lease of an interrupted run whose resource is gone is terminated, and that is said."""

    def land(waited_s: float) -> None:
        if waited_s > 5 and not vendor.leases() and not vendor.writes():
            leased(vendor)

    lab.meanwhile = land
    line = confirmed(lab, recorded=recorded)
    assert line is not None
    assert "which an interrupted run had leased" in line
    assert vendor.leases() == []
    assert len(vendor.calls("terminate")) == 1


def test_what_was_left_is_released(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """After the time that an earlier termination may take."""
    vendor.switch("contiguity", termination_delay_s=5)
    known = leased(vendor)
    line = confirmed(lab, recorded=recorded)
    assert (
        line == f"released {NUMBER} ({known.lease_id}), which an interrupted run had leased (leases:releaseInterrupted)"
    )
    assert vendor.leases() == []
    assert GRACE_S <= lab.waited_s < GRACE_S + 10


def test_an_earlier_termination_is_waited_for(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """A lease that is on its way out is not terminated again."""
    leased(vendor)

    def let_go(waited_s: float) -> None:
        if waited_s > 10 and vendor.leases():
            vendor.terminate("contiguity", NUMBER)

    lab.meanwhile = let_go
    assert confirmed(lab, recorded=recorded) is None
    assert vendor.writes() == []


@pytest.mark.parametrize(
    ("after_claim", "may_release"),
    [
        pytest.param(timedelta(minutes=-5), True, id="before-the-claim"),
        pytest.param(timedelta(minutes=61), True, id="after-the-hour"),
        pytest.param(timedelta(), False, id="without-consent"),
        pytest.param(timedelta(minutes=30), False, id="within-the-hour-without-consent"),
    ],
)
def test_what_may_be_wanted_is_not_released(
    lab: Lab, vendor: Vendor, recorded: Recorded, after_claim: timedelta, may_release: bool
) -> None:
    """Without the evidence of a take-over, or without the stack's consent: left alone, with every way out."""
    vendor.clock(advance_s=timedelta(hours=2).total_seconds())
    known = leased(vendor, leased_at=(recorded.at + after_claim).timestamp())
    message = still(lab, recorded, may_release=may_release)
    for part in (
        f"{NUMBER} is still leased by account 'default' of contiguity (lease {known.lease_id})",
        "run the same command again",
        "`pulumi up --target '**::NAME'` with the resource declared takes it over (without --target it leases anew",
        "then `pulumi destroy`",
        "leases:releaseInterrupted=true",
        "replace the LeasedNumber, never its LeaseIntent",
        "`pulumi state delete` of this LeaseIntent",
    ):
        assert part in message
    assert vendor.writes() == []


def test_a_lease_without_a_date_is_not_released(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """No evidence, no termination."""
    vendor.switch("contiguity", billing="absent")
    leased(vendor)
    still(lab, recorded)
    assert vendor.writes() == []


def test_a_lease_of_the_very_moment_of_its_claim_is_released(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """As an import records it, but of a run: its LeasedNumber is not there to let it go."""
    known = leased(vendor, leased_at=recorded.at.replace(microsecond=0).timestamp())
    assert known.leased_at is not None
    line = confirmed(lab, recorded=recorded.model_copy(update={"at": known.leased_at}))
    assert (
        line == f"released {NUMBER} ({known.lease_id}), which an interrupted run had leased (leases:releaseInterrupted)"
    )
    assert vendor.leases() == []


def test_a_lease_without_a_date_beside_ours_keeps_the_intent(lab: Lab, vendor: Vendor) -> None:
    """It may have been there all along, and costs."""
    known, other = leased(vendor), leased(vendor, again=True)
    vendor.switch("contiguity", billing="absent")
    released(lab, known)
    assert other.lease_id in still(lab)
    assert lab.waits == []
    assert len(vendor.leases()) == 1


def test_a_lease_beside_a_claim_of_this_run_is_not_released(lab: Lab, vendor: Vendor) -> None:
    """What no interrupted run can have leased is somebody else's."""
    leased(vendor)
    still(lab)
    assert vendor.writes() == []


def test_two_leases_are_not_released(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """Which of them a terminate call would end is not for us to guess."""
    first, second = leased(vendor), leased(vendor, again=True)
    message = still(lab, recorded)
    assert f"(lease {first.lease_id}, lease {second.lease_id})" in message
    assert vendor.writes() == []


def test_an_ending_lease_keeps_no_intent(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """What is cancelled and runs out is let go."""
    leased(vendor)
    vendor.set_status("contiguity", NUMBER, "ending")
    assert confirmed(lab, recorded=recorded) is None
    assert lab.waits == []


def test_what_was_never_ours_keeps_no_intent(lab: Lab, vendor: Vendor, recorded: Recorded) -> None:
    """A number that was declared and refused: whatever is leased is another's, and stays."""
    lease = leased(vendor)
    note = releasing.note_never_leased(lab.account, lab.record, NUMBER, None)
    assert note is not None
    assert f"has lease {lease.lease_id} of it, which was not touched" in note
    assert confirmed(lab, recorded=recorded) is None
    assert [call.operation for call in vendor.journal()] == ["leased"]


def test_a_release_that_comes_while_the_intent_waits_is_waited_for(lab: Lab, vendor: Vendor) -> None:
    """Resources that were imported depend on nothing: the two of a pair are deleted in any order."""
    known = old(vendor)

    def delete_the_other(waited_s: float) -> None:
        if NUMBER not in lab.record.releases and waited_s > 2:
            released(lab, known)

    lab.meanwhile = delete_the_other
    assert confirmed(lab) is None
    assert vendor.leases() == []


# What a refresh says.


def test_a_lease_is_found_with_the_others_of_its_number(lab: Lab, vendor: Vendor) -> None:
    """Ours, and every other lease of the number, from the one listing."""
    known = old(vendor)
    second = leased(vendor, again=True)
    lease, others = releasing.locate_lease(lab.account, NUMBER, known, lab.reported.append)
    assert lease is not None
    assert lease.lease_id == known.lease_id
    assert [one.lease_id for one in others] == [second.lease_id]
    assert [call.operation for call in vendor.journal()] == ["leased"]


def test_a_lost_lease_is_asked_for_singly_before_it_is_believed(lab: Lab, vendor: Vendor) -> None:
    """Absence from a listing proves nothing; the message says what it means."""
    known = old(vendor)
    vendor.terminate("contiguity", NUMBER)
    lease, others = releasing.locate_lease(lab.account, NUMBER, known, lab.reported.append)
    assert (lease, others) == (None, [])
    assert [call.operation for call in vendor.journal()] == ["leased", "get"]
    text = releasing.lost_lease_warning(lab.account, NUMBER, known.lease_id, others)
    assert f"lease {known.lease_id} is not held any more by account 'default' of contiguity" in text
    assert "nothing is leased again unless the program says so" in text


def test_a_lease_of_others_in_place_of_ours_is_reported(lab: Lab, vendor: Vendor) -> None:
    """The number is leased, and yet ours is lost."""
    known = old(vendor)
    vendor.terminate("contiguity", NUMBER)
    theirs = leased(vendor)
    lease, others = releasing.locate_lease(lab.account, NUMBER, known, lab.reported.append)
    assert lease is None
    assert f"there is lease {theirs.lease_id} of the number now" in releasing.lost_lease_warning(
        lab.account, NUMBER, known.lease_id, others
    )


def test_other_numbers_do_not_matter(lab: Lab, vendor: Vendor) -> None:
    """A release touches its own number only."""
    known, other = old(vendor), old(vendor, OTHER)
    released(lab, known)
    assert [lease.lease_id for lease in vendor.leases()] == [other.lease_id]


def test_keys_that_were_changed_end_no_lease_of_the_former_login(new_lab: NewLab, vendor: Vendor) -> None:
    """A state with leases of both: the other number shows that this key is the stack's, and not that it was always."""
    former = new_lab().service.lease(Order(number=NUMBER))
    later = new_lab(token=vendor.token("another"))
    later.account.knows = later.service.lease(Order(number=OTHER)).lease_id.__eq__

    with pytest.raises(LeasedElsewhere, match="is this the wrong key"):
        releasing.release(
            later.account,
            later.record,
            NUMBER,
            LeaseRef(former.lease_id, former.leased_at),
            None,
            later.reported.append,
        )
