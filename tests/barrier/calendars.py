"""Owns calendars that take mails as iTIP has it (RFC 5546), and how each of them is sent more than once, or too late.

They read the bytes with another library and know nothing of the house.
"""

import email
import email.policy
import functools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import icalendar

Entry = tuple[datetime, datetime, str]
"""Start, end (UTC) and title of what a calendar shows."""


@dataclass(frozen=True)
class Message:
    """What one mail says of one entry."""

    uid: str
    sequence: int
    stamp: datetime
    cancels: bool
    entry: Entry

    @property
    def rank(self) -> tuple[int, datetime]:
        """The later message of two: the higher SEQUENCE, then the later DTSTAMP (RFC 5546 2.1.5)."""
        return self.sequence, self.stamp


@functools.lru_cache(maxsize=500)
def messages(data: bytes) -> tuple[Message, ...]:
    """What a mail's calendar says; nothing for one without. Each kind of calendar takes the same bytes."""
    found = []
    for part in email.message_from_bytes(data, policy=email.policy.default).walk():
        if part.get_content_type() != "text/calendar":
            continue
        body: Any = part.get_payload(decode=True)
        calendar: Any = icalendar.Calendar.from_ical(body)
        for event in calendar.walk("VEVENT"):
            entry = event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"])
            cancels = calendar["METHOD"] == "CANCEL"
            found.append(Message(str(event["UID"]), int(event["SEQUENCE"]), event["DTSTAMP"].dt, cancels, entry))
    return tuple(found)


@dataclass
class CalendarStore:
    """A calendar that takes each message *times* over and, with *again*, after each one all that came before it.

    *strict*: it passes over what is no later than what it holds (2.1.5), and what cancels an entry that it never had
    (3.2.5). Otherwise it takes whatever comes last, as many servers do.
    """

    name: str
    strict: bool = True
    times: int = 1
    again: bool = False
    held: dict[str, Message] = field(default_factory=dict)
    came: list[Message] = field(default_factory=list)

    def receive(self, data: bytes) -> None:
        """Takes a mail. Raises AssertionError for one that is stale as it comes."""
        for message in messages(data):
            before = self.held.get(message.uid)
            assert before is None or message.rank > before.rank, "a mail that a calendar takes for stale"
            self.came.append(message)
            for one in [message] * self.times + (self.came if self.again else []):
                self._take(one)

    def _take(self, message: Message) -> None:
        before = self.held.get(message.uid)
        stale = before is not None and message.rank <= before.rank
        if not (self.strict and (stale or (before is None and message.cancels))):
            self.held[message.uid] = message

    def entries(self) -> list[Entry]:
        """What it shows, by time."""
        return sorted(m.entry for m in self.held.values() if not m.cancels)


def all_kinds() -> list[CalendarStore]:
    """An empty calendar of each kind."""
    return [
        CalendarStore("in order"),
        CalendarStore("each twice", times=2),
        CalendarStore("each once more after every later one", again=True),
        CalendarStore("whatever comes last", strict=False),
        CalendarStore("whatever comes last, each twice", strict=False, times=2),
    ]
