"""The program `pulumi-resource-leases`: it says its port and serves until the engine is gone."""

from __future__ import annotations

import sys
from concurrent import futures

import grpc
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc

from ..engine.process import watch_engine
from .servicer import Servicer

_THREADS = 10_000
"""As many as calls can wait: each component waits for its resources, and how many of those are worked on, the engine says."""


def main() -> None:
    """Serve one provider of one run."""
    watch_engine()
    server = grpc.server(futures.ThreadPoolExecutor(_THREADS), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        from .components import hang_up  # late, as where components are made

        server.stop(None)
        hang_up()  # the process ends when the last call does, and the engine waits for it


if __name__ == "__main__":
    main()
