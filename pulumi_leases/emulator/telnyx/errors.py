"""Telnyx's error codes, as listed at https://developers.telnyx.com/development/api-fundamentals/api-errors."""

from typing import Any

from pulumi_leases.emulator.answer import Refused

_ABOUT = "https://developers.telnyx.com/docs/overview/errors/"
_CODES: dict[int, tuple[int, str]] = {
    10004: (400, "Missing required parameter"),
    10005: (404, "Resource not found"),
    10007: (500, "Unexpected error"),
    10008: (504, "Request timeout"),
    10009: (401, "Authentication failed"),
    10010: (403, "Authorization failed"),
    10011: (429, "Too many requests"),
    10012: (409, "Duplicate resource"),
    10015: (400, "Bad Request"),
    10016: (400, "Phone number must be in +E.164 format"),
    10023: (400, "Invalid JSON"),
    10027: (422, "Unprocessable Entity"),
    10029: (415, "Expected JSON Content-Type"),
    10030: (405, "Method not allowed"),
    10032: (400, "Invalid enumerated value"),
    10033: (400, "Value outside of range"),
    10035: (423, "Resource locked"),
    10036: (409, "Resource is being processed"),
    10037: (503, "Service unavailable"),
    10038: (403, "Feature not permitted"),
    10039: (403, "Feature limited"),
    20002: (401, "API Key revoked"),
    20012: (403, "Account inactive"),
    20013: (403, "Account blocked"),
    20014: (403, "Account unverified"),
    20016: (403, "Account not level 1 verified"),
    20017: (403, "Account not level 2 verified"),
    20100: (402, "Insufficient Funds"),
    85000: (400, "Phone number was not searched"),
    85001: (409, "Phone number is not available"),
    85004: (400, "Invalid connection id"),
    85005: (400, "Invalid messaging profile id"),
}
_OF_STATUS = {
    400: 10015, 401: 10009, 402: 20100, 403: 10010, 404: 10005, 405: 10030, 408: 10008, 409: 10012, 422: 10027,
    429: 10011, 500: 10007, 503: 10037, 504: 10008,
}  # fmt: skip
_UNEXPECTED = 10007


class Denied(Refused):
    """A refusal with one of Telnyx's codes; `pointer` is where in the body its reason is."""

    def __init__(
        self, code: int, detail: str, *, status: int | None = None, pointer: str = "", outcome: str = "refused"
    ) -> None:
        super().__init__(status or _CODES[code][0], detail, code=code, outcome=outcome)
        self.pointer = pointer


def errors(refused: Refused) -> dict[str, Any]:
    """The body of a refusal; its code is a string."""
    code = refused.code or _OF_STATUS.get(refused.status, _UNEXPECTED)
    error: dict[str, Any] = {"code": str(code), "title": _CODES[code][1], "detail": refused.text}
    pointer = refused.pointer if isinstance(refused, Denied) else ""
    if pointer:
        error["source"] = {"pointer": pointer}
    error["meta"] = {"url": f"{_ABOUT}{code}"}
    return {"errors": [error]}
