"""One request of the engine, from either provider: which resource it is about, and how to report on its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..domain.errors import LeaseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..leasing.account import Account
    from ..leasing.run import Run
    from .status import Status


@dataclass(frozen=True)
class Call:
    """What a verb must know besides the properties.

    Attributes:
        owner: The URN of the LeasedNumber, which its intent shares.
        status: Takes lines for the resource's row.
        hints: What the resource's class reports beside its inputs; empty where the engine calls without the program.
        timeout_s: How long the program lets the call take; None where it does not say.
    """

    owner: str
    status: Status
    hints: Mapping[str, Any] = field(default_factory=dict)
    timeout_s: float | None = None

    @property
    def is_preview(self) -> bool:
        """Whether nothing is created in this run."""
        return bool(self.hints.get("preview"))


def account_of(run: Run, props: Mapping[str, Any]) -> Account:
    """Open the login that properties or a claim name, which must be the one that they were written with."""
    return run.account(props["service"], props["account"], props.get("login"))


@dataclass(frozen=True)
class Difference:
    """The result of a diff: whether something changes (None: the engine compares), and which keys ask for a replacement."""

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
