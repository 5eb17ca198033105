"""The people and rows that a permit selects.

Here: the population, and each table's rows under the project's keys, in an order that tells nothing. The names that
people and records get are made in `pseudonyms.py`, the dates of a permit in `dates.py`; how the rows become files is in
`release.py`.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pseudonymisation.dates import seeds_of, weeks_of
from pseudonymisation.pseudonyms import keyed_hash
from sandbox.dates import Dates, Window
from sandbox.errors import PermitError, ReleaseError
from sandbox.flow import FlowStep, flow_of
from sandbox.permits.explained import told_of
from sandbox.permits.fit import mismatches
from sandbox.permits.model import Condition, Permit
from sandbox.pseudonyms import ProjectKeys, project_pseudonyms, record_pseudonyms, shared_pseudonym
from sandbox.tables import DATES_KEY, PERSON, RECORDS, RELATIVES, SCHEMA, SUBJECT, SUBJECT_KEY, TEXTS, TIMES

BATCH_ROWS = 100_000
MEMORY_LIMIT = "2GB"


@dataclass(frozen=True)
class _Rows:
    """The FROM and WHERE of one table's rows, and the values bound in them."""

    sql: str
    values: tuple[object, ...]


class Cut:
    """What a permit selects in the warehouse as it is now; made by `open_cut`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, permit: Permit, keys: ProjectKeys) -> None:
        self._connection = connection
        self._permit = permit
        self._dates = Dates(permit, self._data_days)
        self._types = _types(connection)
        found = mismatches(permit, self._types)
        if found:
            more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
            raise PermitError(f"{permit.project}: {found[0]}; mend the permit{more}")
        self.key_versions: dict[str, str] = {}
        self._keys = keys
        self.flow: list[FlowStep] = []
        self._subjects = self._make_subjects()
        self.subjects = len(self._subjects)
        self._make_relatives()
        # All are taken now, so that the versions that are told are those of every table.
        self._order_key = keyed_hash(b"order of rows", key=self._key(SUBJECT_KEY))
        asked = {column for request in permit.tables.values() for column in request.columns}
        self._record_keys = {column: self._key(RECORDS[column]) for column in sorted(asked & RECORDS.keys())}

    def count(self, table: str) -> int:
        """Number of rows of a table, by the warehouse's own keys."""
        rows = self._rows(table)
        return _one(self._connection.execute(f"select count(*) {rows.sql}", rows.values))

    def columns(self, table: str) -> list[str]:
        """The columns that a table has in the sandbox, in order."""
        return [SUBJECT, *self._permit.tables[table].columns]

    def window(self, table: str) -> Window | None:
        """The days that a table's rows lie in; None when it has no time, or the permit no limit."""
        return self._dates.window(table) if TIMES[table] else None

    def read(self, table: str) -> Generator[pa.RecordBatch]:
        """A table's rows: subject_id, then the permit's columns, every record key under the project's own.

        Sorted by subject_id, time and all columns as they come out; but by the keys of records, and by texts whose
        dates come out otherwise than they were written, only at last, and as a secret of the project has it. In the
        order of person_id, or of the cohort's keys, two sandboxes could be laid side by side, row by row. Where the
        permit gives months, the order knows no more than they tell.
        """
        columns = self.columns(table)
        relatives = [column for column in columns if column in RELATIVES]
        records = [column for column in columns if column in RECORDS]
        joins = "".join(
            f' left join relative as "{column}_key" on "{column}_key".original = source."{column}"'
            for column in relatives
        )
        chosen = [
            f'"{column}_key".pseudonym as "{column}"'
            if column in relatives
            else f"subject.place as {SUBJECT}"
            if column == SUBJECT
            else f'source."{column}"'
            if column in records
            else f'{self._dates.value(table, column, self._types[table][column])} as "{column}"'
            for column in columns
        ]
        text, written = TEXTS.get(table, ("", ""))
        if rewrites := text in columns and self._dates.rule != "exact":
            chosen += [f'source."{written}" as _written', "subject.moved_days as _moved_days"]
        hidden = [*records, text] if rewrites else records
        # The columns stand in the order as numbers, because by its name one would be what it was in the warehouse.
        shown = [str(at) for at, column in enumerate(columns, 1) if column not in hidden]
        # Twice, because once is the same for each secret but for the bits that it turns.
        secret = [f'hash(hash(source."{column}", ?))' for column in hidden]
        order = ", ".join([shown[0], *filter(None, [self._dates.order(table)]), *shown[1:], *secret])
        rows = self._rows(table, joins)
        secrets = [self._order_key] * len(hidden)
        cursor = self._connection.cursor()
        try:
            sql = f"select {', '.join(chosen)} {rows.sql} order by {order}"
            found = cursor.execute(sql, (*rows.values, *secrets))
            reader = found.to_arrow_reader(BATCH_ROWS)
            # An empty batch first, so that a table without rows still has its columns.
            empty = pa.RecordBatch.from_arrays([pa.array([], f.type) for f in reader.schema], schema=reader.schema)
            for batch in chain([empty], reader):
                named = self._named(batch, records)
                yield self._rewritten(named, text) if rewrites else named
        finally:
            cursor.close()

    def _named(self, batch: pa.RecordBatch, records: Sequence[str]) -> pa.RecordBatch:
        """The batch with people and records under the names of the project."""
        named = batch.set_column(0, SUBJECT, self._subjects.take(batch.column(0)))
        for column in records:
            place = named.schema.get_field_index(column)
            found = record_pseudonyms(named.column(place), key=self._record_keys[column])
            named = named.set_column(place, column, found)
        return named

    def _rewritten(self, batch: pa.RecordBatch, text: str) -> pa.RecordBatch:
        """The batch with the dates in its texts as the permit shows dates."""
        place = batch.schema.get_field_index(text)
        shown = self._dates.texts(batch.column(place), batch.column("_written"), batch.column("_moved_days"))
        return batch.set_column(place, text, shown).drop_columns(["_written", "_moved_days"])

    def _rows(self, table: str, joins: str = "") -> _Rows:
        """The rows of the population that the table's conditions and the period leave."""
        request = self._permit.tables[table]
        parts, values = _where(request.where, self._types[table])
        inside, days = self._dates.limits(table)
        parts += inside
        values += days
        source = f'from warehouse.{SCHEMA}."{table}" as source join subject on subject.person = source.{PERSON}'
        return _Rows(f"{source}{joins} where {' and '.join(['true', *parts])}", tuple(values))

    def _make_subjects(self) -> pa.Array:
        """Table subject, one row per person of the population: person BIGINT, subject_id VARCHAR, moved_days INTEGER,
        seed VARCHAR, born DATE, died DATE, place INTEGER. Returns the pseudonyms, each at its place.

        By the place rows are brought into the order of the pseudonyms in half the time.
        """
        parts: list[str] = [f"{PERSON} is not null"]
        values: list[object] = []
        counted = [("in the registers", self._people(parts, values))]
        for member in self._permit.population:
            conditions, bound = _where(member.where, self._types[member.table])
            parts.append(
                f"{PERSON} {'not ' if member.negated else ''}in (select {PERSON} "
                f'from warehouse.{SCHEMA}."{member.table}" as source '
                f"where {' and '.join([f'{PERSON} is not null', *conditions])})"
            )
            values += bound
            counted.append((told_of(member), self._people(parts, values)))
        self.flow = flow_of(counted, self._permit.small_cell_threshold)
        self._connection.execute(
            f"create table named (person bigint, {SUBJECT} varchar, moved_days integer, seed varchar)"
        )
        query = f"select distinct {PERSON} from warehouse.{SCHEMA}.person where {' and '.join(parts)}"
        for people in self._stream(query, values):
            self._keep("named", people, self._key(SUBJECT_KEY), *self._moves(people))
        self._distinct("named", SUBJECT)
        self._connection.execute(
            "create table subject as select named.*, born, died, "
            f"(row_number() over (order by {SUBJECT}) - 1)::integer as place "
            f"from named join (select {PERSON}, min(birth_date) as born, min(death_date) as died "
            f"from warehouse.{SCHEMA}.person where {PERSON} in (select person from named) group by all) as person "
            f"on person.{PERSON} = named.person"
        )
        self._connection.execute("drop table named")
        found = self._connection.execute(f"select {SUBJECT} from subject order by place").to_arrow_table()
        return found.column(0).combine_chunks()

    def _people(self, parts: Sequence[str], values: Sequence[object]) -> int:
        """How many people fulfil all of some conditions."""
        query = f"select count(distinct {PERSON}) from warehouse.{SCHEMA}.person where {' and '.join(parts)}"
        return _one(self._connection.execute(query, list(values)))

    def _moves(self, people: pa.Array) -> tuple[pa.Array, pa.Array]:
        """How many days each person is moved, and what further days are drawn with."""
        if self._dates.rule != "shifted":
            return pa.array([0] * len(people), pa.int32()), pa.nulls(len(people), pa.string())
        key = self._key(DATES_KEY)
        return pc.multiply(weeks_of(people, key=key), 7), seeds_of(people, key=key)

    def _data_days(self, table: str, first: str, last: str) -> tuple[date, date] | None:
        """The first and the last day of a table in the warehouse, of all people."""
        found = self._connection.execute(
            f'select cast(min({first}) as date), cast(max({last}) as date) from warehouse.{SCHEMA}."{table}"'
        ).fetchone()
        return (found[0], found[1]) if found and found[0] and found[1] else None

    def _key(self, kind: str) -> bytes:
        """The key of one kind of thing, of one version for the whole release even when it is rotated meanwhile."""
        if kind not in self.key_versions:
            self.key_versions[kind] = self._keys.version(kind)
        return self._keys.of(kind, self.key_versions[kind])

    def _make_relatives(self) -> None:
        """Table relative (original BIGINT, pseudonym VARCHAR), of the people whom rows of others name."""
        uses = [
            (table, column)
            for table, request in self._permit.tables.items()
            for column in request.columns
            if column in RELATIVES
        ]
        if not uses:
            return
        selects: list[str] = []
        values: list[object] = []
        for table, column in uses:
            rows = self._rows(table)
            selects.append(f'select source."{column}" as original {rows.sql}')
            values += rows.values
        self._connection.execute("create table relative (original bigint, pseudonym varchar)")
        query = f"select distinct original from ({' union all '.join(selects)}) where original is not null"
        for originals in self._stream(query, values):
            self._keep("relative", originals, self._key(SUBJECT_KEY))
        self._distinct("relative", "pseudonym")

    def _stream(self, query: str, values: Sequence[object]) -> Iterator[pa.Array]:
        cursor = self._connection.cursor()
        try:
            for batch in cursor.execute(query, values).to_arrow_reader(BATCH_ROWS):
                yield batch.column(0)
        finally:
            cursor.close()

    def _keep(self, table: str, originals: pa.Array, key: bytes, *more: pa.Array) -> None:
        """Put originals with their pseudonyms into a table; `more` are moved_days and seed of subjects."""
        columns = [originals, project_pseudonyms(originals, key=key), *more]
        self._connection.register("batch", pa.table(columns, [f"c{n}" for n in range(len(columns))]))
        self._connection.execute(f'insert into "{table}" select * from batch')
        self._connection.unregister("batch")

    def _distinct(self, table: str, column: str) -> None:
        """Raises ReleaseError when two rows share a pseudonym."""
        count = _one(self._connection.execute(f'select count(*) from "{table}"'))
        if _one(self._connection.execute(f'select count(distinct {column}) from "{table}"')) != count:
            raise shared_pseudonym()


