"""What must not be found: the identifiers of the synthetic people, and a search for them in every file of a zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from oeverum.settings import Settings
from sandbox.manifest import list_releases
from tests.released import read

WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
STREET = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)* \d+(?: ?[a-z]\b)?")
DIGITS = re.compile(r"[0-9](?:[ -]?[0-9A-Z]){7,}")


@dataclass(frozen=True)
class Truth:
    """Identifiers of the people of one installation, by kind."""

    settings: Settings

    @cached_property
    def cprs(self) -> set[str]:
        """CPR numbers, ten characters."""
        return set(self._column("cpr", "people", "pnr"))

    @cached_property
    def names(self) -> set[str]:
        """Full names of patients, relatives and staff, in lower case."""
        patients = self._column("name", "people", "name")
        return {name.lower() for name in patients if " " in name} | {
            text.lower() for text in self._mentions("name") if " " in text
        }

    @cached_property
    def addresses(self) -> set[str]:
        """Street and house number, in lower case."""
        found = set()
        for address in [*self._column("address", "people", "address"), *self._mentions("address")]:
            if street := re.match(r"\D+ \d+ ?[A-Z]?\b", address):
                found.add(street[0].strip().lower())
        return found

    @cached_property
    def phones(self) -> set[str]:
        """Telephone numbers, eight digits."""
        written = [*self._column("phone", "people", "phone"), *self._mentions("phone")]
        return {re.sub(r"\D", "", phone)[-8:] for phone in written}

    @cached_property
    def mails(self) -> set[str]:
        """Mail addresses, in lower case."""
        return {text.lower() for text in self._mentions("email")}

    def found_in(self, text: str) -> set[str]:
        """The kinds of identifiers that a text holds."""
        kinds = set()
        lower = " ".join(text.lower().split())
        for match in DIGITS.finditer(text.upper()):
            bare = re.sub(r"[ -]", "", match[0])
            if any(bare[i : i + 10] in self.cprs for i in range(max(1, len(bare) - 9))):
                kinds.add("cpr")
            if len(bare) in (8, 10) and bare[-8:] in self.phones:
                kinds.add("phone")
        words = WORD.findall(lower)
        for length in (2, 3, 4):
            if any(" ".join(words[i : i + length]) in self.names for i in range(len(words) - length + 1)):
                kinds.add("name")
        if any(self.ends_in_address(match[0]) for match in STREET.finditer(lower)):
            kinds.add("address")
        if "@" in lower and any(mail in lower for mail in self.mails):
            kinds.add("email")
        return kinds

    def ends_in_address(self, text: str) -> bool:
        """Whether an address stands at the end, whatever words stand before it."""
        words = text.split(" ")
        return any(" ".join(words[first:]) in self.addresses for first in range(len(words)))

    def _column(self, _: str, table: str, column: str) -> list[str]:
        values = pq.read_table(self.settings.truth / table, columns=[column]).column(0)
        return [value for value in pc.unique(values).to_pylist() if value]

    def _mentions(self, kind: str) -> list[str]:
        table = pq.read_table(self.settings.truth / "note_spans")
        chosen = table.filter(pc.equal(table["kind"], kind))["text"]
        return [value for value in pc.unique(chosen).to_pylist() if value]


def texts_of_parquet(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """Every distinct text of every Parquet file below a folder, with file and column."""
    for path in sorted(folder.rglob("*.parquet")):
        yield from ((path, column, text) for column, text in texts_of_table(pq.read_table(path)))


def texts_of_releases(releases: Path) -> Iterator[tuple[Path, str, str]]:
    """Every distinct text of every table of every release, with file and column."""
    for project in sorted(path.name for path in releases.iterdir() if path.is_dir()):
        for release in list_releases(releases, project):
            for table in release.tables:
                path = release.folder / table.file
                yield from ((path, column, text) for column, text in texts_of_table(read(release, table.name)))


def texts_of_warehouse(path: Path) -> Iterator[tuple[str, str, str]]:
    """Every distinct text of every table and view of a DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_schema <> 'lake'"
        ).fetchall()
        for schema, table in tables:
            rows = connection.execute(f'select * from "{schema}"."{table}"').to_arrow_table()
            yield from ((f"{schema}.{table}", column, text) for column, text in texts_of_table(rows))


def texts_of_table(table: pa.Table) -> Iterator[tuple[str, str]]:
    """Every distinct value of a table's texts and whole numbers, as text, with its column."""
    for name in table.column_names:
        column = table[name]
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_integer(column.type):
            for value in pc.unique(column).to_pylist():
                if value is not None:
                    yield name, str(value)
