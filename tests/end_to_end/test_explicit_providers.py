"""Providers that a program declares itself, each with a login of its own, on the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ..lab import NUMBER, OTHER
from ..yaml_stack import number

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from ..conftest import NewYamlStack
    from ..yaml_stack import YamlStack


LONDON = {"country": "GB", "city": "London"}


def provider(vendor: Vendor, login: str, **settings: Any) -> dict[str, Any]:
    """Declare a provider with a login, in plain words: the schema says what is secret."""
    given = {"contiguityToken": vendor.token(login), "contiguityBaseUrl": vendor.contiguity, **settings}
    return {"type": "pulumi:providers:leases", "properties": given}


def pool(used: str) -> dict[str, Any]:
    """Declare a pool of a provider."""
    asked = {"slots": ["alice", "bob"], "search": LONDON}
    return {"type": "leases:NumberPool", "properties": asked, "options": {"provider": used}}


def deleted(stack: YamlStack, text: str) -> list[str]:
    """What a command says of deletions that have ended, in order."""
    return [line for line in text.splitlines() if " deleted (" in line]


def test_each_provider_leases_by_its_own_login(new_yaml_stack: NewYamlStack, vendor: Vendor) -> None:
    """Variables are the default provider's; other settings move nothing; a provider goes with its numbers, after them."""
    eu, us = vendor.token("eu"), vendor.token("us")
    kept = {
        "eu": provider(vendor, "eu"),
        "support": number(NUMBER),
        "desk": pool("${eu}"),
    }
    us_too = {"us": provider(vendor, "us", monthlyBudget="50 USD"), "sales": number(OTHER, {"provider": "${us}"})}
    stack = new_yaml_stack({"resources": {**kept, **us_too}})
    preview = stack.preview()
    assert preview.ok, preview.text
    assert preview.text.count(f"will lease {OTHER} (US, Jersey City) from contiguity: ") > 0
    assert vendor.writes() == []

    up = stack.up()
    assert up.ok, up.text
    leased = {login: vendor.leased(login=login).keys() for login in (vendor.token(), eu, us)}
    assert leased[vendor.token()] == {NUMBER}
    assert leased[us] == {OTHER}
    assert {one[:3] for one in leased[eu]} == {"+44"}
    assert len(leased[eu]) == 2
    assert len(vendor.calls("lease")) == 4
    assert eu not in stack.cli("stack", "export") + up.text

    before = len(vendor.journal())
    assert stack.up().changed == {}
    assert len(vendor.journal()) == before
    refresh = stack.refresh()
    assert (refresh.ok, refresh.changed) == (True, {}), refresh.text

    vendor.revoke("contiguity", eu)
    fresh = {"resources": {**kept, **us_too, "eu": provider(vendor, "eu", requestsPerSecond="900")}}
    stack.declare(fresh)
    before = len(vendor.journal())
    up = stack.up()
    assert (up.ok, up.changed) == (True, {"update": 1}), up.text
    assert vendor.writes(before) == []
    vendor.restore("contiguity", eu)

    stack.declare({"resources": kept})
    up = stack.up()
    assert up.ok, up.text
    assert vendor.leased().keys() == {NUMBER, *leased[eu]}
    assert "Lease sales" not in stack.resources()
    assert "leases us" not in stack.resources()

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert vendor.leases() == []
    gone = deleted(stack, destroy.text)
    assert len([one for one in gone if "providers:leases" in one]) >= 1
    last_number = max(index for index, one in enumerate(gone) if "index:Lease desk" in one)
    assert last_number < next(index for index, one in enumerate(gone) if "providers:leases eu" in one)
    assert stack.resources().keys() <= {"Stack leases-test-dev"}


def used(name: str) -> dict[str, str]:
    """Say which provider serves a number; "" for the default one."""
    return {"provider": f"${{{name}}}"} if name else {}


@pytest.mark.parametrize(("before", "after"), [("", "eu"), ("eu", "us"), ("us", "")])
def test_a_number_changes_its_provider_under_its_own_name_only(
    new_yaml_stack: NewYamlStack, vendor: Vendor, before: str, after: str
) -> None:
    """Under another name it would be adopted by one process and then released by another: refused, and the alias named."""
    both = {login: provider(vendor, "main") for login in ("eu", "us")}
    stack = new_yaml_stack({"resources": {**both, "support": number(NUMBER, used(before))}})
    up = stack.up()
    assert up.ok, up.text

    adopted = number(NUMBER, {**used(after), "retainOnDelete": False}, adopt=True)
    stack.declare({"resources": {**both, "sales": adopted}})
    for refused in (stack.preview(), stack.up()):
        assert not refused.ok
        assert f"{NUMBER} is held in this stack by 'support'" in refused.text
        assert f"`aliases: [{stack.declared_urn('support')}]`" in refused.text
    assert [call.operation for call in vendor.writes()] == ["lease"]

    renamed = number(NUMBER, {**used(after), "aliases": [stack.declared_urn("support")]})
    stack.declare({"resources": {**both, "sales": renamed}})
    up = stack.up()
    assert (up.ok, "Lease sales" in stack.resources()) == (True, True), up.text
    assert [call.operation for call in vendor.writes()] == ["lease"]
    assert stack.up().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_what_a_provider_lacks_is_named_as_its_own_setting(new_yaml_stack: NewYamlStack, vendor: Vendor) -> None:
    """Not as a key of the stack's config, which this provider does not read."""
    eu = provider(vendor, "eu", accounts='{"verify": {"service": "telnyx"}}')
    declared = number(OTHER, {"provider": "${eu}"}, account="verify")
    stack = new_yaml_stack({"resources": {"eu": eu, "sales": declared}})
    preview = stack.preview()
    assert not preview.ok
    assert "`accounts.verify.apiKey` of the provider 'eu'" in preview.text, preview.text
    assert "pulumi config set" not in preview.text
