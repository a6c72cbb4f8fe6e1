"""TeleSign's codes, and what each means for a status and a call.

Codes: https://developer.telesign.com/enterprise/docs/all-status-and-error-codes
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

from ...domain.errors import (
    Discontinued,
    LeaseError,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
)
from ..http.transport import Answer, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GONE = frozenset({404, 410})
_CLOSED = (
    "TeleSign has closed its Phone Numbers API, to this login or altogether, unless the base URL is wrong; nothing was "
    "changed, and the state is kept"
)

_INVALID = frozenset({-10001, -20001})
_KINDS: Mapping[int, type[LeaseError]] = {
    **dict.fromkeys((501, -10009, -30000, -30001, *range(-30012, -30003), -30015), Unauthorized),
    **dict.fromkeys((-20002, -40005), Discontinued),  # product not enabled, method not allowed
    **dict.fromkeys((-40007, -40008), RateLimited),
    **dict.fromkeys((*_INVALID, -40006), Refused),
    -40004: NotFound,
    -10030: PaymentRequired,
}
"""What the codes of https://developer.telesign.com/enterprise/docs/all-status-and-error-codes mean here."""


def read_words(answer: Answer) -> Words:
    """Read the vendor's envelope, whole or in part; anything else is taken as it stands."""
    body = answer.body if isinstance(answer.body, dict) else {}
    errors = body.get("errors") if isinstance(body.get("errors"), list) else [body.get("errors")]
    reasons = [one for one in [*(errors or []), body.get("status")] if isinstance(one, dict)]
    codes = [int(one["code"]) for one in reasons if re.fullmatch(r"-?\d{1,9}", str(one.get("code")))]
    kind = _kind(answer, codes)
    said = (
        f"{reasons[0].get('description')} ({reasons[0].get('code')})"
        if reasons
        else answer.text.strip() or "an empty answer"
    )
    return Words(
        f"{_CLOSED}. It said: {said}" if kind is Discontinued else said,
        recognised=bool(reasons),
        code=str(codes[0]) if codes else None,
        request_id=str(body["reference_id"]) if body.get("reference_id") else None,
        kind=kind,
    )


def _kind(answer: Answer, codes: Sequence[int]) -> type[LeaseError] | None:
    """Decide what an answer that is no success means; None leaves it to its status."""
    is_read = answer.method == "GET"
    if not is_read and not httpx.codes.is_client_error(answer.status):
        return None  # whatever it says, what became of a write is not known
    kind = next((_KINDS[code] for code in codes if code in _KINDS), None)
    if answer.status == httpx.codes.METHOD_NOT_ALLOWED or (is_read and (answer.status in _GONE or kind is NotFound)):
        return Discontinued  # both listings are always there
    is_invalid = answer.status in {httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND} and not _INVALID.isdisjoint(codes)
    if answer.method == "DELETE" and (answer.status == httpx.codes.GONE or is_invalid):
        return NotFound  # the lease id is all that can be wrong
    return kind
