"""Owns what an act may reach for, who is acting, and the one transaction each act is; the acts are next door.

An act is written as ``@act def propose_item(work: Writing, ...)`` and called as ``propose_item(desk, actor, ...)``.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import wraps
from inspect import unwrap
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.audit import Head
from bot.confidentiality import Tlp, Way
from bot.errors import Conflict, NotEntitled, Refusal
from bot.exposures import A_MESSAGE, InFlight, in_words
from bot.mailings import masses
from bot.notices import Notice
from bot.participants import Contact, Participant, ParticipantKind, Reader, Role, member_of
from bot.procedure import Procedure
from bot.zones import zone_of
from handlers.settings import Settings
from storage import audit, directory, exposures, marks, outbox, requests
from storage.audit import HAT, LOOK
from storage.outbox import Errand as Errand
from storage.store import Clash, Store, Tx, Unavailable
from storage.tables import Door

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 5

FENCES_SECONDS, ANSWER_SECONDS = 1.5, 2.3
"""How long in all an answer waits for what was leaving already, where that long is left since it was asked for: it
comes within 2.5 s in every case (design.md 3.6)."""

CHANNEL, A_POST = "channel", "the post in the Agencies' channel"
"""Whom the fence of a post to the Agencies' channels stands around: all who read there."""

MAILED, MAILED_AFTER = "mailing.ended", timedelta(minutes=1)
"""The kind of what tells who wrote to many that all of it has left or was refused, and when it is looked at first."""

EARLIER, LEFT = "earlier", "left"
"""The kinds of what follows a narrowing: the bot's earlier Slack messages get other words; what was leaving has."""

NOT_NOW = {
    "full": "Nothing was changed: the disk of the bot is full. Tell whoever runs it; then send the same again.",
    "read-only": "Nothing was changed: the database is read-only. Tell whoever runs the bot; then send the same again.",
    "busy": "Nothing was changed: the bot is busy with something large. Send the same again in a moment.",
    "gone": "Nothing was changed: the database does not answer. Tell whoever runs the bot; then send the same again.",
}
PROXIES_DO = "__proxies_do__"
NOT_A_PROXYS = (
    "You stand in for {name} at one call: you can read what is of it, answer, join it and ask for the floor. The rest "
    "is for the contacts of {name}: ask one of them, or the secretariat at {address}."
)
UNCHANGED = "Nothing was changed"
UNRECORDED = "Nothing is shown, as this look could not be put on the audit record"


class NotNow(Refusal):
    """The database cannot take it now: nothing was changed, and the same may be sent again."""


class ShownAnew(Conflict):
    """A refusal that shows what the next command counts on: *keep* is written although nothing else is changed."""

    def __init__(self, says: str, keep: Callable[[Tx], None]) -> None:
        super().__init__(says)
        self.keep = keep


class Channels(Protocol):
    """How a door looks into a channel and posts there; both raise ``handlers.delivery.NotTaken``."""

    def look(self, channel: str) -> Sequence[str]:
        """The Slack users in a private channel but the bot; raises where Slack does not say."""

    def post(self, channel: str, ts: str | None, notice: Notice) -> str:
        """Posts *notice*, or gives the post *ts* these words; returns the post's ts, another where that was gone."""


class Sender(Protocol):
    """A door's renderer and sender: it gives one composed notice to one person within 30 seconds; see
    ``handlers.delivery``. Returns the posts that it made where these can be given other words, as ``CHANNEL/TS``."""

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
    """How an actor was known: by which team of Slack, and after which act, by its number on the audit record."""

    team: str
    number: int


class ActorChanged(Exception):
    """While their act waited for others, who acts was removed, or given another role or organisation, or speaks for
    nobody any more. Nothing was done; the same is to be asked for whoever they are now."""


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


