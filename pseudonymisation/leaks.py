"""The leak detector: looks for identifiers in every column of a pseudonymised result, before it may enter
the lake.

It shares no code and no lists with `redaction/`, so that a mistake there is not repeated here. Two ways
of looking: for the very values that this delivery's identifier columns held, and for the forms of
identifiers. Full names are looked for, not their parts: a lone "Hansen" of another patient is the
redactor's business. Only distinct values are read, and Python only those that a vectorised pattern lets
through. What a found leak means for the delivery is decided by the caller (`lake.py`), which raises
`LeakError`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.known_values import HashedValues, bare, composed, words_of

ROW_NUMBER: Final = "_row_number"
CPR_DIGITS: Final = 10
BIRTH_DIGITS: Final = 6
Kind = Literal["cpr", "name", "address", "phone", "email"]


@dataclass(frozen=True, slots=True)
class Leak:
    """Identifiers of one kind in one column: in how many rows, and the first of them (1-based, in the delivery)."""

    column: str
    kind: Kind
    count: int
    first_row_number: int


class LeakError(Exception):
    """Identifiers were left in a pseudonymised delivery, which therefore does not enter the lake."""

    exit_code = 19

    def __init__(self, *, source: str, delivery: str, leaks: Sequence[Leak]) -> None:
        self.source = source
        self.delivery = delivery
        self.leaks = _summed(leaks)
        found = "; ".join(
            f"{leak.column}: {leak.kind}, rows {leak.count}, first row {leak.first_row_number}" for leak in self.leaks
        )
        super().__init__(
            f"{source} delivery {delivery} still holds identifiers after pseudonymisation ({found}); expected none. "
            f"Nothing entered the lake: correct the classification of the column in the contract of {source}, or have "
            "the rows corrected by the supplier, and deliver again"
        )


class UnsearchableError(Exception):
    """A column is of a type in which identifiers cannot be looked for, so the delivery does not enter the lake."""

    exit_code = 19


class LeakDetector:
    """Scans the batches of one delivery, or of one table, in order. `known` are the identifiers to look for."""

    def __init__(self, *, known: HashedValues) -> None:
        self._known = known
        self._rows = 0

    def scan(self, batch: pa.RecordBatch) -> list[Leak]:
        """Return the leaks of a batch, at most one per column and kind, ordered by column.

        Row numbers are those of the column `_row_number` when there is one, else counted over the batches.
        """
        found: list[Leak] = []
        numbers = batch.column(ROW_NUMBER) if ROW_NUMBER in batch.schema.names else None
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            for kind, mask in self._masks(column) if name != ROW_NUMBER else ():
                first = pc.index(mask, True).as_py()
                row = numbers[first].as_py() if numbers is not None else self._rows + first + 1
                found.append(Leak(column=name, kind=kind, count=pc.sum(mask).as_py(), first_row_number=row))
        self._rows += batch.num_rows
        return found

    def _masks(self, column: pa.Array) -> Iterator[tuple[Kind, pa.Array]]:
        """Yield each kind found in a column with a mask of its rows."""
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            yield from self._text_masks(column)
        elif _is_number(column.type):
            for kind, mask in self._number_masks(column):
                if pc.any(mask).as_py():
                    yield kind, mask
        elif not (
            pa.types.is_temporal(column.type) or pa.types.is_boolean(column.type) or pa.types.is_null(column.type)
        ):
            raise UnsearchableError(
                f"a column of type {column.type} cannot be searched for identifiers; deliver it as text"
            )

    def _text_masks(self, column: pa.Array) -> Iterator[tuple[Kind, pa.Array]]:
        coded = column.dictionary_encode()
        distinct = coded.dictionary
        candidates = _candidates(distinct)
        by_kind: dict[Kind, list[int]] = {}
        eight: dict[int, bool] = {}
        no_name: set[str] = set()
        no_address: set[str] = set()
        for index, text in zip(candidates.to_pylist(), distinct.take(candidates).to_pylist(), strict=True):
            if _EIGHT_ALONE.fullmatch(text):
                eight[index] = self._known.has_phone(text.strip())
                continue
            for kind in self._kinds(text, no_name, no_address):
                by_kind.setdefault(kind, []).append(index)
        # In a region every fiftieth number of eight digits is somebody's: cells of nothing else are judged together.
        if sum(eight.values()) * 2 > len(eight):
            by_kind.setdefault("phone", []).extend(index for index, known in eight.items() if known)
        for kind in sorted(by_kind):
            values = pa.array(by_kind[kind], type=coded.indices.type)
            yield kind, pc.is_in(coded.indices, value_set=values)

    def _kinds(self, text: str, no_name: set[str], no_address: set[str]) -> set[Kind]:
        """Return the kinds of identifiers in one text."""
        text = composed(text)
        kinds: set[Kind] = set()
        if any(self._is_known_cpr(match[0]) for match in _LONG_NUMBER.finditer(text)):
            kinds.add("cpr")
        if _EMAIL.search(text):
            kinds.add("email")
        if _STREET.search(text):
            kinds.add("address")
        if any(self._is_cpr(match) for match in _CPR.finditer(text)):
            kinds.add("cpr")
        if _PHONE.search(text) or any(self._known.has_phone(match[0]) for match in _EIGHT.finditer(text)):
            kinds.add("phone")
        words = words_of(text)
        turned = [words_of(f"{match['given']} {match['surname']}") for match in _SURNAME_FIRST.finditer(text)]
        if any(self._known.has_name(name, no_name) for name in (words, *turned)) or any(
            _is_titled(match) for match in _TITLED.finditer(text)
        ):
            kinds.add("name")
        if self._known.has_address(words, no_address):
            kinds.add("address")
        return kinds

    def _is_known_cpr(self, number: str) -> bool:
        """Whether a number, however it is parted, holds one of the delivery's CPR numbers."""
        return any(self._known.has_cpr(digits) for digits in _tens(number))

    def _number_masks(self, column: pa.Array) -> Iterator[tuple[Kind, pa.Array]]:
        """Yield CPR numbers and telephone numbers among the numbers of a column, each with a mask of its rows."""
        bounds = pc.min_max(column)
        if not bounds["max"].is_valid or bounds["max"].as_py() < 10_000_000:
            return
        whole = column if pa.types.is_integer(column.type) else pc.cast(pc.round(column), pa.int64(), safe=False)
        whole = pc.cast(whole, pa.int64(), safe=False)
        alike = _cpr_like_mask(whole)
        if _most(alike, column):
            yield "cpr", pc.fill_null(alike, False)
        else:
            numbers = whole.filter(alike).unique().drop_null().to_pylist()
            known = [number for number in numbers if self._known.has_cpr(f"{number:010d}")]
            yield "cpr", pc.is_in(whole, value_set=pa.array(known, pa.int64()))
        of_eight = pc.and_(pc.greater_equal(whole, 20_000_000), pc.less(whole, 100_000_000))
        numbers = whole.filter(of_eight).unique().drop_null().to_pylist()
        # In a region every fiftieth number of eight digits is somebody's: one by itself says nothing.
        known = [number for number in numbers if self._known.has_phone(str(number))]
        hits = pc.is_in(whole, value_set=pa.array(known, pa.int64()))
        if _most(hits, column):
            yield "phone", hits

    def _is_cpr(self, match: re.Match[str]) -> bool:
        number = bare(match[0])
        return self._known.has_cpr(number) or (
            (number.isdigit() or "-" in match[0]) and _is_date(number) and any(c.isdigit() for c in number[6:])
        )


