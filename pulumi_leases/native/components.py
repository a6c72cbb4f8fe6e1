"""The components: a LeasedNumber is a pair of resources, a NumberPool a LeasedNumber for each slot."""

from __future__ import annotations

import functools
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc
import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import alias_pb2, resource_pb2, resource_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as proto

from ..domain.errors import InvalidInput
from ..engine.state import COMPONENT_TYPE, NATIVE_NUMBER_TYPE, NUMBER_OUTPUTS, NUMBER_TYPE, POOL_TYPE, unknown_in
from ..program.pool import slot_names
from . import moving, pair, values
from .names import camel, snake_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..engine.state import Props
    from .servicer import Servicer

    Fields = Mapping[str, struct_pb2.Value]

_SEARCHED = ("service", "account", "max_monthly_rate", "max_upfront_fee", "search")
_PRICE = ("number", "currency", "monthly_rate", "upfront_fee")
_OF_POOL = ("slots", "count", "lease_again")


def construct(servicer: Servicer, request: Any) -> Any:
    """Make a component, and wait for what it consists of.

    Raises:
        InvalidInput: There is no such component, or it is declared as cannot be.
        grpc.RpcError: One of its resources failed; the engine has said why.
    """
    made = {COMPONENT_TYPE: _construct_number, POOL_TYPE: _construct_pool}.get(request.type)
    if made is None:
        raise InvalidInput("", f"there is no component {request.type}: there are {COMPONENT_TYPE}, {POOL_TYPE}")
    servicer.note_program(request)
    return made(servicer, request, snake_fields(request.inputs))


def _construct_number(servicer: Servicer, request: Any, inputs: Fields) -> Any:
    _check_adoption(servicer, request, inputs)
    _note(servicer, request, [(request.parent, request.name)], inputs)
    place = _place(servicer, request, request.parent, request.name, request.aliases)
    urn, lease, outputs = _register_number(place, inputs)
    servicer.leases[urn] = [lease]
    depends = proto.ConstructResponse.PropertyDependencies(urns=[lease])
    return proto.ConstructResponse(urn=urn, state=outputs, stateDependencies=dict.fromkeys(outputs.fields, depends))


def _construct_pool(servicer: Servicer, request: Any, inputs: Fields) -> Any:
    given = values.read(struct_pb2.Struct(fields={key: inputs[key] for key in _OF_POOL if key in inputs})).plain
    slots, again = _slots(request.name, given), given.get("lease_again", {})
    each = {key: value for key, value in inputs.items() if key not in _OF_POOL}
    monitor = _monitor(request.monitorEndpoint)
    urn = _register_component(
        _place(servicer, request, request.parent, request.name, request.aliases), POOL_TYPE, monitor
    )
    names = {slot: f"{request.name}-{slot}" for slot in slots}
    _note(servicer, request, [(urn, name) for name in names.values()], each)

    def member(slot: str) -> tuple[str, struct_pb2.Struct]:
        own = {**each, "lease_again": values.write_value(again[slot])} if slot in again else each
        _, lease, outputs = _register_number(_place(servicer, request, urn, names[slot]), own)
        return lease, outputs

    with ThreadPoolExecutor(len(slots)) as threads:
        members = dict(zip(slots, threads.map(member, slots), strict=True))
    state = struct_pb2.Struct()
    for name, output in (("numbers", "number"), ("prices", "price")):
        found = {slot: outs.fields for slot, (_, outs) in members.items()}
        by_slot = struct_pb2.Struct(fields={slot: outs[output] for slot, outs in found.items() if output in outs})
        state.fields[name].struct_value.CopyFrom(by_slot)
    monitor.RegisterResourceOutputs(resource_pb2.RegisterResourceOutputsRequest(urn=urn, outputs=state))
    servicer.leases[urn] = [lease for lease, _ in members.values()]
    leases = proto.ConstructResponse.PropertyDependencies(urns=servicer.leases[urn])
    return proto.ConstructResponse(urn=urn, state=state, stateDependencies=dict.fromkeys(state.fields, leases))


def _slots(pool: str, given: Props) -> Sequence[str]:
    if unknown_in(given):
        raise InvalidInput("", f"NumberPool {pool!r}: slots, count and leaseAgain must be known when the program runs")
    count = given.get("count")
    try:
        slots = slot_names(pool, given.get("slots"), int(count) if count is not None and count % 1 == 0 else count)
    except pulumi.RunError as error:
        raise InvalidInput("", str(error)) from None
    if strange := sorted(set(given.get("lease_again", {})) - set(slots)):
        raise InvalidInput("", f"NumberPool {pool!r}: leaseAgain names {strange[0]!r}, which is no slot")
    return slots


def _check_adoption(servicer: Servicer, request: Any, inputs: Fields) -> None:
    """With `adopt`, the program says what destroy does, and the number is not one that another provider would release."""
    asked = {key: inputs[key] for key in ("adopt", "number") if key in inputs}
    given = values.read(struct_pb2.Struct(fields=asked)).plain
    if given.get("adopt") is not True:
        return
    if not request.HasField("retainOnDelete"):
        raise InvalidInput(
            "adopt",
            f"LeasedNumber {request.name!r}: with adopt: true say what destroy does: retainOnDelete: true leaves the number "
            "leased, retainOnDelete: false releases it (among the options)",
        )
    if isinstance(given.get("number"), str):
        from ..leasing.inputs import IntentInputs, validate  # late: few programs adopt

        number = str(validate(IntentInputs, {"number": given["number"]}).number)
        monitor, provider = _monitor(request.monitorEndpoint), _provider(servicer, request)
        moving.require_own_name(monitor, request, number, _own_urns(request), provider)


