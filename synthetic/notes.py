"""Journal notes (`journalnotat`): Danish free text on admissions, and the truth about every personal text in
it.

The sentences stand in `synthetic/note_texts.py`. Every personal text is recorded exactly as it is written.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from synthetic import note_texts as words
from synthetic.columns import Ints, Minutes, Period, minute, pick, plus_minutes, table, texts, timestamps
from synthetic.hospital import Contacts
from synthetic.people import People
from synthetic.staff import Relative, Staff, draw_relatives, draw_staff, relatives_table, staff_table

TYPES = ("indlaeggelsesnotat", "kontinuationsnotat", "sygeplejenotat", "epikrise")
NOTES_PER_ADULT = 1.7
SHORTEST, LONGEST = 250, 700
MARK = re.compile(r"\{(\w+)\}")
MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)


@dataclass(frozen=True)
class Notes:
    """The notes and their truth: mentions (one row per personal text in a note), staff and relatives."""

    rows: pa.Table
    mentions: pa.Table
    staff: pa.Table
    relatives: pa.Table


class Dice:
    """Small whole numbers from a generator, drawn by the block because single draws are slow."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._block: list[int] = []

    def below(self, end: int) -> int:
        """A whole number in [0, end)."""
        if not self._block:
            self._block = self._rng.integers(0, 2**40, 8192).tolist()
        return self._block.pop() % end

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + self.below(high - low + 1)

    def one(self, values: tuple[str, ...]) -> str:
        """One of the texts."""
        return values[self.below(len(values))]


@dataclass
class Draft:
    """One note while it is written: who it is about, who writes it, and the mentions so far."""

    name: tuple[str, str]
    day: date
    cpr: str
    address: str
    phone: str
    age: int
    woman: bool
    relative: Relative
    author: Staff
    colleague: Staff
    mentions: list[tuple[str, str]]

    def says(self, kind: str, text: str) -> str:
        """Record a personal text and give it back."""
        if (kind, text) not in self.mentions:
            self.mentions.append((kind, text))
        return text


