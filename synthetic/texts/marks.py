"""What the marks of the templates are filled with: people, places and numbers of the draft, and clinical words.

A mark gives pieces, or None when the draft lacks what it needs (a relative); its template is then not used.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from synthetic.texts import clinical_words
from synthetic.texts.dice import Dice
from synthetic.texts.draft import Draft, Piece
from synthetic.texts.spelling import MONTHS, spell_cpr, spell_date, spell_phone
from synthetic.texts.staff import DEPARTMENTS, Relative, draw_name, plain_ascii

Mark = Callable[[Draft, Dice], list[Piece] | None]

STATES = ("godt", "rimeligt", "uændret", "bedre", "lidt bedre", "stabilt", "vel", "habituelt")
STATE_ADJECTIVES = ("god", "habituel", "stabil", "bedret", "uændret")
AIDS = ("rollator", "en person", "to personer", "gangbord", "albuestok", "stok", "lift")
LUNGS = ("vesikulær respiration", "krepitation basalt", "ronki bilateralt", "svækket respirationslyd basalt")
LAB = (
    *("CRP 12, leukocytter 8,4", "Kreatinin 96, eGFR 58", "HbA1c 48, LDL 2,1", "Hgb. 7,9 og ferritin 22"),
    *("TSH 2,4, B12 310", "ALAT 42, basisk fosfatase 88", "INR 2,4", "Troponin 14, NT-proBNP 310"),
)
USES = ("dagligt", "som vanligt", "morgen og aften", "x 2 dgl", "x 1 dgl", "ved behov", "jf. FMK", "til natten")
OUTSIDERS_MEN = ("naboen", "viceværten", "vennen", "postbuddet", "besøgsvennen", "genboen", "underboen", "fætteren")
OUTSIDERS_WOMEN = ("naboen", "veninden", "frisøren", "besøgsvennen", "genboen", "kusinen", "overboen", "bekendte")
MAIL_DOMAINS = ("mail.local", "borger.local", "post.example")

# One in so many names stands in small letters: in hospital notes those only that the note's own columns tell.
LOWER_KNOWN, LOWER_HARD = 30, 7


def _word(text: str) -> list[Piece]:
    return [Piece(text)]


def _big(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def _name(text: str, draft: Draft, dice: Dice, *, known: bool = False) -> Piece:
    """A name, now and then in small letters."""
    lower = dice.chance(LOWER_HARD) if draft.hard else known and dice.chance(LOWER_KNOWN)
    return Piece(text.lower() if lower else text, "name")


def _patient(part: Callable[[Draft], str]) -> Mark:
    return lambda draft, dice: [_name(part(draft), draft, dice, known=True)]


def _mr(draft: Draft, dice: Dice, *, big: bool = False) -> list[Piece]:
    """`fru Lund`, `hr. Lund`."""
    title = "fru " if draft.woman else "hr. "
    return [Piece(_big(title) if big else title), _name(draft.name[1], draft, dice, known=True)]


def _mail(name: str, dice: Dice) -> Piece:
    return Piece(f"{plain_ascii(name)}@{dice.one(MAIL_DOMAINS)}", "email")


def _relative(
    draft: Draft, dice: Dice, *, of: str = "relative", full: bool = False, big: bool = False
) -> list[Piece] | None:
    person: Relative | None = getattr(draft, of)
    if person is None:
        return None
    name = person.name if full else person.name.split(" ")[0]
    return [Piece(f"{_big(person.relation) if big else person.relation} "), _name(name, draft, dice)]


def _of_relative(make: Callable[[Relative, Draft, Dice], Piece]) -> Mark:
    return lambda draft, dice: [make(draft.relative, draft, dice)] if draft.relative else None


def _staff(draft: Draft, dice: Dice) -> list[Piece]:
    person = draft.colleague
    if dice.chance(6):
        return [Piece(f"{person.title} "), Piece(person.initials, "initials")]
    name = person.name.split(" ")[-1] if dice.chance(4) else person.name
    return [Piece(f"{person.title} "), _name(name, draft, dice)]


def _author(draft: Draft, dice: Dice) -> list[Piece]:
    return [Piece(f"{draft.author.title} "), _name(draft.author.name, draft, dice, known=True)]


def _outsider(draft: Draft, dice: Dice, *, relation: bool = False, full: bool = False) -> list[Piece]:
    """Somebody whom no register knows."""
    man = dice.chance(2)
    first, last = draw_name(dice, man=man, held_out=draft.held_out)
    name = _name(f"{first} {last}" if full else first, draft, dice)
    return [Piece(f"{dice.one(OUTSIDERS_MEN if man else OUTSIDERS_WOMEN)} "), name] if relation else [name]


def _phone(number: str, dice: Dice) -> list[Piece]:
    return [Piece(spell_phone(number, dice), "phone")]


def _date(draft: Draft, dice: Dice) -> list[Piece]:
    lead, text = spell_date(draft.day + timedelta(days=dice.between(-25, 35)), dice)
    return [Piece(lead), Piece(text, "date")] if lead else [Piece(text, "date")]


def _diagnosis(draft: Draft, dice: Dice, *, big: bool = False) -> list[Piece]:
    text = dice.one(clinical_words.of_diagnosis(draft.diagnosis).diagnoses)
    return [Piece(_big(text) if big else text, "diagnosis")]


def _condition(draft: Draft, dice: Dice) -> list[Piece]:
    """One of the person's illnesses of which the note has not spoken yet."""
    waiting = [one for one in draft.conditions if one in clinical_words.CONDITIONS and one not in draft.told]
    if not waiting:
        return [Piece(dice.one(clinical_words.OTHER_CONDITIONS), "condition")]
    one = dice.one(waiting)
    draft.told.add(one)
    return [Piece(dice.one(clinical_words.CONDITIONS[one]), "condition")]


