"""The dates of a sandbox, as its permit has them: the SQL of each column, and which rows lie inside.

`exact`: as they are. `month`: the first of their month. `shifted`: moved by whole weeks, another number for each person
and project (`pseudonymisation/dates.py`); what could show how far is cut off at both ends of the period. For the last
two a birth date is a year, and whoever is 90 or older counts as 90.

Expressions stand over `source`, a mart table, and `subject`, with the columns `born` and `moved_days`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from pseudonymisation.dates import MAX_WEEKS, month_text, shifted_text
from sandbox.permit import Permit
from sandbox.tables import INTERVAL_ENDS, INTERVAL_REASONS, TIMES

OLDEST = 90
AGE, BIRTH = "age_at_entry_years", ("person", "birth_date")


@dataclass(frozen=True, slots=True)
class Window:
    """The days [start, end) in which the released rows lie."""

    start: date
    end: date


class Dates:
    """The rule of one permit."""

    def __init__(self, permit: Permit) -> None:
        self.rule = permit.dates
        self.window = _window(permit)
        reference = permit.period.end if permit.period else permit.valid_from
        self._oldest_year = reference.year - OLDEST if reference else None

    def value(self, table: str, column: str, data_type: str) -> str:
        """A column as SQL, as the permit shows it."""
        plain = f'source."{column}"'
        if self.rule == "exact":
            return plain
        if (table, column) == BIRTH:
            return f"make_date({self._year_of(f'year({plain})')}, 1, 1)"
        if column == AGE:
            return self._age(plain)
        if data_type in {"DATE", "TIMESTAMP"}:
            return f"cast({self._time(table, column)} as {data_type})"
        if (cut := INTERVAL_REASONS.get(table, {}).get(column)) and self.rule == "shifted":
            return f"case when {self._is_cut(table, cut)} then null else {plain} end"
        return plain

    def order(self, table: str) -> str:
        """The time of a table's rows as SQL, as coarse as the permit shows it; empty when it has none."""
        return self._shown(TIMES[table]) if TIMES[table] else ""

    def limits(self, table: str) -> tuple[list[str], list[date]]:
        """Conditions that keep a table's rows inside the window, with the days to bind."""
        time = TIMES[table]
        if not (self.window and time):
            return [], []
        end = INTERVAL_ENDS.get(table)
        starts, ends = self._moved(time), self._moved(end) if end else ""
        return (
            [
                f"{starts} < cast(? as date)",
                f"coalesce({ends} > cast(? as date), true)" if end else f"{starts} >= cast(? as date)",
            ],
            [self.window.end, self.window.start],
        )

    def texts(self, texts: pa.Array, written: pa.Array, moved_days: pa.Array) -> pa.Array:
        """Notes with the dates in them as the permit shows dates."""
        rows = zip(texts.to_pylist(), written.to_pylist(), moved_days.to_pylist(), strict=True)
        return pa.array([self._text(*row) for row in rows], texts.type)

    def _text(self, text: str | None, written: date | None, days: int) -> str | None:
        if text is None or self.rule == "exact":
            return text
        written_on = date(written.year, written.month, written.day) if written else date(2000, 1, 1)
        if self.rule == "month":
            return month_text(text, written_on=written_on)
        return shifted_text(text, days=days, written_on=written_on)

    def _time(self, table: str, column: str) -> str:
        plain = f'source."{column}"'
        shown = self._shown(plain)
        if self.rule != "shifted" or self.window is None:
            return shown
        start, end = f"date '{self.window.start}'", f"date '{self.window.end}'"
        if table in INTERVAL_ENDS:
            if column == INTERVAL_ENDS[table]:
                return f"case when {shown} < {end} then {shown} end"
            return f"greatest({shown}, {start})" if column == TIMES[table] else shown
        if not TIMES[table]:
            return f"case when {shown} >= {start} and {shown} < {end} then {shown} end"
        return shown

    def _is_cut(self, table: str, column: str) -> str:
        """Whether a date at an end of an interval lies outside of the window, and is not shown."""
        moved = self._moved(f'source."{column}"')
        if self.window is None:
            return "false"
        if column == INTERVAL_ENDS[table]:
            return f"{moved} >= date '{self.window.end}'"
        return f"{moved} < date '{self.window.start}'"

    def _age(self, plain: str) -> str:
        """The age at entry, at the day that is shown as the entry; of the oldest no more than their year tells."""
        age, entry = plain, "source.entry_date"
        if self.rule == "shifted" and self.window:
            first = f"date '{self.window.start}' - to_days(subject.moved_days)"
            cut = self._is_cut("cohort", "entry_date")
            age = f"case when {cut} then date_sub('year', subject.born, {first}) else {age} end"
            entry = f"greatest({entry}, {first})"
        if self._oldest_year is None:
            return f"least({age}, {OLDEST})"
        return (
            f"cast(case when year(subject.born) <= {self._oldest_year} "
            f"then least({age}, year({entry}) - {self._oldest_year}) else least({age}, {OLDEST}) end as integer)"
        )

    def _year_of(self, year: str) -> str:
        return year if self._oldest_year is None else f"greatest({year}, {self._oldest_year})"

    def _shown(self, time: str) -> str:
        return f"date_trunc('month', {time})" if self.rule == "month" else self._moved(time)

    def _moved(self, time: str) -> str:
        return f"({time} + to_days(subject.moved_days))" if self.rule == "shifted" else time


def _window(permit: Permit) -> Window | None:
    if permit.period is None:
        return None
    margin = timedelta(weeks=MAX_WEEKS if permit.dates == "shifted" else 0)
    return Window(permit.period.start + margin, permit.period.end - margin)
