"""The expectations of the marts themselves: each holds on sound rows, and each finds the fault that is planted for it."""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from quality.errors import MeasureError
from quality.expectation import (
    Accepted,
    Condition,
    Expectation,
    NotNull,
    References,
    RowCount,
    TableExpectations,
    Unique,
    load_all,
)
from quality.measure import measure, measure_all
from tests.unit.quality_faults import FAULTS
from tests.unit.quality_warehouse import COLUMNS, build

EXPECTED = load_all(Path(__file__).parents[2] / "quality" / "expectations")


def required(expectation: Expectation) -> list[str]:
    """The columns that a `required_present` names."""
    return re.findall(r"t\.(\w+) is not null", expectation.sql) if isinstance(expectation, Condition) else []


def planted(table: str, expectation: Expectation) -> tuple[str, int]:
    """What breaks an expectation, and how many rows then fail it."""
    first = f"where rowid = (select min(rowid) from marts.{table})"
    match expectation:
        case NotNull(column=column):
            return f"update marts.{table} set {column} = null {first}", 1
        case Unique():
            return f"insert into marts.{table} select * from marts.{table} {first}", 1
        case Accepted(column=column):
            return f"update marts.{table} set {column} = 'another' {first}", 1
        case References(column=column):
            return f"update marts.{table} set {column} = 999 {first}", 1
        case RowCount():
            return f"delete from marts.{table}", 1
        case Condition(id="required_present"):
            return f"update marts.{table} set {required(expectation)[0]} = null {first}", 1
        case Condition(sql=sql) if table == "lab_result" and (code := re.search(r"npu_code <> '(\w+)'", sql)):
            return f"update marts.lab_result set result_value = 1e6 where npu_code = '{code[1]}'", len(
                [row for row in ["a"] if row]
            )
        case _:
            return FAULTS[f"{table}/{expectation.id}"]
