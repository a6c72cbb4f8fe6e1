"""What happened outside, as a refresh finds it: nothing is lost from the state, and nothing is bought without consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_leases import LeasedNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack
    from ..stack import Stack

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"
OTHERS = ("+12015550124", "+12015550125", "+12125550123")
DAY_S = 24 * 3600
ENTITLEMENTS = [f"{one}_required" for one in ("imessage_entitlement", "whatsapp_entitlement", "enterprise_plan")]


def number(lease_again: str | None = None) -> Callable[[], None]:
    """A program with one explicit number."""

    def program() -> None:
        support = LeasedNumber("support", number=NUMBER, lease_again=lease_again)
        pulumi.export("lease_id", support.lease_id)

    return program


def nothing() -> None:
    """A program without a number."""


def held_by(stack: Stack) -> dict[str, tuple[object, object]]:
    """What the state holds, inputs and outputs, by resource."""
    return {
        name: (entry.get("inputs"), entry.get("outputs"))
        for name, entry in stack.resources().items()
        if name.startswith("Lease")
    }


def alarmed(stack: Stack) -> str:
    """What `pulumi preview --refresh --expect-no-changes` says where it fails."""
    seen = stack.preview(refresh=True, expect_no_changes=True)
    return "" if seen.ok else seen.text


def test_a_lost_number_is_leased_again_only_on_consent(new_stack: NewStack, vendor: Vendor) -> None:
    """Terminated outside: reported as lost, refused in the preview; each consent buys one lease, for one loss."""
    stack = new_stack(number())
    first = stack.up().outputs["lease_id"]
    vendor.clock(advance_s=DAY_S)
    vendor.terminate("contiguity", NUMBER)
    before = len(vendor.journal())

    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert f"{NUMBER}: lease {first} is not held any more" in refresh.text
    lost = stack.resources()["LeasedNumber support"]
    assert (lost["outputs"]["lease_status"], lost["inputs"]["lost"]) == ("lost", first)

    for attempt in (stack.preview(), stack.up(), stack.up(refresh=True)):
        assert not attempt.ok
        assert "Remove the resource from the program" in attempt.text
        assert stack.said(f'lease_again="{first}"') in attempt.text
        assert "--exclude '**::support'" in attempt.text
    assert not vendor.writes(before)

    stack.program = number(lease_again=first)
    preview = stack.preview()
    assert preview.ok, preview.text
    assert f"will lease {NUMBER} (US, Jersey City) from contiguity: 12.00 USD/month, 1.50 USD upfront" in preview.text
    assert not vendor.writes(before)

    again = stack.up()
    assert again.ok, again.text
    second = vendor.leased("contiguity")[NUMBER].lease_id
    assert again.outputs["lease_id"] == second != first
    assert [call.operation for call in vendor.writes(before)] == ["lease"]
    assert stack.up().changed == {}

    vendor.clock(advance_s=DAY_S)
    vendor.terminate("contiguity", NUMBER)
    assert stack.refresh().ok
    preview = stack.preview()
    assert not preview.ok
    assert stack.said(f'lease_again="{second}"') in preview.text

    stack.program = number()
    assert stack.said(f'lease_again="{second}"') in stack.preview().text
    assert len(vendor.calls("lease")) == 2


def test_a_lost_choice_is_made_anew_on_consent(new_stack: NewStack, vendor: Vendor) -> None:
    """A search whose number was lost and taken by a stranger: no other is chosen before the program says `lease_again`."""

    def searching(lease_again: str | None = None) -> Callable[[], None]:
        def program() -> None:
            search: Any = {"prefix": NUMBER[:-1], "capabilities": ["mms"], "order_by": "number"}
            LeasedNumber("support", search=search, lease_again=lease_again)

        return program

    stack = new_stack(searching())
    stack.up()
    lost = vendor.leased("contiguity")[NUMBER].lease_id
    vendor.clock(advance_s=DAY_S)
    vendor.terminate("contiguity", NUMBER)
    vendor.lease("contiguity", NUMBER, login="stranger")
    before = len(vendor.journal())
    assert not stack.up(refresh=True).ok
    assert stack.resources()["LeaseIntent support"]["id"] == NUMBER

    stack.program = searching(lease_again=lost)
    assert f"will lease {OTHERS[0]} (US, Jersey City)" in stack.preview().text
    assert not vendor.writes(before)
    again = stack.up()
    assert set(vendor.leased("contiguity", login=vendor.token())) == {OTHERS[0]}
    assert [call.operation for call in vendor.writes(before)] == ["lease"]
    assert again.ok, again.text
    assert f"forgot {NUMBER} ({lost}), which was lost; nothing was terminated" in again.text
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert {one.login for one in vendor.leases()} == {"stranger"}


def test_a_lost_number_goes_when_it_is_removed(new_stack: NewStack, vendor: Vendor) -> None:
    """The first way out: without the resource the lost number leaves the state, and nothing is terminated."""
    stack = new_stack(number())
    stack.up()
    vendor.clock(advance_s=DAY_S)
    vendor.terminate("contiguity", NUMBER)
    stack.refresh()
    before = len(vendor.journal())

    stack.program = nothing
    removed = stack.up()
    assert removed.ok, removed.text
    assert "LeasedNumber support" not in stack.resources()
    assert not vendor.writes(before)


def test_a_lost_number_does_not_keep_the_others_from_their_changes(new_stack: NewStack, vendor: Vendor) -> None:
    """With `--exclude`, as the refusal says, everything else goes on."""
    stack = new_stack(number())
    stack.up()
    vendor.clock(advance_s=DAY_S)
    vendor.terminate("contiguity", NUMBER)
    stack.refresh()

    def two() -> None:
        LeasedNumber("support", number=NUMBER)
        LeasedNumber("sales", number=OTHERS[0])

    stack.program = two
    assert not stack.up().ok
    went_on = stack.up(exclude=["**::support"])
    assert went_on.ok, went_on.text
    assert set(vendor.leased("contiguity")) == {OTHERS[0]}


def test_a_number_that_others_of_the_account_lease_by_now_is_left_to_them(new_stack: NewStack, vendor: Vendor) -> None:
    """Another lease id is another's lease: ours is lost, theirs is neither taken over nor terminated."""
    stack = new_stack(number())
    ours = stack.up().outputs["lease_id"]
    vendor.clock(advance_s=DAY_S)
    vendor.terminate("contiguity", NUMBER)
    theirs = vendor.lease("contiguity", NUMBER, login=vendor.token()).lease_id
    before = len(vendor.journal())

    refresh = stack.refresh()
    assert f"there is lease {theirs} of the number now, which this stack did not make" in refresh.text
    assert stack.said(f'lease_again="{ours}"') in stack.preview().text

    stack.program = number(lease_again=ours)
    consented = stack.preview()
    assert not consented.ok
    text = f"{NUMBER} is leased by contiguity (account 'default') as lease {theirs}, and lease_again names {ours}"
    assert stack.said(text) in consented.text

    destroyed = stack.destroy()
    assert not destroyed.ok
    assert "LeaseChanged" in destroyed.text
    assert f"lease {ours} is gone, and contiguity has lease {theirs} for the number now" in destroyed.text
    assert "LeasedNumber support" in stack.resources()
    assert not vendor.writes(before)
    assert vendor.leased("contiguity")[NUMBER].lease_id == theirs

    def both_said() -> None:
        options = pulumi.ResourceOptions(retain_on_delete=True)
        LeasedNumber("support", options, number=NUMBER, lease_again=ours, adopt=True)

    stack.program = both_said
    adopted = stack.up()
    assert adopted.ok, adopted.text
    assert stack.resources()["LeasedNumber support"]["outputs"]["lease_id"] == theirs
    assert not vendor.writes(before)
    assert stack.preview().changed == {}


