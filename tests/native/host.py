"""The program `pulumi-resource-leases` in a process of its own, spoken to as the engine does: over gRPC."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from ..engine.host import CallError, Engine, Props, Told, plain, struct
from ..stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from typing_extensions import Self

PATIENCE_S = 30
INTENT_TYPE, LEASE_TYPE = "leases:index:LeaseIntent", "leases:index:Lease"
SERVE = "from pulumi_leases.native.server import main; main()"


def urn(type_: str, name: str = "support") -> str:
    """The name that the engine gives to a resource of a component."""
    return f"urn:pulumi:dev::leases-test::leases:index:LeasedNumber${type_}::{name}"


class NativeHost:
    """One run of the provider's process.

    Attributes:
        told: The lines that it has sent to the engine.
        stub: Its calls.
        process: The process; its standard input is held by the engine, which is this test.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        folder: Path,
        config: Mapping[str, Any] | None = None,
        command: Sequence[str] = (sys.executable, "-u", "-c", SERVE),
    ) -> None:
        self._servicer = Engine()
        self._engine = grpc.server(ThreadPoolExecutor(2))
        engine_pb2_grpc.add_EngineServicer_to_server(self._servicer, self._engine)
        port = self._engine.add_insecure_port("127.0.0.1:0")
        self._engine.start()
        self.told: list[Told] = self._servicer.told
        self.process = subprocess.Popen(
            [*command, f"127.0.0.1:{port}"],
            cwd=folder,
            env={"PATH": "", "PYTHONPATH": str(ROOT), **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.call("Configure", provider_pb2.ConfigureRequest(args=struct(config or {}), acceptSecrets=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process as an engine that dies does, and see that it is gone."""
        assert self.process.stdin
        assert self.process.stdout
        self._channel.close()
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self._engine.stop(None).wait()

    def call(self, method: str, request: Any) -> Any:
        """Call as the engine does; what fails is a `CallError`."""
        try:
            return getattr(self.stub, method)(request, timeout=PATIENCE_S)
        except grpc.RpcError as error:
            raise CallError(error, is_pickled=False) from None

    def check(self, type_: str, olds: Props, news: Props, name: str = "support") -> Props:
        """Check, and return the inputs; a failure is an error that names property and reason."""
        request = provider_pb2.CheckRequest(urn=urn(type_, name), olds=struct(olds), news=struct(news))
        response = self.call("Check", request)
        if response.failures:
            raise AssertionError("; ".join(f"{one.property!r}: {one.reason}" for one in response.failures))
        return plain(response.inputs)

    def create(self, type_: str, props: Props, *, preview: bool = False) -> Props:
        """Create, and return the outputs."""
        request = provider_pb2.CreateRequest(urn=urn(type_), properties=struct(props), preview=preview)
        return plain(self.call("Create", request).properties)

    def diff(self, type_: str, outs: Props, olds: Props, news: Props) -> Any:
        """Diff, and return the answer."""
        request = provider_pb2.DiffRequest(
            id="id", urn=urn(type_), olds=struct(outs), old_inputs=struct(olds), news=struct(news)
        )
        return self.call("Diff", request)

    def read(
        self, type_: str, id_: str, outs: Props | None = None, inputs: Props | None = None
    ) -> tuple[str, Props, Props]:
        """Refresh, or import where nothing is given; returns id, outputs and inputs."""
        request = provider_pb2.ReadRequest(
            id=id_, urn=urn(type_), properties=struct(outs or {}), inputs=struct(inputs or {})
        )
        response = self.call("Read", request)
        return response.id, plain(response.properties), plain(response.inputs)

    def delete(self, type_: str, outs: Props) -> None:
        """Delete."""
        self.call("Delete", provider_pb2.DeleteRequest(id="id", urn=urn(type_), properties=struct(outs)))
