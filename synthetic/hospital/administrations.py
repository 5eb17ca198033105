"""Medicine given in hospital (`medicinadministration`): what the illness asks for, and the person's own medicine.

Every drug of an admission is one prescription (`ordination_id`) with doses on the days of the stay: at the usual hours
when it is fixed, at any time when it is taken as needed. The own medicine follows the long illnesses that the person
has, with the drugs of the pharmacies. As in the region's data, prescriptions before September 2016 are incomplete, and
some doses are in micrograms.

atc, type_kodetekst and the two times are named as in the regional research database; the other names are not verified.
"""

from dataclasses import dataclass

import numpy as np

from synthetic.catalogue.diagnoses import diagnoses
from synthetic.catalogue.drugs import Drug, drugs
from synthetic.catalogue.hospital_drugs import (
    ALTERNATING,
    AS_NEEDED,
    FIXED,
    KINDS,
    ONCE,
    SCHEME,
    HospitalDrug,
    hospital_drugs,
)
from synthetic.columns import (
    DAY_MINUTES,
    Ints,
    Minutes,
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
from synthetic.hospital.beds import Beds, beds_of, told_the_day_after
from synthetic.people.conditions import CONDITIONS
from synthetic.people.people import People
from synthetic.world import Block, Rows

MOST_PRESCRIPTIONS = 100_000  # Of one block.
COMPLETE_FROM = np.datetime64("2016-09-01", "m")
BEFORE_THAT = 0.55
CONTINUED = 0.6  # Of the long illnesses, how many bring their drug into the ward.
DAYS_OF_OWN = 6
IN_OTHER_UNIT = 0.15  # Of the prescriptions in micrograms, how many are written in milligrams.
HOURS = ((480,), (480, 1200), (480, 840, 1260), (480, 720, 1080, 1320))  # Minutes after midnight, by doses a day.
# Own medicine that is given more than once a day, and what is not given on a ward (weekly, monthly, injected at home).
OFTEN = {"N02BE01": 4, "A10BA02": 2, "N04BA02": 3, "N03AX12": 3, "N03AX14": 2, "A10AB05": 3, "A10AB04": 3, "B01AF02": 2}
NOT_HERE = ("M05B", "A10BJ", "L04AX", "B03XA", "N02AB", "S01", "R01", "R06", "G03")
OWN_UNITS = {"mg": "mg", "mikrog": "mikrogram", "g": "g", "E/ml": "IE"}
UNITS_OF_INSULIN = 10.0


@dataclass(frozen=True, eq=False)
class _Prescriptions:
    """Prescriptions, one element each: bed, place in the list of ways, when it was written."""

    bed: Ints
    way: Ints
    start: Minutes


def administration_rows(block: Block) -> Rows:
    """`medicinadministration`: one row per dose given, by time."""
    people, contacts, rng = block.people, block.contacts, block.rng("medicinadministration")
    beds, ways = beds_of(contacts, block.period), _ways()
    written = _written(people, beds, rng)
    run, when, nth = _doses(beds, written, ways, rng)
    bed = written.bed[run]
    place = beds.at(bed, when)
    given = (place >= 0) & (when >= written.start[run]) & (when < people.seen_to[beds.who[bed]])
    run, when, nth, place = run[given], when[given], nth[given], place[given]
    order = np.lexsort((run, when))
    # Nobody is given the same twice in one minute.
    again = (np.diff(run[order]) == 0) & (np.diff(when[order]) == np.timedelta64(0, "m"))
    order = np.delete(order, np.flatnonzero(again) + 1)
    run, when, nth, place = run[order], when[order], nth[order], place[order]
    way, who = written.way[run], beds.who[written.bed[run]]
    dose, unit = np.array([one.dose for one in ways])[way], np.array([one.unit for one in ways])[way]
    kind = np.array([one.kind for one in ways])[way]
    dose = np.where(kind == SCHEME, dose * np.maximum(1 - 0.12 * nth, 0.25), dose)
    dose = np.where((kind == ALTERNATING) & (nth % 2 == 1), dose * 1.5, dose)
    milli = (unit == "mikrogram") & (rng.random(len(written.bed)) < IN_OTHER_UNIT)[run]
    dose, unit = np.where(milli, dose / 1000, dose), np.where(milli, "mg", unit)
    number = 70_000_000_000 + (block.number * MOST_PRESCRIPTIONS + run) * 3
    rows = table(
        {
            "cpr": people.pnr(who, when),
            "dw_ek_kontakt": texts(contacts.key[place]),
            "ordination_id": texts(number, prefix="O"),
            "atc": pick([one.atc for one in ways], way),
            "laegemiddel": pick([one.name for one in ways], way),
            "dosis": numbers(np.round(dose, 4)),
            "dosis_enhed": pick(unit, np.arange(len(unit))),
            "adm_vej": pick([one.route for one in ways], way),
            "type_kodetekst": pick(KINDS, kind),
            "datotid_ordinationstart": timestamps(written.start[run]),
            "datotid_administration_start": timestamps(when),
        }
    )
    return Rows(rows, who, told_the_day_after(when))


def _ways() -> list[HospitalDrug]:
    """The drugs of hospitals, then those of pharmacies as a ward gives them."""
    return [*hospital_drugs(), *(_as_given(drug) for drug in drugs())]


def _as_given(drug: Drug) -> HospitalDrug:
    insulin = drug.unit == "E/ml"
    dose = UNITS_OF_INSULIN if insulin else 1000.0 if drug.atc == "N02BE01" else drug.strength
    inhaled = drug.atc.startswith("R03") and drug.atc != "R03DC03"
    route = "s.c." if insulin else "inhal." if inhaled else "p.o."
    a_day = OFTEN.get(drug.atc, 1)
    unit = OWN_UNITS.get(drug.unit, drug.unit)
    return HospitalDrug(drug.atc, drug.name, dose, unit, route, FIXED, a_day, DAYS_OF_OWN, CONTINUED, ())


def _written(people: People, beds: Beds, rng: np.random.Generator) -> _Prescriptions:
    """Prescriptions by diagnosis and by long illness."""
    codes = diagnoses().code
    every, found = [], []
    for place, drug in enumerate(hospital_drugs()):
        fits = np.zeros(len(codes), dtype=bool)
        for prefix in drug.belongs:
            if prefix not in "*!":
                fits |= np.char.startswith(codes, prefix)
        asked = fits[beds.diagnosis] | (("*" in drug.belongs) & beds.acute) | (("!" in drug.belongs) & ~beds.acute)
        at = np.flatnonzero(asked & (rng.random(len(beds)) < drug.chance))
        every.append(at)
        found.append(np.full(len(at), place))
    first = len(hospital_drugs())
    own = drugs()
    # The drug of an illness is the person's: the same in every stay.
    fixed = rng.random((len(people), len(CONDITIONS)))
    for place, name in enumerate(CONDITIONS):
        choice = np.array(
            [
                i
                for i, one in enumerate(own)
                if one.condition == name and one.unit in OWN_UNITS and not one.atc.startswith(NOT_HERE)
            ],
            dtype=np.int64,
        )
        if not len(choice):
            continue
        having = people.has(name, beds.who, beds.start) & (rng.random(len(beds)) < CONTINUED)
        at = np.flatnonzero(having)
        weight = np.cumsum([own[i].weight for i in choice])
        every.append(at)
        found.append(first + choice[np.searchsorted(weight, fixed[beds.who[at], place] * weight[-1], side="right")])
    bed, way = np.concatenate(every), np.concatenate(found)
    start = plus_minutes(beds.start[bed], rng.integers(15, 200, len(bed)))
    kept = (start < beds.end[bed]) & ((start >= COMPLETE_FROM) | (rng.random(len(bed)) < BEFORE_THAT))
    return _Prescriptions(bed[kept], way[kept], start[kept])


def _doses(
    beds: Beds, written: _Prescriptions, ways: list[HospitalDrug], rng: np.random.Generator
) -> tuple[Ints, Minutes, Ints]:
    """Doses: prescription, when, and the day since the first."""
    kind = np.array([one.kind for one in ways])[written.way]
    a_day = np.array([one.a_day for one in ways])[written.way]
    most = np.array([one.days for one in ways])[written.way]
    first_day = written.start.astype("datetime64[D]")
    span = (beds.end[written.bed].astype("datetime64[D]") - first_day).astype(np.int64) + 1
    days = np.where(kind == ONCE, 1, np.minimum(span, most))
    run, place = spread(days * a_day)
    day, of_day = place // a_day[run], place % a_day[run]
    hours = np.array([list(row) + [0] * (len(HOURS) - len(row)) for row in HOURS])
    fixed = hours[a_day[run] - 1, of_day] + rng.integers(-20, 21, len(run))
    needed = kind[run] == AS_NEEDED
    at = np.where(needed, rng.integers(0, DAY_MINUTES, len(run)), fixed)
    when = plus_minutes(minute(plus_days(first_day[run], day)), at)
    # What is given once is given soon, and so is the first dose of what cannot wait for the next hour.
    soon = (kind[run] == ONCE) | ((place == 0) & (when < written.start[run]))
    when = np.where(soon, plus_minutes(written.start[run], rng.integers(5, 60, len(run))), when)
    taken = ~needed | (rng.random(len(run)) < 0.6)
    return run[taken], when[taken], day[taken]
