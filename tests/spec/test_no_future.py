"""No feature of a window of risk knows the future: without what came from a Monday on, the windows of that day stay."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from tests.spec.cases import DELIVERIES
from tests.spec.random_people import random_people
from tests.spec.test_definitions import Lake
from tests.spec.warehouse import Row, build_warehouse, lake_columns, read_table, write_delivery

BUILD = "build --exclude-resource-type unit_test"
OUTCOME = ("is_admitted_30_days", "next_acute_admission_at", "is_followed_30_days")
KEYS = {
    "hjemmepleje_besoeg": "besoeg_id",
    "fsiii_funktionsniveau": "vurdering_id",
    "plejeobservation": "observation_id",
}
# Per source when a row happened; those that are not here tell nothing that changes.
HAPPENED: dict[str, Callable[[Row], Any]] = {
    "dod": lambda row: row["doddato"],
    "dodsaasg": lambda row: row.get("d_dodsdato", date(2020, 6, 1)),
    "lpr_a_kontakt": lambda row: row["kont_starttidspunkt"],
    "hjemmepleje_besoeg": lambda row: row["start"] or row["planlagt_start"],
    "aehjsp": lambda row: row["HJEMSYGEP_DATO"],
    "fsiii_funktionsniveau": lambda row: row["vurderet_dato"],
    "plejeobservation": lambda row: row["tidspunkt"],
    "lmdb": lambda row: row["eksd"],
    "laboratoriesvar": lambda row: row["datotid_proevetagning"],
}


def windows(lake: Lake, tmp: Path) -> list[Row]:
    """The windows that dbt builds from a lake."""
    entries = []
    for source in lake_columns():
        for letter, (delivery, delivered_at) in DELIVERIES.items():
            rows = lake.get(source, {}).get(letter, [])
            entry = write_delivery(rows, lake=tmp / "lake", source=source, delivery=delivery, delivered_at=delivered_at)
            entries.append(entry)
    return read_table(
        build_warehouse(tmp, entries, command=BUILD, select="+home_care_risk_window"), "marts.home_care_risk_window"
    )


def settled(lake: Lake) -> Lake:
    """Of corrected rows the last versions alone: the future here is what happens, not what is mended."""
    last: Lake = {}
    for source, letters in lake.items():
        newest: dict[object, tuple[str, Row]] = {}
        for letter in sorted(letters):
            for row in letters[letter]:
                newest[row[KEYS[source]] if source in KEYS else id(row)] = letter, row
        last[source] = {letter: [row for of, row in newest.values() if of == letter] for letter in letters}
    return last


def before(lake: Lake, day: date) -> Lake:
    """What had happened by the beginning of a day. A contact that had not ended has no end, a month that was not over
    is not told yet.
    """

    def kept(source: str, row: Row) -> bool:
        if source == "aefv":
            return bool(row["HÆND_MDR"] < f"{day:%Y%m}")
        happened = HAPPENED[source](row) if source in HAPPENED else None
        if happened is None:
            return True
        return bool(happened < (datetime.combine(day, time()) if isinstance(happened, datetime) else day))

    def known(source: str, row: Row) -> Row:
        if source != "lpr_a_kontakt" or row["kont_sluttidspunkt"] is None:
            return row
        ended = row["kont_sluttidspunkt"] < datetime.combine(day, time())
        return {**row, "kont_sluttidspunkt": row["kont_sluttidspunkt"] if ended else None}

    return {
        source: {letter: [known(source, r) for r in rows if kept(source, r)] for letter, rows in letters.items()}
        for source, letters in lake.items()
    }


def of_day(rows: list[Row], day: date) -> dict[int, Row]:
    """The windows of a day by person, without what they say of the days that follow."""
    return {
        row["person_id"]: {name: value for name, value in row.items() if name not in OUTCOME}
        for row in rows
        if row["week_start_date"] == day
    }


@pytest.mark.long
def test_the_future_deleted_the_windows_of_the_day_stay(tmp_path: Path) -> None:
    lake = settled(random_people(seed=5, people=500, first_id=1))
    every = windows(lake, tmp_path / "whole")
    admitted = Counter(row["week_start_date"] for row in every if row["is_admitted_30_days"])
    day = max(admitted, key=lambda monday: (admitted[monday], monday))
    past = before(lake, day)
    gone = sum(len(rows) for letters in lake.values() for rows in letters.values())
    gone -= sum(len(rows) for letters in past.values() for rows in letters.values())
    assert gone > 1000
    told = windows(past, tmp_path / "past")
    mine, theirs = of_day(every, day), of_day(told, day)
    assert len(mine) > 10
    assert theirs == mine
    assert not any(row["is_admitted_30_days"] for row in told if row["week_start_date"] == day), "the future is gone"
