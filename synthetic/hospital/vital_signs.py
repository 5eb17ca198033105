"""Vital signs of admissions (`vitale_vaerdier`): structured notes of the regional journal (SFI), one row per element.

How far the signs are off follows the course: an acute stay begins the worse the more ill somebody is (`course.load`),
mends towards discharge and worsens towards death; infections bring fever, illnesses of the lungs a low saturation.
The total is the early warning score (EWS) of the values beside it.

Column names as in the regional research database; person and contact as keys as in this project's other sources of
the journal. Not verified: texts, codes and units of the elements, and the points of the score, which follow the
British NEWS as remembered.
"""

from dataclasses import dataclass

import numpy as np

from synthetic.catalogue.diagnoses import diagnoses
from synthetic.columns import Bools, Floats, Ints, Minutes, numbers, pick, plus_minutes, table, texts, timestamps
from synthetic.hospital.beds import Beds, beds_of, told_the_day_after
from synthetic.people.people import People
from synthetic.world import Block, Rows

MOST_ROUNDS = 25  # Of an admission.
ROUNDS_WRITTEN = 0.7  # Of all but the first of an admission, which is always written.
OFTEN = 9  # Rounds of the first three days, eight hours apart.
SELDOM = 16 * 60  # Minutes between later rounds at least.
NOT_MEASURED = 0.02
INFECTIONS = ("DA", "DB34", "DJ1", "DJ69", "DJ2", "DN10", "DN3", "DL03", "DR50", "DK35", "DK81", "DT81", "DT84")
LUNGS = ("DJ", "DI50", "DI26", "DB34")
CONFUSING = ("DI6", "DS06", "DF05", "DR41", "DG40", "DR56", "DE101", "DT50", "DA41")


@dataclass(frozen=True)
class Element:
    """One element of the note: text, code, unit, decimals, and the least and the greatest value that is written."""

    text: str
    code: str
    unit: str
    decimals: int
    least: float
    most: float


ELEMENTS = (
    Element("Respirationsfrekvens", "SFI10011", "pr. min", 0, 6, 48),
    Element("Saturation", "SFI10012", "%", 0, 62, 100),
    Element("Temperatur", "SFI10013", "°C", 1, 33.5, 41.8),
    Element("Blodtryk systolisk", "SFI10014", "mmHg", 0, 62, 235),
    Element("Puls", "SFI10015", "slag/min", 0, 34, 190),
    Element("Bevidsthedsniveau", "SFI10016", "score", 0, 0, 3),
    Element("Blodtryk diastolisk", "SFI10017", "mmHg", 0, 30, 130),
    Element("EWS total", "SFI10020", "score", 0, 0, 20),
)
RESPIRATION, SATURATION, TEMPERATURE, SYSTOLIC, PULSE, AWAKE, DIASTOLIC, SCORE = range(len(ELEMENTS))
# Points of the score: bounds, and points from below the first bound to above the last.
POINTS = {
    RESPIRATION: ((9, 12, 21, 25), (3, 1, 0, 2, 3)),
    SATURATION: ((92, 94, 96), (3, 2, 1, 0)),
    TEMPERATURE: ((35.1, 36.1, 38.1, 39.1), (3, 1, 0, 1, 2)),
    SYSTOLIC: ((91, 101, 111, 220), (3, 2, 1, 0, 3)),
    PULSE: ((41, 51, 91, 111, 131), (3, 1, 0, 1, 2, 3)),
    AWAKE: ((1,), (0, 3)),
}


def measurement_rows(block: Block) -> Rows:
    """`vitale_vaerdier`: one row per element and round, by time."""
    people, contacts, rng = block.people, block.contacts, block.rng("vitale_vaerdier")
    beds = beds_of(contacts, block.period)
    bed, when = _rounds(beds, rng)
    place = beds.at(bed, when)
    there = (place >= 0) & (when < people.seen_to[beds.who[bed]])
    bed, when, place = bed[there], when[there], place[there]
    order = np.lexsort((bed, when))
    bed, when, place = bed[order], when[order], place[order]
    value = _values(people, beds, bed, when, rng)
    kept = rng.random(value.shape) >= NOT_MEASURED
    kept[:, SCORE] = kept[:, :DIASTOLIC].all(axis=1)
    row, element = np.nonzero(kept)
    who = beds.who[bed][row]
    rows = table(
        {
            "cpr": people.pnr(who, when[row]),
            "dw_ek_kontakt": texts(contacts.key[place[row]]),
            "aktivitetstypenavn": pick(["Vitale værdier", "EWS"], (element == SCORE).astype(np.int64)),
            "elementledetekst": pick([one.text for one in ELEMENTS], element),
            "elementkode": pick([one.code for one in ELEMENTS], element),
            "numelementvaerdi": numbers(value[row, element]),
            "enhed": pick([one.unit for one in ELEMENTS], element),
            "datotid_resultat_udfoert": timestamps(when[row]),
        }
    )
    return Rows(rows, who, told_the_day_after(when[row]))


