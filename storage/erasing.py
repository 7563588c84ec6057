"""Owns the erasure of one person's rows; who may be erased, and what is said of it, is ``handlers.erasing``'s."""

import json
import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, update
from sqlmodel import SQLModel

from storage import archive_index
from storage.contacts import WAITS
from storage.store import Tx
from storage.subjects import TEXTS, Subject, about, mentioning, mentions, slack_users, whole
from storage.tables import (
    ActionItemRow,
    AuditRow,
    CallRow,
    ContactRequestRow,
    ContactRow,
    EnteredRow,
    ExposureRow,
    LinkRow,
    LookRow,
    MailRow,
    MarkRow,
    MinuteEntryRow,
    ObjectionRow,
    OutboxRow,
    OutboxState,
    PlaceRow,
    SaidRow,
    SeenOrderRow,
    SlackCodeRow,
    SlackUserRow,
    SpeakerRow,
    columns,
)

_A, _K, _E, _M = (columns(table) for table in (AuditRow, ContactRow, EnteredRow, MarkRow))
_N, _O, _Q, _X, _S = (columns(table) for table in (MailRow, OutboxRow, ContactRequestRow, ExposureRow, SaidRow))

FORMER = "former contact of {organisation}"

ONLY_THEIRS: tuple[type[SQLModel], ...] = (
    MailRow,
    SlackUserRow,
    SlackCodeRow,
    LinkRow,
    LookRow,
    SeenOrderRow,
    SpeakerRow,
    SaidRow,
)
"""What is of use to nobody without the person: deleted by ``contact_id``."""

ENTERED_BY = (
    (ObjectionRow, "by_user"),
    (MinuteEntryRow, "entered_by"),
    (ActionItemRow, "entered_by"),
    (PlaceRow, "by_user"),
    (CallRow, "live_moved_by"),
)
"""Where the Slack user stands who entered something: emptied."""


def erase(tx: Tx, email: str, people: Sequence[Subject], now: datetime) -> tuple[int, list[str]]:
    """Erases who those were, all with that address, and what is kept of it where it never was a contact's; how many
    audit details were emptied, and what still has the name.

    1. The contact is “former contact of ORG”, without address, roles and zone of its own: what is kept of calls leads
       to that.
    2. What is of use to nobody without the person is deleted, and what they wrote by mail; what still waited to be
       sent is dropped, and who asked for them as a contact asks no longer.
    3. Slack users who entered something, and the address in what people wrote, are taken out.
    4. The details of audit entries by or about the person are emptied, their salt with them; the chain stays.
    """
    ids = [p.id for p in people]
    users = slack_users(tx, ids) if ids else []
    details = tx.execute(
        update(AuditRow)
        .where(_A.detail != "", about(ids, [email, *users, *(json.dumps(p.name, ensure_ascii=False) for p in people)]))
        .values(detail="", salt="")
    ).rowcount  # fmt: skip
    for person in people:
        anonymous = {"name": FORMER.format(organisation=person.organisation), "email": "", "zone": "UTC", "roles": ""}
        tx.execute(update(ContactRow).where(_K.id == person.id).values(**anonymous, shown=False, feed_alarm=None))
    asked_for = func.lower(_Q.email) == email.lower()
    tx.execute(update(ContactRequestRow).where(asked_for, *WAITS).values(ended_at=now))
    tx.execute(update(ContactRequestRow).where(asked_for).values(name="", email=""))
    for table in ONLY_THEIRS:
        tx.execute(delete(table).where(columns(table).contact_id.in_(ids)))
    tx.execute(delete(EnteredRow).where(or_(_E.user.in_(users), func.lower(_E.reference) == email.lower())))
    tx.execute(delete(MarkRow).where(_M.name.like("look %"), mentioning(_M.name, [*ids, *users])))
    theirs = _O.contact_id.in_(ids)
    waiting = and_(theirs, _O.state == OutboxState.DUE)
    tx.execute(update(OutboxRow).where(waiting).values(state=OutboxState.DROPPED, ended_at=now))
    tx.execute(update(OutboxRow).where(theirs).values(error=""))
    tx.execute(delete(MailRow).where(func.lower(_N.sender) == email.lower()))
    tx.execute(update(ExposureRow).where(_X.contact_id.in_(ids)).values(posts=""))
    if users:
        done = _O.state != OutboxState.DUE
        tx.execute(update(OutboxRow).where(done, mentioning(_O.subject, users)).values(subject=""))
        tx.execute(update(ExposureRow).where(mentioning(_X.subject, users)).values(subject=""))
        for table, column in ENTERED_BY:
            tx.execute(update(table).where(columns(table)[column].in_(users)).values(**{column: ""}))
    for table, key, column in TEXTS:
        _replace(tx, table, key, column, email)
    # What others typed of them during a call: the record that it made has been rid of the address.
    tx.execute(update(SaidRow).where(mentioning(_S.text, [email])).values(text=""))
    tx.execute(update(SaidRow).where(mentioning(_S.why, [email])).values(why=""))
    archive_index.purge(tx)
    return details, mentions(tx, {p.name for p in people})


def _replace(tx: Tx, table: type[SQLModel], key: str, column: str, email: str) -> None:
    t = columns(table)
    for row in tx.execute(select(t[key], t[column]).where(mentioning(t[column], [email]))).all():
        text = re.sub(whole(email), r"\1(address erased)", row[1], flags=re.IGNORECASE)
        tx.execute(update(table).where(t[key] == row[0], t[column] == row[1]).values(**{column: text}))
