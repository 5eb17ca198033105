"""The redactor as a whole: batches, closed failure, what is united, and what the frame must not do."""

import time
from collections import Counter
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from pseudonymisation.redaction import analyzer, lists
from pseudonymisation.redaction import redactor as redactor_module
from pseudonymisation.redaction.lists import FOLDER, word_list
from pseudonymisation.redaction.names import first_names, last_names
from pseudonymisation.redaction.redactor import MAX_CHARACTERS, Known, RedactionError, Redactor
from pseudonymisation.redaction.spans import CLASSES, Span, replaced, united
from pseudonymisation.redaction.vocabulary import words
from tests.commands import Type

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
        ("Talt med quistorff i dag", "Talt med <PERSON 1> i dag"),
        ("QUISTORFFS søn", "<PERSON 1> søn"),
        ("per østergaard quistorff", "<PERSON 1>"),
        ("Bor ved volden 7, 1. tv.", "Bor <ADDRESS 1>"),
        ("nummeret 2-03-040-50 virker", "nummeret <PHONE 1> virker"),
        ("cpr 010203-1AB2 og 0102031ab2", "cpr <CPR 1> og <CPR 1>"),
        ("Quistorff-familien kommer", "<PERSON 1> kommer"),
    ],
)
def test_what_is_known_of_the_patient_goes_however_it_is_written(text: str, expected: str) -> None:
    assert redactor().redact(text, PATIENT) == expected


def test_a_batch_keeps_order_nulls_and_each_row_its_own_people() -> None:
    texts = pa.array(["quistorff ringer", None, "quistorff ringer", ""])
    result = redactor().redact_batch(texts, [PATIENT, PATIENT, Known(), Known()])
    assert result.type == pa.string()
    assert result.to_pylist() == ["<PERSON 1> ringer", None, "quistorff ringer", ""]


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


PIECES = ["æ", "Aa", "aaAa", "12 ", "1 ", "-", "(", "/AB ", "O1", "OIlS", "1O ", "@", "a@", "a@ ", "Vej 1 ", "ABC, \n"]


@pytest.mark.parametrize("piece", [*PIECES, "e\u0301"])
def test_time_is_linear_in_hard_texts(piece: str) -> None:
    text = piece * (100_000 // len(piece)) + " a@b"
    begun = time.process_time()
    redactor().redact(text)
    assert time.process_time() - begun < 5


def test_overlapping_spans_are_united_under_the_longest() -> None:
    text = "abcdefghij"
    spans = [
        Span(0, 3, "PERSON", "a"),
        Span(2, 8, "LOCATION", "b"),
        Span(5, 6, "PERSON", "c"),
        Span(8, 10, "PERSON", "d"),
    ]
    assert united(text, spans) == [Span(0, 8, "LOCATION", "b"), Span(8, 10, "PERSON", "d")]
    assert replaced(text, united(text, spans)) == "<ADDRESS 1><PERSON 1>"


def test_parts_of_a_name_become_one_placeholder_but_two_numbers_stay_two() -> None:
    assert united("Bo Skov", [Span(0, 2, "PERSON", "a"), Span(3, 7, "PERSON", "b")]) == [Span(0, 7, "PERSON", "b")]
    assert len(united("1 2", [Span(0, 1, "DK_CPR", "a"), Span(2, 3, "DK_CPR", "a")])) == 2


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
    assert set(engine.get_supported_entities("da")) == set(CLASSES)


def test_presidio_is_not_loaded_by_importing_the_redactor() -> None:
    import subprocess
    import sys

    code = (
        f"import sys, {redactor_module.__name__} as r; r.Redactor(); "
        "sys.exit(any(name.startswith(('presidio', 'spacy')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            "Mette Hansen og Jens Bak. Mettes mand. Bak går.",
            "<PERSON 1> og <PERSON 2>. <PERSON 1> mand. <PERSON 2> går.",
        ),
        ("Mette Hansen og Jens Hansen. Hansen går.", "<PERSON 1> og <PERSON 2>. <PERSON 3> går."),
        ("Ring 20304050 eller 20 30 40 50, ikke 86123456.", "Ring <PHONE 1> eller <PHONE 1>, ikke <PHONE 2>."),
        ("cpr 010203-1234, 0102031234", "cpr <CPR 1>, <CPR 1>"),
        ("<PERSON 3> kender Mette Hansen", "<PERSON 3> kender <PERSON 4>"),
        ("<PERSON x> og <cpr 1>", "<PERSON x> og <cpr 1>"),
        ("autorisations-ID: 04KXM, journalnr. 2024-1187", "autorisations-ID: <NUMBER 1>, journalnr. <NUMBER 2>"),
        ("konto 1234 0012345678 og DK50 0040 0440 1162 43", "konto <NUMBER 1> og <NUMBER 2>"),
        ("bilen AB 12 345, nummerplade CD12345", "bilen <NUMBER 1>, nummerplade <NUMBER 2>"),
        ("se https://min.klinik.dk/p?id=7 og www.klinik.dk.", "se <URL 1> og <URL 2>."),
    ],
)
def test_a_value_has_one_number_in_a_text(text: str, redacted: str) -> None:
    assert redactor().redact(text) == redacted


def test_spans_tell_the_rule_that_found_them() -> None:
    text = "overlæge Bak så Mette Hansen, 010203-1234, Skovvej 12. Quistorff ringer."
    spans = redactor().spans(text, Known(names=("Quistorff",)))
    assert [(text[s.start : s.end], s.rule) for s in spans] == [
        ("Bak", "word.title"),
        ("Mette Hansen", "word.pair"),
        ("010203-1234", "number.cpr"),
        ("Skovvej 12", "address.street"),
        ("Quistorff", "known.name"),
    ]


def test_explain_shows_places_placeholders_and_rules(type_in: Type, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("Set Mette Hansen. Quistorff,\ncpr 010203-1234.", encoding="utf-8")
    shown = type_in(None, "text", "explain", str(file), "--name", "Quistorff")
    assert shown.exit_code == 0
    lines = [line.split() for line in shown.shown.splitlines()]
    assert ["4-16", "<PERSON", "1>", "word.pair", "Mette", "Hansen"] in lines
    assert ["33-44", "<CPR", "1>", "number.cpr", "010203-1234"] in lines
    assert type_in(None, "text", "explain", str(tmp_path / "none.txt")).exit_code == 2


def test_every_word_list_is_read_and_names_its_source_and_licence() -> None:
    files = sorted(FOLDER.glob("*.txt"))
    sources = "".join(path.read_text(encoding="utf-8") for path in FOLDER.parent.glob("*.py"))
    assert files
    for file in files:
        heading = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        assert "Licence: " in " ".join(heading)
        assert f'"{file.stem}"' in sources
        assert word_list(file.stem)


def test_an_empty_word_list_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "verbs.txt").write_text("# Source\n", encoding="utf-8")
    monkeypatch.setattr(lists, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"verbs\.txt holds no word"):
        word_list("verbs")
