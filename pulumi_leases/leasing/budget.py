"""What all numbers of a program cost a month, held against the budget."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from ..domain.money import amount

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Entry:
    """The monthly cost of one declared number; None where the service does not report it."""

    number: str
    currency: str | None
    monthly_rate: Decimal | None
    is_new: bool


class Tally:
    """The entries of a run, one for each owner, with their sum kept up to date, since each check asks for it."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.totals: dict[str, Decimal] = {}
        self.unpriced: set[str] = set()
        """Owners of numbers whose cost is not reported."""

    def count(self, owner: str, entry: Entry) -> None:
        """Put an owner's entry in the place of its former one."""
        former, self.entries[owner] = self.entries.get(owner), entry
        for counted, sign in ((former, -1), (entry, 1)):
            if counted and counted.currency is not None and counted.monthly_rate is not None:
                total = self.totals.get(counted.currency, Decimal())
                self.totals[counted.currency] = total + sign * counted.monthly_rate
        if entry.currency is None or entry.monthly_rate is None:
            self.unpriced.add(owner)
        else:
            self.unpriced.discard(owner)


def over(budget: Mapping[str, Decimal], tally: Tally) -> str | None:
    """Say why what was counted passes the budget; None where it does not, or where there is none.

    Currencies are not added up; one for which the budget gives no amount has a budget of nothing.
    """
    if not budget:
        return None
    if tally.unpriced:
        numbers = ", ".join(sorted(tally.entries[owner].number for owner in tally.unpriced))
        return f"leases:monthlyBudget is set, and the service does not tell the monthly rate of {numbers}"
    passed = sorted(currency for currency, total in tally.totals.items() if total > budget.get(currency, Decimal()))
    if not passed:
        return None
    currency, total = passed[0], tally.totals[passed[0]]
    counted = [entry for entry in tally.entries.values() if entry.currency == currency]
    new = ", ".join(sorted(entry.number for entry in counted if entry.is_new)) or "none"
    if currency not in budget:
        enough = {**budget, currency: Decimal(ceil(total))}
        example = ", ".join(f"{limit:f} {name}" for name, limit in enough.items())
        return (
            f"the budget (leases:monthlyBudget) has no amount in {currency}, and its numbers cost at least "
            f"{amount(total, currency)} a month, new among them: {new}; add one, such as '{example}'"
        )
    return (
        f"at least {amount(total, currency)} a month is above the budget of {amount(budget[currency], currency)} "
        f"(leases:monthlyBudget); numbers counted so far: {len(counted)}, new among them: {new}. Raise it, or declare fewer"
    )
