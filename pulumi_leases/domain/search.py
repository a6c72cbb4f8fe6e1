"""What a number must be like: the criteria of a search, validated, and whether a number fits them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .models import Number

Capability = Literal["sms", "mms", "voice", "rcs", "imessage", "whatsapp"]

AT_CHOICE = frozenset({"min_reputation", "max_previous_owners", "order_by"})
"""Criteria that count when a number is chosen and never again: what they look at changes by itself."""

BESIDE = frozenset(
    {"number", "service", "account", "billing_method", "max_monthly_rate", "max_upfront_fee"}
    | {"label", "voice", "messaging", "status_callback", "emergency_address", "tags", "failover", "requirements"}
)
"""What is said of a number beside its search, and easily written into it."""


class NumberSearch(BaseModel):
    """The criteria of a search; all that are given must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: str | None = None
    capabilities: tuple[Capability, ...] = ()
    area_code: str | None = None
    prefix: str | None = None
    contains: str | None = None
    number_type: str | None = Field(default=None, min_length=1)
    region: str | None = Field(default=None, min_length=1)
    city: str | None = Field(default=None, min_length=1)
    carrier: str | None = Field(default=None, min_length=1)
    min_reputation: float | None = Field(default=None, ge=0, le=1)
    max_previous_owners: int | None = Field(default=None, ge=0)
    order_by: Literal["price", "reputation", "number"] = "price"

    @model_validator(mode="before")
    @classmethod
    def _is_all_of_the_number(cls, value: object) -> object:
        if isinstance(value, dict) and (beside := sorted(BESIDE & value.keys())):
            raise ValueError(f"{beside[0]} is no criterion of a search: give it beside search, not in it")
        return value

    @field_validator("country")
    @classmethod
    def _is_country(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if value.upper() == "UK":
            raise ValueError(f"must be an ISO 3166 alpha-2 code: the United Kingdom is GB, not {value!r}")
        if value.upper() not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(f"must be an ISO 3166 alpha-2 code such as US, not {value!r}")
        return value.upper()

    @field_validator("capabilities")
    @classmethod
    def _is_set(cls, value: tuple[Capability, ...]) -> tuple[Capability, ...]:
        return tuple(sorted(set(value)))

    @field_validator("prefix")
    @classmethod
    def _is_start_of_e164(cls, value: str | None) -> str | None:
        return _matching(value, r"\+[1-9]\d{0,14}", "must be the start of an E.164 number such as +1201")

    @field_validator("area_code")
    @classmethod
    def _is_area_code(cls, value: str | None) -> str | None:
        return _matching(value, r"0?[1-9]\d{0,8}", "must be digits only, such as 201")

    @field_validator("contains")
    @classmethod
    def _is_digits(cls, value: str | None) -> str | None:
        return _matching(value, r"\d{1,14}", "must be digits only, such as 201")

    @model_validator(mode="after")
    def _agree(self) -> NumberSearch:
        if self.area_code and not self.country:
            raise ValueError("area_code needs country beside it")
        start = self.start
        if self.prefix and start and not (self.prefix.startswith(start) or start.startswith(self.prefix)):
            raise ValueError(f"prefix {self.prefix} contradicts country and area_code, which start with {start}")
        return self

    @property
    def start(self) -> str | None:
        """How the E.164 number starts, by country and area code alone."""
        if self.country is None:
            return None
        code = phonenumbers.country_code_for_region(self.country)
        return f"+{code}{_international(self.country, self.area_code or '')}"

    @property
    def given(self) -> frozenset[str]:
        """The criteria that were said."""
        return frozenset(self.model_dump(exclude_defaults=True))


def region_of(number: str) -> str | None:
    """Find the country of an E.164 number, where its numbering plan has one."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return region if region in phonenumbers.SUPPORTED_REGIONS else None  # +800 and its like are of no country


def _international(country: str, area_code: str) -> str:
    """Leave out the trunk prefix that an area code has within its country only; Italy's zero belongs to the number."""
    trunk = phonenumbers.ndd_prefix_for_region(country, True) or ""
    return area_code.removeprefix(trunk) or area_code if trunk.startswith("0") else area_code


def _fold(name: str) -> str:
    """Write a name so that equal ones are equal in any letters, and with accents composed or not (Unicode's D145)."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _matching(value: str | None, pattern: str, hint: str) -> str | None:
    if value is not None and not re.fullmatch(pattern, value):
        raise ValueError(f"{hint}, not {value!r}")
    return value


def unmet_criterion(search: NumberSearch, number: Number) -> str | None:
    """Name the first lasting criterion that a number does not meet, or None where it meets all.

    An attribute that the service does not report meets no criterion about it.
    """
    return next((criterion for criterion, met in _judge(search, number) if not met), None)


def contradicted_criterion(search: NumberSearch, number: Number) -> str | None:
    """Name the first lasting criterion that a number is known not to meet; None where it may meet all."""
    return next((criterion for criterion, met in _judge(search, number) if met is False), None)


def _judge(search: NumberSearch, number: Number) -> Iterator[tuple[str, bool | None]]:
    """Compare a number with each lasting criterion that was given; None where the service does not report the attribute."""
    if search.country is not None:
        yield "country", None if number.country is None else number.country == search.country
    if search.capabilities:
        offered = number.capabilities
        yield "capabilities", None if offered is None else set(search.capabilities) <= set(offered)
    for criterion in ("number_type", "region", "city", "carrier"):
        wanted, is_ = getattr(search, criterion), getattr(number, criterion)
        if wanted is not None:
            yield criterion, None if is_ is None else _fold(is_) == _fold(wanted)
    if search.area_code is not None:
        yield "area_code", number.number.startswith(search.start or "")
    if search.prefix is not None:
        yield "prefix", number.number.startswith(search.prefix)
    if search.contains is not None:
        yield "contains", search.contains in number.number[1:]
