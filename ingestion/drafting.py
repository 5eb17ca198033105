"""Drafts: a source contract written from a sample file, with what somebody has to decide marked `# DECIDE`.

Columns, types and formats are guessed with the platform's own readers and checks, so that the sample fits its draft. No
value of a row goes into the text but short lists of codes: what looks like a person is an identifier, and columns
whose names look like values stop the draft. The files are read in `ingestion/samples.py`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import yaml

from ingestion import cpr
from ingestion.contract import Classification, Column, LogicalType
from ingestion.samples import Sample, SampleColumn, read_sample
from ingestion.values import typed

_DAYS = ("yyyy-MM-dd", "dd-MM-yyyy", "dd/MM/yyyy", "dd.MM.yyyy", "yyyy/MM/dd", "yyyyMMdd", "ddMMyyyy", "MM/dd/yyyy")
_TIMES = tuple(day + between + "HH:mm" for day in _DAYS for between in (" ", "'T'"))
_YEARS = (1850, 2150)

_CPR_NAMES = r"(cpr|pnr|cprnr|cprnummer|.*personnr|.*personnummer)"
_PEOPLE = {
    "name": r"(.*navn|.*name)",
    "address": r"(adr|.*adresse|.*address|vej|gade|street)",
    "phone": r"(tlf|tlfnr|.*telefon|.*telefonnr|.*phone|mobil|mobilnr|mobile)",
    "email": r"(.*mail|epost)",
}
_PEOPLE_SHAPES = {
    "email": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "phone": r"^(\+|00)[0-9]{2}[ 0-9]{8,12}$|^[0-9]{2}( [0-9]{2}){3}$",
    "name": r"^[^\W\d_a-z][^\W\d_]*([-' .]+[^\W\d_a-z][^\W\d_]*){1,4}\.?$",
    "address": r"^[^\W\d_][^\d]{2,40} [0-9]{1,3} ?[A-Za-z]?(,.*)?$",
}
# Columns of few values that are numbers or initials of people are no lists of codes.
_WHO = (
    r"(.*id|.*ident|.*nr|no|.*nummer|.*number|.*bruger.*|.*user.*|init.*|medarbejder.*|ansat.*|staff.*|.*l(ae|æ)ge|"
    r"behandler.*|forfatter.*|author.*|hvem|who|af|by)"
)
_CODE = re.compile(r"[A-Za-z0-9]{1,6}")
_SURE_CODE = re.compile(r"[A-Za-z0-9]|[A-Za-z]+[0-9][A-Za-z0-9]*|0[0-9]{0,3}|(?i:ja|nej|yes|no)|[0-9]{1,4}")
_MOST_CODES, _LEAST_ROWS = 12, 5
_LONG_TEXT = 60


@dataclass
class _Guess:
    """What a column seems to be; `notes` hold, by field, what somebody has to decide."""

    logical_type: LogicalType = "string"
    classification: Classification = "sensitive"
    options: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


def draft(file: Path) -> str:
    """A contract as YAML, drafted from a sample; keep it as `<source>.yaml`.

    Raises ContractError when the file is of a format that has to be described by hand, or cannot be read.
    """
    sample = read_sample(file)
    return "\n".join(_contract(_source_of(file), file, sample)) + "\n"


def _source_of(file: Path) -> str:
    """A source's id from the file's name: what comes before a day or a number."""
    name = file.name.split(".")[0].lower()
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        name = name.replace(letter, plain)
    words = re.sub(r"[^a-z0-9]+", "_", name)
    kept = re.sub(r"(_[0-9]+)+$", "", re.split(r"_?[0-9]{4}", words)[0]).strip("_")
    return kept if re.match(r"[a-z]", kept) else "new_source"


def _contract(source: str, file: Path, sample: Sample) -> Iterator[str]:
    ending = "".join(file.suffixes[-2:] if file.suffix in (".gz", ".zip") else file.suffixes[-1:]).lower()
    yield "apiVersion: v3.1.0"
    yield "kind: DataContract"
    yield f"id: {_scalar(source)}  # DECIDE: from the name of the sample; the file is named after it"
    yield f"name: {_scalar(source)}  # DECIDE: a title for people"
    yield "version: 1.0.0"
    yield "status: active"
    yield "domain: to be decided  # DECIDE: as in other contracts, such as national registers"
    yield "description:"
    yield "  purpose: To be written.  # DECIDE"
    yield "  limitations: To be written.  # DECIDE: what a researcher has to know"
    yield "  usage: To be written.  # DECIDE: documents of the supplier"
    yield "schema:"
    yield f"- name: {_scalar(source)}"
    yield f"  physicalName: {_scalar(source + ending)}"
    yield "  physicalType: file"
    yield "  description: To be written.  # DECIDE"
    yield "  dataGranularityDescription: To be written.  # DECIDE: one row per what"
    yield f"  # DECIDE: primary key (primaryKey, primaryKeyPosition); {_key_candidates(sample)}"
    yield "  properties:"
    for column in sample.columns:
        yield from _property(column, _guess(column, sample.decimal))
    yield "team:"
    yield "  name: To be decided.  # DECIDE: who supplies it"
    yield "slaProperties:"
    yield "- property: frequency"
    yield "  value: 400  # DECIDE: the longest time between two deliveries"
    yield "  unit: d"
    yield "- property: retention"
    yield "  value: 10  # DECIDE"
    yield "  unit: y"
    yield "customProperties:"
    yield "- property: deliveryMode"
    yield "  value: full  # DECIDE: full (all of it each time), append (new rows only) or upsert (needs a primary key)"
    for name, value in sample.form.items():
        note = f"  # DECIDE: {sample.notes[name]}" if name in sample.notes else ""
        yield f"- property: {name}"
        yield f"  value: {_scalar(value)}{note}"
    yield "- property: maxRefusedShare"
    yield "  value: 0.05"
    for note in sample.left_out:
        yield f"# DECIDE: {note}"


def _key_candidates(sample: Sample) -> str:
    unique = [
        column.name
        for column in sample.columns
        if len(column.values) > 1 and None not in column.values and len(set(column.values)) == len(column.values)
    ]
    return f"unique in the sample: {', '.join(unique)}" if unique else "no column is unique in the sample"


def _property(column: SampleColumn, guess: _Guess) -> Iterator[str]:
    notes = guess.notes
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", column.name):
        notes["name"] = "letters, digits and underscores only, else the name is no name in SQL"
    yield f"  - name: {_scalar(column.name)}{_note(notes, 'name')}"
    yield f"    logicalType: {guess.logical_type}{_note(notes, 'logicalType')}"
    yield "    description: To be written.  # DECIDE"
    yield f"    classification: {guess.classification}{_note(notes, 'classification')}"
    if column.values and None not in column.values:
        yield "    required: true"
    if guess.options:
        yield "    logicalTypeOptions:"
        for name, value in guess.options.items():
            yield f"      {name}: {_scalar(value)}{_note(notes, name)}"
    if guess.codes:
        yield "    quality:"
        yield "    - type: library"
        yield "      metric: invalidValues"
        yield "      arguments:"
        yield "        validValues:  # DECIDE: those of the sample; are there others?"
        for code in guess.codes:
            yield f'        - "{code}"'
        yield "      mustBe: 0"
    settings = dict(guess.settings)
    if column.path:
        settings["path"] = column.path
    if settings:
        yield "    customProperties:"
        for name, value in settings.items():
            yield f"    - property: {name}"
            yield f"      value: {_scalar(value)}"


def _guess(column: SampleColumn, decimal: str) -> _Guess:
    """What a column seems to be: a person first, then a type, and `sensitive` when nothing else is known."""
    given = [value for value in column.values if value is not None]
    guess = _person(column, given)
    if guess:
        if column.kind not in (None, "string"):
            guess.notes["logicalType"] = f"the sample holds {column.kind}, but an identifier is text: ask for text"
        return guess
    guess = _Guess(logical_type=column.kind or "string")
    guess.notes["classification"] = "plain, quasi_identifier, sensitive, free_text or identifier"
    if column.note:
        guess.notes["logicalType"] = column.note
    elif not given:
        guess.notes["logicalType"] = "no value in the sample"
    elif column.kind is None:
        _type(given, decimal, guess)
    if guess.logical_type == "string":
        _text(column.name, given, guess)
    elif guess.logical_type == "integer" and 1 < len(set(given)) <= _MOST_CODES:
        guess.notes["logicalType"] = "few different values: a number, or a list of codes (validValues)"
    if guess.classification == "sensitive" and (_named(column.name, _WHO) or _all_differ(given)):
        guess.notes["classification"] = "the number of a person, of staff or of a record is an identifier"
    return guess


def _person(column: SampleColumn, given: Sequence[str]) -> _Guess | None:
    """The guess for a column that tells who somebody is; None for any other."""
    numbers = [value.zfill(10) for value in given] if column.kind in ("integer", "number") else list(given)
    plain = _share_of_cpr(numbers)
    written = _share_of_cpr([re.sub(r"(?<=^.{6})[- ]", "", value) for value in numbers])
    guess = _Guess(classification="identifier")
    if plain >= 0.5:
        guess.settings = {"checkAs": "cpr", "pseudonym": "person"}
        guess.notes["classification"] = "the first column with a CPR number says whom the row is about"
        return guess
    if written >= 0.5:
        guess.notes["classification"] = "CPR numbers with a hyphen, dropped as they stand: ask for ten characters"
        return guess
    if _named(column.name, _CPR_NAMES):
        guess.notes["classification"] = "named like a CPR number, but of another form; dropped as it stands"
        return guess
    for kind in _PEOPLE:
        by_name = _named(column.name, _PEOPLE[kind])
        if by_name or (column.kind in (None, "string") and _share(given, _PEOPLE_SHAPES[kind]) >= 0.5):
            if kind != "email":
                guess.settings["redactAs"] = kind
            why = "named like" if by_name else "values look like"
            guess.notes["classification"] = f"{why} {'an' if kind[0] in 'ae' else 'a'} {kind} of a person; dropped"
            return guess
    if column.kind in (None, "string") and written > 0 and not _is_free_text(given):
        guess.notes["classification"] = "some values have the form of a CPR number; dropped"
        return guess
    return None


def _type(given: Sequence[str], decimal: str, guess: _Guess) -> None:
    """Put the type and the format of the values into a guess; a few of many may be faults."""
    found = _typed(given, decimal, least=1)
    if not found and len(given) >= 100 and (found := _typed(given, decimal, least=0.99)):
        guess.notes["logicalType"] = "a few values of the sample are of another form; their rows will be refused"
    if not found:
        return
    guess.logical_type, form = found
    if form:
        guess.options["format"] = form
        if form[:5] in ("dd/MM", "MM/dd") and all(_share_typed(given, found[0], f) == 1 for f in _swapped(form)):
            guess.notes["format"] = "day or month first: the sample fits both"


def _text(name: str, given: Sequence[str], guess: _Guess) -> None:
    """Free text, a list of codes, or the shape of a code."""
    if _is_free_text(given):
        guess.classification = "free_text"
        guess.notes["classification"] = "long texts: redacted, which costs time; plain words need not be"
    elif codes := _codes(name, given):
        guess.codes = codes
    elif pattern := _pattern(given):
        guess.options["pattern"] = pattern
        guess.notes["pattern"] = "the shape of the sample; may it be longer or shorter?"


def _codes(name: str, given: Sequence[str]) -> list[str]:
    """The values of a column that surely holds codes; else none."""
    counts = Counter(given)
    surely = (
        1 < len(counts) <= _MOST_CODES
        and min(counts.values()) >= _LEAST_ROWS
        and all(_CODE.fullmatch(value) and _SURE_CODE.fullmatch(value) for value in counts)
        and not _named(name, _WHO)
    )
    return sorted(counts) if surely else []


def _pattern(given: Sequence[str]) -> str | None:
    """The one shape of all values, in classes of characters; None when there is none, or no digit in it."""
    shapes = {re.sub(r"[A-Z]+", "A", re.sub(r"[a-z]+", "a", re.sub(r"[0-9]+", "0", value))) for value in given}
    if len(shapes) != 1:
        return None
    shape = shapes.pop()
    if not re.fullmatch(r"[Aa0_./+-]{1,12}", shape) or "0" not in shape:
        return None
    runs = [re.findall(r"[A-Z]+|[a-z]+|[0-9]+|.", value) for value in given]
    parts = []
    for place, mark in enumerate(shape):
        if mark not in "Aa0":
            parts.append(f"[{mark}]")
            continue
        lengths = [len(run[place]) for run in runs]
        least, most = min(lengths), max(lengths)
        parts.append({"A": "[A-Z]", "a": "[a-z]", "0": "[0-9]"}[mark])
        parts.append(f"{{{least}}}" if least == most else f"{{{least},{most}}}")
    return f"^{''.join(parts)}$"


def _typed(given: Sequence[str], decimal: str, *, least: float) -> tuple[LogicalType, str | None] | None:
    """The type and format that so many values have; None for text, and for codes: numbers that begin with 0."""
    for form in _DAYS:
        if _share_typed(given, "date", form) >= least:
            return "date", form
    for form in _TIMES:
        if _share_typed(given, "timestamp", form) >= least:
            return "timestamp", form
    if _share(given, r"^-?(0|[1-9][0-9]{0,17})$") >= least:
        return "integer", None
    if _share(given, rf"^[+-]?(0|[1-9][0-9]{{0,29}})([{decimal}][0-9]{{1,30}})?$") >= least:
        return "number", None
    return None


def _share_typed(given: Sequence[str], kind: LogicalType, form: str) -> float:
    """The share of values that are written so; figures alone are no day when one would be far off."""
    column = Column(name="", logical_type=kind, classification="plain", description="", format=form)
    values = typed(pa.array(given, pa.string()), column, decimal=".")
    years = pc.min_max(pc.year(values)).as_py()
    if years["min"] is None or (form[:8].isalpha() and not _YEARS[0] <= years["min"] <= years["max"] <= _YEARS[1]):
        return 0.0
    return float(1 - values.null_count / len(values))


def _swapped(form: str) -> tuple[str, ...]:
    return (form, form.replace(form[:5], "/".join(reversed(form[:5].split("/"))), 1))


def _is_free_text(given: Sequence[str]) -> bool:
    long = [value for value in given if " " in value and (len(value) > _LONG_TEXT or value.count(" ") >= 5)]
    return bool(given) and len(long) / len(given) >= 0.1


def _all_differ(given: Sequence[str]) -> bool:
    return len(given) >= 20 and len(set(given)) == len(given)


def _share_of_cpr(values: Sequence[str]) -> float:
    lawful = pc.sum(cpr.judge(pa.array(values, pa.string())).lawful).as_py() or 0
    return float(lawful) / len(values) if values else 0.0


def _share(given: Sequence[str], pattern: str) -> float:
    return sum(bool(re.match(pattern, value)) for value in given) / len(given) if given else 0.0


def _named(name: str, words: str) -> bool:
    """Whether one of the words that a column's name is put together from is among those of a pattern."""
    parts = re.split(r"[^a-zæøå]+", re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", "_", name).lower())
    return any(re.fullmatch(words, part) for part in parts)


def _note(notes: dict[str, str], field_name: str) -> str:
    return f"  # DECIDE: {notes[field_name]}" if field_name in notes else ""


def _scalar(value: Any) -> str:
    """A value as YAML on one line."""
    text = yaml.safe_dump(value, allow_unicode=True, width=1_000_000, default_flow_style=True)
    return text.removesuffix("\n").removesuffix("\n...")
