"""Tracing a subject to a person: two people, a reason, once, and all of it in the audit log but the number."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from oeverum.commands import reidentify as reidentify_commands
from oeverum.settings import Settings
from pseudonymisation.errors import KeyRingError
from pseudonymisation.pseudonyms import pseudonym
from sandbox.audit import AuditLog
from sandbox.errors import ReidentificationRefused
from sandbox.manifest import latest
from sandbox.pseudonyms import project_pseudonyms
from sandbox.reidentification import Requests
from tests.commands import Type
from tests.released import read

PROJECT = "readmissions-elderly"
REASON = "A result that needs treatment was found by the research."


@pytest.fixture
def as_login(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(reidentify_commands, "operator", lambda: "anna")
    return monkeypatch


def subjects(settings: Settings) -> list[str]:
    release = latest(settings.releases, PROJECT)
    assert release is not None
    return sorted(read(release, "person")["subject_id"].to_pylist())


def log(settings: Settings) -> list[tuple[str, str]]:
    return [(e.kind, e.actor) for e in AuditLog(settings.audit).read() if e.kind.startswith("reidentif")]


def ask(type_in: Type, settings: Settings, subject: str) -> str:
    done = type_in(settings, "reidentify", "request", PROJECT, subject, "--reason", REASON)
    assert done.exit_code == 0, done.error
    return done.shown.split()[1].rstrip(":")


def test_two_people_learn_who_it_is_and_the_log_does_not(
    type_in: Type, copy_of_road: Settings, as_login: pytest.MonkeyPatch
) -> None:
    settings = copy_of_road
    subject = subjects(settings)[3]
    request = ask(type_in, settings, subject)
    as_login.setattr(reidentify_commands, "operator", lambda: "bent")
    shown = type_in(settings, "reidentify", "approve", request)
    assert shown.exit_code == 0, shown.error
    number = shown.shown.split()[0]
    person_id = pseudonym(number, key=settings.key_ring().key("person"))
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        assert warehouse.execute("select count(*) from marts.person where person_id = ?", [person_id]).fetchall() == [
            (1,)
        ]
    release = latest(settings.releases, PROJECT)
    assert release is not None
    people = read(release, "person").to_pylist()
    (row,) = [row for row in people if row["subject_id"] == subject]
    assert number[:6] == f"{row['birth_date']:%d%m%y}"
    assert log(settings) == [("reidentification_requested", "anna"), ("reidentified", "bent")]
    assert number not in settings.audit.read_text(encoding="utf-8")
    again = type_in(settings, "reidentify", "approve", request)
    assert (again.exit_code, type(again.error)) == (1, ReidentificationRefused)
    assert "no open request" in str(again.error)


def test_a_person_who_changed_number_is_told_with_both(
    type_in: Type, copy_of_road: Settings, as_login: pytest.MonkeyPatch
) -> None:
    settings = copy_of_road
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        rows = warehouse.execute("select person_id from marts.person order by person_id").fetchall()
    person_id, former = rows[0][0], rows[-1][0]  # The one's number is taken for a former one of the other.
    as_login.setattr(reidentify_commands, "_former", lambda settings, person: [former])
    key = settings.key_ring().key(f"project:{PROJECT}/subject")
    (subject,) = project_pseudonyms(pa.array([person_id]), key=key).to_pylist()
    request = ask(type_in, settings, subject)
    as_login.setattr(reidentify_commands, "operator", lambda: "bent")
    lines = type_in(settings, "reidentify", "approve", request).shown.splitlines()
    made = [pseudonym(line.split()[0], key=settings.key_ring().key("person")) for line in lines]
    assert made == [person_id, former]
    assert [line.endswith("(a former number)") for line in lines] == [False, True]


def test_whoever_asks_cannot_approve_and_nobody_can_after_a_day(
    type_in: Type, copy_of_road: Settings, as_login: pytest.MonkeyPatch
) -> None:
    settings = copy_of_road
    request = ask(type_in, settings, subjects(settings)[0])
    own = type_in(settings, "reidentify", "approve", request)
    assert "whoever asks cannot approve" in str(own.error)
    late = Requests(settings.state / "reidentification", AuditLog(settings.audit))
    with pytest.raises(ReidentificationRefused, match="older than a day"):
        late.open(request, by="bent", now=datetime.now(UTC) + timedelta(hours=25))
    with pytest.raises(ReidentificationRefused, match="no open request"):
        late.open(request, by="bent", now=datetime.now(UTC))
    assert [kind for kind, _ in log(settings)] == ["reidentification_requested"] + 3 * ["reidentification_refused"]


@pytest.mark.parametrize(
    ("project", "subject", "reason", "told"),
    [
        (PROJECT, "0101501234", REASON, "no such subject"),
        (PROJECT, "ABCDEFGHIJKL", REASON, "no such subject"),
        ("another-project", "ABCDEFGHIJKL", REASON, "there is no release of another-project"),
    ],
)
def test_what_is_refused(
    type_in: Type,
    copy_of_road: Settings,
    as_login: pytest.MonkeyPatch,
    project: str,
    subject: str,
    reason: str,
    told: str,
) -> None:
    done = type_in(copy_of_road, "reidentify", "request", project, subject, "--reason", reason)
    assert log(copy_of_road) == [("reidentification_refused", "anna")]
    assert isinstance(done.error, ReidentificationRefused)
    assert told in str(done.error)
    assert subject not in str(done.error)


@pytest.mark.parametrize(
    ("subject", "reason", "told"),
    [
        ("ABCDEFGHIJKL", " because                  ", "a reason of 20 characters or more, found 7"),
        ("0101501234", REASON, "that is no subject"),
        ("ABCDEFGHIJKL", "The number 010150-1234 needs treatment.", "holds what looks like an identifier"),
    ],
)
def test_a_request_needs_a_subject_and_a_reason(tmp_path: Path, subject: str, reason: str, told: str) -> None:
    audit = AuditLog(tmp_path / "audit.jsonl")
    with pytest.raises(ReidentificationRefused, match=told):
        Requests(tmp_path / "open", audit).ask(
            project=PROJECT, subject=subject, reason=reason, by="anna", now=datetime.now(UTC)
        )
    assert [entry.kind for entry in audit.read()] == ["reidentification_refused"]
    assert subject not in (tmp_path / "audit.jsonl").read_text()
    assert not (tmp_path / "open").exists()


def test_a_destroyed_key_tells_nobody(type_in: Type, copy_of_road: Settings, as_login: pytest.MonkeyPatch) -> None:
    settings = copy_of_road
    request = ask(type_in, settings, subjects(settings)[0])
    settings.key_ring().destroy(PROJECT, by="anna")
    as_login.setattr(reidentify_commands, "operator", lambda: "bent")
    assert isinstance(type_in(settings, "reidentify", "approve", request).error, KeyRingError)
    assert log(settings)[-1] == ("reidentification_refused", "bent")
