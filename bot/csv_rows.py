"""Owns how the bytes of a CSV file become rows with their lines; what the roster's columns may hold is ``roster``'s."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.text import clean_line

COMPUTED = ("=", "+", "-", "@")
"""What a table takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one line of a file."""

    file: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.says}"


class Unread(Problem):
    """A problem that kept the rest of its file from being read, so that nothing is said of what it may lack."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first line in the file, and its cells by column."""

    line: int
    cells: Mapping[str, str]


def read_rows(
    file: str, data: bytes, needed: Sequence[str], optional: Sequence[str], found: list[Problem]
) -> Iterator[Row]:
    """The rows of a file as cells by column, without spaces around them; what is wrong with its shape goes to *found*.

    A file that cannot be read to its end has an ``Unread`` among its problems.
    """
    text = _decoded(file, data, found)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    head: list[str] = []
    line = 1
    try:
        for row in reader:
            begun, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not head:
                head = [cell.strip() for cell in row]
                if not _head_fits(file, begun, head, needed, optional, found):
                    return
            elif len(row) != len(head):
                found.append(Problem(file, begun, f"This row has {len(row)} fields, and the head has {len(head)}."))
            elif bad := [name for name, cell in zip(head, row, strict=True) if clean_line(cell) != cell.strip()]:
                says = f"There is a line break, a control character or a sign of direction in {', '.join(bad)}."
                found.append(Problem(file, begun, says + " Take it out."))
            else:
                yield Row(begun, {name: _read(cell.strip()) for name, cell in zip(head, row, strict=True)})
    except csv.Error as error:
        found.append(Unread(file, line, f"From here on it is no CSV ({error}). Close every quote."))
        return
    if not head:
        found.append(Unread(file, 1, f"The file is empty. Its first line names the columns: {','.join(needed)}."))


def written(cell: str) -> str:
    """A cell as it stands in a file: a table that opens the file computes nothing of what somebody is called."""
    return f"'{cell}" if cell.lstrip("'").startswith(COMPUTED) else cell


def _read(cell: str) -> str:
    """What ``written`` was given; a cell that a table marked as text in the same way is read so, too."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(COMPUTED) else cell


def unread(found: Iterable[Problem], file: str) -> bool:
    """Whether *file* could not be read to its end."""
    return any(isinstance(p, Unread) and p.file == file for p in found)


def _decoded(file: str, data: bytes, found: list[Problem]) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        says = f"This is not UTF-8 (the octet {data[error.start]:#04x}). Save the file as UTF-8."
        found.append(Unread(file, line, says))
        return None


def _head_fits(
    file: str, line: int, head: Sequence[str], needed: Sequence[str], optional: Sequence[str], found: list[Problem]
) -> bool:
    lacking = [name for name in needed if name not in head]
    strange = [name for name in head if name not in (*needed, *optional)]
    twice = sorted({name for name in head if head.count(name) > 1})
    said = [
        f"{what}: {', '.join(names)}."
        for what, names in (
            ("Columns are missing", lacking),
            ("There are no such columns", strange),
            ("Columns come twice", twice),
        )
        if names
    ]
    if said:
        found.append(Unread(file, line, f"{' '.join(said)} The head is {','.join(needed)}."))
    return not said
