"""Releases: what is in one, that it never changes, and that nothing is published which the gate has not passed."""

import base64
import fcntl
import hashlib
import hmac
import json
import stat
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.cmac import CMAC

from pseudonymisation.keyring import KeyRing
from pseudonymisation.known_values import HashedValues, KnownValues
from sandbox.errors import DisclosureRefused, GateFailed, IdentifierLeft, PermitError, ReleaseError
from sandbox.manifest import Release, latest, list_releases
from sandbox.parquet import ROW_GROUP_ROWS, Written, check_parquet, opened, write_parquet
from sandbox.permits.model import Permit, digest
from sandbox.pseudonyms import ProjectKeys, project_pseudonyms, record_pseudonyms
from sandbox.release import write_release
from sandbox.release_keys import ReleaseKeys
from sandbox.seal import seal_of, verify
from tests.released import key_to, read
from tests.unit.sandbox_warehouse import PEOPLE, a_permit, build_warehouse, person

KEY = bytes(range(32))
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)

TABLES: dict[str, Any] = {
    "person": {"columns": ["sex", "birth_date"]},
    "cohort_membership": {"columns": ["period_number", "entry_date", "exit_date"]},
    "hospital_stay": {"columns": ["stay_id", "start_at", "first_contact_id"]},
    "readmission": {"columns": ["stay_id", "readmission_stay_id", "is_readmitted_30_days"]},
    "diagnosis": {"columns": ["diagnosis_number", "contact_id", "diagnosis_code"]},
    "home_care_visit": {"columns": ["visit_id", "start_at", "care_worker_id"]},
}


@dataclass(frozen=True)
class Verdict:
    passed: bool = True
    failures: tuple[str, ...] = ()
    report: dict[str, Any] = field(
        default_factory=lambda: {"verdicts": [{}, {}], "failures": [], "warnings": ["note/length"]}
    )


@dataclass(frozen=True)
class Book:
    json: dict[str, Any]
    html: str


def codebook(
    *, permit: Permit, tables: list[Any], flow: list[Any], folder: Path, key: bytes, release: str, created: datetime
) -> Book:
    return Book({"release": release, "tables": [table.name for table in tables]}, f"<p>{permit.project}</p>")


def quality(*, verdict: Verdict, permit: Permit, codebook: dict[str, Any]) -> Book:
    return Book({**verdict.report, "of": codebook["release"]}, f"{permit.project} passed: {verdict.passed}")


class Place:
    """A warehouse and a folder of releases."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = build_warehouse(folder / "warehouse" / "cohort.duckdb")
        self.releases = folder / "releases"
        self.keys = ReleaseKeys(KeyRing(folder / "keys"))

    def release(self, **changes: Any) -> Release:
        permit = changes.pop("permit", {})
        arguments: dict[str, Any] = {
            "permit": Permit.model_validate(a_permit(**{"tables": TABLES, **permit})),
            "warehouse": self.warehouse,
            "releases": self.releases,
            "keys": KEYS,
            "release_keys": self.keys,
            "known": HashedValues(KEY, {}),
            "deliveries": [{"source": "bef", "delivery": "2026-01-20", "created": "2026-01-20T06:00:00+00:00"}],
            "code_version": "0.1.0",
            "gate": Verdict,
            "codebook": codebook,
            "quality": quality,
            "now": NOW,
            "synthetic_only": True,
        }
        return write_release(**(arguments | changes))

    def change(self, sql: str) -> None:
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(sql)

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.releases)) for path in self.releases.rglob("*") if path.is_file())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def key_of(kind: str) -> bytes:
    return hashlib.sha256(KEY + kind.encode()).digest()


KEYS = ProjectKeys(key=lambda kind, _: key_of(kind), version=lambda kind: f"k1-{kind}")
OTHER_KEYS = ProjectKeys(key=lambda kind, _: key_of(f"other {kind}"), version=lambda kind: f"k2-{kind}")


def expected_pseudonym(number: int) -> str:
    """A person's, as the design has it, by the standard library alone."""
    code = hmac.new(key_of("subject"), number.to_bytes(8, "big"), hashlib.sha256).digest()
    return base64.b32encode(code).decode("ascii")[:12]


