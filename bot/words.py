"""Owns how a command's text falls into words and what a word looks like; what it names is for its own room to find."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.errors import NotUnderstood
from bot.when import is_clock
from bot.when import is_date as is_date

# Phones and word processors turn "straight" quotes into “English”, „German“ or ”Nordic” ones; French « stand off ».
_QUOTES = frozenset('"“”„‟')
_OPENS_ALWAYS, _CLOSES_ALWAYS = "«", "»"
MOST_IN_A_ROW = 64
"""So many quotes beside one another are looked at; thousands would take seconds."""

# Crockford's base32 leaves out I, L, O and U, and reads I and L as 1, O as 0.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6
_FOLD = str.maketrans("ILO", "110")
# Figures that no letter is mistaken for: a reference holds one, so that no word is taken for a reference.
_FIGURES = "23456789"
# Letters that do not stand for minutes: a reference holds one, so that 12345M is none.
_LETTERS = "ABCDEFGHJKNPQRSTVWXYZ"

CLOSED_MARK = r"[*_~]*[\[\uff3b\u3010\u3014{]\s*closed\s*[\]\uff3d\u3011\u3015}][^\w\s\[(]*"
"""The mark that closes what people enter to guests, in any letters and with whatever brackets and signs they put around
it: it narrows, so it is not to be missed."""

_MINUTES = re.compile(r"(-?[0-9]{1,9}) ?(?:m|mins?|minutes?)?", re.IGNORECASE)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_MAILTO = re.compile(r"<mailto:([^\s<>|@]+@[^\s<>|@]+)(?:\|[^<>]*)?>|([^\s<>|@]+@[^\s<>|@]+)", re.IGNORECASE)
_ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command, or what stands between quotes; ``start`` and ``end`` are its place, quotes included."""

    text: str
    quoted: bool
    start: int
    end: int


def unescape(text: str) -> str:
    """*text* without Slack's escapes of ``&``, ``<`` and ``>``; once, so that ``&amp;lt;`` is the text ``&lt;``."""
    return re.sub("&(?:amp|lt|gt);", lambda match: _ESCAPES[match[0]], text)


def each_word(text: str) -> Iterator[Word]:
    """The words of *text* one by one.

    An apostrophe is part of its word (l'agence, FTC's), and so is a quote inside one (5"). Raises NotUnderstood on
    coming to a quote without an end, so that who stops before a last text leaves the quotes in it alone.
    """
    at = 0
    while (start := _skip_space(text, at)) < len(text):
        at = _end_of_word(text, start)
        quoted = _opens(text, start)
        yield Word(text[start + 1 : at - 1].strip() if quoted else text[start:at], quoted, start, at)


def split_words(text: str) -> list[Word]:
    """All words of *text*. Raises NotUnderstood where a quote has no end."""
    return list(each_word(text))


def rest_of(text: str, word: Word) -> str:
    """What follows *word* as one last text: as typed, but without a pair of quotes around the whole of it.

    Raises NotUnderstood where it begins with a quote and no other follows.
    """
    return _last_text(text, word.end)


def rest_from(text: str, word: Word) -> str:
    """*word* and what follows it as one last text, like ``rest_of``."""
    return _last_text(text, word.start)


def is_reference(text: str) -> bool:
    """Whether *text* can be a reference of ``draw_reference``, in either case, with O typed for 0 and I or L for 1."""
    folded = fold_reference(text)
    return (
        len(folded) == LENGTH
        and set(folded) <= set(ALPHABET)
        and any(c in _FIGURES for c in folded)
        and any(c in _LETTERS for c in folded)
        and not (is_minutes(text) or is_date(text) or is_clock(text))
    )


def fold_reference(text: str) -> str:
    """*text* as references are kept: upper case, O as 0, I and L as 1, without the backticks that answers add."""
    return text.replace("`", " ").strip().upper().translate(_FOLD)


