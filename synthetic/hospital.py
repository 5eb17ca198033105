"""Hospital contacts of the national patient register: stays first, then the contacts that they are made of.

Numbered rules (05.11, 05.14, 05.102 ...) are those of the official reporting rules, Bilag 1 v1.3. The
diagnoses of the contacts and the tables of the register are made in `synthetic/hospital_tables.py`.
"""

from dataclasses import dataclass, fields

import numpy as np

from synthetic.codes import ACUTE, EMERGENCY, OUTPATIENT, PLANNED, SPECIALTIES, DiagnosisTable, diagnoses
from synthetic.columns import (
    DAY_MINUTES,
    Bools,
    Floats,
    Ints,
    Minutes,
    Period,
    minute,
    plus_days,
    plus_minutes,
)
from synthetic.people import People

PHYSICAL, HOME, VIRTUAL, DEATH, REPORT = "ALCA00", "ALCA01", "ALCA03", "ALCA10", "ALCA20"
TYPES = (PHYSICAL, HOME, VIRTUAL, DEATH, REPORT)
LPR3_FROM = np.datetime64("2019-02-03T00:00", "m")

READMITTED_65, READMITTED_YOUNGER = 0.135, 0.065  # Beyond those that come of themselves.


@dataclass(frozen=True, eq=False)
class Stays:
    """Admissions as wholes: person, [start, end), acute or not, kind of diagnosis, terminal or not."""

    who: Ints
    start: Minutes
    end: Minutes
    acute: Bools
    terminal: Bools


@dataclass(frozen=True, eq=False)
class Contacts:
    """Contacts, one element each. `kind` is a position in TYPES, `diagnosis` one in the table of codes (-1
    none).

    `end` is NaT while the contact is open; `admission` marks the contacts of an admission, `stay` numbers
    it.
    """

    who: Ints
    start: Minutes
    end: Minutes
    acute: Bools
    kind: Ints
    diagnosis: Ints
    specialty: Ints
    admission: Bools
    stay: Ints
    last_of_stay: Bools
    key: Ints
    course: Ints

    def __len__(self) -> int:
        return len(self.who)

    def where(self, keep: Bools | Ints) -> "Contacts":
        """The contacts chosen by a mask or by positions."""
        return Contacts(**{f.name: getattr(self, f.name)[keep] for f in fields(self)})


def draw_contacts(people: People, period: Period, rng: np.random.Generator) -> Contacts:
    """All hospital contacts of the people in the period, in the order of their keys."""
    table = diagnoses()
    stays = _stays(people, period, rng)
    parts = [
        _chained(people, stays, table, rng),
        _emergency(people, table, rng),
        _outpatient(people, table, rng),
        _deaths(people, table, rng),
    ]
    joined = {f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Contacts)}
    return _closed(Contacts(**joined), people, period, rng)


def _at_hour(who: Ints, day: Minutes, mean: float, spread: float, rng: np.random.Generator) -> Minutes:
    """A time of that day around `mean` minutes after midnight."""
    of_day = np.clip(np.round(rng.normal(mean, spread, len(who))), 0, DAY_MINUTES - 1)
    return plus_minutes(minute(day), of_day)


