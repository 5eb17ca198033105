"""Hashes of tokens, when an end was marked, and the latest time that the register has seen.

Times get one length, so that their order as texts is their order in time.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TIMES = ("starts_at", "ends_at", "revoked_at")


def upgrade() -> None:
    """Two columns and a table more; the grants that are there stay what they were, without tokens."""
    op.add_column("grants", sa.Column("token_hash", sa.Text))
    op.add_column("grants", sa.Column("ended_at", sa.Text))
    op.create_index("grants_by_token", "grants", ["token_hash"], unique=True)
    op.create_table("clock", sa.Column("one", sa.Integer, primary_key=True), sa.Column("latest", sa.Text))
    connection = op.get_bind()
    connection.execute(sa.text("insert into clock (one, latest) values (1, null)"))
    grants = sa.table("grants", sa.column("id"), *(sa.column(name) for name in _TIMES))
    for row in connection.execute(sa.select(grants)).mappings().all():
        whole = {name: _whole(row[name]) for name in _TIMES}
        connection.execute(grants.update().where(grants.c.id == row["id"]).values(whole))


def _whole(told: str | None) -> str | None:
    return datetime.fromisoformat(told).isoformat(timespec="microseconds") if told else None
