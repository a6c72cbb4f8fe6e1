"""`pulumi-leases leased`: what a login leases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..domain.errors import InvalidInput, NotFound
from ..domain.search import unmet_criterion
from ..leasing.searching import require_reportable
from ..program.functions import NumberLease
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
from .lists import (
    Column,
    Format,
    FormatName,
    chosen_format,
    cost_column,
    print_csv,
    print_list,
    read_orders,
    sort,
    sort_option,
)
from .login import Account, Json, Service, StackName, begin_run, open_login
from .output import able, cell, day, lease_json, monthly, place, print_json, print_table, remark, said
from .progress import working

if TYPE_CHECKING:
    from ..domain.models import Lease

_COLUMNS: tuple[Column[Lease], ...] = (
    Column("NUMBER", lambda one: one.number),
    Column("LEASE", lambda one: one.lease_id),
    Column("STATUS", lambda one: one.status),
    Column("PLACE", place, spare=2),
    Column("CAN", able, spare=1),
    Column("BILLING", lambda one: cell(one.billing_method), spare=0),
    cost_column("MONTHLY", lambda one: one.monthly_rate),
    Column("SINCE", lambda one: day(one.leased_at), lambda one: one.leased_at, spare=3),
    Column("ENDS", lambda one: day(one.ends_at), lambda one: one.ends_at),
)


def leased(
    number: Annotated[
        str | None, typer.Argument(metavar="[NUMBER]", help="One number, for all that is known of its lease.")
    ] = None,
    country: Country = None,
    capability: Capability = None,
    area_code: AreaCode = None,
    prefix: Prefix = None,
    contains: Contains = None,
    number_type: NumberType = None,
    region: Region = None,
    city: City = None,
    carrier: Carrier = None,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="As the service says: active, paused, ending, …")
    ] = None,
    sort_by: Annotated[
        list[str] | None,
        sort_option(
            _COLUMNS, "Sort by a column; by number where nothing is said. Say it again for what decides between equals."
        ),
    ] = None,
    service: Service = None,
    account: Account = "default",
    stack: StackName = None,
    form: FormatName = None,
    as_json: Json = False,
) -> None:
    """List every number that the login leases, whoever leased it, or those that meet all criteria, or show all about one."""
    given = given_criteria(locals())
    written, orders = chosen_format(form, as_json=as_json), read_orders(_COLUMNS, sort_by or ())
    if number is not None and (given or status):
        raise InvalidInput("number", "name one number, or say what all must be like, not both")
    question, login = open_login(begin_run(stack), service, account, number=number, search=given)
    require_reportable(login.service, question.search)
    with working(f"asking {login.service.name} what is leased"):
        if question.number is None:
            held = [lease for _, leases in sorted(login.leases().value.items()) for lease in leases]
        else:
            held = list(login.find(question.number))
        leases = login.service.fill_in_prices(held)
    if question.number is not None:
        if not leases:
            raise NotFound(f"{question.number} is not leased by account {login.name!r} of {login.service.name}")
        _print_one(written, lease_json(login, leases[0]))
        return
    fit = [one for one in leases if unmet_criterion(question.search, one) is None and status in {None, one.status}]
    fit = sort(fit, orders)
    print_list(written, _COLUMNS, fit, lambda one: lease_json(login, one), NumberLease.__annotations__)
    if written is Format.TABLE:
        many = f"{len(fit)} of {len(leases)}" if given or status else str(len(fit))
        remark(f"{many} leased from {login.service.name} (account {login.name}): {said(monthly(fit))}")


def _print_one(written: Format, fields: dict[str, Any]) -> None:
    """Print all that is known of one lease."""
    if written is Format.JSON:
        print_json(fields)
    elif written is Format.CSV:
        print_csv(list(NumberLease.__annotations__), [fields])
    else:
        print_table(("", ""), [(name, _text(value)) for name, value in fields.items()])


def _text(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else cell(value)
