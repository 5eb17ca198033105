"""The page of who may do what: `docs/reference/access.md`, written from `access_matrix.py`.

python -m orchestration.access_page            write the page
python -m orchestration.access_page --check    fail when it is not what the matrix gives
"""

import sys
from collections.abc import Iterable, Iterator

from oeverum.settings import REPOSITORY
from orchestration.access_matrix import EVERY, OUTSIDE, TABLES, Row, Table
from orchestration.mart_pages import keep, markdown_table

PAGE = REPOSITORY / "docs" / "reference" / "access.md"
INTRO = """\
<!-- Written by `python -m orchestration.access_page`: change orchestration/access_matrix.py instead. -->

# Who may do what

By role, by the state of the access and by the tier of the permit. Tests do every cell. A class of refusal stands where
nothing is given; its exit codes are among [the commands](commands.md#exit-codes). What is said of a permit or a sandbox
came after the grant was live.
"""


def page(tables: Iterable[Table]) -> str:
    """The whole page."""
    outside = ["## In no table", "", *(f"- `{command}`: {why}." for command, why in OUTSIDE.items()), ""]
    return "\n".join([INTRO, *(line for one in tables for line in _section(one)), *outside])


def _section(one: Table) -> Iterator[str]:
    head = ("who", "access", "tier", *one.operations)
    yield from (f"## {one.title}", "", one.about, "")
    yield from markdown_table(head, (_cells(row, one) for row in one.rows))
    yield from ("", *(f"- `{name}`: {what}." for name, what in one.operations.items()), "")


def _cells(row: Row, of: Table) -> tuple[str, ...]:
    tier = "every" if row.tiers == EVERY else ", ".join(f"`{one}`" for one in row.tiers)
    given = (row.given[name] for name in of.operations)
    return row.who, row.access, tier, *(f"`{one}`" if one[0].isupper() else one for one in given)


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` compare it."""
    written = page(TABLES)
    stale = "docs/reference/access.md is not what the matrix gives; run python -m orchestration.access_page"
    return keep(PAGE, written, arguments, stale=stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
