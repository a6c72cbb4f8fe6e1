"""The tests' handle on an emulator: a client of its control API. It shows the vendor's side of what happened."""

import time
import uuid
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx

from pulumi_leases.emulator.contiguity.profile import CONTIGUITY, KEY_MARK
from pulumi_leases.emulator.control import ControlError
from pulumi_leases.emulator.faults import Rule
from pulumi_leases.emulator.gate import Held
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.journal import Call
from pulumi_leases.emulator.ledger import Charge, Lease
from pulumi_leases.emulator.logins import DEMO_API_KEY
from pulumi_leases.emulator.telesign.profile import TELESIGN
from pulumi_leases.emulator.telnyx.profile import KEY_MARK as TELNYX_KEY_MARK
from pulumi_leases.emulator.telnyx.profile import TELNYX
from pulumi_leases.emulator.twilio.profile import MESSAGING_MOUNT, PRICING_MOUNT, TWILIO
from pulumi_leases.emulator.twilio.sids import ACCOUNT, API_KEY, sid

if TYPE_CHECKING:
    from typing_extensions import Self

_WORK_TIMEOUT_S = 10


class EmulatorError(AssertionError):
    """The emulator itself has failed; nothing that it says can be trusted. Carries the tracebacks."""


@dataclass(frozen=True)
class State:
    """All vendors at one moment. `leases` are held, `past` are not any more; `charged` is by currency."""

    leases: list[Lease]
    past: list[Lease]
    charges: list[Charge]
    charged: dict[str, float]
    charged_by_login: dict[str, dict[str, float]]
    switches: dict[str, dict[str, Any]]
    now: float


