"""What goes with a purchase, what must be set, what a refresh finds, and what no message shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import Refused
from pulumi_leases.domain.models import Lease
from pulumi_leases.engine import state, wiring

from ..services.telnyx import telnyx
from .host import INTENT_TYPE, NUMBER_TYPE, SECRET, UNKNOWN

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.services.telnyx import Telnyx

    from .host import Host

__all__ = ["telnyx"]  # the fixture
NUMBER = "+12015550123"
HOOK = "https://calls.example.com/hook?token=s3cret"
VOICE = {"url": HOOK, "method": "POST"}
LEASE = Lease(number=NUMBER, lease_id="PN1", status="active")
OTHER = "+12015550124"
PREVIEW_OF_OTHER = {"mark": {"owner": "::other", "preview": True}}
PREVIEW = {"mark": {"owner": "::support", "preview": True}}


def test_a_purchase_carries_what_is_needed_to_lease() -> None:
    """Number, reference, label, requirements; a vendor may take a repeated purchase for an update, so nothing else goes."""
    order = wiring.order({"number": NUMBER, "label": "desk", "voice": VOICE, "requirements": {"group": "g"}}, "pl-1")

    assert order.model_dump(exclude_none=True) == {
        "number": NUMBER,
        "reference": "pl-1",
        "label": "desk",
        "requirements": {"group": "g"},
    }


@pytest.mark.parametrize(
    ("olds", "news", "changed"),
    [
        ({}, {}, {}),
        ({}, {"voice": VOICE, "tags": []}, {"voice": VOICE, "tags": []}),
        ({"voice": VOICE}, {"voice": VOICE}, {}),
        ({"voice": VOICE}, {"voice": {"url": HOOK}}, {}),
        ({"voice": VOICE}, {}, {}),
        ({"voice": VOICE}, {"voice": {"trunk": "TK1"}}, {"voice": {"trunk": "TK1"}}),
        ({"voice": VOICE}, {"voice": {"url": ""}}, {"voice": {"url": ""}}),
        ({"voice": VOICE, "unset": ["voice"]}, {"voice": VOICE, "label": "x"}, {"voice": VOICE, "label": "x"}),
        ({"requirements": {"group": "g"}}, {"requirements": {"group": "h"}}, {"requirements": {"group": "h"}}),
        ({"tags": ["a"]}, {"tags": ["a", "b"]}, {"tags": ["a", "b"]}),
    ],
)
def test_what_is_given_and_not_so_yet_is_set(
    olds: dict[str, Any], news: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Keys that are not given do not count; what a failed call has not set does."""
    assert wiring.find_changes(olds, news) == changed


@pytest.mark.parametrize(
    ("declared", "settings", "found"),
    [
        ({"voice": {"url": HOOK}}, {"voice": {"url": "https://x", "method": "GET"}}, {"voice": {"url": "https://x"}}),
        ({"voice": {"url": HOOK}}, {"voice": {"url": None}}, {"voice": {"url": ""}}),
        ({"voice": {"url": ""}}, {"voice": {"url": None}}, {"voice": {"url": ""}}),
        ({"messaging": {"service": "MG1"}}, {"messaging": {"url": None}}, {"messaging": {"service": "MG1"}}),
        ({"tags": ["b", "a"]}, {"tags": ["a", "b"]}, {"tags": ["b", "a"]}),
        ({"tags": ["b", "a"]}, {"tags": ["a"]}, {"tags": ["a"]}),
        ({"emergency_address": "AD1"}, {"emergency_address": None}, {"emergency_address": ""}),
        ({"failover": {"enabled": True}}, {}, {}),
        ({}, {"label": "theirs"}, {}),
    ],
)
def test_a_refresh_finds_what_is_declared(
    telnyx: Telnyx, declared: dict[str, Any], settings: dict[str, Any], found: dict[str, Any]
) -> None:
    """Nothing else; what is off is empty, and the order of tags means nothing."""
    assert wiring.read_back(telnyx, LEASE.model_copy(update={"settings": settings}), declared) == found


