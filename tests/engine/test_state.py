"""What stands in users' states, and what is read back from there."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from pulumi.output import Unknown

from pulumi_leases.domain.models import Claim, Lease
from pulumi_leases.engine import state

NUMBER = "+12015550123"
AT = datetime(2026, 11, 22, 6, 30, 1, 250_000, tzinfo=timezone.utc)
CLAIM = Claim(
    number=NUMBER,
    service="contiguity",
    account="default",
    country="US",
    capabilities=("mms", "sms"),
    currency="USD",
    monthly_rate=Decimal("12.10"),
    upfront_fee=Decimal(0),
)
INPUTS: dict[str, Any] = {
    "number": NUMBER,
    "service": "contiguity",
    "account": "default",
    "country": "US",
    "capabilities": ["mms", "sms"],
    "currency": "USD",
    "monthly_rate": 12.1,
    "upfront_fee": 0.0,
    "billing_method": "monthly",
    "failover": {"enabled": False, "mode": "all", "numbers": []},
    "max_monthly_rate": 20.0,
    "recorded": {"run": "r", "at": "2026-11-22T06:30:01.250000Z"},
}


def lease(**facts: Any) -> Lease:
    return Lease(number=NUMBER, lease_id="lsd_1", status="active", **facts)


@pytest.mark.parametrize("deep", [[], ["a"], ["a", "b", 0], [0, "x"]])
def test_an_unknown_is_found_however_deep(deep: list[str | int]) -> None:
    """In lists and dictionaries of each other."""
    unknown = Unknown()  # type: ignore[no-untyped-call]  # the SDK types it not
    value: Any = unknown
    for step in reversed(deep):
        value = [1, value] if isinstance(step, int) else {"other": None, step: value}
    assert state.unknown_in(value) is unknown


def test_what_is_known_holds_no_unknown() -> None:
    """Texts are not gone through letter by letter, nothing else is taken for unknown."""
    assert state.unknown_in({"number": NUMBER, "search": {"capabilities": ["sms"]}, "none": None, "n": 1.0}) is None


def test_given_is_what_has_a_value() -> None:
    """None is as good as missing; false and zero are values."""
    assert state.take_given({"a": None, "b": False, "c": 0.0, "d": 1}, ("a", "b", "c", "e")) == {"b": False, "c": 0.0}


def test_a_claim_survives_the_state() -> None:
    """Written as JSON and read again it is the same claim; what is not known is not written."""
    written = state.write_claim(CLAIM)
    assert state.read_claim(json.loads(json.dumps(written))) == CLAIM
    assert "city" not in written
    assert written["monthly_rate"] == 12.1


def test_a_claim_of_a_later_version_is_read() -> None:
    """A key that nobody here knows does not lock a user out of the state."""
    assert state.read_claim({**state.write_claim(CLAIM), "moon_phase": "full"}) == CLAIM


def test_a_record_survives_the_state() -> None:
    """The run and the service's time, to the microsecond; the reference where there is one."""
    written = state.write_recorded("run-1", AT, None)
    assert written == {"run": "run-1", "at": "2026-11-22T06:30:01.250000Z"}
    read = state.read_recorded(json.loads(json.dumps(written)))
    assert (read.run, read.at, read.reference) == ("run-1", AT, None)
    referring = state.write_recorded("run-1", AT, "pl-abc")
    assert referring == {**written, "reference": "pl-abc"}
    assert state.read_recorded(referring).reference == "pl-abc"


@pytest.mark.parametrize("text", ["2026-11-22T06:30:01.250000Z", "2026-11-22T06:30:01.250000+00:00"])
def test_a_time_is_read_in_either_form(text: str) -> None:
    """Also by the interpreters that do not know the Z."""
    assert state.moment(text) == AT
    assert state.moment(None) is None


def test_outputs_are_those_of_the_receipt_then_of_the_claim() -> None:
    """What the receipt says wins; what it leaves out comes from the claim; all keys are there."""
    receipt = lease(currency="USD", monthly_rate=Decimal(11), leased_at=AT, billing_method="goodwill")
    outs = state.lease_outs(INPUTS, receipt, adopted=False)
    assert {*state.FACT_KEYS, *state.LEASE_KEYS, "billing_method", "asked_billing_method"} <= set(outs)
    assert (outs["monthly_rate"], outs["upfront_fee"], outs["country"], outs["city"]) == (11.0, 0.0, "US", None)
    assert (outs["lease_id"], outs["lease_status"], outs["adopted"]) == ("lsd_1", "active", False)
    assert (outs["leased_at"], outs["ends_at"]) == ("2026-11-22T06:30:01.250000Z", None)
    assert json.loads(json.dumps(outs)) == outs


def test_what_the_service_reports_is_not_what_was_asked() -> None:
    """A vendor's billing method is an output; the program's stays an input."""
    outs = state.lease_outs(INPUTS, lease(billing_method="goodwill"), adopted=False)
    assert (outs["billing_method"], outs["asked_billing_method"]) == ("goodwill", "monthly")
    assert state.inputs_of(outs, None)["billing_method"] == "monthly"
    assert state.lease_outs(INPUTS, lease(), adopted=False)["billing_method"] == "monthly"


def test_inputs_come_back_from_the_outputs() -> None:
    """A refresh gives back exactly what the check returned, with the mark of a lost lease or without."""
    outs = state.lease_outs(INPUTS, lease(city="Hoboken"), adopted=False)
    found = state.inputs_of(outs, None)
    assert found == {**INPUTS, "city": "Hoboken"}
    assert state.inputs_of(outs, "lsd_1") == {**found, "lost": "lsd_1"}
    assert state.inputs_of({**outs, "lost": "lsd_1"}, None) == found
    assert set(found) <= set(state.INPUT_KEYS)


def test_inputs_of_a_service_without_billing_methods_have_none() -> None:
    """What was not asked is not made an input by a refresh."""
    without = {key: value for key, value in INPUTS.items() if key != "billing_method"}
    outs = state.lease_outs(without, lease(billing_method="monthly"), adopted=False)
    assert "billing_method" not in state.inputs_of(outs, None)


def test_a_refresh_takes_the_course_of_the_lease_only() -> None:
    """Facts and price stay as they were leased: what moves at the vendor is no difference."""
    moved = lease(city="Elsewhere", monthly_rate=Decimal(99), ends_at=AT, billing_method="goodwill")
    assert state.write_observed(moved) == {
        "lease_status": "active",
        "ends_at": "2026-11-22T06:30:01.250000Z",
        "billing_method": "goodwill",
    }
    assert state.write_observed(None) == {"lease_status": "lost"}


def test_a_refused_number_stands_in_the_state_without_a_lease() -> None:
    """All keys are there, none of a lease has a value."""
    outs = state.refused_outs(INPUTS)
    assert outs["lease_status"] == "refused"
    assert {outs[key] for key in state.LEASE_KEYS if key != "lease_status"} == {None}
    assert state.inputs_of(outs, None) == INPUTS
