"""The page of the rules of sources: `docs/reference/rules.md`, written from `quality/expectations/sources/`.

python -m orchestration.rule_page            write the page
python -m orchestration.rule_page --check    fail when it is not what the rules give
"""

import sys
from collections.abc import Iterable

from ingestion.contract import load_all as load_contracts
from oeverum.settings import REPOSITORY
from orchestration.mart_pages import keep, markdown_table, severity
from orchestration.resources import EXPECTATIONS
from quality.expectation import Complete, Drift, Expectation, TableExpectations, Volume, load_all
from synthetic.breaches.planting import BREACHES

PAGE = REPOSITORY / "docs" / "reference" / "rules.md"
INTRO = """\
<!-- Written by `python -m orchestration.rule_page`: change quality/expectations/sources/ instead. -->

# The rules of sources

What is expected of the rows as suppliers sent them, of the deliveries that count (of a source that comes in full the
newest), by delivery and month; what is seen over time is counted of all of them. What the intake refuses row by row
stands in the contract of each source. Rules with a number are reporting rules of Sundhedsdatastyrelsen for LPR3
(Bilag 1 v1.3), in our words, on rows that were reported to LPR3 or MiniPAS. An error keeps every release back; a
warning is told and lets it pass. `oeverum quality explain RULE` tells what was found, and how to see the rows.

In the [synthetic region](../explanation/synthetic-region.md) rows that break a rule are planted; each table names the
rules, and a test holds the counts against the truth.
"""
PLANTED = {rule for kinds in BREACHES.values() for kind in kinds for rule in kind.rules}


def page(expected: Iterable[TableExpectations]) -> str:
    """The whole page."""
    expected = list(expected)
    sections = (section for of_table in expected for section in _section(of_table))
    return "\n".join([INTRO, *sections, *_without(of_table.table for of_table in expected)])


def _without(ruled: Iterable[str]) -> list[str]:
    """The sources that have no rules here, and what holds their rows instead."""
    without = ", ".join(f"`{source}`" for source in sorted(load_contracts().keys() - set(ruled)))
    return [
        "## Sources without rules",
        "",
        f"{without}: each row is held by the contract at the intake (types, codes, ranges, what must be there), and "
        "what is made of them by the expectations of the [marts](marts/README.md).",
        "",
    ]


def _section(of_table: TableExpectations) -> list[str]:
    head = ("rule", "asks", "else", "why, and from where")
    planted = [f"`{one.id}`" for one in of_table.expectations if f"{of_table.table}/{one.id}" in PLANTED]
    told = [f"Planted in the synthetic region: {', '.join(planted)}.", ""] if planted else []
    return [f"## {of_table.table}", "", *markdown_table(head, map(_row, of_table.expectations)), "", *told]


def _row(one: Expectation) -> tuple[str, ...]:
    source = "" if one.source == "project definition" else f" {one.source}."
    return f"`{one.id}`", f"{one.title}{_limit(one)}", severity(one), f"{one.why}{source}"


def _limit(one: Expectation) -> str:
    """What decides, where it is no share of rows."""
    match one:
        case Complete():
            return f" ({one.least:g} of the median, from {one.usual_from} people a month)"
        case Volume():
            return f" ({one.low:g} to {one.high:g} times)"
        case Drift():
            return f" (index at most {one.max_psi:g}, from {one.people_from:,} people a year)"
        case _:
            return ""


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` compare it."""
    written = page(load_all(EXPECTATIONS / "sources").values())
    stale = "docs/reference/rules.md is not what the rules give; run python -m orchestration.rule_page"
    return keep(PAGE, written, arguments, stale=stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
