"""The people and rows that a permit selects, and the names that they get in one project's sandbox.

Here: pseudonyms of a project, the population, and each table's rows under the project's keys, in an order that tells
nothing. How the rows become files is in `release.py`; pseudonyms of the cohort (`person_id`) are made in
`pseudonymisation/`.
"""

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.errors import PermitError, ReleaseError
from sandbox.permit import Condition, Permit, mismatches
from sandbox.tables import INTERVAL_ENDS, KEY_DOMAINS, PERSON, SCHEMA, SUBJECT, TIMES

LETTERS = 12
BATCH_ROWS = 100_000
MEMORY_LIMIT = "2GB"

_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", dtype=np.uint8)
_SHIFTS = np.arange(59, 59 - 5 * LETTERS, -5, dtype=np.uint64)


def subject_ids(person_ids: pa.Array, *, key: bytes) -> pa.Array:
    """The first 12 characters of base32(HMAC-SHA256(key, person_id as 8 bytes, big-endian)); NULL stays NULL.

    `person_ids` is an array of int64. Each distinct value is computed once. Raises ReleaseError when two of them
    would share a pseudonym.
    """
    return _pseudonyms(person_ids, key=key, prefix=b"")


def record_keys(values: pa.Array, *, key: bytes, domain: str) -> pa.Array:
    """As `subject_ids`, over the domain's name, a colon and the 8 bytes."""
    return _pseudonyms(values, key=key, prefix=domain.encode("ascii") + b":")


def _pseudonyms(values: pa.Array, *, key: bytes, prefix: bytes) -> pa.Array:
    coded = pc.dictionary_encode(values)
    distinct = coded.dictionary.to_numpy(zero_copy_only=False).astype(">i8").tobytes()
    count = len(coded.dictionary)
    digests = (hmac.digest(key, prefix + distinct[at : at + 8], "sha256")[:8] for at in range(0, 8 * count, 8))
    numbers = np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64)
    groups = (numbers[:, None] >> _SHIFTS) & np.uint64(31)
    offsets = np.arange(0, LETTERS * (count + 1), LETTERS, dtype=np.int32)
    letters = _ALPHABET[groups].tobytes()
    texts = pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(letters)])
    if len(pc.unique(texts)) != count:
        raise _shared()
    return texts.take(coded.indices)


def _shared() -> ReleaseError:
    return ReleaseError("expected one pseudonym for each value, found one for two; rotate the project's key")


@dataclass(frozen=True)
class _Rows:
    """The FROM and WHERE of one table's rows, and the values bound in them."""

    sql: str
    values: tuple[object, ...]


