"""What Twilio leaves open: each switch makes the difference that it names."""

import re
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from pulumi_leases.emulator import Served, Vendor
from pulumi_leases.emulator.twilio.switches import SWITCHES

from .answers import number, numbers, trouble
from .test_twilio import GERMAN, NUMBER, OTHER, OWNED, at, buy, search
from .test_twilio_hosts import POOL

ADDRESS, BUNDLE = "AD" + "1" * 32, "BU" + "1" * 32


def test_every_switch_is_tried() -> None:
    """No switch without a test here."""
    text = Path(__file__).read_text()
    assert [one.name for one in SWITCHES if not re.search(rf'\b{one.name}=|"{one.name}"', text)] == []


def test_own_number(twilio: httpx.Client, vendor: Vendor) -> None:
    """A second POST updates, is ignored, or is refused; it never charges."""
    number(buy(twilio, FriendlyName="first"), 201)
    vendor.switch("twilio", own_number="ignore")
    assert number(buy(twilio, FriendlyName="second"), 201)["friendly_name"] == "first"
    assert not vendor.calls("lease")[1].wrote
    vendor.switch("twilio", own_number=400)
    trouble(buy(twilio), 400, 21422)
    assert len(vendor.charges()) == 2


def test_lags(twilio: httpx.Client, vendor: Vendor) -> None:
    """A new number appears later, in lists and singly; a released one is shown for a while."""
    vendor.switch("twilio", listing_lag_s=60, read_lag_s=30, release_lag_s=60)
    sid = number(buy(twilio), 201)["sid"]
    assert numbers(twilio.get(OWNED)) == []
    assert NUMBER in search(twilio, AreaCode="201")
    trouble(twilio.get(at(sid)), 404, 20404)
    vendor.clock(advance_s=31)
    number(twilio.get(at(sid)))
    assert numbers(twilio.get(OWNED)) == []
    vendor.clock(advance_s=30)
    assert numbers(twilio.get(OWNED)) == [NUMBER]
    assert twilio.delete(at(sid)).status_code == 204
    number(twilio.get(at(sid)))
    assert numbers(twilio.get(OWNED)) == [NUMBER]
    trouble(twilio.delete(at(sid)), 404, 20404)
    vendor.clock(advance_s=61)
    assert numbers(twilio.get(OWNED)) == []


@pytest.mark.parametrize(
    ("switch", "value", "status", "code"),
    [
        ("funds", 20005, 403, 20005),
        ("funds", 20003, 401, 20003),
        ("funds", 10001, 400, 10001),
        ("trial", "verify_first", 400, 21404),
        ("trial", "no_feature", 400, 10002),
        ("compliance_hold", True, 400, 22300),
        ("address_required", "any", 400, 21631),
        ("bundle_required", "always", 400, 21649),
    ],
)
def test_refused_purchases(
    twilio: httpx.Client, vendor: Vendor, switch: str, value: Any, status: int, code: int
) -> None:
    """Each state of an account or a country has its code, and nothing is charged."""
    vendor.switch("twilio", **{switch: value})
    trouble(buy(twilio), status, code)
    assert vendor.leases() == []
    assert vendor.charges() == []


def test_a_trial_account_has_one_number(twilio: httpx.Client, vendor: Vendor) -> None:
    """The first is sold, the second refused."""
    vendor.switch("twilio", trial="one_number")
    number(buy(twilio), 201)
    assert "only one" in trouble(buy(twilio, OTHER), 400, 21404)


@pytest.mark.parametrize("code", [21615, 21613, 21650, 21651])
def test_requirements_that_do_not_fit(twilio: httpx.Client, vendor: Vendor, code: int) -> None:
    """An address or bundle that is named may still not do."""
    vendor.switch("twilio", requirements_fit=code)
    vendor.change_offer("twilio", GERMAN, requirements=["address_local", "bundle"])
    trouble(buy(twilio, GERMAN, AddressSid=ADDRESS, BundleSid=BUNDLE), 400, code)
    number(buy(twilio), 201)


def test_address_that_all_numbers_need(twilio: httpx.Client, vendor: Vendor) -> None:
    """Searches say so too."""
    vendor.switch("twilio", address_required="foreign")
    assert search(twilio, AreaCode="201", ExcludeForeignAddressRequired="true") == []
    assert search(twilio, AreaCode="201", ExcludeLocalAddressRequired="true")


