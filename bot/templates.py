"""Owns what a new call of a kind begins with: its parts and its standing items; what a part may be is ``calls``'."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.calls import LONGEST_TITLE, CallKind, Segment, check_minutes
from bot.errors import Conflict, NotUnderstood
from bot.text import clean_line
from bot.topics import AudienceKind, Topic, find_topic
from bot.words import read_minutes, split_words

REST = "rest"
CHATHAM = "chatham"

PART_HOW = (
    'a part is written AUDIENCE MINUTES "TITLE", for example \'joint 30 "Reports"\' or \'agencies rest "Agencies"\''
)
ITEM_HOW = 'a standing item is written TOPIC MINUTES "TITLE", for example \'cases 20 "Case updates"\''
TOO_SHORT = (
    "That kind of call begins with parts of {fixed} minutes in all (procedure file, `[templates]`), and {minutes} "
    "minutes leave nothing for “{rest}”. Give {least} or more."
)


@dataclass(frozen=True, slots=True)
class PartTemplate:
    """A part of a new call; ``minutes`` is None for the one that takes what the others leave."""

    audience: AudienceKind
    minutes: int | None
    title: str
    chatham: bool = False


@dataclass(frozen=True, slots=True)
class ItemTemplate:
    """An item that stands on the agenda of every new call of its kind; ``topic`` as typed in the procedure file."""

    topic: str
    minutes: int
    title: str


def read_part(text: str) -> PartTemplate:
    """``agencies|joint MINUTES|rest "TITLE" [chatham]``. Raises NotUnderstood with the form."""
    words = split_words(text)
    said = [w.text.casefold() for w in words]
    if (
        len(words) not in (3, 4)
        or said[0] not in list(AudienceKind)
        or not words[2].quoted
        or said[3:] not in ([], [CHATHAM])
    ):
        raise NotUnderstood(PART_HOW)
    minutes = None if said[1] == REST else _minutes(said[1], PART_HOW)
    return PartTemplate(AudienceKind(said[0]), minutes, _title(words[2].text, PART_HOW), chatham=len(words) == 4)


def read_item(text: str) -> ItemTemplate:
    """``TOPIC MINUTES "TITLE"``. Raises NotUnderstood with the form; ``item_topics`` knows which topics there are."""
    words = split_words(text)
    if len(words) != 3 or not words[2].quoted:
        raise NotUnderstood(ITEM_HOW)
    return ItemTemplate(words[0].text, _minutes(words[1].text, ITEM_HOW), _title(words[2].text, ITEM_HOW))


def read_parts(texts: Sequence[str]) -> tuple[PartTemplate, ...]:
    """The parts of one kind of call, of which exactly one takes the rest. Raises NotUnderstood."""
    parts = tuple(map(read_part, texts))
    if sum(p.minutes is None for p in parts) != 1:
        raise NotUnderstood(f"exactly one part takes the rest of the time; {PART_HOW}")
    return parts


def _minutes(text: str, how: str) -> int:
    minutes = read_minutes(text)
    if minutes is None:
        raise NotUnderstood(how)
    check_minutes(minutes)
    return minutes


def _title(text: str, how: str) -> str:
    title = clean_line(text)
    if not 0 < len(title) <= LONGEST_TITLE:
        raise NotUnderstood(how)
    return title


def check_kind(kind: CallKind, parts: Sequence[PartTemplate]) -> None:
    """Raises NotUnderstood where a call for law enforcement only would have a joint part (Plan B.3)."""
    if kind is CallKind.LAW_ENFORCEMENT and any(p.audience is AudienceKind.JOINT for p in parts):
        raise NotUnderstood("a call for law enforcement only has no joint part (Plan B.3)")


def segments_of(parts: Sequence[PartTemplate], minutes: int, new_id: Callable[[], str]) -> tuple[Segment, ...]:
    """The segments of a new call of that many minutes. Raises NotUnderstood for a length that no call has, and
    Conflict for one that leaves nothing for the part which takes the rest."""
    check_minutes(minutes)
    fixed = sum(p.minutes or 0 for p in parts)
    if fixed >= minutes:
        rest = next(p.title for p in parts if p.minutes is None)
        raise Conflict(TOO_SHORT.format(fixed=fixed, minutes=minutes, rest=rest, least=fixed + 1))
    return tuple(
        Segment(new_id(), p.title, p.audience, minutes - fixed if p.minutes is None else p.minutes, chatham=p.chatham)
        for p in parts
    )


def item_topics(items: Sequence[ItemTemplate], catalogue: Sequence[Topic]) -> tuple[tuple[ItemTemplate, Topic], ...]:
    """*items*, each with its topic. Raises NotFound or NotUnderstood for one that the catalogue does not have."""
    return tuple((item, find_topic(item.topic, catalogue)) for item in items)
