"""Answers that go wrong on the wire: dropped, reset, cut short, trickled, endless."""

import os
import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Cut(Response):
    """No answer at all: the connection ends. In process, httpx gets the error that a socket would have given it."""

    error: type[httpx.TransportError] = httpx.RemoteProtocolError

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        connection = environ.get("werkzeug.socket")
        if connection is None:
            raise self.error("the emulator ended the connection without an answer")
        self.sever(connection)
        return super().__call__(environ, start_response)

    def sever(self, connection: socket.socket) -> None:
        with suppress(OSError):  # the client may have gone before
            connection.shutdown(socket.SHUT_RDWR)


class Reset(Cut):
    """The connection is reset."""

    error = httpx.ReadError

    def sever(self, connection: socket.socket) -> None:
        # Lingering for no time makes close send RST. The server owns the descriptor, so a dead socket takes its place.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        dead, other = socket.socketpair()
        other.close()
        os.dup2(dead.fileno(), connection.fileno())
        dead.close()


class Truncated(Response):
    """The whole body is declared, half of it is sent."""

    def __init__(self, whole: Response) -> None:
        body = whole.get_data()
        super().__init__(body[: len(body) // 2], status=whole.status_code, headers=whole.headers)
        self.automatically_set_content_length = False
        self.headers["Content-Length"] = str(max(len(body), 1))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        sent = super().__call__(environ, start_response)
        return sent if "werkzeug.socket" in environ else _then_fail(sent)


def _then_fail(sent: Iterable[bytes]) -> Iterator[bytes]:
    yield from sent
    raise httpx.RemoteProtocolError("the emulator ended the connection in the middle of the body")


def trickle(whole: Response, seconds: float, closed_within: Callable[[float], bool]) -> Response:
    """The same answer in about twenty pieces, spread over `seconds`; cut short when the emulator closes."""
    body = whole.get_data()
    size = max(1, len(body) // 20)
    pieces = [body[start : start + size] for start in range(0, len(body), size)]

    def slowly() -> Iterator[bytes]:
        for piece in pieces:
            if closed_within(seconds / len(pieces)):
                return
            yield piece

    return Response(slowly(), status=whole.status_code, headers=whole.headers)


def flood(megabytes: int, status: int) -> Response:
    """A JSON string of so many megabytes, its length not declared."""

    def stream() -> Iterator[bytes]:
        yield b'{"padding": "'
        for _ in range(megabytes):
            yield b"x" * 1_048_576
        yield b'"}'

    return Response(stream(), status=status, content_type="application/json")
