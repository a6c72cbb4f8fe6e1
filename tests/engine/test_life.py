"""The life of a number over gRPC: what crosses the wire between engine and provider, and in which form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .host import INTENT_TYPE, NUMBER_TYPE, SECRET, UNKNOWN, WARNING, Host, urn

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from .conftest import NewHost
    from .host import Props

NUMBER = "+12015550123"
OTHER = "+12015550124"
PREVIEW = {"mark": {"owner": "::support", "preview": True}}


def declared(host: Host, name: str = "support", **said: Any) -> tuple[Props, Props, Props]:
    """Check and create the intent, check the number: the outputs of the intent, and the inputs of the number."""
    both = {key: value for key, value in said.items() if key not in {"billing_method", "failover"}}
    intent = host.check(INTENT_TYPE, {}, both, name)
    _, claimed = host.create(INTENT_TYPE, intent, name)
    order = {key: value for key, value in said.items() if key not in {"search", "service", "account"}}
    inputs = host.check(NUMBER_TYPE, {}, {**order, "claim": claimed["claim"], "recorded": claimed["recorded"]}, name)
    return intent, claimed, inputs


def test_a_number_lives_from_check_to_refresh(host: Host, new_host: NewHost, vendor: Vendor) -> None:
    """The vendor sees one listing of leases, one of offers and one lease; then nothing; then one listing."""
    intent, claimed, inputs = declared(host, number="+1 201 555 0123", max_monthly_rate=12.0)
    assert intent["claim"] == {
        "number": NUMBER,
        "service": "contiguity",
        "account": "default",
        "country": "US",
        "region": "NJ",
        "city": "Jersey City",
        "carrier": "Contiguity",
        "capabilities": ["mms", "sms"],
        "currency": "USD",
        "upfront_fee": 1.5,
        "monthly_rate": 12.0,
    }
    assert set(claimed["recorded"]) == {"run", "at"}
    assert (inputs["number"], inputs["billing_method"], inputs["monthly_rate"]) == (NUMBER, "monthly", 12.0)
    assert vendor.writes() == []

    id_, outs = host.create(NUMBER_TYPE, inputs)
    lease = vendor.leased()[NUMBER]
    assert id_ == NUMBER
    assert (outs["lease_id"], outs["lease_status"], outs["adopted"]) == (lease.lease_id, "active", False)

    before = len(vendor.journal())
    assert host.check(INTENT_TYPE, intent, {"number": "+1 201 555 0123", "max_monthly_rate": 12.0}) == intent
    assert host.diff(INTENT_TYPE, claimed, intent) == (False, [])
    assert host.diff(NUMBER_TYPE, outs, inputs) == (False, [])
    assert len(vendor.journal()) == before

    assert [call.operation for call in vendor.journal()] == ["leased", "available", "lease"]

    refresh = new_host()
    assert refresh.read(INTENT_TYPE, NUMBER, claimed) == (claimed, None)
    assert refresh.read(NUMBER_TYPE, NUMBER, outs) == (outs, None)
    assert [call.operation for call in vendor.journal(before)] == ["leased"]


@pytest.mark.parametrize("adopt", [False, True])
def test_a_number_of_an_unknown_range_is_leased_and_adopted_with_one_warning(
    host: Host, vendor: Vendor, *, adopt: bool
) -> None:
    """Its range may be younger than what this version knows; the warning is not repeated while nothing changes."""
    young = "+15550123456"
    vendor.add_offer("contiguity", young)
    if adopt:
        vendor.lease("contiguity", young, vendor.token())
    said: Props = {"number": young, "adopt": True} if adopt else {"number": young}
    intent, _, inputs = declared(host, **said)
    host.create(NUMBER_TYPE, inputs)
    assert host.check(INTENT_TYPE, intent, said) == intent

    assert vendor.leased()[young].login == vendor.token()
    warnings = [line.text for line in host.logged if line.severity == WARNING]
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{young} is in no range of a numbering plan that this version knows")


def test_what_is_declared_is_not_deleted(host: Host, new_host: NewHost, vendor: Vendor) -> None:
    """In the run that declares it a number is kept; in a run that does not it is released and confirmed."""
    _, claimed, inputs = declared(host, number=NUMBER)
    _, outs = host.create(NUMBER_TYPE, inputs)
    host.delete(NUMBER_TYPE, NUMBER, outs)
    assert f"kept {NUMBER} ({outs['lease_id']}): still declared as support" in host.lasting()
    assert len(vendor.leases()) == 1

    then = new_host()
    then.delete(NUMBER_TYPE, NUMBER, outs)
    then.delete(INTENT_TYPE, NUMBER, claimed)
    assert then.lasting() == [f"released {NUMBER} ({outs['lease_id']})"]
    assert vendor.leases() == []


def test_values_cross_as_the_engine_writes_them(host: Host) -> None:
    """Floats for whole numbers, None for what is not said, nested as deep as it goes."""
    said: Props = {
        "number": None,
        "service": None,
        "adopt": None,
        "search": {
            "country": "US",
            "area_code": "201",
            "max_previous_owners": 3.0,
            "city": None,
            "capabilities": ["sms"],
        },
        "max_monthly_rate": 50.0,
    }
    intent = host.check(INTENT_TYPE, {}, {**said, **PREVIEW, "claim": None, "recorded": None})
    assert intent["search"] == {
        "country": "US",
        "area_code": "201",
        "max_previous_owners": 3.0,
        "capabilities": ["sms"],
    }
    assert intent["max_monthly_rate"] == 50.0
    assert set(intent) == {"search", "max_monthly_rate", "claim"}
    failover = {"enabled": True, "mode": None, "numbers": None}
    number = host.check(NUMBER_TYPE, {}, {"claim": intent["claim"], "failover": failover, "number": None, **PREVIEW})
    assert number["failover"] == {"enabled": True, "mode": "all", "numbers": []}
    assert "mark" not in number
    assert None not in number.values()


@pytest.mark.parametrize(
    "said",
    [
        {"number": UNKNOWN},
        {"search": UNKNOWN},
        {"search": {"country": "US", "area_code": UNKNOWN}},
        {"search": {"country": "US", "capabilities": ["sms", UNKNOWN]}},
        {"number": NUMBER, "service": UNKNOWN},
    ],
)
def test_what_is_not_known_yet_passes_through(host: Host, vendor: Vendor, said: Props) -> None:
    """In a preview: nothing is asked, nothing is invented, and the number does not know its claim either."""
    intent = host.check(INTENT_TYPE, {}, {**said, **PREVIEW})
    assert intent == {**said, "claim": UNKNOWN}
    inputs = host.check(NUMBER_TYPE, {}, {**PREVIEW, "claim": UNKNOWN, "recorded": UNKNOWN})
    assert inputs["number"] == inputs["monthly_rate"] == inputs["recorded"] == UNKNOWN
    assert vendor.journal() == []
    assert host.logged == []


@pytest.mark.parametrize("option", ["max_monthly_rate", "max_upfront_fee", "lease_again"])
def test_an_option_that_is_not_known_yet_leaves_the_claim_as_it_is(host: Host, vendor: Vendor, option: str) -> None:
    """Only itself is unknown: the number is chosen, quoted, announced, and a held one is not replaced."""
    intent, claimed, inputs = declared(host, number=NUMBER)
    _, outs = host.create(NUMBER_TYPE, inputs)
    news = host.check(INTENT_TYPE, intent, {"number": NUMBER, option: UNKNOWN, **PREVIEW})
    assert news == {**intent, option: UNKNOWN}
    assert host.diff(INTENT_TYPE, claimed, news)[1] == []
    number = host.check(
        NUMBER_TYPE,
        inputs,
        {"number": NUMBER, "claim": news["claim"], "recorded": claimed["recorded"], option: UNKNOWN, **PREVIEW},
    )
    assert number[option] == UNKNOWN
    assert number["number"] == NUMBER
    assert host.diff(NUMBER_TYPE, outs, number)[1] == []
    assert len(vendor.calls("lease")) == 1


def test_an_unknown_number_replaces(host: Host, vendor: Vendor) -> None:
    """A held number whose program value is not known yet may become another one: the preview says so."""
    intent, claimed, inputs = declared(host, number=NUMBER)
    _, outs = host.create(NUMBER_TYPE, inputs)
    news = host.check(INTENT_TYPE, intent, {"number": UNKNOWN, **PREVIEW})
    assert host.diff(INTENT_TYPE, claimed, news) == (True, ["claim"])
    number = host.check(NUMBER_TYPE, inputs, {"number": UNKNOWN, "claim": UNKNOWN, **PREVIEW})
    changes, replaces = host.diff(NUMBER_TYPE, outs, number)
    assert (changes, "number" in replaces) == (True, True)


def test_an_unknown_failover_is_waited_for(host: Host, vendor: Vendor) -> None:
    """A nested value that is not known yet makes no call and no fault."""
    intent = host.check(INTENT_TYPE, {}, {"number": NUMBER})
    failover = {"enabled": True, "mode": "selective", "numbers": [UNKNOWN]}
    inputs = host.check(NUMBER_TYPE, {}, {"claim": intent["claim"], "failover": failover, **PREVIEW})
    assert inputs["failover"] == failover
    assert vendor.writes() == []


def test_a_preview_announces_each_new_number_once(host: Host) -> None:
    """However often the engine checks it; on the number's own row; and nothing is announced in an `up`."""
    claim = host.check(INTENT_TYPE, {}, {"number": NUMBER, **PREVIEW})["claim"]
    for _ in range(2):
        host.check(NUMBER_TYPE, {}, {"claim": claim, **PREVIEW})
    assert [(line.text, line.urn, line.ephemeral) for line in host.logged] == [
        (
            f"will lease {NUMBER} (US, Jersey City) from contiguity: 12.00 USD/month, 1.50 USD upfront",
            urn(NUMBER_TYPE),
            False,
        )
    ]
    other = host.check(INTENT_TYPE, {}, {"number": OTHER}, "other")["claim"]
    host.check(NUMBER_TYPE, {}, {"claim": other}, "other")
    assert len(host.logged) == 1


