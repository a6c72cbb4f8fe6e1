"""A service's desk in the contract suite: how to connect to it, what to make go wrong, and the vendor's side as the judge.

A further service gets the suite by a desk of its own in `DESKS`; one that the emulator plays needs a dozen lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from pulumi_leases.services import service_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi_leases.emulator import Vendor
    from pulumi_leases.services.base import LeaseService

NUMBER = "+12015550123"
OTHER = "+12015550124"
THIRD = "+12015550125"
NO_NUMBER = "+12015559999"
"""A number that no vendor has; the three above are on offer at each."""
ALL = 0
"""A fault for every call to come."""


class Desk(Protocol):
    """One service at one vendor of its own. Verbs are the protocol's: search, offer, lease, find, list, release."""

    name: ClassVar[str]
    refusals: ClassVar[Mapping[str, Mapping[str, Any]]]
    """By what the refusal is about (`money`), how `refuse` brings it about, where the service has such a refusal."""

    def settings(self, login: str = "main") -> dict[str, str]:
        """Tell what to configure for a login of the vendor."""

    def held(self, login: str = "main") -> dict[str, str]:
        """Tell whose lease ids the vendor holds, by number."""

    def paid(self) -> int:
        """Tell how many leases the vendor was ever paid for by its API's users."""

    def calls(self, verb: str) -> int:
        """Tell how many calls of a verb have reached the vendor."""

    def take(self, number: str, login: str = "stranger") -> None:
        """Lease a number by other means."""

    def end(self, number: str) -> None:
        """End the lease of a number by other means."""

    def fault(self, verb: str, fault: str, times: int = 1, **params: Any) -> None:
        """Make the next calls of a verb go wrong, in the words of the emulator's table of faults."""

    def refuse(self, what: str) -> None:
        """Have every lease refused, for a reason among `refusals`."""


class EmulatedDesk:
    """A vendor that the emulator plays."""

    name: ClassVar[str]
    operations: ClassVar[Mapping[str, str]]
    """The emulator's operation for each verb."""
    refusals: ClassVar[Mapping[str, Mapping[str, Any]]] = {"money": {"payment": 402}}

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor

    def settings(self, login: str = "main") -> dict[str, str]:
        raise NotImplementedError

    def login(self, name: str) -> str:
        raise NotImplementedError

    def held(self, login: str = "main") -> dict[str, str]:
        leased = self.vendor.leased(self.name, self.login(login))
        return {number: lease.lease_id for number, lease in leased.items()}

    def paid(self) -> int:
        leases = self.vendor.charges(self.name, self.login("main"))
        return len([charge for charge in leases if charge.kind == "upfront"])

    def calls(self, verb: str) -> int:
        return len(self.vendor.calls(self.operations[verb], vendor=self.name))

    def take(self, number: str, login: str = "stranger") -> None:
        self.vendor.lease(self.name, number, self.login(login))

    def end(self, number: str) -> None:
        self.vendor.terminate(self.name, number)

    def fault(self, verb: str, fault: str, times: int = 1, **params: Any) -> None:
        self.vendor.fault(self.operations[verb], fault, vendor=self.name, times=times, **params)

    def refuse(self, what: str) -> None:
        self.vendor.switch(self.name, **self.refusals[what])


class ContiguityDesk(EmulatedDesk):
    name = "contiguity"
    operations: ClassVar[Mapping[str, str]] = {
        "search": "available",
        "offer": "get",
        "lease": "lease",
        "find": "get",
        "list": "leased",
        "release": "terminate",
    }

    def settings(self, login: str = "main") -> dict[str, str]:
        return {"token": self.login(login), "base_url": self.vendor.contiguity}

    def login(self, name: str) -> str:
        return self.vendor.token(name)


class TeleSignDesk(EmulatedDesk):
    name = "telesign"
    operations: ClassVar[Mapping[str, str]] = {
        "search": "search",
        "offer": "search",
        "lease": "lease",
        "find": "list",
        "list": "list",
        "release": "cancel",
    }

    def settings(self, login: str = "main") -> dict[str, str]:
        return {
            "customer_id": self.login(login),
            "api_key": self.vendor.telesign_api_key,
            "auth_method": "hmac-sha256",
            "base_url": self.vendor.telesign,
        }

    def login(self, name: str) -> str:
        return self.vendor.customer(name)


DESKS: dict[str, type[EmulatedDesk]] = {desk.name: desk for desk in (ContiguityDesk, TeleSignDesk)}


def connected(desk: Desk, login: str = "main", **settings: str) -> LeaseService:
    """Connect as a user would, with some settings changed."""
    return service_class(desk.name)({**desk.settings(login), **settings}, 1000)


def pages(service: LeaseService) -> Iterator[Any]:
    """Go through all that is on offer."""
    from pulumi_leases.domain.search import NumberSearch

    return (offer for page in service.search(service.query(NumberSearch())) for offer in page)
