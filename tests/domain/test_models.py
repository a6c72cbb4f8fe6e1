"""Decimals inside, plain numbers in the state; aware times in UTC; what is not known is None."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pulumi_leases.domain.models import ENDED, ENDING, Claim, Lease, Number, Offer, Recorded, attributes, iso

NUMBER = "+12015550123"


def lease(**facts: Any) -> Lease:
    return Lease(number=NUMBER, lease_id="lsd_1", status=facts.pop("status", "active"), **facts)


@given(st.decimals(min_value=0, max_value=10**6, places=4))
def test_an_amount_survives_the_state(value: Decimal) -> None:
    """Written as a plain number and read again it is the same decimal."""
    written = json.loads(json.dumps(Number(number=NUMBER, monthly_rate=value).model_dump(mode="json")))
    assert isinstance(written["monthly_rate"], float)
    assert Number.model_validate(written).monthly_rate == value


@pytest.mark.parametrize("amount", [0.1, "0.1", Decimal("0.1")])
def test_an_amount_takes_no_detour_over_binary_fractions(amount: Any) -> None:
    """A tenth is a tenth."""
    assert Number(number=NUMBER, upfront_fee=amount).upfront_fee == Decimal("0.1")


@pytest.mark.parametrize("amount", [-0.01, "NaN", float("inf"), "1e999", "dear", True, []])
def test_what_is_no_amount_is_refused(amount: Any) -> None:
    """A price that is none is an error, not a price."""
    with pytest.raises(ValidationError):
        Number(number=NUMBER, monthly_rate=amount)


def test_what_is_not_known_is_none() -> None:
    """Nothing is invented."""
    assert set(Number(number=NUMBER).model_dump().values()) == {NUMBER, None}
    offer = Offer(number=NUMBER)
    assert (offer.availability, offer.reputation, offer.previous_owners) == ("available", None, None)


def test_codes_and_words_are_the_same_in_any_letters() -> None:
    """A country is upper case, capabilities are lower case, sorted and listed once."""
    number = Number(number=NUMBER, country="ch", capabilities=("SMS", "voice", "Mms", "sms"))
    assert (number.country, number.capabilities) == ("CH", ("mms", "sms", "voice"))


def test_times_are_in_utc() -> None:
    """Whatever zone a time comes in."""
    there = datetime(2026, 11, 22, 6, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert lease(leased_at=there).leased_at == datetime(2026, 11, 22, 1, 0, tzinfo=timezone.utc)
    assert Recorded(run="r", at=there).at.tzinfo is timezone.utc
    assert iso(there) == "2026-11-22T01:00:00Z"
    assert iso(None) is None


def test_a_time_without_a_zone_is_refused() -> None:
    """A time that could be anybody's is nobody's."""
    with pytest.raises(ValidationError):
        lease(leased_at=datetime(2026, 11, 22))  # noqa: DTZ001 (that is the point)


@pytest.mark.parametrize("status", ["active", "paused", "pending", "unheard-of", ENDING, ""])
def test_every_status_but_the_ended_is_held(status: str) -> None:
    """An unknown status is held: better reported than lost."""
    assert lease(status=status).is_held
    assert lease(status=status).is_ending == (status == ENDING)


def test_ended_leases_are_not_held() -> None:
    """Two words end a lease."""
    assert {"expired", "terminated"} == ENDED
    assert not any(lease(status=status).is_held for status in ENDED)


def test_models_do_not_change() -> None:
    """What was read is not edited."""
    with pytest.raises(ValidationError):
        lease().status = "terminated"  # type: ignore[misc]  # that is the point


def test_a_claim_takes_what_every_number_has() -> None:
    """An offer's availability and a lease's status do not get into a claim."""
    offer = Offer(number=NUMBER, country="US", monthly_rate=Decimal(12), currency="USD", reputation=0.9)
    claim = Claim(**attributes(offer), service="contiguity", account="default")
    assert claim.model_dump(exclude_none=True) == {
        "number": NUMBER,
        "country": "US",
        "currency": "USD",
        "monthly_rate": Decimal(12),
        "service": "contiguity",
        "account": "default",
    }