def expected_record(number: int, kind: str) -> str:
    """A record's, by the CMAC of a library."""
    code = CMAC(AES256(key_of(kind)))
    code.update(number.to_bytes(16, "big"))
    return base64.b32encode(code.finalize()).decode("ascii")[:16]


def test_pseudonyms_are_those_of_the_design() -> None:
    numbers = [0, 1, 2**63 - 1, 17, 17, None]
    assert project_pseudonyms(pa.array(numbers), key=key_of("subject")).to_pylist() == [
        None if number is None else expected_pseudonym(number) for number in numbers
    ]
    assert record_pseudonyms(pa.array(numbers), key=key_of("contact")).to_pylist() == [
        None if number is None else expected_record(number, "contact") for number in numbers
    ]
    for made in (project_pseudonyms, record_pseudonyms):
        assert made(pa.array([], pa.int64()), key=KEY) == pa.array([], pa.string())


def test_a_key_that_is_rotated_meanwhile_does_not_mix(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """One version from the first batch to the last, and it is the one that the manifest names."""
    monkeypatch.setattr("sandbox.subjects.BATCH_ROWS", 2)
    asked: Counter[str] = Counter()

    def version(kind: str) -> str:
        asked[kind] += 1
        return f"k{asked[kind]}"

    rotating = ProjectKeys(key=lambda kind, version: key_of(f"{kind} {version}"), version=version)
    release = place.release(keys=rotating)
    manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    key = key_of(f"subject {manifest['key_versions']['subject']}")
    known = set(project_pseudonyms(pa.array([person(number) for number in range(PEOPLE)]), key=key).to_pylist())
    assert set(read(release, "person")["subject_id"].to_pylist()) <= known
    # The next release begins under the keys of this one, and meets others when it is cut.
    asked.clear()
    before_cut = {"subject": 2}

    def late(kind: str) -> str:
        asked[kind] += 1
        return manifest["key_versions"][kind] if asked[kind] <= before_cut.get(kind, 1) else "k99"

    with pytest.raises(ReleaseError, match="found others for"):
        place.release(keys=replace(rotating, version=late))
    assert len(list(place.releases.glob("*/r*"))) == 1


def test_two_people_who_share_a_pseudonym_stop_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    # No two numbers of which this is true can be found, so the hash is made shorter.
    monkeypatch.setattr("sandbox.pseudonyms.keyed_hashes", lambda values, *, key: [bytes(32) for _ in values])
    with pytest.raises(ReleaseError, match="found one for two"):
        project_pseudonyms(pa.array([1, 2]), key=KEY)


def test_a_release_tells_what_it_holds(place: Place) -> None:
    release = place.release()
    manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    permit = Permit.model_validate(a_permit(tables=TABLES))
    assert release.created
    assert release.release == manifest["release"] == release.folder.name == f"r0001-{manifest['digest'][:8]}"
    assert (manifest["project"], manifest["tier"], manifest["previous"]) == ("heart-failure", "research", None)
    assert manifest["created"] == "2026-02-01T12:00:00+00:00"
    assert (Permit.model_validate(manifest["permit"]), manifest["permit_digest"]) == (permit, digest(permit))
    assert manifest["deliveries"] == [
        {"source": "bef", "delivery": "2026-01-20", "created": "2026-01-20T06:00:00+00:00"}
    ]
    assert manifest["as_of"] == "2026-01-20T06:00:00+00:00"
    assert manifest["code_version"] == "0.1.0"
    assert manifest["key_versions"]["subject"] == "k1-subject"
    assert manifest["encryption"] == {"algorithm": "AES_GCM_V1", "key": release.key_version}
    assert manifest["subjects"] == release.subjects == 10
    assert manifest["quality"] == {"passed": True, "expectations": 2, "failed": 0, "warnings": 1, "overridden": []}
    assert [table.name for table in release.tables] == list(TABLES)
    assert (release.table_count, release.rows) == (6, 10 + 10 + 20 + 16 + 16 + 6)
    assert release.tables[1].columns == (
        ("subject_id", "string"),
        ("period_number", "int32"),
        ("entry_date", "date32[day]"),
        ("exit_date", "date32[day]"),
    )
    assert json.loads((release.folder / "codebook.json").read_text(encoding="utf-8"))["tables"] == list(TABLES)
    assert json.loads((release.folder / "quality.json").read_text(encoding="utf-8")) == {
        **Verdict().report,
        "of": release.release,
    }
    assert (release.folder / "quality.html").read_text(encoding="utf-8") == f"{release.project} passed: True"
    assert {stat.S_IMODE(path.stat().st_mode) for path in release.folder.iterdir()} == {0o444}
    verify(release, key=key_to(release))


def test_no_number_of_the_platform_is_in_a_release(place: Place) -> None:
    release = place.release()
    people = {expected_pseudonym(person(number)) for number in range(10)}
    for table in release.tables:
        content = read(release, table.name)
        assert content.column_names == ["subject_id", *TABLES[table.name]["columns"]]
        assert set(content["subject_id"].to_pylist()) <= people
        for column in content.schema:
            assert pa.types.is_string(column.type) or not column.name.endswith("_id")
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        stays = {row[0] for row in connection.execute("select stay_id from marts.hospital_stay").fetchall()}
    assert set(read(release, "hospital_stay")["stay_id"].to_pylist()) == {
        expected_record(stay, "contact") for stay in stays
    }


def test_rows_stand_in_the_order_of_the_project_s_own_pseudonyms(place: Place) -> None:
    for keys in (KEYS, OTHER_KEYS):
        release = place.release(keys=keys, rekeyed=True)
        for table in release.tables:
            subjects = read(release, table.name)["subject_id"].to_pylist()
            assert subjects == sorted(subjects)
        stays = read(release, "hospital_stay")
        order = list(zip(stays["subject_id"].to_pylist(), stays["start_at"].to_pylist(), strict=True))
        assert order == sorted(order)


def test_other_keys_than_before_are_refused_unless_they_are_meant(place: Place) -> None:
    before = place.release()
    with pytest.raises(ReleaseError, match="oeverum sandbox release heart-failure --rekeyed") as refused:
        place.release(keys=OTHER_KEYS)
    assert before.release in str(refused.value)
    assert len(list_releases(place.releases, "heart-failure")) == 1
    after = place.release(keys=OTHER_KEYS, rekeyed=True)
    people = [set(read(release, "person")["subject_id"].to_pylist()) for release in (before, after)]
    assert not people[0] & people[1]
    # From now on these are the keys of the project.
    assert not place.release(keys=OTHER_KEYS).created
    with pytest.raises(ReleaseError, match="found others for care_worker, contact"):
        place.release()


def test_one_key_of_several_is_enough_and_a_new_kind_is_none(place: Place) -> None:
    place.release(permit={"tables": {"person": {"columns": ["sex"]}}})
    assert place.release().created, "a permit that asks for more has more keys, and no other ones"
    visits = replace(KEYS, version=lambda kind: f"k{1 + (kind == 'visit')}-{kind}")
    with pytest.raises(ReleaseError, match="found others for visit,"):
        place.release(keys=visits)


def test_two_projects_share_no_key_and_one_sandbox_joins(place: Place) -> None:
    one = place.release()
    two = place.release(permit={"project": "other-project"}, keys=OTHER_KEYS)
    for table in TABLES:
        here, there = read(one, table), read(two, table)
        assert here.num_rows == there.num_rows
        for column in here.schema:
            if column.name.endswith("_id"):
                shared = set(here[column.name].to_pylist()) & set(there[column.name].to_pylist())
                assert shared <= {None}
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.register(table, read(one, table))
        joined = connection.execute(
            "select count(*) from readmission join hospital_stay as stay using (stay_id, subject_id) "
            "join hospital_stay as again on again.stay_id = readmission.readmission_stay_id "
            "and again.subject_id = stay.subject_id join person on person.subject_id = stay.subject_id "
            "join diagnosis on diagnosis.contact_id = stay.first_contact_id"
        ).fetchone()
    assert joined == (4,)


def test_the_same_content_is_not_released_twice(place: Place) -> None:
    first = place.release()
    second = place.release(now=datetime(2026, 3, 1, tzinfo=UTC))
    assert (second.release, second.created, second.created_at) == (first.release, False, NOW)
    assert len(list_releases(place.releases, "heart-failure")) == 1
    elsewhere = Place(place.releases.parent / "elsewhere").release()
    assert [table.digest for table in elsewhere.tables] == [table.digest for table in first.tables]
    # Under a key of its own, nothing in the one looks like the other.
    assert not {table.sha256 for table in elsewhere.tables} & {table.sha256 for table in first.tables}
    assert elsewhere.release == first.release


def test_the_order_of_rows_in_the_warehouse_does_not_matter(place: Place) -> None:
    first = place.release()
    place.change(
        "create table marts.turned as select * from marts.hospital_stay order by hash(stay_id); "
        "drop table marts.hospital_stay; alter table marts.turned rename to hospital_stay"
    )
    assert not place.release().created
    assert latest(place.releases, "heart-failure") == place.release()
    assert first.release == place.release().release


def test_changed_data_are_a_new_release_and_the_old_one_stays(place: Place) -> None:
    first = place.release()
    place.change("update marts.diagnosis set diagnosis_code = 'DI48' where rowid = 0")
    second = place.release()
    manifest = json.loads((second.folder / "manifest.json").read_text(encoding="utf-8"))
    assert second.created
    assert second.release.startswith("r0002-")
    assert manifest["previous"] == first.release
    verify(first, key=key_to(first))
    assert [release.release for release in list_releases(place.releases, "heart-failure")] == [
        first.release,
        second.release,
    ]
    assert latest(place.releases, "heart-failure") == list_releases(place.releases, "heart-failure")[-1]
    third = place.release(permit={"grant_days": 31})
    assert third.release.startswith("r0003-")
    place.change("update marts.diagnosis set diagnosis_code = 'DI509' where rowid = 0")
    assert place.release().release.rpartition("-")[2] == first.release.rpartition("-")[2]
    assert len(list_releases(place.releases, "heart-failure")) == 4


def a_gate_that_raises() -> Verdict:
    raise ValueError("2001014321 is in the message and must not be told")


@pytest.mark.parametrize(
    ("gate", "line"),
    [
        (lambda: Verdict(False, ("person/one_per_person", "note/length")), "person/one_per_person, note/length"),
        (lambda: Verdict(False), "no reason given"),
        (lambda: Verdict(True, ("person/one_per_person",)), "person/one_per_person"),
        (a_gate_that_raises, r"could not decide \(ValueError\)"),
        (lambda: None, "could not decide"),
    ],
)
def test_without_the_gate_nothing_is_published(place: Place, gate: Callable[[], Any], line: str) -> None:
    with pytest.raises(GateFailed, match=line) as refusal:
        place.release(gate=gate)
    assert "2001014321" not in str(refusal.value)
    assert not place.releases.exists()


def test_a_warehouse_that_changes_after_the_gate_is_not_published(place: Place) -> None:
    def gate() -> Verdict:
        place.change("delete from marts.note")
        return Verdict()

    with pytest.raises(GateFailed, match="changed after the quality gate judged it"):
        place.release(gate=gate)
    assert place.files() == ["heart-failure/.lock"]


def test_what_a_killed_writer_left_is_invisible_and_swept(place: Place) -> None:
    leftover = place.releases / "heart-failure" / ".tmp-killed" / "release"
    leftover.mkdir(parents=True)
    (leftover / "person.parquet").write_bytes(b"half")
    unfinished = place.releases / "heart-failure" / "r0007-0123abcd"
    unfinished.mkdir()
    assert list_releases(place.releases, "heart-failure") == []
    assert latest(place.releases, "heart-failure") is None
    release = place.release()
    assert not leftover.parent.exists()
    assert release.release.startswith("r0008-")
    assert list_releases(place.releases, "heart-failure") == [latest(place.releases, "heart-failure")]


def test_a_codebook_that_fails_leaves_nothing(place: Place) -> None:
    def broken(**_: object) -> Book:
        raise RuntimeError("no codebook")

    with pytest.raises(RuntimeError, match="no codebook"):
        place.release(codebook=broken)
    assert place.files() == ["heart-failure/.lock"]


def test_a_second_writer_waits_for_the_first(place: Place) -> None:
    folder = place.releases / "heart-failure"
    folder.mkdir(parents=True)
    done: list[Release] = []
    writer = threading.Thread(target=lambda: done.append(place.release()))
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        writer.start()
        writer.join(timeout=1)
        assert writer.is_alive()
        assert place.files() == ["heart-failure/.lock"]
    writer.join(timeout=30)
    assert done[0].created


@pytest.mark.parametrize("file", ["person.parquet", "quality.json", "codebook.html"])
def test_a_file_that_was_changed_or_removed_is_found(place: Place, file: str) -> None:
    release = place.release()
    path = release.folder / file
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ReleaseError, match=f"{file} is not as the manifest says"):
        verify(release, key=key_to(release))
    path.unlink()
    with pytest.raises(ReleaseError, match=f"found a difference in {file}"):
        verify(release, key=key_to(release))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda told: told["tables"][0].update(digest="0" * 64),
            "person.parquet holds other rows than the manifest says",
        ),
        (lambda told: told.update(permit_digest="0" * 64), "the manifest does not belong to this release"),
    ],
)
def test_a_manifest_that_was_rewritten_is_found(place: Place, change: Callable[[Any], None], line: str) -> None:
    written = place.release()
    manifest = written.folder / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    change(told)
    # By somebody who has the key.
    told["seal"] = seal_of(told, key=key_to(written))
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(told), encoding="utf-8")
    release = latest(place.releases, "heart-failure")
    assert release is not None
    with pytest.raises(ReleaseError, match=line):
        verify(release, key=key_to(release))


