"""The components: which resources they register, with which inputs, options and former names, and what they report."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto import alias_pb2, provider_pb2

from pulumi_leases.engine.state import INTENT_TYPE as OLD_INTENT_TYPE
from pulumi_leases.engine.state import NUMBER_TYPE as OLD_NUMBER_TYPE

from ..engine.host import SECRET, UNKNOWN, CallError, plain
from ..lab import NUMBER, OTHER
from .host import INTENT_TYPE, LEASE_TYPE, NativeHost
from .monitor import STACK, Monitor, monitor_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_leases.emulator import Vendor

    from .conftest import NewHost

COMPONENT, POOL = "leases:index:LeasedNumber", "leases:index:NumberPool"
US = {"country": "US", "areaCode": "201"}


@pytest.fixture
def monitor(host: NativeHost) -> Iterator[Monitor]:
    with monitor_of(host) as played:
        yield played


def aliases(request: Any) -> set[tuple[str, str, str]]:
    """The former names, as type, name and parent, or as a URN."""
    return {
        (one.urn, "", "") if one.urn else (one.spec.type, one.spec.name, one.spec.parentUrn) for one in request.aliases
    }


def test_a_number_is_a_pair_of_resources(monitor: Monitor, vendor: Vendor) -> None:
    """The intent is saved first; the lease depends on it; a preview knows number and price, and says what it will lease."""
    monitor.preview = True
    foreseen = plain(monitor.construct(COMPONENT, "support", {"number": NUMBER, "maxMonthlyRate": 20}).state)
    assert (foreseen["number"], foreseen["leaseId"]) == (NUMBER, UNKNOWN)
    price = {"number": NUMBER, "currency": "USD", "monthlyRate": 12.0, "upfrontFee": 1.5}
    assert foreseen["price"] == price
    assert [line.text.partition(" (")[0] for line in monitor.host.logged if not line.ephemeral] == [
        f"will lease {NUMBER}"
    ]
    assert vendor.writes() == []

    monitor.preview = False
    failover = {**SECRET, "value": {"enabled": True}}
    inputs = {"number": NUMBER, "maxMonthlyRate": 20, "failover": failover}
    made = monitor.construct(COMPONENT, "support", inputs, stack_trace_handle="7")
    state = plain(made.state)
    assert state["leaseId"] == vendor.leased()[NUMBER].lease_id
    assert monitor.outputs[made.urn] == state
    intent, lease = (monitor.registered[f"{type_} support"] for type_ in (INTENT_TYPE, LEASE_TYPE))
    assert plain(intent.object) == {"number": NUMBER, "max_monthly_rate": 20.0}
    assert plain(lease.object)["failover"] == failover
    assert set(lease.dependencies) == set(lease.propertyDependencies["claim"].urns)
    assert [urn.partition("$")[2] for urn in lease.dependencies] == [f"{INTENT_TYPE}::support"]
    assert {intent.parent, lease.parent} == {made.urn}
    traces = {request.parentStackTraceHandle for request in monitor.registered.values()}
    assert traces == {""}  # with one the state holds the program's stack trace three times, a kilobyte and more each


def test_options_reach_the_pair_as_in_python(monitor: Monitor) -> None:
    """Protection is on the lease alone, what is retained is so for both; names in options are those of the state.

    Where nothing is said, the lease has what the engine takes from its parents; the intent is never protected, the component
    not by what its lease has.
    """
    timeouts = provider_pb2.ConstructRequest.CustomTimeouts(delete="30s")
    monitor.construct(
        COMPONENT,
        "support",
        {"number": NUMBER},
        protect=True,
        retainOnDelete=True,
        ignoreChanges=["maxMonthlyRate", "failover.enabled"],
        replaceOnChanges=["label"],
        additionalSecretOutputs=["number"],
        customTimeouts=timeouts,
        dependencies=[STACK],
    )
    intent, lease = (monitor.registered[f"{type_} support"] for type_ in (INTENT_TYPE, LEASE_TYPE))
    assert (intent.protect, lease.protect) == (False, True)
    component = monitor.registered[f"{COMPONENT} support"]
    assert (component.HasField("protect"), component.protect) == (True, False)
    assert intent.retainOnDelete
    assert lease.retainOnDelete
    assert list(intent.ignoreChanges) == ["max_monthly_rate"]
    assert list(lease.ignoreChanges) == ["max_monthly_rate", "failover.enabled"]
    assert (list(intent.replaceOnChanges), list(lease.replaceOnChanges)) == ([], ["label"])
    assert "claim" in intent.additionalSecretOutputs
    assert list(lease.additionalSecretOutputs) == ["number"]
    assert intent.customTimeouts.delete == lease.customTimeouts.delete == "30s"
    assert STACK in intent.dependencies

    monitor.construct(COMPONENT, "sales", {"number": OTHER})
    intent, lease = (monitor.registered[f"{type_} sales"] for type_ in (INTENT_TYPE, LEASE_TYPE))
    component = monitor.registered[f"{COMPONENT} sales"]
    assert [one.HasField("protect") for one in (intent, lease, component)] == [True, False, False]
    assert not intent.additionalSecretOutputs
    assert not intent.HasField("retainOnDelete")
    assert not lease.HasField("retainOnDelete")


def test_the_pair_is_known_by_what_it_was_before(monitor: Monitor) -> None:
    """As dynamic resources or an imported lease in the place of the component, under an old name, in a component of a program."""
    branch = f"urn:pulumi:dev::leases-test::shop:index:Branch${OLD_NUMBER_TYPE}::desk"
    old = [alias_pb2.Alias(spec=alias_pb2.Alias.Spec(name="hotline")), alias_pb2.Alias(urn=branch)]
    monitor.construct(COMPONENT, "support", {"number": NUMBER}, aliases=old)
    assert aliases(monitor.registered[f"{COMPONENT} support"]) == {("", "hotline", "")}
    for type_, before in ((INTENT_TYPE, OLD_INTENT_TYPE), (LEASE_TYPE, OLD_NUMBER_TYPE)):
        assert aliases(monitor.registered[f"{type_} support"]) == {
            *((type_, name, STACK) for name in ("support", "hotline")),
            *((before, name, STACK) for name in ("support", "hotline")),
            (branch.replace(OLD_NUMBER_TYPE, before), "", ""),
        }


def test_a_pool_shares_numbers_out_by_the_names_of_its_slots(
    monitor: Monitor, new_host: NewHost, vendor: Vendor
) -> None:
    """Preview and `up`, each a process of its own, agree slot by slot, whichever is checked first."""
    monitor.preview = True
    slots = [f"s{index}" for index in range(6)]
    foreseen = plain(monitor.construct(POOL, "desk", {"slots": slots, "search": US, "maxMonthlyRate": 50}).state)
    assert set(foreseen["prices"]) == set(foreseen["numbers"]) == set(slots)
    assert len(set(foreseen["numbers"].values())) == len(slots)
    with monitor_of(new_host()) as then:
        made = then.construct(POOL, "desk", {"slots": slots, "search": US, "maxMonthlyRate": 50})
        lease = then.registered[f"{LEASE_TYPE} desk-s0"]
    assert plain(made.state) == foreseen
    assert set(foreseen["numbers"].values()) == vendor.leased().keys()
    assert {one[2] for one in aliases(lease)} == {made.urn}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"search": US}, "give exactly one of slots and count"),
        ({"search": US, "count": 1.5}, "count must be a whole number, not 1.5"),
        ({"search": US, "slots": UNKNOWN}, "slots, count and leaseAgain must be known when the program runs"),
        ({"search": US, "count": 1, "leaseAgain": {"x": "lsd_1"}}, "leaseAgain names 'x', which is no slot"),
    ],
)
def test_an_impossible_pool_is_refused(monitor: Monitor, inputs: dict[str, Any], message: str) -> None:
    """Before anything is registered."""
    with pytest.raises(CallError) as caught:
        monitor.construct(POOL, "desk", inputs)
    assert message in caught.value.text
    assert monitor.registered == {}


def test_what_no_target_names_has_no_outputs(monitor: Monitor, vendor: Vendor) -> None:
    """Neither a number nor a slot: an output without a value would end the engine, whatever else it is doing."""
    monitor.is_targeted = False
    number = monitor.construct(COMPONENT, "support", {"search": US})
    pool = monitor.construct(POOL, "desk", {"slots": ["alice", "bob"], "search": US})
    assert plain(number.state) == monitor.outputs[number.urn] == {}
    assert plain(pool.state) == monitor.outputs[pool.urn] == {"numbers": {}, "prices": {}}
    assert vendor.writes() == []


def test_adopt_asks_what_destroy_does(monitor: Monitor, vendor: Vendor) -> None:
    """As in Python; with an answer nothing is paid."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    with pytest.raises(CallError, match="with adopt: true say what destroy does"):
        monitor.construct(COMPONENT, "support", {"number": NUMBER, "adopt": True})
    state = plain(
        monitor.construct(COMPONENT, "support", {"number": NUMBER, "adopt": True}, retainOnDelete=False).state
    )
    assert (state["adopted"], state["leaseId"]) == (True, vendor.leased()[NUMBER].lease_id)
    assert vendor.writes() == []


