"""Telnyx's orders: how they are placed, refused, settled and found, and what they cost."""

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


def found(telnyx: httpx.Client, **filters: str) -> list[str]:
    params = {f"filter[{name.replace('__', '][')}]": value for name, value in filters.items()}
    return [one["id"] for one in payload(telnyx.get("/number_orders", params=params))]


def test_order(telnyx: httpx.Client, vendor: Vendor) -> None:
    """The answer says pending, the order succeeds at once, and the number has what the order said."""
    order = ordered(telnyx, NUMBER, customer_reference="pl-1", connection_id="5", messaging_profile_id=GROUP)
    (line,) = order["phone_numbers"]
    assert (order["status"], line["status"], order["phone_numbers_count"]) == ("pending", "pending", 1)
    assert (line["country_iso_alpha2"], line["phone_number_type"], line["requirements_met"]) == ("US", "local", True)
    done = read(telnyx, order)
    assert (done["status"], done["phone_numbers"][0]["status"]) == ("success", "success")
    number = payload(telnyx.get(f"/phone_numbers/{NUMBER}"))
    assert number["id"] not in {order["id"], line["id"]}
    assert (number["customer_reference"], number["connection_id"]) == ("pl-1", "5")
    assert number["messaging_profile_id"] == GROUP
    assert number["purchased_at"] > done["created_at"]
    call = vendor.calls("lease")[0]
    assert (call.number, call.outcome, call.wrote) == (NUMBER, "leased", True)
    assert vendor.calls("order")[0].number == NUMBER
    assert len(vendor.charges()) == 2


def test_order_of_several_numbers(telnyx: httpx.Client, vendor: Vendor, searched: None) -> None:
    """The numbers of one country and type are a sub order; an order is all or nothing."""
    lines = [{"phone_number": number} for number in (NUMBER, OTHER, BRITISH)]
    order = payload(telnyx.post("/number_orders", json={"phone_numbers": lines}))
    assert len(order["sub_number_orders_ids"]) == 2
    listed = payload(telnyx.get("/sub_number_orders", params={"filter[order_request_id]": order["id"]}))
    assert [(one["country_code"], one["phone_numbers_count"]) for one in listed] == [("US", 2), ("GB", 1)]
    assert listed[0] == payload(telnyx.get(f"/sub_number_orders/{listed[0]['id']}"))
    again = [{"phone_number": number} for number in ("+12015550125", NUMBER)]
    assert denial(telnyx.post("/number_orders", json={"phone_numbers": again})).code == "85001"
    assert vendor.leased().keys() == {NUMBER, OTHER, BRITISH}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, Denial(400, "10004", "/phone_numbers")),
        ({"phone_numbers": []}, Denial(400, "10004", "/phone_numbers")),
        ({"phone_numbers": [{}]}, Denial(400, "10016", "/phone_numbers/0/phone_number")),
        ({"phone_numbers": [{"phone_number": "2015550123"}]}, Denial(400, "10016", "/phone_numbers/0/phone_number")),
        ({**BODY, "connection_id": "x"}, Denial(400, "85004", "/connection_id")),
        ({**BODY, "messaging_profile_id": "x"}, Denial(400, "85005", "/messaging_profile_id")),
        ({**BODY, "customer_reference": "a:b"}, Denial(400, "10015", "/customer_reference")),
        ({**BODY, "customer_reference": "a" * 65}, Denial(400, "10015", "/customer_reference")),
        ({"phone_numbers": [{"phone_number": NUMBER, "requirement_group_id": "x"}]},
         Denial(400, "10015", "/phone_numbers/0/requirement_group_id")),
    ],
)  # fmt: skip
def test_wrong_orders(
    telnyx: httpx.Client, vendor: Vendor, searched: None, body: dict[str, Any], expected: Denial
) -> None:
    """An order that is not well-formed leases nothing."""
    assert denial(telnyx.post("/number_orders", json=body)) == expected
    assert vendor.leases() == []


def test_bodies_are_json(telnyx: httpx.Client) -> None:
    """Other bodies have codes of their own."""
    assert denial(telnyx.post("/number_orders", data={"a": "b"})) == Denial(415, "10029")
    broken = {"Content-Type": "application/json"}
    assert denial(telnyx.post("/number_orders", content="{", headers=broken)) == Denial(400, "10023")


def test_any_reference_by_switch(telnyx: httpx.Client, vendor: Vendor) -> None:
    """What may stand in a reference is not documented."""
    vendor.switch("telnyx", reference_form="any")
    assert ordered(telnyx, NUMBER, customer_reference="a:b" * 50)["customer_reference"] == "a:b" * 50


