"""Access from Python: the door of an installation, and `oeverum.connect()` behind it.

Every statement passes the same checks as on the command line: a live grant, a read-only query, the audit log.
"""

from oeverum.settings import Settings
from sandbox.access import Door
from sandbox.audit import AuditLog
from sandbox.grants import Grants


def door(settings: Settings) -> Door:
    """The door to the sandboxes of an installation."""
    return Door(
        permits=settings.permits,
        releases=settings.releases,
        grants=Grants(settings.grants),
        audit=AuditLog(settings.audit),
    )
