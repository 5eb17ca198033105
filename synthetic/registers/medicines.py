"""Prescriptions at the pharmacy (`lmdb`): what long illnesses, acute illness and a stay in hospital bring with them."""

import numpy as np
import pyarrow as pa

from synthetic.catalogue.diagnoses import diagnoses
from synthetic.catalogue.drugs import Drug, drugs
from synthetic.columns import (
    NEVER,
    Bools,
    Days,
    Ints,
    dates,
    firsts,
    integers,
    numbers,
    pick,
    plus_days,
    spread,
    table,
    texts,
)
from synthetic.people.conditions import CONDITIONS
from synthetic.people.people import People
from synthetic.world import Block, Rows

DRUGS_OF_CONDITION = ((60, 82), (1.4, 3.4))  # How many drugs a treated condition has on average, by age; at least one.
TREATED = 0.88  # Of those who have a condition; the others go without drugs.
SHORT_COURSES = 640.0  # Of 1,000 a year at the age of 50.
CONTRACEPTION = (16, 45, 0.38)  # From age, to age, share of women.
# Groups of acute diagnoses and the ATC groups of the short courses that they bring.
COURSES = (
    (("DJ", "DA40", "DA41", "DR50"), ("J01CE", "J01CA04", "J01FA", "R05DA")),
    (("DN3", "DN10"), ("J01CA08", "J01EB", "J01XE", "J01MA")),
    (("DS", "DM", "DR10", "DK8"), ("N02BE", "M01AE", "N02AX")),
    (("DK59",), ("A06AD",)),
    (("DE", "DD"), ("B03AA", "B03BA")),
)


def prescription_rows(block: Block) -> Rows:
    """`lmdb`: one row per dispensing, by date; no two rows alike."""
    people, rng = block.people, block.rng("lmdb")
    listed = drugs()
    parts = [_repeated(people, listed, rng), _contraception(people, listed, rng), _short(people, listed, rng)]
    parts.append(_around_stays(block, listed, rng))
    who, day, drug = (np.concatenate(column) for column in zip(*parts, strict=True))
    packs = rng.choice([1, 2, 3], len(who), p=[0.86, 0.11, 0.03])
    back = np.flatnonzero(rng.random(len(who)) < 0.003)
    who, drug = np.concatenate([who, who[back]]), np.concatenate([drug, drug[back]])
    packs = np.concatenate([packs, -packs[back]])
    day = np.concatenate([day, plus_days(day[back], rng.integers(1, 20, len(back)))])
    first_day, end = people.seen_from.astype("datetime64[D]"), people.seen_to.astype("datetime64[D]")
    inside = (day >= first_day[who]) & (day < end[who])
    who, day, drug, packs = who[inside], day[inside], drug[inside], packs[inside]
    single = firsts(who, day.astype(np.int64), drug)
    who, day, drug, packs = who[single], day[single], drug[single], packs[single]
    order = np.lexsort((drug, who, day))
    who, day, drug, packs = who[order], day[order], drug[order], packs[order]
    late = block.sown(len(who), 0.01, "late dispensings")
    known = plus_days(day, 1 + late * rng.integers(30, 90, len(who)))
    marks = {"late_row": late, "return": packs < 0}
    return Rows(_table(people, who, day, drug, packs, listed, rng), who, known, marks=marks)


def _repeated(people: People, listed: list[Drug], rng: np.random.Generator) -> tuple[Ints, Days, Ints]:
    """Every pack of the drugs of the conditions, from the onset on: who, when, which."""
    every_who, every_drug, every_start = [], [], []
    age = people.age(np.arange(len(people)), people.seen_to)
    for place, name in enumerate(CONDITIONS):
        choice = np.array([i for i, drug in enumerate(listed) if drug.condition == name])
        having = np.flatnonzero((people.onset[:, place] < NEVER) & (rng.random(len(people)) < TREATED))
        kinds = np.minimum(1 + rng.poisson(np.interp(age[having], *DRUGS_OF_CONDITION) - 1), 5)
        who = np.repeat(having, kinds)
        every_who.append(who)
        every_drug.append(choice[_weighed(listed, choice, len(who), rng)])
        every_start.append(people.onset[who, place])
    who, drug, start = np.concatenate(every_who), np.concatenate(every_drug), np.concatenate(every_start)
    start = plus_days(np.maximum(start, people.seen_from[who].astype("datetime64[D]")), rng.integers(0, 100, len(who)))
    stops = rng.random(len(who)) < 0.12
    return _packs(people, who, drug, start, stops, rng)


def _contraception(people: People, listed: list[Drug], rng: np.random.Generator) -> tuple[Ints, Days, Ints]:
    choice = np.array([i for i, drug in enumerate(listed) if drug.condition == "contraception"])
    youngest, oldest, share = CONTRACEPTION
    who = np.flatnonzero((people.sex == 2) & (rng.random(len(people)) < share))
    begin = plus_days(people.birth[who], (youngest + rng.gamma(2, 3, len(who))) * 365.25)
    begin = np.maximum(begin, people.seen_from[who].astype("datetime64[D]"))
    who_, day, drug = _packs(
        people, who, choice[_weighed(listed, choice, len(who), rng)], begin, rng.random(len(who)) < 0.5, rng
    )
    young = people.age(who_, day) < oldest
    return who_[young], day[young], drug[young]


