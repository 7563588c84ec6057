"""Owns the index of what can be found: how each database keeps it beside the texts, and the search in it.

Triggers keep it, so that no query that writes a text can forget it: whoever adds, corrects, closes, erases or sweeps a
text changes the index in the same transaction. They are laid after each migration, as ``guards`` are.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)

from bot.actions import ActionChange, ActionItem, ChangeKind
from bot.agenda import AgendaItem, ItemState
from bot.amending import Amendment
from bot.archive import ALONE, FOLDED, Kind, Reach, Wanted
from bot.attendees import Admission, AdmissionState
from bot.audience import Record
from bot.calls import CallState
from bot.confidentiality import Tlp
from bot.minutes import MinuteEntry
from bot.objections import Objection
from bot.papers import Paper
from bot.reports import Report
from bot.topics import AudienceKind
from storage.actions import to_change
from storage.call_parts import to_action, to_admission, to_amendment, to_item, to_line, to_objection
from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import (
    ActionChangeRow,
    ActionItemRow,
    AdmissionRow,
    AgendaItemRow,
    AmendmentRow,
    ArchiveRow,
    CallRow,
    MinuteEntryRow,
    ObjectionRow,
    PaperRow,
    ReportRow,
    SegmentRow,
    columns,
)
from storage.together import together
from storage.values import maker

# --- how it is kept ---

WORDS = "archive_words"
"""The full-text table of SQLite; PostgreSQL has an index of ``archive`` instead."""

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


def purge(tx: Tx) -> None:
    """Has nothing of what was erased stay in the index: SQLite else keeps words that are gone until it tidies up."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(f"INSERT INTO {WORDS}({WORDS}) VALUES ('rebuild')")


# --- how it is searched ---


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that has the words: of which kind, under which reference, of which call."""

    kind: Kind
    reference: str
    call_id: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """What hits are of, as it is now, by reference; items also of the papers, lines also of the amendments, actions
    also of the reasons, with all their changes, in order."""

    items: Mapping[str, AgendaItem]
    papers: Mapping[str, Paper]
    lines: Mapping[str, MinuteEntry]
    amendments: Mapping[str, Amendment]
    actions: Mapping[str, ActionItem]
    changes: Mapping[str, Sequence[ActionChange]]
    reports: Mapping[str, Report]


_R, _C, _S, _A = (columns(t) for t in (ArchiveRow, CallRow, SegmentRow, AdmissionRow))
_F, _H, _E = (columns(t) for t in (PaperRow, ActionChangeRow, ReportRow))
_to_paper, _to_report = maker(Paper), maker(Report, label=Tlp)
_O = columns(ObjectionRow)
_I, _L, _B, _T = (columns(t) for t in (AgendaItemRow, MinuteEntryRow, AmendmentRow, ActionItemRow))
_FTS = table(WORDS, column("rowid"), column(WORDS))
_OWN: BindParameter[str] = bindparam("own", type_=String)
_CONTACT: BindParameter[str] = bindparam("contact", type_=String)


def _named(only: Any) -> ColumnElement[bool]:
    """Whether a column of organisations names the reader's, or nobody and so everybody."""
    return or_(only == "", (" " + only + " ").like("% " + _OWN + " %"))


def _is(*kinds: Kind) -> ColumnElement[bool]:
    return _R.kind.in_([literal_column(f"'{kind}'") for kind in kinds])  # type: ignore[no-any-return]


_MINE = _R.participant_id == _OWN
_OPENED = _C.state.in_([CallState.ANNOUNCED, CallState.HELD])
_OF_AGENCIES = or_(
    _MINE,
    and_(
        _OPENED, _named(_C.only), or_(_S.id.is_(None), _named(_S.only)),
        or_(_is(Kind.ITEM, Kind.PAPER, Kind.REPORT), _C.minutes_sent_at.is_not(None), _C.scribe_id == _CONTACT),
    ),
)  # fmt: skip
_ON_THE_LIST = (
    select(_A.segment_id)
    .where(_A.segment_id == _R.segment_id, _A.contact_id == _CONTACT, _A.state == AdmissionState.APPROVED)
    .exists()
)
_OF_GUESTS = or_(
    _MINE,
    and_(
        _OPENED,
        ~_R.closed,
        or_(
            and_(_is(Kind.ITEM, Kind.PAPER), _ON_THE_LIST),
            and_(_is(Kind.LINE), _ON_THE_LIST, _C.minutes_adopted_at.is_not(None)),
            and_(_is(Kind.AMENDMENT), _C.minutes_adopted_at.is_not(None)),
        ),
    ),
)


@cache
def _searching(dialect: str, *, secretariat: bool, agency: bool, proxy: bool) -> Prepared:
    """What searches for a reader of one kind; made once, as making it takes longer than running it."""
    query = select(_R.kind, _R.reference, _R.call_id)
    if dialect == "sqlite":
        order, has = _FTS.c.rowid, _FTS.c[WORDS].op("MATCH")(bindparam("match", type_=String))
        tables = _FTS.join(ArchiveRow, _R.id == _FTS.c.rowid)
    else:
        simple: Any = literal_column("'simple'::regconfig")
        order = _R.id
        has = func.to_tsvector(simple, _R.words).op("@@")(func.to_tsquery(simple, bindparam("match", type_=String)))
        tables = ArchiveRow.__table__  # type: ignore[attr-defined]
    tables = tables.outerjoin(CallRow, _C.id == _R.call_id).outerjoin(SegmentRow, _S.id == _R.segment_id)
    carried = (" " + bindparam("labels", type_=String) + " ").like("% " + _R.label + " %")
    query = query.select_from(tables).where(has, carried)
    if not secretariat:
        query = query.where(_OF_AGENCIES if agency else _OF_GUESTS)
    if proxy:
        query = query.where(or_(_R.call_id.is_(None), _R.call_id == bindparam("only_call", type_=String)))
    return Prepared(query.order_by(order.desc()).limit(bindparam("most", type_=Integer)))


