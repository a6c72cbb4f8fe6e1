"""TeleSign's Phone Numbers API, as documented at https://developer.telesign.com/enterprise/docs/phone-numbers-api-create-a-lease."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Response, request

from pulumi_leases.emulator.answer import Answer, Api, Refused
from pulumi_leases.emulator.clock import months_later
from pulumi_leases.emulator.exchange import Asked, exchange
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.routes import Route
from pulumi_leases.emulator.telesign import shapes
from pulumi_leases.emulator.telesign.auth import Guard, Message, claim
from pulumi_leases.emulator.telesign.profile import MOUNT, TELESIGN
from pulumi_leases.emulator.world import World

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_INVALID = -10001
_CODES = {400: _INVALID, 402: -10030, 404: -40004, 405: -40005, 410: -40004, 429: -40007, 503: -90001}
_NOT_AUTHORISED = 501
_GENERAL = 500
_BAD_METHOD = -30008


class TeleSign(Api):
    """The four calls. Each work method runs with the world's lock held and knows who calls."""

    name = TELESIGN.name
    mount = MOUNT

    def __init__(self, world: World) -> None:
        self.world = world
        self.switch = world.switches[self.name]
        self.ledger = world.ledgers[self.name]
        self.offers = world.offers[self.name]
        self._guard = Guard(world.logins, self.switch)
        self._turn = 0

    def routes(self) -> Iterator[Route]:
        """The routes of the vendor's host."""
        routes: list[tuple[str, list[str], str, Callable[..., Answer]]] = [
            ("/v1/phone_numbers/numbers", ["GET"], "search", self._search),
            ("/v1/phone_numbers/leases", ["GET"], "list", self._list),
            ("/v1/phone_numbers/leases", ["POST"], "lease", self._lease),
            ("/v1/phone_numbers/leases/<lease_id>", ["DELETE"], "cancel", self._cancel),
            ("/<path:rest>", _METHODS, "other", self._other),
        ]
        for path, methods, operation, work in routes:
            yield Route(path, methods, operation, partial(self._serve, operation, work))

    def refusal(self, refused: Refused) -> Answer:
        code = refused.code or _CODES.get(refused.status, _INVALID)
        own = _NOT_AUTHORISED if refused.outcome == "unauthorised" and code != _BAD_METHOD else _GENERAL
        body = shapes.error(self.switch, self.world.clock.now(), own, code, refused.text)
        return Answer(200 if self.switch["errors_in_200"] else refused.status, body, refused.outcome)

    def too_many(self) -> Answer:
        if self.switch["plain_text_429"]:
            return Answer(429, "Too many requests", "refused")
        answer = self.refusal(Refused(429, "Too many requests"))
        answer.status = 429
        return answer

    def _serve(
        self, operation: str, work: Callable[..., Answer], lease_id: str | None = None, rest: str | None = None
    ) -> Response:
        request.get_data()  # reading the form first would consume it
        target = [one for one in (lease_id, rest) if one is not None]
        asked = Asked(operation, self._number_of(lease_id), claim(request.headers.get("Authorization", "")))
        return exchange(self.world, self, asked, partial(self._work, work, *target))

    def _number_of(self, lease_id: str | None) -> str:
        """The number that a request is about: of the lease to cancel, or in the form."""
        if lease_id is None:
            digits = request.form.get("phone_number", "")
            return f"+{digits.removeprefix('+')}" if digits else ""
        with self.world.lock:
            return next((lease.number for lease in self.ledger.leases if lease.lease_id == lease_id), "")

    def _work(self, work: Callable[..., Answer], *target: str) -> Answer:
        message = Message(request.method, request.path, dict(request.headers), request.get_data(as_text=True))
        if self.switch["closed"] != "off":
            raise Refused(self.switch["closed"], "This product is no longer available")
        login = self._guard.admit(message, self.world.clock.now())
        if self.switch["not_enabled"]:
            raise Refused(401, "Product not enabled", code=-20002, outcome="unauthorised")
        return work(login, *target)

    def _search(self, login: str) -> Answer:  # noqa: ARG002 all work is called alike
        asked = self._page_asked()
        country = request.args.get("country_iso2")
        if country is not None and (len(country) != 2 or not country.isalpha()):  # noqa: PLR2004 ISO 3166 alpha-2
            raise Refused(400, "Invalid parameter: country_iso2")
        sms, voice = _flag("sms_capable"), _flag("voice_capable")
        now = self.world.clock.now()
        found = [
            shapes.element(self.switch, offer)
            for offer in self.offers.values()
            if self._free(offer, now)
            and country in {None, offer.country}
            and sms in {None, "sms" in offer.channels}
            and voice in {None, offer.voice}
        ]
        return Answer(200, shapes.page(self.switch, "numbers", found, asked), "listed")

    def _list(self, login: str) -> Answer:
        asked = self._page_asked()
        now = self.world.clock.now()
        leases = [lease for lease in self.ledger.leases if lease.login == login and self._listed(lease, now)]
        elements = [shapes.element(self.switch, self.offers[lease.number], lease) for lease in leases]
        return Answer(200, shapes.page(self.switch, "leases", self._shift(elements), asked), "listed")

    def _lease(self, login: str) -> Answer:
        country, digits = request.form.get("country_iso2"), request.form.get("phone_number")
        if not country or not digits:
            raise Refused(400, "Missing parameter: country_iso2 and phone_number are required")
        now = self.world.clock.now()
        offer = self.offers.get(f"+{digits.removeprefix('+')}")
        if offer is None or offer.country != country.upper() or offer.status == "unavailable":
            raise Refused(self.switch["taken_number"], "Invalid parameter: phone_number is not available")
        holding = self.ledger.holding(offer.number, now)
        if holding and holding[0].login != login:
            raise Refused(self.switch["taken_number"], "Invalid parameter: phone_number is not available")
        if holding and self.switch["own_number"] == "200_existing":
            return self._one(holding[0], "already leased", wrote=False)
        if holding and self.switch["own_number"] == 400:  # noqa: PLR2004 the switch's value
            raise Refused(400, "Invalid request: phone_number is leased already", code=-20001)
        self._pay(login, now)
        answer = self._one(self.ledger.book(offer, login, now), "leased", wrote=True)
        answer.status = 201 if self.switch["created_201"] else 200
        return answer

    def _cancel(self, login: str, lease_id: str) -> Answer:
        now = self.world.clock.now()
        own = (lease for lease in self.ledger.leases if lease.lease_id == lease_id and lease.login == login)
        lease = next(own, None)
        if lease is None or lease.cancelled_at is not None or not lease.held(now):
            if self.switch["delete_unknown"] == 200:  # noqa: PLR2004 the switch's value
                return Answer(200, {"data": []}, "already cancelled")
            raise Refused(self.switch["delete_unknown"], "Resource not found")
        lease.cancelled_at = now
        lease.released_at = self._end(lease, now)
        return self._one(lease, "cancelled", wrote=True)

    def _other(self, login: str, rest: str) -> Answer:  # noqa: ARG002 all work is called alike
        raise Refused(404, f"Resource not found: {request.method} {rest}")

    def _one(self, lease: Lease, outcome: str, *, wrote: bool) -> Answer:
        element = shapes.element(self.switch, self.offers[lease.number], lease)
        return Answer(200, shapes.whole(self.switch, [element]), outcome, wrote)

    def _pay(self, login: str, now: float) -> None:
        if self.switch["payment"] != "ok":
            raise Refused(402, "Insufficient prepaid funds")
        quota = self.switch["lease_quota"]
        if quota and len(self.ledger.held_by(login, now)) >= quota:
            raise Refused(400, "Invalid request: no more leases for this account", code=-20001)

    def _end(self, lease: Lease, now: float) -> float:
        """When the vendor lets go of a lease that is cancelled now."""
        if self.switch["after_cancel"] != "expires":
            return now
        periods = 1
        while (end := months_later(lease.leased_at, periods * lease.period_months)) <= now:
            periods += 1
        return end

    def _free(self, offer: Offer, now: float) -> bool:
        holding = self.ledger.holding(offer.number, now)
        lagging = all(now < lease.leased_at + float(self.switch["listing_lag_s"]) for lease in holding)
        return lagging and offer.status != "unavailable"

    def _listed(self, lease: Lease, now: float) -> bool:
        if lease.held(now):
            return now >= lease.leased_at + float(self.switch["listing_lag_s"])
        assert lease.released_at is not None
        recent = now < lease.released_at + float(self.switch["listed_for_s"])
        return recent and self.switch["after_cancel"] == "listed_for_s"

    def _shift(self, elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self.switch["shifting_pages"]:
            self.switch.update({"shifting_pages": self.switch["shifting_pages"] - 1})
            self._turn += 1
        turn = self._turn % len(elements) if elements else 0
        return elements[turn:] + elements[:turn]

    def _page_asked(self) -> tuple[int, int]:
        page, size = request.args.get("page", "1"), request.args.get("page_size", str(self.switch["default_page_size"]))
        if not (page.isdecimal() and size.isdecimal() and int(page) and int(size)):
            raise Refused(400, "Invalid parameter: page and page_size are whole numbers from 1")
        return int(page), int(size)


def _flag(name: str) -> bool | None:
    """A boolean of the query in any case; null when it is not there."""
    written = request.args.get(name)
    if written is None:
        return None
    if written.upper() not in {"TRUE", "FALSE"}:
        raise Refused(400, f"Invalid parameter: {name}")
    return written.upper() == "TRUE"
