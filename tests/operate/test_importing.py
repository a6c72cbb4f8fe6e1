"""What is written for `pulumi import`, and the program that goes with it."""

from __future__ import annotations

import ast
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.config import Config
from pulumi_leases.domain.errors import InvalidInput, NotFound, StillLeased
from pulumi_leases.domain.models import IMPORTED, Claim, Lease, Recorded
from pulumi_leases.leasing import confirming, releasing
from pulumi_leases.leasing.record import LeaseRef
from pulumi_leases.leasing.run import Run
from pulumi_leases.operate.importing import Intake, select_leases
from pulumi_leases.operate.stacks import Declared, Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi_leases.emulator import Vendor

    from ..lab import Lab

A, B, C = "+12015550123", "+12015550124", "+441632960123"
SINCE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
NOWHERE = "http://127.0.0.1:9"
ENVIRON = {
    "LEASES_CONTIGUITY_TOKEN": "k",
    "LEASES_CONTIGUITY_BASE_URL": NOWHERE,
    "LEASES_EU_TOKEN": "e",
    "LEASES_EU_BASE_URL": NOWHERE,
    "LEASES_TELESIGN_CUSTOMER_ID": "11111111-2222-3333-4444-555555555555",
    "LEASES_TELESIGN_API_KEY": "a2V5",
    "LEASES_TELESIGN_BASE_URL": NOWHERE,
    "LEASES_TELNYX_API_KEY": "k",
    "LEASES_TELNYX_BASE_URL": NOWHERE,
    "LEASES_TWILIO_ACCOUNT_SID": f"AC{'1' * 32}",
    "LEASES_TWILIO_AUTH_TOKEN": "t",
    "LEASES_TWILIO_BASE_URL": NOWHERE,
    "LEASES_TWILIO_PRICING_BASE_URL": NOWHERE,
    "LEASES_TWILIO_MESSAGING_BASE_URL": NOWHERE,
}


def lease(number: str = A, **more: Any) -> Lease:
    facts = {"country": "US", "currency": "USD", "monthly_rate": 2, "upfront_fee": 1, "capabilities": ("mms", "sms")}
    return Lease(
        **{"number": number, "lease_id": f"l{number}", "status": "active", "leased_at": SINCE, **facts, **more}
    )


def intake(
    leases: Sequence[Lease],
    pool: str | None = None,
    *,
    service: str = "contiguity",
    account: str = "default",
    **variables: str,
) -> Intake:
    run = Run(Config(lambda _: None, {**ENVIRON, **variables}))
    return Intake(run, run.account(service, account), leases, pool)


def test_each_number_is_two_entries_with_inputs_and_outputs() -> None:
    """Intent and number, named after the number, recorded at the start of the lease; facts as check takes them."""
    intent, number = intake([lease(billing_method="monthly", city="Jersey City")]).file()["resources"]

    facts: dict[str, Any] = {
        "number": A,
        "service": "contiguity",
        "account": "default",
        "country": "US",
        "currency": "USD",
    }
    facts |= {"capabilities": ["mms", "sms"], "monthly_rate": 2.0, "upfront_fee": 1.0, "city": "Jersey City"}
    assert [entry["type"].rpartition(":")[2] for entry in (intent, number)] == ["LeaseIntent", "LeasedNumber"]
    assert {entry["name"] for entry in (intent, number)} == {"number-12015550123"}
    assert {entry["id"] for entry in (intent, number)} == {A}
    assert without_provider(intent["inputs"]) == {"number": A, "claim": facts}
    recorded = intent["outputs"]["recorded"]
    assert recorded == {"run": "import", "at": "2026-01-02T03:04:05Z"}
    assert without_provider(number["inputs"]) == {**facts, "billing_method": "monthly", "recorded": recorded}
    assert without_provider(number["outputs"]) == {
        **facts,
        "billing_method": "monthly",
        "recorded": recorded,
        "asked_billing_method": "monthly",
        "lease_id": f"l{A}",
        "lease_status": "active",
        "leased_at": "2026-01-02T03:04:05Z",
        "adopted": False,
    }


def without_provider(values: dict[str, Any]) -> dict[str, Any]:
    assert values["__provider"]
    return {key: value for key, value in values.items() if key != "__provider"}


