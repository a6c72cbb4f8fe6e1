"""What an error says in Python's words, as YAML writes it and every language but Python names it: `adopt: true`."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any

from . import schema
from .names import camel, snake

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALIAS = re.compile(r"opts=pulumi\.ResourceOptions\(aliases=\[pulumi\.Alias\((?P<said>.*?)\)\]\)(?P<end>`?)")
_GIVEN = re.compile(r'\b([a-z_]+)=(?=["{]|(?:True|False)\b)')
_BOOL = re.compile(r"(?<=: )(?:True|False)\b")
_NAME = re.compile(r"(?<![\w:/'\"])[a-z]+(?:_[a-z]+)+\b")
_SET = re.compile(r"`pulumi config set (?:--path )?(?:--secret )?leases:([a-z]\S*) …`")
_KEY = re.compile(r"\bleases:(?!index:)([a-z][\w.\[\]-]*)")

_OPTIONS = ("retainOnDelete", "ignoreChanges", "replaceOnChanges", "deleteBeforeReplace")


def reword(text: str, provider: str | None = None) -> str:
    """Write an error in the words of YAML.

    Args:
        text: What the error says.
        provider: What the program calls the provider that it declares itself: it is given what others read from `leases:`
            keys. None for that of the whole program.
    """
    text = _ALIAS.sub(lambda found: f"aliases: [{{{_alias(found['said'])}}}]{found['end']} (in YAML its URN)", text)
    text = _GIVEN.sub(lambda found: f"{camel(found[1])}: ", text)
    text = _BOOL.sub(lambda found: found[0].lower(), text)
    text = _NAME.sub(lambda found: _names().get(found[0], found[0]), text)
    if provider is None:
        return text
    text = _SET.sub(rf"`\1` of the provider {provider!r}", text)
    return _KEY.sub(rf"`\1` of the provider {provider!r}", text)


def _alias(said: str) -> str:
    """Write an alias: its name, and the parent that it had."""
    named = re.sub(r"\bname=", "name: ", said)
    return named.replace("parent=pulumi.ROOT_STACK_RESOURCE", "noParent: true").replace("parent=", "parent: ")


@functools.cache
def _names() -> Mapping[str, str]:
    """Give the name of each property of the schema by the one that Python has for it."""
    names = set(_OPTIONS)

    def note(part: dict[str, Any]) -> dict[str, Any]:
        names.update(part.get("properties", ()), part.get("inputProperties", ()))
        return part

    json.loads(schema.text(), object_hook=note)
    return {snake(name): name for name in names if name != snake(name)}  # a Lease has those of the state
