"""Twilio's other hosts: what numbers cost, and which are in a Messaging Service."""

import httpx

from pulumi_leases.emulator import Vendor

from .answers import number, trouble
from .test_twilio import NUMBER, OTHER, at, buy

SERVICE, ANOTHER = "MG" + "1" * 32, "MG" + "2" * 32
POOL, OTHER_POOL = f"/{SERVICE}/PhoneNumbers", f"/{ANOTHER}/PhoneNumbers"


def test_prices_of_a_country(prices: httpx.Client, vendor: Vendor) -> None:
    """By type, as strings, with a space in toll free; and no others."""
    answer = prices.get("/US")
    assert answer.json() == {
        "country": "US",
        "iso_country": "US",
        "url": f"{vendor.twilio_pricing}/v1/PhoneNumbers/Countries/US",
        "price_unit": "USD",
        "phone_number_prices": [
            {"number_type": "local", "base_price": "1.15", "current_price": "1.15"},
            {"number_type": "toll free", "base_price": "2.15", "current_price": "2.15"},
        ],
    }
    assert answer.headers["Twilio-Request-Id"].startswith("RQ")
    trouble(prices.get("/XX"), 404, 20404)
    assert {(call.vendor, call.operation) for call in vendor.journal()} == {("twilio", "prices")}


def test_an_account_has_prices_of_its_own(prices: httpx.Client, twilio: httpx.Client, vendor: Vendor) -> None:
    """What control makes of one number's price is the current price of its type, and what a purchase is charged."""
    vendor.change_offer("twilio", OTHER, recurring_fee=0.9)
    local, _ = prices.get("/US").json()["phone_number_prices"]
    assert local == {"number_type": "local", "base_price": "1.15", "current_price": "0.90"}
    buy(twilio)
    assert vendor.state().charged == {"USD": 0.9}


def test_countries(prices: httpx.Client, vendor: Vendor) -> None:
    """The list is paged at whole addresses."""
    url, found = f"{vendor.twilio_pricing}/v1/PhoneNumbers/Countries?PageSize=4", []
    while url:
        page = prices.get(url).json()
        found += [one["iso_country"] for one in page["countries"]]
        url = page["meta"]["next_page_url"]
    assert found == ["AU", "CA", "DE", "FR", "GB", "US"]
    assert page["meta"]["key"] == "countries"


def test_membership(twilio: httpx.Client, services: httpx.Client, vendor: Vendor) -> None:
    """A number joins a service, is listed, read, and leaves; the vendor's side says where it is."""
    sid = number(buy(twilio), 201)["sid"]
    joined = services.post(POOL, data={"PhoneNumberSid": sid})
    assert joined.status_code == 201, joined.text
    member = joined.json()
    assert (member["sid"], member["service_sid"], member["phone_number"]) == (sid, SERVICE, NUMBER)
    assert vendor.leased()[NUMBER].settings["messaging_service_sid"] == SERVICE
    assert services.get(POOL).json()["phone_numbers"] == [member]
    listed = services.get(f"{vendor.twilio_messaging}/v1/Services").json()["services"]
    assert [one["sid"] for one in listed] == [SERVICE]
    assert services.get(f"{POOL}/{sid}").json() == member
    assert services.get(OTHER_POOL).json()["phone_numbers"] == []
    assert services.delete(f"{POOL}/{sid}").status_code == 204
    trouble(services.delete(f"{POOL}/{sid}"), 404, 20404)
    trouble(services.get(f"{POOL}/{sid}"), 404, 20404)
    assert vendor.leased()[NUMBER].settings["messaging_service_sid"] is None
    operations = [call.operation for call in vendor.journal() if call.number == NUMBER]
    assert operations == ["lease", "join", "members", "leave", "leave", "members"]


def test_who_cannot_join(twilio: httpx.Client, services: httpx.Client, vendor: Vendor) -> None:
    """What is in a service already, in this or another, is not the account's, has no messages, or finds no room."""
    sid, other = (number(buy(twilio, one), 201)["sid"] for one in (NUMBER, OTHER))
    services.post(POOL, data={"PhoneNumberSid": sid})
    trouble(services.post(POOL, data={"PhoneNumberSid": sid}), 409, 21710)
    trouble(services.post(OTHER_POOL, data={"PhoneNumberSid": sid}), 409, 21712)
    trouble(services.post(POOL, data={"PhoneNumberSid": vendor.lease("twilio", "+12015550125").lease_id}), 400, 21421)
    vendor.switch("twilio", pool_size=1)
    trouble(services.post(POOL, data={"PhoneNumberSid": other}), 400, 21714)
    vendor.change_offer("twilio", OTHER, channels=[])
    trouble(services.post(OTHER_POOL, data={"PhoneNumberSid": other}), 400, 21715)
    trouble(services.get("/MG1/PhoneNumbers"), 404, 20404)


def test_membership_ends_with_the_number(twilio: httpx.Client, services: httpx.Client) -> None:
    """A released number is in no service."""
    sid = number(buy(twilio), 201)["sid"]
    services.post(POOL, data={"PhoneNumberSid": sid})
    twilio.delete(at(sid))
    assert services.get(POOL).json()["phone_numbers"] == []