def draw_reference(randbelow: Callable[[int], int]) -> str:
    """A new random reference of six characters; *randbelow(n)* gives a number from 0 to n-1.

    It holds a figure above 1 and a letter other than M, so that it is taken for no word, number or minutes.
    Whether something else has it already is for the caller to see.
    """
    drawn = [ALPHABET[randbelow(len(ALPHABET))] for _ in range(LENGTH - 2)]
    for sort in (_LETTERS, _FIGURES):
        drawn.insert(randbelow(len(drawn) + 1), sort[randbelow(len(sort))])
    return "".join(drawn)


def is_minutes(text: str) -> bool:
    """Whether *text* has the shape of a length: '45', '45m', '45 min'; whether it fits a call is the call's rule."""
    return read_minutes(text) is not None


def read_minutes(text: str) -> int | None:
    """The number in '45', '45m', '45min' or '45 minutes', which may be below 1; nothing where *text* is none."""
    match = _MINUTES.fullmatch(text.strip())
    return int(match[1]) if match else None


def mention(text: str) -> str | None:
    """The Slack user of ``<@U1>`` or ``<@U1|x>``."""
    match = _MENTION.fullmatch(text.strip())
    return match[1] if match else None


def mailto(text: str) -> str | None:
    """The address of ``<mailto:a@b|a@b>`` or ``a@b``, as typed; whether it can be invited is for ``bot/text.py``."""
    match = _MAILTO.fullmatch(text.strip())
    return (match[1] or match[2]) if match else None


def _last_text(text: str, at: int) -> str:
    start = _skip_space(text, at)
    rest = text[start:].strip()
    if not rest or not _opens(text, start):
        return rest
    end, depth = _closing(text, start)
    if not depth:
        return rest[1:-1].strip() if end == start + len(rest) else rest
    if not any(c in _QUOTES or c == _CLOSES_ALWAYS for c in rest[1:]):
        raise _unclosed(text, start, depth)
    return rest


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _end_of_word(text: str, start: int) -> int:
    if _opens(text, start):
        end, depth = _closing(text, start)
        if depth:
            raise _unclosed(text, start, depth)
        return end
    return next((at for at in range(start, len(text)) if text[at].isspace()), len(text))


def _opens(text: str, at: int) -> bool:
    """Whether the sign at *at*, before which a word ends, opens a quotation."""
    return text[at] in _QUOTES or text[at] == _OPENS_ALWAYS


def _closing(text: str, start: int) -> tuple[int, int]:
    """The place after the quote that closes the one at *start*, and how many are still open there: 0, or it has no end.

    Quotations within it are passed over whole. Its place tells what a quote does, not its sign, for German closes with
    what English opens with: quotes before a space close, others after a space open, quotes in a row do the same.
    """
    if text[start] == _OPENS_ALWAYS:
        end = text.find(_CLOSES_ALWAYS, start)
        return (end + 1, 0) if end >= 0 else (len(text), 1)
    depth = 1
    for at in range(start + 1, len(text)):
        if text[at] in _QUOTES:
            depth += _step(text, at)
        if not depth:
            return at + 1, 0
    return len(text), depth


def _step(text: str, at: int) -> int:
    """-1 where the quote at *at* closes, 1 where it opens, 0 where it stands within a word."""
    after, before = at, at
    while after < min(len(text), at + MOST_IN_A_ROW) and text[after] in _QUOTES:
        after += 1
    while before >= max(0, at - MOST_IN_A_ROW) and text[before] in _QUOTES:
        before -= 1
    if after == len(text) or text[after].isspace():
        return -1
    return 1 if before < 0 or text[before].isspace() else 0


def _unclosed(text: str, start: int, depth: int) -> NotUnderstood:
    if not text[start + 1 :].strip():
        return NotUnderstood(f"The quote at the end opens nothing. Leave it out: {text[:start].strip()}")
    closer = {"“": "”", "„": "“", _OPENS_ALWAYS: _CLOSES_ALWAYS}.get(text[start], text[start])
    return NotUnderstood(
        f"The quote before “{text[start + 1 :].strip()}” has no end. Close it: {text.strip()}{closer * depth}"
    )
