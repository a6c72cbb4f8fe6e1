"""What a user sees when something fails, and what the engine saves all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .host import INTENT_TYPE, NUMBER_TYPE, WARNING, CallError, Host
from .test_life import NUMBER, declared

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from .conftest import NewHost


def failed(host: Host, inputs: dict[str, Any]) -> CallError:
    with pytest.raises(CallError) as caught:
        host.create(NUMBER_TYPE, inputs)
    return caught.value


def test_an_error_is_one_line(host: Host, vendor: Vendor) -> None:
    """The class, as it can be caught, and its message: no traceback, no second line, no key."""
    _, _, inputs = declared(host, number=NUMBER)
    vendor.fault("lease", "status", code=402)
    text = failed(host, inputs).text
    assert text.startswith("pulumi_leases.PaymentRequired: contiguity: POST /lease/%2B12015550123: 402")
    assert len(text.strip().splitlines()) == 1
    assert vendor.token() not in text
    host.close()
    assert host.printed == ""


def test_a_debug_variable_brings_the_traceback(new_host: NewHost, vendor: Vendor) -> None:
    """For those who look for the fault: where it was raised."""
    host = new_host(LEASES_DEBUG="1")
    _, _, inputs = declared(host, number=NUMBER)
    vendor.fault("lease", "status", code=402)
    text = failed(host, inputs).text
    assert text.startswith("Traceback")
    assert "acquiring.py" in text
    assert text.strip().splitlines()[-1].startswith("pulumi_leases.PaymentRequired: ")
    assert vendor.token() not in text


def test_a_fault_of_ours_comes_with_its_traceback(host: Host) -> None:
    """In one line, with where to report it: nobody can guess where it was."""
    text = failed(host, {"service": "contiguity", "account": "default"}).text
    assert text.startswith("pulumi_leases.BrokenProvider: a fault in pulumi_leases, please report it: Traceback")
    assert "KeyError: 'number'" in text
    assert len(text.strip().splitlines()) == 1


def test_what_no_intent_has_recorded_is_not_paid_for(host: Host, vendor: Vendor) -> None:
    """An interrupted call would lease a number that no state knows."""
    _, _, inputs = declared(host, number=NUMBER)
    for recorded in ({}, {"recorded": None}, {"recorded": {"run": "r"}}):
        text = failed(host, {**{key: inputs[key] for key in inputs if key != "recorded"}, **recorded}).text
        assert f"{NUMBER}: no LeaseIntent has recorded it, so nothing is leased" in text
    assert vendor.writes() == []


@pytest.mark.parametrize("unset", ["", "  "])
def test_a_missing_credential_is_reported_when_a_call_is_due(new_host: NewHost, vendor: Vendor, unset: str) -> None:
    """The variable and the command are named; before a call is due nobody misses it."""
    host = new_host(LEASES_CONTIGUITY_TOKEN=unset)
    with pytest.raises(AssertionError) as caught:
        host.check(INTENT_TYPE, {}, {"number": NUMBER})
    text = str(caught.value)
    assert text.startswith("'': contiguity needs an API key for account 'default'")
    assert "set the variable LEASES_CONTIGUITY_TOKEN" in text
    assert "`pulumi config set --secret leases:contiguityToken …`" in text
    claim = {"number": NUMBER, "service": "contiguity", "account": "default"}
    intent = {"number": NUMBER, "claim": claim}
    assert host.check(INTENT_TYPE, intent, {"number": NUMBER}) == intent
    assert vendor.journal() == []


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        ({}, "'': give exactly one of number and search"),
        ({"number": "201 555 0123"}, "'number': number: '201 555 0123' is not a phone number"),
        ({"search": {"country": "XX"}}, "'': search.country: must be an ISO 3166"),
        ({"search": {"number_type": "local"}}, "'': contiguity cannot tell number_type of a number"),
        ({"search": {"capabilities": ["voice"]}}, "'': contiguity cannot tell whether a number has voice"),
        ({"number": NUMBER, "service": "nobody"}, "'service': service: must be one of contiguity"),
        ({"number": NUMBER, "max_monthly_rate": 5.0}, f"'max_monthly_rate': {NUMBER}: monthly_rate 12.0 USD is above"),
    ],
)
def test_a_wrong_input_fails_its_check(host: Host, vendor: Vendor, said: dict[str, Any], failure: str) -> None:
    """On the property that the program gave, unless it has parts, in one line, and nothing is written at the vendor."""
    with pytest.raises(AssertionError) as caught:
        host.check(INTENT_TYPE, {}, said)
    assert str(caught.value).startswith(failure)
    assert "\n" not in str(caught.value)
    assert vendor.writes() == []


@pytest.mark.parametrize(
    "failover",
    [
        {"enabled": True, "numbers": ["+15555550100-secret"]},
        {"enabled": True, "mode": "+15555550100-secret"},
        {"enabled": "+15555550100-secret"},
        "+15555550100-secret",
        ["+15555550100-secret"],
    ],
)
def test_a_wrong_part_is_not_shown(host: Host, failover: Any) -> None:
    """It may be a secret, which a check cannot know; so no failure is put on it either: the engine prints what it is put on."""
    _, claimed, _ = declared(host, number=NUMBER)

    with pytest.raises(AssertionError) as caught:
        host.check(NUMBER_TYPE, {}, {**claimed, "number": NUMBER, "failover": failover})

    assert str(caught.value).startswith("'': failover")
    assert "secret" not in str(caught.value)


def test_a_refused_number_is_saved_as_refused(host: Host, new_host: NewHost, vendor: Vendor) -> None:
    """So that no later run takes another's lease for its own; the next `up` is an update that leases."""
    _, claimed, inputs = declared(host, number=NUMBER)
    vendor.fault("lease", "status", code=403)
    error = failed(host, inputs)
    assert error.half_made is not None
    id_, outs = error.half_made
    assert (id_, outs["lease_status"], outs.get("lease_id"), outs["number"]) == (NUMBER, "refused", None, NUMBER)
    assert len(error.reasons) == 1
    assert error.reasons[0] in error.text

    then = new_host()
    news = then.check(
        NUMBER_TYPE, inputs, {"claim": claimed["claim"], "recorded": claimed["recorded"], "number": NUMBER}
    )
    assert then.diff(NUMBER_TYPE, outs, news) == (True, [])
    leased = then.update(NUMBER_TYPE, NUMBER, outs, news)
    assert leased["lease_id"] == vendor.leased()[NUMBER].lease_id
    assert len(vendor.calls("lease")) == 2


