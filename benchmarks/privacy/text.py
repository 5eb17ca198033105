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
from collections.abc import Iterator, Sequence
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

SOURCES = {"journalnotat": ("notat_id", "notat_tekst"), "hjemmeplejenotat": ("notat_id", "tekst")}
ADULTS = 2_000
SHOWN_MISSES = 12
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
    misses: list[str] = field(default_factory=list)

    def recall(self, kind: str) -> float:
        """The share of the identifiers of a kind that were found."""
        return self.found[kind] / self.there[kind] if self.there[kind] else 1.0

    @property
    def precision(self) -> float:
        """The share of the replaced places that touch an identifier."""
        return self.right / self.replaced if self.replaced else 1.0


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
        elif len(told.misses) < SHOWN_MISSES:
            told.misses.append(f"{one.kind}: {_masked(note, one)}")
    there = {at for one in wanted for at in range(one.start, one.end)}
    told.replaced += len(spans)
    told.right += sum(any(at in there for at in range(span.start, span.end)) for span in spans)


def interval(found: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, found / of
    middle, half = share + z * z / (2 * of), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def report(rows: Sequence[tuple[Note, Known]]) -> tuple[str, bool]:
    """The tables, and whether every target is met."""
    plain = measured(rows, SPELLINGS["as written"])
    alone = measured(rows, SPELLINGS["as written"], with_known=False)
    others = {name: measured(rows, spelling) for name, spelling in SPELLINGS.items() if name != "as written"}
    characters = sum(len(note.text) for note, _ in rows)
    lines = [
        f"{len(rows):,} held-out notes of the synthetic region ({characters:,} characters), redacted with what the "
        "tables know of their people, and by lists and rules alone.",
        "",
        "| identifier | there | recall | 95 % interval | target | | by lists and rules alone |",
        "|---|---:|---:|---:|---:|---|---:|",
    ]
    met = plain.precision >= PRECISION
    for kind in sorted(plain.there):
        low, high = interval(plain.found[kind], plain.there[kind])
        target = TARGETS.get(kind)
        holds = target is None or plain.recall(kind) >= target
        met = met and holds
        lines.append(
            f"| {kind} | {plain.there[kind]:,} | {plain.recall(kind):.4f} | {low:.4f}-{high:.4f} "
            f"| {target or ''} | {('met' if holds else 'not met') if target else ''} | {alone.recall(kind):.4f} |"
        )
    lines.append(
        f"| precision | {plain.replaced:,} | {plain.precision:.4f} | | {PRECISION} "
        f"| {'met' if plain.precision >= PRECISION else 'not met'} | {alone.precision:.4f} |"
    )
    kinds = sorted(plain.there)
    lines += ["", f"| spelling | {' | '.join(kinds)} | precision |", f"|---|{'---:|' * (len(kinds) + 1)}"]
    for name, found in others.items():
        cells = " | ".join(f"{found.recall(kind):.4f}" for kind in kinds)
        lines.append(f"| {name} | {cells} | {found.precision:.4f} |")
    lines += ["", "Some of what was missed as written, the identifiers masked:", ""]
    lines += [f"- {miss}" for miss in plain.misses] or ["- nothing"]
    return "\n".join(lines) + "\n", met


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
        text, met = report(notes(Path(folder), given.adults))
    print(text)
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
