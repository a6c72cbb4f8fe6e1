"""The rules, without the engine: what is wrong with a number, in one line, or None.

`props` are the inputs of a LeasedNumber as its check leaves them, facts and price of the number included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

NUMBER_TYPE = "pulumi-python:dynamic/leases:LeasedNumber"


def foreign(props: Mapping[str, Any], countries: Collection[str]) -> str | None:
    """Check the country against those that are allowed; an unknown one is not allowed."""
    country = props.get("country")
    if country in countries:
        return None
    return f"{props['number']} is of {country or 'an untold country'}; allowed are {', '.join(sorted(countries))}"


def unknown_service(props: Mapping[str, Any], services: Collection[str]) -> str | None:
    """Hold the service against those that are allowed."""
    if props["service"] in services:
        return None
    return f"{props['number']} is leased from {props['service']}; allowed are {', '.join(sorted(services))}"


def too_dear(props: Mapping[str, Any], caps: Mapping[str, float]) -> str | None:
    """Check the monthly rate against the cap of its currency; a currency without a cap, and an unknown rate, are not allowed."""
    currency, rate = props.get("currency"), props.get("monthly_rate")
    if currency is None or rate is None:
        return f"{props['number']}: its monthly rate is not told"
    if currency not in caps:
        return f"{props['number']} costs {rate:.2f} {currency} a month; there is no cap for {currency}"
    if rate > caps[currency]:
        return f"{props['number']} costs {rate:.2f} {currency} a month, above the cap of {caps[currency]:.2f}"
    return None


def unprotected(urn: str, *, protect: bool, stacks: Collection[str]) -> str | None:
    """Demand `protect` on the stacks that are in production."""
    stack = urn.removeprefix("urn:pulumi:").partition("::")[0]
    if protect or stack not in stacks:
        return None
    return f"{stack} is in production: add opts=pulumi.ResourceOptions(protect=True)"
