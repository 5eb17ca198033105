"""Rows: each rule refuses what it is for, tells row, column and rule, and lets the rest through."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from ingestion import quarantine, restricted
from ingestion.errors import IntakeError
from ingestion.take_in import take_in
from ingestion.zone import Intake, RestrictedZone
from tests.deliveries import BEF, CONTRACTS, bef_delivery, csv_of, parquet_of, write_delivery

KEY = bytes(range(32))


@pytest.fixture
def zone(tmp_path: Path) -> RestrictedZone:
    return RestrictedZone(tmp_path / "restricted", KEY)


def refused_rows(zone: RestrictedZone, intake: Intake) -> list[tuple[int, str, str]]:
    rows = [row for batch in quarantine.read(zone, intake.source, intake.delivery) for row in batch.to_pylist()]
    return [(row["_row_number"], row["column_name"], row["rule"]) for row in rows if row["severity"] == "error"]


def accepted(zone: RestrictedZone, intake: Intake) -> list[dict[str, object]]:
    return [row for batch in zone.batches(intake) for row in batch.to_pylist()]


@pytest.mark.parametrize(
    ("fault", "column", "rule"),
    [
        ({"foed_dag": "1954-02-30"}, "foed_dag", "type"),
        ({"foed_dag": "01-02-1954"}, "foed_dag", "type"),
        ({"koen": "2.0"}, "koen", "type"),
        ({"koen": "3"}, "koen", "valid_values"),
        ({"koen": ""}, "koen", "required"),
        ({"kom": "6150"}, "kom", "range"),
        ({"civst": "X"}, "civst", "valid_values"),
        ({"pnr": "010150-1234"}, "pnr", "cpr"),
        ({"pnr": "3113501234"}, "pnr", "cpr"),
        ({"pnr": "3002501234"}, "pnr", "cpr"),
        ({"foed_dag": "2025-01-01"}, "", "born_before_reference"),
    ],
)
def test_a_fault_is_refused_with_row_column_and_rule(
    tmp_path: Path, zone: RestrictedZone, fault: dict[str, str], column: str, rule: str
) -> None:
    delivery = bef_delivery(tmp_path, {}, {"pnr": "0202501234", **fault}, {"pnr": "0303501234"})
    intake = take_in(delivery, CONTRACTS["bef"], zone)
    assert refused_rows(zone, intake) == [(2, column, rule)]
    assert [row["_row_number"] for row in accepted(zone, intake)] == [1, 3]
    assert (intake.rows_read, intake.rows_accepted, intake.rows_refused) == (3, 2, 1)


@pytest.mark.parametrize(
    "pnr",
    [
        "0101501234",  # ordinary
        "6101501234",  # fictive: 60 added to the day
        "010150111A".replace("111A", "1WQ3"),  # national replacement number
        "2902044123",  # leap day of 2004, the century in digit 7
        "0101650004",  # fails modulus 11, as numbers since 2007 may
    ],
)
def test_numbers_of_every_lawful_form_are_accepted(tmp_path: Path, zone: RestrictedZone, pnr: str) -> None:
    intake = take_in(bef_delivery(tmp_path, {"pnr": pnr}), CONTRACTS["bef"], zone)
    assert intake.rows_refused == 0


def test_a_leap_day_of_the_wrong_century_is_refused(tmp_path: Path, zone: RestrictedZone) -> None:
    # 29-02-00 exists in 2000 (digit 7 is 4) and not in 1900 (digit 7 is 0).
    delivery = bef_delivery(tmp_path, {"pnr": "2902004123"}, {"pnr": "2902000123"})
    assert refused_rows(zone, take_in(delivery, CONTRACTS["bef"], zone)) == [(2, "pnr", "cpr")]


def test_a_repeated_row_and_a_repeated_key_are_told_apart(tmp_path: Path, zone: RestrictedZone) -> None:
    delivery = bef_delivery(tmp_path, {}, {}, {"kom": "751"}, {"pnr": "0303501234"})
    intake = take_in(delivery, CONTRACTS["bef"], zone)
    assert refused_rows(zone, intake) == [(2, "", "duplicate_row"), (3, "", "duplicate_key")]
    assert [row["kom"] for row in accepted(zone, intake)] == [615, 615]


def test_a_row_repeated_in_a_later_file_of_the_delivery_is_found(tmp_path: Path, zone: RestrictedZone) -> None:
    content = csv_of(CONTRACTS["bef"], [BEF])
    delivery = write_delivery(tmp_path, "bef", ("bef-1.csv", content, 1), ("bef-2.csv", content, 1))
    intake = take_in(delivery, CONTRACTS["bef"], zone)
    assert intake.rows_accepted == 1
    assert refused_rows(zone, intake) == [(1, "", "duplicate_row")]


def test_a_row_with_too_many_fields_is_refused_and_the_count_goes_on(tmp_path: Path, zone: RestrictedZone) -> None:
    lines = csv_of(CONTRACTS["bef"], [BEF, {**BEF, "pnr": "0202501234"}, {**BEF, "pnr": "0303501234"}])
    first, second, third, fourth = lines.splitlines()
    content = b"\n".join([first, second, third + b";surplus", fourth]) + b"\n"
    intake = take_in(write_delivery(tmp_path, "bef", ("bef.csv", content, 3)), CONTRACTS["bef"], zone)
    assert refused_rows(zone, intake) == [(2, "", "columns")]
    assert [row["_row_number"] for row in accepted(zone, intake)] == [1, 3]


def test_a_row_with_two_faults_is_one_refused_row_with_two_reasons(tmp_path: Path, zone: RestrictedZone) -> None:
    delivery = bef_delivery(tmp_path, {}, {"pnr": "0202501234", "koen": "9", "civst": "?"})
    intake = take_in(delivery, CONTRACTS["bef"], zone)
    assert intake.rows_refused == 1
    assert refused_rows(zone, intake) == [(2, "civst", "valid_values"), (2, "koen", "valid_values")]


ANSWER = {
    "patient_cpr": "0101501234",
    "dw_ek_rekvisition": "R1",
    "npukode": "NPU19748",
    "svar": "<5",
    "numerisksvar": "4,5",
    "datotid_proevetagning": "2024-03-01 08:15",
    "datotid_sidstesvar": "2024-03-01 10:00",
}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("svar", "Ring til datter Jens Hansen"),
        ("svar", "se cpr0101501234"),
        ("svar", "0101501234"),
        ("svar", "20304050"),
        ("enhed", "Mette Sørensen"),
        ("numerisksvar", "101501234"),
        ("referenceinterval_upperlimit", "2012501234"),
    ],
)
def test_an_answer_has_no_room_for_a_person(tmp_path: Path, zone: RestrictedZone, column: str, value: str) -> None:
    contract = CONTRACTS["laboratoriesvar"]
    content = csv_of(contract, [ANSWER, {**ANSWER, column: value}])
    intake = take_in(write_delivery(tmp_path, "laboratoriesvar", ("laboratoriesvar.csv", content, 2)), contract, zone)
    assert [(row, broken) for row, broken, _ in refused_rows(zone, intake)] == [(2, column)]


@pytest.mark.parametrize("answer", ["<5", ">= 1200", "4,5", "-1,2", "Aflyst", "IKKE PÅVIST", "Ingen vækst", "Positiv"])
def test_answers_as_laboratories_write_them_are_accepted(tmp_path: Path, zone: RestrictedZone, answer: str) -> None:
    contract = CONTRACTS["laboratoriesvar"]
    rows = [{**ANSWER, "svar": answer, "enhed": "mL/min/1,73m2"}]
    delivery = write_delivery(tmp_path, "laboratoriesvar", ("laboratoriesvar.csv", csv_of(contract, rows), 1))
    assert take_in(delivery, contract, zone).rows_refused == 0


def test_when_the_contract_has_changed_a_delivery_is_checked_anew(tmp_path: Path, zone: RestrictedZone) -> None:
    delivery, contract = bef_delivery(tmp_path, {"kom": "615"}, {"pnr": "0303501234", "kom": "999"}), CONTRACTS["bef"]
    first = take_in(delivery, contract, zone)
    assert take_in(delivery, replace(contract, purpose="Told in other words."), zone) == first
    columns = tuple(replace(c, maximum=900) if c.name == "kom" else c for c in contract.columns)
    second = take_in(delivery, replace(contract, columns=columns), zone)
    assert (first.rows_refused, second.rows_refused) == (0, 1)
    assert zone.intake("bef", delivery.id) == second
    assert [row["kom"] for row in accepted(zone, second)] == [615]
    assert refused_rows(zone, second) == [(2, "kom", "range")]


def test_numbers_with_decimal_comma_and_local_times_are_typed(tmp_path: Path, zone: RestrictedZone) -> None:
    contract = CONTRACTS["laboratoriesvar"]
    content = csv_of(contract, [ANSWER, {**ANSWER, "numerisksvar": "4.5"}])
    delivery = write_delivery(tmp_path, "laboratoriesvar", ("laboratoriesvar.csv", content, 2))
    intake = take_in(delivery, contract, zone)
    assert refused_rows(zone, intake) == [(2, "numerisksvar", "type")]
    (kept,) = accepted(zone, intake)
    assert kept["numerisksvar"] == 4.5
    assert str(kept["datotid_proevetagning"]) == "2024-03-01 08:15:00"


def test_parquet_rows_obey_the_rules_of_the_register(tmp_path: Path, zone: RestrictedZone) -> None:
    contract = CONTRACTS["lpr_a_kontakt"]
    start = pa.array([1_700_000_000_000_000, 1_700_000_000_000_000], pa.timestamp("us"))
    end = pa.array([1_700_000_600_000_000, 1_700_000_000_000_000], pa.timestamp("us"))
    given = {
        "pnr": ["0101501234"] * 2,
        "dw_ek_kontakt": ["1", "2"],
        "kont_starttidspunkt": start,
        "kont_sluttidspunkt": end,
        "kont_type": ["ALCA00"] * 2,
        "prioritet": ["ATA1"] * 2,
        "lprindberetningssystem": ["LPR3"] * 2,
    }
    types = {"string": pa.string(), "timestamp": pa.timestamp("us"), "date": pa.date32()}
    table = pa.table({c.name: given.get(c.name, pa.nulls(2, types[c.logical_type])) for c in contract.columns})
    delivery = write_delivery(tmp_path, "lpr_a_kontakt", ("lpr_a_kontakt.parquet", parquet_of(table), 2))
    assert refused_rows(zone, take_in(delivery, contract, zone)) == [(2, "", "05.11")]


def test_what_lies_in_the_zone_is_encrypted(tmp_path: Path, zone: RestrictedZone) -> None:
    take_in(bef_delivery(tmp_path, {}, {"pnr": "9999999999"}), CONTRACTS["bef"], zone)
    files = [path for path in zone.folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".parquet", ".json"}
    for path in files:
        assert BEF["pnr"].encode() not in path.read_bytes()
        assert b"9999999999" not in path.read_bytes()
    with pytest.raises(IntakeError, match="under another key; restore it"):
        list(restricted.read(next(p for p in files if p.suffix == ".parquet"), key=bytes(32)))


def test_the_same_delivery_again_is_left_as_it_is(tmp_path: Path, zone: RestrictedZone) -> None:
    delivery = bef_delivery(tmp_path, {})
    first = take_in(delivery, CONTRACTS["bef"], zone)
    folder = zone.delivery("bef", delivery.id)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert take_in(delivery, CONTRACTS["bef"], zone) == first
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