def draw_notes(people: People, contacts: Contacts, period: Period, *, adults: int, rng: np.random.Generator) -> Notes:
    """Notes on admissions and a few visits, by time, about 1.7 per adult."""
    at, kind, when = _occasions(people, contacts, period, adults, rng)
    who = contacts.who[at]
    staff = draw_staff(max(40, min(adults // 25, 600)), rng)
    relatives = draw_relatives(people, np.unique(who), rng)
    dice = Dice(rng)
    names = list(zip(people.first.tolist(), people.last.tolist(), strict=True))
    addresses = people.addresses()
    ages = people.age(who, when).astype(np.int64).tolist()
    authors, bodies = [], []
    mention_row: list[int] = []
    mention: list[tuple[str, str]] = []
    days = when.astype("datetime64[D]").tolist()
    occasions = zip(who.tolist(), kind.tolist(), ages, days, strict=True)
    for row, (person, type_at, age, day) in enumerate(occasions):
        draft = Draft(
            day=day,
            name=names[person],
            cpr=str(people.cpr[person]),
            address=addresses[person],
            phone=f"{people.phone[person]}",
            age=age,
            woman=bool(people.sex[person] == 2),
            relative=relatives[person][dice.below(len(relatives[person]))],
            author=staff[dice.below(len(staff))],
            colleague=staff[dice.below(len(staff))],
            mentions=[],
        )
        bodies.append(_write(TYPES[type_at], draft, dice))
        authors.append(draft.author.name)
        mention_row += [row] * len(draft.mentions)
        mention += draft.mentions
    number = 700_000_000 + 11 * np.arange(len(who))
    homes = [f"{address}, {town}" for address, town in zip(addresses, people.town, strict=True)]
    rows = table(
        {
            "cpr": pick(people.cpr, who),
            "notat_id": texts(number, prefix="N"),
            "dw_ek_kontakt": texts(contacts.key[at]),
            "notat_tidspunkt": timestamps(when),
            "notat_type": pick(TYPES, kind),
            "patient_navn": pick(people.full_names(), who),
            "patient_adresse": pick(homes, who),
            "patient_telefon": texts(people.phone[who]),
            "forfatter_navn": pa.array(authors, pa.string()),
            "notat_tekst": pa.array(bodies, pa.string()),
        }
    )
    mentions = pa.table(
        {
            "notat_id": rows.column("notat_id").take(pa.array(mention_row, pa.int64())),
            "kind": pa.array([kind for kind, _ in mention], pa.string()),
            "text": pa.array([text for _, text in mention], pa.string()),
        }
    )
    return Notes(rows=rows, mentions=mentions, staff=staff_table(staff), relatives=relatives_table(people, relatives))


def _occasions(
    people: People, contacts: Contacts, period: Period, adults: int, rng: np.random.Generator
) -> tuple[Ints, Ints, Minutes]:
    """The contact, the type and the time of every note, by time."""
    closed = contacts.admission & ~np.isnat(contacts.end) & (contacts.kind == 0)
    parts: list[tuple[Ints, Ints, Minutes]] = []
    span = np.where(np.isnat(contacts.end), 0, (contacts.end - contacts.start).astype(np.int64))
    for kind, chance in ((0, 0.30), (1, 0.40), (2, 0.40), (3, 0.45)):
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
    at, kinds, when = (np.concatenate(part) for part in zip(*parts, strict=True))
    living = (when < people.seen_to[contacts.who[at]]) & (when < minute(period.end))
    at, kinds, when = at[living], kinds[living], when[living]
    wanted = min(len(at), int(adults * NOTES_PER_ADULT))
    chosen = rng.choice(len(at), wanted, replace=False)
    chosen = chosen[np.lexsort((contacts.key[at[chosen]], kinds[chosen], when[chosen]))]
    return at[chosen], kinds[chosen], when[chosen]


def _write(kind: str, draft: Draft, dice: Dice) -> str:
    """The text of one note, 250-700 characters."""
    signature = _fill(dice.one(words.SIGNATURES), draft, dice)
    text = _fill(dice.one(words.OPENINGS[kind]), draft, dice)
    body = list(words.BODY[kind])
    wanted = dice.between(SHORTEST, 520)
    while body and len(text) + len(signature) < wanted:
        sentence = body.pop(dice.below(len(body)))
        before = list(draft.mentions)
        filled = _fill(sentence, draft, dice)
        if len(text) + len(filled) + len(signature) + 2 > LONGEST:
            draft.mentions[:] = before
            continue
        text += (" ", "\n")[dice.below(5) == 0] + filled
    return f"{text}\n{signature}" if signature else text


def _fill(template: str, draft: Draft, dice: Dice) -> str:
    filled = MARK.sub(lambda found: _MARKS[found.group(1)](draft, dice), template)
    # A sentence that begins with a relation (datteren ...) begins with a capital.
    return filled[:1].upper() + filled[1:] if template.startswith("{relative") else filled


def _cpr(draft: Draft, dice: Dice) -> str:
    number = draft.cpr
    forms = (f"{number[:6]}-{number[6:]}", number, f"{number[:6]} {number[6:]}", f"{number[:6]}-{number[6:]}")
    return draft.says("cpr", dice.one(forms))


def _phone(number: str, draft: Draft, dice: Dice) -> str:
    pairs = " ".join(number[i : i + 2] for i in range(0, 8, 2))
    forms = (
        pairs,
        f"{number[:4]} {number[4:]}",
        f"+45 {number}",
        number,
        f"+45 {pairs}",
        f"{number[:2]}-{number[2:]}",
    )
    return draft.says("phone", dice.one(forms))


def _address(draft: Draft, dice: Dice) -> str:
    return draft.says("address", draft.address)


def _email(draft: Draft, dice: Dice) -> str:
    local = plain_ascii(f"{draft.name[0]}.{draft.name[1].replace(' ', '.')}")
    return draft.says("email", f"{local}@{dice.one(('mail.local', 'borger.local', 'post.example'))}")


def _relative(draft: Draft, dice: Dice) -> str:
    return f"{draft.relative.relation} {draft.says('name', draft.relative.name.split(' ')[0])}"


def _relative_full(draft: Draft, dice: Dice) -> str:
    return f"{draft.relative.relation} {draft.says('name', draft.relative.name)}"


def _staff(draft: Draft, dice: Dice) -> str:
    person = draft.colleague
    if dice.below(4) == 0:
        return f"{person.title} {draft.says('name', person.name.split(' ')[-1])}"
    return f"{person.title} {draft.says('name', person.name)}"


def _author(draft: Draft, dice: Dice) -> str:
    return f"{draft.author.title} {draft.says('name', draft.author.name)}"


def _date(draft: Draft, dice: Dice) -> str:
    when = draft.day + timedelta(days=dice.between(-25, 35))
    day, month, year = when.day, when.month, when.year
    forms = (
        f"{day:02d}.{month:02d}.{year}",
        f"{day}/{month}",
        f"{day}. {MONTHS[month - 1]} {year}",
        f"{day}.{month}.{year % 100:02d}",
    )
    return dice.one(forms)


def plain_ascii(text: str) -> str:
    """A text in small letters as an e-mail address writes it."""
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("ü", "u"), ("é", "e")):
        text = text.lower().replace(letter, plain)
    return text


def _whole(low: int, high: int) -> Callable[[Draft, Dice], str]:
    return lambda draft, dice: str(dice.between(low, high))


def _tenths(low: int, high: int) -> Callable[[Draft, Dice], str]:
    return lambda draft, dice: f"{dice.between(low, high) / 10:.1f}".replace(".", ",")


def _word(values: tuple[str, ...]) -> Callable[[Draft, Dice], str]:
    return lambda draft, dice: dice.one(values)


_MARKS: dict[str, Callable[[Draft, Dice], str]] = {
    "name": lambda draft, dice: draft.says("name", " ".join(draft.name)),
    "first": lambda draft, dice: draft.says("name", draft.name[0]),
    "last": lambda draft, dice: draft.says("name", draft.name[1]),
    "Name_line": lambda draft, dice: f"Pt. hedder {draft.says('name', ' '.join(draft.name))}.",
    "cpr": _cpr,
    "address": _address,
    "phone": lambda draft, dice: _phone(draft.phone, draft, dice),
    "email": _email,
    "relative": _relative,
    "relative_full": _relative_full,
    "relative_phone": lambda draft, dice: _phone(draft.relative.phone, draft, dice),
    "staff": _staff,
    "staff_phone": lambda draft, dice: _phone(draft.author.phone, draft, dice),
    "staff_email": lambda draft, dice: draft.says("email", draft.author.email),
    "author": _author,
    "initials": lambda draft, dice: draft.says("initials", draft.author.initials),
    "department": _word(words.DEPARTMENTS),
    "age": lambda draft, dice: str(draft.age),
    "sex": lambda draft, dice: "kvinde" if draft.woman else "mand",
    "date": _date,
    "clock": lambda draft, dice: f"{dice.between(0, 23):02d}:{dice.below(12) * 5:02d}",
    "complaint": _word(words.COMPLAINTS),
    "condition": _word(words.CONDITION_WORDS),
    "diagnosis": _word(words.DIAGNOSIS_WORDS),
    "drug": _word(words.DRUG_WORDS),
    "state": _word(words.STATES),
    "aid": _word(words.AIDS),
    "lungs": _word(words.LUNGS),
    "lab": _word(words.LAB),
    "bp": lambda draft, dice: f"{dice.between(95, 185)}/{dice.between(50, 105)}",
    "pulse": _whole(52, 124),
    "saturation": _whole(86, 100),
    "temperature": _tenths(362, 396),
    "respiration": _whole(12, 28),
    "number": _whole(2, 40),
    "small": _whole(1, 6),
    "dose": lambda draft, dice: dice.one(("5", "10", "20", "40", "50", "100", "400", "500", "1000")),
    "crp": _whole(3, 320),
    "hb": _tenths(58, 99),
    "potassium": _tenths(29, 54),
    "volume": lambda draft, dice: str(dice.between(3, 24) * 100),
    "weight": _whole(44, 122),
    "bmi": _tenths(170, 380),
}
