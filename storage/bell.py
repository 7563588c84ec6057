"""Owns how one process tells the others that something is due: PostgreSQL's LISTEN and NOTIFY; who is woken by it, the
clock door says. It carries no truth: what is due are rows, and a bell that nobody heard costs one beat."""

import threading
from collections.abc import Callable
from contextlib import suppress

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.store import Store

log = structlog.get_logger()

CHANNEL = "lap_due"
LOOK_SECONDS = 1.0
AGAIN_SECONDS = 5.0
"""After so long a listener that lost its connection listens anew."""


def ring(store: Store) -> bool:
    """Tells all listening processes that something is due; always False: there is no more to do."""
    with suppress(DBAPIError), store.engine.connect() as connection:
        connection.execute(text(f"NOTIFY {CHANNEL}"))
        connection.commit()
    return False


class Bell:
    """Listens on a connection of its own, from ``start`` to ``stop``, and calls *heard* whenever somebody rang."""

    def __init__(self, store: Store, heard: Callable[[], None], again: float = AGAIN_SECONDS) -> None:
        self._address = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._again = again
        self._stopping = threading.Event()
        self.listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Listens no more."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        import psycopg  # a fifth of the time to start, and on SQLite nobody listens

        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("the database is listened to no more", why=type(error).__name__, seconds=self._again)
                self._stopping.wait(self._again)
            finally:
                self.listening.clear()

    def _listen(self) -> None:
        import psycopg

        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self.listening.set()
            self._heard()  # somebody may have rung before
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                    self._heard()
