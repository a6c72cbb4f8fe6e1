"""The table of options: it is complete, and gives each option to the right one of a number's two resources."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pulumi
import pytest
from pulumi import Alias, ResourceOptions

from pulumi_leases import LeasedNumber
from pulumi_leases.engine.process import plugin_option
from pulumi_leases.engine.state import INTENT_KEYS, INTENT_TYPE, NUMBER_TYPE, ORDER_KEYS
from pulumi_leases.program.options import OPTIONS, intent_options, pair_options

if TYPE_CHECKING:
    from collections.abc import Mapping

URN = "urn:pulumi:dev::phones::acme:index:Desk${}::support"
OF_NUMBER, OF_INTENT = URN.format(NUMBER_TYPE), URN.format(INTENT_TYPE)


def given(opts: ResourceOptions) -> Mapping[str, Any]:
    """The options that have a value."""
    return {name: value for name, value in vars(opts).items() if value is not None}


def test_every_option_of_the_sdk_is_in_the_table() -> None:
    """A field that a new SDK brings fails here until somebody has decided what becomes of it."""
    assert OPTIONS.keys() == vars(ResourceOptions()).keys()
    assert all(option.why for option in OPTIONS.values())
    assert not [name for name, option in OPTIONS.items() if option.refusal and option.on_intent]


def test_a_leaseintent_gets_what_must_hold_for_both() -> None:
    """Copied, with its claim as secret as the number is; what would replace or protect it on its own stays away."""
    opts = ResourceOptions(
        protect=True,
        retain_on_delete=False,
        additional_secret_outputs=["number"],
        hide_diffs=["number"],
        ignore_changes=["failover"],
        delete_before_replace=True,
        replace_on_changes=["*"],
        replacement_trigger=1,
        depends_on=[],
        hooks=pulumi.ResourceHookBinding(),
    )

    assert given(intent_options(opts)) == {
        "protect": False,
        "retain_on_delete": False,
        "additional_secret_outputs": ["claim", "number"],
        "hide_diffs": ["claim", "number"],
        "depends_on": [],
    }


def test_without_options_a_leaseintent_gets_one_hint() -> None:
    """Not protected, also where its component is."""
    assert given(intent_options(ResourceOptions())) == {"protect": False}


INTENT, ORDER = list(INTENT_KEYS), list(ORDER_KEYS)


@pytest.mark.parametrize(
    ("ignored", "of_number", "of_intent"),
    [
        (["number"], ["number"], ["number"]),
        (["account", "service"], None, ["account", "service"]),
        (["search.country", 'search["city"]'], None, ["search.country", 'search["city"]']),
        (['["search"].country'], None, ['["search"].country']),
        (["failover.numbers[0]"], ["failover.numbers[0]"], None),
        (["claim", "recorded", "currency", "searches"], None, None),
        (["*"], [*ORDER, "number"], INTENT),
        (["failover", "*"], [*ORDER, "number"], INTENT),
        ([], None, None),
    ],
)  # fmt: skip
def test_what_is_ignored_reaches_the_resource_that_has_the_input(
    ignored: list[str], of_number: list[str] | None, of_intent: list[str] | None
) -> None:
    """Each path where the program's input is; what only the check adds is nobody's to ignore."""
    number, intent = pair_options("support", ResourceOptions(ignore_changes=ignored), named=True)

    assert (number.ignore_changes, intent.ignore_changes) == (of_number, of_intent)


def test_the_number_that_a_search_chose_is_not_the_programs_to_ignore() -> None:
    """Else an edited search would claim another number beside the one that is kept."""
    number, intent = pair_options("support", ResourceOptions(ignore_changes=["number", "*"]), named=False)

    assert number.ignore_changes == ORDER
    assert intent.ignore_changes == INTENT


def test_aliases_are_translated_for_the_leaseintent() -> None:
    """By URN and by type they name its LeasedNumber; by name and parent they fit both."""

    async def translated() -> Any:
        aliases: list[str | Alias] = [
            OF_NUMBER,
            OF_INTENT,
            Alias(name="old", type_=NUMBER_TYPE),
            Alias(name="old", type_="acme:index:Phone"),
            Alias(parent=OF_NUMBER),
        ]
        opts = intent_options(ResourceOptions(aliases=[*aliases, pulumi.Output.from_input(OF_NUMBER)]))
        *known, output = opts.aliases or []
        return [*known, await cast("pulumi.Output[str]", output).future()]

    by_urn, of_intent, by_type, of_another, by_parent, by_output = asyncio.run(translated())
    assert (by_urn, of_intent, by_output) == (OF_INTENT, OF_INTENT, OF_INTENT)
    assert vars(by_type) == vars(Alias(name="old", type_=INTENT_TYPE))
    assert vars(of_another) == vars(Alias(name="old", type_=INTENT_TYPE))
    assert vars(by_parent) == vars(Alias(parent=OF_NUMBER))


REFUSED: dict[str, tuple[Any, str]] = {
    "version": ("1.2.3", "starts a second provider process"),
    "plugin_download_url": ("https://example.com", "starts a second provider process"),
    "import_": ("+12015550123", "use `pulumi-leases import +12015550123`, or `adopt=True`"),
    "custom_timeouts": (pulumi.CustomTimeouts(delete="30m"), "how long a release may take is `leases:releaseTimeout`"),
    "env_var_mappings": ({"MINE": "THEIRS"}, "is for providers"),
    "state_migrations": ([lambda _: None], "Use an alias for a rename or a move"),
}


@pytest.mark.parametrize("option", REFUSED)
def test_what_cannot_work_is_refused_with_what_to_do_instead(option: str) -> None:
    """By the constructor and by a transform of the resource, of either style and for either of the pair."""
    value, text = REFUSED[option]
    opts = ResourceOptions(**{option: value})
    args: tuple[str, dict[str, Any], ResourceOptions] = ("support", {}, ResourceOptions())

    with pytest.raises(pulumi.RunError, match=f"^LeasedNumber 'support': opts.{option} ") as refused:
        LeasedNumber("support", opts, number="+12015550123")
    assert text in str(refused.value)

    pair = pair_options(
        "support",
        ResourceOptions(
            transformations=[lambda args: pulumi.ResourceTransformationResult(args.props, opts)],
            transforms=[lambda args: pulumi.ResourceTransformResult(args.props, opts)],
        ),
        named=True,
    )
    for one in pair:
        (old_style,), (new_style,) = one.transformations or [], one.transforms or []
        with pytest.raises(pulumi.RunError, match=f"^LeasedNumber 'support': opts.{option} "):
            old_style(pulumi.ResourceTransformationArgs(cast("Any", None), INTENT_TYPE, *args))
        with pytest.raises(pulumi.RunError, match=f"^LeasedNumber 'support': opts.{option} "):
            asyncio.run(cast("Any", new_style(pulumi.ResourceTransformArgs(True, INTENT_TYPE, *args))))


@pytest.mark.parametrize("is_async", [False, True])
def test_a_transform_of_the_resource_sees_a_leasednumber_in_both(is_async: bool) -> None:
    """What it gives to one type it gives to both, each as the table says; where it says nothing, nothing changes."""

    def only_numbers(args: Any) -> Any:
        if args.type_ != NUMBER_TYPE or args.name != "support":
            return None
        merged = ResourceOptions.merge(args.opts, ResourceOptions(retain_on_delete=True, ignore_changes=["service"]))
        return pulumi.ResourceTransformResult({**args.props, "number": "+12015550124"}, merged)

    async def later(args: Any) -> Any:
        return only_numbers(args)

    number, intent = pair_options(
        "support", ResourceOptions(transforms=[later if is_async else only_numbers]), named=True
    )

    for one, type_, ignored in ((number, NUMBER_TYPE, None), (intent, INTENT_TYPE, ["service"])):
        (transform,) = one.transforms or []

        def run(name: str, transform: Any = transform, type_: str = type_) -> Any:
            return asyncio.run(transform(pulumi.ResourceTransformArgs(True, type_, name, {}, ResourceOptions())))

        result = run("support")
        assert result.props == {"number": "+12015550124"}
        assert (result.opts.retain_on_delete, result.opts.ignore_changes) == (True, ignored)
        assert run("another") is None


@pytest.mark.parametrize(
    ("settings", "option"),
    [
        ({}, None),
        ({"version": "1.2.3"}, "version"),
        ({"pluginDownloadURL": "https://example.com"}, "plugin_download_url"),
    ],
)
def test_a_process_knows_that_an_option_started_it(settings: dict[str, str], option: str | None) -> None:
    """The engine configures it with the version or address; a version of the user's own project is not that."""
    from pulumi.dynamic import Config

    assert plugin_option(Config({**settings, "phones:version": "1"}, "phones")) == option


@pytest.mark.parametrize(
    ("args", "number", "text"),
    [
        (["+12015550123"], None, "the second argument is opts, pulumi.ResourceOptions: say number='+12015550123'"),
        ([{"protect": True}], None, "the second argument is opts, pulumi.ResourceOptions"),
        ([], 12015550123, 'number is text: write number="+12015550123"'),
    ],
)
def test_the_error_of_a_natural_mistake_says_what_is_meant(args: list[Any], number: Any, text: str) -> None:
    """A number where the options belong, and one that is written as a figure."""
    with pytest.raises(pulumi.RunError) as refused:
        LeasedNumber("support", *args, number=number)

    assert str(refused.value) == f"LeasedNumber 'support': {text}"
