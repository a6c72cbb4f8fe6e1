"""What Twilio's documentation leaves open: a whole life under each switch, with the same result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pulumi_leases.domain.models import Order
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.domain.search import NumberSearch
from pulumi_leases.emulator.twilio.switches import SWITCHES

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.services.twilio.service import Twilio

NUMBER = "+12015550123"

LIVES: list[dict[str, Any]] = [
    {},
    *({"own_number": answer} for answer in ("ignore", 400)),
    {"read_lag_s": 60},
    {"delete_again": 204},
    {"result_cap": "page_size"},
    {"order": "inventory"},
    {"exact_contains": "missed"},
    *({"after_release": answer} for answer in ("new_sid", "old_sid")),
    *({"type": form} for form in ("absent", "camel")),
    {"capability_keys": "lower"},
    {"friendly_name_filter": "substring"},
    {"long_friendly_name": "cut"},
    *({"empty_friendly_name": answer} for answer in ("empty", 400)),
    {"pages": "offset"},
    {"shifting_pages": 2},
    *({"pricing": answer} for answer in ("absent", 401, 403, 404)),
    {"price_unit": "usd"},
    {"emergency_s": 60},
    {"delete_with_emergency_address": 409},
    {"error_shape": "problem"},
    {"unknown_fields": True},
]
ELSEWHERE = {
    *("funds", "trial", "compliance_hold", "address_required", "bundle_required", "requirements_fit"),  # refusals
    *("listing_lag_s", "release_lag_s", "back_on_offer_s"),  # what is late is waited for by the rules of leasing
    *("retry_after_s", "concurrency", "pool_size"),
}
"""Switches under which a life ends otherwise, and which other tests are about."""


@pytest.mark.parametrize("switches", LIVES, ids=lambda switches: "-".join(f"{k}-{v}" for k, v in switches.items()))
def test_a_whole_life(twilio: Twilio, vendor: Vendor, switches: dict[str, Any]) -> None:
    """Searched, bought once, found, listed, connected, let go."""
    vendor.switch("twilio", **switches)
    reference, search = mint_reference(), NumberSearch(country="US", area_code="201", capabilities=("sms",))
    assert any(twilio.search(twilio.query(search)))
    lease = twilio.lease(Order(number=NUMBER, reference=reference, label="desk"))
    assert {number: one.lease_id for number, one in vendor.leased("twilio").items()} == {NUMBER: lease.lease_id}
    (found,), (listed,) = twilio.find(NUMBER, reference), twilio.list()
    assert [one.lease_id for one in (found, listed)] == [lease.lease_id] * 2
    assert {one.reference for one in (lease, found, listed)} == {reference}
    twilio.configure(found, {"voice": {"url": "https://calls.example.com"}, "label": ""})
    (found,) = twilio.find(NUMBER)
    assert found.settings is not None
    assert (found.settings["voice"]["url"], found.settings["label"]) == ("https://calls.example.com", None)
    assert found.reference == reference
    twilio.release(found)
    assert vendor.leases() == []
    assert twilio.find(NUMBER) == twilio.list() == []
    assert len(vendor.calls("lease")) == len(vendor.calls("terminate")) == 1


def test_every_switch_is_played() -> None:
    """A question that is left open, and that nobody has tried, would not be answered."""
    assert {name for switches in LIVES for name in switches} | ELSEWHERE == {switch.name for switch in SWITCHES}
