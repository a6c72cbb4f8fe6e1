"""Where the North American numbers of the inventory are, as Twilio's searches show it and search by it."""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

_EARTH_MILES = 3958.8


class Place(NamedTuple):
    """What Twilio says of a city in the US or Canada; `lata` is of the US only."""

    rate_center: str
    lata: str | None
    postal_code: str
    latitude: float
    longitude: float


PLACES = {
    "Jersey City": Place("JERSEYCITY", "224", "07302", 40.7178, -74.0431),
    "New York": Place("NWYRCYZN01", "132", "10007", 40.7128, -74.0060),
    "Miami": Place("MIAMI", "460", "33130", 25.7617, -80.1918),
    "Chicago": Place("CHICAGO", "358", "60601", 41.8781, -87.6298),
    "San Francisco": Place("SNFC CNTRL", "722", "94103", 37.7749, -122.4194),
    "Austin": Place("AUSTIN", "558", "78701", 30.2672, -97.7431),
    "Seattle": Place("SEATTLE", "674", "98101", 47.6062, -122.3321),
    "Boston": Place("BOSTON", "128", "02108", 42.3601, -71.0589),
    "Las Vegas": Place("LAS VEGAS", "721", "89101", 36.1716, -115.1391),
    "Denver": Place("DENVER", "656", "80202", 39.7392, -104.9903),
    "Atlanta": Place("ATLANTA", "438", "30303", 33.7490, -84.3880),
    "Washington": Place("WSHNGTNZN1", "236", "20001", 38.9072, -77.0369),
    "Toronto": Place("TORONTO", None, "M5H", 43.6532, -79.3832),
    "Montréal": Place("MONTREAL", None, "H2Y", 45.5019, -73.5674),
    "Vancouver": Place("VANCOUVER", None, "V6B", 49.2827, -123.1207),
}


def miles(place: Place, latitude: float, longitude: float) -> float:
    """The distance on the ground."""
    there, here = radians(latitude), radians(place.latitude)
    turn = radians(longitude - place.longitude)
    half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(turn / 2) ** 2
    return 2 * _EARTH_MILES * asin(sqrt(half))
