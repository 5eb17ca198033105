"""Commands about deliveries: what came, what became of it, taking one back."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from ingestion.contract import load_all
from oeverum.deliveries import Told, deliveries, late
from oeverum.output import console, fail, table
from oeverum.settings import from_environment, operator

app = typer.Typer(no_args_is_help=True, help="Deliveries: list, show, withdraw.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]
Source = Annotated[str, typer.Argument(help="The source's name.", metavar="SOURCE")]
Id = Annotated[str, typer.Argument(help="The delivery's id, such as 2026-01-20.", metavar="DELIVERY")]

STYLES = {"accepted": "green", "refused": "red", "stopped": "red", "kept aside": "red", "waiting": "yellow"}


@app.command("list")
def list_(
    source: Annotated[str | None, typer.Argument(help="Only this source.", metavar="[SOURCE]")] = None,
    as_of: Annotated[str | None, typer.Option(help="The deliveries that counted at the end of this day, UTC.")] = None,
    home: Home = None,
) -> None:
    """Every delivery and its state; with --as-of those that counted on a day."""
    settings, contracts = from_environment(home), load_all()
    if source is not None:
        _known(source)
    told = deliveries(settings, contracts, _end_of(as_of))
    rows = [_row(one) for one in told if source in (None, one.source)]
    if not rows:
        console.print("no delivery yet: put one into landing/<source>/<delivery>/, or run oeverum demo")
        return
    titles = ("source", "delivery", "state", "period", "rows in", "accepted", "refused", "warnings", "next")
    table(None, titles, rows, right=(4, 5, 6, 7))
    for one in late(settings, contracts) if as_of is None else ():
        if source in (None, one.source):
            console.print(
                Text(f"late: {one.source} came last on {one.last:%Y-%m-%d} and was due by {one.due:%Y-%m-%d}", "yellow")
            )


@app.command()
def show(source: Source, delivery: Id, home: Home = None) -> None:
    """All that is known of one delivery: counts by file and rule, and what to do next."""
    _known(source)
    found = [one for one in deliveries(from_environment(home), load_all()) if one.delivery == delivery]
    told = next((one for one in found if one.source == source), None)
    if told is None:
        fail(f"{source}/{delivery} is not known; see oeverum delivery list {source}")
        raise typer.Exit(2)
    facts: list[tuple[str, str]] = [("state", told.state)]
    if told.intake:
        period = told.intake.period
        facts += [
            ("created", f"{told.intake.created:%Y-%m-%d %H:%M} UTC"),
            ("period", f"{period.start} to {period.end}"),
            ("contract", told.intake.contract_version),
            ("rows in", f"{told.intake.rows_read:,} (told by the manifest: {told.intake.rows_told:,})"),
            ("accepted", f"{told.intake.rows_accepted:,}"),
            ("refused", f"{told.intake.rows_refused:,}"),
            ("warnings", f"{told.intake.rows_warned:,}"),
        ]
        if told.intake.corrects:
            facts.append(("corrects", ", ".join(told.intake.corrects)))
    if told.refusal:
        facts += [
            ("refused at", f"{told.refusal.at:%Y-%m-%d %H:%M} UTC"),
            ("expected", told.refusal.expected),
            ("found", told.refusal.found),
            ("to do", told.refusal.remedy),
        ]
    if told.withdrawal:
        facts.append(("withdrawn", f"{told.withdrawal.at:%Y-%m-%d %H:%M} UTC by {told.withdrawal.by}"))
        facts.append(("reason", told.withdrawal.reason))
    if told.next_step:
        facts.append(("next", told.next_step))
    table(f"{source}/{delivery}", ("", ""), facts)
    counts = told.refusal.by_rule if told.refusal else told.intake.by_rule if told.intake else ()
    if counts:
        console.print()
        rules = [(c.rule, c.column_name, c.severity, f"{c.rows:,}") for c in counts]
        table("Rules", ("rule", "column", "severity", "rows"), rules, right=(3,))
    if told.intake:
        console.print()
        files = [(p.file, f"{p.rows_read:,}", f"{p.rows_accepted:,}") for p in told.intake.parts]
        table("Files", ("file", "rows", "accepted"), files, right=(1, 2))


@app.command()
def withdraw(
    source: Source,
    delivery: Id,
    reason: Annotated[str, typer.Option(help="Why, in a few words without names or numbers of people.")],
    rebuild: Annotated[bool, typer.Option(help="Rebuild what it fed, and release anew.")] = True,
    home: Home = None,
) -> None:
    """Take a delivery back: from now on its rows do not count; what was known before stays known."""
    from oeverum.output import Steps
    from oeverum.step import exit_code
    from pseudonymisation.history import withdraw as take_back
    from pseudonymisation.lake import Lake
    from sandbox.audit import AuditLog, masked

    _known(source)
    settings = from_environment(home)
    if len(reason) > 200 or masked(reason) != reason:
        fail("the reason is too long, or holds what looks like a number or address of a person; say it in other words")
        raise typer.Exit(2)
    take_back(Lake(settings.lake), source, delivery, by=operator(), reason=reason)
    facts = {"source": source, "delivery": delivery, "reason": reason}
    AuditLog(settings.audit).append("delivery_withdrawn", actor=operator(), project="", **facts)
    console.print(f"{source}/{delivery} no longer counts")
    if not rebuild:
        console.print("what it fed stands until the next oeverum run")
        return
    from orchestration.road import travel

    steps = Steps()
    with steps.shown():
        done = travel(settings, started=steps.started, ended=steps.ended)
    raise typer.Exit(exit_code(done))


def _known(source: str) -> None:
    if source not in load_all():
        fail(f"no source is named so; those with a contract are {', '.join(load_all())}")
        raise typer.Exit(2)


def _row(told: Told) -> tuple[str | Text, ...]:
    intake = told.intake
    period = f"{intake.period.start} to {intake.period.end}" if intake else ""
    counts = (intake.rows_read, intake.rows_accepted, intake.rows_refused, intake.rows_warned) if intake else ()
    shown = [f"{count:,}" for count in counts] or [""] * 4
    state = Text(told.state, STYLES.get(told.state, "dim"))
    return told.source, told.delivery, state, period, *shown, told.next_step


def _end_of(day: str | None) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(datetime.strptime(day, "%Y-%m-%d").date(), time.max, UTC)
    except ValueError:
        fail("the day of --as-of is not one such as 2026-01-31")
        raise typer.Exit(2) from None
