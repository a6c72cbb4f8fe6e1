"""Settings and inputs on the real engine: the preview names what is missing or wrong, and each call carries its login's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi import automation

from pulumi_leases import LeasedNumber

from ..raw import raw_server

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack
    from ..stack import Stack

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"
OTHER = "+12015550125"


def put(stack: Stack, name: str, value: str) -> None:
    """Set a variable for the commands to come."""
    stack.stack.workspace.env_vars = {**stack.stack.workspace.env_vars, name: value}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no number": (
        {"number": "+1 201 555"},
        "property number value {+1 201 555} has a problem: number: '+1 201 555' is not",
    ),
    "both": ({"number": NUMBER, "search": {"country": "GB"}}, "has a problem: give exactly one of number and search"),
    "neither": ({}, "has a problem: give exactly one of number and search"),
    "country": (
        {"search": {"country": "UK"}},
        "search.country: must be an ISO 3166 alpha-2 code: the United Kingdom is GB, not 'UK'",
    ),
    "capability": (
        {"search": {"capabilities": ["fax"]}},
        "search.capabilities.0: Input should be 'sms', 'mms', 'voice'",
    ),
    "unknown_criterion": (
        {"search": {"number_type": "local"}},
        "contiguity cannot tell number_type of a number: leave it out",
    ),
    "billing": (
        {"number": NUMBER, "billing_method": "weekly"},
        "must be one of monthly, service_contract, not 'weekly'",
    ),
    "service": ({"number": NUMBER, "service": "acme"}, "must be one of contiguity"),
    "not an option": (
        {"number": NUMBER, "service": "telesign", "failover": {"enabled": True}},
        "telesign has no failover: leave it out",
    ),
    "limit": (
        {"number": NUMBER, "max_monthly_rate": -1},
        "max_monthly_rate: Input should be greater than or equal to 0",
    ),
    "account": ({"number": NUMBER, "account": "eu west"}, "an account's name is letters, digits, '-' and '_'"),
}


def test_wrong_input_fails_in_the_preview(new_stack: NewStack, vendor: Vendor) -> None:
    """The property is named, and what would be right; nothing is sent that could change anything, nothing is in the state."""
    inputs: dict[str, Any] = {}

    def program() -> None:
        LeasedNumber("support", **inputs)

    stack = new_stack(program)
    for wrong, text in WRONG.values():
        inputs.clear()
        inputs.update(wrong)
        preview = stack.preview()
        assert not preview.ok, wrong
        assert stack.said(text) in " ".join(preview.text.split()), preview.text
        assert "pulumi_leases/" not in preview.text  # as a traceback of ours has it

    assert vendor.writes() == []
    assert not stack.up().ok
    assert not [name for name in stack.resources() if name.startswith("Lease")]


def test_without_credentials_the_message_says_where_to_put_them(new_stack: NewStack, vendor: Vendor) -> None:
    """A preview of something new fails; one of nothing new, and an `up` with nothing to do, need no key."""
    names = {"support": NUMBER}

    def program() -> None:
        for name, number in names.items():
            LeasedNumber(name, number=number)

    stack = new_stack(program)
    put(stack, "LEASES_CONTIGUITY_TOKEN", "")
    missing = (
        "contiguity needs an API key for account 'default': set the variable LEASES_CONTIGUITY_TOKEN, or "
        "`pulumi config set --secret leases:contiguityToken …`"
    )

    refused = stack.preview()
    assert not refused.ok
    assert missing in " ".join(refused.text.split())
    assert vendor.journal() == []

    put(stack, "LEASES_CONTIGUITY_TOKEN", vendor.token())
    assert stack.up().ok
    put(stack, "LEASES_CONTIGUITY_TOKEN", "")
    since = len(vendor.journal())
    assert stack.preview(expect_no_changes=True).ok
    assert stack.up(expect_no_changes=True).ok
    assert missing in " ".join(stack.refresh().text.split())
    assert missing in " ".join(stack.destroy().text.split())
    names["sales"] = OTHER
    assert missing in " ".join(stack.up().text.split())
    assert len(vendor.journal()) == since
    assert vendor.leased().keys() == {NUMBER}
    assert stack.resources()["LeasedNumber support"]["outputs"]["lease_status"] == "active"


def test_a_mistyped_setting_is_refused_in_the_preview(new_stack: NewStack, vendor: Vendor) -> None:
    """A budget that is not read is no budget: by its letters, by its missing prefix, by being empty."""
    stack = new_stack(lambda: LeasedNumber("support", number=NUMBER))
    for key, value, message in (
        ("leases:monthlybudget", "1 USD", "leases:monthlybudget is no setting: did you mean leases:monthlyBudget?"),
        ("monthlyBudget", "1 USD", "leases-test:monthlyBudget is not read, so there is no budget"),
        ("leases:monthlyBudget", "", "leases:monthlyBudget (LEASES_MONTHLY_BUDGET) is set and empty"),
    ):
        stack.config(key, value)
        preview = stack.preview()
        assert not preview.ok
        assert message in " ".join(preview.text.split())
        stack.stack.remove_config(key)

    assert vendor.writes() == []
    assert stack.preview().ok


def test_a_wrong_secret_is_not_shown(new_stack: NewStack) -> None:
    """Neither by the message nor by the engine, which prints the value of what a failure is put on."""

    def program() -> None:
        failover: Any = {"enabled": True, "numbers": [pulumi.Output.secret("+1-who-knows-me")]}
        LeasedNumber("support", number=NUMBER, failover=failover)

    preview = new_stack(program).preview()

    assert not preview.ok
    assert "failover.numbers.0: what is given is not a phone number" in " ".join(preview.text.split())
    assert "who-knows-me" not in preview.text


def test_an_unreachable_vendor_stops_only_what_needs_it(new_stack: NewStack, vendor: Vendor) -> None:
    """A preview of something new says so; nothing new needs no vendor; nothing in the state is lost."""
    names = {"support": NUMBER}

    def program() -> None:
        for name, number in names.items():
            LeasedNumber(name, number=number)

    stack = new_stack(program)
    assert stack.up().ok
    with raw_server() as gone:
        pass
    put(stack, "LEASES_CONTIGUITY_BASE_URL", gone.url)

    assert stack.up(expect_no_changes=True).ok
    names["sales"] = OTHER
    preview = stack.preview()
    assert not preview.ok
    assert f"contiguity: GET /leased: no connection to 127.0.0.1:{gone.port} (" in preview.text
    assert "pulumi_leases/" not in preview.text
    refresh = stack.refresh()
    assert not refresh.ok
    assert "no connection to" in refresh.text

    put(stack, "LEASES_CONTIGUITY_BASE_URL", vendor.contiguity)
    up = stack.up()
    assert up.ok, up.text
    assert vendor.leased().keys() == {NUMBER, OTHER}


def test_a_rotated_key_in_a_variable_arrives_at_once(new_stack: NewStack, vendor: Vendor) -> None:
    """`refresh` and `destroy` get the config of the last `up`; a variable is read anew by each command."""

    def program() -> None:
        LeasedNumber("support", number=NUMBER)

    stack = new_stack(program, LEASES_CONTIGUITY_TOKEN="", LEASES_CONTIGUITY_BASE_URL="")
    stack.config("leases:contiguityToken", vendor.token(), secret=True)
    stack.config("leases:contiguityBaseUrl", vendor.contiguity)
    assert stack.up().ok
    stack.config("leases:contiguityToken", vendor.token("config"), secret=True)

    since = len(vendor.journal())
    assert stack.refresh().ok
    assert {call.login for call in vendor.journal(since)} == {vendor.token()}

    vendor.clock(advance_s=3600)
    put(stack, "LEASES_CONTIGUITY_TOKEN", vendor.token("variable"))
    put(stack, "LEASES_CONTIGUITY_BASE_URL", vendor.contiguity)
    for command in (stack.refresh, stack.destroy):
        since = len(vendor.journal())
        command()
        assert {call.login for call in vendor.journal(since)} == {vendor.token("variable")}
    assert vendor.leased()[NUMBER].login == vendor.token()


def test_each_call_carries_its_own_login(new_stack: NewStack, vendor: Vendor) -> None:
    """Two accounts of one service, set in structured config and in variables: leased, read and released by their own keys."""

    def program() -> None:
        LeasedNumber("ours", number=NUMBER)
        LeasedNumber("theirs", number=OTHER, account="eu-west")
        LeasedNumber("third", number="+12015550127", account="us")

    stack = new_stack(program, LEASES_US_TOKEN=vendor.token("us"), LEASES_US_BASE_URL=vendor.contiguity)
    entry = "leases:accounts.eu-west"
    for key, value in (("service", "contiguity"), ("token", vendor.token("eu")), ("baseUrl", vendor.contiguity)):
        secret = automation.ConfigValue(value, secret=key == "token")
        stack.stack.set_config(f"{entry}.{key}", secret, path=True)

    up = stack.up()
    assert up.ok, up.text
    assert stack.refresh().ok
    leases = {lease.number: lease.login for lease in vendor.leases()}
    assert leases == {NUMBER: vendor.token(), OTHER: vendor.token("eu"), "+12015550127": vendor.token("us")}
    destroyed = stack.destroy()
    assert destroyed.ok, destroyed.text
    assert vendor.leases() == []
    for login, number in ((vendor.token(), NUMBER), (vendor.token("eu"), OTHER), (vendor.token("us"), "+12015550127")):
        assert {call.number for call in vendor.writes() if call.login == login} == {number}


def test_malformed_settings_are_named(new_stack: NewStack, vendor: Vendor) -> None:
    """A budget, a rate or a base URL that is none stops the preview with its key, its variable and what would be right."""

    def program() -> None:
        LeasedNumber("support", number=NUMBER)

    stack = new_stack(program)
    for name, value, text in (
        (
            "LEASES_MONTHLY_BUDGET",
            "100",
            "leases:monthlyBudget (LEASES_MONTHLY_BUDGET) must give one amount per currency",
        ),
        (
            "LEASES_REQUESTS_PER_SECOND",
            "many",
            "leases:requestsPerSecond (LEASES_REQUESTS_PER_SECOND) must be a number from",
        ),
        ("LEASES_CONTIGUITY_BASE_URL", "http://api.example.com", "must be https, or the key would travel in clear"),
        (
            "LEASES_CONTIGUITY_TOKEN",
            "contiguity_sk_a\ncontiguity_sk_b",
            "LEASES_CONTIGUITY_TOKEN or leases:contiguityToken or",
        ),
        ("LEASES_SERVICE", "acme", "must be one of contiguity"),
    ):
        kept = stack.environ.get(
            name, "1000 USD" if name == "LEASES_MONTHLY_BUDGET" else ""
        )  # empty, a budget is refused
        put(stack, name, value)
        preview = stack.preview()
        assert not preview.ok, name
        assert stack.said(text) in " ".join(preview.text.split()), preview.text
        assert "contiguity_sk_" not in preview.text
        put(stack, name, kept)

    assert vendor.writes() == []
    assert stack.preview().ok


def test_what_is_not_known_yet_is_not_asked_about(new_stack: NewStack, vendor: Vendor) -> None:
    """A number, a search or a limit that another resource's output gives: the preview passes without a call, the up leases."""

    class RegionProvider(pulumi.dynamic.ResourceProvider):
        def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
            return pulumi.dynamic.CreateResult("region", {"number": "+12015550123", "country": "GB", "rate": 50})

    class Region(pulumi.dynamic.Resource):
        number: pulumi.Output[str]
        country: pulumi.Output[str]
        rate: pulumi.Output[float]

        def __init__(self) -> None:
            super().__init__(RegionProvider(), "region", dict.fromkeys(("number", "country", "rate")))

    def program() -> None:
        region = Region()
        LeasedNumber("number", number=region.number)
        LeasedNumber("search", search={"country": region.country}, max_monthly_rate=region.rate)

    stack = new_stack(program)
    preview = stack.preview()
    assert preview.ok, preview.text
    assert vendor.journal() == []

    up = stack.up()
    assert up.ok, up.text
    assert sorted(number[:3] for number in vendor.leased()) == ["+12", "+44"]
    assert stack.preview(expect_no_changes=True).ok
