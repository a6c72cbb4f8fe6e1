"""Twilio as a leasing service: one account, three hosts.

Wire facts are from the vendor's OpenAPI description (https://github.com/twilio/twilio-oai, twilio_api_v2010, 2026-04) and
docs (https://www.twilio.com/docs/phone-numbers/api), and, where these are silent, from recorded answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from ...config import Setting
from ...domain.errors import BadResponse, NoAnswer, NotFound, Refused, Unreachable
from ..wire import unreadable
from .connections import Connections
from .messaging import Memberships
from .names import fit_label, friendly_name
from .numbers import Numbers
from .paging import LARGEST_PAGE
from .prices import Prices
from .queries import COUNTRY, NUMBER_TYPES, TYPES, build_query, query_of
from .shapes import CAPABILITIES, HOSTED, OFFERED, Offered
from .wiring import OPTIONS, purchase_form, update_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from ...domain.models import Lease, Offer, Order
    from ...domain.search import NumberSearch
    from ..base import Query

_SEARCH_CAP = 30
"""The most numbers that a search shows, as maintainers of the vendor's libraries say: twilio-node#316, twilio-php#632."""


class Twilio:
    """One Twilio account, main or sub, by its auth token or an API key."""

    name: ClassVar[str] = "twilio"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("account_sid", "an account SID", variables=("TWILIO_ACCOUNT_SID",), with_credential=True),
        Setting(
            "auth_token",
            "an auth token, or the secret of an API key",
            secret=True,
            variables=("TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET"),
        ),
        Setting(
            "api_key",
            "the SID of the API key whose secret is given",
            optional=True,
            variables=("TWILIO_API_KEY",),
            beside="TWILIO_API_SECRET",
            with_credential=True,
        ),
        Setting("base_url", "the address of the API", default="https://api.twilio.com", with_credential=True),
        Setting(
            "pricing_base_url", "the address of the prices", default="https://pricing.twilio.com", with_credential=True
        ),
        Setting(
            "messaging_base_url",
            "the address of the Messaging Services",
            default="https://messaging.twilio.com",
            with_credential=True,
        ),
    )
    criteria: ClassVar[frozenset[str]] = frozenset(
        {"country", "capabilities", "area_code", "prefix", "contains", "number_type", "region", "city", "order_by"}
    )
    capabilities: ClassVar[frozenset[str]] = CAPABILITIES
    options: ClassVar[Mapping[str, tuple[str, ...]]] = OPTIONS
    carries_reference: ClassVar[bool] = True
    searches_all: ClassVar[bool] = False
    race_window_s: ClassVar[float] = 3.0  # later ones are known by their dates, to the second; see `lease`
    one_lease_a_number: ClassVar[bool] = True  # a second purchase of one's own number buys nothing
    billed_to: ClassVar[str | None] = "the end of the month that is paid"
    login: str | None

    def __init__(self, settings: Mapping[str, str], requests_per_second: float | None) -> None:
        self.login = settings["account_sid"]
        self._connections = Connections(settings, requests_per_second)
        self._api = self._connections.api
        self._prices = Prices(self._connections.pricing)
        self._memberships = Memberships(self._connections.messaging)
        self._account = f"/2010-04-01/Accounts/{quote(self.login, safe='')}"
        self._numbers = Numbers(self._api, self._account, self._prices)

    def now(self) -> datetime:
        return self._api.clock.now()

    def query(self, search: NumberSearch) -> Query:
        return build_query(search)

    def search(self, query: Query) -> Iterator[Sequence[Offer]]:
        """GET AvailablePhoneNumbers/{country}/{type}: all that there is room for, in no order.

        Where that room is full and some want an address, those that want none are asked for beside them.
        """
        asked = dict(query)
        country, types = asked.pop(COUNTRY), asked.pop(NUMBER_TYPES).split()
        for number_type in types:
            found = self._list_offered(country, number_type, asked)
            if len(found) >= _SEARCH_CAP and any(one.needs_address for one in found):
                more = self._list_offered(country, number_type, {**asked, "ExcludeAllAddressRequired": "true"})
                found = list({one.phone_number: one for one in (*found, *more)}.values())
            if found:
                self._prices.read(country)
            yield [one.offer(number_type, self._prices.known(country, number_type)) for one in found]

    def offer(self, number: str) -> Offer | None:
        """Search for the whole number, in each likely type; a search that does not find it proves little."""
        pages = self.search(query_of(number))
        return next((offer for page in pages for offer in page if offer.number == number), None)

    def lease(self, order: Order) -> Lease:
        """POST IncomingPhoneNumbers, by number only: by area code the vendor would choose, and a repeat buy another.

        There is no idempotency key, and none is needed: of a number that the account owns a purchase buys nothing, answers
        201 and may overwrite its name (https://www.twilio.com/docs/api/errors/20500,
        https://github.com/danielberkompas/ex_twilio/issues/116). So the account is asked right before, and an answer with
        our reference is taken for a purchase only where its dates fit; whose any other is, its own reference and date show.

        Of two stacks that pay at once both get a yes, and both go by one rule: a name that was written within two seconds of
        the purchase stands, so that who reads another's there has lost; one that was written later is taken back by who
        wrote it, so that who has bought keeps the number.
        """
        number, name = order.number, friendly_name(order.label, order.reference)
        form = {
            "PhoneNumber": number,
            **({"FriendlyName": name} if name else {}),
            **purchase_form(self.name, number, order.requirements),
        }
        if held := self._find_held_before(number):
            if order.reference and held[0].reference == order.reference:
                return held[0]  # what an earlier run has bought
            raise self._had_already(held[0])
        owned = self._numbers.buy(number, form)
        if order.reference and owned.reference == order.reference:
            if owned.was_written_later:
                # Its name is ours now, which proves nothing any more: that is taken back.
                raise self._had_already(self._numbers.lease(self._numbers.update(owned.sid, {"FriendlyName": number})))
            self._numbers.note_bought(owned, order.reference)
        return self._numbers.lease(owned)

    def find(self, number: str, reference: str | None = None) -> Sequence[Lease]:
        del reference  # a purchase is listed under its number, or not at all
        return self._numbers.of(number)

    def list(self) -> Sequence[Lease]:
        return self._numbers.every()

    def fill_in_prices(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        """By country and type, one call for each country and run."""
        self._prices.read_what_can_be({lease.country for lease in leases if lease.country})
        return [lease.model_copy(update=self._prices.known(lease.country, lease.number_type)) for lease in leases]

    def release(self, lease: Lease) -> datetime | None:
        """DELETE IncomingPhoneNumbers/{sid}: ends at once; what is paid for is not refunded, and no date is given.

        An emergency address is taken off first, as the vendor demands
        (https://support.twilio.com/hc/en-us/articles/223183028).
        """
        if lease.status == HOSTED:
            raise Refused(
                f"{self.name}: {lease.number} is hosted: another carrier's number, only connected here. What a release does "
                "to it is not documented, so it is not released from here: do so in the console",
                service=self.name,
            )
        if (lease.settings or {}).get("emergency_address"):
            self._numbers.remove_emergency_address(lease)
        self._numbers.delete(lease.lease_id)
        return None

    def has_ended(self, number: str, lease_id: str, reference: str | None) -> bool:
        """No call shows a lease that is over; the account SID proves that the login is the right one."""
        del number, lease_id, reference
        return False

    def configure(self, lease: Lease, settings: Mapping[str, Any]) -> None:
        """POST IncomingPhoneNumbers/{sid}, and the membership in a Messaging Service by calls of its own."""
        form = update_form(self.name, lease.number, settings)
        if "label" in settings:
            reference = lease.reference or self._numbers.lease(self._numbers.read(lease.lease_id)).reference
            form["FriendlyName"] = friendly_name(settings["label"], reference) or lease.number
        if form:
            self._numbers.update(lease.lease_id, form)
        messaging = settings.get("messaging") or {}
        if "service" in messaging:
            self._put_into(messaging["service"] or None, lease)

    def settings_of(self, lease: Lease, declared: Mapping[str, Any]) -> dict[str, Any]:
        """A listing shows all but the membership; that takes one call more, where the program declares a service."""
        settings = lease.settings or self._numbers.lease(self._numbers.read(lease.lease_id)).settings or {}
        label = declared.get("label")
        if label and settings["label"] == fit_label(label, lease.reference):
            settings = {**settings, "label": label}
        service = (declared.get("messaging") or {}).get("service")
        if not service:
            return settings
        member = service if self._memberships.has(service, lease.lease_id) else None
        return {**settings, "messaging": {**settings["messaging"], "service": member}}

    def close(self) -> None:
        self._connections.close()

    def _list_offered(self, country: str, number_type: str, asked: Mapping[str, str]) -> Sequence[Offered]:
        path = f"{self._account}/AvailablePhoneNumbers/{quote(country, safe='')}/{TYPES[number_type]}.json"
        try:
            answer = self._api.get(path, {**asked, "PageSize": LARGEST_PAGE})
        except NotFound:
            return []  # a country or type without numbers
        entries = answer.body.get("available_phone_numbers") if isinstance(answer.body, dict) else None
        if not isinstance(entries, list):
            raise unreadable(self.name, f"GET {path}", "no list of numbers")
        return OFFERED.validate_python(entries)

    def _find_held_before(self, number: str) -> Sequence[Lease]:
        """Find what the account has of a number before it is bought: an answer that does not come costs nothing."""
        try:
            return self._numbers.of(number)
        except (NoAnswer, BadResponse) as error:
            raise Unreachable(
                f"{self.name}: whether the account has {number} already could not be read, so it was not asked for: {error}",
                service=self.name,
            ) from None

    def _had_already(self, lease: Lease) -> Refused:
        return Refused(
            f"{self.name}: the account has {lease.number} already ({lease.lease_id}): a purchase buys nothing",
            service=self.name,
        )

    def _put_into(self, service: str | None, lease: Lease) -> None:
        """Put a number into a Messaging Service, out of the one that it was in as far as that is known; or only out."""
        before = ((lease.settings or {}).get("messaging") or {}).get("service")
        if service is None:
            before = before or self._memberships.find(lease.lease_id)
        if before and before != service:
            self._memberships.leave(before, lease.lease_id)
        if service:
            self._memberships.join(service, lease.number, lease.lease_id)
