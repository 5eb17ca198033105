"""The generator as a whole: people, then source by source, planted faults, deliveries and their truth.

Every source has a random stream of its own, so that a change in one leaves the others as they are. What the
tables hold is decided in the modules of the sources; how they are written, in `synthetic/delivery.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from synthetic import (
    faults,
    home_care,
    hospital,
    hospital_tables,
    laboratory,
    medicines,
    notes,
    people,
    population,
)
from synthetic import primary_care as primary
from synthetic.columns import Period, minute
from synthetic.delivery import PARQUET, DeliveryPlan, SyntheticError, as_text, write_delivery, write_truth

# New streams go to the end: the place in this list decides the numbers that a source draws.
STREAMS = (
    "people",
    "hospital",
    "bef",
    "dod",
    "lpr_a_kontakt",
    "lpr_a_diagnose",
    "lmdb",
    "sssy",
    "laboratoriesvar",
    "hjemmepleje_besoeg",
    "journalnotat",
)
FEWEST_ADULTS, EARLIEST_YEAR, LATEST_YEAR = 20, 2010, 2035

Progress = Callable[[str], None]


@dataclass(frozen=True)
class SourceSummary:
    """What was written for one source; `existing` counts deliveries that lay there before, unchanged."""

    source: str
    deliveries: int
    files: int
    rows: int
    bytes: int
    existing: int


@dataclass(frozen=True)
class Summary:
    """What `synthesise` made: people (all of them), one summary per source, and how many faults were
    planted.
    """

    people: int
    sources: tuple[SourceSummary, ...]
    faults: int

    @property
    def rows(self) -> int:
        """Rows of all deliveries."""
        return sum(source.rows for source in self.sources)


@dataclass(frozen=True, eq=False)
class _World:
    """What all sources share, and what the notes leave as truth."""

    people: people.People
    contacts: hospital.Contacts
    period: Period
    adults: int
    truth: Path


def synthesise(
    *,
    adults: int,
    first_year: int,
    last_year: int,
    seed: int,
    landing: Path,
    truth: Path,
    progress: Progress | None = None,
) -> Summary:
    """Write synthetic deliveries of all nine sources into `landing` and the truth about them into `truth`.

    `adults` people are adult residents of the region at some time from `first_year` to `last_year` (both
    included); a few more never are. The same arguments give the same bytes. `truth` gets `people`, `faults`,
    `staff`, `relatives` and `note_mentions` as Parquet. Raises SyntheticError for arguments out of range,
    and when another delivery of the same name lies in `landing`.
    """
    _check(adults, first_year, last_year, seed)
    tell = progress or (lambda line: None)
    period = Period(first_year, last_year)
    streams = dict(zip(STREAMS, np.random.SeedSequence(seed).spawn(len(STREAMS)), strict=True))
    somebody = people.draw_people(adults=adults, period=period, rng=np.random.default_rng(streams["people"]))
    contacts = hospital.draw_contacts(somebody, period, np.random.default_rng(streams["hospital"]))
    tell(f"{len(somebody)} people, {len(contacts)} hospital contacts")
    world = _World(people=somebody, contacts=contacts, period=period, adults=adults, truth=truth)
    write_truth(people.truth_table(somebody), truth / "people.parquet")
    summaries, planted = [], []
    for source, make in _SOURCES.items():
        rng = np.random.default_rng(streams[source])
        summary, found = _deliver(source, make(world, rng), period, landing, rng)
        summaries.append(summary)
        planted += found
        tell(f"{source}: {summary.rows} rows in {summary.deliveries} deliveries")
    write_truth(faults.faults_table(planted), truth / "faults.parquet")
    return Summary(people=len(somebody), sources=tuple(summaries), faults=len(planted))


def _check(adults: int, first_year: int, last_year: int, seed: int) -> None:
    if adults < FEWEST_ADULTS:
        raise SyntheticError(f"expected at least {FEWEST_ADULTS} adults, found {adults}: ask for more")
    if not EARLIEST_YEAR <= first_year <= last_year <= LATEST_YEAR:
        raise SyntheticError(
            f"expected years in order within {EARLIEST_YEAR}-{LATEST_YEAR}, found {first_year}-{last_year}: "
            "give a first and a last year in that range"
        )
    if seed < 0:
        raise SyntheticError(f"expected a seed of zero or more, found {seed}: give another")


def _deliver(
    source: str,
    parts: tuple[pa.Table | None, pa.Table],
    period: Period,
    landing: Path,
    rng: np.random.Generator,
) -> tuple[SourceSummary, list[faults.Planted]]:
    """Write the deliveries of one source; the faults lie in the first of them."""
    plans = _plans(source, parts, period)
    plans[0], planted = faults.plant(plans[0], rng)
    written = [write_delivery(plan, landing=landing) for plan in plans]
    return (
        SourceSummary(
            source=source,
            deliveries=len(written),
            files=len(written),
            rows=sum(one.rows for one in written),
            bytes=sum(one.bytes for one in written),
            existing=sum(one.existing for one in written),
        ),
        planted,
    )


def _plans(source: str, parts: tuple[pa.Table | None, pa.Table], period: Period) -> list[DeliveryPlan]:
    before, last = parts
    if source not in PARQUET:
        before, last = None if before is None else as_text(before), as_text(last)
    start, turn, end = str(period.start), str(period.last_year_start), str(period.end)
    final = f"{period.last_year + 1}-01-20"
    if before is None:
        return [DeliveryPlan(source, final, start, end, last)]
    return [
        DeliveryPlan(source, f"{period.last_year}-01-20", start, turn, before),
        DeliveryPlan(source, final, turn, end, last),
    ]


def _bef(world: _World, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    return population.snapshot_tables(world.people, world.period, rng)


def _dod(world: _World, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    return None, population.death_table(world.people)


def _contacts(world: _World, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    return None, hospital_tables.contact_table(world.people, world.contacts, rng)


def _diagnoses(world: _World, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    return None, hospital_tables.diagnosis_table(world.people, world.contacts, rng)


def _prescriptions(world: _World, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    return None, medicines.prescription_table(world.people, world.period, rng)


def _services(world: _World, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    return None, primary.service_table(world.people, world.period, rng)


def _answers(world: _World, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    rows = laboratory.answer_table(world.people, world.contacts, world.period, rng)
    sampled = rows.column("datotid_proevetagning").to_numpy()
    turn = int(np.searchsorted(sampled, minute(world.period.last_year_start).astype(sampled.dtype)))
    return (rows.slice(0, turn) if turn else None), rows.slice(turn)


def _visits(world: _World, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    return home_care.visit_tables(world.people, world.contacts, world.period, rng)


def _notes(world: _World, rng: np.random.Generator) -> tuple[pa.Table | None, pa.Table]:
    drawn = notes.draw_notes(world.people, world.contacts, world.period, adults=world.adults, rng=rng)
    for name, rows in (
        ("note_mentions", drawn.mentions),
        ("staff", drawn.staff),
        ("relatives", drawn.relatives),
    ):
        write_truth(rows, world.truth / f"{name}.parquet")
    return None, drawn.rows


_SOURCES: dict[str, Callable[[_World, np.random.Generator], tuple[pa.Table | None, pa.Table]]] = {
    "bef": _bef,
    "dod": _dod,
    "lpr_a_kontakt": _contacts,
    "lpr_a_diagnose": _diagnoses,
    "lmdb": _prescriptions,
    "sssy": _services,
    "laboratoriesvar": _answers,
    "hjemmepleje_besoeg": _visits,
    "journalnotat": _notes,
}
