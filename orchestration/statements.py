"""The statements that built a warehouse, kept in it, so that they can build some of its people again without dbt.

dbt compiles every model to one select; its text is the same whoever's rows the lake shows. So the texts of a build of
everybody are put into its warehouse file as `platform.statement`, in the order in which they can run.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

POPULATION_WIDE = "population_wide"


@dataclass(frozen=True, slots=True)
class Statement:
    """One select: of a `table` or `view` (`name` is schema and table), or of a `test`, whose rows are what does not
    hold; `wide` are seeds and tables that are about everybody at once, which are not built for few. `reads` are the
    tables, also those of the lake, from which it selects.
    """

    kind: str
    name: str
    reads: tuple[str, ...]
    sql: str


def compiled(manifest: Path) -> list[Statement]:
    """The statements of what dbt built, every one after whatever it reads; without tests that it was told to leave
    out, and those of what is wide.

    `manifest` is the one that dbt wrote when it built.
    """
    told = json.loads(manifest.read_text(encoding="utf-8"))
    nodes = {key: node for key, node in told["nodes"].items() if node["resource_type"] != "operation"}
    known = nodes | told["sources"]
    order = TopologicalSorter({key: known.keys() & node["depends_on"].get("nodes", []) for key, node in nodes.items()})
    statements = (_statement(nodes[key], known) for key in order.static_order() if key in nodes)
    wide = {_table(node) for node in nodes.values() if _is_wide(node)}
    return [each for each in statements if each.kind != "test" or (each.sql and not wide.intersection(each.reads))]


def keep(connection: duckdb.DuckDBPyConnection, statements: Iterable[Statement]) -> None:
    """Put the statements of a build of everybody into its warehouse."""
    connection.execute(
        "create or replace table platform.statement "
        "(position integer, kind varchar, name varchar, reads varchar[], sql varchar)"
    )
    rows = [(position, each.kind, each.name, list(each.reads), each.sql) for position, each in enumerate(statements)]
    connection.executemany("insert into platform.statement values (?, ?, ?, ?, ?)", rows)


def kept(connection: duckdb.DuckDBPyConnection) -> list[Statement]:
    """The statements of a warehouse, in their order."""
    rows = connection.execute("select kind, name, reads, sql from platform.statement order by position").fetchall()
    return [Statement(kind, name, tuple(reads), sql) for kind, name, reads, sql in rows]


def _statement(node: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Statement:
    """Of a node that dbt compiled. Relations are told without the database: it is called otherwise next time."""
    reads = tuple(sorted(_table(known[key]) for key in node["depends_on"].get("nodes", []) if key in known))
    sql = node.get("compiled_code", "").replace(f'"{node["database"]}".', "")
    if node["resource_type"] == "test":
        return Statement("test", node["name"], reads, sql)
    return Statement("wide" if _is_wide(node) else node["config"]["materialized"], _table(node), reads, sql)


def _is_wide(node: Mapping[str, Any]) -> bool:
    return node["resource_type"] == "seed" or POPULATION_WIDE in node["config"].get("tags", [])


def _table(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['name']}"
