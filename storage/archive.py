"""Owns the search for words in what readers may have, and what is fetched of what was found; how the index is kept is
``archive_index``'s."""

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

from bot.actions import ActionChange, ActionItem
from bot.agenda import AgendaItem
from bot.amending import Amendment
from bot.archive import Kind, Reach, Wanted
from bot.attendees import Admission, AdmissionState
from bot.audience import Record
from bot.calls import CallState
from bot.confidentiality import Tlp
from bot.minutes import MinuteEntry
from bot.objections import Objection
from bot.papers import Paper
from bot.reports import Report
from storage.actions import to_change
from storage.archive_index import WORDS
from storage.call_choice import OWN, names_theirs
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
_CONTACT: BindParameter[str] = bindparam("contact", type_=String)


def _is(*kinds: Kind) -> ColumnElement[bool]:
    return _R.kind.in_([literal_column(f"'{kind}'") for kind in kinds])  # type: ignore[no-any-return]


_MINE = _R.participant_id == OWN
_OPENED = _C.state.in_([CallState.ANNOUNCED, CallState.HELD])
_OF_AGENCIES = or_(
    _MINE,
    and_(
        _OPENED, names_theirs(_C.only), or_(_S.id.is_(None), names_theirs(_S.only)),
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
    _of(Objection, _O, and_(_O.participant_id == OWN, or_(_O.call_id.in_(_CALLS_OF), _O.call_id.is_(None)))),
    _of(
        AgendaItem,
        _I,
        and_(_I.call_id.in_(_CALLS_OF), or_(_I.proposer_id == OWN, _I.reference.in_(_ITEMS_OF))),
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
