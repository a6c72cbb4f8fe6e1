"""Lines to the engine, on the row of the resource that is worked on: passing ones and lasting ones.

The engine's address is the last argument of the provider's process, and the URN is in the request that the SDK's own
frame holds. Where either is not to be had, the lines are dropped: nothing depends on them.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

if TYPE_CHECKING:
    from types import FrameType

_FRAMES_UP = 8
_PATIENCE_S = 5.0


def request_urn() -> str:
    """Find the URN of the resource that the engine's current request is about; "" outside of a request."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 (the SDK hands methods no URN)
    for _ in range(_FRAMES_UP):
        if frame is None:
            break
        urn = getattr(frame.f_locals.get("request"), "urn", None)
        if isinstance(urn, str) and urn:
            return urn
        frame = frame.f_back
    return ""


class Status:
    """The lines that one request reports while it is worked on.

    Args:
        urn: The resource on whose row the lines appear.
    """

    def __init__(self, urn: str) -> None:
        self._urn = urn

    def passing(self, text: str) -> None:
        """Show a line until the next one."""
        self._log(engine_pb2.INFO, text, ephemeral=True)

    def lasting(self, text: str) -> None:
        """Leave a line in the update's log."""
        self._log(engine_pb2.INFO, text, ephemeral=False)

    def warning(self, text: str) -> None:
        """Leave a warning in the update's log."""
        self._log(engine_pb2.WARNING, text, ephemeral=False)

    def _log(self, severity: engine_pb2.LogSeverity.ValueType, text: str, *, ephemeral: bool) -> None:
        engine = _engine()
        if engine is None:
            return
        request = engine_pb2.LogRequest(severity=severity, message=text, urn=self._urn, ephemeral=ephemeral)
        try:
            engine.Log(request, timeout=_PATIENCE_S)
        except grpc.RpcError:
            return  # an engine that is gone needs no lines


@functools.cache
def _engine() -> engine_pb2_grpc.EngineStub | None:
    host, _, port = sys.argv[-1].rpartition(":") if sys.argv else ("", "", "")
    if host != "127.0.0.1" or not port.isdigit():
        return None
    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(sys.argv[-1]))