class Cut:
    """What a permit selects in the warehouse as it is now; made by `open_cut`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, permit: Permit, key: bytes) -> None:
        self._connection = connection
        self._permit = permit
        self._types = _types(connection)
        found = mismatches(permit, self._types)
        if found:
            more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
            raise PermitError(f"{permit.project}: {found[0]}; mend the permit{more}")
        self.subjects = self._make_subjects(key)
        self._make_keys(key)

    def count(self, table: str) -> int:
        """Number of rows of a table, by the warehouse's own keys."""
        rows = self._rows(table)
        return _one(self._connection.execute(f"select count(*) {rows.sql}", rows.values))

    def columns(self, table: str) -> list[str]:
        """The columns that a table has in the sandbox, in order."""
        return [SUBJECT, *self._permit.tables[table].columns]

    def read(self, table: str) -> Iterator[pa.RecordBatch]:
        """A table's rows: subject_id, then the permit's columns, every record key under the project's own.

        Sorted by subject_id, time and all columns as they come out. In the order of person_id two sandboxes could be
        laid side by side, row by row. Where the permit gives months or years, the order knows no more than they tell.
        """
        columns = self.columns(table)
        joins = "".join(
            f' left join "key_{KEY_DOMAINS[column]}" as "{column}_key" on "{column}_key".original = source."{column}"'
            for column in columns
            if column in KEY_DOMAINS
        )
        chosen = [
            f'"{column}_key".pseudonym as "{column}"'
            if column in KEY_DOMAINS
            else f"subject.{SUBJECT}"
            if column == SUBJECT
            else self._value(table, column)
            for column in columns
        ]
        # The columns stand in the order as numbers, because by its name a record key would be the original one.
        order = ", ".join(
            ["1", *filter(None, [self._coarse(TIMES[table])]), *(str(at) for at in range(2, len(columns) + 1))]
        )
        rows = self._rows(table, joins)
        cursor = self._connection.cursor()
        try:
            found = cursor.execute(f"select {', '.join(chosen)} {rows.sql} order by {order}", rows.values)
            reader = found.to_arrow_reader(BATCH_ROWS)
            # An empty batch first, so that a table without rows still has its columns.
            yield pa.RecordBatch.from_arrays(
                [pa.array([], field.type) for field in reader.schema], schema=reader.schema
            )
            yield from reader
        finally:
            cursor.close()

    def _value(self, table: str, column: str) -> str:
        """A column as SQL, its dates as coarse as the permit has it."""
        value, data_type = f'source."{column}"', self._types[table][column]
        if data_type not in {"DATE", "TIMESTAMP"} or self._permit.date_granularity == "day":
            return value
        return f'cast({self._coarse(value)} as {data_type}) as "{column}"'

    def _coarse(self, time: str) -> str:
        """A time, given as SQL, as coarse as the permit has it; what is no time stays empty."""
        granularity = self._permit.date_granularity
        return time if granularity == "day" or not time else f"date_trunc('{granularity}', {time})"

    def _rows(self, table: str, joins: str = "") -> _Rows:
        """The rows of the population that the table's conditions and the period leave."""
        request = self._permit.tables[table]
        parts, values = _where(request.where, self._types[table])
        time, period = TIMES[table], self._permit.period
        if period and time:
            end = INTERVAL_ENDS.get(table)
            parts.append(f"{time} < cast(? as date)")
            parts.append(f"coalesce({end} > cast(? as date), true)" if end else f"{time} >= cast(? as date)")
            values += [period.end, period.start]
        source = f'from warehouse.{SCHEMA}."{table}" as source join subject on subject.person = source.{PERSON}'
        return _Rows(f"{source}{joins} where {' and '.join(['true', *parts])}", tuple(values))

    def _make_subjects(self, key: bytes) -> int:
        """Table subject (person BIGINT, subject_id VARCHAR), one row per person of the population."""
        parts: list[str] = [f"{PERSON} is not null"]
        values: list[object] = []
        for member in self._permit.population:
            conditions, bound = _where(member.where, self._types[member.table])
            parts.append(
                f"{PERSON} {'not ' if member.negated else ''}in (select {PERSON} "
                f'from warehouse.{SCHEMA}."{member.table}" as source '
                f"where {' and '.join([f'{PERSON} is not null', *conditions])})"
            )
            values += bound
        self._connection.execute(f"create table subject (person bigint, {SUBJECT} varchar)")
        query = f"select distinct {PERSON} from warehouse.{SCHEMA}.person where {' and '.join(parts)}"
        for originals in self._stream(query, values):
            self._keep("subject", originals, subject_ids(originals, key=key))
        return self._distinct("subject", SUBJECT)

    def _make_keys(self, key: bytes) -> None:
        """For each domain of the permit a table key_<domain> (original BIGINT, pseudonym VARCHAR)."""
        domains: dict[str, list[tuple[str, str]]] = {}
        for table, request in self._permit.tables.items():
            for column in request.columns:
                if column in KEY_DOMAINS:
                    domains.setdefault(KEY_DOMAINS[column], []).append((table, column))
        for domain, uses in domains.items():
            selects: list[str] = []
            values: list[object] = []
            for table, column in uses:
                rows = self._rows(table)
                selects.append(f'select source."{column}" as original {rows.sql}')
                values += rows.values
            self._connection.execute(f'create table "key_{domain}" (original bigint, pseudonym varchar)')
            query = f"select distinct original from ({' union all '.join(selects)}) where original is not null"
            for originals in self._stream(query, values):
                self._keep(f"key_{domain}", originals, record_keys(originals, key=key, domain=domain))
            self._distinct(f"key_{domain}", "pseudonym")

    def _stream(self, query: str, values: Sequence[object]) -> Iterator[pa.Array]:
        cursor = self._connection.cursor()
        try:
            for batch in cursor.execute(query, values).to_arrow_reader(BATCH_ROWS):
                yield batch.column(0)
        finally:
            cursor.close()

    def _keep(self, table: str, originals: pa.Array, pseudonyms: pa.Array) -> None:
        self._connection.register("batch", pa.table({"original": originals, "pseudonym": pseudonyms}))
        self._connection.execute(f'insert into "{table}" select original, pseudonym from batch')
        self._connection.unregister("batch")

    def _distinct(self, table: str, column: str) -> int:
        """Number of rows; raises ReleaseError when two of them share a pseudonym."""
        count = _one(self._connection.execute(f'select count(*) from "{table}"'))
        if _one(self._connection.execute(f'select count(distinct {column}) from "{table}"')) != count:
            raise _shared()
        return count


@contextmanager
def open_cut(
    *, permit: Permit, warehouse: Path, key: bytes, spill: Path, memory_limit: str = MEMORY_LIMIT
) -> Iterator[Cut]:
    """What a permit selects, read from the warehouse without writing to it.

    The people and their pseudonyms stand in tables of a database in memory; what does not fit goes encrypted into the
    folder `spill`. Raises PermitError when the permit does not fit the warehouse, ReleaseError when the warehouse
    cannot be read.
    """
    with duckdb.connect(":memory:") as connection:
        settings = {"temp_directory": str(spill), "memory_limit": memory_limit, "temp_file_encryption": "true"}
        for name, value in settings.items():
            connection.execute(f"set {name} = {_quoted(value)}")
        try:
            connection.execute(f"attach {_quoted(str(warehouse))} as warehouse (read_only)")
        except duckdb.Error as error:
            raise ReleaseError(
                "the warehouse: expected one that can be read, found none or one that is being written; "
                "wait for the build to end and release again"
            ) from error
        yield Cut(connection, permit=permit, key=key)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _one(found: duckdb.DuckDBPyConnection) -> int:
    row = found.fetchone()
    return int(row[0]) if row else 0


def _types(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    rows = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where database_name = 'warehouse' and schema_name = ? order by table_name, column_index",
        [SCHEMA],
    ).fetchall()
    types: dict[str, dict[str, str]] = {}
    for table, column, data_type in rows:
        types.setdefault(table, {})[column] = data_type
    return types


def _where(where: Sequence[Condition], types: dict[str, str]) -> tuple[list[str], list[object]]:
    """Conditions as SQL over the table `source`, with the values to bind. Names come from the closed model."""
    parts: list[str] = []
    values: list[object] = []
    for condition in where:
        column, value = f'source."{condition.column}"', f"cast(? as {types[condition.column]})"
        match condition.op:
            case "in":
                parts.append(f"{column} in ({', '.join([value] * len(condition.values))})")
            case "starts_with":
                parts.append("(" + " or ".join([f"starts_with({column}, {value})"] * len(condition.values)) + ")")
            case "between":
                parts.append(f"({column} >= {value} and {column} < {value})")
            case "!=":
                # A missing value is another value than any that can be named.
                parts.append(f"{column} is distinct from {value}")
            case _:
                parts.append(f"{column} {condition.op} {value}")
        values += condition.values
    return parts, values