def test_only_a_lease_that_has_ended_is_lost(new_stack: NewStack, vendor: Vendor) -> None:
    """`paused` and unheard-of statuses are held, and no alarm; `expired` and `terminated` are lost: an alarm, each time."""
    numbers = dict(zip(("paused", "under_review", "expired", "terminated"), (NUMBER, *OTHERS), strict=True))

    def program() -> None:
        for status, one in numbers.items():
            LeasedNumber(status, number=one)

    stack = new_stack(program)
    assert stack.up().ok
    vendor.clock(advance_s=DAY_S)
    for status in ("paused", "under_review"):
        vendor.set_status("contiguity", numbers[status], status)
    assert alarmed(stack) == ""
    for status in ("expired", "terminated"):
        vendor.set_status("contiguity", numbers[status], status)
    for _ in range(2):
        alarm = alarmed(stack)
        assert all(f"{numbers[status]}: lease " in alarm for status in ("expired", "terminated"))
        assert " was lost" in alarm
    assert not [call for call in vendor.writes() if call.operation != "lease"]

    assert stack.refresh().ok
    statuses = {
        name.partition(" ")[2]: entry["outputs"]["lease_status"]
        for name, entry in stack.resources().items()
        if name.startswith("LeasedNumber")
    }
    assert statuses == {"paused": "paused", "under_review": "under_review", "expired": "lost", "terminated": "lost"}

    def held() -> None:
        for status in ("paused", "under_review"):
            LeasedNumber(status, number=numbers[status])

    stack.program = held
    released = stack.up()
    assert released.ok, released.text
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []
    assert {call.number for call in vendor.calls("terminate")} == {numbers["paused"], numbers["under_review"]}


