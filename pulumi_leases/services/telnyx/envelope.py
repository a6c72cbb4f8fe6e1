"""Telnyx's envelope: `data`, and around a list what says which page it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..pages import Page
from ..wire import read_as, unreadable
from .shapes import Meta

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..http.transport import Answer, Http

LARGEST_PAGE = 250


def data_of(service: str, answer: Answer) -> Any:
    """Open an answer of success."""
    body = answer.body
    if not isinstance(body, dict) or body.get("data") is None:
        raise unreadable(service, f"{answer.method} {answer.path}", f"status {answer.status} without data")
    return body["data"]


def page_of(http: Http, path: str, asked: Mapping[str, str], number: int, size: int = LARGEST_PAGE) -> Page:
    """Read one page of a list."""
    answer = http.get(path, {**asked, "page[number]": str(number), "page[size]": str(size)})
    entries = data_of(http.service, answer)
    if not isinstance(entries, list):
        raise unreadable(http.service, f"GET {path}", "no list")
    meta = read_as(Meta.model_validate, answer.body.get("meta") or {}, http.service, f"GET {path}")
    return Page(entries, meta.page_number in {None, number}, meta.total_pages or None)