# What a value must hold to be read at all (RE2, where \w and \b know ASCII only): two words, a number as long
# as a telephone number, or an at sign; in _CANDIDATE also something that cannot be seen.
_FORMS: Final = (
    r"[{first}][^{letter}{digit}]+[{letter}{digit}]|[{digit}](?:[^{letter}{digit}]{{0,5}}[{digit}]){{7}}|"
    r"[{digit}]{{6}}-?[{digit}{letter}]{{4}}|[{at}]"
)
_CANDIDATE: Final = r"[\x{AD}\x{200B}-\x{200F}\x{2060}-\x{2064}\x{FEFF}]|" + _FORMS.format(
    first=r"\pL\pM", letter=r"\pL", digit=r"\p{Nd}", at=r"@\x{FF20}"
)
# The same for values of ASCII alone; short codes are looked at nearly a hundred times as fast.
_ASCII_CANDIDATE: Final = _FORMS.format(first="A-Za-z", letter="A-Za-z", digit="0-9", at="@")
_EMAIL = re.compile(r"[^\s@]@[^\s@]*[^\W_]")
_CPR = re.compile(
    r"(?<!\w)(?:\d{6}[\s.\-–/]{0,3}\d{4}|\d\d[ .\-/]\d\d[ .\-/]\d\d[ \-–]{1,3}\d{4}|\d{6}-?[\dA-Za-zÆØÅæøå]{4})(?!\w)"
)
# Ten digits or more, with little between them: "01 01 50 12 34", "010150 - 1234", "cpr0101501234".
_LONG_NUMBER = re.compile(r"\d(?:[\s.,/\-\u2010-\u2015]{0,5}\d){9,}")
_PHONE = re.compile(
    r"(?<![\w+])(?:(?:\+|00)45[ .-]?\d(?:[ .-]?\d){7}"
    r"|(?!(?:19|20)\d\d[ -](?:19|20)\d\d(?!\d))[2-9]\d"
    r"(?:\d{6}|(?:[ .-]\d\d){3}|\d\d[ -]\d{4}|[ -]\d{6}|\d \d\d \d{3}| \d{3} \d{3}))"
    r"(?![\w])"
)
# Called a telephone number without a space, or with a word behind it: one only when it is known, "tlf20304050".
_EIGHT = re.compile(r"(?:(?<=tlf)|(?<=tel)|(?<=mobil)|(?<!\w))\d{8}(?!\d)", re.IGNORECASE)
_EIGHT_ALONE = re.compile(r"\s*[2-9]\d{7}\s*")
_DIGITS = re.compile(r"\d+")
_SURNAME_FIRST = re.compile(
    r"(?<!\w)(?P<surname>[^\W\d_][\w’'-]{1,60}), ?(?P<given>[^\W\d_][\w’'-]{1,60}(?: [^\W\d_][\w’'-]{1,60})?)"
)
_STREET = re.compile(
    r"(?<!\w)(?!Overvej|Luftvej|Urinvej|Galdevej|Undervej|Arbejdsplads|Døgnplads|Sengeplads|Aflastningsplads|Parkeringsplads)"
    r"(?:[A-ZÆØÅ][\w'’-]+(?:vej|gade|stræde|allé|alle|boulevard|vænget|torv|plads|parken|toften|bakken)"
    r"|[A-ZÆØÅ][\w'’-]+ (?:Vej|Gade|Stræde|Allé|Boulevard|Torv|Plads|Vænge))"
    r",? {1,2}\d{1,3}(?![\d,.]\d|\d)"
)
_NO_NAME = re.compile(r"hospital|afdeling|afsnit|klinik|kirurg|medicin|region|kommune|central", re.IGNORECASE)
# A name behind a title or a relation: the lists of redaction are not asked. Placeholders hold no such word.
_TITLED = re.compile(
    r"(?<!\w)(?:(?:(?:[Oo]ver|[Rr]eserve|[Aa]fdelings|[Ss]pecial|[Vv]agt|[Tt]and)?læge|Læge|[Ss]ygeplejerske|[Ss]pl\.|[Dd]r\."
    r"|[Ff]ysioterapeut|[Jj]ordemoder|[Pp]sykolog|[Vv]isitator|[Hh]r\.|[Ff]ru|[Hh]ustru|[Ææ]gtefælle|[Dd]atter|[Ss]øn"
    r"|[Nn]abo)(?:en|n|nen)?) "
    r"(?P<name>[A-ZÆØÅ][a-zæøåé]+ [A-ZÆØÅ][a-zæøåé]+)(?!\w)"
)


