"""Commands about quality: measure the warehouse, show what was found, explain a rule."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oeverum.output import console, fail, table
from oeverum.settings import Settings, from_environment
from sandbox.errors import GateFailed

if TYPE_CHECKING:
    from ingestion.zone import Intake
    from quality.expectation import Expectation, TableExpectations
    from quality.gate import GateResult
    from quality.record import Record
    from quality.release_report import Report

app = typer.Typer(no_args_is_help=True, help="What must hold: run, report, explain, compare.")

Home = Annotated[Path | None, typer.Option(help="The folder with all zones; default OEVERUM_HOME, else ./data.")]

EARLIER = 6  # How many editions of the warehouse are told of.
MONTHS = 12  # How many months are told of.
WRONG_USE = 2


@app.command()
def run(home: Home = None) -> None:
    """Measure every expectation on the warehouse as it is, keep the record, and ask the gate."""
    from orchestration.measuring import decision, measure_warehouse
    from orchestration.warehouse import Warehouse

    settings = from_environment(home)
    record = measure_warehouse(settings)
    _show(decision(settings, Warehouse(settings.warehouse).built()), record)


@app.command()
def report(
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("quality.html"),
    delivery: Annotated[
        str | None, typer.Option(help="Of one delivery alone, such as lpr_a_kontakt/2026-01-20.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON instead.")] = False,
    home: Home = None,
) -> None:
    """What the newest record found, as a page of its own, by month where rows have one."""
    from orchestration.measuring import decision
    from orchestration.warehouse import Warehouse
    from quality.record import Records
    from quality.report import html

    settings = from_environment(home)
    if delivery:
        of_delivery = _of_delivery(settings, delivery)
        if as_json:
            console.print_json(json.dumps(of_delivery.json))
        else:
            _write(out, of_delivery.html)
            console.print(f"{delivery} in {out}", soft_wrap=True)
        return
    result = decision(settings, Warehouse(settings.warehouse).built())
    record = Records(settings.measures).newest()
    if as_json:
        console.print_json(json.dumps(result.report))
    else:
        _write(out, html(result, title="Quality of the warehouse", record=record))
        console.print(f"{len(result.verdicts):,} expectations in {out}", soft_wrap=True)
    _end(result)


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(help="Such as 05.15, or lpr_a_kontakt/05.15.", metavar="RULE")],
    home: Home = None,
) -> None:
    """What a rule asks and why, how it is counted, what was found last and before, and how to see the rows."""
    from orchestration.resources import EXPECTATIONS
    from quality.expectation import load_all
    from quality.record import Records

    found = [
        (of_table, expectation)
        for of_table in load_all(EXPECTATIONS).values()
        for expectation in of_table.expectations
        if rule in (expectation.id, f"{of_table.table}/{expectation.id}")
    ]
    if not found:
        fail(f"there is no rule {rule}; docs/reference/rules.md and docs/reference/marts/ name all")
        raise typer.Exit(WRONG_USE)
    records = Records(from_environment(home).measures).by_edition(EARLIER)
    for of_table, expectation in found:
        _explain(of_table, expectation, records)


@app.command()
def compare(
    mart: Annotated[
        str | None, typer.Argument(help="Such as hospital_stay; all when not given.", metavar="[MART]")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="A file for the suites and results of Great Expectations, as JSON.")
    ] = None,
    home: Home = None,
) -> None:
    """A second opinion: what Great Expectations counts on the rows themselves, beside what the measuring counts."""
    from orchestration.measuring import compare_warehouse
    from quality.errors import MeasureError

    if keep and not keep.parent.is_dir():
        fail(f"there is no folder {keep.parent}; name another file with --keep")
        raise typer.Exit(WRONG_USE)
    compared = compare_warehouse(from_environment(home), mart, keep=keep)
    asked = [one for one in compared if one.second is not None]
    rows = [
        (one.name, f"{one.rows:,}", f"{one.failing:,}", f"{one.second:,}", "differs" if one.differs else "")
        for one in asked
    ]
    table("Failing rows", ("rule", "rows", "measured", "Great Expectations", ""), rows, right=(1, 2, 3))
    differing = sum(one.differs for one in asked)
    console.print(
        f"{len(asked) - differing:,} of {len(asked):,} are counted alike; "
        f"{len(compared) - len(asked):,} are queries of ours, of which it is not asked"
    )
    if differing:
        fail(
            f"{differing:,} are counted otherwise by Great Expectations; see the rows with oeverum quality explain RULE"
        )
        raise typer.Exit(MeasureError.exit_code)


def _of_delivery(settings: Settings, name: str) -> "Report":
    """The report of one delivery."""
    from ingestion.contract import load_all as contracts
    from oeverum.deliveries import deliveries
    from orchestration.resources import EXPECTATIONS
    from quality.delivery_report import delivery_report
    from quality.expectation import load_all
    from quality.record import Records

    source, _, delivery = name.partition("/")
    known = contracts()
    taken = [one for one in deliveries(settings, known) if (one.source, one.delivery) == (source, delivery)]
    intakes = [one.intake for one in taken if one.intake]
    if not intakes:
        fail(f"there is no delivery {name} whose rows were taken in; see oeverum delivery list")
        raise typer.Exit(WRONG_USE)
    return delivery_report(
        source,
        delivery,
        of_table=load_all(EXPECTATIONS).get(source),
        record=Records(settings.measures).newest(),
        intake=[
            (count.rule, count.column_name, count.severity, count.rows)
            for intake in intakes
            for count in intake.by_rule
        ],
        flow=[step for intake in intakes for step in _flow(intake)],
        limitations=" ".join(known[source].limitations.split()),
    )


def _flow(intake: "Intake") -> list[dict[str, str | int]]:
    """What became of the rows of a delivery."""
    return [
        {"told": "in the files", "people": intake.rows_read, "left_out": 0},
        {"told": "accepted", "people": intake.rows_accepted, "left_out": intake.rows_refused},
    ]


def _write(out: Path, page: str) -> None:
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}; name another file with --out")
        raise typer.Exit(WRONG_USE) from None


def _show(result: "GateResult", record: "Record") -> None:
    """What does not hold, and the decision."""
    from quality.figure import borne, figure

    bad = [verdict for verdict in result.verdicts if not verdict.passed]
    if bad:
        rows = [
            (
                v.name,
                v.severity,
                f"{v.failing:,}",
                figure(v),
                borne(v),
                v.title,
            )
            for v in sorted(bad, key=lambda v: (v.severity, v.table))
        ]
        headings = ("rule", "severity", "failing", "figure", "borne", "what it asks")
        table("What does not hold", headings, rows, right=(2, 3, 4))
    unseen = sum(not verdict.seen for verdict in result.verdicts)
    held = len(result.verdicts) - len(bad) - unseen
    gate = "open" if result.passed else "closed"
    few = f", {unseen:,} could not be seen" if unseen else ""
    console.print(
        f"{held:,} of {len(result.verdicts):,} hold{few}; the gate is {gate}; measured {record.measured_at:%F %T}"
    )
    for one in result.overridden:
        line = f"overridden until {one.until} by {' and '.join(one.by)}: {one.expectation}"
        console.print(line, soft_wrap=True, markup=False)
    _end(result)


def _end(result: "GateResult") -> None:
    """Tell why the gate is closed, with the exit code of that."""
    if not result.passed:
        fail(f"the gate is closed: {'; '.join(result.failures)}")
        raise typer.Exit(GateFailed.exit_code)


def _explain(of_table: "TableExpectations", expectation: "Expectation", records: "list[Record]") -> None:
    from quality.expectation import OverTime
    from quality.figure import figure, percent
    from quality.measure import by_delivery, rows_that_fail
    from quality.months import by_month
    from quality.series import series_statement

    name = f"{of_table.table}/{expectation.id}"
    console.print(f"\n{name}: {expectation.title}", style="bold", soft_wrap=True, markup=False)
    console.print(f"{expectation.why} Source: {expectation.source}. Owner: {of_table.owner}.", soft_wrap=True)
    borne = " or ".join(
        told
        for told in (
            f"{percent(expectation.max_share)} of the rows" if expectation.max_share else "",
            f"{expectation.max_failing:,} rows" if expectation.max_failing else "",
            expectation.limits if isinstance(expectation, OverTime) else "",
        )
        if told
    )
    blocks = "blocks a release" if expectation.severity == "error" else "is a warning"
    console.print(f"What fails it {blocks}; borne: {borne or 'none'}.")
    told = [(record, measure) for record in records if (measure := record.of(of_table.table, expectation.id))]
    if told:
        rows = [
            (f"{record.measured_at:%F %T}", f"{measure.rows:,}", f"{measure.failing:,}", figure(measure))
            for record, measure in told
        ]
        table("Measured", ("when, UTC", "rows", "failing", "figure"), rows, right=(1, 2, 3))
        if deliveries := list(by_delivery([measure for _, measure in told]).items())[-EARLIER:]:
            rows = [(name, f"{one.rows:,}", f"{one.failing:,}", figure(one)) for name, one in deliveries]
            table("By delivery", ("delivery", "rows", "failing", "figure"), rows, right=(1, 2, 3))
        if months := by_month(told[0][1].months)[-MONTHS:]:
            rows = [(month, f"{rows:,}", f"{failing:,}", percent(failing / rows)) for month, rows, failing in months]
            table("By month", ("month", "rows", "failing", "share"), rows, right=(1, 2, 3))
    if sql := rows_that_fail(of_table, expectation):
        console.print("\nThe rows, for those who may open warehouse/cohort.duckdb:")
        console.print(sql, soft_wrap=True, markup=False, highlight=False)
    elif isinstance(expectation, OverTime):
        console.print("\nHow it is seen:")
        console.print(series_statement(of_table, expectation).strip(), soft_wrap=True, markup=False, highlight=False)
    elif how := getattr(expectation, "sql", None):
        console.print("\nHow it is counted:")
        console.print(how, soft_wrap=True, markup=False, highlight=False)
