"""JSON documents, one per line (NDJSON, JSON Lines)."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa

from ingestion.reading.base import FileReader
from ingestion.reading.lines import as_text_column, line_blocks

LONGEST_LINE = 8 * 1024 * 1024  # Characters; a longer line is no record, and refuses the file.
_LONGEST_NUMBER = 30  # Digits; longer numbers are left as they are written.

Values = Sequence[str | None]


class NotADocumentError(ValueError):
    """A line is not the document that the contract asks for; the text holds no value."""


class NdjsonReader(FileReader):
    """Reads one JSON document per line; every column comes as dictionary-encoded text.

    A column's value stands under its name, or at its `path`, a chain of names with dots. Text stays as it is; numbers
    come as they are written, with the decimal sign of the contract, so that no digit is lost; booleans come as `true`
    and `false`; `null`, a name that is absent, and the contract's texts for nothing come as NULL.

    A line is broken when it is empty, no JSON object, has a name twice, or a list or an object where a value should be.
    When no column has a path, the documents are flat and stand in the contract whole: then a name that the contract
    does not have breaks the line too. Documents that are read by paths may hold more, which is not taken.
    """

    def check_header(self) -> None:
        """Nothing to compare: each document names its own values."""

    def records(self) -> Iterator[pa.RecordBatch]:
        """The documents that can be read."""
        names = [column.name for column in self.contract.columns]
        passed = 0
        for lines in self.lines():
            rows: list[Values] = []
            for number, line in enumerate(lines, start=passed + 1):
                try:
                    rows.append(self._row(line))
                except NotADocumentError:
                    self.note_broken(number)
            passed += len(lines)
            if rows:
                texts = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
                nothing = self.contract.form.null_values
                yield pa.RecordBatch.from_arrays([as_text_column(text, nothing) for text in texts], names=names)

    def lines(self) -> Iterator[list[str]]:
        """The documents as text, a few MiB at a time. Raises ValueError for one that is too long."""
        for block in line_blocks(self.packed, encoding=self.contract.form.encoding, longest=LONGEST_LINE):
            lines = block.removesuffix("\n").split("\n")
            if any(len(line) > LONGEST_LINE for line in lines):
                raise ValueError("a line that is too long")
            yield lines

    def values(self, document: dict[str, Any]) -> Values:
        """The values of the contract's columns in one document. Raises NotADocumentError."""
        if self._names is not None and not self._names.issuperset(document):
            raise NotADocumentError("a name that the contract does not have")
        return [_at(document, path) for path in self._paths]

    @cached_property
    def _names(self) -> frozenset[str] | None:
        """The names that a document may have; None when it may have others too."""
        columns = self.contract.columns
        return None if any(column.path for column in columns) else frozenset(column.name for column in columns)

    @cached_property
    def _paths(self) -> list[list[str]]:
        return [column.path.split(".") if column.path else [column.name] for column in self.contract.columns]

    @cached_property
    def _decoder(self) -> json.JSONDecoder:
        return json.JSONDecoder(
            object_pairs_hook=_once, parse_int=str, parse_float=self._number, parse_constant=_no_number
        )

    def _row(self, line: str) -> Values:
        try:
            document = self._decoder.decode(line)
        except (ValueError, ArithmeticError, RecursionError):
            raise NotADocumentError("no JSON document") from None
        if not isinstance(document, dict):
            raise NotADocumentError("no JSON object")
        values = self.values(document)
        if "\\u" in line and not all(_is_text(value) for value in values):
            raise NotADocumentError("a character that no text holds")
        return values

    def _number(self, literal: str) -> str:
        """A number with a fraction or an exponent, without the exponent where it is no larger than a number can be."""
        if ("e" in literal or "E" in literal) and len(literal) < _LONGEST_NUMBER:
            number = Decimal(literal)
            if abs(number.adjusted()) < _LONGEST_NUMBER:
                literal = format(number, "f")
        return literal.replace(".", self.contract.form.decimal)


def _at(document: dict[str, Any], path: list[str]) -> str | None:
    found: Any = document
    for name in path:
        if found is None:
            return None
        if not isinstance(found, dict):
            raise NotADocumentError("a value where an object should be")
        found = found.get(name)
    if found is None or isinstance(found, str):
        return found
    if isinstance(found, bool):
        return "true" if found else "false"
    raise NotADocumentError("a list or an object where a value should be")


def _is_text(value: str | None) -> bool:
    """Whether a text can be written: half a pair of surrogates cannot, and NUL ends a text in other programs."""
    return value is None or ("\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(_: str) -> None:
    raise ValueError("NaN and Infinity are no JSON")
