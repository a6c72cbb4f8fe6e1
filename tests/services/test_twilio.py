"""Twilio: logins, the purchase and whose it is, what the account has, the release; held against the vendor's side."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from pulumi_leases.domain.errors import (
    BadResponse,
    ConfigError,
    InvalidInput,
    LeaseError,
    NoAnswer,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
    Unreachable,
)
from pulumi_leases.domain.models import Lease, Order
from pulumi_leases.domain.references import mint_reference
from pulumi_leases.services.twilio.shapes import Owned

if TYPE_CHECKING:
    from pulumi_leases.emulator import Vendor
    from pulumi_leases.services.twilio.service import Twilio

    from ..raw import Raw
    from .conftest import ConnectTwilio

NUMBER, OTHER, THIRD, GERMAN = "+12015550123", "+12015550124", "+12015550125", "+493023125023"
ADDRESS, BUNDLE, IDENTITY = "AD" + "1" * 32, "BU" + "1" * 32, "RI" + "1" * 32
SID = "PN" + "1" * 32


CODES: list[tuple[int, int, type[LeaseError], str]] = [
    (400, 21422, Refused, "not for sale"),
    (400, 21421, Refused, "mend `number`"),
    (400, 21451, Refused, "mend the area code of the search"),
    (400, 21452, Refused, "mend the area code of the search"),
    (400, 21457, Refused, "another type than was asked for"),
    (400, 21458, Refused, "another type than was asked for"),
    (400, 21631, Refused, 'requirements={"address"'),
    (400, 21615, Refused, 'local address: .*requirements={"address"'),
    (400, 21613, Refused, 'certified address: .*requirements={"address"'),
    (400, 21649, Refused, 'requirements={"bundle"'),
    (400, 21650, Refused, 'requirements={"identity".*or a `bundle`'),
    (400, 21651, Refused, "mend `requirements`, its `bundle` or `identity`"),
    (400, 21404, Refused, "trial account: verify a number"),
    (400, 10002, Refused, "trial account"),
    (400, 20002, Refused, "mend `label`"),
    (403, 20005, PaymentRequired, "top it up"),
    (400, 10001, PaymentRequired, "top it up"),
    (400, 22300, Refused, "held for compliance: ask Twilio's support"),
    (403, 20010, Refused, "may not do this: ask Twilio's support"),
    (403, 20006, Refused, "use the auth token, or a key with the right to it"),
    (403, 20403, Refused, "use the auth token, or a key with the right to it"),
    (403, 22402, Refused, "give the base URL of us1"),
    (401, 20003, Unauthorized, "wrong account SID, key or token, or one of another region"),
    (403, 20008, Refused, "give the account's own"),
    (400, 21450, Refused, "verified caller ids, not about a purchase"),
    (400, 21453, Refused, "verified caller ids, not about a purchase"),
    (429, 20429, RateLimited, "no"),
    (500, 20500, NoAnswer, "no"),
    (503, 20503, NoAnswer, "no"),
]
"""The codes that a purchase is answered with, as far as they are known, and what their errors must say."""


def owned(**changed: Any) -> dict[str, Any]:
    """A number as the vendor's samples have it."""
    usual = {
        "sid": SID,
        "phone_number": NUMBER,
        "friendly_name": "(201) 555-0123",
        "date_created": "Thu, 30 Jul 2015 23:19:04 +0000",
        "date_updated": "Thu, 30 Jul 2015 23:19:05 +0000",
        "capabilities": {"voice": True, "SMS": True, "mms": False},
        "status": "in-use",
        "origin": "twilio",
    }
    return {**usual, **changed}


def page(*numbers: dict[str, Any], following: str | None = None) -> dict[str, Any]:
    return {"incoming_phone_numbers": list(numbers), "next_page_uri": following}


def forms(vendor: Vendor, operation: str) -> list[dict[str, str]]:
    """The forms that the calls of an operation carried."""
    calls = vendor.calls(operation, vendor="twilio")
    return [{name: value for name, [value] in parse_qs(call.body, True).items()} for call in calls]


# Who asks.


def test_an_api_key_speaks_for_its_account(connect_twilio: ConnectTwilio, vendor: Vendor) -> None:
    """The user is the key, the path the account's; the login is the account SID."""
    service = connect_twilio(api_key=vendor.api_key_sid())
    service.lease(Order(number=NUMBER))
    assert service.login == vendor.account_sid()
    assert set(vendor.leased("twilio", vendor.account_sid())) == {NUMBER}


