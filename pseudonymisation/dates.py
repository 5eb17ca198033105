"""Dates of a person, moved by whole weeks: as numbers in columns and as they are written in Danish text.

Every date of a person moves by the same number of weeks, another one in every project, so that weekdays, seasons
(nearly) and all intervals stay and no calendar day tells who it is. The edges of a window would show how far somebody
was moved; what may lie there for one person and not for another is cut off (Shift and Truncate: Hripcsak et al., JAMIA
2016; 23: 1040-1045). Where a permit asks for it, and how tables are cut, is in `sandbox/`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from pseudonymisation.pseudonyms import keyed_hashes

MAX_WEEKS = 26

MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
_SHORT = {name[:3]: number for number, name in enumerate(MONTHS, start=1)} | {"sept": 9}
_NUMBER_OF = {name: number for number, name in enumerate(MONTHS, start=1)} | _SHORT
_NAMES = "|".join(sorted(_NUMBER_OF, key=len, reverse=True))

_UNITS = r"mg|ml|mmHg|g|timer?|dgl|dag|l|x|tabl\w*|dos\w*|kop|glas|portion\w*|liter"

# What may stand between two days of one month: "12.-14. marts", "5. og 6. marts".
_BETWEEN = r"\.?\s?(?:[-–,+&]|og|til|eller|samt)\s?"
_YEAR = r"(?:19|20)\d{2}"
# A day is written in one of these forms; d, m, y are its parts, l the days of the same month before it. What is no day
# of the calendar is no date.
_FORMS = (
    rf"(?P<y1>{_YEAR})(?P<s1>[./-])(?P<m1>\d{{1,2}})(?P=s1)(?P<d1>\d{{1,2}})(?![\d%])(?![.,]\d)",
    rf"(?P<l2>(?:\d{{1,2}}{_BETWEEN}){{1,6}})?(?P<d2>\d{{1,2}})(?P<s2>[./–-])(?P<a2>\s?)(?P<m2>\d{{1,2}})(?P=s2)(?P<b2>\s?)"
    rf"(?P<y2>{_YEAR}|\d{{2}}(?!\d))(?!%)(?![.,/]\d)(?!-(?!\d{{1,2}}[./-])\d)",
    rf"(?P<d3>\d{{1,2}})/(?P<m3>\d{{1,2}})(?P<s3>-| )(?P<y3>{_YEAR}|\d{{2}})(?![\d%/:])(?![.,]\d)",
    rf"(?P<l4>(?:\d{{1,2}}{_BETWEEN}){{1,6}})?(?P<d4>\d{{1,2}})(?P<s4>\.\s?|\s|-)(?P<n4>{_NAMES})(?![a-zæøå])"
    rf"(?P<t4>\.?[\s-](?P<y4>{_YEAR})(?!\d))?",
    rf"(?P<n5>{_NAMES})(?P<t5>\.?\s)(?P<y5>{_YEAR})(?!\d)",
    r"(?P<d7>\d{2})(?P<m7>\d{2})(?P<y7>\d{2})(?![\d%/-])(?![.,]\d)",
    rf"(?P<d6>\d{{1,2}})/(?P<m6>\d{{1,2}})(?![\d/%])(?![.,]\d)(?! ?(?:{_UNITS})\b)",
)
# After a hyphen a date stands behind another date alone: "12/3-14/3".
_BEFORE = r"(?<![\w/])(?<!\d[.,:])(?:(?<!\d[-–])|(?<=\d{4}[-–])|(?<=[./]\d[-–])|(?<=[./]\d\d[-–]))"
_DATE = re.compile(rf"{_BEFORE}(?:{'|'.join(_FORMS)})", re.IGNORECASE)
# A score stands in so many characters before its number.
_SCORE_CHARACTERS = 15
_SCORE = re.compile(
    r"(?:score|gcs|nrs|vas|apgar|visus|ratio|trin|bt|blodtryk|barthel|mmse|moca)\W{0,3}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TextDate:
    """A date in a text, [start, end) in characters; `day` is the first of the month where no day is written.

    `written` puts another date in the same way of writing.
    """

    start: int
    end: int
    day: date
    has_year: bool
    written: Callable[[date], str]


def weeks_of(person_ids: pa.Array, *, key: bytes) -> pa.Array:
    """How many weeks each person is moved: int32 in [-26, 26] without 0, from HMAC-SHA256(key, the id as 8 bytes).

    `person_ids` is an array of int64 without NULL.
    """
    numbers = (int.from_bytes(keyed[:8], "big") for keyed in _keyed(person_ids, key))
    drawn = np.fromiter((number % (2 * MAX_WEEKS) for number in numbers), np.int32, len(person_ids))
    return pa.array(np.where(drawn < MAX_WEEKS, drawn - MAX_WEEKS, drawn - MAX_WEEKS + 1), pa.int32())


def seeds_of(person_ids: pa.Array, *, key: bytes) -> pa.Array:
    """A secret text for each person to draw further days with: HMAC-SHA256(key, "seed" and the id as 8 bytes), in hex.

    `person_ids` is an array of int64 without NULL.
    """
    return pa.array([keyed.hex() for keyed in _keyed(person_ids, key, b"seed")], pa.string())


def _keyed(person_ids: pa.Array, key: bytes, what: bytes = b"") -> Iterator[bytes]:
    return keyed_hashes((what + value.to_bytes(8, "big") for value in person_ids.to_pylist()), key=key)


def shifted_text(text: str, *, days: int, written_on: date) -> str:
    """The text with every date in it moved by `days`, in the same way of writing.

    A date without a year is taken for the one nearest to `written_on`.
    """
    return _replaced(text, written_on, lambda found: found.written(_moved(found.day, days)))


def month_text(text: str, *, written_on: date) -> str:
    """The text with every day in it written as its month, with the year if there was one."""

    def month(found: TextDate) -> str:
        name = MONTHS[found.day.month - 1]
        return f"{name} {found.day.year}" if found.has_year else name

    return _replaced(text, written_on, month)


def dates_in(text: str, *, written_on: date) -> Iterator[TextDate]:
    """The dates in a Danish text, in order. Blood pressures, scores, doses and results of laboratories are none."""
    for match in _DATE.finditer(text):
        if found := _date(match, text, written_on):
            yield found


def _replaced(text: str, written_on: date, put: Callable[[TextDate], str]) -> str:
    pieces, behind = [], 0
    for found in dates_in(text, written_on=written_on):
        pieces += [text[behind : found.start], put(found)]
        behind = found.end
    return "".join([*pieces, text[behind:]])


def _date(match: re.Match[str], text: str, written_on: date) -> TextDate | None:
    parts = {name[0]: value for name, value in match.groupdict().items() if value is not None}
    if match["d6"] and _SCORE.search(text[max(0, match.start() - _SCORE_CHARACTERS) : match.start()]):
        return None
    month = _NUMBER_OF[parts["n"].lower()] if "n" in parts else int(parts["m"])
    day = _calendar(int(parts.get("d", 1)), month, parts.get("y"), written_on)
    if day is None:
        return None

    def written(other: date) -> str:
        return _written(match, parts, day, other)

    return TextDate(match.start(), match.end(), day, "y" in parts, written)


def _calendar(day: int, month: int, year: str | None, written_on: date) -> date | None:
    if year and len(year) == 2:
        pivot = (written_on.year + 10) % 100
        year = str((20 if int(year) <= pivot else 19) * 100 + int(year))
    years = [int(year)] if year else [written_on.year - 1, written_on.year, written_on.year + 1]
    found = []
    for one in years:
        try:
            found.append(date(one, month, day))
        except ValueError:
            continue
    return min(found, key=lambda d: abs((d - written_on).days), default=None)


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days)
    except OverflowError:
        return day


def _written(match: re.Match[str], parts: dict[str, str], day: date, other: date) -> str:
    """Another date with the separators, the widths and the words of the one that stands there."""
    year = ""
    if "y" in parts:
        year = f"{other.year:04d}" if len(parts["y"]) == 4 else f"{other.year % 100:02d}"
    before = _listed(match, parts, day, other)
    if "n" in parts:
        name = _named(parts, other)
        if match["n5"]:
            return f"{name}{match['t5']}{year}"
        tail = f"{match['t4'].lstrip('.')[0]}{year}" if year else ""
        return f"{before}{other.day}{match['s4']}{name}{tail}"
    if match["d7"]:
        return f"{other:%d%m}{year}"
    wide = any(part.startswith("0") for part in (parts["d"], parts["m"])) or len(parts["d"] + parts["m"]) == 4
    shown, month = (f"{number:02d}" if wide else str(number) for number in (other.day, other.month))
    if match["y1"]:
        return f"{year}{match['s1']}{month}{match['s1']}{shown}"
    if match["y2"]:
        return f"{before}{shown}{match['s2']}{match['a2']}{month}{match['s2']}{match['b2']}{year}"
    return f"{shown}/{month}{match['s3']}{year}" if match["y3"] else f"{shown}/{month}"


def _named(parts: dict[str, str], other: date) -> str:
    name = MONTHS[other.month - 1]
    if parts["n"].lower() not in MONTHS:
        name = name[:3]
    return name.capitalize() if parts["n"][0].isupper() else name


def _listed(match: re.Match[str], parts: dict[str, str], day: date, other: date) -> str:
    """The days of the same month before the one that is written whole, moved as far; with a month if it is another."""

    def moved(number: re.Match[str]) -> str:
        try:
            one = day.replace(day=int(number[1])) + (other - day)
        except (ValueError, OverflowError):
            return number[0]
        if one.month == other.month:
            return f"{one.day}{number[2]}"
        return f"{one.day}. {_named(parts, one)}" if "n" in parts else f"{one.day}{match['s2']}{one.month}"

    return re.sub(r"(\d{1,2})(\.?)", moved, parts.get("l", ""))
