"""`pulumi-leases available`: what is on offer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from ..leasing.choose import Limits, rank_for_list
from ..leasing.searching import require_reportable
from ..program.functions import AvailableNumber
from .criteria import (
    AreaCode,
    Capability,
    Carrier,
    City,
    Contains,
    Country,
    NumberType,
    Prefix,
    Region,
    given_criteria,
)
from .lists import Column, Format, FormatName, chosen_format, cost_column, print_list, read_orders, sort, sort_option
from .login import Account, Json, Service, StackName, begin_run, open_login
from .output import able, cell, counted, offer_json, place, remark, together
from .progress import working

if TYPE_CHECKING:
    from ..domain.models import Offer

_COLUMNS: tuple[Column[Offer], ...] = (
    Column("NUMBER", lambda one: one.number),
    Column("PLACE", place, spare=4),
    Column("CARRIER", lambda one: cell(one.carrier), spare=0),
    Column("CAN", able, spare=3),
    cost_column("MONTHLY", lambda one: one.monthly_rate),
    cost_column("UPFRONT", lambda one: one.upfront_fee),
    Column("REPUTATION", lambda one: cell(one.reputation), lambda one: one.reputation, is_right=True, spare=2),
    Column("OWNERS", lambda one: cell(one.previous_owners), lambda one: one.previous_owners, is_right=True, spare=1),
    Column("WANTS", lambda one: " ".join(one.requirements)),
)
_ORDERS = ("price", "reputation", "number")


def available(
    country: Country = None,
    capability: Capability = None,
    area_code: AreaCode = None,
    prefix: Prefix = None,
    contains: Contains = None,
    number_type: NumberType = None,
    region: Region = None,
    city: City = None,
    carrier: Carrier = None,
    min_reputation: Annotated[float | None, typer.Option(metavar="SHARE", help="From 0 to 1.")] = None,
    max_previous_owners: Annotated[
        int | None, typer.Option(metavar="COUNT", help="At most so many have leased it before.")
    ] = None,
    max_monthly_rate: Annotated[
        float | None, typer.Option(metavar="AMOUNT", help="In the currency of the offer.")
    ] = None,
    max_upfront_fee: Annotated[
        float | None, typer.Option(metavar="AMOUNT", help="In the currency of the offer.")
    ] = None,
    order_by: Annotated[
        str,
        typer.Option(
            metavar="WHAT", help="The best first: price, reputation or number.", autocompletion=lambda: list(_ORDERS)
        ),
    ] = "price",
    sort_by: Annotated[
        list[str] | None,
        sort_option(
            _COLUMNS, "Sort the whole list by a column, before --limit; say it again for what decides between equals."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="COUNT", help="How many at most.")] = 20,
    service: Service = None,
    account: Account = "default",
    stack: StackName = None,
    form: FormatName = None,
    as_json: Json = False,
) -> None:
    """List numbers on offer that meet all that is said, the best first, and what they would cost. Spends nothing."""
    given = given_criteria(locals())
    written, orders = chosen_format(form, as_json=as_json), read_orders(_COLUMNS, sort_by or ())
    question, login = open_login(begin_run(stack), service, account, search=given, limit=limit)
    require_reportable(login.service, question.search)
    with working(f"asking {login.service.name} what is on offer"):
        offers = list(login.offers(login.service.query(question.search)))
    limits = Limits(_exact(max_monthly_rate), _exact(max_upfront_fee))
    fit = sort(rank_for_list(offers, question.search, limits=limits), orders)
    shown = fit[: question.limit]
    print_list(written, _COLUMNS, shown, lambda one: offer_json(login, one), AvailableNumber.__annotations__)
    if written is not Format.TABLE:
        return
    fitting = (
        f"{len(shown)} of {counted(len(fit), 'number')} that fit, of {len(offers)} on offer at {login.service.name}"
    )
    remark(f"{fitting}; together {together(shown)}" if shown else fitting)


def _exact(limit: float | None) -> Decimal | None:
    return None if limit is None else Decimal(str(limit))
