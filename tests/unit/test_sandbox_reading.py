"""How the engine reads a release's files: in pieces bounded by their bytes, and texts that repeat as a list of them."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pyarrow as pa
import pytest

from sandbox import parquet
from sandbox.manifest import Release, ReleasedTable
from sandbox.parquet import Shape, opened, shapes_of, write_parquet
from sandbox.query import BATCH_ROWS, READ_BYTES, READ_ROWS, _dataset

KEY = bytes(range(16))
ROWS = 150_000
CODES = ["æble", "b", None, "", "NPU1", "x'y"]
CONDITIONS = (
    "code = 'b'",
    "code != 'b'",
    "code < 'b'",
    "code >= 'NPU1'",
    "code between 'a' and 'c'",
    "code in ('b', 'æble', 'none')",
    "code not in ('b')",
    "code is null",
    "code is not null",
    "code like 'NP%'",
    "code ilike 'B'",
    "code = 'b' or code is null",
    "code = 'b' or n < 5",
    "code is distinct from 'b'",
    "kind = 'q1' and code > 'a' and n > 70",
    "lower(code) = 'æble'",
    "code = kind",
    "code = (select max(code) from told)",
    "code in (select code from told where n < 3)",
    "length(code) > 2",
    "code = ''",
    "(code = 'b' and n > 3) or (code = 'æble' and n < 100)",
    "true",
)


@pytest.fixture(scope="module")
def told() -> pa.Table:
    """Rows of narrow columns, with texts that repeat and texts that do not, and of a wide one."""
    return pa.table(
        {
            "subject_id": [f"s{n // 20:011d}" for n in range(ROWS)],
            "n": list(range(ROWS)),
            "code": [CODES[n % 6] for n in range(ROWS)],
            "kind": [f"q{n % 7}" for n in range(ROWS)],
            "other": [f"t{n}" for n in range(ROWS)],
            "note_text": ["y" * (n % 3000) for n in range(ROWS)],
        }
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, told: pa.Table) -> Path:
    """The rows as a file of a release."""
    path = tmp_path_factory.mktemp("release") / "rows.parquet"
    batches = iter(told.to_batches(10_000))
    write_parquet(batches, path=path, rows=ROWS, columns=told.column_names, key=KEY, progress=lambda line: None)
    return path


def dataset(file: Path, schema: pa.Schema, *columns: str) -> Any:
    """As the engine gets it."""
    named = tuple((name, str(schema.field(name).type)) for name in columns or schema.names)
    release = cast(Release, SimpleNamespace(folder=file.parent))
    return _dataset(release, KEY, cast(ReleasedTable, SimpleNamespace(file=file.name, columns=named)))


def test_a_file_tells_how_wide_its_columns_are_and_how_often_texts_repeat(file: Path) -> None:
    with opened(file, key=KEY) as content:
        shapes = shapes_of(content)
    assert shapes is not None
    assert shapes["n"] == Shape(8, 0)
    assert shapes["subject_id"].values == 5_000
    # Null is none of them.
    assert (shapes["code"].values, shapes["kind"].values) == (5, 7)
    assert shapes["other"].values == 100_000
    assert 1_400 < shapes["note_text"].width < 1_600
    assert b"oeverum.columns" not in file.read_bytes()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_texts_that_come_as_a_list_are_texts_to_every_condition(file: Path, told: pa.Table, condition: str) -> None:
    read = dataset(file, told.schema, "subject_id", "n", "code", "kind")
    assert [name for name in read.schema.names if pa.types.is_dictionary(read.schema.field(name).type)] == [
        "subject_id",
        "code",
        "kind",
    ]
    with duckdb.connect(config={"threads": 2}) as engine:
        engine.register("read", read)
        engine.register("told", told)
        for query in (
            "select count(*), sum(n), min(code), max(code), count(distinct code), any_value(typeof(code)) from {} ",
            "select md5(string_agg(concat_ws(',', subject_id, code, kind), ';' order by n)) from {} ",
        ):
            asked = f"{query} where {condition}"
            assert engine.execute(asked.format("read")).fetchall() == engine.execute(asked.format("told")).fetchall()


def test_narrow_rows_are_read_many_at_once_and_wide_ones_few(file: Path, told: pa.Table) -> None:
    read = dataset(file, told.schema)
    narrow = list(read.scanner(columns=["n"]).to_reader())
    assert max(batch.num_rows for batch in narrow) == READ_ROWS
    some = list(read.scanner(columns=["subject_id", "n", "other", "code"]).to_reader())
    assert BATCH_ROWS < max(batch.num_rows for batch in some) < READ_ROWS
    assert max(batch.nbytes for batch in some) <= READ_BYTES
    wide = list(read.scanner().to_reader())
    assert max(batch.num_rows for batch in wide) == BATCH_ROWS
    assert sum(batch.num_rows for batch in wide) == ROWS


def test_a_list_is_no_longer_than_what_is_read_at_once(file: Path, told: pa.Table) -> None:
    """The engine unpacks the list anew for each batch: 5,000 subjects for 2,048 rows would cost more than they save."""
    read = dataset(file, told.schema, "subject_id", "code", "note_text")
    listed = [field.name for field in read.schema if pa.types.is_dictionary(field.type)]
    assert listed == ["code"]


def test_a_file_of_before_they_told_is_read_by_the_vector(
    tmp_path: Path, told: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "SHAPES", "another")
    path = tmp_path / "rows.parquet"
    rows = told.slice(0, 20_000).select(["subject_id", "code"])
    write_parquet(
        iter(rows.to_batches()), path=path, rows=20_000, columns=rows.column_names, key=KEY, progress=lambda line: None
    )
    monkeypatch.undo()
    read = dataset(path, rows.schema)
    assert read.schema == rows.schema
    assert {batch.num_rows for batch in read.scanner().to_reader()} <= {BATCH_ROWS, 20_000 % BATCH_ROWS}
    assert read.to_table().equals(rows)


def test_what_a_file_tells_is_no_row(file: Path, told: pa.Table) -> None:
    with opened(file, key=KEY) as content:
        assert json.loads(content.metadata.metadata[b"oeverum.columns"]).keys() == set(told.column_names)
        assert content.schema_arrow.metadata is None
