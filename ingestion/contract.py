"""Source contracts: what a supplier promises, read from Open Data Contract Standard (v3.1) files.

One file per source lies in `ingestion/contracts/`. It drives reading, checking, pseudonymisation and the
documentation. Rows are checked in `ingestion/rules.py`; deliveries are found in `ingestion/delivery.py`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml

from ingestion.errors import ContractError

CONTRACTS = Path(__file__).parent / "contracts"

LogicalType = Literal["string", "integer", "number", "date", "timestamp"]
Classification = Literal["identifier", "quasi_identifier", "sensitive", "free_text", "plain"]
DeliveryMode = Literal["full", "append", "upsert"]
FileFormat = Literal["csv", "parquet"]

LOGICAL_TYPES = ("string", "integer", "number", "date", "timestamp")
CLASSIFICATIONS = ("identifier", "quasi_identifier", "sensitive", "free_text", "plain")
MODES = ("full", "append", "upsert")
ENCODINGS = ("latin-1", "utf-8")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a source.

    `pseudonym` names the key domain of an identifier that is kept as a pseudonym ("person" for CPR numbers);
    an identifier without one is dropped. `redact_as` says what a dropped identifier is, so that free text of
    the same row can be cleared of it.
    """

    name: str
    logical_type: LogicalType
    classification: Classification
    description: str
    required: bool = False
    key_position: int | None = None
    valid_values: tuple[str | int, ...] = ()
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    check_as: str | None = None
    pseudonym: str | None = None
    redact_as: str | None = None


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule over several columns of one row: a DuckDB expression that must not be false."""

    id: str
    description: str
    expression: str


@dataclass(frozen=True)
class Contract:
    """What one source promises: its columns in order, its delivery mode and its format."""

    source: str
    title: str
    version: str
    domain: str
    purpose: str
    limitations: str
    grain: str
    mode: DeliveryMode
    file_format: FileFormat
    encoding: str
    delimiter: str
    decimal: str
    frequency_days: int
    columns: tuple[Column, ...]
    row_rules: tuple[RowRule, ...]

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key in order; empty when the source has none."""
        keyed = [(column.key_position, column.name) for column in self.columns if column.key_position]
        return tuple(name for _, name in sorted(keyed))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides what becomes of a row; texts for people do not count."""
        form = (self.mode, self.file_format, self.encoding, self.delimiter, self.decimal)
        columns = [replace(column, description="") for column in self.columns]
        rules = [(rule.id, rule.expression) for rule in self.row_rules]
        return hashlib.sha256(repr((form, columns, rules)).encode("utf-8")).hexdigest()


def load_all(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """All contracts of a folder by source, in the order of their names."""
    contracts = [load(path) for path in sorted(folder.glob("*.yaml"))]
    if not contracts:
        raise ContractError(f"{folder} holds no contract; expected one <source>.yaml per source")
    return {contract.source: contract for contract in contracts}


def load(path: Path) -> Contract:
    """One contract.

    Raises ContractError, naming the file and the field, when the platform cannot act on it.
    """
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        contract = _contract(document)
    except (KeyError, IndexError, TypeError) as error:
        raise ContractError(f"{path.name}: the field {error} is missing or has the wrong form") from error
    except ContractError as error:
        raise ContractError(f"{path.name}: {error}") from error
    if contract.source != path.stem:
        raise ContractError(f"{path.name}: id is {contract.source}; name the file {contract.source}.yaml")
    return contract


def _contract(document: Mapping[str, Any]) -> Contract:
    schema = document["schema"][0]
    settings = _custom(document)
    return Contract(
        source=document["id"],
        title=document["name"],
        version=document["version"],
        domain=document["domain"],
        purpose=document["description"]["purpose"],
        limitations=document["description"]["limitations"],
        grain=schema["dataGranularityDescription"],
        mode=_one_of("deliveryMode", settings["deliveryMode"], MODES),
        file_format=_one_of("format", settings["format"], ("csv", "parquet")),
        encoding=_one_of("encoding", settings.get("encoding", "utf-8"), ENCODINGS),
        delimiter=settings.get("delimiter", ";"),
        decimal=settings.get("decimal", "."),
        frequency_days=int(document["slaProperties"][0]["value"]),
        columns=tuple(_column(entry) for entry in schema["properties"]),
        row_rules=tuple(
            # The rules of LPR3 have a dot in their names, which an id of the standard cannot have.
            RowRule(id=rule.get("name", rule["id"]), description=rule["description"], expression=rule["implementation"])
            for rule in schema.get("quality", ())
        ),
    )


def _column(entry: Mapping[str, Any]) -> Column:
    options = entry.get("logicalTypeOptions", {})
    settings = _custom(entry)
    values = [
        value
        for rule in entry.get("quality", ())
        if rule["metric"] == "invalidValues"
        for value in rule["arguments"]["validValues"]
    ]
    column = Column(
        name=entry["name"],
        logical_type=_one_of(f"{entry['name']}.logicalType", entry["logicalType"], LOGICAL_TYPES),
        classification=_one_of(f"{entry['name']}.classification", entry["classification"], CLASSIFICATIONS),
        description=entry["description"],
        required=bool(entry.get("required", False)),
        key_position=entry.get("primaryKeyPosition") if entry.get("primaryKey") else None,
        valid_values=tuple(values),
        pattern=options.get("pattern"),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        check_as=settings.get("checkAs"),
        pseudonym=settings.get("pseudonym"),
        redact_as=settings.get("redactAs"),
    )
    if column.classification != "identifier" and (column.pseudonym or column.redact_as):
        raise ContractError(f"{column.name} is {column.classification}, but only an identifier is pseudonymised")
    if column.classification in ("identifier", "free_text") and column.logical_type != "string":
        raise ContractError(f"{column.name} is {column.classification}, which must be a string")
    return column


def _custom(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in entry.get("customProperties", ())}


def _one_of(field: str, value: Any, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        raise ContractError(f"{field} is {value!r}; expected one of {', '.join(allowed)}")
    return value
