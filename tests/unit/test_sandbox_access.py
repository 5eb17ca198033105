"""The door: who gets in, what the audit log says of it, and that access ends when it ends."""

import json
import os
import re
import shutil
import threading
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sandbox.disclosure.ledger import Ledger
from sandbox.disclosure.rules import NUMBERS
from sandbox.errors import (
    DisclosureRefused,
    GrantEnded,
    NoGrant,
    PermitError,
    QueryRefused,
    RegisterError,
    ReleaseError,
)
from sandbox.permits.model import DENMARK, digest
from sandbox.query import Limits, run
from sandbox.reads import HIDDEN, UNREAD
from tests.permits import alter, approved
from tests.unit.sandbox_door import NOW, Place
from tests.unit.sandbox_warehouse import a_permit

PROJECT = "heart-failure"
COUNT = "select count(*) as n from person"
FOREVER = "select count(*) from range(1000000000) a, range(1000000) b"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, tables={"person": {"columns": ["sex"]}, "note": {"columns": ["note_text"]}})


def test_a_holder_s_query_is_answered_and_written_down_before_and_after(place: Place) -> None:
    release = place.release()
    grant = place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    answer = place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    assert (answer.table.to_pylist(), answer.release) == ([{"n": 10}], release.release)
    asked, done = place.audit.read()
    assert (asked.kind, asked.actor, asked.project) == ("query", "anna", PROJECT)
    name = asked.facts["query"]
    assert re.fullmatch("q[0-9a-f]{8}", name)
    under = {"release": release.release, "grant": grant.id, "query": name}
    under |= {"permit": digest(place.permit), "permit_version": 1}
    assert asked.facts == {**under, "sql": COUNT, "reads": {"person": []}}
    assert 0 <= done.facts["seconds"] < 60
    assert (done.kind, done.facts) == ("query_done", {**under, "rows": 1, "seconds": done.facts["seconds"]})


def test_each_query_is_told_with_its_tables_columns_grant_permit_and_what_became_of_it(place: Place) -> None:
    place.release()
    grant = place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    before = digest(place.permit)
    place.door.query(PROJECT, "select sex, count(note_text) from person join note using (subject_id) group by all",
                     holder="anna", now=NOW)  # fmt: skip
    place.permit = place.put({"title": "Another", "tables": {"person": {"columns": ["sex"]}}})
    for sql in ("select note_text from note", "select from", "from query('from person')"):
        with suppress(QueryRefused):
            place.door.query(PROJECT, sql, holder="anna", now=NOW)
    entries = [entry.facts for entry in place.audit.read()]
    asked, became = entries[::2], entries[1::2]
    assert [one["query"] for one in asked] == [one["query"] for one in became]
    assert len({one["query"] for one in asked}) == 4
    assert {one["grant"] for one in entries} == {grant.id}
    assert [one["permit"] for one in entries] == [before] * 2 + [digest(place.permit)] * 6
    assert [one["permit_version"] for one in entries] == [1] * 2 + [2] * 6
    assert [one["reads"] for one in asked] == [
        {"person": ["sex", "subject_id"], "note": ["note_text", "subject_id"]},
        # Not seen any more, under the permit that is in force.
        {},
        UNREAD,
        HIDDEN,
    ]
    assert [one.get("reason", one.get("rows")) for one in became] == [2, "Catalog Error", "Parser Error", "function"]


def test_without_a_grant_nobody_enters_and_it_is_written_down(place: Place) -> None:
    place.release()
    with pytest.raises(NoGrant, match=r"ask heart@research\.invalid"):
        place.door.query(PROJECT, COUNT, holder="bent", now=NOW)
    with pytest.raises(NoGrant, match="no access to a sandbox nothing-here"):
        place.door.query("nothing-here", COUNT, holder="bent", now=NOW)
    with pytest.raises(NoGrant):
        place.door.query("../heart-failure", COUNT, holder="bent", now=NOW)
    with pytest.raises(NoGrant):
        place.door.open(PROJECT, holder="bent", clock=lambda: NOW)
    assert place.told() == [("access_refused", "bent")] * 4
    assert next(iter(place.audit.read())).facts == {"reason": "NoGrant", "sql": COUNT}


