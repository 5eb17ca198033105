"""A permit: what one project may see, by whom, why and until when, as a checked model.

Its fields are those of a data permit under article 68 of the European Health Data Space (Regulation (EU) 2025/327),
and what the platform needs to cut a release. How it is read is in `file.py`, whether it fits the warehouse in `fit.py`,
who approved it in `versions.py`; it is told in words in `explained.py`.
"""

import hashlib
import json
import unicodedata
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

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
    model_validator,
)

from pseudonymisation.dates import MAX_WEEKS
from sandbox.tables import PERSON, SUBJECT


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


def _line(text: str) -> str:
    if any(unicodedata.category(letter) in {"Cc", "Cf"} and letter not in "\n\t" for letter in text):
        raise ValueError("a character that cannot be seen could hide or move the others; remove it")
    return text


DENMARK = ZoneInfo("Europe/Copenhagen")
Name = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Column = Annotated[Name, AfterValidator(_column)]
Line = Annotated[StrictStr, Field(min_length=1, max_length=2000, pattern=r"\S"), AfterValidator(_line)]
Day = Annotated[date, BeforeValidator(_day)]
Value = StrictBool | StrictInt | StrictFloat | Annotated[datetime, Strict()] | Annotated[date, Strict()] | StrictStr
Tier = Literal["practice", "research", "company"]
DateRule = Literal["exact", "month", "shifted"]
LEAST_CELL = 3  # Of two people each knows the other's value.


# What a project is, and how far it has come.
Kind = Literal["research", "company_test"]
Phase = Literal["micro_trial", "pilot", "large_scale"]
# Article 53(1) of the European Health Data Space, letters a to f.
PurposeOfUse = Literal[
    "public_interest_in_health",
    "policy_making",
    "statistics",
    "education",
    "scientific_research",
    "improvement_of_care",
]
PartyKind = Literal["region", "municipality", "university", "technology_institute", "company"]
RETENTION_DAYS = 183  # Article 68: what was given is deleted within six months of the permit's end.


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Party(_Part):
    """An organisation that takes part in a project."""

    name: Line
    kind: PartyKind


class Person(_Part):
    """Somebody who may be given access, by the login name of the platform, and for which party."""

    login: Annotated[StrictStr, Field(min_length=1, max_length=100, pattern=r"^\S+$")]
    party: Line


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
    """A permit in force has `from` and `to`; a template has `duration_days` in their place.

    `controller` decides what the data are used for. The first of `people` is the principal investigator; where there
    are none, which only tier practice may have, anyone may be given access. `opt_outs` says why people who have opted
    out are in the data, if they are. Releases are destroyed `retention_days` after the permit's end.
    """

    project: Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9-]{2,39}$")]
    version: Annotated[StrictInt, Field(ge=1, le=9999)] = 1
    title: Line
    kind: Kind
    phase: Phase
    purpose: Line
    purpose_of_use: PurposeOfUse
    legal_basis: Line
    controller: Line
    parties: tuple[Party, ...] = Field(min_length=1)
    people: tuple[Person, ...] = ()
    contact: Annotated[StrictStr, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    conditions: tuple[Line, ...] = ()
    opt_outs: Line | None = None
    fee_dkk: Annotated[StrictInt, Field(ge=0)] = 0
    tier: Tier
    valid_from: Day | None = Field(default=None, alias="from")
    valid_to: Day | None = Field(default=None, alias="to")
    duration_days: Annotated[StrictInt, Field(ge=1, le=3660)] | None = None
    grant_days: Annotated[StrictInt, Field(ge=1, le=366)]
    retention_days: Annotated[StrictInt, Field(ge=0, le=RETENTION_DAYS)]
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
    def _known_people(self) -> "Permit":
        parties, logins = {party.name for party in self.parties}, [person.login for person in self.people]
        if len(parties) != len(self.parties) or len(set(logins)) != len(logins):
            raise ValueError("a party or a person is named twice; name each once")
        if stranger := next((person.party for person in self.people if person.party not in parties), None):
            raise ValueError(f"people name a party {stranger} that is none of the parties; add it to them")
        if not self.people and self.tier != "practice" and not self.is_template:
            raise ValueError(f"tier {self.tier} needs the people who may be given access; add people")
        return self

    @model_validator(mode="after")
    def _suits_its_kind(self) -> "Permit":
        if self.kind == "research" and self.tier == "company":
            raise ValueError("kind research goes with tier research or practice; choose company_test for tier company")
        if self.kind == "company_test" and self.tier == "research":
            raise ValueError("kind company_test goes with tier company or practice; rows of people are for research")
        if self.kind == "company_test" and all(party.kind != "company" for party in self.parties):
            raise ValueError("kind company_test needs a party of kind company; add it to the parties")
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

    def admits(self, login: str) -> bool:
        """Whether somebody may be given access."""
        return not self.people or any(person.login == login for person in self.people)

    @property
    def destroyed_on(self) -> date | None:
        """The first day on which no release may be left; None for a template."""
        return self.valid_to and self.valid_to + timedelta(days=self.retention_days)

    def covers(self, day: date) -> bool:
        """Whether the permit is in force on a day (Danish calendar)."""
        return self.valid_from is not None and self.valid_to is not None and self.valid_from <= day < self.valid_to

    def as_dict(self) -> dict[str, Any]:
        """The whole permit as plain JSON values, with the names that the YAML file uses."""
        return self.model_dump(mode="json", by_alias=True)


def digest(permit: Permit) -> str:
    """SHA-256 of the permit's canonical JSON, hexadecimal."""
    canonical = json.dumps(permit.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
