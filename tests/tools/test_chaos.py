"""A sample of the chaos trials, and tests of their judge; `make chaos` runs more of them."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.emulator.ledger import Lease
from tools.chaos.draw import DOORS, draw
from tools.chaos.judge import View, after_a_destroy_that_ended_well, after_destroy, after_up
from tools.chaos.outcome import Outcome
from tools.chaos.plan import Declared, Fault, Plan, Program
from tools.chaos.stack import Held
from tools.chaos.table import thin
from tools.chaos.trial import carry_out

from ..stack import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tools.chaos.plan import Door

ONE, TWO = "+12015550123", "+12125550123"

INSTANTS = {
    *("choosing", "unsent", "working", "done", "answered", "reading", "gate", "pending"),
    *("listing", "configure", "joining", "terminate", "confirm", "prices", "random"),
}


@pytest.mark.timeout(600)  # a loaded machine; it takes two minutes on an idle one with two cores
def test_whatever_is_killed_each_number_is_leased_and_charged_once(engine: Path) -> None:
    """At each instant, over all services and both doors: no double charge, leak, wrong release, emptied state, further step.

    In this seed kill -9 hits the CLI and its provider when TeleSign has leased and not answered, both before Contiguity's
    answer is saved (a destroy follows, with consent and without), while Telnyx's order is pending, the CLI alone while
    its provider's POST is held, and the provider alone while a number is connected.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "tools.chaos", "--trials", "14", "--seed", "49", "--jobs", "8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    counted = {
        row[1]: int(row[2]) for row in re.finditer(r"^([a-z]+) +\d+ +(\d+)(?: +\d+){7}$", ran.stdout, re.MULTILINE)
    }
    assert set(counted) == INSTANTS
    assert all(counted[name] for name in INSTANTS - {"random"}), f"an instant was not reached:\n{ran.stdout}"
    drawn_doors = ran.stdout.partition("\ndoors ")[2].partition("\n")[0]
    assert set(re.findall(r"dynamic|native", drawn_doors)) == set(DOORS)
    judged = ("double charges", "leaks", "wrong releases", "states emptied", "further steps")
    assert all(f"{count} 0" in " ".join(ran.stdout.split()) for count in judged)


def up(service: str, **changes: Any) -> Plan:
    """A first `up` of two numbers, one of the commands that a trial may draw."""
    program = Program(service, (Declared("one", ONE), Declared("two", search={"country": "US", "area_code": "212"})))
    plan = replace(
        draw(1, 0, [service]), service=service, operation="up", before=None, after=program, faults=(), switches={},
        instant="done", phase="after", nth=0, victim="both", signal="SIGKILL", held_s=0.0, later_s=0.0, then="up",
    )  # fmt: skip
    return replace(plan, **changes)


@pytest.mark.parametrize(("service", "door"), [("telnyx", "dynamic"), ("twilio", "native")])
def test_a_kill_in_the_paying_call_pays_once(engine: Path, service: str, door: Door) -> None:
    """CLI and provider die when the vendor has leased and not answered; two hours later `up` takes the number over."""
    program = Program(service, (Declared("one", ONE),), door=door)
    outcome = carry_out(up(service, after=program, later_s=7200.0), threading.Event())
    assert outcome.reached
    assert not outcome.failed, outcome.story


def test_a_create_that_a_hook_tries_again_pays_once(engine: Path) -> None:
    """An `ErrorHook` calls it again after an answer was lost: it looks before it pays."""
    program = Program("contiguity", (Declared("one", ONE),), retries=2)
    lost = (Fault("lease", "drop_after"), Fault("get", "garbage"))
    plan = up("contiguity", operation="retry", after=program, faults=lost, instant="random", victim="none", delay_s=0.0)
    outcome = carry_out(plan, threading.Event())
    assert not outcome.failed, outcome.story


def lease(lease_id: str, number: str = ONE, *, cancelled_at: float | None = None) -> Lease:
    return Lease("contiguity", lease_id, number, "login", 1.0, "USD", 1.0, 1.0, 1, cancelled_at=cancelled_at)


