"""The numbers that Twilio's accounts own: bought, listed, read, updated and released.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

import re
from collections.abc import Mapping
from typing import Any

from pulumi_leases.emulator.answer import Answer, Refused
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.logins import Login
from pulumi_leases.emulator.twilio import magic, shapes
from pulumi_leases.emulator.twilio.pages import Pager, frame_with_uris
from pulumi_leases.emulator.twilio.pricing import Pricing
from pulumi_leases.emulator.twilio.purchase import address_needed, check_account, check_regulation
from pulumi_leases.emulator.twilio.settings import DEFAULTS, apply_parameters
from pulumi_leases.emulator.twilio.sids import ACCOUNT, is_sid
from pulumi_leases.emulator.twilio.stock import Stock

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_KINDS = {"Local": "local", "Mobile": "mobile", "TollFree": "toll_free"}
_IGNORED_AT_PURCHASE = {"EmergencyAddressSid", "EmergencyStatus"}


class IncomingNumbers:
    """The calls about numbers that are owned. Each runs with the world's lock held."""

    def __init__(self, stock: Stock, pricing: Pricing) -> None:
        self._stock = stock
        self._pricing = pricing
        self._pager = Pager(stock.switch)
        self._updated: dict[str, float] = {}
        self._emergency_since: dict[str, float] = {}

    def buy(self, account: Login, form: Mapping[str, str]) -> Answer:
        """Sell a number. An account that owns it already is neither sold nor charged it again."""
        switch, now = self._stock.switch, self._stock.now()
        kept = {name: value for name, value in form.items() if name not in _IGNORED_AT_PURCHASE}
        if account.test:
            offer, lease = magic.sell_magic_number(switch, account.name, kept, now)
            body = shapes.number(switch, offer, lease, address="none", emergency="unregistered", updated=now)
            return Answer(201, body, "tested")
        offer = self._find_offer(kept)
        holding = self._stock.ledger.holding(offer.number, now)
        if holding and holding[0].login == account.name and switch["own_number"] != 400:  # noqa: PLR2004 the switch's value
            update = switch["own_number"] == "update"
            if update:
                self._set(holding[0], kept)
            return self._answer(holding[0], 201, "already leased", wrote=update)
        if holding or not self._stock.sells(offer, now):
            raise Refused(400, f"{offer.number} is not available", code=21422)
        check_account(switch, len(self._stock.ledger.held_by(account.name, now)))
        check_regulation(switch, offer, kept)
        settings = apply_parameters(DEFAULTS, kept, switch)
        lease = self._stock.book(self._pricing.apply_price(offer), account.name, now)
        lease.settings = settings
        return self._answer(lease, 201, "leased", wrote=True)

    def leased(self, account: Login, asked: Mapping[str, str], path: str, kind: str | None = None) -> Answer:
        """List what the account owns, newest first, in pages."""
        leases = [lease for lease in self._stock.listable(account.name) if self._matches(lease, asked, kind)][::-1]
        page = self._pager.cut(leases, [lease.lease_id for lease in leases], asked)
        shown = [self._shape(lease) for lease in page.shown]
        return Answer(200, {"incoming_phone_numbers": shown, **frame_with_uris(page, path, asked)}, "listed")

    def details(self, account: Login, number_sid: str) -> Answer:
        """Read one number of the account."""
        lease = next((lease for lease in self._stock.readable(account.name) if lease.lease_id == number_sid), None)
        if lease is None:
            raise _not_found(number_sid)
        return self._answer(lease, 200, "read")

    def configure(self, account: Login, number_sid: str, form: Mapping[str, str], target: Login | None) -> Answer:
        """Change settings in place, or move the number to another account of the family."""
        lease = self._own(account, number_sid)
        self._set(lease, form)
        if target is not None:
            lease.login = target.name
        return self._answer(lease, 200, "configured", wrote=True)

    def terminate(self, account: Login, number_sid: str) -> Answer:
        """Release a number."""
        switch, now = self._stock.switch, self._stock.now()
        known = [one for one in self._stock.ledger.leases if (one.login, one.lease_id) == (account.name, number_sid)]
        if known and not known[-1].held(now) and switch["delete_again"] == 204:  # noqa: PLR2004 the switch's value
            return Answer(204, "", "already terminated")
        lease = self._own(account, number_sid)
        refusal = switch["delete_with_emergency_address"]
        if self._emergency(lease) != "unregistered" and refusal != 204:  # noqa: PLR2004 the switch's value
            raise Refused(refusal, "The emergency address of this number must be removed first", code=20001)
        lease.cancelled_at = lease.released_at = now
        return Answer(204, "", "terminated", wrote=True)

    def _find_offer(self, form: Mapping[str, str]) -> Offer:
        """The number that a purchase names, or the first on offer in the area code that it names."""
        number, code = form.get("PhoneNumber"), form.get("AreaCode")
        if number is None and code is not None:
            if not re.fullmatch("[2-9][0-9]{2}", code):
                raise Refused(400, f"{code} is an invalid area code", code=21451)
            there = (one for one in self._stock.on_offer() if one.number.startswith(f"+1{code}"))
            offer = next(there, None)
            if offer is None:
                raise Refused(400, f"No phone numbers found in area code {code}", code=21452)
            return offer
        if number is None or not _E164.fullmatch(number):
            raise Refused(400, f"{number} is not a valid number", code=21421)
        if number not in self._stock.offers:
            raise Refused(400, f"{number} is not available", code=21422)
        return self._stock.offers[number]

    def _set(self, lease: Lease, form: Mapping[str, str]) -> None:
        now = self._stock.now()
        after = apply_parameters(lease.settings, form, self._stock.switch)
        if after["emergency_address_sid"] != lease.settings["emergency_address_sid"]:
            self._emergency_since[lease.lease_id] = now
        lease.settings = after
        self._updated[lease.lease_id] = now

    def _own(self, account: Login, number_sid: str) -> Lease:
        held = self._stock.ledger.held_by(account.name, self._stock.now())
        own = next((lease for lease in held if lease.lease_id == number_sid), None)
        if own is None:
            raise _not_found(number_sid)
        return own

    def _matches(self, lease: Lease, asked: Mapping[str, str], kind: str | None) -> bool:
        offer = self._stock.offers[lease.number]
        digits = re.escape(asked.get("PhoneNumber", "").lstrip("+ ")).replace(r"\*", "[0-9]")
        wanted, name = asked.get("FriendlyName"), shapes.name_of(lease)
        exact = self._stock.switch["friendly_name_filter"] == "exact"
        return (
            (kind is None or offer.number_type == _KINDS[kind])
            and re.search(digits, lease.number) is not None
            and (wanted is None or (name == wanted if exact else wanted in name))
            and asked.get("Origin", lease.settings["origin"]) == lease.settings["origin"]
            and (asked.get("Beta", "true") == "true" or "beta" not in offer.requirements)
        )

    def _emergency(self, lease: Lease) -> str:
        """The status of the number's emergency address."""
        since = self._emergency_since.get(lease.lease_id, 0)
        pending = "pending-" if self._stock.now() < since + float(self._stock.switch["emergency_s"]) else ""
        if lease.settings["emergency_address_sid"]:
            return "pending-registration" if pending else "registered"
        return "pending-unregistration" if pending else "unregistered"

    def _answer(self, lease: Lease, status: int, outcome: str, *, wrote: bool = False) -> Answer:
        return Answer(status, self._shape(lease), outcome, wrote)

    def _shape(self, lease: Lease) -> dict[str, Any]:
        offer, switch = self._stock.offers[lease.number], self._stock.switch
        return shapes.number(
            switch,
            offer,
            lease,
            address=address_needed(switch, offer),
            emergency=self._emergency(lease),
            updated=self._updated.get(lease.lease_id, lease.leased_at),
        )


def _not_found(number_sid: str) -> Refused:
    path = f"/{shapes.VERSION}/IncomingPhoneNumbers/{number_sid}.json"
    return Refused(404, f"The requested resource {path} was not found", code=20404)


def read_target(form: Mapping[str, str]) -> str | None:
    """The account to which an update moves a number, if to any.

    Raises:
        Refused: it is no account.
    """
    target = form.get("AccountSid")
    if target is not None and not is_sid(ACCOUNT, target):
        raise Refused(400, f"AccountSid {target} is not valid", code=20001)
    return target
