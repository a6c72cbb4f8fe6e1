"""Which part of a list a request of Twilio's shows, and the addresses of the parts before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from pulumi_leases.emulator.answer import Refused
from pulumi_leases.emulator.switches import Switches

_DEFAULT_SIZE, _LARGEST = 50, 1000
_OWN = ("Page", "PageSize", "PageToken")

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """What is shown: `number` from 0, `start` the place of its first entry, `token` that of the next page, if any."""

    shown: Sequence[T]
    number: int
    size: int
    start: int
    token: str | None


class Pager:
    """Cuts lists into pages; it remembers how far they have been shifted."""

    def __init__(self, switch: Switches) -> None:
        self._switch = switch
        self._turn = 0

    def cut(self, entries: Sequence[T], keys: Sequence[str], asked: Mapping[str, str]) -> Page[T]:
        """The page that is asked for. `keys` are the SIDs of the entries; a token names the last one shown before.

        Raises:
            Refused: the page was not written by Twilio.
        """
        number, size, token = asked.get("Page", "0"), asked.get("PageSize", str(_DEFAULT_SIZE)), asked.get("PageToken")
        if not (number.isdecimal() and size.isdecimal() and int(size)):
            raise Refused(400, "Page and PageSize are whole numbers", code=20001)
        if int(number) and not token:
            raise Refused(400, "Invalid PageToken", code=21481)
        start = self._start(keys, int(number) * min(int(size), _LARGEST), token)
        stop = start + min(int(size), _LARGEST)
        following = f"PA{keys[stop - 1]}" if stop < len(keys) else None
        return Page(self._shifted(entries)[start:stop], int(number), stop - start, start, following)

    def _start(self, keys: Sequence[str], offset: int, token: str | None) -> int:
        if token is None:
            return 0
        if not token.startswith("PA"):
            raise Refused(400, "Invalid PageToken", code=21481)
        gone = token[2:] not in keys
        return offset if gone or self._switch["pages"] == "offset" else keys.index(token[2:]) + 1

    def _shifted(self, entries: Sequence[T]) -> Sequence[T]:
        if self._switch["shifting_pages"]:
            self._switch.update({"shifting_pages": self._switch["shifting_pages"] - 1})
            self._turn += 1
        turn = self._turn % len(entries) if entries else 0
        return [*entries[turn:], *entries[:turn]]


def frame_with_uris(page: Page[Any], path: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """The frame of a list of the main host, whose addresses are relative to that host."""
    last = page.start + len(page.shown) - 1
    return {
        "page": page.number,
        "page_size": page.size,
        "start": page.start,
        "end": max(last, 0),
        "uri": f"{path}?{_query(asked, page)}",
        "first_page_uri": _at(path, asked, page, 0, None),
        "previous_page_uri": _at(path, asked, page, 0, None) if page.number == 1 else None,
        "next_page_uri": _at(path, asked, page, page.number + 1, page.token) if page.token else None,
    }


def frame_with_urls(page: Page[Any], url: str, key: str) -> dict[str, Any]:
    """The frame of a list of the other hosts, whose addresses are whole."""
    frame = frame_with_uris(page, url, {})
    addresses = {"first_page_url": "first_page_uri", "previous_page_url": "previous_page_uri"}
    return {
        "page": page.number,
        "page_size": page.size,
        **{name: frame[uri] for name, uri in addresses.items()},
        "url": frame["uri"],
        "next_page_url": frame["next_page_uri"],
        "key": key,
    }


def _at(path: str, asked: Mapping[str, str], page: Page[Any], number: int, token: str | None) -> str:
    return f"{path}?{_query(asked, page, Page=number, **({'PageToken': token} if token else {}))}"


def _query(asked: Mapping[str, str], page: Page[Any], **more: int | str) -> str:
    filters = {name: value for name, value in asked.items() if name not in _OWN}
    return urlencode({**filters, "PageSize": page.size, "Page": page.number, **more})
