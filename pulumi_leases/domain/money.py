"""How an amount of money reads."""

from __future__ import annotations

from decimal import Decimal


def amount(value: Decimal | float, currency: str) -> str:
    """Write an amount with two decimals, or as many as it has: `12.00 USD`, `0.0075 EUR`."""
    exact = Decimal(str(value))
    places = max(2, -int(exact.normalize().as_tuple().exponent))
    return f"{exact:.{places}f} {currency}"


def price(currency: str | None, monthly_rate: Decimal | float | None, upfront_fee: Decimal | float | None) -> str:
    """Write a price as a preview shows it; an amount that the service does not report is named as such."""
    if currency is None or (monthly_rate is None and upfront_fee is None):
        return "at a price that the service does not tell"
    monthly = "monthly rate not told" if monthly_rate is None else f"{amount(monthly_rate, currency)}/month"
    upfront = "upfront fee not told" if upfront_fee is None else f"{amount(upfront_fee, currency)} upfront"
    return f"{monthly}, {upfront}"


def rate(currency: str | None, monthly_rate: Decimal | float | None) -> str:
    """Write what a lease goes on costing: `12.00 USD/month`."""
    if currency is None or monthly_rate is None:
        return "a rate that the service does not report"
    return f"{amount(monthly_rate, currency)}/month"
