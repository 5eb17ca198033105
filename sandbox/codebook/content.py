"""The codebook of a release: every table and column, what it means, whence it comes, how much is missing.

Here: what the codebook says, as data. Its page for people is made in `page.py`; the meanings and origins are
those of the dbt project (`dbt_project/models/marts/*.yml`) and of the source contracts, read from dbt's manifest.
Of the rows it tells, in every tier alike, how much is missing, a band of how many different ones there are, and
how people are spread over them (`counting.py`). No value stands in it that fewer people have than may
be told of.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sandbox.codebook.counting import told_of_columns
from sandbox.codebook.different import FEW
from sandbox.codebook.page import page
from sandbox.codebook.roads import roads
from sandbox.disclosure.rules import about
from sandbox.errors import ReleaseError
from sandbox.permits.model import LEAST_CELL, Permit
from sandbox.tables import KEY_DOMAINS, SCHEMA, SUBJECT, TIMES

# Arrow's names of the types of a release, as DuckDB tells them.
TYPES = {
    "string": "VARCHAR",
    "bool": "BOOLEAN",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "date32[day]": "DATE",
    "timestamp[us]": "TIMESTAMP",
}
SUBJECT_MEANING = (
    "Pseudonym of the person in this project, 12 characters. The same person has the same one in every table and every "
    "release of the project, and another one in every other project."
)


class TableLike(Protocol):
    """One Parquet file of a release. `columns` are (name, Arrow type), `window` the days [from, to) of its rows."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def file(self) -> str: ...  # noqa: D102
    @property
    def rows(self) -> int: ...  # noqa: D102
    @property
    def columns(self) -> Sequence[tuple[str, str]]: ...  # noqa: D102
    @property
    def window(self) -> tuple[str, str] | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Codebook:
    """The codebook as data for programs and as a page for people."""

    json: dict[str, Any]
    html: str


def build_codebook(
    *,
    permit: Permit,
    tables: Sequence[TableLike],
    flow: Sequence[Mapping[str, Any]],
    folder: Path,
    key: bytes,
    release: str,
    created: datetime,
    dbt_manifest: Mapping[str, Any],
) -> Codebook:
    """The codebook of the Parquet files in `folder`, which are read with the key of the release.

    `dbt_manifest` is dbt's parsed manifest.json; its models of schema `marts` say what a column means and where it
    comes from. Raises ReleaseError when it does not know a table or a column of the release.
    """
    models = {
        node["name"]: node
        for node in dbt_manifest["nodes"].values()
        if node.get("resource_type", "model") == "model" and node.get("schema") == SCHEMA
    }
    sources = {node["name"]: node for node in dbt_manifest.get("sources", {}).values()}
    least = max(permit.small_cell_threshold, LEAST_CELL)
    described = [_table(table, models, folder=folder, key=key, least=least) for table in tables]
    uses: dict[str, list[str]] = {}
    for table in described:
        for column in table["columns"]:
            if column["name"] in KEY_DOMAINS:
                uses.setdefault(KEY_DOMAINS[column["name"]], []).append(f"{table['name']}.{column['name']}")
    for table in described:
        for column in table["columns"]:
            own = f"{table['name']}.{column['name']}"
            domain = KEY_DOMAINS.get(column["name"], "")
            column["joins"] = [use for use in uses.get(domain, []) if use != own]
    queries = _queries(described)
    steps = [dict(step) for step in flow]
    if permit.tier == "company":
        _tell_about(described, steps, least)
    used = sorted({name for table in described for column in table["columns"] for name in column["origin"]})
    book: dict[str, Any] = {
        "project": permit.project,
        "title": permit.title.strip(),
        "purpose": " ".join(permit.purpose.split()),
        "legal_basis": " ".join(permit.legal_basis.split()),
        "controller": permit.controller,
        "contact": permit.contact,
        "tier": permit.tier,
        "permit": {"version": permit.version, "from": _day(permit.valid_from), "to": _day(permit.valid_to)},
        "period": {"from": _day(permit.period.start), "to": _day(permit.period.end)} if permit.period else None,
        "dates": permit.dates,
        "least_people": least,
        "release": release,
        "created": created.isoformat(timespec="seconds"),
        "flow": steps,
        "counts": "about" if permit.tier == "company" else "exact",
        "tables": described,
        "sources": _sources(used, sources),
        "queries": queries,
        "how_to_ask": roads(project=permit.project, release=release, sql=queries[0]["sql"]),
    }
    return Codebook(json=book, html=page(book))


def _tell_about(tables: list[dict[str, Any]], flow: list[dict[str, Any]], least: int) -> None:
    """Where nobody sees rows, no count of a release is told exactly: beside that of the next it would tell of few."""
    for table in tables:
        table["rows"] = about(table["rows"], least)
    for step in flow:
        step |= {name: about(step[name], least) for name in ("people", "left_out") if step[name] is not None}


def _day(day: object) -> str | None:
    return str(day) if day else None


