"""One login during one run: what is read once and shared, and how long it is asked again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.domain.errors import NoAnswer
from pulumi_leases.domain.models import Lease
from pulumi_leases.leasing.account import SETTLE_S
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.services import service_class

from ..lab import NUMBER, OTHER, Lab
from ..raw import raw_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewLab


def test_leases_are_listed_once_for_all(lab: Lab, vendor: Vendor) -> None:
    """By number, from one listing, until somebody needs a younger one."""
    held = vendor.lease("contiguity", NUMBER, vendor.token())
    vendor.lease("contiguity", OTHER)
    first = lab.account.leases()
    assert {number: [one.lease_id for one in leases] for number, leases in first.value.items()} == {
        NUMBER: [held.lease_id]
    }
    lab.account.leases()
    assert len(vendor.journal()) == 1
    vendor.terminate("contiguity", NUMBER)
    assert lab.account.leases(since=lab.account.clock()).value == {}
    assert len(vendor.journal()) == 2


def test_two_leases_of_one_number_are_both_found(lab: Lab, vendor: Vendor) -> None:
    """A second lease id is never hidden behind the first."""
    ids = [vendor.lease("contiguity", NUMBER, vendor.token(), again=again).lease_id for again in (False, True)]
    assert [lease.lease_id for lease in lab.account.leases().value[NUMBER]] == ids


def test_a_lease_that_is_listed_twice_is_one(new_lab: NewLab) -> None:
    """A listing that names it again says nothing new."""
    entries = [{"id": NUMBER, "status": "leased", "lease_id": lease, "lease_status": "active"} for lease in "121"]
    with raw_server() as raw:
        raw.say({"object": "response", "data": {"leased": 3, "numbers": entries}})
        leases = new_lab(base_url=raw.url).account.leases().value
    assert [lease.lease_id for lease in leases[NUMBER]] == ["1", "2"]


def test_a_number_on_offer_is_found_in_the_listing(lab: Lab, vendor: Vendor) -> None:
    """However many are looked at: one listing of offers."""
    for number in (NUMBER, OTHER):
        offer = lab.account.look(number)
        assert offer is not None
        assert (offer.number, offer.availability) == (number, "available")
    assert [call.operation for call in vendor.journal()] == ["available"]


@pytest.mark.parametrize(
    ("status", "availability"), [("g-available", "on request"), ("unavailable", "unavailable"), ("odd", "unavailable")]
)
def test_a_number_that_is_not_simply_on_offer_is_asked_for_singly(
    lab: Lab, vendor: Vendor, status: str, availability: str
) -> None:
    """Absence from a listing proves nothing."""
    vendor.change_offer("contiguity", NUMBER, status=status)
    offer = lab.account.look(NUMBER)
    assert offer is not None
    assert offer.availability == availability
    assert [call.operation for call in vendor.journal()] == ["available", "get"]


@pytest.mark.parametrize("name", ["telnyx", "twilio"])
def test_where_a_search_knows_a_part_a_number_is_asked_for_at_once(new_lab: NewLab, vendor: Vendor, name: str) -> None:
    """A listing of some numbers of the whole country would hardly have it: one search for a number, for that number."""
    base = {"api_key": vendor.telnyx_key(), "base_url": vendor.telnyx}
    if name == "twilio":
        others = {"pricing_base_url": vendor.twilio_pricing, "messaging_base_url": vendor.twilio_messaging}
        base = {"account_sid": vendor.account_sid(), "auth_token": vendor.twilio_auth_token, "base_url": vendor.twilio}
        base |= others
    account = new_lab(service=service_class(name)(base, 1000)).account
    for number in (NUMBER, OTHER):
        offer = account.look(number)
        assert offer is not None
        assert offer.number == number
    assert [call.operation for call in vendor.journal()].count("available") == 2


def test_a_strangers_number_and_no_number(lab: Lab, vendor: Vendor) -> None:
    """Leased by somebody is a availability; unknown to the service is None; numbers of no country can be asked for."""
    vendor.lease("contiguity", NUMBER)
    offer = lab.account.look(NUMBER)
    assert offer is not None
    assert offer.availability == "leased"
    assert lab.account.look("+12015550999") is None
    assert lab.account.look("+80012345678") is None


def test_a_single_question_is_asked_when_the_listing_does_not_know(lab: Lab, vendor: Vendor) -> None:
    """What was leased after the listing was read is still found."""
    lab.account.leases()
    assert lab.account.find(NUMBER) == []
    vendor.lease("contiguity", NUMBER, vendor.token())
    assert len(lab.account.find(NUMBER)) == 1
    lab.account.leases(since=lab.account.clock())
    before = len(vendor.journal())
    assert len(lab.account.find(NUMBER)) == 1
    assert len(vendor.journal()) == before


def test_watching_ends_when_its_condition_holds(lab: Lab, vendor: Vendor) -> None:
    """At growing intervals, with a line about each wait."""

    def lease_it(waited_s: float) -> None:
        if waited_s > 5 and not vendor.leases():
            vendor.lease("contiguity", NUMBER, vendor.token())

    lab.meanwhile = lease_it
    assert len(lab.account.watch(NUMBER, 60, lab.reported.append)) == 1
    assert lab.waits == [0.5, 1, 2, 4]
    assert lab.reported[0] == f"asking contiguity about {NUMBER} again (60 s left)"
    assert len(lab.reported) == 4


@pytest.mark.parametrize("seconds", [-5.0, 0.0])
def test_watching_asks_at_least_once(lab: Lab, vendor: Vendor, seconds: float) -> None:
    """Also when the time is up before it begins."""
    assert lab.account.watch(NUMBER, seconds, lab.reported.append) == []
    assert [call.operation for call in vendor.journal()] == ["get"]
    assert lab.waits == []


def test_watching_ends_in_time(lab: Lab, vendor: Vendor) -> None:
    """Never longer than asked for, and the last question is asked at the end."""
    vendor.lease("contiguity", NUMBER, vendor.token())

    def gone(leases: Sequence[Lease]) -> bool:
        return not leases

    assert len(lab.account.watch(NUMBER, 30, lab.reported.append, until=gone)) == 1
    assert lab.waited_s == pytest.approx(30, abs=0.1)
    assert lab.waits[:5] == [0.5, 1, 2, 4, 8]


def test_watching_does_not_hide_that_the_service_cannot_be_asked(lab: Lab, vendor: Vendor) -> None:
    """What that means is for the caller to decide."""
    vendor.fault("get", "status", code=500)
    with pytest.raises(NoAnswer):
        lab.account.watch(NUMBER, 60, lab.reported.append)


def test_age_goes_by_the_services_clock(lab: Lab, vendor: Vendor) -> None:
    """A machine whose clock is off judges leases by the clock that dates them."""
    vendor.clock(offset_s=86_400)
    lab.account.leases()
    there = datetime.now(timezone.utc) + timedelta(days=1)
    assert lab.account.age_s(there - timedelta(hours=1)) == pytest.approx(3600, abs=3)
    assert lab.account.age_s(there + timedelta(hours=1)) == pytest.approx(-3600, abs=3)


@pytest.mark.parametrize(("ago_s", "left_s"), [(-86_400, SETTLE_S), (0, SETTLE_S), (20, SETTLE_S - 20), (90, -30)])
def test_nothing_takes_longer_to_settle_from_now_on_whatever_its_date(
    lab: Lab, vendor: Vendor, ago_s: float, left_s: float
) -> None:
    """A date in the future is another clock's."""
    lab.account.leases()
    moment = lab.service.now() - timedelta(seconds=ago_s)
    assert lab.account.wait_left_s(moment) == pytest.approx(left_s, abs=1)


