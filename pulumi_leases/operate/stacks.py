"""What stacks say that they lease, and how they are configured: from files, or from the `pulumi` command.

Reads states; asks no service.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal

from ..domain.errors import ConfigError, InvalidInput
from ..engine import state
from ..engine.state import INTENT_TYPES, LOST, NUMBER_TYPES, REFUSED
from ..leasing.record import LeaseRef
from ..services.wire import moment
from .command import ask_pulumi

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

Availability = Literal["held", "lost", "refused", "intended"]

# How an export marks a secret: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
_SIGNATURE = "4dabf18193072939515e22adb298388d"


@dataclass(frozen=True)
class Declared:
    """One number in a stack's state.

    Attributes:
        name: The name of its resource.
        urn: The resource.
        availability: `held` by a LeasedNumber as far as the state knows, `lost` or `refused` by its own word, or only
            `intended`: an intent without a LeasedNumber.
        lease_id: The lease, where there is or was one.
        leased_at: When it began, where that is known.
        reference: What was sent with its purchase, where something was.
        leaving: Whether the resource was replaced, and only its delete is still to come.
        has_intent: Whether its LeaseIntent is in the state too.
    """

    name: str
    urn: str
    service: str
    account: str
    login: str | None
    number: str
    availability: Availability
    lease_id: str | None = None
    leased_at: datetime | None = None
    reference: str | None = None
    leaving: bool = False
    has_intent: bool = True

    @property
    def lease(self) -> LeaseRef | None:
        """The lease as the state knows it, where there is or was one."""
        return None if self.lease_id is None else LeaseRef(self.lease_id, self.leased_at, self.reference)


@dataclass(frozen=True)
class Stack:
    """The numbers in one stack's state.

    Attributes:
        name: `project/stack`, with the file beside it where several have that name.
        source: The file, or what was asked of `pulumi`.
        written_at: When its state was written, by its own word; just now where `pulumi` was asked for it, None where it does
            not say. What began later it cannot know.
        declared: The numbers.
    """

    name: str
    source: str
    written_at: datetime | None
    declared: Sequence[Declared]


def from_files(paths: Iterable[Path]) -> list[Stack]:
    """Read files that hold the output of `pulumi stack export`.

    Raises:
        InvalidInput: One cannot be read, is no such output, hides what matters behind encryption, or is given twice.
    """
    stacks = []
    for path in paths:
        try:
            text = path.read_text("utf-8")
        except OSError as error:
            raise InvalidInput("stack-file", f"{path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise InvalidInput("stack-file", f"{path} is not the output of `pulumi stack export`") from None
        stacks.append(_stack(text, str(path)))
    if doubled := [source for source, count in Counter(str(path.resolve()) for path in paths).items() if count > 1]:
        raise InvalidInput("stack-file", f"{doubled[0]} is given twice")
    return stacks


def from_pulumi(name: str | None) -> Stack:
    """Ask `pulumi` for the state of a stack, the current one where none is named.

    Raises:
        ConfigError: There is no `pulumi`, no project here, or no such stack.
    """
    asked_at = datetime.now(timezone.utc)
    try:
        text = ask_pulumi("stack", "export", stack=name)
    except ConfigError as error:
        raise ConfigError(f"{error}. Files with its output are taken too: --stack-file") from None
    return replace(_stack(text, name or "the current stack"), written_at=asked_at)


def settings(name: str) -> dict[str, Any]:
    """Ask `pulumi` for the configuration of a stack, secrets in clear; structured values are JSON text.

    Raises:
        ConfigError: As `from_pulumi`.
    """
    entries = json.loads(ask_pulumi("config", "--json", "--show-secrets", stack=name))
    return {key: entry.get("value") for key, entry in entries.items()}


def name_apart(stacks: Sequence[Stack]) -> list[Stack]:
    """Give stacks of the same project and name different names."""
    named = Counter(stack.name for stack in stacks)
    return [
        replace(stack, name=f"{stack.name} ({stack.source})") if named[stack.name] > 1 else stack for stack in stacks
    ]


def _stack(text: str, source: str) -> Stack:
    try:
        deployment = json.loads(text)["deployment"] or {}
        resources = deployment.get("resources") or []
        name = _name(entry["urn"] for entry in resources)
        numbers = [_number(entry) for entry in resources if entry["type"] in NUMBER_TYPES and not entry.get("external")]
        intents = [_intent(entry) for entry in resources if entry["type"] in INTENT_TYPES]
    except _Hidden as hidden:
        raise InvalidInput(
            "stack-file", f"{source}: {hidden} is encrypted; export with `pulumi stack export --show-secrets`"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidInput("stack-file", f"{source} is not the output of `pulumi stack export`") from None
    known = {(declared.service, declared.number) for declared in numbers}
    intended = {(intent.service, intent.number) for intent in intents}
    paired = [replace(one, has_intent=(one.service, one.number) in intended) for one in numbers]
    alone = [intent for intent in intents if (intent.service, intent.number) not in known]
    return Stack(name or source, source, _written_at(deployment), [*paired, *alone])


def _written_at(deployment: Mapping[str, Any]) -> datetime | None:
    """Read when the engine wrote a state: not the file's time, which a copy or a download makes new.

    https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go, `ManifestV1`; one that was never updated
    carries Go's zero time.
    """
    manifest = deployment.get("manifest")
    at = moment(manifest.get("time")) if isinstance(manifest, dict) else None
    return at if at and at.year > 1 else None


def _name(urns: Iterable[str]) -> str | None:
    """Name a stack as `project/stack`, from any of its URNs (`urn:pulumi:<stack>::<project>::…`)."""
    stack, _, rest = next(iter(urns), "").removeprefix("urn:pulumi:").partition("::")
    return f"{rest.partition('::')[0]}/{stack}" if rest else None


def _number(entry: Mapping[str, Any]) -> Declared:
    names = ("service", "account", "login", "lease_id", "lease_status", "leased_at", "lost", "recorded")
    outs = _show(entry["outputs"], names)
    status = outs.get("lease_status")
    return Declared(
        **_place(entry, outs),
        number=entry["id"],
        availability="refused" if status == REFUSED else "lost" if status == LOST or outs.get("lost") else "held",
        lease_id=outs.get("lease_id"),
        leased_at=state.moment(outs.get("leased_at")),
        reference=(outs.get("recorded") or {}).get("reference"),
    )


def _intent(entry: Mapping[str, Any]) -> Declared:
    claim = _show(_show(entry["outputs"], ("claim",))["claim"], ("service", "account", "login"))
    return Declared(**_place(entry, claim), number=entry["id"], availability="intended")


def _place(entry: Mapping[str, Any], outs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": entry["urn"].rpartition("::")[2],
        "urn": entry["urn"],
        "service": outs["service"],
        "account": outs["account"],
        "login": outs.get("login"),
        "leaving": bool(entry.get("delete")),
    }


class _Hidden(Exception):
    """A value is encrypted; carries its name."""


def _show(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Take some values, secret ones in clear."""
    shown = {}
    for name in names:
        value = values.get(name)
        if isinstance(value, dict) and _SIGNATURE in value:
            if "plaintext" not in value:
                raise _Hidden(name)
            value = json.loads(value["plaintext"])
        shown[name] = value
    return shown