def test_who_asks_in_another_s_name_is_written_down(place: Place) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    for login, told in (("anna", None), ("bent", "bent")):
        place.enter(login).query(PROJECT, COUNT, holder="anna", now=NOW)
        asked, done = list(place.audit.read())[-2:]
        assert [(e.actor, e.facts.get("asked_by")) for e in (asked, done)] == [("anna", told)] * 2
    with pytest.raises(NoGrant):
        place.enter("bent").query(PROJECT, COUNT, holder="carl", now=NOW)
    assert (place.last().actor, place.last().facts["asked_by"]) == ("carl", "bent")


def test_after_the_end_it_is_refused_with_the_date_and_whom_to_ask(place: Place) -> None:
    place.release()
    grant = place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    with pytest.raises(GrantEnded, match=r"ended on 2026-02-15 13:00 CET; ask heart@research\.invalid"):
        place.door.query(PROJECT, COUNT, holder="anna", now=grant.ends_at)
    assert place.last().facts == {"reason": "GrantEnded", "sql": COUNT}


ANNA_LEFT = {"people": [{"login": "bent", "party": "Hjertecentret"}]}


@pytest.mark.parametrize(("changes", "error"), [(ANNA_LEFT, NoGrant), ({"to": date(2026, 2, 1)}, GrantEnded)])
def test_a_version_that_ends_access_cuts_a_query_that_runs(
    place: Place, changes: dict[str, Any], error: type[Exception]
) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    timer = threading.Timer(0.7, lambda: place.put({"tables": {"person": {"columns": ["sex"]}}, **changes}))
    timer.start()
    begun = time.monotonic()
    with pytest.raises(error):
        place.door.query(PROJECT, FOREVER, holder="anna", now=NOW)
    timer.join()
    assert time.monotonic() - begun < 5
    assert place.last().kind == "query_refused"


def test_a_release_that_tells_of_fewer_people_than_the_permit_lets_is_closed(place: Place) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    tables = place.permit.as_dict()["tables"]
    place.put({"tables": tables, "small_cell_threshold": 4})
    assert place.door.query(PROJECT, COUNT, holder="anna", now=NOW).table.num_rows == 1
    place.put({"tables": tables, "small_cell_threshold": 6})
    with pytest.raises(ReleaseError, match="found another small_cell_threshold"):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)


def test_a_permit_cut_short_or_withdrawn_ends_access(place: Place) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    assert place.door.query(PROJECT, COUNT, holder="anna", now=NOW).table.num_rows == 1
    place.put({"to": date(2026, 2, 1)})
    with pytest.raises(GrantEnded, match="up to, not including, 2026-02-01"):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    shutil.rmtree(place.permits / PROJECT)
    with pytest.raises(NoGrant):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    approved(place.permits, a_permit(project="broken"))
    alter(place.permits, "broken")
    with pytest.raises(PermitError, match="broken, version 0001: expected the permit that was asked for and approved"):
        place.door.query("broken", COUNT, holder="anna", now=NOW)
    assert [kind for kind, _ in place.told()][-3:] == ["access_refused"] * 3


def test_a_query_that_still_runs_when_the_grant_ends_is_cut(place: Place) -> None:
    place.release()
    grant = place.grants.issue(permit=place.permit, holder="anna", days=1, now=NOW)
    almost = grant.ends_at - timedelta(seconds=0.5)
    with pytest.raises(GrantEnded, match="ended on 2026-02-02 13:00 CET"):
        place.door.query(PROJECT, FOREVER, holder="anna", now=almost)
    assert [kind for kind, _ in place.told()] == ["query", "query_refused"]
    assert place.last().facts["reason"] == "GrantEnded"
    assert 0.4 < place.last().facts["seconds"] < 10


