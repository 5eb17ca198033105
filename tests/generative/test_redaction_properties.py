"""What must hold of redaction whatever the text around: identifiers never survive; twice is as once."""

import string
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudonymisation.known_values import HashedValues, KnownValues
from pseudonymisation.leaks import LeakDetector
from pseudonymisation.redaction.redactor import Known, Redactor
from pseudonymisation.redaction.spans import CLASSES, PLACEHOLDER

# Seeded, and without a time limit per example: the machine may be busy.
STEADY = settings(deadline=None, derandomize=True)
LETTERS = string.ascii_letters + "æøåÆØÅéü"
ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=120)
NOTE_TEXT = st.lists(
    st.sampled_from(
        [
            *(
                "Patienten",
                "klager",
                "over",
                "smerter",
                "i",
                "dag",
                "BT 120/80",
                "kl. 12.30",
                "12.03.2024",
                "mg",
                "x 3",
            ),
            *(
                "Mette",
                "Hansen",
                "Per",
                "Line",
                "line",
                "overlæge",
                "spl.",
                "pt.",
                "Mvh.",
                "Skov",
                "Lund",
                "von",
                "MHA",
            ),
            *("/MHA", "Skovvej 12", "8000 Aarhus C", "Nørre Allé", "20 30 40 50", "010203-1234", "\n", ". ", ", ", ":"),
            *(
                "a@b.dk",
                "Parkinsons sygdom",
                "Panodil",
                "CRP",
                "M.",
                "J.P.",
                "Svane",
                "<PERSON 2>",
                "(",
                ")",
                "-",
                "Xqzt",
            ),
        ]
    ),
    max_size=25,
).map(" ".join)
DIGITS = st.text(alphabet="0123456789", min_size=4, max_size=4)
NAME = st.lists(st.text(alphabet=LETTERS, min_size=2, max_size=9), min_size=2, max_size=3).map(" ".join)
PHONE_FORMS = (
    *("{0}{1}{2}{3}", "{0} {1} {2} {3}", "{0}{1} {2}{3}", "+45 {0}{1}{2}{3}", "{0}-{1}-{2}-{3}", "{0}-{1}{2}{3}"),
    *("+45 {0} {1} {2} {3}", "0045 {0}{1}{2}{3}", "{0}.{1}.{2}.{3}"),
)


@cache
def redactor() -> Redactor:
    return Redactor()


@st.composite
def cprs(draw: st.DrawFn) -> tuple[str, str]:
    """A CPR number with hyphen or another mark, and its last four characters."""
    day = draw(st.integers(1, 31)) + draw(st.sampled_from((0, 60)))
    start = f"{day:02d}{draw(st.integers(1, 12)):02d}{draw(st.integers(0, 99)):02d}"
    end = draw(DIGITS)
    return start + draw(st.sampled_from(("-", "", " ", " - ", "–"))) + end, end


@STEADY
@given(before=ANY_TEXT, after=ANY_TEXT, cpr=cprs())
def test_a_cpr_number_never_survives(before: str, after: str, cpr: tuple[str, str]) -> None:
    # A digit directly beside it makes it another number.
    text = f"{before}§{cpr[0]}§{after}"
    assert f"§{cpr[0]}§" not in redactor().redact(text)


@STEADY
@given(before=NOTE_TEXT, after=NOTE_TEXT, cpr=cprs())
def test_a_cpr_number_never_survives_in_a_note(before: str, after: str, cpr: tuple[str, str]) -> None:
    result = redactor().redact(f"{before} {cpr[0]} {after}")
    assert cpr[0] not in result or cpr[0] == "010203-1234"
    assert "<CPR " in result or "<PHONE " in result


