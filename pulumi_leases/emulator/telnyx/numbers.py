"""Telnyx's numbers of a login, as documented at https://developers.telnyx.com/api/numbers/list-phone-numbers."""

import re
from typing import Any

from flask import request

from pulumi_leases.emulator.answer import Answer
from pulumi_leases.emulator.ledger import Lease
from pulumi_leases.emulator.telnyx import query, shapes
from pulumi_leases.emulator.telnyx.errors import Denied
from pulumi_leases.emulator.telnyx.orders import check_reference, is_uuid, reference_fits
from pulumi_leases.emulator.telnyx.profile import TELNYX
from pulumi_leases.emulator.world import World

_FILTER_DIGITS = re.compile(r"\d{3,}")
_EDITABLE = ("tags", "connection_id", "billing_group_id", "external_pin", "hd_voice_enabled", "address_id")
_SORTED_BY = {"purchased_at", "phone_number", "connection_name", "usage_payment_method"}
_MESSAGING = ("messaging_profile_id", "messaging_profile_name")


class Numbers:
    """The numbers of all logins. Each call runs with the emulator's lock held and knows who calls."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._switch = world.switches[TELNYX.name]
        self._ledger = world.ledgers[TELNYX.name]
        self._offers = world.offers[TELNYX.name]
        self._turn = 0

    def leased(self, login: str) -> Answer:
        """`GET /phone_numbers`, youngest first unless sorted otherwise."""
        now = self._world.clock.now()
        lag = float(self._switch["listing_lag_s"])
        own = [lease for lease in reversed(self._ledger.leases) if lease.login == login]
        found = [lease for lease in own if self._shown(lease, now, lag) and self._fits(lease, now)]
        wanted = request.args.get("sort")
        if wanted is not None:
            _check_sort(wanted)
            found.sort(key=lambda lease: lease.number if wanted == "phone_number" else f"{lease.leased_at:020.6f}")
        body = query.page(self._shift([self._shape(lease, now) for lease in found]))
        return Answer(200, self._without_messaging(body), "listed")

    def get(self, login: str, target: str) -> Answer:
        """`GET /phone_numbers/{id}`."""
        lease, now = self._own(login, target), self._world.clock.now()
        return Answer(200, self._without_messaging({"data": self._shape(lease, now)}), "read")

    def update(self, login: str, target: str) -> Answer:
        """`PATCH /phone_numbers/{id}`; what it does not know it ignores."""
        lease, body, now = self._held(login, target), query.json_body(), self._world.clock.now()
        if "messaging_profile_id" in body:
            raise Denied(10027, "messaging_profile_id is not reachable here.", pointer="/messaging_profile_id")
        tags = body.get("tags", [])
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            raise Denied(10015, "tags is a list of texts.", pointer="/tags")
        if "customer_reference" in body:
            strict = self._switch["reference_form"] == "checked"
            lease.settings["customer_reference"] = check_reference(body, strict=strict)
        lease.settings.update({name: body[name] for name in _EDITABLE if name in body})
        return Answer(200, {"data": self._shape(lease, now)}, "configured", wrote=True)

    def delete(self, login: str, target: str) -> Answer:
        """`DELETE /phone_numbers/{id}`."""
        lease, now = self._held(login, target), self._world.clock.now()
        if lease.settings["deletion_lock_enabled"]:
            raise Denied(self._switch["locked_delete"], "The number is locked against deletion.")
        if lease.pending(now) and self._switch["pending_delete"] == "refused":
            raise Denied(10027, "The order of this number is pending.")
        deleted = {"data": {**self._shape(lease, now), "status": "deleted"}}
        if self._switch["idle_deletes"]:
            self._switch.update({"idle_deletes": self._switch["idle_deletes"] - 1})
            return Answer(200, deleted, "not terminated")
        if lease.cancelled_at is not None:
            return Answer(200, deleted, "already terminated")
        if lease.pending(now):
            self._ledger.settle(lease, "cancelled", at=now, charged=False)
        lease.cancelled_at = now
        lease.released_at = now + (self._switch["deletion_delay_s"] if lease.outcome == "success" else 0.0)
        return Answer(200, deleted, "terminated", wrote=True)

    def messaging(self, login: str, target: str) -> Answer:
        """`GET` and `PATCH /phone_numbers/{id}/messaging`: an empty profile takes it away, null keeps it."""
        lease, now = self._held(login, target), self._world.clock.now()
        if now < lease.leased_at + self._switch["messaging_lag_s"]:
            raise Denied(10005, "The requested resource or URL could not be found.")
        reading = request.method == "GET"
        profile = None if reading else query.json_body().get("messaging_profile_id")
        if profile is not None:
            if profile and not is_uuid(profile):
                raise Denied(10015, "messaging_profile_id is invalid.", pointer="/messaging_profile_id")
            lease.settings["messaging_profile_id"] = profile or None
        record = {"data": shapes.messaging(lease, self._offers[lease.number])}
        return Answer(200, record, "read" if reading else "configured", wrote=not reading)

    def voice(self, login: str, target: str) -> Answer:
        """`GET` and `PATCH /phone_numbers/{id}/voice`; what it does not know it ignores."""
        lease = self._held(login, target)
        reading = request.method == "GET"
        if not reading:
            body = query.json_body()
            there = shapes.voice(lease)
            for name in shapes.VOICE_FIELDS & set(body):
                given = body[name]
                lease.settings["voice"][name] = {**there[name], **given} if isinstance(given, dict) else given
            if "connection_id" in body:
                lease.settings["connection_id"] = body["connection_id"]
        return Answer(200, {"data": shapes.voice(lease)}, "read" if reading else "configured", wrote=not reading)

    def features(self, login: str) -> Answer:  # noqa: ARG002 all work is called alike
        """`POST /numbers_features`: a reading, of any number that there is."""
        numbers = query.json_body().get("phone_numbers")
        if not isinstance(numbers, list):
            raise Denied(10004, "phone_numbers is required.", pointer="/phone_numbers")
        known = [self._offers[number] for number in numbers if number in self._offers]
        features = [{"phone_number": offer.number, "features": shapes.features(offer)} for offer in known]
        return Answer(200, {"data": features}, "listed")

    def number_asked(self) -> str:
        """The number whose digits a listing is for, or nothing."""
        number = f"+{(query.asked('phone_number') or '').removeprefix('+')}"
        return number if number in self._offers else ""

    def number_of(self, target: str) -> str:
        """The number of an id, or nothing; a number is its own."""
        if target.startswith("+"):
            return target
        return next((lease.number for lease in reversed(self._ledger.leases) if lease.lease_id == target), "")

    def _shape(self, lease: Lease, now: float) -> dict[str, Any]:
        return shapes.number(self._switch, lease, self._offers[lease.number], now)

    def _held(self, login: str, target: str) -> Lease:
        """The lease with this id or number, if it has not ended."""
        lease = self._own(login, target)
        if not lease.held(self._world.clock.now()):
            raise Denied(10005, "The requested resource or URL could not be found.")
        return lease

    def _own(self, login: str, target: str) -> Lease:
        """The youngest lease of the login with this id or number, if it is shown."""
        now = self._world.clock.now()
        by_number = target.startswith("+") and self._switch["e164_read"] == "works"
        for lease in reversed(self._ledger.leases):
            named = lease.number if by_number else lease.lease_id
            if lease.login == login and named == target and self._shown(lease, now, self._read_lag()):
                return lease
        raise Denied(10005, "The requested resource or URL could not be found.")

    def _read_lag(self) -> float:
        lag = self._switch["read_lag_s"]
        return float(self._switch["listing_lag_s"] if lag is None else lag)

    def _shown(self, lease: Lease, now: float, lag: float) -> bool:
        if not lease.held(now):
            assert lease.released_at is not None
            recent = now < lease.released_at + self._switch["residue_s"]
            return bool(recent and self._switch["ended_numbers"] == "listed")
        if lease.pending(now):
            return bool(self._switch["pending_numbers"] == "listed")
        return now >= (lease.settles_at or lease.leased_at) + lag

    def _fits(self, lease: Lease, now: float) -> bool:
        """Whether the number is what the filters ask for; misspelt ones are not seen."""
        offer, settings = self._offers[lease.number], lease.settings
        countries = query.asked_list("country_iso_alpha2")
        tag = query.asked("tag")
        untagged = query.asked("without_tags") == "true"
        return (
            self._fits_digits(lease.number)
            and (not countries or offer.country in countries)
            and query.asked("status") in {None, self._shape(lease, now)["status"]}
            and query.asked("number_type", "eq") in {None, offer.number_type}
            and query.asked("source") in {None, "purchased"}
            and (tag is None or tag in settings["tags"])
            and not (untagged and settings["tags"])
            and _fits_id("billing_group_id", settings)
            and _fits_id("connection_id", settings)
            and reference_fits(self._switch["reference_filter"], settings["customer_reference"])
        )

    def _fits_digits(self, number: str) -> bool:
        wanted = query.asked("phone_number")
        if wanted is None:
            return True
        if wanted.startswith("+") and self._switch["plus_filter"] == "works":
            return wanted in number
        return bool(_FILTER_DIGITS.fullmatch(wanted)) and wanted in number

    def _without_messaging(self, body: dict[str, Any]) -> dict[str, Any]:
        """The answer as it is while messaging cannot be asked."""
        if self._switch["messaging_profiles"] == "present":
            return body
        if request.args.get("handle_messaging_profile_error") != "true":
            raise Denied(10037, "Messaging profiles cannot be read.")
        numbers = body["data"] if isinstance(body["data"], list) else [body["data"]]
        for number in numbers:
            for name in _MESSAGING:
                del number[name]
        error = {"code": "10037", "title": "Service unavailable", "detail": "Messaging profiles cannot be read."}
        return {**body, "errors": [error]}

    def _shift(self, elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self._switch["shifting_pages"]:
            self._switch.update({"shifting_pages": self._switch["shifting_pages"] - 1})
            self._turn += 1
        turn = self._turn % len(elements) if elements else 0
        return elements[turn:] + elements[:turn]


def _check_sort(wanted: str) -> None:
    if wanted not in _SORTED_BY:
        raise Denied(10032, f"sort must be one of {', '.join(sorted(_SORTED_BY))}")


def _fits_id(name: str, settings: dict[str, Any]) -> bool:
    wanted = query.asked(name)
    return wanted is None or wanted == (settings[name] or "null")