def test_lines_are_on_the_row_of_their_resource(host: Host, vendor: Vendor) -> None:
    """A wait is reported in passing, a lease for good."""
    _, _, inputs = declared(host, number=NUMBER)
    vendor.fault("lease", "429", retry_after=1)
    _, outs = host.create(NUMBER_TYPE, inputs)
    assert [(line.text, line.ephemeral) for line in host.logged] == [
        (f"contiguity does not take the call now: leasing {NUMBER} in 1 s", True),
        (f"leased {NUMBER} ({outs['lease_id']}): 12.00 USD/month, 1.50 USD upfront", False),
    ]
    assert {line.urn for line in host.logged} == {urn(NUMBER_TYPE)}


def test_a_lease_that_is_still_pending_is_warned_of(host: Host, new_host: NewHost, vendor: Vendor) -> None:
    """It is saved as it is, the warning says how to look again, and the refresh that it names reports when it is active."""
    vendor.switch("contiguity", create_status="pending", pending_s=60)
    _, _, inputs = declared(host, number=NUMBER)
    _, outs = host.create(NUMBER_TYPE, inputs)
    assert (outs["lease_id"], outs["lease_status"]) == (vendor.leased()[NUMBER].lease_id, "pending")
    leased, warning = host.logged
    assert f"leased {NUMBER} " in leased.text
    assert (warning.severity, warning.ephemeral) == (WARNING, False)
    assert warning.text == f"{NUMBER}: contiguity has the lease pending; `pulumi refresh` shows when it is active"

    vendor.clock(advance_s=120)
    refresh = new_host()
    refreshed, _ = refresh.read(NUMBER_TYPE, NUMBER, outs)
    assert refreshed["lease_status"] == "active"
    assert refresh.logged == []


