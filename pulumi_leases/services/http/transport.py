"""One call over HTTP: its turn, time-outs, retries, status to error.

A GET is tried again where that can help. A DELETE and a POST are sent again from here only when surely nothing was
done; whether a lost answer is asked for again is decided where ownership is known. Redirects are not followed: they
would carry the key elsewhere.
"""

from __future__ import annotations

import email.utils
import json
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
from httpx_retries import Retry, RetryTransport

from ...domain.errors import (
    BadResponse,
    ConfigError,
    LeaseError,
    NoAnswer,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
    Unreachable,
)
from . import address
from .pacing import LONGEST_WAIT_S, Pace, PacedTransport, wait_asked_s

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Fields = Mapping[str, str | Sequence[str]]
    """The fields of a query or a form; a key with several values is repeated."""

CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 20.0
"""How long the head of an answer may take, and again its body. Then the request is given up here; the service may still
be working on it."""
LARGEST_BODY = 32 * 1024 * 1024

_CONNECT_ERRORS = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_READING = Retry(
    total=4, allowed_methods=["GET"], backoff_factor=0.5, max_backoff_wait=LONGEST_WAIT_S, total_timeout=90
)
_WRITING = _READING.copy_with(allowed_methods=["DELETE"], status_forcelist=[429], retry_on_exceptions=_CONNECT_ERRORS)
_NEVER = Retry(total=0)
_CONNECTIONS = httpx.Limits(max_connections=None, max_keepalive_connections=None)  # as many as there are threads
_REQUEST_IDS = ("twilio-request-id", "x-request-id", "x-telnyx-request-id")
_BELIEVABLE = timedelta(days=3650)


@dataclass
class Clock:
    """The service's clock, by the `Date` of its answers."""

    ahead: timedelta | None = None

    def observe(self, at: datetime) -> None:
        """Take note of the time that an answer carries, unless it is beyond belief."""
        ahead = at - datetime.now(timezone.utc)
        if abs(ahead) < _BELIEVABLE:
            self.ahead = ahead

    def now(self) -> datetime:
        """Return the service's time in UTC; this machine's own before any answer came."""
        return datetime.now(timezone.utc) + (self.ahead or timedelta())


@dataclass(frozen=True)
class Words:
    """What an answer says that is no success.

    Attributes:
        message: The service's own words, or the reason phrase where it used none.
        recognised: Whether the answer has the shape of this service's errors; a proxy's page has not.
    """

    message: str
    recognised: bool
    code: str | None = None
    request_id: str | None = None
    agreement_url: str | None = None
    kind: type[LeaseError] | None = None
    """What the service's code means, where it has codes; decides over the status."""


@dataclass(frozen=True)
class Answer:
    """An answer as it came."""

    method: str
    path: str
    status: int
    body: Any
    """Decoded JSON with decimal fractions, or None where the body is not JSON."""
    text: str
    headers: Mapping[str, str]
    """By name, whatever its case."""

    @property
    def retry_after_s(self) -> float | None:
        """How many seconds the service asks to wait, where it does."""
        return wait_asked_s(self.headers)


