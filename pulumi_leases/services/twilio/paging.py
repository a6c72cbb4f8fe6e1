"""A list in pages, each of which says where the next one is: a path from the host's root, or a whole address.

https://www.twilio.com/docs/usage/twilios-response: pages are asked for only as the vendor wrote them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ..pages import Page
from ..wire import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..http.transport import Http

LARGEST_PAGE = "1000"
"""The most entries that a page has."""


def read_pages(http: Http, path: str, key: str, params: Mapping[str, str] | None = None) -> Iterator[Page]:
    """Read all pages of a list, whose entries are under `key`; each is asked for when it is taken.

    Raises:
        BadResponse: A page is no list, names a next one on another host, or was there before.
    """
    what = f"GET {path}"
    answer = http.get(path, params)
    seen: set[str] = set()
    while True:
        body = answer.body if isinstance(answer.body, dict) else {}
        entries = body.get(key)
        if not isinstance(entries, list):
            raise unreadable(http.service, what, f"no list of {key}")
        yield Page(entries)
        following = _next(http, body)
        if following is None:
            return
        if following in seen:
            raise unreadable(http.service, what, "pages that go round in a circle")
        seen.add(following)
        answer = http.get(following)


def _next(http: Http, body: Mapping[str, Any]) -> str | None:
    """Find the path of the next page, as the transport takes it: behind the base URL's own path."""
    meta = body.get("meta")
    link = body.get("next_page_uri") or (meta.get("next_page_url") if isinstance(meta, dict) else None)
    if not link:
        return None
    base = httpx.URL(http.base_url)
    try:
        url = base.join(str(link))
    except httpx.InvalidURL:
        raise unreadable(http.service, "the next page", "no address") from None
    if url.netloc != base.netloc:
        raise unreadable(http.service, "the next page", "on another host, where the key is not sent")
    path, own = url.raw_path.decode(), base.raw_path.decode().rstrip("/")
    return path.removeprefix(own) if path.startswith(f"{own}/") else path
