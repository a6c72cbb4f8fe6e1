"""What the services' wire models share: tolerant of what is new, exact about what is missing, and how that is said."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import BadResponse


class Wire(BaseModel):
    """A part of an answer; fields that nobody has heard of are ignored."""

    model_config = ConfigDict(extra="ignore")


def unreadable(service: str, what: str, reason: ValidationError | str) -> BadResponse:
    """Say which answer cannot be read, and what in it; nothing of the answer itself is told."""
    if isinstance(reason, ValidationError):
        first = reason.errors(include_url=False, include_input=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return BadResponse(f"{service}: {what}: an answer that cannot be read ({reason})", service=service)
