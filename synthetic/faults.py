"""Planted faults: rows that break the contract on purpose, each recorded with its row, column and rule.

All other rows obey the contracts. Faults are planted last, into the rows as they will be written. Beside rows, a few
whole deliveries can be spoilt; those are for dials from one half on, because they can stop a delivery.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic.columns import Bools, Period, replaced
from synthetic.world import Rows

SHARE = 4e-4  # Of the rows of a source, for every kind of fault, when the dial stands at 1.
SPOILT_FROM = 0.5  # From this dial on, whole deliveries are spoilt.

Value = Any
Record = dict[str, Value]


@dataclass(frozen=True)
class Fault:
    """One kind of fault: the rule that it breaks, the column, and what the column becomes, given the row.

    `needs` names columns that must hold a value for the fault to show.
    """

    rule: str
    column: str
    becomes: Callable[[Record], Value]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repeat:
    """A row that is sent again: whole (`duplicate_row`), or with other values under the same key."""

    rule: str
    column: str = ""
    becomes: Callable[[Record], Value] | None = None


@dataclass(frozen=True)
class Planted:
    """One planted fault in a piece of a file; `row` counts the rows of the piece from 0."""

    row: int
    column: str
    rule: str


@dataclass(frozen=True)
class Spoilt:
    """A fault of a whole delivery: the source whose first delivery it spoils, and the rule that must notice."""

    source: str
    rule: str


HEADER = Spoilt("bef", "columns")  # The names of the columns in capitals, which the later deliveries write small.
ENCODING = Spoilt("laboratoriesvar", "encoding")  # UTF-8 where the contract says Latin-1.
MONTH = Spoilt("hjemmepleje_besoeg", "completeness")  # Nothing of one municipality in one month.
MISSING_MUNICIPALITY = "0746"


def _is(value: Value) -> Callable[[Record], Value]:
    return lambda row: value


def _day_32(column: str) -> Callable[[Record], Value]:
    return lambda row: "32" + row[column][2:]


def _nine_digits(column: str) -> Callable[[Record], Value]:
    return lambda row: row[column][:9]


def _letter_o(column: str) -> Callable[[Record], Value]:
    return lambda row: row[column][:6] + "O" + row[column][7:]


def _before(column: str, minutes: int) -> Callable[[Record], Value]:
    return lambda row: row[column] - timedelta(minutes=minutes)


def _day_after(column: str) -> Callable[[Record], Value]:
    return lambda row: (date.fromisoformat(row[column]) + timedelta(days=1)).isoformat()


CONTACT_START, CONTACT_END = "kont_starttidspunkt", "kont_sluttidspunkt"

FAULTS: dict[str, tuple[Fault | Repeat, ...]] = {
    "bef": (
        Fault("type", "foed_dag", _is("1954-02-30")),
        Fault("type", "foed_dag", _is("1971-13-01")),
        Fault("valid_values", "koen", _is("3")),
        Fault("required", "kom", _is(None)),
        Fault("range", "opr_land", _is("12")),
        Fault("born_before_reference", "foed_dag", _is("2199-01-01")),
    ),
    "dod": (
        Fault("range", "alder_haend", _is("188")),
        Repeat("duplicate_row"),
        Repeat("duplicate_key", "doddato", _day_after("doddato")),
    ),
    "lpr_a_kontakt": (
        Fault("valid_values", "kont_type", _is("ALCA99")),
        Fault("valid_values", "kont_type", _is("ALCA99")),
        Fault("05.11", CONTACT_END, _before(CONTACT_START, 45), (CONTACT_END,)),
        Fault("05.11", CONTACT_END, lambda row: row[CONTACT_START], (CONTACT_END,)),
        Fault("05.12", "beh_starttidspunkt", _before(CONTACT_START, 30)),
        Fault("01.01", "borger_foedselsdato", lambda row: row[CONTACT_START].date() + timedelta(days=9)),
        Fault("valid_values", "prioritet", _is("ATA2")),
        Fault("valid_values", "kont_aarsag", _is("ALCC06")),
        Fault("pattern", "kont_ans", _is("6620")),
        Fault("pattern", "adiag", _is("E119"), ("adiag",)),
    ),
    "lpr_a_diagnose": (
        Fault("valid_values", "diag_kode_type", _is("Q")),
        Fault("valid_values", "diag_kode_type", _is("Q")),
        Fault("pattern", "diag_kode", _is("J189")),
        Fault("required", "diag_kode", _is(None)),
    ),
    "lpr_a_procedure": (
        Fault("11.01", "proc_sluttidspunkt", lambda row: row["proc_starttidspunkt"]),
        Fault("valid_values", "proc_kode_type", _is("Q")),
    ),
    "lmdb": (
        Fault("type", "apk", _is("to")),
        Fault("type", "apk", _is("1 pk")),
        Fault("cpr", "pnr", _day_32("pnr")),
        Fault("cpr", "pnr", _nine_digits("pnr")),
        Fault("cpr", "pnr", _letter_o("pnr")),
        Fault("pattern", "atc", _is("10BA02")),
        Fault("required", "eksd", _is(None)),
        Fault("range", "apk", _is("5000")),
        Repeat("duplicate_row"),
    ),
    "sssy": (
        Fault("pattern", "honuge", _is("2160")),
        Fault("type", "ydlant", _is("x")),
        Repeat("duplicate_row"),
    ),
    "laboratoriesvar": (
        Fault("cpr", "patient_cpr", _day_32("patient_cpr")),
        Fault("cpr", "patient_cpr", _nine_digits("patient_cpr")),
        Fault("type", "numerisksvar", _is("7.4")),
        Fault("required", "svar", _is(None)),
        Fault("answered_after_sampling", "datotid_sidstesvar", _is("2001-01-01 08:00")),
    ),
    "hjemmepleje_besoeg": (
        Fault("valid_values", "besoeg_status", _is("udført")),
        Fault("visit_ends_after_start", "slut", lambda row: row["start"], ("start", "slut")),
        Fault("range", "leveret_minutter", _is("5000")),
        Repeat("duplicate_row"),
    ),
    "journalnotat": (
        Fault("valid_values", "notat_type", _is("fritekst")),
        Fault("required", "notat_tidspunkt", _is(None)),
    ),
}


def plant(
    source: str, rows: pa.Table, *, spared: Bools, dial: float, certain: bool, rng: np.random.Generator
) -> tuple[pa.Table, list[Planted]]:
    """A piece of a delivery with faults on distinct rows that are not `spared`, and the list of them.

    Of each kind as many as the dial asks for, and one at least where `certain`. A row that is sent again stands at the
    end. A table too small for all its faults gets fewer.
    """
    kinds = list(_kinds(source, rows.num_rows, dial=dial, certain=certain, rng=rng))
    if not kinds:
        return rows, []
    free = rng.permutation(np.flatnonzero(~spared))[: 400 + 40 * len(kinds)].tolist()
    changes: dict[str, dict[int, Value]] = {}
    extra: list[pa.Table] = []
    planted: list[Planted] = []
    for fault in kinds:
        at = _suitable(rows, free, fault.needs if isinstance(fault, Fault) else ())
        if at is None:
            continue
        free.remove(at)
        number = at
        if isinstance(fault, Fault):
            changes.setdefault(fault.column, {})[at] = fault.becomes(record(rows, at))
        else:
            again = rows.slice(at, 1)
            if fault.becomes is not None:
                again = changed(again, fault.column, {0: fault.becomes(record(rows, at))})
            extra.append(again)
            number = rows.num_rows + len(extra) - 1
        planted.append(Planted(number, fault.column, fault.rule))
    for column, values in changes.items():
        rows = changed(rows, column, values)
    return pa.concat_tables([rows, *extra]), planted


def missing_month(period: Period) -> np.datetime64:
    """The month that is missing: June of the last year."""
    return np.datetime64(f"{period.last_year}-06", "M")


def without_month(rows: Rows, period: Period) -> Rows:
    """The visits of home care without those of one municipality in the month that is missing."""
    month = rows.table.column("planlagt_start").to_numpy().astype("datetime64[M]")
    there = pc.equal(rows.table.column("kommune_kode"), MISSING_MUNICIPALITY).to_numpy(zero_copy_only=False)
    return rows.where(~(there & (month == missing_month(period))))


def _kinds(source: str, size: int, *, dial: float, certain: bool, rng: np.random.Generator) -> Iterator[Fault | Repeat]:
    if dial <= 0 or not size:
        return
    for fault in FAULTS.get(source, ()):
        for _ in range(max(int(rng.poisson(size * SHARE * dial)), int(certain))):
            yield fault


def record(rows: pa.Table, at: int) -> Record:
    """The row at a place, by column."""
    return {name: rows.column(name)[at].as_py() for name in rows.column_names}


def _suitable(rows: pa.Table, free: list[int], needs: tuple[str, ...]) -> int | None:
    for at in free:
        if all(rows.column(name)[at].is_valid for name in needs):
            return at
    return None


def changed(rows: pa.Table, column: str, values: dict[int, Value]) -> pa.Table:
    """The rows with other values of a column at some places."""
    if not values:
        return rows
    old = rows.column(column).combine_chunks()
    mask = np.zeros(len(old), dtype=bool)
    mask[list(values)] = True
    new = pa.array([values[at] for at in sorted(values)], old.type)
    return replaced(rows, {column: pc.replace_with_mask(old, pa.array(mask), new)})