def test_a_program_says_only_what_is_not_the_default() -> None:
    """Service, account and billing method stand there where leaving them out would mean something else."""
    plain = intake([lease(billing_method="monthly")])
    contract = intake([lease(billing_method="service_contract")], account="eu")
    other = intake([lease()], service="telesign")
    same = intake([lease()], service="telesign", LEASES_SERVICE="telesign")

    assert call(plain) == {"number": A}
    assert call(contract) == {"number": A, "account": "eu", "billing_method": "service_contract"}
    assert call(other) == {"number": A, "service": "telesign"}
    assert call(same) == {"number": A}


def call(intake: Intake) -> dict[str, Any]:
    """The keywords of the program's one call."""
    assigned = ast.parse(intake.program()).body[-1]
    assert isinstance(assigned, ast.Assign)
    assert isinstance(assigned.value, ast.Call)
    said = [word for word in assigned.value.keywords if not isinstance(word.value, ast.Call)]  # a search is one
    return {word.arg or "": ast.literal_eval(word.value) for word in said}


def test_what_a_number_is_connected_to_is_written() -> None:
    """In the inputs and in the program alike; what is not set, and how nobody is asked, is left out."""
    settings: dict[str, Any] = {
        "label": None,
        "voice": {
            "url": "https://example.com/calls",
            "method": "POST",
            "fallback_url": None,
            "fallback_method": "POST",
        },
        "messaging": {"url": None, "method": "POST", "application": None},
        "emergency_address": "AD1",
        "requirements": {"address": "AD1", "bundle": None},
    }
    bringing = intake([lease(settings=settings)], service="twilio", LEASES_SERVICE="twilio")
    _, number = bringing.file()["resources"]

    said = call(bringing)
    assert said == {
        "number": A,
        "requirements": {"address": "AD1"},
        "voice": {"url": "https://example.com/calls", "method": "POST"},
        "emergency_address": "AD1",
    }
    assert {key: number["inputs"][key] for key in said} == {key: number["outputs"][key] for key in said} == said
    assert {"label", "messaging", "unset"}.isdisjoint(number["inputs"])


def test_a_pool_is_connected_as_all_its_numbers_are() -> None:
    """What differs from number to number is left out of the pool, and of each number's inputs."""
    one, other = ({"voice": {"connection": "12"}, "tags": [name]} for name in ("a", "b"))
    bringing = intake([lease(A, settings=one), lease(B, settings=other)], "desk", service="telnyx")

    _, _, number, *_ = bringing.file()["resources"]

    assert call(bringing)["voice"] == number["inputs"]["voice"] == {"connection": "12"}
    assert "tags" not in number["inputs"]
    assert "tags" not in bringing.program()


def test_a_login_that_has_a_public_name_is_recorded() -> None:
    """Another customer id under the same account name is noticed later."""
    intent, number = intake([lease()], service="telesign").file()["resources"]

    assert intent["inputs"]["claim"]["login"] == number["inputs"]["login"] == ENVIRON["LEASES_TELESIGN_CUSTOMER_ID"]


def test_a_pool_is_the_parent_of_its_numbers() -> None:
    """One component, one slot a number, one search that all of them fit."""
    bringing = intake([lease(A), lease(B)], "desk")

    pool, *entries = bringing.file()["resources"]

    assert pool == {"type": "leases:index:NumberPool", "name": "desk", "component": True}
    assert {(entry["name"], entry["parent"]) for entry in entries} == {
        *(("desk-12015550123", "desk"), ("desk-12015550124", "desk")),
    }
    assert without_provider(entries[0]["inputs"])["search"] == {"country": "US"}
    assert "number" not in entries[0]["inputs"]


def test_a_pool_has_numbers_of_one_country_and_a_valid_name() -> None:
    """What no search could stand for is refused, with the countries."""
    with pytest.raises(InvalidInput, match="these are of GB, US"):
        intake([lease(A), lease(C, country="GB")], "desk")
    with pytest.raises(InvalidInput, match="these are of an untold country"):
        intake([lease(A, country=None)], "desk")
    with pytest.raises(InvalidInput, match="a pool's name is letters"):
        intake([lease()], "my desk")


