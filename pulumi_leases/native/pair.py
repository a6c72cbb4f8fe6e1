"""The two resources of a number, registered with the engine for a component: its LeaseIntent first, then its Lease.

Values go from one message into the other as they are, known or not, secret or not. What becomes of an option is said in
`program/options.py`, for both doors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi.runtime.proto import alias_pb2, resource_pb2

from ..engine.state import (
    INTENT_KEYS,
    INTENT_TYPE,
    NATIVE_INTENT_TYPE,
    NATIVE_NUMBER_TYPE,
    NUMBER_TYPE,
    ORDER_KEYS,
)
from ..program.options import OPTIONS, of_program
from .names import snake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from google.protobuf import struct_pb2

    Fields = Mapping[str, struct_pb2.Value]

_OLD_TYPES = {NATIVE_NUMBER_TYPE: NUMBER_TYPE, NATIVE_INTENT_TYPE: INTENT_TYPE}
"""What the dynamic provider calls each of the pair."""


@dataclass(frozen=True)
class Place:
    """Where a component stands, and how the engine is reached.

    Attributes:
        monitor: Takes registrations.
        request: The call that constructs the component.
        provider: How the engine calls this provider.
        parent: The URN of what the component is part of.
        name: Its name.
        leases: The Leases of the components that there are: what is said of a component in an option is meant of them.
        aliases: Other names under which it was known, as the program gives them.
    """

    monitor: Any
    request: Any
    provider: str
    parent: str
    name: str
    leases: Mapping[str, Sequence[str]]
    aliases: Sequence[alias_pb2.Alias] = ()


def register(place: Place, component: str, inputs: Fields) -> tuple[str, Fields]:
    """Register both resources of a component; returns the URN of the Lease and its outputs."""
    asked = {key: inputs[key] for key in INTENT_KEYS if key in inputs}
    intent = _register(place, component, NATIVE_INTENT_TYPE, asked, ())
    order = {key: inputs[key] for key in ("number", *ORDER_KEYS) if key in inputs}
    claimed = {key: intent.object.fields[key] for key in ("claim", "recorded") if key in intent.object.fields}
    lease = _register(place, component, NATIVE_NUMBER_TYPE, {**order, **claimed}, (intent.urn,))
    return lease.urn, lease.object.fields


def component_aliases(aliases: Iterable[alias_pb2.Alias]) -> list[alias_pb2.Alias]:
    """Leave those that can name the component: a dynamic resource of the name becomes one of the pair."""
    return [alias for alias in aliases if NUMBER_TYPE not in f"{alias.urn} {alias.spec.type}"]


def _register(place: Place, component: str, type_: str, fields: Fields, needed: Sequence[str]) -> Any:
    request = place.request
    dependencies = {snake(key): list(depends.urns) for key, depends in request.inputDependencies.items()}
    dependencies |= {"claim": list(needed), "recorded": list(needed)}
    depends = resource_pb2.RegisterResourceRequest.PropertyDependencies
    registered = resource_pb2.RegisterResourceRequest(
        type=type_,
        name=place.name,
        parent=component,
        custom=True,
        provider=place.provider,
        dependencies=[*request.dependencies, *needed],
        propertyDependencies={key: depends(urns=dependencies.get(key, ())) for key in fields},
        acceptSecrets=True,
        supportsPartialValues=True,
        aliases=list(_aliases(place, type_)),
        aliasSpecs=True,
    )
    for key, value in fields.items():
        registered.object.fields[key].CopyFrom(value)
    _set_options(registered, place, is_intent=type_ == NATIVE_INTENT_TYPE)
    return place.monitor.RegisterResource(registered)


def _set_options(registered: Any, place: Place, *, is_intent: bool) -> None:
    """Hand on the options of the component: all of them to the Lease, to the LeaseIntent those that its table gives it."""
    request = place.request
    ignored = [snake(path) for path in request.ignoreChanges]
    given: dict[str, Any] = {
        "ignore_changes": ignored and of_program((*ORDER_KEYS, "number"))(ignored),
        "additional_secret_outputs": [snake(name) for name in request.additionalSecretOutputs],
        "replace_on_changes": [snake(path) for path in request.replaceOnChanges],
        "replace_with": [one for urn in request.replace_with for one in place.leases.get(urn, (urn,))],
        "deleted_with": request.deletedWith,
    }
    if is_intent or request.HasField("protect"):  # where nothing is said, the engine takes it from the parent
        given["protect"] = request.protect
    if request.HasField("retainOnDelete"):
        given["retain_on_delete"] = request.retainOnDelete
    if request.HasField("deleteBeforeReplace"):
        given["delete_before_replace"] = request.deleteBeforeReplace
    if is_intent:
        given["ignore_changes"] = ignored
        said = {name: value for name, value in given.items() if value not in ([], "")}
        given = {name: translate(value) for name, value in said.items() if (translate := OPTIONS[name].on_intent)}
    else:
        if request.HasField("resource_hooks"):
            registered.hooks.ParseFromString(request.resource_hooks.SerializeToString())
        if request.HasField("replacement_trigger"):
            registered.replacement_trigger.CopyFrom(request.replacement_trigger)
    for name, value in given.items():
        if name.endswith(("changes", "outputs", "replace_with")):
            getattr(registered, _FIELDS[name]).extend(value)
        else:
            setattr(registered, _FIELDS[name], value)
    registered.deleteBeforeReplaceDefined = "delete_before_replace" in given
    if request.HasField("customTimeouts"):
        registered.customTimeouts.ParseFromString(request.customTimeouts.SerializeToString())


_FIELDS = {
    "ignore_changes": "ignoreChanges",
    "additional_secret_outputs": "additionalSecretOutputs",
    "replace_on_changes": "replaceOnChanges",
    "replace_with": "replace_with",
    "deleted_with": "deletedWith",
    "protect": "protect",
    "retain_on_delete": "retainOnDelete",
    "delete_before_replace": "deleteBeforeReplace",
}
"""How the engine's protocol calls each option."""


def _aliases(place: Place, type_: str) -> Iterator[alias_pb2.Alias]:
    """Say as what the resource may stand in the state: of the dynamic provider, or imported by itself.

    Both stood where the component stands now, under its name or under one that it had before. What the component itself was
    called before, the engine knows.
    """
    for alias in (alias_pb2.Alias(spec=alias_pb2.Alias.Spec()), *place.aliases):
        if alias.HasField("spec"):
            spec = alias.spec
            for old in (_OLD_TYPES[type_], type_):
                made = alias_pb2.Alias.Spec(
                    name=spec.name or place.name, type=old, stack=spec.stack, project=spec.project
                )
                if spec.WhichOneof("parent") == "noParent":
                    made.noParent = spec.noParent
                else:
                    made.parentUrn = spec.parentUrn or place.parent
                yield alias_pb2.Alias(spec=made)
        elif NUMBER_TYPE in alias.urn:
            yield alias_pb2.Alias(urn=alias.urn.replace(NUMBER_TYPE, _OLD_TYPES[type_]))
