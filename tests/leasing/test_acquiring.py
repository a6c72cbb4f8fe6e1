"""Every outcome of the paying call, on a real connection, held against the vendor's journal and charges."""

from __future__ import annotations

import contextlib
import socket
import threading
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pulumi_leases.domain.errors import (
    AlreadyLeased,
    LeaseError,
    NumberUnavailable,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
    Refused,
    StillLeased,
    Unauthorized,
    Unreachable,
)
from pulumi_leases.domain.models import Order
from pulumi_leases.emulator import Emulator, Vendor, serve
from pulumi_leases.leasing.account import SETTLE_S
from pulumi_leases.leasing.acquiring import acquire, price_increase_warning
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.services.contiguity import Contiguity
from pulumi_leases.services.http import transport

from ..lab import NUMBER, OTHER, Lab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pulumi_leases.domain.models import Claim, Lease, Recorded
    from pulumi_leases.leasing.paying import Acquired

    from ..conftest import NewLab

Earlier = tuple["Claim", "Recorded"]


@pytest.fixture
def earlier(new_lab: NewLab) -> Earlier:
    """A claim that another process has recorded, and that process is gone."""
    gone = new_lab()
    return gone.claimed(), gone.recorded("another run")


def leased(
    lab: Lab,
    claim: Claim | None = None,
    recorded: Recorded | None = None,
    *,
    fresh: bool = True,
    refused: bool = False,
    limits: Limits | None = None,
) -> Acquired:
    """Obtain a claim, by default a new one of this run."""
    claim = claim or lab.claimed()
    return acquire(
        lab.account,
        lab.record,
        claim,
        recorded or lab.recorded(),
        Order(number=claim.number, billing_method="monthly"),
        is_fresh=fresh,
        was_refused=refused,
        limits=limits or Limits(),
        report=lab.reported.append,
    )


def resumed(lab: Lab, claim: Claim, recorded: Recorded, limits: Limits | None = None) -> Acquired:
    """Obtain a claim that an interrupted run has recorded."""
    return leased(lab, claim, recorded, fresh=False, limits=limits)


def failed(lab: Lab, kind: type[LeaseError], *args: Any, **kwargs: Any) -> LeaseError:
    """Obtain, and fail with exactly this kind of error, in one line."""
    with pytest.raises(LeaseError) as caught:
        leased(lab, *args, **kwargs)
    assert type(caught.value) is kind, repr(caught.value)
    assert "\n" not in str(caught.value)
    assert NUMBER in str(caught.value)
    assert lab.vendor.token() not in str(caught.value)
    return caught.value


def bill(vendor: Vendor) -> tuple[int, int]:
    """Count the paying calls that came, and the leases that were charged."""
    return len(vendor.calls("lease")), len([charge for charge in vendor.charges() if charge.kind == "upfront"])


@contextlib.contextmanager
def in_flight(vendor: Vendor) -> Iterator[Callable[[float], None]]:
    """A paying call of an earlier process that is still at work at the vendor; the process is gone."""
    vendor.fault("lease", "hold_before")
    headers = {"Authorization": f"Token {vendor.token()}"}

    def send() -> None:
        with contextlib.suppress(httpx.HTTPError):
            httpx.post(f"{vendor.contiguity}/lease/{NUMBER}", headers=headers, timeout=0.3, trust_env=False)

    thread = threading.Thread(target=send)
    thread.start()
    vendor.wait_held()
    thread.join()

    def land(_waited_s: float) -> None:
        vendor.release()

    yield land


# A clear yes.


def test_a_yes_is_one_call_and_one_charge(lab: Lab, vendor: Vendor) -> None:
    """The receipt is enough: nothing is asked after it."""
    claim, recorded = lab.claimed(), lab.recorded()
    before = len(vendor.journal())

    obtained = leased(lab, claim, recorded)

    assert [call.operation for call in vendor.journal(before)] == ["lease"]
    assert vendor.journal(before)[0].body == '{"billing_method":"monthly"}'
    assert bill(vendor) == (1, 1)
    assert obtained.how == "leased"
    assert obtained.lease.lease_id == vendor.leased()[NUMBER].lease_id
    assert (obtained.lease.currency, obtained.lease.monthly_rate) == ("USD", Decimal("12.0"))
    assert lab.waits == []


def test_a_price_that_rose_at_the_last_moment_is_reported(lab: Lab, vendor: Vendor) -> None:
    """What the receipt costs more than the preview said; what it leaves out is as it was quoted."""
    claim, recorded = lab.claimed(), lab.recorded()
    vendor.change_offer("contiguity", NUMBER, recurring_fee=13.0)
    lease = leased(lab, claim, recorded).lease
    warning = price_increase_warning(claim, lease)
    assert warning is not None
    assert warning.startswith(f"{NUMBER} is leased, and costs more than was quoted: it was quoted at 12.00 USD/month")
    unpriced = lease.model_copy(update={"monthly_rate": None, "upfront_fee": None, "currency": None})
    assert price_increase_warning(claim, unpriced) is None


