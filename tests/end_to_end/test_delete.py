"""How numbers are released on the real engine, held against the vendor's journal and leases."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pulumi
import pytest

from pulumi_leases import LeasedNumber, NumberPool, NumberSearchArgs

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"


@pytest.fixture(autouse=True)
def _only_what_anybody_may_lease(vendor: Vendor) -> None:
    """Keep what needs an entitlement off the listings."""
    vendor.switch("contiguity", unentitled="hidden")


def numbers(vendor: Vendor, count: int) -> list[str]:
    """Some numbers that anybody may lease."""
    offers = vendor.offers("contiguity").values()
    return [offer.number for offer in offers if offer.status == "available" and not offer.requirements][:count]


def declaring(names: dict[str, str], **options: pulumi.ResourceOptions) -> Callable[[], None]:
    """A program that declares some numbers by name."""

    def program() -> None:
        for name, number in names.items():
            LeasedNumber(name, options.get(name), number=number)

    return program


def nothing() -> None:
    """A program that declares nothing."""


def test_many_numbers_are_let_go_at_once(new_stack: NewStack, vendor: Vendor) -> None:
    """Ten numbers and two of another login: no listing twice; all terminate calls come before the polls, which are for all."""
    main, second = vendor.token(), vendor.token("second")
    names = {f"n{index}": number for index, number in enumerate(numbers(vendor, 12))}
    accounts = {"n10": "second", "n11": "second"}

    def program() -> None:
        for name, number in names.items():
            LeasedNumber(name, number=number, account=accounts.get(name))

    def asked() -> dict[str, list[str]]:
        calls = vendor.journal(since)
        return {login: [call.operation for call in calls if call.login == login] for login in (main, second)}

    stack = new_stack(program, LEASES_SECOND_TOKEN=second, LEASES_SECOND_BASE_URL=vendor.contiguity)
    since = 0
    assert stack.up().ok
    for operations, count in zip(asked().values(), (10, 2), strict=True):
        assert Counter(operations) == {"available": 1, "leased": 1, "lease": count}
    since = len(vendor.journal())
    assert stack.up().changed == {}
    assert vendor.journal(since) == []
    assert stack.refresh().changed == {}
    assert asked() == {main: ["leased"], second: ["leased"]}
    vendor.switch("contiguity", termination_delay_s=3)
    since = len(vendor.journal())

    destroyed = stack.destroy()

    assert destroyed.ok, destroyed.text
    assert vendor.leases() == []
    for operations, count in zip(asked().values(), (10, 2), strict=True):
        assert operations[: count + 1] == ["leased", *["terminate"] * count]
        assert set(operations[count + 1 :]) == {"leased"}
        assert len(operations) <= count + 1 + 5
    assert all(f"released {number} (lsd_" in destroyed.text for number in names.values())
    assert "waiting for contiguity to let go of +" in destroyed.text


def test_a_slow_release_fails_at_the_deadline_and_the_next_destroy_goes_on(new_stack: NewStack, vendor: Vendor) -> None:
    """After leases:releaseTimeout the intent stays; the next destroy waits on, and nothing is terminated twice."""
    stack = new_stack(declaring({"support": NUMBER}))
    stack.config("leases:releaseTimeout", "1")
    assert stack.up().ok
    lease_id = vendor.leased()[NUMBER].lease_id
    vendor.switch("contiguity", termination_delay_s=8, terminating_period_end="null")

    first = stack.destroy()

    assert not first.ok
    assert f"released {NUMBER} ({lease_id})" in first.text
    assert "s ago and contiguity still lists it as leased: run the same command again to go on waiting" in first.text
    assert "Traceback" not in first.text
    assert {name for name in stack.resources() if name.startswith("Lease")} == {"LeaseIntent support"}

    second = stack.destroy()

    assert second.ok, second.text
    assert vendor.leases() == []
    assert len(vendor.calls("terminate")) == 1


def test_what_cannot_be_let_go_stays_in_the_state(new_stack: NewStack, vendor: Vendor) -> None:
    """Changed, refused, a stranger's by now: each says why and stays in the state. Gone: a success.

    A number that a stranger leases looks as it does with a wrong key. That the account is the right one
    is shown by the lease of the refused one, which is there.
    """
    changed, strangers, refused, gone = numbers(vendor, 4)
    stack = new_stack(declaring({"changed": changed, "strangers": strangers, "refused": refused, "gone": gone}))
    assert stack.up().ok
    vendor.clock(advance_s=3600)
    for number in (changed, strangers, gone):
        vendor.terminate("contiguity", number)
    theirs = vendor.lease("contiguity", changed, login=vendor.token())
    vendor.lease("contiguity", strangers)
    words = {"object": "error", "id": "err_7", "data": {"error": "In a contract until May", "status": 403}}
    vendor.fault("terminate", "status", code=403, body=words, times=0)
    since = len(vendor.journal())

    destroyed = stack.destroy(continue_on_error=True)

    assert not destroyed.ok
    for text in (
        f"{changed}: lease ",
        f"is gone, and contiguity has lease {theirs.lease_id} for the number now, which this stack did not make",
        f"{strangers} is leased, but not to account",
        "was released already",
        "403 In a contract until May, request err_7",
    ):
        assert text in " ".join(destroyed.text.split())
    assert "Traceback" not in destroyed.text
    assert {call.number for call in vendor.writes(since)} == {refused}
    assert len(vendor.writes(since)) == 1
    left = {name for name in stack.resources() if name.startswith("Lease")}
    assert left == {
        f"{kind} {name}" for kind in ("LeasedNumber", "LeaseIntent") for name in ("changed", "strangers", "refused")
    }

    vendor.clear_faults()
    for name in ("changed", "strangers"):
        stack.cli("state", "delete", "--target-dependents", stack.resources()[f"LeaseIntent {name}"]["urn"], "--yes")
    assert stack.destroy().ok
    assert set(vendor.leased()) == {changed, strangers}


def test_interrupted_leases_whose_resources_are_gone_are_kept_until_the_stack_consents(
    new_stack: NewStack, vendor: Vendor
) -> None:
    """Removed, edited, chosen by a search: each is kept with the ways out, and each way works."""
    removed, edited, other = numbers(vendor, 3)
    search = NumberSearchArgs(country="GB")

    def before() -> None:
        LeasedNumber("removed", number=removed)
        LeasedNumber("edited", number=edited)
        LeasedNumber("chosen", search=search)
        NumberPool("pool", slots=["a"], search=search)

    stack = new_stack(before)
    vendor.fault("lease", "drop_after", times=0)
    vendor.fault("get", "status", code=500, times=0)
    for name in ("removed", "edited", "chosen", "pool*"):
        interrupted = stack.up(target=[f"**::{name}"])
        assert not interrupted.ok
        told = "it is not known whether contiguity leased it. The next `pulumi up` finds out before it pays"
        assert told in interrupted.text
    assert len(vendor.leases()) == 4
    assert not [name for name in stack.resources() if name.startswith("LeasedNumber")]
    vendor.clear_faults()
    stack.program = declaring({"edited": other})

    up = stack.up(continue_on_error=True)

    assert not up.ok
    left = vendor.leased()
    assert len(left) == 5
    assert not vendor.calls("terminate")
    for lease in (lease for number, lease in left.items() if number != other):
        assert f"{lease.number} is still leased by account 'default' of contiguity (lease {lease.lease_id})" in up.text
    assert "If an interrupted run leased it: `pulumi up --target '**::NAME'` with the resource declared" in up.text
    assert "consent to that with leases:releaseInterrupted=true" in up.text

    # One is meant to be kept; two are declared again, taken over and destroyed; the rest goes by consent.
    slot = stack.resources()["LeaseIntent pool-a"]
    stack.cli("state", "delete", slot["urn"], "--yes")
    kept = slot["outputs"]["claim"]["number"]

    def again() -> None:
        LeasedNumber("removed", number=removed)
        LeasedNumber("chosen", search=search)
        LeasedNumber("edited", number=other)

    stack.program = again
    resumed = stack.up(continue_on_error=True)
    assert "taken over +44" in resumed.text
    assert f"taken over {removed}" in resumed.text
    assert set(vendor.leased()) == set(left)
    stack.environ["LEASES_RELEASE_INTERRUPTED"] = "true"
    destroyed = stack.destroy()
    assert destroyed.ok, destroyed.text
    assert f"released {edited} ({left[edited].lease_id}), which an interrupted run had leased" in destroyed.text
    assert set(vendor.leased()) == {kept}
    assert len(vendor.charges()) == 2 * 5


def test_a_destroy_at_once_names_the_two_commands_that_end_an_interrupted_stack(
    new_stack: NewStack, vendor: Vendor
) -> None:
    """`up` interrupted, then `destroy`: nothing is terminated on the intent's evidence; `up`, then `destroy` ends it clean."""
    stack = new_stack(declaring({"support": NUMBER}))
    vendor.fault("lease", "drop_after")
    vendor.fault("get", "status", code=500)
    assert not stack.up().ok
    assert NUMBER in vendor.leased()

    destroyed = stack.destroy()

    assert not destroyed.ok
    assert "`pulumi up --target '**::NAME'` with the resource declared takes it over" in " ".join(
        destroyed.text.split()
    )
    assert not vendor.calls("terminate")
    assert "LeaseIntent support" in stack.resources()
    assert stack.up().ok
    assert stack.destroy().ok
    assert vendor.leases() == []
    assert len(vendor.calls("lease")) == len(vendor.calls("terminate")) == 1
    assert stack.resources().keys() <= {"Stack leases-test-dev"}


