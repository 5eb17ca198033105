"""Who gets municipal care and when: spells of care, discharges from hospital, and the month in which something falls.

Shared by the sources of the municipalities, so that they agree about who is helped.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from synthetic.columns import NEVER, Bools, Days, Floats, Ints, Minutes, minute, of_person, pick, plus_days
from synthetic.people.course import HOME_CARE, Admissions
from synthetic.people.names import REGION
from synthetic.people.people import People
from synthetic.world import Block


@dataclass(frozen=True, eq=False)
class Spells:
    """Times of one kind of care, one element each, by person: weeks [first, after) of the course and days
    [start, end); `end` is NaT when the spell outlasts the period.
    """

    who: Ints
    first: Ints
    after: Ints
    start: Days
    end: Days


def spells(people: People, kind: int) -> Spells:
    """The spells of `kind` (HOME_CARE, NURSING_HOME) of the people in the register."""
    course = people.course
    there = ((course.care == kind) & (course.present > 0) & people.in_register[None, :]).T
    edge = np.zeros((len(people), 1), dtype=np.int8)
    steps = np.diff(np.concatenate([edge, there.astype(np.int8), edge], axis=1), axis=1)
    who, first = np.nonzero(steps == 1)
    after = np.nonzero(steps == -1)[1]
    start = np.maximum(plus_days(course.start, first * 7), people.seen_from[who].astype("datetime64[D]"))
    last = people.seen_to[who].astype("datetime64[D]")
    gone = ~np.isnat(people.death[who]) | (people.left[who] <= last)
    end = np.minimum(plus_days(course.start, after * 7), np.where(gone, last, NEVER))
    end = np.where((after == there.shape[1]) & ~gone, np.datetime64("NaT", "D"), end)
    keep = np.isnat(end) | (end > start)
    return Spells(who[keep], first[keep], after[keep], start[keep], end[keep])


def seen(people: People, who: Ints, when: Minutes) -> Bools:
    """Whether people of the register are alive and in Denmark at the times, in the period."""
    return np.asarray((when >= people.seen_from[who]) & (when < people.seen_to[who]) & people.in_register[who])


def at_home_with_help(block: Block, who: Ints, when: Minutes) -> Bools:
    """Whether people have home care of a municipality of the region at the times, and are not in hospital."""
    people = block.people
    helped = seen(people, who, when) & (people.course.care[people.course.week(when), who] == HOME_CARE)
    helped &= np.isin(people.kom(who, when), REGION)
    return np.asarray(helped & ~block.contacts.in_hospital(who, when))


def discharges(block: Block) -> Ints:
    """Places in `block.contacts.stays` of the stays that somebody of the register leaves alive in the period."""
    stays, people = block.contacts.stays, block.people
    found = ~stays.terminal & seen(people, stays.who, stays.end) & seen(people, stays.who, stays.start)
    return np.flatnonzero(found)


def next_admission(admissions: Admissions, who: Ints, when: Minutes) -> Ints:
    """Place in `admissions` of the person's first acute admission after the times; -1 where there is none."""
    key = of_person(admissions.who, admissions.start)
    at = np.searchsorted(key, of_person(who, when), side="right")
    inside = np.minimum(at, max(len(key) - 1, 0))
    return np.where((at < len(key)) & (admissions.who[inside] == who), at, -1) if len(key) else np.full(len(who), -1)


def dependence_at(people: People, who: Ints, when: Days | Minutes) -> Floats:
    """Dependence of the course (about 0 where help begins) in the week of the days."""
    return np.asarray(people.course.dependence[people.course.week(when), who], dtype=np.float64)


def level_of(dependence: NDArray[np.float32]) -> Ints:
    """Functional level (FSIII 0-4) at a dependence of the course."""
    return np.asarray(np.clip(np.round(1.5 + 0.9 * np.asarray(dependence)), 0, 4)).astype(np.int64)


def month_of(day: Days) -> Ints:
    """Months since 1970 of days."""
    return np.asarray(day.astype("datetime64[M]").astype(np.int64))


def month_text(month: Ints) -> pa.Array:
    """Months since 1970 as text YYYYMM."""
    if not len(month):
        return pa.array([], pa.string())
    first = int(month.min())
    names = [str(m).replace("-", "") for m in np.arange(first, int(month.max()) + 1).astype("datetime64[M]")]
    return pick(names, month - first)


def month_end(month: Ints) -> Days:
    """The first day after months since 1970."""
    return np.asarray((month + 1).astype("datetime64[M]").astype("datetime64[D]"))


def as_minutes(days: Days) -> Minutes:
    """Noon of days: the time at which something of a day is asked for."""
    return np.asarray(minute(days) + np.timedelta64(720, "m"))
