"""A service's desk in the contract suite: how to connect to it, what can be made to go wrong, and the vendor's side.

A further service gets the suite by a desk of its own in `DESKS`; one that the emulator plays needs two dozen lines.
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
    """A service with a vendor of its own. Verbs are the protocol's: search, offer, lease, find, list, release."""

    name: ClassVar[str]
    refusals: ClassVar[Mapping[str, Mapping[str, Any]]]
    """By what the refusal is about (`money`), how `refuse` brings it about, where the service has such a refusal."""
    usual_wait_s: ClassVar[float | None]
    """The wait that an answer asks for when it asks to slow down and the fault gives none."""
    requirements: ClassVar[Mapping[str, str]]
    """Requirements with which the vendor leases a number, where it takes any."""
    wiring: ClassVar[Mapping[str, Any]]
    """What a number can be connected to, by input, with values that the vendor takes."""

    def settings(self, login: str = "main") -> dict[str, str]:
        """Return what to configure for a login of the vendor."""

    def held(self, login: str = "main") -> dict[str, str]:
        """Return the lease ids that the vendor holds, by number."""

    def paid(self) -> int:
        """Return how many leases the vendor was ever paid for by its API's users."""

    def calls(self, verb: str) -> int:
        """Return how many calls of a verb have reached the vendor."""

    def take(self, number: str, login: str = "stranger") -> None:
        """Lease a number by other means."""

    def end(self, number: str) -> None:
        """End the lease of a number by other means."""

    def fault(self, verb: str, fault: str, times: int = 1, **params: Any) -> None:
        """Make the next calls of a verb go wrong, in the words of the emulator's table of faults."""

    def refuse(self, what: str) -> None:
        """Have every lease refused, for a reason among `refusals`."""

    def leave_pending(self) -> bool:
        """Have every lease stay pending; return whether the vendor has such leases at all."""

    def rename(self, number: str, text: str) -> None:
        """Put a text in the place of the reference that a lease carries, by other means."""

    def connected_to(self, number: str) -> Mapping[str, Any]:
        """Return what a number of `main` is connected to, as the vendor has it, by input."""

    def show_ended(self) -> bool:
        """Have the vendor show what has ended; return whether it ever does."""


class EmulatedDesk:
    """A vendor that the emulator plays."""

    name: ClassVar[str]
    operations: ClassVar[Mapping[str, str]]
    """The emulator's operation for each verb."""
    refusals: ClassVar[Mapping[str, Mapping[str, Any]]] = {"money": {"payment": 402}}
    usual_wait_s: ClassVar[float | None] = None
    requirements: ClassVar[Mapping[str, str]] = {}
    wiring: ClassVar[Mapping[str, Any]] = {}
    pending: ClassVar[Mapping[str, Any]] = {}
    """The emulator's switches with which a lease stays pending."""
    showing_ended: ClassVar[Mapping[str, Any] | None] = None
    """The emulator's switches with which what has ended is shown; None where nothing shows it."""

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

    def leave_pending(self) -> bool:
        self.vendor.switch(self.name, **self.pending)
        return bool(self.pending)

    def rename(self, number: str, text: str) -> None:
        raise NotImplementedError

    def connected_to(self, number: str) -> Mapping[str, Any]:
        raise NotImplementedError

    def show_ended(self) -> bool:
        self.vendor.switch(self.name, **(self.showing_ended or {}))
        return self.showing_ended is not None

    def vendor_settings(self, number: str) -> Mapping[str, Any]:
        """Return what the vendor has set about a number, under its own names."""
        return self.vendor.leased(self.name, self.login("main"))[number].settings


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
    pending: ClassVar[Mapping[str, Any]] = {"create_status": "pending", "pending_s": 3600}
    showing_ended: ClassVar[Mapping[str, Any] | None] = {"after_termination": "terminated_fields"}

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


class TelnyxDesk(EmulatedDesk):
    name = "telnyx"
    operations: ClassVar[Mapping[str, str]] = {
        "search": "available",
        "offer": "available",
        "lease": "lease",
        "find": "leased",
        "list": "leased",
        "release": "terminate",
    }
    usual_wait_s: ClassVar[float | None] = 1
    requirements: ClassVar[Mapping[str, str]] = {"group": "5b9d6ba6-8d11-4b0c-9a6f-3a2c5f1f0d11"}
    wiring: ClassVar[Mapping[str, Any]] = {
        "voice": {"connection": "1293384261075731461"},
        "messaging": {"profile": "4001754e-2a3f-4d53-b4a5-1f4a5f3c0b77"},
        "tags": ["desk", "sales"],
    }
    pending: ClassVar[Mapping[str, Any]] = {"order_outcome": "pending", "requirement_group": "all"}
    showing_ended: ClassVar[Mapping[str, Any] | None] = {}

    def settings(self, login: str = "main") -> dict[str, str]:
        return {"api_key": self.login(login), "base_url": self.vendor.telnyx}

    def login(self, name: str) -> str:
        return self.vendor.telnyx_key(name)

    def rename(self, number: str, text: str) -> None:
        self.vendor.edit(self.name, number, customer_reference=text)

    def connected_to(self, number: str) -> Mapping[str, Any]:
        held = self.vendor_settings(number)
        return {
            "voice": {"connection": held["connection_id"] or None},
            "messaging": {"profile": held["messaging_profile_id"]},
            "tags": held["tags"],
            "requirements": {"group": held["requirement_group_id"]},
        }


