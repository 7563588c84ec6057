"""Owns the connections to the mail server and what it answered; whether and when to try again is ``sending``'s."""

import io
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, LifoQueue
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.text import clean_line, is_address

_WANTED = (
    "wants smtp://user:password@host:port?starttls=1, or smtps:// for TLS from the start; user and port may be left out"
)
_PORTS = {("smtp", False): 25, ("smtp", True): 587, ("smtps", False): 465}
BUSY = "The mail server was busy with other mails for {seconds:g} seconds."
_FRESH_SECONDS = 1.0
_RESET_SECONDS = 5.0  # a kept connection that a firewall forgot answers nothing: it may not cost the whole limit


class NotSent(Exception):
    """A mail that the server did not take; ``says`` is its answer, or what hindered it, in one line; ``offered``: its
    text was put before the server, or may have been."""

    def __init__(self, says: str, *, offered: bool = False) -> None:
        super().__init__(says)
        self.says = says
        self.offered = offered


class Refused(NotSent):
    """The server will not take this mail for this recipient, however often it is asked (5xx, RFC 5321 4.2.1)."""


class Later(NotSent):
    """Not taken, or not known to be: try the same bytes again (4xx, greylisting, lost connections, time over)."""


class Slow(Later):
    """The server answered, and then took the whole time for this one mail: another recipient's may fare better."""


class Unreachable(Later):
    """The server itself did not answer, or not in time: the next mail would fare no better."""


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and how; its text never shows the password."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str
    password: str = field(repr=False)


def parse_url(url: str) -> Server:
    """The server that *url* names: ``smtp[s]://user:password@host:port?starttls=1``, user and port where needed.

    Raises ValueError with the wanted form and nothing of *url*, in which a password may stand.
    """
    try:
        parts = urlsplit(url)
        starttls = {"": False, "starttls=0": False, "starttls=1": True}[parts.query]
        port = parts.port or _PORTS[parts.scheme, starttls]
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, KeyError):
        raise ValueError(_WANTED) from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path.strip("/") or bool(user) != bool(password):
        raise ValueError(_WANTED)
    return Server(host, port, parts.scheme == "smtps", starttls, user, password)


