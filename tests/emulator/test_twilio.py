"""Twilio's numbers: bought, listed, read, updated and released, and who is refused what."""

import re
from email.utils import parsedate_to_datetime

import httpx
import pytest

from pulumi_leases.emulator import Vendor
from pulumi_leases.emulator.control import ControlError

from .answers import number, numbers, trouble

NUMBER = "+12015550123"
OTHER = "+12015550124"
GERMAN = "+493023125023"
OWNED = "/IncomingPhoneNumbers.json"

DOCUMENTED = {
    *("sid", "account_sid", "phone_number", "friendly_name", "type", "origin", "status", "beta", "capabilities", "uri"),
    *("date_created", "date_updated", "api_version", "address_requirements", "address_sid", "bundle_sid"),
    *("identity_sid", "trunk_sid", "status_callback", "status_callback_method", "voice_caller_id_lookup"),
    *("voice_url", "voice_method", "voice_fallback_url", "voice_fallback_method", "voice_application_sid"),
    *("sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method", "sms_application_sid", "voice_receive_mode"),
    *("emergency_status", "emergency_address_sid", "emergency_address_status"),
}
"""The fields of a number in Twilio's OpenAPI description of 2026-04: no price, no country, no place."""


def buy(twilio: httpx.Client, phone_number: str = NUMBER, **parameters: str) -> httpx.Response:
    return twilio.post(OWNED, data={"PhoneNumber": phone_number, **parameters})


def at(sid: str) -> str:
    return f"/IncomingPhoneNumbers/{sid}.json"


def search(twilio: httpx.Client, country: str = "US", kind: str = "Local", **filters: str) -> list[str]:
    return numbers(twilio.get(f"/AvailablePhoneNumbers/{country}/{kind}.json", params=filters))


def test_a_number_from_offer_to_release(twilio: httpx.Client, vendor: Vendor) -> None:
    """The whole life of a number, charged once: the full month and no fee."""
    assert NUMBER in search(twilio, AreaCode="201")
    bought = number(buy(twilio, FriendlyName="desk pl-x"), 201)
    assert (bought["phone_number"], bought["friendly_name"], bought["status"]) == (NUMBER, "desk pl-x", "in-use")
    assert bought["account_sid"] == vendor.account_sid()
    assert bought["date_created"] == bought["date_updated"]
    assert NUMBER not in search(twilio, AreaCode="201")

    assert number(twilio.get(at(bought["sid"]))) == bought
    assert twilio.get(OWNED).json()["incoming_phone_numbers"] == [bought]

    released = twilio.delete(at(bought["sid"]))
    assert (released.status_code, released.content) == (204, b"")
    assert numbers(twilio.get(OWNED)) == []
    assert vendor.leased("twilio") == {}
    trouble(twilio.get(at(bought["sid"])), 404, 20404)
    assert [(one.kind, one.amount, one.currency) for one in vendor.charges()] == [
        ("upfront", 0.0, "USD"),
        ("period", 1.15, "USD"),
    ]
    assert [call.operation for call in vendor.journal()] == [
        *("available", "lease", "available", "details", "leased", "terminate", "leased", "details"),
    ]
    assert [call.operation for call in vendor.journal() if call.wrote] == ["lease", "terminate"]
    assert {call.number for call in vendor.calls("terminate")} == {NUMBER}


def test_a_request_for_one_number_says_so_in_the_journal(twilio: httpx.Client, vendor: Vendor) -> None:
    """Faults can be scripted for a search or a list that asks for one number."""
    search(twilio, Contains=NUMBER)
    twilio.get(OWNED, params={"PhoneNumber": NUMBER})
    search(twilio, Contains="+1201")
    assert [(call.operation, call.number) for call in vendor.journal()] == [
        ("available", NUMBER), ("leased", NUMBER), ("available", ""),
    ]  # fmt: skip