DESK = "urn:pulumi:dev::leases-test::shop:index:Desk::desk"


@pytest.mark.parametrize(
    ("name", "parent", "alias", "is_its_own"),
    [
        ("support", STACK, None, True),
        ("sales", STACK, {"name": "support"}, True),
        ("support", DESK, {"noParent": True}, True),
        ("phone", DESK, {"name": "support", "parentUrn": STACK}, True),
        ("sales", STACK, None, False),
        ("support", DESK, None, False),
    ],
)
def test_what_a_dynamic_resource_holds_is_adopted_under_its_own_name(
    monitor: Monitor, vendor: Vendor, name: str, parent: str, alias: dict[str, Any] | None, *, is_its_own: bool
) -> None:
    """In its place, under its name or one that an alias gives; under another name the old resource would release it."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    held = f"urn:pulumi:dev::leases-test::{OLD_NUMBER_TYPE}::support"
    monitor.state = {held: {"type": OLD_NUMBER_TYPE, "outputs": {"number": NUMBER}}}
    inputs = {"number": "+1 201-555-0123", "adopt": True}
    named = [alias_pb2.Alias(spec=alias_pb2.Alias.Spec(**alias))] if alias else []
    if is_its_own:
        made = monitor.construct(COMPONENT, name, inputs, parent=parent, retainOnDelete=True, aliases=named)
        assert plain(made.state)["leaseId"] == vendor.leased()[NUMBER].lease_id
        return
    with pytest.raises(CallError, match=r"is held in this stack by 'support', a resource of the dynamic provider"):
        monitor.construct(COMPONENT, name, inputs, parent=parent, retainOnDelete=True, aliases=named)
    assert monitor.registered == {}


def test_a_state_that_is_being_saved_is_read_again(monitor: Monitor, vendor: Vendor) -> None:
    """The engine cannot read it for a moment while it saves it to a file; one that it can never read is an error."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    monitor.unreadable = 2
    made = monitor.construct(COMPONENT, "support", {"number": NUMBER, "adopt": True}, retainOnDelete=True)
    assert plain(made.state)["leaseId"] == vendor.leased()[NUMBER].lease_id
    monitor.unreadable = 100
    with pytest.raises(CallError, match="failed to load checkpoint: EOF"):
        monitor.construct(COMPONENT, "sales", {"number": OTHER, "adopt": True}, stack="prod", retainOnDelete=True)
    assert set(monitor.registered) == {f"{type_} support" for type_ in (COMPONENT, INTENT_TYPE, LEASE_TYPE)}


