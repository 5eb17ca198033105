"""Øverum from Python: `oeverum.connect("project")` opens a sandbox for SQL."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.access import Session


def connect(project: str, *, home: Path | None = None) -> "Session":
    """Open the latest release of a sandbox for whoever runs this process.

    `home` overrules `OEVERUM_HOME`. Raises NoGrant or GrantEnded; every query is checked and audited.
    """
    from oeverum.access import door
    from oeverum.settings import from_environment, operator

    return door(from_environment(home)).open(project, holder=operator())