def test_a_subaccount_is_an_account(connect_twilio: ConnectTwilio, vendor: Vendor) -> None:
    """Its numbers are its own."""
    sub = vendor.account_sid("sub")
    vendor.login("twilio", sub, parent=vendor.account_sid())
    connect_twilio(account_sid=sub).lease(Order(number=NUMBER))
    assert set(vendor.leased("twilio", sub)) == {NUMBER}
    assert connect_twilio().list() == []


def test_no_error_holds_the_credential(connect_twilio: ConnectTwilio, vendor: Vendor) -> None:
    """A wrong one is reported with the vendor's code, and is not repeated."""
    with pytest.raises(Unauthorized, match=r"20003.*wrong account SID, key or token") as failed:
        connect_twilio(auth_token="wrong-token").list()
    assert "wrong-token" not in str(failed.value)


def test_test_credentials_are_refused_as_such(twilio: Twilio, vendor: Vendor) -> None:
    """They reach nothing but purchases that are none."""
    vendor.login("twilio", vendor.account_sid(), test=True)
    with pytest.raises(Refused, match=r"20008.*test credentials cannot do this"):
        twilio.lease(Order(number=NUMBER))


@pytest.mark.parametrize("setting", ["base_url", "pricing_base_url", "messaging_base_url"])
def test_no_address_lets_the_key_travel_in_clear(connect_twilio: ConnectTwilio, setting: str) -> None:
    """All three are looked at before anything is sent."""
    with pytest.raises(ConfigError, match="must be https"):
        connect_twilio(**{setting: "http://api.example.com"})


def test_an_error_has_the_vendors_request_id(twilio: Twilio) -> None:
    """From the header, for its support."""
    with pytest.raises(Refused) as failed:
        twilio.lease(Order(number="+12015559999"))
    assert str(failed.value.request_id).startswith("RQ")
    assert str(failed.value.request_id) in str(failed.value)


# The purchase.


def test_a_purchase_carries_number_name_and_requirements_only(twilio: Twilio, vendor: Vendor) -> None:
    """No area code, no wiring: a repeated purchase would overwrite it."""
    reference = mint_reference()
    requirements = {"address": ADDRESS, "bundle": BUNDLE, "identity": IDENTITY}
    lease = twilio.lease(Order(number=NUMBER, reference=reference, label="support", requirements=requirements))
    assert forms(vendor, "lease") == [
        {
            "PhoneNumber": NUMBER,
            "FriendlyName": f"support {reference}",
            "AddressSid": ADDRESS,
            "BundleSid": BUNDLE,
            "IdentitySid": IDENTITY,
        }
    ]
    assert lease.reference == reference
    assert [one.reference for one in (*twilio.find(NUMBER), *twilio.list())] == [reference, reference]


def test_the_account_is_asked_right_before(twilio: Twilio, vendor: Vendor) -> None:
    """One reading, one purchase."""
    twilio.lease(Order(number=NUMBER))
    assert [call.operation for call in vendor.journal()] == ["leased", "lease"]


def test_a_long_label_is_cut_and_the_reference_is_whole(twilio: Twilio, vendor: Vendor) -> None:
    """64 characters in all."""
    vendor.switch("twilio", long_friendly_name=400)
    reference = mint_reference()
    lease = twilio.lease(Order(number=NUMBER, reference=reference, label="a very  long label " * 9))
    name = vendor.leased()[NUMBER].settings["friendly_name"]
    assert len(name) <= 64
    assert name.endswith(f" {reference}")
    assert lease.reference == reference
    assert lease.settings is not None
    assert f"{lease.settings['label']} {reference}" == name


def test_a_text_of_somebody_is_no_reference(twilio: Twilio, vendor: Vendor) -> None:
    """Nor is the name that a number has by itself a label."""
    twilio.lease(Order(number=NUMBER))
    vendor.edit("twilio", NUMBER, friendly_name=None)
    (lease,) = twilio.find(NUMBER)
    assert lease.settings is not None
    assert (lease.reference, lease.settings["label"]) == (None, None)
    vendor.edit("twilio", NUMBER, friendly_name="pl-desk 7")
    (lease,) = twilio.find(NUMBER)
    assert lease.settings is not None
    assert (lease.reference, lease.settings["label"]) == (None, "pl-desk 7")


