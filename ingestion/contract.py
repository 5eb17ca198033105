"""Source contracts: what a supplier promises, read from Open Data Contract Standard (v3.1) files.

One file per source lies in `ingestion/contracts/`. It drives reading, checking, pseudonymisation and the
documentation. Rows are checked in `ingestion/checks.py`; deliveries are found in `ingestion/delivery.py`.
"""

import codecs
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml

from ingestion.errors import ContractError

PERSON = "person"
CONTRACTS = Path(__file__).parent / "contracts"

LogicalType = Literal["string", "integer", "number", "date", "timestamp"]
Classification = Literal["identifier", "quasi_identifier", "sensitive", "free_text", "plain"]
DeliveryMode = Literal["full", "append", "upsert"]
FileFormat = Literal["csv", "fixed_width", "parquet", "sas", "ndjson", "fhir"]
Severity = Literal["error", "warning"]

LOGICAL_TYPES = ("string", "integer", "number", "date", "timestamp")
CLASSIFICATIONS = ("identifier", "quasi_identifier", "sensitive", "free_text", "plain")
MODES = ("full", "append", "upsert")
FORMATS = ("csv", "fixed_width", "parquet", "sas", "ndjson", "fhir")
TEXT_FORMATS = ("csv", "fixed_width", "ndjson", "fhir")
SEVERITIES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a source.

    `pseudonym` names the key domain of an identifier that is kept as a pseudonym ("person" for CPR numbers);
    an identifier without one is dropped. `redact_as` says what a dropped identifier is, so that free text of
    the same row can be cleared of it. `format` is how a date or time is written, in the letters of the standard
    (`yyyy-MM-dd HH:mm`). `start` (from 1) and `length` place the column in a line of fixed width; `path` names it in a
    JSON document, with dots between levels, when its name there is another.
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
    format: str | None = None
    start: int | None = None
    length: int | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule over several columns of one row: a DuckDB expression that must not be false.

    A row that breaks an `error` is refused; one that breaks a `warning` is accepted and told.
    """

    id: str
    description: str
    expression: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Form:
    """How the files of a source are written.

    `encoding` is a Python codec. Delimiter, quote, header, skipped lines and newlines in values are those of CSV;
    `decimal` holds for every text; `null_values` are the texts that mean nothing. `profile` names a FHIR message.
    """

    format: FileFormat
    encoding: str = "utf-8"
    delimiter: str = ";"
    quote: str = '"'
    decimal: str = "."
    header: bool = True
    skip_rows: int = 0
    newlines_in_values: bool = False
    null_values: tuple[str, ...] = ("",)
    profile: str | None = None


@dataclass(frozen=True)
class Contract:
    """What one source promises: its columns in order, its delivery mode and its form.

    `frequency_days` is the longest time between two deliveries, `max_refused_share` the share of refused rows above
    which a delivery is refused whole.
    """

    source: str
    title: str
    version: str
    domain: str
    purpose: str
    limitations: str
    grain: str
    mode: DeliveryMode
    form: Form
    owner: str
    frequency_days: int
    retention_years: int
    max_refused_share: float
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
        columns = [replace(column, description="") for column in self.columns]
        rules = [(rule.id, rule.expression, rule.severity) for rule in self.row_rules]
        decides = (self.mode, self.form, self.max_refused_share, columns, rules)
        return hashlib.sha256(repr(decides).encode("utf-8")).hexdigest()

    @cached_property
    def person_column(self) -> str | None:
        """The column that says whom a row is about: the first one with a CPR number; None when there is none."""
        return next((column.name for column in self.columns if column.pseudonym == PERSON), None)


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
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    try:
        contract = _contract(document)
    except (KeyError, IndexError, TypeError) as error:
        raise ContractError(f"{path.name}: the field {error} is missing or has the wrong form") from error
    except ContractError as error:
        raise ContractError(f"{path.name}: {error}") from error
    _hold_together(path.name, contract)
    if contract.source != path.stem:
        raise ContractError(f"{path.name}: id is {contract.source}; name the file {contract.source}.yaml")
    return contract


def _hold_together(name: str, contract: Contract) -> None:
    """Raise ContractError when parts of the contract do not go together."""
    names = [column.name for column in contract.columns]
    if len({column.lower() for column in names}) != len(names):
        raise ContractError(f"{name}: two columns have the same name; letters' case does not tell them apart")
    if contract.mode == "upsert" and not contract.key:
        raise ContractError(f"{name}: mode upsert needs a primary key; mark its columns with primaryKeyPosition")
    if contract.form.format == "fixed_width":
        for column in contract.columns:
            if not column.start or not column.length:
                raise ContractError(
                    f"{name}: {column.name} needs start (from 1) and length, since lines have fixed width"
                )
    if contract.form.format == "fhir" and not contract.form.profile:
        raise ContractError(f"{name}: a FHIR source needs a profile, such as hospitalnotification")


def _contract(document: Mapping[str, Any]) -> Contract:
    schema = document["schema"][0]
    settings = _custom(document)
    agreed = {item["property"]: item["value"] for item in document["slaProperties"]}
    return Contract(
        source=document["id"],
        title=document["name"],
        version=document["version"],
        domain=document["domain"],
        purpose=document["description"]["purpose"],
        limitations=document["description"]["limitations"],
        grain=schema["dataGranularityDescription"],
        mode=_one_of("deliveryMode", settings["deliveryMode"], MODES),
        form=_form(settings),
        owner=document["team"]["name"],
        frequency_days=int(agreed["frequency"]),
        retention_years=int(agreed["retention"]),
        max_refused_share=_share(settings["maxRefusedShare"]),
        columns=tuple(_column(entry) for entry in schema["properties"]),
        row_rules=tuple(_row_rule(rule) for rule in schema.get("quality", ())),
    )


def _form(settings: Mapping[str, Any]) -> Form:
    form = Form(
        format=_one_of("format", settings["format"], FORMATS),
        encoding=settings.get("encoding", "utf-8"),
        delimiter=settings.get("delimiter", ";"),
        quote=settings.get("quote", '"'),
        decimal=settings.get("decimal", "."),
        header=bool(settings.get("header", True)),
        skip_rows=int(settings.get("skipRows", 0)),
        newlines_in_values=bool(settings.get("newlinesInValues", False)),
        null_values=tuple(settings.get("nullValues", ("",))),
        profile=settings.get("profile"),
    )
    for name, value in (("delimiter", form.delimiter), ("quote", form.quote), ("decimal", form.decimal)):
        if len(value) != 1 or not value.isascii():
            raise ContractError(f"{name} is {value!r}; expected one ASCII character")
    if len({form.delimiter, form.quote}) == 1 or form.delimiter == form.decimal:
        raise ContractError("delimiter, quote and decimal must be different characters")
    try:
        codecs.lookup(form.encoding)
    except LookupError:
        raise ContractError(f"encoding is {form.encoding!r}; expected one that Python knows, such as latin-1") from None
    return form


def _row_rule(rule: Mapping[str, Any]) -> RowRule:
    return RowRule(
        # The rules of LPR3 have a dot in their names, which an id of the standard cannot have.
        id=rule.get("name", rule["id"]),
        description=rule["description"],
        expression=rule["implementation"],
        severity=_one_of("severity", rule.get("severity", "error"), SEVERITIES),
    )


def _share(value: Any) -> float:
    if not isinstance(value, int | float) or not 0 < value <= 1:
        raise ContractError(f"maxRefusedShare is {value!r}; expected a share above 0 and up to 1, such as 0.05")
    return float(value)


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
        format=options.get("format"),
        start=settings.get("start"),
        length=settings.get("length"),
        path=settings.get("path"),
    )
    if column.classification != "identifier" and (column.pseudonym or column.redact_as):
        raise ContractError(f"{column.name} is {column.classification}, but only an identifier is pseudonymised")
    if column.pseudonym == PERSON and column.check_as != "cpr":
        raise ContractError(f"{column.name} is the number of a person; say checkAs cpr")
    if column.classification in ("identifier", "free_text") and column.logical_type != "string":
        raise ContractError(f"{column.name} is {column.classification}, which must be a string")
    return column


def _custom(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in entry.get("customProperties", ())}


def _one_of(field: str, value: Any, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        raise ContractError(f"{field} is {value!r}; expected one of {', '.join(allowed)}")
    return value
