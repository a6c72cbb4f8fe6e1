"""The calls of the engine to the native provider: what crosses the wire, and in which form; held against the vendor's side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from ..engine.host import SECRET, UNKNOWN, CallError, plain, struct
from ..lab import NUMBER, OTHER
from .host import INTENT_TYPE, LEASE_TYPE, NativeHost, urn

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor

    from ..engine.host import Props
    from .conftest import NewHost

FAILOVER = {"enabled": True, "mode": "all", "numbers": []}


def declared(host: NativeHost, **order: Any) -> tuple[Props, Props, Props]:
    """Check and create the intent, check the lease: inputs and outputs of the intent, and the inputs of the lease."""
    intent = host.check(INTENT_TYPE, {}, {"number": NUMBER})
    claimed = host.create(INTENT_TYPE, intent)
    pair = {"claim": claimed["claim"], "recorded": claimed["recorded"]}
    return intent, claimed, host.check(LEASE_TYPE, {}, {"number": NUMBER, **order, **pair})


def test_a_preview_foresees_all_facts_and_spends_nothing(host: NativeHost, vendor: Vendor) -> None:
    """Number and price are known, as is that nothing is adopted; what only the lease shows is not."""
    intent = host.check(INTENT_TYPE, {}, {"number": NUMBER})
    claimed = host.create(INTENT_TYPE, intent, preview=True)
    assert (claimed["claim"]["monthly_rate"], claimed["recorded"]) == (12.0, UNKNOWN)
    inputs = host.check(LEASE_TYPE, {}, {"number": NUMBER, "claim": claimed["claim"], "recorded": UNKNOWN})
    outs = host.create(LEASE_TYPE, inputs, preview=True)
    assert (outs["number"], outs["monthly_rate"], outs["upfront_fee"], outs["adopted"]) == (NUMBER, 12.0, 1.5, False)
    assert {key for key, value in outs.items() if value == UNKNOWN} == {
        *("recorded", "lease_id", "lease_status", "leased_at", "ends_at"),
    }
    waiting = host.check(LEASE_TYPE, {}, {"number": UNKNOWN, "claim": UNKNOWN, "recorded": UNKNOWN})
    assert host.create(LEASE_TYPE, waiting, preview=True)["number"] == UNKNOWN
    assert vendor.writes() == []


def test_a_number_lives_from_check_to_delete(host: NativeHost, new_host: NewHost, vendor: Vendor) -> None:
    """One purchase; a change by property, foreseen and made in place; one listing for a refresh; one release."""
    intent, claimed, inputs = declared(host)
    outs = host.create(LEASE_TYPE, inputs)
    assert outs["lease_id"] == vendor.leased()[NUMBER].lease_id
    assert not host.diff(INTENT_TYPE, claimed, intent, intent).detailedDiff
    old = {**inputs, "__provider": "a pickle"}
    assert host.diff(LEASE_TYPE, outs, old, inputs).changes == provider_pb2.DiffResponse.DIFF_NONE

    pair = {"claim": claimed["claim"], "recorded": claimed["recorded"]}
    news = host.check(LEASE_TYPE, inputs, {"number": NUMBER, "failover": FAILOVER, **pair})
    diff = host.diff(LEASE_TYPE, outs, inputs, news)
    assert (diff.changes, list(diff.diffs), list(diff.replaces)) == (
        provider_pb2.DiffResponse.DIFF_SOME,
        ["failover"],
        [],
    )
    assert diff.detailedDiff["failover"].kind == provider_pb2.PropertyDiff.ADD
    update = provider_pb2.UpdateRequest(
        id=NUMBER, urn=urn(LEASE_TYPE), olds=struct(outs), news=struct(news), preview=True
    )
    foreseen = plain(host.call("Update", update).properties)
    assert (foreseen["lease_id"], foreseen["failover"]) == (outs["lease_id"], FAILOVER)
    assert [call.operation for call in vendor.writes()] == ["lease"]
    update.preview = False
    assert plain(host.call("Update", update).properties) == foreseen
    assert [call.operation for call in vendor.writes()] == ["lease", "configure"]

    moved = host.check(INTENT_TYPE, intent, {"number": OTHER})
    assert list(host.diff(INTENT_TYPE, claimed, intent, moved).replaces) == ["claim"]

    then, before = new_host(), len(vendor.journal())
    assert then.read(LEASE_TYPE, NUMBER, foreseen, news) == (NUMBER, foreseen, news)
    assert then.read(INTENT_TYPE, NUMBER, claimed, intent) == (NUMBER, claimed, intent)
    assert len(vendor.journal()) == before + 1
    then.delete(LEASE_TYPE, foreseen)
    then.delete(INTENT_TYPE, claimed)
    assert vendor.leases() == []
    assert f"released {NUMBER} ({outs['lease_id']})" in [line.text for line in then.logged if not line.ephemeral]
    assert {line.urn for line in host.logged} == {urn(LEASE_TYPE)}


def test_secrets_stay_secret(host: NativeHost) -> None:
    """In the inputs, in the outputs, and in what a refresh returns; a failure is never put on one."""
    hidden = {**SECRET, "value": FAILOVER}
    _, _, inputs = declared(host, failover=hidden)
    assert inputs["failover"] == hidden
    outs = host.create(LEASE_TYPE, inputs)
    assert outs["failover"] == hidden
    assert host.read(LEASE_TYPE, NUMBER, outs, inputs)[1]["failover"] == hidden
    with pytest.raises(AssertionError) as caught:
        host.check(INTENT_TYPE, {}, {"number": {**SECRET, "value": "not a number"}})
    assert str(caught.value).startswith("''")


def test_a_cancelled_run_sends_no_further_paying_call(host: NativeHost, new_host: NewHost, vendor: Vendor) -> None:
    """What is paid is taken over all the same; the next run leases what was cancelled."""
    _, _, inputs = declared(host)
    host.call("Cancel", Empty())
    with pytest.raises(CallError) as caught:
        host.create(LEASE_TYPE, inputs)
    assert caught.value.text == (
        f"pulumi_leases.Cancelled: {NUMBER} was not leased, nothing was charged: the command was cancelled"
    )
    assert caught.value.half_made is None
    assert vendor.writes() == []
    vendor.clock(advance_s=600)
    assert new_host().create(LEASE_TYPE, inputs)["lease_id"] == vendor.leased()[NUMBER].lease_id
    assert len(vendor.charges()) == 2


def test_a_refused_number_is_handed_over_as_refused(host: NativeHost, vendor: Vendor) -> None:
    """So that no later run takes another's lease for its own; its secrets stay secret."""
    _, _, inputs = declared(host, failover={**SECRET, "value": FAILOVER})
    vendor.fault("lease", "status", code=403)
    with pytest.raises(CallError) as caught:
        host.create(LEASE_TYPE, inputs)
    assert caught.value.half_made is not None
    id_, outs = caught.value.half_made
    assert (id_, outs["lease_status"], outs["failover"]) == (NUMBER, "refused", {**SECRET, "value": FAILOVER})
    assert caught.value.text.startswith("pulumi_leases.Refused: ")
    assert len(caught.value.text.splitlines()) == 1