def _drug_name(product: str, dice: Dice) -> str:
    """A product as a note names it: mostly without the maker or the form."""
    return product if dice.chance(4) else product.split(" ")[0]


def _drug(draft: Draft, dice: Dice) -> list[Piece]:
    return [Piece(_drug_name(dice.one(draft.drugs or clinical_words.OTHER_DRUGS), dice), "drug")]


def _drugs(draft: Draft, dice: Dice) -> list[Piece]:
    """Up to three of the person's drugs."""
    listed = list(draft.drugs or clinical_words.OTHER_DRUGS)
    pieces: list[Piece] = []
    for count in range(min(len(listed), dice.between(1, 3))):
        if count:
            pieces.append(Piece(", "))
        pieces.append(Piece(_drug_name(listed.pop(dice.below(len(listed))), dice), "drug"))
    return pieces


def _of_group(kind: str, *, big: bool = False) -> Mark:
    """A complaint, finding or treatment of the diagnosis."""

    def fill(draft: Draft, dice: Dice) -> list[Piece]:
        text = dice.one(getattr(clinical_words.of_diagnosis(draft.diagnosis), f"{kind}s"))
        return [Piece(_big(text) if big else text, kind)]

    return fill


def _blood_pressure(draft: Draft, dice: Dice) -> list[Piece]:
    upper = dice.between(95, 185)
    return _word(f"{upper}/{upper * dice.between(48, 66) // 100}")


def _whole(low: int, high: int) -> Mark:
    return lambda draft, dice: _word(str(dice.between(low, high)))


def _tenths(low: int, high: int) -> Mark:
    return lambda draft, dice: _word(f"{dice.between(low, high) / 10:.1f}".replace(".", ","))


def _one(values: Sequence[str]) -> Mark:
    return lambda draft, dice: _word(dice.one(values))


def _number(digits: int) -> Mark:
    return lambda draft, dice: [Piece("".join(str(dice.below(10)) for _ in range(digits)), "number")]


