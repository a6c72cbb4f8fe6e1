"""Where leases and stacks disagree, number by number."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import InvalidInput
from pulumi_leases.domain.models import Lease
from pulumi_leases.leasing.account import Account
from pulumi_leases.operate.orphans import Finding, Held, choose_releases, findings
from pulumi_leases.operate.stacks import Declared, Stack
from pulumi_leases.services.contiguity import Contiguity
from pulumi_leases.services.telesign import TeleSign
from pulumi_leases.services.telnyx import Telnyx

if TYPE_CHECKING:
    from collections.abc import Iterator

A = "+12015550123"
NOW = datetime.now(timezone.utc)
OLD, NEW = NOW - timedelta(days=30), NOW - timedelta(seconds=5)
WRITTEN = NOW - timedelta(days=1)
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def contiguity() -> Iterator[Account]:
    """A login that is never asked."""
    service = Contiguity({"token": "k", "base_url": NOWHERE}, 1)
    yield Account(service, "default")
    service.close()


@pytest.fixture(scope="module")
def telesign() -> Iterator[Account]:
    """A login at a service where a number may have several leases."""
    settings = {"customer_id": "c", "api_key": "a2V5", "auth_method": "basic", "base_url": NOWHERE}
    service = TeleSign(settings, 1)
    yield Account(service, "default")
    service.close()


def held(account: Account, lease_id: str, number: str = A, since: datetime | None = OLD, **more: Any) -> Held:
    return Held(
        account, Lease(**{"number": number, "lease_id": lease_id, "status": "active", "leased_at": since, **more})
    )


def declared(lease_id: str | None, availability: Any = "held", service: str = "contiguity", **more: Any) -> Declared:
    return Declared(
        **{"name": "a", "urn": "u", "service": service, "account": "default", "login": None, "number": A, **more},
        availability=availability,
        lease_id=lease_id,
    )


OURS = "+442071838750"
MINE = declared("l0", number=OURS)
"""A number by which a stack leases from the account at all."""


def stack(name: str, *numbers: Declared) -> Stack:
    return Stack(name, f"{name}.json", WRITTEN, numbers)


def rows(found: list[Finding]) -> list[tuple[str, str | None, tuple[str, ...], bool]]:
    return [(one.kind, one.held.lease.lease_id if one.held else None, one.stacks, one.releasable) for one in found]


def judged(leases: list[Held], *stacks: Stack) -> list[tuple[str, str | None, tuple[str, ...], bool]]:
    return rows(findings(leases, stacks, NOW))


def test_what_one_stack_holds_is_no_finding(contiguity: Account) -> None:
    """A lease that one stack declares, known by its id or by its start."""
    assert judged([held(contiguity, "l1")], stack("dev", declared("l1"))) == []
    assert judged([held(contiguity, "lease_1")], stack("dev", declared("lsd_1", leased_at=OLD))) == []


def test_a_lease_that_was_known_by_its_order_is_known_by_its_reference() -> None:
    """Telnyx lists it under an id of its own, and dates it later: it is still the stack's, and not released as a leak."""
    reference = "pl-abcdefghijklmnopqrstuvwxyz"
    with closing(Telnyx({"api_key": "k", "base_url": NOWHERE}, 1)) as service:
        lease = held(Account(service, "default"), "1293384261075731499", since=OLD, reference=reference)
        ordered = declared(
            "order_12ade33a", service="telnyx", leased_at=OLD - timedelta(seconds=1), reference=reference
        )

        assert judged([lease], stack("dev", ordered)) == []
        stranger = replace(ordered, reference="pl-bcdefghijklmnopqrstuvwxyza")
        assert [kind for kind, *_ in judged([lease], stack("dev", stranger))] == ["not-leased"]


def test_a_lease_in_no_stack_may_be_released(contiguity: Account) -> None:
    """The one kind that --release ends."""
    assert judged([held(contiguity, "l1")], stack("dev")) == [("in-no-stack", "l1", (), True)]


