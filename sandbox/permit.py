"""Permits: what one project may see, as a checked model of a YAML file.

Here: reading a permit, checking it against the warehouse, activating a template. It is told in words in `explained.py`.
How its conditions become SQL and how its rows become a release is in `subjects.py` and `release.py`; which tables there
are is in `tables.py`; who is let in is in `grants.py`.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import duckdb
import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from pseudonymisation.dates import MAX_WEEKS
from sandbox.errors import PermitError
from sandbox.tables import KEY_DOMAINS, PERSON, REMEDIES, SCHEMA, SUBJECT, TELLS_MOVE, TIMES, suits


def _day(value: object) -> object:
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("write a day as 2026-01-31")


def _column(name: str) -> str:
    if name == PERSON:
        raise ValueError(f"{PERSON} never leaves the platform; leave it out, {SUBJECT} comes first in every table")
    return name


DENMARK = ZoneInfo("Europe/Copenhagen")
Name = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Column = Annotated[Name, AfterValidator(_column)]
Line = Annotated[StrictStr, Field(min_length=1, max_length=2000, pattern=r"\S")]
Day = Annotated[date, BeforeValidator(_day)]
Value = StrictBool | StrictInt | StrictFloat | Annotated[datetime, Strict()] | Annotated[date, Strict()] | StrictStr
Tier = Literal["practice", "research", "company"]
DateRule = Literal["exact", "month", "shifted"]
LEAST_CELL = 3  # Of two people each knows the other's value.


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, regex_engine="python-re", hide_input_in_errors=True)


class Condition(_Part):
    """One condition on one column. `in` and `starts_with` take several values; `between` takes [low, high)."""

    column: Column
    op: Literal["=", "!=", "<", "<=", ">", ">=", "in", "starts_with", "between"]
    value: Value | tuple[Value, ...]

    @model_validator(mode="after")
    def _fits(self) -> "Condition":
        several = isinstance(self.value, tuple)
        if self.column.endswith("_id"):
            raise ValueError("identifiers cannot be selected on; choose another column")
        if self.op == "between" and len(self.values) != 2:
            raise ValueError("between takes two values: [low, high)")
        if self.op == "in" and not (several and self.values):
            raise ValueError("in takes a list of values")
        if several and self.op not in {"in", "starts_with", "between"}:
            raise ValueError(f"{self.op} takes one value; use in for several")
        if not self.values:
            raise ValueError("give at least one value")
        return self

    @property
    def values(self) -> tuple[Value, ...]:
        """The value or values, always as a tuple."""
        return self.value if isinstance(self.value, tuple) else (self.value,)


class Membership(_Part):
    """People with (`not`: without) at least one row in a mart table that meets all conditions."""

    table: Name = Field(alias="in")
    where: tuple[Condition, ...] = ()
    negated: StrictBool = Field(default=False, alias="not")


class TableRequest(_Part):
    """The columns of one mart table, without person_id, and the conditions that its rows must meet."""

    columns: tuple[Column, ...] = Field(min_length=1)
    where: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> "TableRequest":
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("a column is named twice; name it once")
        return self


class Period(_Part):
    """Days [from, to) that rows must lie in."""

    start: Day = Field(alias="from")
    end: Day = Field(alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if self.start >= self.end:
            raise ValueError("from must lie before to")
        return self


class Permit(_Part):
    """A permit in force has `from` and `to`; a template has `duration_days` in their place."""

    project: Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9-]{2,39}$")]
    title: Line
    purpose: Line
    legal_basis: Line
    responsible: Line
    contact: Annotated[StrictStr, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    tier: Tier
    valid_from: Day | None = Field(default=None, alias="from")
    valid_to: Day | None = Field(default=None, alias="to")
    duration_days: Annotated[StrictInt, Field(ge=1, le=3660)] | None = None
    grant_days: Annotated[StrictInt, Field(ge=1, le=366)]
    dates: DateRule = "exact"
    small_cell_threshold: Annotated[StrictInt, Field(ge=1, le=100)] = 5
    rounding: Annotated[StrictInt, Field(ge=2, le=100)] | None = None
    period: Period | None = None
    population: tuple[Membership, ...] = Field(min_length=1)
    tables: dict[Name, TableRequest] = Field(min_length=1)

    @model_validator(mode="after")
    def _dated(self) -> "Permit":
        dated = self.valid_from is not None and self.valid_to is not None
        undated = self.valid_from is None and self.valid_to is None
        if not (dated if self.duration_days is None else undated):
            raise ValueError("give from and to, or duration_days alone in a template")
        if self.valid_from is not None and self.valid_to is not None and self.valid_from >= self.valid_to:
            raise ValueError("from must lie before to")
        return self

    @model_validator(mode="after")
    def _results(self) -> "Permit":
        if self.tier == "company" and self.small_cell_threshold < LEAST_CELL:
            raise ValueError(f"tier company needs a small_cell_threshold of {LEAST_CELL} or more")
        if self.rounding is not None and self.tier != "company":
            raise ValueError("rounding is of results, which only tier company gives; leave it out")
        return self

    @model_validator(mode="after")
    def _shiftable(self) -> "Permit":
        shortest = timedelta(weeks=2 * MAX_WEEKS + 1)
        if self.dates == "shifted" and not (self.period and self.period.end - self.period.start >= shortest):
            raise ValueError(
                f"dates: shifted needs a period of {shortest.days // 7} weeks or more, "
                f"of which {MAX_WEEKS} are cut off at each end"
            )
        return self

    @property
    def is_template(self) -> bool:
        """Whether the permit still has to be activated."""
        return self.duration_days is not None

    def covers(self, day: date) -> bool:
        """Whether the permit is in force on a day (Danish calendar)."""
        return self.valid_from is not None and self.valid_to is not None and self.valid_from <= day < self.valid_to

    def as_dict(self) -> dict[str, Any]:
        """The whole permit as plain JSON values, with the names that the YAML file uses."""
        return self.model_dump(mode="json", by_alias=True)


def schema() -> dict[str, Any]:
    """The form of a permit's file as JSON Schema, by which an editor completes and checks it while it is written."""
    return {"title": "Permit", **Permit.model_json_schema(by_alias=True)}


