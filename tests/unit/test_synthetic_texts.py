"""The texts of notes: spans are exact, spellings all occur, held-out templates and names stay apart, codes agree."""

import random
import re
from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest

from synthetic.catalogue.diagnoses import ADDITIONAL, METASTASES, diagnoses
from synthetic.people import names
from synthetic.texts import clinical_words
from synthetic.texts.dice import Dice
from synthetic.texts.draft import HOSPITAL_KINDS, KINDS, SPAN_KINDS, TERM_KINDS, Draft
from synthetic.texts.marks import MARKS
from synthetic.texts.spelling import DATE_SPELLINGS, WORDS_PER_SLIP, WORDS_PER_SLIP_HOME_CARE, misspelt
from synthetic.texts.staff import MUNICIPALITIES, POOLS, draw_relative, draw_staff
from synthetic.texts.templates import FIFTH, allowed, choose
from synthetic.texts.writer import LENGTHS, TEMPLATES, count_templates, people_for, write

CODES = ("DJ189", "DS720", "DG209", "DI509", "DN390", "DA419", "DK509", "DF209", "DZ039", "")
DRUGS = ("Metformin Actavis", "Furix", "Eliquis", "Panodil", "Madopar", "Ramipril Krka")
MARK = re.compile(r"\{(\w+)\}")


def draft(number: int, *, kind: str = "", held_out: bool = False, **given: object) -> Draft:
    """A draft about a person made up from a number."""
    chance = random.Random(number)
    kind = kind or KINDS[number % len(KINDS)]
    woman = chance.random() < 0.5
    first = chance.choice(names.pool(names.WOMEN if woman else names.MEN, held_out=held_out))
    last = chance.choice(names.pool(names.LAST, held_out=held_out))
    born = date(1930, 1, 1) + timedelta(days=chance.randrange(25_000))
    author, colleague = people_for(kind, Dice(11, number), seed=3, held_out=held_out, place="Aarhus Kommune")
    values: dict[str, object] = {
        "kind": kind,
        "day": date(2021, 1, 1) + timedelta(days=chance.randrange(1400)),
        "name": (first, last),
        "cpr": f"{born:%d%m%y}{chance.choice(('1AB2', f'{chance.randrange(10_000):04d}'))}",
        "address": chance.choice(names.STREETS)
        + f" {chance.randrange(1, 150)}"
        + chance.choice(("", "B, 2. tv", ", st.")),
        "town": "8700 Horsens",
        "phone": str(chance.randrange(20_000_000, 99_999_999)),
        "age": 2021 - born.year,
        "woman": woman,
        "relatives": [
            draw_relative(Dice(5, number, place), last=last, held_out=held_out) for place in range(number % 3)
        ],
        "author": author,
        "colleague": colleague,
        "diagnosis": chance.choice(CODES),
        "conditions": tuple(chance.sample(sorted(clinical_words.CONDITIONS), chance.randrange(4))),
        "drugs": tuple(chance.sample(DRUGS, chance.randrange(4))),
    }
    return Draft(**(values | given))  # type: ignore[arg-type]


@cache
def written(held_out: bool = False, size: int = 1500) -> tuple[tuple[Draft, str], ...]:
    """Notes of all kinds in turn."""
    drafts = [draft(number, held_out=held_out) for number in range(size)]
    return tuple((one, write(one, Dice(1, place), held_out=held_out)) for place, one in enumerate(drafts))


@pytest.mark.parametrize("held_out", [False, True])
def test_every_span_stands_exactly_where_it_is_told_and_spans_do_not_overlap(held_out: bool) -> None:
    for one, text in written(held_out):
        position = 0
        for span in one.spans:
            assert text[span.start : span.end] == span.text
            assert span.kind in SPAN_KINDS
            assert span.text.strip() == span.text != ""
            assert span.start >= position
            position = span.end
        for term in one.terms:
            assert text[term.start : term.end] == term.text
            assert term.kind in TERM_KINDS


def test_nothing_of_the_person_stands_outside_the_spans() -> None:
    """A number, street or mail that the draft tells is a span wherever it stands."""
    for one, text in written():
        rest = list(text)
        for span in one.spans:
            rest[span.start : span.end] = "\0" * (span.end - span.start)
        outside = "".join(rest)
        assert "@" not in outside
        assert one.address not in outside
        assert one.full_name.lower() not in outside.lower()
        for number in (one.cpr, one.phone):
            assert number not in re.sub(r"[ -]", "", outside)