@STEADY
@given(
    before=ANY_TEXT,
    after=ANY_TEXT,
    first=st.integers(20, 99),
    rest=st.tuples(*[st.integers(0, 99)] * 3),
    form=st.sampled_from(PHONE_FORMS),
)
def test_a_telephone_number_never_survives(
    before: str, after: str, first: int, rest: tuple[int, int, int], form: str
) -> None:
    phone = form.format(f"{first:02d}", *(f"{pair:02d}" for pair in rest))
    assert f"§{phone}§" not in redactor().redact(f"{before}§{phone}§{after}")


@STEADY
@given(before=ANY_TEXT, after=ANY_TEXT, digits=st.integers(20_000_000, 99_999_999), cut=st.integers(1, 7))
def test_a_known_telephone_number_never_survives_even_between_digits(
    before: str, after: str, digits: int, cut: int
) -> None:
    number = str(digits)
    written = f"{number[:cut]} {number[cut:]}"
    result = redactor().redact(f"{before}{written}{after}", Known(phones=(number,)))
    assert written not in result


@STEADY
@given(before=ANY_TEXT, after=ANY_TEXT, cpr=cprs())
def test_a_known_cpr_number_never_survives_even_between_letters_and_digits(
    before: str, after: str, cpr: tuple[str, str]
) -> None:
    known = Known(cprs=("".join(char for char in cpr[0] if char.isdigit()),))
    assert cpr[0] not in redactor().redact(f"{before}{cpr[0]}{after}", known)


@STEADY
@given(before=ANY_TEXT, after=ANY_TEXT, name=NAME, change=st.sampled_from((str, str.upper, str.lower, str.title)))
def test_a_known_name_never_survives(before: str, after: str, name: str, change: object) -> None:
    written = change(name)  # type: ignore[operator]
    result = redactor().redact(f"{before}{written}{after}", Known(names=(name,)))
    assert written.lower() not in result.lower()


@STEADY
@given(text=NOTE_TEXT, name=NAME)
def test_no_part_of_a_known_name_survives_as_a_word(text: str, name: str) -> None:
    parts = [part for part in name.split() if part.lower() not in ("af", "de", "la", "el", "du", "le", "og", "på")]
    parts = [part for part in parts if part not in CLASSES.values()]
    result = redactor().redact(f"{text} {' , '.join(parts)} {text}", Known(names=(name,)))
    assert not {part.lower() for part in parts} & set(result.lower().replace(",", " ").split())


@STEADY
@given(text=st.one_of(ANY_TEXT, NOTE_TEXT))
def test_redaction_is_idempotent(text: str) -> None:
    once = redactor().redact(text)
    assert redactor().redact(once) == once


@STEADY
@given(text=st.text(alphabet=st.characters(exclude_categories=("L", "N"), codec="utf-8", exclude_characters="@")))
def test_a_text_without_letters_and_digits_is_unchanged(text: str) -> None:
    assert redactor().redact(text) == text


@STEADY
@given(text=NOTE_TEXT)
def test_what_is_kept_stands_in_the_text_in_order(text: str) -> None:
    rest = redactor().redact(text)
    position = 0
    text = PLACEHOLDER.sub("\0", text)
    for kept in filter(None, PLACEHOLDER.sub("\0", rest).split("\0")):
        found = text.find(kept, position)
        assert found >= 0
        position = found + len(kept)


@STEADY
@given(text=NOTE_TEXT)
def test_the_leak_detector_finds_nothing_in_what_was_redacted(text: str) -> None:
    import pyarrow as pa

    known = KnownValues(
        names=frozenset(("Mette Hansen",)), addresses=frozenset(("Skovvej 12",)), phones=frozenset(("20304050",))
    )
    redacted = redactor().redact(text)
    batch = pa.RecordBatch.from_pydict({"t": pa.array([redacted])})
    assert LeakDetector(known=HashedValues.of(known, key=b"k" * 32)).scan(batch) == []


@pytest.fixture(autouse=True, scope="module")
def loaded() -> None:
    """Load presidio before the first timed example."""
    redactor().redact("x")
