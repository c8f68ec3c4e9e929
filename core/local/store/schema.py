"""The tables, as the newest migration leaves them.

One row per resource with its body in the API's own shape: the service model is the schema of a body, and a new member
needs no migration. Columns exist for what is searched, ordered or constrained. `reference` holds what a resource names
(a recipe its components, a pipeline its recipe), as text, because references may be wildcards.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA = MetaData()


def _resource_key(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "resource_arn",
        String,
        ForeignKey("resource.arn", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


RESOURCE = Table(
    "resource",
    METADATA,
    Column("arn", String, primary_key=True),
    Column("region", String, nullable=False),
    Column("type", String, nullable=False),  # component, image-recipe, … ; workflow/build for workflows
    Column("slug", String, nullable=False),
    Column("major", Integer, nullable=False, server_default=text("0")),
    Column("minor", Integer, nullable=False, server_default=text("0")),
    Column("patch", Integer, nullable=False, server_default=text("0")),
    Column("build", Integer, nullable=False, server_default=text("0")),
    Column("body", JSON, nullable=False),
    Column("created", String, nullable=False),
    UniqueConstraint("region", "type", "slug", "major", "minor", "patch", "build"),
)

REFERENCE = Table(
    "reference",
    METADATA,
    _resource_key(primary_key=True),
    Column("target", String, primary_key=True),
    Index("reference_target", "target"),
)

BUILD_NUMBER = Table(
    "build_number",
    METADATA,
    Column("version_arn", String, primary_key=True),  # the ARN without a build number
    Column("last", Integer, nullable=False),
)

CLIENT_TOKEN = Table(
    "client_token",
    METADATA,
    Column("region", String, primary_key=True),
    Column("token", String, primary_key=True),
    Column("operation", String, primary_key=True),
    Column("request_hash", String, nullable=False),
    Column("response", JSON, nullable=False),
    Column("created", BigInteger, nullable=False),  # epoch seconds
)

WORKFLOW_EXECUTION = Table(
    "workflow_execution",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    _resource_key(),
    Column("body", JSON, nullable=False),
    Index("workflow_execution_image", "resource_arn"),
)

STEP_EXECUTION = Table(
    "step_execution",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column(
        "workflow_execution_id",
        String,
        ForeignKey("workflow_execution.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("body", JSON, nullable=False),
    Column("waiting", Integer, nullable=False, server_default=text("0")),
    Index("step_execution_workflow", "workflow_execution_id"),
    Index("step_execution_waiting", "waiting"),
)

LOG_STREAM = Table(
    "log_stream",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("region", String, nullable=False),
    Column("log_group", String, nullable=False),
    Column("name", String, nullable=False),
    Column("created", BigInteger, nullable=False),  # epoch milliseconds, as everywhere in CloudWatch Logs
    UniqueConstraint("region", "log_group", "name"),
)

LOG_EVENT = Table(
    "log_event",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("stream_id", Integer, ForeignKey("log_stream.id", ondelete="CASCADE"), nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("ingested", BigInteger, nullable=False),
    Column("message", Text, nullable=False),
    Index("log_event_stream", "stream_id", "id"),
)

PACKAGE = Table(
    "package",
    METADATA,
    _resource_key(primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("version", String, nullable=False),
)
