"""Faults on the way: what is known of a write afterwards, and that no reading is ever half."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import BadResponse, LeaseError, NoAnswer, RateLimited, Unreachable
from pulumi_leases.domain.models import Order
from pulumi_leases.services.http import transport

from .desk import ALL, NUMBER, OTHER, connected, pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.services.base import LeaseService

    from .desk import Desk


def fault(name: str, kind: type[LeaseError], done: bool, **params: Any) -> Any:
    words = [name, *(str(value) for value in params.values() if not isinstance(value, bool)), "done" if done else "not"]
    return pytest.param(name, params, kind, done, id="-".join(words))


UNKNOWN = [
    fault("drop_before", NoAnswer, done=False),
    fault("drop_after", NoAnswer, done=True),
    fault("reset", NoAnswer, done=True, work=True),
    fault("reset", NoAnswer, done=False, work=False),
    *[fault("status", NoAnswer, done=False, code=code) for code in (500, 502, 503, 504)],
    *[fault("status_after", NoAnswer, done=True, code=code) for code in (500, 503)],
    fault("html", BadResponse, done=True, work=True),
    fault("html", BadResponse, done=False, work=False),
    fault("html", NoAnswer, done=True, work=True, code=502),
    fault("empty", BadResponse, done=True, work=True),
    fault("garbage", BadResponse, done=True, work=True),
    fault("truncated", NoAnswer, done=True, work=True),
    fault("huge", BadResponse, done=True, work=True, megabytes=33),
    fault("redirect", BadResponse, done=False, to="http://127.0.0.1:1/elsewhere"),
]
"""Faults after which nobody who only sees the answer knows what was done."""


@pytest.mark.parametrize(("name", "params", "kind", "done"), UNKNOWN)
def test_a_lease_whose_outcome_is_unknown(
    desk: Desk, service: LeaseService, name: str, params: dict[str, Any], kind: type[LeaseError], done: bool
) -> None:
    """Said to be unknown, sent once, and found by asking if it was made."""
    desk.fault("lease", name, **params)
    with pytest.raises(LeaseError) as caught:
        service.lease(Order(number=NUMBER, billing_method=None))
    assert type(caught.value) is kind
    assert desk.calls("lease") == 1
    assert desk.paid() == int(done)
    assert {lease.number: lease.lease_id for lease in service.find(NUMBER)} == desk.held()
    assert (NUMBER in desk.held()) == done


@pytest.mark.parametrize(("name", "params", "kind", "done"), UNKNOWN)
def test_a_release_whose_outcome_is_unknown(
    desk: Desk, service: LeaseService, name: str, params: dict[str, Any], kind: type[LeaseError], done: bool
) -> None:
    """Likewise."""
    lease = service.lease(Order(number=NUMBER, billing_method=None))
    desk.fault("release", name, **params)
    with pytest.raises(LeaseError) as caught:
        service.release(lease)
    assert type(caught.value) is kind
    assert desk.calls("release") == 1
    assert {one.number: one.lease_id for one in service.find(NUMBER)} == desk.held()
    assert (NUMBER not in desk.held()) == done


@pytest.mark.parametrize("verb", ["lease", "release"])
def test_an_answer_that_takes_too_long_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """A time-out, in the answer's body or before its head, is a lost answer: nothing hangs."""
    monkeypatch.setattr(transport, "ANSWER_TIMEOUT_S", 0.5)
    with closing(connected(desk)) as service:
        lease = service.lease(Order(number=NUMBER, billing_method=None))
        call: dict[str, Callable[[], object]] = {
            "lease": lambda: service.lease(Order(number=OTHER, billing_method=None)),
            "release": lambda: service.release(lease),
        }
        desk.fault(verb, "slow_body", seconds=2)
        with pytest.raises(NoAnswer):
            call[verb]()
        assert desk.calls(verb) == (2 if verb == "lease" else 1)