@dataclass
class Reading:
    """A reading act under way: its transaction, who asks, and the one moment it happens at (UTC).

    ``strictest``: the label of what it has put into words so far; ``withheld``: whether some of it stands on the
    reader's page alone, the link to which is ``page``, once it was needed. See ``handlers.carrying``. ``fetched``: what
    was read in this transaction and is the same for every reader, for messages that are made one after the other in it.
    """

    desk: Desk
    tx: Tx
    actor: Actor
    now: datetime
    strictest: Tlp | None = field(default=None, kw_only=True)
    withheld: bool = field(default=False, kw_only=True)
    page: str | None = field(default=None, kw_only=True)
    fetched: dict[object, Any] = field(default_factory=dict, kw_only=True)
    _closed: set[str] = field(default_factory=set, init=False)

    @property
    def reader(self) -> Reader:
        return self.actor.reader

    def shows_closed(self, *subjects: str, always: bool = False) -> None:
        """Notes that the reader is shown of these (calls' ids) what is not for every reader: where that is the
        secretariat, or *always*, ``reading`` puts it on the audit record (barrier.md)."""
        if self.reader.secretariat or always:
            self._closed.update(subjects)

    def looks(self) -> dict[str, str]:
        """What was noted, by its mark for this person and hour."""
        who = f"{self.now:%Y-%m-%dT%H} {self.actor.contact.id} {self.actor.user}"
        return {f"{LOOK} {who} {subject}": subject for subject in sorted(self._closed)}

    def unrecorded(self) -> dict[str, str]:
        """Of what was noted, that which is not on the record for this person and hour yet."""
        looks = self.looks()
        made = marks.made(self.tx, looks) if looks else set()
        return {mark: subject for mark, subject in looks.items() if mark not in made}


