"""Elderly tables of Statistics Denmark: home care, home nursing, training and rehabilitation of municipalities.

The column names are those of danish-registers.md. PERPL_VIS and PRAHJ_VIS mean what DST's documentation of variables
says: minutes a week that were granted, on average over the month; 0 where only the other help was granted. Training
has one row per person, month and kind (the same documentation, where the column is called TRAEN_ART). Not verified:
the form YYYYMM of HÆND_MDR; the codes of TREAN_ART (1 § 86(1), 2 § 86(2)); IMP_MARK in AEHJSP (KOM or empty reported,
FTI imputed: its meaning in the table of nursing homes); the meaning of GODKEND_AAR and VERSION.

All are appended to by month or year: a month that was published stays as it is, and no table has a key of its own.
"""

import numpy as np

from synthetic.catalogue.diagnoses import diagnoses
from synthetic.columns import Bools, Days, Floats, Ints, dates, firsts, integers, pick, plus_days, spread, table, texts
from synthetic.hospital.contacts import Stays
from synthetic.municipality.care import (
    as_minutes,
    dependence_at,
    discharges,
    month_end,
    month_of,
    month_text,
    seen,
    spells,
)
from synthetic.people.course import HOME_CARE, NURSING_HOME
from synthetic.world import Block, Rows

PUBLISHED_AFTER = 45  # Days from the end of a month; a late municipality takes two to four months more.
NURSED_AFTER_DISCHARGE = 0.45  # Of the discharges of those of 65 or more who are about to need help.
NEARLY_DEPENDENT = -1.0
NURSED_ALWAYS = 0.15  # Of the spells of home care.
TRAINED, REHABILITATED, KEPT_FIT = 0.55, 0.40, 0.12  # Of the discharges that call for it; of the spells of home care.
LONG_STAY = 8  # Days in hospital after which people need training.


def granted_rows(block: Block) -> Rows:
    """`aefv`: one row per person and month with home care (as of the 15th): granted minutes a week of personal care and
    of practical help. The grant follows the need quarter by quarter.
    """
    people, rng = block.people, block.rng("aefv")
    period = block.period
    month = np.arange(f"{period.first_year}-01", f"{period.last_year + 1}-01", dtype="datetime64[M]")
    middle = plus_days(month.astype("datetime64[D]"), 14)
    helped = people.course.care[people.course.week(middle)] == HOME_CARE
    at, who = np.nonzero(helped)
    keep = seen(people, who, as_minutes(middle[at]))
    at, who = at[keep], who[keep]
    quarter = month[at - at % 3].astype("datetime64[D]")
    need = dependence_at(people, who, quarter) + rng.normal(0, 0.35, len(people))[who]
    wish = rng.random((2, len(people)))[:, who]
    personal = np.where(need + 3 * wish[0] > 1.2, _minutes(4.55 + 0.55 * need), 0)
    practical = np.where((wish[1] < 0.88) | (personal == 0), _minutes(3.65 + 0.15 * need), 0)
    number = month_of(middle[at])
    late = block.sown(len(who), 0.01, "late months of aefv")
    rows = table(
        {
            "PNR": people.pnr(who, middle[at]),
            "HÆND_MDR": month_text(number),
            "PERPL_VIS": integers(personal),
            "PRAHJ_VIS": integers(practical),
        }
    )
    return Rows(rows, who, _published(number, late, rng), marks={"late_row": late})


def _minutes(log: Floats) -> Ints:
    """Minutes a week in steps of five."""
    return np.asarray(np.clip(np.round(np.exp(log) / 5) * 5, 5, 2400)).astype(np.int64)


def _published(month: Ints, late: Bools, rng: np.random.Generator) -> Days:
    return plus_days(month_end(month), PUBLISHED_AFTER + late * rng.integers(60, 120, len(month)))