def _own_urns(request: Any) -> set[str]:
    """Name the resources that become the Lease of the component: in its place, under its name or one that it had before."""
    urns = _leases_of(request.parent, request.name)
    for alias in request.aliases:
        spec = alias.spec
        parent = "" if spec.WhichOneof("parent") == "noParent" and spec.noParent else spec.parentUrn or request.parent
        place = parent or f"urn:pulumi:{request.stack}::{request.project}::pulumi:pulumi:Stack::"
        named = _leases_of(place, spec.name or request.name)
        urns |= {alias.urn, _child(alias.urn, NATIVE_NUMBER_TYPE)} if alias.urn else named
    return urns


def _leases_of(parent: str, name: str) -> set[str]:
    """Name what holds the number of that name: of the dynamic provider, and of this one."""
    component = _child_of(parent, COMPONENT_TYPE, name)
    return {_child_of(parent, NUMBER_TYPE, name), _child(component, NATIVE_NUMBER_TYPE)}


def _note(servicer: Servicer, request: Any, owners: Sequence[tuple[str, str]], inputs: Fields) -> None:
    """Let the run know what is declared before its first check: no search chooses what others name or are to get."""
    asked = values.read(struct_pb2.Struct(fields={key: inputs[key] for key in _SEARCHED if key in inputs})).plain
    names = [f"{_name(parent)}::{name}" for parent, name in owners]
    hints: Props = {"preview": request.dryRun}
    if "search" in asked and not unknown_in(asked):
        hints["searches"] = json.dumps({json.dumps(asked, sort_keys=True): names})
    number = inputs["number"].string_value if "number" in inputs else ""
    if number and not unknown_in(values.read(struct_pb2.Struct(fields={"number": inputs["number"]})).plain):
        hints["named"] = number
    for (parent, name), owner in zip(owners, names, strict=True):
        urn = _child(_child_of(parent, COMPONENT_TYPE, name), NATIVE_NUMBER_TYPE)
        servicer.hints[urn] = {**hints, "owner": owner}
        servicer.run.siblings.note(urn, servicer.hints[urn])


def _child_of(parent: str, type_: str, name: str) -> str:
    """Name a resource that is part of another as the engine does; the stack itself is not in the names of its parts."""
    head, _, _ = parent.rpartition("::")
    stack, _, types = head.rpartition("::")
    within = "" if types in {"", "pulumi:pulumi:Stack"} else f"{types}$"
    return f"{stack}::{within}{type_}::{name}"


def _child(component: str, type_: str) -> str:
    return _child_of(component, type_, _name(component))


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _place(
    servicer: Servicer, request: Any, parent: str, name: str, aliases: Sequence[alias_pb2.Alias] = ()
) -> pair.Place:
    provider = _provider(servicer, request)
    return pair.Place(_monitor(request.monitorEndpoint), request, provider, parent, name, servicer.leases, aliases)


def _provider(servicer: Servicer, request: Any) -> str:
    """Name the provider that serves what the component consists of."""
    return str(request.providers.get("leases", "") or servicer.reference)


def _register_number(place: pair.Place, inputs: Fields) -> tuple[str, str, struct_pb2.Struct]:
    """Register one LeasedNumber; returns its URN, that of its Lease, and its outputs."""
    urn = _register_component(place, COMPONENT_TYPE, place.monitor)
    lease, found = pair.register(place, urn, inputs)
    outputs = struct_pb2.Struct(fields={camel(key): found[key] for key in NUMBER_OUTPUTS if key in found})
    if found:  # not what no target names
        price = struct_pb2.Struct(fields={camel(key): found[key] for key in _PRICE if key in found})
        outputs.fields["price"].struct_value.CopyFrom(price)
    place.monitor.RegisterResourceOutputs(resource_pb2.RegisterResourceOutputsRequest(urn=urn, outputs=outputs))
    return urn, lease, outputs


def _register_component(place: pair.Place, type_: str, monitor: Any) -> str:
    request = place.request
    registered = resource_pb2.RegisterResourceRequest(
        type=type_,
        name=place.name,
        parent=place.parent,
        dependencies=request.dependencies,
        providers={**request.providers, "leases": place.provider} if place.provider else request.providers,
        aliases=pair.component_aliases(place.aliases),
        aliasSpecs=True,
        acceptSecrets=True,
        supportsPartialValues=True,
    )
    if request.HasField("protect"):  # the leases have it, and one that is lifted there must not be met again here
        registered.protect = False
    return str(monitor.RegisterResource(registered).urn)


_channels: list[grpc.Channel] = []
"""Those to the engine's monitor."""


@functools.cache
def _monitor(address: str) -> Any:
    _channels.append(grpc.insecure_channel(address, options=_GRPC_CHANNEL_OPTIONS))
    return resource_pb2_grpc.ResourceMonitorStub(_channels[-1])


def hang_up() -> None:
    """Wait for the engine no more: after a failed run it answers no component that waits for its resources."""
    for channel in _channels:
        channel.close()
