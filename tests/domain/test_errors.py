"""The exception tree, and what every error knows."""

from __future__ import annotations

import copy
import inspect
import re

import pytest

import pulumi_leases
from pulumi_leases.domain import errors
from pulumi_leases.domain.errors import InvalidInput, LeaseError, NumberUnavailable, RateLimited

CLASSES = [
    one
    for name, one in vars(errors).items()
    if inspect.isclass(one) and issubclass(one, LeaseError) and not name.startswith("_")
]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """The module draws its tree; the drawing is every class, each below its parent."""
    drawn: dict[str, str] = {}
    above: list[str] = ["Exception"]
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"((?:    )*)([A-Z]\w+)(?:  |$)", line):
            depth = len(match[1]) // 4 + 1
            above[depth:] = [match[2]]
            drawn[match[2]] = above[depth - 1]
    assert drawn == {one.__name__: one.__bases__[0].__name__ for one in CLASSES}


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_is_importable_under_the_name_that_the_engine_prints(kind: type[LeaseError]) -> None:
    """What a user reads in the engine's output is what the user can catch."""
    assert kind.__module__ == "pulumi_leases"
    assert getattr(pulumi_leases, kind.__name__) is kind
    assert kind.__doc__


def test_a_message_is_one_printable_line() -> None:
    """Whatever a service says, nothing breaks the line or moves the cursor."""
    error = LeaseError("no:\n  <html>\r\n\t\x1b[31m\x00\u2028red  ")
    assert str(error) == "no: <html> [31m red"


def test_a_long_message_is_cut() -> None:
    """A page of a proxy does not fill the screen."""
    assert str(LeaseError("x" * 10_000)) == "x" * 1200 + "…"


def test_an_error_keeps_what_the_service_said() -> None:
    """Enough to act on and to quote to the service's support, also in a copy."""
    error = NumberUnavailable(
        "gone", service="contiguity", status=409, code="c", request_id="err_1", agreement_url="https://example.com/a"
    )
    for one in (error, copy.copy(error)):
        facts = (one.service, one.status, one.code, one.request_id, one.agreement_url)
        assert facts == ("contiguity", 409, "c", "err_1", "https://example.com/a")


def test_an_error_does_not_say_that_nothing_was_leased_by_default() -> None:
    """By default a later run looks for a lease."""
    assert not any(one.nothing_leased for one in CLASSES)
    assert RateLimited("slow").retry_after_s is None


def test_invalid_input_names_its_property() -> None:
    """The property is what the engine shows the message beside."""
    error = InvalidInput("number", "must be\none")
    assert (error.property, str(error)) == ("number", "must be one")
