"""The inputs of a LeasedNumber after the check: facts of the claim, options, consent, and the line of the preview."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from pulumi_leases.domain.errors import InvalidInput
from pulumi_leases.domain.models import Number
from pulumi_leases.engine.inputs import announcement, limits_of, merge_inputs, require_lease_again_consent

from ..stack import ROOT

NUMBER = "+12015550123"
OTHER = "+12015550124"
CLAIM: dict[str, Any] = {
    "number": NUMBER,
    "service": "contiguity",
    "account": "default",
    "country": "US",
    "city": "Jersey City",
    "currency": "USD",
    "monthly_rate": 12.0,
    "upfront_fee": 1.5,
}
RECORDED = {"run": "r", "at": "2026-11-22T06:30:01Z"}
PRICE = "12.00 USD/month, 1.50 USD upfront"
FAILOVER = {"enabled": True, "mode": "all", "numbers": []}
HOOK = "https://calls.example.com/hook?token=s3cret"


def test_facts_come_from_the_claim() -> None:
    """What is leased, from whom and for how much is what the intent has claimed; defaults are recorded."""
    inputs = merge_inputs({}, {"claim": CLAIM, "recorded": RECORDED, "number": NUMBER, "max_monthly_rate": 12.0})
    assert inputs == {**CLAIM, "recorded": RECORDED, "billing_method": "monthly", "max_monthly_rate": 12.0}


def test_a_claim_in_a_preview_is_not_recorded_yet() -> None:
    """The record comes with the intent's create; its absence is nothing to complain about."""
    assert "recorded" not in merge_inputs({}, {"claim": CLAIM})


def test_what_is_to_be_adopted_is_named() -> None:
    """The lease in the claim becomes an input, so that the create needs no second look."""
    inputs = merge_inputs({}, {"claim": {**CLAIM, "lease_id": "lsd_1"}, "adopt": True})
    assert (inputs["adopts"], inputs["adopt"]) == ("lsd_1", True)


def test_where_the_program_is_silent_the_old_inputs_win() -> None:
    """A default that changes in a later version moves nothing, and a failover is not forgotten."""
    olds = {**CLAIM, "billing_method": "service_contract", "failover": FAILOVER, "max_monthly_rate": 20.0}
    inputs = merge_inputs(olds, {"claim": CLAIM})
    assert (inputs["billing_method"], inputs["failover"]) == ("service_contract", FAILOVER)
    assert "max_monthly_rate" not in inputs


def test_what_was_said_of_another_number_or_service_is_not_kept() -> None:
    """A new number is not connected as an earlier one was, and another service may not have the option."""
    olds = {**CLAIM, "billing_method": "service_contract", "failover": FAILOVER}

    other_number = merge_inputs(olds, {"claim": {**CLAIM, "number": OTHER}})
    other_service = merge_inputs(olds, {"claim": {**CLAIM, "service": "telesign"}})

    assert "failover" not in other_number
    assert other_number["billing_method"] == "service_contract"
    assert {"failover", "billing_method"}.isdisjoint(other_service)


@pytest.mark.parametrize(
    ("service", "said", "message"),
    [
        ("telesign", {"tags": ["a"]}, "telesign has no tags: leave it out; telesign takes nothing of the kind"),
        (
            "contiguity",
            {"label": "a"},
            "contiguity has no label: leave it out; contiguity takes billing_method, failover",
        ),
        ("telnyx", {"voice": {"url": HOOK}}, "telnyx has no voice.url: leave it out; of voice it takes connection"),
        (
            "telnyx",
            {"requirements": {"bundle": "BU1"}},
            "telnyx has no requirements.bundle: leave it out; of requirements it",
        ),
        (
            "twilio",
            {"messaging": {"profile": "p"}},
            "twilio has no messaging.profile: leave it out; of messaging it takes url",
        ),
        (
            "twilio",
            {"failover": FAILOVER},
            "twilio has no failover: leave it out; twilio takes label, voice, messaging",
        ),
    ],
)
def test_what_a_service_does_not_take_is_named_with_what_it_takes(
    service: str, said: dict[str, Any], message: str
) -> None:
    """The input or its key, the service, and the way out; the value, which may be a secret, is not shown."""
    with pytest.raises(InvalidInput) as caught:
        merge_inputs({}, {"claim": {**CLAIM, "service": service}, **said})
    assert message in str(caught.value)
    assert HOOK not in str(caught.value)
    assert caught.value.property == next(iter(said))


