"""Commands about the quarantine: what was refused and why, the rows themselves, trying again."""

from pathlib import Path
from typing import Annotated

import typer

from ingestion import quarantine
from ingestion.contract import load_all
from ingestion.reading.base import ROW_NUMBER
from ingestion.zone import Intake, Refusal
from oeverum.deliveries import zone_of
from oeverum.output import console, fail, table
from oeverum.settings import Settings, from_environment, operator

app = typer.Typer(no_args_is_help=True, help="The quarantine: show, replay.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]
SomeSource = Annotated[str | None, typer.Argument(help="Only this source.", metavar="[SOURCE]")]
SomeDelivery = Annotated[str | None, typer.Argument(help="Only this delivery.", metavar="[DELIVERY]")]


@app.command()
def show(
    source: SomeSource = None,
    delivery: SomeDelivery = None,
    rows: Annotated[int, typer.Option(help="Show so many refused rows as delivered: people's data, audited.")] = 0,
    home: Home = None,
) -> None:
    """Rows by rule, which is safe to show; with --rows the rows themselves, of one delivery."""
    settings = from_environment(home)
    zone = zone_of(settings)
    if rows:
        _rows(settings, source, delivery, rows)
        return
    sources = load_all() if source is None else [source]
    told: list[Intake | Refusal] = [intake for name in sources for intake in zone.intakes(name)]
    told += [refusal for refusal in zone.refusals() if source in (None, refusal.source)]
    counts = [
        (one.source, one.delivery, c.rule, c.column_name, c.severity, f"{c.rows:,}")
        for one in told
        if delivery in (None, one.delivery)
        for c in one.by_rule
    ]
    if not counts:
        console.print("nothing was refused")
        return
    table(None, ("source", "delivery", "rule", "column", "severity", "rows"), counts, right=(5,))


@app.command()
def replay(
    source: Annotated[str, typer.Argument(help="The source's name.", metavar="SOURCE")],
    delivery: SomeDelivery = None,
    home: Home = None,
) -> None:
    """Check deliveries anew after their contract or a code list was mended, and rebuild what they feed."""
    from oeverum.output import Steps
    from oeverum.step import exit_code
    from orchestration.road import travel

    settings, contract = from_environment(home), load_all().get(source)
    zone = zone_of(settings)
    before = {i.delivery: i.rows_refused for i in zone.intakes(source)}
    same = [i.delivery for i in zone.intakes(source) if contract and i.contract_digest == contract.digest]
    refused = {r.delivery for r in zone.refusals() if r.source == source}
    chosen = sorted(name for name in {*before, *refused} if delivery in (None, name))
    if not chosen:
        fail(f"nothing of {source} was taken in or refused under this name; see oeverum delivery list {source}")
        raise typer.Exit(2)
    if set(chosen) <= set(same):
        console.print(f"{source} was checked against this very contract: mend it first; nothing to do")
        return
    gone = [name for name in chosen if name not in same and not (settings.landing / source / name).is_dir()]
    if gone:
        fail(f"the files of {source}/{', '.join(gone)} are no longer in landing/; ask the supplier to send them again")
        raise typer.Exit(2)
    steps = Steps()
    with steps.shown():
        done = travel(settings, started=steps.started, ended=steps.ended)
    after = {i.delivery: i.rows_refused for i in zone.intakes(source)}
    told = [(name, _count(before.get(name)), _count(after.get(name))) for name in chosen]
    console.print()
    table("Refused rows", ("delivery", "before", "after"), told, right=(1, 2))
    raise typer.Exit(exit_code(done))


def _rows(settings: Settings, source: str | None, delivery: str | None, most: int) -> None:
    """Print rows as they were delivered; who looked stands in the audit log."""
    from sandbox.audit import AuditLog

    if source is None or delivery is None:
        fail("rows are shown of one delivery only: name its source and its id")
        raise typer.Exit(2)
    AuditLog(settings.audit).append(
        "quarantine_rows_shown", actor=operator(), source=source, delivery=delivery, rows=most
    )
    shown: list[tuple[str, ...]] = []
    for batch in quarantine.read(zone_of(settings), source, delivery):
        for row in batch.to_pylist():
            if row["severity"] == "error" and len(shown) < most:
                place = (row["file"], str(row[ROW_NUMBER]), row["rule"], row["column_name"])
                shown.append((*place, row["record"] or "no record: the row could not be read"))
    if not shown:
        console.print("no row of it was refused")
        return
    table(None, ("file", "row", "rule", "column", "as delivered"), shown, right=(1,))


def _count(rows: int | None) -> str:
    return "the whole delivery" if rows is None else f"{rows:,}"
