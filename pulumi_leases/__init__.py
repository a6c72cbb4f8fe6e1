"""Declare the phone numbers you lease, next to the rest of your infrastructure.

`pulumi preview` says which numbers would be leased and what they cost; `pulumi up` leases each exactly once;
`pulumi refresh` tells what changed outside; `pulumi destroy` releases them. Nothing happens at import.
"""

from .args import FailoverArgs, FailoverArgsDict, NumberSearchArgs, NumberSearchArgsDict
from .cost import total_cost
from .errors import LeaseError
from .pool import NumberPool
from .resources import LeasedNumber

__all__ = [
    "FailoverArgs",
    "FailoverArgsDict",
    "LeaseError",
    "LeasedNumber",
    "NumberPool",
    "NumberSearchArgs",
    "NumberSearchArgsDict",
    "total_cost",
]
