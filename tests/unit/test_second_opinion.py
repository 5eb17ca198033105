"""Great Expectations on the rows themselves: it counts what our scan counts, cannot write, and tells no value."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlalchemy

from quality.errors import MeasureError
from quality.expectation import TableExpectations, load_all
from quality.measure import measure_all
from quality.second_opinion import URL, compare, second_opinion
from tests.unit.quality_warehouse import build

EXPECTATIONS = Path(__file__).parents[2] / "quality" / "expectations" / "marts"
SECRET = "Ragnhild1234567"  # A value that no output may hold.
KINDS = {
    "present": {"kind": "not_null", "column": "person_id"},
    "one_key": {"kind": "unique", "columns": ["visit_id"]},
    "two_keys": {"kind": "unique", "columns": ["person_id", "status"]},
    "numbered": {"kind": "unique", "columns": ["visit_id"], "numbered": True},
    "listed": {"kind": "accepted", "column": "status", "values": ["done", "it's lost"]},
    "positive": {"kind": "condition", "sql": "t.minutes >= 0"},
    # Braces and colons, which Great Expectations and SQLAlchemy would read as names.
    "braced": {
        "kind": "condition",
        "sql": "regexp_matches(t.status, '^(?:[[:alpha:] '':]{4,20}| :name)$') or t.minutes::int = {'a': 0}.a",
    },
    "joined": {
        "kind": "condition",
        "sql": "t.minutes is null or t.minutes in "
        "(select a.minutes from marts.visit a join marts.visit b using (visit_id) where b.minutes < 50)",
    },
    "known": {"kind": "references", "column": "person_id", "table": "person", "target": "person_id"},
    "in_time": {
        **{"kind": "not_after", "time": "seen_at", "column": "person_id"},
        **{"table": "person", "target": "person_id", "day": "death_date", "days": 1},
    },
    "enough": {"kind": "row_count", "min": 3},
    "counted": {"kind": "count", "sql": "select count(*) from marts.visit where minutes < 0"},
}  # fmt: skip
SOUND = "(1, 1, 'done', 10), (2, 2, 'it''s lost', 20), (3, 1, null, null)"
FAULTY = {
    "present": "(4, null, 'done', 1), (5, null, 'done', 1)",
    "one_key": "(1, 9, 'done', 1), (1, 9, null, 1), (2, 9, null, 1), (null, 9, null, 1), (null, 9, null, 1)",
    "two_keys": "(7, 1, 'done', 1), (8, 1, null, 1), (9, 1, null, 1), (null, null, null, 1), (null, null, null, 1)",
    "numbered": "(1, 9, 'done', 1), (null, 9, null, 1), (null, 9, null, 1)",
    "listed": f"(4, 1, '{SECRET}', 1)",
    "positive": "(4, 1, 'done', -5)",
    "braced": f"(4, 1, '{SECRET}', 1)",
    "joined": "(4, 1, 'done', 1), (5, 1, 'done', 77)",
    "known": "(4, 12345678, 'done', 1)",
    "in_time": "(4, 3, 'done', 1), (5, 3, 'done', 1)",
}


def expected(**kinds: dict[str, object]) -> TableExpectations:
    each = [{"id": id_, "title": "t", "why": "w", "source": "s", **fields} for id_, fields in kinds.items()]
    return TableExpectations.model_validate({"table": "visit", "owner": "team:cohort", "expectations": each})


def visits(path: Path, *rows: str) -> Path:
    """A warehouse with some visits."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create table marts.person (person_id int, death_date date)")
        connection.execute("insert into marts.person values (1, null), (2, '2024-01-09'), (3, '2024-01-08')")
        connection.execute("create table marts.visit (visit_id bigint, person_id int, status varchar, minutes int)")
        connection.execute("alter table marts.visit add column seen_at timestamp default '2024-01-10 23:00'")
        for some in rows:
            connection.execute(f"insert into marts.visit (visit_id, person_id, status, minutes) values {some}")
    return path


def test_each_kind_is_counted_as_our_scan_counts_it_on_sound_rows(tmp_path: Path) -> None:
    compared = compare(visits(tmp_path / "w.duckdb", SOUND), [expected(**KINDS)])
    assert {one.expectation: (one.rows, one.failing, one.second) for one in compared} == {
        id_: (3, 0, None if id_ == "counted" else 0) for id_ in KINDS
    }


@pytest.mark.parametrize("kind", [*FAULTY, "enough"])
def test_each_kind_is_counted_as_our_scan_counts_it_on_faulty_rows(kind: str, tmp_path: Path) -> None:
    rows = [SOUND, FAULTY[kind]] if kind in FAULTY else ["(1, 1, 'done', 10)"]
    compared = compare(visits(tmp_path / "w.duckdb", *rows), [expected(**KINDS)])
    assert {one.expectation: one.failing for one in compared}[kind] > 0
    assert [one for one in compared if one.differs] == []
    assert [one.expectation for one in compared if one.second is None] == ["counted"]


