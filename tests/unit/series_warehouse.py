"""Rows for what is seen over time: a small table of visits, and steady rows of any source with a change planted."""

import math

import duckdb
import sqlglot
from sqlglot import exp

from orchestration.resources import EXPECTATIONS
from quality.expectation import Complete, Drift, OverTime, TableExpectations, Volume, load_all
from quality.series import SMOOTHING
from tests.unit import source_warehouse

VISITS = """
create schema staging;
create schema lake;
create table staging.stg_visit as
select nr as person_id, day + interval 9 hour as start_at, kom, 10 + nr % 10 as minutes,
  if(nr % 4 = 0, 'cancelled', 'done') as status, '2022' as _delivery
from (select unnest(generate_series(timestamp '2020-01-01', '2022-06-30', interval 1 day)) as day),
  (select unnest(['0751', '0751', '0615']) as kom), range(4) as numbers(nr);
create table lake.visit as
select person_id, start_at as start, year(start_at)::varchar as _delivery,
  make_timestamp(year(start_at) + 1, 1, 1, 0, 0, 0) as _delivered_at
from staging.stg_visit
"""
TEXTS = {"title": "t", "why": "w", "source": "s"}


def visits() -> duckdb.DuckDBPyConnection:
    """Thirty months from January 2020 on; each day 2 visits in Aarhus (0751) and 1 in Horsens (0615), alike long, of
    each of 4 people.
    """
    connection = duckdb.connect()
    connection.execute(VISITS)
    return connection


def expected(**fields: object) -> TableExpectations:
    """One expectation of the visits, with these fields."""
    few = {"complete": {"usual_from": 1}, "drift": {"people_from": 1}}.get(str(fields["kind"]), {})
    one = {"id": "it", **TEXTS, **few, **fields}
    delivered = {"rows": "select * from staging.stg_visit as t", "month": "t.start_at"}
    return TableExpectations.model_validate(
        {"table": "visit", "owner": "team:cohort", "delivered": delivered, "expectations": [one]}
    )


def index(*bins: tuple[int, int]) -> float:
    """The population stability index of bins with so many rows in the year before, and in the last."""
    old, new = ([(year[place] + SMOOTHING) for year in bins] for place in (0, 1))
    shares = [(before / sum(old), last / sum(new)) for before, last in zip(old, new, strict=True)]
    return sum((last - before) * math.log(last / before) for before, last in shares)


DAYS = 3 * 365  # Visits of a person in a year.

# Per kind the fields of an expectation of the visits, and what shows each of its comparisons at its limit.
EXAMPLES: dict[str, tuple[dict[str, object], list[str]]] = {
    "complete": (
        {"kind": "complete", "least": 0.5, "usual_from": 4},
        [
            "delete from staging.stg_visit where date_trunc('month', start_at) = '2021-07-01' and person_id < 2",
            "update staging.stg_visit set start_at = null where person_id = 1",
        ],
    ),
    "complete by": (
        {"kind": "complete", "least": 0.5, "usual_from": 4, "by": "kom"},
        [
            "delete from staging.stg_visit where date_trunc('month', start_at) = '2021-07-01' and person_id < 2",
            "update staging.stg_visit set kom = null where kom = '0615'",
            "update staging.stg_visit set start_at = null where person_id = 1",
        ],
    ),
    "drift": (
        {
            "kind": "drift",
            "sql": "t.status",
            "people_from": 4,
            "max_psi": index((DAYS, 2 * DAYS), (3 * DAYS, 2 * DAYS)),
        },
        [
            "update staging.stg_visit set status = 'cancelled' where minutes = 11 and start_at >= '2021-06-01'",
            "update staging.stg_visit set start_at = date_trunc('day', start_at), "
            "status = if(day(start_at) = 1 and month(start_at) = 6, 'lost', status)",
            "update staging.stg_visit set start_at = null where person_id = 1 and start_at >= '2021-06-01'",
            "update staging.stg_visit set start_at = null where person_id = 1 and start_at < '2021-06-01'",
        ],
    ),
    "drift numeric": (
        {
            "kind": "drift",
            "sql": "t.minutes",
            "numeric": True,
            "people_from": 4,
            "max_psi": index((DAYS, 2 * DAYS), (DAYS, 0), (DAYS, DAYS), (DAYS, DAYS)),
        },
        [
            "update staging.stg_visit set minutes = 10 where minutes = 11 and start_at >= '2021-06-01'",
            "update staging.stg_visit set minutes = null where person_id = 1 and start_at >= '2021-06-01'",
            "update staging.stg_visit set start_at = date_trunc('day', start_at), "
            "minutes = if(day(start_at) = 1 and month(start_at) = 6, 99, minutes)",
            "update staging.stg_visit set start_at = null where person_id = 1 and start_at >= '2021-06-01'",
            "update staging.stg_visit set start_at = null where person_id = 1 and start_at < '2021-06-01'",
            "update staging.stg_visit set minutes = if(person_id = 1 and start_at >= '2021-06-01', 9, 10)",
        ],
    ),
    "volume": (
        {"kind": "volume", "time": "start", "low": 0.5, "high": 2.0},
        [
            "delete from lake.visit where _delivery = '2020' or (_delivery = '2022' and person_id < 2)",
            "insert into lake.visit from lake.visit where _delivery = '2022'",
        ],
    ),
}