@contextmanager
def open_cut(
    *, permit: Permit, warehouse: Path, keys: ProjectKeys, spill: Path, memory_limit: str = MEMORY_LIMIT
) -> Iterator[Cut]:
    """What a permit selects, read from the warehouse without writing to it.

    The people and their pseudonyms stand in tables of a database in memory; what does not fit goes encrypted into the
    folder `spill`. Raises PermitError when the permit does not fit the warehouse, ReleaseError when the warehouse
    cannot be read.
    """
    with duckdb.connect(":memory:") as connection:
        _learn_to_encrypt(connection)
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
        yield Cut(connection, permit=permit, keys=keys)


def _learn_to_encrypt(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the engine OpenSSL, without which it can read what is encrypted but not write it; then close the network.

    DuckDB's extension httpfs bears it, signed by DuckDB, in a package for this very version.
    """
    try:
        package = files("duckdb_extension_httpfs") / "extensions" / f"v{duckdb.__version__}"
        with as_file(package / "httpfs.duckdb_extension") as extension:
            connection.load_extension(str(extension))
    except (ModuleNotFoundError, duckdb.Error) as error:
        raise ReleaseError(
            f"expected duckdb-extension-httpfs {duckdb.__version__}, found none or another; install the lock file"
        ) from error
    connection.execute("set disabled_filesystems = 'HTTPFileSystem,S3FileSystem,HuggingFaceFileSystem'")


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
