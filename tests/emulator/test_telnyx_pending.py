"""Telnyx's orders that are not done at once: pending, failing, waiting for requirements, cancelled."""

from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Vendor
from pulumi_leases.emulator.control import ControlError

from .answers import Denial, denial, ordered, payload

NUMBER = "+12015550123"
OTHER = "+12015550124"
BRITISH = "+442079460023"
GROUP = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
BODY = {"phone_numbers": [{"phone_number": NUMBER}]}
MISSING = Denial(404, "10005")


@pytest.fixture
def searched(telnyx: httpx.Client) -> None:
    """The login has searched for the numbers of the tests."""
    for country in ("US", "GB"):
        payload(telnyx.get("/available_phone_numbers", params={"filter[country_code]": country}))


def read(telnyx: httpx.Client, order: dict[str, Any]) -> Any:
    return payload(telnyx.get(f"/number_orders/{order['id']}"))


def test_order_that_takes_time(telnyx: httpx.Client, vendor: Vendor) -> None:
    """Until it is settled the number is pending and nothing is charged."""
    vendor.switch("telnyx", order_s=60)
    order = ordered(telnyx, NUMBER)
    assert read(telnyx, order)["status"] == "pending"
    assert payload(telnyx.get(f"/phone_numbers/{NUMBER}"))["status"] == "purchase-pending"
    assert (len(vendor.leases()), vendor.charges()) == (1, [])
    vendor.switch("telnyx", pending_numbers="absent")
    assert denial(telnyx.get(f"/phone_numbers/{NUMBER}")) == MISSING
    assert payload(telnyx.get("/phone_numbers")) == []
    vendor.clock(advance_s=61)
    assert read(telnyx, order)["status"] == "success"
    number = payload(telnyx.get(f"/phone_numbers/{NUMBER}"))
    assert (number["status"], number["activated_at"] > number["purchased_at"]) == ("active", True)
    assert len(vendor.charges()) == 2


@pytest.mark.parametrize("outcome", ["failure", "failed", "cancelled", "deleted"])
@pytest.mark.parametrize(("charge", "charges"), [("none", 0), ("charged", 2)])
def test_order_that_fails(telnyx: httpx.Client, vendor: Vendor, outcome: str, charge: str, charges: int) -> None:
    """An order that was accepted may fail: the number is free again for anybody, and as a rule nothing is charged."""
    vendor.switch("telnyx", order_s=60, order_outcome=outcome, failure_charge=charge)
    order = ordered(telnyx, NUMBER)
    vendor.clock(advance_s=61)
    failed = read(telnyx, order)
    assert (failed["status"], failed["phone_numbers"][0]["status"]) == (outcome, outcome)
    assert denial(telnyx.get(f"/phone_numbers/{NUMBER}")) == MISSING
    assert (vendor.leases(), len(vendor.charges())) == ([], charges)
    vendor.switch("telnyx", ended_numbers="listed")
    assert payload(telnyx.get(f"/phone_numbers/{NUMBER}"))["status"] == "purchase-failed"


def test_order_that_fails_at_once(telnyx: httpx.Client, vendor: Vendor) -> None:
    """With order_answer=settled the answer to the order says what came of it."""
    vendor.switch("telnyx", order_answer="settled")
    assert ordered(telnyx, NUMBER)["status"] == "success"
    vendor.switch("telnyx", order_outcome="failure")
    assert ordered(telnyx, OTHER)["status"] == "failure"
    assert vendor.leased().keys() == {NUMBER}


