"""One thing that was looked at, and how it is mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...domain.errors import LeaseError

_COMMAND = re.compile(r"`((?:pulumi|unset) [^`]+)`")
_SHOW_SETTINGS = "pulumi config; env | grep -o '^LEASES_[^=]*'"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        subject: What it belongs to: `pulumi`, `settings`, a login as `service/account`, a stack as `project/stack`.
        aspect: What of it was looked at.
        found: What was found, in one line; never a credential.
        mend: The command that mends it; None where nothing is wrong.
    """

    subject: str
    aspect: str
    found: str
    mend: str | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether something has to be mended."""
        return self.mend is not None


def named_command(text: str) -> str | None:
    """Find the command that a message names as the way out."""
    found = _COMMAND.search(text)
    return found[1] if found else None


def mend_settings(error: LeaseError) -> str:
    """Write the command that mends a setting: the one that its error names, else the one that shows what is set."""
    return named_command(str(error)) or _SHOW_SETTINGS
