"""Owns the making of objects: the one place where the house is put together from settings; none at import."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from slack_bolt import App
from starlette.applications import Starlette

from bot.errors import Refusal
from bot.procedure import Procedure, read_procedure
from bot.words import draw_reference
from handlers.delivery import Delivered, deliver_all
from handlers.desk import Desk, Sender
from handlers.kinds import KINDS
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.settings import Settings
from handlers.slack import app as slack_app
from handlers.slack.door import SlackDoor
from handlers.web import app as web_app
from storage.store import Store
from storage.tables import Door


@dataclass(frozen=True)
class House:
    """Everything that a process needs, made once: the desk with its doors, the web application, the Bolt app."""

    desk: Desk
    web: Starlette
    bolt: App | None

    def deliver(self) -> Delivered:
        """Sends everything that is due now."""
        return deliver_all(self.desk, KINDS)

    def close(self) -> None:
        self.desk.store.close()


def system_now() -> datetime:
    """The system's wall clock, aware UTC."""
    return datetime.now(UTC)


def make_desk(settings: Settings, *, now: Callable[[], datetime] = system_now) -> Desk:
    """A desk without doors: enough for the command line. Raises Refusal for a procedure file that cannot be used."""
    return Desk(
        store=Store(settings.database_url),
        now=now,
        new_id=lambda: uuid4().hex,
        new_reference=lambda: draw_reference(secrets.randbelow),
        settings=settings,
        procedure=the_procedure(settings),
    )


def make_house(
    settings: Settings, *, now: Callable[[], datetime] = system_now, wake: Callable[[], None] = lambda: None
) -> House:
    """The house with every door that the settings allow; *wake* is called when a commit leaves something due."""
    desk = replace(make_desk(settings, now=now), wake=wake)
    doors: dict[Door, Sender] = {}
    smtp = Smtp(settings.smtp_url.get_secret_value()) if settings.smtp_url else None
    if smtp is not None:
        doors[Door.MAIL] = MailDoor(smtp, settings, desk.procedure.texts.network)
    if settings.slack_bot_token is not None:
        doors[Door.SLACK] = SlackDoor(desk)
    desk = replace(desk, send=doors)
    bolt = slack_app.make_app(desk) if settings.slack_bot_token else None

    def checks() -> Mapping[str, bool]:
        return {"database": desk.store.answers(), "mail": smtp is not None, "slack": bolt is not None}

    http = slack_app.endpoint(bolt) if bolt is not None and not settings.slack_app_token else None
    return House(desk, web_app.make_app(desk, http, checks), bolt)


def the_procedure(settings: Settings) -> Procedure:
    """The procedure in force: the file that LAP_PROCEDURE names, else the Plan's defaults."""
    if settings.lap_procedure is None:
        return Procedure.default()
    try:
        return read_procedure(settings.lap_procedure.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            f"LAP_PROCEDURE names {settings.lap_procedure}, which cannot be read ({type(error).__name__}). "
            "Give the path of a UTF-8 text file, or leave it out for the Plan's defaults."
        ) from error
