"""How requests to TeleSign are signed: by the key itself, or by a digest that it makes.

The digest is that of https://developer.telesign.com/enterprise/docs/authentication.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from email.utils import formatdate
from typing import TYPE_CHECKING

from ...domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


def sign_basic(credentials: str) -> Callable[[httpx.Request], None]:
    """Sign by customer id and key, in Base64."""

    def sign(request: httpx.Request) -> None:
        request.headers["authorization"] = f"Basic {credentials}"

    return sign


def sign_digest(customer_id: str, api_key: str) -> Callable[[httpx.Request], None]:
    """Sign each request by a digest of it, which is good for a short time only.

    Raises:
        ConfigError: The key is not Base64.
    """
    try:
        key = base64.b64decode(api_key, validate=True)
    except binascii.Error:
        raise ConfigError("telesign's API key is not Base64, which hmac-sha256 needs", service="telesign") from None

    def sign(request: httpx.Request) -> None:
        request.headers["date"] = formatdate(usegmt=True)
        request.headers["x-ts-auth-method"] = "HMAC-SHA256"
        request.headers["x-ts-nonce"] = str(uuid.uuid4())
        request.headers["authorization"] = f"TSA {customer_id}:{signature(key, request)}"

    return sign


def signature(key: bytes, request: httpx.Request) -> str:
    """Sign a request that carries a date, a method and a nonce: the path goes without its query."""
    headers = request.headers
    lines = [request.method, headers.get("content-type", ""), headers["date"]]
    lines += [f"{name}:{headers[name]}" for name in ("x-ts-auth-method", "x-ts-nonce")]
    lines += [text for text in (request.content.decode(), request.url.raw_path.decode().partition("?")[0]) if text]
    return base64.b64encode(hmac.digest(key, "\n".join(lines).encode(), "sha256")).decode()
