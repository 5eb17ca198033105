"""A permit in plain words, for the people who decide on it."""

import json
from collections.abc import Iterator

from pseudonymisation.dates import MAX_WEEKS
from sandbox.permit import Condition, Membership, Permit
from sandbox.tables import SUBJECT


def explain(permit: Permit) -> str:
    """The permit in plain words, for the people who decide on it."""
    if permit.valid_from and permit.valid_to:
        time = f"In force from {permit.valid_from} up to, not including, {permit.valid_to}."
    else:
        time = f"A template: in force for {permit.duration_days} days once it is activated."
    lines = [
        f"{permit.title} ({permit.project})",
        f"Purpose: {permit.purpose.strip()}",
        f"Legal basis: {permit.legal_basis.strip()}",
        f"Responsible: {permit.responsible}; write to {permit.contact}",
        f"Tier: {permit.tier}. {_TIERS[permit.tier]}",
        time,
        f"One person's access lasts {permit.grant_days} days at most.",
        f"Dates: {_DATES[permit.dates]}",
        f"Fewer than {permit.small_cell_threshold} people are no population; the codebook hides such numbers.",
        *_results(permit),
        "Population: every person",
        *(f"  - {told_of(member)}" for member in permit.population),
    ]
    if permit.period:
        lines.append(f"Rows: from {permit.period.start} up to, not including, {permit.period.end}")
    else:
        lines.append("Rows: of all years")
    lines.append(f"Tables, each with {SUBJECT} first:")
    for table, request in permit.tables.items():
        lines.append(f"  - {table}: {', '.join(request.columns)}")
        lines += [f"      only rows where {_condition(condition)}" for condition in request.where]
    free_text = any("note_text" in request.columns for request in permit.tables.values())
    lines.append("Free text: redacted notes are included." if free_text else "Free text: none.")
    return "\n".join(lines)


def _results(permit: Permit) -> Iterator[str]:
    if permit.tier == "company":
        yield (
            f"Results: counts, sums and means of groups of {permit.small_cell_threshold} people or more, of which no "
            "one person makes most, and which differ from earlier ones by as many or by nobody; each moved a little."
        )
    if permit.rounding:
        yield f"Counts are rounded to multiples of {permit.rounding}."


_TIERS = {
    "practice": "Synthetic people only; rows may be seen by anyone with a grant.",
    "research": "Pseudonymised rows, to be seen inside the platform.",
    "company": "Pseudonymised people; only results that pass disclosure control come out.",
}

_BIRTH = "Birth dates are years; whoever is 90 or older counts as 90."
_DATES = {
    "exact": "as they are.",
    "month": f"the first of their month, times of day left out, in notes as well. {_BIRTH}",
    "shifted": f"moved by whole weeks, up to {MAX_WEEKS} back or forth, the same for all dates of a person, in notes "
    f"as well; rows of the first and the last {MAX_WEEKS} weeks, of the period or of the data where they cover less, "
    f"are left out. Days of a count of residents are drawn from the quarter before it. {_BIRTH}",
}


def told_of(member: Membership) -> str:
    """What a person of the population has to fulfil, in words."""
    where = " and ".join(_condition(condition) for condition in member.where)
    return f"with {'no' if member.negated else 'a'} row in {member.table}" + (f" where {where}" if where else "")


def _condition(condition: Condition) -> str:
    values = [json.dumps(value, ensure_ascii=False, default=str).strip('"') for value in condition.values]
    if condition.op == "between":
        return f"{condition.column} is from {values[0]} up to, not including, {values[1]}"
    if condition.op == "starts_with":
        return f"{condition.column} starts with {' or '.join(values)}"
    return f"{condition.column} {condition.op} {', '.join(values)}"
