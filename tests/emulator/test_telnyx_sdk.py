"""The emulator of Telnyx under the vendor's own Python client, which was generated from the vendor's description."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import telnyx
from telnyx import Telnyx

from pulumi_leases.emulator import Served, Vendor

if TYPE_CHECKING:
    from telnyx.types.available_phone_number_list_params import Filter

NUMBER = "+12015550123"
OTHER = "+12015550124"
SWISS = "+41443646000"
GROUP = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


@pytest.fixture
def sdk(served: Served, vendor: Vendor) -> Iterator[Telnyx]:
    """The client of a login, on a socket.

    It must not repeat a request, or a purchase could be made twice, and takes no answer that is not as described.
    """
    with (
        httpx.Client(trust_env=False) as http,
        Telnyx(
            api_key=vendor.telnyx_key(),
            base_url=f"{served.url}/telnyx/v2",
            max_retries=0,
            http_client=http,
            _strict_response_validation=True,
        ) as client,
    ):
        yield client


def search(sdk: Telnyx, digits: str = "") -> list[str]:
    """The numbers of the US that begin with these digits."""
    wanted: Filter = {"country_code": "US", "best_effort": False, "phone_number": {"starts_with": digits}}
    return [one.phone_number or "" for one in sdk.available_phone_numbers.list(filter=wanted).data or []]


def order(sdk: Telnyx, number: str, **more: Any) -> str:
    assert search(sdk, number.removeprefix("+1")) == [number]
    placed = sdk.number_orders.create(phone_numbers=[{"phone_number": number}], **more).data
    assert placed is not None
    assert placed.id is not None
    return placed.id


def code(error: pytest.ExceptionInfo[telnyx.APIStatusError]) -> str:
    body: Any = error.value.response.json()
    first: str = body["errors"][0]["code"]
    return first


def test_a_lease_from_search_to_release(sdk: Telnyx, vendor: Vendor) -> None:
    """Search, order, poll, look up, set, list, release, in the vendor's own types, and charged once."""
    (offer,) = (
        sdk.available_phone_numbers.list(
            filter={"country_code": "US", "phone_number": {"starts_with": "2015550123"}, "features": ["sms", "voice"]}
        ).data
        or []
    )
    assert offer.phone_number == NUMBER
    assert offer.cost_information is not None
    assert (offer.cost_information.upfront_cost, offer.cost_information.monthly_cost) == ("1.00", "1.00")
    assert {one.region_type: one.region_name for one in offer.region_information or []} == {
        "country_code": "US", "state": "NJ", "rate_center": "JERSEY CITY", "location": "Jersey City",
    }  # fmt: skip

    placed = sdk.number_orders.create(
        phone_numbers=[{"phone_number": NUMBER}], customer_reference="pl-abc", connection_id="123"
    ).data
    assert placed is not None
    assert placed.id is not None
    assert (placed.status, placed.customer_reference, placed.phone_numbers_count) == ("pending", "pl-abc", 1)
    done = sdk.number_orders.retrieve(placed.id).data
    assert done is not None
    assert done.status == "success"
    assert done.created_at == placed.created_at

    (leased,) = sdk.phone_numbers.list(filter={"phone_number": "12015550123"})
    assert (leased.phone_number, leased.status, leased.phone_number_type) == (NUMBER, "active", "local")
    assert (leased.customer_reference, leased.connection_id) == ("pl-abc", "123")
    by_number = sdk.phone_numbers.retrieve(NUMBER).data
    assert by_number is not None
    assert by_number.id == leased.id
    lines = done.phone_numbers or []
    with pytest.raises(telnyx.NotFoundError) as missing:
        sdk.phone_numbers.retrieve(lines[0].id or "")
    assert code(missing) == "10005"

    changed = sdk.phone_numbers.update(leased.id, tags=["a", "b"], customer_reference="new").data
    assert changed is not None
    assert (changed.tags, changed.customer_reference) == (["a", "b"], "new")
    messaging = sdk.phone_numbers.messaging.update(leased.id, messaging_profile_id=GROUP).data
    assert messaging is not None
    assert messaging.messaging_profile_id == GROUP
    forwarding = {"call_forwarding_enabled": True, "forwards_to": OTHER, "forwarding_type": "always"}
    voice = sdk.phone_numbers.voice.update(leased.id, call_forwarding=forwarding).data  # type: ignore[arg-type]  # its literals
    assert voice is not None
    assert voice.call_forwarding is not None
    assert voice.call_forwarding.forwards_to == OTHER
    (features,) = sdk.numbers_features.create(phone_numbers=[NUMBER]).data or []
    assert {"sms", "mms", "voice"} <= set(features.features)

    gone = sdk.phone_numbers.delete(leased.id).data
    assert gone is not None
    assert gone.status == "deleted"
    with pytest.raises(telnyx.NotFoundError):
        sdk.phone_numbers.retrieve(leased.id)
    assert list(sdk.phone_numbers.list()) == []
    assert vendor.leases() == []
    assert [(one.kind, one.amount) for one in vendor.charges()] == [("upfront", 1.0), ("period", 1.0)]
    assert vendor.calls("available")[0].number == vendor.calls("leased")[0].number == NUMBER
    assert vendor.calls("leased")[-1].number == ""
    assert [call.operation for call in vendor.writes()] == [
        "lease", "configure", "messaging", "voice", "features", "terminate",
    ]  # fmt: skip