def test_what_the_account_has_is_not_bought(twilio: Twilio, vendor: Vendor) -> None:
    """Twilio would answer 201 and overwrite its name: no purchase is sent."""
    theirs = mint_reference()
    twilio.lease(Order(number=NUMBER, reference=theirs))
    with pytest.raises(Refused, match=r"the account has .* already"):
        twilio.lease(Order(number=NUMBER, reference=mint_reference()))
    assert len(vendor.calls("lease")) == 1
    assert twilio.find(NUMBER)[0].reference == theirs


def test_what_carries_our_reference_is_ours(twilio: Twilio, vendor: Vendor) -> None:
    """A purchase of an earlier run is found, and not sent again."""
    order = Order(number=NUMBER, reference=mint_reference())
    first = twilio.lease(order)
    assert twilio.lease(order).lease_id == first.lease_id
    assert len(vendor.calls("lease")) == 1


def test_a_lagging_listing_hijacks_nothing(twilio: Twilio, connect_twilio: ConnectTwilio, vendor: Vendor) -> None:
    """201 for a number that was there before: it is not taken for ours, its name no longer says so, and its buyer knows it."""
    theirs, ours, buyer = mint_reference(), mint_reference(), connect_twilio()
    vendor.switch("twilio", listing_lag_s=60)
    first = buyer.lease(Order(number=NUMBER, reference=theirs, label="desk"))
    vendor.clock(advance_s=10)
    with pytest.raises(Refused, match=rf"the account has .* already .{first.lease_id}"):
        twilio.lease(Order(number=NUMBER, reference=ours, label="mine"))
    vendor.clock(advance_s=60)
    assert twilio.find(NUMBER)[0].reference is None
    assert buyer.find(NUMBER)[0].reference == theirs
    assert len([charge for charge in vendor.charges() if charge.kind == "upfront"]) == 1


@pytest.mark.parametrize(
    ("created_s", "updated_s", "before"),
    [(0, 0, False), (1, 1, False), (-1, 1, False), (0, 3, True), (-10, 0, True), (-3600, 1, True), (-60, -60, False)],
)
def test_what_was_there_before_a_purchase_is_known_by_two_dates(created_s: int, updated_s: int, before: bool) -> None:
    """However long the call was on its way, and whatever the clock is that dates them."""
    sent_at = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
    dates = [format_datetime(sent_at + timedelta(seconds=seconds)) for seconds in (created_s, updated_s)]
    found = Owned.model_validate(owned(date_created=dates[0], date_updated=dates[1]))
    assert found.was_written_later == before


def test_a_purchase_that_is_ignored_is_anothers(twilio: Twilio, vendor: Vendor) -> None:
    """Its parameters were not taken over: the answer has the other's reference."""
    theirs = mint_reference()
    vendor.switch("twilio", listing_lag_s=60, own_number="ignore")
    twilio.lease(Order(number=NUMBER, reference=theirs))
    vendor.clock(advance_s=10)
    assert twilio.lease(Order(number=NUMBER, reference=mint_reference())).reference == theirs


def test_a_repeated_purchase_may_be_refused(twilio: Twilio, vendor: Vendor) -> None:
    """If that is what the vendor does."""
    vendor.switch("twilio", listing_lag_s=60, own_number=400)
    twilio.lease(Order(number=NUMBER))
    with pytest.raises(Refused, match="21422"):
        twilio.lease(Order(number=NUMBER))


def test_a_reading_that_fails_before_the_purchase_costs_nothing(twilio: Twilio, vendor: Vendor) -> None:
    """Surely nothing was done: the purchase was not sent."""
    vendor.fault("leased", "html", vendor="twilio")
    with pytest.raises(Unreachable, match="so it was not asked for"):
        twilio.lease(Order(number=NUMBER))
    assert vendor.calls("lease") == []


