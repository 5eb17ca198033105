"""The quality and utility label of a data set: the twelve dimensions of QUANTUM, which Article 78 of the EHDS asks for.

Each dimension with what was measured or is documented, at the level that QUANTUM gives for it, or "not measured". The
dimensions, their categories and the levels are those of QUANTUM's labelling tool (CC BY 4.0, Zenodo 14637281), in our
words. Levels of different dimensions are not added up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quality.judge import Verdict

AGREEMENT = "Agreement of"  # How the source of an expectation begins that holds two sources against each other.


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension: `level` of `highest`, None when nothing was measured, and what is behind it."""

    category: str
    name: str
    level: int | None
    highest: int
    behind: str


def label(verdicts: Iterable[Verdict], columns: Sequence[Mapping[str, Any]] | None = None) -> list[Dimension]:
    """The twelve dimensions, for a data set whose expectations were judged so and whose codebook has these columns.

    Without a codebook there is no release and no permit, and nothing is told of how it is documented.
    """
    of: dict[str, list[Verdict]] = {"accuracy": [], "coherence": [], "completeness": [], "consistency": []}
    for verdict in (verdict for verdict in verdicts if verdict.state != "unseen"):
        of[_dimension(verdict)].append(verdict)
    technical, documentation, access = "Technical quality", "Data documentation", "Access and provision"
    return [
        _measured(technical, "Accuracy", 2, of["accuracy"], "expectations that hold two sources against each other"),
        _measured(technical, "Coherence", 2, of["coherence"], "expectations of distributions and volumes over time"),
        _measured(technical, "Completeness", 2, of["completeness"], "expectations of what must be there"),
        _measured(technical, "Consistency", 2, of["consistency"], "expectations of codes, ranges, keys and order"),
        Dimension(technical, "Precision", None, 2, "not measured"),
        _counted(technical, "Validity", 2, columns, "type", "have a type that is enforced when they are built"),
        _of_the_permit(
            documentation,
            "Compliance",
            1,
            columns,
            "the permit, and the rules by which identifiers are taken out; not certified",
        ),
        _counted(documentation, "Data provenance", 1, columns, "origin", "are traced to their sources in the codebook"),
        _counted(
            documentation,
            "Metadata scope",
            2,
            columns,
            "meaning",
            "are described in the codebook; in no standard such as HealthDCAT-AP",
        ),
        Dimension(
            "Coverage",
            "Population coverage",
            None,
            3,
            "not measured: who is left out is counted, beside no outside count",
        ),
        Dimension("Coverage", "Population representativity", None, 3, "not measured"),
        _of_the_permit(
            access,
            "Accessibility",
            2,
            columns,
            "the conditions stand in the permit; the time from application to access is not measured",
        ),
    ]


def _of_the_permit(
    category: str, name: str, level: int, columns: Sequence[Mapping[str, Any]] | None, behind: str
) -> Dimension:
    """What the permit of a release gives."""
    if columns is None:
        return Dimension(
            category, name, None, 2, "not measured here: it is of a permit, and in the report of a release"
        )
    return Dimension(category, name, level, 2, behind)


def _counted(
    category: str, name: str, highest: int, columns: Sequence[Mapping[str, Any]] | None, part: str, what: str
) -> Dimension:
    """A dimension of which every column of the codebook has its part, or it is a level lower."""
    if not columns:
        return Dimension(category, name, None, highest, "not measured here: the report of a release counts its columns")
    there = sum(bool(column.get(part)) for column in columns)
    level = highest if there == len(columns) else highest - 1 or None
    return Dimension(category, name, level, highest, f"{there} of {len(columns)} columns {what}")


def _dimension(verdict: Verdict) -> str:
    """Which dimension an expectation is evidence of."""
    if verdict.source.startswith(AGREEMENT):
        return "accuracy"
    if verdict.kind in ("drift", "volume"):
        return "coherence"
    if verdict.kind in ("not_null", "complete", "row_count") or verdict.expectation == "required_present":
        return "completeness"
    return "consistency"


def _measured(category: str, name: str, highest: int, verdicts: list[Verdict], what: str) -> Dimension:
    """A dimension of which some is measured, never all of every variable: the level is 1."""
    if not verdicts:
        return Dimension(category, name, None, highest, "not measured")
    held = sum(verdict.passed for verdict in verdicts)
    more = "; the share of missing values of each column is in the codebook" if name == "Completeness" else ""
    return Dimension(category, name, 1, highest, f"{held} of {len(verdicts)} {what} hold{more}")
