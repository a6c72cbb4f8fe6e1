"""Which numbers on offer a search of Twilio's finds: its 18 filters, decided from the query alone.

https://www.twilio.com/docs/phone-numbers/api/availablephonenumberlocal-resource#read-multiple-availablephonenumberlocal-resources
"""

import re
from collections.abc import Callable, Collection, Mapping

from pulumi_leases.emulator.answer import Refused
from pulumi_leases.emulator.inventory import Offer
from pulumi_leases.emulator.twilio.places import PLACES, miles

NORTH_AMERICA = frozenset({"US", "CA"})
NEED_ADDRESS = ("any", "local", "foreign")
"""What an offer's requirement `address_any` and so on is called in `address_requirements`."""

_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_PATTERN = re.compile(r"(?P<start>\+|\*+|%?)(?P<digits>[0-9A-Za-z]+)(?P<end>\$|\*+|%?)")
_SHORTEST, _LONGEST = 2, 16
_WILD = {"": "", "+": "^", "$": "$", "%": "[0-9]*"}
_FARTHEST = 500

Test = Callable[[Offer], bool]


def select_offers(
    offers: Collection[Offer], asked: Mapping[str, str], *, address: Callable[[Offer], str]
) -> list[Offer]:
    """The offers that pass every filter of the query; `address` says which address an offer needs.

    Raises:
        Refused: a filter has a value that it cannot have.
    """
    tests = [*_tests_everywhere(asked), *_tests_in_north_america(asked, offers)]
    flags = [(name, _flag(asked, name)) for name in _EXCLUDED]
    banned = {need for name, on in flags if on for need in _EXCLUDED[name]}
    return [offer for offer in offers if address(offer) not in banned and all(test(offer) for test in tests)]


def receives_fax(offer: Offer) -> bool:
    """Whether the number receives faxes: where it has a voice and takes no messages."""
    return offer.voice and "sms" not in offer.channels


_EXCLUDED = {
    "ExcludeAllAddressRequired": NEED_ADDRESS,
    "ExcludeLocalAddressRequired": ("local",),
    "ExcludeForeignAddressRequired": ("foreign",),
}
_CAPABLE: dict[str, Test] = {
    "SmsEnabled": lambda offer: "sms" in offer.channels,
    "MmsEnabled": lambda offer: "mms" in offer.channels,
    "VoiceEnabled": lambda offer: offer.voice,
    "FaxEnabled": receives_fax,
}


def compile_pattern(contains: str) -> re.Pattern[str]:
    """What `Contains` asks for, to be searched in the digits of a number.

    Raises:
        Refused: it is too short, too long, or has its wildcards in the wrong place.
    """
    parts = _PATTERN.fullmatch(contains)
    if parts is None or not _SHORTEST <= len(contains) <= _LONGEST:
        raise Refused(400, f"Invalid Pattern Provided: {contains}", code=20001)
    start, end = (_WILD.get(parts[side], "[0-9]" * len(parts[side])) for side in ("start", "end"))
    return re.compile(start + parts["digits"].upper().translate(_KEYPAD) + end)


def _tests_everywhere(asked: Mapping[str, str]) -> list[Test]:
    """The filters that hold in every country."""
    tests = [test for name, test in _CAPABLE.items() if _flag(asked, name)]
    if "Contains" in asked:
        wanted = compile_pattern(asked["Contains"])
        tests.append(lambda offer: wanted.search(offer.number[1:]) is not None)
    if not _flag(asked, "Beta", otherwise=True):
        tests.append(lambda offer: "beta" not in offer.requirements)
    if asked.get("InLocality"):
        tests.append(lambda offer: offer.city.casefold() == asked["InLocality"].casefold())
    return tests


def _tests_in_north_america(asked: Mapping[str, str], offers: Collection[Offer]) -> list[Test]:
    """The filters of the US and Canada; numbers elsewhere pass them unseen."""
    tests: list[Test] = []
    if asked.get("AreaCode"):
        code = asked["AreaCode"]
        if not re.fullmatch("[2-9][0-9]{2}", code):
            raise Refused(400, "Invalid area code", code=21451)
        tests.append(lambda offer: offer.number.startswith(f"+1{code}"))
    if asked.get("InRegion"):
        tests.append(lambda offer: offer.region == asked["InRegion"].upper())
    if asked.get("InRateCenter") and not asked.get("InLata"):
        raise Refused(400, "InRateCenter requires InLata", code=20001)
    for name, attribute in (("InPostalCode", "postal_code"), ("InLata", "lata"), ("InRateCenter", "rate_center")):
        if asked.get(name):
            tests.append(_place_has(attribute, asked[name]))
    if asked.get("NearNumber") or asked.get("NearLatLong"):
        tests.append(_is_near(asked, offers))
    return [_only_there(test) for test in tests]


def _only_there(test: Test) -> Test:
    return lambda offer: offer.country not in NORTH_AMERICA or test(offer)


def _place_has(attribute: str, wanted: str) -> Test:
    return lambda offer: offer.city in PLACES and getattr(PLACES[offer.city], attribute) == wanted


def _is_near(asked: Mapping[str, str], offers: Collection[Offer]) -> Test:
    distance = asked.get("Distance", "25")
    if not distance.isdecimal() or int(distance) > _FARTHEST:
        raise Refused(400, f"Distance is at most {_FARTHEST} miles", code=20001)
    if asked.get("NearLatLong"):
        pair = re.fullmatch(r"(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)", asked["NearLatLong"])
        if pair is None:
            raise Refused(400, "NearLatLong is latitude,longitude", code=20001)
        centre = float(pair[1]), float(pair[2])
    else:
        cities = {offer.city for offer in offers if offer.number[:5] == asked["NearNumber"][:5]}
        place = next((PLACES[city] for city in cities if city in PLACES), None)
        if place is None:
            return lambda _offer: False
        centre = place.latitude, place.longitude
    return lambda offer: offer.city in PLACES and miles(PLACES[offer.city], *centre) <= int(distance)


def _flag(asked: Mapping[str, str], name: str, *, otherwise: bool = False) -> bool:
    return asked.get(name, str(otherwise)).lower() == "true"