def test_wiring_is_written_as_it_is_said() -> None:
    """Keys that are not given are not invented, and a setting that is taken off is said to be."""
    said = {"voice": {"url": HOOK, "method": None}, "messaging": {"url": ""}, "label": "desk"}
    inputs = merge_inputs({}, {"claim": {**CLAIM, "service": "twilio"}, **said})
    assert {key: inputs[key] for key in said} == {"voice": {"url": HOOK}, "messaging": {"url": ""}, "label": "desk"}


@pytest.mark.parametrize(
    ("said", "property_", "message"),
    [
        ({"billing_method": "yearly"}, "billing_method", "must be one of monthly, service_contract, not 'yearly'"),
        (
            {"billing_method": "goodwill"},
            "billing_method",
            "must be one of monthly, service_contract, not 'goodwill'",
        ),
        ({"failover": {"enabled": 3.0}}, "failover", "failover.enabled: Input should be a valid boolean"),
        (
            {"max_monthly_rate": 5.0},
            "max_monthly_rate",
            f"{NUMBER}: monthly_rate 12.0 USD is above max_monthly_rate 5.0",
        ),
        (
            {"max_upfront_fee": 1.0},
            "max_upfront_fee",
            f"{NUMBER}: upfront_fee 1.5 USD is above max_upfront_fee 1.0",
        ),
        (
            {"number": OTHER},
            "number",
            f"{OTHER} is not the claimed {NUMBER}: a transform that changes `number` must change it on the LeaseIntent",
        ),
        ({"number": "support"}, "number", "'support' is not a phone number"),
    ],
)
def test_a_wrong_option_is_named(said: dict[str, Any], property_: str, message: str) -> None:
    """Before anything is sent, on the input that the program gave."""
    with pytest.raises(InvalidInput) as caught:
        merge_inputs({}, {"claim": CLAIM, **said})
    assert caught.value.property == property_
    assert message in str(caught.value)


def test_a_limit_below_a_held_number_is_no_fault() -> None:
    """A limit says what may be leased, not what must be given back."""
    held = {**CLAIM, "billing_method": "monthly"}
    assert merge_inputs(held, {"claim": CLAIM, "max_monthly_rate": 5.0})["max_monthly_rate"] == 5.0


def test_another_spelling_of_the_claimed_number_agrees() -> None:
    """A program may write its number as it likes."""
    assert merge_inputs({}, {"claim": CLAIM, "number": "+1 (201) 555-0123"})["number"] == NUMBER


