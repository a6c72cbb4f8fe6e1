"""The real `python -m pulumi.dynamic` in a process of its own, spoken to as the engine does: over gRPC."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import grpc
from google.protobuf import json_format, struct_pb2
from google.protobuf.empty_pb2 import Empty
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from pulumi_leases import provider
from pulumi_leases.engine.state import write_provider

from ..stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from typing_extensions import Self

PATIENCE_S = 30
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine writes a value that is not known yet."""
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""The key and value by which the engine marks a secret."""
WARNING = engine_pb2.WARNING
NUMBER_TYPE = "pulumi-python:dynamic/leases:LeasedNumber"
INTENT_TYPE = "pulumi-python:dynamic/leases:LeaseIntent"
PROVIDERS = {
    NUMBER_TYPE: write_provider(provider.LeasedNumberProvider()),
    INTENT_TYPE: write_provider(provider.LeaseIntentProvider()),
}

Props = dict[str, Any]


def urn(type_: str, name: str = "support") -> str:
    """The name that the engine gives to a resource."""
    return f"urn:pulumi:dev::leases-test::{type_}::{name}"


def struct(props: Mapping[str, Any]) -> struct_pb2.Struct:
    """Write values as the engine does: every number is a float."""
    written = struct_pb2.Struct()
    written.update(dict(props))
    return written


def plain(written: struct_pb2.Struct) -> Props:
    """Read values as the engine does, without the pickle."""
    read: Props = json_format.MessageToDict(written)
    read.pop("__provider", None)
    return read


@dataclass(frozen=True)
class EngineLog:
    """A line that the provider has sent to the engine's log."""

    text: str
    urn: str
    ephemeral: bool
    severity: int