@pytest.mark.parametrize("written", ["tel:+1-201-555-0123", "+12015550123 ext. 4", "+1 (201) 555-0123;ext=4"])
def test_a_number_is_held_however_it_is_written(monitor: Monitor, vendor: Vendor, written: str) -> None:
    """What is adopted is compared as E.164: an extension makes it no other number."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    held = f"urn:pulumi:dev::leases-test::{OLD_NUMBER_TYPE}::support"
    monitor.state = {held: {"type": OLD_NUMBER_TYPE, "outputs": {"number": NUMBER}}}
    with pytest.raises(CallError, match="is held in this stack by 'support', a resource of the dynamic provider"):
        monitor.construct(COMPONENT, "sales", {"number": written, "adopt": True}, parent=STACK, retainOnDelete=True)
    assert monitor.registered == {}


def test_many_components_at_once_never_wait_for_each_other(monitor: Monitor, vendor: Vendor) -> None:
    """Each waits for its resources in a call of its own, and these are served meanwhile; a number is declared once."""
    with ThreadPoolExecutor(40) as threads:
        calls = [
            threads.submit(monitor.construct, COMPONENT, f"n{index}", {"search": US, "maxMonthlyRate": 50})
            for index in range(7)
        ]
        numbers = [plain(call.result().state)["number"] for call in calls]
    assert len(set(numbers)) == len(numbers)
    assert vendor.leased().keys() == set(numbers)
    monitor.construct(COMPONENT, "support", {"number": OTHER})
    with pytest.raises(CallError, match=f"{OTHER.replace('+', '.')} is declared twice: by twin and by support"):
        monitor.construct(COMPONENT, "twin", {"number": OTHER})


@pytest.mark.parametrize(
    ("type_", "inputs"), [(COMPONENT, {"number": NUMBER}), (POOL, {"slots": ["a", "b"], "search": US})]
)
def test_an_interrupt_ends_what_waits_for_the_engine(
    host: NativeHost, monitor: Monitor, type_: str, inputs: dict[str, Any]
) -> None:
    """After a failed run the engine answers a component no more, and gives all providers five seconds together to end."""
    monitor.answers.clear()
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(monitor.construct, type_, "support", inputs)
        assert monitor.asked.wait(10)
        host.process.send_signal(signal.SIGINT)
        host.process.wait(4)
        monitor.answers.set()
        with pytest.raises(CallError):
            call.result()
