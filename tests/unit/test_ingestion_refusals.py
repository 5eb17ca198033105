"""Deliveries refused whole: one line with what was expected, what was found and what to do; nothing left behind."""

import traceback
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ingestion.delivery import Delivery, find
from ingestion.errors import DeliveryRefused
from ingestion.take_in import take_in
from ingestion.zone import RestrictedZone
from tests.deliveries import BEF, CONTRACTS, bef_delivery, csv_of, parquet_of, write_delivery

COLUMNS = [column.name for column in CONTRACTS["bef"].columns]


def bef_file(tmp_path: Path, content: bytes, **options: Any) -> Delivery:
    return write_delivery(tmp_path / "landing", "bef", ("bef.csv", content, 1), **options)


def missing_manifest(tmp_path: Path) -> Delivery:
    delivery = bef_delivery(tmp_path / "landing", {})
    (delivery.folder / "delivery.yaml").unlink()
    return delivery


def wrong_hash(tmp_path: Path) -> Delivery:
    delivery = bef_delivery(tmp_path / "landing", {})
    path = delivery.folder / "bef.csv"
    path.write_bytes(path.read_bytes().replace(b";615;", b";751;"))
    return delivery


def missing_file(tmp_path: Path) -> Delivery:
    delivery = bef_delivery(tmp_path / "landing", {})
    (delivery.folder / "bef.csv").unlink()
    return delivery


def missing_column(tmp_path: Path) -> Delivery:
    return bef_file(tmp_path, csv_of(CONTRACTS["bef"], [BEF], columns=[c for c in COLUMNS if c != "kom"]))


def extra_column(tmp_path: Path) -> Delivery:
    return bef_file(tmp_path, csv_of(CONTRACTS["bef"], [{**BEF, "navn": "x"}], columns=[*COLUMNS, "navn"]))


def utf8_instead_of_latin1(tmp_path: Path) -> Delivery:
    content = csv_of(CONTRACTS["bef"], [{**BEF, "familie_id": "Ærø"}])
    return bef_file(tmp_path, content.decode("latin-1").encode("utf-8"))


def windows_1252(tmp_path: Path) -> Delivery:
    content = csv_of(CONTRACTS["bef"], [{**BEF, "familie_id": "7001"}])
    return bef_file(tmp_path, content.replace(b"7001", "70–01€".encode("cp1252")))


def utf16(tmp_path: Path) -> Delivery:
    return bef_file(tmp_path, csv_of(CONTRACTS["bef"], [BEF]).decode("latin-1").encode("utf-16"))


def empty_file(tmp_path: Path) -> Delivery:
    return bef_file(tmp_path, b"")


def fewer_rows_than_told(tmp_path: Path) -> Delivery:
    content = csv_of(CONTRACTS["bef"], [BEF])
    return write_delivery(tmp_path / "landing", "bef", ("bef.csv", content, 2))


def no_row_fits(tmp_path: Path) -> Delivery:
    return bef_delivery(tmp_path / "landing", {"koen": "7"}, {"koen": "8"})


def wrong_mode(tmp_path: Path) -> Delivery:
    return bef_delivery(tmp_path / "landing", {}, manifest={"mode": "full"})


def wrong_source(tmp_path: Path) -> Delivery:
    return bef_delivery(tmp_path / "landing", {}, manifest={"source": "dod"})


def time_without_zone(tmp_path: Path) -> Delivery:
    return bef_delivery(tmp_path / "landing", {}, manifest={"created": "2025-01-20T06:00:00"})


def path_out_of_the_folder(tmp_path: Path) -> Delivery:
    files = [{"name": "../../secret.csv", "sha256": "0" * 64, "rows": 1}]
    return bef_delivery(tmp_path / "landing", {}, manifest={"files": files})


