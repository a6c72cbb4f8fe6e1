"""The program `pulumi-resource-leases` in a process of its own, spoken to as the engine does: over gRPC."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pulumi.runtime.proto import provider_pb2

from ..engine.host import Props, ProviderProcess, plain, struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

INTENT_TYPE, LEASE_TYPE = "leases:index:LeaseIntent", "leases:index:Lease"
SERVE = "from pulumi_leases.native.server import main; main()"


def urn(type_: str, name: str = "support") -> str:
    """The name that the engine gives to a resource of a component."""
    return f"urn:pulumi:dev::leases-test::leases:index:LeasedNumber${type_}::{name}"


class NativeHost(ProviderProcess):
    """One run of the native provider's process."""

    is_pickled = False

    def __init__(
        self,
        environ: Mapping[str, str],
        folder: Path,
        config: Mapping[str, Any] | None = None,
        command: Sequence[str] = (sys.executable, "-u", "-c", SERVE),
    ) -> None:
        super().__init__(command, environ, folder, config)

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