def nursing_rows(block: Block) -> Rows:
    """`aehjsp`: one row per person and day with home nursing: after discharges for 1-8 weeks, and week by week for some
    who have home care. Nobody is nursed at home while in hospital.
    """
    people, rng = block.people, block.rng("aehjsp")
    stays = block.contacts.stays
    left = discharges(block)
    who, day = stays.who[left], stays.end[left].astype("datetime64[D]")
    care = people.course.care[people.course.week(day), who]
    needs = (dependence_at(people, who, day) > NEARLY_DEPENDENT) & (care != NURSING_HOME)
    needs &= (people.age(who, day) >= 65) & (rng.random(len(who)) < NURSED_AFTER_DISCHARGE)
    begin = plus_days(day[needs], np.minimum(rng.geometric(0.45, int(needs.sum())) - 1, 7))
    length = rng.integers(7, 57, len(begin))
    lasting = spells(people, HOME_CARE)
    some = np.flatnonzero(rng.random(len(lasting.who)) < NURSED_ALWAYS)
    end = np.where(np.isnat(lasting.end[some]), block.period.end, lasting.end[some])
    who = np.concatenate([who[needs], lasting.who[some]])
    length = np.concatenate([length, (end - lasting.start[some]).astype(np.int64)])
    begin = np.concatenate([begin, lasting.start[some]])
    step = np.where(np.arange(len(who)) < needs.sum(), rng.choice([1, 2, 3, 7], len(who), p=[0.2, 0.3, 0.3, 0.2]), 7)
    count = -(-length // step)
    run, nth = spread(count)
    day = plus_days(begin[run], nth * step[run])
    who = who[run]
    noon = as_minutes(day)
    keep = seen(people, who, noon) & ~block.contacts.in_hospital(who, noon)
    who, day = who[keep], day[keep]
    single = firsts(who, day.astype(np.int64))
    who, day = who[single], day[single]
    order = np.lexsort((who, day))
    who, day = who[order], day[order]
    late = block.sown(len(who), 0.01, "late nursing")
    mark = rng.choice(3, len(who), p=[0.70, 0.01, 0.29])
    rows = table(
        {
            "PNR": people.pnr(who, day),
            "HJEMSYGEP_DATO": dates(day),
            "IMP_MARK": pick(["KOM", "FTI", ""], mark, missing=mark == 2),
        }
    )
    return Rows(rows, who, _published(month_of(day), late, rng), marks={"late_row": late})


def training_rows(block: Block) -> Rows:
    """`aetr`: one row per person, month and kind of training: 1 to regain what was lost, for 1-4 months after
    discharges with a fracture, a stroke or a long stay; 2 to keep what is left, for some who have home care.
    """
    people, rng = block.people, block.rng("aetr")
    stays, left = block.contacts.stays, _disabling(block)
    left = left[rng.random(len(left)) < TRAINED]
    lasting = spells(people, HOME_CARE)
    some = np.flatnonzero(rng.random(len(lasting.who)) < KEPT_FIT)
    who = np.concatenate([stays.who[left], lasting.who[some]])
    begin = np.concatenate([stays.end[left].astype("datetime64[D]"), lasting.start[some]])
    begin = plus_days(begin, rng.integers(3, 25, len(who)))
    count = np.where(np.arange(len(who)) < len(left), rng.integers(1, 5, len(who)), rng.integers(3, 13, len(who)))
    run, nth = spread(count)
    month = month_of(begin)[run] + nth
    kind = np.where(run < len(left), 1, 2)
    who = who[run]
    middle = np.maximum(plus_days(month.astype("datetime64[M]").astype("datetime64[D]"), 14), begin[run])
    keep = seen(people, who, as_minutes(middle))
    who, month, kind, middle = who[keep], month[keep], kind[keep], middle[keep]
    single = firsts(who, month, kind)
    single = single[np.lexsort((who[single], month[single]))]
    who, month, kind, middle = who[single], month[single], kind[single], middle[single]
    late = block.sown(len(who), 0.01, "late training")
    rows = table(
        {"PNR": people.pnr(who, middle), "HÆND_MDR": month_text(month), "TREAN_ART": texts(kind)},
    )
    return Rows(rows, who, _published(month, late, rng), marks={"late_row": late})


def rehabilitation_rows(block: Block) -> Rows:
    """`aerehab`: one row per person, municipality and year with a plan of rehabilitation (§ 83 a), after discharges
    with a fracture, a stroke or a long stay. A few plans come again as version 2 a year later.
    """
    people, rng = block.people, block.rng("aerehab")
    stays, left = block.contacts.stays, _disabling(block)
    left = left[rng.random(len(left)) < REHABILITATED]
    who, day = stays.who[left], plus_days(stays.end[left].astype("datetime64[D]"), rng.integers(2, 21, len(left)))
    keep = seen(people, who, as_minutes(day))
    who, day = who[keep], day[keep]
    kom, year = people.kom(who, day), day.astype("datetime64[Y]").astype(np.int64) + 1970
    single = firsts(who, kom, year)
    again = single[rng.random(len(single)) < 0.02]
    place = np.concatenate([single, again])
    version = np.where(np.arange(len(place)) < len(single), 1, 2)
    who, day, kom, year = who[place], day[place], kom[place], year[place]
    late_in_year = month_of(day) % 12 == 11
    approved = year + (late_in_year & (rng.random(len(who)) < 0.4))
    rows = table(
        {
            "PNR": people.pnr(who, day),
            "AEL_KOMKOD": integers(kom),
            "AAR": integers(year),
            "GODKEND_AAR": integers(approved),
            "VERSION": integers(version),
        }
    )
    known = plus_days((year - 1970 + version).astype("datetime64[Y]").astype("datetime64[D]"), 105)
    return Rows(rows, who, known, marks={"late_row": version == 2})


def _disabling(block: Block) -> Ints:
    """Discharges of those of 65 or more, not to a nursing home, after which people must learn to manage again."""
    people, stays = block.people, block.contacts.stays
    left = discharges(block)
    who, end = stays.who[left], stays.end[left]
    home = people.course.care[people.course.week(end), who] != NURSING_HOME
    return np.asarray(left[home & (people.age(who, end) >= 65) & _calls_for_training(stays, left)])


def _calls_for_training(stays: Stays, at: Ints) -> Bools:
    code = diagnoses().code[stays.diagnosis[at]]
    fracture = np.char.startswith(code, "DS") & (np.char.str_len(code) >= 4)
    fracture &= np.array([text[3:4] == "2" for text in diagnoses().code])[stays.diagnosis[at]]
    stroke = np.char.startswith(code, "DI6")
    long = (stays.end[at] - stays.start[at]).astype(np.int64) >= LONG_STAY * 1440
    return np.asarray(fracture | stroke | long)