def test_a_wrong_key_loses_nothing(new_stack: NewStack, vendor: Vendor, environ: dict[str, str]) -> None:
    """Refreshed with another login's key nothing leaves the state, explicit or chosen; the right key makes all well."""

    def program() -> None:
        LeasedNumber("support", number=NUMBER)
        LeasedNumber("sales", search={"country": "GB"})

    vendor.login("contiguity", vendor.token(), entitlements=ENTITLEMENTS)
    stack = new_stack(program)
    assert stack.up().ok
    leased = vendor.leased("contiguity")
    vendor.clock(advance_s=DAY_S)
    before = len(vendor.journal())

    stack.environ["LEASES_CONTIGUITY_TOKEN"] = vendor.token("other")
    assert stack.refresh().ok
    resources = stack.resources()
    assert {resources[f"LeasedNumber {name}"]["id"] for name in ("support", "sales")} == set(leased)
    assert not stack.preview().ok
    assert not stack.up(refresh=True).ok
    assert not stack.up(refresh=True, run_program=True).ok
    assert not vendor.writes(before)

    stack.environ["LEASES_CONTIGUITY_TOKEN"] = environ["LEASES_CONTIGUITY_TOKEN"]
    assert stack.refresh().ok
    preview = stack.preview()
    assert preview.ok, preview.text
    assert preview.changed == {}
    assert stack.up().changed == {}
    assert not vendor.writes(before)
    assert vendor.leased("contiguity") == leased


def test_another_customer_is_an_error(new_stack: NewStack, vendor: Vendor) -> None:
    """Where the service tells logins apart, a refresh with another one fails and changes nothing in the state."""

    def program() -> None:
        LeasedNumber("support", number=NUMBER, service="telesign")

    stack = new_stack(program)
    assert stack.up().ok
    held = held_by(stack)
    stack.environ["LEASES_TELESIGN_CUSTOMER_ID"] = vendor.customer("other")

    refresh = stack.refresh()
    assert not refresh.ok
    assert f"the number is leased to login {vendor.customer()}, and account 'default' is now" in refresh.text
    assert held_by(stack) == held

    stack.environ["LEASES_TELESIGN_CUSTOMER_ID"] = vendor.customer()
    assert stack.refresh().changed == {}
    assert stack.preview().changed == {}


