"""What one login leases: its listing, and what stacks declare beyond that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..leasing.releasing import locate_lease
from .orphans import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..leasing.account import Account
    from .stacks import Declared


def read_held(login: Account, declared: Iterable[Declared], report: Callable[[str], None]) -> list[Held]:
    """Read every lease that a login holds; what its listing does not show is asked for singly, as a refresh does.

    Args:
        login: Whose leases.
        declared: What stacks say that this login leases.
        report: Takes what is waited for.

    Raises:
        LeaseError: The service could not be asked.
    """
    report(f"asking {login.service.name} what account {login.name} leases")
    held = [lease for leases in login.leases().value.values() for lease in leases]
    for one in declared:
        if one.lease is None:
            held += login.find(one.number)
        else:
            ours, others = locate_lease(login, one.number, one.lease, report)
            held += [lease for lease in (ours, *others) if lease]
    return [Held(login, lease) for lease in login.service.fill_in_prices(held)]
