"""Owns the calls with lists that tests of attendees and objections start from, and what leaves the house after them."""

import dataclasses
from datetime import UTC, datetime

from sqlalchemy import select, update

from bot.agenda import AgendaItem, ItemState
from bot.confidentiality import Tlp
from bot.notices import Notice, closing_of_mail
from bot.participants import Contact, ParticipantKind
from bot.topics import AudienceKind
from handlers.announcing import announce_call
from handlers.attendees import admit
from handlers.calls import add_call
from handlers.circulation import approve_list, circulate
from handlers.delivery import deliver_all
from handlers.desk import Sender
from handlers.kinds import KINDS
from handlers.segments import add_segment
from storage import agenda, calls
from storage.outbox import Errand
from storage.tables import ContactRow, Door, OutboxRow, OutboxState, ParticipantRow, columns
from tests.cast import Cast

DAY = "2027-02-16"
START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
GUESTS = ("harbour-bank", "meridian-net", "oecd")


def with_call(cast: Cast, start: datetime = START) -> str:
    """An announced members' call of 90 minutes, its first 30 joint (“Reports”); its id."""
    day = f"{start:%Y-%m-%d}"
    add_call(cast.desk, cast.secretary, start, 90, "Case updates")
    view = add_segment(cast.desk, cast.secretary, day, AudienceKind.JOINT, 30, "Reports").view
    announce_call(cast.desk, cast.secretary, day)
    return view.id


def with_names(cast: Cast, *names: str, start: datetime = START) -> str:
    """The same with *names* (or three guests) admitted to its joint part."""
    call_id = with_call(cast, start)
    admit(cast.desk, cast.secretary, names or GUESTS, f"{start:%Y-%m-%d}")
    return call_id


def with_approved(cast: Cast, *names: str, start: datetime = START) -> str:
    """The same with the list sent round and approved, early; no mail has left yet."""
    call_id = with_names(cast, *names, start=start)
    circulate(cast.desk, cast.secretary, f"{start:%Y-%m-%d}", None)
    approve_list(cast.desk, cast.secretary, f"{start:%Y-%m-%d}", early=True)
    return call_id


def with_item(cast: Cast, call_id: str, short_name: str, title: str = "Phishing of banks", part_at: int = 0) -> None:
    """An accepted joint item of *short_name* in the call's first part, or that *part_at* a later place."""
    proposer = cast.actor(short_name)
    with cast.desk.store.begin() as tx:
        record = calls.one(tx, call_id)
        assert record is not None
        part, reference = record.call.segments[part_at].id, cast.desk.new_reference()
        joint, label, contact = AudienceKind.JOINT, Tlp.AMBER, proposer.contact.id
        item = AgendaItem(
            reference, call_id, part, 1, "B.3.a.i", title, 10, joint, label, ItemState.ACCEPTED,
            proposer.participant.id, contact, cast.clock(),
        )  # fmt: skip
        agenda.add(tx, item)


@dataclasses.dataclass(frozen=True)
class Sent:
    """One message as it left: by which door, to whom, of which kind."""

    door: str
    email: str
    kind: str
    notice: Notice

    @property
    def text(self) -> str:
        closing = closing_of_mail(self.notice) if self.door == Door.MAIL else self.notice.closing
        return "\n".join([self.notice.subject, *self.notice.paragraphs, *self.notice.items, *closing])


def leave(cast: Cast) -> list[Sent]:
    """Delivers what is due now, and returns it in the order of leaving."""
    sent: list[Sent] = []

    def door(name: Door) -> Sender:
        def give(notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
            sent.append(Sent(name, contact.email, errand.kind, notice))

        return give

    desk = dataclasses.replace(cast.desk, send={name: door(name) for name in Door})
    deliver_all(desk, KINDS)
    return sent


def arrive(cast: Cast) -> list[Sent]:
    """The guests get what is due to them now; what Agencies were to be told is taken as told (it is most, and slow)."""
    t, k, p = (columns(table) for table in (OutboxRow, ContactRow, ParticipantRow))
    of_agencies = select(k.id).join(ParticipantRow, p.id == k.participant_id).where(p.kind == ParticipantKind.AGENCY)
    with cast.desk.store.begin() as tx:
        due = (t.state == OutboxState.DUE, t.due_at <= cast.clock(), t.contact_id.in_(of_agencies))
        tx.execute(update(OutboxRow).where(*due).values(state=OutboxState.SENT, ended_at=cast.clock()))
    return leave(cast)


def told(sent: list[Sent], short_name: str, door: str = Door.MAIL) -> list[str]:
    """The first paragraphs that somebody of an organisation was sent by a door."""
    return [s.notice.paragraphs[0] for s in sent if s.email.endswith(f"@{short_name}.example") and s.door == door]
