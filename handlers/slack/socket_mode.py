"""Owns Socket Mode: the same listeners over a connection that the bot opens itself, so that no address is needed."""

import threading

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from handlers.settings import Settings
from handlers.slack.silence import NO_ANSWER

log = structlog.get_logger()

CONNECT_SECONDS = 30
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0


class Socket:
    """Connects in the background and stays connected; where Slack does not answer it tries again, ever more slowly."""

    def __init__(self, app: App, settings: Settings) -> None:
        token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
        client = WebClient(base_url=settings.slack_api_url, timeout=CONNECT_SECONDS)
        self._handler = SocketModeHandler(app, token, web_client=client)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._connect, name="socket-mode", daemon=True)

    def start(self) -> None:
        """Begins to connect; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Takes no more requests."""
        self._stopping.set()
        self._handler.close()  # type: ignore[no-untyped-call]
        self._thread.join(CONNECT_SECONDS)

    @property
    def alive(self) -> bool:
        """Whether it is connected now."""
        return bool(self._handler.client.is_connected())

    def _connect(self) -> None:
        wait = FIRST_WAIT
        while not self._stopping.is_set():
            try:
                self._handler.connect()  # type: ignore[no-untyped-call]
            except NO_ANSWER as error:
                log.warning("no Socket Mode connection yet", why=type(error).__name__, seconds=wait)
                self._stopping.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                return