def _stays(people: People, period: Period, rng: np.random.Generator) -> Stays:
    everyone = np.arange(len(people))
    middle = np.full(len(people), period.start + (period.end - period.start) // 2)
    age = people.age(everyone, middle)
    frail = np.exp(0.8 * people.frailty)
    acute_rate = np.minimum(0.085 * np.exp(0.034 * (age - 50)) * frail, 5.0)
    who, day = people.events(acute_rate, rng)
    start = _at_hour(who, day, 840, 330, rng)
    end = plus_minutes(start, _length(people.age(who, day), rng, median_days=2.4))
    all_who: list[Ints] = [who]
    all_start, all_end = [start], [end]
    for _ in range(3):  # Readmissions, and readmissions of those.
        chance = np.where(people.age(who, end.astype("datetime64[D]")) >= 65, READMITTED_65, READMITTED_YOUNGER)
        again = rng.random(len(who)) < chance
        who = who[again]
        start = plus_minutes(end[again], 6 * 60 + np.minimum(rng.exponential(9.0, len(who)), 28.5) * DAY_MINUTES)
        end = plus_minutes(start, _length(people.age(who, start), rng, median_days=3.0))
        all_who.append(who)
        all_start.append(start)
        all_end.append(end)
    acute_count = sum(map(len, all_who))

    who, day = people.events(0.018 * np.exp(0.02 * (age - 50)) * np.sqrt(frail), rng)
    start = _at_hour(who, day, 480, 60, rng)
    all_who.append(who)
    all_start.append(start)
    all_end.append(plus_minutes(start, _length(people.age(who, day), rng, median_days=1.7)))
    planned_count = len(who)

    dying = np.flatnonzero(~np.isnat(people.death) & (rng.random(len(people)) < 0.45))
    start = plus_minutes(people.death_at[dying], -(60 + np.minimum(rng.exponential(6.0, len(dying)), 40) * DAY_MINUTES))
    all_who.append(dying)
    all_start.append(start)
    all_end.append(people.death_at[dying])
    size = acute_count + planned_count + len(dying)
    number = np.arange(size)
    return Stays(
        who=np.concatenate(all_who),
        start=np.concatenate(all_start),
        end=np.concatenate(all_end),
        acute=(number < acute_count) | (number >= acute_count + planned_count),
        terminal=number >= acute_count + planned_count,
    )


def _length(age: Floats, rng: np.random.Generator, *, median_days: float) -> Ints:
    median = median_days * np.interp(age, [20, 65, 90], [0.7, 1.1, 1.6])
    days = np.clip(median * np.exp(rng.normal(0, 0.85, len(age))), 0.3, 75)
    return np.asarray(np.round(days * DAY_MINUTES)).astype(np.int64)


def _chained(people: People, stays: Stays, table: DiagnosisTable, rng: np.random.Generator) -> Contacts:
    """The contacts of every stay: 1-5 in a chain, now and then overlapping, nested, or 4 or 5 hours apart."""
    count = rng.choice([1, 2, 3, 4, 5], len(stays.who), p=[0.52, 0.30, 0.11, 0.05, 0.02])
    stay = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(stay)) - np.repeat(np.cumsum(count) - count, count)
    share = rng.gamma(1.2, 1.0, len(stay)) + 0.08
    share = np.where((place == 0) & (count[stay] > 1) & stays.acute[stay], share * 0.15, share)  # The emergency ward.
    running = np.cumsum(share)
    before = np.concatenate([[0.0], running])[np.repeat(np.cumsum(count) - count, count)]
    total = (running[np.cumsum(count) - 1] - np.concatenate([[0.0], running])[np.cumsum(count) - count])[stay]
    length = (stays.end - stays.start).astype(np.int64)[stay]
    low = np.floor((running - share - before) / total * length).astype(np.int64)
    high = np.floor((running - before) / total * length).astype(np.int64)

    # The step to a next contact: none, up to 4 h, exactly 4 h (same stay), 5 h (another stay), or an overlap.
    draw = rng.choice(5, len(stay), p=[0.70, 0.20, 0.03, 0.03, 0.04])
    gap = np.select([draw == 1, draw == 2, draw == 3], [rng.integers(1, 240, len(stay)), 240, 300], 0)
    gap = np.where(place == 0, 0, gap)
    moved = np.cumsum(gap)
    offset = moved - np.concatenate([[0], moved])[np.repeat(np.cumsum(count) - count, count)]
    overlap = np.where((draw == 4) & (place > 0), np.minimum(rng.integers(10, 120, len(stay)), (low - 1).clip(0)), 0)
    start = plus_minutes(stays.start[stay], low + offset - overlap)
    end = plus_minutes(stays.start[stay], np.maximum(high, low + 5) + offset)
    kept_whole = stays.terminal[stay]
    end = np.where(kept_whole & (place == count[stay] - 1), stays.end[stay], end)

    who = stays.who[stay]
    age = people.age(stays.who, stays.start)
    main = _diagnosis(people, stays.who, stays.start, np.where(stays.acute, ACUTE, PLANNED), table, age, rng)
    other = table.draw(ACUTE, people.age(who, start), people.sex[who], rng)
    diagnosis = np.where((place > 0) & (rng.random(len(stay)) < 0.18), other, main[stay])
    specialty = table.specialty[diagnosis]
    ward = list(SPECIALTIES).index("emergency")
    specialty = np.where((place == 0) & (count[stay] > 1) & stays.acute[stay], ward, specialty)
    chain = _contacts(who, start, end, stays.acute[stay], diagnosis, specialty, stay=stay, admission=True)
    chain = Contacts(**{**vars(chain), "last_of_stay": place == count[stay] - 1})

    nested = np.flatnonzero(rng.random(len(chain)) < 0.05)
    inside = (chain.end[nested] - chain.start[nested]).astype(np.int64)
    nested, inside = nested[inside > 300], inside[inside > 300]
    at = plus_minutes(chain.start[nested], 60 + np.floor(rng.random(len(nested)) * (inside - 240)))
    scan = np.full(len(nested), int(np.flatnonzero(table.code == "DZ016")[0]))
    small = _contacts(
        chain.who[nested],
        at,
        plus_minutes(at, rng.integers(20, 120, len(nested))),
        np.zeros(len(nested), dtype=bool),
        scan,
        table.specialty[scan],
        stay=chain.stay[nested],
        admission=True,
    )
    return Contacts(
        **{f.name: np.concatenate([getattr(chain, f.name), getattr(small, f.name)]) for f in fields(Contacts)}
    )


