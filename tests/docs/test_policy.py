"""The rules of the example's policy pack."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.engine.state import NUMBER_TYPE

from ..stack import ROOT

if TYPE_CHECKING:
    from types import ModuleType

PROPS = {"number": "+12015550123", "service": "contiguity", "country": "US", "currency": "USD", "monthly_rate": 12.0}


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    """The rules, as the pack imports them."""
    spec = importlib.util.spec_from_file_location("rules", ROOT / "examples/policy/rules.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def props(**other: Any) -> dict[str, Any]:
    """A number's inputs; None is what a service does not say, and is not among them."""
    return {key: value for key, value in {**PROPS, **other}.items() if value is not None}


def test_the_rules_are_about_leased_numbers(rules: ModuleType) -> None:
    """The type token is the one that stands in states."""
    assert rules.NUMBER_TYPE == NUMBER_TYPE


def test_only_allowed_countries_pass(rules: ModuleType) -> None:
    """Another country is refused, and so is an unknown one."""
    assert rules.foreign(props(), ["US", "CA"]) is None
    assert rules.foreign(props(country="DE"), ["US", "CA"]) == "+12015550123 is of DE; allowed are CA, US"
    assert rules.foreign(props(country=None), ["US"]) == "+12015550123 is of an untold country; allowed are US"


def test_only_allowed_services_pass(rules: ModuleType) -> None:
    """Another service is refused."""
    assert rules.unknown_service(props(), ["contiguity"]) is None
    assert rules.unknown_service(props(service="telesign"), ["contiguity"]) == (
        "+12015550123 is leased from telesign; allowed are contiguity"
    )


def test_no_number_passes_above_the_cap_of_its_currency(rules: ModuleType) -> None:
    """At the cap is allowed; above it, another currency and an unknown rate are not."""
    assert rules.too_dear(props(), {"USD": 12}) is None
    assert rules.too_dear(props(), {"USD": 11.99}) == "+12015550123 costs 12.00 USD a month, above the cap of 11.99"
    assert rules.too_dear(props(), {"EUR": 99}) == "+12015550123 costs 12.00 USD a month; there is no cap for USD"
    assert rules.too_dear(props(monthly_rate=None), {"USD": 99}) == "+12015550123: its monthly rate is not told"


def test_production_is_protected(rules: ModuleType) -> None:
    """On the stacks that are named, and on no other."""
    urn = "urn:pulumi:{}::shop::pulumi-python:dynamic/leases:LeasedNumber::support"

    assert rules.unprotected(urn.format("prod"), protect=True, stacks=["prod"]) is None
    assert rules.unprotected(urn.format("dev"), protect=False, stacks=["prod"]) is None
    assert rules.unprotected(urn.format("prod"), protect=False, stacks=["prod"]) == (
        "prod is in production: add opts=pulumi.ResourceOptions(protect=True)"
    )