def test_a_release_of_an_earlier_version_is_told_in_one_line(place: Place) -> None:
    path = place.release().folder / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["encryption"]
    path.chmod(0o644)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ReleaseError, match="found one of an earlier version; move its folder away and release again"):
        place.release()


@pytest.mark.parametrize("field", ["permit", "tables", "created"])
def test_a_manifest_without_a_field_is_told_in_one_line(place: Place, field: str) -> None:
    path = place.release().folder / "manifest.json"
    path.chmod(0o644)
    content = json.loads(path.read_text(encoding="utf-8"))
    del content[field]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"manifest\.json cannot be read; restore the release from its backup"):
        latest(place.releases, "heart-failure")


def test_a_population_below_the_threshold_is_refused_and_its_size_not_told(place: Place) -> None:
    left = {"in": "cohort_membership", "where": [{"column": "exit_reason", "op": "!=", "value": "end_of_data"}]}
    wanted = {"population": [left], "tables": {"person": {"columns": ["sex"]}}, "small_cell_threshold": 2}
    with pytest.raises(DisclosureRefused, match="expected 2 people or more, found fewer"):
        place.release(permit=wanted)
    assert place.files() == ["heart-failure/.lock"]
    assert place.release(permit={**wanted, "small_cell_threshold": 1}).subjects == 1