def _candidates(texts: pa.Array) -> pa.Array:
    """The places of the texts that are to be read."""
    is_ascii = pc.string_is_ascii(texts)
    plain = pc.indices_nonzero(pc.and_(is_ascii, pc.match_substring_regex(texts, _ASCII_CANDIDATE)))
    others = pc.indices_nonzero(pc.invert(is_ascii))
    if not len(others):
        return plain
    return pa.concat_arrays([plain, others.filter(pc.match_substring_regex(texts.take(others), _CANDIDATE))])


def _tens(number: str) -> Iterator[str]:
    """Ten digits that may be one CPR number: in one piece, or parted after the sixth among other places.

    Ten digits of a longer code, or of a row of measurements, are somebody's number by chance alone.
    """
    groups = _DIGITS.findall(number)
    for first in range(len(groups)):
        size, ends = 0, set()
        for last in range(first, len(groups)):
            size += len(groups[last])
            ends.add(size)
            if size >= CPR_DIGITS:
                break
        window = groups[first : last + 1]
        spelt_out = len(groups) == CPR_DIGITS
        if size == CPR_DIGITS and (
            len(window) == 1 or (BIRTH_DIGITS in ends and (spelt_out or min(map(len, window)) > 1))
        ):
            yield "".join(window)


def _is_titled(match: re.Match[str]) -> bool:
    """Tell whether two words behind a title can be a name: a ward, a hospital or a speciality is none."""
    return not _NO_NAME.search(match["name"])


