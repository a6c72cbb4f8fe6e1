"""What a number is connected to, on the real engine: set, changed, changed by others, taken out of the program, set again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from pulumi_leases import LeasedNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi_leases.emulator import Vendor

    from ..conftest import NewStack

pytestmark = pytest.mark.both_doors
NUMBER = "+12015550123"
PROFILE, OTHER_PROFILE = "4001754e-2a3f-4d53-b4a5-1f4a5f3c0b77", "4001754e-2a3f-4d53-b4a5-000000000000"
HOOK = "https://calls.example.com/hook?token=s3cret-4f1c"
TEXTS = "https://texts.example.com/hook"
ADDRESS, MEMBERSHIP = f"AD{'1' * 32}", f"MG{'1' * 32}"


def support(service: str, **inputs: Any) -> Callable[[], None]:
    """A program with one number; the address that its calls reach is a secret."""

    def program() -> None:
        if "url" in inputs.get("voice", {}):
            inputs["voice"] = {**inputs["voice"], "url": pulumi.Output.secret(HOOK)}
        options = pulumi.ResourceOptions(replace_on_changes=inputs.get("replaces"))
        wired = {name: value for name, value in inputs.items() if name != "replaces"}
        LeasedNumber("support", options, number=NUMBER, service=service, **wired)

    return program


def settings(vendor: Vendor, service: str, *names: str) -> tuple[Any, ...]:
    """What the vendor has, under its own names."""
    held = vendor.leased(service)[NUMBER].settings
    return tuple(held[name] for name in names)


def test_telnyx_connection_profile_and_tags(new_stack: NewStack, vendor: Vendor) -> None:
    """Set by the `up` after the one that failed and a refresh; in place; silence touches nothing; a drift is set again."""
    names = ("connection_id", "messaging_profile_id", "tags")
    wired: dict[str, Any] = {"voice": {"connection": "12"}, "messaging": {"profile": PROFILE}, "tags": ["a", "b"]}
    stack = new_stack(support("telnyx", **wired))
    for strange, message in (
        ({"label": "desk"}, "telnyx has no label: leave it out; telnyx takes voice, messaging, tags, requirements"),
        ({"voice": {"trunk": "TK1"}}, "telnyx has no voice.trunk: leave it out; of voice it takes connection"),
    ):
        stack.program = support("telnyx", **{**wired, **strange})
        assert message in stack.preview().text
    assert vendor.leases() == []

    stack.program = support("telnyx", **wired)
    vendor.fault("configure", "status", vendor="telnyx", code=422)
    failed = stack.up()
    assert not failed.ok
    assert "its voice, messaging, tags is not set; `pulumi up` sets it" in failed.text
    assert stack.refresh().ok
    up = stack.up()
    assert up.changed == {"update": 1}, up.text
    assert settings(vendor, "telnyx", *names) == ("12", PROFILE, ["a", "b"])
    assert stack.preview().changed == {}

    wired["voice"] = {"connection": "13"}
    stack.program = support("telnyx", **wired)
    assert stack.up().changed == {"update": 1}
    assert settings(vendor, "telnyx", *names) == ("13", PROFILE, ["a", "b"])

    vendor.edit("telnyx", NUMBER, connection_id="99", tags=["theirs"])
    refreshed = stack.refresh()
    assert refreshed.changed == {"update": 1}, refreshed.text
    drift = stack.preview(diff=True)
    assert drift.changed == {"update": 1}
    assert '"99" => "13"' in drift.text
    assert stack.up().changed == {"update": 1}
    assert settings(vendor, "telnyx", *names) == ("13", PROFILE, ["a", "b"])

    del wired["tags"], wired["messaging"]
    stack.program = support("telnyx", **wired)
    assert stack.up().changed == {}
    vendor.edit("telnyx", NUMBER, messaging_profile_id=OTHER_PROFILE, tags=["theirs"])
    before = len(vendor.journal())
    assert stack.refresh().ok
    assert stack.up().changed == {}
    assert not vendor.writes(before)
    assert settings(vendor, "telnyx", *names) == ("13", OTHER_PROFILE, ["theirs"])

    stack.program = support("telnyx", voice={"connection": ""}, tags=[])
    assert stack.up().changed == {"update": 1}
    assert settings(vendor, "telnyx", "tags") == ([],)
    assert not settings(vendor, "telnyx", "connection_id")[0]
    assert stack.refresh().changed == {}
    assert stack.preview().changed == {}
    assert len(vendor.calls("lease")) == 1


def test_twilio_webhooks_are_secret_where_the_program_says_so(new_stack: NewStack, vendor: Vendor) -> None:
    """In no state, message, preview or plan; the number is connected, reconnected, and stays so when it is left out."""
    wired: dict[str, Any] = {
        "label": "front desk",
        "voice": {"url": HOOK, "method": "GET"},
        "messaging": {"url": TEXTS, "service": MEMBERSHIP},
        "status_callback": {"url": TEXTS},
        "emergency_address": ADDRESS,
        "requirements": {"address": ADDRESS},
    }
    stack = new_stack(support("twilio", **wired))
    texts = [stack.preview(diff=True).text]
    body = {"code": 21402, "message": f"Invalid Url: {HOOK}", "status": 400}
    vendor.fault("configure", "status", vendor="twilio", code=400, body=body)
    half = stack.up()
    assert not half.ok
    unset = stack.said("its voice, messaging, status_callback, emergency_address is not set; `pulumi up` sets it")
    assert unset in half.text
    assert "Invalid Url: [voice.url]" in half.text
    texts += [half.text, stack.cli("stack", "export"), stack.refresh().text]
    up = stack.up()
    assert up.changed == {"update": 1}, up.text
    names = ("voice_url", "voice_method", "sms_url", "status_callback", "emergency_address_sid", "address_sid")
    assert settings(vendor, "twilio", *names) == (HOOK, "GET", TEXTS, TEXTS, ADDRESS, ADDRESS)
    (name,) = settings(vendor, "twilio", "friendly_name")
    assert name.startswith("front desk pl-")
    refreshed = stack.refresh()
    assert refreshed.changed == {}, refreshed.text
    assert stack.preview().changed == {}
    texts += [up.text, refreshed.text, stack.cli("stack", "export")]

    wired |= {"label": "back desk", "voice": {"url": HOOK, "method": "POST"}}
    stack.program = support("twilio", **wired)
    texts += [stack.cli("stack", "export"), stack.preview(diff=True).text]
    assert stack.up().changed == {"update": 1}
    assert settings(vendor, "twilio", "voice_method") == ("POST",)
    assert settings(vendor, "twilio", "friendly_name") == (name.replace("front", "back"),)

    stack.program = support("twilio", label="back desk")
    silent = stack.up()
    assert silent.changed == {}, silent.text
    vendor.edit("twilio", NUMBER, voice_method="GET")
    texts += [silent.text, stack.cli("stack", "export"), stack.refresh().text, stack.cli("stack", "export")]
    stack.program = support("twilio", label="desk")
    before = len(vendor.journal())
    assert stack.up().changed == {"update": 1}
    assert [call.operation for call in vendor.writes(before)] == ["configure"]
    assert settings(vendor, "twilio", "voice_url", "voice_method", "sms_url") == (HOOK, "GET", TEXTS)
    texts += [stack.cli("stack", "export")]
    assert [text for text in texts if "s3cret" in text] == []
    assert len(vendor.calls("lease")) == 1


def test_a_connection_is_replaced_with_its_resource_where_that_is_asked_for(
    new_stack: NewStack, vendor: Vendor
) -> None:
    """`replace_on_changes`: the resource is another, the lease is the same."""
    stack = new_stack(support("telnyx", voice={"connection": "12"}, replaces=["voice"]))
    assert stack.up().ok
    lease = vendor.leased("telnyx")[NUMBER].lease_id

    stack.program = support("telnyx", voice={"connection": "13"}, replaces=["voice"])
    assert stack.preview().changed == {"replace": 1}
    up = stack.up()

    assert up.changed == {"replace": 1}, up.text
    assert (vendor.leased("telnyx")[NUMBER].lease_id, *settings(vendor, "telnyx", "connection_id")) == (lease, "13")
    assert len(vendor.calls("lease")) == 1
