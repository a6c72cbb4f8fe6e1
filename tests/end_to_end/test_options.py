"""Pulumi's own options and flags do for a leased number what they do for any resource, as the vendor's journal shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi import ResourceOptions

from pulumi_leases import FailoverArgs, LeasedNumber, NumberSearchArgs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack
    from ..stack import Stack

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"


@pytest.fixture
def free(vendor: Vendor) -> list[str]:
    """Numbers that anybody may lease; what needs an entitlement is kept off the listings."""
    vendor.switch("contiguity", unentitled="hidden")
    offers = vendor.offers("contiguity").values()
    return [one.number for one in offers if one.status == "available" and not one.requirements]


def written(vendor: Vendor, since: int = 0) -> list[tuple[str, str]]:
    """What was sent that could change something, in order."""
    return [(call.operation, call.number) for call in vendor.writes(since)]


def pair(stack: Stack, name: str) -> tuple[str, str]:
    """The URNs of both resources of a number, the LeasedNumber's first."""
    found = stack.resources()
    return found[f"LeasedNumber {name}"]["urn"], found[f"LeaseIntent {name}"]["urn"]


def nothing() -> None:
    """A program that declares nothing."""


def test_what_is_protected_is_not_let_go(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """Neither destroyed, removed, moved to another number, nor by a component's protection.

    One `pulumi state unprotect`, as the engine prints it, lifts the one protection, and the number goes.
    """
    declared = {"number": free[0]}

    class Desk(pulumi.ComponentResource):
        def __init__(self, opts: ResourceOptions) -> None:
            super().__init__("test:index:Desk", "desk", None, opts)
            LeasedNumber("support", ResourceOptions(parent=self), number=declared["number"])

    def program() -> None:
        Desk(ResourceOptions(protect=True))

    stack = new_stack(program)
    assert stack.up().ok
    number, intent = pair(stack, "support")
    assert f"Desk${stack.declared_type}" in number
    since = len(vendor.journal())

    destroyed = stack.destroy()
    assert not destroyed.ok
    assert f"`pulumi state unprotect '{number}'`" in destroyed.text
    assert not stack.destroy(continue_on_error=True).ok
    assert not stack.destroy(target=[intent]).ok
    assert stack.destroy(exclude_protected=True).ok
    assert pair(stack, "support") == (number, intent)
    stack.program = nothing
    assert not stack.up().ok
    assert not stack.up(continue_on_error=True).ok
    stack.program = program
    declared["number"] = free[1]
    assert not stack.preview().ok
    assert not stack.up().ok
    declared["number"] = free[0]
    again = stack.up()
    assert again.ok, again.text
    assert written(vendor, since) == []
    assert stack.up(expect_no_changes=True).ok

    stack.cli("state", "unprotect", number, "--yes")
    vendor.clock(advance_s=3600)
    gone = stack.destroy(target=["**::support"])  # the component is protected as before
    assert gone.ok, gone.text
    assert written(vendor, since) == [("terminate", free[0])]


def test_delete_before_replace_turns_the_order_round(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """The old number is let go before the new one is leased."""
    declared = {"number": free[0]}

    def program() -> None:
        LeasedNumber("support", ResourceOptions(delete_before_replace=True), number=declared["number"])

    stack = new_stack(program)
    assert stack.up().ok
    declared["number"] = free[1]
    since = len(vendor.journal())

    replaced = stack.up()

    assert replaced.ok, replaced.text
    assert written(vendor, since) == [("terminate", free[0]), ("lease", free[1])]
    assert set(vendor.leased()) == {free[1]}
    assert stack.preview().changed == {}


def test_ignored_changes_change_nothing(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """number, search and failover, each ignored on its own: no call, no diff; what is not ignored still counts."""
    edited: dict[str, Any] = {}

    def program() -> None:
        LeasedNumber("number", ResourceOptions(ignore_changes=["number"]), number=edited.get("number", free[0]))
        LeasedNumber(
            "search",
            ResourceOptions(ignore_changes=["search"]),
            search=NumberSearchArgs(country=edited.get("country", "GB")),
        )
        LeasedNumber(
            "country",
            ResourceOptions(ignore_changes=["search.country"]),
            search=NumberSearchArgs(country=edited.get("country", "GB")),
        )
        LeasedNumber(
            "failover",
            ResourceOptions(ignore_changes=["failover"]),
            number=free[1],
            failover=FailoverArgs(enabled=edited.get("enabled", True)),
        )

    stack = new_stack(program)
    assert stack.up().ok
    since = len(vendor.journal())
    edited.update(number=free[2], country="DE", enabled=False)

    assert stack.preview().changed == {}
    assert stack.up().changed == {}

    assert len(vendor.journal()) == since
    assert vendor.leased()[free[1]].failover == {"enabled": True, "mode": "all", "numbers": []}


def test_ignored_settings_of_a_search_change_nothing(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """service, account and `*`, with a search and with a number, given by `opts` and by transforms of the stack."""
    edited: dict[str, Any] = {}

    def program() -> None:
        def ignore_all(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
            types = {"both": ("LeasedNumber", "LeaseIntent"), "half": ("LeasedNumber",)}.get(args.name, ())
            if args.type_.rpartition(":")[2] not in types:
                return None
            opts = ResourceOptions.merge(args.opts, ResourceOptions(ignore_changes=["*"]))
            return pulumi.ResourceTransformResult(args.props, opts)

        pulumi.runtime.register_resource_transform(ignore_all)
        place: dict[str, Any] = {key: edited[key] for key in ("service", "account") if key in edited}
        search = NumberSearchArgs(country=edited.get("country", "GB"))
        fits = NumberSearchArgs(country="GB")
        LeasedNumber("place", ResourceOptions(ignore_changes=["service", "account"]), search=fits, **place)
        LeasedNumber("search", ResourceOptions(ignore_changes=["*"]), search=search, **place)
        failover = FailoverArgs(enabled=edited.get("enabled", True))
        number = edited.get("number")
        LeasedNumber("all", ResourceOptions(ignore_changes=["*"]), number=number or free[0], failover=failover, **place)
        LeasedNumber("both", number=number or free[1], failover=failover, **place)
        if "half" in edited:
            LeasedNumber("half", number=edited["half"])

    stack = new_stack(program)
    up = stack.up()
    assert up.ok, up.text
    since = len(vendor.journal())
    edited.update(number=free[2], country="DE", enabled=False, service="telesign", account="other")

    previewed = stack.preview()
    assert previewed.ok, previewed.text
    assert previewed.changed == {}
    assert stack.up().changed == {}
    assert len(vendor.journal()) == since

    edited["half"] = free[3]
    assert stack.up().ok
    since = len(vendor.journal())
    edited["half"] = free[4]
    halved = stack.up()
    assert halved.ok, halved.text
    assert written(vendor, since) == []
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_replace_on_changes_replaces_the_resource_and_keeps_the_number(
    new_stack: NewStack, vendor: Vendor, free: list[str]
) -> None:
    """A failover that changes in place is a replacement where that is asked for: same lease, no charge, failover set."""
    enabled = [True]

    def program() -> None:
        failover = FailoverArgs(enabled=enabled[0])
        LeasedNumber("in-place", number=free[0], failover=failover)
        LeasedNumber("replaced", ResourceOptions(replace_on_changes=["failover"]), number=free[1], failover=failover)

    stack = new_stack(program)
    vendor.fault("configure", "status", code=500, times=2)
    half = stack.up(continue_on_error=True)
    assert not half.ok
    assert f"{free[0]} is leased" in half.text
    assert "and its failover is not set; `pulumi up` sets it" in half.text
    assert stack.up().ok
    leases = vendor.leased()
    assert all(lease.failover == {"enabled": True, "mode": "all", "numbers": []} for lease in leases.values())
    since = len(vendor.journal())
    enabled[0] = False

    assert stack.preview().changed == {"update": 1, "replace": 1}
    up = stack.up()

    assert up.ok, up.text
    assert up.changed == {"update": 1, "replace": 1}
    assert sorted(written(vendor, since)) == [("configure", free[0]), ("configure", free[1])]
    assert f"kept {free[1]} ({leases[free[1]].lease_id}): still declared as replaced" in up.text
    after = vendor.leased()
    assert {number: lease.lease_id for number, lease in after.items()} == {
        number: lease.lease_id for number, lease in leases.items()
    }
    assert all(lease.failover == {"enabled": False, "mode": "all", "numbers": []} for lease in after.values())
    assert stack.preview().changed == {}


def test_targets_and_exclusions_touch_only_what_they_name(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """`--target '**::a'` leases a; `--exclude` leaves c out; destroying a target lets go of that one."""
    names = dict(zip("abc", free, strict=False))

    def program() -> None:
        for name, number in names.items():
            LeasedNumber(name, number=number)

    stack = new_stack(program)

    half = stack.up(target=[f"**{stack.leased_type}::a"])
    assert not half.ok
    assert "with --target, target both of a pair, such as --target '**::support'" in " ".join(half.text.split())
    assert written(vendor) == []
    assert stack.up(target=["**::a"]).ok
    assert set(vendor.leased()) == {names["a"]}
    assert stack.up(exclude=["**::c"]).ok
    assert set(vendor.leased()) == {names["a"], names["b"]}
    assert stack.up().ok

    since = len(vendor.journal())
    assert stack.destroy(target=["**::a"]).ok
    assert written(vendor, since) == [("terminate", names["a"])]
    number_b, _ = pair(stack, "b")
    assert stack.destroy(target=[number_b]).ok
    assert written(vendor, since)[1:] == [("terminate", names["b"])]
    again = stack.up()
    assert again.ok, again.text
    assert set(vendor.leased()) == set(names.values())
    assert [(charge.number, charge.kind) for charge in vendor.charges()].count((names["b"], "upfront")) == 2
    stack.cli("destroy", "--exclude", "**::c", "--yes", "--skip-preview")
    assert set(vendor.leased()) == {names["c"]}


def test_dependencies_order_leases_and_releases(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """depends_on: leased after, let go before."""

    def program() -> None:
        first = LeasedNumber("first", number=free[0])
        second = LeasedNumber("second", ResourceOptions(depends_on=[first]), number=free[1])
        LeasedNumber("third", ResourceOptions(depends_on=second), number=free[2])

    stack = new_stack(program)
    assert stack.up().ok
    assert written(vendor) == [("lease", number) for number in free[:3]]
    since = len(vendor.journal())

    assert stack.destroy().ok

    assert written(vendor, since) == [("terminate", number) for number in reversed(free[:3])]


def test_a_number_that_is_deleted_with_another_resource_is_left_to_that(
    new_stack: NewStack, vendor: Vendor, free: list[str]
) -> None:
    """deleted_with: neither terminated nor asked about; nothing stays in the state."""

    def program() -> None:
        desk = LeasedNumber("desk", number=free[0])
        LeasedNumber("phone", ResourceOptions(deleted_with=desk), number=free[1])

    stack = new_stack(program)
    assert stack.up().ok
    since = len(vendor.journal())

    assert stack.destroy().ok

    assert written(vendor, since) == [("terminate", free[0])]
    assert set(vendor.leased()) == {free[1]}
    assert stack.resources().keys() <= {"Stack leases-test-dev"}


def test_up_with_refresh_and_expecting_no_changes(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """`up --refresh --expect-no-changes`: one listing, nothing else."""

    def program() -> None:
        LeasedNumber("support", number=free[0], failover=FailoverArgs(enabled=True))

    stack = new_stack(program)
    assert stack.up().ok
    since = len(vendor.journal())

    refreshed = stack.up(refresh=True, expect_no_changes=True)

    assert refreshed.ok, refreshed.text
    assert [call.operation for call in vendor.journal(since)] == ["leased"]


def test_a_plan_holds_the_preview_to_its_word(
    new_stack: NewStack, vendor: Vendor, free: list[str], tmp_path: Path
) -> None:
    """`preview --save-plan`, `up --plan`: what was previewed is leased; at another price it is refused before it is paid."""
    plan = str(tmp_path / "plan.json")
    declared = {"number": free[0]}

    def program() -> None:
        LeasedNumber("support", number=declared["number"], failover=FailoverArgs(enabled=True))
        LeasedNumber("chosen", search=NumberSearchArgs(country="GB"))

    stack = new_stack(program, PULUMI_EXPERIMENTAL="true")
    assert stack.preview(plan=plan).ok
    up = stack.up(plan=plan)
    assert up.ok, up.text
    assert len(vendor.leases()) == 2

    declared["number"] = free[1]
    assert stack.preview(plan=plan).ok
    vendor.change_offer("contiguity", free[1], recurring_fee=99.0)
    since = len(vendor.journal())
    price_increase = stack.up(plan=plan)
    assert not price_increase.ok
    assert "violates plan" in price_increase.text
    assert written(vendor, since) == []
    assert stack.up().ok
    assert free[1] in vendor.leased()


def test_destroy_that_runs_the_program_lets_go(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """`destroy --run-program` sends deletes without checks: what the program declares is no reason to keep it."""

    def program() -> None:
        LeasedNumber("support", number=free[0])

    stack = new_stack(program)
    assert stack.up().ok

    destroyed = stack.destroy(run_program=True)

    assert destroyed.ok, destroyed.text
    assert vendor.leases() == []
    assert written(vendor)[1:] == [("terminate", free[0])]


def test_going_on_after_an_error_keeps_what_is_held(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """`up --continue-on-error`: one refused, nothing released; the next `up` leases what is missing, each once."""
    declared = free[:3]

    def program() -> None:
        for index, number in enumerate(declared):
            LeasedNumber(f"n{index}", number=number)

    stack = new_stack(program)
    vendor.fault("lease", "status", code=402, number=free[1])

    first = stack.up(continue_on_error=True)
    assert not first.ok
    assert "402" in first.text
    assert f"{free[1]} was not leased, nothing was charged" in first.text
    second = stack.up()
    assert second.ok, second.text
    assert set(vendor.leased()) == set(free[:3])
    assert len(vendor.charges()) == 6

    declared[0] = free[3]
    vendor.fault("lease", "status", code=402, number=free[3])
    assert not stack.up(continue_on_error=True).ok
    assert set(vendor.leased()) == set(free[:3])
    vendor.clock(advance_s=120)  # the refused call's claim is old enough by then
    assert stack.up().ok
    assert set(vendor.leased()) == set(free[1:4])


@pytest.mark.only_dynamic("a component that fails ends the program, so what comes after it waits for the next `up`")
def test_going_on_after_an_error_leases_the_others(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """`up --continue-on-error`: one refused, the others leased."""

    def program() -> None:
        for index in range(3):
            LeasedNumber(f"n{index}", number=free[index])

    stack = new_stack(program)
    vendor.fault("lease", "status", code=402, number=free[1])
    assert not stack.up(continue_on_error=True).ok
    assert set(vendor.leased()) == {free[0], free[2]}


def test_a_secret_number_is_encrypted_in_the_state(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """additional_secret_outputs holds for both of a pair; a secret input stays secret as input, output and stack output."""

    def program() -> None:
        LeasedNumber("marked", ResourceOptions(additional_secret_outputs=["number"]), number=free[0])
        pulumi.export("number", LeasedNumber("given", number=pulumi.Output.secret(free[1])).number)

    stack = new_stack(program)
    up = stack.up()
    assert up.ok, up.text
    assert set(vendor.leased()) == set(free[:2])
    assert up.outputs["number"] == free[1]
    assert json.loads(stack.cli("stack", "output", "--json"))["number"] == "[secret]"

    for resource in json.loads(stack.cli("stack", "export"))["deployment"]["resources"]:
        name = resource["urn"].rpartition("::")[2]
        number = {"marked": free[0], "given": free[1]}.get(name)
        if number:
            inputs = resource.get("inputs", {})  # a component has none
            visible = (
                [resource["outputs"]["number"], inputs.get("number")] if name == "given" else [resource["outputs"]]
            )
            assert number not in json.dumps(visible), resource["type"]
            assert resource.get("id", number) == number  # an id is never secret
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


def old_style(change: Callable[[dict[str, Any]], dict[str, Any]], kinds: str) -> Any:
    """A transformation that changes the inputs of some kinds of resources."""

    def transformation(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_.rpartition(":")[2] not in kinds:
            return None
        return pulumi.ResourceTransformationResult({**args.props, **change(dict(args.props))}, args.opts)

    return transformation


def new_style(change: Callable[[dict[str, Any]], dict[str, Any]], kinds: str) -> Any:
    """A transform that changes the inputs of some kinds of resources."""

    def transform(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_.rpartition(":")[2] not in kinds:
            return None
        return pulumi.ResourceTransformResult({**args.props, **change(dict(args.props))}, args.opts)

    return transform


STYLES = {"transforms": new_style, "transformations": old_style}


@pytest.mark.parametrize("style", STYLES)
def test_a_transform_of_a_resource_is_seen(new_stack: NewStack, vendor: Vendor, free: list[str], style: str) -> None:
    """Limits, failover, billing and the number that it gives count, each for both resources of the pair."""
    made = STYLES[style]
    change: dict[str, Any] = {}

    def program() -> None:
        options: dict[str, Any] = {style: [made(lambda _props: dict(change), "LeasedNumber")]}
        LeasedNumber("support", ResourceOptions(**options), number=free[0])

    stack = new_stack(program)
    for wrong, text in (
        ({"max_monthly_rate": 1}, "is above max_monthly_rate 1"),
        ({"billing_method": "weekly"}, "must be one of monthly, service_contract, not 'weekly'"),
        ({"failover": {"enabled": "perhaps"}}, "failover.enabled"),
    ):
        change.clear()
        change.update(wrong)
        refused = stack.preview()
        assert not refused.ok
        assert stack.said(text) in " ".join(refused.text.split())
    assert written(vendor) == []

    change.clear()
    change.update(failover={"enabled": True}, max_monthly_rate=50, number=free[1])
    up = stack.up()
    assert up.ok, up.text
    assert written(vendor) == [("lease", free[1]), ("configure", free[1])]
    assert stack.preview().changed == {}


@pytest.mark.parametrize("style", STYLES)
def test_a_transform_of_the_stack_can_change_the_number(
    new_stack: NewStack, vendor: Vendor, free: list[str], style: str
) -> None:
    """On both resources of the pair: that number is previewed and leased."""
    made = STYLES[style]

    def program() -> None:
        both = made(lambda props: {"number": free[1]} if "number" in props else {}, "LeasedNumber LeaseIntent")
        if style == "transforms":
            pulumi.runtime.register_stack_transform(both)
        else:
            pulumi.runtime.register_stack_transformation(both)
        LeasedNumber("support", number=free[0])

    stack = new_stack(program)

    preview = stack.preview()
    assert f"will lease {free[1]}" in preview.text
    assert stack.up().ok
    assert set(vendor.leased()) == {free[1]}
    assert stack.preview().changed == {}
    assert stack.destroy().ok


def test_an_alias_by_type_holds_for_both_of_a_pair(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """Named by type, beside an old name, an old parent or both: no call, no change, and the release works."""
    moved: list[bool] = []

    def program() -> None:
        if not moved:
            LeasedNumber("old", number=free[0])
            LeasedNumber("lone", number=free[1])
            return
        desk = pulumi.ComponentResource("test:index:Desk", "desk")
        root = pulumi.ROOT_STACK_RESOURCE
        LeasedNumber(
            "new", ResourceOptions(aliases=[pulumi.Alias(name="old", type_=stack.declared_type)]), number=free[0]
        )
        by_type = pulumi.Output.from_input(pulumi.Alias(name="lone", type_=stack.declared_type, parent=root))
        LeasedNumber("phone", ResourceOptions(parent=desk, aliases=[by_type]), number=free[1])

    stack = new_stack(program)
    assert stack.up().ok
    since = len(vendor.journal())
    moved.append(True)

    up = stack.up()

    assert up.ok, up.text
    assert up.changed == {"create": 1}  # the component
    assert len(vendor.journal()) == since
    assert {"LeasedNumber new", "LeaseIntent new", "LeasedNumber phone", "LeaseIntent phone"} <= set(stack.resources())
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_what_replaces_a_number_by_option_keeps_its_lease(new_stack: NewStack, vendor: Vendor, free: list[str]) -> None:
    """replacement_trigger and replace_with: the same number, no charge; a hook runs once for a number."""
    trigger = [1]
    ran: list[str] = []

    def program() -> None:
        hook = pulumi.ResourceHook("note", lambda args: ran.append(args.name))
        first = LeasedNumber(
            "first",
            ResourceOptions(
                replacement_trigger=trigger[0],
                hide_diffs=["number"],
                hooks=pulumi.ResourceHookBinding(after_create=[hook]),
            ),
            number=free[0],
        )
        LeasedNumber("second", ResourceOptions(replace_with=[first]), number=free[1])

    stack = new_stack(program)
    up = stack.up()
    assert up.ok, up.text
    assert ran == ["first"]
    since = len(vendor.journal())
    trigger[0] = 2

    replaced = stack.up()

    assert replaced.ok, replaced.text
    assert replaced.changed == {"replace": 2}
    assert written(vendor, since) == []
    assert set(vendor.leased()) == set(free[:2])
    assert stack.preview().changed == {}


@pytest.mark.only_dynamic("the native provider takes `provider` and `version`")
def test_a_transform_that_starts_a_second_process_is_refused(
    new_stack: NewStack, vendor: Vendor, free: list[str]
) -> None:
    """By a version or a provider, on one of the pair or on both, in either style: the LeasedNumber is named."""
    asked: dict[str, Any] = {}

    def program() -> None:
        other = pulumi.ProviderResource("pulumi-python", "other", {})

        def given(args: Any, result: Callable[[Any, ResourceOptions], Any]) -> Any:
            if not args.type_.endswith(asked["kinds"]):
                return None
            opts = ResourceOptions(version="1.2.3") if asked["option"] == "version" else ResourceOptions(provider=other)
            return result(args.props, ResourceOptions.merge(args.opts, opts))

        if asked["style"] == "transforms":
            pulumi.runtime.register_resource_transform(lambda args: given(args, pulumi.ResourceTransformResult))
        elif asked["style"] == "transformations":
            pulumi.runtime.register_stack_transformation(lambda args: given(args, pulumi.ResourceTransformationResult))
        own = [lambda args: given(args, pulumi.ResourceTransformResult)] if asked["style"] == "own" else None
        LeasedNumber("support", ResourceOptions(transforms=own), number=free[0])

    stack = new_stack(program)
    both = (":LeasedNumber", ":LeaseIntent")
    for style, option, kinds in (
        ("transforms", "version", both),
        ("transforms", "version", ":LeasedNumber"),
        ("transformations", "provider", both),
        ("transformations", "version", ":LeasedNumber"),
        ("own", "provider", ":LeasedNumber"),
    ):
        asked.update(style=style, option=option, kinds=kinds)
        refused = stack.preview()
        assert not refused.ok, asked
        text = " ".join(refused.text.split())
        assert "LeasedNumber 'support': " in text, text
        assert f"opts.{option}" in text, text
        assert "second provider process" in text
    assert written(vendor) == []


@pytest.mark.only_dynamic("the native provider takes `provider`; its component refuses no option")
def test_options_that_cannot_work_are_refused_by_the_constructor(new_stack: NewStack, vendor: Vendor) -> None:
    """provider, one inherited from a component, import_, and adopt without retain_on_delete: each with what to do instead."""
    said: list[str] = []

    def program() -> None:
        provider = pulumi.ProviderResource("pulumi-python", "other", {})
        parent = pulumi.ComponentResource("test:index:Desk", "desk", None, ResourceOptions(providers=[provider]))
        for options, adopt in (
            (ResourceOptions(provider=provider), False),
            (ResourceOptions(parent=parent), False),
            (ResourceOptions(import_=NUMBER), False),
            (None, True),
        ):
            with pytest.raises(pulumi.RunError) as refused:
                LeasedNumber("support", options, number=NUMBER, adopt=adopt)
            said.append(str(refused.value))

    assert new_stack(program).preview().ok

    provider = (
        "LeasedNumber 'support': opts.provider is refused: a second provider process would not know which numbers the "
        "first declares. For several logins, configure `leases:accounts` and say `account=`"
    )
    import_ = (
        "LeasedNumber 'support': opts.import_ does not work for dynamic resources: use `pulumi-leases import "
        f"{NUMBER}`, or `adopt=True`"
    )
    adopt_ = (
        "LeasedNumber 'support': with adopt=True say what destroy does: retain_on_delete=True leaves the number leased, "
        "retain_on_delete=False releases it (in opts)"
    )
    assert said == [provider, provider, import_, adopt_]
    assert vendor.journal() == []
