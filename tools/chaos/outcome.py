"""What a trial came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .plan import Plan


@dataclass
class Outcome:
    """What a trial came to; everything in it is as it should be where all counts are zero and nothing else is wrong."""

    plan: Plan
    reached: bool = False
    double_charges: int = 0
    leaks: int = 0
    wrong_releases: int = 0
    states_emptied: int = 0
    """How often a destroy ended well while a number of the stack was leased."""
    extra_steps: int = 0
    named_steps: int = 0
    """How often it was done as an error says: `up`, then `destroy`, of a number that is leased; the same again, then
    `state delete`, of one that nothing shows to be over."""
    half_written: int = 0
    """How often the engine had left the note beside its checkpoint half written, so that it was removed."""
    consents: int = 0
    """How often the program was edited as the error of a lost number says."""
    wrong: list[str] = field(default_factory=list)
    story: str = ""
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether the promise is broken."""
        return bool(
            self.double_charges
            or self.leaks
            or self.wrong_releases
            or self.states_emptied
            or self.extra_steps
            or self.wrong
        )
