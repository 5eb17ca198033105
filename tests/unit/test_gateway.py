"""The gateway over HTTP: answers equal to the door's, refusals, and what it tells of a sandbox."""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import oeverum
from oeverum import client
from sandbox.gateway.app import Bounds
from sandbox.gateway.formats import MEDIA, chosen
from sandbox.manifest import latest
from tests.permits import alter, approved
from tests.unit.gateway_server import COUNT, PROJECT, Served, live_place, serving
from tests.unit.sandbox_warehouse import a_permit

PATHS = ("", "/releases", "/codebook")
QUERY = f"/v1/sandboxes/{PROJECT}/query"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway over one release."""
    with serving(live_place(tmp_path_factory.mktemp("gateway")), Bounds()) as made:
        yield made


def test_answers_in_four_forms_are_those_of_the_door(served: Served) -> None:
    grant, token = served.grant()
    sql = "select *, birth_date::timestamp as born, 1.5::decimal(4, 2) as d, [1, 2] as l from person order by 1"
    wanted = served.place.door.query(PROJECT, sql, holder=grant.holder, now=datetime.now(UTC))
    told = [served.query(token, sql, accept=media) for media in MEDIA.values()]
    assert [said.headers["Content-Type"].split(";")[0] for said in told] == list(MEDIA.values())
    arrow, as_csv, as_json, parquet = told
    assert pa.ipc.open_stream(arrow.body).read_all().equals(wanted.table)
    assert pq.read_table(io.BytesIO(parquet.body)).equals(wanted.table)
    rows = wanted.table.to_pylist()
    assert as_json.json() == json.loads(json.dumps(rows, default=str))
    assert list(csv.DictReader(io.StringIO(as_csv.body.decode()))) == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]
    for said in told:
        assert (said.headers["X-Oeverum-Release"], said.headers["X-Oeverum-Rows"]) == (wanted.release, "10")
        assert said.headers["Cache-Control"] == "no-store"
    assert [kind for kind, _ in served.place.told()][-10:] == ["query", "query_done"] * 5


def test_a_form_can_be_named_in_the_address_and_one_that_is_not_known_is_refused(served: Served) -> None:
    _, token = served.grant()
    assert served.ask(f"{QUERY}?format=csv", token, body={"sql": COUNT}).body == b"n\r\n10\r\n"
    assert served.query(token, accept="image/png").status == 406
    assert served.ask(f"{QUERY}?format=xml", token, body={"sql": COUNT}).status == 422


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "json"),
        ("*/*", "json"),
        ("text/csv, application/json;q=0.5", "csv"),
        ("application/json;q=0.2, application/vnd.apache.parquet;q=0.8", "parquet"),
        ("text/*", "csv"),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("text/csv;q=x", None),
    ],
)
def test_the_form_that_is_asked_for_first(accept: str | None, form: str | None) -> None:
    assert chosen(accept) == form


def test_what_json_has_no_form_for_is_a_text(served: Served) -> None:
    _, token = served.grant()
    said = served.query(token, "select 'nan'::double as a, 'inf'::double as b, 1.5 as c, '\\xAB'::blob as e")
    assert said.json() == [{"a": "nan", "b": "inf", "c": "1.5", "e": "ab"}]
    assert served.query(token, "select 1 as a where false").json() == []


def test_json_loses_no_column_that_has_the_name_of_another(served: Served) -> None:
    _, token = served.grant()
    said = served.query(token, "select 1 as a, 2 as a, 3 as b")
    assert (said.status, said.json()["kind"]) == (422, "names")
    assert "found a twice; name them with AS" in said.json()["detail"]
    assert served.query(token, "select 1 as a, 2 as a", accept="text/csv").body == b"a,a\r\n1,2\r\n"


@pytest.mark.parametrize(
    ("sql", "forms"),
    [
        ("select date '290000-01-01' as d", {"csv", "json"}),
        ("select 'infinity'::timestamp as t", {"csv", "json"}),
        ("select interval 1 day as i", {"parquet"}),
        ("select 1 as n", set()),
    ],
)
def test_a_value_that_has_no_such_form_is_told_of_and_ends_no_session(
    served: Served, sql: str, forms: set[str]
) -> None:
    _, token = served.grant()
    for form, media in MEDIA.items():
        said = served.query(token, sql, accept=media)
        assert said.status == (422 if form in forms else 200), form
        if form in forms:
            assert (said.json()["kind"], said.json()["detail"]) == (
                "form",
                f"expected values that have a form as {form}, found another; cast it to VARCHAR, or ask for Arrow",
            )


def test_without_a_valid_token_nothing_is_told(served: Served) -> None:
    _, token = served.grant()
    for path in (f"/v1/sandboxes/{PROJECT}{end}" for end in PATHS):
        for wrong in (None, "oev_" + "A" * 43, token[:-1], token + "x", "x"):
            said = served.ask(path, wrong)
            assert (said.status, said.headers["WWW-Authenticate"]) == (401, "Bearer")
            assert said.headers["Content-Type"] == "application/problem+json"
            assert said.json()["class"] == "NoGrant"
    assert served.query("oev_x").status == 401
    assert (served.place.last().kind, served.place.last().actor) == ("access_refused", "unknown")
    assert served.ask("/v1/sandboxes").status == 401


def test_a_token_opens_its_own_sandbox_and_no_other(served: Served) -> None:
    grant, token = served.grant()
    (listed,) = served.ask("/v1/sandboxes", token).json()
    assert listed["project"] == PROJECT
    assert datetime.fromisoformat(listed["access_to"]) == grant.ends_at
    said = served.ask("/v1/sandboxes/other-project", token)
    assert (said.status, said.json()["class"], said.json()["exit_code"]) == (403, "NoGrant", 12)
    assert served.place.last().facts == {"reason": "NoGrant"}


def test_an_ended_and_a_revoked_token_are_refused_with_the_reason(served: Served) -> None:
    now = datetime.now(UTC)
    grants = served.place.grants
    ended = grants.issue(permit=served.place.permit, holder="anna", days=1, now=now - timedelta(days=2))
    with pytest.raises(Exception, match="is over"):
        grants.new_token(ended.id, now=now + timedelta(days=1))
    revoked, token = served.grant()
    grants.revoke(revoked.id, now=now)
    said = served.query(token)
    assert (said.status, said.json()["class"], said.json()["exit_code"]) == (403, "GrantEnded", 13)
    assert "was revoked on" in said.json()["detail"]


def test_no_token_stands_in_any_file(served: Served) -> None:
    _, token = served.grant()
    served.query(token)
    served.query(token, "select nope")
    for path in (path for path in served.place.folder.rglob("*") if path.is_file()):
        assert token.encode() not in path.read_bytes(), path.name


def test_a_refused_query_tells_the_line_and_the_kind(served: Served) -> None:
    _, token = served.grant()
    for sql, kind in (("drop table person", "statement"), ("select nope from person", "Binder Error")):
        said = served.query(token, sql).json()
        assert (said["status"], said["class"], said["kind"], said["exit_code"]) == (422, "QueryRefused", kind, 17)
    assert "Patienten" not in served.query(token, "select error(note_text) from note").body.decode()
    assert served.query(token, release="r0009-00000000").json()["class"] == "ReleaseError"
    assert served.query(token, "select * from read_csv('/etc/passwd')").json()["kind"] == "function"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "sql"),
        ({"sql": 3}, "sql"),
        ({"sql": ""}, "sql"),
        ({"sql": "x" * 100_001}, "sql"),
        ({"sql": "select 1", "more": 1}, "more"),
    ],
)
def test_what_is_no_question_is_refused_and_not_repeated(served: Served, body: object, field: str) -> None:
    _, token = served.grant()
    said = served.ask(QUERY, token, body=body)
    assert (said.status, said.json()["class"]) == (422, "BadRequest")
    assert said.json()["detail"] == f"expected a request as /openapi.json describes it; mend body.{field}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("""{"sql": "select 'rødgrød'"}""".encode("latin-1"), 400),
        # Deeper than it is read, and a number longer than is read.
        (b"[" * 100_000, 400),
        (b'{"sql": ' + b"1" * 5000 + b"}", 400),
        (b"""{"sql": "select 'rodgrod'""", 422),
        (b"", 422),
        (b"""["select 'rodgrod'"]""", 422),
    ],
)
def test_a_body_that_is_no_object_of_json_is_told_what_to_send(served: Served, body: bytes, status: int) -> None:
    _, token = served.grant()
    said = served.ask(QUERY, token, body=body)
    assert (said.status, said.json()["class"]) == (status, "BadRequest")
    told, example = said.json()["detail"].split("; send for example ")
    assert told == (
        "expected an object of JSON in UTF-8 (Content-Type: application/json) with the field sql and, if wished, "
        "release, found another body"
    )
    assert served.ask(QUERY, token, body=example.encode()).status == 200
    assert served.ask(QUERY, token, body={"sql": "select 'rødgrød' as dish"}).json() == [{"dish": "rødgrød"}]