@dataclass
class Writing(Reading):
    """A writing act under way: also what it will leave behind, written in one go when the act has decided.

    ``is_weighed``: it is one that is looked at before it leaves, since it mails several organisations.
    """

    errands: list[Errand] = field(default_factory=list)
    is_weighed: bool = False
    narrowed: dict[str, set[str | None]] = field(default_factory=dict)
    _entry: tuple[str, str, Mapping[str, object]] | None = None
    _undo: tuple[str, str] | None = None
    _undoes: int | None = None

    def record(self, act: str, subject: str, **detail: object) -> None:
        """The act's one audit entry; *subject* is the reference that the answer and a repeated request name.

        The subject stays for good, so it names nobody: an act about a person has the contact's id for it, and what the
        answer names instead stands as ``named`` in the *detail*, which can be erased.
        """
        self._entry = (act, subject, detail)

    @property
    def did(self) -> bool:
        """Whether it did something, which stands on the record then."""
        return self._entry is not None

    @property
    def subject(self) -> str:
        """What the act's audit entry is about: its reference, or the call's name."""
        return self._entry[1] if self._entry else ""

    def can_be_undone(self, act: str, subject: str) -> None:
        """Has the person's ``undo`` find the act: *act* names who takes it back, *subject* what."""
        self._undo = (act, subject)

    @contextmanager
    def tried(self) -> Iterator[None]:
        """What is decided within is rolled back and leaves nothing behind: it is only to be looked at."""
        attempt = self.tx.begin_nested()
        yield
        attempt.rollback()
        self.errands.clear()
        self.narrowed.clear()
        self.is_weighed, self._entry, self._undo, self._undoes = False, None, None, None

    def undoes(self, number: int) -> None:
        """The act takes back the one whose audit entry has that *number*; that one is not taken back again."""
        self._undoes = number

    @property
    def undone(self) -> int:
        """The number of the audit entry of what the act takes back; 0 where it takes nothing back."""
        return self._undoes or 0

    def tell(
        self,
        kind: str,
        contact_ids: Sequence[str],
        *,
        doors: Sequence[Door] = (Door.MAIL,),
        call_id: str | None = None,
        subject: str = "",
        revision: int = 0,
        first: bool = False,
        due_at: datetime | None = None,
        until: datetime | None = None,
        once: bool = False,
    ) -> None:
        """Puts an errand for each person and door into the outbox; what it will say is composed when it is sent.

        From *until* on it is no longer worth telling: it is then recorded as missed, not sent. *once*: of that subject
        and call a person is told once by a door, however often it is put there.
        """

        def new_id(contact_id: str, door: Door) -> str:
            if not once:
                return self.desk.new_id()
            return hashlib.sha256(repr((kind, subject, call_id, contact_id, door.value)).encode()).hexdigest()[:32]

        self.errands.extend(
            Errand(
                new_id(contact_id, door), kind, door, contact_id, call_id, subject, revision, first,
                due_at or self.now, self.now, until=until,
            )
            for contact_id in contact_ids
            for door in doors
        )  # fmt: skip

    def tell_channel(self, kind: str, call_id: str, until: datetime) -> None:
        """Puts an errand to the Agencies' channels into the outbox: what is posted there is composed when it is."""
        now = self.now
        self.errands.append(
            Errand(
                self.desk.new_id(), kind, Door.SLACK, "", call_id, call_id, 0, False, now, now, until=until,
                address=CHANNEL,
            )
        )  # fmt: skip

    def tell_outside(self, kind: str, addresses: Sequence[str], *, subject: str) -> None:
        """Puts an errand for each of *addresses*, which are no contacts', into the outbox."""
        now, new_id = self.now, self.desk.new_id
        self.errands.extend(
            Errand(new_id(), kind, Door.MAIL, "", None, subject, 0, False, now, now, address=address)
            for address in addresses
        )

    def narrow(
        self,
        contact_ids: Iterable[str],
        call_id: str | None = None,
        *,
        due_at: datetime | None = None,
        lost: bool = True,
    ) -> None:
        """Those people have less of that call (of anything, without one) from this act's commit on, or other times of
        it (not *lost*); every act that narrows somebody says so here, and answers with ``in_flight``.

        The answer waits for what was leaving for them, and the bot's earlier Slack messages of what they lost get other
        words at *due_at*, when they may be told of it.
        """
        ids = list(dict.fromkeys(contact_ids))
        for contact_id in ids:
            self.narrowed.setdefault(contact_id, set()).add(call_id)
        if call_id is not None and lost:
            self.tell(
                EARLIER, ids, doors=(Door.SLACK,), call_id=call_id, subject=call_id, first=True, due_at=due_at
            )  # fmt: skip

    def _tell_the_end(self) -> None:
        """Has who of the secretariat writes to many about a call on purpose be told once what became of it."""
        if not self.is_weighed or not self.reader.secretariat or not self.actor.contact.email:
            return
        mails = ((e.call_id, e.person) for e in self.errands if e.call_id and e.door is Door.MAIL)
        for call_id in masses(mails):
            subject = f"{call_id} {self.now.isoformat()} {self._entry[0] if self._entry else ''}".rstrip()
            due_at, both = self.now + MAILED_AFTER, (Door.MAIL, Door.SLACK)
            self.tell(MAILED, [self.actor.contact.id], doors=both, subject=subject, due_at=due_at)

    def finish(self, head: Head) -> None:
        self._tell_the_end()
        outbox.add(self.tx, self.errands)
        if self._entry:
            name, subject, detail = self._entry
            user, request = self.actor.user, self.actor.request
            shown = str(detail.get("named") or subject or name)
            if request or self._undo or self._undoes:
                requests.enter(
                    self.tx, head.number + 1, user, request, shown, self._undo, self.now, self._undoes
                )  # fmt: skip
            hat = {HAT: Role.SECRETARIAT.value} if self.actor.is_secretariat else {}
            told = {"for": self.actor.participant.short_name, "by": self.actor.user, **hat, **detail}
            audit.append(
                self.tx, head, at=self.now, actor=self.actor.contact.id, act=name, subject=subject, detail=told,
                salt=self.desk.new_id(),
            )  # fmt: skip


def of_oneself(decide: Callable[Concatenate[Writing, P], R]) -> Callable[Concatenate[Writing, P], R]:
    """Marks what people do for themselves at a call: whoever was brought to it as a proxy does that, too, and nothing
    else."""
    setattr(decide, PROXIES_DO, True)
    return decide


def _check_actor(tx: Tx, actor: Actor, head: Head) -> None:
    """Raises ActorChanged as ``act`` does; asks only where another act came between."""
    if actor.as_of is None or actor.as_of.number == head.number:
        return
    found = directory.who_is(tx, actor.as_of.team, actor.user)
    if found is None or _standing(found[0]) != _standing(actor.contact):
        raise ActorChanged(actor.user)