def test_of_a_table_without_rows_nothing_fails_but_that_it_has_too_few(tmp_path: Path) -> None:
    compared = compare(visits(tmp_path / "w.duckdb"), [expected(**KINDS)])
    assert [(one.expectation, one.failing, one.second) for one in compared if one.failing] == [("enough", 1, 1)]
    assert [one for one in compared if one.differs] == []


@pytest.mark.long
def test_every_mart_is_counted_alike(tmp_path: Path) -> None:
    known = load_all(EXPECTATIONS)
    build(tmp_path / "w.duckdb").close()
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        for table in ("person", "diagnosis", "lab_result", "residence"):
            connection.execute(f"insert into marts.{table} from marts.{table}")
        connection.execute("update marts.person set sex = null where rowid = 0; delete from marts.hospital_contact")
        ours = {(m.table, m.expectation): m.failing for m in measure_all(connection, known)}
    compared = compare(tmp_path / "w.duckdb", known.values())
    assert {(one.table, one.expectation): one.failing for one in compared} == ours
    assert sum(one.failing > 0 for one in compared) > 5
    assert [one for one in compared if one.differs] == []


def test_what_differs_is_told(tmp_path: Path) -> None:
    """A row that one of the two did not see."""
    (one,) = compare(visits(tmp_path / "w.duckdb", SOUND), [expected(present=KINDS["present"])])
    assert not one.differs
    assert type(one)(one.table, one.expectation, one.rows, failing=1, second=0).differs


def test_no_value_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    warehouse = visits(tmp_path / "w.duckdb", SOUND, *FAULTY.values(), f"(4, 12345678, '{SECRET}', -987654)")
    compare(warehouse, [expected(**KINDS)], keep=tmp_path / "gx.json")
    kept = (tmp_path / "gx.json").read_text(encoding="utf-8")
    assert "expect_column_values_to_be_in_set" in kept
    assert str(tmp_path) not in kept
    for kind in ("t.status::int > 1", "error(t.status) is null"):
        with pytest.raises(MeasureError, match="cannot count visit/it;") as refused:
            second_opinion(warehouse, [expected(it={"kind": "condition", "sql": kind})])
        assert refused.value.__cause__ is None
        assert refused.value.__context__ is None
    shown = "".join([kept, *capfd.readouterr(), caplog.text])
    for value in (SECRET, "12345678", "987654"):
        assert value not in shown


def test_what_cannot_be_counted_or_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=r"w\.duckdb cannot be opened .*build the warehouse"):
        compare(tmp_path / "w.duckdb", [expected(present=KINDS["present"])])
    warehouse = visits(tmp_path / "w.duckdb", SOUND)
    with pytest.raises(MeasureError, match="Great Expectations cannot count visit/it; compare its file"):
        second_opinion(warehouse, [expected(it={"kind": "not_null", "column": "gone"})])
    gone = expected(present=KINDS["present"]).model_copy(update={"table": "gone"})
    with pytest.raises(MeasureError, match="Great Expectations cannot read gone") as refused:
        second_opinion(warehouse, [gone])
    assert refused.value.__suppress_context__


def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    folder = tmp_path / "a $HOME ${x} %20 ø&b=1#"
    folder.mkdir()
    (one,) = compare(visits(folder / "w.duckdb", SOUND), [expected(present=KINDS["present"])])
    assert one.second == 0


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sqlalchemy.Engine]:
    """The dialect alone, asked to write as well."""
    arguments = {"database": str(visits(tmp_path / "w.duckdb", SOUND)), "read_only": False}
    made = sqlalchemy.create_engine(URL, connect_args=arguments)
    yield made
    made.dispose()


@pytest.mark.parametrize("sql", ["delete from marts.visit", "create table marts.new (a int)", "drop table marts.visit"])
def test_the_dialect_cannot_write(sql: str, engine: sqlalchemy.Engine) -> None:
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"), engine.begin() as connection:
        connection.execute(sqlalchemy.text(sql))


def test_a_result_outlives_its_connection(engine: sqlalchemy.Engine) -> None:
    """What Great Expectations relies on, and a rollback of DuckDB would take away."""
    with engine.connect() as connection:
        result = connection.execute(sqlalchemy.text("select visit_id from marts.visit order by 1"))
    assert result.fetchall() == [(1,), (2,), (3,)]


def test_duckdb_empties_a_result_on_rollback(tmp_path: Path) -> None:
    """Why the dialect has no transactions; when this fails, it may have them."""
    with duckdb.connect(str(visits(tmp_path / "w.duckdb", SOUND)), read_only=True) as connection:
        connection.begin()
        connection.execute("select visit_id from marts.visit")
        connection.rollback()
        assert connection.fetchall() == []


def test_the_file_is_free_afterwards(tmp_path: Path) -> None:
    warehouse = visits(tmp_path / "w.duckdb", SOUND)
    compare(warehouse, [expected(present=KINDS["present"])])
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from marts.visit")
