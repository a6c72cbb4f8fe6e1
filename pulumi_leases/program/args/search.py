"""What a number must be like, as a program writes it."""

# No postponed annotations here: the SDK reads them at class creation.
from collections.abc import Sequence
from typing import Literal, TypedDict

import pulumi

Capability = Literal["sms", "mms", "voice", "rcs", "imessage", "whatsapp"]


@pulumi.input_type
class NumberSearchArgs:
    """What a number must be like; all that is given must hold."""

    country: pulumi.Input[str] | None = None
    """ISO 3166 alpha-2 code, such as `US`."""
    capabilities: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    """All of these: `sms`, `mms`, `voice`, `rcs`, `imessage`, `whatsapp`."""
    area_code: pulumi.Input[str] | None = None
    """Digits after the country code, such as `201`; needs `country`."""
    prefix: pulumi.Input[str] | None = None
    """How the E.164 number starts, such as `+1201`."""
    contains: pulumi.Input[str] | None = None
    """Digits somewhere in the number."""
    number_type: pulumi.Input[str] | None = None
    """Such as `local`, as the service calls it."""
    region: pulumi.Input[str] | None = None
    """State or region, as the service writes it."""
    city: pulumi.Input[str] | None = None
    """City, as the service writes it."""
    carrier: pulumi.Input[str] | None = None
    """Carrier, as the service writes it."""
    min_reputation: pulumi.Input[float] | None = None
    """From 0 to 1; looked at when a number is chosen, never again."""
    max_previous_owners: pulumi.Input[int] | None = None
    """Looked at when a number is chosen, never again."""
    order_by: pulumi.Input[Literal["price", "reputation", "number"]] | None = None
    """What decides among numbers that fit: the lowest `price` (default), the best `reputation`, or the `number` itself."""

    def __init__(
        self,
        *,
        country: pulumi.Input[str] | None = None,
        capabilities: pulumi.Input[Sequence[pulumi.Input[Capability]]] | None = None,
        area_code: pulumi.Input[str] | None = None,
        prefix: pulumi.Input[str] | None = None,
        contains: pulumi.Input[str] | None = None,
        number_type: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        city: pulumi.Input[str] | None = None,
        carrier: pulumi.Input[str] | None = None,
        min_reputation: pulumi.Input[float] | None = None,
        max_previous_owners: pulumi.Input[int] | None = None,
        order_by: pulumi.Input[Literal["price", "reputation", "number"]] | None = None,
    ) -> None:
        for name, value in locals().copy().items():
            if name not in {"self", "__class__"} and value is not None:
                pulumi.set(self, name, value)


class NumberSearchArgsDict(TypedDict, total=False):
    """`NumberSearchArgs` as a plain dict."""

    country: pulumi.Input[str]
    capabilities: pulumi.Input[Sequence[pulumi.Input[Capability]]]
    area_code: pulumi.Input[str]
    prefix: pulumi.Input[str]
    contains: pulumi.Input[str]
    number_type: pulumi.Input[str]
    region: pulumi.Input[str]
    city: pulumi.Input[str]
    carrier: pulumi.Input[str]
    min_reputation: pulumi.Input[float]
    max_previous_owners: pulumi.Input[int]
    order_by: pulumi.Input[Literal["price", "reputation", "number"]]