def _is_date(number: str) -> bool:
    """Tell whether the first six digits are a day: 60 is added to it in fictive numbers."""
    day, month, year = int(number[:2]), int(number[2:4]), int(number[4:6])
    try:
        # The century does not matter but for 29 February: 2000 + yy has it whenever any century has.
        date(2000 + year, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


def _is_number(data_type: pa.DataType) -> bool:
    return bool(pa.types.is_integer(data_type) or pa.types.is_floating(data_type) or pa.types.is_decimal(data_type))


def _most(mask: pa.Array, column: pa.Array) -> bool:
    """Tell whether a mask holds for most of the values of a column."""
    holding: int = pc.sum(mask).as_py() or 0
    return holding * 2 > len(column) - int(column.null_count)


def _cpr_like_mask(whole: pa.Array) -> pa.Array:
    """Return a mask of the whole numbers whose first digits are a day and a month, as in a CPR number."""
    day = pc.divide(whole, 100_000_000)
    month = pc.subtract(pc.divide(whole, 1_000_000), pc.multiply(day, 100))
    day = pc.if_else(pc.greater(day, 60), pc.subtract(day, 60), day)
    return pc.and_(
        pc.and_(pc.and_(pc.greater_equal(day, 1), pc.less_equal(day, 31)), pc.less(whole, 10_000_000_000)),
        pc.and_(pc.greater_equal(month, 1), pc.less_equal(month, 12)),
    )


def _summed(leaks: Sequence[Leak]) -> list[Leak]:
    """Return one leak per column and kind, of all batches together."""
    result: dict[tuple[str, Kind], Leak] = {}
    for leak in leaks:
        key = (leak.column, leak.kind)
        known = result.get(key)
        result[key] = Leak(
            column=leak.column,
            kind=leak.kind,
            count=leak.count + (known.count if known else 0),
            first_row_number=min(leak.first_row_number, known.first_row_number) if known else leak.first_row_number,
        )
    return [result[key] for key in sorted(result)]
