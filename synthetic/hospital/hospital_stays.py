"""Hospital stays as the register computes them (`lpr_a_sghophold`), by the official rule.

Physical attendances (ALCA00) that overlap or are at most 4 hours apart are one stay; the latest end so far counts, so
that a short contact inside a longer one does not shrink it. A stay of at least 12 hours from the earliest start to the
latest end is an admission (esundhed.dk, "Genindlæggelser i somatik og psykiatri"; Statistics Denmark). Every delivery
is computed from the contacts that the same delivery of `lpr_a_kontakt` holds.

Columns as in LPR_A. Not verified: the words of SGH_OPH_TYPE, that the priority is that of the first contact, that the
last contact is the one with the latest end, and that an open stay has no type.
"""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from synthetic.columns import NEVER, Bools, Days, Ints, Minutes, integers, of_person, pick, table, texts, timestamps
from synthetic.hospital.contacts import PHYSICAL
from synthetic.hospital.lpr3 import contact_rows, finished_rows
from synthetic.people.people import People
from synthetic.world import Block, Rows

APART, LONG = 240, 720  # Minutes.
OPEN = np.datetime64("2500-01-01", "m")
TYPES = ("ambulant", "indlaeggelse")
FIRST_STAY = 20_000_000_000  # Added to the key of the first contact.
DIFFERS = 0.004  # Of the stays, sown: what a reconciliation must find.


@dataclass(frozen=True, eq=False)
class Attendances:
    """Physical attendances, one element each; `end` is OPEN while they run."""

    who: Ints
    start: Minutes
    end: Minutes
    key: Ints
    known: Days

    def where(self, keep: Bools | Ints) -> "Attendances":
        """Those chosen by a mask or by positions."""
        return Attendances(*(getattr(self, field.name)[keep] for field in fields(self)))


@dataclass(frozen=True, eq=False)
class Stitched:
    """Stays, one element each: person, [start, end), contacts, keys of the first and the last, and when the register
    knew the last of them.
    """

    who: Ints
    start: Minutes
    end: Minutes
    count: Ints
    first: Ints
    last: Ints
    known: Days


def stay_rows(block: Block) -> Rows:
    """`lpr_a_sghophold`: one row per stay, in every version that some delivery shows."""
    stays, until = _versions(block)
    wrong = np.isin(stays.first, block.contacts.key[block.sown(len(block.contacts), DIFFERS, "stays that differ")])
    rows = _table(block.people, stays, wrong, _priorities(block, stays.first))
    marks = {"register_stay_differs": wrong, "open_stay": stays.end == OPEN}
    return Rows(rows, stays.who, stays.known, until, marks)


def stitched(attendances: Attendances) -> Stitched:
    """The stays that attendances make."""
    order = np.lexsort((attendances.key, attendances.start, attendances.who))
    one = attendances.where(order)
    if not len(one.who):
        return Stitched(one.who, one.start, one.end, one.key, one.key, one.key, one.known)
    begin = of_person(one.who, one.start)
    latest = np.maximum.accumulate(of_person(one.who, one.end))
    new = np.ones(len(begin), dtype=bool)
    new[1:] = begin[1:] - latest[:-1] > APART
    first = np.flatnonzero(new)
    of = np.cumsum(new) - 1
    by_end = np.lexsort((one.key, one.start, one.end, of))
    last = by_end[np.append(first[1:], len(of)) - 1]
    return Stitched(
        who=one.who[first],
        start=one.start[first],
        end=one.end[last],
        count=np.bincount(of),
        first=one.key[first],
        last=one.key[last],
        known=np.maximum.reduceat(one.known, first),
    )


def _versions(block: Block) -> tuple[Stitched, Days]:
    """The stays of every delivery and those of the end of time, each version once, and until when it holds."""
    rows = contact_rows(block)
    known, until = rows.known, np.full(len(rows.who), NEVER) if rows.until is None else rows.until
    end = rows.table.column("kont_sluttidspunkt").to_numpy().astype("datetime64[m]")
    every = Attendances(
        who=rows.who,
        start=rows.table.column("kont_starttidspunkt").to_numpy().astype("datetime64[m]"),
        end=np.where(np.isnat(end), OPEN, end),
        key=rows.table.column("dw_ek_kontakt").cast(pa.int64()).to_numpy(),
        known=known,
    )
    physical = rows.table.column("kont_type").to_numpy() == PHYSICAL
    cutoffs = list(block.world.cutoffs)
    seen = [stitched(every.where(physical & (known < day) & (day <= until))) for day in cutoffs]
    seen.append(stitched(every.where(physical & (until == NEVER))))
    joined = Stitched(*(np.concatenate([getattr(s, field.name) for s in seen]) for field in fields(Stitched)))
    snapshot = np.repeat(np.arange(len(seen)), [len(s.who) for s in seen])
    order = np.lexsort((snapshot, joined.known, joined.last, joined.count, joined.end, joined.start, joined.first))
    same = np.zeros(len(order), dtype=bool)
    for field in fields(Stitched):
        column = getattr(joined, field.name)[order]
        same[1:] |= column[1:] != column[:-1]
    start = np.flatnonzero(np.concatenate([[True], same[1:]])) if len(order) else order
    chosen = order[start]
    appears = snapshot[chosen]
    lasts = snapshot[order[np.append(start[1:], len(order)) - 1]]
    bounds = np.array([np.datetime64("1900-01-01", "D"), *cutoffs, NEVER])
    version = Stitched(*(getattr(joined, field.name)[chosen] for field in fields(Stitched)))
    # What no delivery showed before a day is known from that day on.
    return (
        Stitched(**{**vars(version), "known": np.maximum(version.known, bounds[appears])}),
        np.where(lasts == len(cutoffs), NEVER, bounds[lasts + 1]),
    )


def _priorities(block: Block, first: Ints) -> pa.Array:
    priorities = finished_rows(block).table.column("prioritet").combine_chunks()
    return priorities.take(pa.array(np.searchsorted(block.contacts.key, first)))


def _table(people: People, stays: Stitched, wrong: Bools, priority: pa.Array) -> pa.Table:
    """The rows; those that are `wrong` are too short by up to an hour and a minute, of the other type, or count one
    contact too many, by the key of their first contact.
    """
    length = (stays.end - stays.start).astype(np.int64)
    running = stays.end == OPEN
    how = np.where(wrong, stays.first % 3, -1)
    cut = np.where((how == 0) & ~running, np.minimum(61, length // 2), 0)
    end = stays.end - cut.astype("timedelta64[m]")
    kind = (length >= LONG) ^ (how == 1)
    count = stays.count + ((how == 2) | ((how >= 0) & running))
    return table(
        {
            "DW_EK_SYGEHUSOPHOLD": texts(FIRST_STAY + stays.first),
            "PNR": people.pnr(stays.who, stays.start),
            "SGH_OPH_STARTTIDSPUNKT": timestamps(stays.start),
            "SGH_OPH_SLUTTIDSPUNKT": timestamps(np.where(running, np.datetime64("NaT", "m"), end)),
            "SGH_OPH_TYPE": pick(TYPES, kind.astype(np.int64), missing=running),
            "SGH_OPH_PRIORITET": priority,
            "ANTAL_KONT_SGH_OPH": integers(count),
            "DW_EK_KONTAKT_FOERSTE": texts(stays.first),
            "DW_EK_KONTAKT_SIDSTE": texts(stays.last),
        }
    )
