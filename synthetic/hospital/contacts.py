"""Hospital contacts of the national patient register: stays first, then the contacts that they are made of.

Acute stays are those of the course of life (`synthetic/people/course.py`); here they get contacts, departments and
diagnoses, and planned stays, births, emergency visits and outpatient courses are added. Numbered rules (05.11, 05.14,
05.102 ...) are those of the official reporting rules, Bilag 1 v1.3. The tables of the register are made in
`synthetic/hospital/lpr2.py` and `synthetic/hospital/lpr3.py`.
"""

from dataclasses import dataclass, fields

import numpy as np

from synthetic.catalogue.diagnoses import (
    ACUTE,
    EMERGENCY,
    OUTPATIENT,
    PLANNED,
    SPECIALTIES,
    DiagnosisTable,
    diagnoses,
)
from synthetic.columns import (
    DAY_MINUTES,
    NEVER,
    Bools,
    Days,
    Floats,
    Ints,
    Minutes,
    Period,
    minute,
    of_person,
    plus_days,
    plus_minutes,
    spread,
)
from synthetic.people.course import days_in_hospital
from synthetic.people.people import People

PHYSICAL, HOME, VIRTUAL, DEATH, REPORT = "ALCA00", "ALCA01", "ALCA03", "ALCA10", "ALCA20"
TYPES = (PHYSICAL, HOME, VIRTUAL, DEATH, REPORT)
LPR3_FROM = np.datetime64("2019-02-03T00:00", "m")

# Hard cases of a contact, to be added up: inside another contact of its stay; exactly 4 h 00 after the one before it;
# the contact of a stay of exactly 12 h 00; at 01:00:00, as conversions of old registers left it.
NESTED, FOUR_HOURS, TWELVE_HOURS, ONE_O_CLOCK = 1, 2, 4, 8
# Of 1,000 a year, before what age and illness do to it.
EMERGENCIES, OUTPATIENT_COURSES, PLANNED_STAYS = 42.0, 40.0, 8.0
PLANNED_DAYS = 1.7  # Median of a planned stay.
CONTROLS = 2.4  # A year, of people with type 1 diabetes: they go to the hospital for it, and to no other.


@dataclass(frozen=True, eq=False)
class Stays:
    """Admissions as wholes: person, begin of the illness, [start, end), acute or not, ended by death or not, and the
    position of the main diagnosis in the table of codes.
    """

    who: Ints
    ill: Minutes
    start: Minutes
    end: Minutes
    acute: Bools
    terminal: Bools
    diagnosis: Ints