@dataclass
class Http:
    """The connection to one service for one login; safe to share between threads.

    Args:
        service: Name of the service, for messages.
        base_url: Where its API is. Plain http is taken for loopback addresses only.
        sign: Puts credentials on a request; called anew for each attempt.
        words: Reads what an unsuccessful answer says.
        requests_per_second: Upper bound over all threads; None for as many as the service takes.
        hidden: Credentials: an answer that repeats one is quoted without it.

    Raises:
        ConfigError: The base URL or the proxy is not usable, or would send credentials in clear.
    """

    service: str
    base_url: str
    sign: Callable[[httpx.Request], None]
    words: Callable[[Answer], Words]
    requests_per_second: float | None
    hidden: tuple[str, ...] = field(default=(), repr=False)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        url = address.check_url(self.service, self.base_url)
        self._at = url.netloc.decode()
        try:
            self._paced = PacedTransport(
                Pace(self.requests_per_second),
                self.sign,
                verify=url.scheme == "https",
                proxy=address.proxy_to(url),
                limits=_CONNECTIONS,
            )
        except (ValueError, httpx.InvalidURL, ImportError):
            # The value stays out of the message: it may hold a password.
            raise ConfigError(
                f"the proxy that the environment gives for {self._at} (HTTPS_PROXY or ALL_PROXY) cannot be used: it must "
                "be like http://proxy.example:3128",
                service=self.service,
            ) from None
        self._client = httpx.Client(
            transport=RetryTransport(self._paced, retry=_NEVER),
            timeout=httpx.Timeout(ANSWER_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            follow_redirects=False,
        )

    def get(self, path: str, params: Fields | None = None) -> Answer:
        """Read; tried again on 429, 502, 503, 504 and lost connections; waits as the answer asks, within bounds."""
        return self._call("GET", path, _READING, params=params)

    def follow(self, link: str) -> Answer:
        """Read the page that an answer names, by a path from the root of its host or by a whole URL.

        Raises:
            BadResponse: It is elsewhere: the key does not go there.
        """
        url = address.resolve_link(self.base_url, link)
        if url is None:
            raise BadResponse(
                f"{self.service}: an answer goes on at {link[:200]!r}, which is not of {self._at}: the key would travel there",
                service=self.service,
            )
        return self._call("GET", url.path, _READING, url)

    def delete(self, path: str) -> Answer:
        """Delete; tried again only when surely nothing was done."""
        return self._call("DELETE", path, _WRITING)

    def post(self, path: str, *, json: Any = None, form: Fields | None = None) -> Answer:
        """Write, once."""
        return self._call("POST", path, _NEVER, json=json, data=form)

    def patch(self, path: str, *, json: Any) -> Answer:
        """Change, once."""
        return self._call("PATCH", path, _NEVER, json=json)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _call(self, method: str, path: str, retry: Retry, url: httpx.URL | None = None, **content: Any) -> Answer:
        what = f"{self.service}: {method} {path}"
        whole = url or self.base_url.rstrip("/") + path
        try:
            with self._client.stream(method, whole, extensions={"retry": retry}, **content) as response:
                raw = self._read(response, time.monotonic() + ANSWER_TIMEOUT_S)
        except _CONNECT_ERRORS as error:
            raise Unreachable(f"{what}: no connection to {self._at} ({_reason(error)})", service=self.service) from None
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise NoAnswer(f"{what}: no answer ({_reason(error)})", service=self.service) from None
        self._observe(response)
        answer = Answer(
            method=method,
            path=path,
            status=response.status_code,
            body=_decode(raw),
            text=raw[:4096].decode("utf-8", "replace"),
            headers=response.headers,
        )
        if response.is_success:
            return answer
        raise self.error(answer)

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            chunks.append(chunk)
            if size > LARGEST_BODY:
                raise BadResponse(f"{self.service}: an answer of over {LARGEST_BODY >> 20} MiB", service=self.service)
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("the body took too long")
        return b"".join(chunks)

    def _observe(self, response: httpx.Response) -> None:
        try:
            date = email.utils.parsedate_to_datetime(response.headers["date"])
        except (KeyError, TypeError, ValueError):
            return
        self.clock.observe(date if date.tzinfo else date.replace(tzinfo=timezone.utc))

    def error(self, answer: Answer) -> LeaseError:
        """Make the error that an answer stands for; some services say no under a status of success."""
        if answer.status in range(300, 400):
            return BadResponse(
                f"{self.service}: {answer.method} {answer.path}: {answer.status}, a redirect, which is not followed: it "
                f"would carry the key elsewhere. Is the base URL right ({self.base_url})?",
                service=self.service,
                status=answer.status,
            )
        words = self.words(answer)
        kind = words.kind or _kind(answer, recognised=words.recognised)
        said = " ".join(self._without_secrets(words.message).split())[:400]
        request_id = words.request_id or next(filter(None, map(answer.headers.get, _REQUEST_IDS)), None)
        request = f", request {request_id}" if request_id else ""
        agreement = f"; it wants this agreed to first: {words.agreement_url}" if words.agreement_url else ""
        error = kind(
            f"{self.service}: {answer.method} {answer.path}: {answer.status} {said}{request}{agreement}",
            service=self.service,
            status=answer.status,
            code=words.code,
            request_id=request_id,
            agreement_url=words.agreement_url,
        )
        if isinstance(error, RateLimited):
            error.retry_after_s = answer.retry_after_s
        return error

    def _without_secrets(self, text: str) -> str:
        for secret in self.hidden:
            text = text.replace(secret, "[secret]")
        return text


def _kind(answer: Answer, *, recognised: bool) -> type[LeaseError]:
    """Decide what an unsuccessful status means where the service's own code does not say.

    A page in answer to a write is of something in between, and leaves open whether the service has done it.
    """
    if answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimited
    if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status == httpx.codes.REQUEST_TIMEOUT:
        return NoAnswer
    if answer.status == httpx.codes.UNAUTHORIZED:
        return Unauthorized
    if answer.status == httpx.codes.PAYMENT_REQUIRED:
        return PaymentRequired
    if not recognised and answer.method != "GET" and answer.text.lstrip().startswith("<"):
        return BadResponse
    if answer.status == httpx.codes.NOT_FOUND:
        return NotFound if recognised else BadResponse
    if answer.status >= httpx.codes.BAD_REQUEST:
        return Refused
    return BadResponse


def _decode(raw: bytes) -> Any:
    def reject(constant: str) -> None:
        raise ValueError(constant)

    try:
        body = json.loads(raw, parse_float=Decimal, parse_constant=reject)
        if b"\\ud" in raw.lower():
            json.dumps(body, ensure_ascii=False, default=str).encode()  # half a character fits into no state
    except (ValueError, RecursionError, ArithmeticError):
        return None
    return body


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
