"""Owns the data set of the bench: the example roster with three years of history, written straight into the tables."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.actions import ActionState
from bot.agenda import ItemState
from bot.attendees import AdmissionState
from bot.audit import Head, next_entry
from bot.calls import CallKind, CallState
from bot.confidentiality import Tlp
from bot.invitations import Rsvp
from bot.itip import uid_for
from bot.minutes import LineKind
from bot.participants import Contact, Participant, ParticipantKind
from bot.procedure import Procedure, due_times
from bot.steps import StepState
from bot.topics import AudienceKind
from bot.words import draw_reference
from storage import directory
from storage.store import Store, Tx
from storage.tables import (
    ActionItemRow,
    AdmissionRow,
    AgendaItemRow,
    AttendanceRow,
    AuditHeadRow,
    AuditRow,
    CallRow,
    Door,
    InvitationRow,
    MarkRow,
    MinuteEntryRow,
    OutboxRow,
    OutboxState,
    SegmentRow,
    SlackUserRow,
    StepRow,
)
from tests.cast import read_roster
from tests.workspace.people import TEAM, user_id

DOMAIN = "lap.example"
YEARS = timedelta(days=3 * 365)
AHEAD = timedelta(days=45)
PRESSERS = 60
"""People with a Slack user: the roster's contacts, and second users of the first ones, up to this number."""

Rows = dict[Any, list[dict[str, object]]]
CLOSED, JOINT = AudienceKind.AGENCIES, AudienceKind.JOINT
PARTS = {
    3: (("Reports", JOINT, 30), ("Cases", CLOSED, 40), ("Procedure", CLOSED, 20)),
    4: (("Reports", JOINT, 20), ("Training", JOINT, 20), ("Cases", CLOSED, 30), ("Procedure", CLOSED, 20)),
}


@dataclass(frozen=True)
class Size:
    """How much: *times* the history of three years, *coming* announced calls in it, *people* times the roster."""

    times: int = 1
    coming: int = 1
    people: int = 1


PLAIN, TENFOLD = Size(), Size(times=10)
CROWD = Size(times=10, coming=10, people=10)
"""Tenfold in everything that a statement could be made once for: history, calls ahead, people."""


@dataclass
class _Making:
    now: datetime
    size: Size
    rng: random.Random = field(default_factory=lambda: random.Random(2027))
    rows: Rows = field(default_factory=lambda: defaultdict(list))
    taken: set[str] = field(default_factory=set)

    def reference(self) -> str:
        while (drawn := draw_reference(self.rng.randrange)) in self.taken:
            pass
        self.taken.add(drawn)
        return drawn

    def add(self, table: Any, **values: object) -> None:
        self.rows[table].append(values)


def fill(store: Store, now: datetime, size: Size = PLAIN) -> None:
    """Writes the data set as it stands at *now* (UTC) into the empty tables of *store*; the same for the same *now*."""
    making = _Making(now.replace(second=0, microsecond=0), size)
    participants, contacts = roster(size.people)
    calls = _calls(making, participants, contacts)
    speakers = _speakers(participants, contacts)
    _items(making, calls, speakers)
    _record(making, calls, speakers)
    _audit(making)
    for day in range(2):  # what is old stays, so that every run measures the same: as if it had been swept
        making.add(MarkRow, name=f"retention {(making.now + timedelta(days=day)).date()}", at=making.now)
    _users(making, contacts)
    with store.begin() as tx:
        insert_people(tx, participants, contacts, making.now)
        for table, rows in making.rows.items():
            tx.execute(insert(table), rows)


def insert_people(tx: Tx, participants: Sequence[Participant], contacts: Sequence[Contact], now: datetime) -> None:
    """Writes organisations and people who were told long before *now* who writes to them."""
    directory.insert_participants(tx, participants)
    directory.insert_contacts(tx, contacts)
    directory.mark_told(tx, [c.id for c in contacts], now - YEARS)


def roster(people: int = 1) -> tuple[list[Participant], list[Contact]]:
    """The example roster, *people* times: the further ones with a number behind their names and no secretariat."""
    participants, contacts = read_roster()
    more, theirs = list(participants), list(contacts)
    for n in range(2, people + 1):
        more += [
            replace(p, id=f"{p.id}-{n}", short_name=f"{p.short_name}-{n}", name=f"{p.name} {n}") for p in participants
        ]
        theirs += [
            replace(c, id=f"{c.id}-{n}", participant_id=f"{c.participant_id}-{n}", email=f"n{n}.{c.email}")
            for c in contacts
            if not c.email.startswith("secretariat")
        ]
    return more, theirs


def coming_call(size: Size = PLAIN) -> str:
    """The id of the last call ahead."""
    return f"call-{18 * size.times - 1:05d}"


