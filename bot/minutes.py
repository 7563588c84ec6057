"""Owns the record of a call: lines, decisions and what becomes of them; who reads which line is ``audience``'s."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.confidentiality import Tlp, is_label, may_carry, read_label, respelt
from bot.errors import Conflict, NotEntitled, NotUnderstood
from bot.participants import Participant, ParticipantKind, Reader
from bot.silence import SilenceProcedure
from bot.text import clean_text
from bot.when import show

LONGEST_LINE = 3000

NOT_MINUTED = "TLP:RED, not minuted"
"""What the record says in the place of a text labelled RED (barrier.md)."""

_CLOSING = {"[closed]": True, "[joint]": False}
_MINUTED = "[minuted]"
_WORD = re.compile(r"[\w-]+")
_HEAD = re.compile(r"(?:https?://\S+|[^:]{1,200}:)\s+")
"""Who speaks, or an address: what may stand before the marks of a line."""


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


@dataclass(frozen=True, slots=True)
class Typed:
    """A line as typed: its text, and its marks where they were given: label, closed or (False) joint, and whether its
    originator asks that it be minuted although it is RED."""

    text: str
    label: Tlp | None = None
    closed: bool | None = None
    minuted: bool = False

    @property
    def marks(self) -> str:
        """The marks as they are typed before a text, with a space behind them."""
        closing = next((mark for mark, closed in _CLOSING.items() if closed is self.closed), "")
        return "".join(f"{mark} " for mark in (self.label, closing, _MINUTED * self.minuted) if mark)


class TooLong(NotUnderstood):
    """A line has too many characters; ``typed`` is what was read, so that it can be given back to be cut into lines;
    ``stood``: the call, the part and the item that it was to stand in, as who knows of a call keeps them; ``head``:
    whose words they are, as it stands before each line of them."""

    def __init__(self, typed: "Typed") -> None:
        count = len(typed.text)
        super().__init__(
            f"That line has {count} characters, and {LONGEST_LINE} fit. Nothing was recorded: send it as several lines."
        )
        self.typed = typed
        self.stood: tuple[str, str, str | None] | None = None
        self.head = ""


def pieces(typed: Typed, head: str = "") -> list[str]:
    """A text that is too long as lines that fit, each with its marks and *head* (``WHO: ``) before it, cut between two
    words where it has any, so that nothing typed is lost."""
    before = typed.marks + head
    rest, most, found = typed.text.removeprefix(head).strip(), LONGEST_LINE - len(typed.marks + head), list[str]()
    while rest:
        cut = rest.rfind(" ", 0, most + 1) if len(rest) > most else len(rest)
        cut = cut if cut > 0 else most
        found.append(before + rest[:cut].strip())
        rest = rest[cut:].strip()
    return found


def read_line(typed: str, *, marks_alone: bool = False) -> Typed:
    """``[closed] [minuted] TLP:LABEL TEXT``: the marks first, last, or directly behind who speaks (``WHO:``) or an
    address, in any order, the stricter of two labels; and what is left is the text.

    Raises NotUnderstood for no text (with *marks_alone* for nothing at all) and for a label that there is not, TooLong
    for more than 3,000 characters.
    """
    read = Typed(respelt(clean_text(typed)))
    while (taken := _mark_taken(read)) is not None:
        read = taken
    said = bool(read.text) or read.label is Tlp.RED or (marks_alone and read != Typed(""))
    if not said:
        raise NotUnderstood(
            "The text is missing. Write it after the word, for example `/lap note The list was agreed.`"
        )
    if len(read.text) > LONGEST_LINE:
        raise TooLong(read)
    return read


def _mark_taken(read: Typed) -> Typed | None:
    """*read* with one mark of its text read and taken away; None where there is none."""
    for word, rest in _where_marks_stand(read.text):
        mark = word.casefold()
        if mark in _CLOSING and read.closed is None:
            return replace(read, text=rest, closed=_CLOSING[mark])
        if mark == _MINUTED and not read.minuted:
            return replace(read, text=rest, minuted=True)
        if is_label(word) and (read.label is None or read_label(word).strictness > read.label.strictness):
            return replace(read, text=rest, label=read_label(word))
    return None


def _where_marks_stand(text: str) -> Iterator[tuple[str, str]]:
    """The words of *text* that may be marks, each with the text without it."""
    words = text.split()
    if not words:
        return
    yield words[0], text.removeprefix(words[0]).strip()
    yield words[-1], text.removesuffix(words[-1]).strip()
    if (head := _HEAD.match(text)) and (behind := text[head.end() :].split()):
        rest = text[head.end() :].removeprefix(behind[0]).strip()
        yield behind[0], f"{text[: head.end()]}{rest}".strip()


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


def names_in(text: str, participants: Iterable[Participant]) -> tuple[str, ...]:
    """The participants that *text* names, by short name or full name as whole words; short names, in order."""
    said = f" {' '.join(_WORD.findall(text.casefold()))} "
    return tuple(
        p.short_name
        for p in sorted(participants, key=lambda p: p.short_name)
        if any(f" {' '.join(_WORD.findall(name.casefold()))} " in said for name in (p.short_name, p.name))
    )


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