def test_orders_are_listed_by_reference(sdk: Telnyx) -> None:
    """Whether an order arrived is answered by its reference, page after page."""
    references = [f"pl-{count}" for count in range(3)]
    ids = [order(sdk, f"+1201555012{count + 3}", customer_reference=one) for count, one in enumerate(references)]
    (found,) = sdk.number_orders.list(filter={"customer_reference": "pl-1"})
    assert (found.id, found.status) == (ids[1], "success")
    assert [one.phone_number for one in found.phone_numbers or []] == ["+12015550124"]
    assert [one.id for one in sdk.number_orders.list(page_size=2)] == ids[::-1]
    assert len({one.id for one in sdk.phone_numbers.list(page_size=2)}) == 3
    amended = sdk.number_orders.update(ids[0], customer_reference="other").data
    assert amended is not None
    assert amended.customer_reference == "other"


def test_pending_order_is_cancelled(sdk: Telnyx, vendor: Vendor) -> None:
    """A sub order can be cancelled while it is pending, and is not charged."""
    vendor.switch("telnyx", order_outcome="pending", cancelled_order="failure")
    placed = sdk.number_orders.retrieve(order(sdk, NUMBER)).data
    assert placed is not None
    (number,) = sdk.phone_numbers.list()
    assert number.status == "purchase-pending"
    (sub_order,) = placed.sub_number_orders_ids or []
    cancelled = sdk.sub_number_orders.cancel(sub_order).data
    assert cancelled is not None
    assert cancelled.status == "failure"
    with pytest.raises(telnyx.UnprocessableEntityError):
        sdk.sub_number_orders.cancel(sub_order)
    assert (vendor.leases(), vendor.charges()) == ([], [])


def test_requirement_group(sdk: Telnyx, vendor: Vendor) -> None:
    """A country that demands a group leaves the order pending until it comes."""
    vendor.add_offer("telnyx", SWISS, country="CH", region="", city="Zürich")
    sdk.available_phone_numbers.list(filter={"country_code": "CH"})
    placed = sdk.number_orders.create(phone_numbers=[{"phone_number": SWISS}]).data
    assert placed is not None
    assert placed.id is not None
    assert (placed.status, placed.requirements_met) == ("pending", False)
    (line,) = placed.phone_numbers or []
    assert line.requirements_status == "requirement-info-pending"
    (number,) = sdk.phone_numbers.list()
    assert number.status == "requirement-info-pending"
    sdk.number_order_phone_numbers.update_requirement_group(line.id or "", requirement_group_id=GROUP)
    done = sdk.number_orders.retrieve(placed.id).data
    assert done is not None
    assert (done.status, done.requirements_met) == ("success", True)
    assert len(vendor.charges()) == 2