def test_second_release(twilio: httpx.Client, vendor: Vendor) -> None:
    """404, or 204 again for who has released the number; never for others."""
    sid = number(buy(twilio), 201)["sid"]
    vendor.switch("twilio", delete_again=204)
    assert [twilio.delete(at(sid)).status_code for _ in range(2)] == [204, 204]
    trouble(twilio.delete(at("PN" + "1" * 32)), 404, 20404)


def test_emergency_addresses(twilio: httpx.Client, vendor: Vendor) -> None:
    """They are registered and removed after a while; a release with one is refused with any status, or done."""
    vendor.switch("twilio", emergency_s=30, delete_with_emergency_address=409)
    sid = number(buy(twilio), 201)["sid"]
    answer = number(twilio.post(at(sid), data={"EmergencyAddressSid": ADDRESS}))
    assert answer["emergency_address_status"] == "pending-registration"
    vendor.clock(advance_s=31)
    assert number(twilio.get(at(sid)))["emergency_address_status"] == "registered"
    answer = number(twilio.post(at(sid), data={"EmergencyAddressSid": ""}))
    assert answer["emergency_address_status"] == "pending-unregistration"
    trouble(twilio.delete(at(sid)), 409, 20001)
    vendor.switch("twilio", delete_with_emergency_address=204)
    assert twilio.delete(at(sid)).status_code == 204


def test_searches(twilio: httpx.Client, vendor: Vendor) -> None:
    """As many as are asked for, in the order of the inventory, with lower-case keys, and one that is not found."""
    vendor.switch("twilio", result_cap="page_size", order="inventory", capability_keys="lower")
    found = search(twilio, PageSize="1000")
    assert len(found) > 30
    assert found == search(twilio, PageSize="1000")
    (answer,) = twilio.get(f"/AvailablePhoneNumbers/US/Local.json?Contains={NUMBER[1:]}").json()[
        "available_phone_numbers"
    ]
    assert answer["capabilities"].keys() == {"voice", "sms", "mms", "fax"}
    vendor.switch("twilio", exact_contains="missed")
    assert search(twilio, Contains=NUMBER) == []
    assert NUMBER in search(twilio, Contains=NUMBER[:-2])
    number(buy(twilio), 201)


def test_after_release(twilio: httpx.Client, vendor: Vendor) -> None:
    """A number is gone for days, or bought again at once, under another SID or the same; each time it is charged."""
    first = number(buy(twilio), 201)["sid"]
    twilio.delete(at(first))
    trouble(buy(twilio), 400, 21422)
    assert NUMBER not in search(twilio, AreaCode="201")
    vendor.switch("twilio", back_on_offer_s=60)
    vendor.clock(advance_s=61)
    assert NUMBER in search(twilio, AreaCode="201")
    vendor.switch("twilio", after_release="new_sid")
    second = number(buy(twilio), 201)["sid"]
    assert second != first
    twilio.delete(at(second))
    vendor.switch("twilio", after_release="old_sid")
    assert number(buy(twilio), 201)["sid"] == second
    assert [one.number for one in vendor.state().past] == [NUMBER] * 2
    assert [one.lease_id for one in vendor.charges()] == [first, first, second, second, second, second]


def test_type(twilio: httpx.Client, vendor: Vendor) -> None:
    """Of an owned number: missing, or spelt otherwise."""
    assert number(buy(twilio, "+18005550123"), 201)["type"] == "toll_free"
    vendor.switch("twilio", type="camel")
    assert number(buy(twilio, "+18005550123"), 201)["type"] == "tollFree"
    vendor.switch("twilio", type="absent")
    assert "type" not in number(buy(twilio, "+18005550123"), 201)


def test_friendly_names(twilio: httpx.Client, vendor: Vendor) -> None:
    """Found by a part; cut when too long; empty when set so, the number's own, or refused."""
    vendor.switch("twilio", friendly_name_filter="substring", long_friendly_name="cut")
    sid = number(buy(twilio, FriendlyName="desk " + "x" * 64), 201)["sid"]
    assert number(twilio.get(at(sid)))["friendly_name"] == "desk " + "x" * 59
    assert numbers(twilio.get(f"{OWNED}?FriendlyName=desk")) == [NUMBER]
    assert number(twilio.post(at(sid), data={"FriendlyName": ""}))["friendly_name"] == "(201) 555-0123"
    vendor.switch("twilio", empty_friendly_name="empty")
    assert number(twilio.post(at(sid), data={"FriendlyName": ""}))["friendly_name"] == ""
    vendor.switch("twilio", empty_friendly_name=400)
    trouble(twilio.post(at(sid), data={"FriendlyName": ""}), 400, 20002)


