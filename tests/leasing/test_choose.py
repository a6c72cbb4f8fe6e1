"""Which of the offers a search chooses, given what is taken and a tie-break."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pulumi_leases.domain.models import Offer
from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.leasing.choose import (
    Limits,
    Wanted,
    assign,
    choose,
    currencies,
    fits_now,
    fitting,
    rank_for_list,
    ranking,
)

ANY = NumberSearch()


def offer(last: int, monthly: str | None = "1", **more: Any) -> Offer:
    return Offer(
        **{
            "number": f"+1201555{last:04}",
            "country": "US",
            "currency": "USD",
            "monthly_rate": monthly,
            "upfront_fee": "0",
            **more,
        }
    )


def chosen(offers: list[Offer], search: NumberSearch = ANY, **more: Any) -> str | None:
    taken = more.pop("taken", set())
    found = choose(ranking(offers, search, **{"limits": Limits(), "seed": "stack", **more}), taken.__contains__)
    return None if found is None else found.number


OFFERS = st.lists(
    st.builds(
        offer,
        st.integers(0, 9999),
        st.none() | st.integers(0, 5).map(str),
        upfront_fee=st.none() | st.integers(0, 3).map(str),
        reputation=st.none() | st.floats(0, 1),
        previous_owners=st.none() | st.integers(0, 4),
        availability=st.sampled_from(["available", "on request", "leased", "unavailable"]),
    ),
    max_size=12,
    unique_by=lambda one: one.number,
)
SEARCHES = st.builds(
    NumberSearch,
    min_reputation=st.none() | st.floats(0, 1),
    max_previous_owners=st.none() | st.integers(0, 4),
    order_by=st.sampled_from(["price", "reputation", "number"]),
)


@given(OFFERS, SEARCHES, st.data())
def test_the_choice_is_one_that_fits_and_none_is_better(
    offers: list[Offer], search: NumberSearch, data: st.DataObject
) -> None:
    """Whatever is on offer: fitting, leasable, not taken, within the limits; in any order of the listing the same."""
    taken = set(data.draw(st.lists(st.sampled_from([one.number for one in offers] or [""]))))
    limits = Limits(
        data.draw(st.none() | st.decimals(0, 5, places=1)), data.draw(st.none() | st.decimals(0, 3, places=1))
    )

    found = choose(ranking(offers, search, limits=limits, seed="stack"), taken.__contains__)

    left = [one for one in fitting(offers, search, limits=limits) if one.number not in taken]
    assert (found is None) == (left == [])
    if found is None:
        return
    assert found in left
    assert found.availability == "available"
    assert found.number not in taken
    assert fits_now(search, found)
    assert limits.find_exceeded_limit(found) is None
    listed = data.draw(st.permutations(offers))
    assert found == choose(ranking(listed, search, limits=limits, seed="stack"), taken.__contains__)
    assert not any(is_better(search.order_by, one, found) for one in left)  # none of these wants anything agreed to


def is_better(order_by: str, one: Offer, other: Offer) -> bool:
    if order_by == "number":
        return one.number < other.number
    if order_by == "reputation":
        return (one.reputation or 0) > (other.reputation or 0)
    return one.monthly_rate is not None and (other.monthly_rate is None or one.monthly_rate < other.monthly_rate)


def test_the_cheapest_is_chosen_by_month_then_upfront() -> None:
    """An unknown price is no bargain: it comes last."""
    offers = [
        offer(1, "2", upfront_fee="0"),
        offer(2, "1", upfront_fee="3"),
        offer(3, "1", upfront_fee="2"),
        offer(4, None),
        offer(5, "1", upfront_fee=None),
    ]

    order = [chosen(offers[index:]) for index in (0, 3, 4)]

    assert order == [offers[2].number, offers[4].number, offers[4].number]
    assert chosen(offers[3:4]) == offers[3].number


def test_siblings_get_different_numbers_and_the_same_set_in_any_order_of_arrival() -> None:
    """With one seed the first ones taken are the same whoever comes first; another stack begins elsewhere."""
    offers = [offer(last) for last in range(60)]

    def take(count: int, seed: str) -> list[str]:
        taken: list[str] = []
        for _ in range(count):
            taken.append(chosen(offers, taken=set(taken), seed=seed) or "")
        return taken

    ten = take(10, "urn:pulumi:dev::shop")
    assert len(set(ten)) == 10
    assert ten == take(10, "urn:pulumi:dev::shop")
    assert take(11, "urn:pulumi:dev::shop")[10] not in ten
    assert take(10, "urn:pulumi:prod::shop") != ten
    first = [take(1, f"urn:pulumi:{stack}::shop")[0] for stack in range(30)]
    assert len(set(first)) > 15


def test_nothing_is_chosen_where_nothing_fits() -> None:
    """Nothing on offer, nothing that fits, all taken, all too dear: no choice, no error here."""
    offers = [offer(1, "5"), offer(2, "6")]

    assert chosen([]) is None
    assert chosen(offers, NumberSearch(country="GB")) is None
    assert chosen(offers, taken={one.number for one in offers}) is None
    assert chosen(offers, limits=Limits(Decimal(4))) is None
    assert (
        chosen([offer(3, availability=availability) for availability in ("on request", "leased", "unavailable")])
        is None
    )


def test_limits_hold_for_each_price_and_for_unknown_ones() -> None:
    """A price may reach its limit, not pass it; an unknown one is above any."""
    limits = Limits(Decimal("1.5"), Decimal(2))

    assert limits.find_exceeded_limit(offer(1, "1.5", upfront_fee="2")) is None
    assert limits.find_exceeded_limit(offer(1, "1.51")) == (
        "max_monthly_rate",
        "+12015550001: monthly_rate 1.51 USD is above max_monthly_rate 1.5",
    )
    assert limits.find_exceeded_limit(offer(1, upfront_fee="2.01")) == (
        "max_upfront_fee",
        "+12015550001: upfront_fee 2.01 USD is above max_upfront_fee 2",
    )
    assert limits.find_exceeded_limit(offer(1, None)) == (
        "max_monthly_rate",
        "+12015550001: the service does not tell the monthly_rate, and max_monthly_rate is 1.5",
    )
    assert Limits().find_exceeded_limit(offer(1, None)) is None
    assert Limits(max_upfront_fee=Decimal(0)).find_exceeded_limit(offer(1, "1e6")) is None


def test_a_limit_moves_the_choice_to_what_it_allows() -> None:
    """With the best reputation above the limit the best within it is chosen."""
    offers = [offer(1, "9", reputation=0.9), offer(2, "3", reputation=0.7), offer(3, "2", reputation=0.5)]
    search = NumberSearch(order_by="reputation")

    assert chosen(offers, search) == offers[0].number
    assert chosen(offers, search, limits=Limits(Decimal(3))) == offers[1].number


@pytest.mark.parametrize(
    ("search", "fits"),
    [
        ({"min_reputation": 0.5}, {1, 2}),
        ({"min_reputation": 0.6}, {2}),
        ({"max_previous_owners": 0}, {1}),
        ({"max_previous_owners": 2}, {1, 2}),
        ({"min_reputation": 0, "max_previous_owners": 9}, {1, 2}),
    ],
)
def test_what_counts_at_choice_only_must_be_known(search: dict[str, Any], fits: set[int]) -> None:
    """Reputation and former owners: bounds included, silence is not a yes."""
    offers = [
        offer(1, reputation=0.5, previous_owners=0),
        offer(2, reputation=0.75, previous_owners=2),
        offer(3, reputation=None, previous_owners=None),
    ]

    assert {int(one.number[-1]) for one in offers if fits_now(NumberSearch(**search), one)} == fits


def test_what_needs_an_agreement_is_chosen_last() -> None:
    """A number that the service may refuse to this login is taken only where nothing else fits, whatever it costs."""
    offers = [
        offer(1, "1", requirements=("enterprise_plan_required",), capabilities=("sms", "whatsapp")),
        offer(2, "9"),
    ]

    for order_by in ("price", "reputation", "number"):
        assert chosen(offers, NumberSearch(order_by=order_by)) == offers[1].number
    assert chosen(offers, NumberSearch(capabilities=("whatsapp",))) == offers[0].number


def test_order_by_number_is_the_numbers_order() -> None:
    """Price and hash play no part."""
    offers = [offer(3, "1"), offer(1, "9"), offer(2, "5")]

    assert {chosen(list(order), NumberSearch(order_by="number")) for order in permutations(offers)} == {
        offers[1].number
    }


def wanted(*groups: tuple[list[str], list[Offer]]) -> list[Wanted]:
    return [Wanted(owners, offers) for owners, offers in groups]


def numbers(assigned: dict[str, Offer]) -> dict[str, int]:
    return {owner: int(one.number[-4:]) for owner, one in assigned.items()}


ALIKE = st.lists(
    st.tuples(
        st.lists(st.sampled_from([f"n{index}" for index in range(30)]), max_size=8, unique=True),
        st.lists(st.integers(0, 40), max_size=30, unique=True),
    ),
    max_size=5,
    unique_by=lambda group: tuple(group[0]),
)


@example([(["n0", "n1"], [23, 2]), (["n0", "n2"], [0, 23, 1])], {0}, Random(0))  # n0 finds 0 leased, and n1 can move
@given(ALIKE, st.sets(st.integers(0, 40)), st.randoms())
def test_an_assignment_does_not_depend_on_any_order_and_is_shared_only_in_want(
    groups: list[tuple[list[str], list[int]]], held: set[int], chance: Any
) -> None:
    """In whatever order the searches and their owners come: the same; nobody gets a leased number, or one that does not serve."""
    owners = {owner: group for group, (names, _) in enumerate(groups) for owner in names}
    asked = [([o for o in names if owners[o] == group], served) for group, (names, served) in enumerate(groups)]
    leased = {offer(last).number for last in held}

    first = assign(wanted(*((names, [offer(last) for last in served]) for names, served in asked)), leased)
    chance.shuffle(asked)
    for names, _ in asked:
        chance.shuffle(names)
    assert first == assign(wanted(*((names, [offer(last) for last in served]) for names, served in asked)), leased)

    free = {owner: set(served) - held for names, served in asked for owner in names}
    assert first.keys() == {owner for owner, some in free.items() if some}
    assert all(last in free[owner] for owner, last in numbers(first).items())
    for owner in first:
        if list(first.values()).count(first[owner]) > 1:
            assert free[owner] <= set(numbers(first).values())


def test_owners_are_served_in_the_order_of_their_names() -> None:
    """Whatever they ask for; a tenth one comes after the ninth."""
    offers = [offer(last) for last in range(20)]
    desk = [f"desk::desk-{slot}" for slot in range(12)]

    assert numbers(assign(wanted((desk, offers)), ())) == {name: slot for slot, name in enumerate(desk)}
    assert numbers(assign(wanted((["b", "d"], offers), (["a", "c"], offers[1:])), ())) == {
        "a": 1,
        "b": 0,
        "c": 2,
        "d": 3,
    }


def test_a_new_owner_gets_the_best_that_is_left_by_those_who_hold_a_number() -> None:
    """What siblings hold is counted as theirs, whoever holds which; so an eleventh pays no more than a first would."""
    offers = [offer(last) for last in range(20)]
    ten = [f"n{index}" for index in range(10)]
    held = {one.number for one in offers[:10]}

    assert numbers(assign(wanted(([*ten, "n9a"], offers)), held))["n9a"] == 10
    assert numbers(assign(wanted(([*ten, "a"], offers)), held))["a"] <= 11


def test_who_has_not_leased_yet_gets_the_same_number_again() -> None:
    """An `up` that ended half-way does not shift what is left to be leased."""
    offers = [offer(last) for last in range(30)]
    ten = [f"n{index}" for index in range(10)]
    before = numbers(assign(wanted((ten, offers)), ()))

    after = numbers(assign(wanted((ten, offers)), {offers[before[name]].number for name in ten[:4]}))

    assert {name: after[name] for name in ten[4:]} == {name: before[name] for name in ten[4:]}


def test_where_offers_are_few_the_last_names_share_them_in_turn() -> None:
    """Two new slots beside a hundred that hold theirs get different numbers though there are only three on offer."""
    offers = [offer(last) for last in range(3)]
    names = [f"n{index:03}" for index in range(102)]

    assigned = numbers(assign(wanted((names, offers)), ()))

    assert assigned["n100"] != assigned["n101"]
    assert assign(wanted((names, [])), ()) == {}


def test_a_list_is_ordered_by_price_within_a_currency_only() -> None:
    """Bare figures of two currencies are never compared; other orders do not ask for the currency."""
    offers = [offer(1, "9"), offer(2, "1", currency="AUD"), offer(3, "2"), offer(4, "3", currency="AUD")]

    assert [one.number[-1] for one in rank_for_list(offers, ANY, limits=Limits())] == ["2", "4", "3", "1"]
    assert [one.number[-1] for one in rank_for_list(offers, NumberSearch(order_by="number"), limits=Limits())] == [
        *"1234"
    ]


def test_currencies_are_named_with_their_countries() -> None:
    """A number without a price is in no currency; one without a currency is not taken for another's."""
    offers = [
        offer(1),
        offer(2, country="PR"),
        offer(3, currency="CAD", country="CA"),
        offer(4, currency=None, country=None),
        offer(5, None, upfront_fee=None, currency="AUD"),
    ]

    assert currencies(offers) == {"USD": {"US", "PR"}, "CAD": {"CA"}, "a currency that is not told": {"?"}}
