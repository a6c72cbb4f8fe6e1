"""The numbers that the stack's state held when the run began, as the engine reports them, and which are still declared.

A check sees only what the engine checks in this run, which `--target` and `--exclude` narrow; a deletion is not checked at
all. So the state is read here, the way a stack reference reads another stack's: no service is asked.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor, get_root_resource

from ..domain.errors import InvalidInput
from ..domain.money import rate
from ..engine.reading import READ_AGAIN_AFTER, READ_STATE
from ..engine.state import INTENT_TYPE, LOST, NUMBER_TYPE, REFUSED, take_given
from .args import NumberSearchArgs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator, Mapping, MutableMapping, Sequence
    from typing import TypeAlias

_STACK = "pulumi:pulumi:Stack"
_ASKED = ("number", "search", "service", "account")


@dataclass(frozen=True)
class HeldNumber:
    """A number in the state, with what its resource asked for. Its price is that of its claim, as its check counts it."""

    number: str
    lease_id: str
    service: str
    account: str
    currency: str | None
    monthly_rate: float | None
    asked: Mapping[str, Any]


_Answer: TypeAlias = "asyncio.Future[Mapping[str, HeldNumber]]"


@dataclass(frozen=True)
class _Declared:
    """What the program says of a number. It holds no reference to the resource, which would keep the run alive.

    Attributes:
        place: The type of what it is part of and its name, as `_place` reads them from a URN.
        asked: What it asks for; None where that waits for an output.
        has_alias: Whether the component that it is part of has an alias.
    """

    place: str
    asked: Mapping[str, Any] | None
    has_alias: bool


class HeldNumbers:
    """The numbers of the state, by URN, and those that the program declares.

    Attributes:
        is_budget_set: Whether there is a budget: then held numbers count, checked or not.
    """

    def __init__(self, *, is_budget_set: bool) -> None:
        self.is_budget_set = is_budget_set
        self._declared: MutableMapping[pulumi.Resource, _Declared] = WeakKeyDictionary()
        self._answer: _Answer | None = None  # no task: that would keep the run alive, too

    def declare(
        self, resource: pulumi.Resource, name: str, parent: pulumi.Resource | None, inputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Note what a resource asks for; returns an input with hints for its check, where a budget or a search needs them."""
        kind = parent._type if parent else ""  # noqa: SLF001 (the SDK has no public name)
        place = f"{'' if kind == _STACK else kind}::{name}"
        own = _Declared(place, _as_plain_json(inputs), has_alias=bool(parent and parent._aliases))  # noqa: SLF001 (likewise)
        self._declared[resource] = own
        is_search = inputs.get("search") is not None
        if not (self.is_budget_set or is_search) or isinstance(get_monitor(), MockMonitor):
            return {}
        if self._answer is None:
            self._answer = asyncio.get_running_loop().create_future()
            asking: Any = self._ask(self._answer)
            pulumi.Output.from_input(asking)  # an output: the program does not end before
        return {"held": self._hint(own, self._answer, is_search=is_search)}

    async def _ask(self, answer: _Answer) -> None:
        """Ask the engine for the numbers in the state; in a preview, report what will be released."""
        stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
        try:
            answered = await _read_state(stack)
        except Exception as error:  # noqa: BLE001 (what the SDK raises); it is reported, and the run goes on as without
            pulumi.log.warn(
                f"the state of {stack} could not be read ({error}): the budget counts only what this run checks, and what a "
                "removed number costs is not shown"
            )
            answered = {"outputs": {}}
        answer.set_result(dict(_list_held(answered["outputs"])))
        if pulumi.runtime.is_dry_run():
            await self._report_releases(answer.result())

    async def _hint(self, own: _Declared, answer: _Answer, *, is_search: bool) -> str:
        """Write the hints for one check as JSON; none for a number that stays, since hints have an entry for every number."""
        held, declared = await answer, self._by_place()
        was_held = [number for urn, number in held.items() if _place(urn) == own.place]
        if any(_is_unchanged(number, own.asked) for number in was_held):
            return ""
        counted = {
            urn: [number.number, number.currency, number.monthly_rate]
            for urn, number in held.items()
            if self.is_budget_set and any(_is_unchanged(number, asked) for asked in declared.get(_place(urn), ()))
        }
        removed, aliased = {}, 0
        if is_search and not was_held and _has_declared_all():
            removed = {
                urn: [number.number, number.service, number.account, number.asked["search"]]
                for urn, number in held.items()
                if _place(urn) not in declared and "search" in number.asked
            }
            aliased = sum(
                one is not own and bool(one.has_alias or resource._aliases)  # noqa: SLF001 (as above)
                for resource, one in self._find_new(held).items()
            )
        return json.dumps({"counted": counted, "removed": removed, "aliased": aliased})

    def _by_place(self) -> Mapping[str, Sequence[Mapping[str, Any] | None]]:
        """Group what the program asks for by place."""
        found: dict[str, list[Mapping[str, Any] | None]] = {}
        for one in self._declared.values():
            found.setdefault(one.place, []).append(one.asked)
        return found

    def _find_new(self, held: Mapping[str, HeldNumber]) -> Mapping[pulumi.Resource, _Declared]:
        """Find the declared numbers that the state does not hold at their place: under an alias, under another name, or not."""
        places = set(map(_place, held))
        return {resource: one for resource, one in self._declared.items() if one.place not in places}

    async def _report_releases(self, held: Mapping[str, HeldNumber]) -> None:
        """Report each number that will be released, since the program does not declare it any more, and what it costs."""
        waiting: list[Awaitable[Any]] = [
            pulumi.Output.all(vars(one)["service"], vars(one)["number"]).future() for one in self._find_new(held)
        ]
        handed_over = await asyncio.gather(*waiting, return_exceptions=True)
        if any(isinstance(which, BaseException) for which in handed_over) or not _has_declared_all():
            return  # the preview fails for a reason of its own, or shows nothing for sure
        declared = self._by_place()
        for urn, number in held.items():
            if _place(urn) not in declared and [number.service, number.number] not in handed_over:
                pulumi.log.info(
                    f"will release {number.number} ({number.lease_id}), {rate(number.currency, number.monthly_rate)}: "
                    f"{urn.rpartition('::')[2]!r} is not declared any more (unless it is retained, or no target)"
                )