def test_concurrency(served: Served, vendor: Vendor) -> None:
    """What comes while an account has as many requests under way as it may is refused and not processed."""
    vendor.switch("twilio", concurrency=1)
    vendor.fault("lease", "hold_before", vendor="twilio")
    url = f"{served.url}/twilio/2010-04-01/Accounts/{vendor.account_sid()}"
    auth = (vendor.account_sid(), vendor.twilio_auth_token)
    with httpx.Client(base_url=url, auth=auth, trust_env=False, timeout=10) as client:
        first = threading.Thread(target=buy, args=(client,))
        first.start()
        vendor.wait_held()
        refused = buy(client, OTHER)
        trouble(refused, 429, 20429)
        assert refused.headers["Twilio-Concurrent-Requests"] == "1"
        assert "Retry-After" not in refused.headers
        vendor.switch("twilio", retry_after_s=2)
        assert buy(client, OTHER).headers["Retry-After"] == "2"
        other = (vendor.account_sid("other"), vendor.twilio_auth_token)
        assert client.get(f"{served.url}/twilio/2010-04-01/Accounts/{other[0]}{OWNED}", auth=other).status_code == 200
        vendor.release()
        first.join()
        number(buy(client, OTHER), 201)
    assert set(vendor.leased()) == {NUMBER, OTHER}
    assert len(vendor.charges()) == 4


def test_pages(twilio: httpx.Client, vendor: Vendor) -> None:
    """A cursor stands still while numbers come; pages by place shift, and so may any list."""
    for one in (NUMBER, OTHER):
        vendor.lease("twilio", one, vendor.account_sid())

    def second_page() -> list[str]:
        following = twilio.get(f"{OWNED}?PageSize=1").json()["next_page_uri"]
        vendor.lease("twilio", "+12015550125", vendor.account_sid())
        listed = numbers(twilio.get(following.partition(vendor.account_sid())[2]))
        vendor.terminate("twilio", "+12015550125")
        return listed

    assert second_page() == [NUMBER]
    vendor.switch("twilio", pages="offset")
    assert second_page() == [OTHER]
    vendor.switch("twilio", shifting_pages=1)
    assert numbers(twilio.get(OWNED)) == [NUMBER, OTHER]
    assert vendor.state().switches["twilio"]["shifting_pages"] == 0


@pytest.mark.parametrize(("pricing", "code"), [(401, 20003), (403, 20003), (404, 20404)])
def test_prices_refused(prices: httpx.Client, vendor: Vendor, pricing: int, code: int) -> None:
    """By a missing right, or since there are none."""
    vendor.switch("twilio", pricing=pricing)
    trouble(prices.get("/US"), pricing, code)


def test_prices_missing(prices: httpx.Client, vendor: Vendor) -> None:
    """A country without a type, and its currency in small letters."""
    vendor.switch("twilio", pricing="absent", price_unit="usd")
    answer = prices.get("/US").json()
    assert (answer["phone_number_prices"], answer["price_unit"]) == ([], "usd")


def test_pool(twilio: httpx.Client, services: httpx.Client, vendor: Vendor) -> None:
    """A service takes so many numbers."""
    vendor.switch("twilio", pool_size=1)
    for one, status in ((NUMBER, 201), (OTHER, 400)):
        sid = number(buy(twilio, one), 201)["sid"]
        assert services.post(POOL, data={"PhoneNumberSid": sid}).status_code == status


def test_bodies(twilio: httpx.Client, vendor: Vendor) -> None:
    """Errors as of RFC 9457, and fields that nobody has heard of."""
    vendor.switch("twilio", error_shape="problem", unknown_fields=True)
    answer = twilio.get(at("PN" + "1" * 32)).json()
    assert (answer["status"], answer["code"], answer["type"]) == (
        404,
        20404,
        "https://www.twilio.com/docs/errors/20404",
    )
    assert {"title", "detail", "since_tomorrow"} <= answer.keys()
    assert "since_tomorrow" in number(buy(twilio), 201)
