"""What all numbers cost a month, held against the budget."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pulumi_leases.config import Config
from pulumi_leases.domain.errors import ConfigError, InvalidInput
from pulumi_leases.leasing.budget import Entry, Tally, over
from pulumi_leases.leasing.run import Run


def entry(number: str, rate: str | None, currency: str | None = "USD", *, is_new: bool = True) -> Entry:
    return Entry(number, currency, None if rate is None else Decimal(rate), is_new)


def counted(entries: dict[str, Entry]) -> Tally:
    tally = Tally()
    for owner, one in entries.items():
        tally.count(owner, one)
    return tally


def run_with(budget: str) -> Run:
    return Run(Config({"leases:monthlyBudget": budget}.get, {}))


def test_without_a_budget_anything_goes() -> None:
    """Neither a high price nor an unpriced one matters then."""
    assert over({}, counted({"a": entry("+1", "1e9"), "b": entry("+2", None, None)})) is None


def test_a_sum_may_reach_the_budget_and_not_pass_it() -> None:
    """Decimals are added exactly: ten times 0.1 is 1, not more."""
    entries = {str(index): entry(f"+{index}", "0.1") for index in range(10)}

    assert over({"USD": Decimal(1)}, counted(entries)) is None
    assert over({"USD": Decimal("0.99")}, counted(entries))


def test_what_passes_is_shown_with_sum_budget_and_new_numbers() -> None:
    """Held numbers count and are not named."""
    entries = {"a": entry("+13", "12.5"), "b": entry("+11", "12.5"), "c": entry("+12", "12.5", is_new=False)}

    assert over({"USD": Decimal(30)}, counted(entries)) == (
        "at least 37.50 USD a month is above the budget of 30.00 USD (leases:monthlyBudget); numbers counted so far: 3, "
        "new among them: +11, +13. Raise it, or declare fewer"
    )
    held = {"c": entry("+12", "31", is_new=False)}
    assert (over({"USD": Decimal(30)}, counted(held)) or "").endswith(
        "numbers counted so far: 1, new among them: none. Raise it, or declare fewer"
    )


def test_currencies_are_not_added_up() -> None:
    """Each has a budget of its own; one without has none, which allows what costs nothing."""
    entries = {"a": entry("+11", "90"), "b": entry("+44", "30", "GBP")}

    assert over({"USD": Decimal(100), "GBP": Decimal(30)}, counted(entries)) is None
    assert "30.00 GBP a month is above the budget of 29.00 GBP" in str(
        over({"USD": Decimal(100), "GBP": Decimal(29)}, counted(entries))
    )
    assert over({"USD": Decimal("99.5")}, counted(entries)) == (
        "the budget (leases:monthlyBudget) has no amount in GBP, and its numbers cost at least 30.00 GBP a month, new among "
        "them: +44; add one, such as '99.5 USD, 30 GBP'"
    )
    assert over({"USD": Decimal(100)}, counted({"a": entry("+11", "90"), "b": entry("+44", "0", "GBP")})) is None


@pytest.mark.parametrize("unpriced", [entry("+12", None), entry("+12", "1", None), entry("+12", None, None)])
def test_an_unknown_price_fits_no_budget(unpriced: Entry) -> None:
    """It is an error that names the number, never a zero."""
    reason = over({"USD": Decimal(100)}, counted({"a": entry("+11", "1"), "b": unpriced}))

    assert reason == "leases:monthlyBudget is set, and the service does not tell the monthly rate of +12"


def test_an_owner_counts_once_however_often_it_is_checked() -> None:
    """A number that takes the place of another takes its place in the sum too."""
    run = run_with("20 USD")

    for number in ("+11", "+11", "+12"):
        run.afford("sales", entry(number, "15"))
    with pytest.raises(InvalidInput, match=r"30\.00 USD a month is above the budget of 20\.00 USD") as caught:
        run.afford("support", entry("+13", "15"))
    assert caught.value.property == ""


def test_a_malformed_budget_is_reported_where_a_number_is_counted() -> None:
    """A budget is never taken for none because it cannot be read."""
    with pytest.raises(ConfigError, match=r"leases:monthlyBudget \(LEASES_MONTHLY_BUDGET\) must give one amount per"):
        run_with("100").afford("sales", entry("+11", "1"))
