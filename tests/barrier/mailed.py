"""Owns the mails that people of the checks write to the bot, read from their bytes and taken as from its mailbox; and
which of them the canaries' story tells.
"""

import email
import re
from email.message import EmailMessage

from handlers.desk import the_clock
from handlers.mail.reading import read
from handlers.mailed import Place, read_until, take_mail
from tests.barrier.decoders import DECODERS
from tests.barrier.doors import Doors
from tests.barrier.people import COMES, EXCLUDED, NAMED, SECRETARY, Reader
from tests.barrier.world import MAIN, World

AUTHSERV = "mx.lap.example"
"""The server whose word on who wrote a mail is taken."""
BOX = ("calls", 1)
QUOTED = ("text/plain", "text/calendar")


def comes_in(w: Doors, who: Reader, subject: str, words: str) -> None:
    """A mail of *who* to the bot in their own words, proved by their server."""
    desk, domain = w.cast.desk, who.email.rpartition("@")[2]
    made = EmailMessage()
    made["Authentication-Results"] = f"{AUTHSERV}; dmarc=pass header.from={domain}"
    made["From"], made["To"], made["Subject"] = who.email, desk.settings.mail_from, subject
    made["Message-ID"] = f"<{desk.new_id()}@{domain}>"
    made.set_content(words)
    last = read_until(desk, the_clock(), *BOX) or 0
    take_mail(desk, the_clock(), read(made.as_bytes(), AUTHSERV), Place(*BOX, last + 1))


def quoted(mail: bytes) -> str:
    """What *mail* says, head and parts, as a program has it below an answer."""
    message = email.message_from_bytes(mail)
    said = [f"{name}: {value}" for name, value in message.items() if name in ("From", "To", "Reply-To")]
    for part in message.walk():
        if part.get_content_type() in QUOTED:
            body = part.get_payload(decode=True)
            assert isinstance(body, bytes)
            *_, text = DECODERS[part.get_content_type()](body)
            said += text.splitlines()
    return "\n".join(f"> {line}" for line in said)


def written_by_mail(w: World) -> None:
    """Guests answer what they were mailed, quoting all of it; what one of them says under TLP:RED nobody reads."""
    s, main = w.secrets, w.calls[MAIN]
    for who in (COMES, EXCLUDED, NAMED):
        text = s.text("typed", f"a mail of {who.person.name}", main, person=who.person.name)
        for mail in w.mails[who.person.name][-3:]:
            comes_in(w, who, "Re: the call", f"{text}\n{quoted(mail)}")
    comes_in(w, COMES, "The call", f"TLP:RED {s.text('red', 'a mail under TLP:RED', main)}")
    w.leave()
    w.cast.clock.advance(days=1)
    w.leave()
    for reference in re.findall(r"`([0-9A-Z]{6})`", w.says(SECRETARY, "mail")):
        w.says(SECRETARY, f"mail {reference}")
