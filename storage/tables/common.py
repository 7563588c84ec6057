"""Owns what every row is made with: names of constraints, checks, indexes, and how a time is kept."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, Index, text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A CHECK that *column* holds one of *values* (or NULL)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def index_where(name: str, condition: str, *on: str, unique: bool = False) -> Index:
    """An index of the rows for which *condition* holds, on both databases."""
    return Index(name, *on, unique=unique, sqlite_where=text(condition), postgresql_where=text(condition))


def columns(table: type[SQLModel], name: str = "") -> Any:
    """The columns of a table, for Core statements; of the same table once more under another *name*."""
    named = table.__table__.alias(name) if name else table.__table__  # type: ignore[attr-defined]
    return named.c


class Row(SQLModel):
    """What would check given values is not built at the start: no row is made of such."""

    model_config = {"defer_build": True}


class Moment(UTCDateTime):
    """An aware UTC time as SQLModel keeps it, to and from SQLite's text in one step: a look at an agenda reads 250."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        return _moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        return _text if dialect.name == "sqlite" else super().bind_processor(dialect)


@lru_cache(maxsize=64)  # an act writes its one moment many times
def _text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        if moment.utcoffset() is None:
            raise ValueError("A time is kept with its zone: give it one.")
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ", "microseconds")[:26]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")