def users(contacts: Sequence[Contact]) -> list[tuple[str, Contact]]:
    """The Slack users, each with the contact that it speaks for."""
    found = [(user_id(c.email), c) for c in contacts]
    return found + [(user_id(f"second.{c.email}"), c) for c in contacts[: max(0, PRESSERS - len(contacts))]]


def _users(making: _Making, contacts: Sequence[Contact]) -> None:
    for user, contact in users(contacts):
        making.add(
            SlackUserRow, team_id=TEAM, user_id=user, contact_id=contact.id, source="roster",
            linked_at=making.now - YEARS, confirmed_at=making.now - YEARS,
        )  # fmt: skip


@dataclass(frozen=True)
class _Planned:
    id: str
    start: datetime
    coming: bool
    parts: tuple[tuple[str, AudienceKind], ...]


def _calls(making: _Making, participants: Sequence[Participant], contacts: Sequence[Contact]) -> list[_Planned]:
    """18 calls with 60 parts, their lists, copies and steps: all held but the coming ones, to which the further
    organisations come for the first time."""
    kinds = {p.id: p.kind for p in participants}
    known = contacts[: len(roster()[1])]
    count = 18 * making.size.times
    last = making.now.replace(hour=14, minute=0) + AHEAD
    between = YEARS / count
    calls = []
    for n in range(count):
        back = count - 1 - n
        coming = back < making.size.coming
        start = last - (timedelta(days=2) * back if coming else between * back)
        shapes = PARTS[4 if n % 3 == 0 else 3]
        call = _Planned(f"call-{n:05d}", start.replace(minute=0, second=0, microsecond=0), coming, tuple(
            (f"part-{n:05d}-{at}", audience) for at, (_, audience, _) in enumerate(shapes)
        ))  # fmt: skip
        calls.append(call)
        length = timedelta(minutes=sum(minutes for *_, minutes in shapes))
        joint = timedelta(minutes=sum(minutes for _, audience, minutes in shapes if audience is JOINT))
        end = call.start + length
        making.add(
            CallRow, id=call.id, title=f"Call of {call.start:%B %Y}", kind=CallKind.MEMBERS, start=call.start,
            state=CallState.ANNOUNCED if coming else CallState.HELD,
            created_at=call.start - timedelta(days=400), announced_at=call.start - timedelta(days=60),
            list_circulated_at=call.start - timedelta(days=55), list_window_ends_at=call.start - timedelta(days=48),
            list_approved_at=call.start - timedelta(days=47),
            live_started_at=None if coming else call.start, live_ended_at=None if coming else end,
            minutes_sent_at=None if coming else end + timedelta(days=5),
            minutes_adopts_at=None if coming else end + timedelta(days=15),
            minutes_adopted_at=None if coming else end + timedelta(days=15), live_cleared=not coming,
        )  # fmt: skip
        for at, (title, audience, minutes) in enumerate(shapes):
            making.add(
                SegmentRow, id=call.parts[at][0], call_id=call.id, position=at, title=title, audience=audience,
                minutes=minutes,
            )  # fmt: skip
        for kind, due in due_times(call.start, end, Procedure.default()).items():
            done = due <= making.now
            making.add(
                StepRow, call_id=call.id, kind=kind, due_at=due, state=StepState.DONE if done else StepState.DUE,
                done_at=due if done else None,
            )  # fmt: skip
        for contact in contacts if coming else known:
            guest = kinds[contact.participant_id] is not ParticipantKind.AGENCY
            if guest:
                _admit(making, call, contact)
            if contact.attending:
                _copy(making, call, contact, call.start + (joint if guest else length))
    return calls


def _admit(making: _Making, call: _Planned, contact: Contact) -> None:
    for segment_id, audience in call.parts:
        if audience is JOINT:
            making.add(
                AdmissionRow, segment_id=segment_id, contact_id=contact.id, call_id=call.id,
                participant_id=contact.participant_id, state=AdmissionState.APPROVED,
                circulated_at=call.start - timedelta(days=55), approved_at=call.start - timedelta(days=47),
                window_ends_at=call.start - timedelta(days=48),
            )  # fmt: skip
            if not call.coming:
                making.add(
                    AttendanceRow, call_id=call.id, segment_id=segment_id, participant_id=contact.participant_id,
                    at=call.start,
                )  # fmt: skip


