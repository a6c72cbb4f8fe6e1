"""Which numbers are in which Messaging Service: https://www.twilio.com/docs/messaging/api/phonenumber-resource."""

from typing import Any

from pulumi_leases.emulator.answer import Answer, Refused
from pulumi_leases.emulator.clock import utc
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.twilio.pages import Pager, frame_with_urls
from pulumi_leases.emulator.twilio.sids import SERVICE, is_sid
from pulumi_leases.emulator.twilio.stock import Stock

_MEMBERSHIP = "messaging_service_sid"
"""The setting of a lease that says which service its number is in; it ends with the lease."""


class Messaging:
    """The calls about members of services; any well-formed SID is a service, each account having its own."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._pager = Pager(stock.switch)

    def services(self, account: str, url: str, asked: dict[str, str]) -> Answer:
        """List the services of the account, as far as they have numbers, in pages."""
        sids = sorted({sid for lease in self._held(account) if (sid := lease.settings[_MEMBERSHIP])})
        page = self._pager.cut(sids, sids, asked)
        shown = [{"sid": sid, "account_sid": account, "url": f"{url}/{sid}"} for sid in page.shown]
        return Answer(200, {"services": shown, "meta": frame_with_urls(page, url, "services")}, "listed")

    def join(self, account: str, service: str, number_sid: str, url: str) -> Answer:
        """Put a number of the account into a service."""
        members = self._members(account, service)
        lease = next((one for one in self._held(account) if one.lease_id == number_sid), None)
        if lease is None:
            raise Refused(400, f"Phone Number {number_sid} is invalid", code=21421)
        if lease in members:
            raise Refused(409, "Phone Number or Short Code is already in the Messaging Service.", code=21710)
        if lease.settings[_MEMBERSHIP]:
            raise Refused(409, "Phone Number is associated with another Messaging Service.", code=21712)
        if len(members) >= self._stock.switch["pool_size"]:
            raise Refused(400, "Messaging Service Number Pool size limit reached", code=21714)
        if not self._stock.offers[lease.number].channels:
            raise Refused(400, "Phone Number has no Messaging Service capabilities", code=21715)
        lease.settings[_MEMBERSHIP] = service
        return Answer(201, self._shape(lease, f"{url}/{number_sid}"), "joined", wrote=True)

    def members(self, account: str, service: str, url: str, asked: dict[str, str]) -> Answer:
        """List the numbers of a service, in pages."""
        members = self._members(account, service)
        page = self._pager.cut(members, [lease.lease_id for lease in members], asked)
        shown = [self._shape(lease, f"{url}/{lease.lease_id}") for lease in page.shown]
        return Answer(200, {"phone_numbers": shown, "meta": frame_with_urls(page, url, "phone_numbers")}, "listed")

    def member(self, account: str, service: str, number_sid: str, url: str) -> Answer:
        """Read one number of a service."""
        return Answer(200, self._shape(self._member(account, service, number_sid), url), "read")

    def leave(self, account: str, service: str, number_sid: str) -> Answer:
        """Take a number out of a service; the account keeps it."""
        self._member(account, service, number_sid).settings[_MEMBERSHIP] = None
        return Answer(204, "", "left", wrote=True)

    def _held(self, account: str) -> list[Lease]:
        return self._stock.ledger.held_by(account, self._stock.now())

    def _members(self, account: str, service: str) -> list[Lease]:
        if not is_sid(SERVICE, service):
            raise Refused(404, f"The requested resource /Services/{service} was not found", code=20404)
        return [lease for lease in self._held(account) if lease.settings[_MEMBERSHIP] == service]

    def _member(self, account: str, service: str, number_sid: str) -> Lease:
        for lease in self._members(account, service):
            if lease.lease_id == number_sid:
                return lease
        raise Refused(
            404, f"The requested resource /Services/{service}/PhoneNumbers/{number_sid} was not found", code=20404
        )

    def _shape(self, lease: Lease, url: str) -> dict[str, Any]:
        offer = self._stock.offers[lease.number]
        moment = utc(int(lease.leased_at)).isoformat().replace("+00:00", "Z")
        return {
            "sid": lease.lease_id,
            "account_sid": lease.login,
            "service_sid": lease.settings[_MEMBERSHIP],
            "phone_number": lease.number,
            "country_code": offer.country,
            "capabilities": [*(channel.upper() for channel in offer.channels), *(["Voice"] if offer.voice else [])],
            "date_created": moment,
            "date_updated": moment,
            "url": url,
        }