def test_retained_numbers_stay_leased_and_leave_nothing_behind(new_stack: NewStack, vendor: Vendor) -> None:
    """retain_on_delete on a number: neither touched nor asked about, the rest released."""
    retained = pulumi.ResourceOptions(retain_on_delete=True)
    kept, gone = numbers(vendor, 2)

    def program() -> None:
        LeasedNumber("kept", retained, number=kept)
        LeasedNumber("gone", number=gone)

    stack = new_stack(program)
    assert stack.up().ok

    stack.program = declaring({"gone": gone})
    assert stack.up().ok
    assert set(vendor.leased()) == {kept, gone}
    assert stack.destroy().ok

    assert set(vendor.leased()) == {kept}
    assert stack.resources().keys() <= {"Stack leases-test-dev"}


def test_a_lost_answer_ends_with_the_next_destroy(new_stack: NewStack, vendor: Vendor) -> None:
    """Terminated, the answer lost and asking impossible: unknown and kept; the next destroy sees it gone."""
    stack = new_stack(declaring({"support": NUMBER}))
    assert stack.up().ok
    vendor.clock(advance_s=3600)
    vendor.fault("terminate", "drop_after")
    vendor.fault("get", "status", code=500)

    first = stack.destroy()

    assert not first.ok
    assert "it is not known whether it was terminated; run the same command again" in first.text
    assert "LeasedNumber support" in stack.resources()
    second = stack.destroy()
    assert second.ok, second.text
    assert "was released already" in second.text
    assert len(vendor.calls("terminate")) == 1


@pytest.mark.only_dynamic(
    "after a component that failed the engine deletes nothing: test_options.py has the native one"
)
def test_a_number_that_is_held_is_not_released_while_its_replacement_fails(new_stack: NewStack, vendor: Vendor) -> None:
    """`up --continue-on-error` again and again: the old number's intent is on its way out, its LeasedNumber is not."""
    old, new = numbers(vendor, 2)
    stack = new_stack(declaring({"support": old}))
    assert stack.up().ok
    lease_id = vendor.leased()[old].lease_id
    vendor.fault("lease", "status", code=402, times=0)
    stack.program = declaring({"support": new})
    assert not stack.up(continue_on_error=True).ok
    vendor.clock(advance_s=3600)

    again = stack.up(continue_on_error=True)

    assert not again.ok
    assert vendor.leased()[old].lease_id == lease_id
    assert "or its LeasedNumber failed or was not targeted: run the same command again" in again.text
    vendor.clear_faults()
    mended = stack.up()
    assert mended.ok, mended.text
    assert set(vendor.leased()) == {new}
    assert [call.number for call in vendor.calls("terminate")] == [old]
    assert stack.preview().changed == {}
