"""Which Messaging Service a number is in: no listing of numbers shows it, so it takes calls of the messaging host.

https://www.twilio.com/docs/messaging/api/phonenumber-resource: a number is in one service at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from ...domain.errors import LeaseError, NotFound, Refused
from .codes import IN_ANOTHER_SERVICE, IN_THIS_SERVICE
from .paging import read_pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..http.transport import Http


class Memberships:
    """The Messaging Services of one account.

    Args:
        http: The connection to the messaging host, made when it is needed.
    """

    def __init__(self, http: Callable[[], Http]) -> None:
        self._http = http

    def has(self, service: str, sid: str) -> bool:
        """Ask whether a number is in a service."""
        try:
            self._http().get(f"{_members(service)}/{sid}")
        except NotFound:
            return False
        return True

    def join(self, service: str, number: str, sid: str) -> None:
        """Put a number into a service; one that is in it stays.

        Raises:
            Refused: It is in another one, which is named.
        """
        try:
            self._http().post(_members(service), form={"PhoneNumberSid": sid})
        except Refused as refusal:
            if refusal.code == IN_THIS_SERVICE:
                return
            if refusal.code != IN_ANOTHER_SERVICE:
                raise
            raise Refused(
                f"twilio: {number} is in {self._name_of_other(sid)}, so that it cannot be put into {service} "
                f"({IN_ANOTHER_SERVICE}): take it out there, or name that one in `messaging.service`",
                service=refusal.service,
                status=refusal.status,
                code=refusal.code,
                request_id=refusal.request_id,
            ) from None

    def leave(self, service: str, sid: str) -> None:
        """Take a number out of a service; one that is not in it stays out."""
        try:
            self._http().delete(f"{_members(service)}/{sid}")
        except NotFound:
            return

    def find(self, sid: str) -> str | None:
        """Look for the service that a number is in, by one call for each service of the account."""
        pages = read_pages(self._http(), "/v1/Services", "services", {"PageSize": "100"})
        services = (str(entry.get("sid")) for page in pages for entry in page.entries if isinstance(entry, dict))
        return next((service for service in services if self.has(service, sid)), None)

    def _name_of_other(self, sid: str) -> str:
        try:
            found = self.find(sid)
        except LeaseError:
            found = None  # the refusal is reported all the same
        return f"Messaging Service {found}" if found else "another Messaging Service"


def _members(service: str) -> str:
    return f"/v1/Services/{quote(service, safe='')}/PhoneNumbers"
