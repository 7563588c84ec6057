"""Owns the making of objects: the one place where the house is put together from settings; none at import."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from slack_bolt import App
from starlette.applications import Starlette

from bot.errors import Refusal
from bot.procedure import Procedure, read_procedure
from bot.words import draw_reference
from bot.zones import find_zone
from handlers.delivery import deliver, deliver_all
from handlers.desk import NOT_NOW, Desk, Sender, the_clock
from handlers.examining import SILENT, examine_database
from handlers.identity import ensure_first_secretariat, the_machine
from handlers.kinds import KINDS
from handlers.lanes import LANES, SeveralLanes
from handlers.mail.door import MailDoor
from handlers.mail.isolated import Isolated
from handlers.mail.mailbox import Address, NoMailbox, Postman, opened
from handlers.mail.smtp import NotSent, Pool, Smtp
from handlers.mailbox_lost import find_mailbox, miss_mailbox
from handlers.mailed import Place, read_until, take_mail
from handlers.overview import show_overview
from handlers.sending import Delivered
from handlers.settings import Settings
from handlers.slack import app as slack_app
from handlers.slack import scopes
from handlers.slack.door import SlackDoor
from handlers.ticking import Ticked, beat, what_is_due
from handlers.traffic import Traffic
from handlers.web import app as web_app
from handlers.web.readiness import Remembered, all_of
from storage import lock
from storage.bell import Bell, ring
from storage.migrate import migrate
from storage.store import Clash, Store, Unavailable
from storage.tables import Door

log = structlog.get_logger()

PROBE_SECONDS = 3.0
"""Readiness waits no longer for the mail server."""


@dataclass(frozen=True)
class House:
    """Everything that a process needs, made once: the desk with its doors, the web application, the Bolt app."""

    desk: Desk
    web: Starlette
    bolt: App | None
    mail: Pool | None
    traffic: Traffic
    lanes: SeveralLanes[Delivered]

    def deliver(self) -> Delivered:
        """Sends everything that is due now."""
        return deliver_all(self.desk, KINDS, self.lanes)

    def deliver_once(self) -> bool:
        """Goes on one round of delivery, while nobody waits for an answer; whether it did anything."""
        self.traffic.give_way()
        return deliver(replace(self.desk, give_way=self.traffic.give_way), KINDS, lanes=self.lanes).any

    def beat(self) -> Ticked:
        """Does once what is due, and what is nobody's to wait for once nobody does."""
        return beat(replace(self.desk, give_way=self.traffic.give_way))

    def leaving(self) -> bool:
        """Whether something is leaving at this moment."""
        return self.lanes.leaving

    def close(self) -> None:
        if self.mail is not None:
            self.mail.close()
        self.desk.store.close()


def system_now() -> datetime:
    """The system's wall clock, aware UTC."""
    return datetime.now(UTC)


def make_desk(settings: Settings, *, now: Callable[[], datetime] = system_now, read_only: bool = False) -> Desk:
    """A desk without doors: enough for the command line. Raises Refusal for a procedure file that cannot be used."""
    return Desk(
        store=Store(settings.database_url, read_only=read_only),
        now=now,
        new_id=lambda: uuid4().hex,
        new_reference=lambda: draw_reference(secrets.randbelow),
        settings=settings,
        procedure=the_procedure(settings),
    )


def make_house(
    settings: Settings,
    *,
    now: Callable[[], datetime] = system_now,
    wake: Callable[[], None] = lambda: None,
    alive: Mapping[str, Callable[[], bool]] | None = None,
) -> House:
    """The house with every door that the settings allow; *wake* is called when a commit leaves something due.

    *alive* are parts beside it that readiness asks for too, such as the heartbeat.
    """
    desk = replace(make_desk(settings, now=now), wake=wake)
    doors: dict[Door, Sender] = {}
    smtp = Pool(settings.smtp_url.get_secret_value(), LANES) if settings.smtp_url else None
    if smtp is not None:
        doors[Door.MAIL] = MailDoor(smtp, settings, desk.procedure.texts.network)
    if settings.slack_bot_token is not None:
        doors[Door.SLACK] = slack = SlackDoor(desk)
        desk = replace(desk, channels=slack)
    desk = replace(desk, send=doors)
    bolt = slack_app.make_app(desk) if settings.slack_bot_token else None
    checks = {
        "database": Remembered(lambda: all(f.well for f in examine_database(desk))),
        "mail": Remembered(lambda: mail_problem(settings, PROBE_SECONDS) is None),
        **({} if settings.slack_app_token else {"slack": Remembered(lambda: scopes.problem(settings) is None)}),
    }
    traffic = Traffic()
    http = slack_app.endpoint(bolt, traffic) if bolt is not None and not settings.slack_app_token else None
    return House(
        desk, web_app.make_app(desk, http, all_of(checks, alive or {})), bolt, smtp, traffic, SeveralLanes(tell=wake)
    )


