"""Telnyx's search of numbers on offer, and which numbers it opens to orders.

As documented at https://developers.telnyx.com/docs/numbers/phone-numbers/number-search.
"""

import random
from functools import cache
from typing import Any

import phonenumbers

from pulumi_leases.emulator.answer import Answer
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.telnyx import query, shapes
from pulumi_leases.emulator.telnyx.errors import Denied
from pulumi_leases.emulator.telnyx.profile import TELNYX
from pulumi_leases.emulator.world import World

_TYPES = {"local", "toll_free", "mobile", "national", "shared_cost"}
_FEATURES = {"sms", "mms", "voice", "fax", "emergency", "hd_voice", "international_sms", "local_calling"}
_NORTH_AMERICA = {"US", "CA"}
_REDACTED_DIGITS = 7


class Search:
    """The search. Who holds the emulator's lock may ask it what an order may name."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._switch = world.switches[TELNYX.name]
        self._ledger = world.ledgers[TELNYX.name]
        self._offers = world.offers[TELNYX.name]
        self._returned: dict[tuple[str, str], float] = {}

    def answer(self, login: str) -> Answer:
        """`GET /available_phone_numbers`."""
        now = self._world.clock.now()
        country = asked_country(required=self._switch["country"] == "required")
        limit = query.asked_number("limit")
        limit = self._switch["search_limit"] if limit is None else min(limit, self._switch["search_limit"])
        there = [
            offer
            for offer in self._offers.values()
            if country in {None, offer.country} and self._findable(offer, login, now)
        ]
        found = [offer for offer in there if self._switch["search_filters"] == "ignored" or self._fits(offer)]
        near: list[Offer] = []
        if query.asked_flag("best_effort"):
            near = [offer for offer in there if offer.country in _NORTH_AMERICA and offer not in found]
        if not found and not near and self._switch["no_coverage"] != "empty":
            raise Denied(10015, "There is no coverage for this search.", status=self._switch["no_coverage"])
        return self._listed(login, now, [*found, *near][: int(limit)], near)

    def number_asked(self) -> str:
        """The number whose national digits a search is for, or nothing."""
        digits, country = query.asked("phone_number", "starts_with"), query.asked("country_code")
        there = [offer for offer in self._offers.values() if country in {None, offer.country}] if digits else []
        return next((offer.number for offer in there if national(offer.number) == digits), "")

    def opened(self, number: str, login: str, now: float) -> bool:
        """Whether a search has returned the number lately."""
        if self._switch["gate"] == "open":
            return True
        seen = [
            at
            for (by, one), at in self._returned.items()
            if one == number and (by == login or self._switch["gate"] == "anybody")
        ]
        return any(now < at + self._switch["gate_s"] for at in seen)

    def obtainable(self, number: str, login: str, now: float) -> Offer | None:
        """The number on offer to this login, if nobody leases it."""
        offer = self._offers.get(number)
        if offer is None or self._ledger.holding(number, now) or not self._free(offer, login, now):
            return None
        return offer

    def _listed(self, login: str, now: float, offers: list[Offer], near: list[Offer]) -> Answer:
        if self._switch["search_order"] == "shuffled":
            random.shuffle(offers)
        shown = []
        for offer in offers:
            element = shapes.available(self._switch, offer, best_effort=offer in near)
            if self._redacted(offer):
                element["phone_number"] = offer.number[:-_REDACTED_DIGITS] + "x" * _REDACTED_DIGITS
            else:
                self._returned[login, offer.number] = now
            shown.append(element)
        meta = {"total_results": len(shown), "best_effort_results": sum(one["best_effort"] for one in shown)}
        return Answer(200, {"data": shown, "meta": meta, "metadata": meta}, "listed")

    def _redacted(self, offer: Offer) -> bool:
        if self._switch["redacted"] == "foreign":
            return offer.country != "US" or offer.number_type != "local"
        return bool(self._switch["redacted"] == "all")

    def _findable(self, offer: Offer, login: str, now: float) -> bool:
        holding = self._ledger.holding(offer.number, now)
        lagging = all(now < lease.leased_at + self._switch["search_lag_s"] for lease in holding)
        held_back = query.asked_flag("exclude_held_numbers") and self._on_hold(offer, now)
        return lagging and not held_back and self._free(offer, login, now)

    def _free(self, offer: Offer, login: str, now: float) -> bool:
        """Whether the login may have the number, but for who leases it now."""
        if offer.status != "available":
            return False
        last = self._ledger.last(offer.number)
        if last is None or last.held(now) or last.outcome != "success":
            return True
        assert last.released_at is not None
        age = now - last.released_at
        if age < self._switch["hold_s"]:
            return last.login == login
        return bool(age >= self._switch["hold_s"] + self._switch["aging_s"])

    def _on_hold(self, offer: Offer, now: float) -> bool:
        last = self._ledger.last(offer.number)
        if last is None or last.held(now) or last.outcome != "success":
            return False
        assert last.released_at is not None
        return bool(now < last.released_at + self._switch["hold_s"])

    def _fits(self, offer: Offer) -> bool:
        """Whether the number is what the filters ask for; misspelt ones are not seen."""
        american = offer.country in _NORTH_AMERICA
        features = query.asked_list("features")
        _check_choices("features", features, _FEATURES)
        number_type = query.asked("phone_number_type")
        _check_choices("phone_number_type", [number_type] if number_type else [], _TYPES)
        return (
            self._fits_digits(offer)
            and number_type in {None, offer.number_type}
            and set(features) <= set(shapes.features(offer))
            and _same(query.asked("locality"), offer.city)
            and _same(query.asked("administrative_area"), offer.region if american else "")
            and _same(query.asked("rate_center"), shapes.rate_center(offer))
            and (not query.asked_flag("quickship") or shapes.quickship(offer))
            and not query.asked_flag("only_reserved_numbers")
        )

    def _fits_digits(self, offer: Offer) -> bool:
        digits = national(offer.number)
        area = query.asked("national_destination_code")
        if area is not None:
            if not digits.startswith(area):
                return False
            digits = digits.removeprefix(area)
        within = query.asked("phone_number", "contains") or ""
        return (
            digits.startswith(query.asked("phone_number", "starts_with") or "")
            and digits.endswith(query.asked("phone_number", "ends_with") or "")
            and (within in digits or (self._switch["contains"] == "scattered" and _scattered(within, digits)))
        )


def asked_country(*, required: bool) -> str | None:
    """The country of the search, in capitals.

    Raises:
        Denied: it must be named and is not.
    """
    country = query.asked("country_code")
    if country is None and required:
        raise Denied(10004, "filter[country_code] is required")
    return country and country.upper()


@cache
def national(number: str) -> str:
    """The digits without the country code."""
    return str(phonenumbers.parse(number).national_number)


def _check_choices(name: str, given: list[str], known: set[str]) -> None:
    if set(given) - known:
        raise Denied(10032, f"filter[{name}] must be one of {', '.join(sorted(known))}")


def _same(wanted: str | None, there: str) -> bool:
    return wanted is None or wanted.casefold() == there.casefold()


def _scattered(wanted: str, digits: str) -> bool:
    """Whether the wanted digits come in this order, whatever is between them."""
    rest: Any = iter(digits)
    return all(digit in rest for digit in wanted)
