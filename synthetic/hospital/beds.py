"""Who lay in which bed when: the contacts of admissions, stay after stay.

What happens in a ward (measurements, doses, messages) takes its times and its contact from here.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synthetic.columns import Bools, Days, Ints, Minutes, Period, minute, of_person, plus_days
from synthetic.hospital.contacts import NESTED, Contacts


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
        begun = of_person(self.owner, self.contact_start)
        place = np.searchsorted(begun, of_person(bed, when), side="right") - 1
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


def hospital_of(units: pa.Array) -> Ints:
    """The place of the hospital (0-6) in SOR codes of `lpr_a_kontakt.kont_ans`; see `lpr3` for how they are made up."""
    number = np.array([int(unit[:6]) for unit in units.to_pylist()])
    return np.asarray((number - 300_000) // 71_003 - 2)


def told_the_day_after(when: Minutes) -> Days:
    """The day after times: when the journal's warehouse has them."""
    return plus_days(when.astype("datetime64[D]"), 1)
