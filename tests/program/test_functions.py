"""What data functions answer a program; the vendor's journal says how often it was asked."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pulumi
import pytest

from pulumi_leases import (
    ConfigError,
    InvalidInput,
    LeasedNumber,
    NotFound,
    NumberPool,
    NumberSearchArgs,
    get_available_numbers,
    get_available_numbers_output,
    get_leased_numbers,
    get_leased_numbers_output,
    get_number,
    get_number_output,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

NUMBER = "+12015550123"


@pytest.fixture
def outside(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings in the environment of this very process, without a program."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return environ


@pytest.mark.usefixtures("outside")
def test_available_numbers_fit_and_come_best_first(vendor: Vendor) -> None:
    """Only what is leasable and fits is listed, the cheapest first, what needs an agreement last; at most `limit`."""
    search = NumberSearchArgs(country="US", area_code="201", capabilities=["sms", "mms"])

    found = get_available_numbers(search)

    on_offer = vendor.offers("contiguity")
    assert {one["number"] for one in found} == {
        offer.number
        for offer in on_offer.values()
        if offer.number.startswith("+1201") and {"sms", "mms"} <= set(offer.channels) and offer.status == "available"
    }
    expected = [(on_offer[one["number"]].requirements != [], on_offer[one["number"]].recurring_fee) for one in found]
    assert expected == sorted(expected)
    assert [(one["requirements"] != [], one["monthly_rate"]) for one in found] == expected
    best = found[0]
    assert (best["service"], best["account"]) == ("contiguity", "default")
    assert (best["country"], best["city"]) == ("US", "Jersey City")
    assert (best["currency"], best["reputation"]) == ("USD", on_offer[best["number"]].reputation)
    assert get_available_numbers(search, limit=2) == found[:2]
    assert get_available_numbers({"country": "FR", "area_code": "9"}) == []
    assert not vendor.writes()


@pytest.mark.usefixtures("outside")
def test_leases_are_listed_as_the_vendor_holds_them(vendor: Vendor) -> None:
    """Every lease of the account, by number, and none of a stranger's; one by its number, however it is written."""
    other = "+12125550123"
    vendor.lease("contiguity", NUMBER, login=vendor.token(), leased_at=1_790_000_000)
    vendor.lease("contiguity", other, login=vendor.token())
    vendor.lease("contiguity", "+12015550124")

    leased = get_leased_numbers()

    assert [one["number"] for one in leased] == [NUMBER, other]
    lease = get_number("+1 (201) 555-0123")
    assert lease == leased[0]
    assert lease["lease_id"] == vendor.leased("contiguity")[NUMBER].lease_id
    assert (lease["lease_status"], lease["billing_method"]) == ("active", "monthly")
    assert lease["leased_at"] == "2026-09-21T14:13:20Z"
    assert (lease["currency"], lease["monthly_rate"], lease["upfront_fee"]) == ("USD", 12.0, 1.5)


@pytest.mark.usefixtures("outside")
def test_a_lease_that_a_listing_does_not_show_yet_is_found(vendor: Vendor) -> None:
    """A listing that lags behind is not believed about a single number."""
    vendor.switch("contiguity", listing_lag_s=3600, read_lag_s=0)
    lease = vendor.lease("contiguity", NUMBER, login=vendor.token())

    assert get_leased_numbers() == []
    assert get_number(NUMBER)["lease_id"] == lease.lease_id


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: get_available_numbers({"country": "XX"}), "search.country: must be an ISO 3166 alpha-2 code"),
        (lambda: get_available_numbers({"area_code": "201"}), "search: area_code needs country beside it"),
        (lambda: get_available_numbers({"country": "US", "area_code": "2O1"}), "search.area_code: must be digits only"),
        (lambda: get_available_numbers({"number_type": "local"}), "contiguity cannot tell number_type of a number"),
        (
            lambda: get_available_numbers({"country": "US"}, limit=0),
            "limit: Input should be greater than or equal to 1",
        ),
        (lambda: get_available_numbers({"country": "US"}, service="acme"), "service: must be one of contiguity"),
        (lambda: get_number("555"), "number: '555' is not a phone number"),
    ],
    ids=["country", "area_code alone", "area_code", "number_type", "limit", "service", "number"],
)
def test_a_wrong_argument_is_named(vendor: Vendor, ask: Callable[[], object], words: str) -> None:
    """What is wrong is said before anything is asked."""
    with pytest.raises(InvalidInput, match=re.escape(words)):
        ask()
    assert vendor.journal() == []


@pytest.mark.usefixtures("outside")
def test_a_number_that_is_not_leased_is_an_error_that_names_it(vendor: Vendor) -> None:
    """A number on offer, or leased by a stranger, is no lease of the account."""
    vendor.lease("contiguity", "+12015550124")
    for number in (NUMBER, "+12015550124"):
        with pytest.raises(NotFound, match=re.escape(f"{number} is not leased by account 'default' of contiguity")):
            get_number(number)


def test_a_missing_key_is_reported_with_where_to_put_it() -> None:
    """Without credentials the error names the variable and the config key."""
    with pytest.raises(ConfigError, match="LEASES_CONTIGUITY_TOKEN"):
        get_leased_numbers()


