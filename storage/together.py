"""Owns asking several questions in one statement; what they ask is the query files' own."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Integer, Select, cast, literal_column, null, type_coerce, union_all
from sqlalchemy.types import NullType, TypeEngine

from storage.prepared import Prepared
from storage.store import Tx

Rows = list[list[Any]]
Ask = Callable[[Tx, Mapping[str, object]], list[Rows]]
"""Asks with the values of the parameters; answers with the rows of each question."""


def together(*queries: Select[Any]) -> Ask:
    """Asks *queries*, each without an order, as one UNION ALL, made once.

    Columns of one type share a place, so that the union is no wider than it must be. What the driver gives is read
    only where a row has a column: reading every empty place took longer than the statement.
    """
    kinds: list[TypeEngine[Any]] = []
    places = [_placed(query, kinds) for query in queries]
    numbered = enumerate(zip(queries, places, strict=True))
    statement = Prepared(union_all(*(_spread(query, number, at, kinds) for number, (query, at) in numbered)))

    @cache
    def readers(dialect: Dialect) -> list[Callable[[Sequence[Any]], list[Any]]]:
        return [_reader(query, at, dialect) for query, at in zip(queries, places, strict=True)]

    def ask(tx: Tx, asked: Mapping[str, object]) -> list[Rows]:
        answers: list[Rows] = [[] for _ in queries]
        reads = readers(tx.dialect)
        for row in statement.rows(tx, **asked):
            answers[row[0]].append(reads[row[0]](row))
        return answers

    return ask


def _placed(query: Select[Any], kinds: list[TypeEngine[Any]]) -> list[int]:
    """The place of each column of *query* in a row of the union, behind the query's number; new ones join *kinds*."""
    free = list(range(len(kinds)))
    places = []
    for column in query.selected_columns:
        at = next((i for i in free if type(kinds[i]) is type(column.type)), None)
        if at is None:
            kinds.append(column.type)
            at = len(kinds) - 1
        else:
            free.remove(at)
        places.append(at + 1)
    return places


def _spread(query: Select[Any], number: int, places: Sequence[int], kinds: Sequence[TypeEngine[Any]]) -> Any:
    """*query* with its number first, each column at its place, and NULL elsewhere; the first one says of which type."""
    held: dict[int, ColumnElement[Any]] = dict(zip(places, query.selected_columns, strict=True))
    empty = [null() if number else cast(null(), kind) for kind in kinds]
    filled = (held.get(at, nothing) for at, nothing in enumerate(empty, start=1))
    raw = (type_coerce(column, NullType()).label(f"c{at}") for at, column in enumerate(filled, start=1))
    return query.with_only_columns(literal_column(str(number), Integer).label("c0"), *raw)


def _reader(query: Select[Any], places: Sequence[int], dialect: Dialect) -> Callable[[Sequence[Any]], list[Any]]:
    """Takes the columns of *query* out of a row of the union, each as its type reads it."""
    take = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    found = (c.type.dialect_impl(dialect).result_processor(dialect, None) for c in query.selected_columns)
    changed = [(at, read) for at, read in enumerate(found) if read is not None]

    def read(row: Sequence[Any]) -> list[Any]:
        values = list(take(row))
        for at, convert in changed:
            values[at] = convert(values[at])
        return values

    return read
