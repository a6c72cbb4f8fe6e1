"""What numbers cost, shown before the money is spent, on the real engine and held against the vendor's journal."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_leases import LeasedNumber, NumberPool, total_cost

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors
FIRST, SECOND, LONDON = "+12015550123", "+12015550124", "+442079460023"


def declaring(*numbers: str, **inputs: Any) -> Callable[[], None]:
    """Make a program that declares numbers and exports what they cost."""

    def program() -> None:
        made = [LeasedNumber(f"n{number[-4:]}", number=number, **inputs) for number in numbers]
        pulumi.export("cost", total_cost(*made))
        pulumi.export("rates", [number.monthly_rate for number in made])
        facts = ("number", "country", "currency", "monthly_rate", "upfront_fee")
        pulumi.export("last", {fact: getattr(made[-1], fact) for fact in facts})

    return program


def squeezed(text: str) -> str:
    """Take the layout out of a text."""
    return " ".join(text.split())


@pytest.fixture
def priced(vendor: Vendor) -> Vendor:
    """Three numbers at prices that a test can add up."""
    vendor.change_offer("contiguity", SECOND, recurring_fee=12.0, upfront_fee=1.5, currency="USD")
    vendor.change_offer("contiguity", LONDON, recurring_fee=0.1, upfront_fee=0.2, currency="GBP")
    return vendor


def test_a_preview_shows_what_new_numbers_cost_and_the_sum_of_all(new_stack: NewStack, priced: Vendor) -> None:
    """Number, price and currency are values in the preview; a line for each new number, none for what is held."""
    stack = new_stack(declaring(FIRST))
    assert stack.up().outputs["cost"] == {"USD": {"monthly": 12.0, "upfront": 1.5}}

    stack.program = declaring(FIRST, SECOND)
    more = stack.preview()
    assert "~ monthly: 12 => 24 ~ upfront: 1.5 => 3" in squeezed(more.text)
    assert "+ [1]: 12" in more.text
    line = f"will lease {SECOND} (US, Jersey City) from contiguity: 12.00 USD/month, 1.50 USD upfront"
    assert more.text.count(f"    {line}") == 1
    assert f"will lease {FIRST}" not in more.text

    stack.program = declaring(FIRST, LONDON)
    london = squeezed(stack.preview().text)
    assert "+ GBP: { + monthly: 0.1 + upfront: 0.2 } USD: { monthly: 12 upfront: 1.5 }" in london
    for edit in (
        f'number : "{FIRST}" => "{LONDON}"',
        'country : "US" => "GB"',
        'currency : "USD" => "GBP"',
        "monthly_rate: 12 => 0.1",
        "upfront_fee : 1.5 => 0.2",
    ):
        assert f"~ {edit}" in london
    assert len(priced.writes()) == 1

    up = stack.up()
    assert up.outputs["cost"] == {"GBP": {"monthly": 0.1, "upfront": 0.2}, "USD": {"monthly": 12.0, "upfront": 1.5}}
    assert priced.state().charged == {"USD": 13.5, "GBP": pytest.approx(0.3)}


def test_decimals_are_added_exactly_and_each_number_once(new_stack: NewStack, vendor: Vendor) -> None:
    """Three times 0.1 is 0.3, for a pool and for its budget; a pool that is given twice counts once."""
    for last in range(3):
        vendor.add_offer(
            "contiguity", f"+4420794608{last:02}", country="GB", recurring_fee=0.1, upfront_fee=0.7, currency="GBP"
        )

    def program() -> None:
        desk = NumberPool("desk", count=3, search={"country": "GB"})
        pulumi.export("cost", total_cost(desk, desk))

    stack = new_stack(program)
    stack.config("leases:monthlyBudget", "0.29 GBP")
    above = stack.preview()
    assert not above.ok
    assert "0.30 GBP a month is above the budget of 0.29 GBP" in above.text
    assert not vendor.writes()

    stack.config("leases:monthlyBudget", "0.3 GBP")
    assert "GBP: { monthly: 0.3 upfront: 2.1 }" in squeezed(stack.preview().text)
    assert stack.up().outputs["cost"] == {"GBP": {"monthly": 0.3, "upfront": 2.1}}


def test_limits_hold_at_each_stage(new_stack: NewStack, priced: Vendor) -> None:
    """Above a limit nothing is leased: not at first, nor when the price rose after a refusal; a limit may be reached."""
    stack = new_stack(declaring(FIRST, max_monthly_rate=11.99))
    monthly, most = stack.said("monthly_rate"), stack.said("max_monthly_rate")
    assert f"{monthly} 12.0 USD is above {most} 11.99" in stack.preview().text
    stack.program = declaring(FIRST, max_upfront_fee=1)
    upfront = stack.said("upfront_fee 1.5 USD is above max_upfront_fee 1")
    assert upfront in stack.preview().text
    assert not stack.up().ok
    assert not priced.writes()

    priced.switch("contiguity", payment=402)
    stack.program = declaring(FIRST, max_monthly_rate=12)
    assert f"{FIRST} was not leased, nothing was charged" in stack.up().text
    priced.switch("contiguity", payment="ok")
    priced.change_offer("contiguity", FIRST, recurring_fee=12.5)
    before = len(priced.journal())
    price_increase = stack.up()
    assert not price_increase.ok
    assert f"{FIRST}: {monthly} 12.5 USD is above {most} 12" in price_increase.text
    assert not priced.writes(before)

    stack.program = declaring(FIRST)
    rose = stack.up()
    assert (
        "it was quoted at 12.00 USD/month, 1.50 USD upfront, and is 12.50 USD/month, 1.50 USD upfront now" in rose.text
    )
    assert not priced.writes(before)
    quoted = stack.up(refresh=True)
    assert quoted.ok, quoted.text
    assert quoted.outputs["cost"] == {"USD": {"monthly": 12.5, "upfront": 1.5}}
    assert priced.state().charged == {"USD": 14.0}


def test_a_limit_counts_for_new_leases_only(new_stack: NewStack, priced: Vendor) -> None:
    """A limit that is set, lowered or taken away later moves no number that is held, and asks nobody."""
    stack = new_stack(declaring(FIRST, max_monthly_rate=12))
    assert stack.up().ok
    before = len(priced.journal())

    for limit in (1, None):
        stack.program = declaring(FIRST, max_monthly_rate=limit)
        assert stack.up().changed == {}
    assert priced.journal(before) == []


def test_a_price_that_rises_while_the_number_is_leased_is_a_warning(new_stack: NewStack, priced: Vendor) -> None:
    """Between the check and the answer the vendor charges more: what is leased stays, and both prices are reported."""
    stack = new_stack(declaring(FIRST))
    priced.fault("lease", "hold_before")
    raising = threading.Thread(target=lambda: _raise_price(priced))
    raising.start()
    up = stack.up()
    raising.join()

    assert up.ok, up.text
    assert re.search(
        rf"warning: {re.escape(FIRST)} is leased, and costs more than was quoted: it was quoted at 12\.00 USD/month",
        up.text,
    )
    assert up.outputs["cost"] == {"USD": {"monthly": 20.0, "upfront": 1.5}}


def _raise_price(vendor: Vendor) -> None:
    vendor.wait_held(1, timeout=120)
    vendor.change_offer("contiguity", FIRST, recurring_fee=20.0)
    vendor.release()


def test_a_preview_above_the_budget_fails(new_stack: NewStack, priced: Vendor) -> None:
    """Held numbers count, without a call for them; sum, budget and new numbers are shown; currencies stay apart."""
    stack = new_stack(declaring(FIRST))
    stack.config("leases:monthlyBudget", "20 USD, 0.05 GBP")
    assert stack.up().ok
    before = len(priced.journal())
    assert stack.preview().changed == {}
    assert priced.journal(before) == []

    stack.program = declaring(FIRST, SECOND)
    above = stack.preview()
    assert not above.ok
    assert (
        "24.00 USD a month is above the budget of 20.00 USD (leases:monthlyBudget); numbers counted so far: 2, "
        f"new among them: {SECOND}"
    ) in above.text
    stack.program = declaring(FIRST, LONDON)
    assert "0.10 GBP a month is above the budget of 0.05 GBP" in stack.preview().text
    stack.config("leases:monthlyBudget", "20 USD")
    assert "has no amount in GBP, and its numbers cost at least 0.10 GBP a month" in stack.preview().text
    stack.config("leases:monthlyBudget", "24")
    assert "leases:monthlyBudget (LEASES_MONTHLY_BUDGET) must give one amount per currency" in stack.preview().text

    stack.config("leases:monthlyBudget", "11.99 USD")
    stack.program = declaring(FIRST)
    before = len(priced.journal())
    assert "12.00 USD a month is above the budget of 11.99 USD" in stack.preview().text
    assert priced.journal(before) == []

    stack.config("leases:monthlyBudget", "24 USD, 1 GBP")
    stack.program = declaring(FIRST, SECOND, LONDON)
    assert stack.up().ok
    assert len(priced.writes()) == 3


@pytest.mark.only_dynamic("the native provider knows of held numbers only what the engine checks")
def test_the_budget_counts_what_is_not_targeted(new_stack: NewStack, priced: Vendor) -> None:
    """Held numbers of the program count under --target and --exclude, where the engine does not check them."""
    stack = new_stack(declaring(FIRST))
    stack.config("leases:monthlyBudget", "20 USD")
    assert stack.up().ok
    before = len(priced.journal())

    stack.program = declaring(FIRST, SECOND)
    above = "24.00 USD a month is above the budget of 20.00 USD (leases:monthlyBudget); numbers counted so far: 2"
    assert above in stack.preview(target=["**::n0124"]).text
    for narrowed in ({"target": ["**::n0124"]}, {"exclude": ["**::n0123"]}):
        up = stack.up(**narrowed)
        assert not up.ok
        assert above in up.text
    assert not priced.writes(before)

    stack.config("leases:monthlyBudget", "24 USD")
    up = stack.up(target=["**::n0124"])
    assert up.ok, up.text
    assert [call.operation for call in priced.writes(before)] == ["lease"]


@pytest.mark.only_dynamic("the engine shows the deletion, and tells no provider of it in a preview")
def test_a_preview_shows_which_number_is_released(new_stack: NewStack, priced: Vendor) -> None:
    """A number that is not declared any more is named with its lease and its cost; what stays is not."""
    stack = new_stack(declaring(FIRST, SECOND))
    stack.config("leases:monthlyBudget", "24 USD")
    assert stack.up().ok
    lease_id = next(lease.lease_id for lease in priced.leases() if lease.number == SECOND)

    stack.program = declaring(FIRST)
    text = stack.preview().text
    assert f"will release {SECOND} ({lease_id}), 12.00 USD/month: 'n0124' is not declared any more" in text
    assert f"will release {FIRST}" not in text

    def renamed() -> None:
        opts = pulumi.ResourceOptions(retain_on_delete=False)
        LeasedNumber("hotline", number="+1 (201) 555-0123", adopt=adopt, opts=opts)

    stack.program, adopt = renamed, True  # handed over, so it stays leased
    text = stack.preview().text
    assert f"will adopt {FIRST}" in text
    assert f"will release {SECOND}" in text
    assert f"will release {FIRST}" not in text
    adopt = False  # refused, so nothing is released
    refused = stack.preview()
    assert not refused.ok
    assert "will release" not in refused.text


@pytest.mark.only_dynamic("a component's state is read in tests/native/test_components.py")
def test_a_state_that_is_being_saved_is_read_again(new_stack: NewStack, priced: Vendor) -> None:
    """For a moment the engine's file beside a state is empty, and a read fails with EOF: the budget counts all the same."""
    stack = new_stack(declaring(FIRST))
    stack.config("leases:monthlyBudget", "20 USD")
    assert stack.up().ok
    beside = next((stack.folder / "state").rglob("stacks/leases-test/dev.json.attrs"))
    saved = beside.read_text()

    def program() -> None:
        beside.write_text("")
        threading.Timer(0.3, beside.write_text, [saved]).start()
        declaring(FIRST, SECOND)()

    stack.program = program
    above = "24.00 USD a month is above the budget of 20.00 USD (leases:monthlyBudget); numbers counted so far: 2"
    text = stack.preview(target=["**::n0124"]).text
    assert above in text
    assert "could not be read" not in text