def test_forms(twilio: httpx.Client, vendor: Vendor) -> None:
    """Dates are RFC 2822 to the second, SIDs are two letters and 32 digits, and what is not set is null or empty."""
    now = vendor.clock(offset_s=86_400)
    bought = number(buy(twilio), 201)
    assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000", bought["date_created"])
    assert 0 <= now + 5 - parsedate_to_datetime(bought["date_created"]).timestamp() < 10
    assert re.fullmatch("PN[0-9a-f]{32}", bought["sid"])
    assert bought["friendly_name"] == "(201) 555-0123"
    assert (bought["sms_url"], bought["voice_application_sid"], bought["trunk_sid"]) == ("", "", None)
    assert bought["capabilities"] == {"voice": True, "sms": True, "mms": True, "fax": False}
    assert (bought["type"], bought["origin"], bought["address_requirements"]) == ("local", "twilio", "none")
    assert bought["uri"] == f"/2010-04-01/Accounts/{vendor.account_sid()}/IncomingPhoneNumbers/{bought['sid']}.json"
    assert bought.keys() == DOCUMENTED
    assert number(buy(twilio, "+442079460023"), 201)["friendly_name"] == "+442079460023"


def test_a_second_post_by_the_owner_charges_nothing(twilio: httpx.Client, vendor: Vendor) -> None:
    """It answers 201 with the number as it was bought, and takes the parameters over."""
    first = number(buy(twilio, FriendlyName="first"), 201)
    vendor.clock(advance_s=3600)
    second = number(buy(twilio, FriendlyName="second", SmsUrl="https://example.com/sms"), 201)
    assert (second["sid"], second["date_created"]) == (first["sid"], first["date_created"])
    assert second["date_updated"] != first["date_updated"]
    assert (second["friendly_name"], second["sms_url"]) == ("second", "https://example.com/sms")
    assert len(vendor.charges()) == 2
    assert vendor.calls("lease")[1].outcome == "already leased"


def test_a_number_of_a_stranger_is_not_available(twilio: httpx.Client, vendor: Vendor) -> None:
    """Neither by purchase nor by read, and no search finds it."""
    strange = vendor.lease("twilio", NUMBER)
    assert trouble(buy(twilio), 400, 21422) == f"{NUMBER} is not available"
    trouble(twilio.get(at(strange.lease_id)), 404, 20404)
    trouble(twilio.delete(at(strange.lease_id)), 404, 20404)
    trouble(twilio.post(at(strange.lease_id), data={"FriendlyName": "mine"}), 404, 20404)
    assert NUMBER not in search(twilio, AreaCode="201")
    assert vendor.leased() == {NUMBER: strange}


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, 21421),
        ({"PhoneNumber": "2015550123"}, 21421),
        ({"PhoneNumber": "+12015559999"}, 21422),
        ({"AreaCode": "20"}, 21451),
        ({"AreaCode": "999"}, 21452),
        ({"PhoneNumber": NUMBER, "AddressSid": "AD1"}, 20001),
        ({"PhoneNumber": NUMBER, "SmsUrl": "example.com"}, 21402),
        ({"PhoneNumber": NUMBER, "VoiceMethod": "PUT"}, 21403),
        ({"PhoneNumber": NUMBER, "FriendlyName": "x" * 65}, 20002),
    ],
)
def test_a_wrong_purchase_buys_nothing(
    twilio: httpx.Client, vendor: Vendor, parameters: dict[str, str], code: int
) -> None:
    """Each with the code that Twilio has for it."""
    trouble(twilio.post(OWNED, data=parameters), 400, code)
    assert vendor.leases() == []
    assert vendor.charges() == []


def test_a_purchase_by_area_code_buys_another_each_time(twilio: httpx.Client, vendor: Vendor) -> None:
    """Which is why nobody should repeat it."""
    first, second = (number(twilio.post(OWNED, data={"AreaCode": "201"}), 201) for _ in range(2))
    assert first["phone_number"] != second["phone_number"]
    assert len(vendor.leases()) == 2


def test_regulation(twilio: httpx.Client, vendor: Vendor) -> None:
    """A number that needs an address or a bundle is sold to who names one; a search says so of addresses only."""
    vendor.change_offer("twilio", GERMAN, requirements=["address_local", "bundle"])
    (owned,) = twilio.get("/AvailablePhoneNumbers/DE/Local.json?Contains=%2B493023125023").json()[
        "available_phone_numbers"
    ]
    assert owned["address_requirements"] == "local"
    trouble(buy(twilio, GERMAN), 400, 21649)
    bundle, address = "BU" + "1" * 32, "AD" + "1" * 32
    assert "'AddressSid' parameter was empty" in trouble(buy(twilio, GERMAN, BundleSid=bundle), 400, 21631)
    bought = number(buy(twilio, GERMAN, BundleSid=bundle, AddressSid=address), 201)
    assert (bought["bundle_sid"], bought["address_sid"]) == (bundle, address)


