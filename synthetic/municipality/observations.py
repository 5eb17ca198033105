"""What care workers see and enter on a phone (`plejeobservation`): noisy readings of how somebody is.

There is no national extract of such observations; columns and scales are the project's. The four scores go from 1
(worst) to 5 (best, so konfusion 5 is a clear mind); pain is a numerical rating from 0 to 10. The readings follow the
instability of the course, pulled by frailty and dependence, and fall in the days before an acute admission. Their
noise was set for the ladder of difficulty that the tests measure: admission within 30 days is foretold by yesterday's
readings with an AUROC of about .75, by the risk that made it with about .85 (`synthetic/municipality/risk.py`).
"""

import numpy as np
import pyarrow as pa

from synthetic.columns import (
    DAY_MINUTES,
    Floats,
    Ints,
    Minutes,
    integers,
    minute,
    numbers,
    pick,
    plus_days,
    plus_minutes,
    spread,
    table,
    texts,
    timestamps,
)
from synthetic.municipality.care import at_home_with_help, next_admission
from synthetic.municipality.visits import WORKERS_OF_MUNICIPALITY
from synthetic.people.course import HOME_CARE, RELIEF
from synthetic.world import Block, Rows

# Score: what it is of somebody of average state, and what instability, frailty, dependence, dementia and the illness
# before an admission take from it.
SCORES = {
    "soevn": (4.1, 0.72, 0.56, 0.00, 0.1, 1.1),
    "appetit": (4.3, 0.88, 0.70, 0.05, 0.1, 1.3),
    "mobilitet": (4.2, 0.72, 0.84, 0.25, 0.1, 1.1),
    "konfusion": (4.5, 0.64, 0.42, 0.10, 0.9, 1.0),
}
PAIN = (2.2, 1.6, 1.4, 1.3, 1.2)  # Average; added by instability, frailty, the condition pain, illness.
OWN, OF_DAY, OF_WORKER = 0.15, 0.25, 0.10  # Standard deviations: lasting, day by day, from worker to worker.
PAIN_NOISE = 1.0
WEIGHT = ((0.0, 78.0, 66.0), 12.0, 1.1, 0.8)  # Means by sex, spread, kilograms lost with instability, noise.
WEIGHT_MISSING = 0.15
DAYS_A_WEEK = (2, 3)
SPAN_OF_DAY = (7 * 60, 22 * 60)  # Minutes after midnight.
REMARKS = ("Sover meget.", "Spiser og drikker kun lidt.", "Træt i dag.", "Usikker på benene.", "Har det godt i dag.")
REMARKED = 0.06
MOST_OBSERVATIONS = 200_000  # Of one block.


def observation_rows(block: Block) -> Rows:
    """`plejeobservation`: one row per person with home care and observed day, by time; none while in hospital. Some
    were entered without a connection and come weeks later.
    """
    people, rng = block.people, block.rng("plejeobservation")
    who, when = _observed(block, rng)
    kom = people.kom(who, when)
    worker = kom * 100 + rng.integers(0, WORKERS_OF_MUNICIPALITY, len(who))
    number = 700_000_000 + 7 * (block.number * MOST_OBSERVATIONS + np.arange(len(who)))
    late = block.sown(len(who), 0.01, "late observations")
    rows = table(
        {
            "cpr": people.pnr(who, when),
            "observation_id": texts(number, prefix="O"),
            "kommune_kode": texts(kom, width=4),
            "tidspunkt": timestamps(when),
            **_readings(block, who, when, worker, rng),
            "medarbejder_id": texts(worker, prefix="M"),
            "bemaerkning": _remarks(len(who), rng),
        }
    )
    known = plus_days(when.astype("datetime64[D]"), 1 + late * rng.integers(10, 40, len(who)))
    return Rows(rows, who, known, marks={"late_row": late})


