"""What a program asks for, validated. Pure; the engine's values in, checked inputs or the named faults out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from ..domain.errors import InvalidInput
from ..domain.models import Amount  # noqa: TC001 (pydantic reads it)
from ..domain.search import NumberSearch
from ..services import service_names
from .choose import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping


def e164(value: str) -> str:
    """Write a phone number as E.164.

    One that is possible and in no range that is known here is taken: ranges are younger than packages.

    Raises:
        ValueError: It cannot be a number of any country.
    """
    try:
        parsed = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        raise ValueError(f"{value!r} is not a phone number: write it as E.164, such as +12015550123") from None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError(f"{value!r} is not a valid phone number of any country")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def unknown_range_warning(number: str | None) -> str | None:
    """Say that a number is in no range of any numbering plan that is known here; None where it is in one."""
    if number is None or phonenumbers.is_valid_number(phonenumbers.parse(number)):
        return None
    return (
        f"{number} is in no range of a numbering plan that this version knows (phonenumbers {phonenumbers.__version__}): "
        "a new range, or a typing error"
    )


E164 = Annotated[str, BeforeValidator(lambda value: e164(value) if isinstance(value, str) else value)]


def _web_address(value: str) -> str:
    """Take an `http` or `https` address, or nothing at all; it may be a secret, so no message shows it."""
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if value and not is_address:
        raise ValueError('must be an http or https address, or "" to take it off')
    return value


Url = Annotated[str, AfterValidator(_web_address)]
Method = Literal["GET", "POST"]


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class _Somewhere(_Asked):
    service: str | None = None
    account: str | None = None

    @field_validator("service")
    @classmethod
    def _is_known(cls, value: str | None) -> str | None:
        if value is not None and value not in service_names():
            raise ValueError(f"must be one of {', '.join(service_names())}, not {value!r}")
        return value


class QueryInputs(_Somewhere):
    """What a data function is asked."""

    number: E164 | None = None
    search: NumberSearch = NumberSearch()
    limit: Annotated[int, Field(ge=1)] | None = None


class IntentInputs(_Somewhere):
    """What a `LeaseIntent` is asked to claim."""

    number: E164 | None = None
    search: NumberSearch | None = None
    adopt: bool = False
    lease_again: str | None = None
    max_monthly_rate: Amount | None = None
    max_upfront_fee: Amount | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> IntentInputs:
        if (self.number is None) == (self.search is None):
            raise ValueError("give exactly one of number and search")
        if self.adopt and self.number is None:
            raise ValueError("adopt needs the number that is to be taken over")
        return self

    @property
    def limits(self) -> Limits:
        """The most that the lease may cost."""
        return Limits(self.max_monthly_rate, self.max_upfront_fee)


class Failover(_Asked):
    """Where calls and messages go when a number fails: all three keys are always sent."""

    enabled: bool
    mode: Literal["all", "selective"] = "all"
    numbers: list[E164] = []

    @model_validator(mode="after")
    def _has_numbers(self) -> Failover:
        if self.enabled and self.mode == "selective" and not self.numbers:
            raise ValueError("selective failover needs numbers")
        return self


class Voice(_Asked):
    """Where calls go."""

    url: Url | None = None
    method: Method | None = None
    fallback_url: Url | None = None
    fallback_method: Method | None = None
    application: str | None = None
    trunk: str | None = None
    connection: str | None = None


class Messaging(_Asked):
    """Where messages go."""

    url: Url | None = None
    method: Method | None = None
    fallback_url: Url | None = None
    fallback_method: Method | None = None
    application: str | None = None
    service: str | None = None
    profile: str | None = None


class StatusCallback(_Asked):
    """Where the service reports the outcome of each call."""

    url: Url | None = None
    method: Method | None = None


class Requirements(_Asked):
    """Ids of what a country demands before a number is leased."""

    address: str | None = None
    bundle: str | None = None
    identity: str | None = None
    group: str | None = None


class NumberInputs(_Asked):
    """What a `LeasedNumber` is asked to be, beyond its claim."""

    billing_method: str | None = None
    requirements: Requirements | None = None
    label: str | None = None
    voice: Voice | None = None
    messaging: Messaging | None = None
    status_callback: StatusCallback | None = None
    emergency_address: str | None = None
    tags: list[str] | None = None
    failover: Failover | None = None
    adopt: bool = False
    lease_again: str | None = None
    max_monthly_rate: Amount | None = None
    max_upfront_fee: Amount | None = None

    @property
    def limits(self) -> Limits:
        """The most that the lease may cost."""
        return Limits(self.max_monthly_rate, self.max_upfront_fee)


Asked = TypeVar("Asked", IntentInputs, NumberInputs, QueryInputs)

_PARTS: Mapping[str, type[BaseModel]] = {
    "search": NumberSearch,
    "requirements": Requirements,
    "voice": Voice,
    "messaging": Messaging,
    "status_callback": StatusCallback,
    "failover": Failover,
}
_WORDS = {
    "list_type": "must be a list",
    "model_type": "must be given by its parts, as a mapping",
    "string_type": "must be text, in quotes",
    "tuple_type": "must be a list",
}
"""What is said in place of the validator's own words, by the kind of fault."""


def validate(model: type[Asked], props: Mapping[str, Any]) -> Asked:
    """Read what the engine hands over.

    Raises:
        InvalidInput: A property is not what it should be; the message names it and says what would be right. The value of a part
            is not shown: it may be a secret, and no check knows which is. A search's criteria are shown.
    """
    try:
        return model.model_validate({key: value for key, value in props.items() if value is not None})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in fault["loc"] if not str(part).startswith("function-"))
        top = path.partition(".")[0]
        message = _WORDS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        if fault["type"] == "extra_forbidden":
            part = _PARTS.get(top, model)
            message = f"is not known; there are {', '.join(sorted(part.model_fields))}"
        if "." in path and top != "search":
            message = message.replace(repr(fault["input"]), "what is given")
        raise InvalidInput(top, f"{path}: {message}" if path else message) from None


def normal(asked: IntentInputs | NumberInputs) -> dict[str, Any]:
    """Write checked inputs as the state holds them: what is not said is left out, except of a failover, which is sent whole."""
    written = asked.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    if isinstance(asked, NumberInputs) and asked.failover:
        written["failover"] = asked.failover.model_dump(mode="json")
    return written
