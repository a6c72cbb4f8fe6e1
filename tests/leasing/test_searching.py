"""Which number a search chooses with others of its program; the vendor's journal counts the calls."""

from __future__ import annotations

import json
import random
import threading
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.config import Config
from pulumi_leases.domain.errors import InvalidInput
from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.leasing.choose import Limits
from pulumi_leases.leasing.run import Run
from pulumi_leases.leasing.searching import choose_by_search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pulumi_leases.emulator import Vendor

    NewRun = Callable[[], Run]
    Searches = Mapping[str, Mapping[str, Any]]

US = {"country": "US"}
SMS = {"country": "US", "capabilities": ["sms"]}


@pytest.fixture
def new_run(environ: dict[str, str], vendor: Vendor) -> Iterator[NewRun]:
    """Begin runs of the emulator's user, who has a second login called `eu`."""
    settings = {**environ, "LEASES_EU_TOKEN": vendor.token("eu"), "LEASES_EU_BASE_URL": vendor.contiguity}
    begun: list[Run] = []

    def begin() -> Run:
        begun.append(Run(Config(lambda _: None, settings)))
        return begun[-1]

    yield begin
    for run in begun:
        for account in run._accounts.values():
            account.service.close()


def by_search(searches: Searches, **at: str) -> str:
    """Write searches by owner as the program hands them over."""
    grouped: dict[str, list[str]] = {}
    for owner, search in searches.items():
        grouped.setdefault(json.dumps({**at, "search": search}, sort_keys=True), []).append(owner)
    return json.dumps(grouped)


def choose(run: Run, searches: Searches, order: Iterable[str], service: str = "contiguity") -> dict[str, str]:
    """Check searches of a program in some order; `searches` is what all of it asks for."""
    hints = {"searches": by_search(searches, service=service)}
    numbers = {}
    for name in order:
        urn = f"urn:pulumi:dev::shop::type::{name}"
        run.siblings.note(urn, {**hints, "owner": name})
        search = NumberSearch(**searches[name])
        numbers[name] = choose_by_search(run, run.account(service, "default"), urn, search, Limits()).number
    return numbers


ALIKE: Searches = {
    **{f"desk-{slot}": US for slot in range(6)},
    **{f"sms-{slot}": SMS for slot in range(4)},
    **{f"new-york-{slot}": {**US, "area_code": "212"} for slot in range(3)},
    **{f"north-{slot}": {"prefix": "+1212", "order_by": "number"} for slot in range(3)},
    "montreal": {"country": "CA", "contains": "5550"},
}


@pytest.mark.parametrize("service", ["contiguity", "telesign", "telnyx", "twilio"])
def test_any_order_of_arrival_gives_each_the_same_number(new_run: NewRun, vendor: Vendor, service: str) -> None:
    """Equal searches, and others that want the same numbers: a preview and its up agree one by one, on equal offers."""
    vendor.switch("twilio", order="inventory")  # as it is by itself, each answer shows another part of what fits
    chance = random.Random(1)
    names = list(ALIKE)
    first = choose(new_run(), ALIKE, names, service)

    assert len(set(first.values())) == len(ALIKE)
    for _ in range(5):
        chance.shuffle(names)
        assert choose(new_run(), ALIKE, names, service) == first