def test_a_pending_lease_is_a_lease(lab: Lab, vendor: Vendor) -> None:
    """A receipt with another status than active is kept as it is, never asked for again."""
    vendor.switch("contiguity", create_status="pending")
    assert leased(lab).lease.status == "pending"
    assert bill(vendor) == (1, 1)


# No usable answer.

SPOILT: dict[str, tuple[str, dict[str, Any]]] = {
    "reset": ("reset", {}),
    "html-502": ("html", {"code": 502}),
    "html-200": ("html", {}),
    "html-403": ("html", {"code": 403}),
    "empty": ("empty", {}),
    "garbage": ("garbage", {}),
    "truncated": ("truncated", {}),
    "huge": ("huge", {"megabytes": 33}),
}
DONE = [
    *[pytest.param(fault, {**params, "work": True}, id=name) for name, (fault, params) in SPOILT.items()],
    pytest.param("drop_after", {}, id="dropped"),
    *[
        pytest.param("status_after", {"code": code}, id=f"status-{code}")
        for code in (408, 500, 502, 503, 504, 599, 302)
    ],
    pytest.param("status_after", {"code": 404, "body": "no such route"}, id="foreign-404"),
]
NOT_DONE = [
    *[pytest.param(fault, {**params, "work": False}, id=name) for name, (fault, params) in SPOILT.items()],
    pytest.param("drop_before", {}, id="dropped"),
    *[pytest.param("status", {"code": code}, id=f"status-{code}") for code in (408, 500, 502, 503, 504, 599)],
    pytest.param("status", {"code": 404, "body": "no such route"}, id="foreign-404"),
    pytest.param("redirect", {"to": "http://127.0.0.1:1/elsewhere"}, id="redirect"),
]


@pytest.mark.parametrize(("fault", "params"), DONE)
def test_a_lost_yes_is_found(lab: Lab, vendor: Vendor, fault: str, params: dict[str, Any]) -> None:
    """Whatever became of the answer: the lease is found by asking, and nothing is paid twice."""
    vendor.fault("lease", fault, **params)

    obtained = leased(lab)

    assert obtained.how == "leased"
    assert obtained.lease.lease_id == vendor.leased()[NUMBER].lease_id
    assert bill(vendor) == (1, 1)
    assert lab.waits == []


@pytest.mark.parametrize(("fault", "params"), NOT_DONE)
def test_an_unclear_answer_without_a_lease_is_never_paid_again(
    lab: Lab, vendor: Vendor, fault: str, params: dict[str, Any]
) -> None:
    """The service is asked until a lease would show; then the outcome is unknown, and said to be."""
    vendor.fault("lease", fault, **params)

    error = failed(lab, OutcomeUnknown)

    assert bill(vendor) == (1, 0)
    assert not error.nothing_leased
    assert "The next `pulumi up` finds out before it pays" in str(error)
    assert lab.waited_s == pytest.approx(SETTLE_S, abs=0.1)
    assert lab.record.last_sent_at is not None


