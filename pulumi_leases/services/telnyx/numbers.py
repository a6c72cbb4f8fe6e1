"""Telnyx's numbers of an account: listed, asked for, changed and let go by their numeric id.

Calls: https://developers.telnyx.com/api/numbers/list-phone-numbers
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ...domain.errors import NotFound, Refused
from ..cached import CachedReading
from ..pages import read_until_sure, scan, walk
from ..wire import read_as
from .envelope import data_of, page_of
from .errors import LOCKED
from .shapes import OWNED, with_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...domain.models import Lease
    from ..http.transport import Http
    from ..pages import Page
    from .shapes import Owned

_NUMBERS = "/phone_numbers"
_WITHOUT_MESSAGING = {"handle_messaging_profile_error": "true"}
"""Leaves the messaging fields out where they cannot be read; without it the whole answer is a 503."""
_NEWEST = 50
"""Numbers on the page of the newest ones: more than are ordered at a time."""
_DELETES = 3
_PAUSE_S = 0.5
_MESSAGING_LAG_S = 10.0


class Numbers:
    """The numbers of one login."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._newest = CachedReading(lambda: page_of(http, _NUMBERS, _WITHOUT_MESSAGING, 1, _NEWEST))

    def every(self) -> Sequence[Lease]:
        """List the held leases, all pages, believed only when whole."""

        def read(entries: Sequence[Any]) -> Sequence[Lease]:
            return [owned.lease() for owned in self._read(entries)]

        return read_until_sure(
            self._http.service, lambda: scan(walk(self._page), read), lambda whole: whole.is_sure
        ).list_held()

    def of(self, number: str) -> Sequence[Lease]:
        """Find the leases of one number, held or over, as far as they are shown.

        The filter takes digits and matches parts, says the API description; where it finds nothing the number itself is
        asked for: only 404 in Telnyx's own words says that it is not there.
        """
        page = page_of(self._http, _NUMBERS, {**_WITHOUT_MESSAGING, "filter[phone_number]": number[1:]}, 1)
        leases = [owned.lease() for owned in self._read(page.entries) if owned.phone_number == number]
        if leases:
            return leases
        found = self._get(number)
        return [found.lease()] if found and found.phone_number == number else []

    def find_ordered(self, number: str) -> Sequence[Lease]:
        """Find the leases of a number that was ordered just now, held or over, as far as they are shown.

        The page of the newest numbers serves all that are ordered at the same time (it is sorted so by itself, says the API
        description). What is not there is asked for singly where the account has more.
        """
        page = self._newest.get(time.monotonic()).value
        leases = [owned.lease() for owned in self._read(page.entries) if owned.phone_number == number]
        return leases if leases or len(page.entries) < _NEWEST else self.of(number)

    def terminate(self, lease: Lease) -> None:
        """DELETE /phone_numbers/{id}, again while the number is shown as before: a success is not to be relied on.

        So each release is looked at, singly: whose deletion has had no effect must still be in the state, to be sent again.
        That another integration deletes up to five times is the only evidence; no documentation speaks of it.

        Raises:
            NotFound: There is no such number in the account.
            Refused: It is locked, or the service said no for another reason.
        """
        path = f"{_NUMBERS}/{_path(lease.lease_id)}"
        for attempt in range(_DELETES):
            try:
                data_of(self._http.service, self._http.delete(path))
            except NotFound:
                if attempt == 0:
                    raise
                return
            except Refused as error:
                raise self._explain(lease, error) from None
            found = self._get(lease.lease_id)
            if found is None or not found.lease().is_held:
                return
            time.sleep(_PAUSE_S * 2**attempt)
        # Whether it was let go after all, who waits for it sees.

    def change(self, lease_id: str, fields: Mapping[str, Any]) -> None:
        """PATCH /phone_numbers/{id}."""
        data_of(self._http.service, self._http.patch(f"{_NUMBERS}/{_path(lease_id)}", json=dict(fields)))

    def change_messaging(self, lease_id: str, profile: str) -> None:
        """PATCH …/messaging, whose record may come some moments after the number; an empty profile takes it away."""
        end, pause_s = time.monotonic() + _MESSAGING_LAG_S, _PAUSE_S
        path = f"{_NUMBERS}/{_path(lease_id)}/messaging"
        while True:
            try:
                answer = self._http.patch(path, json={"messaging_profile_id": profile})
            except NotFound:
                if time.monotonic() + pause_s > end:
                    raise
            else:
                data_of(self._http.service, answer)
                return
            time.sleep(pause_s)
            pause_s *= 2

    def _page(self, number: int) -> Page:
        return page_of(self._http, _NUMBERS, _WITHOUT_MESSAGING, number)

    def _get(self, target: str) -> Owned | None:
        """GET /phone_numbers/{id}; a number in the place of the id works too, as the vendor's own tools do it."""
        try:
            answer = self._http.get(f"{_NUMBERS}/{_path(target)}", _WITHOUT_MESSAGING)
        except NotFound:
            return None
        return self._read([data_of(self._http.service, answer)])[0]

    def _read(self, entries: Sequence[Any]) -> Sequence[Owned]:
        return read_as(
            OWNED.validate_python, [with_settings(one) for one in entries], self._http.service, f"GET {_NUMBERS}"
        )

    def _explain(self, lease: Lease, error: Refused) -> Refused:
        """Say of a refused deletion that the number is locked, where it is."""
        if error.code in LOCKED and (found := self._get(lease.lease_id)) and found.deletion_lock_enabled:
            return Refused(
                f"{self._http.service}: {lease.number} ({lease.lease_id}) is locked against deletion: take the lock off in "
                f"the vendor's portal, and run the same command again. It said: {error}",
                service=self._http.service,
                status=error.status,
                code=error.code,
                request_id=error.request_id,
            )
        return error


def _path(target: str) -> str:
    return quote(target, safe="")
