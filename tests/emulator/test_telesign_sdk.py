"""The emulator of TeleSign under the vendor's own Python client, by both ways to authenticate."""

from collections.abc import Iterator
from typing import Any

import pytest
from telesign.rest import RestClient

from pulumi_leases.emulator import Served, Vendor

NUMBER = "+12015550123"
NUMBERS = "/v1/phone_numbers/numbers"
LEASES = "/v1/phone_numbers/leases"


@pytest.fixture(params=[None, "Basic"], ids=["digest", "basic"])
def sdk(request: pytest.FixtureRequest, served: Served, vendor: Vendor) -> Iterator[Any]:
    """The client of a customer, on a socket; it signs the path without the emulator's mount."""
    client = RestClient(
        vendor.customer(),
        vendor.telesign_api_key,
        rest_endpoint=f"{served.url}/telesign",
        auth_method=request.param,
    )
    client.session.trust_env = False
    yield client
    client.session.close()


def test_a_lease_from_search_to_end(sdk: Any, vendor: Vendor) -> None:
    """The four calls: search, lease, list, cancel, and charged once."""
    found = sdk.get(NUMBERS, country_iso2="US", page_size=100)
    assert found.ok, found.body
    assert "12015550123" in {one["phone_number"] for one in found.json["data"]}

    leased = sdk.post(LEASES, country_iso2="US", phone_number="12015550123")
    assert leased.status_code == 200, leased.body
    (lease,) = leased.json["data"]
    assert sdk.get(LEASES).json["data"] == [lease]
    again = sdk.post(LEASES, country_iso2="US", phone_number="12015550123")
    assert (again.status_code, again.json["errors"][0]["code"]) == (400, -20001)

    ended = sdk.delete(f"{LEASES}/{lease['lease']['lease_id']}")
    assert ended.status_code == 200, ended.body
    assert sdk.get(LEASES).json["data"] == []
    assert vendor.leases() == []
    assert len(vendor.charges(number=NUMBER)) == 2
    assert {call.scheme for call in vendor.journal()} == {"Basic" if sdk.auth_method else "TSA"}


def test_wrong_key(sdk: Any, vendor: Vendor) -> None:
    """A client with another key is nobody."""
    vendor.login("telesign", vendor.customer(), api_key="bmV3")
    refused = sdk.post(LEASES, country_iso2="US", phone_number="12015550123")
    assert refused.status_code == 401
    assert refused.json["errors"][0]["code"] == (-30015 if sdk.auth_method else -30006)
    assert vendor.leases() == []