def test_the_population_is_those_who_meet_every_condition(place: Place) -> None:
    def subjects(*population: dict[str, Any]) -> set[str]:
        wanted = {"population": list(population), "tables": {"person": {"columns": ["sex"]}}, "small_cell_threshold": 1}
        release = place.release(permit=wanted)
        return set(read(release, "person")["subject_id"].to_pylist())

    def people(*numbers: int) -> set[str]:
        return {expected_pseudonym(person(number)) for number in numbers}

    old = {"in": "person", "where": [{"column": "birth_date", "op": "<", "value": "1955-01-01"}]}
    home_care = {"in": "home_care_visit"}
    assert subjects({"in": "person"}) == people(*range(PEOPLE))
    assert subjects({"in": "cohort_membership"}, old) == people(0, 2, 4, 6, 8)
    assert subjects({"in": "cohort_membership"}, old, home_care) == people(0, 2, 4)
    assert subjects({"in": "cohort_membership"}, old, home_care | {"not": True}) == people(6, 8)
    assert subjects({"in": "person"}, {"in": "cohort_membership", "not": True}) == people(10, 11)
    left = [{"column": "exit_reason", "op": "!=", "value": "end_of_data"}]
    assert subjects({"in": "cohort_membership", "where": left}) == people(9)
    codes = [{"column": "diagnosis_code", "op": "starts_with", "value": ["DI50", "DX"]}]
    assert subjects({"in": "diagnosis", "where": codes}) == people(0, 2, 4, 6)
    levels = [{"column": "functional_level", "op": "between", "value": [1, 3]}]
    assert subjects({"in": "home_care_visit", "where": levels}) == people(1, 2)
    several = [{"column": "functional_level", "op": "in", "value": [0, 5]}]
    assert subjects({"in": "home_care_visit", "where": several}) == people(0, 5)