class Engine(engine_pb2_grpc.EngineServicer):
    def __init__(self) -> None:
        self.logged: list[EngineLog] = []

    def Log(self, request: engine_pb2.LogRequest, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        self.logged.append(EngineLog(request.message, request.urn, request.ephemeral, request.severity))
        return Empty()


class CallError(Exception):
    """A call that the host has failed.

    Attributes:
        text: What the engine would show.
        half_made: The id and state that the engine would save all the same, or None.
        reasons: Why it is half-made.
    """

    def __init__(self, error: Any, *, is_pickled: bool) -> None:
        super().__init__(error.details())
        self.text: str = error.details()
        self.half_made: tuple[str, Props] | None = None
        self.reasons: list[str] = []
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                made = provider_pb2.ErrorResourceInitFailed()
                assert Status.FromString(value).details[0].Unpack(made)
                assert not is_pickled or made.properties["__provider"] in PROVIDERS.values()
                self.half_made, self.reasons = (made.id, plain(made.properties)), list(made.reasons)


class ProviderProcess:
    """One run of a provider's process.

    Attributes:
        logged: The lines that it has sent to the engine.
        stub: Its calls.
        process: The process; its standard input is held by the engine, which is this test.
    """

    is_pickled: ClassVar[bool]
    """Whether the provider stands in the properties."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        folder: Path,
        config: Mapping[str, Any] | None = None,
        engine: str | None = None,
    ) -> None:
        self._servicer = Engine()
        self._engine = grpc.server(ThreadPoolExecutor(2))
        engine_pb2_grpc.add_EngineServicer_to_server(self._servicer, self._engine)
        port = self._engine.add_insecure_port("127.0.0.1:0")
        self._engine.start()
        self.logged = self._servicer.logged
        self.process = subprocess.Popen(
            [*command, engine or f"127.0.0.1:{port}"],
            cwd=folder,
            env={"PATH": "", "PYTHONPATH": str(ROOT), **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._printed: dict[str, bytes] = {}
        for name in ("stdout", "stderr"):
            threading.Thread(target=self._collect, args=(name,), daemon=True).start()
        self.call("Configure", provider_pb2.ConfigureRequest(args=struct(config or {}), acceptSecrets=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process as an engine that dies does, and see that it is gone."""
        assert self.process.stdin
        self._channel.close()
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self.process.wait()
            self._engine.stop(None).wait()

    def call(self, method: str, request: Any) -> Any:
        """Call as the engine does; what fails is a `CallError`."""
        try:
            return getattr(self.stub, method)(request, timeout=PATIENCE_S)
        except grpc.RpcError as error:
            raise CallError(error, is_pickled=self.is_pickled) from None

    @property
    def printed(self) -> str:
        """What the process has printed: the engine would show each line of it; complete when the process has ended."""
        return b"".join(self._printed.values()).decode()

    def _collect(self, name: str) -> None:
        with getattr(self.process, name) as stream:
            self._printed[name] = stream.read()


class Host(ProviderProcess):
    """One run of the dynamic provider's process."""

    is_pickled = True

    def __init__(
        self,
        environ: Mapping[str, str],
        folder: Path,
        config: Mapping[str, Any] | None = None,
        engine: str | None = None,
    ) -> None:
        command = [sys.executable, "-u", "-m", "pulumi.dynamic"]
        super().__init__(command, {"PULUMI_PROJECT": "leases-test", **environ}, folder, config, engine)

    def lasting(self) -> list[str]:
        """The lines that stay in the log of the update."""
        return [line.text for line in self.logged if not line.ephemeral]

    def check(self, type_: str, olds: Props, news: Props, name: str = "support") -> Props:
        """Check, and return the inputs; a failure is an error that names property and reason."""
        request = provider_pb2.CheckRequest(
            urn=urn(type_, name),
            olds=struct({**olds, **self._pickle(type_)} if olds else {}),
            news=struct({**news, **self._pickle(type_)}),
        )
        response = self.call("Check", request)
        if response.failures:
            raise AssertionError("; ".join(f"{one.property!r}: {one.reason}" for one in response.failures))
        assert response.inputs["__provider"] == PROVIDERS[type_]
        return plain(response.inputs)

    def diff(self, type_: str, olds: Props, news: Props, name: str = "support") -> tuple[bool, list[str]]:
        """Diff, and return whether there may be changes, by the provider's word or left to the engine, and what is replaced."""
        request = provider_pb2.DiffRequest(
            id="id",
            urn=urn(type_, name),
            olds=struct({**olds, **self._pickle(type_)}),
            news=struct({**news, **self._pickle(type_)}),
        )
        response = self.call("Diff", request)
        return response.changes != provider_pb2.DiffResponse.DIFF_NONE, list(response.replaces)

    def create(self, type_: str, props: Props, name: str = "support") -> tuple[str, Props]:
        """Create, and return id and outputs."""
        request = provider_pb2.CreateRequest(urn=urn(type_, name), properties=struct({**props, **self._pickle(type_)}))
        response = self.call("Create", request)
        return response.id, plain(response.properties)

    def read(self, type_: str, id_: str, props: Props, name: str = "support") -> tuple[Props, Props | None]:
        """Refresh, and return outputs and inputs, where the provider returns these."""
        request = provider_pb2.ReadRequest(
            id=id_, urn=urn(type_, name), properties=struct({**props, **self._pickle(type_)})
        )
        response = self.call("Read", request)
        assert response.id == id_
        return plain(response.properties), plain(response.inputs) if response.HasField("inputs") else None

    def get(self, type_: str, id_: str, inputs: Props) -> Props:
        """Read what is not in the stack: the engine gives inputs only."""
        request = provider_pb2.ReadRequest(id=id_, urn=urn(type_), inputs=struct({**inputs, **self._pickle(type_)}))
        return plain(self.call("Read", request).properties)

    def update(self, type_: str, id_: str, olds: Props, news: Props) -> Props:
        """Update, and return outputs."""
        request = provider_pb2.UpdateRequest(
            id=id_,
            urn=urn(type_),
            olds=struct({**olds, **self._pickle(type_)}),
            news=struct({**news, **self._pickle(type_)}),
        )
        return plain(self.call("Update", request).properties)

    def delete(self, type_: str, id_: str, props: Props, name: str = "support") -> None:
        """Delete."""
        request = provider_pb2.DeleteRequest(
            id=id_, urn=urn(type_, name), properties=struct({**props, **self._pickle(type_)})
        )
        self.call("Delete", request)

    def _pickle(self, type_: str) -> Props:
        return {"__provider": PROVIDERS[type_]}
