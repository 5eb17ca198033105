"""Visits of municipal home care (`hjemmepleje_besoeg`): the frail above seventy, and cancelled while in
hospital.
"""

import numpy as np
import pyarrow as pa

from synthetic.columns import (
    DAY_MINUTES,
    Bools,
    Ints,
    Minutes,
    Period,
    integers,
    minute,
    pick,
    plus_minutes,
    table,
    texts,
    timestamps,
)
from synthetic.hospital import Contacts
from synthetic.people import People

INTERVENTIONS = ("H1.1", "H1.2", "H1.4", "H1.7", "H2.1", "H2.3", "G1.4", "G1.14", "G1.25", "G1.30")
SLOTS = (450, 525, 600, 720, 1050, 1200, 1290)  # Minutes after midnight.
WORKERS_OF_MUNICIPALITY = 40
CORRECTED = 12


def visit_tables(
    people: People, contacts: Contacts, period: Period, rng: np.random.Generator
) -> tuple[pa.Table | None, pa.Table]:
    """`hjemmepleje_besoeg` in two parts: before the last year, and the last year with a few older ones
    corrected.

    The first part is None when the period has one year only.
    """
    who, planned, intervention, level = _planned(people, period, rng)
    order = np.lexsort((who, planned))
    who, planned, intervention, level = who[order], planned[order], intervention[order], level[order]
    minutes = rng.choice([5, 10, 15, 20, 30, 45], len(who), p=[0.2, 0.3, 0.2, 0.15, 0.1, 0.05])
    cancelled = _in_hospital(contacts, who, planned) | (rng.random(len(who)) < 0.03)
    away = ~cancelled & (rng.random(len(who)) < 0.015)
    start = plus_minutes(planned, np.round(rng.normal(3, 14, len(who))).clip(-60, 90))
    length = np.where(away, 2, (minutes + np.round(rng.normal(0, 3, len(who)))).clip(2, 180))
    outside = start >= people.seen_to[who]
    keep = ~(outside & ~cancelled)
    status = cancelled + 2 * away
    rows = _table(people, who, planned, intervention, level, start, length, status, rng)
    kept = np.flatnonzero(keep)
    rows = rows.take(pa.array(kept))
    first = int(np.searchsorted(planned[kept], minute(period.last_year_start)))
    if first == 0:
        return None, rows
    before, last = rows.slice(0, first), rows.slice(first)
    return before, pa.concat_tables([_corrected(before, rng), last])


def _planned(people: People, period: Period, rng: np.random.Generator) -> tuple[Ints, Minutes, Ints, Ints]:
    """Planned visits: who, when, which intervention, at which functional level."""
    everyone = np.arange(len(people))
    middle = period.start + (period.end - period.start) // 2
    age = people.age(everyone, np.full(len(people), middle))
    dementia = people.ever("dementia")[:, 0]
    chance = np.interp(age, [66, 75, 85, 95], [0.0, 0.08, 0.28, 0.6]) * np.exp(0.6 * people.frailty) + 0.1 * dementia
    who = np.flatnonzero((rng.random(len(people)) < chance) & (age > 70) & (people.kom_after != 0))
    who = who[people.in_register[who]]
    span = (people.seen_to[who] - people.seen_from[who]).astype(np.int64)
    # Help mostly begins some time before the end of life, or before the end of the period.
    length = np.minimum(span, (rng.gamma(1.6, 600, len(who)) * DAY_MINUTES).astype(np.int64))
    late = np.where(np.isnat(people.death[who]), 0.3 + 0.7 * rng.random(len(who)), 1.0)
    begin = plus_minutes(people.seen_from[who], np.floor(span * late) - length)
    begin = np.maximum(begin, people.seen_from[who])
    still_helped = np.isnat(people.death[who]) & (rng.random(len(who)) < 0.7)
    begin = np.where(still_helped, plus_minutes(people.seen_to[who], -length), begin)
    weekly = rng.choice([1, 2, 3, 5, 7, 14], len(who), p=[0.2, 0.24, 0.22, 0.18, 0.12, 0.04])
    count = np.floor(length / (7 * DAY_MINUTES) * weekly).astype(np.int64)
    run = np.repeat(np.arange(len(who)), count)
    nth = np.arange(len(run)) - np.repeat(np.cumsum(count) - count, count)
    at = plus_minutes(begin[run], np.floor(nth * 7 * DAY_MINUTES / weekly[run]))
    slot = rng.integers(0, len(SLOTS), len(who))
    turn = np.where(rng.random(len(run)) < 0.25, rng.integers(0, len(SLOTS), len(run)), slot[run])
    planned = plus_minutes(minute(at.astype("datetime64[D]")), np.array(SLOTS)[turn])
    fixed = rng.choice(len(INTERVENTIONS), len(who), p=[0.3, 0.2, 0.1, 0.05, 0.04, 0.03, 0.12, 0.06, 0.06, 0.04])
    other = rng.integers(0, len(INTERVENTIONS), len(run))
    intervention = np.where(rng.random(len(run)) < 0.2, other, fixed[run])
    base = np.clip(np.round(1.4 + 0.7 * people.frailty[who] + rng.normal(0, 0.6, len(who))), 0, 4).astype(np.int64)
    level = np.where(rng.random(len(run)) < 0.01, 9, base[run])
    inside = (planned >= people.seen_from[who[run]]) & (planned < people.seen_to[who[run]])
    return who[run][inside], planned[inside], intervention[inside], level[inside]


def _in_hospital(contacts: Contacts, who: Ints, planned: Minutes) -> Bools:
    """Whether the person was in an admission when the visit was planned."""
    chosen = np.flatnonzero(contacts.admission & ~np.isnat(contacts.end))
    span = np.int64(10**9)
    begin = contacts.who[chosen] * span + contacts.start[chosen].astype(np.int64)
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], contacts.end[chosen][order].astype(np.int64)
    owner = contacts.who[chosen][order]
    if not len(begin):
        return np.zeros(len(who), dtype=bool)
    at = np.searchsorted(begin, who * span + planned.astype(np.int64), side="right") - 1
    last = at.clip(0)
    return np.asarray((at >= 0) & (owner[last] == who) & (planned.astype(np.int64) < end[last]))


def _table(
    people: People,
    who: Ints,
    planned: Minutes,
    intervention: Ints,
    level: Ints,
    start: Minutes,
    length: Ints,
    status: Ints,
    rng: np.random.Generator,
) -> pa.Table:
    missing = status == 1
    nothing = np.datetime64("NaT", "m")
    kom = people.kom(who, planned.astype("datetime64[D]"))
    worker = kom * 100 + rng.integers(0, WORKERS_OF_MUNICIPALITY, len(who))
    number = 500_000_000 + 3 * np.arange(len(who))
    return table(
        {
            "cpr": pick(people.cpr, who),
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


def _corrected(before: pa.Table, rng: np.random.Generator) -> pa.Table:
    """A few of the latest visits, again, with times that were mended afterwards."""
    status = np.asarray(before.column("besoeg_status").to_pylist()[-600:])
    done = np.flatnonzero(status == "gennemfoert") + before.num_rows - len(status)
    again = before.take(pa.array(np.sort(rng.choice(done, min(CORRECTED, len(done)), replace=False))))
    end = again.column("slut").to_numpy().astype("datetime64[m]") + np.timedelta64(5, "m")
    minutes = again.column("leveret_minutter").to_numpy() + 5
    again = again.set_column(again.column_names.index("slut"), "slut", timestamps(end))
    return again.set_column(again.column_names.index("leveret_minutter"), "leveret_minutter", integers(minutes))
