"""A permit in plain words, for the people who decide on it."""

import difflib
import json
from collections.abc import Iterator

from pseudonymisation.dates import MAX_WEEKS
from sandbox.permits.model import Condition, Membership, Permit
from sandbox.tables import SUBJECT


def explain(permit: Permit) -> str:
    """The permit in plain words, for the people who decide on it."""
    if permit.valid_from and permit.valid_to:
        time = f"In force from {permit.valid_from} up to, not including, {permit.valid_to}."
    else:
        time = f"A template: in force for {permit.duration_days} days once it is activated."
    lines = [
        f"{_flat(permit.title)} ({permit.project}, version {permit.version})",
        f"{_KINDS[permit.kind]}, {_PHASES[permit.phase]}.",
        f"Purpose: {_flat(permit.purpose)}",
        f"Purpose of use: {_PURPOSES[permit.purpose_of_use]}.",
        f"Legal basis: {_flat(permit.legal_basis)}",
        f"Controller: {_flat(permit.controller)}; write to {permit.contact}",
        *_takes_part(permit),
        f"Tier: {permit.tier}. {_TIERS[permit.tier]}",
        f"Environment and tools: {_ENVIRONMENT}",
        time,
        f"One person's access lasts {permit.grant_days} days at most.",
        f"Kept: {_kept(permit)}",
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
        lines += [f"      only rows of {table} where {_condition(condition)}" for condition in request.where]
    free_text = any("note_text" in request.columns for request in permit.tables.values())
    lines.append("Free text: redacted notes are included." if free_text else "Free text: none.")
    lines.append(f"People who have opted out: {_flat(permit.opt_outs or 'the permit names no exception for them.')}")
    lines.append(f"Fee: DKK {permit.fee_dkk:,}" if permit.fee_dkk else "Fee: none.")
    if permit.conditions:
        lines += ["Conditions:", *(f"  - {_flat(condition)}" for condition in permit.conditions)]
    return "\n".join(lines)


def changes(before: Permit | None, after: Permit) -> list[str]:
    """What another version says otherwise: the lines of `explain` that are gone, with `- `, and new, with `+ `."""
    if before is None:
        return []
    compared = difflib.unified_diff(explain(before).splitlines(), explain(after).splitlines(), n=0, lineterm="")
    return [f"{line[0]} {line[1:]}" for line in compared if line[0] in "+-" and line not in ("--- ", "+++ ")]


def _flat(text: str) -> str:
    """A text on one line, so that none of it looks like another line of the permit."""
    return " ".join(text.split())


def _takes_part(permit: Permit) -> Iterator[str]:
    """Who takes part, and to whom it opens."""
    yield "Parties:"
    yield from (f"  - {_flat(party.name)} ({party.kind.replace('_', ' ')})" for party in permit.parties)
    if not permit.people:
        anyone = permit.tier == "practice"
        yield "People: anyone whom the platform gives access." if anyone else "People: named when it is activated."
        return
    yield "People, and nobody else:"
    for number, person in enumerate(permit.people):
        yield f"  - {person.login}, for {_flat(person.party)}{', principal investigator' if number == 0 else ''}"


def _kept(permit: Permit) -> str:
    if permit.destroyed_on is None:
        return f"releases are destroyed {permit.retention_days} days after the permit's end."
    return f"nobody sees a release after the permit's end; all are destroyed on {permit.destroyed_on}."


def _results(permit: Permit) -> Iterator[str]:
    if permit.tier == "company":
        yield (
            f"Results: counts, sums and means of groups of {permit.small_cell_threshold} people or more, of which no "
            "one person makes most, and which differ from earlier ones by as many or by nobody; each moved a little."
        )
    if permit.rounding:
        yield f"Counts are rounded to multiples of {permit.rounding}."


_KINDS = {"research": "Research", "company_test": "A company's test"}
_PHASES = {"micro_trial": "as a micro trial", "pilot": "as a pilot", "large_scale": "on a large scale"}
_PURPOSES = {
    "public_interest_in_health": "activities in the public interest in public or occupational health",
    "policy_making": "policy-making and regulatory work",
    "statistics": "statistics",
    "education": "education in health and care",
    "scientific_research": "scientific research, the training and testing of algorithms included",
    "improvement_of_care": "improvement of the delivery of care",
}
_TIERS = {
    "practice": "Synthetic people only; rows may be seen by anyone with a grant.",
    "research": "Pseudonymised rows, to be seen inside the platform.",
    "company": "Pseudonymised people; only results that pass disclosure control come out.",
}

_ENVIRONMENT = (
    "SQL (DuckDB) by command, Python or HTTP; each query by itself, bounded in time, memory and rows, without network "
    "and without files but those of the release; every question in the audit log."
)
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
    values = [_written(value) for value in condition.values]
    if condition.op == "between":
        return f"{condition.column} is from {values[0]} up to, not including, {values[1]}"
    if condition.op == "starts_with":
        return f"{condition.column} starts with {' or '.join(values)}"
    return f"{condition.column} {condition.op} {', '.join(values)}"


def _written(value: object) -> str:
    """A value as SQL writes it, so that a text is never read as something else."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)
