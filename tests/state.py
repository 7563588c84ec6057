"""Owns all that a database holds, as tests compare it before and after what must change nothing."""

from sqlalchemy import inspect, text

from storage.store import Store

NOT_KEPT = {"slack_user", "seen_order", "look", "request", "alembic_version"}


def state(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the database holds, but what says who looked at what."""
    with store.read() as tx:
        tables = set(inspect(tx).get_table_names()) - NOT_KEPT
        return {t: sorted(map(tuple, tx.execute(text(f'SELECT * FROM "{t}"'))), key=repr) for t in sorted(tables)}