@pytest.mark.parametrize("held_out", [False, True])
def test_every_kind_of_span_occurs_and_no_mark_is_left(held_out: bool) -> None:
    kinds = Counter(span.kind for one, _ in written(held_out) for span in one.spans)
    assert set(kinds) == set(SPAN_KINDS)
    assert min(kinds.values()) >= 20
    assert not any(mark in text for _, text in written(held_out) for mark in "{}¶")


@pytest.mark.parametrize("held_out", [False, True])
def test_lengths_stay_in_their_bounds(held_out: bool) -> None:
    for one, text in written(held_out):
        shortest, longest, _ = LENGTHS[one.kind]
        assert shortest <= len(text) <= longest


def test_a_person_without_relatives_drugs_and_codes_gets_notes_too() -> None:
    for held_out in (False, True):
        for number in range(300):
            one = draft(number, held_out=held_out, relatives=[], drugs=(), conditions=(), diagnosis="")
            assert len(write(one, Dice(number), held_out=held_out)) >= LENGTHS[one.kind][0]


def test_dates_are_spelt_in_all_ten_ways() -> None:
    forms = (
        r"\d\d\.\d\d\.\d{4}",
        r"\d+/\d+",
        r"\d+/\d+-\d\d",
        r"\d+\. [a-z]{3,} \d{4}",
        r"\d+\. [a-z]{3,}",
        r"\d{4}-\d\d-\d\d",
        r"\d{6}",
        r"\d{1,2}\.\d{1,2}\.\d\d",
        r"\d\d/\d\d \d{4}",
        r"\d+\. [a-z]{3}\. \d{4}",
    )
    assert len(forms) == len(DATE_SPELLINGS) == len({spell(date(2021, 3, 2)) for spell in DATE_SPELLINGS})
    found = Counter(
        form
        for one, _ in written()
        for span in one.spans
        if span.kind == "date"
        for form in forms
        if re.fullmatch(form, span.text)
    )
    assert set(found) == set(forms)


def test_cpr_numbers_stand_with_and_without_hyphen_and_in_pairs_only_where_it_is_hard() -> None:
    found: dict[str, Counter[str]] = {"hospital": Counter(), "hard": Counter()}
    for one, _ in written():
        for span in one.spans:
            if span.kind == "cpr":
                assert re.sub(r"[ -]", "", span.text) == one.cpr
                found["hard" if one.hard else "hospital"][re.sub(r"\w", "x", span.text)] += 1
    assert set(found["hospital"]) == {"xxxxxx-xxxx", "xxxxxxxxxx", "xxxxxx xxxx"}
    assert set(found["hard"]) == {*found["hospital"], "xx xx xx xxxx"}


def test_names_of_unknown_people_are_in_small_letters_only_where_it_is_hard() -> None:
    lower: Counter[bool] = Counter()
    for one, _ in written():
        known = {part.lower() for name in (one.full_name, one.author.name) for part in (name, *name.split())}
        for span in one.spans:
            if span.kind == "name" and span.text.islower():
                lower[one.hard] += 1
                # The last name of a patient may have several parts.
                assert one.hard or span.text in known or span.text == one.name[1].lower()
    assert lower[True] > lower[False] > 0


def test_templates_are_many_and_every_list_has_some_of_each_sort() -> None:
    counts = count_templates()
    assert counts["all"] >= 240
    assert set(counts) == {*KINDS, "all"}
    for kind, templates in TEMPLATES.items():
        for listed in templates.lists():
            assert len(set(listed)) == len(listed) >= FIFTH, kind
            assert set(choose(listed, True)) | set(choose(listed, False)) == set(listed)
            assert not set(choose(listed, True)) & set(choose(listed, False))
            assert len(choose(listed, True)) == len(listed) // FIFTH
            assert {mark for template in listed for mark in MARK.findall(template)} <= set(MARKS)


def test_every_mark_is_used_and_no_template_stands_in_two_sorts() -> None:
    everything = [template for templates in TEMPLATES.values() for listed in templates.lists() for template in listed]
    assert {mark for template in everything for mark in MARK.findall(template)} == set(MARKS)
    held, normal = (
        {one for kept in TEMPLATES.values() for part in allowed(kept, sort).lists()[:-1] for one in part}
        for sort in (True, False)
    )
    assert not held & normal