@pytest.mark.parametrize(
    ("switch", "kind", "said"),
    [
        ({"funds": 20005}, PaymentRequired, "20005.*top it up"),
        ({"funds": 10001}, PaymentRequired, "10001.*top it up"),
        ({"funds": 20003}, Unauthorized, "20003"),
        ({"trial": "one_number"}, Refused, "21404.*trial account"),
        ({"trial": "verify_first"}, Refused, "21404.*verify a number"),
        ({"trial": "no_feature"}, Refused, "10002.*trial account"),
        ({"compliance_hold": True}, Refused, "22300.*compliance"),
        ({"address_required": "any"}, Refused, 'an address: give .*requirements={"address"'),
        ({"bundle_required": "always"}, Refused, 'requirements={"bundle"'),
    ],
)
def test_a_refusal_names_what_mends_it(
    twilio: Twilio, vendor: Vendor, switch: dict[str, Any], kind: type[LeaseError], said: str
) -> None:
    """In the words of our inputs, with the vendor's code; nothing is charged."""
    if switch.get("trial") == "one_number":
        twilio.lease(Order(number=OTHER))
    vendor.switch("twilio", **switch)
    paid = vendor.charges()
    with pytest.raises(kind, match=said) as failed:
        twilio.lease(Order(number=NUMBER))
    assert type(failed.value) is kind
    assert vendor.charges() == paid


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (21613, 'certified address.*requirements={"address"'),
        (21615, 'local address.*requirements={"address"'),
        (21650, 'requirements={"identity"'),
        (21651, "`bundle` or `identity`"),
    ],
)
def test_a_document_that_does_not_fit_is_named(twilio: Twilio, vendor: Vendor, code: int, said: str) -> None:
    """As the input that it came from."""
    vendor.switch("twilio", address_required="any", bundle_required="always", requirements_fit=code)
    with pytest.raises(Refused, match=said):
        twilio.lease(Order(number=NUMBER, requirements={"address": ADDRESS, "bundle": BUNDLE}))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        ("400 Bad Request", {"code": 21421, "message": "no"}, Refused),
        ("400 Bad Request", {"code": 21451, "message": "no"}, Refused),
        ("400 Bad Request", {"code": 21452, "message": "no"}, Refused),
        ("400 Bad Request", {"code": 21450, "message": "no"}, Refused),
        ("403 Forbidden", {"code": 20010, "message": "no"}, Refused),
        ("403 Forbidden", {"code": 20403, "message": "no"}, Refused),
        ("403 Forbidden", {"code": 22402, "message": "no"}, Refused),
        ("400 Bad Request", {"code": 99999, "title": "new", "detail": "never heard of"}, Refused),
        ("429 Too Many Requests", {"code": 20429, "message": "slower"}, RateLimited),
        ("429 Too Many Requests", b"slower", RateLimited),
        ("403 Forbidden", b"<html>a proxy's page</html>", BadResponse),
        ("404 Not Found", b"<html>a proxy's page</html>", BadResponse),
        ("400 Bad Request", {"error": "of something in between"}, BadResponse),
        ("404 Not Found", {"code": 20404, "message": "gone"}, NotFound),
    ],
)
def test_a_no_is_believed_with_a_code_only(
    canned_twilio: Twilio, raw_twilio: Raw, status: str, body: Any, kind: type[LeaseError]
) -> None:
    """What stands between may say anything: what became of a write is then not known."""
    raw_twilio.say(body, status)
    with pytest.raises(LeaseError) as failed:
        canned_twilio.release(Lease(number=NUMBER, lease_id=SID, status="in-use"))
    assert type(failed.value) is kind


@pytest.mark.parametrize(
    ("status", "code", "kind", "mends"), CODES, ids=lambda value: value if type(value) is int else ""
)
def test_each_code_says_what_mends_it(
    twilio: Twilio, vendor: Vendor, status: int, code: int, kind: type[LeaseError], mends: str
) -> None:
    """Of a purchase, in the words of our inputs or of what is to be done; nothing is leased."""
    vendor.fault(
        "lease", "status", vendor="twilio", code=status, body={"code": code, "message": "no", "status": status}
    )
    with pytest.raises(LeaseError, match=mends) as failed:
        twilio.lease(Order(number=NUMBER))
    assert type(failed.value) is kind
    assert f"({code})" in str(failed.value)
    assert vendor.leases() == []


def test_errors_of_the_newer_shape_are_read(twilio: Twilio, vendor: Vendor) -> None:
    """RFC 9457, with fields that nobody has heard of."""
    vendor.switch("twilio", error_shape="problem", unknown_fields=True)
    with pytest.raises(Refused, match=r"21422.*not for sale"):
        twilio.lease(Order(number="+12015559999"))


def test_a_yes_without_a_number_is_none(canned_twilio: Twilio, raw_twilio: Raw) -> None:
    """Another number's, or no SID: what was bought is not known."""
    answers: tuple[Any, ...] = ({"sid": "XX1", "phone_number": NUMBER}, {"ok": True}, [], owned(phone_number=OTHER))
    for answer in answers:
        raw_twilio.say(answer)
        with pytest.raises(BadResponse):
            canned_twilio._numbers.buy(NUMBER, {})


