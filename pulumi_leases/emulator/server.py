"""An emulator on a socket: werkzeug's threaded server, on this machine only, gone without a trace at the end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from pulumi_leases.emulator.app import Emulator

HOST = "127.0.0.1"
_BACKLOG = 128
_POLL_S = 0.02


@dataclass(frozen=True)
class Served:
    """A running server: `url` without a trailing slash."""

    url: str
    emulator: Emulator


@contextmanager
def serve(emulator: Emulator, port: int = 0) -> Iterator[Served]:
    """Run the emulator on 127.0.0.1 while the context lasts; port 0 takes a free one.

    At the end waiting requests are dropped, connections closed and all threads joined.

    Raises:
        OSError: the port is taken.
    """
    with socket.create_server((HOST, port), backlog=_BACKLOG) as listener:
        server = _Server(HOST, port, emulator, handler=_Handler, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_S,), name="emulator", daemon=True)
    thread.start()
    try:
        yield Served(f"http://{HOST}:{server.port}", emulator)
    finally:
        emulator.close()
        server.shutdown()
        server.hang_up()
        thread.join()


class _Server(ThreadedWSGIServer):
    """Joins its request threads at the end, which needs threads that are not daemons."""

    daemon_threads = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._open: set[socket.socket] = set()
        self._hung_up = False
        self._guard = threading.Lock()

    def opened(self, connection: socket.socket) -> None:
        with self._guard:
            self._open.add(connection)
            if self._hung_up:
                _cut(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._guard:
            self._open.discard(connection)

    def hang_up(self) -> None:
        with self._guard:
            self._hung_up = True
            for connection in self._open:
                _cut(connection)


class _Handler(WSGIRequestHandler):
    """Writes no log, and leaves the Date header to the emulator, whose clock may be shifted."""

    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        super().finish()

    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):  # the client may have been faster
        connection.shutdown(socket.SHUT_RDWR)