@pytest.mark.parametrize("then_destroyed", [False, True])
def test_an_interrupted_retry_under_a_renewed_claim_is_found(
    host: Host, new_host: NewHost, vendor: Vendor, *, then_destroyed: bool
) -> None:
    """`up --refresh` after a refusal, killed in its paying call: the next `up` takes the lease over, a destroy reports it."""
    _, claimed, inputs = declared(host, number=NUMBER)
    vendor.fault("lease", "status", code=403)
    error = failed(host, inputs)
    assert error.half_made is not None
    refused = error.half_made[1]

    killed = new_host()
    killed.read(NUMBER_TYPE, NUMBER, refused)
    renewed, _ = killed.read(INTENT_TYPE, NUMBER, claimed)
    assert renewed["recorded"] != claimed["recorded"]
    vendor.lease("contiguity", NUMBER, vendor.token())

    vendor.clock(advance_s=61)
    then = new_host()
    if then_destroyed:
        then.delete(NUMBER_TYPE, NUMBER, refused)
        with pytest.raises(CallError, match=r"is still leased by account 'default'.*If an interrupted run leased it"):
            then.delete(INTENT_TYPE, NUMBER, renewed)
    else:
        said = {"claim": renewed["claim"], "recorded": renewed["recorded"], "number": NUMBER}
        leased = then.update(NUMBER_TYPE, NUMBER, refused, then.check(NUMBER_TYPE, inputs, said))
        assert leased["lease_id"] == vendor.leased()[NUMBER].lease_id
    assert len(vendor.calls("lease")) == 1


def test_a_refused_number_is_let_go_without_a_call(new_host: NewHost, vendor: Vendor) -> None:
    """Whoever leases it meanwhile: a destroy touches nothing."""
    host = new_host()
    _, claimed, inputs = declared(host, number=NUMBER)
    vendor.fault("lease", "taken")
    error = failed(host, inputs)
    assert error.half_made is not None
    then = new_host()
    outs, _ = then.read(NUMBER_TYPE, NUMBER, error.half_made[1])
    assert outs["lease_status"] == "refused"
    then.delete(NUMBER_TYPE, NUMBER, outs)
    then.delete(INTENT_TYPE, NUMBER, claimed)
    assert [call.operation for call in vendor.writes()] == ["lease"]
    assert len(vendor.leases()) == 1


def test_a_refused_number_that_the_account_leases_is_warned_of(host: Host, new_host: NewHost, vendor: Vendor) -> None:
    """A refresh names the lease, which is another's, and does not take it into the state."""
    _, _, inputs = declared(host, number=NUMBER)
    vendor.fault("lease", "status", code=403)
    refused = failed(host, inputs).half_made
    assert refused is not None
    unseen = new_host()
    unseen.read(NUMBER_TYPE, *refused)
    assert unseen.logged == []
    theirs = vendor.lease("contiguity", NUMBER, login=vendor.token())

    then = new_host()
    outs, _ = then.read(NUMBER_TYPE, *refused)

    assert outs == refused[1]
    (warning,) = then.logged
    assert warning.severity == WARNING
    assert f"{NUMBER} was refused to this stack, and the account leases it (lease {theirs.lease_id})" in warning.text
    assert "`pulumi-leases orphans` shows who has it" in warning.text
    assert not warning.ephemeral


