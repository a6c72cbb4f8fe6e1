"""Whose a lease is, and whether it is over: known by a reference that comes back, never guessed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pulumi_leases.domain.models import Order
from pulumi_leases.domain.references import mint_reference

from .desk import NUMBER, OTHER, THIRD, connected

if TYPE_CHECKING:
    from pulumi_leases.services.base import LeaseService

    from .desk import Desk


def test_a_reference_comes_back(service: LeaseService) -> None:
    """With the receipt, singly and listed, each lease its own; a lease that was made without one has none."""
    ours, theirs = mint_reference(), mint_reference()
    sent = {NUMBER: ours, OTHER: theirs, THIRD: None}
    references = {
        number: service.lease(Order(number=number, reference=text)).reference for number, text in sent.items()
    }
    expected = sent if service.carries_reference else dict.fromkeys(sent)
    assert references == expected
    assert {lease.number: lease.reference for lease in service.list()} == expected
    assert {number: service.find(number)[0].reference for number in sent} == expected


def test_asking_with_a_reference_makes_no_lease_ours(service: LeaseService) -> None:
    """A lease has the reference that it was made with, whichever it is asked for with; where there is no lease there is none."""
    ours, theirs = mint_reference(), mint_reference()
    lease = service.lease(Order(number=NUMBER, reference=theirs))
    assert [one.reference for one in service.find(NUMBER, ours)] == [lease.reference]
    assert service.find(OTHER, ours) == []


def test_a_text_of_another_form_is_no_reference(desk: Desk, service: LeaseService) -> None:
    """Somebody has renamed the number by hand: the lease stays what it is, and is asked for by our order."""
    if not service.carries_reference:
        return
    ours = mint_reference()
    lease = service.lease(Order(number=NUMBER, reference=ours))
    desk.rename(NUMBER, "reception")
    assert [(one.lease_id, one.reference) for one in service.list()] == [(lease.lease_id, None)]
    assert [one.lease_id for one in service.find(NUMBER, ours)] == [lease.lease_id]


def test_a_pending_lease_is_held(desk: Desk, service: LeaseService) -> None:
    """Its status says so; it is found, listed, and let go like any other."""
    if not desk.leave_pending():
        return
    ours = mint_reference()
    lease = service.lease(Order(number=NUMBER, reference=ours))
    assert (lease.status, lease.is_held) == ("pending", True)
    (found,) = service.find(NUMBER, ours)
    assert [(one.lease_id, one.status) for one in (found, *service.list())] == [(lease.lease_id, "pending")] * 2
    assert not service.has_ended(NUMBER, lease.lease_id, ours)
    service.release(found)
    assert desk.held() == {}
    assert service.find(NUMBER, ours) == service.list() == []


def test_an_end_is_believed_when_this_login_is_shown_it(desk: Desk, service: LeaseService) -> None:
    """Not while the lease is held, never by the login of another, and not of a lease that never was."""
    ours = mint_reference()
    can_show = desk.show_ended()
    lease = service.lease(Order(number=NUMBER, reference=ours))
    assert not service.has_ended(NUMBER, lease.lease_id, ours)
    assert not service.has_ended(OTHER, "lsd_1", mint_reference())
    service.release(lease)
    assert service.has_ended(NUMBER, lease.lease_id, ours) == can_show
    with closing(connected(desk, "second")) as second:
        assert not second.has_ended(NUMBER, lease.lease_id, ours)
