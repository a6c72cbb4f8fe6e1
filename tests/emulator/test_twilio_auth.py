"""Who reaches what at Twilio: accounts, subaccounts, API keys, restricted ones, and test credentials."""

import httpx
import pytest

from pulumi_leases.emulator import Emulator, Vendor

from .answers import number, numbers, trouble
from .test_twilio import NUMBER, OWNED, at, buy


def own(vendor: Vendor, account: str) -> str:
    """The address of the list of an account."""
    return f"{vendor.twilio}/2010-04-01/Accounts/{account}{OWNED}"


@pytest.mark.parametrize("header", ["", "Bearer abc", "Basic abc", "Basic QUMxOng="])
def test_bad_credentials(emulator: Emulator, vendor: Vendor, header: str) -> None:
    """None, of another scheme, unreadable, or of no account: 401 with 20003, and nothing is done."""
    sent = {"Authorization": header} if header else {}
    with httpx.Client(transport=httpx.WSGITransport(app=emulator), headers=sent) as client:
        trouble(client.post(own(vendor, vendor.account_sid()), data={"PhoneNumber": NUMBER}), 401, 20003)
    assert vendor.leases() == []
    assert vendor.journal()[-1].outcome == "unauthorised"


def test_wrong_and_revoked_tokens(twilio: httpx.Client, vendor: Vendor) -> None:
    """A token that is not the account's, and that of an account that is suspended."""
    trouble(twilio.get(OWNED, auth=(vendor.account_sid(), "wrong")), 401, 20003)
    vendor.login("twilio", vendor.account_sid(), api_key="another")
    trouble(twilio.get(OWNED), 401, 20003)
    assert numbers(twilio.get(OWNED, auth=(vendor.account_sid(), "another"))) == []
    vendor.revoke("twilio", vendor.account_sid())
    trouble(twilio.get(OWNED, auth=(vendor.account_sid(), "another")), 401, 20003)
    trouble(twilio.get(OWNED, auth=(vendor.api_key_sid(), vendor.twilio_auth_token)), 401, 20003)


def test_accounts_are_apart(twilio: httpx.Client, vendor: Vendor) -> None:
    """No account reaches the numbers of another, nor by the other's path."""
    buy(twilio)
    other = (vendor.account_sid("other"), vendor.twilio_auth_token)
    trouble(twilio.get(OWNED, auth=other), 401, 20003)
    assert numbers(twilio.get(own(vendor, other[0]), auth=other)) == []


def test_subaccounts(twilio: httpx.Client, vendor: Vendor) -> None:
    """The main account's token reaches the numbers of a subaccount, and not the other way round."""
    main, sub = vendor.account_sid(), vendor.account_sid("sub")
    vendor.login("twilio", sub, parent=main)
    bought = number(twilio.post(own(vendor, sub), data={"PhoneNumber": NUMBER}), 201)
    assert bought["account_sid"] == sub
    assert set(vendor.leased("twilio", sub)) == {NUMBER}
    assert numbers(twilio.get(OWNED)) == []
    trouble(buy(twilio), 400, 21422)
    by_sub = (sub, vendor.twilio_auth_token)
    assert numbers(twilio.get(own(vendor, sub), auth=by_sub)) == [NUMBER]
    trouble(twilio.get(OWNED, auth=by_sub), 401, 20003)


def test_a_number_moves_within_the_family(twilio: httpx.Client, vendor: Vendor) -> None:
    """To a subaccount, and to no stranger."""
    sub, sid = vendor.account_sid("sub"), number(buy(twilio), 201)["sid"]
    vendor.login("twilio", sub, parent=vendor.account_sid())
    trouble(twilio.post(at(sid), data={"AccountSid": vendor.account_sid("stranger")}), 400, 20001)
    trouble(twilio.post(at(sid), data={"AccountSid": "sub"}), 400, 20001)
    assert number(twilio.post(at(sid), data={"AccountSid": sub}))["account_sid"] == sub
    assert set(vendor.leased("twilio", sub)) == {NUMBER}


def test_api_keys(twilio: httpx.Client, prices: httpx.Client, vendor: Vendor) -> None:
    """A key does for its account what the token does, with the account in the path; but for accounts, and subaccounts."""
    key = (vendor.api_key_sid(), vendor.twilio_auth_token)
    number(twilio.post(OWNED, data={"PhoneNumber": NUMBER}, auth=key), 201)
    assert set(vendor.leased("twilio", vendor.account_sid())) == {NUMBER}
    assert prices.get("/US", auth=key).status_code == 200
    assert {call.login for call in vendor.journal()} == {vendor.account_sid()}
    trouble(twilio.get(f"{vendor.twilio}/2010-04-01/Accounts/{vendor.account_sid()}.json", auth=key), 401, 20003)
    vendor.login("twilio", vendor.account_sid("sub"), parent=vendor.account_sid())
    trouble(twilio.get(own(vendor, vendor.account_sid("sub")), auth=key), 401, 20003)
    vendor.login("twilio", vendor.api_key_sid("given"), parent=vendor.account_sid(), api_key="secret")
    assert numbers(twilio.get(OWNED, auth=(vendor.api_key_sid("given"), "secret"))) == [NUMBER]


def test_a_restricted_key(twilio: httpx.Client, prices: httpx.Client, services: httpx.Client, vendor: Vendor) -> None:
    """It reaches what it is granted: here numbers, but neither prices nor services."""
    vendor.login("twilio", vendor.api_key_sid(), denied=["pricing", "messaging"])
    key = (vendor.api_key_sid(), vendor.twilio_auth_token)
    number(twilio.post(OWNED, data={"PhoneNumber": NUMBER}, auth=key), 201)
    trouble(prices.get("/US", auth=key), 401, 20003)
    trouble(services.get(f"/MG{'1' * 32}/PhoneNumbers", auth=key), 401, 20003)


def test_account(twilio: httpx.Client, vendor: Vendor) -> None:
    """An account can be read; it says whose it is, and whether it is a trial."""
    account = twilio.get(f"{vendor.twilio}/2010-04-01/Accounts/{vendor.account_sid()}.json").json()
    assert (account["sid"], account["owner_account_sid"]) == (vendor.account_sid(), vendor.account_sid())
    assert (account["status"], account["type"]) == ("active", "Full")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"PhoneNumber": "+15005550000"}, 21422),
        ({"PhoneNumber": "+15005550001"}, 21421),
        ({"PhoneNumber": "33"}, 21421),
        ({"PhoneNumber": NUMBER}, 21422),
        ({"AreaCode": "533"}, 21452),
        ({"PhoneNumber": "+15005550006"}, None),
        ({"AreaCode": "500"}, None),
    ],
)
def test_test_credentials(twilio: httpx.Client, vendor: Vendor, parameters: dict[str, str], code: int | None) -> None:
    """The magic numbers do what Twilio documents; nothing is bought, and everything else is forbidden."""
    vendor.login("twilio", vendor.account_sid(), test=True)
    answer = twilio.post(OWNED, data={**parameters, "SmsUrl": "https://example.com"})
    if code is None:
        bought = number(answer, 201)
        assert (bought["phone_number"], bought["friendly_name"]) == ("+15005550006", "(500) 555-0006")
        assert bought["sms_url"] == "https://example.com"
        assert set(bought["capabilities"].values()) == {False}
    else:
        trouble(answer, 400, code)
    assert vendor.leases() == []
    assert vendor.charges() == []
    trouble(twilio.get(OWNED), 403, 20008)
    trouble(twilio.get("/AvailablePhoneNumbers/US/Local.json"), 403, 20008)
