"""From a subject back to a person and to the numbers: who is found, who is not, and what a request leaves behind."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from pseudonymisation.pseudonyms import Pseudonymiser
from sandbox.audit import AuditLog
from sandbox.errors import ReidentificationRefused
from sandbox.pseudonyms import project_pseudonyms
from sandbox.reidentification import VALID, Request, Requests, numbers_of, person_of

KEY, OTHER = bytes(range(32)), bytes(32)
PEOPLE = [pa.array([3, 2**62], pa.int64()), pa.array([5], pa.int64())]
NUMBERS = ["0102031234", "0102031235", "0102031236"]
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("person_id", [3, 2**62, 5])
def test_a_subject_is_found_in_every_batch_under_the_key_of_its_project_alone(person_id: int) -> None:
    (subject,) = project_pseudonyms(pa.array([person_id], pa.int64()), key=KEY).to_pylist()
    assert person_of(subject, PEOPLE, key=KEY) == person_id
    assert person_of(subject, PEOPLE, key=OTHER) is None


def test_all_numbers_of_a_person_are_found_and_reading_stops_then() -> None:
    make = Pseudonymiser(KEY, remember=True)
    codes = make(pa.array(NUMBERS)).to_pylist()
    read: list[int] = []

    def batches() -> Iterator[pa.Array]:
        for place, number in enumerate([NUMBERS[2], NUMBERS[0], NUMBERS[1]]):
            read.append(place)
            yield pa.array([number])

    assert numbers_of({codes[0], codes[2]}, batches(), pseudonyms=make) == {
        codes[0]: NUMBERS[0],
        codes[2]: NUMBERS[2],
    }
    assert read == [0, 1]
    assert numbers_of({codes[0]}, [pa.array([NUMBERS[1]])], pseudonyms=make) == {}


def asked(requests: Requests) -> Request:
    return requests.ask(
        project="a-project", subject="ABCDEFGHIJKL", reason="A result that needs treatment.", by="anna", now=NOW
    )


def test_a_request_is_open_for_another_person_until_its_time_is_up(tmp_path: Path) -> None:
    requests = Requests(tmp_path / "open", AuditLog(tmp_path / "audit.jsonl"))
    request = asked(requests)
    (path,) = (tmp_path / "open").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(ReidentificationRefused, match="whoever asks cannot approve"):
        requests.open(request.id, by="anna", now=NOW)
    assert requests.open(request.id, by="bent", now=NOW + VALID) == request
    with pytest.raises(ReidentificationRefused, match="older than a day"):
        requests.open(request.id, by="bent", now=NOW + VALID + timedelta(seconds=1))


def test_of_two_who_approve_at_once_one_is_told(tmp_path: Path) -> None:
    audit = AuditLog(tmp_path / "audit.jsonl")
    requests = Requests(tmp_path / "open", audit)
    request = asked(requests)
    first, second = requests.open(request.id, by="bent", now=NOW), requests.open(request.id, by="carl", now=NOW)
    requests.use_up(first, by="bent")
    with pytest.raises(ReidentificationRefused, match="used up"):
        requests.use_up(second, by="carl")
    assert [(entry.kind, entry.actor) for entry in audit.read()][1:] == [
        ("reidentified", "bent"),
        ("reidentification_refused", "carl"),
    ]


@pytest.mark.parametrize("id_", ["../audit", "", "0" * 8, "ABCDEF12"])
def test_an_id_that_is_none_opens_nothing(tmp_path: Path, id_: str) -> None:
    requests = Requests(tmp_path / "open", AuditLog(tmp_path / "audit.jsonl"))
    with pytest.raises(ReidentificationRefused, match="no open request"):
        requests.open(id_, by="bent", now=NOW)
