"""What all numbers of a program cost a month, held against the budget."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from .money import amount

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Entry:
    """The monthly cost of one declared number; None is what the service does not tell."""

    number: str
    currency: str | None
    monthly_rate: Decimal | None
    is_new: bool


def over(budget: Mapping[str, Decimal], entries: Mapping[str, Entry]) -> str | None:
    """Say why some entries, one an owner, pass the budget; None where they do not, or where there is none.

    Currencies are not added up; one for which the budget gives no amount has a budget of nothing.
    """
    if not budget:
        return None
    untold = sorted(entry.number for entry in entries.values() if entry.currency is None or entry.monthly_rate is None)
    if untold:
        return f"leases:monthlyBudget is set, and the service does not tell the monthly rate of {', '.join(untold)}"
    for currency in sorted({entry.currency for entry in entries.values() if entry.currency}):
        counted = [entry for entry in entries.values() if entry.currency == currency]
        total = sum((entry.monthly_rate or Decimal() for entry in counted), Decimal())
        most = budget.get(currency, Decimal())
        if total > most:
            new = ", ".join(sorted(entry.number for entry in counted if entry.is_new)) or "none"
            allowed = f"above the budget of {amount(most, currency)}" if currency in budget else "not in the budget"
            return (
                f"{amount(total, currency)} a month is {allowed} (leases:monthlyBudget); numbers counted so far: "
                f"{len(counted)}, new among them: {new}"
            )
    return None
