"""How a list is sorted and written: as a table for people, as JSON or CSV for scripts."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import typer

from ..domain.errors import InvalidInput
from .output import NONE, cost_key, money, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

Row = TypeVar("Row")


class Format(str, Enum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


FormatName = Annotated[
    Format | None,
    typer.Option("--format", help="How the list is written; table where nothing is said.", show_default=False),
]


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a list.

    Attributes:
        head: Its name, in capitals.
        text: Writes its cell.
        key: What it is sorted by, None where that is unknown; its text where nothing is given.
        is_right: Whether it is written to the right.
        spare: When a narrow terminal does without it: the lowest goes first; None for never.
    """

    head: str
    text: Callable[[Row], str]
    key: Callable[[Row], Any] | None = None
    is_right: bool = False
    spare: int | None = None

    def sort_key(self, row: Row) -> Any:
        """Find what a row is sorted by; None where that is unknown."""
        if self.key:
            return self.key(row)
        text = self.text(row)
        return None if text in {"", NONE} else text


def cost_column(head: str, read: Callable[[Any], Decimal | None]) -> Column[Any]:
    """Make a column of amounts, each in the currency of its number."""
    return Column(
        head, lambda one: money(read(one), one.currency), lambda one: cost_key(read(one), one.currency), is_right=True
    )


def chosen_format(form: Format | None, *, as_json: bool) -> Format:
    """Read `--format` and its short form `--json`.

    Raises:
        InvalidInput: The two contradict each other.
    """
    if as_json and form not in {None, Format.JSON}:
        raise InvalidInput("format", "--json and another --format contradict each other: say one of them")
    return Format.JSON if as_json else form or Format.TABLE


def sort_option(columns: Iterable[Column[Row]], text: str) -> Any:
    """Make the option that sorts a list by some of its columns."""
    names = [column.head.lower() for column in columns]
    return typer.Option("--sort", metavar="COLUMN[:desc]", help=text, autocompletion=lambda: names)


def read_orders(columns: Sequence[Column[Row]], orders: Iterable[str]) -> list[tuple[Column[Row], bool]]:
    """Read columns as `--sort` takes them, such as `monthly` and `monthly:desc`, each with whether it is the other way round.

    Raises:
        InvalidInput: There is no such column or no such direction.
    """
    named = {column.head.lower(): column for column in columns}
    found = []
    for order in orders:
        name, _, direction = order.lower().partition(":")
        if name not in named or direction not in {"", "asc", "desc"}:
            raise InvalidInput("sort", f"must be one of {', '.join(named)}, or one with :desc behind it, not {order!r}")
        found.append((named[name], direction == "desc"))
    return found


def sort(rows: Sequence[Row], orders: Sequence[tuple[Column[Row], bool]]) -> list[Row]:
    """Sort rows by columns, the first one first; what is unknown comes last, either way round.

    Equal rows stay in their order.
    """
    done = list(rows)
    for column, is_reversed in reversed(orders):
        known = [row for row in done if column.sort_key(row) is not None]
        unknown = [row for row in done if column.sort_key(row) is None]
        done = [*sorted(known, key=column.sort_key, reverse=is_reversed), *unknown]
    return done


def print_list(
    form: Format,
    columns: Sequence[Column[Row]],
    rows: Sequence[Row],
    document: Callable[[Row], Mapping[str, Any]],
    keys: Iterable[str],
) -> None:
    """Print rows.

    Args:
        form: How.
        columns: Those of the table.
        rows: In their order.
        document: Writes a row for scripts.
        keys: What it has, for the head of a CSV file.
    """
    if form is Format.JSON:
        print_json([document(row) for row in rows])
    elif form is Format.CSV:
        print_csv(list(keys), [document(row) for row in rows])
    else:
        spare = sorted((column.spare, column.head) for column in columns if column.spare is not None)
        print_table(
            [column.head for column in columns],
            [[column.text(row) for column in columns] for row in rows],
            right=frozenset(column.head for column in columns if column.is_right),
            spare=[head for _, head in spare],
        )


def print_csv(keys: Sequence[str], documents: Iterable[Mapping[str, Any]]) -> None:
    """Print CSV (RFC 4180) with a head; what is unknown is empty, a list is written with blanks between its parts."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(keys)
    for one in documents:
        values = (one[key] for key in keys)
        writer.writerow([" ".join(map(str, value)) if isinstance(value, list) else value for value in values])
    typer.echo(text.getvalue(), nl=False)