class _Loader(yaml.SafeLoader):
    """YAML in which a name that stands twice is an error: the later one would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def load(path: Path) -> Permit:
    """The permit in a YAML file. Raises PermitError: one line with the file, the field and the remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PermitError(f"{path.name}: expected a permit in UTF-8, found none that can be read; mend it") from error
    return _parse(text, name=path.name)


# The gateway reads the permits several times a second, and reading YAML is slow; the text tells whether it is the same.
@lru_cache(maxsize=256)
def _parse(text: str, *, name: str) -> Permit:
    try:
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise PermitError(f"{name}: {where}{problem}; mend the YAML") from error
    if not isinstance(content, dict):
        raise PermitError(f"{name}: expected the fields of a permit, found none; see permits/ for examples")
    try:
        return Permit.model_validate(content)
    except ValidationError as error:
        raise PermitError(f"{name}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, with its field, and how many more there are."""
    found = error.errors(include_url=False, include_input=False)
    # A field of many types reports one error for each of them; the types are no part of the field's name.
    parts = [str(part) for part in found[0]["loc"] if isinstance(part, int) or re.fullmatch(r"[a-z_]+", str(part))]
    field = ".".join(part for part in parts if part not in {"bool", "int", "float", "str", "date", "datetime"})
    remedy = "remove it or mend its name" if found[0]["type"] == "extra_forbidden" else "mend it"
    if found[0]["type"] == "missing":
        remedy = "add it"
    more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
    return f"{field or 'permit'}: {found[0]['msg'].removeprefix('Value error, ')}; {remedy}{more}"


def problems(permit: Permit, warehouse: Path) -> list[str]:
    """What in the permit does not fit the warehouse, one line each; empty when all of it fits."""
    if not warehouse.is_file():
        return ["warehouse: expected one to check against, found none; run the platform once first"]
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = ?", [SCHEMA]
        ).fetchall()
    types: dict[str, dict[str, str]] = {}
    for table, column, data_type in rows:
        types.setdefault(table, {})[column] = data_type
    return mismatches(permit, types)