def _packs(
    people: People, who: Ints, drug: Ints, start: Days, stops: Bools, rng: np.random.Generator
) -> tuple[Ints, Days, Ints]:
    """A pack every so many days, from the start until the person is no longer seen, or stopped before."""
    step = rng.choice([50, 90, 100, 120], len(who), p=[0.12, 0.25, 0.5, 0.13])
    span = (people.seen_to[who].astype("datetime64[D]") - start).astype(np.int64)
    begun = span > 0
    who, drug, start, step, span, stops = who[begun], drug[begun], start[begun], step[begun], span[begun], stops[begun]
    span = np.where(stops, np.floor(span * rng.random(len(who))).astype(np.int64), span)
    count = span // step + 1
    run, nth = spread(count)
    day = plus_days(start[run], nth * step[run] + rng.integers(-12, 13, len(run)))
    return who[run], day, drug[run]


def _short(people: People, listed: list[Drug], rng: np.random.Generator) -> tuple[Ints, Days, Ints]:
    """Antibiotics, painkillers and other short courses: who, when, which."""
    choice = np.array([i for i, drug in enumerate(listed) if drug.condition == "short"])
    who, day = people.course.happenings(people.weekly(SHORT_COURSES, 0.009, 0.22), rng)
    return who, day, choice[_weighed(listed, choice, len(who), rng)]


def _around_stays(block: Block, listed: list[Drug], rng: np.random.Generator) -> tuple[Ints, Days, Ints]:
    """What an acute illness brings: a course before the admission, and one after the discharge."""
    stays, codes = block.contacts.stays, diagnoses().code
    every: list[tuple[Ints, Days, Ints]] = []
    for prefixes, groups in COURSES:
        choice = np.array(
            [i for i, one in enumerate(listed) if one.condition == "short" and one.atc.startswith(groups)]
        )
        of_group = np.zeros(len(codes), dtype=bool)
        for prefix in prefixes:
            of_group |= np.char.startswith(codes, prefix)
        here = np.flatnonzero(stays.acute & of_group[stays.diagnosis])
        before = here[rng.random(len(here)) < 0.35]
        after = here[(rng.random(len(here)) < 0.55) & ~stays.terminal[here]]
        who = np.concatenate([stays.who[before], stays.who[after]])
        day = np.concatenate([stays.ill[before], stays.end[after]]).astype("datetime64[D]")
        day = plus_days(day, rng.integers(0, 3, len(day)))
        every.append((who, day, choice[_weighed(listed, choice, len(who), rng)]))
    who, day, drug = (np.concatenate(column) for column in zip(*every, strict=True))
    return who, day, drug


def _weighed(listed: list[Drug], choice: Ints, size: int, rng: np.random.Generator) -> Ints:
    weight = np.array([listed[i].weight for i in choice])
    return np.asarray(rng.choice(len(choice), size, p=weight / weight.sum()))


def _table(
    people: People,
    who: Ints,
    day: Days,
    drug: Ints,
    packs: Ints,
    listed: list[Drug],
    rng: np.random.Generator,
) -> pa.Table:
    indication = [d.indication for d in listed]
    silent = (rng.random(len(who)) < 0.12) | np.array([not text for text in indication])[drug]
    packtext = [_packtext(d) for d in listed]
    item = np.array([(index * 7919 + 12345) % 900_000 + 10_000 for index in range(len(listed))])
    return table(
        {
            "pnr": people.pnr(who, day),
            "eksd": dates(day),
            "atc": pick([d.atc for d in listed], drug),
            "vnr": texts(item[drug], width=6),
            "apk": integers(packs),
            "packsize": numbers(np.array([d.packsize for d in listed])[drug]),
            "strnum": numbers(np.array([d.strength for d in listed])[drug]),
            "strunit": pick([d.unit for d in listed], drug),
            "volume": numbers(np.array([d.volume for d in listed])[drug]),
            "voltypetxt": pick(["DDD"], np.zeros(len(who), dtype=np.int64)),
            "indo": pick(indication, drug, missing=silent),
            "name": pick([d.name for d in listed], drug),
            "packtext": pick(packtext, drug),
            "cpr_kom": integers(people.kom(who, day), missing=~people.in_register[who]),
        }
    )


def _packtext(drug: Drug) -> str:
    if drug.packsize >= 98 and drug.packsize % 98 == 0:
        return f"{drug.packsize:.0f} stk. (blister; kalenderpakning)"
    return f"{drug.packsize:.0f} stk." if drug.packsize > 5 else f"{drug.packsize:.0f} x 3 ml"