def test_in_place(twilio: httpx.Client, vendor: Vendor) -> None:
    """Every parameter is set, read back, and cleared by an empty one; what is not named stays."""
    sid = number(buy(twilio, FriendlyName="desk"), 201)["sid"]
    urls = {
        name: f"https://example.com/{name}" for name in ("SmsUrl", "SmsFallbackUrl", "VoiceUrl", "VoiceFallbackUrl")
    }
    ids = {"SmsApplicationSid": "AP" + "1" * 32, "TrunkSid": "TK" + "1" * 32, "IdentitySid": "RI" + "1" * 32}
    sent = {**urls, **ids, "SmsMethod": "GET", "StatusCallback": "http://x.test", "VoiceCallerIdLookup": "true"}
    changed = number(twilio.post(at(sid), data=sent))
    names = {name: re.sub("(?<!^)([A-Z])", r"_\1", name).lower() for name in sent}
    assert {name: changed[owned] for name, owned in names.items()} == {**sent, "VoiceCallerIdLookup": True}
    assert changed["friendly_name"] == "desk"
    assert number(twilio.get(at(sid))) == changed
    cleared = number(twilio.post(at(sid), data=dict.fromkeys(sent, "")))
    original = {"SmsMethod": "POST", "TrunkSid": None, "IdentitySid": None, "VoiceCallerIdLookup": False}
    assert {name: cleared[owned] for name, owned in names.items()} == {**dict.fromkeys(sent, ""), **original}
    assert [call.outcome for call in vendor.calls("configure")] == ["configured"] * 2
    assert len(vendor.charges()) == 2


def test_an_application_and_a_trunk_delete_each_other(twilio: httpx.Client) -> None:
    """The one that comes stays; a wrong value changes nothing."""
    sid = number(buy(twilio), 201)["sid"]
    application, trunk = "AP" + "1" * 32, "TK" + "1" * 32
    number(twilio.post(at(sid), data={"VoiceApplicationSid": application}))
    owned = number(twilio.post(at(sid), data={"TrunkSid": trunk}))
    assert (owned["voice_application_sid"], owned["trunk_sid"]) == ("", trunk)
    owned = number(twilio.post(at(sid), data={"VoiceApplicationSid": application, "TrunkSid": ""}))
    assert (owned["voice_application_sid"], owned["trunk_sid"]) == (application, None)
    trouble(twilio.post(at(sid), data={"TrunkSid": trunk, "SmsUrl": "nowhere"}), 400, 21402)
    trouble(twilio.post(at(sid), data={"EmergencyStatus": "Active"}), 400, 22222)
    assert number(twilio.get(at(sid)))["trunk_sid"] is None


def test_emergency_address(twilio: httpx.Client, vendor: Vendor) -> None:
    """It is ignored at purchase, set by an update, and keeps the number from being released."""
    address = "AD" + "1" * 32
    bought = number(buy(twilio, EmergencyAddressSid=address), 201)
    assert (bought["emergency_address_sid"], bought["emergency_address_status"]) == (None, "unregistered")
    owned = number(twilio.post(at(bought["sid"]), data={"EmergencyAddressSid": address}))
    assert (owned["emergency_address_sid"], owned["emergency_address_status"]) == (address, "registered")
    assert owned["emergency_status"] == "Active"
    trouble(twilio.delete(at(bought["sid"])), 400, 20001)
    assert NUMBER in vendor.leased()
    number(twilio.post(at(bought["sid"]), data={"EmergencyAddressSid": ""}))
    assert twilio.delete(at(bought["sid"])).status_code == 204


