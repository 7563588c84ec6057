"""Owns what is asked of people before they lose a part, in one statement; the tables are ``exposures`` and
``attendees``'s."""

from collections.abc import Collection
from datetime import datetime

from bot.exposures import Exposure
from storage import attendees, exposures
from storage.attendees import Before
from storage.store import Tx
from storage.together import together

_ASK = together(exposures.OF_PEOPLE, attendees.NOT_TOLD)


def left_and_not_told(
    tx: Tx, contact_ids: Collection[str], call_ids: Collection[str], kind: str, at: datetime
) -> tuple[list[Exposure], list[Before]]:
    """``exposures.of_people`` of those calls, and ``attendees.not_told`` of them, each in its order."""
    asked = {"people": list(contact_ids), "calls": list(call_ids), "kind": kind, **exposures.at_latest(at)}
    left, waiting = _ASK(tx, asked)
    return exposures.in_order(left), attendees.in_order(waiting)
