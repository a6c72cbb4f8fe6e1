"""A number of the stack that another process holds comes over under its own name, and under no other.

What its resource was called is deleted by the provider that holds it, the dynamic one or another than this, whose process does
not know what is declared here: it would release a number that another name has just adopted.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import resource_pb2

from ..domain.errors import InvalidInput
from ..engine.reading import READ_AGAIN_AFTER, READ_STATE
from ..engine.state import NATIVE_NUMBER_TYPE, NUMBER_TYPE, Props
from . import values

if TYPE_CHECKING:
    from collections.abc import Collection

PROVIDER_TYPE = "pulumi:providers:leases"
_MOVE_FIRST = (
    "a resource of the dynamic provider, which would release it: first let the number come over under that name, without "
    "adopt, by a `pulumi up`; then rename it"
)
_ALIAS = (
    "and the stack has more than one provider of numbers, one of which would release it: give {new!r} "
    "`aliases: [{component}]`, without adopt, and the number stays"
)


def require_own_name(monitor: Any, request: Any, number: str, own: Collection[str], provider: str) -> None:
    """Refuse to adopt a number that a resource of another name holds, if another process deletes that.

    Args:
        monitor: Answers what the state holds.
        request: The call that constructs the component.
        number: The number, as E.164.
        own: The URNs of the resources that become this one.
        provider: The reference of this provider: its URN and id.

    Raises:
        InvalidInput: The number would be released after it was adopted.
        grpc.RpcError: The state cannot be read.
    """
    stack = f"{request.organization or 'organization'}/{request.project}/{request.stack}"
    state = _read_state(monitor, stack)
    is_alone = all(provider.startswith(f"{urn}::") for urn, entry in state.items() if entry["type"] == PROVIDER_TYPE)
    elsewhere = {NUMBER_TYPE: _MOVE_FIRST, **({} if is_alone else {NATIVE_NUMBER_TYPE: _ALIAS})}
    for urn, entry in state.items():
        if entry["type"] in elsewhere and entry["outputs"].get("number") == number and urn not in own:
            old = urn.rpartition("::")[2]
            component = urn.replace(f"${NATIVE_NUMBER_TYPE}::", "::")
            way_out = elsewhere[entry["type"]].format(new=request.name, old=old, component=component)
            raise InvalidInput("adopt", f"{number} is held in this stack by {old!r}, {way_out}")


@functools.cache  # it is as it was when the run began
def _read_state(monitor: Any, stack: str) -> Props:
    arguments = struct_pb2.Struct(fields={"stackName": struct_pb2.Value(string_value=stack)})
    request = resource_pb2.ResourceInvokeRequest(tok=READ_STATE, args=arguments)
    for pause in READ_AGAIN_AFTER:
        try:
            answer = monitor.Invoke(request)
            break
        except grpc.RpcError:
            time.sleep(pause)
    else:
        answer = monitor.Invoke(request)
    resources: Props = values.read(getattr(answer, "return")).plain.get("outputs", {})
    return resources
