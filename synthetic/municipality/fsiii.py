"""FSIII assessments by municipalities: functional levels (`fsiii_funktionsniveau`) and conditions (`fsiii_tilstand`).

Codes are those of KL's code system FSIII (hl7dk/kl-term, CodeSystem-FSIII.json). Functional conditions (J) carry a
severity, health conditions (I) none. Until 2022 a level is told by its legacy code, from then on by its number: B1 is
level 0, B5 level 4 and B6 is 9, not relevant. There is no national extract: the columns are the project's, and that all
municipalities change on the same day is its choice.

Both tables tell of the same assessments: when home care begins, after discharges, and about once a year.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from synthetic.columns import (
    Bools,
    Days,
    Floats,
    Ints,
    Minutes,
    dates,
    firsts,
    minute,
    pick,
    plus_days,
    spread,
    table,
    texts,
)
from synthetic.municipality.care import as_minutes, at_home_with_help, dependence_at, discharges, level_of, spells
from synthetic.people.course import HOME_CARE
from synthetic.world import Block, Rows, concatenated

NUMBERS_FROM = np.datetime64("2022-01-01", "D")
NOT_RELEVANT, LEVELS = 9, ("0", "1", "2", "3", "4", "9")
# Functional conditions that are assessed: concept, and how much more dependent people are in it than on the whole.
FUNCTIONS = (
    ("J1.1", 0.3),  # Vaske sig
    ("J1.3", 0.0),  # Af- og påklædning
    ("J1.6", -1.0),  # Spise
    ("J1.8", -0.5),  # Gå på toilet
    ("J2.1", 0.9),  # Lave husligt arbejde
    ("J2.2", 0.5),  # Lave mad
    ("J3.5", -0.4),  # Forflytte sig
    ("J3.8", 0.1),  # Gå
    ("J4.2", -0.6),  # Hukommelse
)
# Health conditions: concept, share of those assessed, and of those who have the long illness.
PROBLEMS = (
    ("I1.2", 0.10, "", 0.0),  # Problemer med daglige aktiviteter
    ("I2.1", 0.14, "stroke", 0.6),  # Problemer med mobilitet og bevægelse
    ("I3.1", 0.06, "", 0.0),  # Problemer med væskeindtag
    ("I3.3", 0.06, "cancer", 0.3),  # Uhensigtsmæssig vægtændring
    ("I4.2", 0.00, "diabetes_2", 0.12),  # Problemer med diabetisk sår
    ("I4.4", 0.03, "", 0.0),  # Problemer med tryksår
    ("I6.2", 0.05, "depression", 0.5),  # Emotionelle problemer
    ("I7.1", 0.02, "copd", 0.7),  # Respirationsproblemer
    ("I7.2", 0.04, "heart_failure", 0.7),  # Cirkulationsproblemer
    ("I9.3", 0.06, "pain", 0.6),  # Kroniske smerter
    ("I10.2", 0.08, "", 0.0),  # Søvnproblemer
    ("I11.1", 0.02, "dementia", 0.8),  # Problemer med hukommelse
    ("I12.3", 0.12, "parkinson", 0.3),  # Problemer med urininkontinens
)
CONTINUES, CHANGES, ENDS, AGAIN = "E1", "E2", "E3", "E4"  # Result of a follow-up.
AFTER_DISCHARGE = 0.6
MENDED_AFTER = 14  # Days until a level that was entered wrong is mended.
MOST_ASSESSMENTS = 5_000  # Of one block.


@dataclass(frozen=True, eq=False)
class _Assessments:
    """One element per assessment, by person and time; `levels` is assessments x FUNCTIONS, `before` the same of the
    assessment before it (-1 none).
    """

    who: Ints
    day: Days
    levels: Ints
    before: Ints

    @property
    def first(self) -> Bools:
        """Whether it is the person's first."""
        return np.asarray(np.concatenate([[True], self.who[1:] != self.who[:-1]])[: len(self.who)])


def level_rows(block: Block) -> Rows:
    """`fsiii_funktionsniveau`: one row per assessment and functional condition, with its level; some are mended."""
    found = _assessments(block)
    size = len(FUNCTIONS)
    at, place = np.repeat(np.arange(len(found.who)), size), np.tile(np.arange(size), len(found.who))
    level = found.levels.ravel()
    number = 600_000_000 + 3 * ((block.number * MOST_ASSESSMENTS + at) * size + place)
    wrong = block.sown(len(at), 0.01, "mended levels") & (level < 4)
    known = plus_days(found.day[at], 1 + wrong * MENDED_AFTER)

    def told(levels: Ints) -> pa.Table:
        return _table(block, found.who[at], found.day[at], number, place, levels)

    marks = {"corrected": wrong, "legacy_level": (level == NOT_RELEVANT) & (found.day[at] < NUMBERS_FROM)}
    rows = Rows(told(level), found.who[at], known, marks=marks)
    if not block.visible(plus_days(found.day[at][wrong], 1), known[wrong]).any():
        return rows
    first = Rows(told(level + 1), found.who[at], plus_days(found.day[at], 1), known)
    return concatenated([first.where(wrong), rows])


def _table(block: Block, who: Ints, day: Days, number: Ints, place: Ints, levels: Ints) -> pa.Table:
    people = block.people
    return table(
        {
            "cpr": people.pnr(who, day),
            "vurdering_id": texts(number, prefix="F"),
            "kommune_kode": texts(people.kom(who, day), width=4),
            "vurderet_dato": dates(day),
            "tilstand_kode": pick([code for code, _ in FUNCTIONS], place),
            "niveau": _level_text(levels, day),
        }
    )


