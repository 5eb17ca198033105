"""Draws `docs/pictures/life.svg`: two years of one synthetic life, as the sectors tell of it and as it was.

`python scripts/draw_life.py` writes the picture, `--check` fails when it is not the one that would be written. The
person is chosen by a rule, and nothing in the picture names anybody.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from synthetic.columns import Days, Period
from synthetic.people.course import AT_HOME, HOME_CARE
from synthetic.suppliers import SOURCES
from synthetic.world import Block, World

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "life.svg"
WIDTH, LEFT, TOP, LANE = 1100, 232, 74, 68
DAYS, BEFORE = 730, 280  # Of the picture; of them before home care begins.
WEEK = 7
INK, SOFT, LINE, BAND = "#24323d", "#6b7a86", "#d9dfe4", "#f6e3dc"
RED, BLUE, GREEN, GOLD = "#b5482f", "#34688f", "#4d7c4a", "#b58a2f"


@dataclass(frozen=True, eq=False)
class Life:
    """One person of a block, and the first day of the picture."""

    block: Block
    person: int
    start: np.datetime64

    def rows(self, source: str, when: str) -> tuple[pa.Table, Days]:
        """The rows of a source about the person in the two years, and their days after the start."""
        rows = SOURCES[source].rows(self.block)
        mine = rows.where(rows.who == self.person).table
        day = (mine.column(when).to_numpy().astype("datetime64[m]") - self.start.astype("datetime64[m]")).astype(float)
        day = day / 1440
        shown = (day >= 0) & (day < DAYS)
        return mine.filter(pa.array(shown)), day[shown]


def chosen(block: Block) -> Life | None:
    """The first person of 76 to 92 years who begins home care once, in the fortnight after a discharge, is helped for
    45 weeks at least, visited by nurses, and has three or four acute admissions in the two years around it.
    """
    people, course = block.people, block.people.course
    care = course.care * (course.present > 0)
    admissions = course.admissions
    for person in range(len(people)):
        begins = np.flatnonzero((care[1:, person] == HOME_CARE) & (care[:-1, person] == AT_HOME))
        if len(begins) != 1 or not BEFORE / WEEK < begins[0] < len(care) - (DAYS - BEFORE) / WEEK - 20:
            continue
        day = block.period.start + np.timedelta64(int(begins[0]) * WEEK, "D")
        start = day - np.timedelta64(BEFORE, "D")
        mine = admissions.who == person
        number = np.sum(
            (admissions.start[mine] >= start) & (admissions.start[mine] < start + np.timedelta64(DAYS, "D"))
        )
        gone = (day - admissions.end[mine].astype("datetime64[D]")).astype(int)
        age = people.age(np.array([person]), np.array([day]))[0]
        helped = np.sum(care[begins[0] : begins[0] + (DAYS - BEFORE) // WEEK, person] == HOME_CARE)
        life = Life(block, person, start)
        if not (76 <= age <= 92 and 3 <= number <= 4 and helped >= 45):
            continue
        if np.any((gone >= -WEEK) & (gone <= 2 * WEEK)) and len(life.rows("aehjsp", "HJEMSYGEP_DATO")[1]) > 5:
            return life
    return None


def picture(life: Life) -> str:
    """The picture as SVG."""
    people = life.block.people
    years = int(people.age(np.array([life.person]), np.array([life.start]))[0])
    who = "woman" if people.sex[life.person] == 2 else "man"
    stays, bands = _stays(life)
    lanes = [
        ("instability", "latent: nobody delivers it", _instability(life)),
        ("how care workers find the person", "plejeobservation", _observations(life)),
        ("practice; out of hours (red)", "sssy", _services(life)),
        ("CRP, mg/L", "laboratoriesvar", _answers(life)),
        ("in hospital: acute (red), planned", "lpr_a_kontakt", stays),
        ("visits of home care, a week", "hjemmepleje_besoeg", _visits(life)),
        ("home nursing", "aehjsp", _ticks(life, "aehjsp", "HJEMSYGEP_DATO", GREEN)),
        ("medicine dispensed", "lmdb", _ticks(life, "lmdb", "eksd", GOLD)),
    ]
    height = TOP + LANE * len(lanes) + 58
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="Helvetica, Arial, sans-serif" role="img">',
        "<title>Two years of one synthetic life, as the sectors tell of it</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(24, 30, f"Two years of one synthetic {who} of {years}", 19, INK, weight=600),
        _text(
            24,
            51,
            "One latent course drives what every sector tells: a fall before an admission, care after it",
            13,
            SOFT,
        ),
    ]
    bottom = TOP + LANE * len(lanes)
    parts += [
        f'<rect x="{_x(a):.1f}" y="{TOP}" width="{max(_x(b) - _x(a), 3):.1f}" height="{bottom - TOP}" fill="{BAND}"/>'
        for a, b in bands
    ]
    for place, (name, source, drawn) in enumerate(lanes):
        y = TOP + LANE * place
        parts.append(f'<line x1="24" y1="{y + LANE}" x2="{WIDTH - 24}" y2="{y + LANE}" stroke="{LINE}"/>')
        parts.append(_text(24, y + 30, name, 13, INK))
        parts.append(_text(24, y + 48, source, 11, SOFT, mono=place > 0))
        parts.append(f'<g transform="translate(0 {y})">{"".join(drawn)}</g>')
    for month in range(0, 25, 3):
        x = _x(min(month * 30.4, DAYS))
        parts.append(f'<line x1="{x:.1f}" y1="{bottom}" x2="{x:.1f}" y2="{bottom + 6}" stroke="{SOFT}"/>')
        parts.append(_text(x, bottom + 22, f"{month}", 11, SOFT, anchor="middle"))
    parts.append(_text(LEFT, bottom + 42, "months; acute stays are shaded through all rows", 11, SOFT))
    return "\n".join([*parts, "</svg>", ""])


def _instability(life: Life) -> list[str]:
    course = life.block.people.course
    first = int((life.start - course.start).astype(int)) // WEEK
    week = np.arange(first, first + DAYS // WEEK)
    alive = week[course.present[week, life.person] > 0]
    value = course.instability[alive, life.person]
    return [_path((alive - first) * WEEK + 3, _scaled(value, -2.5, 3.0), INK)]


def _observations(life: Life) -> list[str]:
    table, day = life.rows("plejeobservation", "tidspunkt")
    names = ("soevn", "appetit", "mobilitet", "konfusion")
    mean = np.mean([table.column(name).to_numpy().astype(float) for name in names], axis=0)
    order = np.argsort(day)
    smooth = np.convolve(np.pad(mean[order], 2, mode="edge"), np.ones(5) / 5, mode="valid")
    dots = _dots(day, _scaled(mean, 1, 5), "#9dbcd3", 1.8)
    gaps = np.flatnonzero(np.diff(day[order]) > 3 * WEEK) + 1
    lines = zip(np.split(day[order], gaps), np.split(smooth, gaps), strict=True)
    return [*dots, *(_path(part, _scaled(values, 1, 5), BLUE) for part, values in lines)]


def _services(life: Life) -> list[str]:
    rows = SOURCES["sssy"].rows(life.block)
    mine = rows.where(rows.who == life.person).table.to_pylist()
    days: dict[str, list[float]] = {"80": [], "81": []}
    for row in mine:
        monday = np.datetime64(f"20{row['honuge'][:2]}-01-04", "D")
        monday -= np.timedelta64((int(monday.astype(int)) + 3) % 7, "D")
        day = (monday + np.timedelta64((int(row["honuge"][2:]) - 1) * 7 + 2, "D") - life.start).astype(int)
        if row["speciale"][:2] in days and 0 <= day < DAYS:
            days[row["speciale"][:2]].append(float(day))
    return [*_marks(days["80"], BLUE, 34, 54), *_marks(days["81"], RED, 12, 32)]


def _answers(life: Life) -> list[str]:
    table, day = life.rows("laboratoriesvar", "datotid_proevetagning")
    crp = np.array([code == "NPU19748" for code in table.column("npukode").to_pylist()])
    value = np.array([0.0 if v is None else v for v in table.column("numerisksvar").to_pylist()])
    return [
        f'<line x1="{_x(d):.1f}" y1="54" x2="{_x(d):.1f}" y2="{y:.1f}" stroke="{RED}" stroke-width="1.5"/>'
        f'<circle cx="{_x(d):.1f}" cy="{y:.1f}" r="2.4" fill="{RED}"/>'
        for d, y in zip(day[crp], _scaled(np.minimum(value[crp], 150), 0, 150), strict=True)
    ]


def _stays(life: Life) -> tuple[list[str], list[tuple[float, float]]]:
    table, day = life.rows("lpr_a_kontakt", "kont_starttidspunkt")
    drawn, bands = [], []
    for row, begin in zip(table.to_pylist(), day, strict=True):
        length = (row["kont_sluttidspunkt"] - row["kont_starttidspunkt"]).total_seconds() / 86_400
        acute = row["prioritet"] != "ATA3"
        y, colour = (16, RED) if acute else (36, BLUE)
        wide = max(_x(begin + length) - _x(begin), 2.0)
        drawn.append(f'<rect x="{_x(begin):.1f}" y="{y}" width="{wide:.1f}" height="16" rx="1.5" fill="{colour}"/>')
        if acute and length >= 0.5:
            bands.append((float(begin), float(begin + length)))
    return drawn, bands


def _visits(life: Life) -> list[str]:
    table, day = life.rows("hjemmepleje_besoeg", "planlagt_start")
    done = np.array([status == "gennemfoert" for status in table.column("besoeg_status").to_pylist()], dtype=bool)
    number = np.bincount((day[done] // WEEK).astype(int), minlength=DAYS // WEEK + 1)
    top = max(number.max(), 1)
    return [
        f'<rect x="{_x(week * WEEK):.1f}" y="{54 - 42 * n / top:.1f}" width="5" height="{42 * n / top:.1f}" '
        f'fill="{GREEN}"/>'
        for week, n in enumerate(number)
        if n and (week + 1) * WEEK <= DAYS
    ]


def _ticks(life: Life, source: str, when: str, colour: str) -> list[str]:
    return _marks(life.rows(source, when)[1], colour, 20, 50)


def _marks(days: Iterable[float], colour: str, low: int, high: int) -> list[str]:
    return [
        f'<line x1="{_x(d):.1f}" y1="{low}" x2="{_x(d):.1f}" y2="{high}" stroke="{colour}" stroke-width="1.6"/>'
        for d in sorted(days)
    ]


def _dots(days: Iterable[float], ys: Iterable[float], colour: str, radius: float) -> list[str]:
    return [
        f'<circle cx="{_x(d):.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>' for d, y in zip(days, ys, strict=True)
    ]


def _path(days: Iterable[float], ys: Iterable[float], colour: str) -> str:
    points = " ".join(f"{_x(d):.1f},{y:.1f}" for d, y in zip(days, ys, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-linejoin="round"/>'


def _scaled(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Heights in a lane: `low` at its foot, `high` at its head."""
    return 56 - 46 * (np.clip(values, low, high) - low) / (high - low)


def _x(day: float) -> float:
    return LEFT + (WIDTH - 24 - LEFT) * day / DAYS


def _text(
    x: float,
    y: float,
    text: str,
    size: int,
    colour: str,
    *,
    weight: int = 400,
    anchor: str = "start",
    mono: bool = False,
) -> str:
    family = ' font-family="monospace"' if mono else ""
    return (
        f'<text x="{x:.1f}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{anchor}"{family}>{text}</text>'
    )


def main() -> int:
    """The command line of the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when the picture is another")
    given = parser.parse_args()
    world = World(7, Period(2019, 2025), 100_000, 0.0)
    life = next(found for number in range(world.blocks) if (found := chosen(Block(world, number))))
    drawn = picture(life)
    if given.check:
        return int(PICTURE.read_text(encoding="utf-8") != drawn)
    PICTURE.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
