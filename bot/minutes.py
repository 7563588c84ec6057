"""Owns the record of a call: lines, decisions and what became of them; who reads which line is ``audience``'s."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.confidentiality import Tlp

LONGEST_LINE = 3000


class LineKind(StrEnum):
    NOTE = "note"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class MinuteEntry:
    """One line of the minutes. ``speaker_id``: the participant it is attributed to, None where to nobody.

    ``closed`` keeps it from the representatives of a joint segment; ``taken_back_at`` (UTC) once undone;
    ``held_by``: the Agencies that object to its adoption; ``corrected_at`` (UTC) once it was corrected.
    """

    reference: str
    call_id: str
    segment_id: str
    item: str | None
    kind: LineKind
    text: str
    label: Tlp
    closed: bool
    speaker_id: str | None
    entered_by: str
    entered_at: datetime
    taken_back_at: datetime | None = None
    held_by: frozenset[str] = frozenset()
    corrected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """What happened to a call's record as a whole: sent to the Agencies, adopted by silence; times are UTC."""

    sent_at: datetime | None = None
    adopts_at: datetime | None = None
    adopted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who was there, in which segment."""

    call_id: str
    segment_id: str
    participant_id: str
    at: datetime
