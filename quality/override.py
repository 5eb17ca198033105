"""Overrides: that an expectation which does not hold lets a release through all the same, for a while.

Two people by name, a reason and a last day, in a file of its own in `state/overrides/`:

    expectation: death/same_day_as_person
    reason: DOD was delivered a week late; the dates of 12 people are mended with the next delivery.
    by: [Anne Holm, Peter Friis]
    until: 2026-12-31

It holds for a year at most. An expectation that nobody measured cannot be overridden, and one that there is not closes
the gate: a slip of the pen would else be seen by nobody. What an override let through stands in the manifest of the
release and in the audit log.
"""

import unicodedata
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError, field_validator

from quality.errors import OverrideError

LONGEST = timedelta(days=366)
Line = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class Override(BaseModel):
    """One expectation, such as `death/same_day_as_person`, that may fail up to and with a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    expectation: str = Field(pattern=r"^[a-z][a-z0-9_]*/[a-z0-9][a-z0-9_.]*$")
    reason: Line
    by: tuple[Line, Line]
    until: Annotated[date, Strict()]

    @field_validator("by")
    @classmethod
    def _two_people(cls, by: tuple[str, str]) -> tuple[str, str]:
        letters = {"".join(filter(str.isalpha, unicodedata.normalize("NFKC", name))).casefold() for name in by}
        if len(letters - {""}) < 2:
            raise ValueError("two different people must stand for it")
        return by

    def not_in_force(self, day: date) -> str | None:
        """Why it is not in force on a day: it has ended, or ends more than a year ahead. None where it is."""
        if day > self.until:
            return f"it ended on {self.until}"
        if self.until > day + LONGEST:
            return f"it ends on {self.until}, more than a year ahead; give it an end within a year"
        return None


def overrides(folder: Path) -> list[Override]:
    """All overrides that were ever put there, in the order of their files. Raises OverrideError, naming the file."""
    return [_read(path) for path in sorted(folder.glob("*.y*ml"))]


def _read(path: Path) -> Override:
    try:
        return Override.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise OverrideError(
            f"state/overrides/{path.name}: {place}: {first['msg'].lower()}; expected expectation, reason, by (two "
            "people) and until"
        ) from None
    except (yaml.YAMLError, ValueError, OSError):
        raise OverrideError(f"state/overrides/{path.name} is not YAML; correct it, or take it away") from None
