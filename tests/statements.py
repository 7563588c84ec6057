"""Owns hearing which statements a database is sent; what they may be, each test and the bench say."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from storage.store import Store


@contextmanager
def heard(store: Store) -> Iterator[list[str]]:
    """The statements that the database of *store* is sent meanwhile, in order; each goes by SQLAlchemy then."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
