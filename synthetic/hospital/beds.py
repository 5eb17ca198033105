"""Who lay in which bed when: the contacts of admissions, stay after stay, and the finished rows of the contact table.

What happens in a ward (measurements, doses, messages) takes its times and its contact from here.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synthetic.columns import Bools, Days, Ints, Minutes, Period, minute, plus_days
from synthetic.hospital.contacts import NESTED, Contacts
from synthetic.hospital.lpr3 import contact_rows
from synthetic.world import Block, Rows

_SPAN = np.int64(10**9)  # More minutes than any time has since 1970, so that stays do not meet.


@dataclass(frozen=True, eq=False)
class Beds:
    """The admissions of a block that have contacts, one element each, by place in `contacts.stays`.

    `stay` is that place, `start` and `end` bound the contacts, `open` says that the last of them has no end yet (`end`
    is then the end of the period). `contact` are the positions of all their contacts but nested ones, in order of time,
    `owner` the place of each in the arrays above.
    """

    who: Ints
    stay: Ints
    start: Minutes
    end: Minutes
    open: Bools
    acute: Bools
    terminal: Bools
    diagnosis: Ints
    contact: Ints
    owner: Ints
    contact_start: Minutes
    contact_end: Minutes

    def __len__(self) -> int:
        return len(self.who)

    def at(self, bed: Ints, when: Minutes) -> Ints:
        """The contact in which somebody lay at the times: positions in the block's contacts, -1 between contacts."""
        begun = self.owner * _SPAN + self.contact_start.astype(np.int64)
        place = np.searchsorted(begun, bed * _SPAN + when.astype(np.int64), side="right") - 1
        place = place.clip(0)
        inside = (self.owner[place] == bed) & (self.contact_start[place] <= when) & (when < self.contact_end[place])
        return np.where(inside, self.contact[place], -1)


def beds_of(contacts: Contacts, period: Period) -> Beds:
    """The admissions of a block and their contacts."""
    chosen = np.flatnonzero(contacts.admission & (contacts.case & NESTED == 0))
    order = np.lexsort((contacts.start[chosen], contacts.stay[chosen]))
    chosen = chosen[order]
    stay, first, owner = np.unique(contacts.stay[chosen], return_index=True, return_inverse=True)
    running = np.isnat(contacts.end[chosen])
    end = np.where(running, minute(period.end), contacts.end[chosen])
    if not len(chosen):
        nothing = np.zeros(0, dtype="datetime64[m]")
        none = np.zeros(0, dtype=bool)
        return Beds(stay, stay, nothing, nothing, none, none, none, stay, chosen, owner, nothing, nothing)
    stays = contacts.stays
    return Beds(
        who=stays.who[stay],
        stay=stay,
        start=contacts.start[chosen][first],
        end=np.maximum.reduceat(end, first),
        open=np.logical_or.reduceat(running, first),
        acute=stays.acute[stay],
        terminal=stays.terminal[stay],
        diagnosis=stays.diagnosis[stay],
        contact=chosen,
        owner=owner,
        contact_start=contacts.start[chosen],
        contact_end=end,
    )


def finished_contacts(block: Block) -> Rows:
    """`lpr_a_kontakt` without the versions of contacts that were still running: one row per contact of the block, in
    the order of `block.contacts`.
    """
    rows = contact_rows(block)
    size = len(block.contacts)
    last = slice(len(rows.who) - size, len(rows.who))
    return Rows(
        table=rows.table.slice(len(rows.who) - size),
        who=rows.who[last],
        known=rows.known[last],
        until=None if rows.until is None else rows.until[last],
        marks={kind: mask[last] for kind, mask in rows.marks.items()},
    )


def hospital_of(units: pa.Array) -> Ints:
    """The place of the hospital (0-6) in SOR codes of `lpr_a_kontakt.kont_ans`; see `lpr3` for how they are made up."""
    number = np.array([int(unit[:6]) for unit in units.to_pylist()])
    return np.asarray((number - 300_000) // 71_003 - 2)


def spread(count: Ints) -> tuple[Ints, Ints]:
    """The owner of every one of `count` things, and its number among those of the owner, from 0."""
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)


def told_the_day_after(when: Minutes) -> Days:
    """The day after times: when the journal's warehouse has them."""
    return plus_days(when.astype("datetime64[D]"), 1)