def _standing(contact: Contact) -> object:
    return contact.id, contact.participant_id, contact.roles, contact.only_call


def _refuse_proxy(work: Writing, decide: Callable[..., object]) -> None:
    """Raises NotEntitled for what is not a proxy's to do, whoever the actor has turned out to be."""
    if work.reader.is_proxy and not hasattr(decide, PROXIES_DO):
        name, address = work.actor.participant.name, work.desk.settings.mail_from
        raise NotEntitled(NOT_A_PROXYS.format(name=name, address=address))


def act(decide: Callable[Concatenate[Writing, P], R]) -> Callable[Concatenate[Desk, Actor, P], R]:
    """Makes *decide* one writing transaction.

    1. Opens it and holds the audit head, so that acts follow one another in one order. Raises ActorChanged where who
       acts is not who they were any more, by an act that came between.
    2. Runs *decide*; a refusal rolls everything back. What is not ``of_oneself`` is refused to a proxy.
    3. Writes the outbox rows, what was entered and, last, the audit entry; commits.
    4. Wakes delivery where something is due at once.
    5. Where it narrowed somebody, waits up to 1.5 s for what was leaving for them; what still is, is in its answer.
    What shows what is closed and does nothing, a refusal or what is shown before a mass mail, is a look, and put on the
    record as one; an act that is done stands there as itself. A clash (serialisation, a random reference drawn twice)
    runs the whole act again, at most five times. A request that was acted on already raises Conflict with its
    reference.
    """

    @wraps(decide)
    def run(desk: Desk, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        asked = time.monotonic()
        for tried in range(1, TRIES + 1):
            work: Writing | None = None
            try:
                with desk.store.begin() as tx:
                    head = audit.hold_head(tx)
                    _check_actor(tx, actor, head)
                    work = Writing(desk, tx, actor, desk.now())
                    _refuse_proxy(work, decide)
                    result = decide(work, *args, **kwargs)
                    _refuse_proxy(work, decide)
                    work.finish(head)
            except Clash:
                _refuse_repeated(desk, actor)
                if tried == TRIES:
                    raise
            except Refusal as refusal:
                _refuse_repeated(desk, actor)
                keep_shown(desk, refusal)
                if work is not None and (shown := work.looks()):
                    _record_looks(work, shown)
                raise
            except Unavailable as error:
                raise NotNow(NOT_NOW[error.why]) from error
            else:
                if not work.did and (shown := work.looks()):
                    _record_looks(work, shown)
                if any(e.due_at <= work.now for e in work.errands):
                    desk.wake()
                return _in_effect(desk, work, result, ANSWER_SECONDS - (time.monotonic() - asked))
        raise AssertionError("unreachable")

    return run


def within(work: Writing, decided: Callable[Concatenate[Desk, Actor, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Decides the act *decided* inside the one under way: one transaction, and its audit entry is that one's."""
    decide: Callable[Concatenate[Writing, P], R] = unwrap(decided)
    _refuse_proxy(work, decide)
    return decide(work, *args, **kwargs)


def _in_effect(desk: Desk, work: Writing, result: R, left: float) -> R:
    """*result* of an act that is committed, ``in_flight`` with what was leaving for those whom it narrows; *left*: how
    many seconds its answer may still take.

    What begins to leave from now on is made of what they may have now. Who acted and the secretariat are told when the
    last has ended; a kind of message is named only of the calls that the act is about, and to a guest who acted only
    what is leaving for its own organisation: mail to others is not its to know.
    """
    fenced = [*work.narrowed, CHANNEL] if work.narrowed else []
    held = desk.store.still_sending(fenced, max(0.0, min(left, FENCES_SECONDS)))
    posting, held = CHANNEL in held and _reads_channels(desk, work.narrowed), held - {CHANNEL}
    if not held:
        return _said(result, [A_POST] if posting and work.reader.is_agency | work.reader.secretariat else [])
    now, found = desk.now(), dict.fromkeys(sorted(held), A_MESSAGE)
    known = set(held) if work.reader.secretariat or work.reader.is_agency else set[str]()
    with suppress(Unavailable, Clash), desk.store.begin() as tx:
        met = [e for e in exposures.in_flight(tx, held, now) if e.call_id in work.narrowed[e.contact_id]]
        found.update((e.contact_id, in_words(e)) for e in met)
        known = known or {person for person in held if _is_colleague(tx, person, work.actor)}
        secretariat = {c.id for c in directory.secretariat(tx)}
        actor = {work.actor.contact.id} if work.actor.contact.email else set[str]()
        subject = work.subject
        outbox.add(
            tx,
            [
                Errand(desk.new_id(), LEFT, door, to, call_id, f"{person} {subject}", 0, False, now, now)
                for person in found
                for call_id in work.narrowed[person]
                for to in sorted(secretariat | (actor if person in known else set()))
                for door in (Door.MAIL, Door.SLACK)
            ],
        )  # fmt: skip
    desk.wake()
    told = [words for person, words in found.items() if person in known]
    return _said(result, [*told, *([A_POST] if posting and work.reader.is_agency | work.reader.secretariat else [])])


def _said(result: R, leaving: Sequence[str]) -> R:
    answer: Any = result
    return replace(answer, in_flight=InFlight(tuple(leaving))) if hasattr(result, "in_flight") and leaving else result


def _reads_channels(desk: Desk, contact_ids: Iterable[str]) -> bool:
    """Whether somebody of an Agency is among those people: nobody else reads the Agencies' channels."""
    with suppress(Unavailable), desk.store.read() as tx:
        known = (directory.contact_even_removed(tx, contact_id) for contact_id in contact_ids)
        return any(k is not None and k[1].kind is ParticipantKind.AGENCY for k in known)
    return True


def _is_colleague(tx: Tx, contact_id: str, actor: Actor) -> bool:
    known = directory.contact_even_removed(tx, contact_id)
    return known is not None and known[1].id == actor.participant.id


def reading(look: Callable[Concatenate[Reading, P], R]) -> Callable[Concatenate[Desk, Actor, P], R]:
    """Makes *look* one reading transaction. A look of the secretariat at what is closed is put on the audit record
    before it is shown, one entry a person, call and hour: with those that are on it already, nothing is written."""

    @wraps(look)
    def run(desk: Desk, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with desk.store.read() as tx:
                work = Reading(desk, tx, actor, desk.now())
                shown = look(work, *args, **kwargs)
                fresh = work.unrecorded()
            if fresh:
                _record_looks(work, fresh)
            return shown
        except ShownAnew as refusal:
            keep_shown(desk, refusal)
            raise
        except Unavailable as error:
            raise NotNow(NOT_NOW[error.why]) from error

    return run


def _record_looks(work: Reading, fresh: Mapping[str, str]) -> None:
    told = {"for": work.actor.participant.short_name, "by": work.actor.user}
    try:
        with work.desk.store.begin() as tx:
            missing = marks.make_missing(tx, fresh, work.now)
            audit.append_looks(
                tx, [fresh[mark] for mark in sorted(missing)], at=work.now, actor=work.actor.contact.id, detail=told,
                new_salt=work.desk.new_id,
            )  # fmt: skip
    except Unavailable as error:
        raise NotNow(NOT_NOW[error.why].replace(UNCHANGED, UNRECORDED, 1)) from error


def keep_shown(desk: Desk, refusal: Refusal) -> None:
    """Writes what a refusal showed, in a transaction of its own; where the database cannot take it, it is left."""
    if isinstance(refusal, ShownAnew):
        with suppress(Unavailable, Clash), desk.store.begin() as tx:
            refusal.keep(tx)


def _refuse_repeated(desk: Desk, actor: Actor) -> None:
    if actor.request is None:
        return
    with desk.store.read() as tx:
        reference = requests.find(tx, actor.request)
    if reference is not None:
        raise Conflict(f"This was already done: `{reference}`.")


def secretariat_only(work: Reading, what: str) -> None:
    """Raises NotEntitled unless the actor wears the secretariat's hat (Plan C)."""
    if not work.actor.is_secretariat:
        raise NotEntitled(f"Only the secretariat can {what}. Ask it to, at {work.desk.settings.mail_from}.")
