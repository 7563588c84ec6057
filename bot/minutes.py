"""Owns the record of a call: lines, decisions and what becomes of them; who reads which line is ``audience``'s."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.confidentiality import Tlp, may_carry, read_label
from bot.errors import Conflict, NotUnderstood
from bot.participants import Participant
from bot.text import clean_text
from bot.when import show

LONGEST_LINE = 3000

NOT_MINUTED = "TLP:RED, not minuted"
"""What the record says in the place of a text labelled RED (barrier.md)."""
NOT_CARRIED = "(not shown here, because of its label; ask the secretariat)"
"""What stands in the place of a text that the door in use may not carry."""

_LABEL = re.compile(r"tlp:[a-z+]*", re.IGNORECASE)
_CLOSED = "[closed]"


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


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as typed: its text, its label where one was given, and whether it is marked closed."""

    text: str
    label: Tlp | None = None
    closed: bool = False


class TooLong(NotUnderstood):
    """A line has too many characters; ``text`` is what was typed, so that it can be given back to be cut in two."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"That line has {len(text)} characters, and {LONGEST_LINE} fit. Nothing was recorded: send it as two lines."
        )
        self.text = text


def read_line(typed: str) -> Typed:
    """``[closed] TLP:LABEL TEXT``: the marks first or last, in any order, and what is left is the text.

    Raises NotUnderstood for no text and for a label that there is not, TooLong for more than 3,000 characters.
    """
    read = Typed(clean_text(typed))
    while (taken := _mark_taken(read)) is not None:
        read = taken
    if not read.text and read.label is not Tlp.RED:
        raise NotUnderstood(
            "The text is missing. Write it after the word, for example `/lap note The list was agreed.`"
        )
    if len(read.text) > LONGEST_LINE:
        raise TooLong(read.text)
    return read


def _mark_taken(read: Typed) -> Typed | None:
    """*read* with one mark at an edge of its text read and taken away; None where there is none."""
    words = read.text.split()
    for word in {words[0], words[-1]} if words else ():
        rest = read.text.removeprefix(word) if word == words[0] else read.text.removesuffix(word)
        if word.casefold() == _CLOSED and not read.closed:
            return replace(read, text=rest.strip(), closed=True)
        if _LABEL.fullmatch(word) and read.label is None:
            return replace(read, text=rest.strip(), label=read_label(word))
    return None


def attributed(text: str, participants: Iterable[Participant]) -> tuple[Participant | None, str]:
    """The participant that ``WHO: text`` is attributed to, and the text without it.

    Only an exact short name or full name before the first colon is one; any other beginning is text.
    """
    said, colon, rest = text.partition(":")
    name = " ".join(said.casefold().split())
    if colon and rest.strip():
        for participant in participants:
            if name in (participant.short_name.casefold(), " ".join(participant.name.casefold().split())):
                return participant, rest.strip()
    return None, text


def minuted(text: str, label: Tlp) -> str:
    """What of *text* the record keeps: nothing of what is RED."""
    return NOT_MINUTED if label is Tlp.RED else text


def labelled(line: MinuteEntry, highest: Tlp) -> str:
    """The text of *line* with its label directly before it, for a door that may carry labels up to *highest*."""
    if line.label is Tlp.RED:
        return NOT_MINUTED
    return f"{line.label} {line.text if may_carry(line.label, highest) else NOT_CARRIED}"


def corrected(line: MinuteEntry, typed: Typed, by_id: str | None, now: datetime) -> MinuteEntry:
    """*line* as the participant *by_id* (None: the secretariat) corrects it: the text, and its label where raised, or
    lowered by its originator.

    Raises Conflict for a lower label from somebody else, and for a text in place of one that is RED and stays so.
    """
    label = typed.label or line.label
    if label.strictness < line.label.strictness and (by_id is None or by_id != line.speaker_id):
        raise Conflict(
            f"`{line.reference}` is {line.label}: only the organisation whose words they are can lower that. "
            "Leave the label out, or give a stricter one."
        )
    if line.label is Tlp.RED and label is Tlp.RED:
        raise Conflict(
            f"`{line.reference}` is TLP:RED, and such a text is not minuted unless its originator asks. "
            "Only the organisation whose words they are can give it another label."
        )
    return replace(
        line, text=minuted(typed.text, label), label=label, closed=line.closed or typed.closed, corrected_at=now
    )


def check_open(minutes: Minutes, zone: ZoneInfo) -> None:
    """Raises Conflict where the minutes stand adopted: what they say stays. The time is said in *zone* and UTC."""
    if minutes.adopted_at is not None:
        raise Conflict(
            f"These minutes were adopted on {show(minutes.adopted_at, zone)}, so their lines stay as they are. "
            "Propose what is to be put right for the next call: `/lap propose`."
        )


def held(line: MinuteEntry, agency_id: str) -> MinuteEntry:
    """*line* held by that Agency: it is not adopted as it stands. Raises Conflict where the Agency holds it already."""
    if agency_id in line.held_by:
        raise Conflict(
            f"Your Agency holds `{line.reference}` already. `/lap hold {line.reference} release` lets it be adopted."
        )
    return replace(line, held_by=line.held_by | {agency_id})


def released(line: MinuteEntry, agency_id: str) -> MinuteEntry:
    """*line* no longer held by that Agency. Raises Conflict where it was not."""
    if agency_id not in line.held_by:
        raise Conflict(f"Your Agency does not hold `{line.reference}`, so there is nothing to release.")
    return replace(line, held_by=line.held_by - {agency_id})


def held_lines(lines: Iterable[MinuteEntry]) -> tuple[MinuteEntry, ...]:
    """The lines whose adoption an Agency objects to."""
    return tuple(line for line in lines if line.held_by and line.taken_back_at is None)