def test_a_missing_value_is_another_value(place: Place) -> None:
    place.change("update marts.diagnosis set parent_code = 'DI509' where rowid = 0")
    other = {"columns": ["diagnosis_code"], "where": [{"column": "parent_code", "op": "!=", "value": "DI509"}]}
    assert place.release(permit={"tables": {"diagnosis": other}}).rows == 15


def test_the_period_limits_the_rows_by_each_table_s_time(place: Place) -> None:
    period = {"period": {"from": "2020-03-01", "to": "2020-04-06"}}
    rows = {table.name: table.rows for table in place.release(permit=period).tables}
    # The cohort's member 9 left on 2020-01-01; visits of people 0-4 are planned, that of 5 has only a start (04-06).
    assert rows == {
        "person": 10,
        "cohort_membership": 9,
        "hospital_stay": 12,
        "readmission": 8,
        "diagnosis": 8,
        "home_care_visit": 5,
    }
    longer = {"period": {"from": "2020-03-01", "to": "2020-04-07"}}
    assert {table.name: table.rows for table in place.release(permit=longer).tables}["home_care_visit"] == 6


def test_rows_are_limited_by_the_table_s_own_conditions(place: Place) -> None:
    stays = {"columns": ["start_at"], "where": [{"column": "main_diagnosis_code", "op": "=", "value": "DJ189"}]}
    assert place.release(permit={"tables": {"hospital_stay": stays}}).rows == 10


