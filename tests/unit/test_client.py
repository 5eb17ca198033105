"""`oeverum.connect(url, project, token)`: rows and tables as the gateway gives them, and errors with its line."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import oeverum
from oeverum import client
from tests.unit.gateway_server import COUNT, PROJECT, Served, live_place, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway over one release."""
    with serving(live_place(tmp_path_factory.mktemp("client"), tables={"person": {"columns": ["sex"]}})) as made:
        yield made


@pytest.fixture
def connection(served: Served) -> client.Connection:
    """A connection of a new holder."""
    return oeverum.connect(served.url, PROJECT, served.grant()[1])


def test_rows_come_as_tuples_and_as_an_arrow_table(connection: client.Connection) -> None:
    assert connection.execute(COUNT).fetchall() == [(10,)]
    cursor = connection.cursor()
    assert (cursor.description, cursor.rowcount) == (None, -1)
    cursor.execute("select range as n, 'x' as t from range(5)")
    assert [column[0] for column in cursor.description or ()] == ["n", "t"]
    assert cursor.rowcount == 5
    assert cursor.fetchone() == (0, "x")
    assert cursor.fetchmany(2) == [(1, "x"), (2, "x")]
    assert list(cursor) == [(3, "x"), (4, "x")]
    assert (cursor.fetchone(), cursor.fetchall()) == (None, [])
    assert cursor.fetch_arrow_table().to_pydict() == {"n": [0, 1, 2, 3, 4], "t": ["x"] * 5}
    assert connection.execute("select 1 as n where false").fetch_arrow_table().num_rows == 0
    assert connection.execute("select range from range(300000)").rowcount == 300_000


def test_a_refusal_carries_the_line_and_the_class(served: Served, connection: client.Connection) -> None:
    with pytest.raises(
        client.ProgrammingError, match="expected a SELECT, found DROP; a sandbox is only read"
    ) as refused:
        connection.execute("drop table person")
    assert refused.value.refusal == "QueryRefused"
    with pytest.raises(client.OperationalError, match="this token opens nothing") as refused:
        oeverum.connect(served.url, PROJECT, "oev_x").execute(COUNT)
    assert refused.value.refusal == "NoGrant"
    pinned = oeverum.connect(served.url, PROJECT, served.grant()[1], release="r0009-00000000")
    with pytest.raises(client.OperationalError, match="expected release r0009-00000000"):
        pinned.execute(COUNT)


def test_what_a_sandbox_does_not_do_is_said(connection: client.Connection) -> None:
    connection.commit()
    for act in (
        connection.rollback,
        lambda: connection.cursor().execute("select ?", [1]),
        lambda: connection.cursor().executemany("select ?", [[1]]),
    ):
        with pytest.raises(client.NotSupportedError):
            act()
    with pytest.raises(client.InterfaceError, match="execute one"):
        connection.cursor().fetchall()
    with connection:
        pass
    with pytest.raises(client.InterfaceError, match="connect again"):
        connection.execute(COUNT)


@pytest.mark.parametrize(
    ("url", "line"),
    [("http://gateway.invalid:8443", "expected https"), ("gateway", "expected an address"), ("ftp://x", "an address")],
)
def test_a_token_does_not_travel_in_clear(url: str, line: str) -> None:
    with pytest.raises(client.InterfaceError, match=line):
        oeverum.connect(url, PROJECT, "oev_secret")


def test_no_gateway_is_one_line_without_the_token() -> None:
    with pytest.raises(client.OperationalError, match="see that it runs") as refused:
        oeverum.connect("http://127.0.0.1:1", PROJECT, "oev_secret").execute(COUNT)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


class Half(BaseHTTPRequestHandler):
    """Sends what the test has put into `answer`, as an answer of two rows."""

    answer = b""
    status = 200

    def do_POST(self) -> None:
        """Whatever is asked."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("X-Oeverum-Rows", "2")
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.mark.parametrize("kept", [0, 40, 300, 100_000])
def test_an_answer_that_was_cut_is_never_taken_for_whole(served: Served, kept: int, tmp_path: Path) -> None:
    _, token = served.grant()
    whole = served.query(token, "select range from range(1)", accept="application/vnd.apache.arrow.stream").body
    Half.answer, Half.status = whole[:kept], 200
    with HTTPServer(("127.0.0.1", 0), Half) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(client.OperationalError, match="ask again"):
            oeverum.connect(f"http://127.0.0.1:{server.server_port}", PROJECT, token).execute(COUNT)
        thread.join()


@pytest.mark.parametrize(
    ("status", "body"), [(302, b""), (502, b"<html>Bad gateway</html>"), (403, b'{"detail": "x"}')]
)
def test_what_is_no_gateway_is_said_and_no_redirect_is_followed(status: int, body: bytes) -> None:
    Half.answer, Half.status = body, status
    with HTTPServer(("127.0.0.1", 0), Half) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(client.OperationalError, match=f"found status {status} from something else"):
            oeverum.connect(f"http://127.0.0.1:{server.server_port}", PROJECT, "oev_x").execute(COUNT)
        thread.join()
