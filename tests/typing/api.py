"""Type-checked, never run: the calls that the docs show are accepted, and those on marked lines are refused.

A marked line carries what mypy says of it; a mark that is not needed is an error for both checkers.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from typing_extensions import assert_type

from pulumi_leases import (
    AvailableNumber,
    FailoverArgs,
    FailoverArgsDict,
    InvalidInput,
    LeasedNumber,
    LeaseError,
    MessagingArgs,
    NumberLease,
    NumberPool,
    NumberSearchArgs,
    NumberSearchArgsDict,
    RequirementsArgs,
    StatusCallbackArgs,
    VoiceArgs,
    VoiceArgsDict,
    get_available_numbers,
    get_available_numbers_output,
    get_leased_numbers,
    get_leased_numbers_output,
    get_number,
    get_number_output,
    total_cost,
)


class Hotline(LeasedNumber):
    """A number of a team's own."""


def accepted(text: pulumi.Output[str], amount: pulumi.Output[float], choice: pulumi.Output[bool]) -> None:
    """What the docs show, and every input."""
    # Numbers: explicit, searched, with every input, from plain values, outputs, classes and dicts.
    LeasedNumber("support", number="+12015550123", billing_method="monthly", opts=pulumi.ResourceOptions(protect=True))
    LeasedNumber("support", pulumi.ResourceOptions(retain_on_delete=True), number="+12015550123", adopt=True)
    LeasedNumber("support", None, number=text, service=text, account=text, lease_again=text, max_monthly_rate=amount)
    LeasedNumber("sales", search={"country": "GB", "capabilities": ["sms"]}, max_monthly_rate=5, max_upfront_fee=1.5)
    LeasedNumber("sales", search=NumberSearchArgs(country="GB", area_code="20", capabilities=["sms", "voice"]))
    LeasedNumber("sales", search=NumberSearchArgs(country=text, min_reputation=0.9, order_by="reputation"))
    LeasedNumber("sales", search={"country": text, "contains": text, "max_previous_owners": 2, "order_by": "number"})
    LeasedNumber("hotline", number="+12015550123", failover=FailoverArgs(enabled=choice))
    LeasedNumber("hotline", number="+12015550123", failover={"enabled": True, "mode": "selective", "numbers": [text]})
    typed_search: NumberSearchArgsDict = {"prefix": "+1201", "number_type": "local", "carrier": "T-Mobile"}
    typed_failover: FailoverArgsDict = {"enabled": False}
    LeasedNumber(
        "hotline", number="+12015550123", voice=VoiceArgs(url=text, method="POST", fallback_url="", trunk=text)
    )
    LeasedNumber(
        "hotline", number="+12015550123", voice={"connection": text}, messaging={"profile": text, "service": ""}
    )
    LeasedNumber("hotline", number="+12015550123", messaging=MessagingArgs(url=text, method="GET", application=text))
    LeasedNumber(
        "hotline", number="+12015550123", status_callback=StatusCallbackArgs(url=text), label=text, tags=[text]
    )
    LeasedNumber("hotline", number="+12015550123", status_callback={"url": text}, emergency_address=text, tags=["a"])
    LeasedNumber("hotline", number="+49301234567", requirements=RequirementsArgs(address=text, bundle="b", group="g"))
    typed_voice: VoiceArgsDict = {"url": text, "fallback_method": "GET"}
    NumberPool("desk", count=2, search={"country": "US"}, voice=typed_voice, requirements={"identity": text}, label="d")
    wanted = pulumi.Output.from_input(NumberSearchArgs(region="NJ", city="Jersey City"))
    LeasedNumber("sales", search=typed_search, failover=typed_failover, service="telesign", account="eu")
    LeasedNumber("sales", search=wanted)

    # What they show.
    support = LeasedNumber("support", number="+12015550123")
    assert_type(support.number, pulumi.Output[str])
    assert_type(support.lease_id, pulumi.Output[str])
    assert_type(support.lease_status, pulumi.Output[str])
    assert_type(support.country, pulumi.Output[str | None])
    assert_type(support.capabilities, pulumi.Output[Sequence[str] | None])
    assert_type(support.monthly_rate, pulumi.Output[float | None])
    assert_type(support.ends_at, pulumi.Output[str | None])
    assert_type(support.adopted, pulumi.Output[bool])

    # A number that is only read, and a subclass, which keeps its class.
    assert_type(LeasedNumber.get("theirs", "+12015550123", account="eu"), LeasedNumber)
    assert_type(Hotline.get("theirs", text, service="contiguity"), Hotline)

    # Pools.
    pool = NumberPool("desk", slots=["alice", "bob"], search=NumberSearchArgs(country="US", area_code="201"))
    NumberPool("desk", count=3, search={"country": "US"}, lease_again={"0": text}, billing_method="service_contract")
    NumberPool(
        "desk", slots=("a",), search=typed_search, slot_opts={"a": pulumi.ResourceOptions(retain_on_delete=True)}
    )
    assert_type(pool.numbers, pulumi.Output[Mapping[str, str]])
    assert_type(pool.members, Mapping[str, LeasedNumber])

    # Cost and data.
    assert_type(total_cost(support, pool), pulumi.Output[dict[str, dict[str, float | None]]])
    assert_type(get_available_numbers({"country": "US"}, limit=3), list[AvailableNumber])
    assert_type(get_available_numbers_output(wanted, service=text), pulumi.Output[list[AvailableNumber]])
    assert_type(get_leased_numbers(account="eu"), list[NumberLease])
    assert_type(get_leased_numbers_output(), pulumi.Output[list[NumberLease]])
    assert_type(get_number("+12015550123")["lease_id"], str)
    assert_type(get_number_output(text), pulumi.Output[NumberLease])
    error: LeaseError = InvalidInput("number", "is not a number")
    assert_type(error.status, int | None)


