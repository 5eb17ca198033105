"""Values of parameters as SQL: each mark `?` of a query becomes a literal, as the engine reads one.

The gateway takes a query and nothing beside it, so that the audit log holds what was asked, whole. A mark is one where
the engine sees one: not in texts, names between quotation marks, texts between dollars, and comments.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

from oeverum.dbapi import DataError, NotSupportedError, ProgrammingError

# What the engine takes for a space; it has Unicode's replaced before it reads.
_UNICODE_SPACE = "\u00a0\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff"
_SPACE = rf"[ \t\n\r\f\v{_UNICODE_SPACE}]"
_LETTER = rf"(?:[A-Za-z_]|[^\x00-\x7f{_UNICODE_SPACE}])"
_ENDS = r"(?:'|\Z)"
_STROKED = rf"'(?:[^'\\]|\\.|'')*{_ENDS}"
# Two texts with a new line between them are one, and strokes in the second count as they do in the first.
_GOES_ON = rf"(?:[ \t\f{_UNICODE_SPACE}]|--[^\n\r]*)*[\n\r](?:{_SPACE}|--[^\n\r]*[\n\r])*"
_TOKEN = re.compile(
    rf"""
    (?P<space>{_SPACE}+|--[^\n\r]*)
    |(?P<comment>/\*)
    |(?P<text>[eE]{_STROKED}(?:{_GOES_ON}{_STROKED})*
        |'(?:[^']|'')*{_ENDS}
        |\$(?P<tag>(?:{_LETTER}(?:{_LETTER}|[0-9])*)?)\$.*?(?:\$(?P=tag)\$|\Z))
    |(?P<name>"(?:[^"]|"")*(?:"|\Z)|{_LETTER}(?:{_LETTER}|[0-9$])*)
    |(?P<mark>\?)
    |.
    """,
    re.DOTALL | re.VERBOSE,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
# Beside these, and at the ends of the query, a literal needs no space.
_APART = " \t\n\r(),="
_LARGEST, _DIGITS = 2**127 - 1, 38


def bind(sql: str, parameters: Sequence[object]) -> str:
    """The query with the values in the place of its marks, one after the other.

    Raises ProgrammingError where there are not as many, NotSupportedError for a value of another type than None, bool,
    int, float, Decimal, str, bytes, date, time and datetime, and DataError for one that the engine could not hold.
    """
    if isinstance(parameters, str | bytes | Mapping) or not isinstance(parameters, Sequence):
        raise ProgrammingError("expected the values in a list, in the order of the marks, found something else")
    marks = _marks(sql)
    if len(marks) != len(parameters):
        raise ProgrammingError(
            f"expected a value for each mark ?, found {len(marks)} marks and {len(parameters)} values; mend either"
        )
    parts, end = [], 0
    for mark, value in zip(marks, parameters, strict=True):
        parts += [sql[end:mark], _apart(sql[mark - 1 : mark]), literal(value), _apart(sql[mark + 1 : mark + 2])]
        end = mark + 1
    return "".join([*parts, sql[end:]])


def literal(value: object) -> str:
    """A value as SQL. Raises as `bind`."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        number = _number(value)
        # Two strokes would be a comment: `5-?`.
        return f"({number})" if number.startswith("-") else number
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return "CAST('" + "".join(rf"\x{byte:02X}" for byte in bytes(value)) + "' AS BLOB)"
    if isinstance(value, datetime | date | time):
        return _time(value)
    raise NotSupportedError(
        f"expected None, a number, a text, bytes, a day or a time, found {type(value).__name__}; change it into one"
    )


def _marks(sql: str) -> list[int]:
    """Where the marks are. Raises ProgrammingError where a text or mark follows one, which the engine would join."""
    marks, at, before = [], 0, None
    while found := _TOKEN.match(sql, at):
        kind, at = found.lastgroup, found.end()
        if kind == "comment":
            at = _end_of_comment(sql, at)
        if kind in ("space", "comment"):
            continue
        if "mark" in (kind, before) and kind in ("mark", "text") and before in ("mark", "text"):
            raise ProgrammingError("expected something between a mark ? and a text or mark, found nothing; mend it")
        if kind == "mark":
            marks.append(found.start())
        before = kind
    return marks


def _end_of_comment(sql: str, at: int) -> int:
    """Where a comment ends that began before; comments lie in comments."""
    open_ones = 1
    while open_ones:
        edge = _COMMENT_EDGE.search(sql, at)
        if edge is None:
            return len(sql)
        open_ones += 1 if edge[0] == "/*" else -1
        at = edge.end()
    return at


def _apart(beside: str) -> str:
    return "" if beside in _APART else " "


def _number(value: float | Decimal) -> str:
    if isinstance(value, float):
        if not math.isfinite(value):
            return f"CAST('{float(value)}' AS DOUBLE)"
        # With an exponent it is a double to the engine, without one a decimal.
        number = float.__repr__(value)
        return number if "e" in number else f"{number}e0"
    if isinstance(value, Decimal):
        return _decimal(value)
    if abs(value) > _LARGEST:
        raise DataError("expected a whole number of 128 bits, found a larger one; give it as a float or a text")
    return int.__repr__(value)


def _decimal(value: Decimal) -> str:
    _, digits, exponent = value.as_tuple()
    # It is not written out before it is known to be short: 1E+999999999 is one digit. The zero before a point counts.
    if not isinstance(exponent, int) or max(len(digits), 1 - exponent) + max(exponent, 0) > _DIGITS:
        raise DataError(f"expected a decimal of at most {_DIGITS} digits, found another; give it as a float or a text")
    return format(value, "f")


def _text(value: str) -> str:
    if "\0" in value:
        raise DataError("expected a text, found the character NUL in it, where the engine stops reading; remove it")
    try:
        value.encode("utf-8")
    except UnicodeError:
        raise DataError("expected a text in Unicode, found half a character in it; mend its encoding") from None
    return "'" + str.replace(value, "'", "''") + "'"


def _time(value: date | time) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return f"TIMESTAMP {_text(value.isoformat(sep=' '))}"
        return f"TIMESTAMPTZ {_text(value.astimezone(UTC).isoformat(sep=' '))}"
    if isinstance(value, date):
        return f"DATE {_text(value.isoformat())}"
    if value.tzinfo is not None:
        raise NotSupportedError("expected a time of day without a zone, found one with it; leave it out")
    return f"TIME {_text(value.isoformat())}"
