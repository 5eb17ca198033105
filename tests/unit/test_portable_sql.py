"""The linter of portable SQL: the project passes, and what only DuckDB has is refused with file and remedy."""

from pathlib import Path

import pytest

from orchestration import portable_sql
from orchestration.portable_sql import compiled, of_sql, of_written, problems, written


def test_every_model_is_portable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OEVERUM_WAREHOUSE_BUILD", str(tmp_path / "cohort.duckdb"))
    models = compiled()
    assert list(tmp_path.iterdir()) == [], "no warehouse was opened"
    assert len(models) > 80
    assert "date_add(" in models["models/marts/home_care_risk_window.sql"], "compiled with the side of Spark"
    assert list(problems(models)) == []


def test_no_model_or_macro_has_what_belongs_into_cross_db() -> None:
    files = written()
    assert {"models/marts/person.sql", "macros/ages.sql"} <= files.keys()
    assert [(file, problem) for file, text in files.items() for problem in of_written(text)] == []


PLANTED = {
    "a cast by ::": "select a::integer from t",
    "the function list_filter": "select list_filter(a, x -> x > 1) from t",
    "the function string_agg": "select string_agg(a, ',') from t",
    "the function date_diff": "select date_diff('day', a, b) from t",
    "the function strptime": "select strptime(a, '%Y') from t",
    "the function regexp_full_match": "select regexp_full_match(a, 'b') from t",
    "the function epoch": "select epoch(a) from t",
    "the function range": "select * from range(10)",
    "the function read_parquet": "select * from read_parquet('f')",
    "qualify": "select a from t qualify row_number() over (order by a) = 1",
    "a star with": "select * exclude (a) from t",
    "distinct on": "select distinct on (a) a, b from t",
    "group by all": "select a, count(*) from t group by all",
    "order by all": "select a from t order by all",
    "union by name": "select a from t union all by name select a from u",
    "an asof or positional join": "select * from t asof join u on t.a >= u.a",
    "with recursive": "with recursive x as (select 1 as a union all select a + 1 as a from x) select a from x",
    "tablesample": "select * from t using sample 10",
    "pivot": "select * from (pivot t on a using sum(b)) as p",
    "similarto": "select a from t where a similar to 'x'",
    "the word [": "select [1, 2] as a from t",
    "bitwisexor": "select a ^ 2 from t",
    "from without select": "select a from (from t) as u",
    "a text behind from": "select a from 'f.parquet'",
    "a frame of groups": "select sum(a) over (order by b groups between 1 preceding and current row) from t",
    "extract of a field": "select extract(isodow from a) from t",
    "a sum or difference of dates": "select end_date - start_date from t",
    "a statement that": "summarize t",
    "an order in an aggregate": "select max(a order by b) from t",
    "a backslash in a text": "select '\\d' from t",
    "the type varchar": "select cast(a as varchar) from t",
    "the type hugeint": "select cast(a + (b) as hugeint) from t",
    'the name "a", a text in Spark (use the macro quoted)': 'select "a" from t',
    "the name HÆND_MDR, which Spark wants quoted (use the macro quoted)": "select HÆND_MDR from t",
    "syntax that Spark cannot read": "select a from t where",
}


@pytest.mark.parametrize("problem", PLANTED)
def test_what_only_duckdb_has_is_refused(problem: str) -> None:
    assert any(found.startswith(problem) for found in of_sql(PLANTED[problem]))


@pytest.mark.parametrize(
    "sql",
    [
        "select `HÆND_MDR`, cast(a as string), date '2020-01-01', 'list_filter(a)' from t where a not in ('x') and (b)",
        "select sum(a) over (partition by b order by c rows between unbounded preceding and current row) from t",
        "select x, sum(y) filter (where y > 0) from (values (1, 'a')) as u (x, y) group by x order by x desc limit 10",
        "select cast(extract(year from a_date) as integer) + 1, count(distinct b), count(*), t.*, c || '%' from t",
        "select case when (a) then (b) else (c) end from t where not exists (select 1 from u where u.a = t.a)",
    ],
)
def test_what_both_have_is_let_through(sql: str) -> None:
    assert list(of_sql(sql)) == []


WRITTEN = {
    "the function date_trunc": "select date_trunc('month', a) from {{ ref('t') }}",
    "the function regexp_extract": "select regexp_extract(a, 'x') from t",
    "an interval": "select a + interval '{{ days }} days' from t",
    "a macro of one engine": "{% macro duckdb__month(day) -%} month({{ day }}) {%- endmacro %}",
}


@pytest.mark.parametrize("problem", WRITTEN)
def test_what_differs_is_refused_outside_cross_db(problem: str) -> None:
    assert [found for found in of_written(WRITTEN[problem]) if not found.startswith(problem)] == []
    assert list(of_written(WRITTEN[problem])) != []
    assert list(of_written("{# date_trunc(a) #} select 1 as transform -- interval '1 day'")) == []


def test_a_problem_is_told_with_its_file_and_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(portable_sql, "compiled", lambda: {"models/marts/person.sql": "select a::int, b::int from t"})
    assert portable_sql.main() == 1
    told = capsys.readouterr().err
    assert told.startswith("models/marts/person.sql: found a cast by ::; write what both engines have")
    assert "macros/cross_db/" in told
    assert told.count("\n") == 1