def _table(table: TableLike, models: Mapping[str, Any], *, folder: Path, key: bytes, least: int) -> dict[str, Any]:
    model = models.get(table.name)
    if model is None:
        raise ReleaseError(
            f"{table.name}: expected its meaning in dbt's manifest, found none; parse the dbt project, release again"
        )
    documented = {name.lower(): column for name, column in model["columns"].items()}
    names = [name for name, _ in table.columns]
    said = {name: _meta(documented.get(name, {})) if name != SUBJECT else {} for name in names}
    told = told_of_columns(
        folder / table.file,
        key=key,
        columns=table.columns,
        coded={name for name, meta in said.items() if meta.get("code_list")},
        never_missing={name for name in names if _never_null(documented.get(name))},
        least=least,
    )
    grain, about, steps = _parts(model.get("description") or "")
    columns = []
    for name, arrow_type in table.columns:
        meaning, origin, note = _meaning(table.name, name, documented)
        columns.append(
            {
                "name": name,
                "type": TYPES.get(arrow_type, arrow_type.upper()),
                "meaning": meaning,
                "origin": origin,
                "origin_note": note,
                "unit": str(said[name].get("unit") or ""),
                "code_list": str(said[name].get("code_list") or ""),
                **told[name],
            }
        )
    return {
        "name": table.name,
        "file": table.file,
        "rows": table.rows,
        "grain": grain,
        "about": about,
        "steps": steps,
        "time": TIMES.get(table.name, ""),
        "window": {"from": table.window[0], "to": table.window[1]} if table.window else None,
        "columns": columns,
    }


def _meaning(table: str, name: str, documented: Mapping[str, Any]) -> tuple[str, list[str], str]:
    """Meaning, origins such as `bef.foed_dag`, and a note for a column without one."""
    if name == SUBJECT:
        return SUBJECT_MEANING, _origin(documented.get("person_id", {}))[0], ""
    column = documented.get(name)
    if column is None or not column.get("description"):
        raise ReleaseError(
            f"{table}.{name}: expected its meaning in dbt's manifest, found none; describe it in the model's YAML, "
            "parse the dbt project, release again"
        )
    meaning = " ".join(column["description"].split())
    if name in KEY_DOMAINS:
        meaning = f"{meaning} Its keys are this project's own."
    return meaning, *_origin(column)


def _origin(column: Mapping[str, Any]) -> tuple[list[str], str]:
    meta = _meta(column)
    origin = meta.get("origin") or []
    return [origin] if isinstance(origin, str) else list(origin), str(meta.get("note") or "")


def _meta(column: Mapping[str, Any]) -> dict[str, Any]:
    return {**(column.get("meta") or {}), **((column.get("config") or {}).get("meta") or {})}


def _parts(description: str) -> tuple[str, str, list[str]]:
    """A model's description as its grain (the first sentence), the rest, and its numbered steps."""
    text = " ".join(description.split())
    text, _, told = text.partition("Steps: ")
    grain, stop, about = text.strip().partition(". ")
    steps = []
    number = 1
    while told:
        _, _, rest = told.partition(f"({number}) ")
        step, _, _ = rest.partition(f"({number + 1}) ")
        if not step:
            break
        steps.append(step.strip())
        number, told = number + 1, rest[len(step) :]
    return (grain + stop.strip()) if stop else grain, about.strip(), steps


def _never_null(column: Mapping[str, Any] | None) -> bool:
    """Whether the mart's contract keeps a column from missing, whatever the rows are."""
    return any(one.get("type") == "not_null" for one in (column or {}).get("constraints") or ())


def _sources(used: Iterable[str], sources: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sources that the release's columns come from, each with the columns that are used and what they are."""
    found: dict[str, dict[str, Any]] = {}
    for origin in used:
        name, _, column = origin.partition(".")
        node = sources.get(name, {})
        source = found.setdefault(
            name, {"name": name, "description": " ".join((node.get("description") or "").split()), "columns": []}
        )
        described = next(
            (each for each in (node.get("columns") or {}).values() if origin in _origin(each)[0]),
            (node.get("columns") or {}).get(column, {}),
        )
        meaning = " ".join((described.get("description") or "").split())
        source["columns"].append({"name": column, "meaning": meaning})
    return list(found.values())


def _queries(tables: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """First queries that run on this very release."""
    with_rows = [table for table in tables if table["rows"]] or tables
    names = {table["name"]: {column["name"]: column for column in table["columns"]} for table in with_rows}
    # Of another table the longest: a company is told nothing of few people.
    first = "person" if "person" in names else max(with_rows, key=lambda table: table["rows"])["name"]
    found = [{"title": "How many people are there?", "sql": f"select count(distinct {SUBJECT}) as people from {first}"}]
    people = {"person", "cohort_membership", "residence"}
    others = [name for name in names if name != first]
    other = next((name for name in others if name not in people), next(iter(others), None))
    if other:
        by = next((name for name in names[first] if name != SUBJECT and names[first][name]["distinct"] == FEW), None)
        chosen, group = (f"{first}.{by}, ", f"\ngroup by {first}.{by}\norder by {first}.{by}") if by else ("", "")
        found.append(
            {
                "title": f"Two tables of one person: {other} beside {first}",
                "sql": f"select {chosen}count(*) as {other}_rows,"
                f"\n       count(distinct {other}.{SUBJECT}) as people\n"
                f"from {other}\njoin {first} using ({SUBJECT}){group}",
            }
        )
    for name, columns in names.items():
        times = [column for column in columns if columns[column]["type"] in {"DATE", "TIMESTAMP"}]
        if name not in people and times:
            found.append(
                {
                    "title": f"Rows of {name} in each year",
                    "sql": f"select year({times[0]}) as year, count(*) as rows\n"
                    f"from {name}\ngroup by all\norder by year",
                }
            )
            break
    return found
