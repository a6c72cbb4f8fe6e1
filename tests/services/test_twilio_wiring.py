"""Twilio: what a number is connected to, set in place and read back; membership in Messaging Services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.errors import InvalidInput, NotFound, Refused
from pulumi_leases.domain.models import Lease, Order
from pulumi_leases.domain.references import mint_reference

from .test_twilio import ADDRESS, BUNDLE, IDENTITY, NUMBER, SID, forms

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.services.twilio.service import Twilio

URL, OTHER_URL = "https://example.com/calls?token=t", "https://example.org/fallback"
APPLICATION, TRUNK = "AP" + "1" * 32, "TK" + "1" * 32
SERVICE, ANOTHER = "MG" + "1" * 32, "MG" + "2" * 32


@pytest.fixture
def lease(twilio: Twilio) -> Lease:
    return twilio.lease(Order(number=NUMBER, reference=mint_reference(), label="desk"))


def settings(twilio: Twilio) -> dict[str, Any]:
    (lease,) = twilio.list()
    assert lease.settings is not None
    return lease.settings


@pytest.mark.parametrize(
    ("given", "set_"),
    [
        ({"voice": {"url": URL}}, {"voice_url": URL}),
        ({"voice": {"url": URL, "method": "get"}}, {"voice_url": URL, "voice_method": "GET"}),
        (
            {"voice": {"fallback_url": OTHER_URL, "fallback_method": "GET"}},
            {"voice_fallback_url": OTHER_URL, "voice_fallback_method": "GET"},
        ),
        ({"voice": {"application": APPLICATION}}, {"voice_application_sid": APPLICATION}),
        ({"voice": {"trunk": TRUNK}}, {"trunk_sid": TRUNK}),
        ({"messaging": {"url": URL, "method": "GET"}}, {"sms_url": URL, "sms_method": "GET"}),
        (
            {"messaging": {"fallback_url": OTHER_URL, "fallback_method": "GET"}},
            {"sms_fallback_url": OTHER_URL, "sms_fallback_method": "GET"},
        ),
        ({"messaging": {"application": APPLICATION}}, {"sms_application_sid": APPLICATION}),
        (
            {"status_callback": {"url": URL, "method": "GET"}},
            {"status_callback": URL, "status_callback_method": "GET"},
        ),
        ({"emergency_address": ADDRESS}, {"emergency_address_sid": ADDRESS}),
        (
            {"requirements": {"address": ADDRESS, "bundle": BUNDLE, "identity": IDENTITY}},
            {"address_sid": ADDRESS, "bundle_sid": BUNDLE, "identity_sid": IDENTITY},
        ),
        ({"label": "support"}, {}),
    ],
)
def test_each_setting_is_set_read_back_and_cleared(
    twilio: Twilio, vendor: Vendor, lease: Lease, given: dict[str, Any], set_: dict[str, Any]
) -> None:
    """By one update, which touches nothing else."""
    untouched = vendor.leased()[NUMBER].settings
    twilio.configure(lease, given)
    assert len(vendor.calls("configure")) == 1
    after = vendor.leased()[NUMBER].settings
    named = {"friendly_name": f"support {lease.reference}"} if "label" in given else {}
    assert after == {**untouched, **set_, **named}
    for name, value in given.items():
        held = settings(twilio)[name]
        wanted = (
            {key: one.upper() if key.endswith("method") else one for key, one in value.items()}
            if isinstance(value, dict)
            else value
        )
        assert ({key: held[key] for key in value} if isinstance(value, dict) else held) == wanted
    cleared = {name: dict.fromkeys(value) if isinstance(value, dict) else None for name, value in given.items()}
    twilio.configure(lease, cleared)
    last = vendor.leased()[NUMBER].settings
    assert last == {**untouched, **({"friendly_name": lease.reference} if named else {})}


def test_an_application_and_a_trunk_take_each_others_place(twilio: Twilio, vendor: Vendor, lease: Lease) -> None:
    """Both are sent, one empty; both at once are refused before anything is sent."""
    twilio.configure(lease, {"voice": {"application": APPLICATION}})
    twilio.configure(lease, {"voice": {"trunk": TRUNK}})
    assert [settings(twilio)["voice"][key] for key in ("application", "trunk")] == [None, TRUNK]
    twilio.configure(lease, {"voice": {"application": APPLICATION, "trunk": None}})
    assert [settings(twilio)["voice"][key] for key in ("application", "trunk")] == [APPLICATION, None]
    assert [sorted(form) for form in forms(vendor, "configure")] == [["TrunkSid", "VoiceApplicationSid"]] * 3
    with pytest.raises(InvalidInput, match="exclude each other"):
        twilio.configure(lease, {"voice": {"application": APPLICATION, "trunk": TRUNK}})
    assert len(vendor.calls("configure")) == 3


def test_what_others_set_is_read(twilio: Twilio, vendor: Vendor, lease: Lease) -> None:
    """Null and empty are nothing."""
    vendor.edit("twilio", NUMBER, voice_url=URL, sms_url=None, friendly_name=f"sales {lease.reference}")
    held = settings(twilio)
    assert (held["voice"]["url"], held["messaging"]["url"], held["label"]) == (URL, None, "sales")


def test_a_label_never_takes_the_reference_away(twilio: Twilio, vendor: Vendor, lease: Lease) -> None:
    """Also where the caller does not know it: it is read first."""
    twilio.configure(Lease(number=NUMBER, lease_id=lease.lease_id, status="in-use"), {"label": "sales"})
    assert vendor.leased()[NUMBER].settings["friendly_name"] == f"sales {lease.reference}"


def test_a_label_of_a_number_without_a_reference(twilio: Twilio, vendor: Vendor) -> None:
    """It is the name; an empty one brings back the number, since a name is never empty."""
    vendor.switch("twilio", empty_friendly_name=400)
    lease = twilio.lease(Order(number=NUMBER))
    twilio.configure(lease, {"label": "sales"})
    assert settings(twilio)["label"] == "sales"
    twilio.configure(lease, {"label": ""})
    assert settings(twilio)["label"] is None


def test_a_declared_label_that_was_cut_is_no_drift(twilio: Twilio, lease: Lease) -> None:
    """It reads as it was declared."""
    label = "a very long label " * 5
    twilio.configure(lease, {"label": label})
    (read,) = twilio.list()
    assert twilio.settings_of(read, {"label": label})["label"] == label
    assert twilio.settings_of(read, {"label": "another"})["label"] != "another"


@pytest.mark.parametrize("strange", [{"failover": {}}, {"tags": ["a"]}, {"voice": {"connection": "1"}}])
def test_what_there_is_not_is_refused(twilio: Twilio, vendor: Vendor, strange: dict[str, Any]) -> None:
    """By name, before anything is sent."""
    with pytest.raises(Refused, match=r"has no setting (failover|tags|voice\.connection)"):
        twilio.configure(Lease(number=NUMBER, lease_id=SID, status="in-use"), strange)
    assert vendor.journal() == []


def test_a_number_that_is_gone_is_not_configured(twilio: Twilio) -> None:
    """Reported as such."""
    with pytest.raises(NotFound):
        twilio.configure(Lease(number=NUMBER, lease_id=SID, status="in-use"), {"voice": {"url": URL}})


# Messaging Services.


def member_of(vendor: Vendor) -> str | None:
    service: str | None = vendor.leased()[NUMBER].settings["messaging_service_sid"]
    return service


def test_a_number_joins_a_service_and_leaves_it(twilio: Twilio, vendor: Vendor, lease: Lease) -> None:
    """Once more is done already; nothing else is sent."""
    for _ in range(2):
        twilio.configure(lease, {"messaging": {"service": SERVICE}})
        assert member_of(vendor) == SERVICE
    for _ in range(2):
        twilio.configure(lease, {"messaging": {"service": None}})
        assert member_of(vendor) is None
    assert vendor.calls("configure") == []


def test_a_number_goes_from_the_service_that_it_was_in(twilio: Twilio, vendor: Vendor, lease: Lease) -> None:
    """Where the lease says which that was."""
    twilio.configure(lease, {"messaging": {"service": SERVICE}})
    read = twilio.settings_of(lease, {"messaging": {"service": SERVICE}})
    twilio.configure(lease.model_copy(update={"settings": read}), {"messaging": {"service": ANOTHER}})
    assert member_of(vendor) == ANOTHER


def test_a_number_in_another_service_is_reported_with_its_name(twilio: Twilio, vendor: Vendor, lease: Lease) -> None:
    """It is not taken out of what somebody else has put it into."""
    vendor.edit("twilio", NUMBER, messaging_service_sid=ANOTHER)
    with pytest.raises(
        Refused, match=rf"{NUMBER[1:]} is in Messaging Service {ANOTHER}.*{SERVICE} \(21712\)"
    ) as failed:
        twilio.configure(lease, {"messaging": {"service": SERVICE}})
    assert failed.value.code == "21712"
    assert member_of(vendor) == ANOTHER


def test_another_service_is_reported_without_a_name_where_it_cannot_be_found(
    twilio: Twilio, vendor: Vendor, lease: Lease
) -> None:
    """The refusal is not lost."""
    vendor.edit("twilio", NUMBER, messaging_service_sid=ANOTHER)
    vendor.fault("services", "status", vendor="twilio", code=500)
    with pytest.raises(Refused, match="is in another Messaging Service"):
        twilio.configure(lease, {"messaging": {"service": SERVICE}})


def test_a_full_service_is_reported(twilio: Twilio, vendor: Vendor, lease: Lease) -> None:
    """With the input that names it."""
    vendor.switch("twilio", pool_size=0)
    with pytest.raises(Refused, match=r"21714.*`messaging\.service` is full"):
        twilio.configure(lease, {"messaging": {"service": SERVICE}})


def test_membership_is_read_where_it_is_declared(twilio: Twilio, vendor: Vendor, lease: Lease) -> None:
    """One call for a number that declares a service, none for any other."""
    (read,) = twilio.list()
    declared = {"messaging": {"service": SERVICE, "url": URL}}
    before = len(vendor.journal())
    assert "service" not in twilio.settings_of(read, {"voice": {"url": URL}})["messaging"]
    assert len(vendor.journal()) == before
    assert twilio.settings_of(read, declared)["messaging"]["service"] is None
    twilio.configure(lease, {"messaging": {"service": SERVICE}})
    assert twilio.settings_of(read, declared)["messaging"]["service"] == SERVICE
    assert len(vendor.calls("members")) == 2
    unread = Lease(number=NUMBER, lease_id=lease.lease_id, status="in-use")
    assert twilio.settings_of(unread, declared)["label"] == "desk"


def test_messages_and_membership_are_set_together(twilio: Twilio, vendor: Vendor, lease: Lease) -> None:
    """An update, and a call of the other host."""
    twilio.configure(lease, {"messaging": {"url": URL, "service": SERVICE}})
    assert (settings(twilio)["messaging"]["url"], member_of(vendor)) == (URL, SERVICE)
    assert [call.operation for call in vendor.writes()] == ["lease", "configure", "join"]
