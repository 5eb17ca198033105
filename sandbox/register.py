"""Where the register of grants is kept: SQLite in a file or PostgreSQL at an address; opened, migrated, failing closed.

Whatever keeps the register from being read or written is one RegisterError without the driver's own words: they may
tell the address, with its password, or where the installation lies. Who holds what is in `grants.py`.
"""

import os
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import sqlalchemy as sa

from sandbox.errors import RegisterError

# The revision that this version of the platform reads and writes: the youngest in `migrations/versions/`.
REVISION = "0002"
MIGRATIONS = Path(__file__).parent / "migrations"
# How long one waits for another process that writes, or for a server that does not answer.
WAIT_SECONDS = 5
# Any number that no other application uses as an advisory lock in the same database.
_LOCK = 7_238_145_301
_LOCAL = {None, "", "localhost", "127.0.0.1", "::1"}

metadata = sa.MetaData()
GRANTS = sa.Table(
    "grants",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("project", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("starts_at", sa.Text, nullable=False),
    sa.Column("ends_at", sa.Text, nullable=False),
    sa.Column("revoked_at", sa.Text),
    sa.Column("token_hash", sa.Text),
    sa.Column("ended_at", sa.Text),
    sa.Index("grants_by_token", "token_hash", unique=True),
)
CLOCK = sa.Table(
    "clock",
    metadata,
    sa.Column("one", sa.Integer, primary_key=True),
    sa.Column("latest", sa.Text),
)


class Register:
    """The database of the grants; several processes and threads may use it at once.

    A Path is an SQLite file, which the first opening makes; a text is an address such as
    `postgresql://user:password@host/database`. To another machine the connection is by TLS with a certificate of that
    host's name that this machine trusts, or that the file of `?sslrootcert=` does; `?sslmode=` is as in PostgreSQL's
    own programs, but that no mode is taken to another machine that trusts every certificate.
    """

    def __init__(self, address: Path | str) -> None:
        self._path = address if isinstance(address, Path) else None
        self._engine = _in_a_file(address) if isinstance(address, Path) else _on_a_server(address)
        self._opened = False
        self._opening = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that reads. Raises RegisterError."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes, one at a time in an SQLite file. Raises RegisterError."""
        with self._transaction(writes=True) as connection:
            yield connection

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[sa.Connection]:
        try:
            self._open()
            with self._engine.connect().execution_options(writes=writes) as connection, connection.begin():
                yield connection
        except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError, EOFError):
            # Not chained: the driver's message may hold the address or a path.
            raise RegisterError(self._closed()) from None

    def _open(self) -> None:
        """Make the file or the tables that are missing, once: a register that vanishes later is not made anew."""
        with self._opening:
            if self._opened:
                return
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.touch(mode=0o600)
            with self._engine.connect() as connection:
                revision = _revision(connection)
            if revision != REVISION:
                self._migrate()
            self._opened = True

    def _migrate(self) -> None:
        # Imported here: it takes a fifth of a second, and is needed once in the life of a register.
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            if self._path is None:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, REVISION)
            except CommandError:
                raise RegisterError(
                    f"the register of grants: expected revision {REVISION} or an older one, found another; "
                    "use the version of Øverum that made it, or a newer one"
                ) from None

    def _closed(self) -> str:
        if self._path is not None:
            where = f"see that {self._path.name} is there, whole and writable, or restore it from its backup"
        else:
            where = "see that the server of OEVERUM_GRANTS_URL runs and lets this account in"
        return f"the register of grants cannot be read or written, so nobody is let in; {where}"


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("select version_num from alembic_version"))
    return found


def _in_a_file(path: Path) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        # Never makes the file, and leaves it to the listener below to begin a transaction.
        return sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw",
            uri=True,
            timeout=WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )

    # Each transaction opens the file: one that was taken away is noticed at once.
    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.NullPool)

    def begin(connection: sa.Connection) -> None:
        # Who will write says so at the beginning: two readers that both turn into writers would stop each other.
        kind = " immediate" if connection.get_execution_options().get("writes") else ""
        connection.exec_driver_sql(f"begin{kind}")

    sa.event.listen(engine, "begin", begin)
    return engine


def _on_a_server(address: str) -> sa.Engine:
    try:
        url = sa.make_url(address)
        if url.get_backend_name() != "postgresql":
            raise ValueError
        port = url.port or 5432
    except (sa.exc.ArgumentError, ValueError):
        raise RegisterError(
            "the register of grants: expected an address such as postgresql://user:password@host/database, found "
            "another text; mend OEVERUM_GRANTS_URL"
        ) from None
    options: dict[str, Any] = {"timeout": WAIT_SECONDS, "application_name": "oeverum", "ssl_context": False}
    socket = url.query.get("host")
    if isinstance(socket, str) and socket.startswith(os.sep):
        # A folder with a server's socket, in the form that PostgreSQL's own programs take.
        options["unix_sock"] = f"{socket}/.s.PGSQL.{port}"
    else:
        options["ssl_context"] = _tls(url, here=url.host in _LOCAL)
    return sa.create_engine(
        url.set(drivername="postgresql+pg8000", query={}),
        connect_args=options,
        # As for a file: no connection is kept that a server may have closed meanwhile.
        poolclass=sa.pool.NullPool,
        # What went into a statement stands in no message.
        hide_parameters=True,
    )


def _tls(url: sa.URL, *, here: bool) -> ssl.SSLContext | Literal[False]:
    """How the connection is encrypted; False without, on this machine alone. Raises RegisterError."""
    mode = url.query.get("sslmode", "disable" if here else "verify-full")
    if here and mode == "disable":
        return False
    if mode not in ("verify-full", "verify-ca"):
        raise RegisterError(
            "the register of grants: expected sslmode verify-full or verify-ca, which know the server by its "
            "certificate, found another; mend OEVERUM_GRANTS_URL"
        )
    trusted = url.query.get("sslrootcert")
    if mode == "verify-ca" and not isinstance(trusted, str):
        raise RegisterError(
            "the register of grants: expected one sslrootcert with sslmode verify-ca, which asks for no name; mend "
            "OEVERUM_GRANTS_URL"
        )
    try:
        context = ssl.create_default_context(cafile=trusted if isinstance(trusted, str) else None)
    except (OSError, ValueError):
        raise RegisterError(
            "the register of grants: expected the file of a certificate in PEM as sslrootcert, found none that can be "
            "read; mend OEVERUM_GRANTS_URL"
        ) from None
    context.check_hostname = mode == "verify-full"
    return context
