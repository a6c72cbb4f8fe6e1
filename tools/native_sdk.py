"""The native provider for Python programs: what `pulumi package add` would write for them, by hand and small.

A program that takes these names for those of `pulumi_leases` is served by the native provider, and says nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_leases.engine.state import COMPONENT_TYPE, NUMBER_OUTPUTS, POOL_TYPE
from pulumi_leases.native.names import camel, snake

if TYPE_CHECKING:
    from collections.abc import Sequence


class Component(pulumi.ComponentResource):
    """A component that the native provider makes: inputs and outputs by the names of Python, those within them too."""

    def __init__(
        self,
        type_: str,
        resource_name: str,
        opts: pulumi.ResourceOptions | None,
        inputs: dict[str, Any],
        outputs: Sequence[str],
    ) -> None:
        props = {**dict.fromkeys(outputs), **{key: _plain(value) for key, value in inputs.items()}}
        super().__init__(type_, resource_name, props, opts, remote=True)

    def translate_input_property(self, prop: str) -> str:
        """Call an input as the schema does."""
        return camel(prop)

    def translate_output_property(self, prop: str) -> str:
        """Call an output as Python does."""
        return snake(prop)


class LeasedNumber(Component):
    """`leases:index:LeasedNumber`, with the inputs of `pulumi_leases.LeasedNumber`."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        super().__init__(COMPONENT_TYPE, resource_name, opts, inputs, (*NUMBER_OUTPUTS, "price"))


class NumberPool(Component):
    """`leases:index:NumberPool`, with the inputs of `pulumi_leases.NumberPool` but `slot_opts`."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        super().__init__(POOL_TYPE, resource_name, opts, inputs, ("numbers", "prices"))


def total_cost(*resources: LeasedNumber | NumberPool) -> pulumi.Output[Any]:
    """`leases:index:getTotalCost` of numbers and pools, as `pulumi_leases.total_cost` takes them.

    Asked with plain values: the engine would hold back the form that takes outputs until the numbers are leased.
    """
    prices: dict[str, list[Any]] = {"numbers": [], "pools": []}
    for resource in resources:
        found: Any = resource  # the SDK gives a resource its outputs when it runs
        if isinstance(resource, NumberPool):
            prices["pools"].append(found.prices)
        else:
            prices["numbers"].append(found.price)
    known: pulumi.Output[dict[str, Any]] = pulumi.Output.from_input(prices)
    answer: pulumi.Output[Any] = known.apply(
        lambda given: pulumi.runtime.invoke_async("leases:index:getTotalCost", given)
    )
    return answer.apply(lambda sums: sums["cost"])


def _plain(value: Any) -> Any:
    """Take an `…Args` as the dict that it is a class for."""
    return dict(vars(value)) if type(value).__module__.startswith("pulumi_leases.program.args") else value
