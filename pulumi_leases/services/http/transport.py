"""One call over HTTP: time-outs, rate limit, retries, status to error.

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
from pyrate_limiter import Limiter, Rate
from pyrate_limiter.extras.httpx_limiter import RateLimiterTransport

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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 20.0
"""How long the head of an answer may take, and again its body. Then the request is given up here; the service may still
be working on it."""
LARGEST_BODY = 32 * 1024 * 1024

_CONNECT_ERRORS = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_READING = Retry(total=4, allowed_methods=["GET"], backoff_factor=0.5, max_backoff_wait=60, total_timeout=90)
_WRITING = _READING.copy_with(allowed_methods=["DELETE"], status_forcelist=[429], retry_on_exceptions=_CONNECT_ERRORS)
_NEVER = Retry(total=0)
_CONNECTIONS = httpx.Limits(max_connections=8)
_REQUEST_IDS = ("x-request-id", "x-telnyx-request-id")
_BELIEVABLE = timedelta(days=3650)


@dataclass
class Clock:
    """The service's clock, as its answers tell it."""

    ahead: timedelta | None = None

    def observe(self, told: datetime) -> None:
        """Take note of the time that an answer carries, unless it is beyond belief."""
        ahead = told - datetime.now(timezone.utc)
        if abs(ahead) < _BELIEVABLE:
            self.ahead = ahead

    def now(self) -> datetime:
        """Tell the service's time in UTC; this machine's own before any answer came."""
        return datetime.now(timezone.utc) + (self.ahead or timedelta())


@dataclass(frozen=True)
class Words:
    """What an answer says when it says no.

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
    retry_after_s: float | None
    headers: Mapping[str, str]
    """By name, whatever its case."""


class _Signed(RateLimiterTransport):
    """The innermost transport: every attempt waits for its turn and carries a signature of its own."""

    def __init__(self, limiter: Limiter, sign: Callable[[httpx.Request], None], **kwargs: Any) -> None:
        super().__init__(limiter, **kwargs)
        self._sign = sign

    def handle_request(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        self._sign(request)
        return super().handle_request(request, **kwargs)


@dataclass
class Http:
    """The connection to one service for one login; safe to share between threads.

    Args:
        service: Name of the service, for messages.
        base_url: Where its API is. Plain http is taken for loopback addresses only.
        sign: Puts credentials on a request; called anew for each attempt.
        words: Reads what an unsuccessful answer says.
        requests_per_second: Upper bound over all threads.
        hidden: Credentials: an answer that repeats one is quoted without it.

    Raises:
        ConfigError: The base URL or the proxy is not usable, or would send credentials in clear.
    """

    service: str
    base_url: str
    sign: Callable[[httpx.Request], None]
    words: Callable[[Answer], Words]
    requests_per_second: float
    hidden: tuple[str, ...] = field(default=(), repr=False)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        url = address.checked(self.service, self.base_url)
        self._at = url.netloc.decode()
        whole = max(1, int(self.requests_per_second))
        self._limiter = Limiter(Rate(whole, max(1, round(1000 * whole / self.requests_per_second))), buffer_ms=5)
        try:
            innermost = _Signed(
                self._limiter, self.sign, verify=url.scheme == "https", proxy=address.proxy_to(url), limits=_CONNECTIONS
            )
        except (ValueError, httpx.InvalidURL, ImportError):
            # The value stays out of the message: it may hold a password.
            raise ConfigError(
                f"the proxy that the environment gives for {self._at} (HTTPS_PROXY or ALL_PROXY) cannot be used: it must "
                "be like http://proxy.example:3128",
                service=self.service,
            ) from None
        self._client = httpx.Client(
            transport=RetryTransport(innermost, retry=_NEVER),
            timeout=httpx.Timeout(ANSWER_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            follow_redirects=False,
        )

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Read; tried again on 429, 502, 503, 504 and lost connections, waiting as told, bounded."""
        return self._call("GET", path, _READING, params=params)

    def delete(self, path: str) -> Answer:
        """Delete; tried again only when surely nothing was done."""
        return self._call("DELETE", path, _WRITING)

    def post(self, path: str, *, json: Any = None, form: Mapping[str, str] | None = None) -> Answer:
        """Write, once."""
        return self._call("POST", path, _NEVER, json=json, data=form)

    def patch(self, path: str, *, json: Any) -> Answer:
        """Change, once."""
        return self._call("PATCH", path, _NEVER, json=json)

    def close(self) -> None:
        """Close the connections, and end the limiter's thread."""
        self._client.close()
        self._limiter.close()

    def _call(self, method: str, path: str, retry: Retry, **content: Any) -> Answer:
        what = f"{self.service}: {method} {path}"
        try:
            url = self.base_url.rstrip("/") + path
            with self._client.stream(method, url, extensions={"retry": retry}, **content) as response:
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
            retry_after_s=_retry_after(response),
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
            told = email.utils.parsedate_to_datetime(response.headers["date"])
        except (KeyError, TypeError, ValueError):
            return
        self.clock.observe(told if told.tzinfo else told.replace(tzinfo=timezone.utc))

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
    """Decide what an unsuccessful status means where the service's own code does not tell."""
    if answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return RateLimited
    if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status == httpx.codes.REQUEST_TIMEOUT:
        return NoAnswer
    if answer.status == httpx.codes.UNAUTHORIZED:
        return Unauthorized
    if answer.status == httpx.codes.PAYMENT_REQUIRED:
        return PaymentRequired
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


def _retry_after(response: httpx.Response) -> float | None:
    try:
        return _READING.parse_retry_after(response.headers["retry-after"])
    except (KeyError, ValueError):
        pass
    try:
        return float(response.headers["x-ratelimit-reset"])
    except (KeyError, ValueError):
        return None


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