def test_in_the_hour_that_comes_twice_a_running_query_is_cut_when_the_grant_ends(place: Place) -> None:
    place.permit = place.put({"tables": {"person": {"columns": ["sex"]}}, "to": "2027-01-01"})
    place.release()
    again = datetime(2026, 10, 25, 2, 30, tzinfo=DENMARK, fold=1)
    ends = again.astimezone(UTC) + timedelta(seconds=0.5)
    place.grants.issue(permit=place.permit, holder="anna", days=1, now=ends - timedelta(days=1))
    with pytest.raises(GrantEnded, match="ended on 2026-10-25 02:30 CET"):
        place.door.query(PROJECT, FOREVER, holder="anna", now=again)
    assert 0.4 < place.last().facts["seconds"] < 10


def test_a_clock_that_is_set_back_opens_no_session_and_no_log_again(place: Place) -> None:
    place.release()
    grant = place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    times = iter([NOW, NOW, grant.ends_at, NOW])
    session = place.door.open(PROJECT, holder="anna", clock=lambda: next(times))
    assert session.query(COUNT).num_rows == 1
    # The third time is the end; the fourth is long before it.
    for _ in range(2):
        with pytest.raises(GrantEnded):
            session.query(COUNT)
    for act in (place.door.look, place.door.log):
        with pytest.raises(GrantEnded):
            act(
                PROJECT,
                holder="anna",
                now=NOW,
                grant=grant.id,
                **{"what": "x"} if act == place.door.look else {"most": 1},
            )
    with pytest.raises(GrantEnded):
        place.door.check(PROJECT, holder="anna", now=NOW, grant=grant.id)


@pytest.mark.parametrize("sql", [FOREVER, f"select count(*) from {', '.join(f'person p{i}' for i in range(14))}"])
def test_revoking_a_grant_cuts_a_query_that_runs(place: Place, sql: str) -> None:
    place.release()
    now = datetime.now(UTC)
    grant = place.grants.issue(permit=place.permit, holder="anna", days=1, now=now)
    revoked: list[float] = []

    def revoke() -> None:
        place.grants.revoke(grant.id, now=datetime.now(UTC))
        revoked.append(time.monotonic())

    timer = threading.Timer(0.7, revoke)
    timer.start()
    try:
        # Without the cut it would run on to the limit.
        with pytest.raises(GrantEnded, match="was revoked"):
            place.door.query(PROJECT, sql, holder="anna", now=now, limits=Limits(seconds=8))
        took = time.monotonic() - revoked[0]
    finally:
        timer.join()
    assert 0 <= took < 2
    assert place.last().facts["reason"] == "GrantEnded"
    assert "watchdog" not in {thread.name for thread in threading.enumerate()}


def test_what_is_taken_out_of_the_permit_is_no_longer_seen_in_any_release(place: Place) -> None:
    wide = {"person": {"columns": ["sex", "birth_date"]}, "note": {"columns": ["note_text"]}}
    place.permit = place.put({"tables": wide})
    first = place.release()
    place.permit = place.put({"tables": wide, "title": "Cut again"})
    second = place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    session = place.door.open(PROJECT, holder="anna", release=first.release, clock=lambda: NOW)
    assert session.query("select birth_date, note_text from person join note using (subject_id)").num_rows
    place.put({"tables": {"person": {"columns": ["sex", "death_date"]}}})
    for release in (first.release, second.release, None):
        seen = place.door.query(PROJECT, "select * from person", holder="anna", now=NOW, release=release).table
        assert (seen.column_names, seen.num_rows) == (["subject_id", "sex"], 10)
        for sql in ("select birth_date from person", "select * from note"):
            with pytest.raises(QueryRefused):
                place.door.query(PROJECT, sql, holder="anna", now=NOW, release=release)
    assert session.tables() == ("person",)
    with pytest.raises(QueryRefused):
        session.query("select note_text from note")


