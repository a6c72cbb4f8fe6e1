"""Twilio's numbers of an account, by their SIDs: listed, bought, changed and let go.

Calls: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from ...domain.errors import BadResponse, NotFound, Refused
from ...domain.search import region_of
from ..pages import Scan, read_until_sure, scan
from ..wire import read_as, unreadable
from .paging import LARGEST_PAGE, read_pages
from .shapes import OWNED, Owned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...domain.models import Lease
    from ..http.transport import Answer, Http
    from .prices import Prices

_UNREGISTERED = "unregistered"
_EMERGENCY_PAUSES_S = (1.0, 2.0, 4.0, 8.0, 15.0)


class Numbers:
    """The numbers of one account.

    Args:
        api: The connection.
        account: The path of the account.
        prices: What its numbers cost, as far as that was read.
    """

    def __init__(self, api: Http, account: str, prices: Prices) -> None:
        self._api = api
        self._path = f"{account}/IncomingPhoneNumbers"
        self._prices = prices
        self._bought: dict[str, str] = {}
        """What was bought from here, by SID, with the reference that went with it."""

    def of(self, number: str) -> Sequence[Lease]:
        """GET IncomingPhoneNumbers with `PhoneNumber`, which matches in part too: compared here once more."""
        return self._scan({"PhoneNumber": number}).list_held(number)

    def every(self) -> Sequence[Lease]:
        """List the held leases, all pages, believed only when whole."""
        return self._scan({}).list_held()

    def buy(self, number: str, form: Mapping[str, str]) -> Owned:
        """POST IncomingPhoneNumbers, the paying call; no idempotency key exists."""
        return self._one(self._api.post(f"{self._path}.json", form=form), number)

    def note_bought(self, owned: Owned, reference: str) -> None:
        """Remember which reference went with a purchase: the name that carries it may be overwritten."""
        self._bought[owned.sid] = reference

    def read(self, sid: str) -> Owned:
        """GET IncomingPhoneNumbers/{sid}."""
        return self._one(self._api.get(self._target(sid)))

    def update(self, sid: str, form: Mapping[str, str]) -> Owned:
        """POST IncomingPhoneNumbers/{sid}."""
        return self._one(self._api.post(self._target(sid), form=form))

    def delete(self, sid: str) -> None:
        """DELETE IncomingPhoneNumbers/{sid}."""
        answer = self._api.delete(self._target(sid))
        if answer.status != httpx.codes.NO_CONTENT:
            raise unreadable(
                self._api.service, f"DELETE {answer.path}", f"status {answer.status}, and 204 is what a release has"
            )

    def lease(self, owned: Owned) -> Lease:
        """Write a number as a lease, with what it costs and the reference that it was bought with."""
        lease = owned.lease(self._prices.known(region_of(owned.phone_number), owned.number_type))
        reference = self._bought.get(owned.sid, lease.reference)
        if reference == lease.reference:
            return lease
        if owned.was_written_later:
            return lease.model_copy(update={"reference": reference})
        self._bought.pop(owned.sid, None)  # another stack's name stands
        return lease

    def remove_emergency_address(self, lease: Lease) -> None:
        """Take the emergency address off a number, and wait for as long as that usually takes."""
        owned = self.update(lease.lease_id, {"EmergencyAddressSid": ""})
        for pause_s in _EMERGENCY_PAUSES_S:
            if owned.emergency_address_status in {None, _UNREGISTERED}:
                return
            time.sleep(pause_s)
            owned = self.read(lease.lease_id)
        if owned.emergency_address_status not in {None, _UNREGISTERED}:
            raise Refused(
                f"{self._api.service}: the emergency address of {lease.number} is being removed "
                f"({owned.emergency_address_status}), and until then it is not released: run the same command again later",
                service=self._api.service,
            )

    def _scan(self, asked: Mapping[str, str]) -> Scan:
        """Read all pages of numbers; more than one page is believed the second time only, since pages may shift."""
        path = f"{self._path}.json"

        def read(entries: Sequence[Any]) -> Sequence[Lease]:
            return [
                self.lease(one) for one in read_as(OWNED.validate_python, entries, self._api.service, f"GET {path}")
            ]

        def pages() -> Scan:
            return scan(
                read_pages(self._api, path, "incoming_phone_numbers", {**asked, "PageSize": LARGEST_PAGE}), read
            )

        try:
            return read_until_sure(self._api.service, pages, lambda found: found.is_sure)
        except NotFound as error:
            raise BadResponse(
                f"{error}: no such list; is the base URL right ({self._api.base_url})?",
                service=self._api.service,
                status=404,
            ) from None

    def _target(self, sid: str) -> str:
        return f"{self._path}/{quote(sid, safe='')}.json"

    def _one(self, answer: Answer, number: str | None = None) -> Owned:
        owned = read_as(Owned.model_validate, answer.body, self._api.service, f"{answer.method} {answer.path}")
        if number not in {None, owned.phone_number}:
            raise BadResponse(
                f"{self._api.service}: asked for {number}, and was answered {owned.phone_number}",
                service=self._api.service,
            )
        return owned
