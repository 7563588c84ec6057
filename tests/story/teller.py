"""Owns how a story is told to the running bot: typed lines, pressed buttons, the clock moved, mails read back."""

import http.client
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar

from tests.workspace.mails import Mail
from tests.workspace.running import Running

REFERENCE = re.compile(r"`([0-9A-HJKMNP-TV-Z]{6})`")


@dataclass(frozen=True)
class Entry:
    """What one calendar holds for one UID after the mails were applied in order."""

    start: datetime
    end: datetime
    sequence: int
    summary: str
    cancelled: bool


@dataclass
class Teller:
    """Speaks to a running bot as its people would."""

    made: Running

    def says(self, user: str, line: str) -> str:
        """The answer to ``/lap line``; what follows from it has arrived."""
        answer = self.made.served.slack.command(user, line)
        assert answer.status == 200, answer
        self.made.settle()
        return answer.text

    def does(self, user: str, line: str) -> str:
        """The answer after a look: the line, then the line with ``go``."""
        looked = self.says(user, line)
        assert "Nothing has left yet" in looked, looked
        return self.says(user, f"{line} go")

    def later(self, **by: float) -> None:
        """Time goes by, and the heart beats."""
        self.made.served.clock.advance(timedelta(**by))
        self.made.beat()
        self.made.settle()

    def at(self, moment: datetime) -> None:
        """It is *moment* now, and the heart has beaten."""
        self.made.served.clock.set(moment)
        self.made.beat()
        self.made.settle()

    def mails(self, to: str) -> list[Mail]:
        return self.made.served.mail.mails(to)

    def seen_by(self, user: str, address: str) -> str:
        """Everything that this person was sent or shown: decoded mails, calendars, Slack messages."""
        told = [m.text for m in self.made.served.slack.messages(user)]
        for mail in self.mails(address):
            told += [mail.subject, mail.text, mail.html, (mail.calendar or b"").decode()]
        return "\n".join(told)

    def calendar_of(self, address: str) -> dict[str, Entry]:
        """The person's calendar after every mail was applied in the order of arrival (RFC 5546)."""
        held: dict[str, Entry] = {}
        for mail in self.mails(address):
            if mail.calendar is None:
                continue
            (event,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
            assert str(event["ATTENDEE"]).removeprefix("mailto:") == address
            uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
            assert uid not in held or sequence >= held[uid].sequence, "SEQUENCE went back"
            held[uid] = Entry(
                event["DTSTART"].dt, event["DTEND"].dt, sequence, str(event["SUMMARY"]), mail.method == "CANCEL"
            )
        return held

    def windows_of(self, address: str) -> list[tuple[datetime, datetime]]:
        """The times that stand in the person's calendar."""
        return sorted((e.start, e.end) for e in self.calendar_of(address).values() if not e.cancelled)

    def join_links(self, address: str) -> list[str]:
        """The join links that the person was sent, latest last."""
        return [link for m in self.mails(address) for link in re.findall(r"https?://\S+/join/[\w-]+", m.text)]

    def follow(self, link: str) -> tuple[int, str]:
        """Status and Location (or text) that the link answers with now."""
        parts = urlsplit(link)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=10)
        connection.request("GET", parts.path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Location") or body


def reference(text: str) -> str:
    """The one reference that an answer names first."""
    found = REFERENCE.search(text)
    assert found is not None, text
    return found.group(1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
