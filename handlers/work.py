"""Owns an act under way: its one transaction, and what it will leave behind; who runs one is ``handlers.act``."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.audit import Head
from bot.confidentiality import Tlp
from bot.mailings import masses
from bot.participants import Reader, Role
from handlers.desk import Actor, Desk
from storage import audit, marks, outbox, requests
from storage.audit import HAT, LOOK
from storage.outbox import Errand
from storage.store import Tx
from storage.tables import Door

CHANNEL = "channel"
"""Whom the fence of a post to the Agencies' channels stands around: all who read there."""

EARLIER = "earlier"
"""The kind of what gives the bot's earlier Slack messages other words after a narrowing."""

MAILED, MAILED_AFTER = "mailing.ended", timedelta(minutes=1)
"""The kind of what tells who wrote to many that all of it has left or was refused, and when it is looked at first."""


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
