"""The ways in which somebody who holds two sandboxes tries to join people: what is compared, as SQL.

Each way gives signs: rows of subject_id and something that the subject has in one sandbox, over the tables `{}_person`,
`{}_cohort_membership` and so on of either. A sign that one subject alone has in each of the two joins them
(`linkage.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from sandbox.pseudonyms import PERSON_LETTERS
from sandbox.tables import MONTHS, SUBJECT, TIMES

# Tables with their columns and types, as they stand in the sandbox; the first column is the subject's name.
Tables = Mapping[str, Mapping[str, str]]
Moved = Literal["weeks", "months"]
Group = Literal["names", "columns", "combinations", "numbers of rows", "times", "intervals", "values"]

QUASI = ("sex", "birth_date", "death_date", "origin", "country_of_origin_code", "municipality")
WHO = (
    f"select {SUBJECT}, any_value(sex) as sex, any_value(birth_date) as birth_date, "
    "any_value(death_date) as death_date, any_value(origin) as origin, "
    "any_value(country_of_origin_code) as country_of_origin_code, "
    "min_by(entry_municipality_code, period_number) as municipality "
    f"from {{}}_person join {{}}_cohort_membership using ({SUBJECT}) group by {SUBJECT}"
)
ORDER = "the order of subjects"
# What happened, in the order in which it did.
EVENTS = {
    "diagnosis": "diagnosis_code",
    "hospital_stay": "main_diagnosis_code",
    "dispensing": "atc_code",
    "lab_result": "(npu_code, result_value)",
    "primary_care_contact": "(specialty_code, service_count)",
    "home_care_visit": "service_code",
}
RUN = 3
PIECE = 6
DAY_TYPES = {"DATE", "TIMESTAMP"}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to join; `moved` tells by what a permit can move the days of a sign that is made of nothing else."""

    group: Group
    name: str
    signs: str
    moved: Moved | None = None


def ways(tables: Tables) -> Iterator[Way]:
    """Every way that is tried."""
    yield from _names(tables)
    for table, columns in tables.items():
        for column, data_type in columns.items():
            if not column.endswith("_id"):
                listed = f'list("{column}" order by "{column}")'
                moved: Moved | None = "months" if MONTHS.get(table) == column else "weeks"
                if data_type not in DAY_TYPES or column == "birth_date":
                    moved = None
                if moved:
                    # How many have no day is no day that is moved; numbers of rows are a way of their own.
                    listed += f' filter ("{column}" is not null)'
                yield Way("columns", f"{table}.{column}", _of_each(table, listed), moved)
    for size in range(2, len(QUASI) + 1):
        for chosen in combinations(QUASI, size):
            yield Way("combinations", " + ".join(chosen), f"select {SUBJECT}, ({', '.join(chosen)}) from ({WHO})")
    counts = ", ".join(f"(select count(*) from {{}}_{t} as t where t.{SUBJECT} = p.{SUBJECT})" for t in tables)
    yield Way("numbers of rows", "in all tables", f"select {SUBJECT}, ({counts}) from {{}}_person as p")
    events = {table: value for table, value in EVENTS.items() if table in tables}
    moments = {table: f"select distinct {SUBJECT}, {TIMES[table]} as moment from {{}}_{table}" for table in events}
    moments["all tables"] = _all_days(events)
    for table, times in moments.items():
        listed = f"select {SUBJECT}, list({{}} order by moment) from ({times}) group by {SUBJECT}"
        yield Way("times", f"in {table}", listed.replace("{}", "moment", 1), "weeks")
        steps = f"select *, moment - lag(moment) over (partition by {SUBJECT} order by moment) as step from ({times})"
        every = f"select {SUBJECT}, list(step order by moment) from ({steps}) where step is not null group by {SUBJECT}"
        yield Way("intervals", f"all in {table}", every)
        yield Way("intervals", f"{RUN} in a row in {table}", _runs(steps, "step", order="moment"))
    for table, value in events.items():
        yield Way("values", f"all in {table}", _of_each(table, f"list({value} order by {value})"))
        rows = f"select {SUBJECT}, {TIMES[table]} as moment, {value} as value from {{}}_{table}"
        yield Way("values", f"{RUN} in a row in {table}", _runs(rows, "value", order="moment, value"))
        stepped = (
            f"select *, moment - lag(moment) over (partition by {SUBJECT} order by moment, value) as step from ({rows})"
        )
        yield Way(
            "values",
            f"{RUN} in a row in {table}, and the intervals",
            _runs(stepped, "(step, value)", order="moment, value"),
        )


def _names(tables: Tables) -> Iterator[Way]:
    """What the names of subjects and records, and the order of rows, tell by themselves."""
    yield Way("names", ORDER, f"select {SUBJECT}, row_number() over (order by {SUBJECT}) from {{}}_person")
    places = f"unnest(range(1, {PERSON_LETTERS - PIECE + 2}))::integer"
    yield Way(
        "names",
        f"{PIECE} letters of a subject",
        f"select {SUBJECT}, substr({SUBJECT}, {places}, {PIECE}) from {{}}_person",
    )
    for table, columns in tables.items():
        first = f"select {SUBJECT}, row_number() over (order by {{}}) from {{{{}}}}_{table} group by {SUBJECT}"
        yield Way("names", f"the order of rows in {table}", first.format("min(rowid)"))
        for column in columns:
            if column.endswith("_id") and column != SUBJECT:
                yield Way("names", f"the order of {table}.{column}", first.format(f'min("{column}")'))


def _of_each(table: str, sign: str) -> str:
    return f"select {SUBJECT}, {sign} from {{}}_{table} group by {SUBJECT}"


def _all_days(tables: Sequence[str] | Mapping[str, str]) -> str:
    parts = [f"select {SUBJECT}, cast({TIMES[table]} as date) as moment from {{}}_{table}" for table in tables]
    return " union ".join([*parts, f"select {SUBJECT}, death_date from {{}}_person where death_date is not null"])


def _runs(rows: str, value: str, *, order: str) -> str:
    """So many values in a row, from every place where a person's rows have as many."""
    window = f"over (partition by {SUBJECT} order by {order})"
    row = ", ".join([value, *(f"lag({value}, {back}) {window}" for back in range(1, RUN))])
    long_enough = f"row_number() {window} >= {RUN}"
    every = f"select {SUBJECT}, ({row}) as sign, {long_enough} as whole from ({rows})"
    return f"select {SUBJECT}, sign from ({every}) where whole"
