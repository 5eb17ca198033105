"""Øverum from Python: `oeverum.connect("project")` opens a sandbox for SQL, here or at a gateway.

Beside `connect` stands what DB-API 2.0 asks of a module; a connection to a gateway is one of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, overload

from oeverum.dbapi import *  # noqa: F403

if TYPE_CHECKING:
    from oeverum.client import Connection
    from sandbox.access import Session


@overload
def connect(project: str, /, *, home: Path | None = None) -> "Session": ...


@overload
def connect(url: str, project: str, token: str, /, *, release: str | None = None) -> "Connection": ...


def connect(
    first: str,
    project: str | None = None,
    token: str | None = None,
    /,
    *,
    home: Path | None = None,
    release: str | None = None,
) -> "Session | Connection":
    """Open a sandbox: `connect(project)` on this machine, `connect(url, project, token)` at a gateway.

    On this machine it is the latest release, for whoever runs this process; `home` overrules `OEVERUM_HOME`. Raises
    NoGrant or GrantEnded. At a gateway it is a DB-API 2.0 connection, whose errors are those of this module; `release`
    pins a version. Every query is checked and audited.
    """
    if project is not None and token is not None:
        from oeverum import client

        return client.connect(first, project, token, release=release)

    from oeverum.access import door
    from oeverum.settings import from_environment, operator

    return door(from_environment(home)).open(first, holder=operator())
