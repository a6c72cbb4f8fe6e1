"""`pulumi-leases available`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pulumi_leases.program.functions import AvailableNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor
    from pulumi_leases.emulator.inventory import Offer

    from .conftest import Shell


def test_what_it_prints(shell: Shell, vendor: Vendor) -> None:
    """A table, best first, with prices and what else decides; a remark on how many there are; the same as JSON."""
    shell("available --country US --area-code 201 --capability sms --capability mms --limit 7")
    shell("available --country GB --max-monthly-rate 2 --min-reputation 0.9 --order-by reputation")
    shell("available --country DE --city berlin --max-previous-owners 0 --limit 1 --json")
    shell("available --contains 99999999")

    shell.is_golden("available")
    assert not vendor.writes()


def test_a_wrong_criterion_is_one_line(shell: Shell) -> None:
    """What is wrong, which argument, and 2; before anybody is asked."""
    shell("available --country XX")
    shell("available --area-code 201")
    shell("available --capability fax")
    shell("available --order-by luck")
    shell("available --min-reputation 7")
    shell("available --limit 0")
    shell("available --number-type local")
    shell("available --service nobody")

    shell.is_golden("available-wrong")


def test_each_criterion_counts(shell: Shell, vendor: Vendor) -> None:
    """Every option narrows the list as the search of a program does."""
    offers = vendor.offers("contiguity")
    narrowed: dict[str, Callable[[Offer], bool]] = {
        "--prefix +1212": lambda one: one.number.startswith("+1212"),
        "--contains 5550": lambda one: "5550" in one.number,
        "--region NJ": lambda one: one.region == "NJ",
        "--carrier twilio": lambda one: one.carrier == "Twilio",
        "--max-upfront-fee 0": lambda one: one.upfront_fee == 0,
        "--capability whatsapp": lambda one: "whatsapp" in one.channels,
    }
    for options, fits in narrowed.items():
        told = json.loads(shell(f"available {options} --limit 1000 --json").stdout)
        fitting = {number for number, one in offers.items() if one.status == "available" and fits(one)}
        assert fitting
        assert {one["number"] for one in told} == fitting, options


def test_its_json_is_that_of_the_data_function(shell: Shell) -> None:
    """One shape for scripts and programs."""
    (told,) = json.loads(shell("available --country US --limit 1 --json").stdout)

    assert set(told) == AvailableNumber.__required_keys__
