"""How far a paged listing is read, and when it is believed, without HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import BadResponse
from pulumi_leases.domain.models import Lease
from pulumi_leases.services.pages import Page, read_until_sure, scan, walk

if TYPE_CHECKING:
    from collections.abc import Sequence


def page(text: str, total: int | None = None, *, is_asked: bool = True) -> Page:
    """A page with one entry a letter."""
    return Page(list(text), is_asked, total)


def read(entries: Sequence[Any]) -> list[Lease]:
    return [Lease(number=f"+1{entry}", lease_id=entry, status="active") for entry in entries]


def ids(pages: list[Page]) -> str:
    """Read a listing, each of whose pages may be asked for at most once."""
    left = iter(pages)
    return "".join(entry for one in walk(lambda _number: next(left)) for entry in one.entries)


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        pytest.param([page(""), page("x")], "", id="empty"),
        pytest.param([page("ab", 1), page("x")], "ab", id="total-of-one"),
        pytest.param([page("ab", 3), page("cd", 3), page("e", 3), page("x")], "abcde", id="total-of-three"),
        pytest.param([page("ab", 3), page("", 3), page("x")], "ab", id="total-and-empty"),
        pytest.param([page("ab"), page("c"), page("x")], "abc", id="shorter-than-the-first"),
        pytest.param([page("ab"), page("cd"), page(""), page("x")], "abcd", id="until-empty"),
        pytest.param([page("ab"), page("cd"), page("dc"), page("x")], "abcd", id="until-repeated"),
        pytest.param([page("a"), page("bcd"), page("e"), page("f"), page("")], "abcdef", id="longer-than-the-first"),
    ],
)
def test_pages_are_read_to_their_end(pages: list[Page], expected: str) -> None:
    """As many as the vendor says; else to an empty, repeated or short one; no call after that."""
    assert ids(pages) == expected


def test_a_page_is_asked_for_when_it_is_taken() -> None:
    """Nobody pays for pages that nobody reads."""
    asked: list[int] = []

    def ask(number: int) -> Page:
        asked.append(number)
        return page("ab", 9)

    pages = walk(ask)
    assert asked == []
    next(pages)
    next(pages)
    assert asked == [1, 2]


@pytest.mark.parametrize(
    ("pages", "whole", "sure"),
    [
        pytest.param([page("", 1)], True, True, id="empty"),
        pytest.param([page("ab")], True, True, id="one"),
        pytest.param([page("ab", 2), page("c", 2)], True, True, id="as-many-as-the-total"),
        pytest.param([page("ab"), page("c")], True, False, id="no-total"),
        pytest.param([page("ab", 3), page("c", 3), page("de", 3)], True, False, id="short-in-the-middle"),
        pytest.param([page("ab", 2), page("c", 3)], False, False, id="more-pages-meanwhile"),
        pytest.param([page("ab", 3), page("cd", 2)], False, False, id="fewer-pages-meanwhile"),
        pytest.param([page("ab", 2), page("c")], False, False, id="total-once"),
        pytest.param([page("ab", 3), page("cd", 3)], False, False, id="fewer-than-the-total"),
        pytest.param([page("ab", 2), page("bc", 2)], False, False, id="shifted"),
        pytest.param([page("ab", 2), page("ab", 2)], False, False, id="repeated"),
        pytest.param([page("ab", 2), page("c", 2, is_asked=False)], False, False, id="another-page"),
    ],
)
def test_what_a_reading_is_worth(pages: list[Page], whole: bool, sure: bool) -> None:
    """Whole without a sign of something missed; sure where the vendor said how much there is."""
    taken = scan(pages, read)
    assert (taken.is_whole, taken.is_sure) == (whole, sure)
    assert set(taken.leases) == {entry for one in pages for entry in one.entries}


def test_a_lease_twice_on_one_page_is_one() -> None:
    """That is no sign of a shift."""
    assert [lease.lease_id for lease in scan([page("aab", 1)], read).list_held()] == ["a", "b"]
    assert scan([page("aab", 1)], read).is_sure


def one_page(text: str) -> list[Page]:
    return [page(text, 1)]


def two_pages(first: str, second: str) -> list[Page]:
    return [page(first, 2), page(second, 2)]


@pytest.mark.parametrize(
    ("readings", "count"),
    [
        pytest.param([one_page("ab"), one_page("ab")], 2, id="same"),
        pytest.param([one_page("ab"), one_page("abc")], 2, id="one-came"),
        pytest.param([one_page("ab"), one_page("a"), one_page("a")], 3, id="one-went"),
        pytest.param([two_pages("ab", "d"), two_pages("bc", "d"), two_pages("bc", "d")], 3, id="one-slipped"),
        pytest.param([one_page("ab"), two_pages("ab", "c"), two_pages("ab", "c")], 3, id="one-page-more"),
        pytest.param([two_pages("ab", "bc"), two_pages("ab", "c"), two_pages("ab", "c")], 3, id="shifted-first"),
        pytest.param([two_pages("ab", "c"), two_pages("ab", "bc"), *[two_pages("ab", "c")] * 2], 4, id="shifted-then"),
    ],
)
def test_absence_is_believed_when_confirmed(readings: list[list[Page]], count: int) -> None:
    """Two whole readings in a row, as many pages each, and nothing gone in between."""
    left = iter(readings)
    taken = 0

    def again() -> Any:
        nonlocal taken
        taken += 1
        return scan(next(left), read)

    read_until_sure("a service", again, lambda latest: bool(latest.list_held("+1x")))
    assert taken == count


def test_presence_is_believed_at_once() -> None:
    """What is seen is there."""
    left = iter([one_page("xb")])
    held = read_until_sure(
        "a service", lambda: scan(next(left), read), lambda latest: bool(latest.list_held("+1x"))
    ).list_held("+1x")
    assert [lease.lease_id for lease in held] == ["x"]


def test_a_listing_that_never_holds_still_is_an_error() -> None:
    """Rather than a guess."""
    turns = [two_pages("ab", "bc")]
    with pytest.raises(BadResponse, match="a service: the leases were listed 8 times"):
        read_until_sure("a service", lambda: scan(turns[0], read), lambda latest: latest.is_sure)
