"""`oeverum.connect(url, project, token)`: rows and tables as the gateway gives them, and errors with its line."""

import threading
import types
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

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
    assert (cursor.fetchmany(0), cursor.fetchmany(2)) == ([], [(1, "x"), (2, "x")])
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
        lambda: connection.execute("select ?", [object()]),
        lambda: connection.execute("select ?", [time(9, tzinfo=UTC)]),
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


@pytest.mark.parametrize("module", [oeverum, client])
def test_both_modules_are_what_db_api_asks_of_one(module: types.ModuleType) -> None:
    """By PEP 249: constants, the tree of errors, constructors and `connect`."""
    assert (module.apilevel, module.threadsafety, module.paramstyle) == ("2.0", 1, "qmark")
    assert callable(module.connect)
    assert issubclass(module.Warning, Exception) and not issubclass(module.Warning, module.Error)
    assert module.InterfaceError.__bases__ == module.DatabaseError.__bases__ == (module.Error,)
    for name in ("Data", "Operational", "Integrity", "Internal", "Programming", "NotSupported"):
        assert getattr(module, f"{name}Error").__bases__ == (module.DatabaseError,)
    assert module.Date(2020, 3, 1) == date(2020, 3, 1)
    assert module.Time(9, 30, 5) == time(9, 30, 5)
    assert module.Timestamp(2020, 3, 1, 9, 30, 5) == datetime(2020, 3, 1, 9, 30, 5)
    assert module.Binary(b"\x00x") == b"\x00x"
    here = datetime(2020, 3, 1, 9, 30, 5)
    assert module.DateFromTicks(here.timestamp()) == here.date()
    assert module.TimeFromTicks(here.timestamp()) == here.time()
    assert module.TimestampFromTicks(here.timestamp()) == here


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("'x'", "STRING"),
        ("'a'::enum('a', 'b')", "STRING"),
        ("'x'::blob", "BINARY"),
        ("1", "NUMBER"),
        ("1.5", "NUMBER"),
        ("1.5e0", "NUMBER"),
        ("true", "NUMBER"),
        ("date '2020-01-01'", "DATETIME"),
        ("timestamp '2020-01-01 10:00:00'", "DATETIME"),
        ("time '10:00:00'", "DATETIME"),
        ("interval 1 day", "DATETIME"),
        ("[1]", None),
    ],
)
def test_a_column_has_the_type_that_db_api_knows(connection: client.Connection, sql: str, name: str | None) -> None:
    """Whichever of the two stands on the left."""
    ((_, code, *_),) = connection.execute(f"select {sql} as x").description or ()
    names = ("STRING", "BINARY", "NUMBER", "DATETIME", "ROWID")
    assert [one for one in names if code == getattr(oeverum, one)] == ([name] if name else [])
    assert [one for one in names if getattr(client, one) == code] == ([name] if name else [])
    assert oeverum.STRING == client.STRING != oeverum.NUMBER


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, 5, -5, 2**127 - 1, 1 - 2**127),
        *(0.1, -2.5, 1e300, 5e-324, float("inf"), Decimal("1.50"), Decimal("-0.001"), Decimal("0.1") ** 37),
        *("", "æøå 漢", "O'Brien", "'", "''", "\\", "\\'", "\\' or true --", "a\nb"),
        *("' or 1=1 --", "'); select 2; --", "/*", "*/", "$$", "$a$", "?", "?'?", '"', "\u00a0", "E'x'"),
        *(b"", b"\x00'\\\xff?", bytearray(b"x"), date(1, 1, 1), date(9999, 12, 31)),
        *(datetime(2020, 2, 29, 23, 59, 59, 999_999), datetime(2020, 1, 1), time(1, 2, 3, 4)),
        datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_a_value_comes_back_as_it_went(connection: client.Connection, value: object) -> None:
    """Alone, close to what stands beside it, and between other values: nothing of it is read as SQL."""
    (row,) = connection.execute("select ? as x, [?]as y,? is null as z, 5-? as w", [value, value, value, 1]).fetchall()
    assert row == (value, [value], value is None, 4)
    # Bytes are bytes, and whole numbers of more than 64 bits come as decimals.
    assert type(row[0]) in (type(value), bytes, Decimal)


@pytest.mark.parametrize("value", ["' or true --", "female' or sex = 'male", "\\' or true --", "$$ or true", "?"])
def test_a_value_does_not_widen_a_condition(connection: client.Connection, value: str) -> None:
    count = "select count(*) from person where sex = ?"
    assert connection.execute(count, ["female"]).fetchall() == [(5,)]
    assert connection.cursor().execute(count + " -- of whom?", (value,)).fetchall() == [(0,)]


def test_a_mark_in_a_text_or_a_comment_is_none(connection: client.Connection) -> None:
    sql = r"""select /* ? /* '?' */ ? */ '?''?' as a, E'\'?' as b, $$?'$$ as c, $t$?$$?$t$ as d, ? as "?", -- ?
        ? as f"""
    found = connection.execute(sql, ["it's ?", 2]).fetch_arrow_table().to_pylist()
    assert found == [{"a": "?'?", "b": "'?", "c": "?'", "d": "?$$?", "?": "it's ?", "f": 2}]


@pytest.mark.parametrize(
    ("sql", "parameters", "line"),
    [
        ("select ?", [], "found 1 marks and 0 values"),
        ("select ?, '?'", [1, 2], "found 1 marks and 2 values"),
        ("select 1", [1], "found 0 marks and 1 values"),
        ("select ?", "x", "expected the values in a list"),
        ("select ?", {"a": 1}, "expected the values in a list"),
        ("select 'a'\n?", ["x"], "expected something between"),
        ("select ?\n'a'", ["x"], "expected something between"),
    ],
)
def test_marks_and_values_that_do_not_fit_are_refused(
    connection: client.Connection, sql: str, parameters: Any, line: str
) -> None:
    with pytest.raises(oeverum.ProgrammingError, match=line):
        connection.execute(sql, parameters)


@pytest.mark.parametrize("value", [2**127, -(2**127), Decimal(10) ** 40, Decimal("NaN"), "a\0b", "\ud800"])
def test_a_value_that_the_engine_would_change_is_refused(connection: client.Connection, value: object) -> None:
    with pytest.raises(oeverum.DataError, match="expected"):
        connection.execute("select ?", [value])


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