@pytest.mark.parametrize(("outcome", "charges"), [("success", 2), ("failure", 0)])
def test_order_that_hangs_until_control_settles_it(
    telnyx: httpx.Client, vendor: Vendor, outcome: str, charges: int
) -> None:
    """An order may be pending for ever; control ends it either way, once."""
    vendor.switch("telnyx", order_outcome="pending")
    order = ordered(telnyx, NUMBER)
    vendor.clock(advance_s=365 * 86_400)
    assert read(telnyx, order)["status"] == "pending"
    vendor.settle_order("telnyx", NUMBER, outcome)
    assert read(telnyx, order)["status"] == outcome
    assert (len(vendor.leases()), len(vendor.charges())) == (charges // 2, charges)
    with pytest.raises(ControlError, match=r"settled already|0 leases"):
        vendor.settle_order("telnyx", NUMBER)


def test_pending_order_ended_outside(telnyx: httpx.Client, vendor: Vendor) -> None:
    """Control terminates a pending number too; its order is cancelled and costs nothing."""
    vendor.switch("telnyx", order_s=60)
    order = ordered(telnyx, NUMBER)
    vendor.terminate("telnyx", NUMBER)
    vendor.clock(advance_s=61)
    assert read(telnyx, order)["status"] == "cancelled"
    vendor.switch("telnyx", cancelled_order="failure")
    assert read(telnyx, order)["status"] == "failure"
    assert vendor.charges() == []


def test_release_of_a_pending_number(telnyx: httpx.Client, vendor: Vendor) -> None:
    """DELETE cancels the order; or it is refused, and the sub order can be cancelled, once."""
    vendor.switch("telnyx", order_s=60)
    first = ordered(telnyx, NUMBER)
    payload(telnyx.delete(f"/phone_numbers/{NUMBER}"))
    assert read(telnyx, first)["status"] == "cancelled"

    vendor.switch("telnyx", pending_delete="refused")
    second = ordered(telnyx, NUMBER)
    assert denial(telnyx.delete(f"/phone_numbers/{NUMBER}")) == Denial(422, "10027")
    path = f"/sub_number_orders/{second['sub_number_orders_ids'][0]}/cancel"
    assert payload(telnyx.patch(path))["status"] == "cancelled"
    assert denial(telnyx.patch(path)) == Denial(422, "10027")
    vendor.clock(advance_s=61)
    assert (vendor.leases(), vendor.charges()) == ([], [])


def test_requirements(telnyx: httpx.Client, vendor: Vendor, searched: None) -> None:
    """A number that demands documents waits for them, is cancelled at the deadline, and is paid when they come."""
    vendor.change_offer("telnyx", NUMBER, requirements=["address_proof"])
    order = payload(telnyx.post("/number_orders", json=BODY))
    (line,) = order["phone_numbers"]
    assert (order["requirements_met"], line["requirements_status"]) == (False, "requirement-info-pending")
    assert line["regulatory_requirements"][0]["requirement_id"] == "address_proof"
    assert payload(telnyx.get(f"/phone_numbers/{NUMBER}"))["status"] == "requirement-info-pending"
    given = {"regulatory_requirements": [{"requirement_id": "address_proof", "field_value": "x"}]}
    assert payload(telnyx.patch(f"/number_orders/{order['id']}", json=given))["status"] == "success"
    assert len(vendor.charges()) == 2

    vendor.change_offer("telnyx", OTHER, requirements=["address_proof"])
    late = payload(telnyx.post("/number_orders", json={"phone_numbers": [{"phone_number": OTHER}]}))
    vendor.clock(advance_s=31 * 86_400)
    assert read(telnyx, late)["status"] == "cancelled"
    assert len(vendor.charges()) == 2


@pytest.mark.parametrize(("missing", "status"), [("pending", 200), (400, 400), (422, 422)])
def test_requirement_groups(telnyx: httpx.Client, vendor: Vendor, searched: None, missing: object, status: int) -> None:
    """Where a group is demanded an order without it waits or is refused; with it, it succeeds."""
    vendor.switch("telnyx", requirement_group="all", group_missing=missing)
    without = telnyx.post("/number_orders", json=BODY)
    assert without.status_code == status
    with_group = {"phone_numbers": [{"phone_number": OTHER, "requirement_group_id": GROUP}]}
    order = payload(telnyx.post("/number_orders", json=with_group))
    assert (read(telnyx, order)["status"], order["requirements_met"]) == ("success", True)
    if status == 200:
        line = without.json()["data"]["phone_numbers"][0]["id"]
        path = f"/number_order_phone_numbers/{line}/requirement_group"
        assert telnyx.post(path, json={}).status_code == 400
        assert payload(telnyx.post(path, json={"requirement_group_id": GROUP}))["status"] == "success"
    vendor.switch("telnyx", requirement_group="none")
    assert payload(telnyx.post("/number_orders", json={"phone_numbers": [{"phone_number": BRITISH}]}))[
        "requirements_met"
    ]
