"""One request of the engine, as both kinds of provider hand it on: who it is about, and how to report to its row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..domain.errors import LeaseError

if TYPE_CHECKING:
    from .status import Status


@dataclass(frozen=True)
class Call:
    """What a verb must know beside the properties.

    Attributes:
        owner: The URN of the LeasedNumber, which its intent shares.
        status: Takes lines for the resource's row.
        is_preview: Whether nothing is created in this run; known to a check only.
        named: The numbers that the program names, a line each; known to an intent's check only.
    """

    owner: str
    status: Status
    is_preview: bool = False
    named: str = ""


@dataclass(frozen=True)
class Difference:
    """What a diff comes to: whether something changes (None: the engine compares), and what asks for a replacement."""

    changes: bool | None
    replaces: tuple[str, ...] = ()


class HalfMade(LeaseError):
    """A create or update that failed, with what must be saved all the same.

    Attributes:
        outs: The outputs to save.
    """

    def __init__(self, message: str, outs: dict[str, Any]) -> None:
        super().__init__(message)
        self.outs = outs