def test_a_lease_that_began_after_the_state_was_written_is_reported_and_not_released(contiguity: Account) -> None:
    """A stack may have it by now; likewise where its start is not known. The two clocks may be two minutes apart."""
    young, undated = held(contiguity, "l1", since=NEW), held(contiguity, "l2", "+12015550124", since=None)
    close = held(contiguity, "l3", "+12015550125", since=WRITTEN - timedelta(seconds=1))

    now = datetime.now(timezone.utc)  # the service's clock goes on, however long ago this file was read
    found = findings([held(contiguity, "l0", OURS), young, undated, close], [stack("dev", MINE)], now)

    assert rows(found) == [("in-no-stack", one, (), False) for one in ("l1", "l2", "l3")]
    assert [one.note.split(",")[0] for one in found] == [
        *("it began after the state of dev was written", "when it began is not told"),
        "it began less than two minutes before the state of dev was written",
    ]
    with pytest.raises(
        InvalidInput, match=r"\+12015550123 is not released, and nothing else was: it began after the state"
    ):
        choose_releases(found, {A})
    assert choose_releases(found, set()) == []


@pytest.mark.parametrize("written_at", [OLD - timedelta(days=1), None])
def test_the_oldest_state_counts(contiguity: Account, written_at: datetime | None) -> None:
    """A lease younger than one of the states may be that stack's; one without a time may be of any."""
    before = Stack("old", "old.json", written_at, [])

    found = findings([held(contiguity, "l0", OURS), held(contiguity, "l1")], [stack("dev", MINE), before], NOW)

    assert rows(found) == [("in-no-stack", "l1", (), False)]
    assert " of old " in found[0].note


def test_what_speaks_of_a_stack_that_is_not_given_must_be_named(contiguity: Account) -> None:
    """A reference, or an account from which no given stack leases: not released with all others, only by its number."""
    referred = held(contiguity, "l1", reference="pl-abcdefghijklmnopqrstuvwxyz")
    plain = held(contiguity, "l2", "+12015550124")
    elsewhere = held(Account(contiguity.service, "eu"), "l3", "+12015550125")

    found = findings([held(contiguity, "l0", OURS), referred, plain, elsewhere], [stack("dev", MINE)], NOW)

    assert rows(found) == [("in-no-stack", one, (), True) for one in ("l1", "l2", "l3")]
    assert [one.number for one in choose_releases(found, set())] == ["+12015550124"]
    assert [one.number for one in choose_releases(found, {A, "+12015550125"})] == [A, "+12015550125"]
    assert found[0].note.startswith(
        "it carries the reference pl-abcdefghijklmnopqrstuvwxyz, which another stack may have"
    )
    assert found[2].note.startswith("no stack here leases from contiguity/eu, so another may have it")


@pytest.mark.parametrize("numbers", [[], [MINE]])
def test_of_stacks_that_hold_nothing_nothing_follows(contiguity: Account, numbers: list[Declared]) -> None:
    """A project without numbers, or a key under which none of its numbers is leased: the account's are another's."""
    leases = [held(contiguity, f"l{last}", f"+1201555012{last}") for last in range(3, 9)]

    found = findings(leases, [stack("dev", *numbers)], NOW)

    assert choose_releases(found, set()) == []


@pytest.mark.parametrize(
    ("number", "reason"),
    [("+12015550129", "a stack has it, or these logins do not lease it"), ("+12015550124", "intent-only")],
)
def test_a_named_number_that_may_not_be_released_stops_all(contiguity: Account, number: str, reason: str) -> None:
    """A slip in one number of a list releases none of them."""
    half = declared(None, "intended", number="+12015550124")
    found = findings([held(contiguity, "l1")], [stack("dev", MINE, half)], NOW)

    with pytest.raises(InvalidInput) as failed:
        choose_releases(found, {A, number})
    assert str(failed.value) == f"{number} is not released, and nothing else was: {reason}"


def test_a_lease_that_runs_out_is_nobodys_worry(contiguity: Account) -> None:
    """It is cancelled; nothing is left to do."""
    assert judged([held(contiguity, "l1", status="ending")], stack("dev")) == []


def test_a_number_in_two_stacks_is_reported_with_both(contiguity: Account) -> None:
    """Each would release it; none is released from here."""
    assert judged([held(contiguity, "l1")], stack("dev", declared("l1")), stack("prod", declared("l1", name="b"))) == [
        ("in-two-stacks", "l1", ("dev a", "prod b"), False),
    ]


