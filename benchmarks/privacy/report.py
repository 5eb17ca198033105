"""The report of `make privacy-report`: free text, two sandboxes, k-anonymity and an attacker without a key.

Writes `docs/reference/privacy.md` and, with pictures and all rows, `docs/reference/privacy.html`. Ends with 1 when a
target is not met.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.privacy import brute_force, text
from benchmarks.privacy.brute_force import GUESSES, HASHES, Tries
from benchmarks.privacy.linkage import RULES, Joined, TwoSandboxes
from benchmarks.privacy.page import page
from benchmarks.privacy.ways import QUASI, Group
from benchmarks.results import write_section
from oeverum.settings import from_environment
from sandbox.permits.model import DateRule
from sandbox.pseudonyms import ProjectKeys
from sandbox.tables import SUBJECT, SUBJECT_KEY

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
ADULTS = 2_000
FOUND_WITH_KEYS = 0.9
SIZES = (2, 5, 10)
# Of each of these groups the way that joins most is told in the document; every way is in the page.
BEST_OF: Mapping[Group, str] = {
    "names": "names of subjects and records, order of rows",
    "columns": "the best single column",
    "combinations": f"the best combination of {', '.join(QUASI)}",
    "numbers of rows": "numbers of rows",
    "times": "the best times",
    "intervals": "the best intervals",
    "values": "the best values",
}


@dataclass(frozen=True, slots=True)
class Brute:
    """What trying CPR numbers gave: under hashes without a key, under guessed keys, and under the true ones."""

    names: int
    people: int
    unkeyed: Tries
    guessed: Tries
    true: Tries

    def checks(self) -> dict[str, bool]:
        """What must hold, and whether it does."""
        share = len(self.true.found) / self.people
        return {
            "unkeyed hashes of every CPR number name nobody in a release": not self.unkeyed.found,
            "pseudonyms under guessed keys name nobody in a release": not self.guessed.found,
            f"pseudonyms under the true keys name at least {FOUND_WITH_KEYS:.0%} of the people": share
            >= FOUND_WITH_KEYS,
        }


def main() -> None:
    """Measure, write, and tell whether every target is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adults", type=int, default=ADULTS)
    parser.add_argument("--folder", type=Path, default=REFERENCE, help="where privacy.md and privacy.html are written")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = text.measure(text.notes(Path(folder) / "notes", given.adults))
        home = Path(folder) / "home"
        command = [sys.executable, "-m", "oeverum.cli", "demo", "--adults", str(given.adults), "--home", str(home)]
        subprocess.run(command, check=True, capture_output=True)
        joined, brute = attacked(home, Path(folder) / "spill")
    checks = found.checks() | joined_checks(joined) | brute.checks()
    day = date.today().isoformat()
    sections = {
        "text": ("Free text", text.report(found)),
        "linkage": ("Two sandboxes", joined_report(joined)),
        "brute": ("An attacker without a key", brute_report(brute)),
        "checks": ("What must hold", "\n".join(["| target | |", "|---|---|", *_verdicts(checks)])),
    }
    for name, (title, told) in sections.items():
        write_section(name, title, f"Measured {day}.\n\n{told}", given.folder / "privacy.md")
        print(told)
    (given.folder / "privacy.html").write_text(page(found, joined, checks, day=day), encoding="utf-8")
    sys.exit(0 if all(checks.values()) else 1)


def attacked(home: Path, spill: Path) -> tuple[dict[DateRule, Joined], Brute]:
    """Two sandboxes of an installation under each rule of dates, and the CPR numbers against one of them."""
    joined: dict[DateRule, Joined] = {}
    one, two = _keys("one"), _keys("two")
    for rule in RULES:
        both = TwoSandboxes(home / "warehouse" / "cohort.duckdb", spill, dates=rule, keys=(one, two))
        equal = len(both.names("a") & both.names("b"))
        anonymity = both.anonymity("a"), both.anonymity("b")
        joined[rule] = Joined(both.people, equal, list(both.attacks()), anonymity)
        if rule == "exact":
            names = both.names("a")
            people = dict(both.engine.execute(f"select {SUBJECT}, birth_date from a_person").fetchall())
    cohort = from_environment(home).key_ring().key("person")
    born = sorted(set(people.values()))
    brute = Brute(
        names=len(names),
        people=len(people),
        unkeyed=brute_force.attack(names, brute_force.every_day(), [brute_force.unkeyed(name) for name in HASHES]),
        guessed=brute_force.attack(names, born, [brute_force.keyed(key, key) for key in GUESSES.values()]),
        true=brute_force.attack(
            set(people), born, [brute_force.keyed(cohort, one.of(SUBJECT_KEY, one.version(SUBJECT_KEY)))]
        ),
    )
    return joined, brute


