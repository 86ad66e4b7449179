"""Reads a place on the map from whatever people paste, without asking the network."""

import re
from math import asin, cos, radians, sin, sqrt
from urllib.parse import unquote_plus

RADIUS = 6_371_009  # metres, of the earth
NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
PAIR = rf"({NUMBER})\s*(?:,|%2C|~|;|/|\s)\s*({NUMBER})"
# In words of an address, such as "Blok C2/15", whole numbers are none.
EXACT = r"([-+]?\d{1,3}\.\d+)\s*[,;/]\s*([-+]?\d{1,3}\.\d+)"
# The pin of a Google map goes before the middle of what is shown.
LINKS = (
    rf"!3d({NUMBER})!4d({NUMBER})",
    rf"[?&]m?lat(?:itude)?=({NUMBER})&m?(?:lon|lng|longitude)=({NUMBER})",
    rf"[?&#](?:q|query|ll|daddr|destination|cp|sll|to|center|coordinate)="
    rf"(?:loc:|ll\.|@)?{PAIR}",
    # The last one of a way is where it leads.
    rf"/(?:place|search|dir)/(?:[^@?]*/)?{EXACT}/?(?:@|\?|$)",
    rf"#map=\d+(?:\.\d+)?/({NUMBER})/({NUMBER})",
    rf"/@{PAIR}",
    rf"/{EXACT}(?:[/?,]|$)",
)
GEO = (rf"[?&]q={PAIR}", rf"^geo:{PAIR}")
DEGREES = re.compile(
    r"""(?P<before>[NSEWUTB]|L[SU]|B[TB])?\s*
    (?P<sign>-)?(?P<deg>\d{1,3}(?:\.\d+)?)\s*[°º\s]?\s*
    (?:(?P<min>\d{1,2}(?:\.\d+)?)\s*['’′]\s*)?
    (?:(?P<sec>\d{1,2}(?:\.\d+)?)\s*(?:["”″]|''|’’)\s*)?
    (?P<after>LS|LU|BT|BB|[NSEWUTB](?![A-Z]))?""",
    re.VERBOSE | re.IGNORECASE,
)
NEGATIVE, SIDEWAYS = {"S", "LS", "W", "BB", "B"}, {"E", "W", "T", "B", "BT", "BB"}
# What a chat puts around a text so that it runs from left to right is nothing to read.
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202c\u2068\u2069\ufeff"))
PLAIN = {**str.maketrans("−–()[]", "--    "), **UNSEEN}
LINK = re.compile(r"(?:\w+:)?//|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/", re.IGNORECASE)
WORDS = re.compile(
    r"\b(?:lat|latitude|lintang|lng|lon|long|longitude|bujur|gps|titik|lokasi|posisi|"
    r"koordinat|coordinates?|location|position)\b\s*[:=]?",
    re.IGNORECASE,
)
NAMED = re.compile(r"(?:/(?:place|search)/|[?&](?:q|query)=)([^/?&@]+)")
SHORT = re.compile(r"(maps\.app\.goo\.gl|goo\.gl/maps|g\.co/|bit\.ly|osm\.org/go)/?")


def is_short(text: str) -> bool:
    """Return whether this is a link that says where it leads only when it is opened."""
    return bool(SHORT.search(text))


def parse(text: str) -> tuple[float, float] | None:
    """Return (latitude, longitude) as they are written, in degrees; None when no place
    is in the text. The order is not judged: the first number may be above 90."""
    text = text.translate(PLAIN).strip()
    if LINK.match(text) or "://" in text or text.lower().startswith("geo:"):
        link = unquote_plus(text)
        patterns = GEO if link.lower().startswith("geo:") else LINKS
        return _first(patterns, link) or _parse_name(link)
    text = WORDS.sub(" ", text).strip()
    if re.search(r"[°º'’′\"”″]|[A-Z]", text, re.IGNORECASE):
        return _parse_degrees(text.replace("°,", "°").replace(",", _comma(text)))
    return _parse_numbers(text)


def _first(patterns, text):
    for pattern in patterns:
        if match := re.search(pattern, text, re.IGNORECASE):
            place = tuple(map(float, match.groups()))
            if place != (0, 0):
                return place
    return None


def _parse_name(link):
    """Read a place in degrees that a link has as a name, as Google calls a pin."""
    named = NAMED.search(link)
    return named and _parse_degrees(named[1].replace(",", _comma(named[1])))


def _comma(text):
    """Return what a comma stands for: a space where points are decimal."""
    return " " if "." in text or re.search(r",\s", text) else "."


def _parse_numbers(text):
    whole = re.fullmatch(rf"({NUMBER})\s*[,;\s]\s*({NUMBER})", text)
    if whole:
        return tuple(map(float, whole.groups()))
    decimal = r"([-+]?\d{1,3},\d+)"
    commas = re.fullmatch(rf"{decimal}\s*[,;\s]\s*{decimal}", text)
    if commas:
        return tuple(float(part.replace(",", ".")) for part in commas.groups())
    return None


def _parse_degrees(text):
    """Read degrees with minutes, seconds and the letters of the compass, as English
    (N, S, E, W) or as Indonesian (LU, LS, BT, BB)."""
    found = [match for match in DEGREES.finditer(text) if match["deg"]]
    rest = DEGREES.sub("", text)
    if len(found) != 2 or rest.strip(" ,;/\n\t"):
        return None
    letters = [m[side] for m in found for side in ("before", "after") if m[side]]
    if len(letters) < 2 and "°" not in text.replace("º", "°"):
        return None
    places = []
    for match in found:
        letter = (match["before"] or match["after"] or "").upper()
        minutes, seconds = float(match["min"] or 0), float(match["sec"] or 0)
        if minutes >= 60 or seconds >= 60:
            return None
        value = float(match["deg"]) + minutes / 60 + seconds / 3600
        if letter in NEGATIVE or match["sign"]:
            value = -value
        places.append((letter in SIDEWAYS, value))
    if places[0][0] and not places[1][0]:  # the longitude was written first
        places.reverse()
    return places[0][1], places[1][1]


def read_position(value) -> tuple[float, float] | None:
    """Return (latitude, longitude) in degrees of what a phone has sent, or None."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    if not all(isinstance(number, int | float) for number in value):
        return None
    latitude, longitude = value
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return (latitude, longitude) if inside else None


def get_metres(one: tuple[float, float], other: tuple[float, float]) -> int:
    """Return how far two places (degrees) are from each other, by the haversine."""
    (lat, lon), (lat2, lon2) = (map(radians, place) for place in (one, other))
    part = sin((lat2 - lat) / 2) ** 2
    part += cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return round(2 * RADIUS * asin(sqrt(part)))
