"""What an edit of the program changes: in place, by another lease, not at all, or only on consent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi import automation

from pulumi_leases import LeasedNumber

from ..stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"
SECOND = "+12015550124"
OFF = {"enabled": False, "mode": "all", "numbers": []}
ON = {"enabled": True, "mode": "selective", "numbers": [SECOND, "+12015550125"]}


def support(**inputs: Any) -> Callable[[], None]:
    """A program with one number: the explicit one, unless the inputs say otherwise."""

    def program() -> None:
        declared = inputs if "search" in inputs else {"number": NUMBER, **inputs}
        LeasedNumber(
            "support", pulumi.ResourceOptions(retain_on_delete=False if "adopt" in inputs else None), **declared
        )

    return program


def second_login(vendor: Vendor) -> dict[str, str]:
    """The variables of a further account, `second`."""
    return {"LEASES_SECOND_TOKEN": vendor.token("second"), "LEASES_SECOND_BASE_URL": vendor.contiguity}


def test_an_explicit_number_stays_with_its_service_and_account(new_stack: NewStack, vendor: Vendor) -> None:
    """To move it is refused in the preview; to say what was recorded is no change."""
    stack = new_stack(support(), **second_login(vendor))
    assert stack.up().ok
    before = len(vendor.journal())

    for edit, reason in (
        ({"service": "telesign"}, "was declared with service 'contiguity' and cannot move to 'telesign'"),
        ({"account": "second"}, "was declared with account 'default' and cannot move to 'second'"),
    ):
        stack.program = support(**edit)
        for refused in (stack.preview(), stack.up()):
            assert not refused.ok
            assert f"{NUMBER} {reason}: remove the resource and `pulumi up`, then declare it anew" in refused.text

    stack.program = support(service="contiguity", account="default")
    assert stack.preview().changed == {}
    assert len(vendor.journal()) == before


def test_a_search_moves_to_another_service_or_account(new_stack: NewStack, vendor: Vendor) -> None:
    """The number is replaced, visibly: leased there, then released here, each by its own login."""
    search = {"country": "US", "area_code": "201", "capabilities": ["sms"], "contains": "012"}
    stack = new_stack(support(search=search), **second_login(vendor))
    assert stack.up().ok
    (first,) = vendor.leases()

    stack.program = support(search=search, service="telesign")
    preview = stack.preview()
    assert "from telesign" in preview.text
    assert f"in place of {first.number}" in preview.text
    assert preview.changed == {"replace": 2}
    before = len(vendor.journal())
    assert stack.up().ok
    assert [(call.vendor, call.operation) for call in vendor.writes(before)] == [
        ("telesign", "lease"),
        ("contiguity", "terminate"),
    ]

    stack.program = support(search=search, service="contiguity", account="second")
    before = len(vendor.journal())
    assert stack.up().ok
    assert [(call.operation, call.login) for call in vendor.writes(before)] == [
        ("lease", vendor.token("second")),
        ("cancel", vendor.customer()),
    ]
    assert stack.preview().changed == {}
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_a_default_that_changes_later_moves_nothing(new_stack: NewStack, vendor: Vendor) -> None:
    """leases:service, or its variable, said after the number was leased, concerns new numbers only."""
    stack = new_stack(support())
    assert stack.up().ok
    before = len(vendor.journal())

    stack.config("leases:service", "telesign")
    assert stack.preview().changed == {}
    stack.environ["LEASES_SERVICE"] = "telesign"
    assert stack.preview().changed == {}
    stack.program = support(failover={"enabled": False})
    up = stack.up()
    assert up.ok, up.text
    assert [(call.vendor, call.operation) for call in vendor.journal(before)] == [("contiguity", "configure")]
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_another_billing_method_is_refused(new_stack: NewStack, vendor: Vendor) -> None:
    """In the preview, with the way out; an edit to what the vendor reports by then is accepted, and only noted."""
    vendor.login("contiguity", vendor.token(), service_contract=True)
    stack = new_stack(support())
    assert stack.up().ok
    before = len(vendor.journal())

    stack.program = support(billing_method="service_contract")
    for refused in (stack.preview(), stack.up()):
        assert not refused.ok
        assert (
            f"{NUMBER}: {stack.said('billing_method')} cannot change from 'monthly' to 'service_contract'"
            in refused.text
        )
        assert "Change it with the service, `pulumi refresh`, then say it in the program" in refused.text

    vendor.switch("contiguity", billing_method="service_contract")
    assert stack.refresh().ok
    assert stack.preview().changed == {"update": 1}
    up = stack.up()
    assert up.ok, up.text
    stack.program = support()
    assert stack.preview().changed == {}
    stack.program = support(billing_method="monthly")
    billing = stack.said("billing_method")
    assert f"{billing} cannot change from 'service_contract' to 'monthly'" in stack.preview().text
    assert not vendor.writes(before)


def test_failover_changes_in_place_and_is_only_written(new_stack: NewStack, vendor: Vendor) -> None:
    """Edited: one configure call, the same lease. Silent, or changed at the vendor: nothing, since nobody can read it."""
    stack = new_stack(support())
    assert stack.up().ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    before = len(vendor.journal())

    for failover in (ON, OFF):
        stack.program = support(failover=failover)
        assert stack.preview().changed == {"update": 1}
        assert stack.up().changed == {"update": 1}
        assert vendor.leased("contiguity")[NUMBER].failover == failover
        assert stack.preview().changed == {}
    assert vendor.leased("contiguity")[NUMBER].lease_id == lease

    stack.program = support()
    assert stack.preview().changed == {}
    stack.program = support(failover={"enabled": False})
    assert stack.preview().changed == {}
    assert [call.operation for call in vendor.journal(before)] == ["configure", "configure"]


def test_an_update_that_fails_keeps_the_old_values_and_the_next_one_works(new_stack: NewStack, vendor: Vendor) -> None:
    """Refused or unanswered, done or not: the state says what was there before, so that the next `up` says it again."""
    stack = new_stack(support(failover=OFF))
    assert stack.up().ok
    faults: dict[str, dict[str, Any]] = {"status": {"code": 400}, "drop_before": {}, "drop_after": {}}
    for (fault, params), (old, new) in zip(faults.items(), ((OFF, ON), (ON, OFF), (OFF, ON)), strict=True):
        vendor.fault("configure", fault, **params)
        stack.program = support(failover=new)
        failed = stack.up()
        assert not failed.ok
        assert "contiguity: POST /%2B12015550123/configure" in failed.text
        assert vendor.leased("contiguity")[NUMBER].failover == (new if fault == "drop_after" else old)
        assert stack.resources()["LeasedNumber support"]["outputs"]["failover"] == old

        assert stack.up().changed == {"update": 1}
        assert vendor.leased("contiguity")[NUMBER].failover == new
    assert stack.preview().changed == {}
    assert len(vendor.calls("lease")) == 1


def test_a_failover_that_fails_right_after_the_lease_is_set_by_the_next_up(new_stack: NewStack, vendor: Vendor) -> None:
    """The lease is saved though the `up` fails: nothing is leased again, and only the failover is still to do."""
    vendor.fault("configure", "status", code=500)
    stack = new_stack(support(failover=ON))
    failed = stack.up()
    assert not failed.ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    assert f"{NUMBER} is leased ({lease}), and its failover is not set; `pulumi up` sets it" in failed.text

    up = stack.up()
    assert up.ok, up.text
    assert vendor.leased("contiguity")[NUMBER].failover == ON
    assert [call.operation for call in vendor.writes()] == ["lease", "configure", "configure"]
    assert stack.preview().changed == {}


def test_limits_and_consents_change_nothing_of_what_is_held(new_stack: NewStack, vendor: Vendor) -> None:
    """max_monthly_rate, max_upfront_fee and lease_again speak of leases to come; adopt of who made the one that is held."""
    stack = new_stack(support())
    assert stack.up().ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id

    for edit in (
        {"max_monthly_rate": 1},
        {"max_upfront_fee": 0.5},
        {"lease_again": lease},
        {"adopt": True},
        {"adopt": True, "max_monthly_rate": 1},
    ):
        stack.program = support(**edit)
        up = stack.up()
        assert up.ok, up.text
        assert set(up.changed) <= {"update"}
    assert stack.preview().changed == {}
    assert [call.operation for call in vendor.writes()] == ["lease"]
    assert vendor.leased("contiguity")[NUMBER].lease_id == lease


def test_consent_for_a_lease_that_is_not_lost_is_told(new_stack: NewStack, vendor: Vendor) -> None:
    """Another id in lease_again than the number's own says so, and how to go on; nothing is leased."""
    stack = new_stack(support())
    assert stack.up().ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    before = len(vendor.journal())

    stack.program = support(lease_again="lsd_1")
    refused = stack.preview()
    assert not refused.ok
    for text in (
        f"{NUMBER} is leased by contiguity (account 'default') as lease {lease}, and lease_again names lsd_1",
        f"If {lease} is this resource's own, leave lease_again out",
    ):
        assert stack.said(text) in refused.text
    assert not vendor.writes(before)


