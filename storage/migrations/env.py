"""Owns what Alembic is told: our tables, and the open transaction of ``storage/migrate.py``, which commits or not."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.tables import metadata

PLAIN = {"AutoString": "sa.String()", "Moment": "sa.DateTime(timezone=True)"}


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """SQLModel's own types as the plain ones, so that a migration outlives a change of SQLModel."""
    return PLAIN.get(type(item).__name__, False) if kind == "type" else False


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_type=True, render_item=render_item)
context.run_migrations()