def test_a_release_of_which_the_permit_names_nothing_is_refused(place: Place) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    place.put({"tables": {"person": {"columns": ["birth_date"]}, "cohort_membership": {"columns": ["entry_date"]}}})
    with pytest.raises(ReleaseError, match=r"names, found none; .* oeverum sandbox release heart-failure"):
        place.door.query(PROJECT, "select subject_id from person", holder="anna", now=NOW)
    assert (place.last().kind, place.last().facts["reason"]) == ("access_refused", "ReleaseError")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"population": [{"in": "cohort_membership"}, {"in": "home_care_visit"}]}, "population"),
        ({"period": {"from": "2020-01-01", "to": "2021-01-01"}}, "period"),
        ({"dates": "month"}, "dates"),
        ({"tier": "company"}, "tier"),
        (
            {"tables": {"person": {"columns": ["sex"], "where": [{"column": "sex", "op": "=", "value": "male"}]}}},
            "where of person",
        ),
    ],
)
def test_a_release_cut_under_other_conditions_is_refused(place: Place, changes: dict[str, Any], part: str) -> None:
    first = place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    session = place.door.open(PROJECT, holder="anna", clock=lambda: NOW)
    place.put({"tables": {"person": {"columns": ["sex"]}}} | changes)
    for release in (None, first.release):
        with pytest.raises(ReleaseError, match=f"another {part}; .* oeverum sandbox release heart-failure"):
            place.door.query(PROJECT, COUNT, holder="anna", now=NOW, release=release)
    with pytest.raises(ReleaseError):
        session.query(COUNT)
    with pytest.raises(ReleaseError):
        session.tables()


def test_other_words_in_the_permit_leave_its_releases_open(place: Place) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    # Of a table that is gone, the conditions are gone too; a longer permit or another title cuts nothing.
    place.put({"title": "Hearts", "to": "2028-01-01", "tables": {"person": {"columns": ["sex"]}}})
    assert place.door.query(PROJECT, COUNT, holder="anna", now=NOW).table.to_pylist() == [{"n": 10}]


def test_a_refused_query_is_written_down_without_what_the_rows_say(place: Place) -> None:
    release = place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    for sql, reason in [
        ("drop view person", "statement"),
        ("select nope from person", "Binder Error"),
        ("select cast(note_text as integer) from note", "Conversion Error"),
        ("select error(note_text) from note", "Invalid Input Error"),
    ]:
        with pytest.raises(QueryRefused):
            place.door.query(PROJECT, sql, holder="anna", now=NOW)
        facts = place.last().facts
        assert (facts["release"], facts["reason"]) == (release.release, reason)
    with pytest.raises(QueryRefused):
        place.door.query(PROJECT, FOREVER, holder="anna", now=NOW, limits=Limits(seconds=0.2))
    assert place.last().facts["reason"] == "time"
    assert place.told() == [("query", "anna"), ("query_refused", "anna")] * 5
    assert "Patienten" not in (place.folder / "state" / "audit.jsonl").read_text(encoding="utf-8")


def test_a_release_can_be_pinned_and_the_latest_is_the_default(place: Place) -> None:
    first = place.release()
    place.permit = place.put({"tables": {"person": {"columns": ["sex", "birth_date"]}}})
    second = place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    assert place.door.query(PROJECT, COUNT, holder="anna", now=NOW).release == second.release
    pinned = place.door.query(PROJECT, "select sex from person", holder="anna", now=NOW, release=first.release)
    assert pinned.release == first.release
    for name in ("r0009-00000000", "../other-project/r0001-00000000", ""):
        with pytest.raises(ReleaseError, match="found none; see oeverum sandbox show heart-failure"):
            place.door.query(PROJECT, COUNT, holder="anna", now=NOW, release=name)
    assert place.last().facts["reason"] == "ReleaseError"


def test_before_there_is_a_release_a_holder_is_told(place: Place) -> None:
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    with pytest.raises(ReleaseError, match="expected a release of heart-failure, found none"):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)


def test_a_damaged_release_is_written_down_as_such(place: Place) -> None:
    release = place.release()
    (release.folder / "note.parquet").unlink()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    with pytest.raises(ReleaseError):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    assert place.told() == [("access_refused", "anna")]
    assert place.last().facts["reason"] == "ReleaseError"


