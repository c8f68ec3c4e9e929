"""The first schema. Written out: a migration must not change when the tables in `schema` do."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "resource",
        sa.Column("arn", sa.String, primary_key=True),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("slug", sa.String, nullable=False),
        *(
            sa.Column(part, sa.Integer, nullable=False, server_default="0")
            for part in ("major", "minor", "patch", "build")
        ),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("created", sa.String, nullable=False),
        sa.UniqueConstraint("region", "type", "slug", "major", "minor", "patch", "build"),
    )
    op.create_table(
        "reference",
        _resource_key(primary_key=True),
        sa.Column("target", sa.String, primary_key=True),
    )
    op.create_index("reference_target", "reference", ["target"])
    op.create_table(
        "build_number",
        sa.Column("version_arn", sa.String, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "client_token",
        *(sa.Column(part, sa.String, primary_key=True) for part in ("region", "token", "operation")),
        sa.Column("request_hash", sa.String, nullable=False),
        sa.Column("response", sa.JSON, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    _executions()
    _logs()
    op.create_table(
        "package",
        _resource_key(primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
    )


def _executions() -> None:
    op.create_table(
        "workflow_execution",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        _resource_key(),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_index("workflow_execution_image", "workflow_execution", ["resource_arn"])
    workflow = sa.ForeignKey("workflow_execution.id", ondelete="CASCADE")
    op.create_table(
        "step_execution",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("workflow_execution_id", sa.String, workflow, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("waiting", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("step_execution_workflow", "step_execution", ["workflow_execution_id"])
    op.create_index("step_execution_waiting", "step_execution", ["waiting"])


def _logs() -> None:
    op.create_table(
        "log_stream",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("log_group", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("region", "log_group", "name"),
    )
    op.create_table(
        "log_event",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("stream_id", sa.Integer, sa.ForeignKey("log_stream.id", ondelete="CASCADE"), nullable=False),
        sa.Column("timestamp", sa.BigInteger, nullable=False),
        sa.Column("ingested", sa.BigInteger, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
    )
    op.create_index("log_event_stream", "log_event", ["stream_id", "id"])


def _resource_key(*, primary_key: bool = False) -> sa.Column[str]:
    owner = sa.ForeignKey("resource.arn", ondelete="CASCADE")
    return sa.Column("resource_arn", sa.String, owner, nullable=False, primary_key=primary_key)
