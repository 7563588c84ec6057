"""Owns the index of what can be found: how each database keeps it beside the texts; the search in it is ``archive``'s.

Triggers keep it, so that no query that writes a text can forget it: whoever adds, corrects, closes, erases or sweeps a
text changes the index in the same transaction. They are laid after each migration, as ``guards`` are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.actions import ChangeKind
from bot.agenda import ItemState
from bot.archive import ALONE, FOLDED, Kind
from bot.confidentiality import Tlp
from bot.topics import AudienceKind
from storage.store import Tx

WORDS = "archive_words"
"""The full-text table of SQLite; PostgreSQL has an index of ``archive`` instead."""

_MERGES = {"automerge": 0, "crisismerge": 256}
"""What SQLite puts together while somebody waits for a commit: nothing, but where `merge` was not asked for long
(FTS5, "Special INSERT Commands")."""
_MERGED_AT_ONCE = 500  # pages

_NOTHING = f"({{n}}.label = '{Tlp.RED}' AND NOT {{n}}.minuted) OR {{n}}.taken_back_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class _Source:
    """A table that is indexed: what each column of the index is made of (``{n}`` is its row, ``{o}`` the row of
    ``of_table`` whose reference its column ``key`` holds), and which rows are (``only``)."""

    table: str
    kind: Kind
    reference: str
    at: str
    made: Mapping[str, str]
    only: str = "TRUE"
    of_table: str = ""
    key: str = ""

    @property
    def read(self) -> list[str]:
        """The columns of its own that it is made of."""
        return sorted(set(re.findall(r"\{n\}\.(\w+)", " ".join(self.made.values()))))

    @property
    def read_there(self) -> list[str]:
        """The columns of ``of_table`` that it is made of."""
        return sorted(set(re.findall(r"\{o\}\.(\w+)", " ".join(self.made.values()))))

    def values(self, row: str) -> str:
        """The columns of the index, made of *row*."""
        made = [self._made(self.made[name], row) for name in _KEPT]
        words = f"lap_words({self._made(self.made['words'], row)})"
        return ", ".join([f"'{self.kind}'", f"{row}.{self.reference}", *made, words])

    def _made(self, how: str, row: str) -> str:
        """What *how* makes of *row*: what it reads elsewhere it looks up there."""
        if "{o}" not in how:
            return how.format(n=row)
        return f"(SELECT {how.format(n=row, o='o')} FROM {self.of_table} o WHERE o.reference = {row}.{self.key})"

    def of(self, row: str) -> str:
        """Which row of the index is of *row*."""
        return f"archive.kind = '{self.kind}' AND archive.reference = {row}.{self.reference}"

    def chosen(self, row: str) -> str:
        """Whether *row* is indexed at all."""
        return self.only.format(n=row)

    def follow(self, row: str) -> str:
        """What has the index follow a change of *row*, a row of ``of_table``."""
        theirs = f"s.{self.key} = {row}.reference AND {self.chosen('s')}"
        return (
            f"UPDATE archive SET ({_COLUMNS}) = (SELECT {self.values('s')} FROM {self.table} s"
            f" WHERE {theirs} AND s.{self.reference} = archive.reference)"
            f" WHERE archive.kind = '{self.kind}' AND archive.reference IN"
            f" (SELECT s.{self.reference} FROM {self.table} s WHERE {theirs});"
        )


_KEPT = ("call_id", "segment_id", "participant_id", "closed", "label")
_OF_ITEM = {
    "call_id": f"CASE WHEN {{n}}.state = '{ItemState.ACCEPTED}' THEN {{n}}.call_id END",
    "segment_id": "{n}.segment_id", "participant_id": "{n}.proposer_id",
    "closed": f"{{n}}.audience <> '{AudienceKind.JOINT}'", "label": "{n}.label",
}  # fmt: skip
_OF_ACTION = {
    "call_id": "{n}.call_id", "segment_id": "{n}.segment_id", "participant_id": "{n}.owner_id",
    "closed": "FALSE", "label": "{n}.label",
}  # fmt: skip


def _of_another(made: Mapping[str, str]) -> dict[str, str]:
    """The same, of the row that a row leans on."""
    return {name: how.replace("{n}", "{o}") for name, how in made.items()}


_SOURCES = (
    _Source("agenda_item", Kind.ITEM, "reference", "created_at", {**_OF_ITEM, "words": "{n}.title"}),
    _Source(
        "paper", Kind.PAPER, "reference", "at",
        {**_of_another(_OF_ITEM), "words": "CASE WHEN {n}.removed_at IS NULL THEN {n}.name ELSE '' END"},
        of_table="agenda_item", key="item",
    ),
    _Source(
        "minute_entry", Kind.LINE, "reference", "entered_at",
        {
            "call_id": "{n}.call_id", "segment_id": "{n}.segment_id", "participant_id": "{n}.speaker_id",
            "closed": "{n}.closed", "label": "{n}.label",
            "words": f"CASE WHEN {_NOTHING} THEN '' ELSE {{n}}.text END",
        },
    ),
    _Source(
        "amendment", Kind.AMENDMENT, "id", "at",
        {
            "call_id": "{n}.call_id", "segment_id": "NULL", "participant_id": "NULL", "closed": "FALSE",
            "label": "{n}.label", "words": "{n}.text",
        },
    ),
    _Source("action_item", Kind.ACTION, "reference", "entered_at", {**_OF_ACTION, "words": "{n}.task"}),
    _Source(
        "action_change", Kind.REASON, "reference", "at", {**_of_another(_OF_ACTION), "words": "{n}.text"},
        only=f"{{n}}.kind = '{ChangeKind.DROPPED}'", of_table="action_item", key="reference",
    ),
    _Source(
        "report", Kind.REPORT, "reference", "at",
        {
            "call_id": "{n}.call_id", "segment_id": "NULL", "participant_id": "{n}.participant_id", "closed": "TRUE",
            "label": "{n}.label", "words": "CASE WHEN {n}.taken_back_at IS NULL THEN {n}.text ELSE '' END",
        },
    ),
)  # fmt: skip
_COLUMNS = ", ".join(("kind", "reference", *_KEPT, "words"))


def _sqlite() -> list[str]:
    made = [
        f"""CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS} USING fts5(words, content='archive', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'")""",
        f"""CREATE TRIGGER IF NOT EXISTS archive_in AFTER INSERT ON archive
        BEGIN INSERT INTO {WORDS}(rowid, words) VALUES (NEW.id, NEW.words); END""",
        f"""CREATE TRIGGER IF NOT EXISTS archive_out AFTER DELETE ON archive
        BEGIN INSERT INTO {WORDS}({WORDS}, rowid, words) VALUES ('delete', OLD.id, OLD.words); END""",
        f"""CREATE TRIGGER IF NOT EXISTS archive_anew AFTER UPDATE ON archive WHEN NEW.words IS NOT OLD.words
        BEGIN INSERT INTO {WORDS}({WORDS}, rowid, words) VALUES ('delete', OLD.id, OLD.words);
        INSERT INTO {WORDS}(rowid, words) VALUES (NEW.id, NEW.words); END""",
        *(f"INSERT INTO {WORDS}({WORDS}, rank) VALUES ('{name}', {value})" for name, value in _MERGES.items()),
    ]
    for s in _SOURCES:
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in s.read)
        made += [
            f"""CREATE TRIGGER IF NOT EXISTS {s.table}_found AFTER INSERT ON {s.table} WHEN {s.chosen("NEW")}
            BEGIN INSERT INTO archive ({_COLUMNS}) VALUES ({s.values("NEW")}); END""",
            f"""CREATE TRIGGER IF NOT EXISTS {s.table}_found_anew AFTER UPDATE ON {s.table}
            WHEN {s.chosen("NEW")} AND ({changed})
            BEGIN UPDATE archive SET ({_COLUMNS}) = ({s.values("NEW")}) WHERE {s.of("OLD")}; END""",
            f"""CREATE TRIGGER IF NOT EXISTS {s.table}_found_no_more AFTER DELETE ON {s.table} WHEN {s.chosen("OLD")}
            BEGIN DELETE FROM archive WHERE {s.of("OLD")}; END""",
        ]
        if s.of_table:
            changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in s.read_there)
            made.append(
                f"""CREATE TRIGGER IF NOT EXISTS {s.table}_found_with AFTER UPDATE ON {s.of_table} WHEN {changed}
                BEGIN {s.follow("NEW")} END"""
            )
    return made