def _copy(making: _Making, call: _Planned, contact: Contact, end: datetime) -> None:
    """The person's copy as it was sent, and the errand that brought it."""
    guest = end - call.start < timedelta(minutes=90)
    title = ("Reports and Training" if len(call.parts) == 4 else "Reports") if guest else f"Call of {call.start:%B %Y}"
    at = call.start - timedelta(days=47)
    making.add(
        InvitationRow, uid=uid_for(call.id, contact.id, 0, DOMAIN), call_id=call.id, contact_id=contact.id, block=0,
        sequence=0, revision=1, dtstamp=at, created_at=at, start=call.start, end=end, title=title, cancelled=False,
        sent_revision=1, sent_start=call.start, sent_end=end, sent_title=title,
        rsvp=Rsvp.NEEDS_ACTION if call.coming else Rsvp.ACCEPTED,
    )  # fmt: skip
    making.add(
        OutboxRow, id=f"errand-{call.id}-{contact.id}", kind="invitation", door=Door.MAIL, contact_id=contact.id,
        call_id=call.id, subject=call.id, due_at=at, created_at=at, state=OutboxState.SENT, ended_at=at, attempts=1,
        first_attempt_at=at,
    )  # fmt: skip


def _items(making: _Making, calls: Sequence[_Planned], speakers: Sequence[Contact]) -> None:
    """400 items, spread over the calls; what lies ahead is in part still a proposal."""
    topics = Procedure.default().topics
    for n in range(400 * making.size.times):
        call, proposer = calls[n % len(calls)], speakers[n % len(speakers)]
        open_one = call.coming and n // len(calls) % 4 == 0
        segment_id, audience = call.parts[n // len(calls) % len(call.parts)]
        making.add(
            AgendaItemRow, reference=making.reference(), call_id=call.id, segment_id=None if open_one else segment_id,
            position=n // len(calls), clause=topics[n % len(topics)].clause, title=f"What came of operation {n}",
            minutes=5, audience=audience, label=Tlp.AMBER, state=ItemState.PROPOSED if open_one else ItemState.ACCEPTED,
            proposer_id=proposer.participant_id, contact_id=proposer.id, created_at=call.start - timedelta(days=50),
        )  # fmt: skip


def _speakers(participants: Sequence[Participant], contacts: Sequence[Contact]) -> list[Contact]:
    """The first contact of each Agency."""
    agencies = {p.id for p in participants if p.kind is ParticipantKind.AGENCY}
    first = {c.participant_id: c for c in reversed(contacts) if c.participant_id in agencies}
    return [first[p.id] for p in participants if p.id in first]


def _record(making: _Making, calls: Sequence[_Planned], speakers: Sequence[Contact]) -> None:
    """2,000 lines and 300 actions of the calls that were held; those of the last one are open."""
    held = [c for c in calls if not c.coming]
    for n in sorted(range(2000 * making.size.times), key=lambda n: held[n % len(held)].start):  # as they were entered
        call = held[n % len(held)]
        segment_id, audience = call.parts[n // len(held) % len(call.parts)]
        making.add(
            MinuteEntryRow, reference=making.reference(), call_id=call.id, segment_id=segment_id, item=None,
            kind=LineKind.DECISION if n % 10 == 0 else LineKind.NOTE, label=Tlp.AMBER, closed=audience is CLOSED,
            text=f"The Agencies compared what they know of sender {n}; two will write to its provider.",
            speaker_id=speakers[n % len(speakers)].participant_id if n % 3 == 0 else None, entered_by="secretariat",
            entered_at=call.start + timedelta(seconds=n // len(held) * 20),
        )  # fmt: skip
    count = 300 * making.size.times
    for n in range(count):
        call = held[n * len(held) // count]
        done = call is not held[-1]
        making.add(
            ActionItemRow, label=Tlp.AMBER, reference=making.reference(), call_id=call.id, segment_id=call.parts[-1][0],
            task=f"Send the list of numbers of case {n} to the Agencies that asked for it",
            owner_id=speakers[n % len(speakers)].participant_id, due=(call.start + timedelta(days=30)).date(),
            state=ActionState.DONE if done else ActionState.OPEN, confirmed=True, entered_by="secretariat",
            entered_at=call.start, ended_at=call.start + timedelta(days=20) if done else None,
        )  # fmt: skip


def _audit(making: _Making) -> None:
    """5,000 entries, each chained to the one before."""
    count, head = 5000 * making.size.times, Head()
    told = json.dumps({"by": "U0SECRETARY", "for": "us-ftc"}, sort_keys=True)
    for at in _moments(making.now - YEARS, making.now, count):
        entry = next_entry(
            head, at=at, actor="c-secretariat@us-ftc.example", act="note", subject=f"line-{head.number + 1}",
            detail=told, salt=f"{head.number:032x}",
        )  # fmt: skip
        making.add(AuditRow, **asdict(entry))
        head = entry.head
    making.add(AuditHeadRow, id=1, number=count, hash=head.hash)


def _moments(since: datetime, until: datetime, count: int) -> Iterator[datetime]:
    step = (until - since) / count
    return (since + step * n for n in range(count))


def now() -> datetime:
    """The system's wall clock, aware UTC, to the minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)
