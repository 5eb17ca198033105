"""Street addresses with a house number, and postcodes with a town.

A street without a number is a capitalised word like others and is found in `words.py`, which asks
`is_street` here.
"""

import re
from collections.abc import Iterator

from pseudonymisation.redaction.lists import word_list
from pseudonymisation.redaction.names import towns
from pseudonymisation.redaction.spans import Span
from pseudonymisation.redaction.vocabulary import is_ordinary, words

_STRONG = tuple(word_list("street_ends"))
_WEAK = tuple(word_list("street_ends_with_capital"))
# Ends that ordinary words hardly have.
_ALWAYS = ("vej", "vejen", "gade", "gaden", "allé", "alléen", "boulevard", "vænget")
_NO_STREETS = word_list("no_streets")
_BEFORE = word_list("before_streets")
_SINGLE = word_list("single_streets")

_NUMBERED = re.compile(r"(?<![\w’'´-])([^\W_][\w’'´-]*),?\s{1,2}(?:nr\.?\s?)?(?=\d{1,3}(?!\d))")
_WORD_BEFORE = re.compile(r"([A-ZÆØÅ][\w.’'´-]*|[a-zæøå]+\.?)\s$")
_FLOOR = r"(?:st|stuen|kl|kld|kælder|\d{1,2})"
_TAIL = re.compile(
    rf"""
    \d{{1,3}}(?:\s?[A-ZÆØÅ](?![\w])|[a-zæøå](?!\w))?(?:\s?-\s?\d{{1,3}}(?![\d.])[A-Za-z]?(?!\w))?
    (?i:
        ,?\s{{0,2}}{_FLOOR}\.?\s?(?:sal\.?)?,?\s?(?:th|tv|mf)\b\.?
      | ,?\s{{0,2}}{_FLOOR}\.?\s?sal\b\.?
      | ,?\s{{0,2}}{_FLOOR}\.\s?(?:lejl\w*\.?\s?|dør\s?|-\s?)\d{{1,3}}
      | ,\s{{0,2}}(?:st\b\.?|\d{{1,2}}\.(?=,|\s?$))
      | ,?\s{{0,2}}(?:lejl|lejlighed|dør|vær|værelse|bolig)\b\.?\s?\d{{1,3}}
    )?
    (?:(?:,\s{{0,3}}|\s{{1,3}})(?:DK[-\s]?)?\d{{4}}\s{{0,2}}[A-ZÆØÅ][\w-]*(?:\s(?:[A-ZÆØÅ]{{1,2}})(?!\w))?)?
    """,
    re.VERBOSE,
)
_POSTCODE = re.compile(r"(?<![\d,.])(?:DK[-\s]?)?\d{4}\s{0,2}([^\W\d_][\w-]+)(?:\s([A-ZÆØÅ]\w*))?")
_DISTRICT = re.compile(r"[A-ZÆØÅ]{1,2}$")


def is_street(word: str) -> bool:
    """Tell whether a capitalised word, without a house number, names a street by its end."""
    low = word.lower()
    if len(low) <= 5 or not low.endswith(_STRONG) or low in _NO_STREETS:
        return False
    return low.endswith(_ALWAYS) or not is_ordinary(low)


def find_addresses(text: str) -> Iterator[Span]:
    """Yield street addresses, with floor, door, postcode and town if given, and postcodes with a town."""
    for match in _NUMBERED.finditer(text):
        word = match[1]
        low = word.lower()
        if not (low.endswith(_STRONG) or (word[0].isupper() and low.endswith(_WEAK))):
            continue
        start = _start(text, match.start(1), low)
        if start == match.start(1) and (low in _NO_STREETS or low in words()):
            continue
        yield Span(start, address_end(text, match.end()), "LOCATION", "address.street")
    for match in _POSTCODE.finditer(text):
        town, more = match[1].lower(), match[2] or ""
        if match[1][0].islower() and (len(town) < 5 or is_ordinary(town)):
            continue  # "2000 give", "1000 hals": towns by a capital only
        if f"{town} {more.lower()}" in towns():
            yield Span(match.start(), match.end(), "LOCATION", "address.postcode")
        elif town in towns() or town == "københavn":
            end = match.end() if _DISTRICT.match(more) else match.end(1)
            yield Span(match.start(), end, "LOCATION", "address.postcode")


def address_end(text: str, position: int) -> int:
    """Return where an address ends whose house number starts at the position; the position itself if none does."""
    match = _TAIL.match(text, position)
    return match.end() if match else position


def _start(text: str, position: int, street: str) -> int:
    """Return where a street name starts that ends in the word at the position: "H.C. Andersens Boulevard"."""
    for count in range(4):
        match = _WORD_BEFORE.search(text, max(0, position - 40), position)
        if not match:
            break
        low = match[1].lower().rstrip(".")
        capital = match[1][0].isupper()
        if (
            low in _BEFORE
            or (capital and low in ("ved", "bag", "over", "under"))
            or (
                capital
                and not (is_ordinary(low) and not low.endswith("s"))
                and (street in _SINGLE or count)
                and (not match[1].endswith(".") or len(match[1]) <= 6)
            )
        ):
            position = match.start(1)
        else:
            break
    return position
