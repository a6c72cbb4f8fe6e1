"""Numbers of the state that a run does not check: they count, and may only have been renamed."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from pulumi_leases.config import Config
from pulumi_leases.domain.errors import InvalidInput
from pulumi_leases.leasing.budget import Entry
from pulumi_leases.leasing.held import read_costs, refuse_rename
from pulumi_leases.leasing.run import Run

NUMBER, OTHER = "+12015550123", "+12015550124"
TYPE = "pulumi-python:dynamic/leases:LeasedNumber"
POOL = f"leases:index:NumberPool${TYPE}"
AT = ("contiguity", "default")
US = {"country": "US"}


def urn(name: str, type_: str = TYPE) -> str:
    return f"urn:pulumi:dev::project::{type_}::{name}"


def undeclared(*removed: str, aliased: int = 0, search: Any = US) -> str:
    """Write the hints of a program about numbers that it does not declare any more."""
    return json.dumps({"counted": {}, "removed": {one: [NUMBER, *AT, search] for one in removed}, "aliased": aliased})


def test_held_numbers_count_until_they_are_checked() -> None:
    """A number that no check of the run comes to counts with its rate in the state; one that is checked counts once."""
    run = Run(Config({"leases:monthlyBudget": "20 USD"}.get, {}))
    run.count_held(read_costs(json.dumps({"counted": {urn("a"): [NUMBER, "USD", 12.0]}})))
    run.afford(urn("a"), Entry(NUMBER, "USD", Decimal(12), is_new=False))
    run.count_held(read_costs(json.dumps({"counted": {urn("a"): [NUMBER, "USD", 12.0]}})))
    run.afford(urn("c"), Entry("+12015550125", "USD", Decimal(8), is_new=True))

    with pytest.raises(InvalidInput, match=r"at least 21\.00 USD .* counted so far: 3"):
        run.afford(urn("b"), Entry(OTHER, "USD", Decimal(1), is_new=True))


@pytest.mark.parametrize(
    ("removed", "new", "parent", "alias", "whom"),
    [
        (urn("old"), urn("new"), "", 'name="old"', "new"),
        (urn("desk-bob", POOL), urn("front-bob", POOL), "front", 'name="desk"', "front"),
        (urn("old"), urn("old", f"acme:index:Team${TYPE}"), "team", "parent=pulumi.ROOT_STACK_RESOURCE", "old"),
        (urn("old", POOL), urn("new"), "", 'name="old", parent=…, its old parent', "new"),
    ],
    ids=["renamed", "pool renamed", "moved into a component", "moved out of a pool"],
)
def test_a_renamed_search_is_refused_with_its_alias(removed: str, new: str, parent: str, alias: str, whom: str) -> None:
    """The message names the number that would be released, and writes out the alias that keeps it."""
    with pytest.raises(InvalidInput) as refused:
        refuse_rename(undeclared(removed), new, parent, US, AT)

    assert f"holds {NUMBER} by the same search" in str(refused.value)
    assert f"Give {whom!r} `opts=pulumi.ResourceOptions(aliases=[pulumi.Alias({alias})])`" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "new", "parent"),
    [
        ("", urn("new"), ""),
        (undeclared(), urn("new"), ""),
        (undeclared(urn("old"), search={"country": "GB"}), urn("new"), ""),
        (undeclared(urn("desk-bob", POOL)), urn("desk-eve", POOL), "desk"),
        (undeclared(urn("old"), aliased=1), urn("new"), ""),
    ],
    ids=["no hints", "nothing removed", "another search", "slots of one pool", "taken over by an alias"],
)
def test_what_is_no_rename_passes(text: str, new: str, parent: str) -> None:
    """Slots come and go alone, and what has an alias keeps its number by that."""
    refuse_rename(text, new, parent, US, AT)


def test_a_search_at_another_login_is_no_rename() -> None:
    """A number cannot stay where the new resource asks another service or account."""
    refuse_rename(undeclared(urn("old")), urn("new"), "", US, ("contiguity", "eu"))
    refuse_rename(undeclared(urn("old")), urn("new"), "", US, ("telnyx", "default"))
