"""Owns how a statement that every command or message needs reaches SQLite: worded once, then given to the driver."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import CompoundSelect, Dialect, Insert, Select, Update
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from storage.store import Tx

_Convert = tuple[int, Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class _Worded:
    """A statement as SQLite takes it: what stands at each ``?``, and how values at some places are converted."""

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    given: tuple[_Convert, ...]
    read: tuple[_Convert, ...]

    def values(self, asked: Mapping[str, Any]) -> list[Any]:
        every = {**self.fixed, **asked} if self.fixed else asked
        return _converted([every[name] for name in self.names], self.given)


class Prepared:
    """A SELECT, INSERT or UPDATE of Core, worded at its first use.

    Measured: SQLAlchemy's own way takes ten times as long as SQLite does (`make bench`, rows 2 and 3). That way go what
    has a list among its parameters, all that PostgreSQL is asked, and SQLite while somebody listens to it.
    """

    def __init__(
        self, statement: Select[Any] | CompoundSelect[Any] | Insert | Update, writes: Collection[str] = ()
    ) -> None:
        """*writes*: the columns that an INSERT fills."""
        self._statement = statement
        self._writes = list(writes) or None
        self._worded: _Worded | None = None
        self._takes_lists = False

    def rows(self, tx: Tx, **asked: Any) -> Sequence[Sequence[Any]]:
        """All rows of a SELECT, each with its values in the order of the columns."""
        worded = self._for_the_driver(tx)
        if worded is None:
            return tx.execute(self._statement, asked).all()
        found = tx.connection.cursor().execute(worded.text, worded.values(asked)).fetchall()
        return [_converted(list(row), worded.read) for row in found] if worded.read else found

    def row(self, tx: Tx, **asked: Any) -> Sequence[Any] | None:
        """The first row of a SELECT, or None."""
        return next(iter(self.rows(tx, **asked)), None)

    def write(self, tx: Tx, *rows: Mapping[str, Any]) -> None:
        """Writes one row or several, in one statement."""
        worded = self._for_the_driver(tx)
        if worded is None:
            tx.execute(self._statement, rows[0] if len(rows) == 1 else rows)
        else:
            tx.connection.cursor().executemany(worded.text, [worded.values(row) for row in rows])

    def change(self, tx: Tx, **asked: Any) -> int:
        """Makes an UPDATE; returns how many rows it changed."""
        worded = self._for_the_driver(tx)
        if worded is None:
            return int(tx.execute(self._statement, asked).rowcount)
        return int(tx.connection.cursor().execute(worded.text, worded.values(asked)).rowcount)

    def _for_the_driver(self, tx: Tx) -> _Worded | None:
        heard = tx.dispatch
        if (
            self._takes_lists
            or tx.dialect.name != "sqlite"
            or heard.before_cursor_execute
            or heard.after_cursor_execute
        ):
            return None
        if self._worded is None:
            self._word(tx.dialect)
        return self._worded

    def _word(self, dialect: Dialect) -> None:
        made = self._statement.compile(dialect=dialect, column_keys=self._writes)
        if made.post_compile_params:
            self._takes_lists = True
            return
        names = tuple(made.positiontup or ())
        filled = (
            () if isinstance(self._statement, Update) else ((c.key, c.default) for c in made.insert_prefetch)
        )  # by the table itself
        said = {name: _plain(made.params[name]) for name in names if not made.binds[name].required}
        fixed = {**said, **{key: _plain(it.arg) for key, it in filled if isinstance(it, ScalarElementColumnDefault)}}
        given = [made.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
        of = () if isinstance(self._statement, Insert | Update) else self._statement.selected_columns
        read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in of]
        self._worded = _Worded(made.string, names, fixed, _some(given), _some(read))


def _plain(value: Any) -> Any:
    """The word of an enum: the driver asks of every value that is not quite a text what it is."""
    return value.value if isinstance(value, Enum) else value


def _some(converts: Sequence[Callable[[Any], Any] | None]) -> tuple[_Convert, ...]:
    return tuple((at, convert) for at, convert in enumerate(converts) if convert is not None)


def _converted(values: list[Any], converts: Sequence[_Convert]) -> list[Any]:
    for at, convert in converts:
        values[at] = convert(values[at])
    return values
