"""Values: delivered text as the type that the contract names, and nothing guessed.

Arrow arrays in, Arrow arrays out: of distinct values, so that a column of few values costs little. A text that is not
written as the contract says becomes NULL; `ingestion/checks.py` tells that it was there.
"""

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingestion.contract import Column, LogicalType
from ingestion.errors import ContractError

TYPES: dict[LogicalType, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
Ints = NDArray[np.int64]

# The first and the last day, and microsecond, of the years 1-9999.
_CALENDAR = {
    pa.date32(): (-719_162, 2_932_896),
    pa.timestamp("us"): (-62_135_596_800_000_000, 253_402_300_799_999_999),
}

DATE, TIMESTAMP = "yyyy-MM-dd", "yyyy-MM-dd HH:mm"
_FIELDS = {"yyyy": 4, "MM": 2, "dd": 2, "HH": 2, "mm": 2, "ss": 2}
# 19 digits can be more than a BIGINT holds; of 18, none is.
_INTEGER = "^[+-]?[0-9]{1,18}$"


def typed(values: pa.Array, column: Column, *, decimal: str) -> pa.Array:
    """The values of a column in the contract's type; NULL where a value cannot be of it.

    Values that come typed are cast without loss or not at all; text is read in the column's format.
    """
    target = TYPES[column.logical_type]
    if values.type == target:
        return _possible(values)
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), target)
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return _possible(_cast(values, target))
    match column.logical_type:
        case "string":
            return values.cast(target)
        case "integer":
            return pc.utf8_ltrim(_where(values, _INTEGER), "+").cast(target)
        case "number":
            number = _where(values, rf"^[+-]?[0-9]{{1,30}}([{decimal}][0-9]{{1,30}})?$")
            return pc.replace_substring(pc.utf8_ltrim(number, "+"), decimal, ".").cast(target)
        case "date":
            return _times(values, column.format or DATE).cast(pa.timestamp("s")).cast(target)
        case "timestamp":
            return _times(values, column.format or TIMESTAMP).cast(target)


@lru_cache
def places(form: str) -> tuple[str, dict[str, int]]:
    """A pattern of the standard, such as `dd-MM-yyyy HH:mm`, as a regular expression and the place of each field.

    Seconds may follow minutes that stand at the end. Raises ContractError for a letter that it does not know.
    """
    expression, found, at = "", {}, 0
    for piece in re.findall(r"'[^']*'|yyyy|MM|dd|HH|mm|ss|[^']", form):
        if piece in _FIELDS:
            found[piece] = at
            expression += f"[0-9]{{{_FIELDS[piece]}}}"
            at += _FIELDS[piece]
        elif piece.startswith("'") or not piece.isalpha():
            text = piece.strip("'")
            expression += re.escape(text)
            at += len(text)
        else:
            raise ContractError(f"format {form!r} has the letter {piece}; known are {', '.join(_FIELDS)}")
    if not {"yyyy", "MM", "dd"} <= set(found):
        raise ContractError(f"format {form!r} lacks year, month or day")
    if form.endswith("mm"):
        found["ss"] = at + 1
        expression += "(:[0-9]{2})?"
    return f"^{expression}$", found


def _where(values: pa.Array, pattern: str) -> pa.Array:
    return pc.if_else(pc.match_substring_regex(values, pattern), values, pa.scalar(None, values.type))


def _times(values: pa.Array, form: str) -> pa.Array:
    """Seconds since 1970 as timestamps; NULL for a day that no calendar has."""
    pattern, found = places(form)
    fits = _where(values, pattern)

    def field(name: str) -> Ints:
        if name not in found:
            return np.zeros(len(values), np.int64)
        digits = pc.utf8_slice_codeunits(fits, found[name], found[name] + _FIELDS[name])
        digits = pc.if_else(pc.equal(digits, ""), None, digits)  # Seconds that were left out.
        return np.asarray(digits.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False))

    year, month, day = field("yyyy"), field("MM"), field("dd")
    hour, minute, second = field("HH"), field("mm"), field("ss")
    lawful = in_calendar(year, month, day) & (hour <= 23) & (minute <= 59) & (second <= 59)
    first = _month(np.where(lawful, year, 1970), np.where(lawful, month, 1))
    seconds = first.astype("datetime64[s]").astype(np.int64) + (day - 1) * 86400 + hour * 3600 + minute * 60 + second
    absent = ~lawful | np.asarray(fits.is_null().to_numpy(zero_copy_only=False))
    return pa.array(seconds, mask=absent).cast(pa.timestamp("s"))


def in_calendar(year: Ints, month: Ints, day: Ints) -> NDArray[np.bool_]:
    """Whether there is such a day."""
    lawful = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    first = _month(np.where(lawful, year, 1970), np.where(lawful, month, 1))
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(lawful & (day <= length))


def _month(year: Ints, month: Ints) -> NDArray[np.datetime64]:
    return ((year - 1970) * 12 + month - 1).astype("datetime64[M]")


def _possible(values: pa.Array) -> pa.Array:
    """Values that came typed; NaN, infinity, and times outside the years 1-9999 become NULL."""
    if pa.types.is_floating(values.type):
        lawful = pc.is_finite(values)
    elif values.type in _CALENDAR:
        first, last = (pa.scalar(bound, pa.int64()) for bound in _CALENDAR[values.type])
        numbers = (
            values.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date32(values.type) else values.cast(pa.int64())
        )
        lawful = pc.and_(pc.greater_equal(numbers, first), pc.less_equal(numbers, last))
    else:
        return values
    if pc.all(lawful).as_py() is not False:
        return values
    return pc.if_else(lawful, values, pa.scalar(None, values.type))


def _cast(values: pa.Array, target: pa.DataType) -> pa.Array:
    """A cast that loses nothing; values that it would change become NULL."""
    try:
        return values.cast(target)
    except pa.ArrowInvalid:
        forced = values.cast(target, safe=False)
        same = pc.equal(forced.cast(values.type, safe=False), values)
        if pa.types.is_unsigned_integer(values.type):
            same = pc.and_(same, pc.greater_equal(forced, pa.scalar(0, pa.int64()).cast(target)))  # It turned around.
        return pc.if_else(same, forced, pa.scalar(None, target))