class Smtp:
    """Hands mails over one by one through one connection, which is kept, tried before each mail, and made anew if dead.

    Safe to share between threads. Each call ends within *timeout* seconds, waiting for other threads included; only the
    system's search for the server's address cannot be cut short, and a mail that it delays beyond them is not sent.
    """

    def __init__(self, url: str, timeout: float = 30.0, tls: ssl.SSLContext | None = None) -> None:
        self._server = parse_url(url)
        self._timeout = timeout
        self._tls = tls
        self._lock = threading.Lock()
        self._client: smtplib.SMTP | None = None
        self._fresh_until = 0.0  # until then a connection that took a mail is taken to be alive, and needs no reset
        self._end = 0.0  # of the call that holds the lock, by the monotonic clock

    def send(self, sender: str, to: str, data: bytes) -> None:
        r"""Hands *data* (a whole mail, lines ended by ``\r\n``) over for *to*; returns once the server has taken it.

        Raises Refused where the server will never take this mail for this recipient, Later for everything else. A
        connection lost after the final dot is Later too: the bytes are the same again, and a calendar takes them once.
        """
        offered = False
        try:
            with self._connection(sender) as kept:
                client = self._mail_from(kept, sender)
                _expect(client.docmd("rcpt", f"TO:{_path(to)}"), {250, 251}, Refused)
                self._left()
                offered = True
                try:
                    _expect(client.data(data), {250}, Refused)
                    self._fresh_until = time.monotonic() + _FRESH_SECONDS
                except smtplib.SMTPDataError as early:  # the server would not hear it
                    offered = False
                    _expect((early.smtp_code, early.smtp_error), set(), Refused)
        except NotSent as failure:
            failure.offered = offered
            raise

    def _mail_from(self, client: smtplib.SMTP, sender: str) -> smtplib.SMTP:
        """Begins a mail; on a new connection where the one that just took another mail was ended since: servers take so
        many through one, and of this mail nothing has been said yet."""
        fresh, self._fresh_until = time.monotonic() < self._fresh_until, 0.0
        if fresh:
            with suppress(OSError):
                if client.docmd("mail", f"FROM:{_path(sender)}")[0] == 250:
                    return client
            self._drop()
            client = self._connect(sender)
        # A refused sender is our own setting's fault and no recipient's: later, when it is mended.
        _expect(client.docmd("mail", f"FROM:{_path(sender)}"), {250}, Later)
        return client

    def probe(self, sender: str) -> None:
        """Connects and signs in as for a mail from *sender*, but sends none. Raises Later with what hindered it."""
        with self._connection(sender):
            pass

    def close(self) -> None:
        """Ends the connection where there is one; the next mail makes a new one."""
        with self._lock:
            self._end = time.monotonic() + _RESET_SECONDS
            if self._client is not None:
                with suppress(OSError):
                    self._client.quit()
                self._drop()

    @contextmanager
    def _connection(self, sender: str) -> Iterator[smtplib.SMTP]:
        """A connection ready for one mail.

        1. Wait for the other threads; what is left of the time after that is everything else's.
        2. Reset the kept connection, else make a new one; of this mail nothing has been said yet.
        3. After an answer, good or bad, keep the connection; after anything else let it go, and call it ``Later``.
        """
        end = time.monotonic() + self._timeout
        if not self._lock.acquire(timeout=self._timeout):
            raise Later(BUSY.format(seconds=self._timeout))
        connected = False
        try:
            self._end = end
            client = self._kept() or self._connect(sender)
            connected = True
            yield client
        except OSError as failure:
            self._drop()
            over = time.monotonic() >= end
            said = f"The mail server took over {self._timeout:g} seconds." if over else _said(failure)
            raise (Unreachable if not connected else Slow if over else Later)(said) from None
        finally:
            self._lock.release()

    def _left(self) -> float:
        """The seconds that are left of this call, which the connection's next step may take. Raises TimeoutError."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        if self._client is not None and self._client.sock is not None:
            self._client.sock.settimeout(seconds)
        return seconds

    def _kept(self) -> smtplib.SMTP | None:
        if self._client is None or time.monotonic() < self._fresh_until:
            return self._client
        end, self._end = self._end, min(self._end, time.monotonic() + _RESET_SECONDS)
        try:
            _expect(self._client.rset(), {250}, Later)
        except (NotSent, OSError):
            self._drop()
        self._end = end
        return self._client

    def _connect(self, sender: str) -> smtplib.SMTP:
        server = self._server
        # Greets with the sender's domain: the machine's own name may take the system half a minute to find.
        client = self._client = smtplib.SMTP(local_hostname=sender.rpartition("@")[2])
        client._host = server.host  # type: ignore[attr-defined]  # starttls() checks the certificate by it
        client.sock = self._socket()
        if server.tls:
            client.sock = self._context().wrap_socket(client.sock, server_hostname=server.host)
        client.file = _answers(client.sock, self._left)
        code, text = client.getreply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)
        client.ehlo_or_helo_if_needed()
        if server.starttls:
            client.starttls(context=self._context())
            client.file = _answers(client.sock, self._left)
            client.ehlo_or_helo_if_needed()
        if server.user:
            client.login(server.user, server.password)
        return client

    def _socket(self) -> socket.socket:
        """A connection to the first of the server's addresses that answers, all of them within the time left."""
        failure = OSError("no address")
        for *_, address in socket.getaddrinfo(self._server.host, self._server.port, type=socket.SOCK_STREAM):
            try:
                return socket.create_connection((str(address[0]), int(address[1])), timeout=self._left())
            except OSError as why:
                failure = why
        raise failure

    def _context(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


class Pool:
    """Hands mails over as ``Smtp`` does, through up to *size* connections beside one another: one where mails follow
    each other, one more for each that is sent while another hangs. The one used last is used first."""

    def __init__(self, url: str, size: int, timeout: float = 30.0, tls: ssl.SSLContext | None = None) -> None:
        self._timeout = timeout
        self._idle: LifoQueue[Smtp] = LifoQueue()
        self._all = [Smtp(url, timeout, tls) for _ in range(size)]
        for smtp in self._all:
            self._idle.put(smtp)

    def send(self, sender: str, to: str, data: bytes) -> None:
        """As ``Smtp.send``; waits up to the limit for a connection, which is then no part of the mail's own time."""
        try:
            smtp = self._idle.get(timeout=self._timeout)
        except Empty:
            raise Later(BUSY.format(seconds=self._timeout)) from None
        try:
            smtp.send(sender, to, data)
        finally:
            self._idle.put(smtp)

    def close(self) -> None:
        """Ends every connection that no mail is being handed over by."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()


class _Reading(io.RawIOBase):
    """A socket's octets, each read within what is left of the whole time: a server that answers octet by octet would
    outlast any limit on single reads."""

    def __init__(self, sock: socket.socket, left: Callable[[], float]) -> None:
        self._sock = sock
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._left()
        return self._sock.recv_into(buffer)


def _path(address: str) -> str:
    """*address* as a command has it (RFC 5321 4.1.2); ``smtplib`` looks for names and comments in it, which takes as
    long as the command."""
    return f"<{address}>" if is_address(address) else smtplib.quoteaddr(address)


def _answers(sock: socket.socket, left: Callable[[], float]) -> io.BufferedReader:
    return io.BufferedReader(_Reading(sock, left))


def _expect(answer: tuple[int, bytes | str], good: set[int], refusal: type[NotSent]) -> None:
    code, text = answer
    if code in good:
        return
    words = clean_line(text if isinstance(text, str) else text.decode("utf-8", "replace"))
    raise (refusal if 500 <= code <= 599 else Later)(f"{code} {words}"[:300])


def _said(failure: OSError) -> str:
    """One line for a person, without a server's words on a failed sign-in: they might repeat the password."""
    match failure:
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return f"The mail server refused the user or password of SMTP_URL ({code})."
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=text):
            words = text if isinstance(text, str) else text.decode("utf-8", "replace")
            return clean_line(f"The mail server answered {code} {words}")[:300]
        case smtplib.SMTPServerDisconnected():
            return "The mail server closed the connection."
        case OSError(strerror=str(why)):
            return f"The mail server could not be reached, or was lost: {why}."
    return clean_line(f"The mail server did not serve: {failure}")[:300]
