"""The live grants of a sandbox, and for how many days yet, as Dagster is told: by ids, and no name of a person."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import ceil

import dagster as dg

from orchestration.mart_pages import markdown_table
from sandbox.grants import Grant

Left = dict[str, int]


def days_by_sandbox(grants: Iterable[Grant], now: datetime) -> dict[str, Left]:
    """By sandbox the days that are left of each live grant, by its id; a sandbox whose grants are all over has none.

    Days are of 24 hours, and one that has begun is counted: on its last day a grant has 1.
    """
    found: dict[str, Left] = {}
    for grant in grants:
        left = found.setdefault(grant.project, {})
        if grant.is_live(now):
            left[grant.id] = ceil((grant.ends_at - now) / timedelta(days=1))
    return found


def metadata(left: Mapping[str, int]) -> dict[str, int | dg.MarkdownMetadataValue]:
    """Of one sandbox: how many grants are live, the days until the last of them ends, and a table of each."""
    rows = [(f"`{grant}`", f"{days}") for grant, days in sorted(left.items(), key=lambda one: (one[1], one[0]))]
    lines = markdown_table(("grant", "days left"), rows) or ["no grant is live"]
    return {
        "live_grants": len(left),
        "days_left": max(left.values(), default=0),
        "grants": dg.MetadataValue.md("\n".join(lines)),
    }
