"""Declare the phone numbers you lease, next to the rest of your infrastructure.

`pulumi preview` says which numbers would be leased and what they cost; `pulumi up` leases each exactly once;
`pulumi refresh` tells what changed outside; `pulumi destroy` releases them. Nothing happens at import.
"""

from .domain.errors import (
    AlreadyLeased,
    BadResponse,
    BrokenProvider,
    ConfigError,
    Discontinued,
    InvalidInput,
    LeaseChanged,
    LeasedElsewhere,
    LeaseError,
    NoAnswer,
    NotFound,
    NumberUnavailable,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
    Refused,
    ReleaseUnproven,
    StillLeased,
    Unauthorized,
    Unreachable,
)
from .program.args import (
    FailoverArgs,
    FailoverArgsDict,
    MessagingArgs,
    MessagingArgsDict,
    NumberSearchArgs,
    NumberSearchArgsDict,
    RequirementsArgs,
    RequirementsArgsDict,
    StatusCallbackArgs,
    StatusCallbackArgsDict,
    VoiceArgs,
    VoiceArgsDict,
)
from .program.cost import total_cost
from .program.functions import (
    AvailableNumber,
    NumberLease,
    get_available_numbers,
    get_available_numbers_output,
    get_leased_numbers,
    get_leased_numbers_output,
    get_number,
    get_number_output,
)
from .program.number import LeasedNumber
from .program.pool import NumberPool

__version__ = "0.2.0"

__all__ = [
    "AlreadyLeased",
    "AvailableNumber",
    "BadResponse",
    "BrokenProvider",
    "ConfigError",
    "Discontinued",
    "FailoverArgs",
    "FailoverArgsDict",
    "InvalidInput",
    "LeaseChanged",
    "LeaseError",
    "LeasedElsewhere",
    "LeasedNumber",
    "MessagingArgs",
    "MessagingArgsDict",
    "NoAnswer",
    "NotFound",
    "NumberLease",
    "NumberPool",
    "NumberSearchArgs",
    "NumberSearchArgsDict",
    "NumberUnavailable",
    "OutcomeUnknown",
    "PaymentRequired",
    "RateLimited",
    "Refused",
    "ReleaseUnproven",
    "RequirementsArgs",
    "RequirementsArgsDict",
    "StatusCallbackArgs",
    "StatusCallbackArgsDict",
    "StillLeased",
    "Unauthorized",
    "Unreachable",
    "VoiceArgs",
    "VoiceArgsDict",
    "get_available_numbers",
    "get_available_numbers_output",
    "get_leased_numbers",
    "get_leased_numbers_output",
    "get_number",
    "get_number_output",
    "total_cost",
]
