"""What Twilio's error codes mean here, and which input mends them.

Codes are from the vendor's error dictionary (https://www.twilio.com/docs/api/errors).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ...domain.errors import BadResponse, LeaseError, NotFound, PaymentRequired, RateLimited, Refused, Unauthorized
from ..http.transport import Answer, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOP_UP = "the account is not active, perhaps for want of funds: top it up in the console"
_ADDRESS = 'give the id of an address: requirements={"address": "AD…"}'
_BUNDLE = 'give the id of an approved regulatory bundle: requirements={"bundle": "BU…"}'
_TRIAL = "this is a trial account: verify a number of yours, release what it has, or upgrade it in the console"
_RIGHTS = "the key or account may not do this: use the auth token, or a key with the right to it"

_MEANINGS: Mapping[int, tuple[type[LeaseError], str]] = {
    10001: (PaymentRequired, _TOP_UP),
    10002: (Refused, _TRIAL),
    20002: (Refused, "the name is 1 to 64 characters: mend `label`"),
    20003: (Unauthorized, "wrong account SID, key or token, or one of another region"),
    20005: (PaymentRequired, _TOP_UP),
    20006: (Refused, _RIGHTS),
    20008: (Refused, "test credentials cannot do this: give the account's own"),
    20010: (Refused, "the account may not do this: ask Twilio's support"),
    20403: (Refused, _RIGHTS),
    20404: (NotFound, ""),
    20429: (RateLimited, ""),
    21404: (Refused, _TRIAL),
    21421: (Refused, "Twilio knows no such number: mend `number`"),
    21422: (Refused, "it is not for sale: not Twilio's, or another account has it"),
    21450: (Refused, "this is about verified caller ids, not about a purchase"),
    21451: (Refused, "mend the area code of the search"),
    21452: (Refused, "mend the area code of the search"),
    21453: (Refused, "this is about verified caller ids, not about a purchase"),
    21457: (Refused, "the number is of another type than was asked for"),
    21458: (Refused, "the number is of another type than was asked for"),
    21613: (Refused, f"the country wants a certified address: {_ADDRESS}"),
    21615: (Refused, f"the country wants a local address: {_ADDRESS}"),
    21631: (Refused, f"the country wants an address: {_ADDRESS}"),
    21649: (Refused, f"the country wants a bundle: {_BUNDLE}"),
    21650: (
        Refused,
        'the country wants an identity document: requirements={"identity": "RI…"}, or a `bundle` with one',
    ),
    21651: (
        Refused,
        "the document does not satisfy the country's rules: mend `requirements`, its `bundle` or `identity`",
    ),
    21714: (Refused, "the Messaging Service of `messaging.service` is full: give another one"),
    21715: (Refused, "the number has no messages: leave `messaging.service` out"),
    22300: (Refused, "the account is held for compliance: ask Twilio's support"),
    22402: (Refused, "not in this region: give the base URL of us1, https://api.twilio.com"),
}

IN_THIS_SERVICE, IN_ANOTHER_SERVICE = "21710", "21712"
"""Codes of a number that is a member of a Messaging Service already."""


def read_words(answer: Answer) -> Words:
    """Read an error in either of the vendor's shapes: `{code, message}`, or RFC 9457's `{type, title, code, detail}`."""
    body: Mapping[str, Any] = answer.body if isinstance(answer.body, dict) else {}
    code = _code(body.get("code"))
    said = body.get("message") or body.get("detail") or body.get("title") or answer.text.strip() or "an empty answer"
    kind, hint = _MEANINGS.get(code or 0, (None, ""))
    return Words(
        f"{said}{f' ({code})' if code else ''}{f': {hint}' if hint else ''}",
        recognised=code is not None,
        code=str(code) if code else None,
        kind=_kind(answer.status, code, kind),
    )


def _code(code: Any) -> int | None:
    try:
        return int(code)
    except (TypeError, ValueError):
        return None


def _kind(status: int, code: int | None, meaning: type[LeaseError] | None) -> type[LeaseError] | None:
    """Decide what an answer means; None leaves it to its status.

    A refusal is believed only with a code: a page of something in between leaves open what became of a write.
    """
    if not httpx.codes.is_client_error(status) or status in {
        httpx.codes.REQUEST_TIMEOUT,
        httpx.codes.TOO_MANY_REQUESTS,
    }:
        return None
    return meaning if code else BadResponse