def test_a_number_that_takes_the_place_of_another_counts_for_it(new_stack: NewStack, priced: Vendor) -> None:
    """A replacement within the budget passes, though for a moment both are leased."""

    def program() -> None:
        pulumi.export("cost", total_cost(LeasedNumber("support", number=numbers[0])))

    numbers = [FIRST]
    stack = new_stack(program, LEASES_MONTHLY_BUDGET="12 USD")
    assert stack.up().ok
    numbers[0] = SECOND

    preview = stack.preview()
    assert preview.ok, preview.text
    assert "12.00 USD/month, 1.50 USD upfront, in place of" in preview.text
    assert stack.up().outputs["cost"] == {"USD": {"monthly": 12.0, "upfront": 1.5}}
    assert list(priced.leased("contiguity")) == [SECOND]


@pytest.mark.only_dynamic("the SDK leaves out what is null in the answer of a function")
def test_an_unknown_price_is_null_and_named_in_the_preview(new_stack: NewStack, vendor: Vendor) -> None:
    """Never zero: in the preview, in the sum, in the outputs; with a limit or a budget it is an error."""
    vendor.switch("contiguity", prices="absent")
    stack = new_stack(declaring(FIRST))

    preview = stack.preview()
    assert (
        f"will lease {FIRST} (US, Jersey City) from contiguity: at a price that the service does not tell"
        in preview.text
    )
    assert "unknown: { monthly: <null> upfront: <null> }" in squeezed(preview.text)

    stack.config("leases:monthlyBudget", "100 USD")
    assert f"the service does not tell the monthly rate of {FIRST}" in stack.preview().text
    stack.cli("config", "rm", "leases:monthlyBudget")
    stack.program = declaring(FIRST, max_monthly_rate=1000)
    assert "the service does not tell the monthly_rate, and max_monthly_rate is 1000" in stack.preview().text

    stack.program = declaring(FIRST)
    up = stack.up()
    assert up.outputs["cost"] == {"unknown": {"monthly": None, "upfront": None}}
    assert up.outputs["rates"] == [None]
    assert f"leased {FIRST} (" in up.text
    vendor.switch("contiguity", prices="present")
    assert stack.refresh().changed == {}
    assert stack.preview().changed == {}