def test_a_slow_answer_is_an_answer(desk: Desk, service: LeaseService) -> None:
    """As long as it comes in time."""
    for verb in ("lease", "find", "list", "release"):
        desk.fault(verb, "slow_body", seconds=0.3)
    lease = service.lease(Order(number=NUMBER, billing_method=None))
    assert (
        [one.lease_id for one in service.find(NUMBER)] == [one.lease_id for one in service.list()] == [lease.lease_id]
    )
    service.release(lease)
    assert desk.held() == {}


@pytest.mark.parametrize("retry_after", [None, 3])
def test_a_lease_that_must_wait_was_not_made(desk: Desk, service: LeaseService, retry_after: int | None) -> None:
    """The wait is known where the service gave it; whether to pay again is decided elsewhere."""
    desk.fault("lease", "429", **({} if retry_after is None else {"retry_after": retry_after}))
    with pytest.raises(RateLimited) as caught:
        service.lease(Order(number=NUMBER, billing_method=None))
    assert caught.value.retry_after_s == (retry_after or desk.usual_wait_s)
    assert desk.calls("lease") == 1
    assert desk.paid() == 0


def test_no_connection_is_known_to_have_done_nothing(desk: Desk) -> None:
    """A vendor that is not there is unreachable to every call."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
    settings = desk.settings()
    if settings["base_url"].startswith("http"):
        settings["base_url"] = nowhere
    else:
        desk.fault("lease", "unreachable")
    with closing(connected(desk, **settings)) as service, pytest.raises(Unreachable):
        service.lease(Order(number=NUMBER, billing_method=None))
    assert desk.paid() == 0


READINGS: dict[str, Callable[[LeaseService], Any]] = {
    "list": lambda service: [lease.number for lease in service.list()],
    "find": lambda service: [lease.number for lease in service.find(NUMBER)],
    "offer": lambda service: getattr(service.offer(OTHER), "number", None),
    "search": lambda service: OTHER in {offer.number for offer in pages(service)},
}


@pytest.mark.parametrize("verb", READINGS)
@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("drop_before", {}),
        ("drop_after", {}),
        ("reset", {"work": True}),
        ("status", {"code": 503}),
        ("429", {"retry_after": 1}),
    ],
    ids=["drop_before", "drop_after", "reset", "503", "429"],
)
def test_a_reading_is_tried_again(
    desk: Desk, service: LeaseService, verb: str, name: str, params: dict[str, Any]
) -> None:
    """What passes is not seen."""
    service.lease(Order(number=NUMBER, billing_method=None))
    expected = READINGS[verb](service)
    desk.fault(verb, name, **params)
    assert READINGS[verb](service) == expected


@pytest.mark.parametrize("verb", READINGS)
@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("html", {}),
        ("empty", {}),
        ("garbage", {}),
        ("huge", {"megabytes": 33}),
        ("status", {"code": 500}),
        ("redirect", {"to": "http://127.0.0.1:1/elsewhere"}),
    ],
    ids=["html", "empty", "garbage", "huge", "500", "redirect"],
)
def test_what_cannot_be_read_is_never_nothing(
    desk: Desk, service: LeaseService, verb: str, name: str, params: dict[str, Any]
) -> None:
    """An error, whatever it is that came: not an empty listing, not a number that nobody has."""
    service.lease(Order(number=NUMBER, billing_method=None))
    desk.fault(verb, name, times=ALL, **params)
    with pytest.raises(LeaseError):
        READINGS[verb](service)


@pytest.mark.parametrize("verb", ["list", "find"])
def test_a_reading_that_must_wait_for_ever_is_given_up(desk: Desk, service: LeaseService, verb: str) -> None:
    """An error of its own kind, with the wait that was asked for."""
    desk.fault(verb, "429", times=ALL, retry_after=1)
    with pytest.raises(RateLimited) as caught:
        READINGS[verb](service)
    assert caught.value.retry_after_s == 1