def test_pages(twilio: httpx.Client, vendor: Vendor) -> None:
    """A list is read page by page at the addresses that Twilio writes, newest first; others are refused."""
    wanted = [f"+120155501{count}" for count in (23, 24, 25)]
    for one in wanted:
        vendor.lease("twilio", one, vendor.account_sid())
    path, listed = f"{OWNED}?PageSize=2", []
    while path:
        page = twilio.get(path)
        listed += numbers(page)
        following = page.json()["next_page_uri"]
        path = following and following.removeprefix(f"/2010-04-01/Accounts/{vendor.account_sid()}")
    assert listed == wanted[::-1]
    assert (page.json()["page"], page.json()["start"], page.json()["end"]) == (1, 2, 2)
    assert len(vendor.calls("leased")) == 2
    trouble(twilio.get(f"{OWNED}?Page=1"), 400, 21481)
    trouble(twilio.get(f"{OWNED}?Page=1&PageToken=x"), 400, 21481)
    trouble(twilio.get(f"{OWNED}?PageSize=none"), 400, 20001)
    assert twilio.get(f"{OWNED}?PageSize=5000").json()["page_size"] == 1000


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"{OWNED}?PhoneNumber=%2B12015550123", {NUMBER}),
        (f"{OWNED}?PhoneNumber=1201555012*", {NUMBER, OTHER}),
        (f"{OWNED}?PhoneNumber=555", {NUMBER, OTHER, "+18005550123"}),
        (f"{OWNED}?FriendlyName=desk", {OTHER}),
        (f"{OWNED}?FriendlyName=des", set()),
        (f"{OWNED}?Origin=hosted", {"+442079460023"}),
        ("/IncomingPhoneNumbers/TollFree.json", {"+18005550123"}),
        ("/IncomingPhoneNumbers/Mobile.json", set()),
    ],
)
def test_filters_of_a_list(twilio: httpx.Client, vendor: Vendor, path: str, found: set[str]) -> None:
    """By a part of the number with any digit for a star, by the whole name, by origin and by type."""
    for one in (NUMBER, OTHER, "+18005550123", "+442079460023"):
        vendor.lease("twilio", one, vendor.account_sid())
    vendor.edit("twilio", OTHER, friendly_name="desk")
    vendor.edit("twilio", "+442079460023", origin="hosted")
    assert set(numbers(twilio.get(path))) == found


def test_what_others_do_is_seen(twilio: httpx.Client, vendor: Vendor) -> None:
    """A number that is bought, edited or released in the console, and one whose status changes."""
    made = vendor.lease("twilio", NUMBER, vendor.account_sid(), settings={"friendly_name": "desk pl-other"})
    assert number(twilio.get(at(made.lease_id)))["friendly_name"] == "desk pl-other"
    vendor.edit("twilio", NUMBER, friendly_name="renamed", voice_url="https://example.com/elsewhere")
    vendor.set_status("twilio", NUMBER, "paused")
    owned = number(twilio.get(at(made.lease_id)))
    assert (owned["friendly_name"], owned["status"]) == ("renamed", "paused")
    assert owned["voice_url"] == "https://example.com/elsewhere"
    vendor.edit("twilio", NUMBER, friendly_name=None, voice_url=None)
    owned = number(twilio.get(at(made.lease_id)))
    assert (owned["friendly_name"], owned["voice_url"]) == ("(201) 555-0123", "")
    with pytest.raises(ControlError, match="twilio has no setting colour"):
        vendor.edit("twilio", NUMBER, colour="red")
    vendor.terminate("twilio", NUMBER)
    assert numbers(twilio.get(OWNED)) == []
    vendor.add_offer("twilio", "+12015550177", number_type="local", recurring_fee=1.15, upfront_fee=0.0)
    assert number(buy(twilio, "+12015550177"), 201)["type"] == "local"


def test_faults_meet_twilio(twilio: httpx.Client, vendor: Vendor) -> None:
    """The work behind a lost answer is done, errors have Twilio's form, and 429 does nothing."""
    vendor.fault("lease", "drop_after", vendor="twilio")
    with pytest.raises(httpx.RemoteProtocolError):
        buy(twilio)
    assert NUMBER in vendor.leased()
    vendor.fault("lease", "429", retry_after=3)
    answer = buy(twilio, OTHER)
    trouble(answer, 429, 20429)
    assert answer.headers["Retry-After"] == "3"
    vendor.fault("lease", "status", code=503)
    trouble(buy(twilio, OTHER), 503, 20503)
    vendor.fault("lease", "taken", by=vendor.account_sid(), settings={"friendly_name": "theirs"})
    assert number(buy(twilio, OTHER), 201)["friendly_name"] == "theirs"
    assert len(vendor.charges()) == 4


def test_unknown_paths(twilio: httpx.Client, vendor: Vendor) -> None:
    """A path that does not exist is 404 in Twilio's form, and in the journal."""
    trouble(twilio.get("/Nothing.json"), 404, 20404)
    assert [call.operation for call in vendor.journal()] == ["other"]
