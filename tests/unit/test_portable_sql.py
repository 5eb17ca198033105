"""The linter of portable SQL: the project passes, and what only DuckDB has is refused with file and remedy."""

import pytest

from orchestration import portable_sql
from orchestration.portable_sql import compiled, of_sql, problems


def test_every_model_is_portable() -> None:
    models = compiled()
    assert len(models) > 80
    assert "date_add(" in models["models/marts/home_care_risk_window.sql"], "compiled with the side of Spark"
    assert list(problems(models)) == []


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
    "a star with exclude or replace": "select * exclude (a) from t",
    "distinct on": "select distinct on (a) a, b from t",
    "group by all": "select a, count(*) from t group by all",
    "an asof or positional join": "select * from t asof join u on t.a >= u.a",
    "the type varchar without a length (string is both engines' word)": "select cast(a as varchar) from t",
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
        "select case when (a) then (b) else (c) end from t where not exists (select 1 from u where u.a = t.a)",
    ],
)
def test_what_both_have_is_let_through(sql: str) -> None:
    assert list(of_sql(sql)) == []


def test_a_problem_is_told_with_its_file_and_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(portable_sql, "compiled", lambda: {"models/marts/person.sql": "select a::int, b::int from t"})
    assert portable_sql.main() == 1
    told = capsys.readouterr().err
    assert told.startswith("models/marts/person.sql: found a cast by ::; write what both engines have")
    assert "macros/cross_db/" in told
    assert told.count("\n") == 1
