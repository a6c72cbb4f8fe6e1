"""A number that a dynamic resource of the stack holds: it comes over under its own name, and under no other.

What its resource was called is deleted by the dynamic provider, another process, which does not know what is declared here: it
would release a number that another name has just adopted.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import resource_pb2

from ..domain.errors import InvalidInput
from ..engine.state import NUMBER_TYPE, Props
from . import values

if TYPE_CHECKING:
    from collections.abc import Collection

_READ = "pulumi:pulumi:readStackResourceOutputs"
"""What the engine answers of a state, as to a stack reference."""


def require_own_name(monitor: Any, request: Any, number: str, own: Collection[str]) -> None:
    """Refuse to adopt a number that a dynamic resource of another name holds.

    Args:
        monitor: Answers what the state holds.
        request: The call that constructs the component.
        number: The number, as E.164.
        own: The URNs of the dynamic resources that become this one.

    Raises:
        InvalidInput: The number would be released after it was adopted.
        grpc.RpcError: The state cannot be read.
    """
    stack = f"{request.organization or 'organization'}/{request.project}/{request.stack}"
    for urn, entry in _read_state(monitor, stack).items():
        held = entry["outputs"].get("number") if entry["type"] == NUMBER_TYPE else None
        if held == number and urn not in own:
            raise InvalidInput(
                "adopt",
                f"{held} is held in this stack by {urn.rpartition('::')[2]!r}, a resource of the dynamic provider, which would "
                f"release it: first let the number come over under that name, without adopt, by a `pulumi up`; then rename it",
            )


@functools.cache  # it is as it was when the run began
def _read_state(monitor: Any, stack: str) -> Props:
    arguments = struct_pb2.Struct(fields={"stackName": struct_pb2.Value(string_value=stack)})
    answer = monitor.Invoke(resource_pb2.ResourceInvokeRequest(tok=_READ, args=arguments))
    resources: Props = values.read(getattr(answer, "return")).plain.get("outputs", {})
    return resources
