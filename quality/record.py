"""Records: what was measured, on which edition of the warehouse, kept as files so that the newest can be asked for.

A record holds counts and names of rules, never a value of a row. What a record means is in `judge.py` and `gate.py`.
"""

import json
import math
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from quality.errors import MeasureError
from quality.expectation import TableExpectations
from quality.measure import Measure, Month, is_count, marts, measure_all, opened

MOST = 100  # Records that are looked through for earlier editions.
_NAME = re.compile(r"\d{8}T\d{12}\.json")


@dataclass(frozen=True, slots=True)
class Edition:
    """One content of the warehouse: the digest of what decided it, when it was built (UTC), by which code, and the size
    and the time of its file, which a write to it changes.
    """

    basis: str
    built_at: str
    code_version: str
    file: str


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that was measured at one moment (UTC): of which edition, by which code, which marts were there, and
    the counts.
    """

    edition: Edition
    measured_by: str
    measured_at: datetime
    marts: tuple[str, ...]
    measures: tuple[Measure, ...]

    def of(self, table: str, expectation: str) -> Measure | None:
        """The measure of one expectation."""
        return next((m for m in self.measures if (m.table, m.expectation) == (table, expectation)), None)


@dataclass(frozen=True, slots=True)
class Records:
    """The records of an installation, one file each; the name is the moment."""

    folder: Path

    def put(self, record: Record) -> Path:
        """Keep a record. It appears whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{record.measured_at:%Y%m%dT%H%M%S%f}.json"
        draft = path.with_name(f".{path.name}")
        told = {
            "edition": asdict(record.edition),
            "measured_by": record.measured_by,
            "measured_at": record.measured_at.isoformat(),
            "marts": record.marts,
            "measures": [asdict(m) | {"months": [astuple(month) for month in m.months]} for m in record.measures],
        }
        with draft.open("w", encoding="utf-8") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        return draft.replace(path)

    def newest(self) -> Record | None:
        """The record that was made last; None when there is none. Raises MeasureError when it cannot be read."""
        return next((_read(path) for path in self._paths()), None)

    def by_edition(self, number: int) -> list[Record]:
        """The last record of each of the last editions, the newest first, to be told of; nothing is decided on them.

        A delivery makes an edition; to measure it again makes none. What cannot be read is passed over.
        """
        told: dict[Edition, Record] = {}
        for path in islice(self._paths(), MOST):
            with suppress(MeasureError):
                record = _read(path)
                told.setdefault(record.edition, record)
            if len(told) == number:
                break
        return list(told.values())

    def _paths(self) -> list[Path]:
        return sorted((path for path in self.folder.glob("*.json") if _NAME.fullmatch(path.name)), reverse=True)


def measured(
    warehouse: Path,
    expected: Mapping[str, TableExpectations],
    edition: Edition,
    *,
    measured_by: str,
    memory_limit: str = "4GB",
) -> Record:
    """Measure every expectation on a warehouse file as it is now. Raises MeasureError when one cannot be measured."""
    at = datetime.now(UTC)
    with opened(warehouse, memory_limit) as connection:
        return Record(edition, measured_by, at, marts(connection), tuple(measure_all(connection, expected)))


def _read(path: Path) -> Record:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        measures = (
            Measure(**{**measure, "months": tuple(Month(*month) for month in measure["months"])})
            for measure in told["measures"]
        )
        return Record(
            edition=Edition(**told["edition"]),
            measured_by=str(told["measured_by"]),
            measured_at=datetime.fromisoformat(told["measured_at"]),
            marts=tuple(told["marts"]),
            measures=tuple(map(_sound, measures)),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise MeasureError(
            f"the record {path.name} cannot be read ({type(error).__name__}); measure again: oeverum quality run"
        ) from None


def _sound(measure: Measure) -> Measure:
    """A measure with counts that can be. Raises ValueError: a record that was written by hand decides nothing."""
    counts = [measure.rows, measure.failing, *(count for m in measure.months for count in (m.rows, m.failing))]
    if not all(map(is_count, counts)):
        raise ValueError("no count")
    if measure.value is not None and not math.isfinite(measure.value):
        raise ValueError("no figure")
    return measure