def test_what_no_purchase_takes_is_refused(twilio: Twilio, vendor: Vendor) -> None:
    """A kind of requirement that is another service's."""
    with pytest.raises(Refused, match=r"has no setting requirements\.group"):
        twilio.lease(Order(number=NUMBER, requirements={"group": "x"}))
    assert vendor.journal() == []


# What the account has.


def test_a_number_is_read_as_documented(canned_twilio: Twilio, raw_twilio: Raw) -> None:
    """Dates of RFC 2822, country by the numbering plan, capabilities in any case; what is not known is None."""
    raw_twilio.say(page(owned()))
    (lease,) = canned_twilio.find(NUMBER)
    assert lease.leased_at == datetime(2015, 7, 30, 23, 19, 4, tzinfo=timezone.utc)
    assert (lease.country, lease.capabilities, lease.number_type) == ("US", ("sms", "voice"), None)
    assert (lease.region, lease.city, lease.ends_at, lease.monthly_rate) == (None, None, None, None)
    assert "PhoneNumber=%2B12015550123" in raw_twilio.asked[0]


def test_a_number_is_compared_whole(canned_twilio: Twilio, raw_twilio: Raw) -> None:
    """The vendor's filter matches in part."""
    raw_twilio.say(page(owned(phone_number="+120155501234")))
    assert canned_twilio.find(NUMBER) == []


@pytest.mark.parametrize("written", ["toll_free", "tollFree", "toll free", "TollFree", "toll-free"])
def test_a_type_is_written_in_one_way(canned_twilio: Twilio, raw_twilio: Raw, written: str) -> None:
    """However the vendor spells it."""
    raw_twilio.say(page(owned(type=written)))
    assert canned_twilio.find(NUMBER)[0].number_type == "toll_free"


@pytest.mark.parametrize("type_", ["present", "absent", "camel"])
def test_held_numbers_have_their_price_where_it_is_known(twilio: Twilio, vendor: Vendor, type_: str) -> None:
    """By country and type, from one call of the pricing host; without a type there is no price."""
    vendor.switch("twilio", type=type_)
    for number in (NUMBER, "+18005550123"):
        twilio.lease(Order(number=number))
    rates = {lease.number: lease.monthly_rate for lease in twilio.fill_in_prices(twilio.list())}
    assert [str(rates[number]) for number in (NUMBER, "+18005550123")] == (
        ["None", "None"] if type_ == "absent" else ["1.15", "2.15"]
    )
    twilio.fill_in_prices(twilio.list())
    assert len(vendor.calls("prices")) == 1


def test_a_listing_does_not_fail_for_want_of_a_price(twilio: Twilio, vendor: Vendor) -> None:
    """What it costs is then not known."""
    twilio.lease(Order(number=NUMBER))
    vendor.fault("prices", "status", vendor="twilio", code=500)
    assert [lease.monthly_rate for lease in twilio.fill_in_prices(twilio.list())] == [None]
    assert [lease.monthly_rate is not None for lease in twilio.fill_in_prices(twilio.list())] == [True]


def test_a_listing_asks_for_no_price(twilio: Twilio, vendor: Vendor) -> None:
    """Refresh and destroy need none, and do not wait for a host that has only prices."""
    vendor.lease("twilio", NUMBER, vendor.account_sid())
    vendor.fault("prices", "drop_before", vendor="twilio", times=99)
    assert [lease.number for lease in (*twilio.list(), *twilio.find(NUMBER))] == [NUMBER, NUMBER]
    assert vendor.calls("prices") == []


@pytest.mark.parametrize("pages", ["cursor", "offset"])
def test_many_pages_are_read(twilio: Twilio, vendor: Vendor, monkeypatch: pytest.MonkeyPatch, pages: str) -> None:
    """As the vendor links them, and believed when a second reading says the same."""
    monkeypatch.setattr("pulumi_leases.services.twilio.numbers.LARGEST_PAGE", "2")
    vendor.switch("twilio", pages=pages)
    numbers = [NUMBER, OTHER, THIRD]
    for number in numbers:
        vendor.lease("twilio", number, vendor.account_sid())
    assert sorted(lease.number for lease in twilio.list()) == numbers