def _postgresql() -> list[str]:
    from_, to = _translated()
    made = [
        f"""CREATE OR REPLACE FUNCTION lap_words(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
        SELECT regexp_replace(translate(given, {from_}, {to}), '{ALONE}', ' \\1 ', 'g') $$""",
        f"CREATE INDEX IF NOT EXISTS ix_{WORDS} ON archive USING gin (to_tsvector('simple'::regconfig, words))",
    ]
    for s in _SOURCES:
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in s.read)
        made += [
            f"""CREATE OR REPLACE FUNCTION {s.table}_found() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'INSERT' THEN
                IF {s.chosen("NEW")} THEN INSERT INTO archive ({_COLUMNS}) VALUES ({s.values("NEW")}); END IF;
            ELSIF TG_OP = 'UPDATE' THEN
                IF {s.chosen("NEW")} THEN UPDATE archive SET ({_COLUMNS}) = ROW({s.values("NEW")})
                WHERE {s.of("OLD")}; END IF;
            ELSIF {s.chosen("OLD")} THEN DELETE FROM archive WHERE {s.of("OLD")}; END IF; RETURN NULL; END $$""",
            f"""CREATE OR REPLACE TRIGGER {s.table}_found AFTER INSERT OR DELETE ON {s.table} FOR EACH ROW
            EXECUTE FUNCTION {s.table}_found()""",
            f"""CREATE OR REPLACE TRIGGER {s.table}_found_anew AFTER UPDATE ON {s.table} FOR EACH ROW WHEN ({changed})
            EXECUTE FUNCTION {s.table}_found()""",
        ]
        if s.of_table:
            changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in s.read_there)
            made += [
                f"""CREATE OR REPLACE FUNCTION {s.table}_found_with() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                {s.follow("NEW")} RETURN NULL; END $$""",
                f"""CREATE OR REPLACE TRIGGER {s.table}_found_with AFTER UPDATE ON {s.of_table} FOR EACH ROW
                WHEN ({changed}) EXECUTE FUNCTION {s.table}_found_with()""",
            ]
    return made


