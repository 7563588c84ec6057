"""Proves that mail is taken from a real IMAP server: each once, at once, whatever the server does meanwhile."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from imap_tools import MailBoxUnencrypted

from bot.invitations import Rsvp
from bot.replies import MailKind
from handlers.desk import Desk
from handlers.mail.mailbox import Address, NoMailbox, Postman, new_in, octets_of, opened
from handlers.mailed_by_hand import latest_mail
from handlers.wiring import make_postman
from storage import invitations
from storage.store import Store
from tests.bench.places import free_port
from tests.cast import Cast, cast_settings
from tests.handlers.mail import replies
from tests.handlers.mail.imap import PASSWORD, USER, Server, Wire, running, with_folder
from tests.handlers.mail.replies import AUTHSERV, Said
from tests.lists import arrive, with_approved

TODAY = date.today()  # noqa: DTZ011 -- the server stamps mails with its own clock
WITHIN = 20.0
UID = "1f0c9cfc-0000-5000-8000-000000000001@lap.example"


@pytest.fixture(scope="module")
def pymap() -> Iterator[Server]:
    with running() as made:
        yield made


@pytest.fixture
def server(pymap: Server, request: pytest.FixtureRequest) -> Server:
    """The server with an empty folder for this test alone."""
    return with_folder(pymap, request.node.name)


@dataclass
class Taken:
    """What a postman took, and until where it read; it can be told to fail once."""

    mails: list[bytes] = field(default_factory=list)
    last: dict[tuple[str, int], int] = field(default_factory=dict)
    fails: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, octets: bytes, name: str, validity: int, uid: int) -> None:
        with self.changed:
            if self.fails:
                self.fails -= 1
                raise RuntimeError("the database was away")
            self.mails.append(octets)
            self.last[name, validity] = uid
            self.changed.notify_all()

    def read_until(self, name: str, validity: int) -> int | None:
        return self.last.get((name, validity))

    def has(self, count: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: len(self.mails) >= count, WITHIN)


@pytest.fixture
def postman(server: Server) -> Iterator[tuple[Taken, Callable[[], None]]]:
    """What it takes, and what starts it."""
    taken = Taken()
    made = Postman(server.address, taken.read_until, taken.take, lambda: TODAY, look_every=0.2, waits=(0.2,))
    yield taken, made.start
    made.stop()


def test_what_lies_there_is_taken_and_what_comes_is_taken_at_once(
    server: Server, postman: tuple[Taken, Callable[[], None]]
) -> None:
    taken, start = postman
    server.append(replies.bare(Said(UID)))
    start()
    first = taken.has(1)
    server.append(replies.outlook(Said(UID)))
    assert (first, taken.has(2), len(taken.mails)) == (True, True, 2)


def test_nothing_is_lost_when_a_mail_could_not_be_taken(
    server: Server, postman: tuple[Taken, Callable[[], None]]
) -> None:
    taken, start = postman
    taken.fails = 1
    server.append(replies.in_words("a@b.example", "one"), replies.in_words("a@b.example", "two"))
    start()
    assert (taken.has(2), [b"one" in m or b"two" in m for m in taken.mails]) == (True, [True, True])


def test_a_server_that_comes_back_is_read_on() -> None:
    server, taken = Server(free_port()), Taken()
    server.start()
    server.append(replies.in_words("a@b.example", "one"))
    postman = Postman(server.address, taken.read_until, taken.take, lambda: TODAY, look_every=0.2, waits=(0.2,))
    postman.start()
    first = taken.has(1)
    server.stop()
    server.start()
    server.append(replies.in_words("a@b.example", "two"))
    assert (first, taken.has(2)) == (True, True)
    postman.stop()
    server.stop()


def test_a_line_that_is_cut_while_it_waits_for_mail_is_taken_up_again(server: Server) -> None:
    wire, taken = Wire(server.port), Taken()
    postman = Postman(
        replace(server, port=wire.port).address,
        taken.read_until,
        taken.take,
        lambda: TODAY,
        look_every=0.2,
        waits=(0.2,),
    )
    postman.start()
    server.append(replies.in_words("a@b.example", "one"))
    first = taken.has(1)
    wire.cut()
    server.append(replies.in_words("a@b.example", "two"))
    assert (first, taken.has(2), [b"two" in m for m in taken.mails]) == (True, True, [False, True])
    postman.stop()
    wire.close()


def test_a_server_that_stays_away_is_missed_and_found_when_it_is_back() -> None:
    server, taken, said = Server(free_port()), Taken(), list[str]()
    postman = Postman(
        server.address, taken.read_until, taken.take, lambda: TODAY, waits=(0.05,),
        missed=lambda: said.append("missed"), found=lambda: said.append("found"),
    )  # fmt: skip
    postman.start()
    until = time.monotonic() + WITHIN
    while "missed" not in said and time.monotonic() < until:
        threading.Event().wait(0.05)
    server.start()
    server.append(replies.in_words("a@b.example", "one"))
    assert (taken.has(1), list(dict.fromkeys(said)), said.count("found")) == (True, ["missed", "found"], 1)
    postman.stop()
    server.stop()


def test_a_mailbox_that_lets_in_and_breaks_at_every_mail_is_missed_too(server: Server) -> None:
    taken, said, breaks = Taken(), list[str](), iter([OSError("the line")] * 4)

    def take(octets: bytes, name: str, validity: int, uid: int) -> None:
        for error in breaks:
            raise error
        taken.take(octets, name, validity, uid)

    server.append(replies.in_words("a@b.example", "one"))
    postman = Postman(
        server.address, taken.read_until, take, lambda: TODAY, waits=(0.02,),
        missed=lambda: said.append("missed"), found=lambda: said.append("found"),
    )  # fmt: skip
    postman.start()
    came = taken.has(1)
    postman.stop()
    assert (came, said) == (True, ["missed", "missed", "found"])


def test_what_comes_in_pieces_breaks_no_line_that_waits_for_mail(server: Server) -> None:
    wire, taken = Wire(server.port, slow=True), Taken()
    postman = Postman(
        replace(server, port=wire.port).address, taken.read_until, taken.take, lambda: TODAY, look_every=5, waits=(0.2,)
    )
    postman.start()
    for n in range(1, 6):
        server.append(replies.in_words("a@b.example", str(n)))
        assert taken.has(n)
    postman.stop()
    wire.close()
    assert (len(taken.mails), wire.connected) == (5, 1)


def test_a_mailbox_that_is_renamed_is_missed_and_read_on_once_it_is_back(
    server: Server, postman: tuple[Taken, Callable[[], None]]
) -> None:
    taken, start = postman
    server.append(replies.in_words("a@b.example", "one"))
    start()
    first = taken.has(1)
    with MailBoxUnencrypted("127.0.0.1", server.port).login(USER, PASSWORD) as box:
        box.folder.rename(server.folder, f"{server.folder}-old")
        with pytest.raises(NoMailbox) as refused, opened(server.address):
            pass
        box.folder.rename(f"{server.folder}-old", server.folder)
    server.append(replies.in_words("a@b.example", "two"))
    assert (first, taken.has(2), "Check user, password and folder in IMAP_URL." in refused.value.says) == (
        True,
        True,
        True,
    )


def test_nothing_in_the_mailbox_is_changed(server: Server, postman: tuple[Taken, Callable[[], None]]) -> None:
    taken, start = postman
    server.append(replies.in_words("a@b.example", "one"))
    start()
    taken.has(1)
    with MailBoxUnencrypted("127.0.0.1", server.port).login(USER, PASSWORD, server.folder) as box:
        assert [mail.flags for mail in box.fetch(mark_seen=False)] in ([()], [("\\Recent",)])


def test_a_wrong_password_is_told_without_it(pymap: Server) -> None:
    with pytest.raises(NoMailbox) as refused, opened(Address.of(f"imap://{USER}:wrong-one@127.0.0.1:{pymap.port}")):
        pass
    assert ("refuses" in refused.value.says, "wrong-one" in refused.value.says) == (True, False)


def test_a_server_that_is_down_is_told() -> None:
    port = free_port()
    with pytest.raises(NoMailbox) as refused, opened(Address.of(f"imap://a:b@127.0.0.1:{port}/INBOX")):
        pass
    assert refused.value.says == f"no mailbox answers at 127.0.0.1:{port} (ConnectionRefusedError)"


def test_of_a_mailbox_never_read_the_last_week_is_taken(server: Server) -> None:
    server.append(replies.in_words("a@b.example", "one"))
    with opened(server.address) as (box, _):
        assert [len(new_in(box, None, day)) for day in (TODAY, TODAY + timedelta(days=9))] == [1, 0]


def test_only_what_came_after_the_last_one_taken_is_new(server: Server) -> None:
    server.append(*(replies.in_words("a@b.example", word) for word in ("one", "two", "three")))
    with opened(server.address) as (box, _):
        every = new_in(box, None, TODAY)
        assert [new_in(box, last, TODAY) for last in (every[0], every[-1])] == [every[1:], []]


def test_of_a_mail_of_many_megabytes_the_beginning_is_fetched(server: Server) -> None:
    server.append(replies.in_words("a@b.example", "x" * 3_000_000))
    with opened(server.address) as (box, _):
        assert len(octets_of(box, new_in(box, None, TODAY)[0])) < 300_000


def test_a_password_with_signs_is_read_from_the_url() -> None:
    found = Address.of("imaps://calls%40plan.example:p%2Fw@mail.plan.example/Replies%20in")
    assert (found.user, found.password, found.port, found.folder) == ("calls@plan.example", "p/w", 993, "Replies in")


def rsvp_of(store: Store, uid: str) -> Rsvp | None:
    with store.read() as tx:
        copy = invitations.by_uid(tx, uid)
    return copy.rsvp if copy else None


def reading_for(desk: Desk, server: Server) -> Postman:
    """The postman of *desk*, at work on that mailbox."""
    url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{server.port}/{server.folder}"
    settings = cast_settings(imap_url=url, mail_authserv=AUTHSERV)
    postman = make_postman(replace(desk, settings=settings, now=lambda: datetime.now(UTC)))
    assert postman is not None
    postman.start()
    return postman


def test_an_answer_that_lies_in_the_mailbox_becomes_the_persons_answer(server: Server, cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    contact = cast.actor("harbour-bank").contact
    with cast.desk.store.read() as tx:
        copy = invitations.of_person(tx, contact.id)[0]
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    server.append(replies.google(Said(copy.uid, copy.sequence, stamp, attendee=contact.email, sender=contact.email)))
    postman = reading_for(cast.desk, server)
    deadline = time.monotonic() + WITHIN
    while rsvp_of(cast.desk.store, copy.uid) is not Rsvp.ACCEPTED and time.monotonic() < deadline:
        threading.Event().wait(0.1)
    postman.stop()
    assert rsvp_of(cast.desk.store, copy.uid) is Rsvp.ACCEPTED


def test_a_mail_that_fails_for_a_reason_nobody_thought_of_is_told_and_the_next_one_is_read(
    server: Server, cast: Cast
) -> None:
    failures = iter([RuntimeError("nobody thought of it")])

    def new_id() -> str:
        for failure in failures:
            raise failure
        return cast.desk.new_id()

    server.append(replies.in_words("a@b.example", "one"), replies.in_words("a@b.example", "two"))
    postman = reading_for(replace(cast.desk, new_id=new_id), server)
    deadline = time.monotonic() + WITHIN
    while len(latest_mail(cast.desk, cast.secretary)) < 2 and time.monotonic() < deadline:
        threading.Event().wait(0.1)
    postman.stop()
    kinds = {view.mail.kind for view in latest_mail(cast.desk, cast.secretary)}
    assert kinds == {MailKind.UNREADABLE, MailKind.WORDS}


def test_a_mail_that_the_server_tells_of_in_one_with_the_beginning_of_idle_is_taken(server: Server) -> None:
    taken = Taken()
    wire = Wire(server.port, at_idle=lambda: server.append(replies.in_words("a@b.example", "one")))
    postman = Postman(
        replace(server, port=wire.port).address, taken.read_until, taken.take, lambda: TODAY, look_every=1, waits=(0.2,)
    )
    postman.start()
    assert taken.has(1)
    postman.stop()
    wire.close()
    assert wire.connected == 1
