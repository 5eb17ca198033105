"""The world and its blocks: what a seed makes, a thousand adults at a time.

A block depends on the seed, the years, the dial of faults and its own number, not on how many there are. So person 17
is the same in a world of 5,000 and of 1,400,000, blocks can be made in any order and by any number of processes, and
memory stays flat. Every part of a block draws from a stream of its own, named by what it is for.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from synthetic.columns import NEVER, Bools, Days, Ints, Period, replaced
from synthetic.hospital.contacts import Contacts, draw_contacts
from synthetic.people.people import ADULTS, People, draw_people

Made = TypeVar("Made")


@dataclass(frozen=True)
class World:
    """What decides everything: seed, years, how many adults, how many faults (0-1), names and sentences that are kept
    for measuring or the others, and the days at which deliveries are cut.
    """

    seed: int
    period: Period
    adults: int
    faults: float
    held_out: bool = False
    cutoffs: tuple[np.datetime64, ...] = ()

    @property
    def blocks(self) -> int:
        """How many blocks hold the adults; of the last one some may be left out."""
        return -(-self.adults // ADULTS)


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one source about one block, in every version that a supplier ever delivered.

    `who` is the person of each row in the block, `known` the day on which the supplier knows it, `until` the day from
    which it is known otherwise or withdrawn (None: never). `marks` names hard cases: kind (see `synthetic/cases.py`)
    and which rows. `truth` are further tables for the truth folder; their column `_row` says to which row each belongs.
    """

    table: pa.Table
    who: Ints
    known: Days
    until: Days | None = None
    marks: Mapping[str, Bools] = field(default_factory=dict)
    truth: Mapping[str, pa.Table] = field(default_factory=dict)

    @property
    def marked(self) -> Bools:
        """Which rows are a hard case of some kind."""
        found = np.zeros(len(self.who), dtype=bool)
        for mask in self.marks.values():
            found |= mask
        return found

    def at(self, cutoff: np.datetime64) -> Bools:
        """Which versions are known before a day and still held to be so."""
        known = np.asarray(self.known < cutoff)
        return known if self.until is None else known & (self.until >= cutoff)

    def where(self, keep: Bools) -> "Rows":
        """The rows chosen by a mask."""
        return Rows(
            table=self.table.filter(pa.array(keep)),
            who=self.who[keep],
            known=self.known[keep],
            until=None if self.until is None else self.until[keep],
            marks={kind: mask[keep] for kind, mask in self.marks.items()},
            truth={name: _of_rows(told, keep) for name, told in self.truth.items()},
        )


def _of_rows(told: pa.Table, keep: Bools) -> pa.Table:
    """The truth about the rows that are kept, with their new places."""
    row = told.column("_row").to_numpy()
    places = pa.array((np.cumsum(keep) - 1)[row], pa.int64())
    return replaced(told, {"_row": places}).filter(pa.array(keep[row]))


def concatenated(parts: list[Rows]) -> Rows:
    """Rows one after the other."""
    kinds = sorted({kind for part in parts for kind in part.marks})
    return Rows(
        table=pa.concat_tables([part.table for part in parts]),
        who=np.concatenate([part.who for part in parts]),
        known=np.concatenate([part.known for part in parts]),
        until=np.concatenate([np.full(len(p.who), NEVER) if p.until is None else p.until for p in parts]),
        marks={
            kind: np.concatenate([p.marks.get(kind, np.zeros(len(p.who), dtype=bool)) for p in parts]) for kind in kinds
        },
    )


class Block:
    """A thousand adults and those around them: who they are and what happens to them, made when it is asked for."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.number = world, number
        self._made: dict[Callable[[Block], Any], Any] = {}

    def once(self, make: "Callable[[Block], Made]") -> Made:
        """What `make` makes of this block, made when it is first asked for: for what several sources tell of."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    @property
    def period(self) -> Period:
        """The years of the world."""
        return self.world.period

    def rng(self, stream: str) -> np.random.Generator:
        """The random numbers of one stream of this block."""
        return np.random.default_rng((self.world.seed, self.number, zlib.crc32(stream.encode())))

    def sown(self, size: int, share: float, stream: str) -> Bools:
        """Which of `size` rows become a hard case: `share` of them when the dial of faults stands at 1."""
        return np.asarray(self.rng(f"sown {stream}").random(size) < share * self.world.faults)

    def visible(self, known: Days, until: Days) -> Bools:
        """Whether a version is what was known at one of the days at which deliveries are cut."""
        seen = np.zeros(len(known), dtype=bool)
        for cutoff in self.world.cutoffs:
            seen |= (known < cutoff) & (cutoff <= until)
        return seen

    @property
    def included(self) -> Bools:
        """Per person of the block, whether the world is large enough to hold the person."""
        return np.asarray(self.number * ADULTS + self.people.anchor < self.world.adults)

    @cached_property
    def people(self) -> People:
        """The people."""
        return draw_people(
            self.number,
            self.period,
            seed=self.world.seed,
            faults=self.world.faults,
            held_out=self.world.held_out,
            rng=self.rng("people"),
        )

    @cached_property
    def contacts(self) -> Contacts:
        """Their hospital contacts."""
        return draw_contacts(
            self.people, self.period, faults=self.world.faults, number=self.number, rng=self.rng("contacts")
        )
