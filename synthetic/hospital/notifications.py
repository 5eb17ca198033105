"""Notifications of hospital stays (`hospitalnotification`): what a hospital tells the municipality, message by message.

The message kinds are MedCom's (table "Overview of HospitalNotification codes"): STAA acute ambulatory arrival, STIN
admission, STOR and SLOR start and end of a leave, SLHJ end of the stay, MORS death, with RE_ before corrections and AN_
before cancellations. When an arrival becomes an admission, STIN follows STAA without an SLHJ between them.

Hospitals send for everybody with a CPR number and an address, and the receiver shows those whom it helps. This source
is the receiver's: it holds stays of people of the region who have home care, live in a nursing home or are 65 or older,
and of acute ambulatory visits only those of people with home care or in a nursing home. It begins with the change-over
to LPR3; when the messages replaced the older ones (XDIS20, XDIS17) was not verified.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from synthetic.catalogue.diagnoses import SPECIALTIES
from synthetic.columns import Bools, Ints, Minutes, minute, pick, plus_minutes, table
from synthetic.hospital.beds import beds_of
from synthetic.hospital.contacts import DEATH, LPR3_FROM, PHYSICAL, TYPES
from synthetic.hospital.lpr3 import finished_rows
from synthetic.hospital.notification_json import Message, Organisation, bundle, local_time, provenance
from synthetic.people.course import AT_HOME
from synthetic.people.names import REGION
from synthetic.people.people import People
from synthetic.world import Block, Rows

STAA, STIN, STOR, SLOR, SLHJ, MORS, RE_STAA, RE_STIN, RE_STOR, RE_SLOR, RE_SLHJ, AN_STIN, AN_SLHJ = range(13)
ACTIVITIES = ("admit", "admit", "start-leave", "end-leave", "discharge", "admit")
OLD_ENOUGH = 65
ON_LEAVE, CORRECTED, TOO_EARLY, WRONG_KIND = 0.04, 0.02, 0.015, 0.02  # Shares of what can be so.
OUT_OF_ORDER = 0.01  # Of the stays, sown: the first message is sent after the last.
_NONE = np.datetime64("NaT", "m")


@dataclass(frozen=True, eq=False)
class _Events:
    """Messages to be, one element each: `stay` numbers the stay they tell of, `contact` is a position in the contacts
    of the block, `at` when it happens, [start, end) the stay and [away, back) the leave as the message tells them.
    """

    stay: Ints
    who: Ints
    contact: Ints
    kind: Ints
    inpatient: Bools
    at: Minutes
    start: Minutes
    end: Minutes
    away: Minutes
    back: Minutes

    def __len__(self) -> int:
        return len(self.stay)

    def where(self, keep: Bools | Ints) -> "_Events":
        return _Events(*(getattr(self, one.name)[keep] for one in fields(self)))


def notification_rows(block: Block) -> Rows:
    """`hospitalnotification`: one row per message, by the time at which it was sent; the column `bundle` is JSON."""
    rng = block.rng("hospitalnotification")
    events = _joined([_of_admissions(block, rng), _of_visits(block, rng)])
    events = _while_seen(block, _with_corrections(_while_seen(block, events), rng))
    events, recorded = _in_order(events, rng)
    sent, swapped = _swapped(block, events, recorded)
    order = np.lexsort((events.kind, events.stay, sent))
    lines = _lines(block, events, recorded, sent)
    rows = table({"bundle": pick(lines, order)}) if len(events) else table({"bundle": pick([""], order)})
    kind = events.kind[order]
    marks = {
        "message_out_of_order": swapped[order],
        "message_correction": (kind >= RE_STAA) & (kind <= RE_SLHJ),
        "message_cancellation": kind >= AN_STIN,
    }
    return Rows(rows, events.who[order], sent[order].astype("datetime64[D]"), marks=marks)


def notified(people: People, who: Ints, when: Minutes, *, by_age: bool) -> Bools:
    """Whether a stay that begins at `when` is told: with municipal care, or (`by_age`) 65 or older."""
    helped = people.course.care[people.course.week(when), who] != AT_HOME
    old = people.age(who, when) >= OLD_ENOUGH
    known = people.in_register[who] & np.isin(people.kom(who, when), REGION) & (when >= LPR3_FROM)
    return np.asarray(known & (helped | (old & by_age)))


def _while_seen(block: Block, events: _Events) -> _Events:
    """Those that happen while the person is seen; the message of a death tells of its end."""
    people, who = block.people, events.who
    inside = (events.at < people.seen_to[who]) | (events.kind == MORS)
    inside &= (events.at >= people.seen_from[who]) & (events.at < minute(block.period.end))
    return events.where(inside)


def _joined(parts: list[_Events]) -> _Events:
    return _Events(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(_Events)))


def _events(stay: Ints, who: Ints, contact: Ints, kind: int, inpatient: bool, at: Minutes, start: Minutes) -> _Events:
    size = len(stay)
    nothing = np.full(size, _NONE)
    return _Events(
        stay, who, contact, np.full(size, kind), np.full(size, inpatient), at, start, nothing, nothing, nothing
    )


def _of_admissions(block: Block, rng: np.random.Generator) -> _Events:
    """Admissions, numbered by twice their place among the beds."""
    people, contacts = block.people, block.contacts
    beds = beds_of(contacts, block.period)
    first = np.searchsorted(beds.owner, np.arange(len(beds)))
    count = np.bincount(beds.owner, minlength=len(beds))
    told = notified(people, beds.who, beds.start, by_age=True)
    ward = list(SPECIALTIES).index("emergency")
    arrives = (contacts.specialty[beds.contact[first]] == ward) & (count > 1) & beds.acute
    second = beds.contact_start[np.minimum(first + 1, len(beds.contact) - 1)] if len(beds) else beds.start

    def tell(chosen: Bools | Ints, kind: int, at: Minutes, place: Ints, *, inpatient: bool = True) -> _Events:
        at_, bed = at[chosen], np.arange(len(beds))[chosen]
        return _events(bed * 2, beds.who[bed], beds.contact[place[bed]], kind, inpatient, at_, beds.start[bed])

    last = first + count - 1
    parts = [
        tell(told & arrives, STAA, beds.start, first, inpatient=False),
        tell(told, STIN, np.where(arrives, np.maximum(second, beds.start), beds.start), first + arrives),
    ]
    dies = beds.end == people.death_at[beds.who]
    ends = tell(told & ~beds.open & ~dies, SLHJ, beds.end, last)
    deaths = tell(told & ~beds.open & dies, MORS, beds.end, last)
    length = (beds.end - beds.start).astype(np.int64)
    chance = rng.random((2, len(beds)))
    leaves = told & ~dies & ~beds.open & (length > 4 * 1440) & (chance[0] < ON_LEAVE)
    away = plus_minutes(beds.start, length * 0.4)
    back = plus_minutes(away, np.minimum(length * 0.3, rng.integers(360, 2000, len(beds))))
    out, home = tell(leaves, STOR, away, first + arrives), tell(leaves, SLOR, back, first + arrives)
    parts += [replace(out, away=out.at), replace(home, away=away[leaves], back=home.at)]
    early = told & ~dies & ~beds.open & ~leaves & (length > 1440) & (chance[1] < TOO_EARLY)
    sooner = plus_minutes(beds.end, -rng.integers(120, 600, len(beds)))
    wrong = tell(early, SLHJ, sooner, last)
    undone = tell(early, AN_SLHJ, plus_minutes(sooner, rng.integers(20, 90, len(beds))), last)
    parts += [replace(part, end=part.at) for part in (ends, deaths, wrong)]
    return _joined([*parts, undone])


def _of_visits(block: Block, rng: np.random.Generator) -> _Events:
    """Acute ambulatory visits and deaths on arrival, numbered by odd numbers; -1 - that number for a stay of the wrong
    kind that was told first and cancelled.
    """
    people, contacts = block.people, block.contacts
    physical, dead = contacts.kind == TYPES.index(PHYSICAL), contacts.kind == TYPES.index(DEATH)
    visits = np.flatnonzero(contacts.acute & ~contacts.admission & physical)
    visits = visits[notified(people, contacts.who[visits], contacts.start[visits], by_age=False)]
    deaths = np.flatnonzero(dead)
    deaths = deaths[notified(people, contacts.who[deaths], contacts.start[deaths], by_age=True)]

    def tell(at: Ints, kind: int, when: Minutes, *, inpatient: bool = False) -> _Events:
        return _events(at * 2 + 1, contacts.who[at], at, kind, inpatient, when, contacts.start[at])

    length = (contacts.end[visits] - contacts.start[visits]).astype(np.int64)
    mistaken = visits[(rng.random(len(visits)) < WRONG_KIND) & (length > 60)]
    wrong = tell(mistaken, STIN, contacts.start[mistaken], inpatient=True)
    undone = tell(mistaken, AN_STIN, plus_minutes(contacts.start[mistaken], 15), inpatient=True)
    late = np.isin(visits, mistaken) * 18
    closed = visits[~np.isnat(contacts.end[visits])]
    closed = closed[contacts.end[closed] != people.death_at[contacts.who[closed]]]
    died = np.setdiff1d(visits[~np.isnat(contacts.end[visits])], closed)
    ends = [tell(closed, SLHJ, contacts.end[closed])]
    ends += [tell(at, MORS, contacts.end[at]) for at in (died, deaths)]
    return _joined(
        [
            *(replace(part, stay=-1 - part.stay) for part in (wrong, undone)),
            tell(visits, STAA, plus_minutes(contacts.start[visits], late)),
            *(replace(part, end=part.at) for part in ends),
        ]
    )


def _with_corrections(events: _Events, rng: np.random.Generator) -> _Events:
    """Some messages tell a wrong time first, and a correction follows them before anything else happens."""
    order = np.lexsort((events.kind, events.at, events.stay))
    events = events.where(order)
    minutes = rng.integers(6, 50, len(events))
    gap = np.full(len(events), 10**6)
    same = events.stay[1:] == events.stay[:-1]
    gap[:-1] = np.where(same, (events.at[1:] - events.at[:-1]).astype(np.int64), gap[:-1])
    may = (events.kind <= SLHJ) & (gap > 150) & (events.stay >= 0)
    length = (events.end - events.start).astype(np.int64)
    may &= (events.kind != SLHJ) | (length > 150)
    chosen = may & (rng.random(len(events)) < CORRECTED)
    right = events.where(chosen)
    right = replace(right, kind=right.kind + RE_STAA, at=plus_minutes(right.at, rng.integers(10, 60, len(right))))
    # A wrong start is later, a wrong end or leave earlier than the right one, and never before the start.
    off = np.where(chosen, minutes, 0).astype("timedelta64[m]")
    starts = np.isin(events.kind, (STAA, STIN))
    shifted = replace(
        events,
        start=events.start + np.where(starts, off, np.timedelta64(0, "m")),
        end=events.end - off,
        away=events.away - np.where(events.kind == STOR, off, np.timedelta64(0, "m")),
        back=events.back - off,
    )
    return _joined([shifted, right])


def _in_order(events: _Events, rng: np.random.Generator) -> tuple[_Events, Minutes]:
    """The messages stay by stay, and when each was made: minutes after it happened, one after the other."""
    order = np.lexsort((events.kind, events.at, events.stay))
    events = events.where(order)
    made = events.at.astype(np.int64) + rng.integers(0, 5, len(events))
    nth = np.arange(len(events))
    span = np.int64(10**10)
    place = np.cumsum(np.concatenate([[0], events.stay[1:] != events.stay[:-1]])) if len(events) else nth
    running = np.maximum.accumulate(place * span + made - nth + len(events)) - place * span + nth - len(events)
    return events, running.astype("datetime64[m]")


def _swapped(block: Block, events: _Events, made: Minutes) -> tuple[Minutes, Bools]:
    """When the messages were sent; in some stays of two messages or more the first goes out after the last."""
    if not len(events):
        return made, np.zeros(0, dtype=bool)
    first = np.flatnonzero(np.concatenate([[True], events.stay[1:] != events.stay[:-1]]))
    last = np.append(first[1:], len(events)) - 1
    plain = (events.kind[first] <= STIN) & (events.kind[last] == SLHJ)
    changed = np.add.reduceat((events.kind >= RE_STAA).astype(np.int64), first) > 0
    sown = block.sown(len(first), OUT_OF_ORDER, "messages out of order") & plain & ~changed
    sent, marked = made.copy(), np.zeros(len(events), dtype=bool)
    sent[first[sown]] = plus_minutes(made[last[sown]], 4)
    marked[first[sown]] = marked[last[sown]] = True
    return sent, marked


def _lines(block: Block, events: _Events, made: Minutes, sent: Minutes) -> list[str]:
    """The Bundles, in the order of the events."""
    lines: list[str] = []
    trail: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    for message, new in _messages(block, events, made, sent):
        if new:
            trail, before = (), ()
        told = replace(message, before=before, trail=trail)
        own = provenance(told)
        lines.append(bundle(told, own))
        trail, before = (*trail, own), (*before, told.name)
    return lines


def _messages(block: Block, events: _Events, made: Minutes, sent: Minutes) -> Iterator[tuple[Message, bool]]:
    """The messages without their predecessors, and whether each is the first of its stay."""
    people, contacts, who = block.people, block.contacts, events.who
    numbers = people.pnr(who, events.at).to_pylist()
    units = finished_rows(block).table.column("kont_ans").take(events.contact).to_pylist()
    wards = [text.capitalize() for text in SPECIALTIES.values()]
    ward = contacts.specialty[events.contact]
    kom = people.kom(who, events.start)
    senders = {
        key: Organisation(key[0], f"{wards[key[1]]}, afsnit {key[0][:3]}") for key in set(zip(units, ward, strict=True))
    }
    receivers = {one: Organisation(f"{500_000 + one}1000016", f"Hjemmeplejen, kommune {one:04d}") for one in set(kom)}
    texts = {
        name: local_time(times)
        for name, times in (("sent", sent), ("made", made), ("at", events.at), ("start", events.start))
    }
    texts |= {name: local_time(getattr(events, name)) for name in ("end", "away", "back")}
    seq, origin = 0, ""
    for n in range(len(events)):
        kind, stay = int(events.kind[n]), int(events.stay[n])
        new = n == 0 or stay != events.stay[n - 1]
        seq = 0 if new else seq + 1
        origin = units[n] if new else origin
        name = f"{block.number} {stay}"
        leave = tuple(texts[part][n] for part in ("away", "back") if not np.isnat(getattr(events, part)[n]))
        yield (
            Message(
                name=f"{name} {seq}",
                stay=f"stay {name}",
                sent=texts["sent"][n],
                occurred=texts["at"][n],
                recorded=texts["made"][n],
                status=_status(kind),
                kind_of_stay="IMP" if events.inpatient[n] else "EMER",
                activity=_activity(kind, inpatient=bool(events.inpatient[n])),
                role="removal" if kind >= AN_STIN else "revision",
                start=texts["start"][n],
                end="" if np.isnat(events.end[n]) else texts["end"][n],
                leave=leave,
                person=int(people.number[who[n]]),
                cpr=numbers[n],
                given=str(people.first[who[n]]),
                family=str(people.last[who[n]]),
                dead=kind == MORS,
                asks_for_report=kind in (STIN, STAA),
                sender=senders[units[n], ward[n]],
                receiver=receivers[kom[n]],
                origin=origin,
            ),
            new,
        )


def _status(kind: int) -> str:
    if kind in (STOR, RE_STOR):
        return "onleave"
    if kind in (SLHJ, RE_SLHJ, MORS):
        return "finished"
    return "entered-in-error" if kind == AN_STIN else "in-progress"


def _activity(kind: int, *, inpatient: bool) -> str:
    prefix = "cancel-" if kind >= AN_STIN else "revise-" if kind >= RE_STAA else ""
    base = {AN_STIN: STIN, AN_SLHJ: SLHJ}.get(kind, kind - RE_STAA if kind >= RE_STAA else kind)
    ends = "-home" if base == SLHJ else ""
    return f"{prefix}{ACTIVITIES[base]}-{'inpatient' if inpatient else 'emergency'}{ends}"