@pytest.mark.parametrize("fault", ["delay_after", "slow_body"])
def test_an_answer_that_takes_too_long_is_given_up(
    new_lab: NewLab, vendor: Vendor, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A time-out, before the answer or within its body, is a lost answer."""
    monkeypatch.setattr(transport, "ANSWER_TIMEOUT_S", 0.4)
    lab = new_lab()
    vendor.fault("lease", fault, seconds=2)
    assert leased(lab).how == "leased"
    assert bill(vendor) == (1, 1)


def test_a_lost_yes_that_shows_late_is_waited_for(lab: Lab, vendor: Vendor) -> None:
    """Until a lease shows, absence is not believed."""
    vendor.switch("contiguity", listing_lag_s=25)
    vendor.fault("lease", "drop_after")
    assert leased(lab).how == "leased"
    assert bill(vendor) == (1, 1)
    assert 20 < lab.waited_s < SETTLE_S
    assert any("again" in line for line in lab.reported)


def test_a_lost_answer_and_no_way_to_ask_is_unknown(lab: Lab, vendor: Vendor) -> None:
    """When the service cannot be asked, nothing is concluded; the message holds both reasons."""
    claim, recorded = lab.claimed(), lab.recorded()
    vendor.fault("lease", "drop_after")
    vendor.fault("get", "status", code=500, times=0)
    error = failed(lab, OutcomeUnknown, claim, recorded)
    assert not error.nothing_leased
    assert "POST" in str(error)
    assert "asking again failed: contiguity: GET" in str(error)
    assert bill(vendor) == (1, 1)

    vendor.clear_faults()
    assert resumed(lab, claim, recorded).how == "taken over"
    assert bill(vendor) == (1, 1)


def test_a_lost_yes_without_a_date_is_ours(lab: Lab, vendor: Vendor) -> None:
    """Where the service does not date leases, the call that this process has sent is the evidence."""
    vendor.switch("contiguity", billing="absent")
    vendor.fault("lease", "drop_after")
    assert leased(lab).how == "leased"
    assert bill(vendor) == (1, 1)


def test_after_an_unknown_outcome_the_same_process_takes_over(lab: Lab, vendor: Vendor) -> None:
    """A hook that creates again in the same process finds the lease that showed too late, and pays nothing."""
    vendor.switch("contiguity", listing_lag_s=70)
    vendor.fault("lease", "drop_after")
    claim, recorded = lab.claimed(), lab.recorded()
    failed(lab, OutcomeUnknown, claim, recorded)
    vendor.clock(advance_s=30)
    assert leased(lab, claim, recorded).how == "taken over"
    assert bill(vendor) == (1, 1)


def test_after_an_unknown_outcome_without_a_lease_the_same_process_pays_once(lab: Lab, vendor: Vendor) -> None:
    """A hook that creates again pays when it is certain that the first call did nothing."""
    vendor.fault("lease", "drop_before")
    claim, recorded = lab.claimed(), lab.recorded()
    failed(lab, OutcomeUnknown, claim, recorded)
    assert leased(lab, claim, recorded).how == "leased"
    assert bill(vendor) == (2, 1)


# A no, in the run that recorded the claim.


@pytest.mark.parametrize("code", [404, 409, 410])
def test_a_refusal_of_the_number_leases_nothing(lab: Lab, vendor: Vendor, code: int) -> None:
    """Gone is gone: unavailable, nothing charged, and how to get another."""
    vendor.fault("lease", "status", code=code)
    error = failed(lab, NumberUnavailable)
    assert error.nothing_leased
    assert error.status == code
    assert "nothing was charged" in str(error)
    assert "`pulumi up --refresh` chooses another" in str(error)
    assert "scripted by a fault" in str(error)
    assert (error.request_id or "").startswith("err_")
    assert bill(vendor) == (1, 0)
    assert lab.record.last_sent_at is None
    assert lab.waits == []


@pytest.mark.parametrize("code", [400, 403, 405, 422])
def test_a_no_about_the_call_keeps_the_services_words(lab: Lab, vendor: Vendor, code: int) -> None:
    """While the number is still on offer the service's own words are what helps."""
    vendor.fault("lease", "status", code=code)
    error = failed(lab, Refused)
    assert error.nothing_leased
    assert error.status == code
    assert "was not leased, nothing was charged" in str(error)
    assert "scripted by a fault" in str(error)
    assert bill(vendor) == (1, 0)
    assert lab.waits == []


@pytest.mark.parametrize("stranger_number", ["leased", "unavailable", "404"])
@pytest.mark.parametrize("taken_number", [409, 400, 403, 404])
def test_a_stranger_was_faster(lab: Lab, vendor: Vendor, taken_number: int, stranger_number: str) -> None:
    """Taken between claim and call: unavailable, however the service says it, and nothing charged to us."""
    vendor.switch("contiguity", taken_number=taken_number, stranger_number=stranger_number)
    vendor.fault("lease", "taken")
    error = failed(lab, NumberUnavailable)
    assert error.nothing_leased
    assert vendor.charges(login=vendor.token()) == []
    assert len(vendor.calls("lease")) == 1


def test_an_agreement_is_named_and_never_made(lab: Lab, vendor: Vendor) -> None:
    """What must be agreed to is named with its address; agreeing is a person's act."""
    vendor.change_offer("contiguity", NUMBER, requirements=["imessage_entitlement_required"])
    error = failed(lab, Refused)
    assert error.nothing_leased
    assert error.status == 403
    assert error.agreement_url == "https://api.contiguity.com/entitlements/imessage"
    assert error.agreement_url in str(error)
    assert bill(vendor) == (1, 0)
    assert len(vendor.writes()) == 1


@pytest.mark.parametrize(
    ("code", "kind"), [pytest.param(401, Unauthorized, id="401"), pytest.param(402, PaymentRequired, id="402")]
)
def test_wrong_key_or_empty_purse_ends_it_at_once(lab: Lab, vendor: Vendor, code: int, kind: type[LeaseError]) -> None:
    """Neither is asked about again: nothing can have been leased."""
    claim, recorded = lab.claimed(), lab.recorded()
    vendor.fault("lease", "status", code=code)
    before = len(vendor.journal())
    error = failed(lab, kind, claim, recorded)
    assert error.nothing_leased
    assert error.status == code
    assert "was not leased, nothing was charged" in str(error)
    assert len(vendor.journal(before)) == 1
    assert bill(vendor) == (1, 0)
    # A hook that calls again knows that no call of ours can have made what is leased by then.
    theirs = vendor.lease("contiguity", NUMBER, vendor.token())
    assert theirs.lease_id in str(failed(lab, AlreadyLeased, claim, recorded))


@pytest.mark.parametrize("billing_switch", [{"payment": 402}, {"payment": 403}, {"service_contract": 403}])
def test_no_money_by_any_status_leases_nothing(lab: Lab, vendor: Vendor, billing_switch: dict[str, int]) -> None:
    """Refused for want of money or contract, in the service's words: nothing is leased."""
    vendor.switch("contiguity", **{"payment": 403, **billing_switch})
    error = failed(lab, PaymentRequired if billing_switch.get("payment") == 402 else Refused)
    assert error.nothing_leased
    assert "The balance does not cover this lease" in str(error)
    assert bill(vendor) == (1, 0)


def test_a_no_and_no_way_to_ask_is_still_a_no(lab: Lab, vendor: Vendor) -> None:
    """A first call that was refused has leased nothing, whether or not the service can be asked about it."""
    claim, recorded = lab.claimed(), lab.recorded()
    vendor.fault("lease", "status", code=403)
    vendor.fault("get", "status", code=500, times=0)
    error = failed(lab, Refused, claim, recorded)
    assert error.nothing_leased
    assert "scripted by a fault" in str(error)
    assert bill(vendor) == (1, 0)


@pytest.mark.parametrize("own_number", [409, 400, 403])
def test_another_stack_of_the_account_was_faster(lab: Lab, vendor: Vendor, own_number: int) -> None:
    """The first refusal shows that the lease that is there is not this stack's; it is neither taken over nor paid again."""
    vendor.switch("contiguity", own_number=own_number)
    claim, recorded = lab.claimed(), lab.recorded()
    vendor.lease("contiguity", NUMBER, vendor.token())
    error = failed(lab, AlreadyLeased, claim, recorded)
    assert error.nothing_leased
    assert vendor.leased()[NUMBER].lease_id in str(error)
    assert "adopt=True" in str(error)
    assert "pulumi-leases import" in str(error)
    assert bill(vendor) == (1, 1)


# A wait.


@pytest.mark.parametrize(
    ("params", "waits"),
    [
        pytest.param({"retry_after": 7}, [7, 7], id="seconds"),
        pytest.param({}, [1, 2], id="unsaid"),
        pytest.param({"retry_after": 0}, [1, 2], id="zero"),
        pytest.param({"retry_after": 3600}, [60, 60], id="an-hour"),
    ],
)
def test_a_wait_is_kept_and_then_paid_once(
    lab: Lab, vendor: Vendor, params: dict[str, Any], waits: list[float]
) -> None:
    """429 means not yet: wait as long as asked, within bounds, and then try again."""
    vendor.fault("lease", "429", times=2, **params)
    assert leased(lab).how == "leased"
    assert lab.waits == waits
    assert bill(vendor) == (3, 1)
    assert any(f"leasing {NUMBER} in {waits[0]} s" in line for line in lab.reported)


def test_a_wait_until_a_date_is_kept(lab: Lab, vendor: Vendor) -> None:
    """Retry-After may be a date."""
    vendor.fault("lease", "429", retry_after=30, as_date=True)
    assert leased(lab).how == "leased"
    assert lab.waits == [pytest.approx(30, abs=2)]
    assert bill(vendor) == (2, 1)


def test_endless_waits_are_ended(lab: Lab, vendor: Vendor) -> None:
    """After six refusals for the moment the create fails, and nothing was leased."""
    vendor.fault("lease", "429", times=0)
    error = failed(lab, RateLimited)
    assert error.nothing_leased
    assert "was not leased, nothing was charged" in str(error)
    assert lab.waits == [1, 2, 4, 8, 16]
    assert bill(vendor) == (6, 0)


def test_a_wait_that_was_no_wait_is_not_paid_again(lab: Lab, vendor: Vendor) -> None:
    """The word that nothing was done is held against who leases the number, which without a reference may be anybody."""
    vendor.fault("lease", "status_after", code=429)
    error = failed(lab, AlreadyLeased)
    assert vendor.leased()[NUMBER].lease_id in str(error)
    assert bill(vendor) == (1, 1)


def test_a_wait_and_no_way_to_ask_is_unknown(lab: Lab, vendor: Vendor) -> None:
    """Where a 429 cannot be held against who leases the number, nothing is paid on its word."""
    claim, recorded = lab.claimed(), lab.recorded()
    vendor.fault("lease", "429")
    vendor.fault("get", "status", code=500, times=0)
    error = failed(lab, OutcomeUnknown, claim, recorded)
    assert not error.nothing_leased
    assert "429" in str(error)
    assert bill(vendor) == (1, 0)


def test_no_connection_is_tried_again() -> None:
    """Surely nothing was done, so the call may be sent again; here the service comes up in the meantime."""
    emulator = Emulator()
    with contextlib.ExitStack() as stack:
        vendor = stack.enter_context(Vendor(stack.enter_context(serve(emulator)).url))
        reserved = stack.enter_context(socket.socket())  # bound, not listening: whoever connects is refused
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        asked, lab = Lab(vendor), Lab(vendor, base_url=f"http://127.0.0.1:{port}/contiguity/numbers")
        stack.callback(asked.service.close)
        stack.callback(lab.service.close)

        def come_up(waited_s: float) -> None:
            if waited_s == 3:
                reserved.close()
                stack.enter_context(serve(emulator, port))

        lab.meanwhile = come_up
        assert leased(lab, asked.claimed(), asked.recorded()).how == "leased"
        assert lab.waits == [1, 2]
        assert bill(vendor) == (1, 1)


def test_no_connection_at_all_leases_nothing(new_lab: NewLab, vendor: Vendor) -> None:
    """Tried for a while, then given up: nothing was sent, nothing was leased."""
    asked = new_lab()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        lab = new_lab(base_url=f"http://127.0.0.1:{closed.getsockname()[1]}")
        error = failed(lab, Unreachable, asked.claimed(), asked.recorded())
    assert error.nothing_leased
    assert "no connection" in str(error)
    assert "was not leased, nothing was charged" in str(error)
    assert lab.waits == [1, 2, 4, 8, 16]
    assert bill(vendor) == (0, 0)


# A claim of an interrupted run.


def test_a_lease_of_the_interrupted_run_is_taken_over(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """Begun under the claim: ours, at no cost, from one listing."""
    held = vendor.lease("contiguity", NUMBER, vendor.token())
    before = len(vendor.journal())

    obtained = resumed(lab, *earlier)

    assert obtained.how == "taken over"
    assert obtained.lease.lease_id == held.lease_id
    assert [call.operation for call in vendor.journal(before)] == ["leased"]
    assert bill(vendor) == (0, 1)
    assert lab.waits == []


@pytest.mark.parametrize("status", ["paused", "pending", "unheard-of"])
def test_any_held_status_is_taken_over(lab: Lab, vendor: Vendor, earlier: Earlier, status: str) -> None:
    """A lease is ours whatever the service calls its state, as long as it is held."""
    claim, recorded = earlier
    vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.set_status("contiguity", NUMBER, status)
    obtained = resumed(lab, claim, recorded)
    assert (obtained.how, obtained.lease.status) == ("taken over", status)
    assert bill(vendor) == (0, 1)


@pytest.mark.parametrize(
    ("after_claim", "ours"),
    [
        pytest.param(timedelta(days=-1), False, id="a-day-before"),
        pytest.param(timedelta(minutes=-3), False, id="minutes-before"),
        pytest.param(timedelta(seconds=-115), True, id="within-two-minutes-before"),
        pytest.param(timedelta(seconds=0), True, id="at-once"),
        pytest.param(timedelta(minutes=59), True, id="within-the-hour"),
        pytest.param(timedelta(minutes=61), False, id="after-the-hour"),
    ],
)
def test_take_over_needs_a_lease_from_around_the_claim(
    lab: Lab, vendor: Vendor, earlier: Earlier, after_claim: timedelta, *, ours: bool
) -> None:
    """Outside of two minutes before it and the hour after, the lease may be another stack's, and is left alone."""
    claim, recorded = earlier
    vendor.clock(advance_s=7200)
    vendor.lease("contiguity", NUMBER, vendor.token(), leased_at=(recorded.at + after_claim).timestamp())
    if ours:
        assert resumed(lab, claim, recorded).how == "taken over"
    else:
        error = failed(lab, AlreadyLeased, claim, recorded, fresh=False)
        assert not error.nothing_leased  # it may be ours after all, if the call was sent late
        assert "not by this stack" in str(error)
    assert bill(vendor) == (0, 1)


@pytest.mark.parametrize("period", ["seconds", "ms", "iso"])
def test_a_lease_dated_to_the_second_is_taken_over(lab: Lab, vendor: Vendor, earlier: Earlier, period: str) -> None:
    """A lease of the same second as its claim counts as begun under it, in every form of dates."""
    vendor.switch("contiguity", period=period)
    claim, recorded = earlier
    vendor.lease("contiguity", NUMBER, vendor.token())
    assert resumed(lab, claim, recorded).how == "taken over"


def test_a_lease_without_a_date_is_not_taken_over(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """Without evidence nothing is taken; and since it may be ours after all, the error does not say that nothing is leased."""
    vendor.switch("contiguity", billing="absent")
    claim, recorded = earlier
    vendor.lease("contiguity", NUMBER, vendor.token())
    error = failed(lab, AlreadyLeased, claim, recorded, fresh=False)
    assert not error.nothing_leased
    assert "since a time that the service does not tell" in str(error)
    assert bill(vendor) == (0, 1)


def test_a_lease_that_only_the_listing_does_not_date_is_taken_over(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """What the listing leaves out is asked for singly."""
    vendor.switch("contiguity", billing="absent_in_list")
    claim, recorded = earlier
    vendor.lease("contiguity", NUMBER, vendor.token())
    assert resumed(lab, claim, recorded).how == "taken over"
    assert bill(vendor) == (0, 1)


def test_an_ending_lease_is_not_taken_over(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """A cancelled lease that runs out is nobody's new lease."""
    claim, recorded = earlier
    vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.set_status("contiguity", NUMBER, "ending")
    failed(lab, AlreadyLeased, claim, recorded, fresh=False)
    assert bill(vendor) == (0, 1)


def test_of_two_leases_the_one_begun_under_the_claim_is_taken_over(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """A second lease id of the number does not confuse whose is whose."""
    claim, recorded = earlier
    before = (recorded.at - timedelta(minutes=10)).timestamp()
    vendor.lease("contiguity", NUMBER, vendor.token(), leased_at=before)
    ours = vendor.lease("contiguity", NUMBER, vendor.token(), again=True)
    obtained = resumed(lab, claim, recorded)
    assert (obtained.how, obtained.lease.lease_id) == ("taken over", ours.lease_id)
    assert bill(vendor) == (0, 2)


def test_a_young_claim_without_a_lease_is_waited_for_and_then_paid(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """No call of the interrupted run can be at work any more when the new one is sent."""
    claim, recorded = earlier
    vendor.clock(advance_s=20)
    assert resumed(lab, claim, recorded).how == "leased"
    assert lab.waited_s == pytest.approx(SETTLE_S - 20, abs=1)
    assert "an interrupted run may have leased" in lab.reported[0]
    assert bill(vendor) == (1, 1)


def test_an_old_claim_without_a_lease_is_paid_at_once(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """A claim that is old enough costs one listing of leases and one of offers, and no wait."""
    claim, recorded = earlier
    vendor.clock(advance_s=SETTLE_S + 1)
    before = len(vendor.journal())
    assert resumed(lab, claim, recorded).how == "leased"
    assert lab.waits == []
    assert {call.operation for call in vendor.journal(before)} <= {"leased", "available", "lease"}
    assert bill(vendor) == (1, 1)


@pytest.mark.parametrize("age_s", [1, 600])
def test_many_resumed_claims_share_one_listing(lab: Lab, new_lab: NewLab, vendor: Vendor, age_s: int) -> None:
    """What a resumed run reads of all leases does not grow with the number of claims."""
    gone = new_lab()
    numbers = [f"+1201555012{last}" for last in (3, 4, 5)]
    claims = [(gone.claimed(number), gone.recorded("another run")) for number in numbers]
    for number in numbers:
        vendor.lease("contiguity", number, vendor.token())
    vendor.clock(advance_s=age_s)
    before = len(vendor.journal())

    assert [resumed(lab, *claim).how for claim in claims] == ["taken over"] * 3

    assert [call.operation for call in vendor.journal(before)] == ["leased"]


def test_a_call_in_flight_is_waited_for(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """What a killed process has sent lands while the next one waits: one lease, one charge."""
    claim, recorded = earlier
    with in_flight(vendor) as land:
        lab.meanwhile = land
        obtained = resumed(lab, claim, recorded)
    assert obtained.how == "taken over"
    assert bill(vendor) == (1, 1)
    assert 0 < lab.waited_s < SETTLE_S


@pytest.mark.parametrize("own_number", [409, 400, 403, 200])
def test_a_call_in_flight_for_longer_than_anybody_waits_makes_no_second_lease(
    lab: Lab, vendor: Vendor, earlier: Earlier, own_number: int
) -> None:
    """It lands after the call of the next run: the service has one lease a number, and so there is one charge."""
    vendor.switch("contiguity", own_number=own_number)
    with in_flight(vendor) as land:
        vendor.clock(advance_s=SETTLE_S + 1)
        obtained = resumed(lab, *earlier)
        land(0)
    assert obtained.lease.lease_id == vendor.leased()[NUMBER].lease_id
    assert bill(vendor) == (2, 1)


@pytest.mark.parametrize("own_number", [409, 400, 403, 200])
def test_a_lease_that_shows_nowhere_yet_is_not_paid_again(
    lab: Lab, vendor: Vendor, earlier: Earlier, own_number: int
) -> None:
    """A listing that lags beyond expectation: the no to the second call is held against who leases the number."""
    vendor.switch("contiguity", own_number=own_number, listing_lag_s=90)
    claim, recorded = earlier
    held = vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.clock(advance_s=SETTLE_S + 5)
    assert resumed(lab, claim, recorded).lease.lease_id == held.lease_id
    assert bill(vendor) == (1, 1)


@pytest.mark.parametrize("code", [400, 403, 404, 409, 422])
def test_a_no_to_a_resumed_claim_is_believed_when_nothing_shows(
    lab: Lab, vendor: Vendor, earlier: Earlier, code: int
) -> None:
    """Asked for as long as a lease of the interrupted run might not show; then the answer is believed."""
    claim, recorded = earlier
    vendor.clock(advance_s=SETTLE_S + 1)
    vendor.fault("lease", "status", code=code)
    kind = NumberUnavailable if code in (404, 409) else Refused
    assert failed(lab, kind, claim, recorded, fresh=False).nothing_leased
    assert lab.waited_s == pytest.approx(SETTLE_S, abs=0.1)
    assert bill(vendor) == (1, 0)


def test_a_no_to_a_resumed_claim_and_no_way_to_ask_is_unknown(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """The no may be about a lease of our own: without asking nothing is concluded."""
    claim, recorded = earlier
    vendor.clock(advance_s=SETTLE_S + 1)
    vendor.fault("lease", "status", code=409)
    vendor.fault("get", "status", code=500, times=0)
    error = failed(lab, OutcomeUnknown, claim, recorded, fresh=False)
    assert not error.nothing_leased
    assert "409" in str(error)
    assert bill(vendor) == (1, 0)


@pytest.mark.parametrize("change", [{"recurring_fee": 12.01}, {"upfront_fee": 2.0}, {"currency": "EUR"}])
def test_a_price_that_rose_is_not_paid(lab: Lab, vendor: Vendor, earlier: Earlier, change: dict[str, Any]) -> None:
    """What was previewed is what is paid, or nothing is: both prices are reported."""
    claim, recorded = earlier
    vendor.clock(advance_s=SETTLE_S + 1)
    vendor.change_offer("contiguity", NUMBER, **change)
    error = failed(lab, NumberUnavailable, claim, recorded, fresh=False)
    assert error.nothing_leased
    assert "it was quoted at 12.00 USD/month, 1.50 USD upfront, and is" in str(error)
    assert "`pulumi up --refresh` takes the new quote" in str(error)
    assert bill(vendor) == (0, 0)


def test_a_price_that_fell_is_paid(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """Nobody minds paying less."""
    claim, recorded = earlier
    vendor.clock(advance_s=SETTLE_S + 1)
    vendor.change_offer("contiguity", NUMBER, recurring_fee=11.0)
    assert resumed(lab, claim, recorded).lease.monthly_rate == Decimal("11.0")
    assert bill(vendor) == (1, 1)


def test_a_limit_holds_when_a_claim_is_resumed(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """Above the limit of today nothing is leased, whatever the claim was quoted at."""
    claim, recorded = earlier
    vendor.clock(advance_s=SETTLE_S + 1)
    error = failed(lab, NumberUnavailable, claim, recorded, fresh=False, limits=Limits(max_monthly_rate=Decimal(5)))
    assert error.nothing_leased
    assert "monthly_rate 12.0 USD is above max_monthly_rate 5" in str(error)
    assert bill(vendor) == (0, 0)


@pytest.mark.parametrize("gone", ["removed", "taken"])
def test_a_number_that_is_gone_is_not_asked_for(lab: Lab, vendor: Vendor, earlier: Earlier, gone: str) -> None:
    """A resumed claim on what is not on offer any more sends no paying call."""
    claim, recorded = earlier
    vendor.clock(advance_s=SETTLE_S + 1)
    if gone == "removed":
        vendor.remove_offer("contiguity", NUMBER)
    else:
        vendor.lease("contiguity", NUMBER)
    error = failed(lab, NumberUnavailable, claim, recorded, fresh=False)
    assert not error.nothing_leased  # another key may show the lease of the killed run
    assert "it is not on offer any more" in str(error)
    assert len(vendor.calls("lease")) == 0


def test_a_lease_that_the_listing_missed_is_taken_over(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """A number that is neither listed as leased nor on offer is asked for singly before it is believed gone."""
    vendor.switch("contiguity", listing_lag_s=1000, read_lag_s=0)
    held = vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.change_offer("contiguity", NUMBER, status="unavailable")
    vendor.clock(advance_s=SETTLE_S + 1)
    obtained = resumed(lab, *earlier)
    assert (obtained.how, obtained.lease.lease_id) == ("taken over", held.lease_id)
    assert bill(vendor) == (0, 1)


@pytest.mark.parametrize("seconds", [30, 300])
def test_a_lease_that_is_being_terminated_is_waited_out(
    lab: Lab, vendor: Vendor, earlier: Earlier, seconds: int
) -> None:
    """An interrupted destroy has let it go: it is not taken over; when it is gone the number is leased anew, once."""
    vendor.switch("contiguity", termination_delay_s=seconds)
    vendor.lease("contiguity", NUMBER, vendor.token())
    lab.service.release(lab.service.find(NUMBER)[0])
    if seconds > SETTLE_S:
        error = failed(lab, StillLeased, *earlier, fresh=False)
        assert "still terminating its lease" in str(error)
        assert bill(vendor) == (0, 1)
    else:
        vendor.clock(advance_s=5)
        assert resumed(lab, *earlier).how == "leased"
        assert bill(vendor) == (1, 2)
    assert f"{NUMBER} is being terminated" in lab.reported[0]


# A claim whose paying call was refused before.


def test_a_refused_number_is_leased_without_a_wait(lab: Lab, vendor: Vendor, earlier: Earlier) -> None:
    """What was refused is surely not at work: no wait, one call."""
    claim, recorded = earlier
    assert leased(lab, claim, recorded, fresh=False, refused=True).how == "leased"
    assert lab.waits == []
    assert bill(vendor) == (1, 1)


@pytest.mark.parametrize("own_number", [409, 400, 403, 200])
def test_a_refused_number_that_another_stack_leases_is_theirs(
    lab: Lab, vendor: Vendor, earlier: Earlier, own_number: int
) -> None:
    """It began under the claim, and yet it is not this stack's: the refusal says so."""
    vendor.switch("contiguity", own_number=own_number)
    claim, recorded = earlier
    vendor.clock(advance_s=120)
    vendor.lease("contiguity", NUMBER, vendor.token())
    with pytest.raises((AlreadyLeased, NumberUnavailable)) as caught:
        leased(lab, claim, recorded, fresh=False, refused=True)
    assert caught.value.nothing_leased
    assert bill(vendor)[1] == 1


def test_an_answer_with_a_lease_from_before_the_claim_is_not_ours(lab: Lab, vendor: Vendor) -> None:
    """A service that answers a second call with the first lease does not make that lease this stack's."""
    vendor.switch("contiguity", own_number=200)
    claim, listed = lab.claimed(), lab.recorded()
    lab.account.sleep(7200)
    vendor.lease("contiguity", NUMBER, vendor.token(), leased_at=(listed.at + timedelta(hours=1)).timestamp())
    lab.service.find(OTHER)  # its answer shows the time
    late = listed.model_copy(update={"at": lab.service.now()})
    assert "not by this stack" in str(failed(lab, AlreadyLeased, claim, late))
    assert bill(vendor) == (1, 1)


class Undated(Contiguity):
    """A service that does not date its leases."""

    def lease(self, order: Order) -> Lease:
        return super().lease(order).model_copy(update={"leased_at": None})


def test_a_yes_without_a_date_is_a_yes(new_lab: NewLab, vendor: Vendor) -> None:
    """What was paid for is ours, whatever the receipt leaves out."""
    lab = new_lab(service=Undated({"token": vendor.token(), "base_url": vendor.contiguity}, 1000))
    assert leased(lab).lease.leased_at is None
    assert bill(vendor) == (1, 1)


class ByContract(Contiguity):
    """A service whose leases all have an end, in a month or within the hour."""

    ends_in = timedelta(days=30)
    status = "active"

    def find(self, number: str, reference: str | None = None) -> Sequence[Lease]:
        return [self._ending(lease) for lease in super().find(number, reference)]

    def list(self) -> Sequence[Lease]:
        return [self._ending(lease) for lease in super().list()]

    def _ending(self, lease: Lease) -> Lease:
        return lease.model_copy(update={"ends_at": self.now() + self.ends_in, "status": self.status})


def test_a_lease_with_a_distant_end_is_not_waited_out(new_lab: NewLab, vendor: Vendor, earlier: Earlier) -> None:
    """It is a lease like any other: taken over at once."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    lab = new_lab(service=ByContract({"token": vendor.token(), "base_url": vendor.contiguity}, 1000))
    assert resumed(lab, *earlier).how == "taken over"
    assert lab.waits == []
    assert bill(vendor) == (0, 1)


def test_an_ending_lease_is_not_waited_out(new_lab: NewLab, vendor: Vendor, earlier: Earlier) -> None:
    """That it ends is known, and when: it is reported at once, however soon."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    service = ByContract({"token": vendor.token(), "base_url": vendor.contiguity}, 1000)
    service.ends_in, service.status = timedelta(minutes=10), "ending"
    lab = new_lab(service=service)
    failed(lab, AlreadyLeased, *earlier, fresh=False)
    assert lab.waits == []
    assert bill(vendor) == (0, 1)


def test_a_service_whose_clock_was_set_back_is_waited_for_and_paid_once(
    lab: Lab, vendor: Vendor, earlier: Earlier
) -> None:
    """A claim of tomorrow keeps nobody waiting until then, and what is leased today for it is ours."""
    claim, recorded = earlier
    tomorrow = recorded.model_copy(update={"at": recorded.at + timedelta(days=1)})
    assert resumed(lab, claim, tomorrow).how == "leased"
    assert lab.waited_s == pytest.approx(SETTLE_S, abs=0.1)
    assert bill(vendor) == (1, 1)


# Adoption.


def test_adopting_pays_nothing(lab: Lab, vendor: Vendor) -> None:
    """The lease that the claim names is taken as it is."""
    held = vendor.lease("contiguity", NUMBER, vendor.token())
    lease = lab.account.leases().value[NUMBER][0]
    obtained = leased(lab, lab.account.claim(lease).model_copy(update={"lease_id": lease.lease_id}))
    assert (obtained.how, obtained.lease.lease_id) == ("adopted", held.lease_id)
    assert vendor.writes() == []


def test_adopting_what_is_gone_leases_nothing(lab: Lab, new_lab: NewLab, vendor: Vendor) -> None:
    """A lease that ended, or was made anew by others, is not replaced behind the user's back."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    lease = lab.account.leases().value[NUMBER][0]
    claim = lab.account.claim(lease).model_copy(update={"lease_id": lease.lease_id})
    vendor.terminate("contiguity", NUMBER)
    vendor.lease("contiguity", NUMBER, vendor.token())
    error = failed(new_lab(), NumberUnavailable, claim)
    assert lease.lease_id in str(error)
    assert vendor.writes() == []
