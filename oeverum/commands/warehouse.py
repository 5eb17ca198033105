"""Commands about the warehouse: what it was built from and how its people came about; the cohort of an earlier day."""

from datetime import date
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from oeverum.output import console, fail, table
from oeverum.settings import from_environment

app = typer.Typer(no_args_is_help=True, help="The warehouse: show, as-of.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]

# Of `cohort_selection`, in the order of its steps: outcome, and what leaves people out.
OUTCOMES = (
    ("never_seen_alive", "no snapshot before their death"),
    ("never_in_region", "never lived in the region"),
    ("never_adult_in_region", "not of age while they lived there"),
)


@app.command()
def show(
    file: Annotated[Path | None, typer.Option(help="Another warehouse file, such as one of an earlier day.")] = None,
    home: Home = None,
) -> None:
    """What the warehouse was built from, how many rows its tables have, and how its people came about."""
    from orchestration.warehouse import Warehouse

    settings = from_environment(home)
    warehouse = Warehouse(file or settings.warehouse)
    build = warehouse.current()
    if build is None:
        fail("there is no warehouse yet; run oeverum run" if file is None else f"there is no warehouse in {file.name}")
        raise typer.Exit(1)
    latest = max(delivery["created"] for delivery in build.deliveries)
    anew = "everybody" if build.people is None else f"{build.people:,} people"
    console.print(f"built {build.built_at}, code {build.code_version}, {anew} anew")
    console.print(f"of {len(build.deliveries):,} deliveries, the latest of {latest[:10]}")
    counts = warehouse.row_counts(warehouse.path)
    table("Tables", ("table", "rows"), [(name, f"{rows:,}") for name, rows in counts.items()], right=(1,))
    table("How the cohort came about", ("people", "left out", ""), _flow(warehouse.path), right=(0, 1))


@app.command("as-of")
def as_of(
    day: Annotated[str, typer.Argument(help="The day, such as 2026-01-31.", metavar="DAY")],
    out: Annotated[Path | None, typer.Option(help="The file; default warehouse/as_of/DAY.duckdb.")] = None,
    home: Home = None,
) -> None:
    """Build every mart as it was known at the end of a day, UTC, into a file of its own."""
    from orchestration.as_of import build_as_of

    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        fail(f"{day} is no day such as 2026-01-31")
        raise typer.Exit(2) from None
    warehouse = build_as_of(from_environment(home), wanted, out=out)
    counts = warehouse.row_counts(warehouse.path)
    people, rows = counts.get("person", 0), sum(counts.values())
    console.print(f"{warehouse.path.name}: {people:,} people, {rows:,} rows in {len(counts)} tables", soft_wrap=True)


def _flow(path: Path) -> list[tuple[str, str, str]]:
    """Who is left and who left out at each step of the cohort."""
    with duckdb.connect(str(path), read_only=True) as connection:
        counted = dict(
            connection.execute("select outcome, count(*) from marts.cohort_selection group by outcome").fetchall()
        )
    left = sum(counted.values())
    rows = [(f"{left:,}", "", "people in BEF")]
    for outcome, why in OUTCOMES:
        out = counted.get(outcome, 0)
        left -= out
        rows.append((f"{left:,}", f"{out:,}", why))
    return [*rows[:-1], (rows[-1][0], rows[-1][1], f"{rows[-1][2]}; the others are the cohort")]