def search(tx: Tx, reach: Reach, wanted: Sequence[Wanted], most: int) -> list[Hit]:
    """What has all of *wanted* and may be the reader's, newest first, at most so many: never by rank, which would tell
    of what others say."""
    match = _fts5(wanted) if tx.dialect.name == "sqlite" else _tsquery(wanted)
    asked = {
        "match": match, "labels": " ".join(sorted(reach.labels)), "most": most, "own": reach.participant_id,
        "contact": reach.contact_id,
    }  # fmt: skip
    proxy = reach.only_call is not None
    asked |= {"only_call": reach.only_call} if proxy else {}
    query = _searching(tx.dialect.name, secretariat=reach.secretariat, agency=reach.agency, proxy=proxy)
    return [Hit(Kind(kind), reference, call_id) for kind, reference, call_id in query.rows(tx, **asked)]


def _fts5(wanted: Sequence[Wanted]) -> str:
    """Phrases side by side, each of which may end before its last word does (SQLite, FTS5 3)."""
    return " ".join(f'"{" ".join(words)}"*' for words in wanted)


def _tsquery(wanted: Sequence[Wanted]) -> str:
    """The same for PostgreSQL's ``to_tsquery``: words that follow one another, and all of these."""
    return " & ".join("(" + " <-> ".join(f"'{word}'" for word in words) + ":*)" for words in wanted)


def _of(value: Any, t: Any, condition: Any) -> Any:
    return select(*(t[name] for name in value.__slots__)).where(condition)


_REFERENCES: Mapping[Kind, BindParameter[Any]] = {kind: bindparam(kind.value, expanding=True) for kind in Kind}
_AMENDED = select(_B.line).where(_B.id.in_(_REFERENCES[Kind.AMENDMENT]))
_ATTACHED = select(_F.item).where(_F.reference.in_(_REFERENCES[Kind.PAPER]))
_HELD = together(
    _of(AgendaItem, _I, or_(_I.reference.in_(_REFERENCES[Kind.ITEM]), _I.reference.in_(_ATTACHED))),
    _of(Paper, _F, _F.reference.in_(_REFERENCES[Kind.PAPER])),
    _of(MinuteEntry, _L, or_(_L.reference.in_(_REFERENCES[Kind.LINE]), _L.reference.in_(_AMENDED))),
    _of(Amendment, _B, _B.id.in_(_REFERENCES[Kind.AMENDMENT])),
    _of(ActionItem, _T, or_(*(_T.reference.in_(_REFERENCES[kind]) for kind in (Kind.ACTION, Kind.REASON)))),
    _of(ActionChange, _H, _H.reference.in_(_REFERENCES[Kind.REASON])),
    _of(Report, _E, _E.reference.in_(_REFERENCES[Kind.REPORT])),
)


def held(tx: Tx, hits: Collection[Hit]) -> Held:
    """What *hits* are of; one statement."""
    asked = {kind.value: [h.reference for h in hits if h.kind is kind] for kind in Kind}
    items, papers, lines, amendments, actions, changed, reports = _HELD(tx, asked)
    changes: dict[str, list[ActionChange]] = defaultdict(list)
    for change in sorted(map(to_change, changed), key=lambda c: c.number):
        changes[change.reference].append(change)
    return Held(
        {i.reference: i for i in map(to_item, items)},
        {p.reference: p for p in map(_to_paper, papers)},
        {line.reference: line for line in map(to_line, lines)},
        {a.id: a for a in map(to_amendment, amendments)},
        {a.reference: a for a in map(to_action, actions)},
        changes,
        {r.reference: r for r in map(_to_report, reports)},
    )


_CALLS_OF: BindParameter[Any] = bindparam("calls", expanding=True)
_ITEMS_OF: BindParameter[Any] = bindparam("items", expanding=True)
_BEARING = together(
    _of(Admission, _A, and_(_A.call_id.in_(_CALLS_OF), _A.contact_id == _CONTACT)),
    _of(Objection, _O, and_(_O.participant_id == _OWN, or_(_O.call_id.in_(_CALLS_OF), _O.call_id.is_(None)))),
    _of(
        AgendaItem,
        _I,
        and_(_I.call_id.in_(_CALLS_OF), or_(_I.proposer_id == _OWN, _I.reference.in_(_ITEMS_OF))),
    ),
)


def with_bearing(tx: Tx, records: Sequence[Record], reach: Reach, items_of: Collection[str]) -> list[Record]:
    """*records* with that part of their lists and agendas which bears on what one guest hears: its own places, the
    objections to its organisation, and of items its organisation's own and those which lines are of (*items_of*). Whole
    lists are ten times as long. One statement."""
    ids = [r.call.id for r in records]
    asked = {"calls": ids, "contact": reach.contact_id, "own": reach.participant_id, "items": list(items_of)}
    if not records:
        return []
    places, against, agenda = _BEARING(tx, asked)
    admissions, objections = list(map(to_admission, places)), list(map(to_objection, against))
    items = list(map(to_item, agenda))
    return [
        replace(
            r,
            admissions=tuple(a for a in admissions if a.call_id == r.call.id),
            objections=tuple(o for o in objections if o.call_id in (None, r.call.id)),
            items=tuple(i for i in items if i.call_id == r.call.id),
        )
        for r in records
    ]
