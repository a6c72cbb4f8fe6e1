"""A number that is read, not declared: it is shown as it is, and nothing is ever done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pytest

from pulumi_leases import LeasedNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

NUMBER = "+12015550123"


def reading(number: str, service: str | None = None) -> Callable[[], None]:
    """A program that reads one number."""

    def program() -> None:
        theirs = LeasedNumber.get("theirs", number, service=service)
        seen = (
            theirs.number,
            theirs.lease_id,
            theirs.lease_status,
            theirs.currency,
            theirs.monthly_rate,
            theirs.adopted,
        )
        pulumi.export("seen", list(seen))

    return program


@pytest.mark.parametrize(
    ("service", "status", "rate"),
    [("contiguity", "active", 12.0), ("twilio", "in-use", 1.15)],
    ids=["contiguity", "twilio"],
)
def test_a_number_that_others_declare_is_shown_and_left_alone(
    new_stack: NewStack, vendor: Vendor, service: str, status: str, rate: float
) -> None:
    """In preview and up, however it is written; never leased, changed or released, and out of the state by destroy."""
    login = vendor.token() if service == "contiguity" else vendor.account_sid()
    lease = vendor.lease(service, NUMBER, login=login).lease_id
    stack = new_stack(reading(NUMBER, service))
    assert lease in stack.preview().text
    up = stack.up()
    assert up.ok, up.text
    assert up.outputs["seen"] == [NUMBER, lease, status, "USD", rate, False]
    assert stack.refresh().changed == {}

    stack.program = reading("+1 (201) 555-0123", service)
    again = stack.up()
    assert again.ok, again.text
    assert again.outputs["seen"] == up.outputs["seen"]
    assert stack.destroy().ok
    assert not vendor.writes()
    assert vendor.leased(service)[NUMBER].lease_id == lease


def test_a_number_that_is_not_leased_is_an_error_in_the_preview(new_stack: NewStack, vendor: Vendor) -> None:
    """On offer, a stranger's, or no number at all: named, with the account that was asked; nothing enters the state."""
    stack = new_stack(reading(NUMBER))
    message = f"NotFound: {NUMBER} is not leased by account 'default' of contiguity"
    assert message in stack.preview().text
    vendor.lease("contiguity", NUMBER, login="stranger")
    for refused in (stack.preview(), stack.up()):
        assert not refused.ok
        assert message in refused.text
    stack.program = reading("12015550123")
    assert "'12015550123' is not a phone number: write it as E.164, such as +12015550123" in stack.preview().text
    assert not [name for name in stack.resources() if "Lease" in name]
    assert not vendor.writes()
