"""Expectations as data: what must hold for each mart and each source, one file per table in `quality/expectations/`.

Every expectation can be counted: so many rows of the table fail it. How it is counted is in `measure.py`, what a count
means in `judge.py`, what follows in `gate.py`.

| kind | fields | a row fails when |
|---|---|---|
| `not_null` | `column` | the column is NULL |
| `unique` | `columns`, `numbered` | an earlier row has the same values |
| `accepted` | `column`, `values` | the column holds another value; NULL passes |
| `condition` | `sql` | the expression is false; NULL passes |
| `code` | `column`, `system`, `main_groups`, `day`, `until` | the code was not valid on the day; NULL passes |
| `references` | `column`, `table`, `target` | the value is not in the other table's column; NULL passes |
| `not_after` | `time`, `column`, `table`, `target`, `day`, `days` | its time is more than `days` after the day there |
| `count` | `sql` | the query counts it |
| `row_count` | `min` | the table has fewer rows: then one failure |
| `complete` | `by`, `least`, `usual_from` | a month, of each value of `by`, has less than `least` of the median |
| `volume` | `time`, `low`, `high` | the newest delivery has other than `low` to `high` times the rows a day |
| `drift` | `sql`, `numeric`, `max_psi` | the last year is further from the year before than that index |

NULL passes where the table says so, as in a CHECK of SQL; `required_present` of each mart holds what must not be NULL.
Nothing is told of codes whose system the newest list does not hold, as of what was seen in too few rows.
The rows of a source are looked at beside what their rules need of other tables, and counted by delivery and month; the
last three kinds are about sources, for they need a time.
Failing rows are borne up to `max_share` of the rows or up to `max_failing` rows, whichever is more; by default none.
"""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from quality.errors import ExpectationError

Severity = Literal["error", "warning"]
NAME = r"^[a-z][a-z0-9_]*$"
Text = Annotated[str, Field(min_length=1)]


class _Base(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_.]*$")
    title: Text
    why: Text
    source: Text
    severity: Severity = "error"
    max_share: float = Field(default=0.0, ge=0, lt=1)
    max_failing: int = Field(default=0, ge=0)

    def limit(self, rows: int) -> float:
        """The largest share of failing rows that is borne in a table of so many rows."""
        return max(self.max_share, self.max_failing / rows if rows else 0.0)


class NotNull(_Base):
    """The column is never NULL."""

    kind: Literal["not_null"]
    column: str = Field(pattern=NAME)


class Unique(_Base):
    """No two rows share the values of the columns; `numbered`: the one column numbers rows within deliveries."""

    kind: Literal["unique"]
    columns: tuple[Annotated[str, Field(pattern=NAME)], ...] = Field(min_length=1)
    numbered: bool = False

    @model_validator(mode="after")
    def _one_number(self) -> "Unique":
        if self.numbered and len(self.columns) > 1:
            raise ValueError("numbered is for one column")
        return self


class Accepted(_Base):
    """The column holds one of the values, or NULL."""

    kind: Literal["accepted"]
    column: str = Field(pattern=NAME)
    values: tuple[str, ...] = Field(min_length=1)


class Condition(_Base):
    """An SQL expression over the columns of one row, which is called `t`."""

    kind: Literal["condition"]
    sql: Text


class Code(_Base):
    """The column holds a code that its system's list says was valid on a day, and every day from there `until` another
    where that is told and later; code and day may be NULL. `day` and `until` are SQL expressions over the columns of
    one row, which is called `t`. `main_groups` are the first letters that a code of the kind may have, such as D of
    diagnoses in SKS; without them any code of the system will do.
    """

    kind: Literal["code"]
    column: str = Field(pattern=NAME)
    system: Literal["SKS", "ATC", "NPU", "SOR", "FSIII"]
    main_groups: tuple[Annotated[str, Field(pattern=r"^[A-ZÆØÅ]$")], ...] = ()
    day: Text
    until: Text | None = None


class References(_Base):
    """The value stands in a column of another mart, or is NULL."""

    kind: Literal["references"]
    column: str = Field(pattern=NAME)
    table: str = Field(pattern=NAME)
    target: str = Field(pattern=NAME)


class NotAfter(_Base):
    """The `time` of a row, a date or a timestamp, is at most so many days after a `day` of the row of another mart that
    it refers to, as in References; a row passes where anything of this is NULL or is not there.
    """

    kind: Literal["not_after"]
    time: str = Field(pattern=NAME)
    column: str = Field(pattern=NAME)
    table: str = Field(pattern=NAME)
    target: str = Field(pattern=NAME)
    day: str = Field(pattern=NAME)
    days: int = Field(default=0, ge=0)


class Count(_Base):
    """An SQL query that counts the failing rows; for what needs more than one row at a time."""

    kind: Literal["count"]
    sql: Text