def severity(people: People, beds: Beds, bed: Ints, when: Minutes, own: Floats) -> Floats:
    """How far the signs are off at the times, 0 as at home to about 5; `own` is normal, one of every admission."""
    load = people.course.load[people.course.week(beds.start), beds.who].astype(np.float64).clip(-2, 8)
    begin = np.where(beds.acute, 0.9 + 0.22 * load + 0.45 * own, 0.35 + 0.1 * own).clip(0.1, 3.2)
    span = (beds.end - beds.start).astype(np.float64)[bed]
    gone = (when - beds.start[bed]).astype(np.float64) / np.maximum(span, 1)
    # Somebody whose stay runs on has come about half the way.
    gone = np.where(beds.open[bed], gone * 0.5, gone)
    mends = begin[bed] * (1 - 0.85 * gone**0.6)
    return np.asarray(np.where(beds.terminal[bed], begin[bed] * 0.8 + 2.2 * gone**1.5, mends))


def _rounds(beds: Beds, rng: np.random.Generator) -> tuple[Ints, Minutes]:
    """The rounds of every admission: three a day for three days, then one or two, less those that
    nobody wrote down; `MOST_ROUNDS` at most.
    """
    length = (beds.end - beds.start).astype(np.int64)
    later = np.maximum(SELDOM, (length - OFTEN * 480) // (MOST_ROUNDS - OFTEN) + 1)
    nth = np.arange(MOST_ROUNDS)
    after = nth.clip(max=OFTEN - 1) * 480 + (nth - OFTEN + 1).clip(0) * later[:, None]
    after = after + np.where(nth == 0, rng.integers(4, 35, after.shape), rng.integers(-45, 46, after.shape))
    bed, place = np.nonzero(after < length[:, None])
    after = after[bed, place]
    kept = (place == 0) | (rng.random(len(bed)) < ROUNDS_WRITTEN)
    return bed[kept], plus_minutes(beds.start[bed[kept]], after[kept])


def _values(people: People, beds: Beds, bed: Ints, when: Minutes, rng: np.random.Generator) -> Floats:
    """Rounds x elements."""
    who = beds.who[bed]
    off = severity(people, beds, bed, when, rng.normal(size=len(beds)))
    infected, lungs, confusing = (_of(beds, bed, prefixes) for prefixes in (INFECTIONS, LUNGS, CONFUSING))
    own = rng.normal(size=(len(people), 4))[who]  # What lasts: pulse, pressure, breath, temperature.
    noise = rng.normal(size=(len(bed), len(ELEMENTS)))
    old = (people.age(who, when) - 50).clip(0, 40)
    copd, tense = people.has("copd", who, when), people.has("hypertension", who, when)
    value = np.zeros((len(bed), len(ELEMENTS)))
    value[:, RESPIRATION] = 15.5 + 0.8 * own[:, 2] + off * (1.5 + 1.1 * lungs) + 1.0 * copd + 1.1 * noise[:, 0]
    value[:, SATURATION] = 97.3 - 0.02 * old - off * (0.5 + 1.1 * lungs) - 2.2 * copd + 0.8 * noise[:, 1]
    fever = np.where(infected, 0.65 * off, 0.06 * off)
    value[:, TEMPERATURE] = 36.8 + 0.15 * own[:, 3] - 0.004 * old + fever + 0.22 * noise[:, 2]
    value[:, SYSTOLIC] = 124 + 0.35 * old + 9 * tense + 10 * own[:, 1] - (3.5 + 3 * infected) * off + 7 * noise[:, 3]
    value[:, PULSE] = 73 + 7 * own[:, 0] + off * (7 + 3 * infected) + 4.5 * noise[:, 4]
    value[:, DIASTOLIC] = 0.5 * value[:, SYSTOLIC] + 11 + 4 * noise[:, DIASTOLIC]
    unclear = rng.random(len(bed)) < (0.012 * off + 0.05 * off * confusing).clip(0, 0.7)
    value[:, AWAKE] = unclear * (1 + (off > 3) + (off > 4))
    for place, one in enumerate(ELEMENTS):
        value[:, place] = np.round(value[:, place].clip(one.least, one.most), one.decimals)
    value[:, SCORE] = sum(np.array(points)[np.digitize(value[:, e], bounds)] for e, (bounds, points) in POINTS.items())
    return value


def _of(beds: Beds, bed: Ints, prefixes: tuple[str, ...]) -> Bools:
    codes = diagnoses().code
    found = np.zeros(len(codes), dtype=bool)
    for prefix in prefixes:
        found |= np.char.startswith(codes, prefix)
    return np.asarray(found[beds.diagnosis[bed]])
