"""The municipal sources: who is in them and when, what they tell of each other, how hard admissions are to foretell."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synthetic.columns import Bools, Days, Floats, Ints, Minutes, Period, minute, plus_days
from synthetic.municipality import elderly, fsiii, nursing_homes, observations, risk
from synthetic.municipality.care import discharges, next_admission
from synthetic.people.course import HOME_CARE
from synthetic.world import Block, Rows, World

PERIOD = Period(2019, 2025)
WORLD = World(7, PERIOD, 14_000, 0.1, cutoffs=(np.datetime64("2025-01-01"), np.datetime64("2026-01-20")))
LADDER_BLOCKS = 12
DAYS = 30
READINGS = ("soevn", "appetit", "mobilitet", "konfusion", "vaegt_kg", "smerte")
SOURCES = {
    "aefv": (elderly.granted_rows, "PNR HÆND_MDR PERPL_VIS PRAHJ_VIS"),
    "aehjsp": (elderly.nursing_rows, "PNR HJEMSYGEP_DATO IMP_MARK"),
    "aetr": (elderly.training_rows, "PNR HÆND_MDR TREAN_ART"),
    "aerehab": (elderly.rehabilitation_rows, "PNR AEL_KOMKOD AAR GODKEND_AAR VERSION"),
    "plh": (nursing_homes.stay_rows, "pnr start slut plejehjem_id kommune_kode"),
    "fsiii_funktionsniveau": (
        fsiii.level_rows,
        "cpr vurdering_id kommune_kode vurderet_dato tilstand_kode niveau",
    ),
    "fsiii_tilstand": (
        fsiii.condition_rows,
        "cpr tilstand_id kommune_kode vurderet_dato tilstand_kode svaerhedsgrad opfoelgning_kode",
    ),
    "plejeobservation": (
        observations.observation_rows,
        "cpr observation_id kommune_kode tidspunkt soevn appetit mobilitet konfusion vaegt_kg smerte medarbejder_id "
        "bemaerkning",
    ),
    "risk": (risk.risk_rows, "pnr dato risiko"),
}
HAPPENS = {
    "aehjsp": "HJEMSYGEP_DATO",
    "plh": "start",
    "fsiii_funktionsniveau": "vurderet_dato",
    "fsiii_tilstand": "vurderet_dato",
    "plejeobservation": "tidspunkt",
    "risk": "dato",
}


@cache
def _block(number: int) -> Block:
    return Block(WORLD, number)


@cache
def _rows(source: str, number: int = 0) -> Rows:
    return SOURCES[source][0](_block(number))


def _times(rows: Rows, column: str) -> Minutes:
    return np.asarray(rows.table.column(column).to_numpy().astype("datetime64[m]"))


@pytest.mark.parametrize("source", SOURCES)
def test_columns_are_those_of_the_supplier_and_nothing_is_empty(source: str) -> None:
    rows = _rows(source)
    assert rows.table.column_names == SOURCES[source][1].split()
    assert len(rows.who) == len(rows.known) == rows.table.num_rows > 10
    assert all(len(mask) == len(rows.who) for mask in rows.marks.values())


@pytest.mark.parametrize(("source", "column"), HAPPENS.items())
def test_nothing_happens_before_somebody_comes_or_after_death(source: str, column: str) -> None:
    people, rows = _block(0).people, _rows(source)
    when = _times(rows, column)
    assert (when.astype("datetime64[D]") >= people.seen_from[rows.who].astype("datetime64[D]")).all()
    assert (when < people.seen_to[rows.who]).all()
    assert (rows.known > when.astype("datetime64[D]")).all() or source == "risk"
    if source == "plh":
        end = _times(rows, "slut")
        known = ~np.isnat(end)
        assert (end[known] > when[known]).all()
        assert (end[known] <= minute(PERIOD.end)).all()


@pytest.mark.parametrize("source", ["aefv", "aetr"])
def test_no_month_after_death(source: str) -> None:
    people, rows = _block(0).people, _rows(source)
    month = np.array([f"{text[:4]}-{text[4:]}" for text in rows.table.column("HÆND_MDR").to_pylist()], "datetime64[M]")
    death = people.death[rows.who].astype("datetime64[M]")
    assert (np.isnat(death) | (month <= death)).all()
    assert len(set(zip(rows.who, month, rows.table.column(2 if source == "aetr" else 0).to_pylist(), strict=True))) == (
        len(rows.who)
    )


def test_granted_help_has_one_part_at_least() -> None:
    table = _rows("aefv").table
    personal, practical = table.column("PERPL_VIS").to_numpy(), table.column("PRAHJ_VIS").to_numpy()
    assert (personal + practical > 0).all()
    assert (personal == 0).any()
    assert (practical == 0).any()


def test_observations_are_made_at_home_with_help_and_not_in_hospital() -> None:
    block, rows = _block(0), _rows("plejeobservation")
    course, when = block.people.course, _times(rows, "tidspunkt")
    assert (course.care[course.week(when), rows.who] == HOME_CARE).all()
    assert not block.contacts.in_hospital(rows.who, when).any()
    helped = ((course.care == HOME_CARE) & (course.present > 0)).sum()
    assert 1.8 < len(when) / helped < 2.6
    for name in ("soevn", "appetit", "mobilitet", "konfusion"):
        assert set(rows.table.column(name).to_pylist()) == {1, 2, 3, 4, 5}
    assert 0.1 < pc.mean(pc.is_null(rows.table.column("vaegt_kg")).cast(pa.int8())).as_py() < 0.2


def test_scores_fall_in_the_week_before_an_acute_admission() -> None:
    before, other = [], []
    for number in range(3):
        rows, admissions = _rows("plejeobservation", number), _block(number).people.course.admissions
        when = _times(rows, "tidspunkt")
        coming = next_admission(admissions, rows.who, when)
        soon = (coming >= 0) & (admissions.start[coming] - when < np.timedelta64(7 * 1440, "m"))
        score = np.mean([rows.table.column(name).to_numpy() for name in ("soevn", "appetit", "mobilitet")], axis=0)
        # Against the person's own mean, so that it is a fall and not a difference between people.
        own = np.bincount(rows.who, score) / np.maximum(np.bincount(rows.who), 1)
        before.append((score - own[rows.who])[soon])
        other.append((score - own[rows.who])[~soon])
    fall = np.concatenate(other).mean() - np.concatenate(before).mean()
    assert 0.2 < fall < 1.5


def test_home_nursing_begins_mostly_after_discharges() -> None:
    begins, after = 0, 0
    for number in range(3):
        block, rows = _block(number), _rows("aehjsp", number)
        day = rows.table.column("HJEMSYGEP_DATO").to_numpy().astype("datetime64[D]")
        order = np.lexsort((day, rows.who))
        who, day = rows.who[order], day[order]
        first = np.ones(len(who), dtype=bool)
        first[1:] = (who[1:] != who[:-1]) | ((day[1:] - day[:-1]).astype(np.int64) > 45)
        first &= day > plus_days(PERIOD.start, 60)
        stays, left = block.contacts.stays, discharges(block)
        span = np.int64(10**6)
        ends = np.sort(stays.who[left] * span + stays.end[left].astype("datetime64[D]").astype(np.int64))
        key = who[first] * span + day[first].astype(np.int64)
        last = ends[(np.searchsorted(ends, key, side="right") - 1).clip(0)]
        begins += int(first.sum())
        after += int(((key - last >= 0) & (key - last <= 9)).sum())
    assert begins > 50
    assert after / begins > 0.6


def test_levels_are_legacy_codes_before_2022_and_numbers_after() -> None:
    rows = _rows("fsiii_funktionsniveau")
    day = rows.table.column("vurderet_dato").to_numpy().astype("datetime64[D]")
    level = np.array(rows.table.column("niveau").to_pylist())
    legacy = day < np.datetime64("2022-01-01")
    assert set(level[legacy]) == {"B1", "B2", "B3", "B4", "B5", "B6"}
    assert set(level[~legacy]) == {"0", "1", "2", "3", "4", "9"}
    # Read by meaning, both forms tell the same of people; a legacy code read by its digit is one too high.
    meaning = {**{f"B{n + 1}": n for n in range(5)}, **{str(n): n for n in range(5)}}
    levels = np.array([meaning.get(text, -1) for text in level])
    assert abs(levels[legacy & (levels >= 0)].mean() - levels[~legacy & (levels >= 0)].mean()) < 0.5
    assert (rows.marks["legacy_level"] == (level == "B6")).all()


def test_functional_conditions_have_a_severity_and_health_conditions_none() -> None:
    table = _rows("fsiii_tilstand").table
    functional = np.array([code[0] == "J" for code in table.column("tilstand_kode").to_pylist()])
    silent = np.array(table.column("svaerhedsgrad").is_null())
    assert (silent == ~functional).all()
    assert set(table.column("opfoelgning_kode").to_pylist()) == {None, "E1", "E2", "E3", "E4"}
    levels = _rows("fsiii_funktionsniveau").table.to_pylist()
    told: dict[tuple[str, object, str], set[str]] = {}
    for row in levels:
        told.setdefault((row["cpr"], row["vurderet_dato"], row["tilstand_kode"]), set()).add(row["niveau"])
    for row in table.filter(pa.array(functional)).to_pylist():
        assert row["svaerhedsgrad"] in told[row["cpr"], row["vurderet_dato"], row["tilstand_kode"]]


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("fsiii_funktionsniveau", "vurdering_id"),
        ("fsiii_tilstand", "tilstand_id"),
        ("plejeobservation", "observation_id"),
    ],
)
def test_numbers_are_unique_over_blocks(source: str, column: str) -> None:
    every: list[str] = []
    for number in (0, 1):
        rows = _rows(source, number)
        # Of the versions of a row, the last.
        last = np.ones(len(rows.who), dtype=bool) if rows.until is None else rows.until >= np.datetime64("2200-01-01")
        every += rows.table.filter(pa.array(last)).column(column).to_pylist()
    assert len(every) == len(set(every))


# The ladder of difficulty.


def ladder(blocks: range) -> dict[str, float]:
    """AUROC of acute admission within 30 days among people with home care who are not in hospital: of a logistic
    regression on yesterday's observations, of one on age and sex (both fitted on one half of the people and measured on
    the other), and of the risk that made the admissions; with that risk's mean, and the share who were admitted.
    """
    seen, weekly = [], []
    for number in blocks:
        block = Block(WORLD, number)
        seen.append(_yesterday(block))
        weekly.append(_weekly(block))
    half = np.concatenate([np.full(len(part[1]), at % 2 == 0) for at, part in enumerate(seen)])
    readings, admitted = (np.concatenate(part) for part in zip(*seen, strict=True))
    out = {"observations": _measured(readings, admitted, half)}
    half = np.concatenate([np.full(len(part[2]), at % 2 == 0) for at, part in enumerate(weekly)])
    known, persons, admitted = (np.concatenate(part) for part in zip(*weekly, strict=True))
    out["age_and_sex"] = _measured(persons, admitted, half)
    out["risk"] = auroc(known, admitted)
    return out | {"mean_risk": float(known.mean()), "admitted": float(admitted.mean())}


def _yesterday(block: Block) -> tuple[Floats, Bools]:
    """Readings, and whether an acute admission began in the 30 days from the day after them."""
    rows = observations.observation_rows(block)
    day = plus_days(_times(rows, "tidspunkt").astype("datetime64[D]"), 1)
    keep = _asked(block, rows.who, day)
    readings = np.stack([rows.table.column(name).to_numpy().astype(np.float64) for name in READINGS], axis=1)
    readings = np.where(np.isnan(readings), np.nanmean(readings, axis=0), readings)
    return readings[keep], _admitted(block, rows.who[keep], day[keep])


def _weekly(block: Block) -> tuple[Floats, Floats, Bools]:
    """Risk, age and sex, and whether an acute admission began in the 30 days from the first day of the week."""
    rows = risk.risk_rows(block)
    day = rows.table.column("dato").to_numpy().astype("datetime64[D]")
    keep = _asked(block, rows.who, day)
    who, day = rows.who[keep], day[keep]
    person = np.stack([block.people.age(who, day), block.people.sex[who]], axis=1)
    return rows.table.column("risiko").to_numpy()[keep], person, _admitted(block, who, day)


def _asked(block: Block, who: Ints, day: Days) -> Bools:
    people = block.people
    there = (minute(day) < people.seen_to[who]) & (plus_days(day, DAYS) <= PERIOD.end)
    course = people.course
    helped = course.care[course.week(day), who] == HOME_CARE
    return np.asarray(there & helped & ~block.contacts.in_hospital(who, minute(day)))


def _admitted(block: Block, who: Ints, day: Days) -> Bools:
    admissions = block.people.course.admissions
    coming = next_admission(admissions, who, minute(day))
    return np.asarray((coming >= 0) & (admissions.start[coming] < minute(plus_days(day, DAYS))))


def _measured(features: Floats, happened: Bools, half: Bools) -> float:
    """AUROC on one half of a logistic regression fitted on the other, by Newton steps."""
    mean, spread = features[half].mean(axis=0), features[half].std(axis=0)
    design = np.column_stack([np.ones(len(features)), (features - mean) / spread])
    weight = np.zeros(design.shape[1])
    for _ in range(8):
        chance = 1 / (1 + np.exp(-design[half] @ weight))
        bent = (design[half].T * (chance * (1 - chance))) @ design[half] + 1e-6 * np.eye(len(weight))
        weight += np.linalg.solve(bent, design[half].T @ (happened[half] - chance))
    return auroc((design @ weight)[~half], happened[~half])


def auroc(score: Floats, happened: Bools) -> float:
    """Probability that somebody to whom it happened has the higher score; ties count half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    yes, no = happened.sum(), (~happened).sum()
    return float((rank[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def test_the_ladder_of_difficulty() -> None:
    found = ladder(range(LADDER_BLOCKS))
    assert 0.72 <= found["observations"] <= 0.78, found
    assert 0.82 <= found["risk"] <= 0.88, found
    assert 0.56 <= found["age_and_sex"] <= 0.64, found
    assert abs(found["mean_risk"] / found["admitted"] - 1) < 0.15, found