def test_a_request_that_is_too_long_is_not_taken(served: Served) -> None:
    _, token = served.grant()
    said = served.ask(QUERY, token, body=b'"' + b"x" * 1_000_000)
    told = "expected a body of at most 1,000,000 bytes, found a longer one; send a shorter query"
    assert (said.status, said.json()["detail"]) == (413, told)


def test_without_the_register_the_gateway_is_closed(served: Served) -> None:
    _, token = served.grant()
    path = served.place.folder / "state" / "grants.sqlite"
    aside = path.rename(path.with_suffix(".aside"))
    try:
        log = served.ask(f"/v1/sandboxes/{PROJECT}/audit", token)
        for said in (served.query(token), log, served.ask("/v1/sandboxes", token), served.ask("/healthz")):
            assert (said.status, said.json()["class"]) == (503, "RegisterError")
            assert str(served.place.folder) not in said.body.decode()
        assert not path.exists()
    finally:
        aside.rename(path)
    assert served.ask("/healthz").json() == {"status": "ok"}
    assert served.query(token).status == 200


def test_what_cannot_be_written_down_is_not_answered(served: Served) -> None:
    _, token = served.grant()
    log = served.place.folder / "state" / "audit.jsonl"
    aside = log.rename(log.with_suffix(".aside"))
    log.mkdir()
    try:
        said = served.query(token)
        assert (said.status, said.json()["class"]) == (503, "SandboxError")
        assert str(served.place.folder) not in said.body.decode()
    finally:
        log.rmdir()
        aside.rename(log)
    assert served.query(token).status == 200


