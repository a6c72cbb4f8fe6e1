"""A dynamic resource whose provider is written once in a process."""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import dynamic

from ..engine.state import written_provider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
        """Do what the SDK's own constructor does.

        It is no constructor: the SDK takes the caller of the third one on the stack for the line of the program that
        declares the resource.
        """
        pulumi.CustomResource.__init__(
            self,
            f"pulumi-python:{self._resource_type_name}",
            name,
            {**props, "__provider": _pickled(provider)},
            opts,
        )


@contextlib.contextmanager
def without_stack_trace() -> Iterator[None]:
    """Register a resource without the Python stack, which the SDK has the engine save for each: a kilobyte at each write."""
    with _tracing:  # a process may go through several programs at once
        limit = getattr(sys, "tracebacklimit", None)
        sys.tracebacklimit = 1
        try:
            yield
        finally:
            if limit is None:
                del sys.tracebacklimit
            else:
                sys.tracebacklimit = limit


@functools.cache
def _pickled(provider: Callable[[], ResourceProvider]) -> str:
    return written_provider(provider())
