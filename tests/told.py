"""Owns a pair of doors that keep what people are told, for tests of what is said rather than of how it is sent."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.notices import Notice
from bot.participants import Contact
from handlers.delivery import deliver_all
from handlers.kinds import KINDS
from storage.outbox import Errand
from storage.tables import Door
from tests.cast import Cast


@dataclass
class Told:
    """What was handed to the doors: (kind, door, e-mail, notice), in order."""

    cast: Cast
    kept: list[tuple[str, Door, str, Notice]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cast.desk = replace(self.cast.desk, send={door: self._keep(door) for door in Door})

    def now(self) -> list[tuple[str, Door, str, Notice]]:
        """What is told from now until nothing more is due."""
        self.kept.clear()
        deliver_all(self.cast.desk, KINDS)
        return list(self.kept)

    def mails(self, kind: str | None = None) -> list[tuple[str, Notice]]:
        """Of what is told now by mail: to whom, and what."""
        return [(to, n) for k, door, to, n in self.now() if door is Door.MAIL and kind in (None, k)]

    def _keep(self, door: Door):  # type: ignore[no-untyped-def]
        def send(notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
            self.kept.append((errand.kind, door, contact.email, notice))

        return send
