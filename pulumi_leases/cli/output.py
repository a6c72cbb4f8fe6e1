"""How answers are printed: tables for people, JSON for scripts, remarks on stderr."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from ..domain.money import amount, price
from ..program.cost import UNKNOWN, add_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from ..domain.models import Lease, Number, Offer
    from ..leasing.account import Account
    from ..program.cost import Sums

NONE = "-"
"""How a cell without a value is written."""

_WIDEST = 10_000


def print_json(value: Any) -> None:
    """Print one JSON document; a decimal is a number there."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=float))


def remark(text: str) -> None:
    """Print a remark on stderr, beside the answer."""
    typer.echo(text, err=True)


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: frozenset[str] = frozenset(),
    spare: Sequence[str] = (),
) -> None:
    """Print a table: as wide as the terminal, or as wide as it is where there is none.

    Columns without any value are left out, and the head where all columns are nameless.

    Args:
        columns: The heads.
        rows: The cells.
        right: Columns that are written to the right.
        spare: Columns that a narrow terminal does without, the first to go first.
    """
    shown = [place for place in range(len(columns)) if any(row[place] not in {"", NONE} for row in rows)]
    if not shown:
        return
    console = Console(highlight=False)
    left_out: list[str] = []
    while (whole := _width(console, table := _table(columns, rows, shown, right))) > console.width:
        droppable = [place for name in spare for place in shown if columns[place] == name]
        if not console.is_terminal or not droppable:
            break
        shown.remove(droppable[0])
        left_out.append(columns[droppable[0]])
    if not console.is_terminal:
        console = Console(highlight=False, width=whole)
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        typer.echo(line.rstrip())
    if left_out:
        remark(f"left out for want of width: {', '.join(left_out)}; a wider terminal or --json shows them")


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], shown: Sequence[int], right: frozenset[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for place in shown:
        name = columns[place]
        table.add_column(name, justify="right" if name in right else "left", no_wrap=name in {"NUMBER", "LEASE"})
    for row in rows:
        table.add_row(*(Text(row[place]) for place in shown))
    return table


def _width(console: Console, table: Table) -> int:
    return Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum


def cell(value: object) -> str:
    """Write a value that may be unknown."""
    return NONE if value is None else str(value)


def counted(count: int, noun: str) -> str:
    """Write how many there are: `1 number`, `2 numbers`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def day(moment: datetime | None) -> str:
    """Write a time as its day in UTC."""
    return f"{moment:%Y-%m-%d}" if moment else NONE


def place(number: Number) -> str:
    """Write where a number is, from the country on."""
    return " ".join(filter(None, (number.country, number.region, number.city))) or NONE


def able(number: Number) -> str:
    """Write what a number can do."""
    return NONE if number.capabilities is None else " ".join(number.capabilities)


def money(value: Decimal | None, currency: str | None) -> str:
    """Write an amount."""
    return NONE if value is None or currency is None else amount(value, currency)


def cost_key(value: Decimal | None, currency: str | None) -> tuple[str, Decimal] | None:
    """Find what an amount is sorted by: different currencies are not compared; None where the amount is unknown."""
    return None if value is None or currency is None else (currency, value)


def monthly(numbers: Iterable[Number]) -> dict[str, Decimal | None]:
    """Sum up what numbers cost a month, by currency; null where a rate is unknown."""
    return {currency: cost["monthly"] for currency, cost in _costs(numbers).items()}


def together(numbers: Iterable[Number]) -> str:
    """Write what numbers would cost together, by currency; empty where there is none."""
    return "; ".join(
        price(None if currency == UNKNOWN else currency, cost["monthly"], cost["upfront"])
        for currency, cost in _costs(numbers).items()
    )


def _costs(numbers: Iterable[Number]) -> Sums:
    return add_up((one.currency, one.monthly_rate, one.upfront_fee) for one in numbers)


def said(costs: Mapping[str, Decimal | None]) -> str:
    """Write sums by currency."""
    sums = [amount(cost, currency) for currency, cost in costs.items() if cost is not None and currency != UNKNOWN]
    more = "what the service does not tell" if len(sums) < len(costs) else ""
    return " and ".join(filter(None, [*sums, more])) + " a month" if costs else "nothing a month"


def offer_json(account: Account, offer: Offer) -> dict[str, Any]:
    """Write an offer as `get_available_numbers` returns it."""
    return {**_at(account), **offer.model_dump(mode="json", exclude={"availability"})}


def lease_json(account: Account, lease: Lease) -> dict[str, Any]:
    """Write a lease as `get_leased_numbers` returns it."""
    fields = lease.model_dump(mode="json", exclude={"settings"})  # a URL among them may hold a secret
    fields["lease_status"] = fields.pop("status")
    return {**_at(account), **fields}


def _at(account: Account) -> dict[str, str]:
    return {"service": account.service.name, "account": account.name}
