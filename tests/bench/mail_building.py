"""Measures row 5 of the bench: one whole invitation mail, ours and email.mime's in turn; the table is the runner's."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from functools import partial
from typing import NamedTuple

from bot.itip import Copy, request, uid_for
from handlers.mail.compose import Letter, invitation_bytes, message_id
from handlers.mail.html import Page, html_of, text_of

GOAL = 1.5
SENDER, DOMAIN = "calls@lap.example", "lap.example"
SENT = datetime(2027, 1, 18, 9, 0, tzinfo=UTC)
START = datetime(2027, 2, 16, 14, 0, tzinfo=UTC)
SUBJECT = "Invitation: 16 February 2027, 15:00 Europe/Paris"


class Person(NamedTuple):
    number: int
    name: str
    address: str
    link: str


class Parts(NamedTuple):
    """What the reference is given ready."""

    person: Person
    text: str
    html: str
    calendar: bytes


def people(count: int) -> list[Person]:
    names = ("Point of contact, fr-cnil", "Zoë Müller", "佐藤 花子", "Ann O'Neill")
    return [
        Person(n, f"{names[n % 4]} {n}", f"contact{n}@agency{n % 40}.example", f"https://lap.example/join/{n:032x}")
        for n in range(count)
    ]


def page_for(person: Person) -> Page:
    return Page(
        title="Invitation to the call of 16 February 2027",
        paragraphs=(
            f"Dear {person.name},",
            "You are invited to the part of the call named below. The join link is yours alone; it opens 15 minutes "
            "before the start. You can accept or decline in your calendar, or answer this mail in your own words.",
        ),
        facts=(
            ("Part", "Joint session with private sector representatives"),
            ("Time", "Tuesday 16 February 2027, 15:00-16:30 Europe/Paris (14:00-15:30 UTC)"),
        ),
        items=("Recent cases, 20 minutes", "Training: tracing a sender, 40 minutes", "Any other business, 10 minutes"),
        links=(("Join", person.link),),
        footer="You receive this because your organisation takes part in the London Action Plan. Questions: " + SENDER,
    )


def calendar_for(person: Person) -> bytes:
    return request(
        Copy(
            uid=uid_for("call", str(person.number), 0, DOMAIN),
            sequence=0,
            dtstamp=SENT,
            created=SENT,
            start=START,
            end=START + timedelta(minutes=90),
            summary="Joint session with private sector representatives",
            description="London Action Plan call of 16 February 2027. The agenda is in the mail and on your page.",
            location=person.link,
            organizer=SENDER,
            attendee=person.address,
            attendee_name=person.name,
            cancelled=False,
        )
    )


def ours(person: Person) -> bytes:
    page, key = page_for(person), str(person.number)
    letter = Letter(
        to=person.address,
        to_name=person.name,
        subject=SUBJECT,
        text=text_of(page),
        html=html_of(page),
        sender=SENDER,
        sender_name="London Action Plan calls",
        message_id=message_id(key, "invitation", 1, DOMAIN),
        date=SENT,
        boundary_seed=f"{key} invitation 1",
        in_reply_to=None,
    )
    return invitation_bytes(letter, calendar_for(person), "REQUEST")


def reference(parts: Parts) -> bytes:
    """As small as an expert would write it; its parts of the same size are ready, and Python's defaults encode them."""
    mail, alternative = MIMEMultipart("mixed"), MIMEMultipart("alternative")
    mail["From"] = formataddr(("London Action Plan calls", SENDER))
    mail["To"] = formataddr((parts.person.name, parts.person.address))
    mail["Subject"] = SUBJECT
    mail["Date"] = format_datetime(SENT)
    mail["Message-ID"] = f"<{parts.person.number:032x}@{DOMAIN}>"
    alternative.attach(MIMEText(parts.text, "plain", "utf-8"))
    alternative.attach(MIMEText(parts.html, "html", "utf-8"))
    calendar = MIMEText(parts.calendar.decode(), "calendar", "utf-8")
    calendar.set_param("method", "REQUEST")
    alternative.attach(calendar)
    mail.attach(alternative)
    attachment = MIMEApplication(parts.calendar, "ics", name="invite.ics")
    attachment.add_header("Content-Disposition", "attachment", filename="invite.ics")
    mail.attach(attachment)
    return mail.as_bytes()


def measure(rounds: int = 5, count: int = 1000) -> tuple[list[float], list[float]]:
    """Seconds a mail in each of *rounds* over *count* people: the reference's and ours, turn by turn."""
    them = people(count)
    ready = [Parts(p, text_of(page_for(p)), html_of(page_for(p)), calendar_for(p)) for p in them]
    its, our = [], []
    for _ in range(rounds):
        its.append(_seconds([partial(reference, parts) for parts in ready]))
        our.append(_seconds([partial(ours, person) for person in them]))
    return its, our


def _seconds(builds: Sequence[Callable[[], bytes]]) -> float:
    begun = time.perf_counter()
    for build in builds:
        build()
    return (time.perf_counter() - begun) / len(builds)


def main() -> None:
    its, our = (statistics.median(times) * 1e6 for times in measure())
    print(f"one invitation mail: email.mime {its:.0f} us, ours {our:.0f} us, ratio {our / its:.2f}, goal {GOAL}")


if __name__ == "__main__":
    main()