def test_a_revoked_key_is_an_error(new_stack: NewStack, vendor: Vendor) -> None:
    """A refresh that the service refuses fails with its words and changes nothing in the state."""
    stack = new_stack(number())
    stack.up()
    held = held_by(stack)
    vendor.revoke("contiguity", vendor.token())

    refresh = stack.refresh()
    assert not refresh.ok
    assert "Unauthorized: contiguity: GET /leased: 401" in refresh.text
    assert "; the key is that of LEASES_CONTIGUITY_TOKEN: set the right one, and run this again" in refresh.text
    assert vendor.token() not in refresh.text
    assert held_by(stack) == held

    vendor.restore("contiguity", vendor.token())
    assert stack.refresh().changed == {}


def test_a_listing_that_fails_loses_nothing(new_stack: NewStack, vendor: Vendor) -> None:
    """A listing that breaks off or cannot be read is an error, never an empty listing."""
    stack = new_stack(number())
    stack.up()
    held = held_by(stack)
    vendor.clock(advance_s=DAY_S)
    faults: dict[str, dict[str, Any]] = {
        "truncated": {},
        "garbage": {},
        "empty": {"code": 200},
        "status": {"code": 500},
    }
    for fault, params in faults.items():
        vendor.fault("leased", fault, vendor="contiguity", times=0, **params)
        assert not stack.refresh().ok
        assert held_by(stack) == held
        vendor.clear_faults()

    assert stack.refresh().changed == {}
    assert stack.preview().changed == {}


def test_a_listing_that_breaks_off_between_its_pages_loses_nothing(new_stack: NewStack, vendor: Vendor) -> None:
    """The first page came, the second did not: an error; pages that shift meanwhile are read again."""

    def program() -> None:
        for one in (NUMBER, *OTHERS):
            LeasedNumber(f"n{one}", number=one, service="telesign")

    stack = new_stack(program)
    assert stack.up().ok
    held = held_by(stack)
    vendor.clock(advance_s=DAY_S)
    vendor.switch("telesign", max_page_size=2)
    vendor.fault("list", "status", vendor="telesign", skip=1, times=0, code=500)

    assert not stack.refresh().ok
    assert held_by(stack) == held

    vendor.clear_faults()
    vendor.switch("telesign", shifting_pages=1)
    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert refresh.changed == {}
    assert stack.preview().changed == {}


def test_a_lagging_listing_loses_no_new_lease(new_stack: NewStack, vendor: Vendor) -> None:
    """A lease that does not show yet is waited for, not believed lost."""
    stack = new_stack(number())
    assert stack.up().ok
    vendor.switch("contiguity", listing_lag_s=vendor.state().now - vendor.leased()[NUMBER].leased_at + 6)

    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert {call.operation for call in vendor.journal()} >= {"leased", "get"}
    assert "lost" not in stack.resources()["LeasedNumber support"]["inputs"]
    assert stack.resources()["LeasedNumber support"]["outputs"]["lease_status"] == "active"
    assert stack.preview().changed == {}


def test_what_moves_at_the_vendor_is_no_change(new_stack: NewStack, vendor: Vendor) -> None:
    """Other prices, places, carriers, orders, fields and failovers at the vendor change nothing here."""

    def program() -> None:
        LeasedNumber("support", number=NUMBER, failover={"enabled": True})
        LeasedNumber("sales", search={"country": "GB", "city": "London"})

    stack = new_stack(program)
    assert stack.up().ok
    for one in vendor.leased("contiguity"):
        vendor.change_offer(
            "contiguity",
            one,
            recurring_fee=99.0,
            upfront_fee=9.0,
            city="Elsewhere",
            carrier="T-Mobile",
            channels=["mms"],
        )
    vendor.switch(
        "contiguity", order="shuffled", unknown_fields=True, money="string", created_at="iso", prices="absent"
    )

    assert stack.refresh().changed == {}
    before = len(vendor.journal())
    assert stack.preview().changed == {}
    assert stack.up().changed == {}
    assert len(vendor.journal()) == before