async def _read_state(stack: str) -> Any:
    """Ask the engine what the state of a stack holds; raises what the SDK raises."""
    for pause in READ_AGAIN_AFTER:
        try:
            return await pulumi.runtime.invoke_async(READ_STATE, {"stackName": stack})
        except Exception as error:  # noqa: BLE001 (what the SDK raises)
            pulumi.log.debug(f"the state of {stack} is read again in {pause} s: {error}")
            await asyncio.sleep(pause)
    return await pulumi.runtime.invoke_async(READ_STATE, {"stackName": stack})


def _place(urn: str) -> str:
    """Take from a URN what the program knows before a check: the type of what the resource is part of, and its name."""
    types, _, name = urn.split("::", 2)[2].partition("::")
    return f"{'$'.join(types.split('$')[-2:-1])}::{name}"


def _has_declared_all() -> bool:
    """Whether the program has come to its end. While it waits for a call, hints may be written before that."""
    return bool(getattr(get_root_resource(), "_outputs_registered", False))


def _list_held(resources: Mapping[str, Any]) -> Iterator[tuple[str, HeldNumber]]:
    """List the numbers in the state that are leased, by URN, with their price and what was asked for."""
    for urn, entry in resources.items():
        outs = entry["outputs"]
        if entry["type"] != NUMBER_TYPE or not outs.get("lease_id") or outs.get("lease_status") in {LOST, REFUSED}:
            continue
        intent = resources.get(urn.replace(NUMBER_TYPE, INTENT_TYPE), {}).get("outputs", {})
        claim = intent.get("claim") or {}
        price = claim if claim.get("number") == outs["number"] else outs
        yield (
            urn,
            HeldNumber(
                **take_given(outs, ("number", "lease_id", "service", "account")),
                currency=price.get("currency"),
                monthly_rate=price.get("monthly_rate"),
                asked=take_given(intent, _ASKED),
            ),
        )


def _as_plain_json(inputs: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Reduce what a resource asks for to what its number depends on, as plain JSON; None where a part waits for an output."""
    asked = take_given(inputs, _ASKED)
    search = asked.get("search")
    if isinstance(search, NumberSearchArgs):
        asked["search"] = take_given(vars(search), vars(search))
    try:
        plain: Mapping[str, Any] = json.loads(json.dumps(asked))
    except TypeError:
        return None
    return plain


def _is_unchanged(held: HeldNumber, asked: Mapping[str, Any] | None) -> bool:
    """Whether the program still asks for what it asked for before: then the number stays, checked or not."""
    if asked is None or held.asked == asked:
        return asked is not None
    from ..leasing.inputs import (  # late: only what is written otherwise than in the state
        IntentInputs,
        normal,
        validate,
    )

    try:
        return held.asked == normal(validate(IntentInputs, asked))
    except InvalidInput:
        return False  # its own check says so
