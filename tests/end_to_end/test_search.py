"""Numbers that a search has chosen, on the real engine, held against the vendor's journal."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_leases import LeasedNumber, NumberSearchArgsDict, total_cost
from pulumi_leases.domain.money import price

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors
US: NumberSearchArgsDict = {"country": "US"}
AT_TWO = pytest.mark.parametrize("service", ["contiguity", "telnyx"])


def searching(names: Iterable[str], search: NumberSearchArgsDict, **inputs: Any) -> Callable[[], None]:
    """Make a program that declares numbers by one search."""

    def program() -> None:
        numbers = [LeasedNumber(name, search=search, **inputs) for name in names]
        pulumi.export("numbers", [number.number for number in numbers])
        pulumi.export("cost", total_cost(*numbers))

    return program


def announced(text: str) -> list[str]:
    """Read which numbers a preview would lease."""
    return [line.split()[2] for line in text.splitlines() if line.startswith("    will lease +")]


def operations(vendor: Vendor, since: int) -> Counter[str]:
    """Count the calls by what they ask for; pages of one listing count as one."""
    calls = [call for call in vendor.journal(since) if "page=" not in call.query or "page=1&" in call.query]
    return Counter(call.operation for call in calls)


@AT_TWO
def test_a_search_is_made_once(new_stack: NewStack, vendor: Vendor, service: str) -> None:
    """After the first up neither cheaper offers nor time move the choice: ten previews and an up, without a call."""
    stack = new_stack(searching(["sales"], {**US, "capabilities": ["sms"]}, service=service))
    first = stack.preview()
    assert not vendor.writes()
    up = stack.up()
    assert up.ok, up.text
    assert announced(first.text) == up.outputs["numbers"] == list(vendor.leased(service))

    before = len(vendor.journal())
    for last in range(10):
        vendor.add_offer(service, f"+120155501{last + 50}", recurring_fee=0.1, upfront_fee=0)
        assert stack.preview().changed == {}
    assert stack.up().changed == {}
    assert vendor.journal(before) == []


@pytest.mark.parametrize("service", ["contiguity", "telesign"])
def test_siblings_never_share_a_choice(new_stack: NewStack, vendor: Vendor, service: str) -> None:
    """Ten with the same criteria: the set that the preview names, one lease each; an eleventh takes one that is free."""
    names = [f"n{index}" for index in range(10)]
    stack = new_stack(searching(names, US, service=service))
    listing, offers = ("leased", "available") if service == "contiguity" else ("list", "search")

    preview = announced(stack.preview().text)
    before = len(vendor.journal())
    up = stack.up()
    assert up.ok, up.text
    ten = set(vendor.leased(service))
    assert len(ten) == 10
    assert set(preview) == set(up.outputs["numbers"]) == ten
    assert operations(vendor, before) == {"lease": 10, listing: 1, offers: 1}

    stack.program = searching([*names, "eleventh"], US, service=service)
    (eleventh,) = announced(stack.preview().text)
    before = len(vendor.journal())
    assert stack.up().ok
    assert set(vendor.leased(service)) == ten | {eleventh}
    assert operations(vendor, before) == {"lease": 1, listing: 1, offers: 1}
    assert len({charge.lease_id for charge in vendor.charges(service)}) == 11


@pytest.mark.only_dynamic("the native provider sees what is declared until then, not the whole program")
def test_a_search_leaves_what_the_program_names(new_stack: NewStack, vendor: Vendor) -> None:
    """A number declared as such further down, however it is written, is not chosen though it is the best on offer."""
    (best,) = announced(new_stack(searching(["sales"], US)).preview().text)
    written = f"+1 ({best[2:5]}) {best[5:8]}-{best[8:]}"

    def program() -> None:
        sales = LeasedNumber("sales", search=US)
        later = pulumi.ResourceOptions(depends_on=sales)  # so that its check surely comes after the choice
        support = LeasedNumber("support", number=written, opts=later)
        pulumi.export("numbers", [sales.number, support.number])

    stack = new_stack(program)
    up = stack.up()

    assert up.ok, up.text
    sales, support = up.outputs["numbers"]
    assert support == best != sales
    assert set(vendor.leased("contiguity")) == {sales, support}


def test_a_search_that_chose_what_an_output_names_is_asked_to_wait(new_stack: NewStack, vendor: Vendor) -> None:
    """A number that only an output names cannot be seen beforehand: the preview fails, and names the way out."""
    (best,) = announced(new_stack(searching(["sales"], US)).preview().text)
    named = [best]

    def search_first() -> None:
        sales = LeasedNumber("sales", search=US)
        LeasedNumber(
            "support", number=pulumi.Output.from_input(named[0]), opts=pulumi.ResourceOptions(depends_on=sales)
        )

    def search_last() -> None:
        support = LeasedNumber("support", number=pulumi.Output.from_input(named[0]))
        LeasedNumber("sales", search=US, opts=pulumi.ResourceOptions(depends_on=support))

    stack = new_stack(search_first)
    assert (
        f"{best} is declared twice: by support and by sales, whose search chose it in this run: let sales depend on support"
    ) in stack.preview().text

    stack.program = search_last
    up = stack.up()
    assert up.ok, up.text
    assert best in vendor.leased("contiguity")
    assert len(vendor.leases()) == 2


def test_a_lost_race_costs_nothing_and_is_mended_by_a_refresh(new_stack: NewStack, vendor: Vendor) -> None:
    """A stranger is faster: reported, nothing charged, siblings untouched; `up --refresh` leases another for that one alone."""
    stack = new_stack(searching(["a", "b"], US))
    assert stack.up().ok
    siblings = vendor.leased("contiguity")

    stack.program = searching(["a", "b", "c"], US)
    vendor.fault("lease", "taken", vendor="contiguity")
    lost = stack.up()
    taken = next(number for number, lease in vendor.leased("contiguity").items() if lease.login == "stranger")
    assert not lost.ok
    assert f"{taken} could not be leased, somebody else may have been faster; nothing was charged" in lost.text
    assert "`pulumi up --refresh` chooses another" in lost.text
    assert vendor.leased("contiguity", login=vendor.token()) == siblings

    again = stack.up()
    assert not again.ok
    assert f"{taken} was not leased from contiguity: it is not on offer any more" in again.text

    before = len(vendor.journal())
    mended = stack.up(refresh=True)
    assert mended.ok, mended.text
    ours = vendor.leased("contiguity", login=vendor.token())
    assert len(ours) == 3
    assert siblings.items() < ours.items()
    assert operations(vendor, before) <= Counter(leased=1, available=1, get=3, lease=1)
    assert [call.operation for call in vendor.writes(before)] == ["lease"]
    assert stack.preview().changed == {}


def test_a_race_lost_in_a_replacement_keeps_the_held_number(new_stack: NewStack, vendor: Vendor) -> None:
    """The new number is taken by a stranger: the old one stays until `up --refresh` has leased yet another."""
    stack = new_stack(searching(["sales"], {**US, "area_code": "201"}))
    assert stack.up().ok
    (held,) = vendor.leased("contiguity")

    stack.program = searching(["sales"], {**US, "area_code": "212"})
    vendor.fault("lease", "taken", vendor="contiguity")
    assert not stack.up().ok
    assert list(vendor.leased("contiguity", login=vendor.token())) == [held]

    vendor.clock(advance_s=300)
    before = len(vendor.journal())
    mended = stack.up(refresh=True)
    assert mended.ok, mended.text
    assert [(call.operation, call.number == held) for call in vendor.writes(before)] == [
        ("lease", False),
        ("terminate", True),
    ]
    (new,) = vendor.leased("contiguity", login=vendor.token())
    assert new.startswith("+1212")
    assert stack.preview().changed == {}


@AT_TWO
def test_an_edited_search_keeps_a_number_that_fits(new_stack: NewStack, vendor: Vendor, service: str) -> None:
    """Criteria that the held number meets change nothing and need no call; limits and order say nothing about it."""
    stack = new_stack(searching(["sales"], US, service=service))
    assert stack.up().ok
    (held,) = vendor.leased(service)
    on_offer = vendor.offers(service)[held]
    criteria: NumberSearchArgsDict = {"capabilities": ["sms"]} if "sms" in on_offer.channels else {}
    before = len(vendor.journal())

    fits: NumberSearchArgsDict = {
        **criteria,
        **US,
        "area_code": held[2:5],
        "prefix": held[:6],
        "contains": held[-3:],
        "order_by": "number",
    }
    stack.program = searching(["sales"], fits, max_monthly_rate=0)
    assert stack.preview().changed == {}
    assert stack.up().changed == {}

    stack.program = searching(["sales"], {})
    assert stack.preview().changed == {}
    assert vendor.journal(before) == []


@AT_TWO
def test_an_edited_search_replaces_a_number_that_does_not_fit(
    new_stack: NewStack, vendor: Vendor, service: str
) -> None:
    """The preview shows both numbers and both prices; the up leases the new one, then releases the old one."""
    stack = new_stack(searching(["sales"], {**US, "area_code": "201"}, service=service))
    assert stack.up().ok
    (held,) = vendor.leased(service)

    stack.program = searching(["sales"], {**US, "area_code": "212"}, service=service)
    preview = stack.preview()
    (new,) = announced(preview.text)
    prices = {
        number: price("USD", offer.recurring_fee / offer.period_months, offer.upfront_fee)
        for number, offer in vendor.offers(service).items()
    }
    assert preview.changed == {"replace": 2}
    assert f"will lease {new} (US" in preview.text
    assert f"from {service}: {prices[new]}, in place of {held}: {prices[held]}" in preview.text

    before = len(vendor.journal())
    up = stack.up()
    assert up.ok, up.text
    assert up.outputs["numbers"] == [new]
    assert next((call.operation, call.number) for call in vendor.writes(before)) == ("lease", new)
    assert list(vendor.leased(service)) == [new]
    assert stack.preview().changed == {}


def test_an_unknown_property_of_a_held_number_releases_nothing(new_stack: NewStack, vendor: Vendor) -> None:
    """What the service did not say of a number is asked once: the number is kept unless the answer does not fit."""
    search: NumberSearchArgsDict = {**US, "area_code": "201"}
    stack = new_stack(searching(["sales"], search, service="telesign"))
    assert stack.up().ok
    (held,) = vendor.leased("telesign")
    carrier = vendor.offers("telesign")[held].carrier

    before = len(vendor.journal())
    stack.program = searching(["sales"], {**search, "carrier": carrier}, service="telesign")
    assert stack.up().changed == {}  # TeleSign's later generation shows no carrier
    assert operations(vendor, before) == {"list": 1}
    assert stack.up().changed == {}
    assert operations(vendor, before) == {"list": 1}

    vendor.switch("telesign", generation="2019-02")
    stack.program = searching(["sales"], {**search, "carrier": "Another"}, service="telesign")
    assert "none of the" in stack.preview().text
    assert list(vendor.leased("telesign")) == [held]


def test_nothing_on_offer_is_an_error_in_the_preview(new_stack: NewStack, vendor: Vendor) -> None:
    """Nothing fits, all are too dear, or all are taken: three messages; nothing is leased and nothing is in the state."""
    stack = new_stack(lambda: None)
    few: NumberSearchArgsDict = {**US, "area_code": "201", "contains": "0123"}

    for program, words in (
        (
            searching(["x"], {**US, "area_code": "999"}),
            stack.said(r"none of the \d+ numbers on offer at contiguity fits country US, area_code 999"),
        ),
        (
            searching(["x"], US, max_monthly_rate=1),
            r"property max_monthly_rate value \{1\} has a problem: of the \d+ .* all of them exceed a limit",
        ),
        (
            searching(["x", "y"], few),
            r"1 fit .*, and all that may be leased are taken by this program or account already",
        ),
        (
            searching(["x"], {**US, "number_type": "local"}),
            stack.said("contiguity cannot tell number_type of a number"),
        ),
        (
            searching(["x"], {**US, "min_reputation": 0.9}, service="telesign"),
            stack.said("telesign cannot tell min_reputation of a number"),
        ),
        (
            searching(["x"], {**US, "capabilities": ["mms"]}, service="telesign"),
            "telesign cannot tell whether a number has mms",
        ),
        (
            searching(["x"], {**US, "order_by": "reputation"}, service="telesign"),
            "telesign cannot tell the reputation of a number: order by price or number",
        ),
        (searching(["x"], {"country": "XX"}), "must be an ISO 3166 alpha-2 code such as US, not 'XX'"),
        (searching(["x"], {**US, "area_code": "(201)"}), stack.said("search.area_code: must be digits only")),
        (
            searching(["x"], {**US, "prefix": "+44"}),
            stack.said(r"prefix \+44 contradicts country and area_code, which start with \+1"),
        ),
        (searching(["x"], US, number="+12015550123"), "give exactly one of number and search"),
    ):
        stack.program = program
        preview = stack.preview()
        assert not preview.ok
        assert re.search(words, preview.text), preview.text
    assert not stack.up().ok
    assert vendor.leases() == []
    assert not [name for name in stack.resources() if name.startswith("Lease")]


def test_a_search_with_unknowns_waits_for_them(new_stack: NewStack, vendor: Vendor) -> None:
    """A criterion that comes from what is still to be made: no call and no crash in the preview, chosen in the up."""

    def program() -> None:
        support = LeasedNumber("support", number="+12015550123")
        area = support.lease_id.apply(lambda lease_id: "201" if lease_id else "999")
        sales = LeasedNumber("sales", search={**US, "area_code": area}, opts=pulumi.ResourceOptions(depends_on=support))
        pulumi.export("sales", sales.number)
        pulumi.export("cost", total_cost(sales))

    stack = new_stack(program)
    preview = stack.preview()
    assert preview.ok, preview.text
    assert announced(preview.text) == ["+12015550123"]

    up = stack.up()
    assert up.ok, up.text
    assert up.outputs["sales"].startswith("+1201")
    assert set(vendor.leased("contiguity")) == {"+12015550123", up.outputs["sales"]}
    assert stack.preview().changed == {}


def declaring(name: str, **options: Any) -> Callable[[], None]:
    """Make a program that declares one number by a search."""

    def program() -> None:
        opts = pulumi.ResourceOptions(**options)
        pulumi.export("number", LeasedNumber(name, opts, search=US).number)

    return program


@pytest.mark.only_dynamic("the native provider does not see that the old name is not declared any more")
def test_a_search_that_is_renamed_without_an_alias_is_refused(new_stack: NewStack, vendor: Vendor) -> None:
    """Nothing is leased or released, and the message writes the alias out."""
    stack = new_stack(declaring("old"))
    number = stack.up().outputs["number"]
    before = len(vendor.journal())

    stack.program = declaring("new")
    alias = 'aliases=[pulumi.Alias(name="old")]'
    for refused in (stack.preview(), stack.up()):
        assert not refused.ok
        assert f"'old', which holds {number} by the same search, is not declared any more" in refused.text
        assert alias in refused.text
    assert vendor.journal(before) == []


def test_a_renamed_search_with_an_alias_keeps_its_number(new_stack: NewStack, vendor: Vendor) -> None:
    """Nothing changes, and nothing is asked."""
    stack = new_stack(declaring("old"))
    number = stack.up().outputs["number"]
    before = len(vendor.journal())

    stack.program = declaring("new", aliases=[pulumi.Alias(name="old")])
    preview = stack.preview()
    assert preview.changed == {}, preview.text
    assert "will release" not in preview.text
    assert stack.up().outputs["number"] == number
    assert vendor.journal(before) == []
