"""HospitalNotification: what a message becomes, and what is no message. The generator writes the Bundles."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.delivery import DeliveredFile
from ingestion.errors import DeliveryRefused
from ingestion.reading import hospital_notification
from ingestion.reading.opening import reader_of
from synthetic.hospital.notification_json import Message, Organisation, bundle, provenance
from tests.deliveries import CONTRACTS, write_delivery

CONTRACT = CONTRACTS["hospitalnotification"]
WARD, HELP = Organisation("5352071000016002", "Medicin"), Organisation("5007511000016", "Hjemmeplejen")


def message(**changes: Any) -> dict[str, Any]:
    """A message about an admission, laid over by `changes`."""
    sound = {
        "name": "1 1 0",
        "stay": "stay 1 1",
        "sent": "2024-07-01T10:05:00+02:00",
        "occurred": "2024-07-01T10:00:00+02:00",
        "recorded": "2024-07-01T10:02:00+02:00",
        "status": "in-progress",
        "kind_of_stay": "IMP",
        "activity": "admit-inpatient",
        "role": "revision",
        "start": "2024-07-01T10:00:00+02:00",
        "end": "",
        "leave": (),
        "person": 1,
        "cpr": "0101501234",
        "given": "Bodil",
        "family": "Thorsager",
        "dead": False,
        "asks_for_report": True,
        "sender": WARD,
        "receiver": HELP,
        "origin": WARD.sor,
    }
    told = Message(**{**sound, **changes})
    found: dict[str, Any] = json.loads(bundle(told, provenance(told)))
    return found


def read(tmp_path: Path, content: bytes, rows: int, name: str = "hospitalnotification.ndjson") -> Any:
    """The rows of a file and the numbers of its broken ones."""
    delivery = write_delivery(tmp_path, "hospitalnotification", (name, content, rows))
    reader = reader_of(delivery, DeliveredFile(name=name, sha256="0" * 64, rows=rows), CONTRACT)
    reader.check_header()
    return [row for batch in reader.batches() for row in batch.to_pylist()], reader.broken_rows


def resource(document: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(e["resource"] for e in document["entry"] if e["resource"]["resourceType"] == kind)
    return found


def test_a_message_is_one_row_without_names() -> None:
    row = hospital_notification.row(message())
    assert row["kind"] == "STIN" and row["patient_cpr"] == "0101501234"
    assert (row["sent"], row["recorded_utc"]) == ("2024-07-01 10:05:00", "2024-07-01 08:02:00")
    assert (row["sender_sor"], row["receiver_sor"], row["report_of_admission"]) == (WARD.sor, HELP.sor, "true")
    assert row["stay_end"] is row["leave_start"] is row["previous_message_id"] is None
    assert not {"Bodil", "Thorsager"} & set(row.values())


@pytest.mark.parametrize(
    ("activity", "changes", "kind"),
    [
        ("admit-emergency", {"kind_of_stay": "EMER"}, "STAA"),
        ("revise-start-leave-inpatient", {}, "RE_STOR"),
        ("end-leave-inpatient", {}, "SLOR"),
        ("cancel-discharge-inpatient-home", {"role": "removal"}, "AN_SLHJ"),
        ("discharge-emergency-home", {}, "SLHJ"),
        ("admit-inpatient", {"dead": True}, "MORS"),
    ],
)
def test_the_kind_is_read_from_activity_and_death(activity: str, changes: dict[str, Any], kind: str) -> None:
    assert hospital_notification.row(message(activity=activity, **changes))["kind"] == kind


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2024-01-31T23:30:00Z", "2024-02-01 00:30:00"),
        ("2024-07-01T22:00:00.123+00:00", "2024-07-02 00:00:00"),
        ("2024-10-27T02:30:00+02:00", "2024-10-27 02:30:00"),
        ("2024-10-27T02:30:00+01:00", "2024-10-27 02:30:00"),
        ("2024-07-01T10:00:00", "2024-07-01T10:00:00"),
        ("nonsense", "nonsense"),
    ],
)
def test_times_become_local_and_what_is_none_stays_as_written(written: str, local: str) -> None:
    assert hospital_notification.row(message(sent=written))["sent"] == local


def test_lines_that_are_no_message_are_broken_rows(tmp_path: Path) -> None:
    two_patients, other, unknown, no_own = message(), message(), message(activity="admit-nowhere"), message()
    two_patients["entry"].append({"resource": resource(two_patients, "Patient")})
    resource(other, "MessageHeader")["eventCoding"]["code"] = "care-communication-message"
    resource(no_own, "Provenance")["target"] = [{"reference": "MessageHeader/another"}]
    shapeless = {"resourceType": "Bundle", "type": "message", "entry": [{"resource": None}, 7]}
    bad = [two_patients, other, unknown, no_own, shapeless, {"resourceType": "Patient"}, [], "Bundle"]
    lines = [message(), *bad[:4], message(name="1 1 1"), *bad[4:]]
    rows, broken = read(tmp_path, "\n".join(map(json.dumps, lines)).encode() + b'\n{"resourceType":\n', 11)
    assert [row["_row_number"] for row in rows] == [1, 6]
    assert broken == [2, 3, 4, 5, 7, 8, 9, 10, 11]


def test_a_json_file_is_one_bundle_over_many_lines(tmp_path: Path) -> None:
    content = json.dumps(message(), indent=2).encode()
    rows, broken = read(tmp_path, content, 1, "hospitalnotification.json")
    assert [row["kind"] for row in rows] == ["STIN"] and broken == []


def test_a_json_file_that_is_cut_off_is_a_broken_row(tmp_path: Path) -> None:
    content = json.dumps(message()).encode()[:-40]
    assert read(tmp_path, content, 1, "hospitalnotification.json") == ([], [1])


def test_a_line_without_end_is_damage(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="damage after row 0"):
        read(tmp_path, b" " * (9 * 2**20), 1)


def test_a_packed_file_reads_as_its_content(tmp_path: Path) -> None:
    content = (json.dumps(message()) + "\n").encode()
    plain = read(tmp_path / "plain", content, 1)
    assert read(tmp_path / "packed", gzip.compress(content), 1, "hospitalnotification.ndjson.gz") == plain
