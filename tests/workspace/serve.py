"""Owns putting workspace, mail drop, doors and page together on one port; the bot beside them is the caller's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.workspace.callbacks import Callback
from tests.workspace.clock import MovableClock
from tests.workspace.doors import Doors
from tests.workspace.mail import MailDrop
from tests.workspace.slack import ROSTER, Workspace

PAGE = Path(__file__).parent / "page"
SLACK_PATIENCE = 3.0  # seconds Slack waits for an answer


@dataclass
class Served:
    """A running workspace: open ``slack.url`` in a browser."""

    slack: Workspace
    mail: MailDrop
    clock: MovableClock
    doors: Doors

    @property
    def url(self) -> str:
        """The page, and the JSON doors beside it."""
        return self.slack.url

    def stop(self) -> None:
        """Stop listening on both ports; what arrived stays readable."""
        self.slack.stop()
        self.mail.stop()


def serve_workspace(
    *,
    bot_url: str | None = None,
    port: int = 0,
    mail_port: int = 0,
    clock: MovableClock | None = None,
    roster: Path = ROSTER,
    after_move: Callback | None = None,
    settle: Callback | None = None,
    patience: float = SLACK_PATIENCE,
    linger: float = 1.0,
    awaits_bot: bool = False,
    **settings: Any,
) -> Served:
    """Start workspace, mail drop, doors and page.

    *bot_url* (base, without ``/slack/events``) may be set later as ``served.slack.bot_url``, the callbacks as
    ``served.doors.after_move`` and ``served.doors.settle``. *after_move* is run after
    the clock was moved through the doors, before they answer: the bot's tick. *settle* is run before doors tell what
    followed an act and before they show messages or mails: the bot's delivery of what is due. *settings* go to
    ``Workspace`` (``signing_secret``, ``bot_token``, ``app_token``). *awaits_bot*: requests to the doors wait until
    ``served.doors.open`` is set. Ports in use raise ``OSError``.
    """
    time = clock or MovableClock()
    mail = MailDrop(mail_port).start()
    slack = Workspace.from_roster(
        roster,
        clock=time,
        port=port,
        bot_url=bot_url,
        patience=patience,
        linger=linger,
        **settings,
    )
    doors = Doors(slack, mail, after_move, settle)
    if awaits_bot:
        doors.open.clear()
    slack.routes = [*doors.routes(), *page_routes()]
    try:
        slack.start()
    except OSError:
        mail.stop()
        raise
    return Served(slack, mail, time, doors)


def page_routes() -> list[Route | Mount]:
    """The browser page and its files."""

    def index(_request: object) -> FileResponse:
        return FileResponse(PAGE / "index.html")

    return [Route("/", index), Mount("/page", StaticFiles(directory=PAGE))]


@contextmanager
def served_workspace(**settings: Any) -> Iterator[Served]:
    """``serve_workspace`` for a ``with``."""
    served = serve_workspace(**settings)
    try:
        yield served
    finally:
        served.stop()
