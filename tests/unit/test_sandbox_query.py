"""Queries: what runs, what is refused and how, and that nothing outside the release can be reached."""

import os
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sandbox.errors import QueryRefused, ReleaseError
from sandbox.manifest import Release
from sandbox.query import Limits, run
from tests.released import key_to
from tests.unit.sandbox_door import Place
from tests.unit.sandbox_escapes import DISGUISED, ENDLESS, READING, REFUSED, TELLING

SECRET = "outside the release"


def ask(*, release: Release, **given: Any) -> pa.Table:
    """A query on a release, read with its key."""
    return run(release=release, key=key_to(release), **given)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("place"))
    place.release()
    return place


@pytest.fixture(scope="module")
def release(place: Place) -> Release:
    return place.release()


@pytest.fixture(scope="module")
def outside(place: Place) -> Path:
    """A file that is not of the release, and the release of another project."""
    (place.folder / "secret.csv").write_text(f"a\n{SECRET}\n", encoding="utf-8")
    place.permit = place.put({"project": "other-project", "tables": {"person": {"columns": ["sex"]}}})
    place.release()
    return place.folder


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("select count(*) as n from person", [{"n": 10}]),
        ("SELECT count(*) AS n FROM person;", [{"n": 10}]),
        ("-- a remark; with a semicolon\nselect 1 as n", [{"n": 1}]),
        ("with t as (select 1 as n) select n from t", [{"n": 1}]),
        ("from person select count(*) as n", [{"n": 10}]),
        ("select ';' as n", [{"n": ";"}]),
        ("values (1)", [{"col0": 1}]),
        ("select count(*) as n from query_table('person')", [{"n": 10}]),
        ("select sum(count)::int as n from histogram(person, sex)", [{"n": 10}]),
        ("select u as n from range(2), unnest([range]) t(u) order by n", [{"n": 0}, {"n": 1}]),
        ("""select '"type":"TABLE_FUNCTION","function_name":"query"' as n limit 0""", []),
        ("select subject_id from person where false", []),
        (
            "pivot (select sex from person) on sex in ('female', 'male') using count(*)",
            [{"female": 5, "male": 5}],
        ),
    ],
)
def test_one_select_is_answered(release: Release, sql: str, answer: list[dict[str, Any]]) -> None:
    assert ask(release=release, sql=sql).to_pylist() == answer


def test_tables_can_be_looked_at_and_plans_asked_for(release: Release) -> None:
    assert len(ask(release=release, sql="show tables")) == len(release.tables)
    described = ask(release=release, sql="describe person").to_pylist()
    assert [row["column_name"] for row in described][:2] == ["subject_id", "sex"]
    assert ask(release=release, sql="explain select * from person").num_rows


@pytest.mark.parametrize(("sql", "line"), REFUSED)
def test_everything_else_is_refused_in_one_line(release: Release, sql: str, line: str) -> None:
    with pytest.raises(QueryRefused, match=line) as refusal:
        ask(release=release, sql=sql)
    assert "\n" not in str(refusal.value)
    assert str(release.folder) not in str(refusal.value)
    assert refusal.value.exit_code == 17


@pytest.mark.parametrize("sql", DISGUISED)
def test_what_is_disguised_is_refused_too(release: Release, sql: str) -> None:
    with pytest.raises(QueryRefused):
        ask(release=release, sql=sql)


@pytest.mark.parametrize("sql", READING)
def test_nothing_outside_the_release_can_be_read(release: Release, outside: Path, sql: str) -> None:
    other = next((outside / "releases" / "other-project").glob("r*"))
    names = {"outside": outside, "release": release.folder, "other": other, "other_name": other.name}
    assert (outside / "secret.csv").is_file()
    assert (other / "person.parquet").is_file()
    with pytest.raises(QueryRefused) as refusal:
        ask(release=release, sql=sql.format(**names))
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("sql", TELLING)
def test_nothing_tells_where_files_lie(release: Release, sql: str) -> None:
    try:
        said = str(ask(release=release, sql=sql).to_pylist())
    except QueryRefused as refusal:
        said = str(refusal)
    folders = (str(release.folder), tempfile.gettempdir(), str(Path.home()), os.getcwd(), sys.prefix)  # noqa: PTH109
    assert not [folder for folder in folders if folder in said]


def test_only_the_tables_and_columns_that_are_named_are_seen(release: Release) -> None:
    person = next(table for table in release.tables if table.name == "person")
    cut = replace(release, tables=(replace(person, columns=person.columns[:2]),))
    assert ask(release=cut, sql="select * from person").column_names == ["subject_id", "sex"]
    seen = "select table_name, column_name from duckdb_columns() where not internal"
    assert len(ask(release=cut, sql=seen)) == 2
    for sql in ("select birth_date from person", "select * from note"):
        with pytest.raises(QueryRefused):
            ask(release=cut, sql=sql)


