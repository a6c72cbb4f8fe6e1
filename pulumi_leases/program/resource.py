"""A dynamic resource whose provider is written once in a process."""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import dynamic

from ..engine.state import write_provider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from pulumi.dynamic import ResourceProvider

_tracing = threading.Lock()


class Resource(dynamic.Resource):
    """A dynamic resource as the SDK makes it, but for the pickle.

    The SDK pickles the provider anew for each resource, and each time wraps the process's pickler once more: after some
    hundred resources the next one with a dictionary in its provider, whoever wrote it, fails with a RecursionError. A
    provider of ours carries nothing, so that all pickles of it are the same.
    """

    def _register(
        self, provider: Callable[[], ResourceProvider], name: str, props: dict[str, Any], opts: pulumi.ResourceOptions
    ) -> None:
        """Do what the SDK's own constructor does, and leave Python's own frames out of the stack trace in the state.

        It is no constructor: the SDK takes the caller of the third one on the stack for the line of the program that
        declares the resource.
        """
        written = {**props, "__provider": _pickle(provider)}
        with _innermost_frames(_SDK_FRAMES + _count_frames_of_the_program(sys._getframe())):  # noqa: SLF001 (inspect's is slow)
            pulumi.CustomResource.__init__(self, f"pulumi-python:{self._resource_type_name}", name, written, opts)


_SDK_FRAMES = 4
"""From `CustomResource.__init__` to where the SDK takes the stack; with more of them the outermost line of a trace is lost."""


def _count_frames_of_the_program(frame: FrameType | None) -> int:
    """Count the frames from this one out to the program's outermost: below it are the SDK's and those of Python that start it."""
    count = 0
    while frame is not None and not str(frame.f_globals.get("__name__")).startswith(("pulumi.", "runpy")):
        count, frame = count + 1, frame.f_back
    return count


@contextlib.contextmanager
def _innermost_frames(count: int) -> Iterator[None]:
    """Let the SDK see this many frames: it has the engine save the whole stack for each resource, two kilobytes at each write."""
    with _tracing:  # a process may go through several programs at once
        limit = getattr(sys, "tracebacklimit", None)
        sys.tracebacklimit = count
        try:
            yield
        finally:
            if limit is None:
                del sys.tracebacklimit
            else:
                sys.tracebacklimit = limit


@functools.cache
def _pickle(provider: Callable[[], ResourceProvider]) -> str:
    return write_provider(provider())
