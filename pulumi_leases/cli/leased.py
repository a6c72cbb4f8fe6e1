"""`pulumi-leases leased`: what a login leases."""

from __future__ import annotations

from typing import Annotated

import typer

from ..domain.errors import NotFound
from .login import Account, Json, Service, StackName, asked, begun
from .output import able, cell, day, lease_json, money, monthly, place, print_json, print_table, remark, said
from .progress import working

_COLUMNS = ("NUMBER", "LEASE", "STATUS", "PLACE", "CAN", "BILLING", "MONTHLY", "SINCE", "ENDS")
_SPARE = ("BILLING", "CAN", "PLACE", "SINCE")


def leased(
    number: Annotated[
        str | None, typer.Argument(metavar="[NUMBER]", help="One number, for all that is told of its lease.")
    ] = None,
    service: Service = None,
    account: Account = "default",
    stack: StackName = None,
    as_json: Json = False,
) -> None:
    """List every number that the login leases, whoever leased it, or tell all about one."""
    question, login = asked(begun(stack), service, account, number=number)
    with working(f"asking {login.service.name} what is leased"):
        if question.number is None:
            held = [lease for _, leases in sorted(login.leases().value.items()) for lease in leases]
        else:
            held = list(login.find(question.number))
        leases = login.service.priced(held)
    if question.number is not None and not leases:
        raise NotFound(f"{question.number} is not leased by account {login.name!r} of {login.service.name}")
    told = [lease_json(login, lease) for lease in leases]
    if as_json:
        print_json(told if question.number is None else told[0])
        return
    if question.number is not None:
        print_table(("", ""), [(name, _text(value)) for name, value in told[0].items()])
        return
    rows = [
        (
            lease.number,
            lease.lease_id,
            lease.status,
            place(lease),
            able(lease),
            cell(lease.billing_method),
            money(lease.monthly_rate, lease.currency),
            day(lease.leased_at),
            day(lease.ends_at),
        )
        for lease in leases
    ]
    print_table(_COLUMNS, rows, right=frozenset({"MONTHLY"}), spare=_SPARE)
    remark(f"{len(leases)} leased from {login.service.name} (account {login.name}): {said(monthly(leases))}")


def _text(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else cell(value)
