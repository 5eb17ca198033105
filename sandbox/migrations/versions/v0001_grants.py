"""The register as it was before it had revisions: one table of grants, times as ISO texts in UTC."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table, unless it is there from before."""
    if sa.inspect(op.get_bind()).has_table("grants"):
        return
    op.create_table(
        "grants",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("starts_at", sa.Text, nullable=False),
        sa.Column("ends_at", sa.Text, nullable=False),
        sa.Column("revoked_at", sa.Text),
    )
