"""Owns the deletion of what has grown old: for each kind of the procedure file, which rows go, in bounded batches."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, tuple_, update
from sqlmodel import SQLModel

from bot.holds import Held
from bot.topics import AudienceKind
from storage import archive_index
from storage.store import Tx
from storage.tables import (
    ActionChangeRow,
    ActionItemRow,
    AdmissionRow,
    AgendaItemRow,
    AmendmentRow,
    AttendanceRow,
    AuditRow,
    BridgeLedRow,
    BridgeRow,
    CallRow,
    ContactRequestRow,
    CorrectionRow,
    EditionLineRow,
    ExposureRow,
    InvitationRow,
    LineHoldRow,
    LinkRow,
    ListBeforeRow,
    ListChangeRow,
    MailRow,
    MarkRow,
    MinuteEntryRow,
    NamedEditionRow,
    ObjectionRow,
    OutboxRow,
    OutboxState,
    PanelRow,
    PaperRow,
    PlaceRow,
    RegretsRow,
    ReportRow,
    SaidRow,
    SeenOrderRow,
    SpeakerRow,
    TakenOutRow,
    columns,
)

Condition = ColumnElement[bool]
Which = Callable[[Any, datetime, Held], Condition]
"""Which rows of a table (its columns) go: those older than a moment (UTC) that are not held."""

_A, _C, _I, _L, _M, _N = (
    columns(t) for t in (AuditRow, CallRow, AgendaItemRow, MinuteEntryRow, MarkRow, NamedEditionRow)
)
_T = columns(ActionItemRow)


def of_call(t: Any, before: datetime, held: Held) -> Condition:
    """What belongs to a call that began before that."""
    over = _over(t, before, held)
    return and_(over, _free(t.contact_id, held.contacts)) if "contact_id" in t else over


def _over(t: Any, before: datetime, held: Held) -> Condition:
    return t.call_id.in_(select(_C.id).where(_C.start < before, _C.id.not_in(held.calls)))  # type: ignore[no-any-return]


def _free(column: Any, held: Collection[str]) -> Condition:
    """Whether the column names none of those that are held; it may name nobody."""
    return or_(column.is_(None), column.not_in(held))


def _nobodys(address: Any, held: Held) -> Condition:
    """Whether an address is of none of the people who are held, in any spelling of capitals."""
    return or_(address.is_(None), func.lower(address).not_in(held.addresses))


def items(t: Any, before: datetime, held: Held) -> Condition:
    """The items of a call, and those that never came to one."""
    pool = and_(t.call_id.is_(None), t.created_at < before, t.contact_id.not_in(held.contacts))
    return or_(of_call(t, before, held), pool)


def papers(t: Any, before: datetime, held: Held) -> Condition:
    """The papers of items that go."""
    return t.item.in_(select(_I.reference).where(items(_I, before, held)))  # type: ignore[no-any-return]


def reports(t: Any, before: datetime, held: Held) -> Condition:
    """The reports of a call's briefing, and those that never came to one."""
    alone = and_(t.call_id.is_(None), t.at < before, t.contact_id.not_in(held.contacts))
    return or_(of_call(t, before, held), alone)


def lines(t: Any, before: datetime, held: Held) -> Condition:
    """Lines of the minutes, once what they said before, what stands below them and where they were released is gone."""
    beside = (columns(table) for table in (CorrectionRow, LineHoldRow, AmendmentRow, EditionLineRow, TakenOutRow))
    return and_(of_call(t, before, held), *(~exists().where(b.line == t.reference) for b in beside))


def corrections(t: Any, before: datetime, held: Held) -> Condition:
    """What was put right in the lines of a call, and who held them."""
    return t.line.in_(select(_L.reference).where(of_call(_L, before, held)))  # type: ignore[no-any-return]


def histories(t: Any, before: datetime, held: Held) -> Condition:
    return t.reference.in_(select(_T.reference).where(_ended(_T, before, held)))  # type: ignore[no-any-return]


def of_edition(t: Any, before: datetime, held: Held) -> Condition:
    """What belongs to the named editions of a call."""
    return t.edition.in_(select(_N.reference).where(of_call(_N, before, held)))  # type: ignore[no-any-return]


def bare_editions(t: Any, before: datetime, held: Held) -> Condition:
    """Named editions, once their lines are gone."""
    beside = (columns(table) for table in (EditionLineRow, TakenOutRow))
    return and_(of_call(t, before, held), *(~exists().where(b.edition == t.reference) for b in beside))


def ended_actions(t: Any, before: datetime, held: Held) -> Condition:
    """The actions of a call, once their history is gone; one that has not ended stays until it has."""
    earlier = columns(ActionChangeRow)
    return and_(_ended(t, before, held), ~exists().where(earlier.reference == t.reference))


def _ended(t: Any, before: datetime, held: Held) -> Condition:
    return and_(of_call(t, before, held), t.ended_at.is_not(None), _free(t.owner_contact_id, held.contacts))


def ended_objections(t: Any, before: datetime, held: Held) -> Condition:
    """The objections to a call; a standing one after it was withdrawn or ran out."""
    standing = and_(t.call_id.is_(None), or_(t.withdrawn_at < before, t.until < before))
    return and_(or_(_over(t, before, held), standing), _free(t.contact_id, held.contacts))


def ended_messages(t: Any, before: datetime, held: Held) -> Condition:
    """What was sent or given up; what is due is no record yet."""
    free = and_(_free(t.contact_id, held.contacts), _free(t.call_id, held.calls), _nobodys(t.address, held))
    return and_(t.state != OutboxState.DUE, t.ended_at < before, free)