def truncated_parquet(tmp_path: Path) -> Delivery:
    contract = CONTRACTS["lpr_a_diagnose"]
    table = pa.table({c.name: pa.array(["DI21"], pa.string()) for c in contract.columns})
    content = parquet_of(table)
    return write_delivery(
        tmp_path / "landing", "lpr_a_diagnose", ("lpr_a_diagnose.parquet", content[: len(content) // 2], 1)
    )


def parquet_of_another_type(tmp_path: Path) -> Delivery:
    contract = CONTRACTS["lpr_a_diagnose"]
    table = pa.table({c.name: pa.array([1], pa.int64()) for c in contract.columns})
    return write_delivery(tmp_path / "landing", "lpr_a_diagnose", ("lpr_a_diagnose.parquet", parquet_of(table), 1))


def created_in_the_future(tmp_path: Path) -> Delivery:
    return bef_delivery(tmp_path / "landing", {}, manifest={"created": "2099-01-20T06:00:00+00:00"})


def file_of_another_name(tmp_path: Path) -> Delivery:
    content = csv_of(CONTRACTS["bef"], [BEF])
    return write_delivery(tmp_path / "landing", "bef", ("bef.csv", content, 1), ("rest.csv", content, 1))


@pytest.mark.parametrize(
    ("make", "expected", "found"),
    [
        (created_in_the_future, "created by now", "a time in the future"),
        (file_of_another_name, "files named by the source", "another name (file 2 of the manifest)"),
        (missing_manifest, "a delivery.yaml", "none"),
        (wrong_hash, "SHA-256", "..."),
        (missing_file, "the file bef.csv", "no such file"),
        (missing_column, "the 11 columns", "no column kom"),
        (extra_column, "the 11 columns", "1 more, the first as column 12"),
        (utf8_instead_of_latin1, "bef.csv in latin-1", "UTF-8"),
        (windows_1252, "bef.csv in latin-1", "Windows-1252"),
        (utf16, "bef.csv in latin-1", "UTF-16"),
        (empty_file, "1 rows in bef.csv", "an empty file"),
        (fewer_rows_than_told, "2 rows in bef.csv", "1"),
        (no_row_fits, "rows that fit the contract", "2 of 2; most often"),
        (wrong_mode, "mode upsert", "another mode"),
        (wrong_source, "source bef", "another source"),
        (time_without_zone, "a valid created", "time zone"),
        (path_out_of_the_folder, "a valid files.0.name", "should match pattern"),
        (truncated_parquet, "lpr_a_diagnose.parquet as Parquet", "cut off"),
        (parquet_of_another_type, "column dw_ek_kontakt of lpr_a_diagnose.parquet as string", "int64"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_refused_whole(tmp_path: Path, make: Any, expected: str, found: str) -> None:
    delivery = make(tmp_path)
    zone = RestrictedZone(tmp_path / "restricted", bytes(32))
    with pytest.raises(DeliveryRefused) as refusal:
        take_in(delivery, CONTRACTS[delivery.source], zone)
    line = str(refusal.value)
    assert line.startswith(f"{delivery.source}/{delivery.id} refused: expected ")
    assert expected in refusal.value.expected
    assert found in refusal.value.found
    assert refusal.value.remedy
    assert "\n" not in line
    assert BEF["pnr"] not in line
    kept = zone.refusal(delivery.source, delivery.id)
    assert kept is not None
    assert (kept.expected, kept.found, kept.remedy) == (
        refusal.value.expected,
        refusal.value.found,
        refusal.value.remedy,
    )
    left = [path for path in zone.folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert {path.parts[len(zone.folder.parts)] for path in left} <= {"refusals", "quarantine"}
    assert not [path for path in left if BEF["pnr"].encode() in path.read_bytes()]


def test_other_content_under_a_known_id_is_refused(tmp_path: Path) -> None:
    zone = RestrictedZone(tmp_path / "restricted", bytes(32))
    take_in(bef_delivery(tmp_path / "first", {}), CONTRACTS["bef"], zone)
    with pytest.raises(DeliveryRefused, match="correction as a new delivery"):
        take_in(bef_delivery(tmp_path / "second", {"kom": "751"}), CONTRACTS["bef"], zone)


def test_a_folder_that_cannot_be_a_delivery_is_told_and_holds_up_no_other(tmp_path: Path) -> None:
    delivery = bef_delivery(tmp_path / "landing", {})
    (tmp_path / "landing" / "unknown" / "2025-01-01").mkdir(parents=True)
    (tmp_path / "landing" / "bef" / "New folder").mkdir()
    found, strange = find(tmp_path / "landing", CONTRACTS)
    assert found == [delivery]
    assert [refusal.remedy for refusal in strange] == [
        "look for it in landing/ and rename it",
        "look for it in landing/; move it away, or add its contract to ingestion/contracts/",
    ]


@pytest.mark.parametrize(
    "manifest",
    [
        {"source": "Jens Hansen 010150-1234"},
        {"mode": "Jens Hansen 010150-1234"},
        {"delivery": "Jens Hansen 010150-1234"},
        {"created": "Jens Hansen 010150-1234"},
        {"period": {"from": "Jens Hansen 010150-1234", "to": "2025-01-01"}},
        {"Jens Hansen 010150-1234": 1},
        {"files": [{"name": "Jens_Hansen-0101501234.csv", "sha256": "0" * 64, "rows": 1}]},
        {"files": [{"name": "bef.csv", "sha256": "Jens Hansen 010150-1234", "rows": 1}]},
    ],
    ids=lambda manifest: next(iter(manifest)).split()[0],
)
def test_what_a_supplier_wrote_is_not_told_again(tmp_path: Path, manifest: dict[str, Any]) -> None:
    delivery = bef_delivery(tmp_path / "landing", {}, manifest=manifest)
    with pytest.raises(DeliveryRefused) as refusal:
        take_in(delivery, CONTRACTS["bef"], RestrictedZone(tmp_path / "restricted", bytes(32)))
    told = "".join(traceback.format_exception(refusal.value)).lower()
    assert not [part for part in ("hansen", "010150", "0101501234") if part in told]


@pytest.mark.parametrize("name", ["0101501234", "2026-01-20-jens", "2026-01-20-1234", "20260120", "jens-hansen"])
def test_there_is_no_room_for_a_person_in_the_name_of_a_delivery(tmp_path: Path, name: str) -> None:
    (tmp_path / "landing" / "bef" / name).mkdir(parents=True)
    (tmp_path / "landing" / f"{name}-x").mkdir()
    found, strange = find(tmp_path / "landing", CONTRACTS)
    assert (found, len(strange)) == ([], 2)
    assert not [refusal for refusal in strange if name in str(refusal)]


def test_a_folder_that_is_still_being_written_is_not_seen(tmp_path: Path) -> None:
    delivery = bef_delivery(tmp_path / "landing", {})
    delivery.folder.rename(delivery.folder.with_name(".2025-01-20"))
    assert find(tmp_path / "landing", CONTRACTS) == ([], [])