@dataclass(frozen=True, eq=False)
class Contacts:
    """Contacts, one element each. `kind` is a position in TYPES, `diagnosis` one in the table of codes (-1 none).

    `end` is NaT while the contact is open; `admission` marks the contacts of an admission, `stay` is its place in
    `stays` (-1 none), `case` adds up the hard cases.
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
    case: Ints
    stays: Stays

    def __len__(self) -> int:
        return len(self.who)

    def where(self, keep: Bools | Ints) -> "Contacts":
        """The contacts chosen by a mask or by positions."""
        return Contacts(**{name: getattr(self, name)[keep] for name in _COLUMNS}, stays=self.stays)

    def in_hospital(self, who: Ints, when: Minutes) -> Bools:
        """Whether people were in an admission at the times; one that is open lasts."""
        admitted = self.where(self.admission)
        if not len(admitted):
            return np.zeros(len(who), dtype=bool)
        begin = of_person(admitted.who, admitted.start)
        end = of_person(admitted.who, np.where(np.isnat(admitted.end), minute(NEVER), admitted.end))
        order = np.argsort(begin, kind="stable")
        # The latest end so far: a short contact inside a longer one does not end the stay.
        last = np.maximum.accumulate(end[order])
        moment = of_person(who, when)
        at = np.searchsorted(begin[order], moment, side="right") - 1
        return np.asarray((at >= 0) & (moment < last[at.clip(0)]))


_NOBODY, _NO_TIME, _NO = np.zeros(0, dtype=np.int64), np.zeros(0, dtype="datetime64[m]"), np.zeros(0, dtype=bool)
NO_STAYS = Stays(_NOBODY, _NO_TIME, _NO_TIME, _NO_TIME, _NO, _NO, _NOBODY)
MOST_CONTACTS = 100_000  # Of one block.
_COLUMNS = tuple(f.name for f in fields(Contacts) if f.name != "stays")


def draw_contacts(people: People, period: Period, *, faults: float, number: int, rng: np.random.Generator) -> Contacts:
    """All hospital contacts of a block (its `number` makes the keys unique), in the order of their keys; `faults` in
    [0, 1] sets how many hard cases there are.
    """
    table = diagnoses()
    # A stream for each, so that the dial of faults and what it adds leave the others as they are.
    whole, chains, nested, visits, courses, births, ends, cases, keys, controls = rng.spawn(10)
    stays, exact = _stays(people, table, faults, whole, cases)
    chain = _chained(people, stays, exact, table, faults, chains)
    parts = [
        chain,
        _inside(chain, table, faults, nested),
        _emergency(people, table, visits),
        _outpatient(people, stays, table, courses),
        _pregnancies(people, table, births),
        _deaths(people, table, ends),
        _controls(people, period, table, controls),
    ]
    return _closed(_joined(parts, stays), people, period, faults, number, keys)


def _joined(parts: list[Contacts], stays: Stays) -> Contacts:
    return Contacts(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in _COLUMNS}, stays=stays)


def _at_hour(who: Ints, day: Days | Minutes, mean: float, spread: float, rng: np.random.Generator) -> Minutes:
    """A time of that day around `mean` minutes after midnight."""
    of_day = np.clip(np.round(rng.normal(mean, spread, len(who))), 0, DAY_MINUTES - 1)
    return plus_minutes(minute(day.astype("datetime64[D]")), of_day)


def _stays(
    people: People, table: DiagnosisTable, faults: float, rng: np.random.Generator, cases: np.random.Generator
) -> tuple[Stays, Bools]:
    """All stays, and which of them have one contact of exactly 12 h 00."""
    acute = people.course.admissions
    who, day = people.course.happenings(people.weekly(PLANNED_STAYS, 0.02, 0.25), rng)
    start = _at_hour(who, day, 480, 60, rng)
    end = plus_minutes(start, np.round(days_in_hospital(people.age(who, day), PLANNED_DAYS, rng) * DAY_MINUTES))
    mothers = np.flatnonzero(people.mother >= 0)
    born, mother = people.birth[mothers], people.mother[mothers]
    birth_start = plus_minutes(minute(born), rng.integers(0, DAY_MINUTES, len(born)))
    birth_end = plus_minutes(birth_start, np.round(rng.gamma(2.5, 0.8, len(born)).clip(0.3, 9) * DAY_MINUTES))
    parts = (
        (acute.who, acute.ill, acute.start, acute.end, np.ones(len(acute.who), dtype=bool), acute.terminal),
        (who, start, start, end, np.zeros(len(who), dtype=bool), np.zeros(len(who), dtype=bool)),
        (mother, birth_start, birth_start, birth_end, rng.random(len(born)) < 0.3, np.zeros(len(born), dtype=bool)),
    )
    who, ill, start, end, is_acute, terminal = (np.concatenate(column) for column in zip(*parts, strict=True))
    diagnosis = _diagnosis(people, who, start, np.where(is_acute, ACUTE, PLANNED), table, people.age(who, start), rng)
    births = np.arange(len(who)) >= len(who) - len(born)
    caesarean = rng.random(len(who)) < 0.19
    diagnosis = np.where(births, np.where(caesarean, table.at("DO829"), table.at("DO809")), diagnosis)
    exact = (cases.random(len(who)) < 0.03 * faults) & ~terminal
    end = np.where(exact, plus_minutes(start, 12 * 60), end)
    return Stays(who, ill, start, end, is_acute, terminal, diagnosis), exact


def _chained(
    people: People, stays: Stays, exact: Bools, table: DiagnosisTable, faults: float, rng: np.random.Generator
) -> Contacts:
    """The contacts of every stay: 1-5 in a chain, now and then overlapping, or 4 or 5 hours apart."""
    count = rng.choice([1, 2, 3, 4, 5], len(stays.who), p=[0.52, 0.30, 0.11, 0.05, 0.02])
    count = np.where(exact, 1, count)
    stay, place = spread(count)
    first = np.arange(len(stay)) - place
    share = rng.gamma(1.2, 1.0, len(stay)) + 0.08
    share = np.where((place == 0) & (count[stay] > 1) & stays.acute[stay], share * 0.15, share)  # The emergency ward.
    running = np.cumsum(share)
    before = np.concatenate([[0.0], running])[first]
    total = (running[np.cumsum(count) - 1] - np.concatenate([[0.0], running])[np.cumsum(count) - count])[stay]
    length = (stays.end - stays.start).astype(np.int64)[stay]
    low = np.floor((running - share - before) / total * length).astype(np.int64)
    high = np.floor((running - before) / total * length).astype(np.int64)
    high = np.where(place == count[stay] - 1, length, high)

    # The step to a next contact: none, up to 4 h, exactly 4 h (same stay), 5 h (another stay), or an overlap.
    draw = rng.random(len(stay))
    bounds = np.array([0.70, 0.90, 0.90 + 0.06 * faults, 0.96, 1.0])
    step = np.searchsorted(bounds, draw, side="right")
    gap = np.select([step == 1, step == 2, step == 3], [rng.integers(1, 240, len(stay)), 240, 300], 0)
    gap = np.where(place == 0, 0, gap)
    moved = np.cumsum(gap)
    offset = moved - moved[first]
    overlap = np.where((step == 4) & (place > 0), np.minimum(rng.integers(10, 120, len(stay)), (low - 1).clip(0)), 0)
    start = plus_minutes(stays.start[stay], low + offset - overlap)
    end = plus_minutes(stays.start[stay], np.maximum(high, low + 5) + offset)
    last = place == count[stay] - 1
    end = np.where(stays.terminal[stay] & last, stays.end[stay], end)
    # Four hours are exact only where the contact before was not moved by the end of the stay.
    exactly_four = (step == 2) & (place > 0) & (low > np.concatenate([[0], low[:-1]]) + 5)

    who = stays.who[stay]
    other = table.draw(ACUTE, people.age(who, start), people.sex[who], rng)
    diagnosis = np.where((place > 0) & (rng.random(len(stay)) < 0.18), other, stays.diagnosis[stay])
    specialty = table.specialty[diagnosis]
    ward = list(SPECIALTIES).index("emergency")
    specialty = np.where((place == 0) & (count[stay] > 1) & stays.acute[stay], ward, specialty)
    return _contacts(
        who,
        start,
        end,
        stays.acute[stay],
        diagnosis,
        specialty,
        stay=stay,
        admission=True,
        last=last,
        case=FOUR_HOURS * exactly_four + TWELVE_HOURS * exact[stay],
    )


def _inside(chain: Contacts, table: DiagnosisTable, faults: float, rng: np.random.Generator) -> Contacts:
    """Short contacts for a scan, nested in a contact of a stay."""
    nested = np.flatnonzero((rng.random(len(chain)) < 0.5 * faults) & (chain.case & TWELVE_HOURS == 0))
    inside = (chain.end[nested] - chain.start[nested]).astype(np.int64)
    nested, inside = nested[inside > 300], inside[inside > 300]
    at = plus_minutes(chain.start[nested], 60 + np.floor(rng.random(len(nested)) * (inside - 240)))
    scan = np.full(len(nested), table.at("DZ016"))
    return _contacts(
        chain.who[nested],
        at,
        plus_minutes(at, rng.integers(20, 120, len(nested))),
        np.zeros(len(nested), dtype=bool),
        scan,
        table.specialty[scan],
        stay=chain.stay[nested],
        admission=True,
        case=np.full(len(nested), NESTED),
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
    chance = np.select([kind == OUTPATIENT, kind == ACUTE], [0.22, 0.16], 0.08)
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
    who, day = people.course.happenings(people.weekly(EMERGENCIES, 0.0, 0.35), rng)
    start = _at_hour(who, day, 900, 300, rng)
    kind = np.full(len(who), EMERGENCY)
    diagnosis = _diagnosis(people, who, start, kind, table, people.age(who, day), rng)
    end = plus_minutes(start, rng.gamma(2.2, 75, len(who)).clip(15, 600))
    ward = list(SPECIALTIES).index("emergency")
    specialty = np.where(rng.random(len(who)) < 0.7, ward, table.specialty[diagnosis])
    psychiatric = table.specialty[diagnosis] == list(SPECIALTIES).index("psychiatry")
    specialty = np.where(psychiatric, table.specialty[diagnosis], specialty)
    return _contacts(who, start, end, np.ones(len(who), dtype=bool), diagnosis, specialty)


def _outpatient(people: People, stays: Stays, table: DiagnosisTable, rng: np.random.Generator) -> Contacts:
    """Planned contacts of 20-60 minutes, in courses of visits; virtual ones, home visits and diagnosis reports. Some
    courses follow a stay.
    """
    who, day = people.course.happenings(people.weekly(OUTPATIENT_COURSES, 0.012, 0.45), rng)
    diagnosis = _diagnosis(people, who, minute(day), np.full(len(who), OUTPATIENT), table, people.age(who, day), rng)
    after = np.flatnonzero((rng.random(len(stays.who)) < 0.35) & ~stays.terminal)
    who = np.concatenate([who, stays.who[after]])
    follow = plus_days(stays.end[after].astype("datetime64[D]"), rng.integers(10, 60, len(after)))
    day = np.concatenate([day, follow])
    diagnosis = np.concatenate([diagnosis, stays.diagnosis[after]])
    visits = np.minimum(rng.geometric(0.16, len(who)), 40)
    of, nth = spread(visits)
    day = plus_days(day[of], nth * rng.choice([14, 28, 42, 90], len(who))[of] + rng.integers(0, 6, len(of)))
    who, diagnosis = who[of], diagnosis[of]
    return _visits(who, day, diagnosis, table, rng)


def _controls(people: People, period: Period, table: DiagnosisTable, rng: np.random.Generator) -> Contacts:
    """The visits of people with type 1 diabetes to the clinic that treats it."""
    days = (period.end - period.start).astype(np.int64)
    visits = rng.poisson(CONTROLS * days / 365.25, len(people))
    who = np.repeat(np.arange(len(people)), visits)
    day = plus_days(np.full(len(who), period.start), rng.integers(0, days, len(who)))
    ill = people.has("diabetes_1", who, day)
    who, day = who[ill], day[ill]
    return _visits(who, day, np.full(len(who), table.at("DE109")), table, rng)


def _visits(who: Ints, day: Days, diagnosis: Ints, table: DiagnosisTable, rng: np.random.Generator) -> Contacts:
    weekday = (day.astype(np.int64) + 3) % 7
    day = plus_days(day, np.where(weekday > 4, 7 - weekday, 0))
    start = plus_minutes(minute(day), 8 * 60 + 5 * rng.integers(0, 90, len(who)))
    kind = rng.choice([0, 2, 1, 4], len(who), p=[0.855, 0.115, 0.02, 0.01])
    length = np.select([kind == 0, kind == 4], [rng.integers(20, 61, len(who)), 1], rng.integers(5, 45, len(who)))
    calm = np.zeros(len(who), dtype=bool)
    part = _contacts(who, start, plus_minutes(start, length), calm, diagnosis, table.specialty[diagnosis])
    return Contacts(**{**vars(part), "kind": kind})


def _pregnancies(people: People, table: DiagnosisTable, rng: np.random.Generator) -> Contacts:
    """The visits of every pregnancy: scans in weeks 12 and 20, midwife in weeks 28, 34 and 38."""
    children = np.flatnonzero(people.mother >= 0)
    weeks = np.array([12, 20, 28, 34, 38])
    of = np.repeat(children, len(weeks))
    day = plus_days(people.birth[of], np.tile((weeks - 40) * 7, len(children)) + rng.integers(-5, 6, len(of)))
    risky = np.repeat(rng.random(len(children)) < 0.2, len(weeks))
    diagnosis = np.where(risky, table.at("DZ359"), table.at("DZ349"))
    return _visits(people.mother[of], day, diagnosis, table, rng)


def _deaths(people: People, table: DiagnosisTable, rng: np.random.Generator) -> Contacts:
    """Contacts of the type death: found dead, or dead on arrival; acute, with a diagnosis (rule 05.108)."""
    who = np.flatnonzero(~np.isnat(people.death) & (rng.random(len(people)) < 0.05))
    start = plus_minutes(people.death_at[who], -rng.integers(20, 90, len(who)))
    diagnosis = np.full(len(who), table.at("DR979"))
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
    last: Bools | None = None,
    case: Ints | None = None,
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
        last_of_stay=np.zeros(size, dtype=bool) if last is None else last,
        key=np.zeros(size, dtype=np.int64),
        course=np.zeros(size, dtype=np.int64),
        case=np.zeros(size, dtype=np.int64) if case is None else case,
        stays=NO_STAYS,
    )


def _closed(
    contacts: Contacts, people: People, period: Period, faults: float, number: int, rng: np.random.Generator
) -> Contacts:
    """Cut at death and at the ends of the period, make contacts open that still run, give keys, order by key."""
    who = contacts.who
    end = np.minimum(contacts.end, np.where(np.isnat(people.death[who]), contacts.end, people.death_at[who]))
    cut = end < contacts.end
    old = (contacts.start < LPR3_FROM) & ~contacts.admission & (rng.random(len(who)) < 0.05 * faults)
    start = np.where(old, plus_minutes(minute(contacts.start.astype("datetime64[D]")), 60), contacts.start)
    end = np.where(old, plus_minutes(start, (end - contacts.start).astype(np.int64).clip(1)), end)
    case = np.where(cut, 0, contacts.case) + ONE_O_CLOCK * old
    keep = (start >= people.seen_from[who]) & (start < people.seen_to[who]) & (end > start)
    contacts = Contacts(**{**vars(contacts), "start": start, "end": end, "case": case}).where(keep)
    open_now = contacts.end > minute(period.end)
    key = 10_000_000_000 + number * MOST_CONTACTS + rng.permutation(MOST_CONTACTS)[: len(contacts)]
    place = people.number[contacts.who] * len(SPECIALTIES) + diagnoses().specialty[contacts.diagnosis]
    done = Contacts(
        **{
            **vars(contacts),
            "end": np.where(open_now, np.datetime64("NaT", "m"), contacts.end),
            "diagnosis": np.where(open_now, -1, contacts.diagnosis),
            "key": key,
            "course": 20_000_000_000 + place,
        }
    )
    return done.where(np.argsort(key))