def _spoil(path: Path) -> None:
    """Another byte in the middle of a file, and its times as they were."""
    told, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def test_a_byte_of_any_file_is_missed_on_opening(place: Place) -> None:
    """Of a table that the query does not read, of a codebook that nobody looks at, of the manifest."""
    release = place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    files = sorted(path.name for path in release.folder.iterdir())
    assert {"manifest.json", "codebook.html", "codebook.json", "note.parquet", "person.parquet"} <= set(files)
    for file in files:
        sound = (release.folder / file).read_bytes()
        _spoil(release.folder / file)
        for door in (place.door, place.enter("anna")):
            with pytest.raises(ReleaseError, match=r"not as (it was written|the manifest says)|cannot be read"):
                door.query(PROJECT, COUNT, holder="anna", now=NOW)
            with pytest.raises(ReleaseError):
                door.open(PROJECT, holder="anna", clock=lambda: NOW)
        (release.folder / file).write_bytes(sound)
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    (release.folder / "another.parquet").touch()
    with pytest.raises(ReleaseError, match=r"found a difference in another\.parquet"):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"subjects": 123_456},
        {"permit": {}},
        {"seal": "0" * 64},
        {"seal": None},
        {"seal": "æ"},
        {"created": "2026-01-01"},
    ],
)
def test_a_manifest_that_somebody_edited_is_not_believed(place: Place, change: dict[str, Any]) -> None:
    manifest = place.release().folder / "manifest.json"
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(json.loads(manifest.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"manifest\.json is not as it was written"):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)


def test_what_cannot_be_written_down_is_not_run(place: Place) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    (place.folder / "state" / "audit.jsonl").mkdir()
    with pytest.raises(OSError):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)


def test_without_the_register_nobody_is_let_in_and_it_is_written_down(place: Place) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    (place.folder / "state" / "grants.sqlite").unlink()
    with pytest.raises(RegisterError):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    assert (place.last().kind, place.last().facts["reason"]) == ("access_refused", "RegisterError")


def test_a_register_that_vanishes_while_a_query_runs_gives_no_answer(place: Place) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)

    def slow(**asked: Any) -> Any:
        table = run(**asked)
        (place.folder / "state" / "grants.sqlite").unlink()
        return table

    with pytest.raises(RegisterError):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW, runner=slow)
    assert (place.last().kind, place.last().facts["reason"]) == ("query_refused", "RegisterError")


def test_one_grant_of_several_can_be_asked_for(place: Place) -> None:
    place.release()
    one, other = (place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW) for _ in range(2))
    place.grants.revoke(one.id, now=NOW)
    assert place.door.query(PROJECT, COUNT, holder="anna", now=NOW, grant=other.id).table.num_rows == 1
    with pytest.raises(GrantEnded):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW, grant=one.id)
    with pytest.raises(GrantEnded):
        place.door.look(PROJECT, holder="anna", now=NOW, grant=one.id, what="codebook")
    release, permit, held = place.door.look(PROJECT, holder="anna", now=NOW, grant=other.id, what="codebook")
    assert (permit.project, held) == (PROJECT, other)
    under = {"grant": other.id, "permit": digest(place.permit), "permit_version": 1}
    assert place.last().facts == {**under, "release": release.release, "what": "codebook"}


def test_a_session_keeps_its_release_and_looks_at_the_grant_before_each_query(place: Place) -> None:
    first = place.release()
    grant = place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    times = iter([NOW, NOW + timedelta(days=1), NOW + timedelta(days=2), grant.ends_at])
    session = place.door.open(PROJECT, holder="anna", clock=lambda: next(times))
    assert (session.release, session.tables()) == (first.release, ("person", "note"))
    place.permit = place.put({"tables": {"person": {"columns": ["sex", "birth_date"]}}})
    place.release()
    assert session.tables() == ("person",)
    assert session.query("select sex from person").num_rows == 10
    with pytest.raises(QueryRefused):
        session.query("attach 'x.db'")
    with pytest.raises(GrantEnded):
        session.query(COUNT)
    assert [kind for kind, _ in place.told()] == [
        "open",
        "query",
        "query_done",
        "query",
        "query_refused",
        "access_refused",
    ]
    assert place.audit.verify().ok


def test_numbers_that_look_like_people_are_masked_in_the_log(place: Place) -> None:
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    sql = "select count(*) as n from note where note_text like '%010150-1234%' or note_text like '%a.b@c.dk%'"
    assert place.door.query(PROJECT, sql, holder="anna", now=NOW).table.to_pylist() == [{"n": 0}]
    with pytest.raises(NoGrant):
        place.door.query(PROJECT, sql, holder="bent", now=datetime(2026, 2, 2, tzinfo=UTC))
    text = (place.folder / "state" / "audit.jsonl").read_text(encoding="utf-8")
    assert text.count("[CPR]") == text.count("[EMAIL]") == 2
    assert "010150" not in text


