"""How the engine reads a release's files: in pieces bounded by their bytes, and texts that repeat as a list of them."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sandbox import parquet
from sandbox.errors import ReleaseError
from sandbox.gateway.worker import Kept
from sandbox.manifest import Release, ReleasedTable
from sandbox.parquet import Shape, opened, shapes_of, write_parquet
from sandbox.query import Limits, reading
from sandbox.scan import BATCH_ROWS, READ_BYTES, READ_ROWS, FrugalDataset, Held, dataset_of
from tests.released import key_to
from tests.unit.sandbox_door import Place

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
    "subject_id = 's00000000003'",
    "subject_id = 's00000007000' and code = 'b'",
    "subject_id in ('s00000000003', 's00000000004')",
    "subject_id > 's00000007000'",
    "subject_id = 'nobody'",
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
    write_parquet(batches, path=path, rows=ROWS, key=KEY, progress=lambda line: None)
    return path


def dataset(file: Path, schema: pa.Schema, *columns: str, held: Held | None = None) -> Any:
    """As the engine gets it."""
    named = tuple((name, str(schema.field(name).type)) for name in columns or schema.names)
    release = cast(Release, SimpleNamespace(folder=file.parent))
    table = cast(ReleasedTable, SimpleNamespace(name="read", file=file.name, columns=named))
    return dataset_of(release, KEY, table, held)


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
    held = Held(2**30)
    read = dataset(file, told.schema, "subject_id", "n", "code", "kind", held=held)
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
            expected = engine.execute(asked.format("told")).fetchall()
            # From the file, and from what is kept when it is asked for again.
            for _ in range(3):
                assert engine.execute(asked.format("read")).fetchall() == expected
    assert (held.size > 0) == (not condition.startswith("subject_id")), "few groups are read from the file each time"


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


def test_of_a_condition_the_groups_are_read_in_which_it_can_hold(file: Path, told: pa.Table) -> None:
    held = Held(2**30)
    read = dataset(file, told.schema, "subject_id", "n", "code", held=held)
    seen = []
    for condition in (
        pc.field("subject_id") == "s00000000003",
        pc.field("subject_id") == "s00000007000",
        (pc.field("subject_id") == "s00000007000") & (pc.field("code") == "b"),
        pc.field("subject_id") == "nobody",
        pc.field("code") == "b",
        None,
    ):
        few = read._few(condition)
        seen.append([group.id for part in few.get_fragments() for group in part.row_groups] if few else None)
        for _ in range(2):
            found = read.scanner(columns=["subject_id", "n", "code"], filter=condition).to_table()
            expected = told if condition is None else told.filter(condition)
            assert sorted(found["n"].to_pylist()) == expected["n"].to_pylist()
    assert seen == [[0], [1], [1], [], None, None]


def test_what_is_asked_for_again_is_kept_within_its_room(file: Path, told: pa.Table) -> None:
    held = Held(3 * 2**20)
    read = dataset(file, told.schema, held=held)

    def asked(*columns: str) -> pa.Table:
        answer = read.scanner(columns=list(columns)).to_table()
        assert answer.select(columns).to_pydict() == told.select(columns).to_pydict()
        assert held.size <= 3 * 2**20
        return answer

    asked("n", "code")
    assert held.size == 0, "one look is read as it is"
    asked("n")
    assert 8 * ROWS <= held.size < 8.5 * ROWS
    asked("n", "code")
    kept = held.size
    assert 12 * ROWS <= kept < 13 * ROWS, "texts that repeat are kept as numbers"
    for _ in range(3):
        asked("note_text")
    assert held.size == kept, "what has no room by itself is read from the file, and costs the others nothing"
    asked("other")
    asked("other")
    assert held.size == 0, "what does not fit beside the others takes their place"
    asked("other")
    asked("other")
    assert 0 < held.size < 3 * 2**20
    # Only rows of a condition are given of what is kept.
    few = read.scanner(columns=["other"], filter=pc.field("other") == "t77").to_table()
    assert few.to_pydict() == {"other": ["t77"]}


@pytest.mark.parametrize("first", [("subject_id", "kind", "note_text"), ("subject_id", "kind")])
def test_what_is_kept_of_a_column_is_not_given_in_another_form(
    tmp_path: Path, told: pa.Table, first: tuple[str, ...]
) -> None:
    """Beside a wide column fewer rows are read at once, and a text that repeats is no list any more."""
    kinds = pa.array([f"k{n * 7 % 10_000}" for n in range(ROWS)])
    told = told.select(["subject_id", "note_text"]).append_column("kind", kinds)
    path = tmp_path / "rows.parquet"
    batches = iter(told.to_batches(10_000))
    write_parquet(batches, path=path, rows=ROWS, key=KEY, progress=lambda line: None)
    held, forms = Held(2**30), set()
    for columns in (first, ("subject_id", "kind"), ("subject_id", "kind", "note_text")):
        read = dataset(path, told.schema, *columns, held=held)
        forms.add(read.schema.field("kind").type)
        with duckdb.connect(config={"threads": 2}) as engine:
            engine.register("read", read)
            engine.register("told", told)
            asked = "select kind, count(*) as n from {} group by kind order by n desc, kind limit 3"
            for _ in range(3):
                assert (
                    engine.execute(asked.format("read")).fetchall() == engine.execute(asked.format("told")).fetchall()
                )
    assert len(forms) == 2
    assert held.size > 0


def test_what_is_larger_than_the_file_told_is_read_whole_once(
    file: Path, told: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, whole = Held(2**20), []
    read = dataset(file, told.schema, "subject_id", "other", held=held)
    monkeypatch.setattr(FrugalDataset, "size", lambda self, columns: 1)
    monkeypatch.setattr(FrugalDataset, "whole", lambda self, columns: whole.append(columns) or told.select(columns))
    for _ in range(4):
        assert read.scanner(columns=["other"]).to_table()["other"].to_pylist() == told["other"].to_pylist()
    assert whole == [["other"]]
    assert held.size == 0


def test_a_session_whose_file_was_changed_meanwhile_is_told_so(tmp_path: Path) -> None:
    place = Place(tmp_path, tables={"person": {"columns": ["sex", "birth_date"]}})
    release = place.release()
    given = {"release": release, "key": key_to(release), "limits": Limits(), "opening": Kept()}

    def ask(sql: str) -> list[dict[str, Any]]:
        with reading(sql=sql, **given) as result:
            return pa.Table.from_batches(result.batches, schema=result.schema).to_pylist()

    first = [ask("select count(sex) as n from person") for _ in range(3)]
    ask("select count(birth_date) as n from person")
    (table,) = release.tables
    path = release.folder / table.file
    content = bytearray(path.read_bytes())
    # All but its footer, whose length is at its end.
    for at in range(4, len(content) - 8 - int.from_bytes(content[-8:-4], "little")):
        content[at] ^= 255
    path.chmod(0o600)
    path.write_bytes(content)
    # What was read while the file was as released is still so; what has to be read now is not.
    assert ask("select count(sex) as n from person") == first[0]
    with pytest.raises(ReleaseError, match="found one missing, changed"):
        ask("select count(birth_date) as n from person")


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
    write_parquet(iter(rows.to_batches()), path=path, rows=20_000, key=KEY, progress=lambda line: None)
    monkeypatch.undo()
    read = dataset(path, rows.schema)
    assert read.schema == rows.schema
    assert {batch.num_rows for batch in read.scanner().to_reader()} <= {BATCH_ROWS, 20_000 % BATCH_ROWS}
    assert read.to_table().equals(rows)


def test_what_a_file_tells_is_no_row(file: Path, told: pa.Table) -> None:
    with opened(file, key=KEY) as content:
        assert json.loads(content.metadata.metadata[b"oeverum.columns"]).keys() == set(told.column_names)
        assert content.schema_arrow.metadata is None