def test_no_message_quotes_what_may_be_a_secret(telnyx: Telnyx, vendor: Vendor) -> None:
    """Where a vendor quotes what it was given, the name stands in its place; number and reason stay."""
    said = {"errors": [{"code": "10015", "title": "Bad", "detail": "s3cret-connection of POST is not yours"}]}
    vendor.fault("configure", "status", vendor="telnyx", code=422, body=said)

    with pytest.raises(Refused) as refused:
        wiring.connect(telnyx, LEASE, {"voice": {"connection": "s3cret-connection", "method": "POST"}})

    assert "[voice.connection] of POST is not yours" in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert refused.value.status == 422


def test_a_preview_shows_what_a_country_wants_as_far_as_the_vendor_says(host: Host, vendor: Vendor) -> None:
    """Twilio says that a number wants an address; who gives one does not read it again."""
    vendor.switch("twilio", address_required="local")
    intent = host.check(INTENT_TYPE, {}, {"number": NUMBER, "service": "twilio", **PREVIEW})
    host.check(NUMBER_TYPE, {}, {"claim": intent["claim"], **PREVIEW})
    (line,) = host.lasting()
    assert line.endswith("; twilio wants an address in its own country (requirements.address)")

    intent = host.check(INTENT_TYPE, {}, {"number": OTHER, "service": "twilio", **PREVIEW_OF_OTHER}, "other")
    given = {"claim": intent["claim"], "requirements": {"address": f"AD{'1' * 32}"}}
    host.check(NUMBER_TYPE, {}, {**given, **PREVIEW_OF_OTHER}, "other")
    assert host.lasting()[-1].endswith("1.15 USD/month, 0.00 USD upfront")


def test_an_adopted_lease_keeps_the_text_that_it_carries() -> None:
    """It was not bought with our reference, so none is written beside a label; a lease of ours is known by its own."""
    outs = {"number": NUMBER, "lease_id": "PN1", "lease_status": "active", "recorded": {"reference": "pl-1"}}

    assert state.read_lease(outs, None).reference == "pl-1"
    assert state.read_lease({**outs, "adopted": True}, None).reference is None


def test_what_is_no_longer_said_is_kept_as_a_secret(host: Host) -> None:
    """The engine does not say which part was secret, so that all of it is; the program marks what it says itself."""
    claim = {"number": NUMBER, "service": "twilio", "account": "default", "login": "AC1"}
    news = {"claim": claim, "recorded": {"run": "r", "at": "2026-11-22T06:30:01Z"}}
    said = host.check(NUMBER_TYPE, {}, {**news, "voice": VOICE, "label": "desk"})
    assert (said["voice"], said["label"]) == (VOICE, "desk")

    silent = host.check(NUMBER_TYPE, said, {**news, "label": "desk"})

    assert silent == {**said, "voice": {**SECRET, "value": VOICE}}
    assert host.diff(NUMBER_TYPE, {**said, "lease_id": "PN1", "lease_status": "active"}, said) == (False, [])


def test_an_address_that_is_not_known_yet_leaves_the_rest_known(host: Host) -> None:
    """The number, its price and the other inputs are announced; only that input is waited for."""
    claim = {"number": NUMBER, "service": "twilio", "account": "default", "currency": "USD", "monthly_rate": 1.15}
    said = {"voice": {"url": UNKNOWN, "method": "POST"}, "label": "desk"}

    inputs = host.check(NUMBER_TYPE, {}, {"claim": claim, "recorded": UNKNOWN, **said, **PREVIEW})

    assert {key: inputs[key] for key in ("number", "monthly_rate", *said)} == {
        "number": NUMBER,
        "monthly_rate": 1.15,
        **said,
    }
    assert [line.text.startswith(f"will lease {NUMBER}") for line in host.logged] == [True]