def test_a_claim_names_service_account_and_price(lab: Lab) -> None:
    """All that a later run needs to know which number was meant, and at which price."""
    claim = lab.claimed()
    assert (claim.service, claim.account, claim.login, claim.lease_id) == ("contiguity", "default", None, None)
    assert (claim.number, claim.city, claim.currency) == (NUMBER, "Jersey City", "USD")


def test_a_lease_is_known_by_its_id_or_by_its_start(lab: Lab, vendor: Vendor) -> None:
    """A service with one lease a number may write its id differently in different answers."""
    vendor.switch("contiguity", lease_id_in_get="lease_")
    held = vendor.lease("contiguity", NUMBER, vendor.token())
    listed = lab.account.leases().value[NUMBER][0]
    alone = lab.service.find(NUMBER)[0]
    assert listed.lease_id == held.lease_id != alone.lease_id
    assert lab.account.is_it(alone, LeaseRef(held.lease_id, listed.leased_at))
    assert lab.account.is_it(listed, LeaseRef(held.lease_id))
    assert not lab.account.is_it(alone, LeaseRef(held.lease_id))
    another = LeaseRef(held.lease_id, (listed.leased_at or datetime.now(timezone.utc)) + timedelta(seconds=1))
    assert not lab.account.is_it(alone, another)


@pytest.mark.parametrize(
    ("lease_id", "seconds_later", "same"),
    [("lsd_1", 9, True), ("lease_1", 0, True), ("lease_1", 9, False), ("lsd_2", 0, False), ("lsd_2", 9, False)],
)
def test_a_lease_is_known_by_its_id_or_where_ids_have_two_forms_by_its_start(
    lab: Lab, lease_id: str, seconds_later: int, same: bool
) -> None:
    """Two ids of one form are two leases, however soon one came after the other."""
    start = lab.account.service.now()
    lease = Lease(number=NUMBER, lease_id=lease_id, status="active", leased_at=start)
    assert lab.account.is_it(lease, LeaseRef("lsd_1", start - timedelta(seconds=seconds_later))) is same
