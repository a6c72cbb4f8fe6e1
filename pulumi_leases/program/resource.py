"""A dynamic resource whose provider is pickled once in a process."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import dynamic

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi.dynamic import ResourceProvider


class Resource(dynamic.Resource):
    """A dynamic resource as the SDK makes it, but for the pickle.

    The SDK pickles the provider anew for each resource, and each time wraps the process's pickler once more: after some
    hundred resources the next one with a dictionary in its provider, whoever wrote it, fails with a RecursionError. A
    provider of ours carries nothing, so that all pickles of it are the same.

    Args:
        provider: The class of the provider.
        name: The name of the resource.
        props: Its properties.
        opts: Its options.
    """

    def __init__(
        self, provider: Callable[[], ResourceProvider], name: str, props: dict[str, Any], opts: pulumi.ResourceOptions
    ) -> None:
        pulumi.CustomResource.__init__(  # what the SDK's own constructor ends with
            self,
            f"pulumi-python:{self._resource_type_name}",
            name,
            {**props, "__provider": _pickled(provider)},
            opts,
        )


@functools.cache
def _pickled(provider: Callable[[], ResourceProvider]) -> str:
    from pulumi.dynamic.dynamic import serialize_provider  # late: the SDK keeps it to itself

    return str(serialize_provider(provider()))