@pytest.mark.parametrize("value", ["x' or '1'='1", "'; drop table marts.person; --", 'x" or true --', "?"])
def test_a_value_is_never_read_as_sql(place: Place, value: str) -> None:
    one = {"columns": ["sex"], "where": [{"column": "sex", "op": "=", "value": value}]}
    assert place.release(permit={"tables": {"person": one}}).rows == 0
    assert place.release(permit={"tables": {"person": {"columns": ["sex"]}}}).rows == 10
    with pytest.raises(ReleaseError, match="expected people in the population, found none"):
        place.release(permit={"population": [{"in": "person", "where": one["where"]}]})


def test_a_table_without_rows_keeps_its_columns(place: Place) -> None:
    place.change("delete from marts.home_care_visit")
    visits = read(place.release(), "home_care_visit")
    assert (visits.num_rows, visits.schema.field("visit_id").type) == (0, pa.string())


def test_a_permit_that_does_not_fit_the_warehouse_is_refused(place: Place) -> None:
    with pytest.raises(PermitError, match=r"tables.person.columns: person has no column name; .*mend the permit"):
        place.release(permit={"tables": {"person": {"columns": ["sex", "name"]}}})
    place.change("alter table marts.note add column sender_id bigint")
    with pytest.raises(PermitError, match="sender_id has no project key"):
        place.release(permit={"tables": {"note": {"columns": ["sender_id"]}}})
    assert place.files() == ["heart-failure/.lock"]


@pytest.mark.parametrize(
    ("changes", "error", "line"),
    [
        ({"permit": {"tier": "practice"}, "synthetic_only": False}, DisclosureRefused, "synthetic people only"),
        ({"now": datetime(2025, 12, 31, 22, tzinfo=UTC)}, PermitError, "in force on 2025-12-31, found from 2026-01-01"),
        ({"now": datetime(2026, 12, 31, 23, 30, tzinfo=UTC)}, PermitError, "in force on 2027-01-01"),
        (
            {"keys": replace(KEYS, key=lambda kind, version: b"short")},
            ReleaseError,
            "a project key of 32 bytes, found 5",
        ),
        ({"warehouse": Path("none.duckdb")}, ReleaseError, "run the platform once first"),
    ],
)
def test_what_is_refused_before_the_gate(
    place: Place, changes: dict[str, Any], error: type[Exception], line: str
) -> None:
    with pytest.raises(error, match=line):
        place.release(**changes)
    assert not place.releases.exists()


def test_practice_is_released_from_synthetic_people(place: Place) -> None:
    release = place.release(permit={"tier": "practice", "tables": {"note": {"columns": ["note_id", "note_text"]}}})
    assert release.rows == 16


