"""What a service says of offers and leases, held against the vendor's side."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import LeaseError, NotFound, PaymentRequired, Refused
from pulumi_leases.domain.models import Lease, Order
from pulumi_leases.domain.search import NumberSearch, region_of

from .desk import NO_NUMBER, NUMBER, OTHER, THIRD, connected, pages

if TYPE_CHECKING:
    from pulumi_leases.services.base import LeaseService

    from .desk import Desk


def leasable(service: LeaseService) -> set[str]:
    return {offer.number for offer in pages(service) if offer.availability == "available"}


# Search and offer.


def test_what_is_free_is_on_offer(service: LeaseService) -> None:
    """With country, price and currency, and the same whether searched or asked for."""
    found = {offer.number: offer for offer in pages(service)}
    assert {NUMBER, OTHER, THIRD} <= set(found)
    for number in (NUMBER, OTHER, THIRD):
        offer = service.offer(number)
        assert offer is not None
        assert offer == found[number]
        assert (offer.availability, offer.country) == ("available", region_of(number))
        assert offer.currency
        assert offer.monthly_rate is not None
        assert offer.upfront_fee is not None


def test_what_is_leased_is_not_on_offer(desk: Desk, service: LeaseService) -> None:
    """Neither ours nor a stranger's is chosen by a search."""
    service.lease(Order(number=NUMBER, billing_method=None))
    desk.take(OTHER)
    assert not {NUMBER, OTHER} & leasable(service)
    assert THIRD in leasable(service)
    strange = service.offer(OTHER)
    assert strange is None or strange.availability != "available"


def test_what_nobody_has_is_none(service: LeaseService) -> None:
    """A number that the service does not know is not an error."""
    assert service.offer(NO_NUMBER) is None
    assert service.find(NO_NUMBER) == []
    assert NO_NUMBER not in leasable(service)


def test_a_search_asks_for_pages_when_they_are_taken(desk: Desk, service: LeaseService) -> None:
    """Nothing is asked before, and equal queries are equal."""
    search = NumberSearch(country="US", prefix="+1201", contains="555")
    before = desk.calls("search")
    found = service.search(service.query(search))
    assert desk.calls("search") == before
    assert NUMBER in {offer.number for page in found for offer in page}
    assert desk.calls("search") > before
    assert service.query(search) == service.query(search.model_copy(update={"order_by": "number"}))


# Lease.


def test_a_lease_is_made_once(desk: Desk, service: LeaseService) -> None:
    """One call, one charge; the receipt is of the number asked for, at the price on offer, begun now."""
    offer = service.offer(NUMBER)
    lease = service.lease(Order(number=NUMBER, billing_method=None))
    assert desk.calls("lease") == desk.paid() == 1
    assert desk.held() == {NUMBER: lease.lease_id}
    assert (lease.number, lease.is_held, lease.is_ending) == (NUMBER, True, False)
    assert offer is not None
    assert (lease.currency, lease.monthly_rate, lease.upfront_fee) == (
        *(offer.currency, offer.monthly_rate),
        *(offer.upfront_fee,),
    )
    assert lease.leased_at is not None
    assert abs((service.now() - lease.leased_at).total_seconds()) < 30


def test_each_lease_has_an_id_of_its_own(desk: Desk, service: LeaseService) -> None:
    """Also the same number's, leased again."""
    first = service.lease(Order(number=NUMBER, billing_method=None))
    other = service.lease(Order(number=OTHER, billing_method=None))
    service.release(first)
    again = service.lease(Order(number=NUMBER, billing_method=None))
    assert len({first.lease_id, other.lease_id, again.lease_id}) == 3
    assert desk.held() == {OTHER: other.lease_id, NUMBER: again.lease_id}


def test_a_no_is_a_no(desk: Desk, service: LeaseService) -> None:
    """A stranger's number, an unknown one, one's own once more: refused, and nothing is charged."""
    desk.take(OTHER)
    mine = service.lease(Order(number=NUMBER, billing_method=None))
    for number in (OTHER, NO_NUMBER, NUMBER):
        with pytest.raises((Refused, NotFound)) as caught:
            service.lease(Order(number=number, billing_method=None))
        assert str(caught.value)
    assert desk.paid() == 1
    assert desk.held() == {NUMBER: mine.lease_id}


def test_want_of_money_is_reported(desk: Desk, service: LeaseService) -> None:
    """As what it is, so that the user tops up."""
    if "money" not in desk.refusals:
        return
    desk.refuse("money")
    with pytest.raises(PaymentRequired):
        service.lease(Order(number=NUMBER, billing_method=None))
    assert desk.paid() == 0
    assert desk.held() == {}


# Find and list.


def test_ours_are_found_and_listed_and_nobody_elses(desk: Desk, service: LeaseService) -> None:
    """The same lease by either way, with the id of its receipt."""
    assert service.list() == []
    lease = service.lease(Order(number=NUMBER, billing_method=None))
    desk.take(OTHER)
    desk.take(THIRD, "second")
    (found,), (listed,) = service.find(NUMBER), service.list()
    for seen in (found, listed):
        assert (seen.number, seen.lease_id, seen.leased_at) == (NUMBER, lease.lease_id, lease.leased_at)
        assert (seen.country, seen.is_held, seen.is_ending) == ("US", True, False)
    assert service.find(OTHER) == service.find(THIRD) == []
    with closing(connected(desk, "second")) as second:
        assert [one.number for one in second.list()] == [THIRD]


def test_what_has_ended_is_not_held(desk: Desk, service: LeaseService) -> None:
    """Ended by whomever."""
    service.lease(Order(number=NUMBER, billing_method=None))
    service.lease(Order(number=OTHER, billing_method=None))
    desk.end(NUMBER)
    assert service.find(NUMBER) == []
    assert [lease.number for lease in service.list()] == [OTHER]


def test_many_are_listed_whole(desk: Desk, service: LeaseService) -> None:
    """Each once."""
    for number in (THIRD, NUMBER, OTHER):
        service.lease(Order(number=number, billing_method=None))
    assert sorted((lease.number, lease.lease_id) for lease in service.list()) == sorted(desk.held().items())


# Release.


def test_a_release_ends_that_lease(desk: Desk, service: LeaseService) -> None:
    """By one call, and no other."""
    lease = service.lease(Order(number=NUMBER, billing_method=None))
    kept = service.lease(Order(number=OTHER, billing_method=None))
    service.release(service.find(NUMBER)[0])
    assert desk.calls("release") == 1
    assert desk.held() == {OTHER: kept.lease_id}
    assert service.find(NUMBER) == []
    free = service.offer(NUMBER)  # not by a search: what was just let go some keep out of it
    assert free is not None
    assert free.availability == "available"
    assert lease.lease_id != kept.lease_id


def test_what_is_not_leased_is_not_released(desk: Desk, service: LeaseService) -> None:
    """A second release, a stranger's lease, a lease that never was: an error, and nobody loses a number."""
    lease = service.lease(Order(number=NUMBER, billing_method=None))
    desk.take(OTHER)
    service.release(lease)
    strange = Lease(number=OTHER, lease_id="lsd_1", status="active")
    for gone in (lease, strange, Lease(number=NO_NUMBER, lease_id="lsd_2", status="active")):
        with pytest.raises(LeaseError):
            service.release(gone)
    assert OTHER in desk.held("stranger")
