"""A sandbox over the network: a small DB-API 2.0 connection to a gateway, by a token.

Answers come as Arrow and are whole or an error. An error carries the line of the gateway, and its class of refusal.
"""

import http.client
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote, urlsplit

import pyarrow as pa

# What DB-API 2.0 asks of a module stands here too.
from oeverum.dbapi import *  # noqa: F403
from oeverum.dbapi import DatabaseError, InterfaceError, NotSupportedError, OperationalError, ProgrammingError
from oeverum.parameters import bind

WAIT_SECONDS = 180
NO_ANSWER = "expected a whole answer from the gateway, found none or a part; see that it runs, and ask again"
_LOCAL = {"localhost", "127.0.0.1", "::1"}


def connect(url: str, project: str, token: str, *, release: str | None = None) -> "Connection":
    """A sandbox at a gateway; `release` pins a version. Raises InterfaceError where the address cannot be used."""
    return Connection(url, project, token, release=release)


class Connection:
    """A sandbox at a gateway. Nothing is kept open between queries."""

    def __init__(self, url: str, project: str, token: str, *, release: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InterfaceError("expected an address such as https://host:8443, found another; mend it")
        if parts.scheme == "http" and parts.hostname not in _LOCAL:
            raise InterfaceError(
                "expected https, since the token would travel in clear; use the gateway's https address"
            )
        self._make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._host, self._port, self._base = parts.hostname, parts.port, parts.path.rstrip("/")
        self._project, self._token, self._release = project, token, release
        self._open = True

    def execute(self, sql: str, parameters: Sequence[object] | None = None) -> "Cursor":
        """Ask one query; `.fetchall()` or `.fetch_arrow_table()` of what comes back. Raises DatabaseError."""
        return self.cursor().execute(sql, parameters)

    def cursor(self) -> "Cursor":
        """A cursor, which keeps one answer at a time."""
        return Cursor(self)

    def commit(self) -> None:
        """Nothing: a sandbox is only read."""

    def rollback(self) -> None:
        """Raises NotSupportedError: a sandbox is only read, so there is nothing to take back."""
        raise NotSupportedError("expected a query, found a rollback; a sandbox is only read")

    def close(self) -> None:
        """Use it no more."""
        self._open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def audit(self, *, last: int = 100, after: int | None = None) -> list[dict[str, Any]]:
        """What the audit log holds of the sandbox: the latest entries, or those after a number; the newest last.

        At most 500 at once. Each has `number`, `at` (UTC), `kind`, `actor` and `facts`. Raises InterfaceError or
        DatabaseError.
        """
        if not self._open:
            raise InterfaceError("the connection is closed; connect again")
        page = f"?limit={int(last)}" + ("" if after is None else f"&after={int(after)}")
        connection = self._make(self._host, self._port, timeout=WAIT_SECONDS)
        try:
            connection.request("GET", self._path("audit") + page, headers={"Authorization": f"Bearer {self._token}"})
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise _refusal(response.status, body)
            return [{**entry, "at": datetime.fromisoformat(entry["at"])} for entry in json.loads(body)]
        except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError):
            raise OperationalError(NO_ANSWER) from None
        finally:
            connection.close()

    def _path(self, of: str) -> str:
        return f"{self._base}/v1/sandboxes/{quote(self._project, safe='')}/{of}"

    def ask(self, sql: str) -> pa.Table:
        """The answer to one query, as an Arrow table. Raises InterfaceError or DatabaseError."""
        if not self._open:
            raise InterfaceError("the connection is closed; connect again")
        question = {"sql": sql} | ({"release": self._release} if self._release else {})
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Accept": "application/vnd.apache.arrow.stream",
        }
        connection = self._make(self._host, self._port, timeout=WAIT_SECONDS)
        try:
            connection.request("POST", self._path("query"), json.dumps(question), headers)
            response = connection.getresponse()
            if response.status != 200:
                raise _refusal(response.status, response.read())
            rows = int(response.headers["X-Oeverum-Rows"])
            with pa.ipc.open_stream(response) as stream:
                table = stream.read_all()
            # Up to the end of what was sent: an answer that was cut has none.
            response.read()
        except (OSError, http.client.HTTPException, pa.ArrowException, ValueError, TypeError):
            raise OperationalError(NO_ANSWER) from None
        finally:
            connection.close()
        if table.num_rows != rows:
            raise OperationalError(f"expected {rows} rows, found {table.num_rows}: the answer was cut; ask again")
        return table


class Cursor:
    """One answer, read row by row or whole."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table: pa.Table | None = None
        self._rows: Iterator[tuple[Any, ...]] = iter(())

    @property
    def description(self) -> list[tuple[str, Any, None, None, None, None, None]] | None:
        """Name and Arrow type of each column, which is equal to STRING, NUMBER and so on; None before a query."""
        if self._table is None:
            return None
        return [(one.name, one.type, None, None, None, None, None) for one in self._table.schema]

    @property
    def rowcount(self) -> int:
        """Number of rows; -1 before a query."""
        return -1 if self._table is None else int(self._table.num_rows)

    def execute(self, sql: str, parameters: Sequence[object] | None = None) -> Self:
        """Ask one query, with a value for each mark `?` where parameters are given. Raises DatabaseError."""
        self._table = self._connection.ask(sql if parameters is None else bind(sql, parameters))
        self._rows = _rows(self._table)
        return self

    def executemany(self, sql: str, parameters: Sequence[object]) -> None:
        """Raises NotSupportedError."""
        raise NotSupportedError("expected one query, found many; ask them one by one")

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, or None."""
        return next(self._read(), None)

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """The next rows, `size` of them at most."""
        rows = self._read()
        return [row for _, row in zip(range(self.arraysize if size is None else size), rows, strict=False)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that were not read yet."""
        return list(self._read())

    def fetch_arrow_table(self) -> pa.Table:
        """The whole answer."""
        self._read()
        return self._table

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._read()

    def setinputsizes(self, sizes: Sequence[object]) -> None:
        """Nothing; DB-API 2.0 has it."""

    def setoutputsize(self, size: int, column: int | None = None) -> None:
        """Nothing; DB-API 2.0 has it."""

    def close(self) -> None:
        """Forget the answer."""
        self._table, self._rows = None, iter(())

    def _read(self) -> Iterator[tuple[Any, ...]]:
        if self._table is None:
            raise InterfaceError("expected a query before its rows; execute one")
        return self._rows


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _refusal(status: int, body: bytes) -> DatabaseError:
    try:
        told = json.loads(body)
        line, refusal, reason = str(told["detail"]), str(told["class"]), str(told.get("kind", ""))
    except (ValueError, KeyError, TypeError):
        return OperationalError(
            f"expected the gateway's answer, found status {status} from something else; mend the address"
        )
    return (ProgrammingError if status == 422 else OperationalError)(line, refusal, reason)