class RowCount(_Base):
    """The table has at least so many rows."""

    kind: Literal["row_count"]
    min: int = Field(ge=1)


class Complete(_Base):
    """No month between the first and the last has few rows, of the whole table or of each value of a column.

    Rows of one person come and go together: groups that usually have fewer people a month than `usual_from` are left
    out, for chance makes their months thin.
    """

    kind: Literal["complete"]
    by: str | None = Field(default=None, pattern=NAME)
    least: float = Field(default=0.5, gt=0, lt=1)
    usual_from: int = Field(default=200, ge=1)

    @property
    def limits(self) -> str:
        """Which figures are borne, in words."""
        return f"at least {self.least:g}"


class Volume(_Base):
    """The newest delivery has about as many rows for each day that it spans as those before; `time` is the column of
    the lake by which it spans.
    """

    kind: Literal["volume"]
    time: Text
    low: float = Field(default=0.7, gt=0, lt=1)
    high: float = Field(default=1.4, gt=1)

    @property
    def limits(self) -> str:
        """Which figures are borne, in words."""
        return f"{self.low:g} to {self.high:g}"


class Drift(_Base):
    """An SQL expression over a row `t` is distributed as in the year before, by the population stability index: of its
    values, or of the tenths of the year before where it is `numeric`. 0.1 is called some drift, 0.25 much. Of fewer
    people in either year than `people_from` nothing is told, for chance makes them differ.
    """

    kind: Literal["drift"]
    sql: Text
    numeric: bool = False
    max_psi: float = Field(default=0.25, gt=0)
    people_from: int = Field(default=1000, ge=1)

    @property
    def limits(self) -> str:
        """Which figures are borne, in words."""
        return f"at most {self.max_psi:g}"


OfOneRow = NotNull | Accepted | Condition | Code  # What one row fails or not.
OverTime = Complete | Volume | Drift  # What is seen in many rows over time.
Expectation = Annotated[
    OfOneRow | Unique | References | NotAfter | Count | RowCount | OverTime, Field(discriminator="kind")
]


class Delivered(BaseModel):
    """How the rows of a source are looked at: `rows` is a select of them, with `person_id` and `_delivery`, beside what
    their rules need of other tables; `month` is the time of a row (called `t`) by whose month it is counted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: Text
    month: Text

    @property
    def relation(self) -> str:
        """The rows in SQL, called `t`."""
        return f"(\n{self.rows}) as t"


class TableExpectations(BaseModel):
    """All that is expected of one table: a mart, or a source when it says how it is `delivered`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(pattern=NAME)
    owner: Text
    delivered: Delivered | None = None
    expectations: tuple[Expectation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _of_single_rows(self) -> "TableExpectations":
        if self.delivered and (whole := [e.id for e in self.expectations if not isinstance(e, OfOneRow | OverTime)]):
            raise ValueError(f"{whole[0]} is not about single rows, which alone can be counted by month")
        if not self.delivered and (series := [e.id for e in self.expectations if isinstance(e, OverTime)]):
            raise ValueError(f"{series[0]} needs a time, which a table has that says how it is delivered")
        return self


def load_all(folder: Path) -> dict[str, TableExpectations]:
    """The expectations of every table. Raises ExpectationError, naming file, expectation and field."""
    loaded = [load(path) for path in sorted(folder.rglob("*.yaml"))]
    if not loaded:
        raise ExpectationError(f"{folder.name}/ holds no expectation; expected one <table>.yaml per mart")
    tables = [of_table.table for of_table in loaded]
    if repeated := sorted({table for table in tables if tables.count(table) > 1}):
        raise ExpectationError(f"{', '.join(repeated)} has two files in {folder.name}/; put all into one")
    return dict(zip(tables, loaded, strict=True))


def load(path: Path) -> TableExpectations:
    """The expectations of one table. Raises ExpectationError, naming file, expectation and field."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else "the file"
        raise ExpectationError(f"{path.name}: {line} is not YAML; correct it") from error
    try:
        loaded = TableExpectations.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise ExpectationError(
            f"{path.name}: {_place(first['loc'], document)}: {first['msg'].lower()}; correct the field"
        ) from error
    if loaded.table != path.stem:
        raise ExpectationError(f"{path.name}: table is {loaded.table}; name the file {loaded.table}.yaml")
    ids = [expectation.id for expectation in loaded.expectations]
    if repeated := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise ExpectationError(f"{path.name}: {', '.join(repeated)} stands twice; give each an id of its own")
    return loaded


def _place(loc: tuple[int | str, ...], document: object) -> str:
    """Where a mistake is: the path of the field, and the id of its expectation when it has one."""
    place = ".".join(str(part) for part in loc) or "the file"
    match loc, document:
        case ("expectations", int(number), *_), {"expectations": list(listed)}:
            one = listed[number]
            return f"{place} ({one['id']})" if isinstance(one, dict) and "id" in one else place
        case _:
            return place
