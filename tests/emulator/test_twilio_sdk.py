"""Twilio's own library for Python, unpatched but for the addresses, against the emulator on a socket."""

from datetime import datetime, timezone
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client

from pulumi_leases.emulator import Served, Vendor

NUMBER, OTHER = "+12015550123", "+12015550124"
SERVICE = "MG" + "1" * 32
APPLICATION, TRUNK = "AP" + "1" * 32, "TK" + "1" * 32


def connected(client: Any, vendor: Vendor, served: Served) -> Any:
    """The library's client, at the emulator's three hosts."""
    client.api.base_url = served.url + vendor.twilio.removeprefix(vendor.url)
    client.pricing.base_url = served.url + vendor.twilio_pricing.removeprefix(vendor.url)
    client.messaging.base_url = served.url + vendor.twilio_messaging.removeprefix(vendor.url)
    return client


@pytest.fixture
def sdk(served: Served, vendor: Vendor) -> Any:
    return connected(Client(vendor.account_sid(), vendor.twilio_auth_token), vendor, served)


def test_search(sdk: Any) -> None:
    """The library finds numbers by country, type and filter, and the types of a country."""
    found = sdk.available_phone_numbers("US").local.list(area_code=201, sms_enabled=True, contains="+1201555")
    assert NUMBER in {one.phone_number for one in found}
    assert {(one.iso_country, one.region, one.locality) for one in found} == {("US", "NJ", "Jersey City")}
    assert sdk.available_phone_numbers("AU").fetch().subresource_uris.keys() == {"local", "mobile"}
    assert sdk.available_phone_numbers("AU").mobile.list(limit=3)[0].phone_number.startswith("+614")
    with pytest.raises(Exception, match="Unable to fetch page"):
        sdk.available_phone_numbers("US").mobile.list()


def test_a_number_from_purchase_to_release(sdk: Any, vendor: Vendor) -> None:
    """Bought, read, set up, and released, with dates that the library reads."""
    before = datetime.now(timezone.utc).replace(microsecond=0)
    bought = sdk.incoming_phone_numbers.create(phone_number=NUMBER, friendly_name="desk pl-x")
    assert (bought.phone_number, bought.friendly_name, bought.type) == (NUMBER, "desk pl-x", "local")
    assert before <= bought.date_created <= datetime.now(timezone.utc)
    again = sdk.incoming_phone_numbers.create(phone_number=NUMBER, friendly_name="desk pl-x")
    assert (again.sid, again.date_created) == (bought.sid, bought.date_created)
    assert len(vendor.charges()) == 2

    updated = bought.update(voice_application_sid=APPLICATION, sms_url="https://example.com/sms", sms_method="GET")
    assert (updated.sms_url, updated.sms_method) == ("https://example.com/sms", "GET")
    updated = sdk.incoming_phone_numbers(bought.sid).update(trunk_sid=TRUNK, sms_url="")
    assert (updated.trunk_sid, updated.voice_application_sid, updated.sms_url) == (TRUNK, "", "")
    assert sdk.incoming_phone_numbers(bought.sid).fetch().trunk_sid == TRUNK

    assert sdk.incoming_phone_numbers(bought.sid).delete() is True
    assert vendor.leased() == {}
    with pytest.raises(TwilioRestException) as gone:
        sdk.incoming_phone_numbers(bought.sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)


def test_pages(sdk: Any, vendor: Vendor) -> None:
    """The library follows the pages to their end, and filters on the vendor's side."""
    numbers = [f"+120155501{count}" for count in range(23, 28)]
    for number in numbers:
        vendor.lease("twilio", number, vendor.account_sid())
    assert [one.phone_number for one in sdk.incoming_phone_numbers.list(page_size=2)] == numbers[::-1]
    assert len(vendor.calls("leased")) == 3
    assert [one.phone_number for one in sdk.incoming_phone_numbers.list(phone_number=OTHER)] == [OTHER]
    assert sdk.incoming_phone_numbers.toll_free.list() == []