def mail_problem(settings: Settings, seconds: float = 30.0) -> str | None:
    """What keeps the mail server from taking mail, or None; nothing is sent."""
    if settings.smtp_url is None or settings.mail_from is None:
        return "No mail server is set: give SMTP_URL and MAIL_FROM."
    try:
        smtp = Smtp(settings.smtp_url.get_secret_value(), timeout=seconds)
        smtp.probe(settings.mail_from)
    except NotSent as error:
        return f"The mail server takes no mail from {settings.mail_from}: {error.says}"
    smtp.close()
    return None


def make_postman(desk: Desk) -> Postman | None:
    """What reads the mailbox that answers come to; None where no mailbox is set (IMAP_URL)."""
    settings = desk.settings
    if settings.imap_url is None:
        return None
    reader = Isolated(settings.mail_authserv)

    def take(octets: bytes, mailbox: str, validity: int, uid: int) -> None:
        place = Place(mailbox, validity, uid)
        try:
            take_mail(desk, the_clock(), reader.read(octets), place)
        except (Refusal, Clash, Unavailable, NoMailbox):  # it may be taken later
            raise
        except Exception:  # a mail that nobody thought of may not stop those behind it
            log.exception("a mail could not be taken")
            take_mail(desk, the_clock(), None, place)

    address = Address.of(settings.imap_url.get_secret_value())
    return Postman(
        address,
        lambda mailbox, validity: read_until(desk, the_clock(), mailbox, validity),
        take,
        lambda: desk.now().date(),
        missed=lambda: miss_mailbox(desk, address.name),
        found=lambda: find_mailbox(desk, address.name),
    )


def make_bell(desk: Desk, heard: Callable[[], None]) -> Bell | None:
    """What hears that a commit in another process left something due; None on SQLite, where there is no other."""
    return None if desk.store.is_sqlite else Bell(desk.store, heard)


def ring_bell(desk: Desk) -> bool:
    """Tells the workers that something is due; always False, as there is no more to do."""
    return ring(desk.store)


def mailbox_problem(settings: Settings) -> str | None:
    """What keeps the mailbox of answers from being read, or None, also where none is set."""
    if settings.imap_url is None:
        return None
    try:
        with opened(Address.of(settings.imap_url.get_secret_value())):
            return None
    except NoMailbox as error:
        return f"Answers by mail cannot be read: {error.says}"


def warm_up(house: House) -> None:
    """Does once what the first request would wait for: Slack's word on our token, the time zones, the usual queries."""
    if house.bolt is not None:
        slack_app.greet(house.bolt, house.desk.settings)
    find_zone("Paris")
    with suppress(Refusal):
        what_is_due(house.desk, the_clock())
        show_overview(house.desk, the_machine("warm-up"))


def ready_database(desk: Desk) -> tuple[str, ...]:
    """Brings the database to head, and gives the role to the first secretariat; returns who of LAP_SECRETARIAT is no
    contact of an Agency yet. Raises Refusal where the database cannot take it."""
    try:
        migrate(desk.store)
    except Unavailable as error:
        raise Refusal(SILENT if error.why == "gone" else NOT_NOW[error.why]) from error
    return ensure_first_secretariat(desk).unknown


def refuse_unready(desk: Desk) -> None:
    """Raises Refusal for a database that does not answer or is not at head, with the remedy."""
    told = [f.says for f in examine_database(desk) if not f.well]
    if told:
        raise Refusal(" ".join(told))


@contextmanager
def alone(settings: Settings, command: str, wait: float = 5.0) -> Iterator[None]:
    """Lets no other process write the SQLite file for the block (interface.md); nothing to hold on PostgreSQL.

    Raises Conflict that names the holder after *wait* seconds.
    """
    store = Store(settings.database_url)
    file = store.file
    store.close()
    if file is None:
        yield
        return
    with lock.alone(file, command, wait):
        yield


def the_procedure(settings: Settings) -> Procedure:
    """The procedure in force: the file that LAP_PROCEDURE names, else the Plan's defaults."""
    if settings.lap_procedure is None:
        return Procedure.default()
    try:
        return read_procedure(settings.lap_procedure.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            f"LAP_PROCEDURE names {settings.lap_procedure}, which cannot be read. "
            "Give the path of a UTF-8 text file, or leave it out for the Plan's defaults."
        ) from error
