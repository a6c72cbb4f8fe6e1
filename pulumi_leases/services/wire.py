"""What the services' wire models share: tolerant of what is new or beside the point, exact about what counts."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from ..domain.errors import BadResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import ModelWrapValidatorHandler
    from typing_extensions import Self

T = TypeVar("T")

_DATETIME = TypeAdapter(datetime)


class Wire(BaseModel):
    """A part of an answer; fields that nobody has heard of are ignored, and null is as if the field were missing.

    So is a value that cannot be read, unless the field is required or `exact`: an attribute does not hide what has it.
    """

    model_config = ConfigDict(extra="ignore")
    exact: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="wrap")
    @classmethod
    def _tolerant(cls, answer: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(answer, dict):
            return read(answer)
        known = {name: value for name, value in answer.items() if value is not None}
        try:
            return read(known)
        except ValidationError as error:
            odd = {fault["loc"][0] for fault in error.errors(include_url=False, include_input=False)}
            needed = {name for name, field in cls.model_fields.items() if field.is_required()} | cls.exact
            if odd & needed:
                raise
            return read({name: value for name, value in known.items() if name not in odd})


def moment(value: Any) -> datetime | None:
    """Read a time in any likely form: ISO 8601, epoch seconds or milliseconds; UTC where it has no zone.

    None where it cannot be read: what it dates is there all the same.
    """
    try:
        at = _DATETIME.validate_python(value)
        return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValidationError, OverflowError):
        return None


Word = Annotated[str, AfterValidator(str.lower)]
"""A vendor's own word for a state: the same in any letters."""

Moment = Annotated[datetime | None, BeforeValidator(moment)]


def read_as(form: Callable[[Any], T], value: Any, service: str, what: str) -> T:
    """Read a part of an answer by what validates its form.

    Raises:
        BadResponse: It cannot be read; `what` says which answer that is.
    """
    try:
        return form(value)
    except ValidationError as error:
        raise unreadable(service, what, error) from None


def unreadable(service: str, what: str, reason: ValidationError | str) -> BadResponse:
    """Say which answer cannot be read, and what in it; nothing of the answer itself is shown."""
    if isinstance(reason, ValidationError):
        first = reason.errors(include_url=False, include_input=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return BadResponse(f"{service}: {what}: an answer that cannot be read ({reason})", service=service)
