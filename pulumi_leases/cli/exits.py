"""What the exit codes say."""

from __future__ import annotations

from ..domain.errors import (
    AlreadyLeased,
    BadResponse,
    BrokenProvider,
    ConfigError,
    InvalidInput,
    LeaseChanged,
    LeaseError,
    NoAnswer,
    NotFound,
    NumberUnavailable,
    OutcomeUnknown,
    RateLimited,
    ReleaseUnproven,
    StillLeased,
    Unreachable,
)

FAULT = 1
WRONG = 1
"""`doctor` found something wrong."""
WRONG_ARGUMENTS = 2
FINDINGS = 3
CONFIGURATION = 4
REFUSED = 5
NO_ANSWER = 6
NOT_THERE = 7
NOT_CONFIRMED = 8

_CODES: tuple[tuple[int, tuple[type[LeaseError], ...]], ...] = (
    (FAULT, (BrokenProvider,)),
    (WRONG_ARGUMENTS, (InvalidInput,)),
    (CONFIGURATION, (ConfigError,)),
    (NO_ANSWER, (Unreachable, NoAnswer, BadResponse, RateLimited)),
    (NOT_THERE, (NotFound, NumberUnavailable, AlreadyLeased, LeaseChanged)),
    (NOT_CONFIRMED, (OutcomeUnknown, ReleaseUnproven, StillLeased)),
)

EPILOG = (
    "Exit codes: 0 done, 1 a fault of this command or something wrong (doctor), 2 wrong arguments, 3 findings (orphans), "
    "4 a setting is missing or wrong, 5 the service refused, 6 the service gave no usable answer, 7 the number is not "
    "leased, 8 a release is not confirmed."
)


def code(error: LeaseError) -> int:
    """Find the exit code of an error; one that is not listed counts as a refusal."""
    return next((code for code, kinds in _CODES if isinstance(error, kinds)), REFUSED)