def test_a_number_that_one_stack_is_about_to_delete_is_in_the_other_only(contiguity: Account) -> None:
    """A replaced resource whose delete is still to come is no second owner, and its lease is no leak."""
    leaving = declared("l1", leaving=True)

    assert judged([held(contiguity, "l1")], stack("dev", leaving), stack("prod", declared("l1"))) == []
    assert judged([held(contiguity, "l1")], stack("dev", leaving)) == []
    assert judged([], stack("dev", leaving)) == []


@pytest.mark.parametrize(
    ("availability", "kind"),
    [("held", "not-leased"), ("lost", "lost"), ("refused", "refused"), ("intended", "intent-only")],
)
def test_a_number_without_a_lease_is_reported_by_its_stack_status(availability: str, kind: str) -> None:
    """Nothing is leased, so nothing costs."""
    lease_id = "l1" if availability in {"held", "lost"} else None

    assert judged([], stack("dev", declared(lease_id, availability))) == [(kind, None, ("dev a",), False)]


@pytest.mark.parametrize("availability", ["held", "lost", "refused", "intended"])
def test_a_strange_lease_of_a_declared_number_is_reported_and_never_released(
    contiguity: Account, availability: str
) -> None:
    """The number is declared: whoever leased it, and be it an interrupted run, it is not ended from here."""
    lease_id = "l1" if availability in {"held", "lost"} else None
    found = findings([held(contiguity, "l9")], [stack("dev", declared(lease_id, availability))], NOW)

    assert [(one.held.lease.lease_id if one.held else None, one.releasable) for one in found] == [("l9", False)]
    assert found[0].note == "leased under l9, which no stack knows"


def test_a_lost_number_that_is_back_is_reported(contiguity: Account) -> None:
    """It was the wrong key: a refresh brings it back."""
    (found,) = findings([held(contiguity, "l1")], [stack("dev", declared("l1", "lost"))], NOW)

    assert (found.kind, found.note) == ("lost", "leased to the account again: `pulumi refresh` brings it back")


def test_a_refused_number_names_the_stack_that_has_it(contiguity: Account) -> None:
    """Two stacks raced for a number: the loser's finding names the winner, and the winner has none."""
    stacks = stack("dev", declared(None, "refused")), stack("prod", declared("l1", name="b"))

    (found,) = findings([held(contiguity, "l1")], stacks, NOW)

    assert (found.kind, found.held, found.note) == ("refused", None, "leased by prod b")


def test_a_second_lease_may_be_released_where_that_leaves_the_first(contiguity: Account, telesign: Account) -> None:
    """TeleSign cancels by lease; Contiguity terminates by number, so that nothing is safe but to ask it."""
    at_telesign = [held(telesign, "1"), held(telesign, "2")]
    at_contiguity = [held(contiguity, "l1"), held(contiguity, "l2", since=OLD - timedelta(days=1))]

    assert judged(at_telesign, stack("dev", declared("1", service="telesign"))) == [("leased-twice", "2", (), True)]
    assert judged(at_contiguity, stack("dev", declared("l1"))) == [("leased-twice", "l2", (), False)]


def test_two_leases_of_a_number_in_two_stacks_are_reported_and_not_released(telesign: Account) -> None:
    """Each stack has one: both are declared."""
    mine, other = declared("1", service="telesign"), declared("2", service="telesign", name="b")

    assert judged([held(telesign, "1"), held(telesign, "2")], stack("dev", mine), stack("prod", other)) == [
        ("leased-twice", "2", ("prod b",), False),
    ]


def test_the_same_number_at_two_services_is_two_numbers(contiguity: Account, telesign: Account) -> None:
    """One is declared, the other leaks."""
    assert judged([held(contiguity, "l1"), held(telesign, "1")], stack("dev", declared("l1"))) == [
        ("in-no-stack", "1", (), True),
    ]


def test_a_lease_that_two_logins_show_counts_once(contiguity: Account) -> None:
    """Two names for one key."""
    same = Account(contiguity.service, "same")

    assert judged([held(contiguity, "l1"), held(same, "l1")], stack("dev")) == [("in-no-stack", "l1", (), True)]
