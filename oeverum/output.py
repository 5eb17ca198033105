"""How the command line looks: one line per step while it works, tables at the end, errors in one line."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from oeverum.step import Step

Format = Literal["table", "csv", "json", "parquet"]
MARKS = {
    "done": ("✓", "green"),
    "already there": ("·", "dim"),
    "refused": ("✗", "red"),
    "failed": ("✗", "red"),
}
SHOWN_ROWS = 40

# The process's own output: while a job runs, what its tools print is kept out of the way.
console = Console(highlight=False, file=sys.__stdout__)
errors = Console(stderr=True, highlight=False)


class Steps:
    """Tells steps as they come: a moving line while one is under way (in a terminal), a fixed one when it is over."""

    def __init__(self) -> None:
        self._status: Status | None = None

    @contextmanager
    def shown(self) -> Iterator["Steps"]:
        """Show the moving line inside the block."""
        self._status = console.status("") if console.is_terminal else None
        if self._status:
            self._status.start()
        try:
            yield self
        finally:
            if self._status:
                self._status.stop()

    def started(self, zone: str, subject: str) -> None:
        """A step begins."""
        if self._status:
            self._status.update(Text(f"{zone}  {subject} ..."))

    def ended(self, step: Step) -> None:
        """A step is over."""
        mark, style = MARKS[step.outcome]
        detail = f"already there: {step.detail}" if step.outcome == "already there" else step.detail
        line = Text.assemble(
            (f" {mark} ", style), (f"{step.zone:<11}", "bold"), f"{step.subject:<31} ", (detail, style)
        )
        if step.seconds >= 0.05:
            line.append(f"  {step.seconds:.1f} s", "dim")
        console.print(line, soft_wrap=True)


def line_of(error: Exception) -> str:
    """The line of an error; before that of a result that is not shown stands the rule, as the documentation has it."""
    rule = getattr(error, "rule", None)
    return f"{rule}: {error}" if rule else str(error)


def fail(line: str) -> None:
    """One line about what went wrong, on standard error."""
    errors.print(Text.assemble(("oeverum: ", "bold red"), line), soft_wrap=True)


def table(
    title: str | None, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, right: Sequence[int] = ()
) -> None:
    """A table of texts and numbers; the columns numbered in `right` stand to the right."""
    shown = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for number, name in enumerate(columns):
        justify: Literal["left", "right"] = "right" if number in right else "left"
        shown.add_column(name, justify=justify, no_wrap=number == 0 or number in right, overflow="fold")
    for row in rows:
        shown.add_row(*(Text("" if value is None else str(value)) for value in row))
    console.print(shown)


def result(rows: pa.Table, form: Format, out: Path | None = None) -> None:
    """The result of a query: a table for the eye (its first rows), or all rows as CSV, JSON lines or Parquet."""
    if form == "parquet":
        if out is None:
            raise ValueError("parquet goes to a file; name it with --out")
        pq.write_table(rows, out)
        return
    if form == "table":
        numbers = [i for i, field in enumerate(rows.schema) if _is_number(field.type)]
        head = rows.slice(0, SHOWN_ROWS)
        body = [[_shown(value) for value in row.values()] for row in head.to_pylist()]
        table(None, rows.column_names, body, right=numbers)
        if rows.num_rows > SHOWN_ROWS:
            console.print(f"{SHOWN_ROWS} of {rows.num_rows:,} rows; all of them with --format csv", style="dim")
        return
    text = io.StringIO()
    if form == "csv":
        writer = csv.writer(text)
        writer.writerow(rows.column_names)
        writer.writerows(row.values() for row in rows.to_pylist())
    else:
        for row in rows.to_pylist():
            text.write(json.dumps(row, default=str, ensure_ascii=False) + "\n")
    if out is None:
        sys.stdout.write(text.getvalue())
    else:
        out.write_text(text.getvalue(), encoding="utf-8")


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "" if value is None else str(value)


def _is_number(type_: pa.DataType) -> bool:
    return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_))
