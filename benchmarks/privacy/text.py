"""How many identifiers redaction finds in notes whose names and sentences it was not made with.

Synthetic notes of the journal, the home care and referrals, written with the held-out names and templates, tell where
their identifiers stand. They go the platform's way: taken in, then redacted with what the structured columns know
of the note's people. An identifier is found when each of its letters and digits lies in a place that redaction
replaces. A replaced place is right when it touches an identifier. `python -m benchmarks.privacy.text` tells the table.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path

import duckdb

from benchmarks.privacy.spellings import SPELLINGS, Identifier, Note, Spelling
from ingestion.contract import load_all
from ingestion.delivery import find
from ingestion.take_in import take_in
from ingestion.zone import RestrictedZone
from pseudonymisation.redaction.redactor import NOBODY, Known, Redactor
from pseudonymisation.redaction.spans import Span
from pseudonymisation.treatment import Treater

SOURCES = {
    "journalnotat": ("notat_id", "notat_tekst"),
    "hjemmeplejenotat": ("notat_id", "tekst"),
    "henvisning": ("henvisning_id", "henvisning_tekst"),
}
ADULTS = 2_000
SHOWN_MISSES = 5
CONTEXT = 24

# What has to be found; dates are a permit's matter.
TARGETS = {"cpr": 0.995, "phone": 0.995, "email": 0.995, "address": 0.995, "name": 0.98}
PRECISION = 0.80
UNTOUCHED = {"date"}


@dataclass
class Found:
    """What one run of redaction over the notes has found."""

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    replaced: int = 0
    right: int = 0
    replaced_characters: int = 0
    right_characters: int = 0
    misses: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def recall(self, kind: str) -> float:
        """The share of the identifiers of a kind that were found."""
        return self.found[kind] / self.there[kind] if self.there[kind] else 1.0

    @property
    def precision(self) -> float:
        """The share of the replaced places that touch an identifier."""
        return self.right / self.replaced if self.replaced else 1.0

    @property
    def precision_of_characters(self) -> float:
        """The share of the replaced characters that belong to an identifier."""
        return self.right_characters / self.replaced_characters if self.replaced_characters else 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Redaction of the same notes: with what the tables know, by lists and rules alone, and spelt otherwise."""

    notes: int
    characters: int
    known: Found
    alone: Found
    spelt: Mapping[str, Found]

    def checks(self) -> dict[str, bool]:
        """What must hold, and whether it does."""
        recall = {
            f"recall of {kind} at least {target}": self.known.there[kind] > 0 and self.known.recall(kind) >= target
            for kind, target in TARGETS.items()
        }
        return recall | {f"precision of redaction at least {PRECISION}": self.known.precision >= PRECISION}


def notes(folder: Path, adults: int) -> list[tuple[Note, Known]]:
    """Held-out notes, and what the tables know of the people of each."""
    command = [sys.executable, "-m", "oeverum.cli", "synthesise", "--adults", str(adults), "--held-out"]
    command += ["--faults", "0", "--out", str(folder / "landing"), "--truth", str(folder / "truth")]
    for source in SOURCES:
        command += ["--source", source]
    subprocess.run(command, check=True, capture_output=True)
    truth = _truth(folder / "truth")
    return [(Note(text, truth[key]), known) for key, text, known in _rows(folder)]


def measured(rows: Sequence[tuple[Note, Known]], spelling: Spelling, *, with_known: bool = True) -> Found:
    """Redact the notes in one spelling and compare."""
    redactor, dice, told = Redactor(), random.Random(7), Found()
    for note, known in rows:
        spelt = spelling(note, dice)
        compare(spelt, redactor.spans(spelt.text, known if with_known else NOBODY), told)
    return told


def compare(note: Note, spans: Sequence[Span], told: Found) -> None:
    """Count what the spans of one note have found of its identifiers."""
    covered = {at for span in spans for at in range(span.start, span.end)}
    wanted = [one for one in note.truth if one.kind not in UNTOUCHED]
    for one in wanted:
        told.there[one.kind] += 1
        if all(at in covered for at in range(one.start, one.end) if note.text[at].isalnum()):
            told.found[one.kind] += 1
        else:
            told.misses[one.kind][_masked(note, one)] += 1
    there = {at for one in wanted for at in range(one.start, one.end)}
    told.replaced += len(spans)
    told.right += sum(any(at in there for at in range(span.start, span.end)) for span in spans)
    told.replaced_characters += len(covered)
    told.right_characters += len(covered & there)