def over_time() -> dict[str, tuple[TableExpectations, OverTime]]:
    """What is expected of the sources over time."""
    return {
        f"{of_table.table}/{one.id}": (of_table, one)
        for of_table in load_all(EXPECTATIONS / "sources").values()
        for one in of_table.expectations
        if isinstance(one, OverTime)
    }


def source(of_table: TableExpectations, one: OverTime, change: str) -> duckdb.DuckDBPyConnection:
    """A source in which each table that it is selected from has the rows of `told`, steady ones but for a change."""
    assert of_table.delivered
    connection = source_warehouse.build()
    connection.execute(_told(of_table.delivered.month, one))
    connection.execute(change)
    connection.execute(f"create schema lake; create table lake.{of_table.table} as from told")
    for table in sqlglot.parse_one(of_table.delivered.rows, read="duckdb").find_all(exp.Table):
        if table.db == "staging":
            name = f"staging.{table.name}"
            connection.execute(f"create table if not exists {name} as from told limit 0; delete from {name}")
            columns = connection.table(name).columns
            shared = ", ".join(column for column in connection.table("told").columns if column in columns)
            connection.execute(f"insert into {name} ({shared}) select {shared} from told")
    return connection


def _told(month: str, one: OverTime) -> str:
    """A row of each person each month of 27, or each day of three months for a volume; with the columns that an
    expectation looks at.
    """
    values = {
        "contact_id": "row_number() over ()",
        "reporting_system": "'LPR3'",
        "_delivery": "if(day < '2021-04-01', '2020', '2021')",
        "_delivered_at": "if(day < '2021-04-01', timestamp '2021-04-01', '2022-04-01')",
        _column(month): "day",
    }
    match one:
        case Complete(by=str(by)):
            values[by] = "(person_id % 2)::varchar"
        case Drift():
            values[_column(one.sql)] = "person_id % 5" if one.numeric else "concat(person_id % 5, '000')"
        case Volume():
            values[one.time] = "day"
    told = ", ".join(f'{value} as "{column}"' for column, value in values.items())
    days = "timestamp '2020-01-10', '2022-03-10', interval 1 month"
    if isinstance(one, Volume):
        days = "timestamp '2021-03-01', '2021-05-31', interval 1 day"
    return f"""
create table told as select day, person_id, {told}
from (select unnest(generate_series({days})) as day),
  range({_people(one)}) as people(person_id)
"""


def _people(one: OverTime) -> int:
    """The fewest of whom an expectation tells something."""
    match one:
        case Complete():
            return one.usual_from * (2 if one.by else 1)
        case Drift():
            return one.people_from
        case Volume():
            return 100


def _column(sql: str) -> str:
    (column,) = sqlglot.parse_one(sql, read="duckdb").find_all(exp.Column)
    return column.name


def changes(one: OverTime, *, holds: bool) -> list[str]:
    """Changes of `told` that are just inside the limits of an expectation, or just outside; a drift has far ones only,
    for its index is held to its limit by `EXAMPLES`.
    """
    match one:
        case Complete():
            parts = 2 if one.by else 1
            kept = math.ceil(one.least * one.usual_from) - (not holds)
            of_part = f"person_id % {parts} = 0 and person_id // {parts}"
            return [f"delete from told where day = '2021-06-10' and {of_part} >= {kept}"]
        case Volume():
            low, high = round(one.low * 100) - (not holds), round(one.high * 100) + (not holds)
            return [
                f"delete from told where _delivery = '2021' and person_id >= {low}",
                f"insert into told from told where _delivery = '2021' and person_id < {high - 100}",
            ]
        case Drift():
            other = "9" if one.numeric else "'Z000'"
            return [] if holds else [f"update told set {_column(one.sql)} = {other} where day >= '2021-03-01'"]