def _translated() -> tuple[str, str]:
    """``FOLDED`` as the two texts of PostgreSQL's ``translate``: what the second one has no sign for goes."""
    kept = sorted((code for code, to in FOLDED.items() if code), key=lambda code: FOLDED[code] is None)
    signs = "".join(map(chr, kept)), "".join(to for code in kept if (to := FOLDED[code]) is not None)
    from_, to = ("E'" + "".join(f"\\u{ord(sign):04x}" for sign in text) + "'" for text in signs)
    return from_, to


_LAID = {"sqlite": _sqlite, "postgresql": _postgresql}


def lay(tx: Tx) -> None:
    """Lays what keeps the index, of the database at hand, and indexes what is not in it yet, oldest first."""
    for statement in _LAID[tx.dialect.name]():
        tx.exec_driver_sql(statement, execution_options={"no_parameters": True})
    missing = " UNION ALL ".join(
        f"SELECT {s.values('s')}, s.{s.at} AS at FROM {s.table} s"
        f" WHERE {s.chosen('s')} AND NOT EXISTS (SELECT 1 FROM archive WHERE {s.of('s')})"
        for s in _SOURCES
    )
    names = ", ".join(f"c{n}" for n, _ in enumerate(_COLUMNS.split(", ")))
    found = f"WITH found({names}, at) AS ({missing}) SELECT {names} FROM found ORDER BY at"
    tx.exec_driver_sql(f"INSERT INTO archive ({_COLUMNS}) {found}", execution_options={"no_parameters": True})


def merge(tx: Tx) -> None:
    """Puts together some of what was added one by one since, so that the next search looks in fewer places (SQLite,
    FTS5)."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(f"INSERT INTO {WORDS}({WORDS}, rank) VALUES ('merge', {_MERGED_AT_ONCE})")


def purge(tx: Tx) -> None:
    """Has nothing of what was erased stay in the index: SQLite else keeps words that are gone until it tidies up."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(f"INSERT INTO {WORDS}({WORDS}) VALUES ('rebuild')")
