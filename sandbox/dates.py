"""The dates of a sandbox, as its permit has them: the SQL of each column, and which rows lie inside.

`exact`: as they are. `month`: the first of their month. `shifted`: moved by whole weeks, another number for each person
and project (`pseudonymisation/dates.py`); what could show how far is cut off at both ends of the period, and of the
data where they cover less. For the last two a birth date is a year, and whoever is 90 or older counts as 90.

Expressions stand over `source`, a mart table, and `subject`, with the columns `born`, `died`, `moved_days` and `seed`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pyarrow as pa

from pseudonymisation.dates import MAX_WEEKS, month_text, shifted_text
from sandbox.permits.model import Permit
from sandbox.tables import FAR_DATES, INTERVAL_ENDS, INTERVAL_REASONS, KNOWN_DAYS, MONTHS, TIMES

OLDEST = 90
AGE, BIRTH = "age_at_entry_years", ("person", "birth_date")

DAYS_OF_MONTH = 365.25 / 12

DataDays = Callable[[str, str, str], tuple[date, date] | None]


@dataclass(frozen=True, slots=True)
class Window:
    """The days [start, end) in which the released rows lie."""

    start: date
    end: date

    @property
    def is_empty(self) -> bool:
        """Whether no day lies inside."""
        return self.start == self.end


class Dates:
    """The rule of one permit.

    `data_days` gives the first and the last day that anybody in the warehouse has in a table, by the SQL of a row's
    first and last time; None when there is none.
    """

    def __init__(self, permit: Permit, data_days: DataDays) -> None:
        self.rule = permit.dates
        self._period = permit.period
        self._data_days = cache(data_days)
        reference = permit.period.end if permit.period else permit.valid_from
        self._oldest_year = reference.year - OLDEST if reference else None

    def value(self, table: str, column: str, data_type: str) -> str:
        """A column as SQL, as the permit shows it."""
        plain = f'source."{column}"'
        if self.rule == "exact" and column not in FAR_DATES.get(table, ()):
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
        return self._shown(table, TIMES[table]) if TIMES[table] else ""

    def limits(self, table: str) -> tuple[list[str], list[date]]:
        """Conditions that keep a table's rows inside the window, with the days to bind."""
        time, window = TIMES[table], self.window(table)
        if not (window and time):
            return [], []
        if window.is_empty:
            return ["false"], []
        end = INTERVAL_ENDS.get(table)
        starts, ends = self._moved_in(table, time), self._moved(end) if end else ""
        return (
            [
                f"{starts} < cast(? as date)",
                f"coalesce({ends} > cast(? as date), true)" if end else f"{starts} >= cast(? as date)",
            ],
            [window.end, window.start],
        )

    def window(self, table: str, column: str = "") -> Window | None:
        """The days in which a table's rows lie; of a table without a time, those in which a column's days lie.

        Where dates are moved, the first and the last day of the data would stand out: the window lies so far inside of
        both that it cannot be told who was moved there.
        """
        if self._period is None:
            return None
        if self.rule != "shifted":
            return Window(self._period.start, self._period.end)
        first, last = self._period.start, self._period.end
        time = TIMES[table] or column
        ends = f"coalesce({INTERVAL_ENDS[table]}, date '{date.max}')" if table in INTERVAL_ENDS else time
        if time and (days := self._data_days(table, time, ends)):
            first, last = max(first, days[0] + timedelta(1)), min(last, days[1])
        margin = timedelta(weeks=MAX_WEEKS)
        return Window(first + margin, max(first + margin, last - margin))

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
        moved, window = self._shown(table, plain), self.window(table, column)
        if window is not None and column in FAR_DATES.get(table, ()):
            return f"case when {moved} >= date '{window.start}' and {moved} < date '{window.end}' then {moved} end"
        if self.rule != "shifted" or window is None:
            return moved
        start, end = f"date '{window.start}'", f"date '{window.end}'"
        shown = self._drawn(table, column, start)
        if table in INTERVAL_ENDS:
            if column == INTERVAL_ENDS[table]:
                return f"case when {moved} < {end} then {shown} end"
            return f"case when {moved} < {start} then {start} else {shown} end" if column == TIMES[table] else shown
        if not TIMES[table]:
            return f"case when {moved} >= {start} and {moved} < {end} then {shown} end"
        return shown

    def _drawn(self, table: str, column: str, start: str) -> str:
        """A moved day; where it is one that everybody knows, a day drawn from those before, up to the known day before.

        By its weekday and date a moved quarter end would give away the weeks. The same day of a person is drawn alike
        in tables that know as many, and the order of days stays: known days are further apart than a draw goes back.
        """
        plain = f'source."{column}"'
        moved = self._moved_in(table, plain)
        if column not in KNOWN_DAYS.get(table, {}):
            return moved
        known, days = KNOWN_DAYS[table][column]
        drawn = f"cast(concat('0x', left(sha256(concat(subject.seed, {plain})), 8)) as bigint) % {days}"
        earliest = [start]
        if column == INTERVAL_ENDS.get(table):
            earliest.append(self._moved(f'source."{TIMES[table]}"'))
        floor = f"greatest({', '.join(earliest)}) + interval 1 day"
        return f"case when {known} then greatest({moved} - to_days(cast({drawn} as integer)), {floor}) else {moved} end"

    def _is_cut(self, table: str, column: str) -> str:
        """Whether a date at an end of an interval lies outside of the window, and is not shown."""
        moved, window = self._moved(f'source."{column}"'), self.window(table)
        if window is None:
            return "false"
        if column == INTERVAL_ENDS[table]:
            return f"{moved} >= date '{window.end}'"
        return f"{moved} < date '{window.start}'"

    def _age(self, plain: str) -> str:
        """The age at entry, at the first day of the window where the entry is cut; of the oldest no more than their
        year tells.
        """
        age, entry = plain, "source.entry_date"
        if self.rule == "shifted" and (window := self.window("cohort_membership")):
            first = f"date '{window.start}' - to_days(subject.moved_days)"
            cut = self._is_cut("cohort_membership", "entry_date")
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

    def _shown(self, table: str, time: str) -> str:
        return f"date_trunc('month', {time})" if self.rule == "month" else self._moved_in(table, time)

    def _moved_in(self, table: str, time: str) -> str:
        """A time of a table, moved: where it is a month, by the months nearest to the person's weeks."""
        if self.rule == "shifted" and table in MONTHS:
            return f"({time} + to_months(cast(round(subject.moved_days / {DAYS_OF_MONTH}) as integer)))"
        return self._moved(time)

    def _moved(self, time: str) -> str:
        return f"({time} + to_days(subject.moved_days))" if self.rule == "shifted" else time