def test_refused_orders(sdk: Telnyx, vendor: Vendor) -> None:
    """Each refusal is the client's own error for its status, carries a code and charges nothing."""
    with pytest.raises(telnyx.BadRequestError) as unsearched:
        sdk.number_orders.create(phone_numbers=[{"phone_number": NUMBER}])
    assert code(unsearched) == "85000"
    search(sdk)
    vendor.lease("telnyx", OTHER)
    with pytest.raises(telnyx.ConflictError) as taken:
        sdk.number_orders.create(phone_numbers=[{"phone_number": OTHER}])
    assert code(taken) == "85001"
    vendor.switch("telnyx", payment=403)
    with pytest.raises(telnyx.PermissionDeniedError) as unpaid:
        sdk.number_orders.create(phone_numbers=[{"phone_number": NUMBER}])
    assert code(unpaid) == "20100"
    vendor.switch("telnyx", payment="ok", level=20014)
    with pytest.raises(telnyx.PermissionDeniedError) as unverified:
        sdk.number_orders.create(phone_numbers=[{"phone_number": NUMBER}])
    assert code(unverified) == "20014"
    assert vendor.charges(login=vendor.telnyx_key()) == []


def test_who_is_refused(sdk: Telnyx, vendor: Vendor) -> None:
    """Wrong and revoked keys, and too many requests with their headers."""
    with pytest.raises(telnyx.AuthenticationError) as nobody:
        sdk.with_options(api_key="abc").phone_numbers.list()
    assert code(nobody) == "10009"
    vendor.revoke("telnyx", vendor.telnyx_key())
    with pytest.raises(telnyx.AuthenticationError) as revoked:
        sdk.phone_numbers.list()
    assert code(revoked) == "20002"
    vendor.restore("telnyx", vendor.telnyx_key())
    vendor.fault("leased", "429", vendor="telnyx", retry_after=7)
    with pytest.raises(telnyx.RateLimitError) as fast:
        sdk.phone_numbers.list()
    headers = fast.value.response.headers
    assert (code(fast), headers["x-ratelimit-reset"], headers["x-ratelimit-remaining"]) == ("10011", "7", "0")
    assert "Retry-After" not in headers
    assert headers["x-request-id"]


def test_lost_answer(sdk: Telnyx, vendor: Vendor) -> None:
    """The order of a request without an answer is there, and is found by its reference."""
    search(sdk)
    vendor.fault("lease", "drop_after", vendor="telnyx")
    with pytest.raises(telnyx.APIConnectionError):
        sdk.number_orders.create(phone_numbers=[{"phone_number": NUMBER}], customer_reference="pl-lost")
    (found,) = sdk.number_orders.list(filter={"customer_reference": "pl-lost"})
    assert found.status == "success"
    assert NUMBER in vendor.leased("telnyx", vendor.telnyx_key())


def test_two_orders_at_once(sdk: Telnyx, vendor: Vendor) -> None:
    """Of two orders of one number that are there together one gets it, and it is charged once."""
    search(sdk)
    vendor.fault("lease", "barrier", vendor="telnyx", n=2)

    def place(_: int) -> bool:
        try:
            sdk.number_orders.create(phone_numbers=[{"phone_number": NUMBER}])
        except telnyx.ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(place, range(2))) == [False, True]
    assert [call.faults for call in vendor.calls("lease")] == [["barrier met"]] * 2
    assert len(vendor.charges()) == 2


def test_order_on_the_way_when_the_client_gives_up(sdk: Telnyx, vendor: Vendor) -> None:
    """A held order is placed when it is released, though nobody waits for the answer any more."""
    search(sdk)
    vendor.fault("lease", "hold_before", vendor="telnyx")
    with pytest.raises(telnyx.APITimeoutError):
        sdk.with_options(timeout=0.3).number_orders.create(phone_numbers=[{"phone_number": NUMBER}])
    (held,) = vendor.held()
    assert (held.vendor, held.operation, held.number) == ("telnyx", "lease", NUMBER)
    assert vendor.leases() == []
    vendor.release()
    assert NUMBER in vendor.leased("telnyx", vendor.telnyx_key())