@pytest.mark.parametrize("engine", ["127.0.0.1:1", "203.0.113.7:443", "nonsense"])
def test_lines_that_nobody_takes_are_dropped(new_host: NewHost, vendor: Vendor, engine: str) -> None:
    """An engine that is gone, elsewhere or nothing at all: the work does not depend on it."""
    host = new_host(engine=engine)
    _, _, inputs = declared(host, number=NUMBER)
    host.create(NUMBER_TYPE, inputs)
    assert len(vendor.leases()) == 1


def test_a_failover_is_set_whole_and_changed_in_place(host: Host, vendor: Vendor) -> None:
    """All three keys are sent; an edit is an update, the same said again is nothing."""
    _, _, inputs = declared(host, number=NUMBER, failover={"enabled": True})
    _, outs = host.create(NUMBER_TYPE, inputs)
    whole = {"enabled": True, "mode": "all", "numbers": []}
    assert vendor.leased()[NUMBER].failover == whole == outs["failover"]

    claim = {key: outs[key] for key in ("number", "service", "account")}
    edit = {"enabled": True, "mode": "selective", "numbers": ["+1 201 555 0124"]}
    edited = host.check(
        NUMBER_TYPE, inputs, {"claim": claim, "recorded": inputs["recorded"], "number": NUMBER, "failover": edit}
    )
    assert host.diff(NUMBER_TYPE, outs, edited) == (True, [])
    outs = host.update(NUMBER_TYPE, NUMBER, outs, edited)
    assert vendor.leased()[NUMBER].failover == {"enabled": True, "mode": "selective", "numbers": [OTHER]}
    assert host.diff(NUMBER_TYPE, outs, edited) == (False, [])
    assert len(vendor.calls("configure")) == 2
    assert len(vendor.calls("lease")) == 1


