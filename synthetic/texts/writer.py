"""Writes notes: hospital notes, discharge letters, home-care notes, referrals, and where everything personal stands.

`write` draws an opening, sentences of different topics in their natural order, and a signature; the clinical words
agree with the draft's diagnosis, illnesses and drugs. Which templates and names a world may use is told in
`templates.py` and `synthetic/people/names.py`: a fifth of each is held out for measuring.
"""

import re
from functools import cache

from synthetic.texts.dice import Dice
from synthetic.texts.draft import HOME_CARE_KIND, KINDS, NURSING_KIND, REFERRAL_KIND, SPAN_KINDS, Draft, Piece
from synthetic.texts.marks import MARKS
from synthetic.texts.spelling import WORDS_PER_SLIP, WORDS_PER_SLIP_HOME_CARE, candidates, misspelt
from synthetic.texts.staff import Staff, draw_staff
from synthetic.texts.templates import Templates, allowed
from synthetic.texts.templates_discharge import DISCHARGE
from synthetic.texts.templates_home_care import HOME_CARE
from synthetic.texts.templates_hospital import ADMISSION, NURSING, PROGRESS
from synthetic.texts.templates_referral import REFERRAL

TEMPLATES: dict[str, Templates] = {
    "indlaeggelsesnotat": ADMISSION,
    "kontinuationsnotat": PROGRESS,
    NURSING_KIND: NURSING,
    "epikrise": DISCHARGE,
    HOME_CARE_KIND: HOME_CARE,
    REFERRAL_KIND: REFERRAL,
}
# Characters of a text: at least, at most, and the highest length that is aimed at.
LENGTHS = {kind: (60, 350, 290) if kind == HOME_CARE_KIND else (250, 700, 560) for kind in KINDS}

_MARK = re.compile(r"\{(\w+)\}")


def count_templates() -> dict[str, int]:
    """Distinct sentences by kind of note (openings and signatures not counted), and `all` for all together."""
    sentences = {kind: {*kept.main, *(one for topic in kept.body for one in topic)} for kind, kept in TEMPLATES.items()}
    return {kind: len(found) for kind, found in sentences.items()} | {"all": len(set().union(*sentences.values()))}


def people_for(kind: str, dice: Dice, *, seed: int, held_out: bool = False, place: str = "") -> tuple[Staff, Staff]:
    """Who writes a note of a kind, and a colleague who is named in it; care workers of the municipality `place`.

    Nurses write nursing notes and doctors the other hospital notes; a practice writes to a doctor of the hospital.
    """
    if kind == HOME_CARE_KIND:
        here = _fitting(seed, "care", held_out, place=place)
        return dice.one(here), dice.one(here)
    doctors = _fitting(seed, "hospital", held_out, titles=("læge",))
    if kind == REFERRAL_KIND:
        return dice.one(_fitting(seed, "gp", held_out, titles=("læge",))), dice.one(doctors)
    nurses = _fitting(seed, "hospital", held_out, titles=("sygeplejerske", "assistent"))
    return dice.one(nurses if kind == NURSING_KIND else doctors), dice.one(_fitting(seed, "hospital", held_out))


@cache
def _fitting(
    seed: int, pool: str, held_out: bool, *, titles: tuple[str, ...] = ("",), place: str = ""
) -> tuple[Staff, ...]:
    """The members of a pool with one of the words in their title; those of the place, if anybody is of it."""
    staff = draw_staff(seed, pool, held_out=held_out)
    fitting = tuple(one for one in staff if any(title in one.title for title in titles))
    return tuple(one for one in fitting if one.place == place) or fitting


def write(draft: Draft, dice: Dice, *, held_out: bool = False) -> str:
    """The text of one note, within `LENGTHS` of its kind; the draft's `spans` and `terms` tell what stands where."""
    templates = allowed(TEMPLATES[draft.kind], held_out)
    shortest, longest, highest = LENGTHS[draft.kind]
    draft.held_out = held_out
    draft.told.clear()
    _draw_relatives(draft, dice)
    signature = _filled(_drawn(templates.signatures, draft, dice), draft, dice)
    opening_template = _drawn(templates.openings, draft, dice)
    opening = _filled(opening_template, draft, dice)
    sentences: list[tuple[int, list[Piece]]] = []
    size = _size(opening) + _size(signature) + 1
    if "{diagnosis}" not in opening_template and (draft.diagnosis or draft.kind != HOME_CARE_KIND):
        main = _filled(_drawn(templates.main, draft, dice), draft, dice)
        sentences.append((-1, main))
        size += _size(main) + 1
    wanted = dice.between(shortest, highest)
    waiting = list(range(len(templates.body)))
    while waiting and size < wanted:
        topic = waiting.pop(dice.below(len(waiting)))
        sentence = _filled(_drawn(templates.body[topic], draft, dice), draft, dice)
        if sentence and size + _size(sentence) + 1 <= longest:
            sentences.append((topic, sentence))
            size += _size(sentence) + 1
    pieces = opening
    for _, sentence in sorted(sentences, key=lambda one: one[0]):
        pieces += [Piece("\n" if dice.chance(5) else " "), *sentence]
    return draft.set_text([*pieces, Piece("\n"), *signature])


def _draw_relatives(draft: Draft, dice: Dice) -> None:
    """Draw of which relatives the note speaks."""
    draft.relative = draft.other = None
    if draft.relatives:
        place = dice.below(len(draft.relatives))
        draft.relative = draft.relatives[place]
        if len(draft.relatives) > 1:
            draft.other = draft.relatives[place - 1]


def _drawn(templates: tuple[str, ...], draft: Draft, dice: Dice) -> str:
    """One of the templates whose marks the draft can fill."""
    lacking = () if draft.other else ("{other",) if draft.relative else ("{relative", "{Relative", "{other")
    while True:
        template = dice.one(templates)
        if not any(mark in template for mark in lacking):
            return template
        rest = tuple(one for one in templates if one is not template)
        if not rest:
            return ""
        templates = rest


@cache
def _parts(template: str) -> tuple[tuple[str, str, int], ...]:
    """The stretches of a template: ordinary words, the mark after them, and how many words may be misspelt."""
    pieces = [*_MARK.split(template), ""]
    return tuple((words, mark, candidates(words)) for words, mark in zip(pieces[::2], pieces[1::2], strict=True))


def _filled(template: str, draft: Draft, dice: Dice) -> list[Piece]:
    per_slip = WORDS_PER_SLIP_HOME_CARE if draft.kind == HOME_CARE_KIND else WORDS_PER_SLIP
    pieces: list[Piece] = []
    for words, mark, count in _parts(template):
        if words.startswith(".") and pieces and pieces[-1].text.endswith("."):
            words = words[1:]  # One full stop is enough after "i.v.".
        if words:
            slips = count and dice.below(per_slip) < count
            pieces.append(Piece(misspelt(words, dice) if slips else words))
        if mark:
            pieces += MARKS[mark](draft, dice) or ()
    if pieces and template.startswith("{") and pieces[0].kind not in SPAN_KINDS:
        # A sentence that begins with a relation (datteren ...) begins with a capital.
        first = pieces[0]
        pieces[0] = Piece(first.text[:1].upper() + first.text[1:], first.kind)
    return pieces


def _size(pieces: list[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces)
