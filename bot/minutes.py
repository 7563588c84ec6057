"""Owns the record of a call: lines, decisions and what becomes of them; who reads which line is ``audience``'s."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.confidentiality import Tlp, may_carry
from bot.errors import Conflict, NotEntitled, NotUnderstood
from bot.line_words import Typed
from bot.participants import ParticipantKind, Reader
from bot.silence import SilenceProcedure
from bot.when import show

NOT_MINUTED = "TLP:RED, not minuted"
"""What the record says in the place of a text labelled RED (barrier.md)."""


class LineKind(StrEnum):
    NOTE = "note"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class MinuteEntry:
    """One line of the minutes. ``speaker_id``: the participant it is attributed to, None where to nobody.

    ``closed`` keeps it from the representatives of a joint segment; ``taken_back_at`` (UTC) once undone;
    ``held_by``: the Agencies that object to its adoption; ``corrected_at`` (UTC) once it was corrected; ``minuted``:
    its originator asked that the words be minuted although they are RED. ``text`` is empty where they never were.
    ``withheld``: its Agency keeps its words from every edition wider than that of the part's Agencies (Plan A).
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
    minuted: bool = False
    withheld: bool = False

    @property
    def is_minuted(self) -> bool:
        """Whether the record has the words: else it says NOT_MINUTED in their place."""
        return bool(self.text) and (self.label is not Tlp.RED or self.minuted)


@dataclass(frozen=True, slots=True)
class LineHold:
    """That an Agency objected to the adoption of a line at a moment (UTC), or, ``released``, no longer did."""

    line: str
    by_id: str
    at: datetime
    released: bool


@dataclass(frozen=True, slots=True)
class Minutes:
    """What happened to a call's record as a whole: sent to the Agencies, adopted by silence; times are UTC."""

    sent_at: datetime | None = None
    adopts_at: datetime | None = None
    adopted_at: datetime | None = None

    @property
    def silence(self) -> SilenceProcedure | None:
        """The silence that adopts them; None before they are sent."""
        if self.sent_at is None or self.adopts_at is None:
            return None
        return SilenceProcedure(self.sent_at, self.adopts_at)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who was there, in which segment: since when, and from when on no longer (UTC); ``away``: how many minutes of that
    they were gone and came back."""

    call_id: str
    segment_id: str
    participant_id: str
    at: datetime
    left_at: datetime | None = None
    away: int = 0


@dataclass(frozen=True, slots=True)
class Regrets:
    """An organisation that told whoever keeps the record that it cannot come; ``at`` is UTC."""

    call_id: str
    participant_id: str
    at: datetime


def minuted(typed: Typed, label: Tlp, speaker_id: str | None) -> str:
    """What of the text of a new line the record keeps: of what is RED nothing, unless its originator asks.

    Raises NotUnderstood where it is not said who asks.
    """
    if label is not Tlp.RED:
        return typed.text
    if typed.minuted and speaker_id is None:
        raise NotUnderstood(
            "A TLP:RED text is minuted only where its originator asks. Say who that is, as in "
            "`/lap note TLP:RED [minuted] fr-cnil: The source is known.`"
        )
    return typed.text if typed.minuted else ""


def corrected(line: MinuteEntry, typed: Typed, by: Reader, now: datetime) -> MinuteEntry:
    """*line* as *by*, who may read it, corrects it: the text, its label where raised, or lowered by its originator, and
    whether it is closed, which the secretariat may do and only its originator undoes.

    Raises Conflict for what is not *by*'s to do, and for a text that is RED where its originator does not ask for it.
    """
    own = by.participant_id == line.speaker_id and not by.secretariat
    label = typed.label or line.label
    if not may_carry(line.label, label) and not own:
        raise Conflict(
            f"`{line.reference}` is {line.label}: only the organisation whose words they are can lower that. "
            "Leave the label out, or give a stricter one."
        )
    _check_closing(line, typed, by, own)
    asked = typed.minuted or line.minuted
    if label is Tlp.RED and ((typed.text and not asked) or (typed.minuted and not (own or by.secretariat))):
        raise Conflict(
            f"`{line.reference}` is TLP:RED, and such a text is not minuted unless its originator asks: with "
            f"`/lap correct {line.reference} [minuted] TEXT`, or through the secretariat."
        )
    return replace(
        line, text=typed.text or line.text, label=label, minuted=asked, corrected_at=now,
        closed=line.closed if typed.closed is None else typed.closed,
    )  # fmt: skip


def narrows(before: MinuteEntry, after: MinuteEntry) -> bool:
    """Whether somebody may read less of a line, or by fewer ways, than before: it is closed, withheld, labelled
    stricter, or no longer of the one that it was attributed to."""
    closed = (after.closed and not before.closed) or (after.withheld and not before.withheld)
    return closed or not may_carry(after.label, before.label) or after.speaker_id != before.speaker_id


def _check_closing(line: MinuteEntry, typed: Typed, by: Reader, own: bool) -> None:
    if typed.closed is None or typed.closed is line.closed:
        return
    if not typed.closed and not own:
        raise Conflict(
            f"`{line.reference}` is closed to the guests of its part: only the organisation whose words they are can "
            "open it."
        )
    if typed.closed and not by.secretariat and not (own and by.kind is ParticipantKind.AGENCY):
        raise Conflict(
            f"Only the secretariat, or the Agency whose words they are, can close `{line.reference}` to the guests of "
            "its part."
        )


def check_silence(minutes: Minutes, reference: str, now: datetime, zone: ZoneInfo) -> None:
    """Raises Conflict where an objection to a line comes too late: at the very moment that the silence ends, or later.
    Times are said in *zone* and UTC."""
    amend = f"`/lap correct {reference} TEXT` puts a dated amendment below the line."
    if minutes.adopted_at is not None:
        raise Conflict(f"These minutes were adopted on {show(minutes.adopted_at, zone)}. {amend}")
    if minutes.silence is not None and minutes.silence.has_ended(now):
        ended = show(minutes.silence.ends_at, zone)
        raise Conflict(f"The silence on these minutes ended on {ended}; an objection is entered before. {amend}")


def check_unadopted(minutes: Minutes, zone: ZoneInfo) -> None:
    """Raises Conflict where the minutes stand adopted, so that nothing holds them."""
    if minutes.adopted_at is not None:
        raise Conflict(f"These minutes were adopted on {show(minutes.adopted_at, zone)}: nothing holds them any more.")


def withheld(line: MinuteEntry, by: Reader) -> MinuteEntry:
    """*line* kept by its Agency from every edition wider than that of its part's Agencies: the guests' and those that
    leave the part (Plan A: each Agency determines what it shares). Raises NotEntitled, Conflict where it is already."""
    _check_own(line, by)
    if line.withheld:
        raise Conflict(
            f"`{line.reference}` is withheld already. `/lap withhold {line.reference} release` shares it again."
        )
    return replace(line, withheld=True)


def shared(line: MinuteEntry, by: Reader) -> MinuteEntry:
    """*line* no longer withheld by its Agency. Raises NotEntitled, Conflict where it was not."""
    _check_own(line, by)
    if not line.withheld:
        raise Conflict(f"`{line.reference}` is not withheld, so there is nothing to release.")
    return replace(line, withheld=False)


def _check_own(line: MinuteEntry, by: Reader) -> None:
    if by.kind is not ParticipantKind.AGENCY or by.secretariat or by.participant_id != line.speaker_id:
        raise NotEntitled(
            f"Only the Agency whose words `{line.reference}` holds can withhold them or share them again. The "
            f"secretariat enters it for that Agency: `/lap withhold {line.reference} for fr-cnil`."
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
