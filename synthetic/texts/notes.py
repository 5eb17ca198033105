"""Notes as sources deliver them: `journalnotat`, `hjemmeplejenotat` of home care, `henvisning` of practices.

Every note hangs on its own key alone. With the rows goes the truth about them: who is named where, by whom written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synthetic.catalogue.diagnoses import OUTPATIENT, diagnoses
from synthetic.catalogue.drugs import drugs
from synthetic.columns import Ints, Minutes, minute, pick, plus_days, plus_minutes, table, texts, timestamps
from synthetic.people.conditions import CONDITIONS
from synthetic.people.course import HOME_CARE
from synthetic.people.names import MUNICIPALITIES
from synthetic.texts.dice import Dice
from synthetic.texts.draft import HOME_CARE_KIND, HOSPITAL_KINDS, REFERRAL_KIND, Draft
from synthetic.texts.staff import Relative, Staff, draw_relative
from synthetic.texts.writer import people_for, write
from synthetic.world import Block, Rows

NOTES_PER_ADULT = 1.7  # Of the hospital, in seven years; real journals hold a hundred times as many.
HOME_CARE_NOTES, REFERRALS = 3.0, 90.0  # A year: of one who is helped; of 1,000 at the age of 50.
MOST_NOTES = 10_000  # Of one block and source.
_JOURNAL, _HOME_CARE, _REFERRAL, _RELATIVES = range(1, 5)  # Streams of draws.


@dataclass(frozen=True, eq=False)
class _Occasions:
    """Why notes are written: person, time, kind, position of a diagnosis (-1 none), key of a contact (-1 none)."""

    who: Ints
    when: Minutes
    kind: Sequence[str]
    diagnosis: Ints
    contact: Ints


class _Notebook:
    """The notes of one source about one block: why they are written, their numbers (unique in the world and the
    source), drafts with the places of everything personal, and texts.
    """

    def __init__(self, block: Block, stream: int, occasions: _Occasions) -> None:
        self.block, self.occasions = block, occasions
        self.numbers = block.number * MOST_NOTES + np.arange(len(occasions.who))
        self.drafts, self.bodies = self._written(stream)
        self.authors = pa.array([draft.author.name for draft in self.drafts], pa.string())

    def rows(self, table: pa.Table) -> Rows:
        """The notes as a source delivers them, the person in the first column and the number in the second."""
        truth = {
            "note_spans": _spans(table, self.drafts),
            "staff": _staff(self.drafts),
            "relatives": _relatives(table, self.drafts),
        }
        known = plus_days(self.occasions.when.astype("datetime64[D]"), 1)
        return Rows(table, self.occasions.who, known, truth=truth)

    def _written(self, stream: int) -> tuple[list[Draft], list[str]]:
        world, people, found = self.block.world, self.block.people, self.occasions
        ages = people.age(found.who, found.when).astype(np.int64)
        kom = people.kom(found.who, found.when)
        places = {code: place for place, (code, *_) in enumerate(MUNICIPALITIES)}
        pnr = people.pnr(found.who, found.when).to_pylist()
        codes = diagnoses().code
        drafts, bodies = [], []
        addresses = people.addresses()
        for row, (person, day) in enumerate(zip(found.who.tolist(), found.when.astype("datetime64[D]"), strict=True)):
            dice = Dice(world.seed, stream, int(self.numbers[row]))
            kind = found.kind[row]
            place = str(places[int(kom[row])]) if kind == HOME_CARE_KIND else ""
            author, colleague = people_for(kind, dice, seed=world.seed, held_out=world.held_out, place=place)
            conditions = people.conditions(person, day)
            draft = Draft(
                kind=kind,
                day=day.item(),
                name=(people.first[person], people.last[person]),
                cpr=pnr[row],
                address=addresses[person],
                town=people.town[person],
                phone=str(people.phone[person]),
                age=int(ages[row]),
                woman=bool(people.sex[person] == 2),
                relatives=self._relatives_of(person),
                author=author,
                colleague=colleague,
                diagnosis=str(codes[found.diagnosis[row]]) if found.diagnosis[row] >= 0 else "",
                conditions=conditions,
                drugs=_drugs_of(conditions),
            )
            bodies.append(write(draft, dice, held_out=world.held_out))
            drafts.append(draft)
        return drafts, bodies

    def _relatives_of(self, person: int) -> list[Relative]:
        """One or two relatives of a person; the spouse is the one of the register, if any."""
        people, world = self.block.people, self.block.world
        spouse = int(people.spouse[person])
        dice = Dice(world.seed, _RELATIVES, int(people.number[person]))
        known = []
        if spouse >= 0:
            known.append(
                Relative("ægtefælle", f"{people.first[spouse]} {people.last[spouse]}", str(people.phone[spouse]))
            )
        last = str(people.last[person])
        return [*known, draw_relative(dice, last=last, held_out=world.held_out, partner=spouse < 0)]


def journal_rows(block: Block) -> Rows:
    """`journalnotat`: notes on admissions and a few visits, by time; about 1.7 per adult in seven years."""
    people, found = block.people, _hospital(block)
    book = _Notebook(block, _JOURNAL, found)
    homes = [f"{address}, {town}" for address, town in zip(people.addresses(), people.town, strict=True)]
    rows = table(
        {
            "cpr": people.pnr(found.who, found.when),
            "notat_id": texts(700_000_000 + 11 * book.numbers, prefix="N"),
            "dw_ek_kontakt": texts(found.contact),
            "notat_tidspunkt": timestamps(found.when),
            "notat_type": pa.array(found.kind, pa.string()),
            "patient_navn": pick(people.full_names(), found.who),
            "patient_adresse": pick(homes, found.who),
            "patient_telefon": texts(people.phone[found.who]),
            "forfatter_navn": book.authors,
            "notat_tekst": pa.array(book.bodies, pa.string()),
        }
    )
    return book.rows(rows)


def home_care_note_rows(block: Block) -> Rows:
    """`hjemmeplejenotat`: what helpers write about those whom they help."""
    people, found = block.people, _home_care(block)
    book = _Notebook(block, _HOME_CARE, found)
    rows = table(
        {
            "cpr": people.pnr(found.who, found.when),
            "notat_id": texts(800_000_000 + 11 * book.numbers, prefix="H"),
            "kommune_kode": texts(people.kom(found.who, found.when), width=4),
            "tidspunkt": timestamps(found.when),
            "borger_navn": pick(people.full_names(), found.who),
            "medarbejder_navn": book.authors,
            "tekst": pa.array(book.bodies, pa.string()),
        }
    )
    return book.rows(rows)


def referral_rows(block: Block) -> Rows:
    """`henvisning`: what general practitioners write to hospitals."""
    people, found = block.people, _referrals(block)
    book = _Notebook(block, _REFERRAL, found)
    rows = table(
        {
            "cpr": people.pnr(found.who, found.when),
            "henvisning_id": texts(900_000_000 + 11 * book.numbers, prefix="R"),
            "henvist_tidspunkt": timestamps(found.when),
            "patient_navn": pick(people.full_names(), found.who),
            "henviser_navn": book.authors,
            "henviser_ydernr": texts(people.kom(found.who, found.when) * 100 + found.who % 23, width=6),
            "diagnosekode": pick(diagnoses().code, found.diagnosis),
            "henvisning_tekst": pa.array(book.bodies, pa.string()),
        }
    )
    return book.rows(rows)


def _spans(rows: pa.Table, drafts: list[Draft]) -> pa.Table:
    spans = [span for draft in drafts for span in draft.spans]
    row = np.repeat(np.arange(len(drafts)), [len(draft.spans) for draft in drafts])
    return pa.table(
        {
            "notat_id": rows.column(1).take(pa.array(row)),
            "kind": pa.array([span.kind for span in spans], pa.string()),
            "start": pa.array([span.start for span in spans], pa.int64()),
            "end": pa.array([span.end for span in spans], pa.int64()),
            "text": pa.array([span.text for span in spans], pa.string()),
            "_row": pa.array(row, pa.int64()),
        }
    )


def _staff(drafts: list[Draft]) -> pa.Table:
    named: list[tuple[int, Staff]] = [(row, one) for row, d in enumerate(drafts) for one in (d.author, d.colleague)]
    fields = ("name", "title", "initials", "email", "phone")
    columns = {field: pa.array([getattr(one, field) for _, one in named], pa.string()) for field in fields}
    return pa.table({**columns, "_row": pa.array([row for row, _ in named], pa.int64())})


def _relatives(rows: pa.Table, drafts: list[Draft]) -> pa.Table:
    named = [(row, one) for row, draft in enumerate(drafts) for one in draft.relatives]
    return pa.table(
        {
            "pnr": rows.column(0).take(pa.array([row for row, _ in named], pa.int64())),
            "relation": pa.array([one.relation for _, one in named], pa.string()),
            "name": pa.array([one.name for _, one in named], pa.string()),
            "phone": pa.array([one.phone for _, one in named], pa.string()),
            "_row": pa.array([row for row, _ in named], pa.int64()),
        }
    )


def _hospital(block: Block) -> _Occasions:
    """Notes on the contacts of admissions, by kind, and on a few visits."""
    people, contacts, rng = block.people, block.contacts, block.rng("journalnotat")
    closed = contacts.admission & ~np.isnat(contacts.end) & (contacts.kind == 0)
    span = np.where(np.isnat(contacts.end), 0, (contacts.end - contacts.start).astype(np.int64))
    parts: list[tuple[Ints, Ints, Minutes]] = []
    for kind, chance in enumerate((0.30, 0.40, 0.40, 0.45)):
        chosen = closed & (rng.random(len(contacts)) < chance)
        if kind == 3:
            chosen &= contacts.last_of_stay
        if kind == 1:
            chosen |= ~contacts.admission & ~np.isnat(contacts.end) & (rng.random(len(contacts)) < 0.02)
        at = np.flatnonzero(chosen)
        share = rng.random(len(at))
        anywhere = span[at] * share
        offset = (np.minimum(20 + share * 150, span[at]), anywhere, anywhere, span[at] - 5)[kind]
        parts.append((at, np.full(len(at), kind), plus_minutes(contacts.start[at], np.floor(offset).clip(0))))
    at, kinds, when = (np.concatenate(column) for column in zip(*parts, strict=True))
    living = (when < people.seen_to[contacts.who[at]]) & (when < minute(block.period.end))
    at, kinds, when = at[living], kinds[living], when[living]
    # Of more notes than are wanted, each is kept with the same chance.
    years = block.period.last_year - block.period.first_year + 1
    wanted = NOTES_PER_ADULT * 1000 * years / 7
    kept = np.flatnonzero(rng.random(len(at)) < wanted / max(len(at), wanted))
    kept = kept[np.lexsort((contacts.key[at[kept]], kinds[kept], when[kept]))]
    at, kinds, when = at[kept], kinds[kept], when[kept]
    names = [HOSPITAL_KINDS[kind] for kind in kinds.tolist()]
    return _Occasions(contacts.who[at], when, names, contacts.diagnosis[at], contacts.key[at])


def _home_care(block: Block) -> _Occasions:
    people, rng = block.people, block.rng(HOME_CARE_KIND)
    helped = (people.course.care == HOME_CARE) & people.in_register[None, :]
    who, day = people.course.happenings((helped * (HOME_CARE_NOTES * 7 / 365.25)).astype(np.float32), rng)
    when = plus_minutes(minute(day), rng.integers(7 * 60, 22 * 60, len(who)))
    kept = (when >= people.seen_from[who]) & (when < people.seen_to[who]) & ~block.contacts.in_hospital(who, when)
    who, when = who[kept], when[kept]
    nothing = np.full(len(who), -1)
    return _Occasions(who, when, [HOME_CARE_KIND] * len(who), nothing, nothing)


def _referrals(block: Block) -> _Occasions:
    people, rng = block.people, block.rng(REFERRAL_KIND)
    who, day = people.course.happenings(people.weekly(REFERRALS, 0.01, 0.3), rng)
    when = plus_minutes(minute(day), rng.integers(8 * 60, 16 * 60, len(who)))
    kept = (when >= people.seen_from[who]) & (when < people.seen_to[who])
    who, when = who[kept], when[kept]
    diagnosis = diagnoses().draw(OUTPATIENT, people.age(who, when), people.sex[who], rng)
    return _Occasions(who, when, [REFERRAL_KIND] * len(who), diagnosis, np.full(len(who), -1))


def _drugs_of(conditions: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the most usual drug of every condition."""
    return tuple(_USUAL[name] for name in conditions if name in _USUAL)


_USUAL = {name: max((d for d in drugs() if d.condition == name), key=lambda d: d.weight).name for name in CONDITIONS}
