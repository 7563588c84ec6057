"""Owns what an act is called with: the desk that it may reach for, and who acts; what it does is its ``handlers.work``.

An act is written as ``@act def propose_item(work: Writing, ...)`` (``handlers.act``) and called as
``propose_item(desk, actor, ...)``; what any act may answer instead stands here too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.confidentiality import Way
from bot.errors import Conflict, NotEntitled, Refusal
from bot.notices import Notice
from bot.participants import Contact, Participant, ParticipantKind, Reader, Role, member_of
from bot.procedure import Procedure
from bot.zones import zone_of
from handlers.settings import Settings
from storage.outbox import Errand as Errand
from storage.store import Store, Tx
from storage.tables import Door

TRIES = 5
"""How often at most an act is run, where another comes between each time."""

NOT_NOW = {
    "full": "Nothing was changed: the disk of the bot is full. Tell whoever runs it; then send the same again.",
    "read-only": "Nothing was changed: the database is read-only. Tell whoever runs the bot; then send the same again.",
    "busy": "Nothing was changed: the bot is busy with something large. Send the same again in a moment.",
    "damaged": (
        "Nothing was changed: the audit record is damaged, and nothing can be put on it. Tell whoever runs the bot: "
        "`lap audit verify` says where; then send the same again."
    ),
    "gone": "Nothing was changed: the database does not answer. Tell whoever runs the bot; then send the same again.",
}


class NotNow(Refusal):
    """The database cannot take it now: nothing was changed, and the same may be sent again."""


class ShownAnew(Conflict):
    """A refusal that shows what the next command counts on: *keep* is written although nothing else is changed."""

    def __init__(self, says: str, keep: Callable[[Tx], None]) -> None:
        super().__init__(says)
        self.keep = keep


class Channels(Protocol):
    """How a door looks into a channel and posts there; both raise ``handlers.sending.NotTaken``."""

    def look(self, channel: str) -> Sequence[str]:
        """The Slack users in a private channel but the bot; raises where Slack does not say."""

    def post(self, channel: str, ts: str | None, notice: Notice) -> str:
        """Posts *notice*, or gives the post *ts* these words; returns the post's ts, another where that was gone."""


class Sender(Protocol):
    """A door's renderer and sender: it gives one composed notice to one person within 30 seconds; see
    ``handlers.sending``. Returns the posts that it made where these can be given other words, as ``CHANNEL/TS``."""

    def __call__(self, notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> Sequence[str] | None: ...


@dataclass(frozen=True)
class Desk:
    """What an act may reach for. ``now`` gives aware UTC; ids and references are random; ``wake`` starts delivery,
    which calls ``give_way`` before each message: it waits for those who wait for an answer, so many seconds at most
    (half a second, where that is not said), and says whether nobody does any more."""

    store: Store
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_reference: Callable[[], str]
    settings: Settings
    procedure: Procedure
    send: Mapping[Door, Sender] = field(default_factory=dict)
    channels: Channels | None = None
    wake: Callable[[], None] = lambda: None
    give_way: Callable[..., bool] = lambda *_: True


@dataclass(frozen=True, slots=True)
class AsOf:
    """How an actor was known: by which team of Slack, after which act, by its number on the audit record, and after
    which writing transaction (``Store.written``)."""

    team: str
    number: int
    written: int | None = None


class ActorChanged(Exception):
    """While others acted, who acts or asks was removed, or given another role or organisation, or speaks for nobody any
    more. Nothing was done or shown; the same is to be asked for whoever they are now."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a contact for its participant with one hat (``reader``), entered by ``user`` (in Slack or elsewhere).

    ``request`` is the Slack request's id: the same one acts once. ``way``: how what the act answers reaches the reader,
    which decides what of it is carried; not known, only what anybody may read. ``as_of``: how they were known, where
    that was before the act.
    """

    contact: Contact
    participant: Participant
    reader: Reader
    user: str
    request: str | None = None
    way: Way | None = None
    as_of: AsOf | None = None

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.contact.zone)

    @property
    def is_secretariat(self) -> bool:
        return self.reader.secretariat

    def for_agency(self, agency: Participant) -> "Actor":
        """The same person with the hat of *agency*: its own, or any where the secretariat enters it for an Agency."""
        if agency.kind is not ParticipantKind.AGENCY:
            raise Refusal(f"{agency.name} is not an Agency. After `for`, name the Agency that you act for.")
        if agency.id != self.participant.id and Role.SECRETARIAT not in self.contact.roles:
            raise NotEntitled(
                f"You speak for {self.participant.name}. Only the secretariat can enter something for another Agency."
            )
        return replace(self, participant=agency, reader=member_of(self.contact, agency))


def the_clock() -> Actor:
    """Who acts when a time has come: nobody's hat, and entitled to nothing; the audit record names it so."""
    nobody = Participant("clock", "clock", ParticipantKind.OBSERVER, "the clock", "", None, "UTC")
    contact = Contact("clock", nobody.id, nobody.name, "", nobody.zone, frozenset())
    return Actor(contact, nobody, member_of(contact, nobody), "clock")


def the_outside(address: str) -> tuple[Contact, Participant]:
    """Who reads mail at an *address* that is no contact's: somebody of nobody's, entitled to nothing."""
    nobody = Participant(address, "", ParticipantKind.OBSERVER, "", "", None, "UTC")
    return Contact(address, nobody.id, "", address, nobody.zone, frozenset()), nobody
