"""The options that say what a number must be like: the same words for every list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..domain.search import NumberSearch

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = {"capability": "capabilities"}
"""What an option is called that is said once for each of several."""
_CAPABILITIES = ("imessage", "mms", "rcs", "sms", "voice", "whatsapp")

Country = Annotated[str | None, typer.Option(metavar="CODE", help="ISO 3166 alpha-2 code, such as US.")]
Capability = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Such as sms, mms or voice; say it again for more.",
        autocompletion=lambda: list(_CAPABILITIES),
    ),
]
AreaCode = Annotated[str | None, typer.Option(metavar="DIGITS", help="Digits after the country code; needs --country.")]
Prefix = Annotated[str | None, typer.Option(metavar="PREFIX", help="How the E.164 number starts, such as +1201.")]
Contains = Annotated[str | None, typer.Option(metavar="DIGITS", help="Digits somewhere in the number.")]
NumberType = Annotated[str | None, typer.Option(metavar="TYPE", help="Such as local, as the service calls it.")]
Region = Annotated[str | None, typer.Option(metavar="NAME", help="State or region, as the service writes it.")]
City = Annotated[str | None, typer.Option(metavar="NAME", help="City, as the service writes it.")]
Carrier = Annotated[str | None, typer.Option(metavar="NAME", help="Carrier, as the service writes it.")]


def given_criteria(options: Mapping[str, Any]) -> dict[str, Any]:
    """Take from all options of a command the criteria that were said, under the names of a search in a program."""
    said = {_NAMES.get(name, name): value for name, value in options.items()}
    return {name: said[name] for name in NumberSearch.model_fields if said.get(name) not in (None, [])}