def test_prices(sdk: Any) -> None:
    """The library reads a country's prices and the list of countries."""
    prices = sdk.pricing.v1.phone_numbers.countries("US").fetch()
    assert (prices.iso_country, prices.price_unit) == ("US", "USD")
    assert {one["number_type"]: one["current_price"] for one in prices.phone_number_prices} == {
        "local": "1.15",
        "toll free": "2.15",
    }
    listed = sdk.pricing.v1.phone_numbers.countries.list(page_size=4)
    assert [one.iso_country for one in listed] == ["AU", "CA", "DE", "FR", "GB", "US"]


def test_membership(sdk: Any, vendor: Vendor) -> None:
    """The library adds numbers to a service, lists them over pages, reads one and removes it."""
    pool = sdk.messaging.v1.services(SERVICE).phone_numbers
    sids = [sdk.incoming_phone_numbers.create(phone_number=number).sid for number in (NUMBER, OTHER)]
    assert [pool.create(sid).service_sid for sid in sids] == [SERVICE] * 2
    assert [one.sid for one in pool.list(page_size=1)] == sids
    assert sdk.messaging.v1.services(SERVICE).phone_numbers(sids[0]).fetch().phone_number == NUMBER
    with pytest.raises(TwilioRestException) as again:
        pool.create(sids[0])
    assert again.value.code == 21710
    assert sdk.messaging.v1.services(SERVICE).phone_numbers(sids[0]).delete() is True
    assert vendor.leased()[NUMBER].settings["messaging_service_sid"] is None


def test_errors(sdk: Any, served: Served, vendor: Vendor) -> None:
    """The library raises its own errors, with status, code and message, in both forms that Twilio has."""
    vendor.lease("twilio", NUMBER)
    with pytest.raises(TwilioRestException) as taken:
        sdk.incoming_phone_numbers.create(phone_number=NUMBER)
    assert (taken.value.status, taken.value.code) == (400, 21422)
    assert taken.value.msg == f"Unable to create record: {NUMBER} is not available"
    vendor.fault("lease", "429")
    with pytest.raises(TwilioRestException) as many:
        sdk.incoming_phone_numbers.create(phone_number=OTHER)
    assert (many.value.status, many.value.code) == (429, 20429)
    stranger = connected(Client(vendor.account_sid(), "wrong"), vendor, served)
    with pytest.raises(TwilioRestException) as refused:
        stranger.incoming_phone_numbers.create(phone_number=OTHER)
    assert (refused.value.status, refused.value.code) == (401, 20003)
    vendor.switch("twilio", error_shape="problem")
    with pytest.raises(TwilioServiceException) as problem:
        sdk.incoming_phone_numbers.create(phone_number=NUMBER)
    assert (problem.value.status, problem.value.code) == (400, 21422)
    assert vendor.leases("twilio", vendor.account_sid()) == []


def test_keys_subaccounts_and_test_credentials(sdk: Any, served: Served, vendor: Vendor) -> None:
    """The library works with an API key, in a subaccount, and with test credentials and their magic number."""
    key = Client(vendor.api_key_sid(), vendor.twilio_auth_token, vendor.account_sid())
    assert connected(key, vendor, served).incoming_phone_numbers.create(phone_number=NUMBER).phone_number == NUMBER
    sub = vendor.account_sid("sub")
    vendor.login("twilio", sub, parent=vendor.account_sid())
    assert sdk.api.v2010.accounts(sub).fetch().owner_account_sid == vendor.account_sid()
    bought = sdk.api.v2010.accounts(sub).incoming_phone_numbers.create(phone_number=OTHER)
    assert bought.account_sid == sub
    assert set(vendor.leased("twilio", sub)) == {OTHER}
    vendor.login("twilio", vendor.account_sid("test"), test=True)
    tester = connected(Client(vendor.account_sid("test"), vendor.twilio_auth_token), vendor, served)
    assert tester.incoming_phone_numbers.create(phone_number="+15005550006").friendly_name == "(500) 555-0006"
    assert vendor.leases("twilio", vendor.account_sid("test")) == []
