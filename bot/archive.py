"""Owns how texts become words that can be found, and what somebody looks for; the index of them is storage's.

The one folding here is applied to what is kept and to what is asked, on both databases, so that neither database's own
idea of letters counts: `storage.archive` hands `FOLDED` and `ALONE` to each.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import NotUnderstood

LONGEST_WORD = 60
MOST_WORDS = 16
SNIPPET = 200

NO_WORDS = "What are you looking for? Write it after `find`, as in `/lap find call gateways`."
TOO_MANY = (
    "That is more than {most} words. Look for the few that the text is sure to have, as in `/lap find call gateways`. "
    "You typed: {text}"
)


class Kind(StrEnum):
    """What can be found: titles on agendas, what papers of items are called, lines and decisions of minutes, what was
    put right in them later, actions, why one was dropped, and early-warning reports."""

    ITEM = "item"
    PAPER = "paper"
    LINE = "line"
    AMENDMENT = "amendment"
    ACTION = "action"
    REASON = "reason"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the archive may be a reader's at all, as far as the index knows: the rest SQL leaves out. It is never
    narrower than ``audience``, which decides each hit.

    ``contact_id`` and ``participant_id`` are the reader's; ``labels``: those that the way to it carries; ``only_call``:
    nothing but what is of that call, or of none.
    """

    contact_id: str
    participant_id: str
    secretariat: bool
    agency: bool
    labels: frozenset[str]
    only_call: str | None = None


LETTERS = ((0x0030, 0x024F), (0x0370, 0x0587), (0x10A0, 0x10FF), (0x1E00, 0x1FFF), (0xFF01, 0xFF9F))
"""Latin, Greek, Cyrillic, Armenian, Georgian and wide letters, which have capitals or accents."""
SIGNS = ((0x0000, 0x007F), (0x0080, 0x00BF), (0x2000, 0x206F), (0x20A0, 0x20CF), (0x2190, 0x22FF), (0x2E00, 0x2E7F),
         (0x3000, 0x303F), (0xFE10, 0xFE6F), (0xFF01, 0xFF65))  # fmt: skip
"""Where the signs stand that part words."""
MARKS = (0x0300, 0x036F)
"""Accents that stand behind their letter: nothing."""
MARKED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF))
UNSPACED = (*MARKED, (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF),
            (0xFF66, 0xFF9F), (0x20000, 0x2FA1F))  # fmt: skip
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese and Korean: words are not parted there, or are parted loosely, so each
sign is a word of its own, with the marks behind it, and several in a row are looked for as they stand."""


def _ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """*codes*, in order, as ranges."""
    first = last = -2
    for code in codes:
        if code != last + 1:
            if first >= 0:
                yield first, last
            first = code
        last = code
    yield first, last


BEHIND = tuple(_ranges(c for a, b in MARKED for c in range(a, b + 1) if unicodedata.category(chr(c))[0] == "M"))
"""The marks of those scripts that stand behind a sign: vowels and tones; Chinese and Korean have none."""


def any_of(ranges: Iterable[tuple[int, int]]) -> str:
    """A class of signs as Python's and PostgreSQL's regular expressions both write it."""
    return "[" + "".join(f"\\U{a:08X}-\\U{b:08X}" for a, b in ranges) + "]"


ALONE = f"({any_of(UNSPACED)}{any_of(BEHIND)}*)"
_ALONE = re.compile(ALONE)


def _folded() -> Iterator[tuple[int, str | None]]:
    for first, last in LETTERS:
        for code in range(first, last + 1):
            plain = [c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c)]
            small = "".join(plain).casefold()
            if len(small) == 1 and small != chr(code) and small.isalnum():
                yield code, small
    for first, last in SIGNS:
        for code in range(first, last + 1):
            if not chr(code).isalnum():
                yield code, " "
    yield from ((code, None) for code in range(MARKS[0], MARKS[1] + 1))


FOLDED: dict[int, str | None] = dict(_folded())
"""What becomes of one sign: small, without its accent; a space where it parts words; nothing for an accent alone."""


def words_in(text: str) -> str:
    """The words of *text* as they are kept and compared, with a space between two."""
    return " ".join(_ALONE.sub(r" \1 ", text.translate(FOLDED)).split())


Wanted = tuple[str, ...]
"""Words that stand in a row; the last may be the beginning of one."""


def read_wanted(text: str) -> tuple[Wanted, ...]:
    """What *text* looks for: each word typed is one word, or several in a row (``anti-spam``); a text has them all.

    No sign means anything here: quotes, stars, colons and brackets part words, as they do in what is kept. Raises
    NotUnderstood for no word and for more than 16.
    """
    typed = [words_in("".join(c if _is_part(c) else " " for c in word)).split() for word in text.split()]
    wanted = dict.fromkeys(
        tuple(w[:LONGEST_WORD] for w in words if any(map(str.isalnum, w))) for words in typed if words
    )
    wanted.pop((), None)
    if not wanted:
        raise NotUnderstood(NO_WORDS)
    if sum(map(len, wanted)) > MOST_WORDS * 4 or len(wanted) > MOST_WORDS:
        raise NotUnderstood(TOO_MANY.format(most=MOST_WORDS, text=text[:SNIPPET]))
    return tuple(wanted)


def _is_part(sign: str) -> bool:
    """Whether a sign can stand in a word; pictures and rare signs cannot, whatever a database thinks of them."""
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def snippet(text: str, wanted: Sequence[Wanted]) -> str:
    """*text*, or of a long one the 200 signs or so around the first word that was looked for."""
    if len(text) <= SNIPPET:
        return text
    plain = text.translate({code: plain for code, plain in FOLDED.items() if plain})
    found = [at for words in wanted if (at := plain.find(words[0])) >= 0]
    start = max(0, min(found, default=0) - SNIPPET // 4)
    start = text.find(" ", start) + 1 if start and " " in text[start : start + 40] else start
    end = start + SNIPPET
    return "…" * bool(start) + text[start:end].strip() + "…" * (end < len(text))
