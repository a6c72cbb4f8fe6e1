"""`pulumi-leases leased`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pulumi_leases.program.functions import NumberLease

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from .conftest import Shell


def test_what_it_prints(shell: Shell, leases: list[str], vendor: Vendor) -> None:
    """A table with the sum a month, all about one, the same as JSON."""
    shell("leased")
    shell(f"leased {leases[0]}")
    shell("leased '+1 (201) 555-0124' --json")
    shell("leased --service telesign")

    shell.is_golden("leased")
    assert not vendor.writes()


def test_a_number_that_is_not_leased_is_7(shell: Shell) -> None:
    """On offer, or a stranger's: not leased to this login either way; no number is 2."""
    shell("leased +12015550123")
    shell("leased 12015550123")

    shell.is_golden("leased-not")


def test_several_currencies_are_not_added_up(shell: Shell, vendor: Vendor) -> None:
    """Each has its sum; a price that is not told makes no sum."""
    offers = vendor.offers("contiguity")
    for currency in ("USD", "GBP"):
        number = next(number for number, one in offers.items() if one.currency == currency)
        vendor.lease("contiguity", number, login=vendor.token())
    before = shell("leased").stderr
    vendor.switch("contiguity", prices="absent")

    after = shell("leased").stderr

    assert re.search(r": \d+\.\d\d GBP and \d+\.\d\d USD a month\n$", before)
    assert after.endswith(": what the service does not tell a month\n")


def test_its_json_is_that_of_the_data_function(shell: Shell, leases: list[str]) -> None:
    """One shape for scripts and programs."""
    told = json.loads(shell("leased --json").stdout)

    assert [one["number"] for one in told] == leases
    assert set(told[0]) == NumberLease.__required_keys__
