"""A server that sends what a test hands it, byte by byte, and remembers what it was asked."""

from __future__ import annotations

import json
import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Raw:
    """Answers every request with `says`.

    Attributes:
        url: Where it is.
        port: Its port on 127.0.0.1.
        says: The whole answer, head and body.
        asked: The heads of the requests that came.
        bodies: Their bodies.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.says = b""
        self.asked: list[str] = []
        self.bodies: list[str] = []

    def say(self, body: bytes | Any, status: str = "200 OK", **headers: str) -> None:
        """Answer with a body, bytes or what JSON can hold; header names are written with `_`."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self.says = f"HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n".encode("latin-1") + content


@contextmanager
def raw_server() -> Iterator[Raw]:
    """Run one on 127.0.0.1 while the context lasts."""

    class Handler(socketserver.StreamRequestHandler):
        timeout = 10

        def handle(self) -> None:
            head = b""
            while (line := self.rfile.readline()) not in {b"\r\n", b""}:
                head += line
            length = [part for part in head.lower().split(b"\r\n") if part.startswith(b"content-length:")]
            body = self.rfile.read(int(length[0].partition(b":")[2]) if length else 0)
            server.asked.append(head.decode("latin-1"))
            server.bodies.append(body.decode("latin-1"))
            self.wfile.write(server.says)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        server = Raw(listener.server_address[1])
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
