"""Visits of municipal home care (`hjemmepleje_besoeg`): as many as the need asks for, cancelled while in hospital."""

import numpy as np
import pyarrow as pa

from synthetic.columns import (
    Ints,
    Minutes,
    integers,
    minute,
    pick,
    plus_days,
    plus_minutes,
    replaced,
    spread,
    table,
    texts,
    timestamps,
)
from synthetic.municipality.care import level_of
from synthetic.people.course import HOME_CARE
from synthetic.people.names import REGION
from synthetic.people.people import People
from synthetic.world import Block, Rows, concatenated

INTERVENTIONS = ("H1.1", "H1.2", "H1.4", "H1.7", "H2.1", "H2.3", "G1.4", "G1.14", "G1.25", "G1.30")
SLOTS = (450, 525, 600, 720, 1050, 1200, 1290)  # Minutes after midnight.
WORKERS_OF_MUNICIPALITY = 40
MOST_VISITS = 1_000_000  # Of one block.
VISITS_A_WEEK, MORE_WITH_DEPENDENCE, MOST_A_WEEK = 2.4, 0.55, 21
MENDED_AFTER = 25  # Days until a wrong time is mended.


def visit_rows(block: Block) -> Rows:
    """`hjemmepleje_besoeg`: one row per planned visit, by time; some times are mended afterwards."""
    people, contacts, rng = block.people, block.contacts, block.rng("hjemmepleje_besoeg")
    who, planned, intervention, level = _planned(people, rng)
    order = np.lexsort((who, planned))
    who, planned, intervention, level = who[order], planned[order], intervention[order], level[order]
    minutes = rng.choice([5, 10, 15, 20, 30, 45], len(who), p=[0.2, 0.3, 0.2, 0.15, 0.1, 0.05])
    cancelled = contacts.in_hospital(who, planned) | (rng.random(len(who)) < 0.03)
    away = ~cancelled & (rng.random(len(who)) < 0.015)
    start = plus_minutes(planned, np.round(rng.normal(3, 14, len(who))).clip(-60, 90))
    length = np.where(away, 2, (minutes + np.round(rng.normal(0, 3, len(who)))).clip(2, 180))
    status = cancelled + 2 * away
    rows_ = _table(people, who, planned, intervention, level, start, length, status, block.number, rng)
    wrong = block.sown(len(who), 0.01, "mended visits") & (status == 0) & (length > 10)
    day = planned.astype("datetime64[D]")
    known = plus_days(day, 1 + wrong * MENDED_AFTER)
    rows = Rows(rows_, who, known, marks={"corrected": wrong})
    rows = rows.where((start < people.seen_to[who]) | cancelled)
    if not block.visible(plus_days(day[wrong], 1), known[wrong]).any():
        return rows
    return concatenated([_before_mending(rows.where(rows.marks["corrected"])), rows])


def _planned(people: People, rng: np.random.Generator) -> tuple[Ints, Minutes, Ints, Ints]:
    """Planned visits: who, when, which intervention, at which functional level."""
    course = people.course
    helped = (course.care == HOME_CARE) & (course.present > 0) & people.in_register[None, :]
    week, who = np.nonzero(helped)
    dependence = course.dependence[week, who]
    number = np.exp(np.log(VISITS_A_WEEK) + MORE_WITH_DEPENDENCE * dependence)
    number = np.clip(np.floor(number + rng.random(len(who))), 0, MOST_A_WEEK).astype(np.int64)
    row, nth = spread(number)
    day = (nth * 7 // number[row] + rng.integers(0, 7, len(who))[row]) % 7
    slot = rng.integers(0, len(SLOTS), len(people))
    of_day = np.where(number[row] > 7, nth % len(SLOTS), slot[who[row]])
    of_day = np.where(rng.random(len(row)) < 0.25, rng.integers(0, len(SLOTS), len(row)), of_day)
    start = plus_days(np.full(len(row), course.start), week[row] * 7 + day)
    planned = plus_minutes(minute(start), np.array(SLOTS)[of_day])
    fixed = rng.choice(len(INTERVENTIONS), len(people), p=[0.3, 0.2, 0.1, 0.05, 0.04, 0.03, 0.12, 0.06, 0.06, 0.04])
    other = rng.integers(0, len(INTERVENTIONS), len(row))
    who = who[row]
    intervention = np.where(rng.random(len(row)) < 0.2, other, fixed[who])
    level = np.where(rng.random(len(row)) < 0.01, 9, level_of(dependence)[row])
    inside = (planned >= people.seen_from[who]) & (planned < people.seen_to[who])
    inside &= np.isin(people.kom(who, planned), REGION)
    return who[inside], planned[inside], intervention[inside], level[inside]


def _table(
    people: People,
    who: Ints,
    planned: Minutes,
    intervention: Ints,
    level: Ints,
    start: Minutes,
    length: Ints,
    status: Ints,
    block: int,
    rng: np.random.Generator,
) -> pa.Table:
    missing = status == 1
    nothing = np.datetime64("NaT", "m")
    kom = people.kom(who, planned.astype("datetime64[D]"))
    worker = kom * 100 + rng.integers(0, WORKERS_OF_MUNICIPALITY, len(who))
    number = 500_000_000 + 3 * (block * MOST_VISITS + np.arange(len(who)))
    return table(
        {
            "cpr": people.pnr(who, planned),
            "besoeg_id": texts(number, prefix="B"),
            "kommune_kode": texts(kom, width=4),
            "indsats_kode": pick(INTERVENTIONS, intervention),
            "funktionsniveau": integers(level),
            "planlagt_start": timestamps(planned),
            "start": timestamps(np.where(missing, nothing, start)),
            "slut": timestamps(np.where(missing, nothing, plus_minutes(start, length))),
            "leveret_minutter": integers(np.where(missing, 0, np.where(status == 2, 0, length))),
            "besoeg_status": pick(["gennemfoert", "aflyst", "ikke_hjemme"], status),
            "medarbejder_id": texts(worker, prefix="M", missing=missing),
        }
    )


def _before_mending(right: Rows) -> Rows:
    """The visits as they were told first: five minutes shorter."""
    end = right.table.column("slut").to_numpy().astype("datetime64[m]") - np.timedelta64(5, "m")
    minutes = right.table.column("leveret_minutter").to_numpy() - 5
    wrong = replaced(right.table, {"slut": timestamps(end), "leveret_minutter": integers(minutes)})
    return Rows(wrong, right.who, plus_days(right.known, -MENDED_AFTER), right.known, right.marks)
