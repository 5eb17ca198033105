"""The extracts against the contracts: columns, modes, formats, values; and planted faults exactly where they are told.

The contracts are read as plain YAML here, and judged by rules of this test, so that a mistake shared by ingestion
and generator would show.
"""

import csv
import datetime as dt
import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from synthetic.faults import FAULTS
from synthetic.generator import Summary, synthesise
from synthetic.suppliers import SOURCES as MADE

CONTRACTS = Path(__file__).parents[2] / "ingestion" / "contracts"
SOURCES = sorted(FAULTS)  # All others obey their contracts: tests/integration/test_all_sources.py.
ADULTS = 200

Violation = tuple[str, str, int, str, str]


class Extracts:
    """What one call wrote: the summary, the folders, and every delivered row as text or typed values."""

    def __init__(self, home: Path) -> None:
        self.landing, self.truth = home / "landing", home / "truth"
        self.summary: Summary = synthesise(
            adults=ADULTS,
            first_year=2019,
            last_year=2021,
            seed=11,
            landing=self.landing,
            truth=self.truth,
            sources=SOURCES,
        )

    def deliveries(self, source: str) -> list[Path]:
        return sorted((self.landing / source).iterdir())

    def manifest(self, folder: Path) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load((folder / "delivery.yaml").read_text(encoding="utf-8"))
        return found

    def rows(self, folder: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
        path = folder / self.manifest(folder)["files"][0]["name"]
        if path.suffix == ".parquet":
            found = pq.read_table(path)
            return found.column_names, list(zip(*(c.to_pylist() for c in found.columns), strict=True))
        return _read_csv(path)


def _read_csv(path: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    with path.open(encoding="latin-1", newline="") as file:
        rows = [tuple(cell or None for cell in row) for row in csv.reader(file, delimiter=";")]
    return [str(name) for name in rows[0]], rows[1:]


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Extracts:
    return Extracts(tmp_path_factory.mktemp("extracts"))


def _contract(source: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CONTRACTS / f"{source}.yaml").read_text(encoding="utf-8"))
    return found


def _custom(contract: dict[str, Any]) -> dict[str, Any]:
    return {entry["property"]: entry["value"] for entry in contract["customProperties"]}


def test_every_source_of_the_contracts_can_be_made_and_those_asked_for_are(extracts: Extracts) -> None:
    assert set(SOURCES) <= set(MADE)
    assert sorted(path.name for path in extracts.landing.iterdir()) == SOURCES
    assert [one.source for one in extracts.summary.sources] == [name for name in MADE if name in SOURCES]


@pytest.mark.parametrize("source", SOURCES)
def test_mode_format_and_columns_agree_with_the_contract(source: str, extracts: Extracts) -> None:
    contract = _contract(source)
    said = _custom(contract)
    assert MADE[source].mode == said["deliveryMode"]
    assert MADE[source].format == said["format"]
    columns = [column["name"] for column in contract["schema"][0]["properties"]]
    for folder in extracts.deliveries(source):
        assert extracts.rows(folder)[0] == columns


@pytest.mark.parametrize("source", [name for name in SOURCES if MADE[name].format == "parquet"])
def test_parquet_types_agree_with_the_contract(source: str, extracts: Extracts) -> None:
    types = {"string": pa.string(), "timestamp": pa.timestamp("us"), "date": pa.date32()}
    for folder in extracts.deliveries(source):
        schema = pq.read_schema(folder / f"{source}.parquet")
        wanted = [types[column["logicalType"]] for column in _contract(source)["schema"][0]["properties"]]
        assert schema.types == wanted


@pytest.mark.parametrize("source", SOURCES)
def test_the_manifest_tells_the_truth_about_the_files(source: str, extracts: Extracts) -> None:
    for folder in extracts.deliveries(source):
        manifest = extracts.manifest(folder)
        file = manifest["files"][0]
        assert manifest["source"] == source
        assert manifest["delivery"] == folder.name
        assert manifest["mode"] == MADE[source].mode
        assert manifest["synthetic"] is True
        assert dt.datetime.fromisoformat(manifest["created"]).date().isoformat() == folder.name
        assert manifest["period"]["from"] < manifest["period"]["to"] < folder.name
        assert file["rows"] == len(extracts.rows(folder)[1])
        assert file["sha256"] == hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest()


def test_two_deliveries_come_for_the_sources_that_grow(extracts: Extracts) -> None:
    deliveries = {one.source: one.deliveries for one in extracts.summary.sources}
    assert {source for source, number in deliveries.items() if number == 2} == {
        "bef",
        "laboratoriesvar",
        "hjemmepleje_besoeg",
    }


@pytest.mark.parametrize("source", SOURCES)
def test_rows_break_the_contract_exactly_where_the_faults_were_planted(source: str, extracts: Extracts) -> None:
    told = Counter(
        (one["source"], one["delivery"], one["row_number"], one["column"], one["rule"])
        for one in pq.read_table(extracts.truth / "faults").to_pylist()
        if one["source"] == source
    )
    found: Counter[Violation] = Counter()
    for folder in extracts.deliveries(source):
        names, rows = extracts.rows(folder)
        for number, column, rule in _violations(_contract(source), names, rows):
            found[(source, folder.name, number, column, rule)] += 1
    assert sum(told.values()) > 0
    assert found == told


def test_faults_are_a_handful_of_each_kind(extracts: Extracts) -> None:
    faults = pq.read_table(extracts.truth / "faults").to_pylist()
    assert len(faults) == extracts.summary.faults >= 44
    assert {one["rule"] for one in faults} >= {
        "type",
        "required",
        "pattern",
        "valid_values",
        "range",
        "cpr",
        "duplicate_row",
        "duplicate_key",
        "05.11",
    }


# What each row rule of the contracts says, told here a second time: column of the fault, and when it is broken.
ROW_RULES: dict[str, tuple[str, str, str]] = {
    "born_before_reference": ("foed_dag", "foed_dag", "referencetid"),
    "visit_ends_after_start": ("slut", "start<", "slut"),
    "answered_after_sampling": ("datotid_sidstesvar", "datotid_proevetagning", "datotid_sidstesvar"),
    "05.11": ("kont_sluttidspunkt", "kont_starttidspunkt<", "kont_sluttidspunkt"),
    "05.12": ("beh_starttidspunkt", "kont_starttidspunkt", "beh_starttidspunkt"),
    "11.01": ("proc_sluttidspunkt", "proc_starttidspunkt<", "proc_sluttidspunkt"),
    "01.01": ("borger_foedselsdato", "borger_foedselsdato", "kont_starttidspunkt"),
}


def _violations(contract: dict[str, Any], names: list[str], rows: list[tuple[Any, ...]]) -> list[tuple[int, str, str]]:
    schema = contract["schema"][0]
    typed_text = _custom(contract)["format"] == "csv"
    found = []
    seen: dict[tuple[Any, ...], set[tuple[Any, ...]]] = {}
    key = [names.index(c["name"]) for c in schema["properties"] if c.get("primaryKey")] or list(range(len(names)))
    checks = [(_checker(column, typed_text), column["name"]) for column in schema["properties"]]
    places = {name: place for place, name in enumerate(names)}
    for number, row in enumerate(rows, start=1):
        broken = [
            (number, name, rule)
            for (check, name), value in zip(checks, row, strict=True)
            if (rule := check(value)) is not None
        ]
        for rule in schema.get("quality", []):
            column, low, high = ROW_RULES[rule.get("name", rule["id"])]
            strict = low.endswith("<")
            first, last = row[places[low.rstrip("<")]], row[places[high]]
            if first is None or last is None or any(name in (column, low.rstrip("<"), high) for _, name, _ in broken):
                continue
            first, last = str(first), str(last)
            width = min(len(first), len(last))
            if (first >= last) if strict else (first[:width] > last[:width]):
                broken.append((number, column, rule.get("name", rule["id"])))
        if not broken:
            same = seen.setdefault(tuple(row[place] for place in key), set())
            if row in same:
                broken.append((number, "", "duplicate_row"))
            elif same:
                broken.append((number, _changed(names, row, next(iter(same))), "duplicate_key"))
            same.add(row)
        found += broken
    return found


def _changed(names: list[str], row: tuple[Any, ...], other: tuple[Any, ...]) -> str:
    return next(name for name, a, b in zip(names, row, other, strict=True) if a != b)


def _checker(column: dict[str, Any], typed_text: bool) -> Any:
    options = column.get("logicalTypeOptions", {})
    valid = next((set(map(str, q["arguments"]["validValues"])) for q in column.get("quality", [])), None)
    pattern = re.compile(options["pattern"]) if "pattern" in options else None
    is_cpr = any(p["property"] == "checkAs" for p in column.get("customProperties", []))
    kind = column["logicalType"]
    low, high = options.get("minimum"), options.get("maximum")

    def check(value: Any) -> str | None:
        if value is None:
            return "required" if column.get("required") else None
        if typed_text and not _fits(str(value), kind):
            return "type"
        if valid is not None and str(value) not in valid:
            return "valid_values"
        if pattern is not None and not pattern.search(value):
            return "pattern"
        if (low is not None or high is not None) and _outside(value, low, high):
            return "range"
        return "cpr" if is_cpr and not _is_cpr(value) else None

    return check


def _outside(value: str, low: float | None, high: float | None) -> bool:
    number = float(value.replace(",", "."))
    return (low is not None and number < low) or (high is not None and number > high)


def _fits(text: str, kind: str) -> bool:
    try:
        if kind == "integer":
            return re.fullmatch(r"-?\d+", text) is not None
        if kind == "number":
            return re.fullmatch(r"-?\d+(,\d+)?", text) is not None
        if kind == "date":
            dt.date.fromisoformat(text)
        if kind == "timestamp":
            dt.datetime.strptime(text, "%Y-%m-%d %H:%M")
    except ValueError:
        return False
    return True


def _is_cpr(text: str) -> bool:
    if not re.fullmatch(r"\d{6}(\d{4}|\d[A-Z]{2}\d)", text):
        return False
    try:
        dt.date(2000 + int(text[4:6]) % 4, int(text[2:4]), int(text[:2]))
    except ValueError:
        return False
    return True
