"""A user's own unit tests with Pulumi's mocks: they need nothing from this package but its public names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_leases import (
    FailoverArgs,
    LeasedNumber,
    MessagingArgs,
    NumberPool,
    NumberSearchArgs,
    RequirementsArgs,
    StatusCallbackArgs,
    VoiceArgs,
    total_cost,
)
from pulumi_leases.engine.state import INTENT_TYPE, NUMBER_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = "+12015550123"
PRICE = {"currency": "USD", "monthly_rate": 12.0, "upfront_fee": 1.5}


class Cloud(pulumi.runtime.Mocks):
    """The mocks that a user would write: they return what is declared, and remember it."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        self.judged = False
        self.declared: dict[str, pulumi.runtime.MockResourceArgs] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.declared[f"{args.typ} {args.name}"] = args
        return args.resource_id or args.name, {**self.facts, **args.inputs}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], None]:
        return {}, None


@pytest.fixture(params=[False, True], ids=["up", "preview"])
def cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    """The mocks of an `up`, and of a preview."""
    mocks = Cloud(**PRICE)
    pulumi.runtime.set_mocks(mocks, preview=request.param)
    yield mocks
    pulumi.runtime.settings.reset_options()
    assert mocks.judged  # in a preview, what is not known is not judged at all


@pulumi.runtime.test
def test_what_is_declared_is_known(cloud: Cloud) -> pulumi.Output[None]:
    """The number that the program says, and the price that the mock gives, are values, in a preview too."""
    support = LeasedNumber("support", number=NUMBER, failover=FailoverArgs(enabled=True), max_monthly_rate=20)

    def judge(outputs: dict[str, Any]) -> None:
        assert outputs == {
            "number": NUMBER,
            "rate": 12.0,
            "cost": {"USD": {"monthly": 12.0, "upfront": 1.5}},
        }
        assert set(cloud.declared) >= {f"{NUMBER_TYPE} support", f"{INTENT_TYPE} support"}
        inputs = cloud.declared[f"{NUMBER_TYPE} support"].inputs
        assert (inputs["failover"], inputs["max_monthly_rate"]) == ({"enabled": True}, 20)
        cloud.judged = True

    return pulumi.Output.all(number=support.number, rate=support.monthly_rate, cost=total_cost(support)).apply(judge)


@pulumi.runtime.test
def test_a_search_reads_as_it_is_written(cloud: Cloud) -> pulumi.Output[None]:
    """Typed arguments and a plain dict come to the same inputs, in snake_case."""
    wanted = {"country": "US", "area_code": "201", "capabilities": ["sms"], "min_reputation": 0.5}
    typed = LeasedNumber(
        "typed",
        search=NumberSearchArgs(country="US", area_code="201", capabilities=["sms"], min_reputation=0.5),
        failover=FailoverArgs(enabled=True, mode="selective", numbers=[NUMBER]),
    )
    plain = LeasedNumber("plain", search=wanted, failover={"enabled": True, "mode": "selective", "numbers": [NUMBER]})  # type: ignore[arg-type]  # a dict of a name has lost its keys' types

    def judge(_: Any) -> None:
        searched = [cloud.declared[f"{INTENT_TYPE} {name}"].inputs["search"] for name in ("typed", "plain")]
        assert searched == [wanted, wanted]
        forwarded = [cloud.declared[f"{NUMBER_TYPE} {name}"].inputs["failover"] for name in ("typed", "plain")]
        assert forwarded[0] == forwarded[1]
        cloud.judged = True

    return pulumi.Output.all(typed.urn, plain.urn).apply(judge)


@pulumi.runtime.test
def test_wiring_reads_as_it_is_written(cloud: Cloud) -> pulumi.Output[None]:
    """Typed arguments and plain dicts come to the same inputs of the LeasedNumber, its intent has none; a pool hands all on."""
    typed: dict[str, Any] = {
        "label": "desk",
        "voice": VoiceArgs(url="https://example.com/calls", method="POST", trunk="TK1"),
        "messaging": MessagingArgs(url="https://example.com/texts", service="MG1"),
        "status_callback": StatusCallbackArgs(url="https://example.com/status"),
        "emergency_address": "AD1",
        "tags": ["a", "b"],
        "requirements": RequirementsArgs(address="AD1", group="g"),
    }
    plain: dict[str, Any] = {
        **typed,
        "voice": {"url": "https://example.com/calls", "method": "POST", "trunk": "TK1"},
        "messaging": {"url": "https://example.com/texts", "service": "MG1"},
        "status_callback": {"url": "https://example.com/status"},
        "requirements": {"address": "AD1", "group": "g"},
    }
    number = LeasedNumber("typed", search={"country": "US"}, **typed)
    same = LeasedNumber("plain", search={"country": "US"}, **plain)
    desk = NumberPool("desk", count=1, search={"country": "US"}, **typed)

    def judge(_: Any) -> None:
        for name in ("typed", "plain", "desk-0"):
            inputs = cloud.declared[f"{NUMBER_TYPE} {name}"].inputs
            assert {key: inputs[key] for key in plain} == plain
            assert not plain.keys() & cloud.declared[f"{INTENT_TYPE} {name}"].inputs.keys()
        cloud.judged = True

    return pulumi.Output.all(number.urn, same.urn, desk.members["0"].urn).apply(judge)


