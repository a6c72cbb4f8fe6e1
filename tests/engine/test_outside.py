"""The provider reads the SDK's frames and process with care: where they differ, it does without them."""

from __future__ import annotations

import sys
import threading

import pytest

from pulumi_leases.domain.errors import BrokenProvider, NotFound
from pulumi_leases.engine.process import one_line_errors, prepare, save_half_made
from pulumi_leases.engine.status import Status, request_urn


def test_another_process_is_left_as_it_is() -> None:
    """A program's own process, or a test's, keeps its tracebacks and gets no thread."""
    threads = threading.active_count()
    prepare()
    assert threading.active_count() == threads
    assert not hasattr(sys, "tracebacklimit")


def test_without_a_call_nothing_is_saved() -> None:
    """The caller learns that nobody took the half-made resource."""
    assert save_half_made("+12015550123", {}, "refused") is False


def test_without_a_request_there_is_no_urn_and_no_line() -> None:
    """Nothing depends on either."""
    assert request_urn() == ""
    Status("").lasting("nobody hears this")


def test_a_request_is_found_some_frames_up() -> None:
    """Where the SDK holds it; a local of the same name that is none is passed over."""

    class Request:
        urn = "urn:pulumi:dev::p::t::n"

    def servicer(request: Request) -> str:
        return verb("not a request")

    def verb(request: str) -> str:
        return request_urn()

    assert servicer(Request()) == Request.urn


def test_only_errors_of_ours_get_out() -> None:
    """An error of ours as it is, without its causes; any other as a fault, with its traceback in one line."""

    @one_line_errors
    def verb(error: Exception) -> None:
        try:
            int("inner")
        except ValueError as inner:
            raise error from inner

    with pytest.raises(NotFound) as caught:
        verb(NotFound("gone"))
    assert caught.value.__suppress_context__
    with pytest.raises(BrokenProvider) as broken:
        verb(KeyError("x"))
    assert "KeyError: 'x'" in str(broken.value)
    assert "\n" not in str(broken.value)
