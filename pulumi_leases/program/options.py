"""What becomes of each option of Pulumi for the two resources of a number: one table for all of them.

It serves what the constructor is given and what a transform of the resource itself makes of that. A transform of a
component or of the stack is run by the engine on each resource by itself, after those of the resource, so nothing here
sees what it gives; see `docs/limits.md`.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi

from ..engine.state import INTENT_KEYS, INTENT_TYPE, NUMBER_TYPE, ORDER_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi.resource import (
        ResourceTransform,
        ResourceTransformArgs,
        ResourceTransformation,
        ResourceTransformationArgs,
        ResourceTransformationResult,
        ResourceTransformResult,
    )

Translate = Callable[[Any], Any]

_PACKAGE = "pulumi-python"
_SECOND_PROCESS = (
    "is refused: a second provider process would not know which numbers the first declares. "
    "For several logins, configure `leases:accounts` and say `account=`"
)


@dataclass(frozen=True)
class Option:
    """What becomes of one option.

    Attributes:
        why: The reason, as a sentence about the LeaseIntent, or about the option where that is refused.
        on_intent: What of it the LeaseIntent gets; None where that gets nothing.
        refusal: What an error says after the option's name; "" where it is not refused. `{value}` is what was given.
        is_refused: Whether a given value is refused.
    """

    why: str
    on_intent: Translate | None = None
    refusal: str = ""
    is_refused: Callable[[Any], bool] = bool


def _same(value: Any) -> Any:
    return value


def of_program(keys: Iterable[str]) -> Translate:
    """Leave those paths that begin at an input which the program gives to one of the pair; `*` stands for all of them."""

    def filtered(paths: list[str]) -> list[str]:
        if "*" in paths:
            return list(keys)
        return [path for path in paths if path.lstrip('["').replace("[", ".").split(".")[0].rstrip('"]') in keys]

    return filtered


def _with_claim(names: list[str]) -> list[str]:
    return list(dict.fromkeys(["claim", *names]))


def _of_intent(alias: Any) -> Any:
    """Translate an alias that names the LeasedNumber: its LeaseIntent has stood beside it, under the same name."""
    if isinstance(alias, pulumi.Output):
        return alias.apply(_of_intent)
    if isinstance(alias, pulumi.Alias):
        translated = copy.copy(alias)
        if isinstance(alias.type_, str):  # else it is the type of the resource that has the alias
            translated.type_ = INTENT_TYPE
        return translated
    stack, project, types, name = str(alias).split("::", 3)
    parents, dollar, _ = types.rpartition("$")
    return "::".join((stack, project, f"{parents}{dollar}{INTENT_TYPE}", name))


def _has_ours(providers: Any) -> bool:
    given = providers.values() if isinstance(providers, Mapping) else providers
    return any(provider.package == _PACKAGE for provider in given)


OPTIONS: Mapping[str, Option] = {
    "parent": Option("both stand under the same parent", _same),
    "depends_on": Option("a number is chosen after what it depends on, as well as leased", _same),
    "aliases": Option("it was renamed or moved together with its number", lambda given: list(map(_of_intent, given))),
    "ignore_changes": Option("what is ignored of a number must not claim another one", of_program(INTENT_KEYS)),
    "additional_secret_outputs": Option("its claim holds the same values", _with_claim),
    "hide_diffs": Option("its claim holds the same values", _with_claim),
    "retain_on_delete": Option("it would wait for the release of a number that stays leased", _same),
    "deleted_with": Option("it would wait for the release of a number that is left to the other resource", _same),
    "protect": Option(
        "never protected, in a protected component neither: one protection, on the resource that is leased, is lifted by "
        "one `pulumi state unprotect`; with two, lifting one would release the number and stop at the other",
        lambda _: False,
    ),
    "transformations": Option("each is run on both, which it sees as the LeasedNumber; see `pair_options`"),
    "transforms": Option("likewise"),
    "delete_before_replace": Option("it would confirm the release before the number is released"),
    "replace_on_changes": Option("a replaced claim is another number; a replaced LeasedNumber keeps its own"),
    "replace_with": Option("likewise"),
    "replacement_trigger": Option("likewise"),
    "hooks": Option("a hook runs once for a number, when that is leased, changed or released"),
    "id": Option("what is only read has no intent"),
    "urn": Option("what is only read has no intent"),
    "provider": Option("logins are accounts of one process", refusal=_SECOND_PROCESS),
    "providers": Option(
        "likewise; those of other packages mean nothing to it", refusal=_SECOND_PROCESS, is_refused=_has_ours
    ),
    "version": Option(
        "the engine starts a process for each version that is asked for",
        refusal="is refused: it starts a second provider process, which would not know which numbers the first declares. "
        "Leave it out: the version is that of the installed package",
    ),
    "plugin_download_url": Option(
        "the engine starts a process for each address",
        refusal="is refused: it starts a second provider process, which would not know which numbers the first declares. "
        "Leave it out: the provider runs in the Python of the program",
    ),
    "import_": Option(
        "the engine cannot import dynamic resources",
        refusal="does not work for dynamic resources: use `pulumi-leases import {value}`, or `adopt=True`",
    ),
    "custom_timeouts": Option(
        "neither the engine nor the SDK holds a dynamic resource to them",
        is_refused=lambda timeouts: any(vars(timeouts).values()),
        refusal="does not reach dynamic resources: how long a release may take is `leases:releaseTimeout`",
    ),
    "env_var_mappings": Option(
        "the engine takes them for providers only",
        refusal="is for providers: what a login reads from the environment is in docs/configuration.md",
    ),
    "state_migrations": Option(
        "what is in the state decides what is paid for and released",
        refusal="is refused: what the state holds of a number decides what is paid for and released. Use an alias for a "
        "rename or a move, `pulumi-leases import` or `adopt=True` for the rest",
    ),
}
"""Every field of `pulumi.ResourceOptions`."""


def pair_options(
    name: str, opts: pulumi.ResourceOptions, *, named: bool
) -> tuple[pulumi.ResourceOptions, pulumi.ResourceOptions]:
    """Give both resources of a pair their options: those of the LeasedNumber, and those of its LeaseIntent.

    The transforms of the resource itself are run on both and see the LeasedNumber in both, so what they give or refuse
    is the same for both.

    Args:
        name: The name of the LeasedNumber.
        opts: What the constructor was given.
        named: Whether the program names the number: the number that a search chose is not the program's to ignore.

    Raises:
        pulumi.RunError: An option is refused.
    """

    def of_number(given: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        refuse(name, given)
        kept = copy.copy(given)
        kept.ignore_changes = (
            of_program((*ORDER_KEYS, *(["number"] if named else [])))(given.ignore_changes or []) or None
        )
        return kept

    def of_intent(given: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        refuse(name, given)
        return intent_options(given)

    pair = of_number(opts), of_intent(opts)
    for one, translated in zip(pair, (of_number, of_intent), strict=True):
        one.transformations = [_old_style(transform, translated) for transform in opts.transformations or []] or None
        one.transforms = [_new_style(transform, translated) for transform in opts.transforms or []] or None
    return pair


def refuse(name: str, opts: pulumi.ResourceOptions) -> None:
    """Refuse options that cannot work for a LeasedNumber.

    Raises:
        pulumi.RunError: One is given.
    """
    for field, option in OPTIONS.items():
        value = getattr(opts, field, None)
        if option.refusal and value is not None and option.is_refused(value):
            raise pulumi.RunError(f"LeasedNumber {name!r}: opts.{field} {option.refusal.format(value=value)}")
    if opts.parent is not None and opts.parent.get_provider(NUMBER_TYPE) is not None:
        raise pulumi.RunError(f"LeasedNumber {name!r}: opts.provider {_SECOND_PROCESS}")


def refuse_second_process(name: str, resource: pulumi.Resource) -> None:
    """Refuse what a transformation of a component or of the stack gave: the SDK has run those in the constructor.

    Raises:
        pulumi.RunError: The resource would be served by a second provider process.
    """
    for field in ("provider", "version", "plugin_download_url"):
        if getattr(resource, f"_{field}", None):  # the SDK has no public name for what it settled on
            raise pulumi.RunError(f"LeasedNumber {name!r}: opts.{field} {OPTIONS[field].refusal}")


def intent_options(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Give the LeaseIntent what the table says of the options of its LeasedNumber."""
    kept = {
        field: option.on_intent(value)
        for field, option in OPTIONS.items()
        if option.on_intent and (value := getattr(opts, field, None)) is not None
    }
    return pulumi.ResourceOptions(**{**kept, "protect": False, "ignore_changes": kept.get("ignore_changes") or None})


def _old_style(
    transform: ResourceTransformation, translated: Callable[[pulumi.ResourceOptions], pulumi.ResourceOptions]
) -> ResourceTransformation:
    def transformation(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        result = transform(
            pulumi.ResourceTransformationArgs(args.resource, NUMBER_TYPE, args.name, args.props, args.opts)
        )
        if result is None:
            return None
        opts = translated(result.opts)
        opts.transformations, opts.transforms = args.opts.transformations, args.opts.transforms
        return pulumi.ResourceTransformationResult(result.props, opts)

    return transformation


def _new_style(
    transform: ResourceTransform, translated: Callable[[pulumi.ResourceOptions], pulumi.ResourceOptions]
) -> ResourceTransform:
    async def on_number(args: ResourceTransformArgs) -> ResourceTransformResult | None:
        answer = transform(pulumi.ResourceTransformArgs(args.custom, NUMBER_TYPE, args.name, args.props, args.opts))
        result = await answer if isinstance(answer, Awaitable) else answer
        if result is None or result.opts is None:
            return result
        return pulumi.ResourceTransformResult(result.props, translated(result.opts))

    return on_number
