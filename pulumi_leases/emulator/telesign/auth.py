"""Who signs a TeleSign request: Basic, and the TSA digest of https://developer.telesign.com/enterprise/docs/authentication."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from pulumi_leases.emulator.answer import Refused
from pulumi_leases.emulator.logins import Claim, Login, Logins
from pulumi_leases.emulator.switches import Switches
from pulumi_leases.emulator.telesign.profile import MOUNT, TELESIGN


class Unauthorised(Refused):
    """A request whose sender is not accepted, with TeleSign's error code for the reason."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(401, text, code=code, outcome="unauthorised")


def claim(header: str) -> Claim:
    """The scheme and the customer id of an Authorization header, unverified; empty where it cannot be read."""
    scheme, _, rest = header.partition(" ")
    if scheme == "Basic":
        rest = _basic(rest) or ""
    return Claim(scheme, rest.partition(":")[0])


class Message(NamedTuple):
    """What came over the wire; `path` goes without the query, header names are in title case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str


def string_to_sign(message: Message) -> str:
    """The lines that the digest covers."""
    headers = message.headers
    content_type = headers.get("Content-Type", "")
    lines = [message.method.upper(), content_type, "" if "X-Ts-Date" in headers else headers.get("Date", "")]
    lines.append(f"x-ts-auth-method:{headers.get('X-Ts-Auth-Method', '')}")
    if "X-Ts-Date" in headers:
        lines.append(f"x-ts-date:{headers['X-Ts-Date']}")
    lines.append(f"x-ts-nonce:{headers.get('X-Ts-Nonce', '')}")
    if message.body and content_type:
        lines.append(message.body)
    return "\n".join([*lines, message.path])


def signature(api_key: str, text: str) -> str:
    """The Base64 HMAC-SHA256 of the text under the decoded key."""
    return base64.b64encode(hmac.new(base64.b64decode(api_key), text.encode(), hashlib.sha256).digest()).decode()


class Guard:
    """Verifies requests, and remembers nonces so that none is used twice."""

    def __init__(self, logins: Logins, switch: Switches) -> None:
        self._logins = logins
        self._switch = switch
        self._nonces: dict[tuple[str, str], float] = {}

    def admit(self, message: Message, now: float) -> str:
        """The customer id of a request that is what it claims to be.

        Raises:
            Unauthorised: it is not, with the code that TeleSign documents for the reason.
        """
        header = message.headers.get("Authorization")
        if not header:
            raise Unauthorised(-30004, "Missing required 'Authorization' header")
        scheme, customer, secret = _credentials(header)
        if not TELESIGN.knows_login(customer):
            raise Unauthorised(-30000, "Invalid Customer ID")
        login = self._logins[TELESIGN.name, customer]
        if login.revoked:
            raise Unauthorised(-30001, "Account suspended")
        if scheme == "TSA":
            self._check_digest(login, secret, message, now)
        elif not hmac.compare_digest(secret.encode(), login.api_key.encode()):
            raise Unauthorised(-30015, "Invalid API Key")
        return customer

    def _check_digest(self, login: Login, given: str, message: Message, now: float) -> None:
        if message.headers.get("X-Ts-Auth-Method") != "HMAC-SHA256":
            raise Unauthorised(-30008, "Invalid 'x-ts-auth-method' header")
        self._check_date(message.headers.get("X-Ts-Date") or message.headers.get("Date"), now)
        nonce = message.headers.get("X-Ts-Nonce", "")
        if not 1 <= len(nonce) <= self._switch["nonce_length"]:
            raise Unauthorised(-30011, "The 'x-ts-nonce' header's length is not valid")
        unmounted = message._replace(path=message.path.removeprefix(MOUNT))
        expected = [signature(login.api_key, string_to_sign(one)) for one in (message, unmounted)]
        if not any(hmac.compare_digest(given.encode(), one.encode()) for one in expected):
            raise Unauthorised(-30006, "Invalid Signature")
        self._check_nonce(login.name, nonce, now)

    def _check_date(self, date: str | None, now: float) -> None:
        if not date:
            raise Unauthorised(-30007, "Missing required 'Date' or 'x-ts-date' header")
        try:
            sent = parsedate_to_datetime(date)
        except ValueError:
            raise Unauthorised(-30009, "The 'Date' header is not RFC 822 compliant") from None
        aware = sent if sent.tzinfo is not None else sent.replace(tzinfo=timezone.utc)
        if abs(aware.timestamp() - now) > self._switch["date_tolerance_s"]:
            raise Unauthorised(-30010, "The 'Date' header is out of range")

    def _check_nonce(self, customer: str, nonce: str, now: float) -> None:
        used = self._nonces.get((customer, nonce))
        if used is not None and now < used + self._switch["nonce_memory_s"]:
            raise Unauthorised(-30012, "The 'x-ts-nonce' header was used before")
        self._nonces[customer, nonce] = now


def _credentials(header: str) -> tuple[str, str, str]:
    scheme, _, rest = header.partition(" ")
    written = {"Basic": _basic(rest), "TSA": rest}.get(scheme) or ""
    customer, _, secret = written.partition(":")
    if not secret:
        raise Unauthorised(-30005, "The 'Authorization' header's format is not valid")
    return scheme, customer, secret


def _basic(credentials: str) -> str | None:
    try:
        return base64.b64decode(credentials, validate=True).decode()
    except ValueError:  # not Base64, not ASCII, not UTF-8
        return None
