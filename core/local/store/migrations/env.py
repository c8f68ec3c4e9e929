"""Runs migrations on the connection that `core.local.store.database` hands over, inside its transaction."""

from alembic import context

from core.local.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