@pytest.mark.parametrize("held_out", [False, True])
def test_a_world_speaks_none_of_the_templates_of_the_other_sort(held_out: bool) -> None:
    def stretches(sort: bool) -> set[str]:
        lists = [part for kept in TEMPLATES.values() for part in allowed(kept, sort).lists()]
        return {words for part in lists for one in part for words in MARK.split(one)[::2] if len(words) >= 12}

    ours = " ".join(stretches(held_out))
    theirs = {words for words in stretches(not held_out) if words not in ours}
    assert len(theirs) >= 60
    told = "\0".join(text for _, text in written(held_out))
    assert [words for words in theirs if words in told] == []
    assert sum(words in told for words in stretches(held_out)) >= 0.9 * len(stretches(held_out))


@pytest.mark.parametrize("held_out", [False, True])
def test_a_world_draws_none_of_the_names_of_the_other_sort(held_out: bool) -> None:
    ours = {
        part.lower()
        for listed in (names.MEN, names.WOMEN, names.LAST)
        for name in names.pool(listed, held_out=held_out)
        for part in (name, *name.split())
    }
    for one, _ in written(held_out):
        for span in one.spans:
            if span.kind == "name":
                assert {part.lower() for part in span.text.split(" ")} <= ours


def test_staff_hang_on_the_seed_alone() -> None:
    for pool, size in POOLS.items():
        assert len(draw_staff(3, pool)) == size
        assert draw_staff(3, pool) != draw_staff(4, pool)
        assert all(one.email.endswith(".local") and one.email.isascii() for one in draw_staff(3, pool))
    assert draw_staff(3, "care")[13].place == "Aarhus Kommune"
    assert len(MUNICIPALITIES) == names.IN_REGION


def test_the_same_key_gives_the_same_text_and_another_key_another() -> None:
    for number in range(60):
        first, again = write(draft(number), Dice(7, number)), write(draft(number), Dice(7, number))
        assert first == again
        assert write(draft(number), Dice(8, number)) != first


def test_a_draft_written_again_holds_the_spans_of_the_last_text_only() -> None:
    one = draft(2)
    write(one, Dice(1))
    text = write(one, Dice(2))
    assert all(text[span.start : span.end] == span.text for span in [*one.spans, *one.terms])


@pytest.mark.parametrize("kind", [*HOSPITAL_KINDS, "henvisning"])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("DJ189", "pneumoni|lungebetændelse"),
        ("DG209", "parkinson"),
        ("DI480", "atrieflimren|atrieflagren"),
        ("DM720", "dupuytren"),
    ],
)
@pytest.mark.parametrize("held_out", [False, True])
def test_a_note_speaks_of_its_diagnosis(kind: str, code: str, words: str, held_out: bool) -> None:
    for number in range(15):
        one = draft(number, kind=kind, diagnosis=code, held_out=held_out)
        assert re.search(words, write(one, Dice(number), held_out=held_out).lower())


def test_a_note_names_only_drugs_and_illnesses_that_the_person_has() -> None:
    for number in range(300):
        one = draft(number, drugs=("Madopar", "Furix"), conditions=("copd",))
        write(one, Dice(number))
        told = {term.text for term in one.terms if term.kind == "drug"}
        assert told <= {"Madopar", "Furix"}
        illnesses = {term.text for term in one.terms if term.kind == "condition"}
        assert illnesses <= {*clinical_words.CONDITIONS["copd"], *clinical_words.OTHER_CONDITIONS}


def test_every_code_of_the_catalogue_has_words_of_its_own() -> None:
    listed = [str(code) for code in diagnoses().code]
    assert len(listed) > 100
    for code in [*listed, *(main for main, *_ in (*ADDITIONAL, *METASTASES))]:
        assert clinical_words.of_diagnosis(code) is not clinical_words.GENERAL, code
    assert clinical_words.of_diagnosis("DX999") is clinical_words.of_diagnosis("") is clinical_words.GENERAL


def test_slips_hit_ordinary_words_only_and_home_care_more_often() -> None:
    assert WORDS_PER_SLIP_HOME_CARE < WORDS_PER_SLIP
    for number in range(200):
        text = "Borger A. Lund har smerter, skriv til mette@rm.local eller Panodil BT 120/80"
        slipped = misspelt(text, Dice(number))
        changed = [(a, b) for a, b in zip(text.split(), slipped.split(), strict=True) if a != b]
        assert len(changed) <= 1
        assert all(a.strip(",") in ("smerter", "skriv", "eller") for a, _ in changed)


def test_dice_are_even_and_do_not_hang_on_each_other() -> None:
    counts = Counter(Dice(1, number).below(10) for number in range(10_000))
    assert min(counts.values()) > 900
    assert max(counts.values()) < 1100
    dice = Dice(4)
    assert {dice.between(2, 5) for _ in range(100)} == {2, 3, 4, 5}