def joined_checks(joined: Mapping[DateRule, Joined]) -> dict[str, bool]:
    """What must hold of two sandboxes under every rule, and whether it does."""
    held = {
        rule: {group: [a.holds(rule, two.people) for a in two.attacks if a.way.group == group] for group in BEST_OF}
        for rule, two in joined.items()
    }
    return {
        "no name of a subject or a record stands in both sandboxes": all(not j.equal_names for j in joined.values()),
        "names and order join nobody beyond chance": all(all(groups["names"]) for groups in held.values()),
        **{
            f"dates {rule}: no way joins more than the base rate": all(
                all(h) for g, h in groups.items() if g != "names"
            )
            for rule, groups in held.items()
        },
    }


def joined_report(joined: Mapping[DateRule, Joined]) -> str:
    """The tables about two sandboxes as Markdown."""
    people = joined["exact"].people
    lines = [
        f"{people:,} synthetic people in two projects with all tables and columns, attacked in "
        f"{len(joined['exact'].attacks)} ways. Of each group the way that joins most people rightly, and its base "
        "rate: the share whom the original rows make unique at what the rule shows (of moved days, one in 52 of it; of "
        "months, one in 12).",
        *("", f"| by | {' | '.join(f'{rule} | base rate' for rule in joined)} |"),
        f"|---|{'---:|' * (2 * len(joined))}",
    ]
    for group, name in BEST_OF.items():
        best = {rule: two.best(group) for rule, two in joined.items()}
        cells = (f"{len(a.right) / people:.4f} | {a.base_rate(rule, people):.4f}" for rule, a in best.items())
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines.append(f"| any of these | {' | '.join(f'{two.by_any():.4f} | ' for two in joined.values())} |")
    lines += [
        *("", f"How alike people are in {', '.join(QUASI)} (k-anonymity):", ""),
        f"| dates | sandbox | smallest class | {' | '.join(f'people in classes below {size}' for size in SIZES)} |",
        f"|---|---|---:|{'---:|' * len(SIZES)}",
    ]
    for rule, two in joined.items():
        for number, alike in enumerate(two.anonymity, start=1):
            below = " | ".join(f"{alike.below(size):.3f}" for size in SIZES)
            lines.append(f"| {rule} | {number} | {alike.smallest} | {below} |")
    return "\n".join(lines) + "\n"


def brute_report(brute: Brute) -> str:
    """What trying CPR numbers gave, as Markdown."""
    rows = {
        f"all that satisfy modulus 11, born 1900-2025, under {' and '.join(HASHES)}": brute.unkeyed,
        f"those of every birth date, made into pseudonyms with guessed keys ({', '.join(GUESSES)})": brute.guessed,
        "the same with the true keys": brute.true,
    }
    lines = [
        f"Against the {brute.names:,} names of subjects and records in a release of {brute.people:,} people with exact "
        "dates; only numbers that satisfy modulus 11.",
        *("", "| CPR numbers | tried | ways | found |", "|---|---:|---:|---:|"),
        *(f"| {name} | {t.numbers:,} | {t.ways} | {len(t.found):,} |" for name, t in rows.items()),
    ]
    return "\n".join(lines) + "\n"


def _verdicts(checks: Mapping[str, bool]) -> Iterator[str]:
    for name, holds in checks.items():
        yield f"| {name} | {'met' if holds else 'not met'} |"


def _keys(project: str) -> ProjectKeys:
    """Keys that nobody would guess, the same in every run."""
    return ProjectKeys(
        key=lambda kind, _: hashlib.sha256(f"privacy report/{project}/{kind}".encode()).digest(),
        version=lambda kind: "k1",
    )


if __name__ == "__main__":
    main()
