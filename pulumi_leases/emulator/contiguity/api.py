"""Contiguity's number leasing over HTTP, as documented at https://docs.contiguity.com/api-reference/product/leases."""

import random
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Response, request

from pulumi_leases.emulator.answer import Answer, Api, Refused
from pulumi_leases.emulator.contiguity import shapes
from pulumi_leases.emulator.contiguity.profile import CONTIGUITY
from pulumi_leases.emulator.exchange import Asked, exchange
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.ledger import ENDED, Lease
from pulumi_leases.emulator.logins import Claim
from pulumi_leases.emulator.routes import Route
from pulumi_leases.emulator.world import World

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_BILLING_METHODS = {"monthly", "service_contract"}


class Contiguity(Api):
    """The eight calls. Each work method runs with the world's lock held and knows who calls."""

    name = CONTIGUITY.name
    mount = "/contiguity"

    def __init__(self, world: World) -> None:
        self.world = world
        self.switch = world.switches[self.name]
        self.ledger = world.ledgers[self.name]
        self.offers = world.offers[self.name]

    def routes(self) -> Iterator[Route]:
        """The routes of the vendor's host. Literal segments win over `<number>`."""
        routes: list[tuple[str, list[str], str, Callable[..., Answer]]] = [
            ("/numbers/leases", ["GET"], "available", self._available),
            ("/numbers/leased", ["GET"], "leased", self._leased),
            ("/numbers/lease/<number>", ["POST"], "lease", self._lease),
            ("/numbers/leased/<number>", ["GET"], "details", self._details),
            ("/numbers/leased/<number>", ["DELETE"], "terminate", self._terminate),
            ("/numbers/<number>", ["GET"], "get", self._get),
            ("/numbers/<number>/configure", ["POST"], "configure", self._configure),
            ("/<path:rest>", _METHODS, "other", self._other),
        ]
        for path, methods, operation, work in routes:
            yield Route(path, methods, operation, partial(self._serve, operation, work))

    def refusal(self, refused: Refused) -> Answer:
        body: Any = {"error": refused.text, "status": refused.status}
        if refused.url:
            body["agreement_url"] = refused.url
        if self.switch["error_shape"] == "envelope":
            body = shapes.envelope(self.switch, self.world.clock.now(), body, "error")
        elif self.switch["error_shape"] == "message":
            body = {"message": refused.text, "status": refused.status}
        else:
            body = refused.text
        return Answer(refused.status, body, refused.outcome)

    def too_many(self) -> Answer:
        return self.refusal(Refused(429, "Too many requests"))

    def _serve(self, operation: str, work: Callable[..., Answer], number: str = "", rest: str = "") -> Response:
        claim = _claim(request.headers.get("Authorization", ""))
        asked = Asked(operation, number, claim)
        return exchange(self.world, self, asked, partial(self._work, work, claim, number or rest))

    def _work(self, work: Callable[..., Answer], claim: Claim, number: str) -> Answer:
        if claim.scheme not in {"Token", "Bearer"} or not CONTIGUITY.knows_login(claim.login):
            raise Refused(self.switch["bad_key"], "Missing or invalid API key", outcome="unauthorised")
        if self.world.logins[self.name, claim.login].revoked:
            raise Refused(self.switch["bad_key"], "This API key was revoked", outcome="unauthorised")
        return work(claim.login, number) if number else work(claim.login)

    def _available(self, login: str) -> Answer:
        now = self.world.clock.now()
        listed = [offer for offer in self.offers.values() if self._on_offer(offer, login, now)]
        return self._list("available", [shapes.number(self.switch, offer, offer.status) for offer in listed])

    def _leased(self, login: str) -> Answer:
        now = self.world.clock.now()
        leases = [lease for lease in self.ledger.leases if lease.login == login and self._listed(lease, now)]
        return self._list("leased", [self._leased_number(lease, now, listed=True) for lease in leases])

    def _get(self, login: str, number: str) -> Answer:
        offer = self._offer(number)
        now = self.world.clock.now()
        last = self.ledger.last(number)
        if last is not None and last.login == login and self._read(last, now):
            return self._done(self._leased_number(last, now, listed=False), "read")
        if last is not None and last.login == login and self._hidden(last, now):
            raise Refused(404, "No such number")
        if last is None or not last.held(now) or last.login == login:
            return self._done(shapes.number(self.switch, offer, offer.status), "read")
        if self.switch["stranger_number"] == "404":
            raise Refused(404, "No such number")
        return self._done(shapes.number(self.switch, offer, self.switch["stranger_number"]), "read")

    def _details(self, login: str, number: str) -> Answer:
        """An own lease: left the API description in 2026, but the vendor's SDK 0.1.2 asks for it."""
        self._offer(number)
        last, now = self.ledger.last(number), self.world.clock.now()
        if last is None or last.login != login or not self._read(last, now):
            raise Refused(404, "You do not lease this number")
        return self._done(self._leased_number(last, now, listed=False), "read")

    def _lease(self, login: str, number: str) -> Answer:
        method = _billing_method(_json_body())
        offer = self._offer(number)
        now = self.world.clock.now()
        holding = self.ledger.holding(number, now)
        if holding and holding[0].login == login:
            if self.switch["own_number"] == 200:  # noqa: PLR2004 the switch's value
                return self._done(shapes.receipt(self.switch, holding[0], now), "already leased")
            raise Refused(self.switch["own_number"], "You already lease this number")
        refused = {"unavailable"} | ({"g-available"} if self.switch["g_available"] == "refuse" else set())
        if holding or offer.status in refused:
            raise Refused(self.switch["taken_number"], "This number is not available")
        self._entitled(login, offer, method)
        if self.switch["payment"] != "ok":
            raise Refused(self.switch["payment"], "The balance does not cover this lease")
        lease = self.ledger.book(offer, login, now, billing_method=method)
        return self._done(shapes.receipt(self.switch, lease, now), "leased", wrote=True)

    def _terminate(self, login: str, number: str) -> Answer:
        now = self.world.clock.now()
        lease = self._own(login, number, self.switch["delete_unknown"])
        if lease.cancelled_at is None:
            lease.cancelled_at, lease.released_at = now, now + self.switch["termination_delay_s"]
            return self._done(shapes.termination(self.switch, lease), "terminated", wrote=True)
        if self.switch["delete_again"] == "error":
            raise Refused(self.switch["delete_unknown"], "This lease is being terminated")
        return self._done(shapes.termination(self.switch, lease), "already terminated")

    def _configure(self, login: str, number: str) -> Answer:
        failover = self._failover(_json_body())
        lease = self._own(login, number, 404)
        lease.failover = failover
        return self._done({"number": number, "failover": failover}, "configured", wrote=True)

    def _other(self, login: str, rest: str) -> Answer:  # noqa: ARG002 all work is called alike
        raise Refused(404, f"No route for {request.method} {rest}")

    def _list(self, scalar: str, numbers: list[dict[str, Any]]) -> Answer:
        if not numbers and self.switch["empty_list"] != 200:  # noqa: PLR2004 the switch's value
            raise Refused(self.switch["empty_list"], "No numbers found")
        if self.switch["order"] == "shuffled":
            random.shuffle(numbers)
        count = len(numbers) if self.switch["counts"] == "number" else bool(numbers)
        return self._done({scalar: count, "numbers": numbers}, "listed")

    def _done(self, data: dict[str, Any], outcome: str, *, wrote: bool = False) -> Answer:
        return Answer(200, shapes.envelope(self.switch, self.world.clock.now(), data), outcome, wrote)

    def _leased_number(self, lease: Lease, now: float, *, listed: bool) -> dict[str, Any]:
        offer = self.offers[lease.number]
        shown = "leased" if lease.held(now) else offer.status
        return {
            **shapes.number(self.switch, offer, shown),
            **shapes.leased(self.switch, lease, now, listed=listed),
        }

    def _offer(self, number: str) -> Offer:
        if not _E164.fullmatch(number):
            raise Refused(400, "The number is not in E.164 form")
        if number not in self.offers:
            raise Refused(self.switch["unknown_number"], "No such number")
        return self.offers[number]

    def _own(self, login: str, number: str, otherwise: int) -> Lease:
        now = self.world.clock.now()
        own = next((lease for lease in self.ledger.holding(number, now) if lease.login == login), None)
        if own is None:
            raise Refused(otherwise, "You do not lease this number")
        return own

    def _hidden(self, lease: Lease, now: float) -> bool:
        """Whether the former holder gets the answer that there is no such number."""
        ended = not lease.held(now) and self.switch["after_termination"] == "404"
        return ended and self._fresh(lease, now)

    def _fresh(self, lease: Lease, now: float) -> bool:
        return now < _released(lease) + float(self.switch["residue_s"])

    def _on_offer(self, offer: Offer, login: str, now: float) -> bool:
        last = self.ledger.last(offer.number)
        if offer.status == "unavailable" or (self.switch["unentitled"] == "hidden" and self._unmet(login, offer)):
            return False
        if last is None:
            return True
        if last.held(now):
            return now < last.leased_at + float(self.switch["listing_lag_s"])
        hidden = last.login == login and self._hidden(last, now)
        return not hidden and now >= _released(last) + float(self.switch["back_on_offer_s"])

    def _listed(self, lease: Lease, now: float) -> bool:
        if lease.held(now):
            return now >= lease.leased_at + float(self.switch["listing_lag_s"])
        return self._residue(lease, now, {"listed"})

    def _read(self, lease: Lease, now: float) -> bool:
        if lease.held(now):
            lag = self.switch["read_lag_s"]
            return now >= lease.leased_at + float(self.switch["listing_lag_s"] if lag is None else lag)
        return self._residue(lease, now, {"listed", "terminated_fields"})

    def _residue(self, lease: Lease, now: float, modes: set[str]) -> bool:
        """Whether a lease that has ended is still shown: because control ended it so, or by `after_termination`."""
        if lease is not self.ledger.last(lease.number):
            return False
        return lease.status in ENDED or (self._fresh(lease, now) and self.switch["after_termination"] in modes)

    def _unmet(self, login: str, offer: Offer) -> list[str]:
        entitlements = self.world.logins[self.name, login].entitlements
        return [requirement for requirement in offer.requirements if requirement not in entitlements]

    def _entitled(self, login: str, offer: Offer, method: str) -> None:
        for requirement in self._unmet(login, offer):
            name = requirement.removesuffix("_required").removesuffix("_entitlement")
            raise Refused(403, "This number requires an entitlement", url=f"{shapes.ENTITLEMENTS_URL}{name}")
        if method == "service_contract" and not self.world.logins[self.name, login].service_contract:
            raise Refused(self.switch["service_contract"], "No active service contract")

    def _failover(self, body: Any) -> dict[str, Any]:
        failover = body.get("failover")
        if not isinstance(failover, dict) or not isinstance(failover.get("enabled"), bool):
            raise Refused(400, "failover.enabled is required")
        if failover.get("mode", "all") not in {"all", "selective"}:
            raise Refused(400, "failover.mode is all or selective")
        numbers = failover.get("numbers", [])
        if not isinstance(numbers, list) or not all(isinstance(one, str) and _E164.fullmatch(one) for one in numbers):
            raise Refused(400, "failover.numbers are E.164 numbers")
        selective = failover.get("mode") == "selective"
        if selective and not numbers and self.switch["selective_empty"] != "accept":
            raise Refused(400, "failover.numbers is empty")
        return {key: failover[key] for key in ("enabled", "mode", "numbers") if key in failover}


def _claim(header: str) -> Claim:
    scheme, _, key = header.partition(" ")
    return Claim(scheme, key.strip())


def _json_body() -> dict[str, Any]:
    if not request.get_data():
        return {}
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(400, "The body is not a JSON object")
    return body


def _billing_method(body: dict[str, Any]) -> str:
    method = body.get("billing_method", "monthly")
    if method not in _BILLING_METHODS:
        raise Refused(400, "billing_method is monthly or service_contract")
    return str(method)


def _released(lease: Lease) -> float:
    assert lease.released_at is not None
    return lease.released_at
