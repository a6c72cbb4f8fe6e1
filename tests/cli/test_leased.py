"""`pulumi-leases leased`."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.program.functions import NumberLease

from .conftest import SINCE, A, B, C, D

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
    """Each has its sum; an unknown price makes no sum."""
    offers = vendor.offers("contiguity")
    for currency in ("USD", "GBP"):
        number = next(number for number, one in offers.items() if one.currency == currency)
        vendor.lease("contiguity", number, login=vendor.token())
    before = shell("leased").stderr
    vendor.switch("contiguity", prices="absent")

    after = shell("leased").stderr

    assert re.search(r": \d+\.\d\d GBP and \d+\.\d\d USD a month\n$", before)
    assert after.endswith(": what the service does not tell a month\n")


@pytest.mark.usefixtures("leases")
def test_it_lists_what_meets_all_that_is_said(shell: Shell, vendor: Vendor) -> None:
    """By the criteria of a search and by status; the sum is that of what is listed, of how many is said."""
    london = next(number for number, one in vendor.offers("contiguity").items() if one.currency == "GBP")
    vendor.lease("contiguity", london, login=vendor.token())
    for options, fitting in {
        "--country US": [A, B, C],
        "--country GB": [london],
        "--area-code 201 --country US --status paused": [B],
        "--contains 0125": [C],
        "--capability mms --region NJ --city 'jersey city' --prefix +1201": [A, B, C],
        "--status ending": [],
    }.items():
        assert [one["number"] for one in json.loads(shell(f"leased {options} --json").stdout)] == fitting, options

    assert shell("leased --status active --country US").stderr == (
        "2 of 4 leased from contiguity (account default): 14.00 USD a month\n"
    )
    assert "contiguity cannot tell --number-type of a number" in shell("leased --number-type local").stderr
    assert shell(f"leased {A} --country US").exit_code == 2


@pytest.mark.usefixtures("leases")
def test_it_sorts_by_any_column(shell: Shell, vendor: Vendor) -> None:
    """Either way round, the next column between equals; by number where nothing is said; what is not known comes last."""
    vendor.lease("contiguity", D, login=vendor.token(), leased_at=SINCE + 86400, ends_at=SINCE + 10**9)

    def sorted_by(options: str) -> list[str]:
        return [line.split()[0] for line in shell(f"leased {options}").stdout.splitlines()[1:]]

    rates = {one.number: one.recurring_fee for one in vendor.offers("contiguity").values()}
    assert sorted_by("") == [A, B, C, D]
    assert sorted_by("--sort monthly") == sorted([A, B, C, D], key=lambda number: (rates[number], number))
    assert sorted_by("--sort since:desc --sort number:desc") == [D, C, B, A]
    assert sorted_by("--sort ends")[0] == sorted_by("--sort ends:desc")[0] == D
    assert shell("leased --sort owners").exit_code == 2


@pytest.mark.usefixtures("leases")
def test_its_csv_has_the_keys_of_its_json(shell: Shell) -> None:
    """Of all, and of one."""
    rows = list(csv.DictReader(io.StringIO(shell("leased --format csv").stdout)))
    (one,) = csv.DictReader(io.StringIO(shell(f"leased {A} --format csv").stdout))

    assert [row["number"] for row in rows] == [A, B, C]
    assert one == rows[0]
    assert list(one) == list(NumberLease.__annotations__)
    assert json.loads(shell(f"leased {A} --format json").stdout)["number"] == A


def test_its_json_is_that_of_the_data_function(shell: Shell, leases: list[str]) -> None:
    """One shape for scripts and programs."""
    listed = json.loads(shell("leased --json").stdout)

    assert [one["number"] for one in listed] == leases
    assert set(listed[0]) == NumberLease.__required_keys__
