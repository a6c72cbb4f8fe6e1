"""What declared numbers cost, known in the preview."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pulumi

from ..engine.state import unknown_in
from .number import LeasedNumber
from .pool import NumberPool

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Cost = dict[str, dict[str, "float | None"]]
Sums = dict[str, dict[str, "Decimal | None"]]

UNKNOWN = "unknown"
"""The currency under which numbers stand whose service reports no currency."""


def total_cost(*resources: LeasedNumber | NumberPool) -> pulumi.Output[Cost]:
    """Sum up what numbers and pools cost: `{"USD": {"monthly": 24.0, "upfront": 3.0}, …}`, known in the preview.

    Currencies are kept apart and decimals added exactly; a number that is given twice counts once. A sum that a price is
    missing from is null: a price that the service does not report is not nothing.

    Raises:
        pulumi.RunError: Something is neither a number nor a pool, such as a list of them, or a component.
    """
    for resource in resources:
        if not isinstance(resource, LeasedNumber | NumberPool):
            raise pulumi.RunError(
                f"total_cost takes numbers and pools, not {type(resource).__name__}: say total_cost(*numbers) for a list, and "
                "name its numbers for a component"
            )
    numbers = dict.fromkeys(
        number
        for resource in resources
        for number in (resource.members.values() if isinstance(resource, NumberPool) else [resource])
    )
    return pulumi.Output.all(*map(_price, numbers)).apply(sum_up)


def _price(number: LeasedNumber) -> pulumi.Output[Sequence[object]]:
    """Gather a price: what the service reports of the lease, else, in a preview, what it was quoted at.

    A preview takes what is null for what is not known yet; the quote shows which it is.
    """
    prices: pulumi.Output[Any] = pulumi.Output.all(number.currency, number.monthly_rate, number.upfront_fee)
    quote = number.quote
    if quote is None:
        return prices

    def quoted(claim: Mapping[str, object]) -> Sequence[object]:
        return [claim.get(key) for key in ("currency", "monthly_rate", "upfront_fee")]

    return prices.apply(lambda price: quote.apply(quoted) if unknown_in(price) else price, True)


def sum_up(prices: Iterable[Sequence[object]]) -> Cost:
    """Sum up prices as `add_up` does, in numbers that a state can hold."""
    return {
        currency: {name: None if value is None else float(value) for name, value in entry.items()}
        for currency, entry in add_up(prices).items()
    }


def add_up(prices: Iterable[Sequence[object]]) -> Sums:
    """Add up prices exactly, each its currency, its monthly rate and its upfront fee; null where one is unknown."""
    sums: Sums = {}
    for currency, monthly, upfront in prices:
        entry = sums.setdefault(str(currency or UNKNOWN), {"monthly": Decimal(), "upfront": Decimal()})
        for name, price in (("monthly", monthly), ("upfront", upfront)):
            known = entry[name]
            entry[name] = None if known is None or price is None else known + Decimal(str(price))
    return dict(sorted(sums.items()))