def test_a_number_is_the_same_however_it_is_written(new_stack: NewStack, vendor: Vendor) -> None:
    """Spaces, dashes and brackets are no change; nor are limits as 5 or 5.0."""
    stack = new_stack(support(max_monthly_rate=20))
    assert stack.up().ok
    before = len(vendor.journal())

    for written in ("+1 201-555-0123", "+1 (201) 555-0123", "tel:+1-201-555-0123"):

        def program(written: str = written) -> None:
            LeasedNumber("support", number=written, max_monthly_rate=20.0)

        stack.program = program
        up = stack.up()
        assert up.ok, up.text
        assert up.changed == {}
    assert len(vendor.journal()) == before
    assert stack.resources()["LeasedNumber support"]["outputs"]["number"] == NUMBER


def test_a_number_that_was_searched_can_be_named_and_back(new_stack: NewStack, vendor: Vendor) -> None:
    """From search to the number that it chose, and to a search that it fits: the lease stays."""
    search = {"prefix": NUMBER[:-1], "capabilities": ["mms"], "order_by": "number"}
    stack = new_stack(support(search=search))
    assert stack.up().ok
    before = len(vendor.journal())

    for edit in ({}, {"search": search}, {"search": {"country": "US", "area_code": "201"}}):
        stack.program = support(**edit)
        up = stack.up()
        assert up.ok, up.text
        assert set(up.changed) <= {"update"}
        assert stack.preview().changed == {}
    assert len(vendor.journal()) == before
    assert stack.destroy().ok
    assert vendor.leases() == []


