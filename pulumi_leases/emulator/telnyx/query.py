"""What a request to Telnyx asks for: its filters, its page, its JSON body."""

from typing import Any

from flask import request

from pulumi_leases.emulator.telnyx.errors import Denied

_DEFAULT_PAGE_SIZE = 20
_LARGEST_PAGE = 250
_BOOLEANS = {"true": True, "false": False}


def asked(*names: str) -> str | None:
    """The value of `filter[…]`, or null; `filter[a][b]` is asked for as two names."""
    return request.args.get(_key(names))


def asked_list(*names: str) -> list[str]:
    """The values of an array filter, in one of three forms: comma-separated, repeated, or with empty brackets."""
    key = _key(names)
    written = [*request.args.getlist(key), *request.args.getlist(f"{key}[]")]
    return [part for value in written for part in value.split(",") if part]


def asked_flag(*names: str) -> bool | None:
    """The value of a boolean filter, or null.

    Raises:
        Denied: it is neither true nor false.
    """
    written = asked(*names)
    if written is None:
        return None
    if written.lower() not in _BOOLEANS:
        raise Denied(10015, f"{_key(names)} is true or false")
    return _BOOLEANS[written.lower()]


def asked_number(*names: str) -> int | None:
    """The value of a filter that is a whole number, or null.

    Raises:
        Denied: it is none.
    """
    written = asked(*names)
    if written is None:
        return None
    if not written.isdecimal():
        raise Denied(10015, f"{_key(names)} is a whole number")
    return int(written)


def page(elements: list[dict[str, Any]]) -> dict[str, Any]:
    """The page of all elements that is asked for; beyond the end there is nothing.

    Raises:
        Denied: there is no such page, or it is larger than any.
    """
    number, size = _page_part("number", 1), _page_part("size", _DEFAULT_PAGE_SIZE)
    if size > _LARGEST_PAGE:
        raise Denied(10033, f"page[size] is from 1 to {_LARGEST_PAGE}")
    meta = {
        "page_number": number,
        "page_size": size,
        "total_pages": -(-len(elements) // size),
        "total_results": len(elements),
    }
    return {"data": elements[(number - 1) * size : number * size], "meta": meta}


def json_body() -> dict[str, Any]:
    """The JSON object that was sent.

    Raises:
        Denied: something else was.
    """
    if not request.is_json:
        raise Denied(10029, "Must encode request as 'application/json'")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Denied(10023, "The supplied JSON is invalid.")
    return body


def _key(names: tuple[str, ...]) -> str:
    return "filter" + "".join(f"[{name}]" for name in names)


def _page_part(name: str, default: int) -> int:
    written = request.args.get(f"page[{name}]", str(default))
    if not written.isdecimal() or not int(written):
        raise Denied(10015, f"page[{name}] is a whole number from 1")
    return int(written)