def test_a_number_is_got_by_its_id(host: Host, vendor: Vendor) -> None:
    """The engine gives inputs only, and the outputs are the lease's."""
    lease = vendor.lease("contiguity", NUMBER, vendor.token())
    outs = host.get(NUMBER_TYPE, NUMBER, {"service": None, "account": None})
    assert (outs["number"], outs["lease_id"], outs["service"]) == (NUMBER, lease.lease_id, "contiguity")
    assert outs["monthly_rate"] == 12.0
    assert vendor.writes() == []


def test_a_secret_input_arrives_plain(new_host: NewHost, vendor: Vendor) -> None:
    """The engine wraps secret settings; they are unwrapped before anybody uses them."""
    secret = {**SECRET, "value": vendor.token()}
    host = new_host(
        config={"leases:contiguityToken": secret, "leases:contiguityBaseUrl": vendor.contiguity, "aws:region": "x"},
        LEASES_CONTIGUITY_TOKEN="",
        LEASES_CONTIGUITY_BASE_URL="",
    )
    host.check(INTENT_TYPE, {}, {"number": NUMBER})
    assert {call.login for call in vendor.journal()} == {vendor.token()}


def test_a_variable_wins_over_the_config(new_host: NewHost, vendor: Vendor) -> None:
    """On destroy and refresh the config is the one of the last `up`: a rotated key comes by the environment."""
    host = new_host(
        config={"leases:contiguityToken": "contiguity_sk_old", "leases:contiguityBaseUrl": "http://127.0.0.1:1"}
    )
    host.check(INTENT_TYPE, {}, {"number": NUMBER})
    assert {call.login for call in vendor.journal()} == {vendor.token()}


def test_nothing_is_printed(host: Host, vendor: Vendor) -> None:
    """The engine shows what a provider prints as if it were news: there is none."""
    _, claimed, inputs = declared(host, number=NUMBER)
    _, outs = host.create(NUMBER_TYPE, inputs)
    host.read(NUMBER_TYPE, NUMBER, outs)
    host.close()
    assert host.printed == ""
    assert claimed["recorded"]["run"]