def test_a_stack_is_the_same_from_elsewhere(new_stack: NewStack, vendor: Vendor) -> None:
    """Another directory, another machine's hashes, a program written otherwise: no change, and it can be destroyed there."""
    here = new_stack(support(failover=ON))
    assert here.up().ok
    before = len(vendor.journal())

    def reformatted() -> None:
        # A comment, other names, another order of the same things.
        whom_to_call: Any = {"numbers": ON["numbers"], "mode": "selective", "enabled": True}
        LeasedNumber(
            "support",
            failover=whom_to_call,
            number=NUMBER,
        )

    there = new_stack(reformatted, PYTHONHASHSEED="7")
    there.stack.import_stack(here.stack.export_stack())
    assert there.preview().changed == {}
    assert there.up().changed == {}
    assert len(vendor.journal()) == before
    assert there.refresh().changed == {}
    assert there.destroy().ok
    assert vendor.leases() == []


def test_replacing_a_number_that_was_leased_late_is_refused(new_stack: NewStack, vendor: Vendor) -> None:
    """Days between claim and lease: `--replace` cannot know whose the lease is; refused, nothing changed, `adopt` replaces."""
    vendor.fault("lease", "status", code=402)
    stack = new_stack(support())
    assert not stack.up().ok
    vendor.clock(advance_s=3 * 24 * 3600)
    assert stack.up().ok
    lease = vendor.leased("contiguity")[NUMBER].lease_id
    before = len(vendor.journal())

    urn = stack.resources()["LeasedNumber support"]["urn"]
    refused = stack.up(replace=[urn])
    assert not refused.ok
    assert f"lease {lease}, and not by this stack" in refused.text
    assert stack.preview().changed == {}

    stack.program = support(adopt=True)
    replaced = stack.up(replace=[urn])
    assert replaced.ok, replaced.text
    assert not vendor.writes(before)
    assert stack.destroy().ok
    assert vendor.leases() == []


@pytest.mark.only_dynamic("the dynamic provider wrote it; tests/end_to_end/test_migration.py moves such states over")
def test_a_state_of_the_first_version_is_read(new_stack: NewStack, vendor: Vendor) -> None:
    """A checkpoint as 0.1.0 left it: no change and no call, nothing to refresh, an update in place, and a release."""
    leased = ("+12015550123", "+12125550123", "+442079460023")
    state = (ROOT / "tests/states/first.json").read_text("utf-8")
    for one in leased:
        lease = vendor.lease("contiguity", one, login=vendor.token())
        state = state.replace(f"LEASE OF {one}", lease.lease_id)
    selective = {"enabled": True, "mode": "selective", "numbers": [SECOND]}

    def program() -> None:
        LeasedNumber("support", number=NUMBER, failover=failover)
        search: Any = {"country": "GB", "city": "London", "capabilities": ["mms"], "contains": "23"}
        LeasedNumber("sales", search=search, max_monthly_rate=20)
        LeasedNumber("hotline", pulumi.ResourceOptions(retain_on_delete=False), number=leased[1], adopt=True)

    failover: Any = selective
    stack = new_stack(program)
    stack.stack.import_stack(automation.Deployment(**json.loads(state)))
    assert stack.preview().changed == {}
    assert stack.up().changed == {}
    assert vendor.journal() == []
    assert stack.refresh().changed == {}

    failover = OFF
    assert stack.up().changed == {"update": 1}
    assert stack.destroy().ok
    assert vendor.leases() == []
    assert [call.operation for call in vendor.writes()] == ["configure", "terminate", "terminate", "terminate"]