def test_only_what_a_query_needs_is_read(release: Release) -> None:
    plan = ask(release=release, sql="explain select sex from person where birth_date < date '1950-01-01'").to_pylist()
    told = str(plan[0])
    assert "Projections: sex" in told
    assert "birth_date<" in told
    assert "PROJECTION" not in told
    assert "FILTER" not in told


def test_a_query_is_cut_when_access_ends_and_not_when_the_register_is_slow(release: Release) -> None:
    forever = f"select count(*) from {', '.join(f'note n{i}' for i in range(12))}"
    begun = time.monotonic()
    with pytest.raises(QueryRefused) as refusal:
        run(
            release=release,
            key=key_to(release),
            sql=forever,
            limits=Limits(seconds=20),
            lives=lambda: time.monotonic() - begun < 1,
        )
    assert refusal.value.kind == "access"
    assert time.monotonic() - begun < 4
    calm = threading.Event()
    with pytest.raises(QueryRefused) as refusal:
        run(
            release=release,
            key=key_to(release),
            sql=forever,
            limits=Limits(seconds=1),
            lives=lambda: calm.wait(3) or True,
        )
    assert refusal.value.kind == "time"


def test_a_file_damaged_within_is_not_named(tmp_path: Path) -> None:
    release = Place(tmp_path).release()
    path = release.folder / "note.parquet"
    content = bytearray(path.read_bytes())
    # All but the footer, whose length stands before the last four bytes.
    size = len(content) - 12 - int.from_bytes(content[-8:-4], "little")
    content[4 : 4 + size] = bytes(size)
    path.chmod(0o644)
    path.write_bytes(content)
    with pytest.raises((QueryRefused, ReleaseError)) as refusal:
        ask(release=release, sql="select * from note")
    assert str(tmp_path) not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_the_limits_cannot_be_told_to_move(release: Release) -> None:
    settings = (
        "select name, value from duckdb_settings() where name in ('enable_external_access', 'lock_configuration', "
        "'autoload_known_extensions', 'autoinstall_known_extensions', 'threads')"
    )
    assert {row["name"]: row["value"] for row in ask(release=release, sql=settings).to_pylist()} == {
        "enable_external_access": "false",
        "lock_configuration": "true",
        "autoload_known_extensions": "false",
        "autoinstall_known_extensions": "false",
        "threads": "2",
    }
    with pytest.raises(QueryRefused):
        ask(release=release, sql="select set_config('threads', '8')")


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(note_text as integer) from note",
        "select note_text::date from note",
        "select error(note_text) from note",
        "select strptime(note_text, '%Y') from note",
        "select json_extract(note_text, '$.a') from note",
        "select regexp_matches('a', note_text || '(') from note",
        "select list_value(1)[1] + cast(note_text as double) from note order by 1",
    ],
)
def test_a_refusal_never_quotes_a_row(release: Release, sql: str) -> None:
    with pytest.raises(QueryRefused) as refusal:
        ask(release=release, sql=sql)
    assert "Patienten" not in str(refusal.value)
    assert "Patienten" not in refusal.value.kind
    # Nor does a traceback, through what the refusal came from.
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize("sql", ENDLESS[:3])
def test_a_query_is_cut_when_its_time_is_up(release: Release, sql: str) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryRefused, match=r"expected an answer within 0\.5 seconds") as refusal:
        ask(release=release, sql=sql, limits=Limits(seconds=0.5))
    assert refusal.value.kind == "time"
    assert time.monotonic() - begun < 10
    assert "watchdog" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(
    ("sql", "limits", "kind"),
    [
        ("select i from range(10001) t(i)", {"rows": 10_000}, "rows"),
        ("select repeat('x', 10000) || i from range(20000) t(i)", {"mebibytes": 8}, "size"),
        ("select list(i) from range(200000000) t(i)", {"memory": "200MB", "seconds": 60.0}, "memory"),
    ],
)
def test_a_query_that_takes_too_much_is_refused(release: Release, sql: str, limits: dict[str, Any], kind: str) -> None:
    with pytest.raises(QueryRefused) as refusal:
        ask(release=release, sql=sql, limits=Limits(**limits))
    assert refusal.value.kind == kind


def test_time_that_is_up_before_the_engine_begins_counts_too(release: Release) -> None:
    with pytest.raises(QueryRefused) as refusal:
        run(
            release=release,
            key=key_to(release),
            sql="select sum(hash(i)) from range(20000000000) t(i)",
            limits=Limits(seconds=0),
        )
    assert refusal.value.kind == "time"


def test_just_within_the_limit_of_rows_is_answered(release: Release) -> None:
    assert (
        run(
            release=release, key=key_to(release), sql="select i from range(10000) t(i)", limits=Limits(rows=10_000)
        ).num_rows
        == 10_000
    )


def test_a_release_that_lost_a_file_is_named_and_not_where_it_lies(tmp_path: Path) -> None:
    release = Place(tmp_path).release()
    (release.folder / "person.parquet").unlink()
    with pytest.raises(ReleaseError, match=f"{release.release}: expected the files of its manifest") as refusal:
        ask(release=release, sql="select 1")
    assert str(tmp_path) not in str(refusal.value)