@pulumi.runtime.test
def test_a_pool_has_a_number_for_each_slot(cloud: Cloud) -> pulumi.Output[None]:
    """Slots are declared as resources of their own, and their costs add up; one that is given beside its pool counts once."""
    cloud.facts["number"] = NUMBER
    desk = NumberPool("desk", slots=["alice", "bob"], search={"country": "US"})

    def judge(outputs: dict[str, Any]) -> None:
        assert outputs["numbers"] == {"alice": NUMBER, "bob": NUMBER}
        assert outputs["cost"] == {"USD": {"monthly": 24.0, "upfront": 3.0}}
        assert {f"{NUMBER_TYPE} desk-alice", f"{NUMBER_TYPE} desk-bob"} <= set(cloud.declared)
        cloud.judged = True

    return pulumi.Output.all(numbers=desk.numbers, cost=total_cost(desk, desk.members["bob"])).apply(judge)


@pulumi.runtime.test
def test_a_subclass_is_the_same_resource(cloud: Cloud) -> pulumi.Output[None]:
    """A subclass, and one of it, keep the type token: making one later replaces nothing."""

    class Hotline(LeasedNumber):
        pass

    class NightHotline(Hotline):
        def __init__(self, name: str) -> None:
            super().__init__(name, number=NUMBER)

    def judge(_: Any) -> None:
        assert {f"{NUMBER_TYPE} day", f"{NUMBER_TYPE} night"} <= set(cloud.declared)
        cloud.judged = True

    return pulumi.Output.all(Hotline("day", search={"country": "US"}).urn, NightHotline("night").urn).apply(judge)


@pulumi.runtime.test
def test_a_number_that_is_only_read_declares_nothing(cloud: Cloud) -> pulumi.Output[None]:
    """`get` reads by id, and there is no intent to lease beside it."""
    cloud.facts |= {"number": NUMBER, "lease_id": "lsd_1"}
    theirs = LeasedNumber.get("theirs", NUMBER)

    def judge(lease_id: str) -> None:
        assert lease_id == "lsd_1"
        assert cloud.declared[f"{NUMBER_TYPE} theirs"].resource_id == NUMBER
        assert f"{INTENT_TYPE} theirs" not in cloud.declared
        cloud.judged = True

    return theirs.lease_id.apply(judge)


@pulumi.runtime.test
def test_a_transformation_of_the_stack_touches_both_of_a_pair(cloud: Cloud) -> pulumi.Output[None]:
    """A house rule for all numbers of a program is seen on the intent and on the number."""

    def thrifty(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ not in {INTENT_TYPE, NUMBER_TYPE}:
            return None
        return pulumi.ResourceTransformationResult({**args.props, "max_monthly_rate": 30}, args.opts)

    pulumi.runtime.register_stack_transformation(thrifty)
    support = LeasedNumber("support", number=NUMBER)

    def judge(_: Any) -> None:
        limits = [cloud.declared[f"{token} support"].inputs["max_monthly_rate"] for token in (INTENT_TYPE, NUMBER_TYPE)]
        assert limits == [30, 30]
        cloud.judged = True

    return support.urn.apply(judge)


@pytest.mark.parametrize(
    ("options", "adopt", "message"),
    [
        ({"import_": NUMBER}, False, f"use `pulumi-leases import {NUMBER}`, or `adopt=True`"),
        ({}, True, "with adopt=True say what destroy does"),
    ],
    ids=["import_", "adopt"],
)
def test_what_is_refused_is_refused_in_unit_tests_too(
    cloud: Cloud, options: dict[str, Any], *, adopt: bool, message: str
) -> None:
    """The constructor raises; nothing is declared."""

    @pulumi.runtime.test
    def program() -> None:
        LeasedNumber("support", pulumi.ResourceOptions(**options), number=NUMBER, adopt=adopt)

    with pytest.raises(pulumi.RunError, match=re.escape(message)):
        program()
    assert not [name for name in cloud.declared if "Lease" in name]
    cloud.judged = True