def view(*leases: Lease, state: tuple[str, ...], charged: dict[str, int] | None = None) -> View:
    return View(
        {one.lease_id: one for one in leases},
        {},
        [Held(f"name-{lease_id}", ONE, lease_id, "active") for lease_id in state],
        [],
        {one.lease_id: 1 for one in leases} if charged is None else charged,
    )


NOTHING = view(state=())
BOTH = (lease("1"), lease("2", TWO))


@pytest.mark.parametrize(
    ("now", "counts"),
    [
        pytest.param(view(*BOTH, state=("1", "2")), (0, 0, 0), id="all is well"),
        pytest.param(view(*BOTH, lease("3", "+1"), state=("1", "2", "3")), (1, 0, 0), id="one lease too many"),
        pytest.param(view(*BOTH, state=("1", "2"), charged={"1": 2, "2": 1}), (1, 0, 0), id="one charged twice"),
        pytest.param(view(*BOTH, state=("1", "2"), charged={"1": 1}), (1, 0, 0), id="one not charged"),
        pytest.param(view(*BOTH, state=("1",)), (0, 1, 0), id="one unknown to the state"),
        pytest.param(view(BOTH[0], state=("1", "2")), (0, 0, 0), id="one not leased"),
        pytest.param(view(BOTH[0], lease("2", "+1"), state=("1", "2")), (0, 0, 0), id="another than declared"),
    ],
)
def test_the_judge_sees_what_an_up_has_done(now: View, counts: tuple[int, int, int], request: Any) -> None:
    """By the vendor's leases and charges, not by the state's word."""
    outcome = Outcome(up("contiguity", after=Program("contiguity", (Declared("one", ONE), Declared("two", TWO)))))
    after_up(outcome, NOTHING, now)
    assert (outcome.double_charges, outcome.leaks, outcome.wrong_releases) == counts
    assert outcome.failed is (request.node.callspec.id != "all is well")


def test_the_judge_sees_a_wrong_release() -> None:
    """A lease that was there before, and is ended though nothing asked for it."""
    outcome = Outcome(up("contiguity", operation="update"))
    now = view(lease("1", cancelled_at=2.0), BOTH[1], lease("3"), state=("3", "2"))
    after_up(outcome, view(*BOTH, state=("1", "2")), now)
    assert (outcome.wrong_releases, outcome.failed) == (1, True)


def test_the_judge_sees_what_a_destroy_leaves() -> None:
    """A lease at the vendor, something in the state, or a lease made on the way."""
    plan = up("contiguity", operation="destroy", then="destroy")
    outcome = Outcome(replace(plan, before=plan.after))
    after_destroy(outcome, view(*BOTH, state=("1", "2")), view(BOTH[0], lease("3"), state=()), ["urn"])
    assert (outcome.leaks, outcome.double_charges, len(outcome.wrong)) == (2, 1, 3)


def test_the_judge_sees_an_emptied_state() -> None:
    """A destroy that ends well while a lease of the stack is held; one that is on its way out is none."""
    outcome = Outcome(up("contiguity", operation="destroy", then="destroy"))
    after_a_destroy_that_ended_well(outcome, view(lease("1", cancelled_at=2.0), state=()))
    assert not outcome.failed
    after_a_destroy_that_ended_well(outcome, view(lease("1"), state=()))
    assert (outcome.states_emptied, outcome.failed) == (1, True)


def test_the_judge_sees_a_second_payment_before_a_destroy() -> None:
    """An interrupted `up` may lease what is declared, and what comes after it no number again."""
    outcome = Outcome(up("contiguity", then="destroy"))
    past = View({}, {one.lease_id: one for one in BOTH}, [], [], {})
    after_destroy(outcome, NOTHING, past, [])
    assert not outcome.failed
    after_destroy(outcome, NOTHING, replace(past, past={**past.past, "3": lease("3")}), [])
    assert (outcome.double_charges, outcome.failed) == (1, True)


def test_a_run_that_kills_too_seldom_proves_nothing() -> None:
    """Twenty trials for each named instant, or it is named; the random one is none of them."""
    named = sorted(INSTANTS - {"random"})
    often = [Outcome(replace(up("contiguity"), instant=name), reached=True) for name in named for _ in range(20)]
    assert thin(often) == []
    assert thin(often[1:]) == [named[0]]
    assert thin([replace(often[0], reached=False), *often[1:]]) == [named[0]]
