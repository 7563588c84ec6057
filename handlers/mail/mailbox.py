"""Owns the mailbox that answers come to (IMAP4rev1, RFC 3501; IDLE, RFC 2177): what is new in it, and being woken.

Nothing in it is changed: neither flags nor mails, so that the secretariat reads it beside the bot. How far it was read
is kept in the database; what a mail says is ``reading``'s.
"""

import selectors
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from imaplib import IMAP4
from urllib.parse import unquote, urlsplit

import structlog
from imap_tools import AND, BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted

from handlers.mail.reading import MOST_BYTES

log = structlog.get_logger()

SECONDS = 30.0
"""How long the server may take for one answer."""
LOOK_EVERY = 60.0
"""Also of a server that says by itself what comes: what it says while IDLE begins can lie read and unheard. Who idled
for half an hour might be logged out, and a dead line is noticed sooner."""
FIRST_LOOK_BACK = timedelta(days=7)
WAITS = (5.0, 30.0, 120.0, 600.0)
MISSED_AFTER = 3
"""Tries in a row: a line that breaks once is no news."""
BROKEN = (ImapToolsError, IMAP4.error, OSError, ssl.SSLError)

Take = Callable[[bytes, str, int, int], None]
"""Takes the octets of a mail: its mailbox, UIDVALIDITY and UID. What it raises leaves the mail to be taken again."""


class NoMailbox(Exception):
    """The mailbox cannot be read; ``says`` why, without the password."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True)
class Address:
    """Where the mailbox is: ``imap[s]://user:password@host:port/FOLDER``."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    encrypted: bool

    @classmethod
    def of(cls, url: str) -> "Address":
        parts = urlsplit(url)
        encrypted = parts.scheme == "imaps"
        return cls(
            parts.hostname or "localhost",
            parts.port or (993 if encrypted else 143),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            unquote(parts.path.lstrip("/")) or "INBOX",
            encrypted,
        )

    @property
    def name(self) -> str:
        """The mailbox's name in the database; it holds no password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


@contextmanager
def opened(address: Address, seconds: float = SECONDS) -> Iterator[tuple[BaseMailBox, int]]:
    """The mailbox, opened read-only, and its UIDVALIDITY. Raises NoMailbox."""
    try:
        box = (MailBox if address.encrypted else MailBoxUnencrypted)(address.host, address.port, timeout=seconds)
    except BROKEN as error:
        raise NoMailbox(f"no mailbox answers at {address.host}:{address.port} ({type(error).__name__})") from error
    try:
        try:
            box.login(address.user, address.password, initial_folder=None)
            box.folder.set(address.folder, readonly=True)
            validity = int(box.folder.status(address.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        except BROKEN as error:
            raise NoMailbox(
                f"the mailbox of {address.user} at {address.host} refuses: {type(error).__name__}. "
                "Check user, password and folder in IMAP_URL."
            ) from error
        yield box, validity
    finally:
        try:
            box.logout()
        except BROKEN:
            box.client.shutdown()


def new_in(box: BaseMailBox, last: int | None, today: date) -> list[int]:
    """The UIDs of mails that were not taken yet, in their order; of a mailbox never read those of the last week."""
    # A star names the last mail even where that is older (RFC 3501 6.4.8).
    asked = AND(date_gte=today - FIRST_LOOK_BACK) if last is None else f"UID {last + 1}:*"
    return sorted(uid for found in box.uids(asked) if (uid := int(found)) > (last or 0))


def octets_of(box: BaseMailBox, uid: int) -> bytes:
    """The beginning of that mail, as much as is read of any: one of 50 MB stays where it is."""
    _, told = box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)")
    return next((item[1] for item in told if isinstance(item, tuple)), b"")


class Postman:
    """Takes what is new in the mailbox, at once where the server says so (IDLE), and every minute.

    A server that is down or refuses is asked again after growing waits; nothing is lost, since what was read last is
    in the database. *missed* is called where it is so several times in a row, *found* when it can be read after that,
    and at first.
    """

    def __init__(
        self,
        address: Address,
        read_until: Callable[[str, int], int | None],
        take: Take,
        today: Callable[[], date],
        *,
        look_every: float = LOOK_EVERY,
        waits: tuple[float, ...] = WAITS,
        missed: Callable[[], None] = lambda: None,
        found: Callable[[], None] = lambda: None,
    ) -> None:
        self._address = address
        self._read_until = read_until
        self._take = take
        self._today = today
        self._look_every = look_every
        self._waits = waits
        self._missed = missed
        self._found = found
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float = SECONDS) -> None:
        self._stopping.set()
        self._thread.join(patience)

    def _run(self) -> None:
        failed, missed = 0, True
        while not self._stopping.is_set():
            try:
                with opened(self._address) as (box, validity):
                    with _on_the_line():
                        self.look(box, validity)
                    if missed:
                        self._found()
                    failed, missed = 0, False
                    self._stay(box, validity)
            except NoMailbox as error:
                failed += 1
                wait = self._waits[min(failed, len(self._waits)) - 1]
                log.warning("the mailbox cannot be read", why=error.says, seconds=wait)
                missed = missed or failed >= MISSED_AFTER
                if failed >= MISSED_AFTER:
                    self._say_missed()
                self._stopping.wait(wait)
            except Exception:  # one mailbox that goes wrong must not end the reading for good
                log.exception("reading the mailbox went wrong")
                self._stopping.wait(self._waits[0])

    def _say_missed(self) -> None:
        try:
            self._missed()
        except Exception:  # who cannot be told now is told at the next try
            log.exception("it could not be told that the mailbox cannot be read")

    def _stay(self, box: BaseMailBox, validity: int) -> None:
        with _on_the_line():
            _, told = box.client.capability()  # asked anew: many servers tell it only to who is logged in
        idles = b"IDLE" in told[0].upper().split()
        while not self._stopping.is_set():
            with _on_the_line():
                self.look(box, validity)
                if not idles:
                    self._stopping.wait(self._look_every)
                    box.client.noop()
                    continue
                self._idle(box)

    def look(self, box: BaseMailBox, validity: int) -> None:
        """Takes every mail that is new, one after another."""
        name = self._address.name
        for uid in new_in(box, self._read_until(name, validity), self._today()):
            if self._stopping.is_set():
                return
            self._take(octets_of(box, uid), name, validity, uid)

    def _idle(self, box: BaseMailBox) -> None:
        """Returns when something came, or after a while; a stop is noticed within a second.

        What came is read once IDLE has ended, which waits for whole lines: ``box.idle.poll`` takes what is there of one
        whose other half is still on its way, and the line counts as broken from then on.
        """
        box.idle.start()  # type: ignore[no-untyped-call]
        waited = 0.0
        try:
            while not self._stopping.is_set() and waited < self._look_every and not _has_come(box.client.sock, 1.0):
                waited += 1
        finally:
            box.idle.stop()  # type: ignore[no-untyped-call]


@contextmanager
def _on_the_line() -> Iterator[None]:
    """Raises NoMailbox where the line breaks within."""
    try:
        yield
    except BROKEN as error:
        raise NoMailbox(f"the line to the mailbox broke ({type(error).__name__})") from error


def _has_come(line: socket.socket, seconds: float) -> bool:
    """Whether there is something to be read, after *seconds* at most; also where the other side hung up."""
    if isinstance(line, ssl.SSLSocket) and line.pending():
        return True
    with selectors.DefaultSelector() as ready:
        ready.register(line, selectors.EVENT_READ)
        return bool(ready.select(seconds))