def test_an_unknown_outcome_saves_nothing(host: Host, vendor: Vendor) -> None:
    """The next run must look for the lease: as far as the engine knows there is no number yet."""
    _, _, inputs = declared(host, number=NUMBER)
    vendor.fault("lease", "drop_before")
    vendor.fault("get", "status", code=500, times=0)
    error = failed(host, inputs)
    assert error.text.startswith("pulumi_leases.OutcomeUnknown: ")
    assert error.half_made is None


def test_a_failed_failover_saves_the_lease(host: Host, new_host: NewHost, vendor: Vendor) -> None:
    """What was paid is never lost; the next `up` sets the failover, and pays nothing."""
    _, claimed, inputs = declared(host, number=NUMBER, failover={"enabled": True})
    vendor.fault("configure", "status", code=400)
    error = failed(host, inputs)
    assert "its failover is not set; `pulumi up` sets it" in error.text
    assert error.half_made is not None
    _, outs = error.half_made
    assert outs["lease_id"] == vendor.leased()[NUMBER].lease_id
    assert outs["unset"] == ["failover"]

    then = new_host()
    recorded = {"claim": claimed["claim"], "recorded": claimed["recorded"]}
    news = then.check(NUMBER_TYPE, inputs, {**recorded, "number": NUMBER, "failover": {"enabled": True}})
    assert then.diff(NUMBER_TYPE, outs, news) == (True, [])
    outs = then.update(NUMBER_TYPE, NUMBER, outs, news)
    assert outs["failover"] == vendor.leased()[NUMBER].failover
    assert outs.get("unset") is None
    assert then.diff(NUMBER_TYPE, outs, news) == (False, [])
    assert len(vendor.calls("lease")) == 1


@pytest.mark.parametrize("value", ["true", "1", "TRUE"])
def test_without_checkpoints_nothing_is_leased(new_host: NewHost, vendor: Vendor, value: str) -> None:
    """An intent that is not saved protects nothing."""
    host = new_host(PULUMI_SKIP_CHECKPOINTS=value)
    _, _, inputs = declared(host, number=NUMBER)
    assert "PULUMI_SKIP_CHECKPOINTS is set" in failed(host, inputs).text
    assert vendor.writes() == []


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_checkpoints_that_are_not_skipped_are_fine(new_host: NewHost, vendor: Vendor, value: str) -> None:
    """The variable says so either way."""
    host = new_host(PULUMI_SKIP_CHECKPOINTS=value)
    _, _, inputs = declared(host, number=NUMBER)
    host.create(NUMBER_TYPE, inputs)
    assert len(vendor.leases()) == 1


def test_a_billing_method_cannot_be_changed(host: Host, vendor: Vendor) -> None:
    """Refused before anything is sent; an edit to what the vendor reports is accepted, and noted."""
    _, claimed, inputs = declared(host, number=NUMBER)
    _, outs = host.create(NUMBER_TYPE, inputs)
    program = {"claim": claimed["claim"], "recorded": claimed["recorded"], "number": NUMBER}
    news = host.check(NUMBER_TYPE, inputs, {**program, "billing_method": "service_contract"})
    with pytest.raises(CallError, match="billing_method cannot change from 'monthly' to 'service_contract'"):
        host.diff(NUMBER_TYPE, outs, news)
    assert host.diff(NUMBER_TYPE, {**outs, "billing_method": "service_contract"}, news) == (True, [])
    assert len(vendor.writes()) == 1


def test_a_lost_lease_stays_in_the_state(host: Host, new_host: NewHost, vendor: Vendor) -> None:
    """With its mark in the inputs, a warning, and no purchase without consent; the right key brings it back."""
    _, claimed, inputs = declared(host, number=NUMBER)
    _, outs = host.create(NUMBER_TYPE, inputs)
    vendor.clock(advance_s=120)
    blind = new_host(LEASES_CONTIGUITY_TOKEN=vendor.token("other"))
    lost, marked = blind.read(NUMBER_TYPE, NUMBER, outs)
    assert marked is not None
    assert (lost["lease_status"], marked["lost"]) == ("lost", outs["lease_id"])
    assert marked == {**inputs, "lost": outs["lease_id"]}
    assert any("is not held any more by account 'default'" in line for line in blind.lasting())
    program = {"claim": claimed["claim"], "recorded": claimed["recorded"], "number": NUMBER}
    with pytest.raises(AssertionError, match="was lost"):
        blind.check(NUMBER_TYPE, marked, program)

    found, unmarked = new_host().read(NUMBER_TYPE, NUMBER, lost)
    assert (found["lease_status"], unmarked) == ("active", inputs)
    assert len(vendor.writes()) == 1