def test_what_no_intent_has_recorded_is_not_leased(host: NativeHost, vendor: Vendor) -> None:
    """Neither by a check nor by a create without one, such as the engine's `pulumi do` sends."""
    with pytest.raises(AssertionError, match="its LeaseIntent is not there yet"):
        host.check(LEASE_TYPE, {}, {"number": NUMBER})
    _, _, inputs = declared(host)
    with pytest.raises(CallError, match="no LeaseIntent has recorded it, so nothing is leased"):
        host.create(LEASE_TYPE, {key: value for key, value in inputs.items() if key != "recorded"})
    assert vendor.writes() == []


def test_a_lease_is_imported_by_its_number(host: NativeHost, new_host: NewHost, vendor: Vendor) -> None:
    """With service and account before it where need be; what is imported is in a state as if it had been leased by it."""
    vendor.lease("contiguity", NUMBER, vendor.token())
    id_, outs, inputs = host.read(LEASE_TYPE, f"contiguity/default/{NUMBER}")
    assert (id_, outs["lease_id"], inputs["number"]) == (NUMBER, vendor.leased()[NUMBER].lease_id, NUMBER)
    id_, claimed, asked = host.read(INTENT_TYPE, NUMBER)
    assert (id_, asked["number"], claimed["claim"]["number"]) == (NUMBER, NUMBER, NUMBER)
    with pytest.raises(CallError, match=f"{OTHER.replace('+', '.')} is not leased by account 'default' of contiguity"):
        host.read(LEASE_TYPE, OTHER)

    then = new_host()
    assert then.check(INTENT_TYPE, asked, {"number": NUMBER}) == asked
    pair = {"claim": claimed["claim"], "recorded": claimed["recorded"]}
    news = then.check(LEASE_TYPE, inputs, {"number": NUMBER, **pair})
    assert then.diff(LEASE_TYPE, outs, inputs, news).changes == provider_pb2.DiffResponse.DIFF_NONE
    assert vendor.writes() == []


def test_programs_ask(host: NativeHost, vendor: Vendor) -> None:
    """Names are those of all languages but Python; a function that there is not is named."""
    vendor.lease("contiguity", NUMBER, vendor.token())

    def ask(name: str, **arguments: Any) -> Props:
        request = provider_pb2.InvokeRequest(tok=f"leases:index:{name}", args=struct(arguments))
        return plain(getattr(host.call("Invoke", request), "return"))

    offers = ask("getAvailableNumbers", search={"country": "US", "areaCode": "201"}, limit=2)["numbers"]
    assert [offer["monthlyRate"] for offer in offers] == sorted(offer["monthlyRate"] for offer in offers)
    assert len(offers) == 2
    assert [lease["number"] for lease in ask("getLeasedNumbers")["numbers"]] == [NUMBER]
    assert ask("getNumber", number=NUMBER)["leaseId"] == vendor.leased()[NUMBER].lease_id
    price = {"number": NUMBER, "currency": "USD", "monthlyRate": 12.0, "upfrontFee": 1.5}
    other = {**price, "number": OTHER, "upfrontFee": None}
    cost = ask("getTotalCost", numbers=[price, price], pools=[{"a": other}])["cost"]
    assert cost == {"USD": {"monthly": 24.0, "upfront": None}}
    with pytest.raises(CallError, match="there is no function leases:index:getMore"):
        ask("getMore")


def test_settings_are_those_of_the_dynamic_provider(new_host: NewHost, vendor: Vendor) -> None:
    """By their keys without the prefix; what the engine adds is none, and a mistyped one is reported."""
    unset = {"LEASES_CONTIGUITY_TOKEN": "", "LEASES_CONTIGUITY_BASE_URL": ""}
    own = {"contiguityToken": {**SECRET, "value": vendor.token()}, "contiguityBaseUrl": vendor.contiguity}
    host = new_host({**own, "version": "0.1.0", "pluginDownloadURL": "x"}, **unset)
    assert host.check(INTENT_TYPE, {}, {"number": NUMBER})["claim"]["number"] == NUMBER
    with pytest.raises(
        AssertionError, match=r"leases:contiguityTokn is no setting: did you mean leases:contiguityToken\?"
    ):
        new_host({**own, "contiguityTokn": "x"}, **unset).check(INTENT_TYPE, {}, {"number": NUMBER})