def test_each_run_asks_once_and_by_its_own_settings(new_stack: NewStack, vendor: Vendor) -> None:
    """In one process, two stacks with a login each: each function asks once a run, and no run sees another's answer."""
    vendor.lease("contiguity", NUMBER, login=vendor.token("first"))
    vendor.lease("contiguity", "+12015550124", login=vendor.token("second"))

    def program() -> None:
        pulumi.export("again", [[one["number"] for one in get_leased_numbers()] for _ in range(3)][-1])
        pulumi.export("leased", get_leased_numbers_output().apply(lambda all_: [one["number"] for one in all_]))
        pulumi.export("best", get_available_numbers({"country": "US"}, limit=1)[0])
        pulumi.export("others", get_available_numbers_output({"country": "GB"}).apply(len))
        pulumi.export("known", get_number_output(pulumi.Config("wanted").require("known"))["lease_id"])

    stacks = {}
    for login, number in (("first", NUMBER), ("second", "+12015550124")):
        stacks[login] = new_stack(program, LEASES_CONTIGUITY_TOKEN="", LEASES_CONTIGUITY_BASE_URL="")
        stacks[login].config("leases:contiguityToken", vendor.token(login), secret=True)
        stacks[login].config("leases:contiguityBaseUrl", vendor.contiguity)
        stacks[login].config("wanted:known", number)

    for login, number in (("first", NUMBER), ("second", "+12015550124")):
        before = len(vendor.journal())
        seen = stacks[login].up()
        assert seen.ok, seen.text
        assert seen.outputs["again"] == seen.outputs["leased"] == [number]
        assert seen.outputs["known"] == vendor.leased("contiguity")[number].lease_id
        assert seen.outputs["best"]["country"] == "US"
        calls = vendor.journal()[before:]
        assert sorted(call.operation for call in calls) == ["available", "leased"]
        assert {call.login for call in calls} == {vendor.token(login)}


@pytest.mark.usefixtures("outside")
def test_what_is_still_to_be_leased_is_not_asked_for_in_a_preview(new_stack: NewStack, vendor: Vendor) -> None:
    """What depends on a number, or on an argument that is not known, waits for the lease: right in the up, empty before."""

    def program() -> None:
        desk = NumberPool("desk", slots=["alice", "bob"], search={"country": "US"})
        pulumi.export("before", get_leased_numbers())
        pulumi.export("lease", get_number_output(desk.numbers["alice"])["lease_id"])
        after = get_leased_numbers_output(opts=pulumi.InvokeOutputOptions(depends_on=[desk]))
        pulumi.export("after", after.apply(lambda all_: sorted(one["lease_id"] for one in all_)))
        bob = desk.members["bob"]
        late = pulumi.Output.all(bob.lease_id, bob.number).apply(lambda both: str(both[1]))
        pulumi.export("late", get_number_output(late)["lease_id"])
        search = bob.lease_id.apply(lambda _: NumberSearchArgs(country="GB"))
        pulumi.export("found", get_available_numbers_output(search, limit=1).apply(lambda best: best[0]["country"]))

    stack = new_stack(program)

    preview = stack.preview()
    assert preview.ok, preview.text
    assert sorted(call.operation for call in vendor.journal()) == ["available", "leased", "leased"]
    up = stack.up()

    assert up.ok, up.text
    leases = {one.lease_id for one in vendor.leases()}
    assert len(leases) == 2
    assert up.outputs["before"] == []
    assert {up.outputs["lease"], up.outputs["late"]} == leases
    assert up.outputs["found"] == "GB"
    assert set(up.outputs["after"]) == leases
    assert stack.preview().changed == {}


@pytest.mark.usefixtures("outside")
def test_a_slow_answer_does_not_hold_up_the_program(new_stack: NewStack, vendor: Vendor) -> None:
    """While a function that ends in `_output` waits for the vendor, everything else in the program goes on."""
    vendor.fault("leased", "delay_before", seconds=2)
    passed: list[int] = []

    async def meanwhile() -> None:
        for moment in range(1000):
            passed.append(moment)
            await asyncio.sleep(0.02)

    def program() -> None:
        running = asyncio.ensure_future(meanwhile())

        def count(_: object) -> int:
            running.cancel()
            return len(passed)

        pulumi.export("meanwhile", get_leased_numbers_output().apply(count))

    assert new_stack(program).up().outputs["meanwhile"] > 10


@pytest.mark.usefixtures("outside")
def test_a_fault_in_a_program_is_one_clear_line(new_stack: NewStack, vendor: Vendor) -> None:
    """A number that is not leased fails the preview with its name; outputs where plain values belong are refused."""

    def missing() -> None:
        get_number_output(pulumi.Output.from_input(NUMBER))

    def too_early() -> None:
        support = LeasedNumber("support", number=NUMBER)
        get_number(support.number)  # type: ignore[arg-type]  # the mistake under test

    for program, words in (
        (missing, f"pulumi_leases.NotFound: {NUMBER} is not leased by account 'default' of contiguity"),
        (too_early, "number: an output is not known here: use the function that ends in _output"),
    ):
        assert words in new_stack(program).preview().text
    assert not vendor.writes()