def refused(
    text: pulumi.Output[str],
    choice: pulumi.Output[bool],
    wanted: pulumi.Output[NumberSearchArgs],
    support: LeasedNumber,
) -> None:
    """What is misspelt, of another type, or not one of the few values."""
    LeasedNumber("support", numbr="+12015550123")  # type: ignore[call-arg]
    LeasedNumber("support", number=12015550123)  # type: ignore[arg-type]
    LeasedNumber("support", None, "+12015550123")  # type: ignore[call-arg]
    LeasedNumber("support", number="+12015550123", billing_method="weekly")  # type: ignore[arg-type]
    LeasedNumber("support", number="+12015550123", max_monthly_rate="5")  # type: ignore[arg-type]
    LeasedNumber("support", number="+12015550123", adopt=choice)  # type: ignore[arg-type]
    LeasedNumber("support", number="+12015550123", failover={"mode": "all"})  # type: ignore[arg-type]
    LeasedNumber("support", number="+12015550123", failover=FailoverArgs())  # type: ignore[call-arg]
    LeasedNumber("support", number="+12015550123", voice={"urls": text})  # type: ignore[arg-type]
    LeasedNumber("support", number="+12015550123", voice=VoiceArgs(method="PUT"))  # type: ignore[arg-type]
    LeasedNumber("support", number="+12015550123", messaging=VoiceArgs())  # type: ignore[arg-type]
    LeasedNumber("sales", search="GB")  # type: ignore[arg-type]
    LeasedNumber("sales", search={"land": "GB"})  # type: ignore[arg-type]
    LeasedNumber("sales", search={"capabilities": ["fax"]})  # type: ignore[arg-type]
    LeasedNumber("sales", search=NumberSearchArgs(order_by="length"))  # type: ignore[arg-type]
    LeasedNumber("sales", search=NumberSearchArgs("GB"))  # type: ignore[call-arg]
    LeasedNumber.get("theirs", "+12015550123", number="+12015550123")  # type: ignore[call-arg]
    NumberPool("desk", slots=["alice"])  # type: ignore[call-arg]
    NumberPool("desk", count="3", search={"country": "US"})  # type: ignore[arg-type]
    NumberPool("desk", slots=["alice"], search={"country": "US"}, adopt=True)  # type: ignore[call-arg]
    total_cost("support")  # type: ignore[arg-type]
    get_available_numbers(wanted)  # type: ignore[arg-type]
    get_number(text)  # type: ignore[arg-type]
    support.rate.apply(str)  # type: ignore[attr-defined]
