"""The life of a number on the real engine, the same at every service, held against the vendor's journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pytest

from pulumi_leases import LeasedNumber, NumberPool, NumberSearchArgs, total_cost

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors
NUMBER, OTHER = "+12015550123", "+12015550124"


@dataclass(frozen=True)
class Service:
    """A service, and its vendor's names for the calls.

    Attributes:
        place: Where the number is, as the preview shows it.
        price: Its price, as the preview shows it.
        charged: Its price as the vendor charges it.
        lists: The reading of all leases.
        refreshes: What a refresh asks.
        asks: The reading of one number's, with how many of these come before the paying call.
        reads: How often the leases are read, whole or of one number, for three new numbers at most.
        ends: The call that ends a lease.
        adds: What the log of a release adds.
    """

    name: str
    place: str
    price: str
    charged: tuple[float, float]
    lists: str
    asks: tuple[str, int]
    reads: int
    ends: str
    refreshes: tuple[str, ...]
    adds: str = ""


_SERVICES = (
    Service(
        *("contiguity", "US, Jersey City", "12.00 USD/month, 1.50 USD upfront", (12.0, 1.5), "leased", ("get", 0)),
        reads=1,
        ends="terminate",
        refreshes=("leased",),
    ),
    Service(
        *("telesign", "US", "0.90 USD/month, 1.10 USD upfront", (0.9, 1.1), "list", ("list", 1)),
        reads=1,
        ends="cancel",
        refreshes=("list",),
        adds="; billed to the end of the current billing period",
    ),
    Service(
        *("telnyx", "US, Jersey City", "1.00 USD/month, 1.00 USD upfront", (1.0, 1.0), "leased", ("leased", 1)),
        reads=1 + 3,
        ends="terminate",
        refreshes=("leased",),
        adds="; billed to the end of the calendar month",
    ),
    Service(
        *("twilio", "US, Jersey City", "1.15 USD/month, 0.00 USD upfront", (1.15, 0.0), "leased", ("leased", 2)),
        reads=1 + 2 * 3,  # the account is asked before each purchase, and after it whose the number has become
        ends="terminate",
        refreshes=("leased",),
        adds="; billed to the end of the month that is paid",
    ),
)
SERVICES = {service.name: service for service in _SERVICES}


def at(*names: str) -> pytest.MarkDecorator:
    """Run a test at some services, among them one that proves by a reference whose a lease is.

    What differs from service to service is tested below the engine, by the contract suite.
    """
    return pytest.mark.parametrize("service", [SERVICES[name] for name in names], ids=names)


def login(vendor: Vendor, service: Service) -> str:
    """What the vendor calls the user's login."""
    logins = {"contiguity": vendor.token, "telesign": vendor.customer, "telnyx": vendor.telnyx_key}
    return logins.get(service.name, vendor.account_sid)()


@pytest.fixture
def declared(service: Service) -> Callable[[str], Callable[[], None]]:
    """A program that declares a number, without naming a service: the configuration does."""

    def of(number: str) -> Callable[[], None]:
        def program() -> None:
            support = LeasedNumber("support", number=number)
            pulumi.export("number", support.number)
            pulumi.export("lease_id", support.lease_id)
            pulumi.export("service", support.service)
            pulumi.export("cost", total_cost(support))

        return program

    return of


@at(*SERVICES)
def test_a_number_lives_from_preview_to_destroy(
    new_stack: NewStack, vendor: Vendor, service: Service, declared: Callable[[str], Callable[[], None]]
) -> None:
    """Preview, up, up, refresh, destroy: outputs are the vendor's, nothing is asked twice, nothing is left."""
    stack = new_stack(declared(NUMBER), LEASES_SERVICE=service.name)
    monthly, upfront = service.charged

    preview = stack.preview()
    assert f"will lease {NUMBER} ({service.place}) from {service.name}: {service.price}" in preview.text
    assert not vendor.writes()

    up = stack.up()
    lease = vendor.leased(service.name)[NUMBER]
    assert up.ok, up.text
    assert f"leased {NUMBER} ({lease.lease_id}): {service.price}" in up.text
    assert (up.outputs["service"], up.outputs["lease_id"]) == (service.name, lease.lease_id)
    assert up.outputs["cost"] == {"USD": {"monthly": monthly, "upfront": upfront}}
    assert vendor.state().charged == {"USD": monthly + upfront}
    recorded = stack.resources()["LeaseIntent support"]["outputs"]["recorded"]
    assert recorded.get("reference", "") in str(lease.settings)

    before = len(vendor.journal())
    assert stack.up().changed == {}
    assert stack.preview().changed == {}
    assert len(vendor.journal()) == before

    assert stack.refresh().changed == {}
    assert [call.operation for call in vendor.journal(before)] == [*service.refreshes]

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert f"released {NUMBER} ({lease.lease_id}){service.adds}" in destroy.text
    assert [call.operation for call in vendor.writes()] == ["lease", service.ends]
    assert vendor.leases() == []


