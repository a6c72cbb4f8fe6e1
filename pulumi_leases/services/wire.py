"""What the services' wire models share: tolerant of what is new, exact about what is missing, and how that is said."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError, model_validator

from ..errors import BadResponse

_DATETIME = TypeAdapter(datetime)


class Wire(BaseModel):
    """A part of an answer; fields that nobody has heard of are ignored, and null is as if the field were missing."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _null_is_missing(cls, told: Any) -> Any:
        return {name: value for name, value in told.items() if value is not None} if isinstance(told, dict) else told


def moment(told: Any) -> datetime | None:
    """Read a time in any likely form: ISO 8601, epoch seconds or milliseconds; UTC where no zone is told.

    None where it cannot be read: what it dates is there all the same.
    """
    try:
        at = _DATETIME.validate_python(told)
        return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValidationError, OverflowError):
        return None


Moment = Annotated[datetime | None, BeforeValidator(moment)]


def unreadable(service: str, what: str, reason: ValidationError | str) -> BadResponse:
    """Say which answer cannot be read, and what in it; nothing of the answer itself is told."""
    if isinstance(reason, ValidationError):
        first = reason.errors(include_url=False, include_input=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return BadResponse(f"{service}: {what}: an answer that cannot be read ({reason})", service=service)
