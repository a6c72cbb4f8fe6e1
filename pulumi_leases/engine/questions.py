"""What a program asks: what is on offer, what is leased. Reads, never spends; each service is asked once a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..config import DEFAULT_ACCOUNT
from ..domain.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..domain.models import Lease
    from ..leasing.account import Account
    from ..leasing.inputs import QueryInputs
    from ..leasing.run import Run
    from .state import Props


def available_numbers(run: Run, arguments: Mapping[str, Any]) -> list[Props]:
    """List the numbers on offer that fit a search, the best first.

    Raises:
        InvalidInput: An argument is not what it should be, or the service does not report what a criterion is about.
        LeaseError: The service could not be asked.
    """
    from ..leasing.choose import Limits, rank_for_list  # late: importing the package stays light, here and below
    from ..leasing.searching import require_reportable

    asked, account = _open(run, arguments)
    require_reportable(account.service, asked.search)
    offers = account.offers(account.service.query(asked.search))
    best = rank_for_list(offers, asked.search, limits=Limits())
    at = {"service": account.service.name, "account": account.name}
    return [{**at, **offer.model_dump(mode="json", exclude={"availability"})} for offer in best[: asked.limit]]


def list_leased_numbers(run: Run, arguments: Mapping[str, Any], since: float = 0.0) -> list[Props]:
    """List every lease that the account holds, by number; read at `since`, monotonic seconds, or later.

    Raises:
        LeaseError: The service could not be asked.
    """
    _, account = _open(run, arguments)
    leases = account.leases(since).value
    held = [lease for number in sorted(leases) for lease in leases[number]]
    return [_lease_props(account, lease) for lease in account.service.fill_in_prices(held)]


def look_up_number(run: Run, arguments: Mapping[str, Any]) -> Props:
    """Look up the lease of one number that the account leases.

    Raises:
        NotFound: The account does not lease the number.
        InvalidInput: An argument is not what it should be.
        LeaseError: The service could not be asked.
    """
    asked, account = _open(run, arguments)
    assert asked.number is not None
    held = account.service.fill_in_prices(account.find(asked.number))
    if not held:
        raise NotFound(
            f"{asked.number} is not leased by account {account.name!r} of {account.service.name}",
            service=account.service.name,
        )
    return _lease_props(account, held[0])


def _lease_props(account: Account, lease: Lease) -> Props:
    props = lease.model_dump(mode="json", exclude={"settings"})  # a URL among them may hold a secret
    props["lease_status"] = props.pop("status")
    return {"service": account.service.name, "account": account.name, **props}


def _open(run: Run, arguments: Mapping[str, Any]) -> tuple[QueryInputs, Account]:
    from ..leasing.inputs import QueryInputs, validate

    asked = validate(QueryInputs, arguments)
    name = asked.account or DEFAULT_ACCOUNT
    return asked, run.account(asked.service or run.config.service(name), name)