MARKS: dict[str, Mark] = {
    # The person of the note.
    "name": _patient(lambda draft: draft.full_name),
    "first": _patient(lambda draft: draft.name[0]),
    "last": _patient(lambda draft: draft.name[1]),
    "mr": _mr,
    "Mr": lambda draft, dice: _mr(draft, dice, big=True),
    "cpr": lambda draft, dice: [Piece(spell_cpr(draft.cpr, dice, hard=draft.hard), "cpr")],
    "address": lambda draft, dice: [Piece(draft.address, "address")],
    "home": lambda draft, dice: [Piece(f"{draft.address}, {draft.town}", "address")],
    "town_name": lambda draft, dice: _word(draft.town.partition(" ")[2] or "byen"),
    "phone": lambda draft, dice: _phone(draft.phone, dice),
    "email": lambda draft, dice: [_mail(draft.full_name, dice)],
    "age": lambda draft, dice: _word(str(draft.age)),
    "sex": lambda draft, dice: _word("kvinde" if draft.woman else "mand"),
    # Relatives, and people whom no register knows.
    "relative": _relative,
    "Relative": lambda draft, dice: _relative(draft, dice, big=True),
    "relative_full": lambda draft, dice: _relative(draft, dice, full=True),
    "relative_first": _of_relative(lambda one, draft, dice: _name(one.name.split(" ")[0], draft, dice)),
    "relative_phone": _of_relative(lambda one, draft, dice: _phone(one.phone, dice)[0]),
    "relative_email": _of_relative(lambda one, draft, dice: _mail(one.name, dice)),
    "other": lambda draft, dice: _relative(draft, dice, of="other"),
    "outsider": lambda draft, dice: _outsider(draft, dice, relation=True),
    "outsider_first": _outsider,
    "outsider_full": lambda draft, dice: _outsider(draft, dice, full=True),
    "outsider_phone": lambda draft, dice: _phone(str(dice.between(20_000_000, 61_999_999)), dice),
    # Staff.
    "staff": _staff,
    "staff_full": lambda draft, dice: [_name(draft.colleague.name, draft, dice)],
    "staff_first": lambda draft, dice: [_name(draft.colleague.name.split(" ")[0], draft, dice)],
    "staff_initials": lambda draft, dice: [Piece(draft.colleague.initials, "initials")],
    "staff_phone": lambda draft, dice: _phone(draft.colleague.phone, dice),
    "staff_email": lambda draft, dice: [Piece(draft.colleague.email, "email")],
    "author": _author,
    "author_name": lambda draft, dice: [_name(draft.author.name, draft, dice, known=True)],
    "author_first": lambda draft, dice: [_name(draft.author.name.split(" ")[0], draft, dice, known=True)],
    "author_title": lambda draft, dice: _word(draft.author.title),
    "author_place": lambda draft, dice: _word(draft.author.place or "afsnittet"),
    "author_phone": lambda draft, dice: _phone(draft.author.phone, dice),
    "author_email": lambda draft, dice: [Piece(draft.author.email, "email")],
    "initials": lambda draft, dice: [Piece(draft.author.initials, "initials")],
    "initials_lower": lambda draft, dice: [Piece(draft.author.initials.lower(), "initials")],
    "department": _one(DEPARTMENTS),
    "authorisation": lambda draft, dice: [Piece(draft.author.authorisation or "0B4KT", "number")],
    "provider": _number(6),
    "journal": _number(9),
    "key_code": _number(4),
    # Time.
    "date": _date,
    "clock": lambda draft, dice: _word(f"{dice.between(0, 23):02d}:{dice.below(12) * 5:02d}"),
    "month": _one(MONTHS),
    # Clinical words that agree with the codes, the illnesses and the drugs.
    "diagnosis": _diagnosis,
    "diagnosis_big": lambda draft, dice: _diagnosis(draft, dice, big=True),
    "complaint": _of_group("complaint"),
    "finding": _of_group("finding"),
    "finding_big": _of_group("finding", big=True),
    "treatment": _of_group("treatment"),
    "condition": _condition,
    "drug": _drug,
    "drugs": _drugs,
    "use": _one(USES),
    "state": _one(STATES),
    "state_adjective": _one(STATE_ADJECTIVES),
    "aid": _one(AIDS),
    "lungs": _one(LUNGS),
    "lungs_big": _one(tuple(_big(text) for text in LUNGS)),
    "lab": _one(LAB),
    # Values.
    "bp": _blood_pressure,
    "pulse": _whole(52, 124),
    "saturation": _whole(86, 100),
    "temperature": _tenths(362, 396),
    "respiration": _whole(12, 28),
    "number": _whole(2, 40),
    "small": _whole(1, 6),
    "crp": _whole(3, 320),
    "hb": _tenths(58, 99),
    "potassium": _tenths(29, 54),
    "volume": lambda draft, dice: _word(str(dice.between(3, 24) * 100)),
    "weight": _whole(44, 99),
    "mmse": _whole(9, 29),
    "lvef": _whole(20, 60),
    "bmi": _tenths(170, 380),
}
MARKS["staff_mail"], MARKS["author_mail"] = MARKS["staff_email"], MARKS["author_email"]