def _diagnosis(
    people: People,
    who: Ints,
    when: Minutes,
    kind: Ints,
    table: DiagnosisTable,
    age: Floats,
    rng: np.random.Generator,
) -> Ints:
    """Positions of diagnosis codes by kind of contact; conditions that people have draw their own."""
    out = np.zeros(len(who), dtype=np.int64)
    for one in np.unique(kind):
        at = np.flatnonzero(kind == one)
        out[at] = table.draw(int(one), age[at], people.sex[who[at]], rng)
    chance = np.select([kind == OUTPATIENT, kind == ACUTE], [0.16, 0.10], 0.05)
    for name in np.unique(table.condition[table.condition != ""]):
        codes = np.flatnonzero(table.condition == name)
        codes = codes[(table.sex[codes] == 0)]
        has = np.flatnonzero(people.has(str(name), who, when) & (rng.random(len(who)) < chance))
        for one in np.unique(kind[has]):
            at = has[kind[has] == one]
            weight = table.weight[codes, one]
            # Conditions that seldom bring people here (high blood pressure) seldom do.
            at = at[rng.random(len(at)) < weight.sum() / 10]
            if len(codes) and weight.sum() > 0:
                out[at] = codes[rng.choice(len(codes), len(at), p=weight / weight.sum())]
    return out


def _emergency(people: People, table: DiagnosisTable, rng: np.random.Generator) -> Contacts:
    """Acute visits that end the same day without an admission."""
    rate = 0.17 * np.exp(0.35 * people.frailty)
    who, day = people.events(rate, rng)
    start = _at_hour(who, day, 900, 300, rng)
    kind = np.full(len(who), EMERGENCY)
    diagnosis = _diagnosis(people, who, start, kind, table, people.age(who, day), rng)
    end = plus_minutes(start, rng.gamma(2.2, 75, len(who)).clip(15, 600))
    ward = list(SPECIALTIES).index("emergency")
    specialty = np.where(rng.random(len(who)) < 0.7, ward, table.specialty[diagnosis])
    psychiatric = table.specialty[diagnosis] == list(SPECIALTIES).index("psychiatry")
    specialty = np.where(psychiatric, table.specialty[diagnosis], specialty)
    return _contacts(who, start, end, np.ones(len(who), dtype=bool), diagnosis, specialty)


