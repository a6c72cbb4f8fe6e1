"""Logins of Twilio's accounts at the emulator, and at a server that sends what a test hands it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from pulumi_leases.services.twilio.service import Twilio

from ..raw import raw_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pulumi_leases.emulator import Vendor

    from ..raw import Raw

    ConnectTwilio = Callable[..., Twilio]


@pytest.fixture
def connect_twilio(vendor: Vendor) -> Iterator[ConnectTwilio]:
    """Log in to an account, with some settings changed."""
    with contextlib.ExitStack() as stack:

        def connect(**changed: str) -> Twilio:
            settings = {
                "account_sid": vendor.account_sid(),
                "auth_token": vendor.twilio_auth_token,
                "base_url": vendor.twilio,
                "pricing_base_url": vendor.twilio_pricing,
                "messaging_base_url": vendor.twilio_messaging,
            }
            service = Twilio({**settings, **changed}, 1000)
            stack.callback(service.close)
            return service

        yield connect


@pytest.fixture
def twilio(connect_twilio: ConnectTwilio) -> Twilio:
    return connect_twilio()


@pytest.fixture
def raw_twilio() -> Iterator[Raw]:
    with raw_server() as server:
        yield server


@pytest.fixture
def canned_twilio(connect_twilio: ConnectTwilio, raw_twilio: Raw) -> Twilio:
    """An account at a server that sends what a test hands it, on all three hosts."""
    url = raw_twilio.url
    return connect_twilio(base_url=url, pricing_base_url=url, messaging_base_url=url)