def test_a_big_table_is_in_row_groups_of_one_size_whatever_the_batches(tmp_path: Path) -> None:
    rows = 2 * ROW_GROUP_ROWS + 17
    subjects = project_pseudonyms(pa.array(range(rows)), key=KEY)
    whole = pa.record_batch({"subject_id": subjects, "n": pa.array(range(rows))})
    digests = set()
    for step in (7_001, ROW_GROUP_ROWS, rows):
        path = tmp_path / f"{step}.parquet"
        parts = (whole.slice(at, step) for at in range(0, rows, step))
        written = write_parquet(parts, path=path, rows=rows, key=KEY[:16], progress=lambda line: None)
        digests.add(written.digest)
        with opened(path, key=KEY[:16]) as file:
            groups = [file.metadata.row_group(at) for at in range(file.num_row_groups)]
            packed = {group.column(at).compression for group in groups for at in range(group.num_columns)}
        assert [group.num_rows for group in groups] == [100_000, 100_000, 17]
        assert packed == {"ZSTD"}
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("columns", "rows", "line"),
    [
        ({"subject_id": ["A"], "sex": ["male"]}, 2, "expected 2 rows of subjects, found 1"),
        ({"subject_id": [None], "sex": ["male"]}, 1, "expected 1 rows of subjects, found 0"),
        ({"subject_id": ["A"], "person_id": ["B"]}, 1, "person_id is not a key of the project"),
        ({"subject_id": ["A"], "visit_id": [17]}, 1, "visit_id is not a key of the project"),
        ({"sex": ["male"], "subject_id": ["A"]}, 1, "expected the columns of the permit"),
    ],
)
def test_a_file_that_is_not_as_expected_stops_the_release(
    tmp_path: Path, columns: dict[str, list[object]], rows: int, line: str
) -> None:
    batch = pa.RecordBatch.from_pydict(
        {name: pa.array(values, pa.string() if values == [None] else None) for name, values in columns.items()}
    )
    path = tmp_path / "t.parquet"
    written = write_parquet(iter([batch]), path=path, rows=rows, key=KEY[:16], progress=lambda line: None)
    with pytest.raises(ReleaseError, match=line):
        check_parquet(path, rows=rows, columns=list(columns), digest=written.digest, key=KEY[:16])


def test_a_file_that_holds_other_rows_than_were_written_stops_the_release(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many rows of the same columns and under the same key, but not the same rows."""

    def changing(batches: Iterator[pa.RecordBatch], **told: Any) -> Written:
        written = write_parquet(batches, **told)
        with opened(told["path"], key=told["key"]) as file:
            rows = file.read()
        turned = rows.set_column(1, rows.schema.field(1), rows.column(1).take(pa.array(range(len(rows)))[::-1]))
        write_parquet(iter(turned.to_batches()), **told)
        return written

    def failing(**told: Any) -> Any:
        raise ValueError("what the codebook says of it comes second")

    monkeypatch.setattr("sandbox.release.write_parquet", changing)
    for counted in (codebook, failing):
        with pytest.raises(ReleaseError, match=r"person\.parquet: expected the rows that were written, found others"):
            place.release(codebook=counted)
    assert list_releases(place.releases, "heart-failure") == []


@pytest.mark.parametrize(
    ("change", "known", "column", "kind"),
    [
        ("update marts.note set note_text = 'ring på tlf. 20 30 40 50'", KnownValues(), "note.note_text", "phone"),
        ("update marts.dispensing set drug_name = '010203-1234'", KnownValues(), "dispensing.drug_name", "cpr"),
        (
            "update marts.dispensing set drug_name = 'for Mette Bang'",
            KnownValues(names=frozenset(("Mette Bang",))),
            "dispensing.drug_name",
            "name",
        ),
        (
            "update marts.dispensing set pack_count = 102031234",
            KnownValues(cprs=frozenset(("0102031234",))),
            "dispensing.pack_count",
            "cpr",
        ),
    ],
)
def test_an_identifier_in_any_column_stops_the_release(
    place: Place, change: str, known: KnownValues, column: str, kind: str
) -> None:
    tables = {"note": {"columns": ["note_text"]}, "dispensing": {"columns": ["drug_name", "pack_count"]}}
    place.release(permit={"tables": tables})
    before = place.files()
    place.change(change)
    with pytest.raises(IdentifierLeft, match=f"{column} holds what looks like an identifier .{kind}. in") as refusal:
        place.release(permit={"tables": tables}, known=HashedValues.of(known, key=KEY))
    assert not [value for value in ("2030", "0102", "Mette") if value in str(refusal.value)]
    assert place.files() == before
