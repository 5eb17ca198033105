"""What dbt knows of the lake: `dbt_project/models/staging/_sources.yml`, written from the source contracts.

Here: which columns of a contract reach the lake, under which name and type. Not here: the contracts
(`ingestion/contracts/`), what is done to a value (`pseudonymisation/treatment.py`), the views over the Parquet
files (`dbt_project/macros/lake.sql`).

    python -m orchestration.dbt_sources            write the file
    python -m orchestration.dbt_sources --check    fail when it is not what the contracts give
"""

import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "ingestion" / "contracts"
SOURCES = ROOT / "dbt_project" / "models" / "staging" / "_sources.yml"

HEADER = """\
# Written by `python -m orchestration.dbt_sources` from ingestion/contracts/: change the contract instead.
"""

LAKE_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}

PLATFORM_COLUMNS = [
    ("_row_number", "BIGINT", "Number of the row in its delivery, from 1."),
    ("_row_key", "BIGINT", "Key of the row among all rows of the source, of its delivery's id and its number in it."),
    ("_delivery", "VARCHAR", "Id of the delivery that brought the row."),
    ("_delivered_at", "TIMESTAMP", "When the delivery was created, UTC."),
]
NUMBER_KIND = (
    "_number_kind",
    "VARCHAR",
    "Kind of the person's number: cpr, regional_replacement, national_replacement or fictive.",
)


class ContractError(Exception):
    """A contract says something that the lake has no form for."""


def render_sources(contracts_dir: Path) -> str:
    """The text of `_sources.yml`: source `lake`, one table per contract, its columns as the lake holds them.

    Raises ContractError when a contract has no delivery mode or a type that the lake does not know.
    """
    paths = sorted(contracts_dir.glob("*.yaml"))
    tables = [_table(yaml.safe_load(path.read_text(encoding="utf-8")), path) for path in paths]
    source = {
        "name": "lake",
        "description": "The pseudonymised lake: one view per table over the accepted deliveries.",
        "schema": "lake",
        "config": {"freshness": None},
        "tables": tables,
    }
    body = yaml.safe_dump({"sources": [source]}, sort_keys=False, allow_unicode=True, width=110)
    return HEADER + body


def _table(contract: dict[str, Any], path: Path) -> dict[str, Any]:
    table = contract["schema"][0]
    mode = _custom(contract).get("deliveryMode")
    if mode not in ("full", "append", "upsert"):
        raise ContractError(f"{path.name}: expected deliveryMode full, append or upsert, found {mode}")
    kept = [p for p in table["properties"] if _reaches_lake(p)]
    subject = next((p["name"] for p in kept if _custom(p).get("pseudonym") == "person"), None)
    keys = sorted((p for p in kept if p.get("primaryKey")), key=lambda p: int(p["primaryKeyPosition"]))
    platform = PLATFORM_COLUMNS if subject is None else [NUMBER_KIND, *PLATFORM_COLUMNS]
    limits = contract.get("description", {}).get("limitations")
    text = f"{table['dataGranularityDescription']} {table['description']}"
    return {
        "name": table["name"],
        "description": f"{text} {limits}" if limits else text,
        "config": {"meta": {"delivery_mode": mode, "primary_key": [_lake_name(p, subject) for p in keys]}},
        "columns": [_column(p, table["name"], subject, path) for p in kept] + [_platform(*c) for c in platform],
    }


def _column(prop: dict[str, Any], table: str, subject: str | None, path: Path) -> dict[str, Any]:
    domain = _custom(prop).get("pseudonym")
    logical = prop["logicalType"]
    if logical not in LAKE_TYPES:
        known = ", ".join(LAKE_TYPES)
        raise ContractError(f"{path.name}: column {prop['name']} has type {logical}; the lake knows {known}")
    if domain:
        treatment = f"pseudonym:{domain}"
        description = f"Pseudonym ({domain}) of {prop['name']}: {prop['description']}"
    elif prop["classification"] == "free_text":
        treatment, description = "redacted", f"{prop['description']} Redacted."
    else:
        treatment, description = "kept", prop["description"]
    meta = {
        "classification": prop["classification"],
        "treatment": treatment,
        "origin": [f"{table}.{prop['name']}"],
    }
    return {
        "name": _lake_name(prop, subject),
        "data_type": "BIGINT" if domain else LAKE_TYPES[logical],
        "description": description,
        "config": {"meta": meta},
    }


def _platform(name: str, data_type: str, description: str) -> dict[str, Any]:
    meta = {"classification": "plain", "treatment": "platform", "origin": []}
    return {"name": name, "data_type": data_type, "description": description, "config": {"meta": meta}}


def _reaches_lake(prop: dict[str, Any]) -> bool:
    return prop["classification"] != "identifier" or "pseudonym" in _custom(prop)


def _lake_name(prop: dict[str, Any], subject: str | None) -> str:
    """The first person of a table is the one whom its rows are about; others keep the name of their column."""
    return "person_id" if prop["name"] == subject else str(prop["name"])


def _custom(thing: dict[str, Any]) -> dict[str, str]:
    return {p["property"]: p["value"] for p in thing.get("customProperties", [])}


def main(arguments: list[str]) -> int:
    """Write `_sources.yml`, or with `--check` compare it: 0 when it is as the contracts say, else 1."""
    text = render_sources(CONTRACTS)
    if arguments == ["--check"]:
        if SOURCES.is_file() and SOURCES.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(f"{SOURCES.name} is not what the contracts give; run python -m orchestration.dbt_sources\n")
        return 1
    temporary = SOURCES.with_name(f".{SOURCES.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(SOURCES)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