def test_threads_share_one_assignment(new_run: NewRun, vendor: Vendor) -> None:
    """Four at once: the same as one by one, from one listing of leases and one of offers."""
    expected = choose(new_run(), ALIKE, ALIKE)
    before, run, numbers = len(vendor.journal()), new_run(), {}
    names = list(ALIKE)

    def some(index: int) -> None:
        numbers.update(choose(run, ALIKE, names[index::4]))

    threads = [threading.Thread(target=some, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert numbers == expected
    assert sorted(call.operation for call in vendor.journal(before)) == ["available", "leased"]


def test_some_of_them_get_what_they_would_have_got_with_all(new_run: NewRun, vendor: Vendor) -> None:
    """A preview in which some are new agrees with itself, and with the one before some of them were leased."""
    first = choose(new_run(), ALIKE, ALIKE)
    for name in ("desk-1", "sms-0", "new-york-2"):
        vendor.lease("contiguity", first[name], vendor.token())
    rest = [name for name in ALIKE if name not in {"desk-1", "sms-0", "new-york-2"}]

    again = choose(new_run(), ALIKE, rest)

    assert again == choose(new_run(), ALIKE, rest[::-1])
    assert again == {name: first[name] for name in rest}


def test_an_added_slot_gets_the_best_on_offer(new_run: NewRun, vendor: Vendor) -> None:
    """Ten hold theirs, and the eleventh pays no more for having siblings."""
    ten = {f"desk-{slot}": US for slot in range(10)}
    for number in choose(new_run(), ten, ten).values():
        vendor.lease("contiguity", number, vendor.token())

    alone = choose(new_run(), {"desk-10": US}, ["desk-10"])

    assert choose(new_run(), {**ten, "desk-10": US}, ["desk-10"]) == alone


def test_what_a_sibling_holds_in_this_run_is_passed_over(new_run: NewRun) -> None:
    """A claim that is kept from before the program was edited: the next one that is nobody's is taken."""
    two = {"a": US, "b": US}
    expected = choose(new_run(), two, two)
    run = new_run()
    run.declare("another", "contiguity", expected["a"])

    numbers = choose(run, two, two)

    assert numbers["b"] == expected["b"]
    assert numbers["a"] not in expected.values()


def test_a_search_that_no_hint_names_takes_what_is_left(new_run: NewRun) -> None:
    """One that waited for an output leaves to the others what comes to them, whoever is checked first."""
    three = {"a": US, "b": US, "c": US}
    expected = choose(new_run(), three, three)
    run = new_run()
    hints = {"searches": by_search(three, service="contiguity")}
    run.siblings.note("urn:pulumi:dev::shop::type::late", {**hints, "owner": "late"})

    late = choose_by_search(
        run, run.account("contiguity", "default"), "urn:pulumi:dev::shop::type::late", NumberSearch(**US), Limits()
    )

    assert late.number not in expected.values()
    assert choose(run, three, three) == expected


def test_only_searches_that_can_want_the_same_are_assigned_together(new_run: NewRun, vendor: Vendor) -> None:
    """Another account's, another country's, and what is wrong with a sibling neither cost a call nor fail this one."""
    vendor.add_offer("contiguity", "+33199001234")
    others = {
        **one_search({"search": {"country": "GB"}}, "gb"),
        **one_search({"search": US, "account": "eu"}, "eu"),
        **one_search({"search": US, "account": "unknown"}, "unknown"),
        **one_search({"search": US, "service": "telesign"}, "telesign"),
        **one_search({"search": {"country": "Atlantis"}}, "wrong"),
        **one_search({"search": {**US, "number_type": "local"}}, "not a criterion"),
        **one_search({"search": {}}, "anywhere"),
        **one_search({"search": US}, "a"),
    }
    run = new_run()
    run.siblings.note("urn:pulumi:dev::shop::type::a", {"searches": json.dumps(others), "owner": "a"})

    number = choose_by_search(
        run, run.account("contiguity", "default"), "urn:pulumi:dev::shop::type::a", NumberSearch(**US), Limits()
    )

    assert number.number == choose(new_run(), {"a": US}, ["a"])["a"]
    assert {(call.vendor, call.login) for call in vendor.journal()} == {("contiguity", vendor.token())}


def one_search(asked: Mapping[str, Any], owner: str) -> dict[str, list[str]]:
    return {json.dumps(asked): [owner]}


def test_prices_in_different_currencies_are_not_compared(new_run: NewRun, vendor: Vendor) -> None:
    """The preview names the currencies and where they are; another order, or one country, chooses."""
    north_america = {"prefix": "+1"}
    with pytest.raises(InvalidInput) as caught:
        choose(new_run(), {"a": north_america}, ["a"])
    assert str(caught.value) == (
        "what fits prefix +1 at contiguity is priced in CAD (CA), USD (US), and prices in different currencies are not "
        "compared: name one country, a longer prefix or another criterion that leaves one currency, or order by number or "
        "reputation"
    )
    assert caught.value.property == "search"

    for search in ({**north_america, "country": "CA"}, {"prefix": "+1416"}, {**north_america, "order_by": "number"}):
        choose(new_run(), {"a": search}, ["a"])
    vendor.lease("contiguity", "+14165550123", vendor.token())  # what is held is no offer
    choose(new_run(), {"a": {"prefix": "+1201"}}, ["a"])
