"""Prescriptions at the pharmacy (`lmdb`): repeat prescriptions of the long illnesses, short courses, a few
returns.
"""

import numpy as np
import pyarrow as pa

from synthetic.columns import (
    Days,
    Ints,
    Period,
    dates,
    firsts,
    integers,
    minute,
    numbers,
    pick,
    plus_days,
    table,
    texts,
)
from synthetic.drugs import Drug, drugs
from synthetic.people import CONDITIONS, People

DRUGS_OF_CONDITION = 1.35  # How many drugs a condition has on average (Poisson, at least one).


def prescription_table(people: People, period: Period, rng: np.random.Generator) -> pa.Table:
    """`lmdb`: one row per dispensing, by date; no two rows alike."""
    listed = drugs()
    parts = [_repeated(people, period, listed, rng), _short(people, listed, rng)]
    who = np.concatenate([part[0] for part in parts])
    day = np.concatenate([part[1] for part in parts])
    drug = np.concatenate([part[2] for part in parts])
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
    return _table(people, who, day, drug, packs, listed, rng)


def _repeated(people: People, period: Period, listed: list[Drug], rng: np.random.Generator) -> tuple[Ints, Days, Ints]:
    """Every pack of the drugs of the conditions: who, when, which."""
    every_who, every_drug, every_start = [], [], []
    for place, name in enumerate(CONDITIONS):
        choice = np.array([i for i, drug in enumerate(listed) if drug.condition == name])
        having = np.flatnonzero(people.conditions[:, place] & (rng.random(len(people)) < 0.66))
        kinds = np.minimum(1 + rng.poisson(DRUGS_OF_CONDITION - 1, len(having)), 3)
        who = np.repeat(having, kinds)
        weight = np.array([listed[i].weight for i in choice])
        every_who.append(who)
        every_drug.append(choice[rng.choice(len(choice), len(who), p=weight / weight.sum())])
        every_start.append(people.onset[who, place])
    who, drug, start = np.concatenate(every_who), np.concatenate(every_drug), np.concatenate(every_start)
    start = plus_days(np.maximum(start, people.seen_from[who].astype("datetime64[D]")), rng.integers(0, 100, len(who)))
    step = rng.choice([50, 90, 100, 120], len(who), p=[0.12, 0.25, 0.5, 0.13])
    stops = rng.random(len(who)) < 0.15
    span = (people.seen_to[who].astype("datetime64[D]") - start).astype(np.int64).clip(0)
    span = np.where(stops, np.floor(span * rng.random(len(who))).astype(np.int64), span)
    count = span // step + 1
    run = np.repeat(np.arange(len(who)), count)
    nth = np.arange(len(run)) - np.repeat(np.cumsum(count) - count, count)
    day = plus_days(start[run], nth * step[run] + rng.integers(-12, 13, len(run)))
    return who[run], day, drug[run]


def _short(people: People, listed: list[Drug], rng: np.random.Generator) -> tuple[Ints, Days, Ints]:
    """Antibiotics, painkillers and other short courses: who, when, which."""
    choice = np.array([i for i, drug in enumerate(listed) if drug.condition == "short"])
    weight = np.array([listed[i].weight for i in choice])
    age = people.age(np.arange(len(people)), people.seen_from)
    who, day = people.events(0.75 * np.exp(0.009 * (age - 50)) * np.exp(0.4 * people.frailty), rng)
    return who, day, choice[rng.choice(len(choice), len(who), p=weight / weight.sum())]


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
            "pnr": pick(people.cpr, who),
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
            "cpr_kom": integers(people.kom(who, minute(day)), missing=~people.in_register[who]),
        }
    )


def _packtext(drug: Drug) -> str:
    if drug.packsize >= 98 and drug.packsize % 98 == 0:
        return f"{drug.packsize:.0f} stk. (blister; kalenderpakning)"
    return f"{drug.packsize:.0f} stk." if drug.packsize > 5 else f"{drug.packsize:.0f} x 3 ml"