@pytest.mark.parametrize(
    ("name", "variable"), [("desk", "desk"), ("my-desk.1", "my_desk_1"), ("1st", "_1st"), ("if", "_if")]
)
def test_a_pools_name_makes_a_name_in_python(name: str, variable: str) -> None:
    """The program parses, whatever a resource may be called."""
    assigned = ast.parse(intake([lease()], name).program()).body[-1]

    assert isinstance(assigned, ast.Assign)
    assert ast.unparse(assigned.targets[0]) == variable


def test_what_cannot_be_brought_in_is_left_out_with_its_reason() -> None:
    """In a stack already, running out, leased twice; the rest is chosen, in the order of the numbers."""
    known = Declared("support", "u", "contiguity", "default", None, A, "held", f"l{A}")
    elsewhere = Declared("sales", "u", "telesign", "default", None, B, "held", "1")
    ending, twice = "+12015550125", "+12015550126"
    leases = {
        C: [lease(C)],
        B: [lease(B)],
        A: [lease(A)],
        ending: [lease(ending, status="ending")],
        twice: [lease(twice), lease(twice, lease_id="l2")],
    }

    chosen, left_out = select_leases(
        "contiguity", leases, None, [Stack("shop/dev", "dev.json", SINCE, [known, elsewhere])]
    )

    assert [one.number for one in chosen] == [B, C]
    assert left_out == {
        A: "in shop/dev as support",
        ending: "cancelled, and running out",
        twice: "leased 2 times: `pulumi-leases orphans` tells more",
    }


def test_only_what_is_asked_for_is_chosen_and_it_must_be_leased() -> None:
    """A number that the login does not lease is an error that names it."""
    leases = {A: [lease(A)], B: [lease(B)]}

    assert [one.number for one in select_leases("contiguity", leases, {B}, [])[0]] == [B]
    with pytest.raises(NotFound, match=r"not leased to this login: \+441632960123;"):
        select_leases("contiguity", leases, {B, C}, [])


def test_an_imported_intent_leaves_the_end_of_its_lease_to_the_number(lab: Lab, vendor: Vendor) -> None:
    """Its delete may come first, since an import gives the engine no order: it neither waits nor terminates, and says so."""
    known, claim, recorded = imported(lab, vendor)

    confirmed = confirming.confirm_released(
        lab.account, lab.record, claim, recorded, may_release=True, timeout_s=600, report=lab.reported.append
    )

    assert confirmed is None
    assert lab.record.is_unwatched
    assert lab.waited_s == 0
    assert vendor.leased("contiguity")[A].lease_id == known.lease_id


def test_an_imported_intent_waits_where_its_lease_was_terminated_in_this_run(lab: Lab, vendor: Vendor) -> None:
    """The usual order: nothing is different from a number that the stack has leased itself."""
    known, claim, recorded = imported(lab, vendor)
    vendor.switch("contiguity", termination_delay_s=30)
    releasing.release(lab.account, lab.record, A, known, None, lab.reported.append)

    confirming.confirm_released(
        lab.account, lab.record, claim, recorded, may_release=True, timeout_s=600, report=lab.reported.append
    )

    assert not lab.record.is_unwatched
    assert lab.waited_s >= 30
    assert vendor.leases() == []


def test_an_imported_intent_is_like_any_other_for_a_lease_that_was_made_later(lab: Lab, vendor: Vendor) -> None:
    """What was imported is gone, and the number is leased anew: an interrupted run may have, so that it is not passed over."""
    _, claim, recorded = imported(lab, vendor)
    vendor.terminate("contiguity", A)
    vendor.lease("contiguity", A, login=vendor.token())
    lab.account.leases(lab.account.clock())

    with pytest.raises(StillLeased, match="is still leased by account"):
        confirming.confirm_released(
            lab.account, lab.record, claim, recorded, may_release=True, timeout_s=600, report=lab.reported.append
        )


def imported(lab: Lab, vendor: Vendor) -> tuple[LeaseRef, Claim, Recorded]:
    """A lease of long ago, as an import records it."""
    vendor.lease("contiguity", A, login=vendor.token(), leased_at=SINCE.timestamp())
    (lease,) = lab.account.leases().value[A]
    recorded = Recorded(run=IMPORTED, at=SINCE)
    return LeaseRef(lease.lease_id, lease.leased_at), lab.account.claim(lease), recorded
