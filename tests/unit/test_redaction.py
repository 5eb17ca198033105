"""The redactor as a whole: batches, closed failure, what is united, and what the frame must not do."""

from collections import Counter
from functools import cache

import pyarrow as pa
import pytest

from pseudonymisation.redaction import analyzer
from pseudonymisation.redaction import redactor as redactor_module
from pseudonymisation.redaction.names import first_names, last_names
from pseudonymisation.redaction.redactor import MAX_CHARACTERS, Known, RedactionError, Redactor
from pseudonymisation.redaction.spans import PLACEHOLDERS, Span, replaced, united
from pseudonymisation.redaction.vocabulary import words

PATIENT = Known(
    names=("Per Østergaard Quistorff",),
    addresses=("Ved Volden 7, 1. tv, 8700 Horsens",),
    phones=("+45 20304050",),
    cprs=("0102031AB2",),
)


@cache
def redactor() -> Redactor:
    return Redactor()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Talt med quistorff i dag", "Talt med [NAVN] i dag"),
        ("QUISTORFFS søn", "[NAVN] søn"),
        ("per østergaard quistorff", "[NAVN]"),
        ("Bor ved volden 7, 1. tv.", "Bor [ADRESSE]"),
        ("nummeret 2-03-040-50 virker", "nummeret [TELEFON] virker"),
        ("cpr 010203-1AB2 og 0102031ab2", "cpr [CPR] og [CPR]"),
        ("Quistorff-familien kommer", "[NAVN] kommer"),
    ],
)
def test_what_is_known_of_the_patient_goes_however_it_is_written(text: str, expected: str) -> None:
    assert redactor().redact(text, PATIENT) == expected


def test_a_batch_keeps_order_nulls_and_each_row_its_own_people() -> None:
    texts = pa.array(["quistorff ringer", None, "quistorff ringer", ""])
    result = redactor().redact_batch(texts, [PATIENT, PATIENT, Known(), Known()])
    assert result.type == pa.string()
    assert result.to_pylist() == ["[NAVN] ringer", None, "quistorff ringer", ""]


def test_a_batch_redacts_each_distinct_pair_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()
    found_spans = analyzer.found_spans

    def counted(text: str, known: Known) -> list[Span]:
        calls[text] += 1
        return found_spans(text, known)

    monkeypatch.setattr(analyzer, "found_spans", counted)
    redactor().redact_batch(["a b", "a b", "c", "a b"], [Known()] * 3 + [PATIENT])
    assert calls == {"a b": 2, "c": 1}


def test_a_batch_of_another_length_than_its_people_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one Known per text, found 1 for 2"):
        redactor().redact_batch(["a", "b"], [Known()])


@pytest.mark.parametrize("finder", ["find_known", "find_numbers", "find_addresses", "find_words"])
def test_an_error_in_any_finder_stops_the_batch_and_quotes_nothing(
    finder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(text: str, **_: object) -> list[Span]:
        if "Birthe" in text:
            raise ValueError(f"cannot read {text}")
        return []

    monkeypatch.setattr(analyzer, finder, fails)
    with pytest.raises(RedactionError) as caught:
        redactor().redact_batch(["fint", "Birthe Hansen 0102031234"], [Known(), Known()])
    assert str(caught.value).startswith("row 2 of the batch: ")
    assert "ValueError" in str(caught.value)
    assert "Birthe" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_text_too_long_is_refused_not_passed_on() -> None:
    with pytest.raises(RedactionError, match=f"expected at most {MAX_CHARACTERS}"):
        redactor().redact("a" * (MAX_CHARACTERS + 1))


def test_time_is_linear_in_hard_texts() -> None:
    # Twenty thousand characters of near hits, on which a pattern that backtracks would not come back.
    for piece in ("1", "12 ", "A", "Aa ", "a@", "(", "Vej 1, ", "01", "-", "Åh. ", "/AB "):
        text = piece * (20_000 // len(piece))
        assert len(redactor().redact(text)) > 0


def test_overlapping_spans_are_united_under_the_longest() -> None:
    text = "abcdefghij"
    spans = [Span(0, 3, "PERSON"), Span(2, 8, "LOCATION"), Span(5, 6, "PERSON"), Span(8, 10, "PERSON")]
    assert united(text, spans) == [Span(0, 8, "LOCATION"), Span(8, 10, "PERSON")]
    assert replaced(text, united(text, spans)) == "[ADRESSE][NAVN]"


def test_parts_of_a_name_become_one_placeholder_but_two_numbers_stay_two() -> None:
    assert united("Bo Skov", [Span(0, 2, "PERSON"), Span(3, 7, "PERSON")]) == [Span(0, 7, "PERSON")]
    assert len(united("1 2", [Span(0, 1, "DK_CPR"), Span(2, 3, "DK_CPR")])) == 2


def test_no_word_of_the_vocabulary_is_a_name() -> None:
    assert words() & (first_names() | last_names()) == frozenset()


def test_the_lists_hold_the_common_names() -> None:
    assert {"mette", "jens", "bo", "line", "per", "mohammed"} <= first_names()
    assert {"jensen", "nielsen", "skov", "lund", "hansen"} <= last_names()


def test_the_engine_is_presidio_with_one_recogniser_and_no_model() -> None:
    redactor().redact("x")
    inner = redactor()._analyzer
    assert inner is not None
    engine = inner._engine
    assert type(engine.nlp_engine).__name__ == "NoOpNlpEngine"
    assert [type(one).__name__ for one in engine.registry.recognizers] == ["DanishIdentifierRecognizer"]
    assert set(engine.get_supported_entities("da")) == set(PLACEHOLDERS)


def test_presidio_is_not_loaded_by_importing_the_redactor() -> None:
    import subprocess
    import sys

    code = (
        f"import sys, {redactor_module.__name__} as r; r.Redactor(); "
        "sys.exit(any(name.startswith(('presidio', 'spacy')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