def test_what_the_gateway_tells_of_a_sandbox(served: Served) -> None:
    grant, token = served.grant("carl")
    told = served.ask(f"/v1/sandboxes/{PROJECT}", token).json()
    assert (told["project"], told["tier"], told["days_left"]) == (PROJECT, "research", 14.0)
    person = next(table for table in told["tables"] if table["name"] == "person")
    assert (person["rows"], next(iter(person["columns"]))) == (10, "subject_id")
    (release,) = served.ask(f"/v1/sandboxes/{PROJECT}/releases", token).json()
    assert (release["release"], release["subjects"]) == (told["release"], 10)
    book = served.ask(f"/v1/sandboxes/{PROJECT}/codebook", token)
    assert book.json()["project"] == PROJECT
    page = served.ask(f"/v1/sandboxes/{PROJECT}/codebook?release={told['release']}", token, accept="text/html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert b'src="http' not in page.body
    assert served.ask(f"/v1/sandboxes/{PROJECT}/codebook?release=r0009-00000000", token).status == 404
    looks = [e.facts["what"] for e in served.place.audit.read() if e.kind == "look" and e.actor == grant.holder]
    assert looks == ["sandbox", "releases", "codebook", "codebook"]


def test_no_page_comes_from_a_third_party_and_the_document_tells_every_refusal(served: Served) -> None:
    for path in ("/docs", "/redoc", "/", "/v1"):
        said = served.ask(path)
        assert (said.status, said.headers["Content-Type"]) == (404, "application/problem+json")
    assert served.ask("/healthz", body={}).status == 405
    operation = served.ask("/openapi.json").json()["paths"]["/v1/sandboxes/{project}/query"]["post"]
    assert set(operation["responses"]) == {"200", "400", "401", "403", "404", "406", "413", "422", "429", "503"}
    assert set(operation["responses"]["200"]["content"]) == set(MEDIA.values())
    for code, response in operation["responses"].items():
        assert code == "200" or list(response["content"]) == ["application/problem+json"]


def test_a_permit_that_was_narrowed_closes_the_codebook_of_more(tmp_path: Path) -> None:
    with serving(live_place(tmp_path, tables={"person": {"columns": ["sex", "birth_date"]}})) as narrow:
        _, token = narrow.grant()
        path = f"/v1/sandboxes/{PROJECT}/codebook"
        assert narrow.ask(path, token).status == 200
        narrow.place.put({"tables": {"person": {"columns": ["sex"]}}, "to": narrow.place.permit.valid_to})
        assert narrow.ask(path, token).json()["class"] == "ReleaseError"
        (person,) = narrow.ask(f"/v1/sandboxes/{PROJECT}", token).json()["tables"]
        assert list(person["columns"]) == ["subject_id", "sex"]
        approved(narrow.place.permits, a_permit(project="another"))
        alter(narrow.place.permits, "another")
        assert narrow.query(token).status == 200
        alter(narrow.place.permits, PROJECT)
        said = narrow.query(token)
        assert (said.status, said.json()["class"]) == (503, "PermitError")
        assert "version" not in said.body.decode()
        shutil.rmtree(narrow.place.permits / PROJECT)
        assert narrow.query(token).json()["class"] == "NoGrant"


def test_a_company_is_told_about_how_much_a_release_holds(tmp_path: Path) -> None:
    """Of one person fewer the same; whoever may see rows is told exactly."""
    told = {}
    for tier in ("company", "research"):
        place = live_place(tmp_path / tier, tier=tier, small_cell_threshold=4)
        manifest = latest(place.folder / "releases", PROJECT)
        assert manifest is not None
        with serving(place) as served:
            _, token = served.grant()
            (listed,) = served.ask(f"/v1/sandboxes/{PROJECT}/releases", token).json()
            tables = served.ask(f"/v1/sandboxes/{PROJECT}", token).json()["tables"]
        told[tier] = (listed["subjects"], listed["rows"], [table["rows"] for table in tables])
        exact = (manifest.subjects, manifest.rows, [table.rows for table in manifest.tables])
    assert told["research"] == exact
    assert told["company"] != exact
    assert all(number % 10 == 0 for number in (*told["company"][:2], *told["company"][2]))


def test_a_company_gets_results_alone_over_the_network_too(tmp_path: Path) -> None:
    """The process of its session counts; the gateway compares with what was told before, and keeps it."""
    place = live_place(tmp_path, tier="company", small_cell_threshold=5)
    with serving(place) as served:
        _, token = served.grant()
        said = served.query(token, "select count(*) as n from person")
        assert said.status == 200
        assert abs(said.json()[0]["n"] - 10) <= 2
        assert "Groups of fewer than 5 people are left out" in said.headers["X-Oeverum-Note"]
        again = served.query(token, "select count(distinct subject_id) as n from person")
        assert again.json() == said.json()
        for sql, rule in (
            ("from person", "shape"),
            ("select sex, count(*) from person where sex = 'neither' group by sex", "threshold"),
            ("select count(*) from person where subject_id not in (select subject_id from readmission)", "threshold"),
            ("select count(*) from person where birth_date > date '1940-01-04'", "differencing"),
        ):
            refused = served.query(token, sql).json()
            assert (refused["class"], refused["kind"]) == ("DisclosureRefused", rule), sql
            assert place.last().facts["reason"] == f"disclosure: {rule}"
            with pytest.raises(client.ProgrammingError) as told:
                oeverum.connect(served.url, PROJECT, token).execute(sql)
            assert (told.value.refusal, told.value.reason) == ("DisclosureRefused", rule)
