"""How an amount of money reads."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pulumi_leases.domain.money import amount, price


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12.00 USD"),
        (12.0, "12.00 USD"),
        (0.1, "0.10 USD"),
        (Decimal("1.50"), "1.50 USD"),
        (Decimal("0.0075"), "0.0075 USD"),
        (0, "0.00 USD"),
        (Decimal("1E+3"), "1000.00 USD"),
        (1234567.891, "1234567.891 USD"),
        (1e-7, "0.0000001 USD"),
    ],
)
def test_an_amount_has_two_decimals_or_as_many_as_it_has(value: Decimal | float, text: str) -> None:
    """Nothing is rounded away, and nothing is written in powers of ten."""
    assert amount(value, "USD") == text


@pytest.mark.parametrize(
    ("amounts", "text"),
    [
        (("USD", 12.0, 1.5), "12.00 USD/month, 1.50 USD upfront"),
        (("EUR", Decimal(0), None), "0.00 EUR/month, upfront fee not told"),
        (("EUR", None, 0), "monthly rate not told, 0.00 EUR upfront"),
        (("EUR", None, None), "at a price that the service does not tell"),
        ((None, 12.0, 1.5), "at a price that the service does not tell"),
    ],
)
def test_what_a_service_does_not_say_is_named(
    amounts: tuple[str | None, Decimal | float | None, Decimal | float | None], text: str
) -> None:
    """An unknown price never reads as nothing."""
    assert price(*amounts) == text