@pytest.mark.parametrize(("code", "status"), [(85001, 409), (10015, 400)])
def test_taken_number(telnyx: httpx.Client, vendor: Vendor, searched: None, code: int, status: int) -> None:
    """A number that a stranger got between search and order is refused, with one of two codes."""
    vendor.switch("telnyx", taken_number=code)
    vendor.fault("lease", "taken", vendor="telnyx")
    assert denial(telnyx.post("/number_orders", json=BODY)) == Denial(status, str(code))
    assert vendor.leased()[NUMBER].login == "stranger"
    assert vendor.charges(login=vendor.telnyx_key()) == []


@pytest.mark.parametrize(
    ("own", "charges"), [(409, 2), ("200_second_order", 2), ("200_second_charge", 4)], ids=["409", "order", "charge"]
)
def test_own_number(telnyx: httpx.Client, vendor: Vendor, own: object, charges: int) -> None:
    """An own number is refused as one that is taken; or there is one more order of it, perhaps charged."""
    vendor.switch("telnyx", own_number=own)
    first = ordered(telnyx, NUMBER)
    answer = telnyx.post("/number_orders", json=BODY)
    if own == 409:
        assert denial(answer) == Denial(409, "85001", "/phone_numbers/0/phone_number")
    else:
        assert payload(answer)["id"] != first["id"]
    assert (len(vendor.leases()), len(vendor.charges())) == (1, charges)


@pytest.mark.parametrize("status", [400, 402, 403, 422])
def test_no_funds(telnyx: httpx.Client, vendor: Vendor, searched: None, status: int) -> None:
    """Want of money has one code, and its status is not documented."""
    vendor.switch("telnyx", payment=status)
    assert denial(telnyx.post("/number_orders", json=BODY)) == Denial(status, "20100")


@pytest.mark.parametrize("code", [20012, 20013, 20014, 20016, 20017, 10038, 10039])
@pytest.mark.parametrize("status", [400, 402, 403, 422])
def test_levels(telnyx: httpx.Client, vendor: Vendor, searched: None, code: int, status: int) -> None:
    """An account that may not order gets the reason, whatever it orders."""
    vendor.switch("telnyx", level=code, level_status=status)
    assert denial(telnyx.post("/number_orders", json=BODY)) == Denial(status, str(code))
    assert vendor.leases() == []


def test_prices_between_search_and_order(telnyx: httpx.Client, vendor: Vendor) -> None:
    """Nothing guards the price of the search: the order may cost more."""
    vendor.switch("telnyx", price_factor=3)
    ordered(telnyx, NUMBER)
    assert [one.amount for one in vendor.charges()] == [3.0, 3.0]


def test_orders_are_found(telnyx: httpx.Client, vendor: Vendor) -> None:
    """By reference, status, time, count and requirements; listed lines have an id and a number only."""
    first = ordered(telnyx, NUMBER, customer_reference="pl-one")
    vendor.clock(advance_s=10)
    second = ordered(telnyx, OTHER)
    both = [second["id"], first["id"]]
    assert found(telnyx) == found(telnyx, status="success", requirements_met="true", phone_numbers_count="1") == both
    assert found(telnyx, customer_reference="one") == [first["id"]]
    assert found(telnyx, created_at__gt=first["created_at"]) == [second["id"]]
    assert found(telnyx, created_at__lt=second["created_at"]) == [first["id"]]
    assert found(telnyx, status="failure") == found(telnyx, requirements_met="false") == []
    (listed,) = payload(telnyx.get("/number_orders", params={"page[size]": 1}))
    assert listed["phone_numbers"] == [{"id": second["phone_numbers"][0]["id"], "phone_number": OTHER}]
    assert telnyx.get("/number_orders", params={"filter[created_at][gt]": "soon"}).status_code == 400
    vendor.switch("telnyx", reference_filter="exact")
    assert found(telnyx, customer_reference="one") == []


def test_orders_of_others(telnyx: httpx.Client, vendor: Vendor) -> None:
    """Another login's order is neither read nor listed nor changed nor cancelled."""
    vendor.switch("telnyx", order_s=60)
    order = ordered(telnyx, NUMBER)
    telnyx.headers["Authorization"] = f"Bearer {vendor.telnyx_key('other')}"
    assert denial(telnyx.get(f"/number_orders/{order['id']}")) == MISSING
    assert denial(telnyx.patch(f"/number_orders/{order['id']}", json={})) == MISSING
    assert denial(telnyx.patch(f"/sub_number_orders/{order['sub_number_orders_ids'][0]}/cancel")) == MISSING
    line = order["phone_numbers"][0]["id"]
    path = f"/number_order_phone_numbers/{line}/requirement_group"
    assert denial(telnyx.post(path, json={"requirement_group_id": GROUP})) == MISSING
    assert found(telnyx) == []