def mismatches(permit: Permit, types: Mapping[str, Mapping[str, str]]) -> list[str]:
    """As `problems`, against tables given as {table: {column: DuckDB type}}."""
    return list(_mismatches(permit, types))


def _mismatches(permit: Permit, types: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for number, member in enumerate(permit.population):
        field = f"population.{number}"
        if member.table not in types or member.table not in TIMES:
            yield f"{field}.in: no table {member.table}; choose from {', '.join(TIMES)}"
            continue
        yield from _conditions(member.where, types[member.table], permit, field=field, table=member.table)
    for table, request in permit.tables.items():
        if table not in types or table not in TIMES:
            yield f"tables.{table}: no such table; choose from {', '.join(TIMES)}"
            continue
        for column in request.columns:
            if column not in types[table]:
                yield f"tables.{table}.columns: {table} has no column {column}; choose from {_choice(types[table])}"
            elif column.endswith("_id") and column not in KEY_DOMAINS:
                yield f"tables.{table}.columns: {column} has no project key; leave it out"
            elif permit.dates == "shifted" and column in TELLS_MOVE.get(table, ()):
                yield f"tables.{table}.columns: with dates: shifted, {column} tells how far people move; leave it out"
        yield from _conditions(request.where, types[table], permit, field=f"tables.{table}", table=table)


def _conditions(
    where: tuple[Condition, ...], types: Mapping[str, str], permit: Permit, *, field: str, table: str
) -> Iterator[str]:
    for number, condition in enumerate(where):
        at = f"{field}.where.{number}"
        found = types.get(condition.column)
        if found is None:
            yield f"{at}.column: {table} has no column {condition.column}; choose from {_choice(types)}"
        elif permit.dates == "shifted" and found in {"DATE", "TIMESTAMP"} and condition.column != "birth_date":
            yield f"{at}.column: with dates: shifted, a condition on days shows how far people are moved; use period"
        elif condition.op == "starts_with" and found != "VARCHAR":
            yield f"{at}.op: {condition.column} is {found}, and starts_with is for VARCHAR; use between or ="
        elif found == "BOOLEAN" and condition.op not in {"=", "!="}:
            yield f"{at}.op: {condition.column} is BOOLEAN; use = or !="
        elif not all(suits(value, found) for value in condition.values):
            yield f"{at}.value: {condition.column} is {found}; {REMEDIES.get(found, 'choose another column')}"


def _choice(types: Mapping[str, str]) -> str:
    return ", ".join(column for column in types if column != PERSON)


def activate(template: Path, today: date) -> str:
    """The YAML text of a template as a permit in force: [today, today + duration_days)."""
    permit = load(template)
    if permit.duration_days is None:
        raise PermitError(f"{template.name}: expected duration_days, found from and to; it is in force as it stands")
    end = today + timedelta(days=permit.duration_days)
    dated = f"from: {today.isoformat()}\nto: {end.isoformat()}"
    text = re.sub(r"^duration_days:.*$", dated, template.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    _parse(text, name=template.name)
    return text


def digest(permit: Permit) -> str:
    """SHA-256 of the permit's canonical JSON, hexadecimal."""
    canonical = json.dumps(permit.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def in_force(folder: Path, now: datetime) -> dict[str, Permit]:
    """The permits of a folder that cover the present day in Denmark, by project.

    Raises PermitError as `all_permits` does.
    """
    day = now.astimezone(DENMARK).date()
    return {project: permit for project, permit in all_permits(folder).items() if permit.covers(day)}


def all_permits(folder: Path) -> dict[str, Permit]:
    """The permits of a folder by project, those that have ended too.

    Raises PermitError when one cannot be read, is still a template, or names a project that another names too.
    """
    found: dict[str, Permit] = {}
    for path in sorted(folder.glob("*.yaml")):
        permit = load(path)
        if permit.is_template:
            raise PermitError(f"{path.name}: expected from and to, found duration_days; activate the template first")
        if permit.project in found:
            raise PermitError(f"{path.name}: project {permit.project} has another permit in this folder; remove one")
        found[permit.project] = permit
    return found
