"""How fast notes are redacted, against presidio's predefined recognisers on the same notes.

Baseline: presidio's `AnalyzerEngine` with every predefined recogniser that needs no language model, as it comes for
English; it finds mails, telephone numbers, cards and the like by pattern, and no Danish name, number or address. Both
read the same synthetic notes, joined and cut to 600 characters, one process each, in turns; the medians are compared.
`--write` puts the table into `benchmarks/RESULTS.md`.
"""

import argparse
import json
import logging
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.measuring import in_turns, medians, peak_mib
from benchmarks.results import tell

CHARACTERS, NOTES = 600, 1_500
AT_LEAST, TIMES_PRESIDIO = 1_000, 5


def make(folder: Path, count: int) -> None:
    """Synthesise notes and write `count` texts of 600 characters as JSON."""
    from benchmarks.privacy.text import notes

    joined = "\n".join(note.text for note, _ in notes(folder, count))
    texts = [joined[at : at + CHARACTERS] for at in range(0, CHARACTERS * count, CHARACTERS)]
    if len(texts[-1]) < CHARACTERS:
        raise SystemExit(f"made {len(joined) // CHARACTERS} texts of {count}; ask for fewer")
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")


def work(kind: str, folder: Path) -> None:
    """Read all texts once in this process, after one to load what has to be; tells seconds and peak memory as JSON."""
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    find = _presidio() if kind == "presidio" else _ours()
    find(texts[0])
    begun = time.perf_counter()
    for text in texts:
        find(text)
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "peak": peak_mib(), "notes": len(texts)}))


def _ours() -> Any:
    from pseudonymisation.redaction.redactor import Redactor

    return Redactor().redact


def _presidio() -> Any:
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    engine = AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "no_op"}]),
        supported_languages=["en"],
    )
    return lambda text: engine.analyze(text, "en")


def report(folder: Path, repeats: int) -> str:
    """Measure in turns and tell the medians as a table."""
    runs = in_turns("benchmarks.notes", ("presidio", "ours"), repeats, "--folder", str(folder))
    count = runs["ours"][0]["notes"]
    rate = {kind: count / seconds for kind, seconds in medians(runs, "seconds").items()}
    peak = medians(runs, "peak")
    return "\n".join(
        [
            f"{count:,} notes of {CHARACTERS} characters, one process; medians of {repeats} runs "
            f"in turns; Python {platform.python_version()}, presidio-analyzer {version('presidio-analyzer')}.",
            "",
            "| | notes a second | target | ratio | target | highest memory, MiB |",
            "|---|---:|---:|---:|---:|---:|",
            f"| presidio's predefined recognisers | {rate['presidio']:,.0f} | | 1 | | {peak['presidio']:,.0f} |",
            f"| redaction | {rate['ours']:,.0f} | {AT_LEAST:,} on two cores | {rate['ours'] / rate['presidio']:.1f} "
            f"| {TIMES_PRESIDIO} | {peak['ours']:,.0f} |",
            "",
        ]
    )


def main() -> None:
    """The command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/RESULTS.md")
    parser.add_argument("--work", choices=("presidio", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, given.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), given.notes)
        table = report(Path(folder), given.repeats)
    tell("notes", "Redaction of notes (`make bench`)", table, write=given.write)


if __name__ == "__main__":
    main()
