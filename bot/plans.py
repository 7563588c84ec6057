"""Owns how the words that plan a call fall into moment, minutes, names and title; reading the moment is ``when``'s."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.dates import MOST_WORDS
from bot.errors import NotUnderstood
from bot.when import is_clock, is_date
from bot.words import Word, is_minutes, read_minutes, split_words
from bot.zones import ABBREVIATIONS, find_zone

LONGEST_ZONE = 4  # words of a zone's name: 'Port of Spain', 'Dumont d Urville'
SMALL_WORDS = frozenset(["from", "at", "on", "starting"])
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[tT][0-9].*")
_HALVES = frozenset(["am", "pm", "a.m.", "p.m."])
_UNITS = frozenset(["m", "min", "mins", "minute", "minutes"])
_ZONE_SHAPE = re.compile(r"[A-Za-z_]+/[A-Za-z_/+-]+|(?:UTC|GMT)[+-]?[0-9:]*", re.IGNORECASE)

TWO_TITLES = "I understood the title “{title}”, and not “{other}”. Give one title in quotes, for example {example}."
LEFT_OVER = "I understood the title “{title}”, and not “{other}”. Leave that out, or say it as in {example}."
ONLY_WHOM = (
    "Only for whom? Name the organisations after `only`, as in `only fr-cnil us-fcc`; where the word belongs to the "
    "title, put that in quotes, for example {example}."
)
SCATTERED = "I cannot tell which of “{texts}” is the title. Put it in quotes, for example {example}."


@dataclass(frozen=True, slots=True)
class Plan:
    """What was found by its shape: ``moment`` in the words that say date, time and zone, ``flags`` from the words that
    the command knows, ``only`` the names after that word, ``title`` what is left (empty where nothing is)."""

    moment: str
    minutes: int | None
    title: str
    only: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass
class _Heap:
    """The words of a command, sorted as they are met; ``runs`` are the stretches of words that nothing explains."""

    dates: list[str] = field(default_factory=list)
    clocks: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    minutes: list[int] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    runs: list[list[str]] = field(default_factory=list)
    bare_minutes: bool = True


def read_plan(text: str, flags: Collection[str], example: str) -> Plan:
    """*text* as a plan; *flags* are words (small letters) that the command knows, each counted once, since a title
    may hold it too; *example* is a right command for refusals.

    Raises NotUnderstood for a quote without an end, where it cannot be told what is the title, and for “only” with
    nobody after it: what was meant for few would be for all.
    """
    words = split_words(text)
    heap, at, in_only, only, last = _Heap(bare_minutes=not _says_minutes(words)), 0, False, False, -2
    quotes_left, chosen = sum(w.quoted for w in words), _flags_at(words, flags)
    while at < len(words):
        word, low = words[at], words[at].text.casefold()
        if word.quoted:
            quotes_left -= 1
            is_name = in_only and (heap.quoted or quotes_left)
            (heap.names if is_name else heap.quoted).append(word.text)
            at += 1
        elif taken := _shaped(words, at, heap):
            at, in_only = at + taken, False
        elif low == "only":
            at, in_only, only = at + 1, True, True
        elif at in chosen:
            heap.flags.append(low)
            at, in_only = at + 1, False
        elif in_only:
            heap.names.append(word.text)
            at += 1
        elif low in SMALL_WORDS and _says_when(words, at + 1):
            at += 1
        else:
            if last != at - 1:
                heap.runs.append([])
            heap.runs[-1].append(word.text)
            last = at
            at += 1
    if only and not heap.names:
        raise NotUnderstood(ONLY_WHOM.format(example=example))
    return _plan(heap, example)


def _flags_at(words: Sequence[Word], flags: Collection[str]) -> set[int]:
    """Where each of *flags* stands: rather written small: “Training day training” is a title and a word."""
    plain = [(at, w.text) for at, w in enumerate(words) if not w.quoted]
    found = (
        next((at for at, text in plain if text == flag), None)
        or next((at for at, text in plain if text.casefold() == flag), None)
        for flag in flags
    )
    return {at for at in found if at is not None}


def _shaped(words: Sequence[Word], at: int, heap: _Heap) -> int:
    """How many words from *at* on have the shape of a length, a date, a time or a zone; they are put on the heap."""
    plain = [w.text for w in words[at : at + MOST_WORDS] if not w.quoted]
    run = plain if len(plain) == len(words[at : at + MOST_WORDS]) else _before_quote(words[at : at + MOST_WORDS])
    if run[0].casefold() == "for" and len(run) > 1 and is_minutes(run[1]):
        heap.minutes.append(read_minutes(run[1]) or 0)
        return 3 if len(run) > 2 and run[2].casefold() in _UNITS else 2
    if not heap.dates and _MOMENT.fullmatch(run[0]):
        heap.dates.append(run[0])
        return 1 + _zone(run[1:], heap)
    if not heap.dates:
        for length in range(len(run), 0, -1):
            if is_date(" ".join(run[:length])):
                heap.dates.append(" ".join(run[:length]))
                return length
    if not heap.clocks and len(run) > 1 and run[0].isdigit() and run[1].casefold() in _HALVES:
        heap.clocks.append(f"{run[0]} {run[1]}")
        return 2 + _zone(run[2:], heap)
    if not heap.clocks and is_clock(run[0]):
        heap.clocks.append(run[0])
        return 1 + _zone(run[1:], heap)
    if not heap.zones and _ZONE_SHAPE.fullmatch(run[0]):
        heap.zones.append(run[0])
        return 1
    if heap.bare_minutes and not heap.minutes and is_minutes(run[0]):
        heap.minutes.append(read_minutes(run[0]) or 0)
        return 2 if len(run) > 1 and run[1].casefold() in _UNITS else 1
    return 0


def _says_minutes(words: Sequence[Word]) -> bool:
    """Whether 'for 90' is said; then a number that stands alone belongs to the title."""
    return any(
        not a.quoted and not b.quoted and a.text.casefold() == "for" and is_minutes(b.text) for a, b in pairwise(words)
    )


def _before_quote(words: Sequence[Word]) -> list[str]:
    end = next(i for i, w in enumerate(words) if w.quoted)
    return [w.text for w in words[:end]]


def _zone(run: Sequence[str], heap: _Heap) -> int:
    """How many words of *run*, which follow a time, name its zone."""
    for length in range(min(len(run), LONGEST_ZONE), 0, -1):
        name = " ".join(run[:length])
        if _names_zone(name) or (length == 1 and name.casefold() in ABBREVIATIONS):
            heap.zones.append(name)
            return length
    return 0


def _names_zone(name: str) -> bool:
    try:
        find_zone(name)
    except NotUnderstood:
        return False
    return True


def _says_when(words: Sequence[Word], at: int) -> bool:
    if at >= len(words) or words[at].quoted:
        return False
    run = [w.text for w in words[at : at + MOST_WORDS]]
    dated = any(is_date(" ".join(run[:length])) for length in range(1, len(run) + 1))
    return dated or is_clock(run[0]) or run[0].isdigit() or _MOMENT.fullmatch(run[0]) is not None


def _plan(heap: _Heap, example: str) -> Plan:
    if len(heap.quoted) > 1:
        raise NotUnderstood(TWO_TITLES.format(title=heap.quoted[0], other=heap.quoted[1], example=example))
    texts = [" ".join(run) for run in heap.runs]
    title = heap.quoted[0] if heap.quoted else ""
    if not title and len(texts) == 1:
        title, texts = texts[0], []
    if not title and len(texts) > 1:
        raise NotUnderstood(SCATTERED.format(texts="”, “".join(texts), example=example))
    if texts and heap.clocks and not heap.zones:
        heap.zones, texts = [texts[0]], texts[1:]  # beside a title in quotes it can only be meant as the zone
    if texts:
        raise NotUnderstood(LEFT_OVER.format(title=title, other="”, “".join(texts), example=example))
    moment = " ".join([*heap.dates, *heap.clocks, *heap.zones])
    return Plan(moment, heap.minutes[0] if heap.minutes else None, title, tuple(heap.names), tuple(heap.flags))