class TwilioDesk(EmulatedDesk):
    name = "twilio"
    operations: ClassVar[Mapping[str, str]] = {
        "search": "available",
        "offer": "available",
        "lease": "lease",
        "find": "leased",
        "list": "leased",
        "release": "terminate",
    }
    refusals: ClassVar[Mapping[str, Mapping[str, Any]]] = {"money": {"funds": 20005}}
    requirements: ClassVar[Mapping[str, str]] = {
        "address": f"AD{'1' * 32}",
        "bundle": f"BU{'1' * 32}",
        "identity": f"RI{'1' * 32}",
    }
    wiring: ClassVar[Mapping[str, Any]] = {
        "label": "desk",
        "voice": {
            "url": "https://example.com/calls",
            "method": "GET",
            "fallback_url": "https://example.com/calls/again",
            "fallback_method": "GET",
            "application": f"AP{'1' * 32}",
            "trunk": None,
        },
        "messaging": {
            "url": "https://example.com/messages",
            "method": "GET",
            "fallback_url": "https://example.com/messages/again",
            "fallback_method": "GET",
            "application": f"AP{'2' * 32}",
        },
        "status_callback": {"url": "https://example.com/status", "method": "GET"},
        "emergency_address": f"AD{'2' * 32}",
    }

    def __init__(self, vendor: Vendor) -> None:
        super().__init__(vendor)
        vendor.switch(self.name, after_release="new_sid")  # others offer a released number again at once

    def settings(self, login: str = "main") -> dict[str, str]:
        return {
            "account_sid": self.login(login),
            "auth_token": self.vendor.twilio_auth_token,
            "base_url": self.vendor.twilio,
            "pricing_base_url": self.vendor.twilio_pricing,
            "messaging_base_url": self.vendor.twilio_messaging,
        }

    def login(self, name: str) -> str:
        return self.vendor.account_sid(name)

    def rename(self, number: str, text: str) -> None:
        self.vendor.edit(self.name, number, friendly_name=text)

    def connected_to(self, number: str) -> Mapping[str, Any]:
        held = {name: value or None for name, value in self.vendor_settings(number).items()}
        ends = ("url", "method", "fallback_url", "fallback_method")
        return {
            "label": held["friendly_name"],
            "voice": {
                **{end: held[f"voice_{end}"] for end in ends},
                "application": held["voice_application_sid"],
                "trunk": held["trunk_sid"],
            },
            "messaging": {**{end: held[f"sms_{end}"] for end in ends}, "application": held["sms_application_sid"]},
            "status_callback": {"url": held["status_callback"], "method": held["status_callback_method"]},
            "emergency_address": held["emergency_address_sid"],
            "requirements": {name: held[f"{name}_sid"] for name in self.requirements},
        }

    def fault(self, verb: str, fault: str, times: int = 1, **params: Any) -> None:
        """A release answers 204, without a body: to spoil the body takes a 200; an answer is cut or slow as a whole."""
        instead = {"truncated": "drop_after", "slow_body": "delay_after", "huge": "garbage"}
        if verb == "release" and fault in instead:
            fault, params = instead[fault], {name: value for name, value in params.items() if name == "seconds"}
        if verb == "release" and fault in {"html", "empty", "garbage"}:
            params = {"code": 200, **params}
        super().fault(verb, fault, times, **params)


DESKS: dict[str, type[EmulatedDesk]] = {
    desk.name: desk for desk in (ContiguityDesk, TeleSignDesk, TelnyxDesk, TwilioDesk)
}


def connected(desk: Desk, login: str = "main", **settings: str) -> LeaseService:
    """Connect as a user would, with some settings changed."""
    return service_class(desk.name)({**desk.settings(login), **settings}, 1000)


def pages(service: LeaseService) -> Iterator[Any]:
    """Go through all that is on offer around the numbers above."""
    from pulumi_leases.domain.search import NumberSearch

    near = NumberSearch(country="US", prefix=NUMBER[:8])
    return (offer for page in service.search(service.query(near)) for offer in page)