class Vendor:
    """The vendors of the emulator at `url`, over HTTP, or in process with `httpx.WSGITransport(app=emulator)`."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        self.contiguity = self.url + CONTIGUITY.path
        self.telesign = self.url + TELESIGN.path
        self.telesign_api_key = DEMO_API_KEY
        self.telnyx = self.url + TELNYX.path
        self.twilio = self.url + TWILIO.path
        self.twilio_pricing = self.url + PRICING_MOUNT
        self.twilio_messaging = self.url + MESSAGING_MOUNT
        self.twilio_auth_token = DEMO_API_KEY
        self._http = httpx.Client(
            base_url=self.url + "/control",
            transport=transport,
            verify=False,  # noqa: S501 an emulator speaks plain HTTP; to load certificates takes longer than most tests
            trust_env=False,
            timeout=30,
        )

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def token(self, name: str = "main") -> str:
        """The Contiguity key of the login of this name; it is also what journal and leases call the login."""
        return f"{KEY_MARK}{name}"

    def customer(self, name: str = "main") -> str:
        """The TeleSign customer id of the login of this name; its API key is `telesign_api_key`."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://telesign.invalid/{name}"))

    def telnyx_key(self, name: str = "main") -> str:
        """The Telnyx key of the login of this name; it is also what journal and leases call the login."""
        return f"{TELNYX_KEY_MARK}0{name}"

    def account_sid(self, name: str = "main") -> str:
        """The Twilio account of this name, which is also its login; its auth token is `twilio_auth_token`."""
        return sid(ACCOUNT, name)

    def api_key_sid(self, name: str = "main") -> str:
        """The API key of the Twilio account of this name; its secret is `twilio_auth_token` too."""
        return sid(API_KEY, name)

    def state(self) -> State:
        """Everything that is leased, was leased and was charged."""
        answer = self._ask("GET", "/state")
        if answer["emulator_errors"]:
            raise EmulatorError("\n".join(answer["emulator_errors"]))
        return State(
            leases=[Lease(**one) for one in answer["leases"]],
            past=[Lease(**one) for one in answer["past"]],
            charges=[Charge(**one) for one in answer["charges"]],
            charged=answer["charged"],
            charged_by_login=answer["charged_by_login"],
            switches=answer["switches"],
            now=answer["clock"]["now"],
        )

    def leases(self, vendor: str | None = None, login: str | None = None) -> list[Lease]:
        """What is leased now, oldest first."""
        leases = self.state().leases
        return [one for one in leases if vendor in {None, one.vendor} and login in {None, one.login}]

    def leased(self, vendor: str | None = None, login: str | None = None) -> dict[str, Lease]:
        """What is leased now, by number.

        Raises:
            AssertionError: a number is leased twice, so that no dictionary could tell the truth.
        """
        leases = self.leases(vendor, login)
        by_number = {one.number: one for one in leases}
        if len(by_number) != len(leases):
            raise AssertionError(f"a number is leased more than once: {leases}")
        return by_number

    def charges(self, vendor: str | None = None, login: str | None = None, number: str | None = None) -> list[Charge]:
        """Every amount that was ever charged, oldest first."""
        return [
            one
            for one in self.state().charges
            if vendor in {None, one.vendor} and login in {None, one.login} and number in {None, one.number}
        ]

    def journal(self, since: int = 0) -> list[Call]:
        """The requests that the vendors got after the one with number `since`, in order.

        Raises:
            EmulatorError: one of them met a bug of the emulator.
        """
        calls = [Call(**one) for one in self._ask("GET", f"/journal?since={since}")]
        bugs = [call.emulator_error for call in calls if call.emulator_error]
        if bugs:
            raise EmulatorError("\n".join(bugs))
        return calls

    def calls(
        self,
        operation: str | None = None,
        *,
        vendor: str | None = None,
        number: str | None = None,
        login: str | None = None,
        since: int = 0,
    ) -> list[Call]:
        """The requests of the journal that match."""
        return [
            call
            for call in self.journal(since)
            if operation in {None, call.operation}
            and vendor in {None, call.vendor}
            and number in {None, call.number}
            and login in {None, call.login}
        ]

    def writes(self, since: int = 0) -> list[Call]:
        """The requests that could have changed something: every method but GET, whatever came of it."""
        return [call for call in self.journal(since) if call.method != "GET"]

    def fault(
        self,
        operation: str,
        fault: str,
        *,
        vendor: str = "*",
        number: str | None = None,
        login: str | None = None,
        times: int | None = None,
        skip: int = 0,
        **params: Any,
    ) -> Rule:
        """Script a fault for calls to come; `params` are those of the fault. `times` is 1 unless given, 0 for all."""
        rule = {
            "vendor": vendor,
            "operation": operation,
            "number": number,
            "login": login,
            "skip": skip,
            "fault": fault,
        }
        given = {} if times is None else {"times": times}
        return Rule(**self._ask("POST", "/faults", {**rule, **given, **params}))

    def faults(self) -> list[Rule]:
        return [Rule(**one) for one in self._ask("GET", "/faults")]

    def clear_faults(self) -> None:
        self._ask("DELETE", "/faults")

    def switch(self, vendor: str, **values: Any) -> None:
        """Set switches of one vendor; a name or value that does not exist raises `ControlError`."""
        self._ask("PATCH", "/switches", {vendor: values})

    def held(self) -> list[Held]:
        """The requests that wait for a release."""
        return [Held(**one) for one in self._ask("GET", "/held")]

    def wait_held(self, n: int = 1, timeout: float = 10) -> list[Held]:
        """The held requests, as soon as there are `n`; `TimeoutError` after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while len(held := self.held()) < n:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(held)} of {n} requests are held after {timeout} seconds")
            time.sleep(0.01)
        return held

    def release(self, held: int | None = None) -> list[int]:
        """Let one held request go on, or all; returns which, when the vendor has done their work.

        That the client has gone meanwhile changes nothing: its request was on the way.
        """
        released: list[int] = self._ask("POST", "/release", {} if held is None else {"id": held})["released"]
        deadline = time.monotonic() + _WORK_TIMEOUT_S
        while any(call.seq in released and call.outcome == "open" for call in self.journal()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the released requests are not done after {_WORK_TIMEOUT_S} seconds")
            time.sleep(0.01)
        return released

    def lease(self, vendor: str, number: str, login: str = "stranger", **more: Any) -> Lease:
        """Lease a number to a login by other means than its API.

        `more`: billing_method, lease_id, leased_at, ends_at (cancelled already, held until then), again, settings.
        """
        return Lease(**self._ask("POST", "/lease", {"vendor": vendor, "number": number, "login": login, **more}))

    def terminate(self, vendor: str, number: str | None = None, lease_id: str | None = None) -> Lease:
        """End a lease at once by other means than its API."""
        return Lease(**self._ask("POST", "/terminate", {"vendor": vendor, **_which(number, lease_id)}))

    def set_status(self, vendor: str, number: str, status: str | None, lease_id: str | None = None) -> Lease:
        """Make reads show this lease status; `expired` and `terminated` also free the number, null shows the true one."""
        body = {"vendor": vendor, "status": status, **_which(number, lease_id)}
        return Lease(**self._ask("POST", "/status", body))

    def edit(self, vendor: str, number: str, **settings: Any) -> Lease:
        """Set what a number is connected to by other means than the API, under the vendor's names; null takes it away."""
        return Lease(**self._ask("POST", "/settings", {"vendor": vendor, "number": number, "settings": settings}))

    def settle_order(self, vendor: str, number: str, outcome: str = "success") -> Lease:
        """End the order of a pending lease now; an outcome other than `success` frees the number."""
        return Lease(**self._ask("POST", "/settle", {"vendor": vendor, "number": number, "outcome": outcome}))

    def offers(self, vendor: str) -> dict[str, Offer]:
        """Every number of the vendor, leased or not, in the order in which it lists them."""
        return {one["number"]: Offer(**one) for one in self._ask("GET", f"/offers?vendor={vendor}")}

    def add_offer(self, vendor: str, number: str, **attributes: Any) -> Offer:
        return Offer(**self._ask("POST", "/offers", {"vendor": vendor, "number": number, **attributes}))

    def change_offer(self, vendor: str, number: str, **attributes: Any) -> Offer:
        return Offer(**self._ask("PATCH", "/offers", {"vendor": vendor, "number": number, **attributes}))

    def remove_offer(self, vendor: str, number: str | None = None) -> list[str]:
        """Take a number from the inventory, or all that are not leased; returns which."""
        removed: list[str] = self._ask("DELETE", "/offers", {"vendor": vendor, **_which(number, None)})["removed"]
        return removed

    def clock(self, *, offset_s: float | None = None, advance_s: float | None = None) -> float:
        """Shift the vendors' clock; returns its time, in epoch seconds."""
        wanted = {"offset_s": offset_s, "advance_s": advance_s}
        now: float = self._ask("POST", "/clock", {key: one for key, one in wanted.items() if one is not None})["now"]
        return now

    def login(self, vendor: str, login: str, **attributes: Any) -> None:
        """Set up a login: attributes of `pulumi_leases.emulator.logins.Login`."""
        self._ask("POST", "/logins", {"vendor": vendor, "login": login, **attributes})

    def revoke(self, vendor: str, login: str) -> None:
        self.login(vendor, login, revoked=True)

    def restore(self, vendor: str, login: str) -> None:
        self.login(vendor, login, revoked=False)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        response = self._http.request(method, path, json=body)
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise ControlError(response.json()["error"])
        return response.raise_for_status().json()


def _which(number: str | None, lease_id: str | None) -> dict[str, str]:
    named = {"number": number, "lease_id": lease_id}
    return {key: value for key, value in named.items() if value is not None}
