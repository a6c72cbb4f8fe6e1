"""Telnyx's error codes, and what each means for a status and a call.

Codes: https://developers.telnyx.com/development/api-fundamentals/api-errors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ...domain.errors import LeaseError, NoAnswer, NotFound, PaymentRequired, RateLimited, Refused, Unauthorized
from ..http.transport import Answer, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KINDS: Mapping[str, type[LeaseError]] = {
    **dict.fromkeys(("10009", "20001", "20002", "20003", "20006", "20008"), Unauthorized),
    **dict.fromkeys(("10007", "10008", "10036", "10037"), NoAnswer),  # 10036: still being processed
    "10005": NotFound,
    "10011": RateLimited,
    "20100": PaymentRequired,
}
"""What a code means under a status below 500; every other one is a refusal."""

NO_COVERAGE = frozenset({"10005", "10015", "10027"})
"""What a search may answer where there is nothing: an error, says the guide on advanced orders, and not which."""
LOCKED = frozenset({"10027", "10035"})
"""What the deletion of a locked number may answer: the documentation does not say which."""


def words(answer: Answer) -> Words:
    """Read the vendor's envelope; an answer without it is from something in between, and says nothing of a write."""
    faults = _faults(answer)
    if not faults:
        said = answer.text.strip() or "an empty answer"
        return Words(said, recognised=False, kind=None if answer.method == "GET" else _judge_unexplained(answer))
    first = faults[0]
    code = str(first.get("code") or "")
    about = first.get("meta")
    url = about.get("url") if isinstance(about, dict) else None
    reason = str(first.get("detail") or first.get("title") or "no reason given")
    return Words(
        f"{reason} ({code})" + (f"; see {url}" if url else ""),
        recognised=True,
        code=code or None,
        kind=_kind(answer, code),
    )


def _faults(answer: Answer) -> Sequence[Mapping[str, Any]]:
    errors = answer.body.get("errors") if isinstance(answer.body, dict) else None
    return [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []


def _judge_unexplained(answer: Answer) -> type[LeaseError] | None:
    """Decide what a write came to that was answered with neither success nor Telnyx's own words."""
    is_asked_to_wait = answer.status == httpx.codes.TOO_MANY_REQUESTS
    return NoAnswer if httpx.codes.is_client_error(answer.status) and not is_asked_to_wait else None


def _kind(answer: Answer, code: str) -> type[LeaseError] | None:
    """Decide what a code means; None leaves it to the status."""
    if not httpx.codes.is_client_error(answer.status):
        return None
    if answer.status in {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.REQUEST_TIMEOUT}:
        return None
    if answer.status == httpx.codes.UNAUTHORIZED:
        return Unauthorized
    return _KINDS.get(code, PaymentRequired if answer.status == httpx.codes.PAYMENT_REQUIRED else Refused)