def _observed(block: Block, rng: np.random.Generator) -> tuple[Ints, Minutes]:
    """Whom somebody looked at, and when: two or three days of every week with home care."""
    course = block.people.course
    week, who = np.nonzero((course.care == HOME_CARE) & (course.present > 0))
    number = rng.integers(DAYS_A_WEEK[0], DAYS_A_WEEK[1] + 1, len(who))
    row, nth = spread(number)
    day = (nth * 7 // number[row] + rng.integers(0, 7, len(who))[row]) % 7
    when = minute(plus_days(np.full(len(row), course.start), week[row] * 7 + day))
    when = plus_minutes(when, rng.integers(*SPAN_OF_DAY, len(row)))
    who = who[row]
    keep = at_home_with_help(block, who, when)
    who, when = who[keep], when[keep]
    order = np.lexsort((who, when))
    return who[order], when[order]


def state(block: Block, who: Ints, when: Minutes) -> tuple[Floats, Floats]:
    """How people are at times: instability, moving evenly from its value of the week before to that of the week, and
    the illness before an acute admission, which grows from a half on its first day to 1 (0 without one).

    The course tells instability after the relief that a stay in hospital brings; before that stay it is added back.
    """
    course = block.people.course
    passed = (when - minute(course.start)).astype(np.int64) / (7 * DAY_MINUTES)
    week = course.week(when)
    coming = next_admission(course.admissions, who, when)
    known = coming >= 0
    start, ill = course.admissions.start[coming], course.admissions.ill[coming]
    relieved = known & (course.week(start) == week)
    now = course.instability[week, who] + RELIEF * relieved
    before = course.instability[np.maximum(week - 1, 0), who]
    begun = (when - ill).astype(np.float64) / np.maximum((start - ill).astype(np.float64), 1.0)
    illness = np.where(known & (begun >= 0), 0.5 + 0.5 * begun, 0.0)
    return np.asarray(before + (passed - week) * (now - before), dtype=np.float64), illness


def _readings(block: Block, who: Ints, when: Minutes, worker: Ints, rng: np.random.Generator) -> dict[str, pa.Array]:
    people = block.people
    unstable, illness = state(block, who, when)
    frailty, dependence = people.frailty[who], np.clip(people.course.dependence[people.course.week(when), who], -3, 3)
    demented, hurt = people.has("dementia", who, when), people.has("pain", who, when)
    lean = np.sin(worker * 12.9898) * np.sqrt(2.0) * OF_WORKER  # Strict or mild, always the same.
    columns: dict[str, pa.Array] = {}
    for name, (level, by_instability, by_frailty, by_dependence, by_dementia, by_illness) in SCORES.items():
        score = level - by_instability * unstable - by_frailty * frailty - by_dependence * dependence
        score = score - by_dementia * demented - by_illness * illness + lean
        score = score + OWN * rng.normal(size=len(people))[who] + OF_DAY * rng.normal(size=len(who))
        columns[name] = integers(np.clip(np.round(score), 1, 5))
    means, spread, lost, noise = WEIGHT
    weight = np.array(means)[people.sex[who]] + spread * rng.normal(size=len(people))[who] - 1.5 * frailty
    weight = np.clip(weight - lost * unstable + noise * rng.normal(size=len(who)), 34, 180)
    columns["vaegt_kg"] = numbers(np.round(weight, 1), missing=rng.random(len(who)) < WEIGHT_MISSING)
    level, by_instability, by_frailty, by_condition, by_illness = PAIN
    pain = level + by_instability * unstable + by_frailty * frailty + by_condition * hurt + by_illness * illness
    pain = pain + rng.normal(size=len(people))[who] + PAIN_NOISE * rng.normal(size=len(who))
    columns["smerte"] = integers(np.clip(np.round(pain), 0, 10))
    return columns


def _remarks(size: int, rng: np.random.Generator) -> pa.Array:
    return pick(REMARKS, rng.integers(0, len(REMARKS), size), missing=rng.random(size) >= REMARKED)
