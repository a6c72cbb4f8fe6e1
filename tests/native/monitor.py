"""The engine's side of a component, played by a test: it takes registrations, and has the provider check and create."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc

from ..engine.host import plain, struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .host import NativeHost

STACK = "urn:pulumi:dev::leases-test::pulumi:pulumi:Stack::leases-test-dev"


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Registers what the provider asks for.

    Attributes:
        registered: The requests, by type and name.
        is_targeted: Whether the resources are worked on, as those are not that no `--target` names.
        state: What the state holds, by URN, as the engine answers it.
        unreadable: How many times it cannot be read before, as while it is saved.
        outputs: What components registered as their outputs, by URN.
        asked: Set once something was to be registered.
        answers: Cleared, it answers no registration any more, as an engine whose run has failed.
    """

    def __init__(self, host: NativeHost) -> None:
        self.host = host
        self.preview = False
        self.is_targeted = True
        self.state: dict[str, Any] = {}
        self.unreadable = 0
        self.address = ""
        self.registered: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self.asked, self.answers = threading.Event(), threading.Event()
        self.answers.set()

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802 (here and below: the protocol's names)
        self.asked.set()
        self.answers.wait()
        self.registered[f"{request.type} {request.name}"] = request
        chain = request.parent.split("::")[2]
        within = "" if chain == "pulumi:pulumi:Stack" else f"{chain}$"
        urn = f"urn:pulumi:dev::leases-test::{within}{request.type}::{request.name}"
        if not request.custom or not self.is_targeted:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        checked = self.host.stub.Check(provider_pb2.CheckRequest(urn=urn, news=request.object))
        if checked.failures:
            context.abort(grpc.StatusCode.UNKNOWN, f"the check of {request.type} failed: {checked.failures[0].reason}")
        made = provider_pb2.CreateRequest(urn=urn, properties=checked.inputs, preview=self.preview)
        return resource_pb2.RegisterResourceResponse(urn=urn, object=self.host.stub.Create(made).properties)

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        if self.unreadable:
            self.unreadable -= 1
            context.abort(grpc.StatusCode.UNKNOWN, "failed to load checkpoint: EOF")
        return provider_pb2.InvokeResponse(**{"return": struct({"outputs": self.state})})

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.outputs[request.urn] = plain(request.outputs)
        return Empty()

    def construct(self, type_: str, name: str, inputs: dict[str, Any], **options: Any) -> Any:
        """Have the provider construct a component of the stack."""
        request = provider_pb2.ConstructRequest(
            **{"project": "leases-test", "stack": "dev", "parent": STACK, **options},
            type=type_,
            name=name,
            inputs=struct(inputs),
            dryRun=self.preview,
            monitorEndpoint=self.address,
        )
        return self.host.call("Construct", request)


@contextmanager
def monitor_of(host: NativeHost) -> Iterator[Monitor]:
    """Run one on 127.0.0.1 while the context lasts."""
    monitor = Monitor(host)
    server = grpc.server(ThreadPoolExecutor(8))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    monitor.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield monitor
    finally:
        monitor.answers.set()
        server.stop(None).wait()