def interval(found: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, found / of
    middle, half = share + z * z / (2 * of), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def measure(rows: Sequence[tuple[Note, Known]]) -> Measured:
    """Redact the notes in every way that is compared."""
    as_written = SPELLINGS["as written"]
    return Measured(
        notes=len(rows),
        characters=sum(len(note.text) for note, _ in rows),
        known=measured(rows, as_written),
        alone=measured(rows, as_written, with_known=False),
        spelt={name: measured(rows, spelling) for name, spelling in SPELLINGS.items() if spelling is not as_written},
    )


def report(found: Measured) -> str:
    """The tables as Markdown."""
    known, alone = found.known, found.alone
    kinds = sorted(known.there)
    lines = [
        f"{found.notes:,} held-out notes of the synthetic region ({found.characters:,} characters), redacted with what "
        "the tables know of their people, and by lists and rules alone.",
        *("", "| identifier | there | recall | 95 % interval | target | | by lists and rules alone |"),
        "|---|---:|---:|---:|---:|---|---:|",
    ]
    for kind in kinds:
        low, high = interval(known.found[kind], known.there[kind])
        goal = f"{TARGETS[kind]} | {_verdict(known.recall(kind) >= TARGETS[kind])}" if kind in TARGETS else " | "
        lines.append(
            f"| {kind} | {known.there[kind]:,} | {known.recall(kind):.4f} | {low:.4f}-{high:.4f} "
            f"| {goal} | {alone.recall(kind):.4f} |"
        )
    lines += [
        f"| precision of places | {known.replaced:,} | {known.precision:.4f} | | {PRECISION} "
        f"| {_verdict(known.precision >= PRECISION)} | {alone.precision:.4f} |",
        f"| precision of characters | {known.replaced_characters:,} | {known.precision_of_characters:.4f} | | | "
        f"| {alone.precision_of_characters:.4f} |",
        *("", "Recall of the same notes spelt otherwise:", ""),
        f"| spelling | {' | '.join(kinds)} | precision |",
        f"|---|{'---:|' * (len(kinds) + 1)}",
    ]
    for name, one in found.spelt.items():
        cells = " | ".join(f"{one.recall(kind):.4f}" for kind in kinds)
        lines.append(f"| {name} | {cells} | {one.precision:.4f} |")
    lines += ["", f"What was missed as written, identifiers masked; of each kind the {SHOWN_MISSES} most frequent:", ""]
    for kind, places in sorted(known.misses.items()):
        shown = places.most_common(SHOWN_MISSES)
        lines.append(f"- {kind}, {places.total()} times in {len(places)} contexts")
        lines += [
            f"    - `{context.replace('`', ' ')}`{f', {times} times' if times > 1 else ''}" for context, times in shown
        ]
    return "\n".join(lines if known.misses else [*lines, "- nothing"]) + "\n"


def _verdict(holds: bool) -> str:
    return "met" if holds else "not met"


def _truth(folder: Path) -> dict[str, tuple[Identifier, ...]]:
    found: defaultdict[str, list[Identifier]] = defaultdict(list)
    rows = duckdb.execute(
        'select notat_id, kind, start, "end" from read_parquet(?) order by notat_id, start',
        [str(folder / "note_spans" / "**" / "*.parquet")],
    ).fetchall()
    for key, kind, start, end in rows:
        found[key].append(Identifier(start, end, kind))
    return defaultdict(tuple, {key: tuple(spans) for key, spans in found.items()})


def _rows(folder: Path) -> Iterator[tuple[str, str, Known]]:
    """Key, text and known people of each note, the platform's own way."""
    from orchestration.defs.pseudonyms import treatments_of

    contracts, zone = load_all(), RestrictedZone(folder / "restricted", bytes(32))
    for delivery in find(folder / "landing", contracts)[0]:
        key, text = SOURCES[delivery.source]
        contract = contracts[delivery.source]
        intake = take_in(delivery, contract, zone)
        treater = Treater(treatments_of(contract), key_for=lambda _: bytes(32), redactor=Redactor())
        treater.learn(treater.known_values(zone.batches(intake, treater.identifying_columns)))
        for batch in zone.batches(intake):
            columns = batch.column(key).to_pylist(), batch.column(text).to_pylist(), treater.known_of_rows(batch)
            yield from zip(*columns, strict=True)


def _masked(note: Note, missed: Identifier) -> str:
    """What stands around a missed identifier, with every identifier masked."""
    characters = list(note.text)
    for one in note.truth:
        for at in range(one.start, one.end):
            characters[at] = "" if at > one.start else f"[{one.kind}]"
    before = "".join(characters[max(0, missed.start - CONTEXT) : missed.start])
    after = "".join(characters[missed.end : missed.end + CONTEXT])
    return f"...{before}[{missed.kind}]{after}...".replace("\n", " ").replace("|", "/")


def main() -> None:
    """The command line of the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adults", type=int, default=ADULTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(notes(Path(folder), given.adults))
    print(report(found))
    sys.exit(0 if all(found.checks().values()) else 1)


if __name__ == "__main__":
    main()
