"""Checks: one record batch against its contract; typed rows out, with every rule that each row breaks.

Columns are checked value by value, over the distinct values of a batch; row rules are DuckDB expressions over the typed
columns. Rules of a column: `type` (a value cannot be typed), `required`, `valid_values`, `pattern`, `range`, `cpr`, and
the warning `modulus_11`. A row rule is broken only when it is false: over a missing value it says nothing.
What repeats is found over the whole delivery, in `ingestion/repeats.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingestion import cpr
from ingestion.contract import Column, Contract, Severity
from ingestion.hashing import Hashes, row_hashes
from ingestion.reading.base import ROW_NUMBER
from ingestion.values import TYPES, typed

NUMBER_KIND = "_number_kind"

Bools = NDArray[np.bool_]
Rule = tuple[str, str, Severity]  # The column (empty for a rule over the row), the rule's id, its severity.


@dataclass(frozen=True, eq=False)
class Checked:
    """A checked batch: its rows, typed; whether each is accepted; who breaks which rule; hashes of keys.

    `breaks` holds for each rule that was broken at all which rows broke it. `hashes` are those of the key, or of the
    whole row when the source has none: equal for rows that repeat each other.
    """

    rows: pa.RecordBatch
    accepted: Bools
    breaks: dict[Rule, Bools]
    hashes: Hashes


class Checker:
    """Checks the batches of one source, one after the other. Not for two threads at once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._row_rules = _row_rules(contract)
        self._key = contract.key or tuple(column.name for column in contract.columns)
        self.schema = checked_schema(contract)

    @cached_property
    def _engine(self) -> duckdb.DuckDBPyConnection:
        """Made when there are rules over rows."""
        return small_engine()

    def check(self, batch: pa.RecordBatch) -> Checked:
        """Check `_row_number` and the contract's columns, as a reader gives them.

        Raises duckdb.Error, whose text may quote a value.
        """
        columns: list[pa.Array] = [batch.column(ROW_NUMBER)]
        breaks: dict[Rule, Bools] = {}
        kind: list[pa.Array] = []  # Of the person's number, when the rows are about people.
        for column in self._contract.columns:
            given = batch.column(column.name)
            distinct, places = _distinct(given)
            values = typed(distinct, column, decimal=self._contract.form.decimal)
            judged = cpr.judge(distinct) if column.check_as == "cpr" else None
            for rule, severity, broken in _rules(column, distinct, values, judged):
                if pc.any(broken).as_py():
                    breaks[(column.name, rule, severity)] = _bools(_spread(broken, places))
            if column.required and given.null_count:
                breaks[(column.name, "required", "error")] = _bools(given.is_null())
            if judged and column.name == self._contract.person_column:
                kind.append(_spread(judged.kind, places))
            columns.append(_as(self.schema.field(column.name).type, values, places))
        rows = pa.RecordBatch.from_arrays([*columns, *kind], schema=self.schema)
        self._judge_rows(rows, breaks)
        refusing = [broken for (_, _, severity), broken in breaks.items() if severity == "error"]
        accepted = ~np.logical_or.reduce(refusing) if refusing else np.ones(batch.num_rows, bool)
        return Checked(
            rows=rows, accepted=accepted, breaks=breaks, hashes=row_hashes([rows.column(n) for n in self._key])
        )

    def _judge_rows(self, rows: pa.RecordBatch, breaks: dict[Rule, Bools]) -> None:
        """Add what the rules over rows find to `breaks`."""
        if not self._contract.row_rules:
            return
        self._engine.register("rows_of_batch", rows)
        try:
            result = self._engine.execute(self._row_rules).to_arrow_table()
        finally:
            self._engine.unregister("rows_of_batch")
        for number, rule in enumerate(self._contract.row_rules):
            broken = _bools(result.column(number).combine_chunks())
            if broken.any():
                breaks[("", rule.id, rule.severity)] = broken


def checked_schema(contract: Contract) -> pa.Schema:
    """`_row_number`, the contract's columns typed (text as dictionaries), and the kind of the number.

    `_number_kind` is there when the rows are about people: which kind of CPR number their person has.
    """
    text = pa.dictionary(pa.int32(), pa.string())
    fields = [pa.field(ROW_NUMBER, pa.int64())]
    for column in contract.columns:
        plain = TYPES[column.logical_type]
        fields.append(pa.field(column.name, text if pa.types.is_string(plain) else plain))
    if contract.person_column:
        fields.append(pa.field(NUMBER_KIND, text))
    return pa.schema(fields)


def small_engine() -> duckdb.DuckDBPyConnection:
    """An engine of one thread in memory that loads nothing by itself."""
    return duckdb.connect(":memory:", config={"threads": 1, "autoload_known_extensions": "false"})


def quoted(name: str) -> str:
    """A column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _row_rules(contract: Contract) -> str:
    rules = ", ".join(f"coalesce(({rule.expression}) is false, false)" for rule in contract.row_rules)
    return f"select {rules} from rows_of_batch"


def _rules(
    column: Column, given: pa.Array, values: pa.Array, judged: cpr.Judged | None
) -> Iterator[tuple[str, Severity, pa.Array]]:
    """The rules of one column over its distinct values: id, severity, and which values break it."""
    if values is not given:
        yield "type", "error", pc.and_(pc.is_valid(given), pc.is_null(values))
    if column.valid_values:
        allowed = pa.array(column.valid_values, type=values.type)
        yield "valid_values", "error", pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=allowed)))
    if column.pattern:
        yield "pattern", "error", pc.invert(pc.match_substring_regex(given, column.pattern))
    if column.minimum is not None or column.maximum is not None:
        yield "range", "error", _outside(column, values)
    if judged:
        yield "cpr", "error", pc.invert(judged.lawful)
        yield "modulus_11", "warning", judged.fails_modulus_11


def _outside(column: Column, values: pa.Array) -> pa.Array:
    found = pa.array(np.zeros(len(values), bool))
    if column.minimum is not None:
        found = pc.or_(found, pc.less(values, column.minimum).fill_null(False))
    if column.maximum is not None:
        found = pc.or_(found, pc.greater(values, column.maximum).fill_null(False))
    return found


def _distinct(values: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """The distinct values and the place of each row's value among them; values that came plain stand for themselves."""
    return (values.dictionary, values.indices) if pa.types.is_dictionary(values.type) else (values, None)


def _spread(values: pa.Array, places: pa.Array | None) -> pa.Array:
    """What holds for distinct values, row by row."""
    if places is None:
        return values
    if pa.types.is_dictionary(values.type):
        return pa.DictionaryArray.from_arrays(values.indices.take(places), values.dictionary)
    return values.take(places)


def _as(target: pa.DataType, values: pa.Array, places: pa.Array | None) -> pa.Array:
    """The values of the rows, as a dictionary or plain."""
    if not pa.types.is_dictionary(target):
        return _spread(values, places)
    if places is None:
        return pc.dictionary_encode(values)
    return pa.DictionaryArray.from_arrays(places.cast(pa.int32()), values)


def _bools(values: pa.Array) -> Bools:
    return np.array(values.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)
