"""A diff as the engine reads it: property by property, so that options about single properties hold and a preview shows each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.runtime.proto import provider_pb2 as proto

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..engine.call import Difference

_OF_ANOTHER_DOOR = frozenset({"__provider"})
"""What the dynamic provider has in its inputs; a state that it wrote goes over as it is."""


def answer(difference: Difference, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Any:
    """Write a difference, with the inputs that are not as they were.

    Args:
        difference: What the verb says; where it leaves the comparison to the engine, what differs decides.
        olds: The inputs in the state.
        news: The inputs now.
    """
    keys = sorted((olds.keys() | news.keys()) - _OF_ANOTHER_DOOR)
    changed = [key for key in keys if olds.get(key) != news.get(key)]
    is_changed = bool(changed) if difference.changes is None else difference.changes
    if not is_changed:
        return proto.DiffResponse(changes=proto.DiffResponse.DIFF_NONE)
    keys = [*changed, *(key for key in difference.replaces if key not in changed)]
    return proto.DiffResponse(
        changes=proto.DiffResponse.DIFF_SOME,
        replaces=difference.replaces,
        diffs=keys,
        detailedDiff={key: _kind(key, difference, olds, news) for key in keys},
        hasDetailedDiff=bool(keys),
    )


def _kind(key: str, difference: Difference, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Any:
    word = "ADD" if key not in olds else "DELETE" if key not in news else "UPDATE"
    name = f"{word}_REPLACE" if key in difference.replaces else word
    return proto.PropertyDiff(kind=proto.PropertyDiff.Kind.Value(name), inputDiff=True)
