"""Proves that a mailbox of 50,000 mails and a mail of 50 MB hold up neither the reading nor the answer behind them."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from handlers.mail.mailbox import Postman, new_in, octets_of, opened
from handlers.mail.reading import MOST_BYTES
from tests.handlers.mail import replies
from tests.handlers.mail.imap import PASSWORD, USER, Server, running

TODAY = datetime.now(UTC).date()
MANY = 50_000
AT_ONCE = 500


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as made:
        yield made


def fill(server: Server, mail: Callable[[int], bytes], count: int) -> None:
    """Puts *count* mails into the mailbox, many in one go (RFC 7888, LITERAL+)."""
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        said = line.makefile("rb")
        line.sendall(f"a LOGIN {USER} {PASSWORD}\r\n".encode())
        _until(said.readline, b"a ")
        for first in range(0, count, AT_ONCE):
            mails = [mail(n) for n in range(first, min(first + AT_ONCE, count))]
            line.sendall(b"".join(b"m APPEND %s {%d+}\r\n%s\r\n" % (server.folder.encode(), len(m), m) for m in mails))
            for _ in mails:
                _until(said.readline, b"m ")


def _until(readline: Callable[[], bytes], tag: bytes) -> None:
    while not (told := readline()).startswith(tag):
        assert told, "the server hung up"
    assert told.startswith(tag + b"OK"), told


def taken_by(server: Server, last: int | None, count: int, today_plus: int = 0) -> tuple[list[int], float]:
    """The UIDs that a postman takes who had read until *last*, once they are *count*, and how long that took."""
    found: list[int] = []
    whole = threading.Event()

    def take(octets: bytes, mailbox: str, validity: int, uid: int) -> None:
        found.append(uid)
        if len(found) >= count:
            whole.set()

    today = TODAY + timedelta(days=today_plus)
    postman = Postman(server.address, lambda *_: found[-1] if found else last, take, lambda: today, look_every=0.2)
    begun = time.monotonic()
    postman.start()
    whole.wait(60)
    took = time.monotonic() - begun
    postman.stop()
    return found, took


@pytest.mark.long
def test_a_mailbox_of_50_000_mails_is_read_on_from_where_it_was_left(server: Server) -> None:
    fill(server, lambda n: replies.in_words("a@b.example", str(n)), MANY)
    with opened(server.address) as (box, _):
        uids = new_in(box, None, TODAY)
    assert len(uids) == MANY
    found, took = taken_by(server, uids[-11], 10)
    print(f"10 of {MANY} mails: {took:.2f} s")
    assert (found, took < 10) == (uids[-10:], True)


@pytest.mark.long
def test_of_a_mailbox_of_50_000_that_was_never_read_only_the_last_week_is_asked_for(server: Server) -> None:
    with opened(server.address) as (box, _):
        begun = time.monotonic()
        assert (new_in(box, None, TODAY + timedelta(days=9)), time.monotonic() - begun < 10) == ([], True)


def test_a_mail_of_50_megabytes_is_fetched_to_where_it_is_read_and_the_next_one_after_it(server: Server) -> None:
    with opened(server.address) as (box, _):
        last = max(new_in(box, None, TODAY), default=None)
    fill(server, lambda n: replies.in_words("a@b.example", "a" * 50_000_000 if n == 0 else "after it"), 2)
    found, _ = taken_by(server, last, 2)
    with opened(server.address) as (box, _):
        sizes = [len(octets_of(box, uid)) for uid in found]
    assert (sizes[0], sizes[1] < 1000) == (MOST_BYTES + 1, True)
