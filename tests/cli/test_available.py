"""`pulumi-leases available`."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

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


def test_a_wrong_criterion_is_one_line(shell: Shell, vendor: Vendor) -> None:
    """What is wrong, which argument, and 2; before anybody is asked."""
    shell("available --country XX")
    shell("available --area-code 201")
    shell("available --capability fax")
    shell("available --order-by luck")
    shell("available --min-reputation 7")
    shell("available --limit 0")
    shell("available --number-type local")
    shell("available --service nobody")
    shell("available --sort luck")
    shell("available --sort number:up")
    shell("available --format csv --json")

    shell.is_golden("available-wrong")
    assert vendor.journal() == []


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
        listed = json.loads(shell(f"available {options} --limit 1000 --json").stdout)
        fitting = {number for number, one in offers.items() if one.status == "available" and fits(one)}
        assert fitting
        assert {one["number"] for one in listed} == fitting, options


def test_it_says_what_the_listed_numbers_would_cost_together(shell: Shell, vendor: Vendor) -> None:
    """By currency, added as decimals; an unknown price makes no sum; where nothing is listed, nothing is said."""
    for number, monthly, currency in (
        ("+12015550901", 0.1, "USD"),
        ("+12015550902", 0.2, "USD"),
        ("+12015550903", 1.1, "EUR"),
    ):
        prices = {"recurring_fee": monthly, "period_months": 1, "upfront_fee": 0.7, "currency": currency}
        vendor.add_offer("contiguity", number, country="US", **prices)

    priced = shell("available --prefix +120155509").stderr
    none = shell("available --prefix +120155508").stderr
    vendor.switch("contiguity", prices="absent")
    unpriced = shell("available --prefix +120155509").stderr

    assert priced.endswith("; together 1.10 EUR/month, 0.70 EUR upfront; 0.30 USD/month, 1.40 USD upfront\n")
    assert "together" not in none
    assert unpriced.endswith("; together at a price that the service does not tell\n")


def test_it_sorts_before_it_limits(shell: Shell) -> None:
    """By any column, either way round, the next column between equals; what is not known comes last."""

    def listed(options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(shell(f"available --country US {options} --json").stdout)
        return found

    everything = listed("--limit 1000")
    numbers = sorted(one["number"] for one in everything)
    by_city = listed("--sort place --sort number:desc --limit 1000")

    assert [one["number"] for one in listed("--sort number --limit 3")] == numbers[:3]
    assert [one["number"] for one in listed("--sort number:desc --limit 3")] == numbers[:-4:-1]
    assert listed("--sort monthly:desc --limit 1")[0]["monthly_rate"] == max(one["monthly_rate"] for one in everything)
    places = [(one["region"] or "", one["city"] or "") for one in by_city]
    assert places == sorted(places)
    first = [one["number"] for one in by_city if (one["region"] or "", one["city"] or "") == places[0]]
    assert first == sorted(first, reverse=True)


def test_its_csv_has_the_keys_of_its_json(shell: Shell) -> None:
    """A head even where nothing fits; a list is written with blanks; the table's remark is left out, as with JSON."""
    rows = list(csv.DictReader(io.StringIO(shell("available --country US --limit 2 --format csv").stdout)))
    documents = json.loads(shell("available --country US --limit 2 --format json").stdout)
    nothing = shell("available --prefix +120155508 --format csv")

    assert [row["number"] for row in rows] == [one["number"] for one in documents]
    assert rows[0]["capabilities"] == " ".join(documents[0]["capabilities"])
    assert (list(rows[0]), nothing.stdout) == (list(AvailableNumber.__annotations__), f"{','.join(rows[0])}\n")
    assert (nothing.exit_code, nothing.stderr) == (0, "")


def test_its_json_is_that_of_the_data_function(shell: Shell) -> None:
    """One shape for scripts and programs."""
    (listed,) = json.loads(shell("available --country US --limit 1 --json").stdout)

    assert set(listed) == AvailableNumber.__required_keys__