def ended_sendings(t: Any, before: datetime, held: Held) -> Condition:
    """What left, or may have left, for somebody: of a call after that, since until then the posts that left get other
    words where their reader loses something of it."""
    over = or_(t.call_id.is_(None), _over(t, before, held))
    return and_(t.began_at < before, over, t.contact_id.not_in(held.contacts))


def read_mails(t: Any, before: datetime, held: Held) -> Condition:
    """Mails that came in, from whomever."""
    return and_(t.at < before, _free(t.contact_id, held.contacts), _nobodys(t.sender, held))


def old_words(t: Any, before: datetime, held: Held) -> Condition:
    """What people typed during a call: the record that it made is kept as minutes."""
    return and_(t.at < before, t.contact_id.not_in(held.contacts), _free(t.call_id, held.calls))


def requests(t: Any, before: datetime, held: Held) -> Condition:
    """Who was asked for as a contact, whatever came of it."""
    return and_(t.asked_at < before, _nobodys(t.email, held))


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of which table go with a kind of the procedure file's ``[retention]``."""

    kind: str
    table: type[SQLModel]
    which: Which


RULES: tuple[Rule, ...] = (
    Rule("attendance", AttendanceRow, of_call),
    Rule("attendance", InvitationRow, of_call),
    Rule("attendance", ListBeforeRow, of_call),
    Rule("attendance", ListChangeRow, of_call),
    Rule("attendance", BridgeLedRow, of_call),
    Rule("attendance", BridgeRow, of_call),
    Rule("attendance", LinkRow, of_call),
    Rule("attendance", SeenOrderRow, of_call),
    Rule("attendance", SpeakerRow, of_call),
    Rule("attendance", PanelRow, of_call),
    Rule("attendance", RegretsRow, of_call),
    Rule("objections", ObjectionRow, ended_objections),
    Rule("minutes", PlaceRow, of_call),
    Rule("messages", SaidRow, old_words),
    Rule("minutes", CorrectionRow, corrections),
    Rule("minutes", LineHoldRow, corrections),
    Rule("minutes", AmendmentRow, of_call),
    Rule("minutes", TakenOutRow, of_edition),
    Rule("minutes", EditionLineRow, of_edition),
    Rule("minutes", NamedEditionRow, bare_editions),
    Rule("minutes", MinuteEntryRow, lines),
    Rule("minutes", AdmissionRow, of_call),  # they say who may read which lines, so they stay as long
    Rule("actions", ActionChangeRow, histories),
    Rule("actions", ActionItemRow, ended_actions),
    Rule("agendas", PaperRow, papers),
    Rule("agendas", AgendaItemRow, items),
    Rule("agendas", ReportRow, reports),
    Rule("messages", OutboxRow, ended_messages),
    Rule("messages", MailRow, read_mails),
    Rule("exposure", ExposureRow, ended_sendings),
    Rule("contacts", ContactRequestRow, requests),
)
"""In this order: what leans on something else goes first."""


def sweep(tx: Tx, cutoffs: Mapping[str, datetime], held: Held, most: int) -> dict[str, int]:
    """Deletes up to *most* rows that are older than their kind may be, and empties audit details; how many of each.

    Nothing goes while everything is held; no audit detail does while anything is, as it may be about that.
    """
    done: dict[str, int] = {}
    if held.whole:
        return done
    _close_lines(tx, cutoffs["agendas"], held)
    for rule in RULES:
        left = most - sum(done.values())
        if left > 0:
            done[rule.kind] = done.get(rule.kind, 0) + _delete(tx, rule, cutoffs[rule.kind], held, left)
    left = most - sum(done.values())
    if left > 0 and not held.any:
        done["audit"] = _empty_details(tx, cutoffs["audit"], left)
    gone = sum(done.values())
    if 0 < gone < most or (gone == most and not _any_left(tx, cutoffs, held)):
        archive_index.purge(tx)  # the last batch: nothing of what went stays in the index
    return {kind: count for kind, count in done.items() if count}


def _delete(tx: Tx, rule: Rule, before: datetime, held: Held, most: int) -> int:
    t, key = columns(rule.table), rule.table.__table__.primary_key.columns  # type: ignore[attr-defined]
    old = select(*key).where(rule.which(t, before, held)).limit(most)
    return tx.execute(delete(rule.table).where(tuple_(*key).in_(old))).rowcount


def _any_left(tx: Tx, cutoffs: Mapping[str, datetime], held: Held) -> bool:
    """Whether another batch follows: each kind is looked at until something is found."""
    for rule in RULES:
        old = select(exists().where(rule.which(columns(rule.table), cutoffs[rule.kind], held)))
        if tx.execute(old).scalar_one():
            return True
    return False


def _close_lines(tx: Tx, before: datetime, held: Held) -> None:
    """Lines under a closed item are closed by it: before it goes, they are closed by themselves."""
    closed = select(_I.reference).where(items(_I, before, held), _I.audience == AudienceKind.AGENCIES)
    tx.execute(update(MinuteEntryRow).where(_L.item.in_(closed), ~_L.closed).values(closed=True))


def _empty_details(tx: Tx, before: datetime, most: int) -> int:
    old = select(_A.number).where(_A.at < before, _A.detail != "").order_by(_A.number).limit(most)
    return tx.execute(update(AuditRow).where(_A.number.in_(old)).values(detail="", salt="")).rowcount


def drop_marks(tx: Tx, before: datetime) -> None:
    """Drops the marks of what is done once a day or an hour, from before that moment (UTC)."""
    hourly = or_(*(_M.name.like(f"{word} %") for word in ("look", "head", "retention")))
    tx.execute(delete(MarkRow).where(hourly, _M.at < before))
