"""What can go wrong: one class for each thing that a caller can do about it.

LeaseError
    ConfigError             a setting is missing or malformed: set it
    InvalidInput            the program asks for what cannot be: change it
    Refused                 the service said no, in its own words: do what they ask
        Unauthorized        401: mend the key
        PaymentRequired     402: top up
        Discontinued        the service no longer offers the product to this login
    NotFound                404 from the service itself, not from something in between
    RateLimited             429, after waiting as the service asked: come back later
    Unreachable             no connection: surely nothing was done
    NoAnswer                sent, but no usable answer came: what was done is unknown
    BadResponse             an answer that cannot be read
    NumberUnavailable       the number cannot be leased: choose another
    AlreadyLeased           the account leases it, but not by this stack: adopt, import, or choose another
    LeaseChanged            another lease of the same number stands where ours was
    LeasedElsewhere         the number is leased, but not to this login: wrong key?
    OutcomeUnknown          paid or not? the next `pulumi up` finds out
    ReleaseUnproven         nothing shows that a lease has ended: wrong key, wrong address, a broken gateway?
    StillLeased             a release is not confirmed
    Cancelled               the run was cancelled before its paying call: nothing was sent
    BrokenProvider          a fault of this package, with its traceback

Every message is one self-sufficient line and never holds a credential.
"""

from __future__ import annotations

_LONGEST_MESSAGE = 1200


class LeaseError(Exception):
    """Base of all errors of this package.

    Attributes:
        service: Name of the leasing service, if one was involved.
        status: HTTP status of the answer, if there was one.
        code: The service's own error code, if it gave one.
        request_id: What the service calls the request; quote it to its support.
        agreement_url: Where the service wants something agreed to first. Never agreed to by this package.
        nothing_leased: Whether it is sure that nothing was leased: a later run need not look for a lease of this one.
    """

    nothing_leased: bool = False

    def __init__(
        self,
        message: str,
        *,
        service: str | None = None,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        agreement_url: str | None = None,
    ) -> None:
        line = " ".join("".join(letter if letter.isprintable() else " " for letter in message).split())
        super().__init__(line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + "…")
        self.service = service
        self.status = status
        self.code = code
        self.request_id = request_id
        self.agreement_url = agreement_url


class ConfigError(LeaseError):
    """A setting is missing or malformed; the message names the variable and the config key."""


class InvalidInput(LeaseError):
    """The program declares what cannot be.

    Attributes:
        property: The input that the program gave, or "" where it gave none.
    """

    def __init__(self, property_: str, message: str) -> None:
        super().__init__(message)
        self.property = property_


class Refused(LeaseError):
    """The service refused, for good, in its own words."""


class Unauthorized(Refused):
    """The service does not take the credentials (401)."""


class PaymentRequired(Refused):
    """The service wants money first (402)."""


class Discontinued(Refused):
    """The service no longer offers the product, or not to this login."""


class NotFound(LeaseError):
    """The service itself says that there is no such thing."""


class RateLimited(LeaseError):
    """The service asks to slow down (429).

    Attributes:
        retry_after_s: Seconds the service asked to wait, or None where it did not say.
    """

    retry_after_s: float | None = None


class Unreachable(LeaseError):
    """No connection came about: surely nothing was done."""


class NoAnswer(LeaseError):
    """The request was sent and no usable answer came; what the service did is unknown."""


class BadResponse(LeaseError):
    """An answer that cannot be read as what the service documents."""


class NumberUnavailable(LeaseError):
    """The number cannot be leased; nothing was charged."""


class AlreadyLeased(LeaseError):
    """The account leases the number already, but not by this stack."""


class LeaseChanged(LeaseError):
    """The number has another lease than the one that the stack knows."""


class LeasedElsewhere(LeaseError):
    """The number is leased, but not to this login."""


class OutcomeUnknown(LeaseError):
    """A lease was asked for and it is not known whether it was made; the next `pulumi up` finds out."""


class Cancelled(LeaseError):
    """The command was cancelled before the number was paid for; nothing was charged, and the next `pulumi up` leases it."""


class ReleaseUnproven(LeaseError):
    """A lease is not found, and nothing proves that it has ended or that this account had it."""


class StillLeased(LeaseError):
    """A release is not confirmed: the number is still leased to the account."""


class BrokenProvider(LeaseError):
    """A fault of this package itself."""


for _error in list(globals().values()):
    if isinstance(_error, type) and issubclass(_error, LeaseError):
        _error.__module__ = "pulumi_leases"  # users import them from there, and the engine prints the path