@at("contiguity", "telnyx")
def test_another_number_is_another_lease(
    new_stack: NewStack, vendor: Vendor, service: Service, declared: Callable[[str], Callable[[], None]]
) -> None:
    """The new one is leased, then the old one is released."""
    stack = new_stack(declared(NUMBER), LEASES_SERVICE=service.name)
    assert stack.up().ok

    stack.program = declared(OTHER)
    assert f"will lease {OTHER}" in stack.preview().text
    up = stack.up()
    assert up.ok, up.text
    assert [(call.operation, call.number) for call in vendor.writes()] == [
        ("lease", NUMBER),
        ("lease", OTHER),
        (service.ends, NUMBER),
    ]
    assert list(vendor.leased(service.name)) == [OTHER]
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


@at("telnyx", "twilio")
def test_a_pool_leases_what_its_slots_need(new_stack: NewStack, vendor: Vendor, service: Service) -> None:
    """A number a slot, few readings of leases, one of offers; a slot less is that number less; all go at once."""
    slots = ["alice", "bob", "carol"]

    def program() -> None:
        search = NumberSearchArgs(country="US", capabilities=["sms"], area_code="201")
        desk = NumberPool("desk", slots=slots, search=search, service=service.name)
        pulumi.export("numbers", desk.numbers)

    stack = new_stack(program)
    up = stack.up()
    assert up.ok, up.text
    numbers = up.outputs["numbers"]
    assert sorted(numbers.values()) == sorted(vendor.leased(service.name))
    assert len({*numbers.values()}) == len(vendor.calls("lease")) == 3
    assert len(vendor.calls(service.lists)) <= service.reads
    queries = [call.query for call in vendor.calls("search")]
    assert len(queries) == len(set(queries))

    slots.remove("bob")
    before = len(vendor.journal())
    assert stack.up().ok
    assert {call.number for call in vendor.writes(before)} == {numbers["bob"]}

    before = len(vendor.journal())
    assert stack.destroy().ok
    assert vendor.leases() == []
    assert len(vendor.calls(service.ends, since=before)) == 2
    assert len(vendor.calls(service.lists, since=before)) <= 3


@at("contiguity", "telnyx", "twilio")
def test_a_lost_answer_is_one_lease(
    new_stack: NewStack, vendor: Vendor, service: Service, declared: Callable[[str], Callable[[], None]]
) -> None:
    """Found in the same run where the vendor can be asked; else the next run takes the number over. Never a second call."""
    stack = new_stack(declared(NUMBER), LEASES_SERVICE=service.name)
    asks, before = service.asks
    vendor.fault("lease", "drop_after")
    vendor.fault(asks, "status", code=500, times=0, skip=before, vendor=service.name)

    lost = stack.up()
    assert not lost.ok
    assert "it is not known whether" in lost.text
    assert "LeasedNumber support" not in stack.resources()

    vendor.clear_faults()
    if "reference" in stack.resources()["LeaseIntent support"]["outputs"]["recorded"]:
        vendor.clock(advance_s=7200)  # it proves at any age whose the lease is
    up = stack.up()
    assert up.ok, up.text
    assert f"taken over {NUMBER}" in up.text
    assert stack.preview().changed == {}

    vendor.fault(service.ends, "drop_after")
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert [call.operation for call in vendor.writes()] == ["lease", service.ends]
    assert vendor.leases() == []
    assert len([charge for charge in vendor.charges() if charge.kind == "upfront"]) == 1


@at("telesign", "telnyx")
def test_a_lost_lease_is_leased_again_by_consent_only(new_stack: NewStack, vendor: Vendor, service: Service) -> None:
    """Ended outside it stays in the state as lost, and nothing is bought until the program says so."""
    again: str | None = None

    def program() -> None:
        LeasedNumber("support", number=NUMBER, service=service.name, lease_again=again)

    stack = new_stack(program)
    assert stack.up().ok
    lost = vendor.leased(service.name)[NUMBER].lease_id
    vendor.clock(advance_s=3600)
    vendor.terminate(service.name, NUMBER)

    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert f"lease {lost} is not held any more" in refresh.text
    assert stack.resources()["LeasedNumber support"]["outputs"]["lease_status"] == "lost"
    preview = stack.preview()
    assert not preview.ok
    assert stack.said(f'lease_again="{lost}"') in preview.text
    assert len(vendor.writes()) == 1

    again = lost
    up = stack.up()
    assert up.ok, up.text
    assert vendor.leased(service.name)[NUMBER].lease_id != lost
    assert stack.destroy().ok
    assert vendor.leases() == []
    assert [call.operation for call in vendor.writes()] == ["lease", "lease", service.ends]


@at("telnyx", "twilio")
def test_what_is_leased_already_is_adopted_or_refused(new_stack: NewStack, vendor: Vendor, service: Service) -> None:
    """In the preview; adopting pays nothing, and destroy does what the program said."""
    theirs = vendor.lease(service.name, NUMBER, login(vendor, service)).lease_id
    adopt = False

    def program() -> None:
        opts = pulumi.ResourceOptions(retain_on_delete=True)
        LeasedNumber("support", opts, number=NUMBER, service=service.name, adopt=adopt)

    stack = new_stack(program)
    refused = stack.preview()
    assert not refused.ok
    assert theirs in refused.text
    assert stack.said("adopt=True") in refused.text

    adopt = True
    assert "will adopt" in stack.preview().text
    up = stack.up()
    assert up.ok, up.text
    assert stack.resources()["LeasedNumber support"]["outputs"]["lease_id"] == theirs
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.writes() == []
    assert vendor.leased(service.name)[NUMBER].lease_id == theirs
