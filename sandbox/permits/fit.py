"""Whether a permit fits the warehouse: that there is every table, column and value that it names."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from sandbox.permits.model import Condition, Permit
from sandbox.tables import KEY_DOMAINS, PERSON, REMEDIES, SCHEMA, TELLS_MOVE, TIMES, suits


def problems(permit: Permit, warehouse: Path) -> list[str]:
    """What in the permit does not fit the warehouse, one line each; empty when all of it fits."""
    if not warehouse.is_file():
        return ["warehouse: expected one to check against, found none; run the platform once first"]
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns where table_schema = ?", [SCHEMA]
        ).fetchall()
    types: dict[str, dict[str, str]] = {}
    for table, column, data_type in rows:
        types.setdefault(table, {})[column] = data_type
    return mismatches(permit, types)


def mismatches(permit: Permit, types: Mapping[str, Mapping[str, str]]) -> list[str]:
    """As `problems`, against tables given as {table: {column: DuckDB type}}."""
    return list(_mismatches(permit, types))


def _mismatches(permit: Permit, types: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for number, member in enumerate(permit.population):
        field = f"population.{number}"
        if member.table not in types or member.table not in TIMES:
            yield f"{field}.in: no table {member.table}; choose from {', '.join(TIMES)}"
            continue
        yield from _conditions(member.where, types[member.table], permit, field=field, table=member.table)
    for table, request in permit.tables.items():
        if table not in types or table not in TIMES:
            yield f"tables.{table}: no such table; choose from {', '.join(TIMES)}"
            continue
        for column in request.columns:
            if column not in types[table]:
                yield f"tables.{table}.columns: {table} has no column {column}; choose from {_choice(types[table])}"
            elif column.endswith("_id") and column not in KEY_DOMAINS:
                yield f"tables.{table}.columns: {column} has no project key; leave it out"
            elif permit.dates == "shifted" and column in TELLS_MOVE.get(table, ()):
                yield f"tables.{table}.columns: with dates: shifted, {column} tells how far people move; leave it out"
        yield from _conditions(request.where, types[table], permit, field=f"tables.{table}", table=table)


def _conditions(
    where: tuple[Condition, ...], types: Mapping[str, str], permit: Permit, *, field: str, table: str
) -> Iterator[str]:
    for number, condition in enumerate(where):
        at = f"{field}.where.{number}"
        found = types.get(condition.column)
        if found is None:
            yield f"{at}.column: {table} has no column {condition.column}; choose from {_choice(types)}"
        elif permit.dates == "shifted" and found in {"DATE", "TIMESTAMP"} and condition.column != "birth_date":
            yield f"{at}.column: with dates: shifted, a condition on days shows how far people are moved; use period"
        elif condition.op == "starts_with" and found != "VARCHAR":
            yield f"{at}.op: {condition.column} is {found}, and starts_with is for VARCHAR; use between or ="
        elif found == "BOOLEAN" and condition.op not in {"=", "!="}:
            yield f"{at}.op: {condition.column} is BOOLEAN; use = or !="
        elif not all(suits(value, found) for value in condition.values):
            yield f"{at}.value: {condition.column} is {found}; {REMEDIES.get(found, 'choose another column')}"


def _choice(types: Mapping[str, str]) -> str:
    return ", ".join(column for column in types if column != PERSON)
