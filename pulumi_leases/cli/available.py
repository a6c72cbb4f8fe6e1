"""`pulumi-leases available`: what is on offer."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer

from ..leasing.choose import Limits, listed
from ..leasing.searching import require_reportable
from .login import Account, Json, Service, StackName, asked, begun
from .output import able, cell, counted, money, offer_json, place, print_json, print_table, remark
from .progress import working

_COLUMNS = ("NUMBER", "PLACE", "CARRIER", "CAN", "MONTHLY", "UPFRONT", "REPUTATION", "OWNERS", "WANTS")
_SPARE = ("CARRIER", "OWNERS", "REPUTATION", "CAN", "PLACE")
_CAPABILITIES = ("imessage", "mms", "rcs", "sms", "voice", "whatsapp")
_ORDERS = ("price", "reputation", "number")


def available(
    country: Annotated[str | None, typer.Option(metavar="CODE", help="ISO 3166 alpha-2 code, such as US.")] = None,
    capability: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Such as sms, mms or voice; say it again for more.",
            autocompletion=lambda: list(_CAPABILITIES),
        ),
    ] = None,
    area_code: Annotated[
        str | None, typer.Option(metavar="DIGITS", help="Digits after the country code; needs --country.")
    ] = None,
    prefix: Annotated[
        str | None, typer.Option(metavar="PREFIX", help="How the E.164 number starts, such as +1201.")
    ] = None,
    contains: Annotated[str | None, typer.Option(metavar="DIGITS", help="Digits somewhere in the number.")] = None,
    number_type: Annotated[
        str | None, typer.Option(metavar="TYPE", help="Such as local, as the service calls it.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="NAME", help="State or region, as the service writes it.")
    ] = None,
    city: Annotated[str | None, typer.Option(metavar="NAME", help="City, as the service writes it.")] = None,
    carrier: Annotated[str | None, typer.Option(metavar="NAME", help="Carrier, as the service writes it.")] = None,
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
    limit: Annotated[int, typer.Option(metavar="COUNT", help="How many at most.")] = 20,
    service: Service = None,
    account: Account = "default",
    stack: StackName = None,
    as_json: Json = False,
) -> None:
    """List numbers on offer that meet all that is said, the best first. Spends nothing."""
    search = {
        "country": country,
        "capabilities": tuple(capability or ()),
        "area_code": area_code,
        "prefix": prefix,
        "contains": contains,
        "number_type": number_type,
        "region": region,
        "city": city,
        "carrier": carrier,
        "min_reputation": min_reputation,
        "max_previous_owners": max_previous_owners,
        "order_by": order_by,
    }
    given = {name: value for name, value in search.items() if value is not None}
    question, login = asked(begun(stack), service, account, search=given, limit=limit)
    require_reportable(login.service, question.search)
    with working(f"asking {login.service.name} what is on offer"):
        offers = list(login.offers(login.service.query(question.search)))
    limits = Limits(_exact(max_monthly_rate), _exact(max_upfront_fee))
    fit = listed(offers, question.search, limits=limits)
    shown = fit[: question.limit]
    if as_json:
        print_json([offer_json(login, offer) for offer in shown])
        return
    rows = [
        (
            offer.number,
            place(offer),
            cell(offer.carrier),
            able(offer),
            money(offer.monthly_rate, offer.currency),
            money(offer.upfront_fee, offer.currency),
            cell(offer.reputation),
            cell(offer.previous_owners),
            " ".join(offer.requirements),
        )
        for offer in shown
    ]
    print_table(_COLUMNS, rows, right=frozenset({"MONTHLY", "UPFRONT", "REPUTATION", "OWNERS"}), spare=_SPARE)
    remark(f"{len(shown)} of {counted(len(fit), 'number')} that fit, of {len(offers)} on offer at {login.service.name}")


def _exact(limit: float | None) -> Decimal | None:
    return None if limit is None else Decimal(str(limit))