def test_a_company_gets_results_and_no_rows_and_the_audit_log_says_why_not(tmp_path: Path) -> None:
    place = Place(tmp_path, tier="company", small_cell_threshold=5, rounding=5, tables={"person": {"columns": ["sex"]}})
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    answer = place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    assert answer.table.to_pylist() == [{"n": 10}]
    assert answer.note.startswith("Groups of fewer than 5 people are left out")
    assert answer.note.endswith(f"{NUMBERS - 1} new numbers are left.")
    for sql, rule in (
        ("from person", "shape"),
        ("select sex from person", "shape"),
        (
            "select sex, count(*) from person where subject_id in (select subject_id from person) group by sex, 2",
            "shape",
        ),
        ("select count(*) from person where sex = 'neither'", "threshold"),
    ):
        with pytest.raises(DisclosureRefused):
            place.door.query(PROJECT, sql, holder="anna", now=NOW)
        assert place.last().facts["reason"] == f"disclosure: {rule}"
    with pytest.raises(QueryRefused, match="expected a SELECT"):
        place.door.query(PROJECT, "drop table person", holder="anna", now=NOW)
    (place.folder / "state" / "answers.sqlite").write_text("lost", encoding="utf-8")
    with pytest.raises(DisclosureRefused, match="ledger"):
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)


def test_a_company_s_question_is_cut_as_any_other(tmp_path: Path) -> None:
    place = Place(tmp_path, tier="company", tables={"dispensing": {"columns": ["atc_code"]}})
    with duckdb.connect(str(place.warehouse)) as warehouse:
        warehouse.execute("insert into marts.dispensing select d.* from marts.dispensing as d, range(800)")
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    # Sixteen hundred rows of each person, and as many times as many after the join.
    asked = "select count(*) from dispensing a join dispensing b using (subject_id) where a.atc_code <= b.atc_code"
    with pytest.raises(QueryRefused, match="within"):
        place.door.query(PROJECT, asked, holder="anna", now=NOW, limits=Limits(seconds=0.05))
    assert Ledger(tmp_path / "state" / "answers.sqlite").since(PROJECT).refusals == 1


def test_a_question_that_the_engine_would_plan_for_minutes_is_refused(tmp_path: Path) -> None:
    place = Place(tmp_path, tier="company", tables={"person": {"columns": ["sex"]}})
    place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    joins = " ".join(f"join person p{n} using (subject_id)" for n in range(200))
    with pytest.raises(DisclosureRefused, match="more than 20 tables"):
        place.door.query(PROJECT, f"select count(*) from person {joins}", holder="anna", now=NOW)


def test_a_total_that_has_grown_by_a_few_is_refused_and_the_earlier_release_is_told_again(tmp_path: Path) -> None:
    """People 10 and 11 come into the cohort between two releases."""
    place = Place(tmp_path, tier="company", small_cell_threshold=5, tables={"person": {"columns": ["sex"]}})
    first = place.release()
    place.grants.issue(permit=place.permit, holder="anna", days=14, now=NOW)
    before = place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    with duckdb.connect(str(place.warehouse)) as warehouse:
        warehouse.execute(
            "create temp table new as select person_id from marts.person anti join marts.cohort_membership using "
            "(person_id); insert into marts.cohort_membership select m.* replace (new.person_id as person_id) "
            "from new, (from marts.cohort_membership limit 1) m"
        )
    second = place.release()
    assert (first.subjects, second.subjects) == (10, 12)
    with pytest.raises(DisclosureRefused) as refused:
        place.door.query(PROJECT, COUNT, holder="anna", now=NOW)
    assert refused.value.rule == "differencing"
    again = place.door.query(PROJECT, COUNT, holder="anna", now=NOW, release=first.release)
    assert again.table.equals(before.table)
    assert again.note == before.note, "a number that was told before is none"
