"""What the services' wire models share: tolerant of what is new, exact about what is missing, and how that is said."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from ..errors import BadResponse


class Wire(BaseModel):
    """A part of an answer; fields that nobody has heard of are ignored, and null is as if the field were missing."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _null_is_missing(cls, told: Any) -> Any:
        return {name: value for name, value in told.items() if value is not None} if isinstance(told, dict) else told


def unreadable(service: str, what: str, reason: ValidationError | str) -> BadResponse:
    """Say which answer cannot be read, and what in it; nothing of the answer itself is told."""
    if isinstance(reason, ValidationError):
        first = reason.errors(include_url=False, include_input=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return BadResponse(f"{service}: {what}: an answer that cannot be read ({reason})", service=service)