def test_lag_of_orders(telnyx: httpx.Client, vendor: Vendor) -> None:
    """A new order may not be read or listed yet."""
    vendor.switch("telnyx", order_lag_s=60)
    order = ordered(telnyx, NUMBER)
    assert denial(telnyx.get(f"/number_orders/{order['id']}")) == MISSING
    assert found(telnyx) == []
    vendor.clock(advance_s=61)
    assert found(telnyx) == [order["id"]]


@pytest.mark.parametrize(("read_lag", "readable"), [(None, False), (0, True)])
def test_lag_of_numbers(telnyx: httpx.Client, vendor: Vendor, read_lag: float | None, readable: bool) -> None:
    """After the success of its order a number may not be listed yet, nor be read."""
    vendor.switch("telnyx", listing_lag_s=60, read_lag_s=read_lag)
    order = ordered(telnyx, NUMBER)
    assert read(telnyx, order)["status"] == "success"
    assert payload(telnyx.get("/phone_numbers")) == []
    assert (telnyx.get(f"/phone_numbers/{NUMBER}").status_code == 200) is readable
    vendor.clock(advance_s=61)
    assert len(payload(telnyx.get("/phone_numbers"))) == 1


def test_reference_that_is_not_copied(telnyx: httpx.Client, vendor: Vendor) -> None:
    """The order has it, the number does not; amending the order changes no number."""
    vendor.switch("telnyx", reference_copied=False)
    order = ordered(telnyx, NUMBER, customer_reference="pl-1")
    assert payload(telnyx.get(f"/phone_numbers/{NUMBER}"))["customer_reference"] is None
    amended = payload(telnyx.patch(f"/number_orders/{order['id']}", json={"customer_reference": "pl-2"}))
    assert amended["customer_reference"] == read(telnyx, order)["customer_reference"] == "pl-2"
    assert payload(telnyx.get(f"/phone_numbers/{NUMBER}"))["customer_reference"] is None


@pytest.mark.parametrize("status", ["success", "deleted"])
def test_order_of_a_deleted_number(telnyx: httpx.Client, vendor: Vendor, status: str) -> None:
    """The order of a number that is gone may still say success."""
    vendor.switch("telnyx", deleted_order=status)
    order = ordered(telnyx, NUMBER)
    telnyx.delete(f"/phone_numbers/{NUMBER}")
    assert read(telnyx, order)["status"] == status


@pytest.mark.parametrize("number_type", ["longcode", "tollfree"])
def test_types_right_after_a_purchase(telnyx: httpx.Client, vendor: Vendor, number_type: str) -> None:
    """For a while the type is given in other words."""
    vendor.switch("telnyx", raw_type_s=60)
    number = NUMBER if number_type == "longcode" else "+18005550123"
    telnyx.get("/available_phone_numbers", params={"filter[phone_number_type]": "toll_free"})
    ordered(telnyx, number)
    assert payload(telnyx.get(f"/phone_numbers/{number}"))["phone_number_type"] == number_type
    vendor.clock(advance_s=61)
    assert payload(telnyx.get(f"/phone_numbers/{number}"))["phone_number_type"] in {"local", "toll_free"}


@pytest.mark.parametrize(("fault", "leased"), [("drop_before", False), ("drop_after", True), ("garbage", True)])
def test_lost_answers(telnyx: httpx.Client, vendor: Vendor, searched: None, fault: str, leased: bool) -> None:
    """Whether an order without a readable answer arrived is seen by its reference."""
    vendor.fault("lease", fault, vendor="telnyx", number=NUMBER)
    body = {**BODY, "customer_reference": "pl-lost"}
    if fault == "garbage":
        assert telnyx.post("/number_orders", json=body).status_code == 200
    else:
        with pytest.raises(httpx.RemoteProtocolError):
            telnyx.post("/number_orders", json=body)
    assert (len(found(telnyx, customer_reference="pl-lost")) == 1) is leased
    assert (NUMBER in vendor.leased()) is leased


def test_settings_that_control_does_not_know(telnyx: httpx.Client, vendor: Vendor) -> None:
    """Control changes the settings there are, of a number that is leased."""
    ordered(telnyx, NUMBER)
    with pytest.raises(ControlError, match="no setting colour"):
        vendor.edit("telnyx", NUMBER, colour="red")
    with pytest.raises(ControlError, match="0 leases"):
        vendor.edit("telnyx", OTHER, tags=[])
