"""What Twilio's numbers cost a month: https://www.twilio.com/docs/phone-numbers/pricing."""

from dataclasses import replace
from typing import Any

from pulumi_leases.emulator.answer import Answer, Refused
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.twilio.pages import Pager, frame_with_urls
from pulumi_leases.emulator.twilio.profile import PRICES
from pulumi_leases.emulator.twilio.stock import Stock


class Pricing:
    """The calls of the pricing host, and what a purchase is charged by them."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._pager = Pager(stock.switch)

    def apply_price(self, offer: Offer) -> Offer:
        """The offer at the price of its country and type."""
        return replace(offer, recurring_fee=self._price(offer.country, offer.number_type))

    def read_country(self, country: str, url: str) -> Answer:
        """The prices of a country's types of numbers."""
        self._admit(url)
        kinds = sorted({offer.number_type for offer in self._stock.offers.values() if offer.country == country})
        if not kinds:
            raise Refused(404, f"The requested resource {url} was not found", code=20404)
        shown = kinds if self._stock.switch["pricing"] == "present" else []
        unit = self._stock.switch["price_unit"]
        body = {
            "country": country,
            "iso_country": country,
            "url": url,
            "price_unit": unit,
            "phone_number_prices": [self._shape(country, kind) for kind in shown],
        }
        return Answer(200, body, "read")

    def list_countries(self, url: str, asked: dict[str, str]) -> Answer:
        """The countries that have prices."""
        self._admit(url)
        names = sorted({offer.country for offer in self._stock.offers.values()})
        page = self._pager.cut(names, names, asked)
        countries = [{"country": name, "iso_country": name, "url": f"{url}/{name}"} for name in page.shown]
        return Answer(200, {"countries": countries, "meta": frame_with_urls(page, url, "countries")}, "listed")

    def _admit(self, url: str) -> None:
        refusal = self._stock.switch["pricing"]
        if refusal in {401, 403}:
            raise Refused(refusal, "Permission Denied", code=20003, outcome="unauthorised")
        if refusal == 404:  # noqa: PLR2004 the switch's value
            raise Refused(404, f"The requested resource {url} was not found", code=20404)

    def _shape(self, country: str, kind: str) -> dict[str, Any]:
        current = self._price(country, kind)
        return {
            "number_type": kind.replace("_", " "),
            "base_price": f"{PRICES.get((country, kind), current):.2f}",
            "current_price": f"{current:.2f}",
        }

    def _price(self, country: str, kind: str) -> float:
        """The price of a country and a type: the one of the list, or what control has made of it for any number."""
        fees = [
            offer.recurring_fee
            for offer in self._stock.offers.values()
            if (offer.country, offer.number_type) == (country, kind)
        ]
        listed = PRICES.get((country, kind))
        return next((fee for fee in fees if fee != listed), fees[0])