def test_pages_that_shift_lose_nothing(twilio: Twilio, vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing is read until it says the same twice."""
    monkeypatch.setattr("pulumi_leases.services.twilio.numbers.LARGEST_PAGE", "2")
    vendor.switch("twilio", shifting_pages=2)
    numbers = [NUMBER, OTHER, THIRD]
    for number in numbers:
        vendor.lease("twilio", number, vendor.account_sid())
    assert sorted(lease.number for lease in twilio.list()) == numbers


@pytest.mark.parametrize("following", ["https://elsewhere.example/2010-04-01/x.json", "/x.json"])
def test_pages_stay_where_the_key_may_go(canned_twilio: Twilio, raw_twilio: Raw, following: str) -> None:
    """Neither on another host nor round in a circle."""
    raw_twilio.say(page(owned(), following=following))
    with pytest.raises(BadResponse):
        canned_twilio.list()


def test_an_unreadable_number_hides_no_other(canned_twilio: Twilio, raw_twilio: Raw) -> None:
    """A listing of which a part cannot be read is none."""
    raw_twilio.say(page(owned(), owned(sid=None)))
    with pytest.raises(BadResponse):
        canned_twilio.list()


def test_a_missing_listing_is_no_empty_account(canned_twilio: Twilio, raw_twilio: Raw) -> None:
    """Nor a number that is not there."""
    raw_twilio.say({"code": 20404, "message": "The requested resource was not found"}, "404 Not Found")
    for read in (canned_twilio.list, lambda: canned_twilio.find(NUMBER)):
        with pytest.raises(BadResponse, match="is the base URL right"):
            read()


# The release.


@pytest.mark.parametrize("delete_again", [404, 204])
def test_a_second_release_is_refused_or_done(twilio: Twilio, vendor: Vendor, delete_again: int) -> None:
    """By whichever answer the vendor has for it."""
    vendor.switch("twilio", delete_again=delete_again)
    lease = twilio.lease(Order(number=NUMBER))
    twilio.release(lease)
    assert vendor.leases() == []
    if delete_again == 204:
        twilio.release(lease)
        return
    with pytest.raises(NotFound):
        twilio.release(lease)


@pytest.mark.parametrize("refusal", [400, 409, 204])
def test_an_emergency_address_is_removed_first(
    twilio: Twilio, vendor: Vendor, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    """And waited for until the vendor says that it is gone."""
    monkeypatch.setattr(time, "sleep", lambda seconds: vendor.clock(advance_s=seconds))
    vendor.switch("twilio", delete_with_emergency_address=refusal, emergency_s=5)
    twilio.lease(Order(number=NUMBER))
    twilio.configure(twilio.find(NUMBER)[0], {"emergency_address": ADDRESS})
    twilio.release(twilio.find(NUMBER)[0])
    assert vendor.leases() == []


def test_an_emergency_address_that_stays_is_reported(
    twilio: Twilio, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number is kept, and the way out is named."""
    monkeypatch.setattr(time, "sleep", lambda seconds: vendor.clock(advance_s=seconds))
    vendor.switch("twilio", emergency_s=3600)
    twilio.lease(Order(number=NUMBER))
    twilio.configure(twilio.find(NUMBER)[0], {"emergency_address": ADDRESS})
    with pytest.raises(Refused, match="run the same command again later"):
        twilio.release(twilio.find(NUMBER)[0])
    assert list(vendor.leased()) == [NUMBER]


def test_a_hosted_number_is_listed_and_kept(twilio: Twilio, vendor: Vendor) -> None:
    """It is another carrier's: what a release does to it is not documented."""
    vendor.lease("twilio", NUMBER, vendor.account_sid(), settings={"origin": "hosted"})
    (lease,) = twilio.list()
    assert (lease.status, lease.is_held) == ("hosted", True)
    with pytest.raises(Refused, match=r"hosted.*do so in the console"):
        twilio.release(lease)
    assert list(vendor.leased()) == [NUMBER]


def test_no_call_shows_that_a_lease_has_ended(twilio: Twilio, vendor: Vendor) -> None:
    """The account SID shows that the login is the right one; silence is no evidence."""
    lease = twilio.lease(Order(number=NUMBER))
    twilio.release(lease)
    assert not twilio.has_ended(NUMBER, lease.lease_id, lease.reference)


def test_no_purchase_is_by_area_code(twilio: Twilio, vendor: Vendor) -> None:
    """The vendor would choose, and a repeat would buy another."""
    with pytest.raises((Refused, InvalidInput)):
        twilio.lease(Order(number="33"))
    assert all("AreaCode" not in form for form in forms(vendor, "lease"))
