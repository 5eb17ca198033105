"""Members of staff who write notes, and relatives who are named in them: who they are, and their truth."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synthetic import names
from synthetic.columns import Ints
from synthetic.note_texts import RELATIONS_MEN, RELATIONS_WOMEN
from synthetic.people import People

DOMAINS = ("rm.local", "auh.rm.local", "horsens.rm.local", "viborg.rm.local")
_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ü": "u", "é": "e", " ": ".", "-": "."})


@dataclass(frozen=True)
class Staff:
    """A member of staff; `initials` as they stand in signatures."""

    name: str
    title: str
    initials: str
    email: str
    phone: str


@dataclass(frozen=True)
class Relative:
    """A relative: the word for the relation (`datteren`), full name, eight digits."""

    relation: str
    name: str
    phone: str


def draw_staff(size: int, rng: np.random.Generator) -> list[Staff]:
    """Staff with titles; doctors come first in the list of titles and write most."""
    staff = []
    for _ in range(size):
        pool = names.MEN if rng.random() < 0.4 else names.WOMEN
        first, last = pool[int(rng.integers(len(pool)))], names.LAST[int(rng.integers(len(names.LAST)))]
        middle = names.LAST[int(rng.integers(len(names.LAST)))] if rng.random() < 0.25 else ""
        name = " ".join(part for part in (first, middle, last) if part)
        initials = (first[0] + (middle[:1] or last[1]) + last[0]).upper()
        domain = DOMAINS[int(rng.integers(len(DOMAINS)))]
        staff.append(
            Staff(
                name=name,
                title=names.TITLES[int(rng.integers(len(names.TITLES)))],
                initials=initials,
                email=f"{f'{first}.{last}'.lower().translate(_ASCII)}@{domain}",
                phone=str(int(rng.integers(78_400_000, 78_500_000))),
            )
        )
    return staff


def draw_relatives(people: People, who: Ints, rng: np.random.Generator) -> dict[int, list[Relative]]:
    """One or two relatives of every person named; the spouse is the one of the register, if any."""
    found: dict[int, list[Relative]] = {}
    for person in who.tolist():
        relatives = []
        spouse = int(people.spouse[person])
        if spouse >= 0:
            name = f"{people.first[spouse]} {people.last[spouse]}"
            relatives.append(Relative("ægtefælle", name, str(people.phone[spouse])))
        man = bool(rng.random() < 0.5)
        pool, relations = (names.MEN, RELATIONS_MEN) if man else (names.WOMEN, RELATIONS_WOMEN)
        last = str(people.last[person]).split(" ")[-1]
        if rng.random() < 0.4:
            last = names.LAST[int(rng.integers(len(names.LAST)))]
        name = f"{pool[int(rng.integers(len(pool)))]} {last}"
        phone = str(int(rng.integers(20_000_000, 61_999_999)))
        relation = relations[int(rng.integers(len(relations)))]
        if spouse >= 0 and relation in ("ægtefælle", "samlever"):
            relation = relations[0]
        relatives.append(Relative(relation, name, phone))
        found[person] = relatives
    return found


def staff_table(staff: list[Staff]) -> pa.Table:
    """Truth: one row per member of staff."""
    return pa.table(
        {
            field: pa.array([getattr(one, field) for one in staff])
            for field in ("name", "title", "initials", "email", "phone")
        }
    )


def relatives_table(people: People, relatives: dict[int, list[Relative]]) -> pa.Table:
    """Truth: one row per relative of a person with notes."""
    flat = [(str(people.cpr[person]), one) for person, listed in relatives.items() for one in listed]
    return pa.table(
        {
            "pnr": pa.array([pnr for pnr, _ in flat], pa.string()),
            "relation": pa.array([one.relation for _, one in flat], pa.string()),
            "name": pa.array([one.name for _, one in flat], pa.string()),
            "phone": pa.array([one.phone for _, one in flat], pa.string()),
        }
    )