def test_nothing_new_is_validated_by_nobody() -> None:
    """An `up` with nothing to do loads neither the validator nor the telephone numbers of the world."""
    olds = {**CLAIM, "billing_method": "monthly"}
    script = f"""
import sys
from pulumi_leases.engine.inputs import merge_inputs
assert merge_inputs({olds!r}, {{"claim": {CLAIM!r}, "number": {NUMBER!r}}}) == {olds!r}
print(*sorted({{"pydantic", "phonenumbers", "httpx"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_limits_are_read_from_checked_inputs() -> None:
    """What check has written, create holds against the price of the day."""
    inputs = merge_inputs({}, {"claim": CLAIM, "max_monthly_rate": 12.0})
    price_increase = Number(number=NUMBER, currency="USD", monthly_rate=Decimal("12.01"))
    assert limits_of(inputs).find_exceeded_limit(price_increase) is not None


LOST = {**CLAIM, "lost": "lsd_1"}
OWNER = "urn:pulumi:dev::shop::pulumi-python:dynamic/leases:LeasedNumber::support"
SLOT = "urn:pulumi:dev::shop::leases:index:NumberPool$pulumi-python:dynamic/leases:LeasedNumber::desk-bob"


@pytest.mark.parametrize(
    ("olds", "news"),
    [
        pytest.param(CLAIM, {}, id="not-lost"),
        pytest.param(LOST, {"lease_again": "lsd_1"}, id="consent"),
        pytest.param(LOST, {"number": OTHER}, id="another-number"),
    ],
)
def test_consent_is_not_asked_for(olds: dict[str, Any], news: dict[str, Any]) -> None:
    """Where nothing was lost, where it was given, and where another number is wanted."""
    require_lease_again_consent(olds, news, OWNER)


def test_a_consent_to_another_loss_is_shown_as_that() -> None:
    """An id that was mistyped, or of the loss before."""
    with pytest.raises(InvalidInput, match=r'any more, and lease_again names lsd_0. .* say `lease_again="lsd_1"`'):
        require_lease_again_consent(LOST, {"lease_again": "lsd_0"}, OWNER)


def test_a_lost_slot_is_named_as_a_pool_takes_it() -> None:
    """A pool takes the consent by slot."""
    with pytest.raises(InvalidInput) as caught:
        require_lease_again_consent(LOST, {}, SLOT)
    assert 'say `lease_again={"SLOT": "lsd_1"}` of the pool to lease again' in str(caught.value)
    with pytest.raises(InvalidInput) as caught:
        require_lease_again_consent(LOST, {}, f"{SLOT.rpartition('::')[0]}::front-desk-al-ice", "front-desk")
    assert 'say `lease_again={"al-ice": "lsd_1"}` of the pool' in str(caught.value)


@pytest.mark.parametrize("news", [{}, {"number": NUMBER}, {"lease_again": "lsd_0"}, {"lease_again": ""}])
def test_a_lost_lease_is_not_made_again_without_consent(news: dict[str, Any]) -> None:
    """Consent to an older loss is none; the message has every way out and how to go on meanwhile."""
    with pytest.raises(InvalidInput) as caught:
        require_lease_again_consent(LOST, news, OWNER)
    assert caught.value.property == ""
    for part in (
        f"lease lsd_1 of {NUMBER} was lost",
        "Remove the resource",
        'lease_again="lsd_1"',
        "`pulumi refresh` brings it back",
        "`pulumi up --exclude '**::support'`",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        (
            CLAIM,
            f"will lease {NUMBER} (US, Jersey City) from contiguity: {PRICE}",
        ),
        (
            {**CLAIM, "adopts": "lsd_1"},
            (
                f"will adopt {NUMBER} (US, Jersey City), lease lsd_1 of contiguity; nothing is charged now, and it "
                "goes on costing 12.00 USD/month"
            ),
        ),
        (
            {"number": NUMBER, "service": "contiguity"},
            f"will lease {NUMBER} (place not told) from contiguity: at a price that the service does not tell",
        ),
    ],
)
def test_a_new_number_is_announced_with_its_price(inputs: dict[str, Any], text: str) -> None:
    """Number, place, service and price: what a reader of a preview decides by."""
    assert announcement(inputs, {}) == text


def test_a_replacement_is_announced_with_what_it_replaces() -> None:
    """What goes, and what that had cost."""
    held = {"number": OTHER, "currency": "USD", "monthly_rate": 3.0, "upfront_fee": 0.0}
    assert announcement(CLAIM, held).endswith(f", in place of {OTHER}: 3.00 USD/month, 0.00 USD upfront")
    assert announcement(CLAIM, {**held, "lost": "lsd_1"}).endswith(f", in place of {OTHER}: lost")
    assert "in place of" not in announcement(CLAIM, {**held, "number": NUMBER})
