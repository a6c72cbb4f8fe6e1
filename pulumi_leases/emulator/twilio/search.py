"""What Twilio has on offer, by country and type.

https://www.twilio.com/docs/phone-numbers/api/availablephonenumber-resource
"""

from collections.abc import Mapping

from pulumi_leases.emulator.answer import Answer, Refused
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.twilio import filters, shapes
from pulumi_leases.emulator.twilio.purchase import address_needed
from pulumi_leases.emulator.twilio.stock import Stock

_TYPES = {
    "Local": "local",
    "TollFree": "toll_free",
    "Mobile": "mobile",
    "National": "national",
    "SharedCost": "shared_cost",
    "Voip": "voip",
    "MachineToMachine": "machine_to_machine",
}
_NAMES = {kind: name for name, kind in _TYPES.items()}
_CAP, _LARGEST = 30, 1000


class Search:
    """The calls about numbers that nobody owns. Each runs with the world's lock held."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock

    def types(self, account: str, country: str) -> Answer:
        """Which types of numbers a country has."""
        base = f"/{shapes.VERSION}/Accounts/{account}/AvailablePhoneNumbers/{country}"
        kinds = sorted({offer.number_type for offer in self._stock.offers.values() if offer.country == country})
        if not kinds:
            raise _not_found(f"{base}.json")
        body = {
            "country_code": country,
            "country": country,
            "uri": f"{base}.json",
            "beta": False,
            "subresource_uris": {kind: f"{base}/{_NAMES[kind]}.json" for kind in kinds},
        }
        return Answer(200, body, "listed")

    def available(self, account: str, country: str, kind: str, asked: Mapping[str, str]) -> Answer:
        """Some of the numbers on offer that pass the filters, at most as many as Twilio ever shows."""
        switch = self._stock.switch
        path = f"/{shapes.VERSION}/Accounts/{account}/AvailablePhoneNumbers/{country}/{kind}.json"
        if not any(self._is(offer, country, kind) for offer in self._stock.offers.values()):
            raise _not_found(path)
        offers = [offer for offer in self._stock.on_offer() if self._is(offer, country, kind)]
        selected = filters.select_offers(offers, asked, address=lambda offer: address_needed(switch, offer))
        exact = [offer for offer in selected if asked.get("Contains", "").lstrip("+") == offer.number[1:]]
        if exact and switch["exact_contains"] == "missed":
            selected = []
        shown = [
            shapes.offer(switch, one, address_needed(switch, one))
            for one in self._stock.cut_search(selected, self._cap(asked))
        ]
        return Answer(200, {"uri": path, "available_phone_numbers": shown}, "listed")

    def _cap(self, asked: Mapping[str, str]) -> int:
        size = asked.get("PageSize", "50")
        wanted = int(size) if size.isdecimal() else 50
        return min(wanted, _LARGEST if self._stock.switch["result_cap"] == "page_size" else _CAP)

    def _is(self, offer: Offer, country: str, kind: str) -> bool:
        return (offer.country, offer.number_type) == (country, _TYPES.get(kind))


def _not_found(path: str) -> Refused:
    return Refused(404, f"The requested resource {path} was not found", code=20404)
