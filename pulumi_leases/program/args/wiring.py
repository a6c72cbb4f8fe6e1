"""What a number is connected to, and what a country demands for it, as a program writes it."""

# No postponed annotations here: the SDK reads them at class creation.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

import pulumi

Method = Literal["GET", "POST"]


def _set_given(args: Any, given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if value is not None:
            pulumi.set(args, name, value)


@pulumi.input_type
class VoiceArgs:
    """Where the calls of a number go.

    Which keys a service takes is in docs/wiring.md; what is not given is not touched, and `""` takes a setting off.
    """

    url: pulumi.Input[str] | None = None
    """Address that is asked what to do with a call; `http` or `https`."""
    method: pulumi.Input[Method] | None = None
    """How `url` is asked."""
    fallback_url: pulumi.Input[str] | None = None
    """Address that is asked where `url` fails."""
    fallback_method: pulumi.Input[Method] | None = None
    """How `fallback_url` is asked."""
    application: pulumi.Input[str] | None = None
    """Id of an application that says all of this; Twilio: `AP…`, in the place of the addresses."""
    trunk: pulumi.Input[str] | None = None
    """Id of a SIP trunk; Twilio: `TK…`, in the place of an application."""
    connection: pulumi.Input[str] | None = None
    """Id of a connection; Telnyx: `connection_id`."""

    def __init__(
        self,
        *,
        url: pulumi.Input[str] | None = None,
        method: pulumi.Input[Method] | None = None,
        fallback_url: pulumi.Input[str] | None = None,
        fallback_method: pulumi.Input[Method] | None = None,
        application: pulumi.Input[str] | None = None,
        trunk: pulumi.Input[str] | None = None,
        connection: pulumi.Input[str] | None = None,
    ) -> None:
        _set_given(
            self,
            {
                "url": url,
                "method": method,
                "fallback_url": fallback_url,
                "fallback_method": fallback_method,
                "application": application,
                "trunk": trunk,
                "connection": connection,
            },
        )


class VoiceArgsDict(TypedDict, total=False):
    """`VoiceArgs` as a plain dict."""

    url: pulumi.Input[str]
    method: pulumi.Input[Method]
    fallback_url: pulumi.Input[str]
    fallback_method: pulumi.Input[Method]
    application: pulumi.Input[str]
    trunk: pulumi.Input[str]
    connection: pulumi.Input[str]


@pulumi.input_type
class MessagingArgs:
    """Where the messages of a number go.

    Which keys a service takes is in docs/wiring.md; what is not given is not touched, and `""` takes a setting off.
    """

    url: pulumi.Input[str] | None = None
    """Address that the service sends each message to; `http` or `https`."""
    method: pulumi.Input[Method] | None = None
    """How `url` is asked."""
    fallback_url: pulumi.Input[str] | None = None
    """Address that is tried where `url` fails."""
    fallback_method: pulumi.Input[Method] | None = None
    """How `fallback_url` is asked."""
    application: pulumi.Input[str] | None = None
    """Id of an application that says all of this; Twilio: `AP…`, in the place of the addresses."""
    service: pulumi.Input[str] | None = None
    """Id of a Messaging Service that the number belongs to; Twilio: `MG…`."""
    profile: pulumi.Input[str] | None = None
    """Id of a messaging profile; Telnyx: `messaging_profile_id`."""

    def __init__(
        self,
        *,
        url: pulumi.Input[str] | None = None,
        method: pulumi.Input[Method] | None = None,
        fallback_url: pulumi.Input[str] | None = None,
        fallback_method: pulumi.Input[Method] | None = None,
        application: pulumi.Input[str] | None = None,
        service: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str] | None = None,
    ) -> None:
        _set_given(
            self,
            {
                "url": url,
                "method": method,
                "fallback_url": fallback_url,
                "fallback_method": fallback_method,
                "application": application,
                "service": service,
                "profile": profile,
            },
        )


class MessagingArgsDict(TypedDict, total=False):
    """`MessagingArgs` as a plain dict."""

    url: pulumi.Input[str]
    method: pulumi.Input[Method]
    fallback_url: pulumi.Input[str]
    fallback_method: pulumi.Input[Method]
    application: pulumi.Input[str]
    service: pulumi.Input[str]
    profile: pulumi.Input[str]


@pulumi.input_type
class StatusCallbackArgs:
    """Where the service reports the outcome of each call. A setting that is not given is not touched; `""` removes it."""

    url: pulumi.Input[str] | None = None
    """Address that the outcome is reported to; `http` or `https`."""
    method: pulumi.Input[Method] | None = None
    """How `url` is asked."""

    def __init__(
        self,
        *,
        url: pulumi.Input[str] | None = None,
        method: pulumi.Input[Method] | None = None,
    ) -> None:
        _set_given(self, {"url": url, "method": method})


class StatusCallbackArgsDict(TypedDict, total=False):
    """`StatusCallbackArgs` as a plain dict."""

    url: pulumi.Input[str]
    method: pulumi.Input[Method]


@pulumi.input_type
class RequirementsArgs:
    """Ids of what a country demands before a number is leased. They go with the purchase."""

    address: pulumi.Input[str] | None = None
    """Id of an address; Twilio: `AD…`."""
    bundle: pulumi.Input[str] | None = None
    """Id of a regulatory bundle; Twilio: `BU…`."""
    identity: pulumi.Input[str] | None = None
    """Id of an identity; Twilio: `RI…`."""
    group: pulumi.Input[str] | None = None
    """Id of a requirement group; Telnyx: `requirement_group_id`."""

    def __init__(
        self,
        *,
        address: pulumi.Input[str] | None = None,
        bundle: pulumi.Input[str] | None = None,
        identity: pulumi.Input[str] | None = None,
        group: pulumi.Input[str] | None = None,
    ) -> None:
        _set_given(self, {"address": address, "bundle": bundle, "identity": identity, "group": group})


class RequirementsArgsDict(TypedDict, total=False):
    """`RequirementsArgs` as a plain dict."""

    address: pulumi.Input[str]
    bundle: pulumi.Input[str]
    identity: pulumi.Input[str]
    group: pulumi.Input[str]


@pulumi.input_type
class FailoverArgs:
    """Where calls and messages of a Contiguity number go when it fails; write-only: no call reads it back."""

    enabled: pulumi.Input[bool]
    """Whether failover is on."""
    mode: pulumi.Input[Literal["all", "selective"]] | None = None
    """To `all` other numbers (default), or to those in `numbers` only."""
    numbers: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None
    """E.164 numbers, for `selective`."""

    def __init__(
        self,
        *,
        enabled: pulumi.Input[bool],
        mode: pulumi.Input[Literal["all", "selective"]] | None = None,
        numbers: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
    ) -> None:
        pulumi.set(self, "enabled", enabled)
        if mode is not None:
            pulumi.set(self, "mode", mode)
        if numbers is not None:
            pulumi.set(self, "numbers", numbers)


class _FailoverArgsDict(TypedDict):
    enabled: pulumi.Input[bool]


class FailoverArgsDict(_FailoverArgsDict, total=False):
    """`FailoverArgs` as a plain dict."""

    mode: pulumi.Input[Literal["all", "selective"]]
    numbers: pulumi.Input[Sequence[pulumi.Input[str]]]
