"""The report of `make privacy-report`: free text, unlinkability, k-anonymity and brute force, with their targets.

Written into `docs/reference/privacy.md`; ends with 1 when a target is not met.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from math import sqrt
from pathlib import Path

from benchmarks.privacy import brute_force, text
from benchmarks.privacy.linkage import EQUAL_KEYS, ORDER, QUASI, RULES, Anonymity, Attack, TwoSandboxes
from benchmarks.results import write_section
from pseudonymisation.dates import MAX_WEEKS
from sandbox.permit import DateRule
from sandbox.pseudonyms import ProjectKeys

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "privacy.md"
ADULTS, BIRTHDAYS, CHANCE = 2_000, 150, 3


def main() -> None:
    """Measure, write, and tell whether every target is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adults", type=int, default=ADULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found, text_met = text.report(text.notes(Path(folder) / "notes", given.adults))
        home = Path(folder) / "home"
        command = [sys.executable, "-m", "oeverum.cli", "demo", "--adults", str(given.adults), "--home", str(home)]
        subprocess.run(command, check=True, capture_output=True)
        joined, joined_met = _joined(home / "warehouse" / "cohort.duckdb", Path(folder))
    measured = f"Measured {date.today().isoformat()}."
    write_section("text", "Free text", f"{measured} {found}", given.page)
    write_section("linkage", "Two sandboxes, and one attacker without a key", f"{measured} {joined}", given.page)
    print(found, joined, sep="\n")
    sys.exit(0 if text_met and joined_met else 1)


def _joined(warehouse: Path, folder: Path) -> tuple[str, bool]:
    """The tables about two sandboxes and an attacker without a key, and whether what must hold does."""
    attacks: dict[DateRule, dict[str, Attack]] = {}
    alike: dict[DateRule, Anonymity] = {}
    for rule in RULES:
        two = TwoSandboxes(warehouse, folder / "spill", dates=rule, keys=(_keys("one"), _keys("two")))
        attacks[rule] = {attack.name: attack for attack in two.attacks()}
        alike[rule] = two.anonymity()
        if rule == "exact":
            query = f"select subject_id, birth_date from a_person order by subject_id limit {BIRTHDAYS}"
            rows = two.engine.execute(query).fetchall()
    tries = brute_force.attack([subject for subject, _ in rows], [born for _, born in rows])
    checks = _checks(attacks)
    told = f"{tries.numbers:,} CPR numbers of the birth dates of {len(rows)} people, each turned into a subject in "
    checks[f"{told}{tries.ways} ways that one would guess, find nobody"] = not tries.found
    lines = [
        f"{two.people:,} synthetic people in two projects with the same tables. By each signature: the share of people "
        "whom the attacker links rightly. Where both permits show the same, that is the base rate that they allow.",
        *("", f"| by | {' | '.join(RULES)} |", f"|---|{'---:|' * len(RULES)}"),
        *_shares(attacks, people=two.people),
        *("", "| must hold | |", "|---|---|"),
        *(f"| {name} | {'met' if holds else 'not met'} |" for name, holds in checks.items()),
        *("", f"How alike people are in {', '.join(QUASI)} (k-anonymity), in each sandbox:", ""),
        "| dates | smallest class | people in classes below 2 | below 5 | below 10 |",
        "|---|---:|---:|---:|---:|",
    ]
    for rule, classes in alike.items():
        below = " | ".join(f"{share:.3f}" for share in classes.below.values())
        lines.append(f"| {rule} | {classes.smallest} | {below} |")
    return "\n".join(lines) + "\n", all(checks.values())


def _shares(attacks: Mapping[DateRule, Mapping[str, Attack]], *, people: int) -> Iterator[str]:
    """A line for each attack, but of the combinations of columns only the best."""
    alone = [name for name in attacks["exact"] if " + " not in name]
    for name in alone:
        yield f"| {name} | {' | '.join(f'{attacks[rule][name].right / people:.3f}' for rule in RULES)} |"
    best = [max(a.right for name, a in attacks[rule].items() if " + " in name) / people for rule in RULES]
    yield f"| the best combination of {', '.join(QUASI)} | {' | '.join(f'{share:.3f}' for share in best)} |"


def _checks(attacks: Mapping[DateRule, Mapping[str, Attack]]) -> dict[str, bool]:
    """What must hold. By chance one person stands in the right place; three do so in one of fifty runs."""
    every = [attack for rule in RULES for attack in attacks[rule].values()]
    moved = [attack for name, attack in attacks["shifted"].items() if name.startswith("times in ")]
    return {
        "no key of any kind stands in both sandboxes": all(attacks[rule][EQUAL_KEYS].right == 0 for rule in RULES),
        "the order of subjects links nobody beyond chance": all(attacks[rule][ORDER].right <= CHANCE for rule in RULES),
        f"moved times link no more than whom both projects move equally far (one in {2 * MAX_WEEKS})": bool(moved)
        and all(a.right <= equally_far(a.unique) for a in moved),
        "nobody is linked whom a signature does not make unique": all(
            a.right + a.wrong <= a.unique for a in every if a.name != EQUAL_KEYS
        ),
    }


def equally_far(people: int) -> float:
    """The most of so many people whom two projects move by the same number of weeks, but for one run in a thousand."""
    expected = people / (2 * MAX_WEEKS)
    return expected + 3 * sqrt(expected) + 1


def _keys(project: str) -> ProjectKeys:
    """Keys that nobody would guess, the same in every run so that the report can be repeated."""
    return ProjectKeys(
        key=lambda kind: hashlib.sha256(f"privacy report/{project}/{kind}".encode()).digest(),
        version=lambda kind: "k1",
    )


if __name__ == "__main__":
    main()