def condition_rows(block: Block) -> Rows:
    """`fsiii_tilstand`: one row per assessment and condition that somebody has or had: functional ones (J) with a
    severity, which is the functional level of that day, health conditions (I) without; from the second assessment on
    with the result of the follow-up. Some come late.
    """
    people, rng = block.people, block.rng("fsiii_tilstand")
    found = _assessments(block)
    limited = (found.levels > 0) & (found.levels != NOT_RELEVANT)
    was = (found.before > 0) & (found.before != NOT_RELEVANT)
    at, place = np.nonzero(limited | was)
    level, before = found.levels[at, place], found.before[at, place]
    step = np.abs(level - before)
    result = np.select([before < 0, ~limited[at, place], step == 0, step == 1], [0, 3, 1, 2], 4)
    sick_at, problem = np.nonzero(rng.random((len(found.who), len(PROBLEMS))) < _problems(block, found))
    results = rng.choice([1, 2, 3, 4], len(sick_at), p=[0.72, 0.14, 0.10, 0.04])
    results = np.where(found.first[sick_at], 0, results)
    codes = [code for code, _ in FUNCTIONS] + [code for code, *_ in PROBLEMS]
    row = np.concatenate([at, sick_at])
    concept = np.concatenate([place, problem + len(FUNCTIONS)])
    level = np.concatenate([level, np.zeros(len(sick_at), dtype=np.int64)])
    result = np.concatenate([result, results])
    order = np.lexsort((concept, row))
    row, concept, level, result = row[order], concept[order], level[order], result[order]
    who, day = found.who[row], found.day[row]
    number = 800_000_000 + 3 * ((block.number * MOST_ASSESSMENTS + row) * len(codes) + concept)
    late = block.sown(len(row), 0.01, "late conditions")
    rows = table(
        {
            "cpr": people.pnr(who, day),
            "tilstand_id": texts(number, prefix="T"),
            "kommune_kode": texts(people.kom(who, day), width=4),
            "vurderet_dato": dates(day),
            "tilstand_kode": pick(codes, concept),
            "svaerhedsgrad": _level_text(level, day, missing=concept >= len(FUNCTIONS)),
            "opfoelgning_kode": pick(["", CONTINUES, CHANGES, ENDS, AGAIN], result, missing=result == 0),
        }
    )
    known = plus_days(day, 1 + late * rng.integers(30, 90, len(row)))
    return Rows(rows, who, known, marks={"late_row": late})


def _level_text(level: Ints, day: Days, *, missing: Bools | None = None) -> pa.Array:
    """Levels as they were told on the days: legacy codes B1-B6, later numbers."""
    place = np.where(level == NOT_RELEVANT, 5, np.clip(level, 0, 4))
    names = [f"B{number + 1}" for number in range(len(LEVELS))] + list(LEVELS)
    return pick(names, place + len(LEVELS) * (day >= NUMBERS_FROM), missing=missing)


def _problems(block: Block, found: _Assessments) -> Floats:
    """Probability of every health condition: assessments x PROBLEMS."""
    people = block.people
    share = np.repeat(np.array([[base for _, base, *_ in PROBLEMS]]), len(found.who), axis=0)
    for place, (_, _, illness, of_ill) in enumerate(PROBLEMS):
        if illness:
            share[:, place] += of_ill * people.has(illness, found.who, found.day)
    return share


def _assessments(block: Block) -> _Assessments:
    people, rng = block.people, block.rng("fsiii assessments")
    helped = spells(people, HOME_CARE)
    end = np.where(np.isnat(helped.end), block.period.end, helped.end)
    begin = plus_days(helped.start, rng.integers(0, 7, len(helped.who)))
    begin = np.where(helped.first > 0, begin, plus_days(begin, rng.integers(0, 340, len(begin))))
    years = np.maximum((end - begin).astype(np.int64), 0) // 365 + 1
    run, nth = spread(years)
    yearly = plus_days(begin[run], nth * 365 + (nth > 0) * rng.integers(-40, 41, len(run)))
    stays, left = block.contacts.stays, discharges(block)
    left = left[rng.random(len(left)) < AFTER_DISCHARGE]
    after = plus_days(stays.end[left].astype("datetime64[D]"), rng.integers(1, 12, len(left)))
    who = np.concatenate([helped.who[run], stays.who[left]])
    day = np.concatenate([yearly, after])
    keep = (day < block.period.end) & at_home_with_help(block, who, _kept_inside(day, block))
    who, day = who[keep], day[keep]
    single = firsts(who, day.astype(np.int64))
    single = single[np.lexsort((day[single], who[single]))]
    who, day = who[single], day[single]
    levels = _levels(block, who, day, rng)
    before = np.concatenate([np.full((1, levels.shape[1]), -1), levels[:-1]])[: len(who)]
    before = np.where((np.concatenate([[-1], who[:-1]])[: len(who)] == who)[:, None], before, -1)
    return _Assessments(who, day, levels, before)


def _kept_inside(day: Days, block: Block) -> Minutes:
    return as_minutes(np.minimum(day, plus_days(block.period.end, -1))) if len(day) else minute(day)


def _levels(block: Block, who: Ints, day: Days, rng: np.random.Generator) -> NDArray[np.int64]:
    own = rng.normal(0, 0.45, (len(block.people), len(FUNCTIONS)))[who]
    harder = np.array([more for _, more in FUNCTIONS])[None, :]
    dependence = dependence_at(block.people, who, day)[:, None]
    found = dependence + harder + own + rng.normal(0, 0.25, own.shape)
    levels = level_of(found.astype(np.float32))
    return np.where(rng.random(levels.shape) < 0.02, NOT_RELEVANT, levels)