def _outpatient(people: People, table: DiagnosisTable, rng: np.random.Generator) -> Contacts:
    """Planned contacts of 20-60 minutes, in courses of visits; virtual ones, home visits and diagnosis
    reports.
    """
    everyone = np.arange(len(people))
    age = people.age(everyone, people.seen_from)
    rate = 0.42 * np.exp(0.013 * (age - 50)) * np.exp(0.5 * people.frailty)
    who, day = people.events(rate, rng)
    diagnosis = _diagnosis(people, who, minute(day), np.full(len(who), OUTPATIENT), table, people.age(who, day), rng)
    visits = np.minimum(rng.geometric(0.30, len(who)), 24)
    of = np.repeat(np.arange(len(who)), visits)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(visits) - visits, visits)
    day = plus_days(day[of], nth * rng.choice([14, 28, 42, 90], len(who))[of] + rng.integers(0, 6, len(of)))
    weekday = (day.astype(np.int64) + 3) % 7
    day = plus_days(day, np.where(weekday > 4, 7 - weekday, 0))
    who, diagnosis = who[of], diagnosis[of]
    start = plus_minutes(minute(day), 8 * 60 + 5 * rng.integers(0, 90, len(of)))
    kind = rng.choice([0, 2, 1, 4], len(of), p=[0.855, 0.115, 0.02, 0.01])
    length = np.select([kind == 0, kind == 4], [rng.integers(20, 61, len(of)), 1], rng.integers(5, 45, len(of)))
    calm = np.zeros(len(of), dtype=bool)
    part = _contacts(who, start, plus_minutes(start, length), calm, diagnosis, table.specialty[diagnosis])
    return Contacts(**{**vars(part), "kind": kind})


def _deaths(people: People, table: DiagnosisTable, rng: np.random.Generator) -> Contacts:
    """Contacts of the type death: found dead, or dead on arrival; acute, with a diagnosis (rule 05.108)."""
    who = np.flatnonzero(~np.isnat(people.death) & (rng.random(len(people)) < 0.05))
    start = plus_minutes(people.death_at[who], -rng.integers(20, 90, len(who)))
    diagnosis = np.full(len(who), int(np.flatnonzero(table.code == "DI219")[0]))
    ward = np.full(len(who), list(SPECIALTIES).index("emergency"))
    part = _contacts(who, start, people.death_at[who], np.ones(len(who), dtype=bool), diagnosis, ward)
    return Contacts(**{**vars(part), "kind": np.full(len(who), TYPES.index(DEATH))})


def _contacts(
    who: Ints,
    start: Minutes,
    end: Minutes,
    acute: Bools,
    diagnosis: Ints,
    specialty: Ints,
    *,
    stay: Ints | None = None,
    admission: bool = False,
) -> Contacts:
    size = len(who)
    return Contacts(
        who=who,
        start=start,
        end=end,
        acute=acute,
        kind=np.zeros(size, dtype=np.int64),
        diagnosis=diagnosis,
        specialty=specialty,
        admission=np.full(size, admission),
        stay=np.full(size, -1) if stay is None else stay,
        last_of_stay=np.zeros(size, dtype=bool),
        key=np.zeros(size, dtype=np.int64),
        course=np.zeros(size, dtype=np.int64),
    )


def _closed(contacts: Contacts, people: People, period: Period, rng: np.random.Generator) -> Contacts:
    """Cut at death and at the ends of the period, make contacts open that still run, give keys, order by
    key.
    """
    who = contacts.who
    end = np.minimum(contacts.end, np.where(np.isnat(people.death[who]), contacts.end, people.death_at[who]))
    keep = (contacts.start >= people.seen_from[who]) & (contacts.start < people.seen_to[who]) & (end > contacts.start)
    contacts = Contacts(**{**vars(contacts), "end": end}).where(keep)
    open_now = contacts.end > minute(period.end)
    table = diagnoses()
    key = 10_000_000_000 + rng.permutation(len(contacts) * 3)[: len(contacts)]
    course = 20_000_000_000 + contacts.who * len(SPECIALTIES) + table.specialty[contacts.diagnosis]
    done = Contacts(
        **{
            **vars(contacts),
            "end": np.where(open_now, np.datetime64("NaT", "m"), contacts.end),
            "diagnosis": np.where(open_now, -1, contacts.diagnosis),
            "key": key,
            "course": course,
        }
    )
    return done.where(np.argsort(key))
